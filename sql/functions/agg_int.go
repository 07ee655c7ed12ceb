package functions

import (
	"math/bits"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/types"
)

// intSum sums int2 and int4 in 64 bits, which 2^32 rows cannot overflow.
type intSum struct {
	sum, n []int64
	avg    bool
}

// Grow makes room for groups.
func (s *intSum) Grow(n int) { s.sum, s.n = growTo(s.sum, n), growTo(s.n, n) }

// Add takes rows.
func (s *intSum) Add(_ *Ctx, groups []int32, args []*vec) error {
	v := args[0]
	if v.Null == nil && len(v.I) == len(groups) {
		for i, g := range groups {
			s.sum[g] += v.I[i]
			s.n[g]++
		}
		return nil
	}
	for i, g := range groups {
		if !nullAt(v, i) {
			s.sum[g] += at(v.I, i)
			s.n[g]++
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *intSum) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*intSum)
	for i, g := range groups {
		s.sum[g] += o.sum[i]
		s.n[g] += o.n[i]
	}
	return nil
}

// Result is the sum, or the average as numeric.
func (s *intSum) Result(_ *Ctx, g int32) (datum, error) {
	switch {
	case s.n[g] == 0:
		return null, nil
	case s.avg:
		r, err := numDiv(numericFromInt(s.sum[g]), numericFromInt(s.n[g]))
		return types.Any(r), err
	}
	return types.Int(s.sum[g]), nil
}

// Size is the bytes held.
func (s *intSum) Size() int64 { return sizeOf(s.sum) + sizeOf(s.n) }

// int128 is a sum of int8s in two's complement.
type int128 struct {
	lo uint64
	hi int64
}

func (a *int128) add(v int64) {
	var carry uint64
	a.lo, carry = bits.Add64(a.lo, uint64(v), 0)
	a.hi += v>>63 + int64(carry)
}

func (a *int128) addWide(b int128) {
	var carry uint64
	a.lo, carry = bits.Add64(a.lo, b.lo, 0)
	a.hi += b.hi + int64(carry)
}

func (a int128) decimal() *apd.Decimal {
	neg := a.hi < 0
	lo, hi := a.lo, uint64(a.hi)
	if neg {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	d := &apd.Decimal{Negative: neg}
	d.Coeff.SetUint64(hi)
	d.Coeff.Lsh(&d.Coeff, 64)
	var l apd.BigInt
	d.Coeff.Add(&d.Coeff, l.SetUint64(lo))
	return d
}

// bigSum is sum(int8) and avg(int8).
type bigSum struct {
	sum []int128
	n   []int64
	avg bool
}

// Grow makes room for groups.
func (s *bigSum) Grow(n int) { s.sum, s.n = growTo(s.sum, n), growTo(s.n, n) }

// Add takes rows.
func (s *bigSum) Add(_ *Ctx, groups []int32, args []*vec) error {
	v := args[0]
	for i, g := range groups {
		if !nullAt(v, i) {
			s.sum[g].add(at(v.I, i))
			s.n[g]++
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *bigSum) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*bigSum)
	for i, g := range groups {
		s.sum[g].addWide(o.sum[i])
		s.n[g] += o.n[i]
	}
	return nil
}

// Result is a numeric.
func (s *bigSum) Result(_ *Ctx, g int32) (datum, error) {
	if s.n[g] == 0 {
		return null, nil
	}
	d := s.sum[g].decimal()
	if !s.avg {
		return types.Any(d), nil
	}
	r, err := numDiv(d, numericFromInt(s.n[g]))
	return types.Any(r), err
}

// Size is the bytes held.
func (s *bigSum) Size() int64 { return sizeOf(s.sum) + sizeOf(s.n) }

// intervalSum is sum and avg of intervals.
type intervalSum struct {
	sum []types.Interval
	n   []int64
	avg bool
}

// Grow makes room for groups.
func (s *intervalSum) Grow(n int) { s.sum, s.n = growTo(s.sum, n), growTo(s.n, n) }

// Add takes rows.
func (s *intervalSum) Add(_ *Ctx, groups []int32, args []*vec) error {
	v := args[0]
	for i, g := range groups {
		if nullAt(v, i) {
			continue
		}
		var err error
		if s.sum[g], err = intervalAdd(s.sum[g], at(v.A, i).(types.Interval), false); err != nil {
			return err
		}
		s.n[g]++
	}
	return nil
}

// Merge adds other's groups.
func (s *intervalSum) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*intervalSum)
	for i, g := range groups {
		var err error
		if s.sum[g], err = intervalAdd(s.sum[g], o.sum[i], false); err != nil {
			return err
		}
		s.n[g] += o.n[i]
	}
	return nil
}

// Result is NULL without a value.
func (s *intervalSum) Result(_ *Ctx, g int32) (datum, error) {
	if s.n[g] == 0 {
		return null, nil
	}
	if !s.avg {
		return types.Any(s.sum[g]), nil
	}
	n := float64(s.n[g])
	r, err := scaleInterval(s.sum[g], func(x float64) float64 { return x / n })
	return types.Any(r), err
}

// Size is the bytes held.
func (s *intervalSum) Size() int64 { return sizeOf(s.sum) + sizeOf(s.n) }

// aggIntFuncs are sums and averages of integers and intervals.
func aggIntFuncs() []Func {
	return []Func{
		{
			OID: 2109, Name: "sum", Args: oids{tInt2}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum as bigint across all smallint input values",
			Aggregate: agg(func() State { return &intSum{} }),
		},
		{
			OID: 2108, Name: "sum", Args: oids{tInt4}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum as bigint across all integer input values",
			Aggregate: agg(func() State { return &intSum{} }),
		},
		{
			OID: 2102, Name: "avg", Args: oids{tInt2}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "the average (arithmetic mean) as numeric of all smallint values",
			Aggregate: agg(func() State { return &intSum{avg: true} }),
		},
		{
			OID: 2101, Name: "avg", Args: oids{tInt4}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "the average (arithmetic mean) as numeric of all integer values",
			Aggregate: agg(func() State { return &intSum{avg: true} }),
		},
		{
			OID: 2107, Name: "sum", Args: oids{tInt8}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum as numeric across all bigint input values",
			Aggregate: agg(func() State { return &bigSum{} }),
		},
		{
			OID: 2100, Name: "avg", Args: oids{tInt8}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "the average (arithmetic mean) as numeric of all bigint values",
			Aggregate: agg(func() State { return &bigSum{avg: true} }),
		},
		{
			OID: 2113, Name: "sum", Args: oids{tInterval}, Ret: tInterval, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "sum as interval across all interval input values",
			Aggregate: agg(func() State { return &intervalSum{} }),
		},
		{
			OID: 2106, Name: "avg", Args: oids{tInterval}, Ret: tInterval, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "the average (arithmetic mean) as interval of all interval values",
			Aggregate: agg(func() State { return &intervalSum{avg: true} }),
		},
	}
}
