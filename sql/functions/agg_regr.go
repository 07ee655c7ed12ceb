package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/types"
)

// pair are the moments of two variables, kept by Youngs and Cramer's method.
type pair struct{ n, sx, sxx, sy, syy, sxy float64 }

func (p *pair) add(y, x float64) error {
	old := *p
	p.n++
	p.sx += x
	p.sy += y
	if old.n == 0 {
		if math.IsNaN(x) || isInf(x) {
			p.sxx, p.sxy = math.NaN(), math.NaN()
		}
		if math.IsNaN(y) || isInf(y) {
			p.syy, p.sxy = math.NaN(), math.NaN()
		}
		return nil
	}
	tx, ty := x*p.n-p.sx, y*p.n-p.sy
	scale := 1 / (p.n * old.n)
	p.sxx += tx * tx * scale
	p.syy += ty * ty * scale
	p.sxy += tx * ty * scale
	if isInf(p.sx) || isInf(p.sxx) || isInf(p.sy) || isInf(p.syy) || isInf(p.sxy) {
		xIn := !isInf(old.sx) && !isInf(x)
		yIn := !isInf(old.sy) && !isInf(y)
		if (isInf(p.sx) || isInf(p.sxx)) && xIn || (isInf(p.sy) || isInf(p.syy)) && yIn || isInf(p.sxy) && xIn && yIn {
			return errFloatOverflow()
		}
		for _, v := range []*float64{&p.sxx, &p.syy, &p.sxy} {
			if isInf(*v) {
				*v = math.NaN()
			}
		}
	}
	return nil
}

func (p *pair) merge(o pair) {
	switch {
	case o.n == 0:
	case p.n == 0:
		*p = o
	default:
		n := p.n + o.n
		tx, ty := p.sx/p.n-o.sx/o.n, p.sy/p.n-o.sy/o.n
		p.sxx += o.sxx + p.n*o.n*tx*tx/n
		p.syy += o.syy + p.n*o.n*ty*ty/n
		p.sxy += o.sxy + p.n*o.n*tx*ty/n
		p.sx += o.sx
		p.sy += o.sy
		p.n = n
	}
}

// regrState is the family of two arguments, (Y, X); a row with a NULL among
// them does not count.
type regrState struct {
	p      []pair
	result func(p *pair) datum
}

// Grow makes room for groups.
func (s *regrState) Grow(n int) { s.p = growTo(s.p, n) }

// Add takes rows.
func (s *regrState) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		if nullAt(args[0], i) || nullAt(args[1], i) {
			continue
		}
		if err := s.p[g].add(at(args[0].F, i), at(args[1].F, i)); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *regrState) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*regrState)
	for i, g := range groups {
		s.p[g].merge(o.p[i])
	}
	return nil
}

// Result is the statistic.
func (s *regrState) Result(_ *Ctx, g int32) (datum, error) { return s.result(&s.p[g]), nil }

// Size is the bytes held.
func (s *regrState) Size() int64 { return sizeOf(s.p) }

// aggPair declares a statistic that is NULL for fewer rows than least, or when
// f says so.
func aggPair(least float64, f func(p *pair) (float64, bool)) *Aggregate {
	return agg(func() State {
		return &regrState{result: func(p *pair) datum {
			if p.n < least {
				return null
			}
			if v, ok := f(p); ok {
				return types.Float(v)
			}
			return null
		}}
	})
}

func some(f func(p *pair) float64) func(p *pair) (float64, bool) {
	return func(p *pair) (float64, bool) { return f(p), true }
}

// pairCount counts the pairs without a NULL; it computes nothing else, so that
// no sum of theirs can overflow.
type pairCount struct{ countState }

// Add counts rows.
func (s *pairCount) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		if !nullAt(args[0], i) && !nullAt(args[1], i) {
			s.n[g]++
		}
	}
	return nil
}

// Merge adds the other's counts.
func (s *pairCount) Merge(c *Ctx, other State, groups []int32) error {
	return s.countState.Merge(c, &other.(*pairCount).countState, groups)
}

func corr(p *pair) (float64, bool) {
	return p.sxy / math.Sqrt(p.sxx*p.syy), p.sxx != 0 && p.syy != 0
}

func regrR2(p *pair) (float64, bool) {
	if p.syy == 0 {
		return 1, p.sxx != 0
	}
	return p.sxy * p.sxy / (p.sxx * p.syy), p.sxx != 0
}

// aggRegrFuncs are correlation and regression.
func aggRegrFuncs() []Func {
	return []Func{
		{
			OID: 2829, Name: "corr", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "correlation coefficient",
			Aggregate: aggPair(1, corr),
		},
		{
			OID: 2827, Name: "covar_pop", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "population covariance",
			Aggregate: aggPair(1, some(func(p *pair) float64 { return p.sxy / p.n })),
		},
		{
			OID: 2828, Name: "covar_samp", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sample covariance",
			Aggregate: aggPair(2, some(func(p *pair) float64 { return p.sxy / (p.n - 1) })),
		},
		{
			OID: 2822, Name: "regr_avgx", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "average of the independent variable (sum(X)/N)",
			Aggregate: aggPair(1, some(func(p *pair) float64 { return p.sx / p.n })),
		},
		{
			OID: 2823, Name: "regr_avgy", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "average of the dependent variable (sum(Y)/N)",
			Aggregate: aggPair(1, some(func(p *pair) float64 { return p.sy / p.n })),
		},
		{
			OID: 2818, Name: "regr_count", Args: oids{tFloat8, tFloat8}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "number of input rows in which both expressions are not null",
			Aggregate: agg(func() State { return &pairCount{} }),
		},
		{
			OID: 2826, Name: "regr_intercept", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "y-intercept of the least-squares-fit linear equation determined by the (X, Y) pairs",
			Aggregate: aggPair(1, func(p *pair) (float64, bool) { return (p.sy - p.sx*p.sxy/p.sxx) / p.n, p.sxx != 0 }),
		},
		{
			OID: 2824, Name: "regr_r2", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "square of the correlation coefficient",
			Aggregate: aggPair(1, regrR2),
		},
		{
			OID: 2825, Name: "regr_slope", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "slope of the least-squares-fit linear equation determined by the (X, Y) pairs",
			Aggregate: aggPair(1, func(p *pair) (float64, bool) { return p.sxy / p.sxx, p.sxx != 0 }),
		},
		{
			OID: 2819, Name: "regr_sxx", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum of squares of the independent variable (sum(X^2) - sum(X)^2/N)",
			Aggregate: aggPair(1, some(func(p *pair) float64 { return p.sxx })),
		},
		{
			OID: 2821, Name: "regr_sxy", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum of products of independent times dependent variable (sum(X*Y) - sum(X) * sum(Y)/N)",
			Aggregate: aggPair(1, some(func(p *pair) float64 { return p.sxy })),
		},
		{
			OID: 2820, Name: "regr_syy", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum of squares of the dependent variable (sum(Y^2) - sum(Y)^2/N)",
			Aggregate: aggPair(1, some(func(p *pair) float64 { return p.syy })),
		},
	}
}
