package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// A relation's name is also that of its rows' type. Values of such a type are
// records; what their fields are, the binder keeps beside the expression.

// rowType returns the relation that a type's name means; nil when it is a type's.
func (b *binder) rowType(n *pg.TypeName) *catalog.Relation {
	names, _ := fieldNames(n.Names)
	if n.Setof || n.PctType || len(n.Typmods) > 0 || len(names) > 2 || b.ctx.Catalog == nil {
		return nil
	}
	schema, name := "", names[len(names)-1]
	if len(names) == 2 {
		schema = names[0]
	}
	if _, ok := types.ByName(schema, name); ok {
		return nil
	}
	rv := &pg.RangeVar{Schemaname: schema, Relname: name, Location: n.Location}
	if b.within != nil { // a view's query means what it meant when it was made
		if _, ok := b.within.Find(schema, name); ok {
			return b.used(rv)
		}
	}
	path := b.ctx.SearchPath
	if schema != "" {
		path = []string{schema}
	}
	for _, at := range path {
		if rl, ok := b.ctx.Catalog.Named(at, name); ok && rl.Kind != 'S' {
			b.use(rl.OID)
			return b.relation(rv)
		}
	}
	return nil
}

// shapeOfRelation describes rows of a relation.
func shapeOfRelation(rl *catalog.Relation) *rowShape {
	sh := &rowShape{of: rl.Name, row: catalog.RowType(rl), array: catalog.RowArrayType(rl)}
	for i := range rl.Columns {
		c := &rl.Columns[i]
		sh.names, sh.types, sh.typmods = append(sh.names, c.Name), append(sh.types, c.Type), append(sh.typmods, c.Typmod)
	}
	return sh
}

// castToRow binds a cast to the type of a relation's rows, or to arrays of them.
func (s *scope) castToRow(n *pg.TypeCast, rl *catalog.Relation) Expr {
	sh := shapeOfRelation(rl)
	location := n.Location
	if location < 0 {
		location = n.TypeName.Location
	}
	if len(n.TypeName.ArrayBounds) == 0 {
		return s.toRow(s.expr(n.Arg), rl, sh, location)
	}
	out := &ArrayExpr{OID: types.OIDRecordArray}
	switch arr := n.Arg.GetAArrayExpr(); {
	case arr != nil:
		for _, e := range arr.Elements {
			out.Elems = append(out.Elems, s.toRow(s.expr(e), rl, sh, location))
		}
		s.b.shape(out, sh)
		return out
	default:
		e := s.expr(n.Arg)
		if c, ok := e.(*Const); ok && c.OID == types.OIDUnknown && !c.Value.Null {
			return s.rowsConst(c, sh)
		}
		if c, ok := e.(*Const); ok && c.OID == types.OIDUnknown && c.Value.Null {
			null := &Const{Value: types.NullDatum, OID: types.OIDRecordArray, Typmod: -1}
			s.b.shape(null, sh)
			return null
		}
		if typeOf(e) == types.OIDRecordArray && sh.equal(s.b.shapeOf(e)) {
			return e
		}
		s.failAt(location, sqlerr.CannotCoerce, "cannot cast type %s to %s[]", types.FormatTypeBare(typeOf(e)), rl.Name)
	}
	return nil
}

// shape notes the fields of a record, or of the records of an array.
func (b *binder) shape(e Expr, sh *rowShape) {
	if b.shapes == nil {
		b.shapes = map[Expr]*rowShape{}
	}
	b.shapes[e] = sh
}

func (sh *rowShape) equal(other *rowShape) bool {
	if other == nil || len(sh.types) != len(other.types) {
		return false
	}
	for i, t := range sh.types {
		if other.types[i] != t {
			return false
		}
	}
	return true
}

// toRow converts a value to a row of a relation.
func (s *scope) toRow(e Expr, rl *catalog.Relation, sh *rowShape, location int32) Expr {
	switch x := e.(type) {
	case *Const:
		if x.OID == types.OIDUnknown {
			return s.b.note(s.rowConst(x, sh), form{rowOf: rl, literal: true})
		}
	case *RowExpr:
		if of := s.b.forms[x].whole; of != nil && of.rel != nil && of.rel.OID == rl.OID { // shown as what it is
			return x
		}
		return s.rowOfElems(x, rl, sh, location)
	}
	if typeOf(e) == types.OIDRecord && sh.equal(s.b.shapeOf(e)) {
		return e
	}
	s.failAt(location, sqlerr.CannotCoerce, "cannot cast type %s to %s", types.FormatTypeBare(typeOf(e)), rl.Name)
	return nil
}

// rowConst reads a row's text, or NULL.
func (s *scope) rowConst(c *Const, sh *rowShape) Expr {
	if c.Value.Null {
		out := &Const{Value: types.NullDatum, OID: types.OIDRecord, Typmod: -1}
		s.b.shape(out, sh)
		return out
	}
	r, err := types.ParseRecord(sh.types, sh.typmods, c.Value.S, s.b.ctx.Format)
	if err != nil {
		fail(s.b.at(s.b.loc[c], sqlerr.From(err)))
	}
	out := &RowExpr{Names: sh.names}
	for i, v := range r.Vals {
		out.Elems = append(out.Elems, &Const{Value: v, OID: sh.types[i], Typmod: sh.typmods[i]})
	}
	s.b.collateRow(out)
	s.b.shape(out, sh)
	return out
}

// rowsConst reads the text of an array of rows.
func (s *scope) rowsConst(c *Const, sh *rowShape) Expr {
	d, err := types.ParseText(types.OIDTextArray, -1, c.Value.S, s.b.ctx.Format)
	if err != nil {
		fail(s.b.at(s.b.loc[c], sqlerr.From(err)))
	}
	arr := d.A.(*types.Array)
	if len(arr.Dims) > 1 {
		s.failAt(s.b.loc[c], sqlerr.FeatureNotSupported, "an array of rows with several dimensions is not supported")
	}
	out := &ArrayExpr{OID: types.OIDRecordArray}
	for _, v := range arr.Elems {
		one := &Const{Value: v, OID: types.OIDUnknown, Typmod: -1}
		s.b.loc[one] = s.b.loc[c]
		out.Elems = append(out.Elems, s.rowConst(one, sh))
	}
	s.b.shape(out, sh)
	return out
}

// rowOfElems converts ROW(…) field by field.
func (s *scope) rowOfElems(x *RowExpr, rl *catalog.Relation, sh *rowShape, location int32) Expr {
	cannot := sqlerr.New(sqlerr.CannotCoerce, "cannot cast type record to %s", rl.Name)
	switch {
	case len(x.Elems) < len(sh.types):
		fail(s.b.at(location, cannot.WithDetail("Input has too few columns.")))
	case len(x.Elems) > len(sh.types):
		fail(s.b.at(location, cannot.WithDetail("Input has too many columns.")))
	}
	out := &RowExpr{Names: sh.names}
	for i, e := range x.Elems {
		v := s.b.coerce(e, sh.types[i], sh.typmods[i], explicit)
		if v == nil {
			fail(s.b.at(location, cannot.WithDetail("Cannot cast type %s to %s in column %d.",
				types.FormatTypeBare(typeOf(e)), types.FormatTypeBare(sh.types[i]), i+1)))
		}
		out.Elems = append(out.Elems, v)
	}
	s.b.collateRow(out)
	s.b.shape(out, sh)
	return s.b.note(out, form{rowOf: rl})
}

// argShape are the fields of what is made of records: those of the first argument
// that is one of a relation's rows, or an array of them. Of other records only
// the expression that makes them knows the fields.
func (b *binder) argShape(args []Expr) *rowShape {
	for _, a := range args {
		if t := typeOf(a); t == types.OIDRecord || t == types.OIDRecordArray {
			if sh := b.shapeOf(a); sh != nil && sh.of != "" {
				return sh
			}
		}
	}
	return nil
}

// shapedCall hands the fields of a row type on to a function that makes its rows
// by a row which may be NULL: see functions.Func.Shaped.
func (b *binder) shapedCall(fn *functions.Func, args []Expr) []Expr {
	if !fn.Shaped || len(args) == 0 || b.showing() {
		return args
	}
	sh := b.shapes[args[0]]
	if sh == nil {
		return args
	}
	row := &types.Record{Names: sh.names, Types: sh.types, Vals: make([]types.Datum, len(sh.types))}
	modifiers := make([]types.Datum, len(sh.types))
	for i := range sh.types {
		row.Vals[i], modifiers[i] = types.NullDatum, types.Int(int64(sh.typmods[i]))
	}
	return append(append([]Expr(nil), args...),
		&Const{Value: types.Any(row), OID: types.OIDRecord, Typmod: -1},
		&Const{Value: types.Any(types.NewArray(types.OIDInt4, modifiers)), OID: types.OIDInt4Array, Typmod: -1})
}

// noteArgShape remembers the fields of what an aggregate or a window function
// makes of records.
func (b *binder) noteArgShape(id int, t types.OID, args []Expr) {
	if t != types.OIDRecord && t != types.OIDRecordArray {
		return
	}
	if sh := b.argShape(args); sh != nil {
		b.fields[id] = sh
	}
}
