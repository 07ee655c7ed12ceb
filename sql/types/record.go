package types

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// appendRecord prints (a,"b c",): NULL is nothing, quotes and backslashes are
// doubled inside quotes.
func appendRecord(dst []byte, r *Record, f *Format) ([]byte, error) {
	dst = append(dst, '(')
	for i, v := range r.Vals {
		if i > 0 {
			dst = append(dst, ',')
		}
		if v.Null {
			continue
		}
		start := len(dst)
		var err error
		if dst, err = AppendTextDatum(dst, r.Types[i], v, f); err != nil {
			return dst, err
		}
		if fieldNeedsQuotes(dst[start:]) {
			if dst, err = quoteInPlace(dst, start, false); err != nil {
				return dst, err
			}
		}
	}
	return append(dst, ')'), nil
}

func fieldNeedsQuotes(s []byte) bool {
	for _, c := range s {
		if c == '"' || c == '\\' || c == '(' || c == ')' || c == ',' || isSpace(c) {
			return true
		}
	}
	return len(s) == 0
}

// ParseRecord reads a row's text form into columns of the given types; typmods
// may be nil. It serves row types, whose columns the catalog knows.
func ParseRecord(cols []OID, typmods []int32, s string, f *Format) (*Record, error) {
	bad := func(detail string) error {
		return sqlerr.New(sqlerr.InvalidTextRepresentation, "malformed record literal: \"%s\"", s).WithDetail("%s", detail)
	}
	w := trimSpace(s)
	if w == "" || w[0] != '(' {
		return nil, bad("Missing left parenthesis.")
	}
	pos := 1
	r := &Record{Types: cols, Vals: make([]Datum, len(cols))}
	for i, t := range cols {
		if i > 0 {
			if pos >= len(w) || w[pos] != ',' {
				return nil, bad("Too few columns.")
			}
			pos++
		}
		text, null, next, ok := recordField(w, pos)
		if !ok {
			return nil, bad("Unexpected end of input.")
		}
		pos = next
		if null {
			r.Vals[i] = NullDatum
			continue
		}
		typmod := int32(-1)
		if typmods != nil {
			typmod = typmods[i]
		}
		v, err := ParseText(t, typmod, text, f)
		if err != nil {
			return nil, err
		}
		r.Vals[i] = v
	}
	if pos >= len(w) || w[pos] != ')' {
		return nil, bad("Too many columns.")
	}
	if pos+1 != len(w) {
		return nil, bad("Junk after right parenthesis.")
	}
	return r, nil
}

// recordField reads one column's text, which may have quoted stretches in it.
func recordField(w string, pos int) (text string, null bool, next int, ok bool) {
	if pos < len(w) && (w[pos] == ',' || w[pos] == ')') {
		return "", true, pos, true
	}
	var b strings.Builder
	quoted := false
	for pos < len(w) {
		c := w[pos]
		switch {
		case c == '\\':
			if pos++; pos == len(w) {
				return "", false, pos, false
			}
			b.WriteByte(w[pos])
		case c == '"' && quoted && pos+1 < len(w) && w[pos+1] == '"':
			pos++
			b.WriteByte('"')
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == ')'):
			return b.String(), false, pos, true
		default:
			b.WriteByte(c)
		}
		pos++
	}
	return "", false, pos, false
}
