package functions

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// OrderedRows are the rows of one group in the order of WITHIN GROUP.
type OrderedRows struct {
	Cols []types.Vec // the ordering columns, of all groups
	Rows []int32     // the group's rows in Cols
	// Peers reports whether two rows are equal in the order.
	Peers func(a, b int32) bool
	// Before orders a row before (negative) or after the row of the direct
	// arguments of a hypothetical-set aggregate.
	Before func(row int32) int
}

// value is the first ordering column's value in the i-th row.
func (r *OrderedRows) value(i int) datum { return r.Cols[0].Datum(int(r.Rows[i])) }

// orderedFunc computes an ordered-set aggregate of one group.
type orderedFunc = func(c *Ctx, rows *OrderedRows, direct []datum) (datum, error)

// ordered declares the code of an ordered-set aggregate, which knows no NULLs.
func ordered(direct int, f orderedFunc) *Aggregate {
	return &Aggregate{Ordered: f, Direct: direct}
}

func checkPercentile(p float64) error {
	if p >= 0 && p <= 1 {
		return nil
	}
	text := strconv.FormatFloat(p, 'g', 6, 64)
	if math.IsInf(p, 0) {
		text = strings.TrimPrefix(text, "+") + "inity"
	}
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "percentile value %s is not between 0 and 1", text)
}

// percentile is a way to find one percentile in at least one row.
type percentile func(rows *OrderedRows, p float64) (datum, error)

// percentileDisc is the first value whose place is not below p.
func percentileDisc(rows *OrderedRows, p float64) (datum, error) {
	n := int(math.Ceil(p * float64(len(rows.Rows))))
	return rows.value(max(n, 1) - 1), nil
}

// percentileCont interpolates between the two values around p.
func percentileCont(lerp func(lo, hi datum, part float64) (datum, error)) percentile {
	return func(rows *OrderedRows, p float64) (datum, error) {
		at := p * float64(len(rows.Rows)-1)
		lo, hi := math.Floor(at), math.Ceil(at)
		if lo == hi {
			return rows.value(int(lo)), nil
		}
		return lerp(rows.value(int(lo)), rows.value(int(hi)), at-lo)
	}
}

func lerpFloat(lo, hi datum, part float64) (datum, error) {
	return types.Float(lo.F + part*(hi.F-lo.F)), nil
}

func lerpInterval(lo, hi datum, part float64) (datum, error) {
	d, err := intervalAdd(ival(hi), ival(lo), true)
	if err != nil {
		return null, err
	}
	if d, err = scaleInterval(d, func(x float64) float64 { return x * part }); err != nil {
		return null, err
	}
	d, err = intervalAdd(d, ival(lo), false)
	return types.Any(d), err
}

// onePercentile is the aggregate of one percentile.
func onePercentile(f percentile) *Aggregate {
	return ordered(1, func(_ *Ctx, rows *OrderedRows, direct []datum) (datum, error) {
		if direct[0].Null {
			return null, nil
		}
		if err := checkPercentile(direct[0].F); err != nil {
			return null, err
		}
		if len(rows.Rows) == 0 {
			return null, nil
		}
		return f(rows, direct[0].F)
	})
}

// manyPercentiles is the aggregate of an array of percentiles.
func manyPercentiles(f percentile) *Aggregate {
	return ordered(1, func(_ *Ctx, rows *OrderedRows, direct []datum) (datum, error) {
		if len(rows.Rows) == 0 || direct[0].Null {
			return null, nil
		}
		from := arr(direct[0])
		for _, p := range from.Elems {
			if !p.Null {
				if err := checkPercentile(p.F); err != nil {
					return null, err
				}
			}
		}
		out := &types.Array{Elem: rows.Cols[0].Type, Dims: slices.Clone(from.Dims), Lbound: slices.Clone(from.Lbound)}
		for _, p := range from.Elems {
			v := null
			if !p.Null {
				var err error
				if v, err = f(rows, p.F); err != nil {
					return null, err
				}
			}
			out.Elems = append(out.Elems, v)
		}
		return types.Any(out), nil
	})
}

// aggMode is the most frequent value, of equals the first in the order.
func aggMode(_ *Ctx, rows *OrderedRows, _ []datum) (datum, error) {
	best, most := -1, 0
	for i := 0; i < len(rows.Rows); {
		k := i + 1
		for k < len(rows.Rows) && rows.Peers(rows.Rows[i], rows.Rows[k]) {
			k++
		}
		if k-i > most {
			best, most = i, k-i
		}
		i = k
	}
	if best < 0 {
		return null, nil
	}
	return rows.value(best), nil
}

// hypothetical declares an aggregate that tells where a row of the direct
// arguments would stand.
func hypothetical(f func(rows *OrderedRows, before int) datum, after bool) *Aggregate {
	return &Aggregate{Hypothetical: true, Ordered: func(_ *Ctx, rows *OrderedRows, _ []datum) (datum, error) {
		n := 0
		for n < len(rows.Rows) {
			if c := rows.Before(rows.Rows[n]); c > 0 || c == 0 && !after {
				break
			}
			n++
		}
		return f(rows, n), nil
	}}
}

func hypotheticalRank(_ *OrderedRows, before int) datum { return types.Int(int64(before) + 1) }

func hypotheticalDenseRank(rows *OrderedRows, before int) datum {
	rank := int64(1)
	for i := range before {
		if i == 0 || !rows.Peers(rows.Rows[i-1], rows.Rows[i]) {
			rank++
		}
	}
	return types.Int(rank)
}

func hypotheticalPercentRank(rows *OrderedRows, before int) datum {
	if len(rows.Rows) == 0 {
		return types.Float(0)
	}
	return types.Float(float64(before) / float64(len(rows.Rows)))
}

func hypotheticalCumeDist(rows *OrderedRows, before int) datum {
	return types.Float(float64(before+1) / float64(len(rows.Rows)+1))
}

// aggOrderedFuncs are the ordered-set and hypothetical-set aggregates. Their
// arguments are the direct ones, then those of WITHIN GROUP.
func aggOrderedFuncs() []Func {
	return []Func{
		{
			OID: 3972, Name: "percentile_disc", Args: oids{tFloat8, tAnyElement}, Ret: tAnyElement, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "discrete percentile",
			Aggregate: onePercentile(percentileDisc),
		},
		{
			OID: 3974, Name: "percentile_cont", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "continuous distribution percentile",
			Aggregate: onePercentile(percentileCont(lerpFloat)),
		},
		{
			OID: 3976, Name: "percentile_cont", Args: oids{tFloat8, tInterval}, Ret: tInterval, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "continuous distribution percentile",
			Aggregate: onePercentile(percentileCont(lerpInterval)),
		},
		{
			OID: 3978, Name: "percentile_disc", Args: oids{types.OIDFloat8Array, tAnyElement}, Ret: tAnyArray, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "multiple discrete percentiles",
			Aggregate: manyPercentiles(percentileDisc),
		},
		{
			OID: 3980, Name: "percentile_cont", Args: oids{types.OIDFloat8Array, tFloat8}, Ret: types.OIDFloat8Array, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "multiple continuous percentiles",
			Aggregate: manyPercentiles(percentileCont(lerpFloat)),
		},
		{
			OID: 3982, Name: "percentile_cont", Args: oids{types.OIDFloat8Array, tInterval}, Ret: types.ArrayOf(tInterval), Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "multiple continuous percentiles",
			Aggregate: manyPercentiles(percentileCont(lerpInterval)),
		},
		{
			OID: 3984, Name: "mode", Args: oids{tAnyElement}, Ret: tAnyElement, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "most common value",
			Aggregate: ordered(0, aggMode),
		},
		{
			OID: 3986, Name: "rank", Args: oids{tAny}, Variadic: true, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "rank of hypothetical row",
			Aggregate: hypothetical(hypotheticalRank, false),
		},
		{
			OID: 3988, Name: "percent_rank", Args: oids{tAny}, Variadic: true, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "fractional rank of hypothetical row",
			Aggregate: hypothetical(hypotheticalPercentRank, false),
		},
		{
			OID: 3990, Name: "cume_dist", Args: oids{tAny}, Variadic: true, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "cumulative distribution of hypothetical row",
			Aggregate: hypothetical(hypotheticalCumeDist, true),
		},
		{
			OID: 3992, Name: "dense_rank", Args: oids{tAny}, Variadic: true, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "rank of hypothetical row without gaps",
			Aggregate: hypothetical(hypotheticalDenseRank, false),
		},
	}
}
