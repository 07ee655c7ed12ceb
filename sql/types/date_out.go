package types

import (
	"strconv"
	"time"
)

var monthNames = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

var dayNames = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// append2 appends a number below 100 with two digits.
func append2(dst []byte, v int) []byte {
	return append(dst, '0'+byte(v/10), '0'+byte(v%10))
}

// appendYear appends a year's number with at least four digits; BC years
// count from 1.
func appendYear(dst []byte, year int) []byte {
	if year <= 0 {
		year = 1 - year
	}
	if year < 10000 {
		return append2(append2(dst, year/100), year%100)
	}
	return strconv.AppendInt(dst, int64(year), 10)
}

// AppendDate appends a date (days since 2000-01-01) in the session's style.
func AppendDate(dst []byte, days int64, f *Format) []byte {
	switch days {
	case DateInfinity:
		return append(dst, "infinity"...)
	case DateNegInfinity:
		return append(dst, "-infinity"...)
	}
	f = f.orDefault()
	y, m, d := CivilFromDate(days)
	dst = appendCivil(dst, y, m, d, f)
	if y <= 0 {
		dst = append(dst, " BC"...)
	}
	return dst
}

// appendCivil appends a day in the style's numeric form.
func appendCivil(dst []byte, y, m, d int, f *Format) []byte {
	a, b, sep := m, d, byte('/')
	if f.DateOrder == OrderDMY {
		a, b = d, m
	}
	switch f.DateStyle {
	case DateISO:
		dst = append(append2(append(appendYear(dst, y), '-'), m), '-')
		return append2(dst, d)
	case DateGerman:
		a, b, sep = d, m, '.'
	case DatePostgres:
		sep = '-'
	}
	dst = append(append2(dst, a), sep)
	dst = append(append2(dst, b), sep)
	return appendYear(dst, y)
}

// appendTime appends hh:mm:ss[.ffffff].
func appendTime(dst []byte, micros int64) []byte {
	sec := micros / microsPerSecond
	dst = append(append2(dst, int(sec/3600)), ':')
	dst = append(append2(dst, int(sec/60%60)), ':')
	dst = append2(dst, int(sec%60))
	return appendFraction(dst, micros%microsPerSecond)
}

// appendFraction appends microseconds as decimals without zeros at the end.
func appendFraction(dst []byte, micros int64) []byte {
	if micros == 0 {
		return dst
	}
	dst = append(dst, '.')
	for unit := int64(100000); micros > 0; unit /= 10 {
		dst = append(dst, '0'+byte(micros/unit))
		micros %= unit
	}
	return dst
}

// appendOffset appends a zone's offset, seconds east of UTC: +hh[:mm[:ss]].
func appendOffset(dst []byte, east int64) []byte {
	sign := byte('+')
	if east < 0 {
		sign, east = '-', -east
	}
	dst = append(dst, sign)
	if hours := east / 3600; hours < 100 {
		dst = append2(dst, int(hours))
	} else { // a zone in POSIX form may say up to 167
		dst = strconv.AppendInt(dst, hours, 10)
	}
	if east%3600 != 0 {
		dst = append2(append(dst, ':'), int(east/60%60))
	}
	if east%60 != 0 {
		dst = append2(append(dst, ':'), int(east%60))
	}
	return dst
}

// AppendTimestamp appends a timestamp without time zone in the session's
// style.
func AppendTimestamp(dst []byte, v int64, f *Format) []byte {
	return appendStamp(dst, v, f.orDefault(), false, 0, "")
}

// AppendTimestamptz appends a timestamp in the session's zone and style.
func AppendTimestamptz(dst []byte, v int64, f *Format) []byte {
	f = f.orDefault()
	loc := f.loc()
	if loc == time.UTC || v == TimeInfinity || v == TimeNegInfinity {
		return appendStamp(dst, v, f, true, 0, "UTC")
	}
	name, east := TimeOf(v).In(loc).Zone()
	return appendStamp(dst, v+int64(east)*microsPerSecond, f, true, int64(east), name)
}

// appendStamp appends a local time, and its zone when withZone is set.
func appendStamp(dst []byte, v int64, f *Format, withZone bool, east int64, zone string) []byte {
	switch v {
	case TimeInfinity:
		return append(dst, "infinity"...)
	case TimeNegInfinity:
		return append(dst, "-infinity"...)
	}
	days, micros := floorDiv(v, microsPerDay)
	y, m, d := CivilFromDate(days)
	if f.DateStyle == DatePostgres {
		_, dow := floorDiv(days+6, 7) // 2000-01-01 was a Saturday
		dst = append(append(dst, dayNames[dow]...), ' ')
		if f.DateOrder == OrderDMY {
			dst = append(append(append2(dst, d), ' '), monthNames[m-1]...)
		} else {
			dst = append2(append(append(dst, monthNames[m-1]...), ' '), d)
		}
		dst = append(appendTime(append(dst, ' '), micros), ' ')
		dst = appendYear(dst, y)
	} else {
		dst = append(appendCivil(dst, y, m, d, f), ' ')
		dst = appendTime(dst, micros)
	}
	if withZone {
		switch {
		case f.DateStyle == DateISO:
			dst = appendOffset(dst, east)
		case zone != "":
			dst = append(append(dst, ' '), zone[:min(len(zone), 10)]...)
		default:
			dst = appendOffset(dst, east)
		}
	}
	if y <= 0 {
		dst = append(dst, " BC"...)
	}
	return dst
}
