package functions

import (
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// dateReader reads a text by a template, for to_date, to_timestamp and jsonpath's
// datetime().
type dateReader struct {
	text     string // all of it, for errors
	s        string // what is left
	standard bool   // SQL's own rules: what stands between fields must match
	exact    bool   // FX: no blank is passed over that the template does not name
	skipped  int    // characters passed over beyond those of the template
	dateFields
}

func errDateInput(format string, args ...any) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidDatetimeFormat, format, args...)
}

func isSpaceByte(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// isSeparator reports whether b is one of the marks that stand for each other
// between fields.
func isSeparator(b byte) bool {
	return b > ' ' && b < 0x7f && !isDigitByte(b) && !(b >= 'a' && b <= 'z') && !(b >= 'A' && b <= 'Z')
}

// read fills the fields. A template may say more than the text holds, and the
// text more than the template, unless the standard's rules hold.
func (r *dateReader) read(nodes []formatNode) error {
	r.s, r.exact = r.text, r.standard
	for i := range nodes {
		n := &nodes[i]
		if r.s == "" {
			return r.end(false)
		}
		if !r.exact && n.key != "FX" && (n.key != "" || i == 0) {
			r.skipSpace()
		}
		if n.key == "" {
			if done, err := r.literal(n.text, n.quoted); err != nil || !done {
				return errOr(err, r.end(done))
			}
			continue
		}
		if err := r.set(n, n.freeWidth(nodes[i+1:])); err != nil {
			return err
		}
		if !r.exact {
			r.skipped = 0
			r.skipSpace()
		}
	}
	return r.end(true)
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// end checks what is left, where the standard allows nothing; done says that
// the template came to its end.
func (r *dateReader) end(done bool) error {
	switch {
	case !r.standard:
		return nil
	case !done:
		return errDateInput("input string is too short for datetime format")
	case strings.TrimLeft(r.s, " \t\n\v\f\r") != "":
		return errDateInput("trailing characters remain in input string after datetime format")
	}
	return nil
}

// skipSpace passes over blanks and counts them.
func (r *dateReader) skipSpace() {
	for r.s != "" && isSpaceByte(r.s[0]) {
		r.s = r.s[1:]
		r.skipped++
	}
}

// literal passes over what stands for the template's text, character by
// character; done is false where the text ends before. Separators are as good
// as each other and may be missing, and any other character may have been among
// those that were passed over in excess. In exact mode each is one of the text,
// whichever it is, and the standard asks for the same.
func (r *dateReader) literal(text string, quoted bool) (done bool, err error) {
	for i, c := range text {
		if r.s == "" {
			return false, nil
		}
		width := max(1, utf8.RuneLen(c))
		switch sep := !quoted && (isSeparator(text[i]) || isSpaceByte(text[i])); {
		case r.standard && !strings.HasPrefix(r.s, text[i:i+width]):
			if sep {
				return false, errDateInput("unmatched format separator \"%c\"", c)
			}
			return false, errDateInput("unmatched format character \"%c\"", c)
		case r.exact:
			r.drop()
		case sep:
			if r.skipped--; isSeparator(r.s[0]) || isSpaceByte(r.s[0]) {
				r.drop()
				r.skipped++
			}
		case r.skipped > 0:
			r.skipped--
		default:
			r.drop()
		}
	}
	return true, nil
}

// drop passes over one character, if there is one.
func (r *dateReader) drop() {
	_, size := utf8.DecodeRuneInString(r.s)
	r.s = r.s[size:]
}

// freeWidth reports whether a number takes all the digits that there are: with
// FM, before an ordinal's ending, and where no digits follow in the template.
func (n *formatNode) freeWidth(rest []formatNode) bool {
	switch {
	case n.fm || n.th != 0 || len(rest) == 0:
		return true
	case rest[0].key != "":
		return !isNumberKey(rest[0].key)
	}
	return rest[0].text == "" || !isDigitByte(rest[0].text[0])
}

// isNumberKey reports whether a field begins with a digit.
func isNumberKey(k string) bool {
	switch k {
	case "AM", "PM", "A.M.", "P.M.", "AD", "BC", "A.D.", "B.C.", "MONTH", "MON", "DAY", "DY", "RM", "TZ", "TZH", "OF", "FX":
		return false
	}
	return true
}

// number reads an integer of exactly width characters, or of all the digits that
// there are, and returns how many characters were taken for it, blanks before it
// among them.
func (r *dateReader) number(n *formatNode, width int, free bool) (v int32, taken int, err error) {
	rest := strings.TrimLeft(r.s, " \t\n\v\f\r")
	blanks := len(r.s) - len(rest)
	shown := rest[:min(len(rest), width)]
	if !free {
		if len(rest) < width {
			return 0, 0, errFieldWidth(errDateInput("source string too short for \"%s\" formatting field", n.word), width, len(rest), "remain")
		}
		rest = shown
	}
	value, used := leadingInt(rest)
	if !free && used > 0 && used < width {
		return 0, 0, errFieldWidth(errDateInput("invalid value \"%s\" for \"%s\"", shown, n.word), width, used, "could be parsed")
	}
	if free && used == 0 {
		blanks = 0
	}
	if taken = blanks + used; taken == 0 {
		return 0, 0, errDateInput("invalid value \"%s\" for \"%s\"", strings.ToValidUTF8(shown, ""), n.word).WithDetail("Value must be an integer.")
	}
	if value < minInt32 || value > maxInt32 {
		return 0, 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "value for \"%s\" in source string is out of range", n.word).
			WithDetail("Value must be in the range %d to %d.", minInt32, maxInt32)
	}
	r.s = r.s[taken:]
	return int32(value), taken, nil
}

const (
	minInt32 = -1 << 31
	maxInt32 = 1<<31 - 1
)

// leadingInt reads the number at the front of s after blanks, clamped far beyond
// 32 bits, and how many characters it takes; 0 where there is none.
func leadingInt(s string) (v int64, used int) {
	i := 0
	for i < len(s) && isSpaceByte(s[i]) {
		i++
	}
	neg := i < len(s) && s[i] == '-'
	if neg || i < len(s) && s[i] == '+' {
		i++
	}
	start := i
	for ; i < len(s) && isDigitByte(s[i]); i++ {
		v = min(v*10+int64(s[i]-'0'), 1<<40)
	}
	if i == start {
		return 0, 0
	}
	if neg {
		v = -v
	}
	return v, i
}

func errFieldWidth(e *sqlerr.Error, width, have int, what string) error {
	return e.WithDetail("Field requires %d characters, but only %d %s.", width, have, what).
		WithHint("If your source string is not fixed-width, try using the \"FM\" modifier.")
}

// word takes the first of the names that the text begins with, whatever its
// letters' case.
func (r *dateReader) word(n *formatNode, names []string) (int32, error) {
	for i, name := range names {
		if len(r.s) >= len(name) && asciiLower(r.s[:len(name)]) == asciiLower(name) {
			r.s = r.s[len(name):]
			return int32(i), nil
		}
	}
	shown := r.s
	if end := strings.IndexAny(shown, " \t\n\r\f"); end >= 0 {
		shown = shown[:end]
	}
	return 0, errDateInput("invalid value \"%s\" for \"%s\"", shown, n.word).
		WithDetail("The given value did not match any of the allowed values for this field.")
}
