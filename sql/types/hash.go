package types

import (
	"math"

	"github.com/cespare/xxhash/v2"
	"github.com/cockroachdb/apd/v3"
)

// nullHash stands for NULL, so that grouping treats NULLs as equal.
const nullHash = 0x9ae16a3b2f90404f

// mix spreads a 64-bit value over all bits (the finaliser of splitmix64).
func mix(h uint64) uint64 {
	h ^= h >> 30
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 27
	h *= 0x94d049bb133111eb
	return h ^ h>>31
}

// Hash hashes a value of type t into seed. Values that Compare calls equal
// hash equally, NULLs too.
func Hash(t OID, d Datum, seed uint64) uint64 {
	if d.Null {
		return mix(seed ^ nullHash)
	}
	switch RepOf(t) {
	case RepInt:
		return hashInt(d.I, seed)
	case RepFloat:
		return hashFloat(d.F, seed)
	case RepText:
		return hashString(t, d.S, seed)
	}
	return hashAny(d.A, seed)
}

// HashVec mixes the first n rows of a column into hashes, row by row, as Hash
// does with hashes[i] as seed: to hash several columns start from zeros and
// call it for each.
func HashVec(v *Vec, n int, hashes []uint64) {
	hashes = hashes[:n]
	switch {
	case v.Null != nil:
		hashNullable(v, hashes)
	case v.Rep == RepInt:
		for i, x := range v.I[:n] {
			hashes[i] = hashInt(x, hashes[i])
		}
	case v.Rep == RepFloat:
		for i, x := range v.F[:n] {
			hashes[i] = hashFloat(x, hashes[i])
		}
	case v.Rep == RepText && v.Type != OIDBpchar && v.Type != OIDJSONB:
		for i, x := range v.S[:n] {
			hashes[i] = mix(hashes[i]*31 ^ xxhash.Sum64String(x))
		}
	case v.Rep == RepText:
		for i, x := range v.S[:n] {
			hashes[i] = hashString(v.Type, x, hashes[i])
		}
	default:
		for i, x := range v.A[:n] {
			hashes[i] = hashAny(x, hashes[i])
		}
	}
}

// hashNullable is HashVec for a column with NULLs.
func hashNullable(v *Vec, hashes []uint64) {
	for i, h := range hashes {
		switch {
		case v.Null[i]:
			hashes[i] = mix(h ^ nullHash)
		case v.Rep == RepInt:
			hashes[i] = hashInt(v.I[i], h)
		case v.Rep == RepFloat:
			hashes[i] = hashFloat(v.F[i], h)
		case v.Rep == RepText:
			hashes[i] = hashString(v.Type, v.S[i], h)
		default:
			hashes[i] = hashAny(v.A[i], h)
		}
	}
}

func hashInt(v int64, h uint64) uint64 { return mix(h*31 ^ mix(uint64(v)+0x9e3779b97f4a7c15)) }

func hashFloat(v float64, h uint64) uint64 {
	switch {
	case v == 0:
		v = 0 // -0 too
	case v != v:
		v = math.NaN()
	}
	return hashInt(int64(math.Float64bits(v)), h)
}

func hashString(t OID, s string, h uint64) uint64 {
	switch t {
	case OIDBpchar:
		s = trimBlanks(s)
	case OIDJSONB:
		return hashJSONB(s, h)
	}
	return mix(h*31 ^ xxhash.Sum64String(s))
}

func hashAny(a any, h uint64) uint64 {
	switch v := a.(type) {
	case *apd.Decimal:
		return hashNumeric(v, h)
	case Interval:
		hi, lo := intervalSpan(v)
		return hashInt(int64(lo), hashInt(hi, h))
	case TimeTZ:
		return hashInt(int64(v.West), hashInt(v.Micros, h))
	case *Array:
		for i := range v.Elems {
			h = Hash(v.Elem, v.Elems[i], h)
		}
		return hashInt(int64(len(v.Elems)), h)
	case *Record:
		for i := range v.Vals {
			h = Hash(v.Types[i], v.Vals[i], h)
		}
		return hashInt(int64(len(v.Vals)), h)
	case *Bits:
		return hashInt(int64(v.N), mix(h*31^xxhash.Sum64String(v.Data)))
	case *Range:
		return hashRange(v, h)
	case *Multirange:
		return hashMultirange(v, h)
	case *TSVector:
		return hashTSVector(v, h)
	case *TSQuery:
		return hashTSQuery(v, h)
	case Inet:
		return hashInet(v, h)
	case shape:
		return hashShape(v, h)
	}
	return mix(h)
}

// hashNumeric hashes a numeric by value: the digits without zeros at the end,
// and their place.
func hashNumeric(d *apd.Decimal, h uint64) uint64 {
	if r := numericRank(d); r != 0 {
		return hashInt(int64(r), h+1)
	}
	if d.Coeff.Sign() == 0 {
		return hashInt(0, h)
	}
	var buf [64]byte
	return hashDigits(d.Coeff.Append(buf[:0], 10), int64(d.Exponent), d.Negative, h)
}

// hashDigits hashes a number other than zero, digits × 10^exp, by value.
func hashDigits(digits []byte, exp int64, neg bool, h uint64) uint64 {
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
		exp++
	}
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	if neg {
		exp = ^exp
		h++
	}
	return hashInt(exp, mix(h*31^xxhash.Sum64(digits)))
}
