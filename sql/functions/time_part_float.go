package functions

import "github.com/stemedb/stemedb/sql/types"

// rowDatePart is extract's older form, which gives a float8.
func rowDatePart(t types.OID) RowFunc {
	if t == tDate { // defined through timestamp
		part := rowDatePart(tTimestamp)
		return func(c *Ctx, a []datum) (datum, error) {
			v, err := dateToTimestamp(a[1].I)
			if err != nil {
				return null, err
			}
			return part(c, []datum{a[0], types.Int(v)})
		}
	}
	extract := rowExtract(t)
	return func(c *Ctx, a []datum) (datum, error) {
		d, err := extract(c, a)
		if err != nil || d.Null || d.A == nil {
			return null, err
		}
		if v, ok := c.floatPart(t, parseUnit(a[0].S), a[1]); ok && isFinite(num(d)) {
			return types.Float(v), nil
		}
		return types.Float(numericFloat(num(d))), nil
	}
}

// floatPart is a field with a fraction as PostgreSQL adds it up in floats, the
// rounding of each step included.
func (c *Ctx) floatPart(t types.OID, u unit, d datum) (float64, bool) {
	var days, us int64 // us is the time of day
	switch t {
	case tInterval:
		us = ival(d).Micros
	case tTimetz:
		us = ttz(d).Micros
	case tTime:
		us = d.I
	default:
		local := d.I
		if t == tTimestamptz {
			local += int64(zoneOffset(c.zone(), d.I)) * usPerSecond
		}
		days, us = floorDiv(local, usPerDay)
	}
	sec, frac := us/usPerSecond, float64(us%usPerSecond)
	switch u {
	case unitSecond:
		return float64(sec%60) + frac/1e6, true
	case unitMillisecond:
		return float64(sec%60*1000) + frac/1000, true
	case unitJulian:
		return float64(days+julianEpoch) + (float64(sec)+frac/1e6)/86400, true
	case unitEpoch:
		return floatEpoch(t, d), true
	}
	return 0, false
}

func floatEpoch(t types.OID, d datum) float64 {
	switch t {
	case tInterval:
		i := ival(d)
		v := float64(i.Micros) / 1e6
		v += float64(365.25 * 86400 * float64(i.Months/12)) // conversions keep the steps apart
		v += float64(30 * 86400 * int64(i.Months%12))
		return v + float64(86400*int64(i.Days))
	case tTimetz:
		z := ttz(d)
		return float64(z.Micros)/1e6 + float64(z.West)
	case tTime:
		return float64(d.I) / 1e6
	}
	if v := d.I + unixEpochUS; v > d.I { // else it does not fit
		return float64(v) / 1e6
	}
	return (float64(d.I) + float64(unixEpochUS)) / 1e6
}
