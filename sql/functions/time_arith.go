package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func ival(d datum) types.Interval { return d.A.(types.Interval) }

func ttz(d datum) types.TimeTZ { return d.A.(types.TimeTZ) }

// addMonths moves a local timestamp by months; the day is cut to the month's
// length.
func addMonths(v int64, months int32) (int64, error) {
	if months == 0 {
		return v, nil
	}
	c := breakMicros(v)
	y, m := floorDiv(int64(c.year)*12+int64(c.month)-1+int64(months), 12)
	if y < -4800 || y > 294300 {
		return 0, errTimestampRange()
	}
	c.year, c.month = int(y), int(m)+1
	c.day = min(c.day, daysInMonth(c.year, c.month))
	return checkTimestamp(c.micros())
}

func addDays(v int64, days int32) (int64, error) {
	if d := int64(days); d > math.MaxInt64/usPerDay || d < math.MinInt64/usPerDay {
		return 0, errTimestampRange()
	}
	r, ok := intAdd(&width8, v, int64(days)*usPerDay)
	if !ok {
		return 0, errTimestampRange()
	}
	return checkTimestamp(r)
}

func addMicros(v, us int64) (int64, error) {
	r, ok := intAdd(&width8, v, us)
	if !ok {
		return 0, errTimestampRange()
	}
	return checkTimestamp(r)
}

// timestampPlus adds an interval field by field, the greatest first.
func timestampPlus(v int64, i types.Interval) (int64, error) {
	if !finite(v) {
		return v, nil
	}
	var err error
	if i.Months != 0 {
		if v, err = addMonths(v, i.Months); err != nil {
			return 0, err
		}
	}
	if i.Days != 0 {
		if v, err = addDays(v, i.Days); err != nil {
			return 0, err
		}
	}
	return addMicros(v, i.Micros)
}

// timestamptzPlus adds months, then days on the zone's wall clock, each to a time
// that there is, and the rest in absolute time.
func timestamptzPlus(c *Ctx, v int64, i types.Interval) (int64, error) {
	if !finite(v) {
		return v, nil
	}
	loc := c.zone()
	for _, step := range []types.Interval{{Months: i.Months}, {Days: i.Days}} {
		if step == (types.Interval{}) {
			continue
		}
		local, err := timestampPlus(utcToLocal(loc, v), step)
		if err != nil {
			return 0, err
		}
		v = localToUTC(loc, local)
	}
	return addMicros(v, i.Micros)
}

func negInterval(i types.Interval) (types.Interval, error) {
	if i.Months == math.MinInt32 || i.Days == math.MinInt32 || i.Micros == math.MinInt64 {
		return i, errIntervalRange()
	}
	return types.Interval{Months: -i.Months, Days: -i.Days, Micros: -i.Micros}, nil
}

// rowTimePlus adds an interval to what add knows how to; neg subtracts, and
// flip has the interval as the first argument.
func rowTimePlus(add func(c *Ctx, v int64, i types.Interval) (int64, error), neg, flip bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		t, d := a[0], a[1]
		if flip {
			t, d = d, t
		}
		i := ival(d)
		if neg {
			var err error
			if i, err = negInterval(i); err != nil {
				return null, err
			}
		}
		v, err := add(c, t.I, i)
		return types.Int(v), err
	}
}

func plusTimestamp(_ *Ctx, v int64, i types.Interval) (int64, error) { return timestampPlus(v, i) }

func plusDate(_ *Ctx, v int64, i types.Interval) (int64, error) {
	t, err := dateToTimestamp(v)
	if err != nil {
		return 0, err
	}
	return timestampPlus(t, i)
}

func plusTime(_ *Ctx, v int64, i types.Interval) (int64, error) {
	_, r := floorDiv(v+i.Micros%usPerDay, usPerDay)
	return r, nil
}

func rowTimetzPlus(neg, flip bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		t, d := a[0], a[1]
		if flip {
			t, d = d, t
		}
		us := ival(d).Micros % usPerDay
		if neg {
			us = -us
		}
		v := ttz(t)
		_, v.Micros = floorDiv(v.Micros+us, usPerDay)
		return types.Any(v), nil
	}
}

func rowTimestampMinus(_ *Ctx, a []datum) (datum, error) {
	if !finite(a[0].I) || !finite(a[1].I) {
		return null, sqlerr.New(sqlerr.DatetimeFieldOverflow, "cannot subtract infinite timestamps")
	}
	// PostgreSQL 15 does not look for an overflow here: the difference wraps.
	i, err := justifyHours(types.Interval{Micros: a[0].I - a[1].I})
	return types.Any(i), err
}

func rowDateMinus(_ *Ctx, a []datum) (datum, error) {
	if !finiteDate(a[0].I) || !finiteDate(a[1].I) {
		return null, sqlerr.New(sqlerr.DatetimeFieldOverflow, "cannot subtract infinite dates")
	}
	return types.Int(a[0].I - a[1].I), nil
}

func finiteDate(d int64) bool { return d != dateInfinity && d != dateNegInfinity }

func checkDate(d int64) (int64, error) {
	if d < minDate || d > maxDate {
		return 0, errDateRange()
	}
	return d, nil
}

func rowDatePlus(sign int64, flip bool) RowFunc {
	return rowIntIntErr(func(a, b int64) (int64, error) {
		if flip {
			a, b = b, a
		}
		if !finiteDate(a) {
			return a, nil
		}
		return checkDate(a + sign*b)
	})
}

func rowIntervalAdd(neg bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x, y := ival(a[0]), ival(a[1])
		r, err := intervalAdd(x, y, neg)
		return types.Any(r), err
	}
}

func intervalAdd(x, y types.Interval, neg bool) (types.Interval, error) {
	op := intOp(intAdd)
	if neg {
		op = intSub
	}
	m, ok1 := op(&width4, int64(x.Months), int64(y.Months))
	d, ok2 := op(&width4, int64(x.Days), int64(y.Days))
	us, ok3 := op(&width8, x.Micros, y.Micros)
	if !ok1 || !ok2 || !ok3 {
		return types.Interval{}, errIntervalRange()
	}
	return types.Interval{Months: int32(m), Days: int32(d), Micros: us}, nil
}

func rowIntervalNeg(_ *Ctx, a []datum) (datum, error) {
	r, err := negInterval(ival(a[0]))
	return types.Any(r), err
}

// roundMicro rounds a number of days or seconds to a millionth, which hides
// the noise of float arithmetic.
func roundMicro(f float64) float64 { return math.RoundToEven(f*1e6) / 1e6 }

// scaleInterval multiplies an interval; what is lost of a month becomes days
// of a 30-day month, and of a day, time.
func scaleInterval(i types.Interval, times func(float64) float64) (types.Interval, error) {
	var r types.Interval
	months, days := times(float64(i.Months)), times(float64(i.Days))
	if !fits32(months) || !fits32(days) {
		return r, errIntervalRange()
	}
	r.Months, r.Days = int32(months), int32(days)
	monthRest := roundMicro((months - float64(r.Months)) * 30)
	secs := roundMicro((days - float64(r.Days) + monthRest - float64(int64(monthRest))) * 86400)
	if math.Abs(secs) >= 86400 {
		whole := int32(secs / 86400)
		r.Days += whole
		secs -= float64(whole) * 86400
	}
	r.Days += int32(monthRest)
	us := math.RoundToEven(times(float64(i.Micros)) + secs*1e6)
	if !(us >= -(1<<63) && us < 1<<63) {
		return r, errIntervalRange()
	}
	r.Micros = int64(us)
	return r, nil
}

func fits32(f float64) bool { return f >= math.MinInt32 && f <= math.MaxInt32 }

func rowIntervalMul(flip bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		i, f := a[0], a[1].F
		if flip {
			i, f = a[1], a[0].F
		}
		r, err := scaleInterval(ival(i), func(x float64) float64 { return x * f })
		return types.Any(r), err
	}
}

func rowIntervalDiv(_ *Ctx, a []datum) (datum, error) {
	f := a[1].F
	if f == 0 {
		return null, errDivZero()
	}
	r, err := scaleInterval(ival(a[0]), func(x float64) float64 { return x / f })
	return types.Any(r), err
}

func justifyHours(i types.Interval) (types.Interval, error) {
	whole := i.Micros / usPerDay
	d, ok := intAdd(&width4, int64(i.Days), whole)
	if !ok {
		return i, errIntervalRange()
	}
	i.Micros -= whole * usPerDay
	i.Days = int32(d)
	switch {
	case i.Days > 0 && i.Micros < 0:
		i.Micros += usPerDay
		i.Days--
	case i.Days < 0 && i.Micros > 0:
		i.Micros -= usPerDay
		i.Days++
	}
	return i, nil
}

func justifyDays(i types.Interval) (types.Interval, error) {
	whole := i.Days / 30
	m, ok := intAdd(&width4, int64(i.Months), int64(whole))
	if !ok {
		return i, errIntervalRange()
	}
	i.Days -= whole * 30
	i.Months = int32(m)
	switch {
	case i.Months > 0 && i.Days < 0:
		i.Days += 30
		i.Months--
	case i.Months < 0 && i.Days > 0:
		i.Days -= 30
		i.Months++
	}
	return i, nil
}

func justifyInterval(i types.Interval) (types.Interval, error) {
	whole := i.Micros / usPerDay
	days := int64(i.Days) + whole
	i.Micros -= whole * usPerDay
	months := int64(i.Months) + days/30
	days %= 30
	if months > 0 && (days < 0 || days == 0 && i.Micros < 0) {
		days += 30
		months--
	} else if months < 0 && (days > 0 || days == 0 && i.Micros > 0) {
		days -= 30
		months++
	}
	if days > 0 && i.Micros < 0 {
		i.Micros += usPerDay
		days--
	} else if days < 0 && i.Micros > 0 {
		i.Micros -= usPerDay
		days++
	}
	if !width4.fits(months) || !width4.fits(days) {
		return i, errIntervalRange()
	}
	i.Months, i.Days = int32(months), int32(days)
	return i, nil
}

func rowInterval(f func(types.Interval) (types.Interval, error)) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		r, err := f(ival(a[0]))
		return types.Any(r), err
	}
}
