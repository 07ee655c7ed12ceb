package plan

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// DefineTableAs says what CREATE TABLE AS declares, and how it is filled: by
// the plan Fill once the table is there.
func DefineTableAs(ctx BindContext, u *CreateTableAs, paramTypes []types.OID, newOID func() types.OID) (def *Definition, fill *Bound, err error) {
	d := newDefiner(ctx, u.Query, newOID)
	b := d.b
	defer b.recover(&err)
	r := b.tableAsQuery(u, paramTypes)
	if d.begin(u.into.Rel, u.IfNotExists) {
		return &Definition{Exists: true}, nil, nil
	}
	d.onCommit(u.into.OnCommit)
	ids := r.outs()
	if len(u.into.ColNames) > len(ids) {
		fail(sqlerr.New(sqlerr.SyntaxError, "too many column names were specified"))
	}
	m := &rModify{kind: "INSERT", rel: d.rel, input: r, temp: &tempModify{}}
	for i, id := range ids {
		c := b.cols[id]
		if i < len(u.into.ColNames) {
			c.Name = u.into.ColNames[i].GetString_().GetSval()
		}
		refuseSystemName(c.Name)
		if d.rel.ColumnIndex(c.Name) >= 0 {
			fail(sqlerr.New(sqlerr.DuplicateColumn, `column "%s" specified more than once`, c.Name))
		}
		if t, _ := types.Lookup(c.Type); t.Kind == 'p' {
			fail(sqlerr.New(sqlerr.InvalidTableDefinition, `column "%s" has pseudo-type %s`, c.Name, types.FormatTypeBare(c.Type)))
		}
		d.rel.Columns = append(d.rel.Columns, catalog.Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Domain: c.Domain, Collation: c.Collation})
	}
	m.row, _ = b.rowColumns(d.rel, d.rel.Name)
	var top rel = m
	if !ctx.Plain {
		top = b.optimize(m)
	}
	fill = &Bound{Node: b.lower(top), Kind: "SELECT", ReadOnly: true, ParamTypes: b.params, Uses: b.uses}
	fill.access(b)
	return &Definition{Rel: d.rel}, fill, nil
}

// tableAsQuery binds the query of CREATE TABLE AS.
func (b *binder) tableAsQuery(u *CreateTableAs, paramTypes []types.OID) rel {
	b.into = u.into
	b.params = append(b.params, paramTypes...)
	b.declared = len(paramTypes)
	b.statementAsOf()
	s := &scope{b: b}
	r := s.topSelect(u.Query.Tree.GetSelectStmt())
	b.checkParams()
	return r
}

// Params resolves the types of the parameters of CREATE TABLE AS, of which some may be
// declared.
func (u *CreateTableAs) Params(ctx BindContext, declared []types.OID) (params []types.OID, err error) {
	b := newBinder(ctx, u.Query)
	defer b.recover(&err)
	b.tableAsQuery(u, declared)
	return b.params, nil
}
