package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/proto"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// RenameTable returns a temporary table's declaration under another name, or
// with another name of a column or constraint. What its expressions name
// follows.
func RenameTable(ctx BindContext, from *catalog.Relation, u *Rename) (rl *catalog.Relation, err error) {
	if from.Store != catalog.SessionStore {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, `cannot rename "%s"`, from.Name).WithHint("Only views and temporary tables can be renamed.")
	}
	d := newDefiner(ctx, &parser.Statement{}, nil)
	defer d.b.recover(&err)
	d.alter(from)
	switch {
	case u.Column != "":
		i, err := u.columnOf(from)
		if err != nil {
			return nil, err
		}
		d.rel.Columns[i].Name = u.To
		d.renameInside(func(names []*pg.Node) { renameLast(names, u.Column, u.To) })
		d.show()
	case u.Constraint != "":
		return d.renameConstraint(u)
	default:
		if err := u.nameFree(ctx, from); err != nil {
			return nil, err
		}
		d.rel.Name = u.To
		d.renameInside(func(names []*pg.Node) {
			if len(names) > 1 {
				renameLast(names[:len(names)-1], from.Name, u.To)
			}
		})
	}
	return d.rel, nil
}

func renameLast(names []*pg.Node, from, to string) {
	if s := names[len(names)-1].GetString_(); s != nil && s.Sval == from {
		s.Sval = to
	}
}

// renameInside renames in the expressions that the declaration holds.
func (d *definer) renameInside(rename func(names []*pg.Node)) {
	text := func(expr string) string {
		n, err := parser.ParseExpr(expr)
		if err != nil {
			fail(sqlerr.From(err))
		}
		visitTree(n.ProtoReflect(), func(m proto.Message) bool {
			if c, ok := m.(*pg.ColumnRef); ok {
				rename(c.Fields)
			}
			return true
		})
		return d.text(n)
	}
	for i := range d.rel.Checks {
		d.rel.Checks[i].Expr = text(d.rel.Checks[i].Expr)
	}
	for i := range d.rel.Indexes {
		ix := &d.rel.Indexes[i]
		for k := range ix.Exprs {
			ix.Exprs[k].Expr = text(ix.Exprs[k].Expr)
		}
		if ix.Where != "" {
			ix.Where = text(ix.Where)
		}
	}
	for i := range d.rel.Columns {
		if c := &d.rel.Columns[i]; c.Generated {
			c.Expr = text(c.Expr)
		}
	}
}

func (d *definer) renameConstraint(u *Rename) (*catalog.Relation, error) {
	if d.names[u.To] {
		return nil, sqlerr.New(sqlerr.DuplicateObject, `constraint "%s" for relation "%s" already exists`, u.To, d.rel.Name)
	}
	if i := slices.IndexFunc(d.rel.Indexes, func(x catalog.Index) bool { return x.Name == u.Constraint && x.Constraint != 0 }); i >= 0 {
		d.rel.Indexes[i].Name = u.To
		return d.rel, nil
	}
	if i := slices.IndexFunc(d.rel.Checks, func(c catalog.Check) bool { return c.Name == u.Constraint }); i >= 0 {
		d.rel.Checks[i].Name = u.To
		return d.rel, nil
	}
	if i := slices.IndexFunc(d.rel.Foreign, func(k catalog.ForeignKey) bool { return k.Name == u.Constraint }); i >= 0 {
		d.rel.Foreign[i].Name = u.To
		return d.rel, nil
	}
	return nil, sqlerr.New(sqlerr.UndefinedObject, `constraint "%s" for table "%s" does not exist`, u.Constraint, d.rel.Name)
}
