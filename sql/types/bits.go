package types

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Bits is a bit string: N bits, the first in the highest bit of Data's first
// byte; unused bits of the last byte are 0.
type Bits struct {
	N    int32
	Data string
}

// Bit returns bit i, counted from 0 at the left.
func (b *Bits) Bit(i int32) byte { return b.Data[i/8] >> (7 - i%8) & 1 }

func appendBits(dst []byte, b *Bits) []byte {
	for i := int32(0); i < b.N; i++ {
		dst = append(dst, '0'+b.Bit(i))
	}
	return dst
}

// parseBits reads a string of 0 and 1 (with an optional leading b), or x and
// hexadecimal digits.
func parseBits(s string) (*Bits, error) {
	w, perDigit := s, 1
	if w != "" && (w[0] == 'b' || w[0] == 'B') {
		w = w[1:]
	} else if w != "" && (w[0] == 'x' || w[0] == 'X') {
		w, perDigit = w[1:], 4
	}
	if len(w)*perDigit > maxBitLength*8 {
		return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "bit string length exceeds the maximum allowed (%d)", maxBitLength*8)
	}
	n := len(w) * perDigit
	out := make([]byte, (n+7)/8)
	for i := 0; i < len(w); i++ {
		v := hexVal(w[i])
		if perDigit == 1 && v > 1 {
			return nil, badDigit(w[i:], "binary")
		}
		if v > 15 {
			return nil, badDigit(w[i:], "hexadecimal")
		}
		if perDigit == 1 {
			out[i/8] |= v << (7 - i%8)
		} else {
			out[i/2] |= v << (4 - i%2*4)
		}
	}
	return &Bits{N: int32(n), Data: string(out)}, nil
}

func badDigit(s, kind string) error {
	r := []rune(s)
	return sqlerr.New(sqlerr.InvalidTextRepresentation, "\"%s\" is not a valid %s digit", string(r[:1]), kind)
}

// fitBits checks or, when explicit, makes a bit string's length.
func fitBits(t OID, n int32, b *Bits, explicit bool) (*Bits, error) {
	if b.N == n || t == OIDVarbit && b.N <= n {
		return b, nil
	}
	if !explicit && t == OIDVarbit {
		return nil, sqlerr.New(sqlerr.StringDataRightTruncation, "bit string too long for type bit varying(%d)", n)
	}
	if !explicit {
		return nil, sqlerr.New(sqlerr.StringDataLengthMismatch, "bit string length %d does not match type bit(%d)", b.N, n)
	}
	out := make([]byte, (n+7)/8)
	copy(out, b.Data)
	if rest := n % 8; rest != 0 && b.N > n {
		out[len(out)-1] &= 0xFF << (8 - rest)
	}
	return &Bits{N: n, Data: string(out)}, nil
}

// compareBits orders by the bits, then by length.
func compareBits(a, b *Bits) int {
	if c := strings.Compare(a.Data, b.Data); c != 0 {
		return c
	}
	return int(a.N) - int(b.N)
}
