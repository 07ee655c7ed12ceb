package types

import "math"

// Bounds and units of dates and times. Dates are days, times microseconds,
// since 2000-01-01.
const (
	DateInfinity    = math.MaxInt32
	DateNegInfinity = math.MinInt32
	TimeInfinity    = math.MaxInt64
	TimeNegInfinity = math.MinInt64

	// MinTimestamp is 4714-11-24 BC; EndTimestamp, 294277-01-01, is the first
	// beyond the range.
	MinTimestamp = -211813488000000000
	EndTimestamp = 9223371331200000000

	julianEpoch = 2451545 // 2000-01-01 as a Julian day
	minDate     = -julianEpoch
	endDate     = 2147483494 - julianEpoch

	microsPerSecond = 1000000
	microsPerMinute = 60 * microsPerSecond
	microsPerHour   = 60 * microsPerMinute
	microsPerDay    = 24 * microsPerHour

	// maxZoneSeconds is the first zone offset that is refused: 16 hours.
	maxZoneSeconds = 16 * 3600
)

func dateInRange(d int64) bool { return d >= minDate && d < endDate }

func timestampInRange(v int64) bool { return v >= MinTimestamp && v < EndTimestamp }

// DateFromCivil returns the days since 2000-01-01 of a day of the proleptic
// Gregorian calendar; year 0 is 1 BC. Months and days beyond their range carry
// over.
func DateFromCivil(year, month, day int) int64 {
	m := int64(month) - 1
	y, m := floorAdd(int64(year), m, 12)
	if m += 1; m <= 2 {
		y--
		m += 12
	}
	era, yoe := floorDiv(y, 400)
	doy := (153*(m-3)+2)/5 + int64(day) - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 730425
}

// floorAdd returns y plus the whole units in m, and the rest of m.
func floorAdd(y, m, unit int64) (int64, int64) {
	q, r := floorDiv(m, unit)
	return y + q, r
}

// CivilFromDate is the inverse of DateFromCivil; year 0 is 1 BC.
func CivilFromDate(days int64) (year, month, day int) {
	era, doe := floorDiv(days+730425, 146097)
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d := doy - (153*mp+2)/5 + 1
	m := mp + 3
	y := yoe + era*400
	if m > 12 {
		m -= 12
		y++
	}
	return int(y), int(m), int(d)
}

func daysInMonth(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// validJulian reports whether a day lies where Julian days can be computed.
func validJulian(year, month int) bool {
	return (year > -4713 || year == -4713 && month >= 11) && (year < 5874898 || year == 5874898 && month < 6)
}
