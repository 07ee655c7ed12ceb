package functions

import (
	"cmp"
	"math"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// in_range(value, base, offset, sub, less) tells whether value <= base ± offset
// (less), or >= it; sub subtracts. A sum beyond the type's range is beyond any
// value.

func errFrameOffset() error {
	return sqlerr.New(sqlerr.InvalidPrecedingOrFollowing, "invalid preceding or following size in window function")
}

// holdsRange judges by the order of the value and the sum.
func holdsRange(c int, less bool) datum {
	if less {
		return types.Bool(c <= 0)
	}
	return types.Bool(c >= 0)
}

func inRangeInt(_ *Ctx, a []datum) (datum, error) {
	base, off := a[1].I, a[2].I
	sub, less := a[3].I != 0, a[4].I != 0
	if off < 0 {
		return null, errFrameOffset()
	}
	sum := base + off
	if sub {
		sum = base - off
	}
	if (sum < base) != (sub && off != 0) {
		return types.Bool(sub != less), nil
	}
	return holdsRange(cmp.Compare(a[0].I, sum), less), nil
}

func inRangeFloat(_ *Ctx, a []datum) (datum, error) {
	val, base, off := a[0].F, a[1].F, a[2].F
	sub, less := a[3].I != 0, a[4].I != 0
	switch {
	case math.IsNaN(off) || off < 0:
		return null, errFrameOffset()
	case math.IsNaN(val):
		return types.Bool(math.IsNaN(base) || !less), nil
	case math.IsNaN(base):
		return types.Bool(less), nil
	case isInf(off) && isInf(base) && (base > 0) == sub:
		return types.Bool(true), nil
	}
	if sub {
		off = -off
	}
	return holdsRange(cmp.Compare(val, base+off), less), nil
}

func inRangeNumeric(_ *Ctx, a []datum) (datum, error) {
	val, base, off := a[0].A.(*apd.Decimal), a[1].A.(*apd.Decimal), a[2].A.(*apd.Decimal)
	sub, less := a[3].I != 0, a[4].I != 0
	switch {
	case isNaN(off) || off.Negative && !off.IsZero():
		return null, errFrameOffset()
	case isNaN(val):
		return types.Bool(isNaN(base) || !less), nil
	case isNaN(base):
		return types.Bool(less), nil
	case off.Form == apd.Infinite && base.Form == apd.Infinite && base.Negative != sub:
		return types.Bool(true), nil
	}
	add := numAdd
	if sub {
		add = numSub
	}
	sum, err := add(base, off)
	if err != nil {
		return null, err
	}
	return holdsRange(numericCmp(val, sum), less), nil
}

// inRangeTime serves dates and timestamps: lift brings a value and the base to
// the scale on which plus adds an interval, before the interval is looked at.
func inRangeTime(plus func(c *Ctx, v int64, i types.Interval) (int64, error), lift func(v int64) (int64, error)) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		val, err := lift(a[0].I)
		if err != nil {
			return null, err
		}
		base, err := lift(a[1].I)
		if err != nil {
			return null, err
		}
		off := ival(a[2])
		if types.Compare(tInterval, a[2], types.Any(types.Interval{})) < 0 {
			return null, errFrameOffset()
		}
		if a[3].I != 0 {
			if off, err = negInterval(off); err != nil {
				return null, err
			}
		}
		sum, err := plus(c, base, off)
		if err != nil {
			return null, err
		}
		return holdsRange(cmp.Compare(val, sum), a[4].I != 0), nil
	}
}

func noLift(v int64) (int64, error) { return v, nil }

func inRangeInterval(_ *Ctx, a []datum) (datum, error) {
	if types.Compare(tInterval, a[2], types.Any(types.Interval{})) < 0 {
		return null, errFrameOffset()
	}
	sum, err := intervalAdd(ival(a[1]), ival(a[2]), a[3].I != 0)
	if err != nil {
		return null, err
	}
	return holdsRange(types.Compare(tInterval, a[0], types.Any(sum)), a[4].I != 0), nil
}

// shiftTime adds an interval's time to a time of day without wrapping around;
// over says that the sum is above all.
func shiftTime(base int64, off types.Interval, sub bool) (sum int64, over bool, err error) {
	if off.Micros < 0 {
		return 0, false, errFrameOffset()
	}
	if sub {
		return base - off.Micros, false, nil
	}
	sum = base + off.Micros
	return sum, sum < base, nil
}

func inRangeTimeOfDay(_ *Ctx, a []datum) (datum, error) {
	less := a[4].I != 0
	sum, over, err := shiftTime(a[1].I, ival(a[2]), a[3].I != 0)
	switch {
	case err != nil:
		return null, err
	case over:
		return types.Bool(less), nil
	}
	return holdsRange(cmp.Compare(a[0].I, sum), less), nil
}

func inRangeTimeTZ(_ *Ctx, a []datum) (datum, error) {
	less := a[4].I != 0
	base := a[1].A.(types.TimeTZ)
	sum, over, err := shiftTime(base.Micros, ival(a[2]), a[3].I != 0)
	switch {
	case err != nil:
		return null, err
	case over:
		return types.Bool(less), nil
	}
	return holdsRange(types.Compare(tTimetz, a[0], types.Any(types.TimeTZ{Micros: sum, West: base.West})), less), nil
}

// windowRangeFuncs are the support functions of RANGE frames with offsets: the
// first argument's type is the column's, the third's the offset's.
func windowRangeFuncs() []Func {
	fn := func(oid types.OID, column, offset types.OID, src string, f RowFunc) Func {
		return Func{OID: oid, Name: "in_range", Args: oids{column, column, offset, tBool, tBool}, Ret: tBool, Kind: Scalar,
			Src: "in_range_" + src, Doc: "window RANGE support", Row: f}
	}
	out := []Func{
		fn(4126, tInt8, tInt8, "int8_int8", inRangeInt),
		fn(4127, tInt4, tInt8, "int4_int8", inRangeInt),
		fn(4128, tInt4, tInt4, "int4_int4", inRangeInt),
		fn(4129, tInt4, tInt2, "int4_int2", inRangeInt),
		fn(4130, tInt2, tInt8, "int2_int8", inRangeInt),
		fn(4131, tInt2, tInt4, "int2_int4", inRangeInt),
		fn(4132, tInt2, tInt2, "int2_int2", inRangeInt),
		fn(4133, tDate, tInterval, "date_interval", inRangeTime(plusTimestamp, dateToTimestamp)),
		fn(4134, tTimestamp, tInterval, "timestamp_interval", inRangeTime(plusTimestamp, noLift)),
		fn(4135, tTimestamptz, tInterval, "timestamptz_interval", inRangeTime(timestamptzPlus, noLift)),
		fn(4136, tInterval, tInterval, "interval_interval", inRangeInterval),
		fn(4137, tTime, tInterval, "time_interval", inRangeTimeOfDay),
		fn(4138, tTimetz, tInterval, "timetz_interval", inRangeTimeTZ),
		fn(4139, tFloat8, tFloat8, "float8_float8", inRangeFloat),
		fn(4140, tFloat4, tFloat8, "float4_float8", inRangeFloat),
		fn(4141, tNumeric, tNumeric, "numeric_numeric", inRangeNumeric),
	}
	for i := range out {
		if out[i].Args[0] == tTimestamptz {
			out[i].Volatility = 's'
		}
	}
	return out
}
