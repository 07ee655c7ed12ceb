package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// isoTemplates are the forms that .datetime() knows by itself, in the order in
// which they are tried.
func isoTemplates() []string {
	out := []string{"yyyy-mm-dd"}
	for _, date := range []string{"", "yyyy-mm-dd ", `yyyy-mm-dd"T"`} {
		for _, end := range []string{".USTZH:TZM", ".USTZH", ".US", "TZH:TZM", "TZH", ""} {
			out = append(out, date+"HH24:MI:SS"+end)
		}
	}
	return out
}

func (x *pathExec) datetime(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	if it.kind != '"' {
		return x.fail(sqlerr.InvalidSQLJSONDatetime, "jsonpath item method .%s() can only be applied to a string", "datetime")
	}
	text := jsonString(it.s)
	if n.HasText {
		v, err := readStandard(x.c, text, n.Text)
		if err != nil {
			if !x.throw {
				return pathFailed, nil
			}
			return pathFailed, err
		}
		return x.next(n, v, out)
	}
	for _, template := range isoTemplates() {
		if v, err := readStandard(x.c, text, template); err == nil {
			return x.next(n, v, out)
		}
	}
	if !x.throw {
		return pathFailed, nil
	}
	return pathFailed, sqlerr.New(sqlerr.InvalidSQLJSONDatetime, "datetime format is not recognized: \"%s\"", text).
		WithHint("Use a datetime template argument to specify the input data format.")
}

// timeFields says what a template's fields make of its value.
type timeFields struct {
	dated, timed, zoned bool
	gregorian, iso      bool
	digits              int // of the fraction; -1: all
}

func (f *timeFields) add(key string) error {
	switch key {
	case "TZH", "TZM", "TZ", "OF":
		f.zoned = true
	case "AM", "PM", "A.M.", "P.M.", "HH", "HH12", "HH24", "MI", "SS", "MS", "US", "SSSS", "SSSSS":
		f.timed = true
	case "FF1", "FF2", "FF3", "FF4", "FF5", "FF6":
		f.timed, f.digits = true, int(key[2]-'0')
	case "FX":
	case "IYYY", "IYY", "IY", "I", "IW", "ID", "IDDD":
		f.dated, f.iso = true, true
	case "AD", "BC", "A.D.", "B.C.", "J", "DAY", "DY":
		f.dated = true
	default:
		f.dated, f.gregorian = true, true
	}
	if f.iso && f.gregorian {
		return errDateInput("invalid combination of date conventions").
			WithHint("Do not mix Gregorian and ISO week date conventions in a formatting template.")
	}
	return nil
}

// readStandard reads a text by a template of the SQL standard: separators must
// match to the letter, and nothing may be left over.
func readStandard(c *Ctx, s, template string) (pathItem, error) {
	nodes := parseDateTemplate(template)
	f := timeFields{digits: -1}
	for i := range nodes {
		if nodes[i].key == "" {
			if err := checkSeparators(&nodes[i]); err != nil {
				return pathItem{}, err
			}
		}
	}
	r := &dateReader{s: s, ssss: -1}
	if err := r.readStandard(nodes, &f); err != nil {
		return pathItem{}, err
	}
	r.s = s // for errors
	return r.standardValue(c, &f)
}

func checkSeparators(n *formatNode) error {
	for i, ch := range n.text {
		if !n.quoted && !strings.ContainsRune("-./,':; ", ch) {
			return errDateInput("invalid datetime format separator: \"%s\"", n.text[i:i+len(string(ch))])
		}
	}
	return nil
}

func (r *dateReader) readStandard(nodes []formatNode, f *timeFields) error {
	for i := range nodes {
		n := &nodes[i]
		if n.key == "" {
			if err := r.matchText(n); err != nil {
				return err
			}
			continue
		}
		if r.s == "" {
			return errDateInput("input string is too short for datetime format")
		}
		if err := f.add(n.key); err != nil {
			return err
		}
		if isNumberKey(n.key) {
			r.s = strings.TrimLeft(r.s, " \t\n\r\f\v")
		}
		next := i+1 < len(nodes) && nodes[i+1].key != "" && isNumberKey(nodes[i+1].key)
		if err := r.standardField(n, next); err != nil {
			return err
		}
	}
	if strings.TrimLeft(r.s, " \t\n\r\f\v") != "" {
		return errDateInput("trailing characters remain in input string after datetime format")
	}
	return nil
}

func (r *dateReader) standardField(n *formatNode, next bool) error {
	if r.s == "" {
		return errDateInput("invalid value \"\" for \"%s\"", n.word).WithDetail("Value must be an integer.")
	}
	if n.key == "TZH" && strings.TrimLeft(r.s[1:], " ") != r.s[1:] {
		r.s = r.s[:1] + strings.TrimLeft(r.s[1:], " ")
	}
	if err := r.field(n, next); err != nil {
		return err
	}
	if n.th != 0 {
		r.s = r.s[min(2, len(r.s)):]
	}
	return nil
}

// matchText takes what stands between fields, to the letter.
func (r *dateReader) matchText(n *formatNode) error {
	for _, want := range n.text {
		switch {
		case r.s == "":
			return errDateInput("input string is too short for datetime format")
		case strings.HasPrefix(r.s, string(want)):
			r.s = r.s[len(string(want)):]
		case n.quoted:
			return errDateInput("unmatched format character \"%c\"", want)
		default:
			return errDateInput("unmatched format separator \"%c\"", want)
		}
	}
	return nil
}

// standardValue makes the value whose type the fields ask for.
func (r *dateReader) standardValue(c *Ctx, f *timeFields) (pathItem, error) {
	days, err := r.days()
	if err != nil {
		return pathItem{}, err
	}
	micros, err := r.timeOfDay()
	if err != nil || int64(r.us) >= usPerSecond {
		return pathItem{}, r.outOfRange()
	}
	if f.digits >= 0 {
		step := int64(1)
		for range 6 - f.digits {
			step *= 10
		}
		micros = (micros + step/2) / step * step
	}
	west := int32(-r.tzSign * (r.tzh*3600 + r.tzm*60))
	if f.zoned && (r.tzh < 0 || r.tzh > 15 || r.tzm < 0 || r.tzm > 59) {
		return pathItem{}, sqlerr.New(sqlerr.InvalidTimeZone, "time zone displacement out of range: \"%s\"", r.s)
	}
	it := pathItem{kind: 'd'}
	switch {
	case f.dated && f.timed:
		v, err := checkTimestamp(dateMicros(days) + micros)
		it.t = tTimestamp
		if f.zoned && err == nil {
			it.t, it.west = tTimestamptz, west
			v, err = checkTimestamp(v + int64(west)*usPerSecond)
		}
		it.d = types.Int(v)
		return it, err
	case f.dated && f.zoned:
		return it, errDateInput("datetime format is zoned but not timed")
	case f.dated:
		if _, err := checkDate(days); err != nil {
			return it, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range: \"%s\"", r.s)
		}
		it.t, it.d = tDate, types.Int(days)
	case f.timed && f.zoned:
		it.t, it.d = tTimetz, types.Any(types.TimeTZ{Micros: micros, West: west})
	case f.timed:
		it.t, it.d = tTime, types.Int(micros)
	default:
		return it, errDateInput("datetime format is not dated and not timed")
	}
	return it, nil
}
