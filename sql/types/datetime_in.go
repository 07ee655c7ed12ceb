package types

import (
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// dtError words a fault as PostgreSQL does. typ is the type as its input
// function calls it.
func dtError(fault dtFault, s, typ, zone string) error {
	switch fault {
	case dtOverflow:
		return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date/time field value out of range: \"%s\"", s)
	case dtMonthDayOverflow:
		return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date/time field value out of range: \"%s\"", s).
			WithHint("Perhaps you need a different \"datestyle\" setting.")
	case dtIntervalOverflow:
		return sqlerr.New(sqlerr.IntervalFieldOverflow, "interval field value out of range: \"%s\"", s)
	case dtZoneOverflow:
		return sqlerr.New(sqlerr.InvalidTimeZone, "time zone displacement out of range: \"%s\"", s)
	case dtUnknownZone:
		return sqlerr.New(sqlerr.InvalidParameterValue, "time zone \"%s\" not recognized", zone)
	}
	return sqlerr.New(sqlerr.InvalidDatetimeFormat, "invalid input syntax for type %s: \"%s\"", typ, s)
}

func dtRange(typ, s string) error {
	return sqlerr.New(sqlerr.DatetimeFieldOverflow, "%s out of range: \"%s\"", typ, s)
}

// ParseDate reads a date into days since 2000-01-01.
func ParseDate(s string, f *Format) (int64, error) {
	if y, m, d, ok := isoDate(s); ok && len(s) == 10 {
		return DateFromCivil(y, m, d), nil
	}
	r := stampReader{f: f.orDefault()}
	if fault := r.read(s); fault != dtOK {
		return 0, dtError(fault, s, "date", r.badZone)
	}
	switch r.special {
	case resEpoch:
		return -10957, nil
	case resLate:
		return DateInfinity, nil
	case resEarly:
		return DateNegInfinity, nil
	}
	if !validJulian(r.tm.year, r.tm.mon) {
		return 0, dtRange("date", s)
	}
	days := DateFromCivil(r.tm.year, r.tm.mon, r.tm.day)
	if !dateInRange(days) {
		return 0, dtRange("date", s)
	}
	return days, nil
}

// ParseTimestamp reads a timestamp without time zone into microseconds since
// 2000-01-01; a zone in the text is read and dropped.
func ParseTimestamp(s string, f *Format) (int64, error) {
	if v, _, zoned, ok := isoStamp(s); ok && !zoned {
		return v, nil
	}
	return parseStamp(s, f.orDefault(), "timestamp", false)
}

// ParseTimestamptz reads a timestamp into microseconds since 2000-01-01 UTC;
// without a zone in the text it is local time of the session.
func ParseTimestamptz(s string, f *Format) (int64, error) {
	f = f.orDefault()
	if v, east, zoned, ok := isoStamp(s); ok && (zoned || f.loc() == time.UTC) {
		return v - east*microsPerSecond, nil
	}
	return parseStamp(s, f, "timestamp with time zone", true)
}

func parseStamp(s string, f *Format, typ string, zoned bool) (int64, error) {
	r := stampReader{f: f}
	if fault := r.read(s); fault != dtOK {
		return 0, dtError(fault, s, typ, r.badZone)
	}
	switch r.special {
	case resEpoch:
		return -pgEpochUnixMicros, nil
	case resLate:
		return TimeInfinity, nil
	case resEarly:
		return TimeNegInfinity, nil
	}
	if !validJulian(r.tm.year, r.tm.mon) {
		return 0, dtRange("timestamp", s)
	}
	days := DateFromCivil(r.tm.year, r.tm.mon, r.tm.day)
	if days < minDate-1 || days > EndTimestamp/microsPerDay {
		return 0, dtRange("timestamp", s)
	}
	// Within these bounds of days nothing overflows 64 bits by more than the
	// last day, which the next check catches.
	v := days*microsPerDay + r.tm.timeMicros()
	if days > 0 && v < 0 {
		return 0, dtRange("timestamp", s)
	}
	if zoned {
		v += int64(r.west) * microsPerSecond
	}
	if !timestampInRange(v) {
		return 0, dtRange("timestamp", s)
	}
	return v, nil
}

// parseTime reads a time of day into microseconds.
func parseTime(s string, f *Format) (int64, error) {
	r := stampReader{f: f, timeOnly: true}
	if fault := r.read(s); fault != dtOK {
		return 0, dtError(fault, s, "time", r.badZone)
	}
	return r.tm.timeMicros(), nil
}

// parseTimetz reads a time of day with its zone.
func parseTimetz(s string, f *Format) (TimeTZ, error) {
	r := stampReader{f: f, timeOnly: true}
	if fault := r.read(s); fault != dtOK {
		return TimeTZ{}, dtError(fault, s, "time with time zone", r.badZone)
	}
	return TimeTZ{Micros: r.tm.timeMicros(), West: int32(r.west)}, nil
}

// fitTimestamp rounds to the declared precision; the last microsecond of the
// range may round out of it, as in PostgreSQL.
func fitTimestamp(v int64, typmod int32) (Datum, error) {
	if v == TimeInfinity || v == TimeNegInfinity {
		return Datum{I: v}, nil
	}
	return Datum{I: roundMicros(v, typmod)}, nil
}

func two(s string, i int) (int, bool) {
	a, b := s[i]-'0', s[i+1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

// isoDate reads yyyy-mm-dd at the start of s, the commonest form, without the
// machinery; what it does not like is left to that.
func isoDate(s string) (y, m, d int, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	hi, ok1 := two(s, 0)
	lo, ok2 := two(s, 2)
	m, ok3 := two(s, 5)
	d, ok4 := two(s, 8)
	y = hi*100 + lo
	if !ok1 || !ok2 || !ok3 || !ok4 || y == 0 || m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m) {
		return 0, 0, 0, false
	}
	return y, m, d, true
}

// isoStamp reads yyyy-mm-dd hh:mm:ss[.ffffff][Z|±hh[:mm]] without allocation.
func isoStamp(s string) (local, east int64, zoned, ok bool) {
	y, m, d, ok := isoDate(s)
	if !ok || len(s) < 19 || s[10] != ' ' && s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, 0, false, false
	}
	hh, ok1 := two(s, 11)
	mm, ok2 := two(s, 14)
	ss, ok3 := two(s, 17)
	if !ok1 || !ok2 || !ok3 || hh > 23 || mm > 59 || ss > 59 {
		return 0, 0, false, false
	}
	v := DateFromCivil(y, m, d)*microsPerDay + int64(hh*3600+mm*60+ss)*microsPerSecond
	s = s[19:]
	if s != "" && s[0] == '.' {
		unit, i := int64(100000), 1
		for ; i < len(s) && isDigit(s[i]); i++ {
			v += int64(s[i]-'0') * unit
			unit /= 10
		}
		if i == 1 || i > 7 {
			return 0, 0, false, false
		}
		s = s[i:]
	}
	if s == "" {
		return v, 0, false, true
	}
	east, ok = isoOffset(s)
	return v, east, true, ok
}

// isoOffset reads Z, ±hh or ±hh:mm.
func isoOffset(s string) (int64, bool) {
	if s == "Z" {
		return 0, true
	}
	if len(s) != 3 && len(s) != 6 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hh, ok := two(s, 1)
	mm := 0
	if ok && len(s) == 6 {
		if mm, ok = two(s, 4); s[3] != ':' {
			return 0, false
		}
	}
	if !ok || hh > 15 || mm > 59 {
		return 0, false
	}
	east := int64(hh*3600 + mm*60)
	if s[0] == '-' {
		east = -east
	}
	return east, true
}
