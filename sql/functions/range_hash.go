package functions

import (
	"math/bits"

	"github.com/stemedb/stemedb/sql/types"
)

// hashRange mixes the hashes of the flags and the finite bounds.
func hashRange(d datum, seed uint64) uint64 { return hashOneRange(rangeArg(d), seed) }

func hashOneRange(r *rng, seed uint64) uint64 {
	h := hashUint32(uint32(r.Flags()), seed) ^ hashBound(r, &r.Lower, seed)
	// Each half is turned for itself.
	h = uint64(bits.RotateLeft32(uint32(h>>32), 1))<<32 | uint64(bits.RotateLeft32(uint32(h), 1))
	return h ^ hashBound(r, &r.Upper, seed)
}

func hashBound(r *rng, b *bound, seed uint64) uint64 {
	if r.Empty || b.Inf {
		return 0
	}
	h, _ := hashValue(r.Elem, b.Val, seed) // every subtype has a hash
	return h
}

// hashMultirange mixes the hashes of the ranges, as those of an array's
// elements are.
func hashMultirange(d datum, seed uint64) uint64 {
	h := uint64(1)
	for _, r := range multirangeArg(d).Ranges {
		h = h*31 + hashOneRange(r, seed)
	}
	return h
}

// rangeHashFuncs are the hash functions of ranges.
func rangeHashFuncs() []Func {
	return []Func{
		{
			OID: 3417, Name: "hash_range_extended", Args: oids{tAnyRange, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash a range",
			Row: rowHash(hashRange, true),
		},
		{OID: 3902, Name: "hash_range", Args: oids{tAnyRange}, Ret: tInt4, Kind: Scalar, Doc: "hash a range", Row: rowHash(hashRange, false)},
		{
			OID: 4278, Name: "hash_multirange", Args: oids{tAnyMultirange}, Ret: tInt4, Kind: Scalar, Doc: "hash a multirange",
			Row: rowHash(hashMultirange, false),
		},
		{
			OID: 4279, Name: "hash_multirange_extended", Args: oids{tAnyMultirange, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash a multirange",
			Row: rowHash(hashMultirange, true),
		},
	}
}

// hashOfRange is the hash of a range or multirange type, nil of others.
func hashOfRange(t types.OID) datumHash {
	switch {
	case types.IsRange(t):
		return hashRange
	case types.IsMultirange(t):
		return hashMultirange
	}
	return nil
}
