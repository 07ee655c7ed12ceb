package types

// tokKind is what a word of a date or interval is. The values below 32 are bit
// positions of the masks that say which parts of a text have been seen.
type tokKind uint8

const (
	tokReserved tokKind = iota
	tokMonth
	tokYear
	tokDay
	tokMillisecond
	tokZone    // a zone, daylight saving or not
	tokDTZ     // an abbreviation of daylight saving time
	tokDynZone // an abbreviation that a zone's history explains
	tokIgnore
	tokAMPM
	tokHour
	tokMinute
	tokSecond
	tokMicrosecond
	tokDOY
	tokDOW
	tokUnits
	tokADBC
	tokAgo
	tokDecade
	tokCentury
	tokMillennium
	tokWeek
	tokISOTime
	tokDTZMod
	tokJulian
	tokTime
	tokDayOfWeek
	tokISOUnit
	tokQuarter
	tokUnknown tokKind = 31
)

// Reserved words' values.
const (
	resNow = iota
	resYesterday
	resToday
	resTomorrow
	resZulu
	resEpoch
	resLate
	resEarly
)

// Halves of the day, and eras.
const (
	valAM = iota
	valPM
	val24
)

func bit(k tokKind) uint32 { return 1 << k }

const (
	maskDate    = 1<<tokYear | 1<<tokMonth | 1<<tokDay
	maskSeconds = 1<<tokSecond | 1<<tokMillisecond | 1<<tokMicrosecond
	maskTime    = 1<<tokHour | 1<<tokMinute | maskSeconds
	maskZone    = 1 << tokZone
)

// dateToken classifies a lower-case word of a date; only ten characters count.
func dateToken(w string) (tokKind, int) {
	if n := monthOf(w); n != 0 {
		return tokMonth, n
	}
	switch w[:min(len(w), tokenLen)] {
	case "-infinity":
		return tokReserved, resEarly
	case "infinity":
		return tokReserved, resLate
	case "epoch":
		return tokReserved, resEpoch
	case "now":
		return tokReserved, resNow
	case "today":
		return tokReserved, resToday
	case "tomorrow":
		return tokReserved, resTomorrow
	case "yesterday":
		return tokReserved, resYesterday
	case "allballs":
		return tokReserved, resZulu
	case "ad":
		return tokADBC, 0
	case "bc":
		return tokADBC, 1
	case "am":
		return tokAMPM, valAM
	case "pm":
		return tokAMPM, valPM
	case "at", "on":
		return tokIgnore, 0
	case "t":
		return tokISOTime, int(tokTime)
	case "dst":
		return tokDTZMod, 3600
	case "sun", "sunday", "mon", "monday", "tue", "tues", "tuesday", "wed", "weds", "wednesday",
		"thu", "thur", "thurs", "thursday", "fri", "friday", "sat", "saturday":
		return tokDOW, 0
	case "y":
		return tokUnits, int(tokYear)
	case "m":
		return tokUnits, int(tokMonth)
	case "d":
		return tokUnits, int(tokDay)
	case "h":
		return tokUnits, int(tokHour)
	case "mm":
		return tokUnits, int(tokMinute)
	case "s":
		return tokUnits, int(tokSecond)
	case "j", "jd", "julian":
		return tokUnits, int(tokJulian)
	case "dow", "isodow":
		return tokUnits, int(tokDayOfWeek)
	case "doy":
		return tokUnits, int(tokDOY)
	case "isoyear":
		return tokUnits, int(tokISOUnit)
	}
	return tokUnknown, 0
}

func monthOf(w string) int {
	switch w {
	case "jan", "january":
		return 1
	case "feb", "february":
		return 2
	case "mar", "march":
		return 3
	case "apr", "april":
		return 4
	case "may":
		return 5
	case "jun", "june":
		return 6
	case "jul", "july":
		return 7
	case "aug", "august":
		return 8
	case "sep", "sept", "september":
		return 9
	case "oct", "october":
		return 10
	case "nov", "november":
		return 11
	case "dec", "december":
		return 12
	}
	return 0
}

// intervalToken classifies a lower-case word of an interval.
func intervalToken(w string) (tokKind, tokKind) {
	switch w[:min(len(w), tokenLen)] {
	case "ago":
		return tokAgo, tokAgo
	case "us", "usec", "usecs", "usecond", "useconds", "microsecon":
		return tokUnits, tokMicrosecond
	case "ms", "msec", "msecs", "msecond", "mseconds", "millisecon":
		return tokUnits, tokMillisecond
	case "s", "sec", "secs", "second", "seconds":
		return tokUnits, tokSecond
	case "m", "min", "mins", "minute", "minutes":
		return tokUnits, tokMinute
	case "h", "hr", "hrs", "hour", "hours":
		return tokUnits, tokHour
	case "d", "day", "days":
		return tokUnits, tokDay
	case "w", "week", "weeks":
		return tokUnits, tokWeek
	case "mon", "mons", "month", "months":
		return tokUnits, tokMonth
	case "qtr", "quarter":
		return tokUnits, tokQuarter
	case "y", "yr", "yrs", "year", "years":
		return tokUnits, tokYear
	case "dec", "decs", "decade", "decades":
		return tokUnits, tokDecade
	case "c", "cent", "century", "centuries":
		return tokUnits, tokCentury
	case "mil", "mils", "millennia", "millennium":
		return tokUnits, tokMillennium
	}
	return tokUnknown, tokUnknown
}
