package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// days is the date read.
func (r *dateReader) days() (int64, error) {
	if r.julian != 0 {
		return int64(r.julian) - julianEpoch, nil
	}
	y := r.year
	if !r.haveYear {
		y = 0
		if r.century > 0 {
			y = (r.century-1)*100 + 1
		}
	}
	if r.iso && r.isoWeek == 0 && r.isoDoy == 0 {
		y = r.isoYear
	}
	if r.bc {
		y = -y
	}
	if y < 0 {
		y++
	}
	if r.iso && r.isoWeek > 0 {
		jan4 := civilDays(r.isoYear, 1, 4)
		_, wd := floorDiv(jan4+5, 7)
		return jan4 - wd + int64(r.isoWeek-1)*7 + int64(max(r.isoDay, 1)) - 1, nil
	}
	if r.isoDoy > 0 {
		jan4 := civilDays(r.isoYear, 1, 4)
		_, wd := floorDiv(jan4+5, 7)
		return jan4 - wd + int64(r.isoDoy) - 1, nil
	}
	if r.week > 0 {
		r.doy = (r.week-1)*7 + 1
	}
	if r.weekOfMonth > 0 {
		r.day = (r.weekOfMonth-1)*7 + 1
	}
	if r.doy > 0 {
		limit := 365 + int(b2i(isLeap(y)))
		if r.doy > limit {
			return 0, r.outOfRange()
		}
		return civilDays(y, 1, 1) + int64(r.doy) - 1, nil
	}
	m, d := max(r.month, 1), max(r.day, 1)
	if r.month < 0 || m > 12 || r.day < 0 || d > daysInMonth(y, m) {
		return 0, r.outOfRange()
	}
	return civilDays(y, m, d), nil
}

func (r *dateReader) outOfRange() error {
	return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date/time field value out of range: \"%s\"", r.s)
}

func (r *dateReader) timeOfDay() (int64, error) {
	if r.ssss >= 0 {
		r.hour, r.min, r.sec = r.ssss/3600, r.ssss/60%60, r.ssss%60
	}
	if r.hour12 {
		if r.hour < 1 || r.hour > 12 {
			return 0, errDateInput("hour \"%d\" is invalid for the 12-hour clock", r.hour).
				WithHint("Use the 24-hour clock, or give an hour between 1 and 12.")
		}
		if r.pm && r.hour < 12 {
			r.hour += 12
		} else if r.am && r.hour == 12 {
			r.hour = 0
		}
	}
	if r.hour < 0 || r.hour > 23 || r.min < 0 || r.min > 59 || r.sec < 0 || r.sec > 59 || r.us < 0 || int64(r.us) >= usPerSecond {
		return 0, r.outOfRange()
	}
	c := civil{hour: r.hour, min: r.min, sec: r.sec, us: r.us}
	return c.timeMicros(), nil
}

// readDate runs a template over a text.
func readDate(s, template string) (*dateReader, int64, int64, error) {
	r := &dateReader{s: s}
	if err := r.read(parseDateTemplate(template)); err != nil {
		return nil, 0, 0, err
	}
	r.s = s // for errors
	d, err := r.days()
	if err != nil {
		return nil, 0, 0, err
	}
	t, err := r.timeOfDay()
	return r, d, t, err
}

func rowToDate(_ *Ctx, a []datum) (datum, error) {
	_, d, _, err := readDate(a[0].S, a[1].S)
	if err != nil {
		return null, err
	}
	if _, err := checkDate(d); err != nil {
		return null, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range: \"%s\"", a[0].S)
	}
	return types.Int(d), nil
}

func rowToTimestamp(c *Ctx, a []datum) (datum, error) {
	r, d, t, err := readDate(a[0].S, a[1].S)
	if err != nil {
		return null, err
	}
	v := dateMicros(d) + t
	if r.haveTZ {
		v -= int64(r.tzSign*(r.tzh*3600+r.tzm*60)) * usPerSecond
	} else {
		v = localToUTC(c.zone(), v)
	}
	if v, err = checkTimestamp(v); err != nil || r.places == 0 {
		return types.Int(v), err
	}
	return types.ApplyTypmod(tTimestamptz, int32(r.places), types.Int(v), false)
}
