package types

import "strconv"

// intervalParts is an interval as it is printed; all parts of the time have
// its sign.
type intervalParts struct {
	year, mon, day int64
	hour           int64
	min, sec       int64
	micros         int64
}

func partsOf(v Interval) intervalParts {
	return intervalParts{
		year: int64(v.Months / 12), mon: int64(v.Months % 12), day: int64(v.Days),
		hour: v.Micros / microsPerHour, min: v.Micros / microsPerMinute % 60,
		sec: v.Micros / microsPerSecond % 60, micros: v.Micros % microsPerSecond,
	}
}

func (p intervalParts) timeNegative() bool {
	return p.hour < 0 || p.min < 0 || p.sec < 0 || p.micros < 0
}

func (p intervalParts) hasTime() bool {
	return p.hour != 0 || p.min != 0 || p.sec != 0 || p.micros != 0
}

// AppendInterval appends an interval in a style.
func AppendInterval(dst []byte, v Interval, style IntervalStyle) []byte {
	p := partsOf(v)
	switch style {
	case IntervalPostgresVerbose:
		return p.appendVerbose(dst)
	case IntervalSQL:
		return p.appendSQL(dst)
	case IntervalISO:
		return p.appendISO(dst)
	}
	return p.appendPostgres(dst)
}

// appendSeconds appends the seconds without sign; fill gives two digits.
func (p intervalParts) appendSeconds(dst []byte, fill bool) []byte {
	sec := abs64(p.sec)
	if fill {
		dst = append2(dst, int(sec))
	} else {
		dst = strconv.AppendInt(dst, sec, 10)
	}
	return appendFraction(dst, abs64(p.micros))
}

func (p intervalParts) appendPostgres(dst []byte) []byte {
	zero, before := true, false
	part := func(v int64, unit string) {
		if v == 0 {
			return
		}
		if !zero {
			dst = append(dst, ' ')
		}
		if before && v > 0 {
			dst = append(dst, '+')
		}
		dst = append(append(strconv.AppendInt(dst, v, 10), ' '), unit...)
		if v != 1 {
			dst = append(dst, 's')
		}
		zero, before = false, v < 0
	}
	part(p.year, "year")
	part(p.mon, "mon")
	part(p.day, "day")
	if !zero && !p.hasTime() {
		return dst
	}
	if !zero {
		dst = append(dst, ' ')
	}
	if p.timeNegative() {
		dst = append(dst, '-')
	} else if before {
		dst = append(dst, '+')
	}
	return p.appendClock(dst, true)
}

// appendClock appends h:mm:ss.
func (p intervalParts) appendClock(dst []byte, fillHour bool) []byte {
	hour := abs64(p.hour)
	if fillHour && hour < 10 {
		dst = append(dst, '0')
	}
	dst = append(strconv.AppendInt(dst, hour, 10), ':')
	dst = append(append2(dst, int(abs64(p.min))), ':')
	return p.appendSeconds(dst, true)
}

func (p intervalParts) appendVerbose(dst []byte) []byte {
	dst = append(dst, '@')
	zero, before := true, false
	part := func(v int64, unit string) {
		if v == 0 {
			return
		}
		if zero {
			before = v < 0
			v = abs64(v)
		} else if before {
			v = -v
		}
		dst = strconv.AppendInt(append(dst, ' '), v, 10)
		dst = append(append(dst, ' '), unit...)
		if v != 1 {
			dst = append(dst, 's')
		}
		zero = false
	}
	part(p.year, "year")
	part(p.mon, "mon")
	part(p.day, "day")
	part(p.hour, "hour")
	part(p.min, "min")
	if p.sec != 0 || p.micros != 0 {
		dst = append(dst, ' ')
		switch negative := p.sec < 0 || p.micros < 0; {
		case negative && zero:
			before = true
		case negative != before:
			dst = append(dst, '-')
		}
		dst = append(p.appendSeconds(dst, false), " sec"...)
		if abs64(p.sec) != 1 || p.micros != 0 {
			dst = append(dst, 's')
		}
		zero = false
	}
	if zero {
		dst = append(dst, " 0"...)
	}
	if before {
		dst = append(dst, " ago"...)
	}
	return dst
}

func (p intervalParts) negated() intervalParts {
	return intervalParts{-p.year, -p.mon, -p.day, -p.hour, -p.min, -p.sec, -p.micros}
}

func (p intervalParts) appendSQL(dst []byte) []byte {
	negative := p.year < 0 || p.mon < 0 || p.day < 0 || p.timeNegative()
	positive := p.year > 0 || p.mon > 0 || p.day > 0 || p.hour > 0 || p.min > 0 || p.sec > 0 || p.micros > 0
	months, days := p.year != 0 || p.mon != 0, p.day != 0 || p.hasTime()
	standard := !(negative && positive) && !(months && days)
	switch {
	case !negative && !positive:
		return append(dst, '0')
	case !standard:
		return p.appendSigned(dst)
	}
	if negative {
		dst = append(dst, '-')
		p = p.negated()
	}
	if months {
		dst = append(strconv.AppendInt(dst, p.year, 10), '-')
		return strconv.AppendInt(dst, p.mon, 10)
	}
	if p.day != 0 {
		dst = append(strconv.AppendInt(dst, p.day, 10), ' ')
	}
	return p.appendClock(dst, false)
}

// appendSigned is the form for what standard SQL cannot say: each part with
// its sign.
func (p intervalParts) appendSigned(dst []byte) []byte {
	sign := func(negative bool) {
		if negative {
			dst = append(dst, '-')
		} else {
			dst = append(dst, '+')
		}
	}
	sign(p.year < 0 || p.mon < 0)
	dst = append(strconv.AppendInt(dst, abs64(p.year), 10), '-')
	dst = append(strconv.AppendInt(dst, abs64(p.mon), 10), ' ')
	sign(p.day < 0)
	dst = append(strconv.AppendInt(dst, abs64(p.day), 10), ' ')
	sign(p.timeNegative())
	return p.appendClock(dst, false)
}

func (p intervalParts) appendISO(dst []byte) []byte {
	dst = append(dst, 'P')
	start := len(dst)
	part := func(v int64, unit byte) {
		if v != 0 {
			dst = append(strconv.AppendInt(dst, v, 10), unit)
		}
	}
	part(p.year, 'Y')
	part(p.mon, 'M')
	part(p.day, 'D')
	if p.hasTime() {
		dst = append(dst, 'T')
		part(p.hour, 'H')
		part(p.min, 'M')
		if p.sec != 0 || p.micros != 0 {
			if p.sec < 0 || p.micros < 0 {
				dst = append(dst, '-')
			}
			dst = append(p.appendSeconds(dst, false), 'S')
		}
	}
	if len(dst) == start {
		dst = append(dst, "T0S"...)
	}
	return dst
}
