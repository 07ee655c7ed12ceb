package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// indirection binds (x).field, x[i] and x[lo:hi], in any chain.
func (s *scope) indirection(n *pg.A_Indirection) Expr {
	e := s.expr(n.Arg)
	var subs []*pg.A_Indices
	flush := func() {
		if len(subs) > 0 {
			e = s.subscript(e, subs, locateBound(n.Arg))
			subs = nil
		}
	}
	for _, step := range n.Indirection {
		switch x := step.GetNode().(type) {
		case *pg.Node_AIndices:
			subs = append(subs, x.AIndices)
		case *pg.Node_String_:
			flush()
			if system := s.systemField(n.Arg, e, x.String_.Sval); system != nil {
				e = system
				continue
			}
			e = s.b.field(e, x.String_.Sval, locate(n.Arg))
		default:
			s.failAt(locate(n.Arg), sqlerr.FeatureNotSupported, "row expansion via \"*\" is not supported here")
		}
	}
	flush()
	return e
}

// systemField binds (item).name of a system column; nil: it is none.
func (s *scope) systemField(arg *pg.Node, e Expr, name string) Expr {
	row, ok := e.(*RowExpr)
	ref := arg.GetColumnRef()
	if !ok || ref == nil || s.b.rows[row] == "" || systemColumnNamed(name) == nil || indexOf(row.Names, name) >= 0 {
		return nil
	}
	names, _ := fieldNames(ref.Fields)
	schema := ""
	if len(names) > 1 {
		schema = names[len(names)-2]
	}
	it := s.item(schema, names[len(names)-1], ref.Location)
	if it == nil {
		return nil
	}
	return s.systemColumn(it, name, ref.Location)
}

// field binds (record).name.
func (b *binder) field(e Expr, name string, location int32) Expr {
	if typeOf(e) != types.OIDRecord {
		b.failAt(location, sqlerr.WrongObjectType, "column notation .%s applied to type %s, which is not a composite type",
			name, types.FormatTypeBare(typeOf(e)))
	}
	sh := b.shapeOf(e)
	if sh == nil {
		b.failAt(location, sqlerr.UndefinedColumn, `could not identify column "%s" in record data type`, name)
	}
	i := indexOf(sh.names, name)
	if i < 0 {
		if row, ok := e.(*RowExpr); ok && b.rows[row] != "" {
			b.failAt(location, sqlerr.UndefinedColumn, "column %s.%s does not exist", b.rows[row], name)
		}
		if sh.of != "" {
			b.failAt(location, sqlerr.UndefinedColumn, `column "%s" not found in data type %s`, name, sh.of)
		}
		b.failAt(location, sqlerr.UndefinedColumn, `could not identify column "%s" in record data type`, name)
	}
	if row, ok := e.(*RowExpr); ok && volatility(row) != 'v' && (b.shown == nil || b.forms[e].whole != nil) {
		return row.Elems[i]
	}
	out := b.note(&Field{Arg: e, Index: i, OID: sh.types[i]}, form{names: []string{name}})
	if in := sh.rows[i]; in != nil {
		b.shape(out, in)
	}
	return out
}

// subscript binds a[i][j] or, when any bound has a colon, a slice.
func (s *scope) subscript(e Expr, subs []*pg.A_Indices, location int32) Expr {
	t := typeOf(e)
	if t == types.OIDJSONB {
		return s.jsonSubscript(e, subs, location)
	}
	elem := types.ElemOf(t)
	raw := types.RawElem(t)
	if raw != 0 {
		elem = raw
	}
	if t == types.OIDInt2Vector || t == types.OIDOIDVector {
		t = types.ArrayOf(elem) // a slice of one is an array
	}
	if elem == 0 {
		s.failAt(location, sqlerr.DatatypeMismatch, "cannot subscript type %s because it does not support subscripting", types.FormatTypeBare(t))
	}
	if len(subs) > maxDims {
		s.failAt(location, sqlerr.ProgramLimitExceeded, "number of array dimensions (%d) exceeds the maximum allowed (%d)", len(subs), maxDims)
	}
	out := &Subscript{Arg: e, OID: elem}
	for _, x := range subs {
		out.Slice = out.Slice || x.IsSlice
	}
	if out.Slice {
		if raw != 0 {
			fail(sqlerr.New(sqlerr.FeatureNotSupported, "slices of fixed-length arrays not implemented"))
		}
		out.OID = t
	}
	for _, x := range subs {
		upper, lower := s.bound(x.Uidx), s.bound(x.Lidx)
		if out.Slice && !x.IsSlice {
			lower = &Const{Value: types.Int(1), OID: types.OIDInt4, Typmod: -1}
		}
		out.Index = append(out.Index, upper)
		if out.Slice {
			out.Lower = append(out.Lower, lower)
		}
	}
	return out
}

// maxDims is PostgreSQL's bound on dimensions.
const maxDims = 6

func (s *scope) bound(n *pg.Node) Expr {
	if n == nil {
		return nil
	}
	e := s.expr(n)
	out := Expr(nil)
	if t := typeOf(e); t == types.OIDUnknown || canCoerce([]types.OID{t}, []types.OID{types.OIDInt4}, assignment) {
		out = s.b.coerce(e, types.OIDInt4, -1, assignment)
	}
	if out == nil {
		s.failAt(locate(n), sqlerr.DatatypeMismatch, "array subscript must have type integer")
	}
	return out
}

// jsonSubscript is jsonb's value['key'][0], the same as #>.
func (s *scope) jsonSubscript(e Expr, subs []*pg.A_Indices, location int32) Expr {
	if s.b.showing() {
		return s.shownKeys(e, subs)
	}
	path := &ArrayExpr{OID: types.OIDTextArray}
	for _, x := range subs {
		if x.IsSlice {
			s.failAt(location, sqlerr.DatatypeMismatch, "jsonb subscript does not support slices")
		}
		k := s.expr(x.Uidx)
		c := s.b.coerce(k, types.OIDText, -1, explicit)
		if c == nil {
			s.failAt(locate(x.Uidx), sqlerr.DatatypeMismatch, "subscript type %s is not supported", types.FormatTypeBare(typeOf(k)))
		}
		path.Elems = append(path.Elems, c)
	}
	return s.b.binary("#>", e, path, location)
}

// shownKeys keeps jsonb's subscripts: they are numbers or texts.
func (s *scope) shownKeys(e Expr, subs []*pg.A_Indices) Expr {
	out := &Subscript{Arg: e, OID: types.OIDJSONB}
	for _, x := range subs {
		k, t := s.expr(x.Uidx), types.OIDText
		if canCoerce([]types.OID{typeOf(k)}, []types.OID{types.OIDInt4}, implicit) && typeOf(k) != types.OIDUnknown {
			t = types.OIDInt4
		}
		out.Index = append(out.Index, s.b.coerce(k, t, -1, implicit))
	}
	return out
}

// star expands * or t.*.
func (s *scope) star(n *pg.ColumnRef) []itemCol {
	names, _ := fieldNames(n.Fields)
	if len(names) == 0 {
		var out []itemCol
		for _, it := range s.items {
			if it.open {
				out = append(out, it.cols...)
			}
		}
		if len(s.items) == 0 {
			s.failAt(n.Location, sqlerr.SyntaxError, "SELECT * with no tables specified is not valid")
		}
		return s.locatedCols(out, n.Location)
	}
	table := names[len(names)-1]
	it := s.starItem(names, n.Location)
	if it == nil {
		if len(names) == 1 {
			if e := s.column(table, n.Location); e != nil && typeOf(e) == types.OIDRecord {
				return s.b.expand(e, n.Location)
			}
		}
		if e := s.variable(names, n.Location); e != nil {
			return s.b.expand(e, n.Location)
		}
		s.missingItem(table, n.Location)
	}
	return s.locatedCols(it.cols, n.Location)
}

// starItem is the item that the names before .* mean; nil: there is none.
func (s *scope) starItem(names []string, location int32) *item {
	switch len(names) {
	case 0:
		return nil
	case 1:
		return s.item("", names[0], location)
	}
	return s.item(names[len(names)-2], names[len(names)-1], location)
}

func (s *scope) locatedCols(cols []itemCol, location int32) []itemCol {
	var out []itemCol
	for _, c := range cols {
		if !c.unlisted {
			out = append(out, itemCol{name: c.name, expr: s.b.located(c.expr, location)})
		}
	}
	return out
}

// expand makes columns of a record's fields, for (x).*.
func (b *binder) expand(e Expr, location int32) []itemCol {
	sh := b.shapeOf(e)
	if sh == nil {
		b.failAt(location, sqlerr.FeatureNotSupported, "record type has not been registered")
	}
	out := make([]itemCol, len(sh.names))
	for i, name := range sh.names {
		out[i] = itemCol{name: name, expr: b.field(e, name, location)}
		if row, ok := e.(*RowExpr); ok && b.shown == nil {
			out[i].expr = row.Elems[i]
		}
	}
	return out
}
