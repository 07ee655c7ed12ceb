package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/types"
)

// minMax keeps the least or greatest value of each group in the slice that its
// type's representation names.
type minMax struct {
	t   types.OID
	rep types.Rep
	max bool
	// flip turns the order of the bits of an unsigned type into int64's.
	flip int64
	has  []bool
	i    []int64
	f    []float64
	s    []string
	a    []any
	// refused is why no two values can be compared; nil: they can.
	refused error
}

func newMinMax(larger bool) func(args []types.OID) State {
	return func(args []types.OID) State {
		m := &minMax{t: args[0], rep: types.RepOf(args[0]), max: larger}
		if m.t == tXID8 || m.t == tPgLSN {
			m.flip = math.MinInt64
		}
		if types.IsArray(m.t) {
			m.refused = mustCompare(types.ElemOf(m.t), true)
		}
		return m
	}
}

// Grow makes room for groups.
func (m *minMax) Grow(n int) {
	m.has = growTo(m.has, n)
	switch m.rep {
	case types.RepInt:
		m.i = growTo(m.i, n)
	case types.RepFloat:
		m.f = growTo(m.f, n)
	case types.RepText:
		m.s = growTo(m.s, n)
	default:
		m.a = growTo(m.a, n)
	}
}

// Add takes rows.
func (m *minMax) Add(_ *Ctx, groups []int32, args []*vec) error {
	v := args[0]
	for i, g := range groups {
		if nullAt(v, i) {
			continue
		}
		switch m.rep {
		case types.RepInt:
			m.putInt(g, at(v.I, i))
		case types.RepFloat:
			m.putFloat(g, at(v.F, i))
		case types.RepText:
			m.putText(g, at(v.S, i))
		default:
			if m.refused != nil && m.has[g] {
				return m.refused
			}
			m.putAny(g, at(v.A, i))
		}
	}
	return nil
}

func (m *minMax) putInt(g int32, v int64) {
	if !m.has[g] || v != m.i[g] && (v^m.flip > m.i[g]^m.flip) == m.max {
		m.i[g], m.has[g] = v, true
	}
}

func (m *minMax) putFloat(g int32, v float64) {
	if !m.has[g] || m.max && !floatLt(v, m.f[g]) || !m.max && !floatLt(m.f[g], v) {
		m.f[g], m.has[g] = v, true
	}
}

func (m *minMax) putText(g int32, v string) {
	if m.has[g] {
		if m.t == tBpchar {
			order := types.Compare(m.t, types.Text(v), types.Text(m.s[g]))
			if order == 0 || (order > 0) != m.max {
				return
			}
		} else if v == m.s[g] || (v > m.s[g]) != m.max {
			return
		}
	}
	m.s[g], m.has[g] = v, true
}

func (m *minMax) putAny(g int32, v any) {
	if m.has[g] {
		order := types.Compare(m.t, types.Any(v), types.Any(m.a[g]))
		if order != 0 && (order > 0) != m.max {
			return // of equal values the last counts, whose scale may differ
		}
	}
	m.a[g], m.has[g] = v, true
}

// Merge adds other's groups.
func (m *minMax) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*minMax)
	for i, g := range groups {
		if !o.has[i] {
			continue
		}
		switch m.rep {
		case types.RepInt:
			m.putInt(g, o.i[i])
		case types.RepFloat:
			m.putFloat(g, o.f[i])
		case types.RepText:
			m.putText(g, o.s[i])
		default:
			if m.refused != nil && m.has[g] {
				return m.refused
			}
			m.putAny(g, o.a[i])
		}
	}
	return nil
}

// Result is NULL without a value.
func (m *minMax) Result(_ *Ctx, g int32) (datum, error) {
	if !m.has[g] {
		return null, nil
	}
	switch m.rep {
	case types.RepInt:
		return types.Int(m.i[g]), nil
	case types.RepFloat:
		return types.Float(m.f[g]), nil
	case types.RepText:
		return types.Text(m.s[g]), nil
	}
	return types.Any(m.a[g]), nil
}

// Size is the bytes held.
func (m *minMax) Size() int64 {
	n := sizeOf(m.has) + sizeOf(m.i) + sizeOf(m.f) + sizeOf(m.s) + 4*sizeOf(m.a)
	for _, s := range m.s {
		n += int64(len(s))
	}
	return n
}

// aggMinMaxFuncs are min and max of every ordered type.
func aggMinMaxFuncs() []Func {
	least, greatest := aggOf(newMinMax(false)), aggOf(newMinMax(true))
	return []Func{
		{
			OID: 2133, Name: "min", Args: oids{tInt2}, Ret: tInt2, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all smallint input values",
			Aggregate: least,
		},
		{
			OID: 2132, Name: "min", Args: oids{tInt4}, Ret: tInt4, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all integer input values",
			Aggregate: least,
		},
		{
			OID: 2131, Name: "min", Args: oids{tInt8}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all bigint input values",
			Aggregate: least,
		},
		{
			OID: 2134, Name: "min", Args: oids{tOID}, Ret: tOID, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all oid input values",
			Aggregate: least,
		},
		{
			OID: 2135, Name: "min", Args: oids{tFloat4}, Ret: tFloat4, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all float4 input values",
			Aggregate: least,
		},
		{
			OID: 2136, Name: "min", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all float8 input values",
			Aggregate: least,
		},
		{
			OID: 2138, Name: "min", Args: oids{tDate}, Ret: tDate, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all date input values",
			Aggregate: least,
		},
		{
			OID: 2139, Name: "min", Args: oids{tTime}, Ret: tTime, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all time input values",
			Aggregate: least,
		},
		{
			OID: 2140, Name: "min", Args: oids{tTimetz}, Ret: tTimetz, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all time with time zone input values",
			Aggregate: least,
		},
		{
			OID: 2142, Name: "min", Args: oids{tTimestamp}, Ret: tTimestamp, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all timestamp input values",
			Aggregate: least,
		},
		{
			OID: 2143, Name: "min", Args: oids{tTimestamptz}, Ret: tTimestamptz, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all timestamp with time zone input values",
			Aggregate: least,
		},
		{
			OID: 2144, Name: "min", Args: oids{tInterval}, Ret: tInterval, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all interval input values",
			Aggregate: least,
		},
		{
			OID: 2145, Name: "min", Args: oids{tText}, Ret: tText, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all text values",
			Aggregate: least,
		},
		{
			OID: 2146, Name: "min", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all numeric input values",
			Aggregate: least,
		},
		{
			OID: 2051, Name: "min", Args: oids{tAnyArray}, Ret: tAnyArray, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all anyarray input values",
			Aggregate: least,
		},
		{
			OID: 2245, Name: "min", Args: oids{tBpchar}, Ret: tBpchar, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all bpchar input values",
			Aggregate: least,
		},
		{
			OID: 5100, Name: "min", Args: oids{tXID8}, Ret: tXID8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all xid8 input values",
			Aggregate: least,
		},
		{
			OID: 2798, Name: "min", Args: oids{tTID}, Ret: tTID, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all tid input values",
			Aggregate: least,
		},
		{
			OID: 4190, Name: "min", Args: oids{tPgLSN}, Ret: tPgLSN, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "minimum value of all pg_lsn input values",
			Aggregate: least,
		},
		{
			OID: 2117, Name: "max", Args: oids{tInt2}, Ret: tInt2, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all smallint input values",
			Aggregate: greatest,
		},
		{
			OID: 2116, Name: "max", Args: oids{tInt4}, Ret: tInt4, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all integer input values",
			Aggregate: greatest,
		},
		{
			OID: 2115, Name: "max", Args: oids{tInt8}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all bigint input values",
			Aggregate: greatest,
		},
		{
			OID: 2118, Name: "max", Args: oids{tOID}, Ret: tOID, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all oid input values",
			Aggregate: greatest,
		},
		{
			OID: 2119, Name: "max", Args: oids{tFloat4}, Ret: tFloat4, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all float4 input values",
			Aggregate: greatest,
		},
		{
			OID: 2120, Name: "max", Args: oids{tFloat8}, Ret: tFloat8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all float8 input values",
			Aggregate: greatest,
		},
		{
			OID: 2122, Name: "max", Args: oids{tDate}, Ret: tDate, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all date input values",
			Aggregate: greatest,
		},
		{
			OID: 2123, Name: "max", Args: oids{tTime}, Ret: tTime, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all time input values",
			Aggregate: greatest,
		},
		{
			OID: 2124, Name: "max", Args: oids{tTimetz}, Ret: tTimetz, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all time with time zone input values",
			Aggregate: greatest,
		},
		{
			OID: 2126, Name: "max", Args: oids{tTimestamp}, Ret: tTimestamp, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all timestamp input values",
			Aggregate: greatest,
		},
		{
			OID: 2127, Name: "max", Args: oids{tTimestamptz}, Ret: tTimestamptz, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all timestamp with time zone input values",
			Aggregate: greatest,
		},
		{
			OID: 2128, Name: "max", Args: oids{tInterval}, Ret: tInterval, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all interval input values",
			Aggregate: greatest,
		},
		{
			OID: 2129, Name: "max", Args: oids{tText}, Ret: tText, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all text input values",
			Aggregate: greatest,
		},
		{
			OID: 2130, Name: "max", Args: oids{tNumeric}, Ret: tNumeric, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all numeric input values",
			Aggregate: greatest,
		},
		{
			OID: 2050, Name: "max", Args: oids{tAnyArray}, Ret: tAnyArray, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all anyarray input values",
			Aggregate: greatest,
		},
		{
			OID: 2244, Name: "max", Args: oids{tBpchar}, Ret: tBpchar, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all bpchar input values",
			Aggregate: greatest,
		},
		{
			OID: 5099, Name: "max", Args: oids{tXID8}, Ret: tXID8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all xid8 input values",
			Aggregate: greatest,
		},
		{
			OID: 2797, Name: "max", Args: oids{tTID}, Ret: tTID, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all tid input values",
			Aggregate: greatest,
		},
		{
			OID: 4189, Name: "max", Args: oids{tPgLSN}, Ret: tPgLSN, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "maximum value of all pg_lsn input values",
			Aggregate: greatest,
		},
	}
}
