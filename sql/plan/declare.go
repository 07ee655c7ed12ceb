package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/types"
)

// DeclaredType is a type as a declaration of a variable names it.
type DeclaredType struct {
	OID    types.OID
	Typmod int32
	// Domain is the domain that it is of, or the type of arrays of one; 0: none.
	Domain types.OID
	// NotNull is set of a domain that has no NULL.
	NotNull bool
	// Row are the columns of a row type; nil of others, and of a plain record.
	Row *RowType
}

// RowType are the columns of a relation's rows.
type RowType struct {
	Name    string
	Columns []RowColumn
}

// RowColumn is a column of a RowType.
type RowColumn struct {
	Name string
	Type DeclaredType
}

// DeclareType resolves the name of a type, as a variable is declared with.
func DeclareType(ctx BindContext, n *pg.TypeName) (t DeclaredType, err error) {
	b := newBinder(ctx, &parser.Statement{})
	defer b.recover(&err)
	if rl := b.rowsType(n); rl != nil {
		if len(n.ArrayBounds) > 0 {
			b.unsupported(-1, "a variable of an array of rows is")
		}
		return DeclaredRow(rl), nil
	}
	t.OID, t.Typmod = b.typ(n)
	if ty, ok := types.Lookup(t.OID); ok && ty.Kind == 'c' && len(n.ArrayBounds) == 0 {
		names, _ := fieldNames(n.Names)
		if rl := b.relationNamed(names); rl != nil {
			return DeclaredRow(rl), nil
		}
	}
	if d, array := b.domainType(n); d != nil {
		t.Domain, t.NotNull = d.OID, d.NotNull && !array
		if array {
			t.Domain = d.Array
		}
	}
	return t, nil
}

// DeclareRow resolves the name of a relation, for name%ROWTYPE; found is false when
// there is none.
func DeclareRow(ctx BindContext, names []string) (t DeclaredType, found bool, err error) {
	b := newBinder(ctx, &parser.Statement{})
	defer b.recover(&err)
	rl := b.relationNamed(names)
	if rl == nil {
		return t, false, nil
	}
	return DeclaredRow(rl), true, nil
}

// DeclareColumn resolves the name of a column behind that of its relation, for
// name%TYPE.
func DeclareColumn(ctx BindContext, names []string) (t DeclaredType, found bool, err error) {
	b := newBinder(ctx, &parser.Statement{})
	defer b.recover(&err)
	rl := b.relationNamed(names[:len(names)-1])
	if rl == nil {
		return t, false, nil
	}
	name := names[len(names)-1]
	for i := range rl.Columns {
		if rl.Columns[i].Name == name {
			return declaredColumn(&rl.Columns[i]), true, nil
		}
	}
	return t, false, nil
}

// relationNamed finds a relation by a name with or without its schema; nil: there is
// none.
func (b *binder) relationNamed(names []string) *catalog.Relation {
	path, name := b.ctx.SearchPath, names[len(names)-1]
	if len(names) > 1 {
		path = names[len(names)-2 : len(names)-1]
	}
	for _, schema := range path {
		if rl, ok := b.ctx.Catalog.Named(schema, name); ok && rl.Kind != 'S' {
			return b.relation(&pg.RangeVar{Schemaname: schema, Relname: name, Location: -1})
		}
	}
	return nil
}

func declaredColumn(c *catalog.Column) DeclaredType {
	return DeclaredType{OID: c.Type, Typmod: c.Typmod, Domain: c.Domain}
}

// DeclaredRow is the type of a relation's rows.
func DeclaredRow(rl *catalog.Relation) DeclaredType {
	row := &RowType{Name: rl.Name}
	for i := range rl.Columns {
		row.Columns = append(row.Columns, RowColumn{rl.Columns[i].Name, declaredColumn(&rl.Columns[i])})
	}
	return DeclaredType{OID: types.OIDRecord, Typmod: -1, Row: row}
}

// BindCast plans a cast of one parameter, as a variable is assigned: by an
// assignment cast, or through the text where there is none.
func BindCast(ctx BindContext, from types.OID, to DeclaredType) (bound *Bound, err error) {
	b := newBinder(ctx, &parser.Statement{})
	defer b.recover(&err)
	e := b.assigned(&Param{OID: from}, to)
	cols := []Column{{Name: "value", Type: typeOf(e), Typmod: -1}}
	return &Bound{Node: &Values{Rows: [][]Expr{{e}}, Out: cols}, ParamTypes: []types.OID{from}, Columns: cols, Kind: "SELECT", ReadOnly: true}, nil
}

// assigned converts a value to the type of the variable that it is assigned to.
func (b *binder) assigned(e Expr, to DeclaredType) Expr {
	from := typeOf(e)
	var out Expr
	if from == types.OIDUnknown || canCoerce([]types.OID{from}, []types.OID{to.OID}, assignment) {
		out = b.coerce(e, to.OID, to.Typmod, assignment)
	}
	if out == nil {
		out = &Convert{Arg: e, OID: to.OID, Typmod: to.Typmod, IO: true}
	}
	if to.Domain != 0 {
		out = b.toColumn(out, &catalog.Column{Domain: to.Domain})
	}
	return out
}

// Expression returns what a statement computes that is one expression without a
// subquery; nil: it is more. runs reports whether the expression calls routines that
// statements made.
func (bound *Bound) Expression() (e Expr, runs bool) {
	if bound.Failure != nil {
		return nil, false
	}
	var exprs []Expr
	switch n := bound.Node.(type) {
	case *Values:
		if len(n.Rows) == 1 {
			exprs = n.Rows[0]
		}
	case *Project:
		if v, ok := n.Input.(*Values); ok && len(v.Rows) == 1 && len(v.Out) == 0 {
			exprs = n.Exprs
		}
	}
	if len(exprs) != 1 {
		return nil, false
	}
	plain := true
	walk(exprs[0], func(x Expr) bool {
		switch x := x.(type) {
		case *Subplan, *SetCall, *NextValue:
			plain = false
		case *Call:
			runs = runs || x.Made != nil
		}
		return plain
	})
	if !plain || !runs && (!bound.ReadOnly || bound.Modifies) {
		return nil, false
	}
	return exprs[0], runs
}

// assignedSelect binds the expression of an assignment, written as a SELECT: its value
// is of the variable's type.
func (s *scope) assignedSelect(n *pg.SelectStmt, to *DeclaredType) rel {
	q := s.selectStmt(n, false)
	if len(q.cols) != 1 {
		return s.b.named(q)
	}
	e := q.expr(s.b, 0)
	out := s.b.assigned(e, *to)
	if out == e {
		return s.b.named(q)
	}
	return s.b.projectTo(s.b.narrow(q.rel, q.ids()), []Expr{out})
}
