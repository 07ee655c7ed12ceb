package functions

import (
	"strconv"
	"strings"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

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

// zoneByName finds a zone as AT TIME ZONE does: a name, an abbreviation, or a
// POSIX offset, which counts west.
func zoneByName(name string) (*time.Location, error) {
	if z, ok := types.LookupZoneAbbrev(name); ok {
		if z.Zone == "" {
			return types.FixedZone(z.East), nil
		}
		name = z.Zone
	}
	if west, ok := posixOffset(name); ok {
		return types.FixedZone(-west), nil
	}
	_, loc, err := types.LoadZone(name)
	return loc, err
}

// posixOffset reads hours[:minutes], which POSIX counts west of UTC.
func posixOffset(s string) (west int, ok bool) {
	body := strings.TrimLeft(s, "+-")
	h, m, hasMin := strings.Cut(body, ":")
	hours, err := strconv.Atoi(h)
	if err != nil || hours > 24 || len(s)-len(body) > 1 {
		return 0, false
	}
	west = hours * 3600
	if hasMin {
		mins, err := strconv.Atoi(m)
		if err != nil || mins > 59 {
			return 0, false
		}
		west += mins * 60
	}
	if s[0] == '-' {
		west = -west
	}
	return west, true
}

// intervalOffset reads an interval as an offset east in seconds.
func intervalOffset(i types.Interval, text func() string) (int64, error) {
	if i.Months != 0 || i.Days != 0 {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "interval time zone \"%s\" must not include months or days", text())
	}
	return i.Micros / usPerSecond, nil
}

func rowZone(toLocal, byInterval bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		v := a[1].I
		if !finite(v) {
			return a[1], nil
		}
		if byInterval {
			off, err := intervalOffset(ival(a[0]), func() string { s, _ := textOf(c, tInterval, a[0]); return s })
			if err != nil || !finite(v) {
				return a[1], err
			}
			if !toLocal {
				off = -off
			}
			v, err = checkTimestamp(v + off*usPerSecond)
			return types.Int(v), err
		}
		loc, err := zoneByName(a[0].S)
		if err != nil || !finite(v) {
			return a[1], err
		}
		if toLocal {
			v = utcToLocal(loc, v)
		} else {
			v = localToUTC(loc, v)
		}
		v, err = checkTimestamp(v)
		return types.Int(v), err
	}
}

func rowZoneTimetz(byInterval bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		t := ttz(a[1])
		var off int64
		if byInterval {
			var err error
			if off, err = intervalOffset(ival(a[0]), func() string { s, _ := textOf(c, tInterval, a[0]); return s }); err != nil {
				return null, err
			}
		} else {
			loc, err := zoneByName(a[0].S)
			if err != nil {
				return null, err
			}
			off = int64(zoneOffset(loc, types.MicrosOf(c.TxnStart)))
		}
		_, us := floorDiv(t.Micros+(int64(t.West)+off)*usPerSecond, usPerDay)
		return types.Any(types.TimeTZ{Micros: us, West: int32(-off)}), nil
	}
}
