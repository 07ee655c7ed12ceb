package functions

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func errStepZero() error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "step size cannot equal zero")
}

// intSeries counts without ever leaving its type's range.
type intSeries struct {
	next, stop, step int64
	done             bool
	buf              [1]datum
}

// Next returns the next number.
func (s *intSeries) Next() ([]datum, bool, error) {
	if s.done || s.step > 0 && s.next > s.stop || s.step < 0 && s.next < s.stop {
		return nil, false, nil
	}
	s.buf[0] = types.Int(s.next)
	n, ok := intAdd(&width8, s.next, s.step)
	s.next, s.done = n, !ok
	return s.buf[:], true, nil
}

func setIntSeries(_ *Ctx, a []datum) (SetIter, error) {
	s := &intSeries{next: a[0].I, stop: a[1].I, step: 1}
	if len(a) > 2 {
		if s.step = a[2].I; s.step == 0 {
			return nil, errStepZero()
		}
	}
	return s, nil
}

type numSeries struct {
	next, stop, step *apd.Decimal
	done             bool
	buf              [1]datum
}

// Next returns the next number.
func (s *numSeries) Next() ([]datum, bool, error) {
	if s.done || numericCmp(s.next, s.stop)*numSign(s.step) > 0 {
		return nil, false, nil
	}
	s.buf[0] = types.Any(s.next)
	next, err := numAdd(s.next, s.step)
	s.next, s.done = next, err != nil // what is beyond the type is beyond the stop
	return s.buf[:], true, nil
}

func setNumSeries(_ *Ctx, a []datum) (SetIter, error) {
	s := &numSeries{next: num(a[0]), stop: num(a[1]), step: numericFromInt(1)}
	if len(a) > 2 {
		s.step = num(a[2])
	}
	for _, x := range []struct {
		d    *apd.Decimal
		name string
	}{{s.next, "start"}, {s.stop, "stop"}, {s.step, "step size"}} {
		if isNaN(x.d) {
			return nil, sqlerr.New(sqlerr.InvalidParameterValue, "%s value cannot be NaN", x.name)
		}
		if !isFinite(x.d) {
			return nil, sqlerr.New(sqlerr.InvalidParameterValue, "%s value cannot be infinity", x.name)
		}
	}
	if isZero(s.step) {
		return nil, errStepZero()
	}
	return s, nil
}

type timeSeries struct {
	c          *Ctx
	next, stop int64
	step       types.Interval
	sign       int
	zoned      bool
	buf        [1]datum
}

// Next returns the next time.
func (s *timeSeries) Next() ([]datum, bool, error) {
	if s.sign > 0 && s.next > s.stop || s.sign < 0 && s.next < s.stop {
		return nil, false, nil
	}
	s.buf[0] = types.Int(s.next)
	var err error
	if s.zoned {
		s.next, err = timestamptzPlus(s.c, s.next, s.step)
	} else {
		s.next, err = timestampPlus(s.next, s.step)
	}
	return s.buf[:], true, err
}

func setTimeSeries(zoned bool) SetFunc {
	return func(c *Ctx, a []datum) (SetIter, error) {
		s := &timeSeries{c: c, next: a[0].I, stop: a[1].I, step: ival(a[2]), zoned: zoned}
		s.sign = types.Compare(tInterval, a[2], types.Any(types.Interval{}))
		if s.sign == 0 {
			return nil, errStepZero()
		}
		return s, nil
	}
}

func setUnnest(_ *Ctx, a []datum) (SetIter, error) { return newSliceIter(arr(a[0]).Elems), nil }

func setSubscripts(_ *Ctx, a []datum) (SetIter, error) {
	lo, n, ok := arrayBound(arr(a[0]), a[1].I)
	if !ok {
		return newSliceIter(nil), nil
	}
	if len(a) > 2 && a[2].Bool() {
		return &intSeries{next: lo + n - 1, stop: lo, step: -1}, nil
	}
	return &intSeries{next: lo, stop: lo + n - 1, step: 1}, nil
}

// seriesFuncs are the functions that make rows.
func seriesFuncs() []Func {
	return []Func{
		{
			OID: 1067, Name: "generate_series", Args: oids{tInt4, tInt4}, Ret: tInt4, RetSet: true, Kind: Scalar, Src: "generate_series_int4", Doc: "non-persistent series generator",
			Set: setIntSeries,
		},
		{
			OID: 1066, Name: "generate_series", Args: oids{tInt4, tInt4, tInt4}, Ret: tInt4, RetSet: true, Kind: Scalar, Src: "generate_series_step_int4", Doc: "non-persistent series generator",
			Set: setIntSeries,
		},
		{
			OID: 1069, Name: "generate_series", Args: oids{tInt8, tInt8}, Ret: tInt8, RetSet: true, Kind: Scalar, Src: "generate_series_int8", Doc: "non-persistent series generator",
			Set: setIntSeries,
		},
		{
			OID: 1068, Name: "generate_series", Args: oids{tInt8, tInt8, tInt8}, Ret: tInt8, RetSet: true, Kind: Scalar, Src: "generate_series_step_int8", Doc: "non-persistent series generator",
			Set: setIntSeries,
		},
		{
			OID: 3260, Name: "generate_series", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, RetSet: true, Kind: Scalar, Src: "generate_series_numeric", Doc: "non-persistent series generator",
			Set: setNumSeries,
		},
		{
			OID: 3259, Name: "generate_series", Args: oids{tNumeric, tNumeric, tNumeric}, Ret: tNumeric, RetSet: true, Kind: Scalar, Src: "generate_series_step_numeric", Doc: "non-persistent series generator",
			Set: setNumSeries,
		},
		{
			OID: 938, Name: "generate_series", Args: oids{tTimestamp, tTimestamp, tInterval}, Ret: tTimestamp, RetSet: true, Kind: Scalar, Src: "generate_series_timestamp", Doc: "non-persistent series generator",
			Set: setTimeSeries(false),
		},
		{
			OID: 939, Name: "generate_series", Args: oids{tTimestamptz, tTimestamptz, tInterval}, Ret: tTimestamptz, RetSet: true, Kind: Scalar, Volatility: 's', Src: "generate_series_timestamptz", Doc: "non-persistent series generator",
			Set: setTimeSeries(true),
		},
		{
			OID: 2331, Name: "unnest", Args: oids{tAnyArray}, Ret: tAnyElement, RetSet: true, Kind: Scalar, Src: "array_unnest", Doc: "expand array to set of rows",
			Set: setUnnest,
		},
		{
			OID: 1192, Name: "generate_subscripts", Args: oids{tAnyArray, tInt4}, Ret: tInt4, RetSet: true, Kind: Scalar, Src: "generate_subscripts_nodir", Doc: "array subscripts generator",
			Set: setSubscripts,
		},
		{
			OID: 1191, Name: "generate_subscripts", Args: oids{tAnyArray, tInt4, tBool}, Ret: tInt4, RetSet: true, Kind: Scalar, Doc: "array subscripts generator",
			Set: setSubscripts,
		},
	}
}
