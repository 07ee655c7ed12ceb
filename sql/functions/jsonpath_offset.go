package functions

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/types"
)

// .keyvalue() numbers objects by where they lie in PostgreSQL's binary form of
// jsonb: a container is a header word, a word for each key and value, then the
// keys, then the values; numbers and containers start at multiples of four.

// jsonbOffset returns where the container at byte off of a canonical text lies
// in the binary form.
func jsonbOffset(s string, off int) int64 {
	at := int64(0)
	for off > 0 {
		pos, inner, start := containerStart(s), "", 0
		eachPart(s, func(_, v string, i int) bool {
			if off < i+len(v) {
				pos = align4(pos)
				inner, start = v, i
				return false
			}
			pos = behindPart(pos, v)
			return true
		})
		if inner == "" || off < start {
			return at
		}
		at, s, off = at+pos, inner, off-start
	}
	return at
}

func align4(n int64) int64 { return (n + 3) &^ 3 }

// containerStart is where a container's values start.
func containerStart(s string) int64 {
	n := int64(4)
	eachPart(s, func(key, _ string, _ int) bool {
		n += 4
		if key != "" {
			n += 4 + int64(len(jsonString(key)))
		}
		return true
	})
	return n
}

// behindPart is where the value that is put at pos ends.
func behindPart(pos int64, v string) int64 {
	switch jsonKind(v) {
	case '"':
		return pos + int64(len(jsonString(v)))
	case '0':
		return align4(pos) + numericBytes(v)
	case '{', '[':
		end := containerStart(v)
		eachPart(v, func(_, part string, _ int) bool { end = behindPart(end, part); return true })
		return align4(pos) + end
	}
	return pos
}

// numericBytes is the size of a stored numeric: a length word, a header of two
// or four bytes, and two for each digit of base 10,000.
func numericBytes(v string) int64 {
	d, err := types.ParseNumeric(v)
	if err != nil || isZero(d) {
		return 6
	}
	var reduced apd.Decimal
	reduced.Reduce(d)
	digits, exp := reduced.NumDigits(), int64(reduced.Exponent)
	low, _ := floorDiv(exp, 4)
	high, _ := floorDiv(digits+exp-1, 4)
	header := int64(6)
	if dscale(d) > 63 || high > 63 || high < -64 {
		header = 8
	}
	return header + 2*(high-low+1)
}
