package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// truncate cuts a local timestamp down to a unit; ok is false for units that
// nothing can be cut to.
func truncate(u unit, v int64) (int64, bool) {
	days, us := floorDiv(v, usPerDay)
	cut := func(n int64) (int64, bool) { return days*usPerDay + us - us%n, true }
	switch u {
	case unitMicrosecond:
		return v, true
	case unitMillisecond:
		return cut(1000)
	case unitSecond:
		return cut(usPerSecond)
	case unitMinute:
		return cut(usPerMinute)
	case unitHour:
		return cut(usPerHour)
	case unitDay:
		return days * usPerDay, true
	case unitWeek:
		_, wd := floorDiv(days+5, 7)
		return (days - wd) * usPerDay, true
	}
	y, m, _ := breakDate(days)
	switch u {
	case unitMonth:
	case unitQuarter:
		m -= (m - 1) % 3
	case unitYear:
		m = 1
	case unitDecade:
		m = 1
		if y > 0 {
			y = y / 10 * 10
		} else {
			y = -((8 - (y - 1)) / 10) * 10
		}
	case unitCentury:
		m = 1
		y = truncPeriod(y, 100)
	case unitMillennium:
		m = 1
		y = truncPeriod(y, 1000)
	default:
		return 0, false
	}
	return civilDays(y, m, 1) * usPerDay, true
}

// truncPeriod is the first year of a century or millennium: 2001, 1901.
func truncPeriod(y, n int) int {
	if y > 0 {
		return (y+n-1)/n*n - (n - 1)
	}
	return -((n-1-(y-1))/n*n - 1)
}

// truncUnit is parseUnit for truncation, to which the names that only extract
// has are unknown.
func truncUnit(s string) unit {
	switch u := parseUnit(s); u {
	case unitEpoch, unitDOW, unitISODOW, unitDOY, unitISOYear, unitJulian:
		return unitNone
	default:
		return u
	}
}

func rowTrunc(_ *Ctx, a []datum) (datum, error) {
	u := truncUnit(a[0].S)
	if !finite(a[1].I) {
		return a[1], nil
	}
	v, ok := truncate(u, a[1].I)
	if !ok {
		return null, errUnit(u, a[0].S, tTimestamp)
	}
	v, err := checkTimestamp(v)
	return types.Int(v), err
}

func rowTruncZoned(c *Ctx, a []datum) (datum, error) {
	u := truncUnit(a[0].S)
	if !finite(a[1].I) {
		return a[1], nil
	}
	loc := c.zone()
	if len(a) > 2 {
		z, err := zoneByName(a[2].S)
		if err != nil {
			return null, err
		}
		loc = z.loc // an abbreviation with a history means its zone here
	}
	off := int64(zoneOffset(loc, a[1].I)) * usPerSecond
	v, ok := truncate(u, a[1].I+off)
	if !ok {
		return null, errUnit(u, a[0].S, tTimestamptz)
	}
	if u >= unitDay { // another day may have another offset
		v = localToUTC(loc, v)
	} else {
		v -= off
	}
	v, err := checkTimestamp(v)
	return types.Int(v), err
}

func rowTruncInterval(_ *Ctx, a []datum) (datum, error) {
	u := truncUnit(a[0].S)
	i := ival(a[1])
	years, months := i.Months/12, i.Months%12
	keep := func(n int32) (datum, error) { return types.Any(types.Interval{Months: n}), nil }
	cut := func(n int64) (datum, error) {
		i.Micros -= i.Micros % n
		return types.Any(i), nil
	}
	switch u {
	case unitMillennium:
		return keep(years / 1000 * 1000 * 12)
	case unitCentury:
		return keep(years / 100 * 100 * 12)
	case unitDecade:
		return keep(years / 10 * 10 * 12)
	case unitYear:
		return keep(years * 12)
	case unitQuarter:
		return keep(years*12 + months/3*3)
	case unitMonth:
		return keep(i.Months)
	case unitDay:
		i.Micros = 0
		return types.Any(i), nil
	case unitHour:
		return cut(usPerHour)
	case unitMinute:
		return cut(usPerMinute)
	case unitSecond:
		return cut(usPerSecond)
	case unitMillisecond:
		return cut(1000)
	case unitMicrosecond:
		return a[1], nil
	}
	if u == unitWeek {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "unit \"%s\" not supported for type %s", asciiLower(a[0].S), "interval").
			WithDetail("Months usually have fractional weeks.")
	}
	return null, errUnit(u, a[0].S, tInterval)
}
