package functions

import (
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// dateReader reads a text by a template, for to_date and to_timestamp.
type dateReader struct {
	s                        string
	year, month, day, doy    int
	haveYear, bc, pm, am     bool
	hour, min, sec, us       int
	hour12                   bool
	julian                   int
	isoYear, isoWeek, isoDay int
	iso                      bool
	century                  int
	ssss                     int
	tzSign, tzh, tzm         int
	haveTZ                   bool
	week, weekOfMonth        int
	isoDoy                   int
	gregorian                bool // a field of the calendar's own was read
	places                   int  // of the second's fraction, by FF1 to FF6; 0: not said
	exact                    bool // FX: separators count
	skipped                  int  // characters passed over beyond those of the template
	last                     byte // the last character passed over
}

func errDateInput(format string, args ...any) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidDatetimeFormat, format, args...)
}

func isSeparator(b byte) bool {
	return b > ' ' && b < 0x7f && !(b >= '0' && b <= '9') && !(b >= 'a' && b <= 'z') && !(b >= 'A' && b <= 'Z') || isSpaceByte(b)
}

func (r *dateReader) read(nodes []formatNode) error {
	r.ssss = -1
	for i := range nodes {
		n := &nodes[i]
		if !r.exact && n.key != "FX" && (n.key != "" || i == 0) {
			r.skipSpace()
		}
		if r.s == "" {
			break
		}
		if n.key == "" {
			r.skip(n)
			continue
		}
		next := i+1 < len(nodes) && nodes[i+1].key != "" && isNumberKey(nodes[i+1].key)
		if err := r.field(n, next); err != nil {
			return err
		}
		if n.th != 0 && len(r.s) >= 2 {
			r.s = r.s[2:]
		}
		if !r.exact {
			r.skipped = 0
			r.skipSpace()
		}
	}
	return nil
}

// skipSpace passes over blanks and counts them.
func (r *dateReader) skipSpace() {
	for r.s != "" && isSpaceByte(r.s[0]) {
		r.last, r.s = r.s[0], r.s[1:]
		r.skipped++
	}
}

// skip passes over what stands for the template's text, character by
// character. Separators are as good as each other and may be missing, and
// another character is one of those that were passed over in excess. In exact
// mode (FX) each character is one of the text.
func (r *dateReader) skip(n *formatNode) {
	for i := range n.text {
		if r.s == "" {
			return
		}
		switch sep := !n.quoted && isSeparator(n.text[i]); {
		case r.exact:
			r.drop()
		case sep:
			r.skipped--
			if isSeparator(r.s[0]) {
				r.drop()
				r.skipped++
			}
		case r.skipped > 0:
			r.skipped--
		default:
			r.drop()
		}
	}
}

// drop passes over one character.
func (r *dateReader) drop() {
	_, size := utf8.DecodeRuneInString(r.s)
	r.last, r.s = r.s[0], r.s[size:]
}

func isSpaceByte(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

func isNumberKey(k string) bool {
	switch k {
	case "AM", "PM", "A.M.", "P.M.", "AD", "BC", "A.D.", "B.C.", "MONTH", "MON", "DAY", "DY", "RM", "TZ", "TZH", "OF", "FX":
		return false
	}
	return true
}

// number reads at most width digits when the next field is a number too, else
// all there are.
func (r *dateReader) number(n *formatNode, width int, fixed bool) (int, error) {
	r.s = strings.TrimLeft(r.s, " \t\n\v\f\r")
	limit := len(r.s)
	exact := fixed && !n.fm
	if exact {
		if limit < width {
			return 0, errFieldWidth(errDateInput("source string too short for \"%s\" formatting field", n.word), width, limit, "remain")
		}
		limit = width
	}
	i, neg := 0, false
	if i < limit && (r.s[0] == '-' || r.s[0] == '+') {
		neg = r.s[0] == '-'
		i++
	}
	v, start := 0, i
	for ; i < limit && r.s[i] >= '0' && r.s[i] <= '9'; i++ {
		if v = v*10 + int(r.s[i]-'0'); v > 1<<31-1 {
			return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "value for \"%s\" in source string is out of range", n.word).
				WithDetail("Value must be in the range %d to %d.", -1<<31, 1<<31-1)
		}
	}
	if i == start {
		bad := r.s[:min(len(r.s), width)]
		return 0, errDateInput("invalid value \"%s\" for \"%s\"", bad, n.word).WithDetail("Value must be an integer.")
	}
	if exact && i < width {
		return 0, errFieldWidth(errDateInput("invalid value \"%s\" for \"%s\"", r.s[:width], n.word), width, i, "could be parsed")
	}
	r.s = r.s[i:]
	if neg {
		v = -v
	}
	return v, nil
}

func (r *dateReader) field(n *formatNode, fixed bool) error {
	num := func(dst *int, width int) error {
		v, err := r.number(n, width, fixed)
		if err == nil && *dst > 0 && *dst != v {
			err = errConflict(n)
		}
		*dst = v
		return err
	}
	if err := r.convention(n.key); err != nil {
		return err
	}
	switch n.key {
	case "FX":
		r.exact = true
		return nil
	case "HH", "HH12":
		if err := num(&r.hour, 2); err != nil {
			return err
		}
		r.hour12 = true
		return nil
	case "HH24":
		return num(&r.hour, 2)
	case "MI":
		return num(&r.min, 2)
	case "SS":
		return num(&r.sec, 2)
	case "SSSS", "SSSSS":
		return num(&r.ssss, 5)
	case "MS":
		return r.fraction(n, 3, fixed)
	case "US":
		return r.fraction(n, 6, fixed)
	case "FF1", "FF2", "FF3", "FF4", "FF5", "FF6":
		r.places = int(n.key[2] - '0')
		return r.fraction(n, r.places, fixed)
	case "MM":
		return num(&r.month, 2)
	case "DD":
		return num(&r.day, 2)
	case "DDD":
		return num(&r.doy, 3)
	case "J":
		return num(&r.julian, 7)
	case "CC":
		return num(&r.century, 2)
	case "IW":
		r.iso = true
		return num(&r.isoWeek, 2)
	case "ID":
		r.iso = true
		return num(&r.isoDay, 1)
	case "IDDD":
		return num(&r.isoDoy, 3)
	case "WW":
		return num(&r.week, 2)
	case "W":
		return num(&r.weekOfMonth, 1)
	case "Q", "D":
		var ignored int
		return num(&ignored, 2)
	case "TZM":
		if !r.haveTZ {
			r.tzSign, r.haveTZ = 1, true
		}
		return num(&r.tzm, 2)
	}
	return r.wordField(n, fixed)
}

// convention notes which calendar a field belongs to: the two may not be mixed.
func (r *dateReader) convention(key string) error {
	switch key {
	case "IYYY", "IYY", "IY", "I", "IW", "ID", "IDDD":
		r.iso = true
	case "YYYY", "YYY", "YY", "Y", "Y,YYY", "MONTH", "MON", "MM", "RM", "DDD", "DD", "D", "DAY", "DY", "WW", "W":
		r.gregorian = true
	}
	if r.iso && r.gregorian {
		return errDateInput("invalid combination of date conventions").
			WithHint("Do not mix Gregorian and ISO week date conventions in a formatting template.")
	}
	return nil
}

func errConflict(n *formatNode) error {
	return errDateInput("conflicting values for \"%s\" field in formatting string", n.word).
		WithDetail("This value contradicts a previous setting for the same field type.")
}

func errFieldWidth(e *sqlerr.Error, width, have int, what string) error {
	return e.WithDetail("Field requires %d characters, but only %d %s.", width, have, what).
		WithHint("If your source string is not fixed-width, try using the \"FM\" modifier.")
}

// fraction reads digits as a fraction of a second.
func (r *dateReader) fraction(n *formatNode, width int, fixed bool) error {
	before := r.s
	v, err := r.number(n, width, fixed)
	if err != nil {
		return err
	}
	for got := len(before) - len(r.s); got < 6; got++ {
		v *= 10
	}
	r.us += v
	return nil
}

func (r *dateReader) wordField(n *formatNode, fixed bool) error {
	switch n.key {
	case "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "I", "Y,YYY":
		return r.readYear(n, fixed)
	case "AM", "PM", "A.M.", "P.M.":
		i, err := r.word(n, []string{"am", "pm", "a.m.", "p.m."})
		r.am, r.pm = i%2 == 0, i%2 == 1
		return err
	case "AD", "BC", "A.D.", "B.C.":
		i, err := r.word(n, []string{"ad", "bc", "a.d.", "b.c."})
		r.bc = i%2 == 1
		return err
	case "MONTH", "MON":
		names := make([]string, 24)
		for m := range 12 {
			names[m], names[m+12] = strings.ToLower(monthName(m+1)), strings.ToLower(monthName(m + 1)[:3])
		}
		if n.key == "MON" {
			names = names[12:]
		}
		i, err := r.word(n, names)
		if err == nil && r.month > 0 && r.month != i%12+1 {
			err = errConflict(n)
		}
		r.month = i%12 + 1
		return err
	case "DAY", "DY":
		names := make([]string, 14)
		for d := range 7 {
			names[d], names[d+7] = strings.ToLower(dayName(int64(d))), strings.ToLower(dayName(int64(d))[:3])
		}
		_, err := r.word(n, names)
		return err
	case "RM":
		names := make([]string, 12)
		for m := range 12 {
			names[m] = strings.ToLower(romanMonth(12 - m)) // VIII before VII before VI
		}
		i, err := r.word(n, names)
		r.month = 12 - i
		return err
	case "TZH":
		r.tzSign, r.haveTZ = 1, true
		if r.s[0] == '-' || r.s[0] == '+' || r.s[0] == ' ' {
			if r.s[0] == '-' {
				r.tzSign = -1
			}
			r.s = r.s[1:]
		} else if r.skipped > 0 && r.last == '-' { // a sign taken for a separator
			r.tzSign = -1
		}
		v, err := r.number(n, 2, fixed)
		r.tzh = v
		return err
	}
	return sqlerr.New(sqlerr.FeatureNotSupported, "formatting field \"%s\" is only supported in to_char", n.word)
}

// word takes the first of the names that the text begins with.
func (r *dateReader) word(n *formatNode, names []string) (int, error) {
	low := strings.ToLower(r.s)
	for i, name := range names {
		if strings.HasPrefix(low, name) {
			r.s = r.s[len(name):]
			return i, nil
		}
	}
	end := strings.IndexAny(r.s, " \t\n")
	if end < 0 {
		end = len(r.s)
	}
	return 0, errDateInput("invalid value \"%s\" for \"%s\"", r.s[:end], n.word).
		WithDetail("The given value did not match any of the allowed values for this field.")
}

func (r *dateReader) readYear(n *formatNode, fixed bool) error {
	width := len(strings.ReplaceAll(strings.TrimPrefix(n.key, "I"), ",", ""))
	if n.key[0] == 'I' {
		width = len(n.key)
	}
	if n.key == "Y,YYY" {
		r.s = strings.Replace(r.s, ",", "", 1)
	}
	before := len(r.s)
	v, err := r.number(n, width, fixed)
	if err != nil {
		return err
	}
	if got := before - len(r.s); got < 4 && width < 4 && v >= 0 { // the year nearest to 2020
		switch {
		case v < 70:
			v += 2000
		case v < 100:
			v += 1900
		case v < 520:
			v += 2000
		case v < 1000:
			v += 1000
		}
	}
	r.haveYear = true
	if n.key[0] == 'I' {
		r.iso, r.isoYear = true, v
	} else {
		r.year = v
	}
	return nil
}
