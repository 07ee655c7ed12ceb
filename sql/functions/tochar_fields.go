package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// calendar says by which weeks a template counts.
type calendar uint8

const (
	anyCalendar calendar = iota
	gregorian
	isoWeeks
)

// dateFields are the values that a text gave to a template's fields; 0 is one
// that was not given, as in PostgreSQL.
type dateFields struct {
	calendar                           calendar
	hour, min, sec, ms, us, ssss       int32
	pm                                 int32 // 1: afternoon
	hour12                             bool
	year, month, day                   int32
	bc                                 int32 // 1: before Christ
	yearDigits                         int   // of the last field of the year
	century, week, weekOfMonth, julian int32
	weekday                            int32 // Sunday: 1
	doy                                int32
	tzSign, tzh, tzm                   int32
	places                             int // of the second's fraction, by FF1 to FF6; 0: not said
}

// calendarOf is the convention that a field belongs to.
func calendarOf(key string) calendar {
	switch key {
	case "IYYY", "IYY", "IY", "I", "IW", "ID", "IDDD":
		return isoWeeks
	case "YYYY", "YYY", "YY", "Y", "Y,YYY", "MONTH", "MON", "MM", "RM", "DDD", "DD", "D", "WW", "W":
		return gregorian
	}
	return anyCalendar
}

// setCalendar notes which convention a field belongs to: the two may not be mixed.
func (f *dateFields) setCalendar(key string) error {
	c := calendarOf(key)
	switch {
	case c == anyCalendar || c == f.calendar:
	case f.calendar == anyCalendar:
		f.calendar = c
	default:
		return errDateInput("invalid combination of date conventions").
			WithHint("Do not mix Gregorian and ISO week date conventions in a formatting template.")
	}
	return nil
}

// assign gives a field its value, which may not contradict an earlier one.
func assign(dst *int32, v int32, n *formatNode) error {
	if *dst != 0 && *dst != v {
		return errDateInput("conflicting values for \"%s\" field in formatting string", n.word).
			WithDetail("This value contradicts a previous setting for the same field type.")
	}
	*dst = v
	return nil
}

// set reads a field; free says that its number may have any width.
func (r *dateReader) set(n *formatNode, free bool) error {
	if err := r.setCalendar(n.key); err != nil {
		return err
	}
	switch n.key {
	case "FX":
		r.exact = true
		return nil
	case "TZ", "OF":
		return sqlerr.New(sqlerr.FeatureNotSupported, "formatting field \"%s\" is only supported in to_char", n.word)
	case "TZH":
		return r.zoneHours(n, free)
	case "TZM":
		if r.tzSign == 0 {
			r.tzSign = 1
		}
		_, err := r.integer(n, &r.tzm, 2, free)
		return err
	}
	if names := namesOf(n.key); names != nil {
		return r.name(n, names)
	}
	if err := r.numeral(n, free); err != nil {
		return err
	}
	if n.th != 0 { // an ordinal's ending, whatever it is
		r.drop()
		r.drop()
	}
	return nil
}

// integer reads a number into a field.
func (r *dateReader) integer(n *formatNode, dst *int32, width int, free bool) (taken int, err error) {
	v, taken, err := r.number(n, width, free)
	if err == nil {
		err = assign(dst, v, n)
	}
	return taken, err
}

// numeral reads the fields that are numbers.
func (r *dateReader) numeral(n *formatNode, free bool) error {
	switch n.key {
	case "MS":
		return r.fraction(n, &r.ms, 3, free)
	case "US":
		return r.fraction(n, &r.us, 6, free)
	case "FF1", "FF2", "FF3", "FF4", "FF5", "FF6":
		r.places = int(n.key[2] - '0')
		return r.fraction(n, &r.us, r.places, free)
	case "HH", "HH12":
		r.hour12 = true
		_, err := r.integer(n, &r.hour, 2, free)
		return err
	case "HH24":
		_, err := r.integer(n, &r.hour, 2, free)
		return err
	case "IDDD":
		_, err := r.integer(n, &r.doy, 3, free)
		return err
	case "ID": // Monday is 1 there, Sunday in the field
		_, err := r.integer(n, &r.weekday, 1, free)
		if r.weekday++; r.weekday > 7 {
			r.weekday = 1
		}
		return err
	case "Q": // read, and of no use: which of its days?
		_, _, err := r.number(n, 1, free)
		return err
	case "Y,YYY":
		return r.yearOfThousands(n)
	case "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "I":
		taken, err := r.integer(n, &r.year, len(n.key), free)
		if r.yearDigits = len(n.key); r.yearDigits < 4 && taken < 4 && err == nil {
			r.year = nearestYear(r.year)
		}
		return err
	}
	_, err := r.integer(n, r.plain(n.key), len(n.key), free)
	return err
}

// plain is where a field's number goes as it is.
func (f *dateFields) plain(key string) *int32 {
	switch key {
	case "MI":
		return &f.min
	case "SS":
		return &f.sec
	case "SSSS", "SSSSS":
		return &f.ssss
	case "MM":
		return &f.month
	case "DD":
		return &f.day
	case "DDD":
		return &f.doy
	case "D":
		return &f.weekday
	case "J":
		return &f.julian
	case "CC":
		return &f.century
	case "W":
		return &f.weekOfMonth
	}
	return &f.week // WW, IW
}

// fraction reads digits as a fraction of a second: 25 of MS are 250 ms.
func (r *dateReader) fraction(n *formatNode, dst *int32, width int, free bool) error {
	taken, err := r.integer(n, dst, width, free)
	full := 6
	if n.key == "MS" {
		full = 3
	}
	for ; taken < full; taken++ {
		*dst *= 10
	}
	return err
}

// zoneHours reads a zone's hours with their sign, which may have been passed
// over as a separator.
func (r *dateReader) zoneHours(n *formatNode, free bool) error {
	r.tzSign = 1
	switch {
	case r.s != "" && strings.IndexByte("+- ", r.s[0]) >= 0:
		if r.s[0] == '-' {
			r.tzSign = -1
		}
		r.s = r.s[1:]
	case r.skipped > 0 && r.text[len(r.text)-len(r.s)-1] == '-':
		r.tzSign = -1
	}
	_, err := r.integer(n, &r.tzh, 2, free)
	return err
}

// nearestYear completes a year of less than four digits to that nearest to 2020.
func nearestYear(y int32) int32 {
	switch {
	case y < 70:
		return y + 2000
	case y < 100:
		return y + 1900
	case y < 520:
		return y + 2000
	case y < 1000:
		return y + 1000
	}
	return y
}

// yearOfThousands reads a year with a comma after its thousands.
func (r *dateReader) yearOfThousands(n *formatNode) error {
	bad := errDateInput("invalid input string for \"Y,YYY\"")
	thousands, used := leadingInt(r.s)
	if used == 0 || used == len(r.s) || r.s[used] != ',' {
		return bad
	}
	rest := r.s[used+1:]
	blanks := len(rest) - len(strings.TrimLeft(rest, " \t\n\v\f\r"))
	units, digits := leadingInt(rest[:min(len(rest), blanks+3)])
	if digits == 0 {
		return bad
	}
	r.yearDigits = 4
	r.s = rest[digits:]
	return assign(&r.year, int32(thousands)*1000+int32(units), n)
}

// namesOf are the names that a field may have in the text, or nil.
func namesOf(key string) []string {
	switch key {
	case "AM", "PM":
		return []string{"am", "pm"}
	case "A.M.", "P.M.":
		return []string{"a.m.", "p.m."}
	case "AD", "BC":
		return []string{"ad", "bc"}
	case "A.D.", "B.C.":
		return []string{"a.d.", "b.c."}
	}
	var names []string
	switch key {
	case "MONTH", "MON":
		for m := range 12 {
			names = append(names, monthName(m+1))
		}
	case "DAY", "DY":
		for d := range 7 {
			names = append(names, dayName(int64(d)))
		}
	case "RM": // VIII before VII before VI
		for m := range 12 {
			names = append(names, romanMonth(12-m))
		}
	}
	if key == "MON" || key == "DY" {
		for i := range names {
			names[i] = names[i][:3]
		}
	}
	return names
}

// name reads the fields that are words.
func (r *dateReader) name(n *formatNode, names []string) error {
	i, err := r.word(n, names)
	if err != nil {
		return err
	}
	switch n.key {
	case "AM", "PM", "A.M.", "P.M.":
		r.hour12 = true
		return assign(&r.pm, i, n)
	case "AD", "BC", "A.D.", "B.C.":
		return assign(&r.bc, i, n)
	case "MONTH", "MON":
		return assign(&r.month, i+1, n)
	case "RM":
		return assign(&r.month, 12-i, n)
	}
	err = assign(&r.weekday, i, n)
	r.weekday++
	return err
}
