package functions

import "github.com/stemedb/stemedb/sql/types"

// aggBits is bit_and, bit_or or bit_xor of bit strings.
func aggBits(word string, f func(a, b byte) byte) *Aggregate {
	return aggFold(
		func(a, b any) (any, error) { return bitwise(a.(*types.Bits), b.(*types.Bits), word, f) },
		func(v any) int64 { return int64(len(v.(*types.Bits).Data)) + 40 },
	)
}
