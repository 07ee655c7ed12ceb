package functions

import (
	"encoding/binary"
	"math/bits"
)

// PostgreSQL hashes bytes with Bob Jenkins' lookup3, as a little-endian
// machine reads them. Hash partitions on disk hang on it, so its answers never
// change. The 64-bit form takes a seed; seed 0 gives the 32-bit form in the
// lower half.

type jenkins struct{ a, b, c uint32 }

// newJenkins starts a hash of n bytes.
func newJenkins(n int, seed uint64) jenkins {
	s := uint32(0x9e3779b9) + uint32(n) + 3923095
	j := jenkins{s, s, s}
	if seed != 0 {
		j.a += uint32(seed >> 32)
		j.b += uint32(seed)
		j.mix()
	}
	return j
}

func (j *jenkins) mix() {
	a, b, c := j.a, j.b, j.c
	a = a - c ^ bits.RotateLeft32(c, 4)
	c += b
	b = b - a ^ bits.RotateLeft32(a, 6)
	a += c
	c = c - b ^ bits.RotateLeft32(b, 8)
	b += a
	a = a - c ^ bits.RotateLeft32(c, 16)
	c += b
	b = b - a ^ bits.RotateLeft32(a, 19)
	a += c
	c = c - b ^ bits.RotateLeft32(b, 4)
	b += a
	j.a, j.b, j.c = a, b, c
}

// sum stirs a last time and gives both halves of the hash.
func (j jenkins) sum() uint64 {
	a, b, c := j.a, j.b, j.c
	c = (c ^ b) - bits.RotateLeft32(b, 14)
	a = (a ^ c) - bits.RotateLeft32(c, 11)
	b = (b ^ a) - bits.RotateLeft32(a, 25)
	c = (c ^ b) - bits.RotateLeft32(b, 16)
	a = (a ^ c) - bits.RotateLeft32(c, 4)
	b = (b ^ a) - bits.RotateLeft32(a, 14)
	c = (c ^ b) - bits.RotateLeft32(b, 24)
	return uint64(b)<<32 | uint64(c)
}

// hashBytes hashes a string of bytes.
func hashBytes[T string | []byte](s T, seed uint64) uint64 {
	j := newJenkins(len(s), seed)
	for ; len(s) >= 12; s = s[12:] {
		var w [12]byte
		copy(w[:], s[:12])
		j.a += binary.LittleEndian.Uint32(w[0:])
		j.b += binary.LittleEndian.Uint32(w[4:])
		j.c += binary.LittleEndian.Uint32(w[8:])
		j.mix()
	}
	// The lowest byte of c belongs to the length: what is left begins above it.
	var w [13]byte
	copy(w[:8], s[:min(8, len(s))])
	if len(s) > 8 {
		copy(w[9:], s[8:])
	}
	j.a += binary.LittleEndian.Uint32(w[0:])
	j.b += binary.LittleEndian.Uint32(w[4:])
	j.c += binary.LittleEndian.Uint32(w[8:12])
	return j.sum()
}

// hashUint32 hashes one number, which is not the hash of its bytes.
func hashUint32(v uint32, seed uint64) uint64 {
	j := newJenkins(4, seed)
	j.a += v
	return j.sum()
}

// hashInt64 hashes a bigint so that one in integer's range hashes as the
// integer does.
func hashInt64(v int64, seed uint64) uint64 {
	lo, hi := uint32(v), uint32(v>>32)
	if v < 0 {
		hi = ^hi
	}
	return hashUint32(lo^hi, seed)
}
