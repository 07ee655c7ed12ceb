package functions

import "strconv"

// Intervals print as dates do, field by field, though their years, months and
// days are no date: the days are counted as PostgreSQL counts those of a date.

// julianOf is the number of a day since 4714 BC. Months out of range and numbers
// that overflow give what PostgreSQL's arithmetic gives.
func julianOf(year, month, day int32) int32 {
	if month > 2 {
		month, year = month+1, year+4800
	} else {
		month, year = month+13, year+4799
	}
	century := year / 100
	return year*365 - 32167 + year/4 - century + century/4 + 7834*month/256 + day
}

// isoMonday is the day on which a year of ISO weeks begins.
func isoMonday(year int32) int32 {
	day4 := julianOf(year, 1, 4)
	weekday := day4 % 7
	if weekday < 0 {
		weekday += 7
	}
	return day4 - weekday
}

// isoOf is the year of ISO weeks that a day lies in, the week, and the number of
// the day in that year.
func isoOf(year, month, day int32) (isoYear, week, yearDay int32) {
	n := julianOf(year, month, day)
	if n < isoMonday(year) {
		year--
	}
	week = (n-isoMonday(year))/7 + 1
	if next := isoMonday(year + 1); week >= 52 && n >= next {
		year, week = year+1, (n-next)/7+1
	}
	return year, week, n - isoMonday(year) + 1
}

func (m *moment) intervalField(n *formatNode) (string, error) {
	year, month, day := int32(m.year), int32(m.month), int32(m.day)
	yearDay := (year*12+month)*30 + day
	isoYear, week, isoDay := isoOf(year, month, day)
	switch n.key {
	case "MM":
		return zeroPad(m.month, 2, n.fm), nil
	case "DD":
		return padC(m.day, 2, n.fm), nil
	case "DDD":
		return padC(int(yearDay), 3, n.fm), nil
	case "IDDD":
		return padC(int(isoDay), 3, n.fm), nil
	case "WW":
		return padC(int((yearDay-1)/7+1), 2, n.fm), nil
	case "IW":
		return padC(int(week), 2, n.fm), nil
	case "W":
		return strconv.Itoa((m.day-1)/7 + 1), nil
	case "Q":
		if m.month == 0 {
			return "", nil
		}
		return strconv.Itoa((m.month-1)/3 + 1), nil
	case "RM":
		return m.intervalRoman(n), nil
	case "Y,YYY":
		return strconv.Itoa(m.year/1000) + "," + padC(m.year%1000, 3, false), nil
	case "YYYY", "YYY", "YY", "Y", "CC":
		return m.yearField(n), nil
	case "IYYY", "IYY", "IY", "I":
		return m.yearDigits(int(isoYear), n), nil
	case "J":
		return strconv.Itoa(int(julianOf(year, month, day))), nil
	}
	return "", errIntervalFormat()
}

// intervalRoman prints the months in Roman numerals: whole years are a twelfth
// month, and what is negative counts from the end.
func (m *moment) intervalRoman(n *formatNode) string {
	if m.month == 0 && m.year == 0 {
		return ""
	}
	month := m.month
	switch {
	case month == 0 && m.year < 0:
		month = 1
	case month == 0:
		month = 12
	case month < 0:
		month += 13
	}
	return blankPad(likeWord(romanMonth(month), n.word), 4, n.fm)
}
