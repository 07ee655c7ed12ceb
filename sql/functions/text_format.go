package functions

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// concatText is how concat and format print a value: in its text form, bool as
// t and f.
func concatText(c *Ctx, t types.OID, d datum) (string, error) { return textOf(c, t, d) }

func bindConcat(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		var b strings.Builder
		for i := range a {
			if a[i].Null {
				continue
			}
			s, err := concatText(c, args[i], a[i])
			if err != nil {
				return null, err
			}
			b.WriteString(s)
		}
		return types.Text(b.String()), nil
	}
}

func bindConcatWS(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		if a[0].Null {
			return null, nil
		}
		var b strings.Builder
		first := true
		for i := 1; i < len(a); i++ {
			if a[i].Null {
				continue
			}
			s, err := concatText(c, args[i], a[i])
			if err != nil {
				return null, err
			}
			if !first {
				b.WriteString(a[0].S)
			}
			first = false
			b.WriteString(s)
		}
		return types.Text(b.String()), nil
	}
}

// bindTextAny is || of a text and anything else.
func bindTextAny(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		l, err := castText(c, args[0], a[0])
		if err != nil {
			return null, err
		}
		r, err := castText(c, args[1], a[1])
		return types.Text(l + r), err
	}
}

// castText is a value as a cast to text gives it, which for a boolean and an
// address is not what its output is.
func castText(c *Ctx, t types.OID, d datum) (string, error) {
	k, ok := CastBetween(t, tText)
	if !ok || k.Func == 0 {
		return textOf(c, t, d)
	}
	f, _ := ByOID(k.Func)
	out, err := f.Row(c, []datum{d})
	return out.S, err
}

// QuoteIdent quotes an identifier when it needs to be.
func QuoteIdent(s string) string {
	safe := s != "" && (s[0] >= 'a' && s[0] <= 'z' || s[0] == '_')
	for i := 0; safe && i < len(s); i++ {
		ch := s[i]
		safe = ch >= 'a' && ch <= 'z' || ch >= '0' && ch <= '9' || ch == '_'
	}
	if safe && !isKeyword(s) {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// QuoteLiteral makes an SQL literal of a string.
func QuoteLiteral(s string) string {
	q := "'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return "E" + q
	}
	return q
}

func bindQuote(nullable bool) func([]types.OID, types.OID) RowFunc {
	return func(args []types.OID, _ types.OID) RowFunc {
		return func(c *Ctx, a []datum) (datum, error) {
			if a[0].Null {
				return types.Text("NULL"), nil
			}
			s, err := castText(c, args[0], a[0])
			return types.Text(QuoteLiteral(s)), err
		}
	}
}

// formatter runs format()'s template.
type formatter struct {
	c    *Ctx
	args []types.OID
	vals []datum
	out  strings.Builder
	last int // index of the argument used last
}

func errFormat(msg string) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "%s", msg)
}

func bindFormat(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		if a[0].Null {
			return null, nil
		}
		f := &formatter{c: c, args: args, vals: a}
		if err := f.run(a[0].S); err != nil {
			return null, err
		}
		return types.Text(f.out.String()), nil
	}
}

var errFormatEnd = errFormat("unterminated format() type specifier").WithHint(`For a single "%%" use "%%%%".`)

func (f *formatter) run(t string) error {
	for i := 0; i < len(t); {
		if t[i] != '%' {
			j := strings.IndexByte(t[i:], '%')
			if j < 0 {
				j = len(t) - i
			}
			f.out.WriteString(t[i : i+j])
			i += j
			continue
		}
		i++
		if i < len(t) && t[i] == '%' {
			f.out.WriteByte('%')
			i++
			continue
		}
		n, err := f.spec(t[i:])
		if err != nil {
			return err
		}
		i += n
	}
	return nil
}

// number reads digits; n is 0 when there are none.
func digits(s string) (v, n int, err error) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 {
		return 0, 0, nil
	}
	v, err = strconv.Atoi(s[:n])
	if err != nil || v > 1<<31-1 {
		return 0, 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "number is out of range")
	}
	return v, n, nil
}

// spec handles one specifier, [position][flags][width]type, and returns its
// length.
func (f *formatter) spec(t string) (int, error) {
	i, pos, width := 0, 0, 0
	v, n, err := digits(t)
	if err != nil {
		return 0, err
	}
	haveWidth := false
	if n > 0 {
		i = n
		if i < len(t) && t[i] == '$' {
			if v == 0 {
				return 0, errFormat("format specifies argument 0, but arguments are numbered from 1")
			}
			pos = v
			i++
		} else {
			width, haveWidth = v, true
		}
	}
	left := false
	if !haveWidth {
		for i < len(t) && t[i] == '-' {
			left = true
			i++
		}
		w, n, err := f.width(t[i:])
		if err != nil {
			return 0, err
		}
		width = w
		i += n
	}
	if width < 0 {
		left, width = true, -width
	}
	if i >= len(t) {
		return 0, errFormatEnd
	}
	if strings.IndexByte("sIL", t[i]) < 0 {
		r, _ := utf8.DecodeRuneInString(t[i:])
		return 0, errFormat(`unrecognized format() type specifier "` + string(r) + `"`).WithHint(`For a single "%%" use "%%%%".`)
	}
	idx := f.last + 1
	if pos > 0 {
		idx = pos
	}
	f.last = idx
	if idx >= len(f.vals) {
		return 0, errFormat("too few arguments for format()")
	}
	s, err := f.render(t[i], idx)
	if err != nil {
		return 0, err
	}
	f.pad(s, width, left)
	return i + 1, nil
}

// width reads a width: digits, * or *n$.
func (f *formatter) width(t string) (w, n int, err error) {
	if t == "" || t[0] != '*' {
		return digits(t)
	}
	idx := f.last + 1
	n = 1
	v, k, err := digits(t[1:])
	if err != nil {
		return 0, 0, err
	}
	if k > 0 {
		if 1+k >= len(t) || t[1+k] != '$' {
			return 0, 0, errFormat("width argument position must be ended by \"$\"")
		}
		if v == 0 {
			return 0, 0, errFormat("format specifies argument 0, but arguments are numbered from 1")
		}
		idx = v
		n = 2 + k
	}
	f.last = idx
	if idx >= len(f.vals) {
		return 0, 0, errFormat("too few arguments for format()")
	}
	if f.vals[idx].Null {
		return 0, n, nil
	}
	s, err := textOf(f.c, f.args[idx], f.vals[idx])
	if err != nil {
		return 0, 0, err
	}
	d, err := types.ParseText(tInt4, -1, s, &f.c.Format)
	return int(d.I), n, err
}

func (f *formatter) render(kind byte, idx int) (string, error) {
	d := f.vals[idx]
	if d.Null {
		switch kind {
		case 'I':
			return "", sqlerr.New(sqlerr.NullValueNotAllowed, "null values cannot be formatted as an SQL identifier")
		case 'L':
			return "NULL", nil
		}
		return "", nil
	}
	s, err := concatText(f.c, f.args[idx], d)
	switch kind {
	case 'I':
		s = QuoteIdent(s)
	case 'L':
		s = QuoteLiteral(s)
	}
	return s, err
}

func (f *formatter) pad(s string, width int, left bool) {
	n := width - int(charLen(s))
	if n > 0 && !left {
		f.out.WriteString(strings.Repeat(" ", n))
	}
	f.out.WriteString(s)
	if n > 0 && left {
		f.out.WriteString(strings.Repeat(" ", n))
	}
}

func rowParseIdent(_ *Ctx, a []datum) (datum, error) {
	strict := len(a) < 2 || a[1].Bool()
	parts, err := parseIdent(a[0].S, strict)
	if err != nil {
		return null, err
	}
	return textArray(parts), nil
}

// parseIdent splits a qualified name as SQL reads it.
func parseIdent(s string, strict bool) ([]string, error) {
	bad := func() *sqlerr.Error {
		return sqlerr.New(sqlerr.InvalidParameterValue, "string is not a valid identifier: \"%s\"", s)
	}
	var parts []string
	rest := strings.TrimLeftFunc(s, unicode.IsSpace)
	for {
		if rest == "" {
			return nil, bad()
		}
		if rest[0] == '"' {
			var id strings.Builder
			i := 1
			for {
				j := strings.IndexByte(rest[i:], '"')
				if j < 0 {
					return nil, bad().WithDetail("String has unclosed double quotes.")
				}
				id.WriteString(rest[i : i+j])
				i += j + 1
				if i < len(rest) && rest[i] == '"' {
					id.WriteByte('"')
					i++
					continue
				}
				break
			}
			if id.Len() == 0 {
				return nil, bad().WithDetail("Quoted identifier must not be empty.")
			}
			parts = append(parts, id.String())
			rest = rest[i:]
		} else {
			i := 0
			for i < len(rest) && identByte(rest[i], i == 0) {
				i++
			}
			if i == 0 {
				return nil, bad()
			}
			parts = append(parts, asciiLower(rest[:i]))
			rest = rest[i:]
		}
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if !strings.HasPrefix(rest, ".") {
			break
		}
		rest = strings.TrimLeftFunc(rest[1:], unicode.IsSpace)
	}
	if rest != "" && strict {
		return nil, bad()
	}
	return parts, nil
}

func identByte(b byte, first bool) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b >= 0x80 || !first && (b >= '0' && b <= '9' || b == '$')
}
