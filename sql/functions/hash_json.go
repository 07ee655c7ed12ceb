package functions

import (
	"math/bits"

	"github.com/stemedb/stemedb/sql/types"
)

// What opens an array and an object within a jsonb, to its hash.
const (
	jsonHashArray  = 0x40000000<<32 | 0x40000000
	jsonHashObject = 0x20000000<<32 | 0x20000000
)

// hashJSONB mixes what a jsonb holds, in the order in which it is stored. A
// scalar counts as an array of one.
func hashJSONB(d datum, seed uint64) uint64 {
	l := openJSON(d.S)
	if len(l.vals) == 0 {
		return seed
	}
	if l.kind == 's' {
		return jsonHasher{seed: seed, hash: jsonHashArray}.scalar(d.S).hash
	}
	return jsonHasher{seed: seed}.value(d.S).hash
}

// jsonHasher is the hash of what has been read so far.
type jsonHasher struct{ seed, hash uint64 }

func (h jsonHasher) value(s string) jsonHasher {
	l := openJSON(s)
	switch l.kind {
	case 's':
		return h.scalar(s)
	case '{':
		h.hash ^= jsonHashObject
	default:
		h.hash ^= jsonHashArray
	}
	for i, v := range l.vals {
		if l.kind == '{' {
			h = h.mix(hashBytes(l.keys[i], h.seed))
		}
		h = h.value(v)
	}
	return h
}

func (h jsonHasher) scalar(s string) jsonHasher {
	switch jsonKind(s) {
	case 'n':
		return h.mix(h.seed + 1)
	case '"':
		return h.mix(hashBytes(jsonString(s), h.seed))
	case 't', 'f':
		return h.mix(hashJSONBool(s[0] == 't', h.seed))
	}
	d, err := types.ParseText(tNumeric, -1, s, nil)
	if err != nil {
		return h // a jsonb's number is one of numeric
	}
	return h.mix(hashNumeric(d, h.seed))
}

// hashJSONBool hashes a boolean; without a seed it is a number of its own.
func hashJSONBool(b bool, seed uint64) uint64 {
	d := types.Bool(b)
	switch {
	case seed != 0:
		return hashCharDatum(d, seed)
	case b:
		return 2
	}
	return 4
}

// mix turns both halves of the hash by one bit and puts a part's hash in.
func (h jsonHasher) mix(part uint64) jsonHasher {
	hi, lo := bits.RotateLeft32(uint32(h.hash>>32), 1), bits.RotateLeft32(uint32(h.hash), 1)
	h.hash = (uint64(hi)<<32 | uint64(lo)) ^ part
	return h
}
