package functions

import (
	"math"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Units of the representations: dates are days, all else microseconds, since
// 2000-01-01.
const (
	usPerSecond = int64(1_000_000)
	usPerMinute = 60 * usPerSecond
	usPerHour   = 60 * usPerMinute
	usPerDay    = 24 * usPerHour
	usPerMonth  = 30 * usPerDay // in comparisons and justify_ functions

	infinity    = math.MaxInt64
	negInfinity = math.MinInt64

	dateInfinity    = math.MaxInt32
	dateNegInfinity = math.MinInt32

	julianEpoch = 2451545 // 2000-01-01 as a Julian day
	minDate     = -julianEpoch
	maxDate     = 2145031948 // 5874897-12-31

	minTimestamp = -211813488000000000 // 4714-11-24 BC
	endTimestamp = 9223371331200000000 // 294277-01-01, the first out of range
	unixEpochUS  = 946684800 * usPerSecond
)

func errTimestampRange() error {
	return sqlerr.New(sqlerr.DatetimeFieldOverflow, "timestamp out of range")
}

func errDateRange() error { return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range") }

func errIntervalRange() error {
	return sqlerr.New(sqlerr.DatetimeFieldOverflow, "interval out of range")
}

func finite(v int64) bool { return v != infinity && v != negInfinity }

func inTimestampRange(v int64) bool { return v >= minTimestamp && v < endTimestamp }

// checkTimestamp passes a finite result that is in range.
func checkTimestamp(v int64) (int64, error) {
	if !inTimestampRange(v) {
		return 0, errTimestampRange()
	}
	return v, nil
}

// dateMicros is a date's midnight, without a check of the range: for
// comparisons, where a date beyond timestamp's range only has to be beyond.
func dateMicros(d int64) int64 {
	switch {
	case d == dateInfinity:
		return infinity
	case d == dateNegInfinity:
		return negInfinity
	case d > endTimestamp/usPerDay:
		return infinity - 1
	case d < minTimestamp/usPerDay:
		return negInfinity + 1
	}
	return d * usPerDay
}

// dateToTimestamp is the cast, which checks the range.
func dateToTimestamp(d int64) (int64, error) {
	v := dateMicros(d)
	if finite(v) && !inTimestampRange(v) {
		return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range for timestamp")
	}
	return v, nil
}

// civil is a broken-down time in the proleptic Gregorian calendar; year 0 is
// 1 BC.
type civil struct {
	year           int
	month, day     int
	hour, min, sec int
	us             int
}

// julianDay converts a calendar date into days since 2000-01-01; month may be
// out of 1 … 12.
func civilDays(y, m, d int) int64 {
	m--
	y += m / 12
	if m %= 12; m < 0 {
		m += 12
		y--
	}
	return time.Date(y, time.Month(m+1), d, 0, 0, 0, 0, time.UTC).Unix()/86400 - 10957
}

func floorDiv(a, b int64) (q, r int64) {
	q, r = a/b, a%b
	if r < 0 {
		q--
		r += b
	}
	return q, r
}

// breakDate splits days since 2000-01-01.
func breakDate(days int64) (y, m, d int) {
	t := time.Unix((days+10957)*86400, 0).UTC()
	yy, mm, dd := t.Date()
	return yy, int(mm), dd
}

// breakMicros splits a local timestamp.
func breakMicros(v int64) civil {
	days, us := floorDiv(v, usPerDay)
	var c civil
	c.year, c.month, c.day = breakDate(days)
	c.setTime(us)
	return c
}

func (c *civil) setTime(us int64) {
	c.hour = int(us / usPerHour)
	c.min = int(us / usPerMinute % 60)
	c.sec = int(us / usPerSecond % 60)
	c.us = int(us % usPerSecond)
}

// timeMicros is the time of day in microseconds.
func (c *civil) timeMicros() int64 {
	return int64(c.hour)*usPerHour + int64(c.min)*usPerMinute + int64(c.sec)*usPerSecond + int64(c.us)
}

// micros is the local timestamp.
func (c *civil) micros() int64 { return civilDays(c.year, c.month, c.day)*usPerDay + c.timeMicros() }

// zoneOffset returns the seconds east of UTC that hold at a UTC instant.
func zoneOffset(loc *time.Location, utc int64) int {
	if loc == time.UTC {
		return 0
	}
	_, off := types.TimeOf(utc).In(loc).Zone()
	return off
}

// utcToLocal turns a timestamptz into the wall clock of a zone.
func utcToLocal(loc *time.Location, v int64) int64 {
	if !finite(v) {
		return v
	}
	return v + int64(zoneOffset(loc, v))*usPerSecond
}

// localToUTC turns a wall clock into a timestamptz. In a gap the offset before
// it holds, and in a fold standard time, the later one, as PostgreSQL has it.
func localToUTC(loc *time.Location, v int64) int64 {
	if !finite(v) || loc == time.UTC {
		return v
	}
	// The instants a day before and after bracket any single transition.
	before := int64(zoneOffset(loc, v-usPerDay)) * usPerSecond
	after := int64(zoneOffset(loc, v+usPerDay)) * usPerSecond
	if before == after {
		return v - before
	}
	okBefore := int64(zoneOffset(loc, v-before))*usPerSecond == before
	okAfter := int64(zoneOffset(loc, v-after))*usPerSecond == after
	switch {
	case okBefore && !okAfter:
		return v - before
	case okAfter && !okBefore:
		return v - after
	case okAfter: // fold: both hold
		return v - after
	default: // gap: neither does
		return v - before
	}
}

func isLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func daysInMonth(y, m int) int {
	switch m {
	case 2:
		if isLeap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
