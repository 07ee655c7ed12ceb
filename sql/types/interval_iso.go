package types

import (
	"math"
	"strconv"
)

// isoNumber reads a number with sign and decimals off the front.
func isoNumber(s string) (whole int64, frac float64, rest string, fault dtFault) {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	for i < len(s) && (isDigit(s[i]) || s[i] == '.') {
		i++
	}
	if i == 0 || !(isDigit(s[0]) || s[0] == '-' || s[0] == '+' || s[0] == '.') {
		return 0, 0, s, dtBadFormat
	}
	v, err := strconv.ParseFloat(s[:i], 64)
	if err != nil {
		return 0, 0, s, dtBadFormat
	}
	if v < -1e15 || v > 1e15 {
		return 0, 0, s, dtOverflow
	}
	whole = int64(v)
	return whole, v - math.Trunc(v), s[i:], dtOK
}

// isoWidth counts the digits in front, behind a minus.
func isoWidth(s string) int {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	n := 0
	for i+n < len(s) && isDigit(s[i+n]) {
		n++
	}
	return n
}

// readISO reads ISO 8601's intervals: P1Y2M3DT4H5M6S, and the alternative
// forms P0001-02-03T04:05:06 and P00010203T040506.
func (r *intervalReader) readISO(s string) dtFault {
	if len(s) < 2 || s[0] != 'P' {
		return dtBadFormat
	}
	s = s[1:]
	datePart, haveField := true, false
	for s != "" {
		if s[0] == 'T' {
			datePart, haveField = false, false
			s = s[1:]
			continue
		}
		field := s
		whole, frac, rest, fault := isoNumber(s)
		if fault != dtOK {
			return fault
		}
		unit := byte(0)
		if s = rest; s != "" {
			unit = s[0]
			s = s[1:]
		}
		var done bool
		if datePart {
			s, done, fault = r.isoDatePart(unit, field, s, whole, frac, haveField)
		} else {
			s, done, fault = r.isoTimePart(unit, field, s, whole, frac, haveField)
		}
		if fault != dtOK || done {
			return fault
		}
		if datePart && (unit == 0 || unit == 'T' || unit == '-') {
			datePart, haveField = false, false // the T has been read
			continue
		}
		haveField = true
	}
	return dtOK
}

// overflowUnless is the fault of a sum that did not fit.
func overflowUnless(good bool) dtFault {
	if good {
		return dtOK
	}
	return dtOverflow
}

// isoDatePart reads one number of the date's half, with its unit.
func (r *intervalReader) isoDatePart(unit byte, field, rest string, v int64, frac float64, haveField bool) (string, bool, dtFault) {
	switch unit {
	case 'Y':
		_, good := r.add(tokYear, v, frac)
		return rest, false, overflowUnless(good)
	case 'M':
		_, good := r.add(tokMonth, v, frac)
		return rest, false, overflowUnless(good)
	case 'W':
		_, good := r.add(tokWeek, v, frac)
		return rest, false, overflowUnless(good)
	case 'D':
		_, good := r.add(tokDay, v, frac)
		return rest, false, overflowUnless(good)
	case 'T', 0:
		if isoWidth(field) == 8 && !haveField {
			good := addInt32(&r.years, v/10000) && addInt32(&r.months, v/100%100) && addInt32(&r.days, v%100) &&
				r.addFraction(frac, microsPerDay)
			return rest, unit == 0, overflowUnless(good)
		}
		fallthrough
	case '-':
		return r.isoDashes(unit, rest, v, frac, haveField)
	}
	return rest, false, dtBadFormat
}

// isoDashes reads yyyy-mm-dd, of which v is the year.
func (r *intervalReader) isoDashes(unit byte, rest string, v int64, frac float64, haveField bool) (string, bool, dtFault) {
	if haveField {
		return rest, false, dtBadFormat
	}
	if _, good := r.add(tokYear, v, frac); !good {
		return rest, false, dtOverflow
	}
	for _, next := range []tokKind{tokMonth, tokDay} {
		if unit == 0 || unit == 'T' {
			return rest, unit == 0, dtOK
		}
		var fault dtFault
		if v, frac, rest, fault = isoNumber(rest); fault != dtOK {
			return rest, false, fault
		}
		if _, good := r.add(next, v, frac); !good {
			return rest, false, dtOverflow
		}
		if unit = 0; rest != "" {
			unit = rest[0]
			rest = rest[1:]
		}
		if unit != 0 && unit != 'T' && (unit != '-' || next == tokDay) {
			return rest, false, dtBadFormat
		}
	}
	return rest, unit == 0, dtOK
}

// isoTimePart reads one number of the time's half, with its unit.
func (r *intervalReader) isoTimePart(unit byte, field, rest string, v int64, frac float64, haveField bool) (string, bool, dtFault) {
	switch unit {
	case 'H':
		_, good := r.add(tokHour, v, frac)
		return rest, false, overflowUnless(good)
	case 'M':
		_, good := r.add(tokMinute, v, frac)
		return rest, false, overflowUnless(good)
	case 'S':
		_, good := r.add(tokSecond, v, frac)
		return rest, false, overflowUnless(good)
	case 0:
		if isoWidth(field) == 6 && !haveField {
			good := r.addTime(v/10000, 0, microsPerHour) && r.addTime(v/100%100, 0, microsPerMinute) &&
				r.addTime(v%100, frac, microsPerSecond)
			return rest, true, overflowUnless(good)
		}
		fallthrough
	case ':':
		return r.isoColons(unit, rest, v, frac, haveField)
	}
	return rest, false, dtBadFormat
}

// isoColons reads hh:mm:ss, of which v is the hour.
func (r *intervalReader) isoColons(unit byte, rest string, v int64, frac float64, haveField bool) (string, bool, dtFault) {
	if haveField {
		return rest, false, dtBadFormat
	}
	if _, good := r.add(tokHour, v, frac); !good {
		return rest, false, dtOverflow
	}
	for _, next := range []tokKind{tokMinute, tokSecond} {
		if unit == 0 {
			return rest, true, dtOK
		}
		var fault dtFault
		if v, frac, rest, fault = isoNumber(rest); fault != dtOK {
			return rest, false, fault
		}
		if _, good := r.add(next, v, frac); !good {
			return rest, false, dtOverflow
		}
		if unit = 0; rest != "" {
			unit = rest[0]
			rest = rest[1:]
		}
		if unit != 0 && (unit != ':' || next == tokSecond) {
			return rest, false, dtBadFormat
		}
	}
	return rest, true, dtOK
}
