package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// readDate runs a template over a text.
func readDate(s, template string) (*dateReader, error) {
	r := &dateReader{text: s}
	return r, r.read(parseDateTemplate(template))
}

func (r *dateReader) outOfRange() error {
	return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date/time field value out of range: \"%s\"", r.text)
}

// moment is the date and the time of day that the fields make, in days since
// 2000-01-01 and in microseconds.
func (r *dateReader) moment() (days, micros int64, err error) {
	var c civil
	if err := r.clock(&c); err != nil {
		return 0, 0, err
	}
	dated, err := r.date(&c)
	if err != nil {
		return 0, 0, err
	}
	us := int64(r.ms)*1000 + int64(r.us)
	if !dated.valid(&c) || c.hour < 0 || c.hour > 23 || c.min < 0 || c.min > 59 || c.sec < 0 || c.sec > 59 || us < 0 || us >= usPerSecond {
		return 0, 0, r.outOfRange()
	}
	if r.tzSign != 0 && (r.tzh < 0 || r.tzh > 15 || r.tzm < 0 || r.tzm > 59) {
		return 0, 0, sqlerr.New(sqlerr.InvalidTimeZone, "time zone displacement out of range: \"%s\"", r.text)
	}
	c.us = int(us)
	return types.DateFromCivil(c.year, c.month, c.day), c.timeMicros(), nil
}

// clock sets the time of day, which the caller checks.
func (r *dateReader) clock(c *civil) error {
	c.hour, c.min, c.sec = int(r.ssss/3600), int(r.ssss/60%60), int(r.ssss%60)
	for _, f := range []struct {
		to   *int
		from int32
	}{{&c.sec, r.sec}, {&c.min, r.min}, {&c.hour, r.hour}} {
		if f.from != 0 {
			*f.to = int(f.from)
		}
	}
	if !r.hour12 {
		return nil
	}
	if c.hour < 1 || c.hour > 12 {
		return errDateInput("hour \"%d\" is invalid for the 12-hour clock", c.hour).
			WithHint("Use the 24-hour clock, or give an hour between 1 and 12.")
	}
	c.hour %= 12
	if r.pm != 0 {
		c.hour += 12
	}
	return nil
}

// dateParts says which parts of a date were given.
type dateParts struct{ year, month, day bool }

// valid checks the parts that were given. PostgreSQL looks at the month's length
// only where all of them are.
func (p dateParts) valid(c *civil) bool {
	switch {
	case p.month && (c.month < 1 || c.month > 12), p.day && (c.day < 1 || c.day > 31):
		return false
	}
	return !p.year || !p.month || !p.day || c.day <= daysInMonth(c.year, c.month)
}

// date sets the day, from the strongest of the fields that tell one.
func (r *dateReader) date(c *civil) (given dateParts, err error) {
	c.year, given.year = r.fullYear()
	c.month, c.day = 1, 1
	all := dateParts{true, true, true}
	setDays := func(days int64) {
		c.year, c.month, c.day = types.CivilFromDate(days)
		given = all
	}
	if r.julian != 0 {
		setDays(int64(uint32(r.julian)) - julianEpoch)
	}
	doy := int(r.doy)
	switch {
	case r.week == 0:
	case r.calendar == isoWeeks:
		day := weeksBegin(c.year) + int64(r.week-1)*7
		switch {
		case r.weekday > 1:
			day += int64(r.weekday) - 2
		case r.weekday != 0: // Sunday
			day += 6
		}
		setDays(day)
	default:
		doy = int(r.week-1)*7 + 1
	}
	day := r.day
	if r.weekOfMonth != 0 {
		day = (r.weekOfMonth-1)*7 + 1
	}
	if day != 0 {
		c.day, given.day = int(day), true
	}
	if r.month != 0 {
		c.month, given.month = int(r.month), true
	}
	if doy == 0 || c.month > 1 && c.day > 1 {
		return given, nil
	}
	if c.year == 0 && r.bc == 0 {
		return given, errDateInput("cannot calculate day of year without year information")
	}
	if r.calendar == isoWeeks {
		setDays(weeksBegin(c.year) + int64(doy) - 1)
		return given, nil
	}
	setDayOfYear(c, doy)
	given.month, given.day = true, true
	return given, nil
}

// setDayOfYear sets month and day where they are not beyond the first. A day
// beyond the year leaves a month that is refused.
func setDayOfYear(c *civil, doy int) {
	month := 1
	for month <= 12 && doy > daysInMonth(c.year, month) {
		doy -= daysInMonth(c.year, month)
		month++
	}
	if c.month <= 1 {
		c.month = month
	}
	if c.day <= 1 {
		c.day = doy
	}
}

// weeksBegin is the first day of a year by ISO weeks, in days since 2000-01-01.
func weeksBegin(year int) int64 {
	jan4 := types.DateFromCivil(year, 1, 4)
	_, sinceMonday := floorDiv(jan4+5, 7)
	return jan4 - sinceMonday
}

// fullYear is the year that the fields make, 0 for 1 BC, and whether they do. A
// century completes years of one or two digits.
func (r *dateReader) fullYear() (year int, given bool) {
	century := int(r.century)
	if r.bc != 0 {
		century = -century
	}
	switch y := int(r.year); {
	case y == 0 && century > 0:
		return (century-1)*100 + 1, true
	case y == 0 && century < 0:
		return century*100 + 1, true
	case y == 0:
		return 0, false
	case r.century != 0 && r.yearDigits <= 2:
		if y %= 100; y == 0 {
			return century*100 + int(b2i(century < 0)), true
		}
		if century > 0 {
			return y + (century-1)*100, true
		}
		return (century+1)*100 - y + 1, true
	default:
		if r.bc != 0 {
			y = -y
		}
		if y < 0 {
			y++
		}
		return y, true
	}
}

func rowToDate(_ *Ctx, a []datum) (datum, error) {
	r, err := readDate(a[0].S, a[1].S)
	if err != nil {
		return null, err
	}
	d, _, err := r.moment()
	if err != nil {
		return null, err
	}
	if _, err := checkDate(d); err != nil {
		return null, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range: \"%s\"", a[0].S)
	}
	return types.Int(d), nil
}

func rowToTimestamp(c *Ctx, a []datum) (datum, error) {
	r, err := readDate(a[0].S, a[1].S)
	if err != nil {
		return null, err
	}
	d, t, err := r.moment()
	if err != nil {
		return null, err
	}
	if d < minTimestamp/usPerDay-1 || d > endTimestamp/usPerDay+1 {
		return null, errTimestampRange()
	}
	v := d*usPerDay + t
	if r.tzSign != 0 {
		v += int64(r.west()) * usPerSecond
	} else {
		v = localToUTC(c.zone(), v)
	}
	if v, err = checkTimestamp(v); err != nil || r.places == 0 {
		return types.Int(v), err
	}
	return types.ApplyTypmod(tTimestamptz, int32(r.places), types.Int(v), false)
}

// west is the zone that was read, in seconds west of Greenwich.
func (f *dateFields) west() int32 { return -f.tzSign * (f.tzh*3600 + f.tzm*60) }
