package types

import (
	"math"
	"strconv"
	"strings"
)

// civilTime is a broken-down local time while it is being read.
type civilTime struct {
	year, mon, day, yday int
	hour, min, sec       int
	micros               int64
}

// leadInt reads an int4 off the front of s, with a sign, as strtol does.
// digits is false when there is no digit, fits when it is no int4.
func leadInt(s string) (v int, rest string, digits, fits bool) {
	n, rest, digits, fits := leadInt64(s)
	if n < math.MinInt32 || n > math.MaxInt32 {
		fits = false
	}
	return int(n), rest, digits, fits
}

func leadInt64(s string) (v int64, rest string, digits, fits bool) {
	i := signedDigits(s)
	if i == 0 {
		return 0, s, false, true
	}
	v, err := strconv.ParseInt(s[:i], 10, 64)
	return v, s[i:], true, err == nil
}

// fraction reads ".digits" to the end of the text, in parts of 1; a bare point
// is 0.
func fraction(s string) (float64, bool) {
	for i := 1; i < len(s); i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
	}
	if len(s) == 1 {
		return 0, true
	}
	v, err := strconv.ParseFloat("0"+s, 64)
	return v, err == nil
}

func fractionMicros(s string) (int64, dtFault) {
	f, ok := fraction(s)
	if !ok || len(s) == 1 && s != "." {
		return 0, dtBadFormat
	}
	return int64(math.RoundToEven(f * 1e6)), dtOK
}

// NumericZone reads an offset from Greenwich as datetimes have it (+hh:mm), in
// seconds east; number is false when it is none, fits when it is too large.
func NumericZone(s string) (east int, number, fits bool) {
	west, fault := decodeZone(s)
	return -west, fault == dtOK, fault != dtZoneOverflow
}

// decodeZone reads a numeric offset: +hh[:mm[:ss]] or +hhmm, in seconds west.
func decodeZone(s string) (west int, fault dtFault) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return 0, dtBadFormat
	}
	hr, rest, digits, fits := leadInt(s[1:])
	if !fits {
		return 0, dtZoneOverflow
	}
	if !digits && rest == "" {
		return 0, dtBadFormat
	}
	minute, sec := 0, 0
	if strings.HasPrefix(rest, ":") {
		if minute, rest, _, fits = leadInt(rest[1:]); !fits {
			return 0, dtZoneOverflow
		}
		if strings.HasPrefix(rest, ":") {
			if sec, rest, _, fits = leadInt(rest[1:]); !fits {
				return 0, dtZoneOverflow
			}
		}
	} else if rest == "" && len(s) > 3 {
		hr, minute = hr/100, hr%100
	}
	if hr < 0 || hr > 15 || minute < 0 || minute > 59 || sec < 0 || sec > 59 {
		return 0, dtZoneOverflow
	}
	west = (hr*60+minute)*60 + sec
	if s[0] == '+' {
		west = -west
	}
	if rest != "" {
		return 0, dtBadFormat
	}
	return west, dtOK
}

// decodeTime reads hh:mm[:ss[.frac]] or mm:ss.frac. swap reads hh:mm as mm:ss,
// for intervals of minutes to seconds.
func decodeTime(s string, swap bool, tm *civilTime) dtFault {
	var digits, fits bool
	var rest string
	if tm.hour, rest, digits, fits = leadInt(s); !fits {
		return dtOverflow
	}
	if !digits || !strings.HasPrefix(rest, ":") {
		return dtBadFormat
	}
	if tm.min, rest, _, fits = leadInt(rest[1:]); !fits {
		return dtOverflow
	}
	tm.sec, tm.micros = 0, 0
	fault := dtOK
	switch {
	case rest == "":
		if swap {
			tm.sec, tm.min, tm.hour = tm.min, tm.hour, 0
		}
	case rest[0] == '.':
		tm.micros, fault = fractionMicros(rest)
		tm.sec, tm.min, tm.hour = tm.min, tm.hour, 0
	case rest[0] == ':':
		if tm.sec, rest, _, fits = leadInt(rest[1:]); !fits {
			return dtOverflow
		}
		if strings.HasPrefix(rest, ".") {
			tm.micros, fault = fractionMicros(rest)
		} else if rest != "" {
			fault = dtBadFormat
		}
	default:
		fault = dtBadFormat
	}
	if fault != dtOK {
		return fault
	}
	if tm.hour < 0 || tm.min < 0 || tm.min > 59 || tm.sec < 0 || tm.sec > 60 || tm.micros > 1000000 {
		return dtOverflow
	}
	return dtOK
}

// overflows reports whether a time of day is beyond 24:00:00.
func (tm *civilTime) overflows() bool {
	return tm.hour < 0 || tm.hour > 24 || tm.min < 0 || tm.min > 59 || tm.sec < 0 || tm.sec > 60 ||
		tm.micros < 0 || tm.micros > 1000000 || tm.timeMicros() > microsPerDay
}

func (tm *civilTime) timeMicros() int64 {
	return int64((tm.hour*60+tm.min)*60+tm.sec)*microsPerSecond + tm.micros
}

// dateReader gathers the fields of a date or timestamp.
type dateReader struct {
	tm        civilTime
	order     DateOrder
	mask      uint32 // what has been seen
	twoDigits bool   // the year was given with two digits
	textMonth bool
	julian    bool
	bc        bool
}

// decodeDate reads a date with separators in it.
func (r *dateReader) decodeDate(s string) (mask uint32, fault dtFault) {
	var parts [3]string
	n := 0
	for s != "" {
		for s != "" && !isAlnum(s[0]) {
			s = s[1:]
		}
		if s == "" || n == len(parts) {
			return 0, dtBadFormat
		}
		class := isDigit
		if isAlpha(s[0]) {
			class = isAlpha
		}
		i := 0
		for i < len(s) && class(s[i]) {
			i++
		}
		parts[n] = s[:i]
		n++
		if s = s[i:]; s != "" && !isAlnum(s[0]) {
			s = s[1:]
		}
	}
	seen, textMonth := r.mask, false
	for i, p := range parts[:n] {
		if !isAlpha(p[0]) {
			continue
		}
		kind, val := dateToken(p)
		if kind == tokIgnore {
			continue
		}
		if kind != tokMonth || seen&bit(tokMonth) != 0 {
			return 0, dtBadFormat
		}
		textMonth = true
		r.tm.mon = val
		seen |= bit(tokMonth)
		mask |= bit(tokMonth)
		parts[i] = ""
	}
	for _, p := range parts[:n] {
		if p == "" {
			continue
		}
		m, fault := r.decodeNumber(p, textMonth, seen)
		if fault != dtOK {
			return 0, fault
		}
		if seen&m != 0 {
			return 0, dtBadFormat
		}
		seen |= m
		mask |= m
	}
	if seen&^(bit(tokDOY)|maskZone) != maskDate {
		return 0, dtBadFormat
	}
	return mask, dtOK
}

// decodeNumber decides by what has been seen what a number is.
func (r *dateReader) decodeNumber(s string, textMonth bool, seen uint32) (mask uint32, fault dtFault) {
	val, rest, digits, fits := leadInt(s)
	if !fits {
		return 0, dtOverflow
	}
	if !digits {
		return 0, dtBadFormat
	}
	if strings.HasPrefix(rest, ".") {
		if len(s)-len(rest) > 2 {
			return r.decodeNumberField(s, seen|maskDate)
		}
		if r.tm.micros, fault = fractionMicros(rest); fault != dtOK {
			return 0, fault
		}
	} else if rest != "" {
		return 0, dtBadFormat
	}
	long := len(s) >= 3
	if len(s) == 3 && seen&maskDate == bit(tokYear) && val >= 1 && val <= 366 {
		r.tm.yday = val
		return bit(tokDOY) | bit(tokMonth) | bit(tokDay), dtOK
	}
	switch seen & maskDate {
	case 0:
		switch {
		case long || r.order == OrderYMD:
			mask = bit(tokYear)
		case r.order == OrderDMY:
			mask = bit(tokDay)
		default:
			mask = bit(tokMonth)
		}
	case bit(tokYear):
		mask = bit(tokMonth)
	case bit(tokMonth):
		mask = bit(tokDay)
		if textMonth && (long || r.order == OrderYMD) {
			mask = bit(tokYear)
		}
	case bit(tokYear) | bit(tokMonth):
		mask = bit(tokDay)
		if textMonth && long && r.twoDigits {
			// The number taken for the year was the day.
			r.tm.day, r.tm.year, r.twoDigits = r.tm.year, val, false
			return mask, dtOK
		}
	case bit(tokDay):
		mask = bit(tokMonth)
	case bit(tokMonth) | bit(tokDay):
		mask = bit(tokYear)
	case maskDate:
		return r.decodeNumberField(s, seen)
	default:
		return 0, dtBadFormat
	}
	switch mask {
	case bit(tokYear):
		r.tm.year, r.twoDigits = val, len(s) <= 2
	case bit(tokMonth):
		r.tm.mon = val
	case bit(tokDay):
		r.tm.day = val
	}
	return mask, dtOK
}

// decodeNumberField reads digits run together: yyyymmdd, hhmmss, hhmm.
func (r *dateReader) decodeNumberField(s string, seen uint32) (mask uint32, fault dtFault) {
	num := func(t string) int { v, _, _, _ := leadInt(t); return v }
	if dot := strings.IndexByte(s, '.'); dot >= 0 {
		f, ok := fraction(s[dot:])
		if !ok {
			return 0, dtBadFormat
		}
		r.tm.micros = int64(math.RoundToEven(f * 1e6))
		s = s[:dot]
	} else if seen&maskDate != maskDate && len(s) >= 6 {
		n := len(s)
		r.tm.day, r.tm.mon, r.tm.year = num(s[n-2:]), num(s[n-4:n-2]), num(s[:n-4])
		if n == 6 {
			r.twoDigits = true
		}
		return maskDate, dtOK
	}
	if seen&maskTime != maskTime && (len(s) == 6 || len(s) == 4) {
		r.tm.hour, r.tm.min, r.tm.sec = num(s[:2]), num(s[2:4]), num(s[4:])
		return maskTime, dtOK
	}
	return 0, dtBadFormat
}

// validate completes the year and checks the calendar.
func (r *dateReader) validate() dtFault {
	tm := &r.tm
	if r.mask&bit(tokYear) != 0 && !r.julian {
		switch {
		case r.bc:
			if tm.year <= 0 {
				return dtOverflow
			}
			tm.year = 1 - tm.year
		case r.twoDigits:
			if tm.year < 0 {
				return dtOverflow
			}
			if tm.year < 70 {
				tm.year += 2000
			} else if tm.year < 100 {
				tm.year += 1900
			}
		case tm.year <= 0:
			return dtOverflow
		}
	}
	if r.mask&bit(tokDOY) != 0 {
		tm.year, tm.mon, tm.day = CivilFromDate(DateFromCivil(tm.year, 1, 1) + int64(tm.yday) - 1)
	}
	if r.mask&bit(tokMonth) != 0 && (tm.mon < 1 || tm.mon > 12) || r.mask&bit(tokDay) != 0 && (tm.day < 1 || tm.day > 31) {
		return dtMonthDayOverflow
	}
	if r.mask&maskDate == maskDate && tm.day > daysInMonth(tm.year, tm.mon) {
		return dtOverflow
	}
	return dtOK
}
