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
	digits              int // of the fraction; -1: all
}

func (f *timeFields) add(key string) {
	switch key {
	case "", "FX", "IW": // of IW alone PostgreSQL makes no date
	case "TZH", "TZM":
		f.zoned = true
	case "AM", "PM", "A.M.", "P.M.", "HH", "HH12", "HH24", "MI", "SS", "MS", "US", "SSSS", "SSSSS":
		f.timed = true
	case "FF1", "FF2", "FF3", "FF4", "FF5", "FF6":
		f.timed, f.digits = true, int(key[2]-'0')
	default:
		f.dated = true
	}
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
	r := &dateReader{text: s, standard: true}
	if err := r.read(nodes); err != nil {
		return pathItem{}, err
	}
	for i := range nodes {
		f.add(nodes[i].key)
	}
	return r.standardValue(c, &f)
}

func checkSeparators(n *formatNode) error {
	for i, ch := range n.text {
		if !n.quoted && !strings.ContainsRune("-./,':; ", ch) {
			shown := n.text[i : i+len(string(ch))]
			if shown == `"` {
				shown = `\` // before it
			}
			return errDateInput("invalid datetime format separator: \"%s\"", shown)
		}
	}
	return nil
}

// standardValue makes the value whose type the fields ask for.
func (r *dateReader) standardValue(c *Ctx, f *timeFields) (pathItem, error) {
	days, micros, err := r.moment()
	if err != nil {
		return pathItem{}, err
	}
	if f.digits >= 0 {
		step := int64(1)
		for range 6 - f.digits {
			step *= 10
		}
		micros = (micros + step/2) / step * step
	}
	west := r.west()
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
			return it, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range: \"%s\"", r.text)
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
