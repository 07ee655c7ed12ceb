package functions

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/types"
)

// JSON values are handled as spans of their text, which input has checked to
// be well formed: taking one apart allocates no copies of its parts, and a
// part of a canonical jsonb is canonical itself.

// jsonLevel is a value opened by one level.
type jsonLevel struct {
	kind byte     // '{', '[', or 's' for a scalar
	keys []string // decoded, of an object
	vals []string
}

// jsonKind is a value's kind: { [ " 0 t f n.
func jsonKind(s string) byte {
	if s == "" {
		return 'n'
	}
	switch ch := s[0]; ch {
	case '{', '[', '"', 't', 'f', 'n':
		return ch
	}
	return '0'
}

func jsonSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

func jsonSkip(s string, i int) int {
	for i < len(s) && jsonSpace(s[i]) {
		i++
	}
	return i
}

func jsonTrim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r < 128 && jsonSpace(byte(r)) })
}

// jsonEnd returns where the value at i ends.
func jsonEnd(s string, i int) int {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
			if depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
		i++
		if depth == 0 && s[i-1] == '"' {
			return i
		}
	}
	return i
}

func openJSON(s string) jsonLevel {
	s = jsonTrim(s)
	l := jsonLevel{kind: 's'}
	if k := jsonKind(s); k == '{' || k == '[' {
		l.kind = k
	} else {
		l.vals = []string{s}
		return l
	}
	i := jsonSkip(s, 1)
	for i < len(s) && s[i] != '}' && s[i] != ']' {
		if l.kind == '{' {
			end := jsonEnd(s, i)
			l.keys = append(l.keys, jsonString(s[i:end]))
			i = jsonSkip(s, jsonSkip(s, end)+1)
		}
		end := jsonEnd(s, i)
		l.vals = append(l.vals, jsonTrim(s[i:end]))
		if i = jsonSkip(s, end); i < len(s) && s[i] == ',' {
			i = jsonSkip(s, i+1)
		}
	}
	return l
}

// jsonString decodes a string literal.
func jsonString(lit string) string {
	body := lit[1 : len(lit)-1]
	if strings.IndexByte(body, '\\') < 0 {
		return body
	}
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			b.WriteByte(body[i])
			continue
		}
		i++
		switch ch := body[i]; ch {
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'u':
			r, n := jsonRune(body[i+1:])
			b.WriteRune(r)
			i += n
		default:
			b.WriteByte(ch)
		}
	}
	return b.String()
}

func jsonRune(s string) (rune, int) {
	hex := func(s string) rune {
		v, err := strconv.ParseUint(s, 16, 32)
		if err != nil {
			return utf8.RuneError
		}
		return rune(v)
	}
	if len(s) < 4 {
		return utf8.RuneError, len(s)
	}
	r := hex(s[:4])
	if utf16.IsSurrogate(r) && len(s) >= 10 && s[4] == '\\' {
		return utf16.DecodeRune(r, hex(s[6:10])), 10
	}
	return r, 4
}

// jsonText is the ->> form of a value: strings decoded, null as NULL.
func jsonText(s string) datum {
	switch jsonKind(s) {
	case 'n':
		return null
	case '"':
		return types.Text(jsonString(s))
	}
	return types.Text(s)
}

// find returns the index of a key's last appearance, or -1.
func (l *jsonLevel) find(key string) int {
	for i := len(l.keys) - 1; i >= 0; i-- {
		if l.keys[i] == key {
			return i
		}
	}
	return -1
}

func (l *jsonLevel) remove(i int) {
	l.vals = slices.Delete(slices.Clone(l.vals), i, i+1)
	if l.kind == '{' {
		l.keys = slices.Delete(slices.Clone(l.keys), i, i+1)
	}
}

func (l *jsonLevel) put(key, val string) {
	if i := l.find(key); i >= 0 {
		l.vals[i] = val
		return
	}
	l.keys = append(l.keys, key)
	l.vals = append(l.vals, val)
}

// jsonb prints a level in canonical form: keys by length, then bytes; of equal
// keys the last.
func (l *jsonLevel) jsonb() string {
	switch l.kind {
	case 's':
		return l.vals[0]
	case '[':
		return "[" + strings.Join(l.vals, ", ") + "]"
	}
	order := make([]int, len(l.keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := len(l.keys[a]) - len(l.keys[b]); d != 0 {
			return d
		}
		return strings.Compare(l.keys[a], l.keys[b])
	})
	out := []byte{'{'}
	for n, i := range order {
		if n+1 < len(order) && l.keys[order[n+1]] == l.keys[i] {
			continue
		}
		if len(out) > 1 {
			out = append(out, ", "...)
		}
		out = jsonpath.AppendQuoted(out, l.keys[i])
		out = append(out, ": "...)
		out = append(out, l.vals[i]...)
	}
	return string(append(out, '}'))
}
