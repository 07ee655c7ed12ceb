package functions

import (
	"fmt"
	"math"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func rowNow(c *Ctx, _ []datum) (datum, error) { return types.Int(types.MicrosOf(c.TxnStart)), nil }

func rowStmtNow(c *Ctx, _ []datum) (datum, error) { return types.Int(types.MicrosOf(c.StmtStart)), nil }

func rowClock(*Ctx, []datum) (datum, error) { return types.Int(types.MicrosOf(time.Now())), nil }

func rowTimeOfDay(c *Ctx, _ []datum) (datum, error) {
	return types.Text(time.Now().In(c.zone()).Format("Mon Jan 02 15:04:05.000000 2006 MST")), nil
}

// age counts years, months and days as a calendar does, between two times of
// the wall clock; neg says that the first is the earlier.
func age(x, y civil, neg bool) types.Interval {
	diff := civil{
		year: x.year - y.year, month: x.month - y.month, day: x.day - y.day,
		hour: x.hour - y.hour, min: x.min - y.min, sec: x.sec - y.sec, us: x.us - y.us,
	}
	if neg {
		diff = civil{-diff.year, -diff.month, -diff.day, -diff.hour, -diff.min, -diff.sec, -diff.us}
	}
	us := diff.timeMicros()
	for us < 0 {
		us += usPerDay
		diff.day--
	}
	earlier := y
	if neg {
		earlier = x
	}
	for diff.day < 0 {
		diff.day += daysInMonth(earlier.year, earlier.month)
		diff.month--
	}
	for diff.month < 0 {
		diff.month += 12
		diff.year--
	}
	r := types.Interval{Months: int32(diff.year*12 + diff.month), Days: int32(diff.day), Micros: us}
	if neg {
		r, _ = negInterval(r)
	}
	return r
}

// breakAge splits a time for age, on a zone's wall clock. PostgreSQL 15 takes
// infinity for the number that it is stored as there, which is a time of the
// year 294277; the number of -infinity is before all that it can split.
func breakAge(loc *time.Location, v int64) (civil, error) {
	if v == negInfinity {
		return civil{}, errTimestampRange()
	}
	days, us := floorDiv(v, usPerDay)
	more, us := floorDiv(us+int64(zoneOffset(loc, v))*usPerSecond, usPerDay)
	var c civil
	c.year, c.month, c.day = breakDate(days + more)
	c.setTime(us)
	return c, nil
}

func rowAge(zoned bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		loc := time.UTC
		if zoned {
			loc = c.zone()
		}
		var from, to int64
		if len(a) == 2 {
			from, to = a[0].I, a[1].I
		} else {
			// age(t) counts from the midnight that today began with
			local := utcToLocal(c.zone(), types.MicrosOf(c.TxnStart))
			day, _ := floorDiv(local, usPerDay)
			from, to = day*usPerDay, a[0].I
			if zoned {
				from = localToUTC(loc, from)
			}
		}
		x, err := breakAge(loc, from)
		if err != nil {
			return null, err
		}
		y, err := breakAge(loc, to)
		return types.Any(age(x, y, from < to)), err
	}
}

func validDate(y, m, d int64) (int64, error) {
	shown := y
	if y < 0 {
		shown++
	}
	bad := sqlerr.New(sqlerr.DatetimeFieldOverflow, "date field value out of range: %d-%02d-%02d", shown, m, d)
	if y == 0 || m < 1 || m > 12 || d < 1 {
		return 0, bad
	}
	yy := y
	if yy < 0 {
		yy++ // 1 BC is year 0
	}
	if yy > 5874897 || yy < -4713 {
		return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range: %d-%02d-%02d", y, m, d)
	}
	if d > int64(daysInMonth(int(yy), int(m))) {
		return 0, bad
	}
	v := civilDays(int(yy), int(m), int(d))
	if v < minDate || v > maxDate {
		return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range: %d-%02d-%02d", y, m, d)
	}
	return v, nil
}

func validTime(h, m int64, s float64) (int64, error) {
	us := math.RoundToEven(s * 1e6)
	if h < 0 || m < 0 || m > 59 || math.IsNaN(s) || us < 0 || us > 60e6 || h > 24 || h == 24 && (m > 0 || us > 0) {
		return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "time field value out of range: %d:%02d:%s", h, m, padSeconds(s))
	}
	return h*usPerHour + m*usPerMinute + int64(us), nil
}

// padSeconds prints seconds as C's %02g does.
func padSeconds(s float64) string {
	if isInf(s) || math.IsNaN(s) {
		return string(types.AppendFloat(nil, s, 64, 1))
	}
	t := fmt.Sprintf("%.6g", s)
	if len(t) < 2 {
		t = "0" + t
	}
	return t
}

func rowMakeDate(_ *Ctx, a []datum) (datum, error) {
	v, err := validDate(a[0].I, a[1].I, a[2].I)
	return types.Int(v), err
}

func rowMakeTime(_ *Ctx, a []datum) (datum, error) {
	v, err := validTime(a[0].I, a[1].I, a[2].F)
	return types.Int(v), err
}

func makeTimestamp(a []datum) (int64, error) {
	d, err := validDate(a[0].I, a[1].I, a[2].I)
	if err != nil {
		return 0, err
	}
	t, err := validTime(a[3].I, a[4].I, a[5].F)
	if err != nil {
		return 0, err
	}
	if !inTimestampRange(dateMicros(d)) {
		return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "timestamp out of range: %d-%02d-%02d %d:%02d:%s",
			a[0].I, a[1].I, a[2].I, a[3].I, a[4].I, padSeconds(a[5].F))
	}
	return d*usPerDay + t, nil
}

func rowMakeTimestamp(_ *Ctx, a []datum) (datum, error) {
	v, err := makeTimestamp(a)
	return types.Int(v), err
}

func rowMakeTimestamptz(c *Ctx, a []datum) (datum, error) {
	v, err := makeTimestamp(a)
	if err != nil {
		return null, err
	}
	z := namedZone{loc: c.zone()}
	if len(a) > 6 {
		if z, err = makeZone(a[6].S); err != nil {
			return null, err
		}
	}
	v, err = checkTimestamp(z.toUTC(v))
	return types.Int(v), err
}

// makeZone is make_timestamptz's zone: unlike elsewhere, a bare number counts
// east of Greenwich.
func makeZone(name string) (namedZone, error) {
	if name != "" && '0' <= name[0] && name[0] <= '9' {
		return namedZone{}, sqlerr.New(sqlerr.InvalidParameterValue, "invalid input syntax for type numeric time zone: \"%s\"", name).
			WithHint("Numeric time zones must have \"-\" or \"+\" as first character.")
	}
	east, number, fits := types.NumericZone(name)
	switch {
	case !fits:
		return namedZone{}, sqlerr.New(sqlerr.InvalidParameterValue, "numeric time zone \"%s\" out of range", name)
	case number:
		return namedZone{loc: types.FixedZone(east)}, nil
	}
	return zoneByName(name)
}

func rowMakeInterval(_ *Ctx, a []datum) (datum, error) {
	if math.IsNaN(a[6].F) || isInf(a[6].F) {
		return null, errIntervalRange()
	}
	months, ok1 := intMul(&width4, a[0].I, 12)
	months, ok2 := intAdd(&width4, months, a[1].I)
	days, ok3 := intMul(&width4, a[2].I, 7)
	days, ok4 := intAdd(&width4, days, a[3].I)
	us := float64(a[4].I)*3600e6 + float64(a[5].I)*60e6 + math.RoundToEven(a[6].F*1e6)
	if !ok1 || !ok2 || !ok3 || !ok4 || math.Abs(us) >= 1<<63 {
		return null, errIntervalRange()
	}
	t := a[4].I*usPerHour + a[5].I*usPerMinute + int64(math.RoundToEven(a[6].F*1e6))
	return types.Any(types.Interval{Months: int32(months), Days: int32(days), Micros: t}), nil
}

func rowToTimestampFloat(_ *Ctx, a []datum) (datum, error) {
	f := a[0].F
	switch {
	case math.IsNaN(f):
		return null, sqlerr.New(sqlerr.DatetimeFieldOverflow, "timestamp cannot be NaN")
	case math.IsInf(f, 1):
		return types.Int(infinity), nil
	case math.IsInf(f, -1):
		return types.Int(negInfinity), nil
	}
	us := math.RoundToEven((f - 946684800) * 1e6)
	if us < minTimestamp || us >= endTimestamp {
		return null, sqlerr.New(sqlerr.DatetimeFieldOverflow, "timestamp out of range: \"%.6g\"", f)
	}
	return types.Int(int64(us)), nil
}

func rowDateBin(_ *Ctx, a []datum) (datum, error) {
	stride, v, origin := ival(a[0]), a[1].I, a[2].I
	if !finite(v) {
		return a[1], nil
	}
	if !finite(origin) {
		return null, sqlerr.New(sqlerr.DatetimeFieldOverflow, "origin out of range")
	}
	if stride.Months != 0 {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "timestamps cannot be binned into intervals containing months or years")
	}
	us, ok := intAdd(&width8, int64(stride.Days)*usPerDay, stride.Micros)
	if !ok {
		return null, errIntervalRange()
	}
	if us <= 0 {
		return null, sqlerr.New(sqlerr.DatetimeFieldOverflow, "stride must be greater than zero")
	}
	d, ok := intSub(&width8, v, origin)
	if !ok {
		return null, errIntervalRange()
	}
	q, _ := floorDiv(d, us)
	r, err := checkTimestamp(origin + q*us)
	return types.Int(r), err
}

// bindOverlaps is SQL's OVERLAPS. An argument that is an interval has been
// declared so and is added to its start.
func bindOverlaps(t types.OID) func([]types.OID, types.OID) RowFunc {
	return func(args []types.OID, _ types.OID) RowFunc {
		return func(c *Ctx, a []datum) (datum, error) {
			var v [4]datum
			copy(v[:], a)
			for _, i := range []int{1, 3} {
				if args[i] == tInterval && !v[i].Null {
					if v[i-1].Null {
						v[i] = null
						continue
					}
					end, err := overlapEnd(c, t, v[i-1].I, ival(v[i]))
					if err != nil {
						return null, err
					}
					v[i] = types.Int(end)
				}
			}
			return overlaps(t, v), nil
		}
	}
}

func overlapEnd(c *Ctx, t types.OID, start int64, i types.Interval) (int64, error) {
	switch t {
	case tTimestamptz:
		return timestamptzPlus(c, start, i)
	case tTime:
		return plusTime(c, start, i)
	}
	return timestampPlus(start, i)
}

func overlaps(t types.OID, v [4]datum) datum {
	for _, i := range []int{0, 2} {
		if v[i].Null {
			if v[i+1].Null {
				return null
			}
			v[i], v[i+1] = v[i+1], null
		} else if !v[i+1].Null && types.Compare(t, v[i], v[i+1]) > 0 {
			v[i], v[i+1] = v[i+1], v[i]
		}
	}
	order := types.Compare(t, v[0], v[2])
	if order > 0 {
		v[0], v[1], v[2], v[3] = v[2], v[3], v[0], v[1]
	}
	switch {
	case order == 0 && (v[1].Null || v[3].Null):
		return null
	case order == 0:
		return types.Bool(true)
	case v[1].Null: // the earlier period is open
		return null
	case types.Compare(t, v[2], v[1]) < 0:
		return types.Bool(true)
	case v[3].Null:
		return null
	}
	return types.Bool(false)
}

func rowFinite(date bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if date {
			return types.Bool(finiteDate(a[0].I)), nil
		}
		return types.Bool(finite(a[0].I)), nil
	}
}
