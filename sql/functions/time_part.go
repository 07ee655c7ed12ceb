package functions

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// unit names a field of a date or time.
type unit uint8

const (
	unitNone unit = iota
	unitMicrosecond
	unitMillisecond
	unitSecond
	unitMinute
	unitHour
	unitDay
	unitWeek
	unitMonth
	unitQuarter
	unitYear
	unitDecade
	unitCentury
	unitMillennium
	unitEpoch
	unitDOW
	unitISODOW
	unitDOY
	unitISOYear
	unitJulian
	unitTimezone
	unitTimezoneHour
	unitTimezoneMinute
)

// parseUnit reads a field's name or one of its abbreviations; only the first
// ten characters count.
func parseUnit(s string) unit {
	s = lower(s)
	if len(s) > 10 {
		s = s[:10]
	}
	switch s {
	case "us", "usec", "usecs", "useconds", "usecond", "microsecon":
		return unitMicrosecond
	case "ms", "msec", "msecs", "mseconds", "msecond", "millisecon":
		return unitMillisecond
	case "s", "sec", "secs", "second", "seconds":
		return unitSecond
	case "m", "min", "mins", "minute", "minutes":
		return unitMinute
	case "h", "hr", "hrs", "hour", "hours":
		return unitHour
	case "d", "day", "days":
		return unitDay
	case "w", "week", "weeks":
		return unitWeek
	case "mon", "mons", "month", "months":
		return unitMonth
	case "qtr", "quarter":
		return unitQuarter
	case "y", "yr", "yrs", "year", "years":
		return unitYear
	case "dec", "decs", "decade", "decades":
		return unitDecade
	case "c", "cent", "century", "centuries":
		return unitCentury
	case "mil", "mils", "millennium", "millennia":
		return unitMillennium
	case "epoch":
		return unitEpoch
	case "dow":
		return unitDOW
	case "isodow":
		return unitISODOW
	case "doy":
		return unitDOY
	case "isoyear":
		return unitISOYear
	case "j", "jd", "julian":
		return unitJulian
	case "timezone":
		return unitTimezone
	case "timezone_h":
		return unitTimezoneHour
	case "timezone_m":
		return unitTimezoneMinute
	}
	return unitNone
}

func errUnit(u unit, name string, t types.OID) error {
	// A unit is read as an identifier is: folded, and cut to a name's length.
	name = types.ClipName(asciiLower(name))
	if u == unitNone {
		return sqlerr.New(sqlerr.InvalidParameterValue, "unit \"%s\" not recognized for type %s", name, types.FormatType(t, -1))
	}
	return sqlerr.New(sqlerr.FeatureNotSupported, "unit \"%s\" not supported for type %s", name, types.FormatType(t, -1))
}

// isoWeek returns the ISO year and week of a calendar date.
func isoWeek(days int64) (year, week int) {
	// the Thursday of the same week decides
	_, dow := floorDiv(days+5, 7) // 2000-01-01 was a Saturday: Monday is 0
	y, _, _ := breakDate(days - dow + 3)
	return y, int((days-dow+3-civilDays(y, 1, 1))/7) + 1
}

func dow(days int64) int64 {
	_, r := floorDiv(days+6, 7)
	return r
}

// eraYear turns the year 0 that stands for 1 BC into -1, and so on.
func eraYear(y int) int {
	if y <= 0 {
		return y - 1
	}
	return y
}

// period numbers centuries and millennia from 1 and -1, with no 0 between.
func period(y, n int) int64 {
	if y > 0 {
		return int64((y + n - 1) / n)
	}
	return -int64((n - 1 - (y - 1)) / n)
}

func decade(y int) int64 {
	if y >= 0 {
		return int64(y / 10)
	}
	return -int64((8 - (y - 1)) / 10)
}

// scaled is v × 10^-scale.
func scaledInt(v int64, scale int32) *apd.Decimal { return apd.New(v, -scale) }

// dateField computes a field of a calendar date; ok is false for fields that a
// date has not.
func dateField(u unit, days int64, y, m, d int) (int64, bool) {
	switch u {
	case unitDay:
		return int64(d), true
	case unitMonth:
		return int64(m), true
	case unitQuarter:
		return int64((m-1)/3 + 1), true
	case unitWeek:
		_, w := isoWeek(days)
		return int64(w), true
	case unitYear:
		return int64(eraYear(y)), true
	case unitDecade:
		return decade(y), true
	case unitCentury:
		return period(y, 100), true
	case unitMillennium:
		return period(y, 1000), true
	case unitISOYear:
		iy, _ := isoWeek(days)
		return int64(eraYear(iy)), true
	case unitDOW:
		return dow(days), true
	case unitISODOW:
		if w := dow(days); w > 0 {
			return w, true
		}
		return 7, true
	case unitDOY:
		return days - civilDays(y, 1, 1) + 1, true
	}
	return 0, false
}

// timeField computes a field of a time of day.
func timeField(u unit, us int64) (*apd.Decimal, bool) {
	switch u {
	case unitMicrosecond:
		return scaledInt(us%usPerMinute, 0), true
	case unitMillisecond:
		return scaledInt(us%usPerMinute, 3), true
	case unitSecond:
		return scaledInt(us%usPerMinute, 6), true
	case unitMinute:
		return scaledInt(us/usPerMinute%60, 0), true
	case unitHour:
		return scaledInt(us/usPerHour, 0), true
	}
	return nil, false
}

// infiniteField is a field of an infinite time: those that grow for ever are
// infinite, the others unknown. ok is false for what is no field.
func infiniteField(u unit, negative bool) (d datum, ok bool) {
	switch u {
	case unitYear, unitDecade, unitCentury, unitMillennium, unitEpoch, unitJulian, unitISOYear:
		return types.Any(numericInf(negative)), true
	case unitNone:
		return null, false
	}
	return null, true
}

func extractTimestamp(c *Ctx, name string, v int64, t types.OID) (datum, error) {
	u := parseUnit(name)
	zoned := t == tTimestamptz
	if !finite(v) {
		d, ok := infiniteField(u, v < 0)
		if !ok {
			return null, errUnit(u, name, t)
		}
		return d, nil
	}
	if !zoned && u >= unitTimezone {
		return null, errUnit(u, name, t)
	}
	local, off := v, int64(0)
	if zoned {
		off = int64(zoneOffset(c.zone(), v))
		local = v + off*usPerSecond
	}
	days, us := floorDiv(local, usPerDay)
	if r, ok := timeField(u, us); ok {
		return types.Any(r), nil
	}
	y, m, d := breakDate(days)
	if r, ok := dateField(u, days, y, m, d); ok {
		return types.Any(numericFromInt(r)), nil
	}
	switch u {
	case unitEpoch:
		var r apd.BigInt
		r.Add(apd.NewBigInt(v), apd.NewBigInt(unixEpochUS))
		return types.Any(fromBig(&r, 6)), nil
	case unitJulian:
		frac, err := numDiv(numericFromInt(us), numericFromInt(usPerDay))
		if err != nil {
			return null, err
		}
		r, err := numAdd(numericFromInt(days+julianEpoch), frac)
		return types.Any(r), err
	case unitTimezone:
		return types.Any(numericFromInt(off)), nil
	case unitTimezoneHour:
		return types.Any(numericFromInt(off / 3600)), nil
	case unitTimezoneMinute:
		return types.Any(numericFromInt(off / 60 % 60)), nil
	}
	return null, errUnit(u, name, t)
}

func extractDate(name string, v int64) (datum, error) {
	u := parseUnit(name)
	if u >= unitTimezone || u >= unitMicrosecond && u <= unitHour {
		return null, errUnit(u, name, tDate)
	}
	if !finiteDate(v) {
		d, ok := infiniteField(u, v < 0)
		if !ok {
			return null, errUnit(u, name, tDate)
		}
		return d, nil
	}
	y, m, d := breakDate(v)
	if r, ok := dateField(u, v, y, m, d); ok {
		return types.Any(numericFromInt(r)), nil
	}
	switch u {
	case unitEpoch:
		return types.Any(numericFromInt((v + 10957) * 86400)), nil
	case unitJulian:
		return types.Any(numericFromInt(v + julianEpoch)), nil
	}
	return null, errUnit(u, name, tDate)
}

func extractInterval(name string, i types.Interval) (datum, error) {
	u := parseUnit(name)
	if r, ok := timeField(u, i.Micros); ok {
		return types.Any(r), nil
	}
	years, months := int64(i.Months/12), int64(i.Months%12)
	var v int64
	switch u {
	case unitDay:
		v = int64(i.Days)
	case unitMonth:
		v = months
	case unitQuarter:
		v = months/3 + 1
	case unitYear:
		v = years
	case unitDecade:
		v = years / 10
	case unitCentury:
		v = years / 100
	case unitMillennium:
		v = years / 1000
	case unitEpoch:
		// in quarter days, which a year of 365.25 has in whole
		secs := (1461*years + 120*months + 4*int64(i.Days)) * (86400 / 4)
		var r apd.BigInt
		r.Mul(apd.NewBigInt(secs), apd.NewBigInt(usPerSecond))
		r.Add(&r, apd.NewBigInt(i.Micros))
		return types.Any(fromBig(&r, 6)), nil
	default:
		return null, errUnit(u, name, tInterval)
	}
	return types.Any(numericFromInt(v)), nil
}

func extractTime(name string, us int64, west int64, t types.OID) (datum, error) {
	u := parseUnit(name)
	if r, ok := timeField(u, us); ok {
		return types.Any(r), nil
	}
	switch {
	case u == unitEpoch:
		return types.Any(scaledInt(us+west*usPerSecond, 6)), nil
	case t == tTimetz && u == unitTimezone:
		return types.Any(numericFromInt(-west)), nil
	case t == tTimetz && u == unitTimezoneHour:
		return types.Any(numericFromInt(-west / 3600)), nil
	case t == tTimetz && u == unitTimezoneMinute:
		return types.Any(numericFromInt(-west / 60 % 60)), nil
	}
	return null, errUnit(u, name, t)
}

func rowExtract(t types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		switch t {
		case tDate:
			return extractDate(a[0].S, a[1].I)
		case tInterval:
			return extractInterval(a[0].S, ival(a[1]))
		case tTime:
			return extractTime(a[0].S, a[1].I, 0, t)
		case tTimetz:
			z := ttz(a[1])
			return extractTime(a[0].S, z.Micros, int64(z.West), t)
		}
		return extractTimestamp(c, a[0].S, a[1].I, t)
	}
}
