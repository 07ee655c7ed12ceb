package functions

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// datumHash hashes a value of one type.
type datumHash func(d datum, seed uint64) uint64

func hashInt32Datum(d datum, seed uint64) uint64 { return hashUint32(uint32(d.I), seed) }
func hashInt64Datum(d datum, seed uint64) uint64 { return hashInt64(d.I, seed) }
func hashCharDatum(d datum, seed uint64) uint64  { return hashUint32(uint32(int8(d.I)), seed) }
func hashTextDatum(d datum, seed uint64) uint64  { return hashBytes(d.S, seed) }
func hashBpchar(d datum, seed uint64) uint64     { return hashBytes(trimBlanks(d.S), seed) }

// hashFloatDatum hashes both widths as float8: equal numbers hash equally.
func hashFloatDatum(d datum, seed uint64) uint64 {
	switch {
	case d.F == 0:
		return seed
	case d.F != d.F:
		return hashBytes(binary.LittleEndian.AppendUint64(nil, 0x7ff8000000000000), seed)
	}
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], math.Float64bits(d.F))
	return hashBytes(b[:], seed)
}

func hashOIDVector(d datum, seed uint64) uint64 {
	var b []byte
	for _, e := range arr(d).Elems {
		b = binary.LittleEndian.AppendUint32(b, uint32(e.I))
	}
	return hashBytes(b, seed)
}

// hashTID hashes the block's two halves, the upper first, and the offset.
func hashTID(d datum, seed uint64) uint64 {
	var b [6]byte
	binary.LittleEndian.PutUint16(b[0:], uint16(d.I>>32))
	binary.LittleEndian.PutUint16(b[2:], uint16(d.I>>16))
	binary.LittleEndian.PutUint16(b[4:], uint16(d.I))
	return hashBytes(b[:], seed)
}

func hashTimetz(d datum, seed uint64) uint64 {
	t := d.A.(types.TimeTZ)
	return hashInt64(t.Micros, seed) ^ hashUint32(uint32(t.West), seed)
}

// hashInterval hashes the length that intervals are compared by, of which the
// low 64 bits are enough.
func hashInterval(d datum, seed uint64) uint64 {
	i := ival(d)
	days := int64(i.Months)*30 + int64(i.Days)
	_, lo := bits.Mul64(uint64(days), uint64(usPerDay))
	return hashInt64(int64(lo+uint64(i.Micros)), seed)
}

// hashNumeric hashes the digits of base 10,000, zeros at the ends left out,
// and the weight of the first: the display scale does not count.
func hashNumeric(d datum, seed uint64) uint64 {
	x := num(d)
	switch {
	case !isFinite(x):
		return seed
	case isZero(x):
		return seed - 1
	}
	b, _ := types.AppendBinaryDatum(nil, tNumeric, d)
	weight := int64(int16(binary.BigEndian.Uint16(b[2:])))
	b = b[8:]
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return hashBytes(b, seed) ^ uint64(weight)
}

// hashOf is the hash of a type, by its default hash operator class.
func hashOf(t types.OID) (datumHash, error) {
	switch t {
	case tBool, tChar:
		return hashCharDatum, nil
	case tInt2, tInt4, tOID, tXID, tCID, tDate:
		return hashInt32Datum, nil
	case tInt8, tTime, tTimestamp, tTimestamptz, tXID8, tPgLSN:
		return hashInt64Datum, nil
	case tFloat4, tFloat8:
		return hashFloatDatum, nil
	case tText, tVarchar, tName, tBytea, tUUID:
		return hashTextDatum, nil
	case tBpchar:
		return hashBpchar, nil
	case tOIDVector:
		return hashOIDVector, nil
	case tTID:
		return hashTID, nil
	case tTimetz:
		return hashTimetz, nil
	case tInterval:
		return hashInterval, nil
	case tNumeric:
		return hashNumeric, nil
	case tJSONB:
		return hashJSONB, nil
	case tInet, tCIDR:
		return hashNet, nil
	case tMacaddr:
		return hashMac, nil
	case tMacaddr8:
		return hashMac8, nil
	}
	if types.IsReg(t) {
		return hashInt32Datum, nil
	}
	if f := hashOfRange(t); f != nil {
		return f, nil
	}
	return nil, noHash(t)
}

// noHash is the type that a value cannot be hashed for.
type noHash types.OID

// Error is the message of the functions without a seed.
func (t noHash) Error() string { return t.refusal("a").Error() }

func (t noHash) refusal(kind string) error {
	return sqlerr.New(sqlerr.UndefinedFunction, "could not identify %s hash function for type %s", kind, types.FormatType(types.OID(t), -1))
}

// hashed gives a hash as the function's result: 64 bits, or the lower half.
func hashed(h uint64, extended bool) datum {
	if extended {
		return types.Int(int64(h))
	}
	return types.Int(int64(int32(h)))
}

func hashSeed(a []datum) uint64 {
	if len(a) > 1 {
		return uint64(a[1].I)
	}
	return 0
}

func rowHash(f datumHash, extended bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		return hashed(f(a[0], hashSeed(a)), extended), nil
	}
}

// bindHash hashes arrays and rows by the hashes of what they hold.
func bindHash(extended bool) func([]types.OID, types.OID) RowFunc {
	return func([]types.OID, types.OID) RowFunc {
		return func(_ *Ctx, a []datum) (datum, error) {
			h, err := hashNested(a[0], hashSeed(a))
			var t noHash
			switch found := errors.As(err, &t); {
			case found && extended:
				err = t.refusal("an extended")
			case found:
				err = t.refusal("a")
			}
			return hashed(h, extended), err
		}
	}
}

// hashNested mixes as PostgreSQL does: by 31, arrays from 1 and rows from 0,
// a NULL as 0.
func hashNested(d datum, seed uint64) (uint64, error) {
	if r, ok := d.A.(*types.Record); ok {
		h := uint64(0)
		for i, v := range r.Vals {
			e, err := hashValue(r.Types[i], v, seed)
			if err != nil {
				return 0, err
			}
			h = h*31 + e
		}
		return h, nil
	}
	x := arr(d)
	h := uint64(1)
	if _, err := hashValue(x.Elem, null, seed); err != nil {
		return 0, err
	}
	for _, v := range x.Elems {
		e, err := hashValue(x.Elem, v, seed)
		if err != nil {
			return 0, err
		}
		h = h*31 + e
	}
	return h, nil
}

// hashValue hashes a value of type t, which may be nested itself. A NULL
// counts as 0, once its type is known to have a hash.
func hashValue(t types.OID, d datum, seed uint64) (uint64, error) {
	if t == tRecord || types.IsArray(t) && t != tOIDVector {
		if d.Null {
			return 0, nil
		}
		return hashNested(d, seed)
	}
	f, err := hashOf(t)
	if err != nil || d.Null {
		return 0, err
	}
	return f(d, seed), nil
}
