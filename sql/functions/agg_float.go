package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/types"
)

// floatSum is sum of floats; single keeps float4's precision at each step, as
// PostgreSQL does.
type floatSum struct {
	sum    []float64
	has    []bool
	single bool
}

// Grow makes room for groups.
func (s *floatSum) Grow(n int) { s.sum, s.has = growTo(s.sum, n), growTo(s.has, n) }

func (s *floatSum) put(g int32, v float64) error {
	if !s.has[g] {
		s.sum[g], s.has[g] = v, true
		return nil
	}
	r, err := floatAdd(s.sum[g], v, s.single)
	s.sum[g] = r
	return err
}

// Add takes rows.
func (s *floatSum) Add(_ *Ctx, groups []int32, args []*vec) error {
	v := args[0]
	for i, g := range groups {
		if nullAt(v, i) {
			continue
		}
		if err := s.put(g, at(v.F, i)); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *floatSum) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*floatSum)
	for i, g := range groups {
		if o.has[i] {
			if err := s.put(g, o.sum[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Result is NULL without a value.
func (s *floatSum) Result(_ *Ctx, g int32) (datum, error) {
	if !s.has[g] {
		return null, nil
	}
	return types.Float(s.sum[g]), nil
}

// Size is the bytes held.
func (s *floatSum) Size() int64 { return sizeOf(s.sum) + sizeOf(s.has) }

// moments are a group's count, sum and sum of squared deviations, kept by
// Youngs and Cramer's method.
type moments struct{ n, sx, sxx float64 }

func (m *moments) add(v float64) error {
	old := *m
	m.n++
	m.sx += v
	if old.n == 0 {
		if math.IsNaN(v) || isInf(v) {
			m.sxx = math.NaN()
		}
		return nil
	}
	t := v*m.n - m.sx
	m.sxx += t * t / (m.n * old.n)
	if isInf(m.sx) || isInf(m.sxx) {
		if !isInf(old.sx) && !isInf(v) {
			return errFloatOverflow()
		}
		m.sxx = math.NaN()
	}
	return nil
}

func (m *moments) merge(o moments) error {
	switch {
	case o.n == 0:
		return nil
	case m.n == 0:
		*m = o
		return nil
	}
	n := m.n + o.n
	sx := m.sx + o.sx
	t := m.sx/m.n - o.sx/o.n
	sxx := m.sxx + o.sxx + m.n*o.n*t*t/n
	if isInf(sx) && !isInf(m.sx) && !isInf(o.sx) || isInf(sxx) && !isInf(m.sxx) && !isInf(o.sxx) {
		return errFloatOverflow()
	}
	*m = moments{n, sx, sxx}
	return nil
}

// floatMoments serves averages, variances and standard deviations. That averages
// fail where only the squares overflow is PostgreSQL's.
type floatMoments struct {
	m      []moments
	result func(m *moments) datum
}

// Grow makes room for groups.
func (s *floatMoments) Grow(n int) { s.m = growTo(s.m, n) }

// Add takes rows.
func (s *floatMoments) Add(_ *Ctx, groups []int32, args []*vec) error {
	v := args[0]
	for i, g := range groups {
		if nullAt(v, i) {
			continue
		}
		if err := s.m[g].add(at(v.F, i)); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *floatMoments) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*floatMoments)
	for i, g := range groups {
		if err := s.m[g].merge(o.m[i]); err != nil {
			return err
		}
	}
	return nil
}

// Result is the statistic.
func (s *floatMoments) Result(_ *Ctx, g int32) (datum, error) { return s.result(&s.m[g]), nil }

// Size is the bytes held.
func (s *floatMoments) Size() int64 { return sizeOf(s.m) }

// mean is the average.
func mean(m *moments) datum {
	if m.n == 0 {
		return null
	}
	return types.Float(m.sx / m.n)
}

// spread is the variance over n-less degrees of freedom, or its root.
func spread(less float64, root bool) func(m *moments) datum {
	return func(m *moments) datum {
		if m.n <= less {
			return null
		}
		v := m.sxx / (m.n - less)
		if root {
			v = math.Sqrt(v)
		}
		return types.Float(v)
	}
}

func aggMoments(f func(m *moments) datum) *Aggregate {
	return agg(func() State { return &floatMoments{result: f} })
}

// aggFloatFuncs are the sums and statistics of floats.
func aggFloatFuncs() []Func {
	return []Func{
		{
			OID: 2110, Name: "sum", Args: oids{tFloat4}, Ret: tFloat4, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum as float4 across all float4 input values",
			Aggregate: agg(func() State { return &floatSum{single: true} }),
		},
		{
			OID: 2111, Name: "sum", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum as float8 across all float8 input values",
			Aggregate: agg(func() State { return &floatSum{} }),
		},
		{
			OID: 2104, Name: "avg", Args: oids{tFloat4}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "the average (arithmetic mean) as float8 of all float4 values",
			Aggregate: aggMoments(mean),
		},
		{
			OID: 2105, Name: "avg", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "the average (arithmetic mean) as float8 of all float8 values",
			Aggregate: aggMoments(mean),
		},
		{
			OID: 2151, Name: "variance", Args: oids{tFloat4}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for var_samp",
			Aggregate: aggMoments(spread(1, false)),
		},
		{
			OID: 2152, Name: "variance", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for var_samp",
			Aggregate: aggMoments(spread(1, false)),
		},
		{
			OID: 2644, Name: "var_samp", Args: oids{tFloat4}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample variance of float4 input values (square of the sample standard deviation)",
			Aggregate: aggMoments(spread(1, false)),
		},
		{
			OID: 2645, Name: "var_samp", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample variance of float8 input values (square of the sample standard deviation)",
			Aggregate: aggMoments(spread(1, false)),
		},
		{
			OID: 2721, Name: "var_pop", Args: oids{tFloat4}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population variance of float4 input values (square of the population standard deviation)",
			Aggregate: aggMoments(spread(0, false)),
		},
		{
			OID: 2722, Name: "var_pop", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population variance of float8 input values (square of the population standard deviation)",
			Aggregate: aggMoments(spread(0, false)),
		},
		{
			OID: 2157, Name: "stddev", Args: oids{tFloat4}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for stddev_samp",
			Aggregate: aggMoments(spread(1, true)),
		},
		{
			OID: 2158, Name: "stddev", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "historical alias for stddev_samp",
			Aggregate: aggMoments(spread(1, true)),
		},
		{
			OID: 2715, Name: "stddev_samp", Args: oids{tFloat4}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample standard deviation of float4 input values",
			Aggregate: aggMoments(spread(1, true)),
		},
		{
			OID: 2716, Name: "stddev_samp", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample standard deviation of float8 input values",
			Aggregate: aggMoments(spread(1, true)),
		},
		{
			OID: 2727, Name: "stddev_pop", Args: oids{tFloat4}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population standard deviation of float4 input values",
			Aggregate: aggMoments(spread(0, true)),
		},
		{
			OID: 2728, Name: "stddev_pop", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population standard deviation of float8 input values",
			Aggregate: aggMoments(spread(0, true)),
		},
	}
}
