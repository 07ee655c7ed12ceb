package functions

import (
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// pathItem is a value on a path's way. What lies in the target is a stretch of
// its text; only .datetime() makes values that JSON has not.
type pathItem struct {
	kind byte   // jsonKind's, or 'd' for a date or time
	s    string // canonical text, but of dates and times
	off  int    // where s starts in the text of the base object
	t    types.OID
	d    datum
	west int32 // seconds, of timestamptz: the zone it was written in
}

func newPathItem(s string, off int) pathItem { return pathItem{kind: jsonKind(s), s: s, off: off} }

func numericItem(v *apd.Decimal) pathItem {
	return pathItem{kind: '0', s: string(types.AppendNumeric(nil, v))}
}

func stringItem(s string) pathItem {
	return pathItem{kind: '"', s: string(jsonpath.AppendQuoted(nil, s))}
}

func boolItem(b bool) pathItem {
	if b {
		return pathItem{kind: 't', s: "true"}
	}
	return pathItem{kind: 'f', s: "false"}
}

func (it *pathItem) number() (*apd.Decimal, error) { return types.ParseNumeric(it.s) }

// jsonb is the item as a value of jsonb.
func (it *pathItem) jsonb() string {
	if it.kind != 'd' {
		return it.s
	}
	var s string
	switch it.t {
	case tTime, tTimetz:
		b, _ := types.AppendTextDatum(nil, it.t, it.d, nil)
		if s = string(b); it.t == tTimetz {
			s = fullZone(s)
		}
	default:
		c := Ctx{Format: types.Format{Loc: time.FixedZone("", -int(it.west))}}
		s = xsdTime(&c, it.t, it.d.I)
	}
	return string(jsonpath.AppendQuoted(nil, s))
}

// fullZone gives an offset of hours its minutes.
func fullZone(s string) string {
	if i := strings.LastIndexAny(s, "+-"); i > 0 && !strings.Contains(s[i:], ":") {
		return s + ":00"
	}
	return s
}

func (it *pathItem) typeName() string {
	if it.kind == 'd' {
		return types.FormatType(it.t, -1)
	}
	return jsonTypeName(it.s)
}

// size is an array's length, -1 of everything else.
func (it *pathItem) size() int {
	if it.kind != '[' {
		return -1
	}
	n := 0
	eachPart(it.s, func(string, string, int) bool { n++; return true })
	return n
}

// member finds a key of an object.
func (it *pathItem) member(key string) (found pathItem, ok bool) {
	eachPart(it.s, func(k, v string, off int) bool {
		if ok = jsonString(k) == key; ok {
			found = newPathItem(v, it.off+off)
		}
		return !ok
	})
	return found, ok
}

// eachPart calls f for the elements or members of canonical jsonb text, with
// the key's literal, the value and where that starts, until f says no.
func eachPart(s string, f func(key, val string, off int) bool) {
	object := s[0] == '{'
	for i := 1; i < len(s)-1; i += 2 { // a comma and a blank stand between
		key := ""
		if object {
			end := jsonEnd(s, i)
			key, i = s[i:end], end+2
		}
		end := jsonEnd(s, i)
		if !f(key, s[i:end], i) {
			return
		}
		i = end
	}
}

// comparePathItems is a comparison's outcome by operator; ok is false when the
// items cannot be compared.
func (x *pathExec) comparePathItems(a, b *pathItem) (cmp int, ok bool, err error) {
	if a.kind == 'd' || b.kind == 'd' {
		if a.kind != b.kind {
			return 0, false, nil
		}
		return x.compareTimes(a, b)
	}
	switch a.kind {
	case 'n':
		return 0, true, nil
	case '"':
		return strings.Compare(jsonString(a.s), jsonString(b.s)), true, nil
	case '0':
		v, err := a.number()
		if err != nil {
			return 0, false, err
		}
		w, err := b.number()
		return numericCmp(v, w), true, err
	case 't', 'f':
		return strings.Compare(a.s, b.s), true, nil
	}
	return 0, false, nil
}

// compareTimes compares dates and times, of different types by a cast of one
// of them, which may need the session's time zone.
func (x *pathExec) compareTimes(a, b *pathItem) (int, bool, error) {
	if a.t == b.t {
		return types.Compare(a.t, a.d, b.d), true, nil
	}
	rank := map[types.OID]int{tTime: 1, tTimetz: 2, tDate: 4, tTimestamp: 5, tTimestamptz: 6}
	ra, rb := rank[a.t], rank[b.t]
	if (ra < 3) != (rb < 3) {
		return 0, false, nil
	}
	if ra > rb {
		cmp, ok, err := x.compareTimes(b, a)
		return -cmp, ok, err
	}
	v, err := x.castTime(a.d, a.t, b.t)
	if err != nil {
		return 0, false, err
	}
	return types.Compare(b.t, v, b.d), true, nil
}

func (x *pathExec) castTime(d datum, from, to types.OID) (datum, error) {
	if (to == tTimestamptz || to == tTimetz) && !x.zoned {
		short := map[types.OID]string{tTime: "time", tTimetz: "timetz", tDate: "date", tTimestamp: "timestamp", tTimestamptz: "timestamptz"}
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "cannot convert value from %s to %s without time zone usage", short[from], short[to]).
			WithHint("Use *_tz() function for time zone support.")
	}
	if to == tTimetz {
		_, east := x.c.TxnStart.In(x.c.zone()).Zone()
		return types.Any(types.TimeTZ{Micros: d.I, West: -int32(east)}), nil
	}
	v := d.I
	if from == tDate {
		v = dateMicros(v)
	}
	if to == tTimestamptz {
		v = localToUTC(x.c.zone(), v)
	}
	return types.Int(v), nil
}
