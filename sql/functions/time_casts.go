package functions

import "github.com/stemedb/stemedb/sql/types"

func rowDateToTimestamp(_ *Ctx, a []datum) (datum, error) {
	v, err := dateToTimestamp(a[0].I)
	return types.Int(v), err
}

func rowDateToTimestamptz(c *Ctx, a []datum) (datum, error) {
	v, err := dateToTimestamp(a[0].I)
	if err != nil {
		return null, err
	}
	return types.Int(localToUTC(c.zone(), v)), nil
}

// timestampToDate rounds down to the day.
func timestampToDate(v int64) int64 {
	switch v {
	case infinity:
		return dateInfinity
	case negInfinity:
		return dateNegInfinity
	}
	d, _ := floorDiv(v, usPerDay)
	return d
}

func rowTimestampToDate(_ *Ctx, a []datum) (datum, error) {
	return types.Int(timestampToDate(a[0].I)), nil
}

func rowTimestamptzToDate(c *Ctx, a []datum) (datum, error) {
	return types.Int(timestampToDate(utcToLocal(c.zone(), a[0].I))), nil
}

func rowTimestamptzToTimestamp(c *Ctx, a []datum) (datum, error) {
	return types.Int(utcToLocal(c.zone(), a[0].I)), nil
}

func rowTimestampToTimestamptz(c *Ctx, a []datum) (datum, error) {
	if !finite(a[0].I) {
		return a[0], nil
	}
	v, err := checkTimestamp(localToUTC(c.zone(), a[0].I))
	return types.Int(v), err
}

func timeOfDay(v int64) datum {
	if !finite(v) {
		return null
	}
	_, us := floorDiv(v, usPerDay)
	return types.Int(us)
}

func rowTimestampToTime(_ *Ctx, a []datum) (datum, error) { return timeOfDay(a[0].I), nil }

func rowTimestamptzToTime(c *Ctx, a []datum) (datum, error) {
	return timeOfDay(utcToLocal(c.zone(), a[0].I)), nil
}

func rowTimestamptzToTimetz(c *Ctx, a []datum) (datum, error) {
	if !finite(a[0].I) {
		return null, nil
	}
	off := zoneOffset(c.zone(), a[0].I)
	return types.Any(types.TimeTZ{Micros: timeOfDay(utcToLocal(c.zone(), a[0].I)).I, West: int32(-off)}), nil
}

func rowTimeToTimetz(c *Ctx, a []datum) (datum, error) {
	// today's offset at that wall clock
	day, _ := floorDiv(utcToLocal(c.zone(), types.MicrosOf(c.TxnStart)), usPerDay)
	local := day*usPerDay + a[0].I
	return types.Any(types.TimeTZ{Micros: a[0].I, West: int32((localToUTC(c.zone(), local) - local) / usPerSecond)}), nil
}

func rowTimetzToTime(_ *Ctx, a []datum) (datum, error) { return types.Int(ttz(a[0]).Micros), nil }

func rowTimeToInterval(_ *Ctx, a []datum) (datum, error) {
	return types.Any(types.Interval{Micros: a[0].I}), nil
}

func rowIntervalToTime(_ *Ctx, a []datum) (datum, error) {
	_, us := floorDiv(ival(a[0]).Micros, usPerDay)
	return types.Int(us), nil
}

func rowDateTime(flip bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		d, t := a[0], a[1]
		if flip {
			d, t = t, d
		}
		v, err := dateToTimestamp(d.I)
		if err != nil || !finite(v) {
			return types.Int(v), err
		}
		v, err = checkTimestamp(v + t.I)
		return types.Int(v), err
	}
}

func rowDateTimetz(flip bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		d, t := a[0], a[1]
		if flip {
			d, t = t, d
		}
		v, err := dateToTimestamp(d.I)
		if err != nil || !finite(v) {
			return types.Int(v), err
		}
		z := ttz(t)
		v, err = checkTimestamp(v + z.Micros + int64(z.West)*usPerSecond)
		return types.Int(v), err
	}
}

func rowDateTimeLocal(c *Ctx, a []datum) (datum, error) {
	d, err := rowDateTime(false)(c, a)
	if err != nil {
		return null, err
	}
	return rowTimestampToTimestamptz(c, []datum{d})
}
