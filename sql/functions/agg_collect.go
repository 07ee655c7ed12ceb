package functions

import (
	"slices"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// stringAgg joins texts. The first value's separator is kept apart, since a
// merge may put other values before it.
type stringAgg struct {
	buf   [][]byte
	first []int32 // length of the leading separator; -1 no value yet, stored +1
	bytes int64
}

// Grow makes room for groups.
func (s *stringAgg) Grow(n int) { s.buf, s.first = growTo(s.buf, n), growTo(s.first, n) }

// Add takes rows (value, separator).
func (s *stringAgg) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		if nullAt(args[0], i) {
			continue
		}
		sep := ""
		if !nullAt(args[1], i) {
			sep = at(args[1].S, i)
		}
		v := at(args[0].S, i)
		if s.first[g] == 0 {
			s.first[g] = int32(len(sep)) + 1
		}
		if len(s.buf[g])+len(sep)+len(v) > maxText {
			return errTextLen()
		}
		s.buf[g] = append(append(s.buf[g], sep...), v...)
		s.bytes += int64(len(sep) + len(v))
	}
	return nil
}

// Merge appends other's groups.
func (s *stringAgg) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*stringAgg)
	for i, g := range groups {
		if o.first[i] == 0 {
			continue
		}
		if s.first[g] == 0 {
			s.first[g] = o.first[i]
		}
		if len(s.buf[g])+len(o.buf[i]) > maxText {
			return errTextLen()
		}
		s.buf[g] = append(s.buf[g], o.buf[i]...)
		s.bytes += int64(len(o.buf[i]))
	}
	return nil
}

// Result is NULL without a value.
func (s *stringAgg) Result(_ *Ctx, g int32) (datum, error) {
	if s.first[g] == 0 {
		return null, nil
	}
	return types.Text(string(s.buf[g][s.first[g]-1:])), nil
}

// Size is the bytes held.
func (s *stringAgg) Size() int64 { return sizeOf(s.buf) + sizeOf(s.first) + 2*s.bytes }

// collect keeps a group's values, NULLs too: array_agg and the json ones.
type collect struct {
	args   []types.OID
	vals   [][]datum // width per row
	width  int
	held   int64
	check  func(first, row []datum) error // of the group
	finish func(c *Ctx, args []types.OID, vals []datum) (datum, error)
}

// Grow makes room for groups.
func (s *collect) Grow(n int) { s.vals = growTo(s.vals, n) }

// Add takes rows.
func (s *collect) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		for k := range s.width {
			d := datumAt(args[k], i)
			s.vals[g] = append(s.vals[g], d)
			s.held += int64(64 + len(d.S))
		}
		if s.check != nil {
			if err := s.check(s.vals[g], s.vals[g][len(s.vals[g])-s.width:]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Merge appends other's groups.
func (s *collect) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*collect)
	for i, g := range groups {
		s.vals[g] = append(s.vals[g], o.vals[i]...)
	}
	s.held += o.held
	return nil
}

// Result is NULL without a row.
func (s *collect) Result(c *Ctx, g int32) (datum, error) {
	if len(s.vals[g]) == 0 {
		return null, nil
	}
	return s.finish(c, s.args, s.vals[g])
}

// Size is the bytes held.
func (s *collect) Size() int64 { return sizeOf(s.vals) + s.held }

func aggCollect(width int, check func(first, row []datum) error, finish func(*Ctx, []types.OID, []datum) (datum, error)) *Aggregate {
	return aggOf(func(args []types.OID) State {
		return &collect{args: args, width: width, check: check, finish: finish}
	})
}

func finishArray(_ *Ctx, args []types.OID, vals []datum) (datum, error) {
	if len(vals) > maxArray {
		return null, errArraySize()
	}
	return types.Any(newArray(args[0], slices.Clone(vals))), nil
}

func finishArrays(_ *Ctx, args []types.OID, vals []datum) (datum, error) {
	a, err := types.Stack(types.ElemOf(args[0]), vals)
	return types.Any(a), err
}

func checkStackable(first, row []datum) error { return types.Stackable(first[0], row[0]) }

func checkKey(_, row []datum) error {
	if row[0].Null {
		return sqlerr.New(sqlerr.InvalidParameterValue, "field name must not be null")
	}
	return nil
}

func finishJSON(c *Ctx, args []types.OID, vals []datum) (datum, error) {
	sep := ", "
	if types.IsArray(args[0]) || args[0] == tRecord {
		sep = ", \n " // PostgreSQL breaks lines between compound elements
	}
	b := []byte{'['}
	var err error
	for i, v := range vals {
		if i > 0 {
			b = append(b, sep...)
		}
		if b, err = appendJSON(c, b, args[0], v, ","); err != nil {
			return null, err
		}
	}
	return types.Text(string(append(b, ']'))), nil
}

func finishJSONB(c *Ctx, args []types.OID, vals []datum) (datum, error) {
	l := jsonLevel{kind: '['}
	for _, v := range vals {
		s, err := toJSONB(c, args[0], v)
		if err != nil {
			return null, err
		}
		l.vals = append(l.vals, s)
	}
	return types.Text(l.jsonb()), nil
}

func finishJSONObject(c *Ctx, args []types.OID, vals []datum) (datum, error) {
	b := []byte("{ ")
	for i := 0; i < len(vals); i += 2 {
		if i > 0 {
			b = append(b, ", "...)
		}
		k, err := jsonKey(c, args[0], vals[i])
		if err != nil {
			return null, err
		}
		b = append(jsonpath.AppendQuoted(b, k), " : "...)
		if b, err = appendJSON(c, b, args[1], vals[i+1], ","); err != nil {
			return null, err
		}
	}
	return types.Text(string(append(b, " }"...))), nil
}

func finishJSONBObject(c *Ctx, args []types.OID, vals []datum) (datum, error) {
	l := jsonLevel{kind: '{'}
	for i := 0; i < len(vals); i += 2 {
		k, err := jsonKey(c, args[0], vals[i])
		if err != nil {
			return null, err
		}
		v, err := toJSONB(c, args[1], vals[i+1])
		if err != nil {
			return null, err
		}
		l.keys, l.vals = append(l.keys, k), append(l.vals, v)
	}
	return types.Text(l.jsonb()), nil
}

// aggCollectFuncs are the aggregates that keep their input.
func aggCollectFuncs() []Func {
	return []Func{
		{
			OID: 3538, Name: "string_agg", Args: oids{tText, tText}, Ret: tText, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "concatenate aggregate input into a string",
			Aggregate: agg(func() State { return &stringAgg{} }),
		},
		{
			OID: 3545, Name: "string_agg", Args: oids{tBytea, tBytea}, Ret: tBytea, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "concatenate aggregate input into a bytea",
			Aggregate: agg(func() State { return &stringAgg{} }),
		},
		{
			OID: 2335, Name: "array_agg", Args: oids{tAnyNonArray}, Ret: tAnyArray, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "concatenate aggregate input into an array",
			Aggregate: aggCollect(1, nil, finishArray),
		},
		{
			OID: 4053, Name: "array_agg", Args: oids{tAnyArray}, Ret: tAnyArray, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "concatenate aggregate input into an array",
			Aggregate: aggCollect(1, checkStackable, finishArrays),
		},
		{
			OID: 3175, Name: "json_agg", Args: oids{tAnyElement}, Ret: tJSON, Kind: Agg, NotStrict: true, Volatility: 's', Src: "aggregate_dummy", Doc: "aggregate input into json",
			Aggregate: aggCollect(1, nil, finishJSON),
		},
		{
			OID: 3267, Name: "jsonb_agg", Args: oids{tAnyElement}, Ret: tJSONB, Kind: Agg, NotStrict: true, Volatility: 's', Src: "aggregate_dummy", Doc: "aggregate input into jsonb",
			Aggregate: aggCollect(1, nil, finishJSONB),
		},
		{
			OID: 3197, Name: "json_object_agg", Args: oids{tAny, tAny}, Ret: tJSON, Kind: Agg, NotStrict: true, Volatility: 's', Src: "aggregate_dummy", Doc: "aggregate input into a json object",
			Aggregate: aggCollect(2, checkKey, finishJSONObject),
		},
		{
			OID: 3270, Name: "jsonb_object_agg", Args: oids{tAny, tAny}, Ret: tJSONB, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "aggregate inputs into jsonb object",
			Aggregate: aggCollect(2, checkKey, finishJSONBObject),
		},
	}
}
