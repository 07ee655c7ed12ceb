package types

import (
	"math"
	"math/bits"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// intervalReader sums the parts of an interval; every sum is checked.
type intervalReader struct {
	years, months, days int64 // kept within int32
	micros              int64
	fields              int32 // of the type modifier
	negate              bool  // SQL style: one leading minus is for all parts
	style               IntervalStyle
}

// ParseInterval reads an interval in any style, and cuts it to the fields and
// precision of typmod (-1: none).
func ParseInterval(s string, typmod int32, f *Format) (Interval, error) {
	r := intervalReader{fields: intervalFullRange, style: f.orDefault().IntervalStyle}
	if typmod >= 0 {
		r.fields = typmod >> 16 & intervalFullRange
	}
	fault := r.read(s)
	if fault == dtBadFormat {
		r = intervalReader{}
		fault = r.readISO(s)
	}
	switch fault {
	case dtOK:
	case dtOverflow:
		return Interval{}, dtError(dtIntervalOverflow, s, "interval", "")
	default:
		return Interval{}, dtError(fault, s, "interval", "")
	}
	months := r.years*12 + r.months
	if months != int64(int32(months)) {
		return Interval{}, sqlerr.New(sqlerr.DatetimeFieldOverflow, "interval out of range")
	}
	v := Interval{Months: int32(months), Days: int32(r.days), Micros: r.micros}
	if typmod >= 0 {
		v = fitInterval(v, typmod)
	}
	return v, nil
}

// fitInterval drops the fields below an interval's declared range and rounds
// its seconds.
func fitInterval(v Interval, typmod int32) Interval {
	switch fields := typmod >> 16 & intervalFullRange; {
	case fields == intervalFullRange || fields&intervalSecond != 0:
	case fields == intervalYear:
		v = Interval{Months: v.Months / 12 * 12}
	case fields == intervalMonth || fields == intervalYear|intervalMonth:
		v.Days, v.Micros = 0, 0
	case fields == intervalDay:
		v.Micros = 0
	case fields&intervalMinute != 0:
		v.Micros -= v.Micros % microsPerMinute
	case fields&intervalHour != 0:
		v.Micros -= v.Micros % microsPerHour
	}
	if p := typmod & intervalFullPrecision; p != intervalFullPrecision {
		v.Micros = roundMicros(v.Micros, p)
	}
	return v
}

func addInt32(sum *int64, v int64) bool {
	if v > math.MaxInt32 || v < math.MinInt32 {
		return false
	}
	*sum += v
	return *sum == int64(int32(*sum))
}

// mulFits multiplies and reports whether the product fits 64 bits.
func mulFits(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(abs64(a)), uint64(abs64(b)))
	neg := (a < 0) != (b < 0)
	if hi != 0 || lo > 1<<63 || lo == 1<<63 && !neg {
		return 0, false
	}
	if neg {
		return -int64(lo), true
	}
	return int64(lo), true
}

func (r *intervalReader) addMicros(v int64) bool {
	sum := r.micros + v
	if (sum > r.micros) != (v > 0) && v != 0 {
		return false
	}
	r.micros = sum
	return true
}

// addFraction adds a fraction of a unit of so many microseconds, rounded.
func (r *intervalReader) addFraction(frac float64, unit int64) bool {
	if frac == 0 {
		return true
	}
	frac *= float64(unit)
	whole := math.Trunc(frac)
	if rest := frac - whole; rest > 0.5 {
		whole++
	} else if rest < -0.5 {
		whole--
	}
	return math.Abs(whole) < 1<<62 && r.addMicros(int64(whole))
}

// addFractDays adds a fraction of a unit of so many days.
func (r *intervalReader) addFractDays(frac float64, days int) bool {
	if frac == 0 {
		return true
	}
	frac *= float64(days)
	whole := math.Trunc(frac)
	return addInt32(&r.days, int64(whole)) && r.addFraction(frac-whole, microsPerDay)
}

// addFractYears adds a fraction of a unit of so many years, in whole months.
func (r *intervalReader) addFractYears(frac float64, years int) bool {
	return addInt32(&r.months, int64(math.RoundToEven(frac*float64(years)*12)))
}

func (r *intervalReader) addScaled(sum *int64, v, scale int64) bool {
	p, ok := mulFits(v, scale)
	return ok && addInt32(sum, p)
}

func (r *intervalReader) addTime(v int64, frac float64, unit int64) bool {
	p, ok := mulFits(v, unit)
	return ok && r.addMicros(p) && r.addFraction(frac, unit)
}

// add adds v + frac of a unit and returns the parts it counts as.
func (r *intervalReader) add(unit tokKind, v int64, frac float64) (mask uint32, ok bool) {
	mask = bit(unit)
	switch unit {
	case tokMicrosecond:
		ok = r.addTime(v, frac, 1)
	case tokMillisecond:
		ok = r.addTime(v, frac, 1000)
	case tokSecond:
		if frac != 0 {
			mask = maskSeconds
		}
		ok = r.addTime(v, frac, microsPerSecond)
	case tokMinute:
		ok = r.addTime(v, frac, microsPerMinute)
	case tokHour:
		ok = r.addTime(v, frac, microsPerHour)
	case tokDay:
		ok = addInt32(&r.days, v) && r.addFraction(frac, microsPerDay)
	case tokWeek:
		ok = r.addScaled(&r.days, v, 7) && r.addFractDays(frac, 7)
	case tokMonth:
		ok = addInt32(&r.months, v) && r.addFractDays(frac, 30)
	case tokYear:
		ok = addInt32(&r.years, v) && r.addFractYears(frac, 1)
	case tokDecade:
		ok = r.addScaled(&r.years, v, 10) && r.addFractYears(frac, 10)
	case tokCentury:
		ok = r.addScaled(&r.years, v, 100) && r.addFractYears(frac, 100)
	case tokMillennium:
		ok = r.addScaled(&r.years, v, 1000) && r.addFractYears(frac, 1000)
	default:
		return 0, false
	}
	return mask, ok
}

// read takes apart the usual forms, from the right, so that units are met
// before their numbers.
func (r *intervalReader) read(s string) dtFault {
	var lex lexer
	if fault := lex.run(s); fault != dtOK {
		return fault
	}
	fields := lex.fields[:lex.n]
	r.negate = r.leadingMinus(fields)
	unit, ago := tokIgnore, false
	seen := uint32(0)
	for i := len(fields) - 1; i >= 0; i-- {
		f := fields[i]
		mask := uint32(0)
		fault := dtOK
		switch f.kind {
		case fieldTime:
			mask, fault = r.clock(f.s, seen, r.negate)
			unit = tokDay
		case fieldZone:
			if strings.IndexByte(f.s, ':') >= 0 {
				before := *r
				if mask, fault = r.clock(f.s[1:], seen, f.s[0] == '-' || r.negate); fault == dtOK {
					unit = tokDay
					break
				}
				*r = before
			}
			mask, unit, fault = r.number(f.s, unit)
		case fieldDate, fieldNumber:
			mask, unit, fault = r.number(f.s, unit)
		default:
			kind, u := intervalToken(f.s)
			switch kind {
			case tokAgo:
				ago = true
				unit = tokAgo
			case tokUnits:
				unit = u
			default:
				return dtBadFormat
			}
		}
		if fault != dtOK {
			return fault
		}
		if mask&seen != 0 {
			return dtBadFormat
		}
		seen |= mask
	}
	if seen == 0 {
		return dtBadFormat
	}
	if ago {
		return r.reverse()
	}
	return dtOK
}

// leadingMinus reports whether, in SQL style, the first field's minus is the
// only sign.
func (r *intervalReader) leadingMinus(fields []dtField) bool {
	if r.style != IntervalSQL || len(fields) == 0 || fields[0].s[0] != '-' {
		return false
	}
	for _, f := range fields[1:] {
		if f.s[0] == '-' || f.s[0] == '+' {
			return false
		}
	}
	return true
}

func (r *intervalReader) reverse() dtFault {
	if r.years == math.MinInt32 || r.months == math.MinInt32 || r.days == math.MinInt32 || r.micros == math.MinInt64 {
		return dtOverflow
	}
	r.years, r.months, r.days, r.micros = -r.years, -r.months, -r.days, -r.micros
	return dtOK
}

// clock adds h:mm[:ss[.frac]].
func (r *intervalReader) clock(s string, seen uint32, negative bool) (uint32, dtFault) {
	if seen&maskTime == maskTime {
		return 0, dtBadFormat
	}
	hour, rest, _, fits := leadInt64(s)
	if !fits {
		return 0, dtOverflow
	}
	// Hours may be larger than decodeTime takes: they are added here.
	var tm civilTime
	if fault := decodeTime("0"+rest, r.fields == intervalMinute|intervalSecond, &tm); fault != dtOK {
		return 0, fault
	}
	if strings.Count(rest, ":") == 1 && (r.fields == intervalMinute|intervalSecond || strings.IndexByte(rest, '.') >= 0) {
		tm.min, hour = int(min(hour, 60)), 0
		if tm.min > 59 {
			return 0, dtOverflow
		}
	}
	total, ok := mulFits(hour, microsPerHour)
	rest2 := tm.timeMicros()
	if !ok || total > math.MaxInt64-rest2 {
		return 0, dtOverflow
	}
	total += rest2
	if negative {
		total = -total
	}
	if !r.addMicros(total) {
		return 0, dtOverflow
	}
	return maskTime, dtOK
}

// number adds a number with the unit to its right, or what the declared range
// ends with when there is none.
func (r *intervalReader) number(s string, unit tokKind) (uint32, tokKind, dtFault) {
	if unit == tokIgnore {
		unit = r.lastField()
	}
	v, rest, _, fits := leadInt64(s)
	if !fits {
		return 0, unit, dtOverflow
	}
	frac := 0.0
	switch {
	case strings.HasPrefix(rest, "-"):
		// SQL's years-months
		m, tail, digits, fits := leadInt(rest[1:])
		if !fits || m < 0 || m >= 12 {
			return 0, unit, dtOverflow
		}
		if tail != "" || !digits && rest != "-" {
			return 0, unit, dtBadFormat
		}
		if s[0] == '-' {
			m = -m
		}
		p, ok := mulFits(v, 12)
		if !ok || (m > 0 && p > math.MaxInt64-int64(m)) || (m < 0 && p < math.MinInt64-int64(m)) {
			return 0, unit, dtOverflow
		}
		unit, v = tokMonth, p+int64(m)
	case strings.HasPrefix(rest, "."):
		var ok bool
		if frac, ok = fraction(rest); !ok {
			return 0, unit, dtBadFormat
		}
		if s[0] == '-' {
			frac = -frac
		}
	case rest != "":
		return 0, unit, dtBadFormat
	}
	if r.negate {
		v, frac = min(v, -v), min(frac, -frac)
	}
	mask, ok := r.add(unit, v, frac)
	if mask == 0 {
		return 0, unit, dtBadFormat
	}
	if !ok {
		return 0, unit, dtOverflow
	}
	if unit == tokHour {
		unit = tokDay
	}
	return mask, unit, dtOK
}

// lastField is the unit of a number without one.
func (r *intervalReader) lastField() tokKind {
	switch r.fields {
	case intervalYear:
		return tokYear
	case intervalMonth, intervalYear | intervalMonth:
		return tokMonth
	case intervalDay:
		return tokDay
	case intervalHour, intervalDay | intervalHour:
		return tokHour
	case intervalMinute, intervalHour | intervalMinute, intervalDay | intervalHour | intervalMinute:
		return tokMinute
	}
	return tokSecond
}
