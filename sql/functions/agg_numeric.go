package functions

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/types"
)

// exactSums are a group's exact sums: of values, and of squares when a
// variance is wanted. Sums are integers of 10^-scale.
type exactSums struct {
	n               int64
	sum, squares    apd.BigInt
	scale           int32
	atScale         int64 // finite values of that scale, for Remove
	nan, pinf, ninf int64
}

func (s *exactSums) rescale(scale int32, squares bool) {
	if scale <= s.scale {
		return
	}
	var p apd.BigInt
	setPow10(&p, scale-s.scale)
	s.sum.Mul(&s.sum, &p)
	if squares {
		s.squares.Mul(&s.squares, &p)
		s.squares.Mul(&s.squares, &p)
	}
	s.scale, s.atScale = scale, 0
}

func (s *exactSums) add(d *apd.Decimal, squares bool) {
	s.n++
	switch {
	case isNaN(d):
		s.nan++
		return
	case d.Form == apd.Infinite && d.Negative:
		s.ninf++
		return
	case d.Form == apd.Infinite:
		s.pinf++
		return
	}
	s.rescale(dscale(d), squares)
	if dscale(d) == s.scale {
		s.atScale++
	}
	var v apd.BigInt
	signed(&v, d, s.scale)
	s.sum.Add(&s.sum, &v)
	if squares {
		v.Mul(&v, &v)
		s.squares.Add(&s.squares, &v)
	}
}

func (s *exactSums) addInt(x int64, squares bool) {
	s.n++
	var v apd.BigInt
	v.SetInt64(x)
	s.sum.Add(&s.sum, &v)
	if squares {
		v.Mul(&v, &v)
		s.squares.Add(&s.squares, &v)
	}
}

func (s *exactSums) merge(o *exactSums, squares bool) {
	s.rescale(o.scale, squares)
	var c exactSums
	c.sum.Set(&o.sum)
	c.squares.Set(&o.squares)
	c.scale = o.scale
	c.rescale(s.scale, squares)
	if o.scale == s.scale {
		s.atScale += o.atScale
	}
	s.sum.Add(&s.sum, &c.sum)
	s.squares.Add(&s.squares, &c.squares)
	s.n += o.n
	s.nan += o.nan
	s.pinf += o.pinf
	s.ninf += o.ninf
}

func (s *exactSums) total() *apd.Decimal {
	switch {
	case s.nan > 0 || s.pinf > 0 && s.ninf > 0:
		return numericNaN()
	case s.pinf > 0 || s.ninf > 0:
		return numericInf(s.ninf > 0)
	}
	return fromBig(&s.sum, s.scale)
}

// variance is computed as PostgreSQL does: exactly up to one division, and a
// root of that.
func (s *exactSums) variance(less int64, root bool) (datum, error) {
	if s.n <= less {
		return null, nil
	}
	if s.nan+s.pinf+s.ninf > 0 {
		return types.Any(numericNaN()), nil
	}
	n := apd.NewBigInt(s.n)
	var v, sq apd.BigInt
	v.Mul(n, &s.squares)
	sq.Mul(&s.sum, &s.sum)
	v.Sub(&v, &sq)
	if v.Sign() <= 0 {
		return types.Any(numericZero(0)), nil
	}
	var dof apd.BigInt
	dof.Mul(n, apd.NewBigInt(s.n-less))
	x, y := fromBig(&v, 2*s.scale), fromBig(&dof, 0)
	scale := divScale(x, y)
	r := quotient(x, y, scale, false)
	if root {
		r = sqrtScaled(r, scale)
	}
	return types.Any(r), nil
}

// numericStat serves sum, avg, variance and stddev with exact arithmetic.
type numericStat struct {
	s       []exactSums
	ints    bool
	squares bool
	result  func(s *exactSums) (datum, error)
}

// Grow makes room for groups.
func (s *numericStat) Grow(n int) { s.s = growTo(s.s, n) }

// Add takes rows.
func (s *numericStat) Add(_ *Ctx, groups []int32, args []*vec) error {
	v := args[0]
	for i, g := range groups {
		switch {
		case nullAt(v, i):
		case s.ints:
			s.s[g].addInt(at(v.I, i), s.squares)
		default:
			s.s[g].add(at(v.A, i).(*apd.Decimal), s.squares)
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *numericStat) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*numericStat)
	for i, g := range groups {
		s.s[g].merge(&o.s[i], s.squares)
	}
	return nil
}

// Result is the statistic.
func (s *numericStat) Result(_ *Ctx, g int32) (datum, error) { return s.result(&s.s[g]) }

// Size is the bytes held, big sums counted at their usual size.
func (s *numericStat) Size() int64 { return sizeOf(s.s) }

func exactSum(s *exactSums) (datum, error) {
	if s.n == 0 {
		return null, nil
	}
	r, err := checkNumeric(s.total())
	return types.Any(r), err
}

func exactAvg(s *exactSums) (datum, error) {
	if s.n == 0 {
		return null, nil
	}
	r, err := numDiv(s.total(), numericFromInt(s.n))
	return types.Any(r), err
}

// aggVariance is a variance or its root over integers or numerics.
func aggVariance(less int64, root bool) *Aggregate {
	return aggOf(func(args []types.OID) State {
		return &numericStat{ints: types.RepOf(args[0]) == types.RepInt, squares: true,
			result: func(s *exactSums) (datum, error) { return s.variance(less, root) }}
	})
}

// aggNumericFuncs are the exact sums and statistics.
func aggNumericFuncs() []Func {
	return []Func{
		{
			OID: 2114, Name: "sum", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum as numeric across all numeric input values",
			Aggregate: agg(func() State { return &numericStat{result: exactSum} }),
		},
		{
			OID: 2103, Name: "avg", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "the average (arithmetic mean) as numeric of all numeric values",
			Aggregate: agg(func() State { return &numericStat{result: exactAvg} }),
		},
		{
			OID: 2150, Name: "variance", Args: oids{tInt2}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for var_samp",
			Aggregate: aggVariance(1, false),
		},
		{
			OID: 2149, Name: "variance", Args: oids{tInt4}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for var_samp",
			Aggregate: aggVariance(1, false),
		},
		{
			OID: 2148, Name: "variance", Args: oids{tInt8}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for var_samp",
			Aggregate: aggVariance(1, false),
		},
		{
			OID: 2153, Name: "variance", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for var_samp",
			Aggregate: aggVariance(1, false),
		},
		{
			OID: 2643, Name: "var_samp", Args: oids{tInt2}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample variance of smallint input values (square of the sample standard deviation)",
			Aggregate: aggVariance(1, false),
		},
		{
			OID: 2642, Name: "var_samp", Args: oids{tInt4}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample variance of integer input values (square of the sample standard deviation)",
			Aggregate: aggVariance(1, false),
		},
		{
			OID: 2641, Name: "var_samp", Args: oids{tInt8}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample variance of bigint input values (square of the sample standard deviation)",
			Aggregate: aggVariance(1, false),
		},
		{
			OID: 2646, Name: "var_samp", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample variance of numeric input values (square of the sample standard deviation)",
			Aggregate: aggVariance(1, false),
		},
		{
			OID: 2720, Name: "var_pop", Args: oids{tInt2}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population variance of smallint input values (square of the population standard deviation)",
			Aggregate: aggVariance(0, false),
		},
		{
			OID: 2719, Name: "var_pop", Args: oids{tInt4}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population variance of integer input values (square of the population standard deviation)",
			Aggregate: aggVariance(0, false),
		},
		{
			OID: 2718, Name: "var_pop", Args: oids{tInt8}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population variance of bigint input values (square of the population standard deviation)",
			Aggregate: aggVariance(0, false),
		},
		{
			OID: 2723, Name: "var_pop", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population variance of numeric input values (square of the population standard deviation)",
			Aggregate: aggVariance(0, false),
		},
		{
			OID: 2156, Name: "stddev", Args: oids{tInt2}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for stddev_samp",
			Aggregate: aggVariance(1, true),
		},
		{
			OID: 2155, Name: "stddev", Args: oids{tInt4}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for stddev_samp",
			Aggregate: aggVariance(1, true),
		},
		{
			OID: 2154, Name: "stddev", Args: oids{tInt8}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for stddev_samp",
			Aggregate: aggVariance(1, true),
		},
		{
			OID: 2159, Name: "stddev", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for stddev_samp",
			Aggregate: aggVariance(1, true),
		},
		{
			OID: 2714, Name: "stddev_samp", Args: oids{tInt2}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample standard deviation of smallint input values",
			Aggregate: aggVariance(1, true),
		},
		{
			OID: 2713, Name: "stddev_samp", Args: oids{tInt4}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample standard deviation of integer input values",
			Aggregate: aggVariance(1, true),
		},
		{
			OID: 2712, Name: "stddev_samp", Args: oids{tInt8}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample standard deviation of bigint input values",
			Aggregate: aggVariance(1, true),
		},
		{
			OID: 2717, Name: "stddev_samp", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample standard deviation of numeric input values",
			Aggregate: aggVariance(1, true),
		},
		{
			OID: 2726, Name: "stddev_pop", Args: oids{tInt2}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population standard deviation of smallint input values",
			Aggregate: aggVariance(0, true),
		},
		{
			OID: 2725, Name: "stddev_pop", Args: oids{tInt4}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population standard deviation of integer input values",
			Aggregate: aggVariance(0, true),
		},
		{
			OID: 2724, Name: "stddev_pop", Args: oids{tInt8}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population standard deviation of bigint input values",
			Aggregate: aggVariance(0, true),
		},
		{
			OID: 2729, Name: "stddev_pop", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population standard deviation of numeric input values",
			Aggregate: aggVariance(0, true),
		},
	}
}
