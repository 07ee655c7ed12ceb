package functions

import (
	"strconv"
	"strings"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// zoneByName finds a zone as AT TIME ZONE does: a name, an abbreviation, or a
// POSIX offset, which counts west.
func zoneByName(name string) (namedZone, error) {
	z := namedZone{}
	if a, ok := types.LookupZoneAbbrev(name); ok {
		if a.Zone == "" {
			return namedZone{loc: types.FixedZone(a.East)}, nil
		}
		z.abbrev, name = name, a.Zone
	}
	if west, ok := posixOffset(name); ok {
		return namedZone{loc: types.FixedZone(-west)}, nil
	}
	var err error
	_, z.loc, err = types.LoadZone(name)
	return z, err
}

// namedZone is a zone as a text names it. An abbreviation whose meaning changed
// over time (MSK) keeps its name: it is the offset that it stood for at a time,
// which need not be the one in force then.
type namedZone struct {
	loc    *time.Location
	abbrev string
}

// toUTC converts microseconds of local time into UTC.
func (z namedZone) toUTC(local int64) int64 {
	if z.abbrev == "" || !finite(local) {
		return localToUTC(z.loc, local)
	}
	return local - types.AbbrevOffset(localToUTC(z.loc, local), z.abbrev, z.loc)*usPerSecond
}

// east is the offset at a time in UTC, in seconds.
func (z namedZone) east(utc int64) int64 {
	if z.abbrev == "" {
		return int64(zoneOffset(z.loc, utc))
	}
	return types.AbbrevOffset(utc, z.abbrev, z.loc)
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
			if err != nil {
				return a[1], err
			}
			if !toLocal {
				off = -off
			}
			v, err = checkTimestamp(v + off*usPerSecond)
			return types.Int(v), err
		}
		z, err := zoneByName(a[0].S)
		if err != nil {
			return a[1], err
		}
		if toLocal {
			v += z.east(v) * usPerSecond
		} else {
			v = z.toUTC(v)
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
			z, err := zoneByName(a[0].S)
			if err != nil {
				return null, err
			}
			off = z.east(types.MicrosOf(c.TxnStart))
		}
		_, us := floorDiv(t.Micros+(int64(t.West)+off)*usPerSecond, usPerDay)
		return types.Any(types.TimeTZ{Micros: us, West: int32(-off)}), nil
	}
}
