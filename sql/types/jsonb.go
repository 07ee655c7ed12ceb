package types

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// jsonbCursor walks canonical jsonb text, which is known to be well formed.
type jsonbCursor struct {
	s   string
	pos int
}

// The ranks of jsonb's types in its order.
const (
	rankNull = iota
	rankString
	rankNumber
	rankBool
	rankArray
	rankObject
)

func (c *jsonbCursor) rank() int {
	switch c.s[c.pos] {
	case 'n':
		return rankNull
	case '"':
		return rankString
	case 't', 'f':
		return rankBool
	case '[':
		return rankArray
	case '{':
		return rankObject
	}
	return rankNumber
}

// skipTo moves over separators to the next value, key or closing bracket.
func (c *jsonbCursor) skipTo() {
	for c.pos < len(c.s) && (c.s[c.pos] == ' ' || c.s[c.pos] == ',' || c.s[c.pos] == ':') {
		c.pos++
	}
}

// scalar returns the text of the scalar at the cursor and moves behind it.
func (c *jsonbCursor) scalar() string {
	start := c.pos
	if c.s[c.pos] == '"' {
		for c.pos++; c.s[c.pos] != '"'; c.pos++ {
			if c.s[c.pos] == '\\' {
				c.pos++
			}
		}
		c.pos++
		return c.s[start:c.pos]
	}
	for c.pos < len(c.s) && c.s[c.pos] != ',' && c.s[c.pos] != ']' && c.s[c.pos] != '}' {
		c.pos++
	}
	return c.s[start:c.pos]
}

// count returns the elements or members of the container at the cursor, which
// does not move.
func (c *jsonbCursor) count() int {
	w := *c
	depth, n, empty := 0, 0, true
	for w.pos < len(w.s) {
		switch w.s[w.pos] {
		case '[', '{':
			if depth > 0 {
				empty = false
			}
			depth++
			w.pos++
		case ']', '}':
			depth--
			w.pos++
			if depth == 0 {
				if empty {
					return 0
				}
				return n + 1
			}
		case ',':
			if depth == 1 {
				n++
			}
			w.pos++
		case ' ', ':':
			w.pos++
		default:
			empty = false
			w.scalar()
		}
	}
	return n
}

// compareJSONB orders as jsonb's btree class does: by type, then containers by
// size, then part by part. At the top a scalar counts as an array of one, so
// that only the empty array is below it.
func compareJSONB(a, b string) int {
	if a == b || a == "" || b == "" {
		return strings.Compare(a, b)
	}
	x, y := jsonbCursor{s: a}, jsonbCursor{s: b}
	rx, ry := x.rank(), y.rank()
	if rx < rankArray && ry == rankArray || rx == rankArray && ry < rankArray {
		sizeX, sizeY := 1, 1
		if rx == rankArray {
			sizeX = x.count()
		} else {
			sizeY = y.count()
		}
		if sizeX != sizeY {
			return cmp.Compare(sizeX, sizeY)
		}
		return cmp.Compare(rx, ry)
	}
	return compareJSONBValue(&x, &y)
}

func compareJSONBValue(x, y *jsonbCursor) int {
	rx, ry := x.rank(), y.rank()
	if rx != ry {
		return cmp.Compare(rx, ry)
	}
	if rx < rankArray {
		return compareJSONBScalar(rx, x.scalar(), y.scalar())
	}
	if c := cmp.Compare(x.count(), y.count()); c != 0 {
		return c
	}
	x.pos++
	y.pos++
	for {
		x.skipTo()
		y.skipTo()
		if end := x.s[x.pos]; end == ']' || end == '}' {
			x.pos++
			y.pos++
			return 0
		}
		if rx == rankObject {
			if c := compareJSONBScalar(rankString, x.scalar(), y.scalar()); c != 0 {
				return c
			}
			x.skipTo()
			y.skipTo()
		}
		if c := compareJSONBValue(x, y); c != 0 {
			return c
		}
	}
}

func compareJSONBScalar(rank int, a, b string) int {
	if a == b {
		return 0
	}
	switch rank {
	case rankString:
		return strings.Compare(jsonbText(a), jsonbText(b))
	case rankNumber:
		x, err1 := ParseNumeric(a)
		y, err2 := ParseNumeric(b)
		if err1 == nil && err2 == nil {
			return CompareNumeric(x, y)
		}
	case rankBool:
		return strings.Compare(a, b) // false, true
	}
	return strings.Compare(a, b)
}

// jsonbText decodes a string of canonical jsonb text.
func jsonbText(q string) string {
	raw := q[1 : len(q)-1]
	if strings.IndexByte(raw, '\\') < 0 {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		i++
		switch raw[i] {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			if i+4 < len(raw) {
				v, _ := strconv.ParseUint(raw[i+1:i+5], 16, 32)
				out = append(out, string(rune(v))...)
			}
			i += 4
		default:
			out = append(out, raw[i])
		}
	}
	return string(out)
}

// hashJSONB hashes canonical text with numbers by value: 1 and 1.0 are equal.
func hashJSONB(s string, h uint64) uint64 {
	c := jsonbCursor{s: s}
	start := 0 // of the stretch not hashed yet
	for c.pos < len(s) {
		switch b := s[c.pos]; {
		case b == '"':
			c.scalar()
		case b == '-' || isDigit(b):
			h = mix(h*31 ^ xxhash.Sum64String(s[start:c.pos]))
			h = hashJSONBNumber(c.scalar(), h)
			start = c.pos
		default:
			c.pos++
		}
	}
	return mix(h*31 ^ xxhash.Sum64String(s[start:]))
}

func hashJSONBNumber(s string, h uint64) uint64 {
	var buf [64]byte
	digits, exp, zero := buf[:0], int64(0), true
	frac := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '.':
			frac = true
		case isDigit(s[i]):
			digits = append(digits, s[i])
			zero = zero && s[i] == '0'
			if frac {
				exp--
			}
		}
	}
	if zero {
		return hashInt(0, h)
	}
	return hashDigits(digits, exp, s[0] == '-', h)
}
