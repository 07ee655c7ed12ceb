package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// rowShape is the row that the populating functions make: by a column
// definition list, or the row that is their first argument.
type rowShape struct {
	names   []string
	types   []types.OID
	typmods []datum // nil: none
	base    []datum // nil: NULLs
}

// populate reads rows of a shape out of JSON.
type populate struct {
	fn     string
	binary bool // jsonb
	based  bool // the first argument is a row
	args   int
}

// shape reads the arguments that say what row is wanted. A column definition
// list arrives behind the declared arguments: see Func.Shaped.
func (p *populate) shape(a []datum) (*rowShape, error) {
	s := &rowShape{}
	var base *types.Record
	if p.based && !a[0].Null {
		base = a[0].A.(*types.Record)
		s.names, s.types, s.base = recordNames(base), base.Types, base.Vals
	}
	if len(a) > p.args {
		r := a[p.args].A.(*types.Record)
		s.names, s.types, s.typmods = r.Names, r.Types, arr(a[p.args+1]).Elems
		if base != nil && !sameTypes(base.Types, r.Types) {
			return nil, sqlerr.New(sqlerr.DatatypeMismatch, "function return row and query-specified return row do not match")
		}
		return s, nil
	}
	if base == nil {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "could not determine row type for result of %s", p.fn).
			WithHint("Provide a non-null record argument, or call the function in the FROM clause using a column definition list.")
	}
	return s, nil
}

func sameTypes(a, b []types.OID) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func recordNames(r *types.Record) []string {
	if len(r.Names) == len(r.Types) {
		return r.Names
	}
	out := make([]string, len(r.Types))
	for i := range out {
		out[i] = "f" + itoa(i+1)
	}
	return out
}

// json is the argument that is taken apart.
func (p *populate) json(a []datum) datum {
	if p.based {
		return a[1]
	}
	return a[0]
}

func (p *populate) row(c *Ctx, a []datum) (datum, error) {
	s, err := p.shape(a)
	if err != nil {
		return null, err
	}
	j := p.json(a)
	if j.Null {
		if p.based {
			return a[0], nil
		}
		return null, nil
	}
	vals, err := p.values(c, s, j.S)
	if err != nil {
		return null, err
	}
	return types.Any(&types.Record{Types: s.types, Names: s.names, Vals: vals}), nil
}

func (p *populate) set(scalar bool) SetFunc {
	return func(c *Ctx, a []datum) (SetIter, error) {
		s, err := p.shape(a)
		j := p.json(a)
		if err != nil || j.Null {
			return newSliceIter(nil), err
		}
		l := openJSON(j.S)
		if l.kind != '[' {
			switch {
			case p.binary:
				return nil, errJSON("cannot call %s on a non-array", p.fn)
			case l.kind == '{':
				return nil, errJSON("cannot call %s on an object", p.fn)
			}
			return nil, errJSON("cannot call %s on a scalar", p.fn)
		}
		return &populateIter{c: c, p: p, shape: s, rest: l.vals, scalar: scalar && len(a) <= p.args}, nil
	}
}

// populateIter makes a row of each element, as one datum when the call stands
// for a row value.
type populateIter struct {
	c      *Ctx
	p      *populate
	shape  *rowShape
	rest   []string
	scalar bool
}

// Next returns the next row.
func (it *populateIter) Next() ([]datum, bool, error) {
	if len(it.rest) == 0 {
		return nil, false, nil
	}
	v := it.rest[0]
	it.rest = it.rest[1:]
	if jsonKind(v) != '{' {
		return nil, false, errJSON("argument of %s must be an array of objects", it.p.fn)
	}
	vals, err := it.p.values(it.c, it.shape, v)
	if err != nil {
		return nil, false, err
	}
	if it.scalar {
		vals = []datum{types.Any(&types.Record{Types: it.shape.types, Names: it.shape.names, Vals: vals})}
	}
	return vals, true, nil
}

// values are a row's columns: of members that are missing, those of the base.
func (p *populate) values(c *Ctx, s *rowShape, j string) ([]datum, error) {
	l := openJSON(j)
	switch l.kind {
	case '[':
		return nil, errJSON("cannot call populate_composite on an array")
	case 's':
		return nil, errJSON("cannot call populate_composite on a scalar")
	}
	out := make([]datum, len(s.types))
	for i, name := range s.names {
		out[i] = null
		k := l.find(name)
		if k < 0 {
			if s.base != nil {
				out[i] = s.base[i]
			}
			continue
		}
		typmod := int32(-1)
		if s.typmods != nil {
			typmod = int32(s.typmods[i].I)
		}
		var err error
		if out[i], err = p.value(c, s.types[i], typmod, l.vals[k], name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// value reads one member as a value of type t.
func (p *populate) value(c *Ctx, t types.OID, typmod int32, v, name string) (datum, error) {
	kind := jsonKind(v)
	switch {
	case kind == 'n':
		return null, nil
	case t == tJSON:
		return types.Text(v), nil
	case t == tJSONB:
		return types.ParseText(tJSONB, -1, v, &c.Format)
	case types.IsArray(t) && kind != '"':
		a := arrayFiller{c: c, p: p, elem: types.ElemOf(t), typmod: typmod, name: name, ndim: -1}
		return a.fill(v)
	case kind == '"':
		v = jsonString(v)
	}
	return types.ParseText(t, typmod, v, &c.Format)
}

// arrayFiller reads JSON arrays as an array of one or more dimensions. The
// first path down to what is no array tells how many there are.
type arrayFiller struct {
	c      *Ctx
	p      *populate
	elem   types.OID
	typmod int32
	name   string
	ndim   int // -1: not known yet
	dims   []int
	sizes  []int // of the arrays that are being read
	elems  []datum
}

func (f *arrayFiller) fill(v string) (datum, error) {
	if err := f.level(v, 1); err != nil {
		return null, err
	}
	out := &types.Array{Elem: f.elem}
	if len(f.elems) == 0 {
		return types.Any(out), nil
	}
	for i, n := range f.dims {
		if i == 0 {
			n = f.sizes[0]
		}
		out.Dims, out.Lbound = append(out.Dims, int32(n)), append(out.Lbound, 1)
	}
	out.Elems = f.elems
	return types.Any(out), nil
}

func (f *arrayFiller) level(v string, depth int) error {
	if jsonKind(v) != '[' {
		return f.expectedArray(depth - 1)
	}
	l := openJSON(v)
	if f.ndim < 0 {
		if len(l.vals) == 0 || jsonKind(l.vals[0]) != '[' {
			f.ndim = depth
			f.dims, f.sizes = make([]int, depth), make([]int, depth)
			for i := range f.dims {
				f.dims[i] = -1
			}
		}
	}
	for _, e := range l.vals {
		if f.ndim > 0 && depth >= f.ndim {
			d, err := f.p.value(f.c, f.elem, f.typmod, e, f.name)
			if err != nil {
				return err
			}
			f.elems = append(f.elems, d)
			f.sizes[depth-1]++
			continue
		}
		if err := f.level(e, depth+1); err != nil {
			return err
		}
		if err := f.endOf(depth); err != nil {
			return err
		}
	}
	return nil
}

// endOf compares the size of an array that has been read with its like.
func (f *arrayFiller) endOf(depth int) error {
	size := f.sizes[depth]
	if f.dims[depth] >= 0 && f.dims[depth] != size {
		return sqlerr.New(sqlerr.InvalidTextRepresentation, "malformed JSON array").
			WithDetail("Multidimensional arrays must have sub-arrays with matching dimensions.")
	}
	f.dims[depth], f.sizes[depth] = size, 0
	f.sizes[depth-1]++
	return nil
}

func (f *arrayFiller) expectedArray(depth int) error {
	e := sqlerr.New(sqlerr.InvalidTextRepresentation, "expected JSON array")
	if depth <= 0 {
		return e.WithHint("See the value of key \"%s\".", f.name)
	}
	var at strings.Builder
	for i := range depth {
		n := 0
		if i < len(f.sizes) {
			n = f.sizes[i]
		}
		at.WriteString("[" + itoa(n) + "]")
	}
	return e.WithHint("See the array element %s of key \"%s\".", at.String(), f.name)
}

// bindRow and bindSet refuse a first argument that is no row.
func (p *populate) bindRow(args []types.OID, _ types.OID) RowFunc {
	if err := p.check(args); err != nil {
		return func(*Ctx, []datum) (datum, error) { return null, err }
	}
	return p.row
}

func (p *populate) bindSet(args []types.OID, _ types.OID) SetFunc {
	if err := p.check(args); err != nil {
		return func(*Ctx, []datum) (SetIter, error) { return nil, err }
	}
	return p.set(true)
}

func (p *populate) check(args []types.OID) error {
	if p.based && args[0] != tRecord {
		return sqlerr.New(sqlerr.DatatypeMismatch, "first argument of %s must be a row type", p.fn)
	}
	return nil
}

// jsonPopulateFuncs turn JSON into rows.
func jsonPopulateFuncs() []Func {
	var out []Func
	for _, d := range []struct {
		oid       types.OID
		name, doc string
		args      oids
		set       bool
	}{
		{3960, "json_populate_record", "get record fields from a json object", oids{tAnyElement, tJSON, tBool}, false},
		{3961, "json_populate_recordset", "get set of records with fields from a json array of objects", oids{tAnyElement, tJSON, tBool}, true},
		{3209, "jsonb_populate_record", "get record fields from a jsonb object", oids{tAnyElement, tJSONB}, false},
		{3475, "jsonb_populate_recordset", "get set of records with fields from a jsonb array of objects", oids{tAnyElement, tJSONB}, true},
		{3204, "json_to_record", "get record fields from a json object", oids{tJSON}, false},
		{3205, "json_to_recordset", "get set of records with fields from a json array of objects", oids{tJSON}, true},
		{3490, "jsonb_to_record", "get record fields from a jsonb object", oids{tJSONB}, false},
		{3491, "jsonb_to_recordset", "get set of records with fields from a jsonb array of objects", oids{tJSONB}, true},
	} {
		p := &populate{fn: d.name, binary: strings.HasPrefix(d.name, "jsonb"), based: d.args[0] == tAnyElement, args: len(d.args)}
		f := Func{
			OID: d.oid, Name: d.name, Args: d.args, Ret: tRecord, RetSet: d.set, Kind: Scalar, NotStrict: p.based || d.set, Volatility: 's',
			Doc: d.doc, Shaped: true,
		}
		if p.based {
			f.Ret = tAnyElement
		}
		if len(d.args) == 3 {
			f.ArgNames, f.Defaults = names{"base", "from_json", "use_json_as_text"}, datums{types.Bool(false)}
		}
		if d.set {
			f.BindSet = p.bindSet
		} else {
			f.Bind = p.bindRow
		}
		out = append(out, f)
	}
	return out
}
