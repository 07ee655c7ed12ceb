package plan

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// RelationName is a relation as a statement names it.
type RelationName = *pg.RangeVar

// Name returns the name that the statement gives the table.
func (u *CreateTable) Name() string { return u.stmt.Relation.Relname }

// Name returns the name that the statement gives the table.
func (u *CreateTableAs) Name() string { return u.into.Rel.Relname }

// Name returns the name that the statement gives the index.
func (u *CreateIndex) Name() string { return u.stmt.Idxname }

// find looks a relation up; nil: there is none.
func (b *binder) find(n *pg.RangeVar) *catalog.Relation {
	path := b.ctx.SearchPath
	if n.Schemaname != "" {
		if _, ok := b.ctx.Catalog.SchemaNamed(n.Schemaname); !ok {
			fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, n.Schemaname))
		}
		path = []string{n.Schemaname}
	}
	for _, schema := range path {
		if r, ok := b.ctx.Catalog.Named(schema, n.Relname); ok {
			return r
		}
	}
	return nil
}

// Droppable finds what a DROP names: a table, view or sequence, as what says.
func Droppable(ctx BindContext, n RelationName, what string) (rl *catalog.Relation, err error) {
	b := newBinder(ctx, &parser.Statement{})
	defer b.recover(&err)
	if rl = b.find(n); rl == nil {
		return nil, sqlerr.New(sqlerr.UndefinedTable, `%s "%s" does not exist`, what, dotted(n))
	}
	is := map[byte]string{'v': "view", 'S': "sequence"}[rl.Kind]
	if is == "" {
		is = "table"
	}
	switch {
	case is != what:
		return nil, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a %s`, rl.Name, what).WithHint("Use DROP %s to remove a %s.", strings.ToUpper(is), is)
	case what == "view" && rl.View == nil:
		return nil, sqlerr.New("2BP01", "cannot drop view %s because it is required by the database system", rl.Name)
	case what == "view" || rl.Store == catalog.SessionStore:
		return rl, nil
	case rl.Store == catalog.VirtualStore:
		return nil, sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: "%s" is a system catalog`, rl.Name)
	}
	return nil, sqlerr.New(sqlerr.FeatureNotSupported, `cannot drop table "%s"`, rl.Name).WithHint("Only temporary tables can be dropped.")
}

func dotted(n *pg.RangeVar) string {
	if n.Schemaname == "" {
		return n.Relname
	}
	return n.Schemaname + "." + n.Relname
}

// FindTable finds the temporary table that a statement is about; others are
// refused.
func FindTable(ctx BindContext, stmt *parser.Statement, n RelationName, verb string) (rl *catalog.Relation, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	if n.Location >= 0 && verb == "TRUNCATE" {
		n = &pg.RangeVar{Schemaname: n.Schemaname, Relname: n.Relname, Location: -1}
	}
	rl = b.relation(n)
	switch rl.Store {
	case catalog.SessionStore:
		if rl.Kind == 'S' {
			return nil, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a table`, rl.Name)
		}
		return rl, nil
	case catalog.ClaimStore:
		return nil, immutableClaims(verb)
	case catalog.LensStore:
		return nil, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a table`, rl.Name)
	case catalog.VirtualStore:
		return nil, sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: "%s" is a system catalog`, rl.Name)
	}
	return nil, sqlerr.New(sqlerr.FeatureNotSupported, `%s of "%s" is not supported`, verb, rl.Name).WithHint(tempHint)
}

// DefineIndex returns a temporary table's declaration with the index that a
// CREATE INDEX adds; nil when it is there and IF NOT EXISTS was written.
func DefineIndex(ctx BindContext, stmt *parser.Statement, u *CreateIndex, newOID func() types.OID) (rl *catalog.Relation, err error) {
	n := u.stmt
	from, err := FindTable(ctx, stmt, n.Relation, "CREATE INDEX")
	if err != nil {
		return nil, err
	}
	d := newDefiner(ctx, stmt, newOID)
	defer d.b.recover(&err)
	d.alter(from)
	switch {
	case n.WhereClause != nil:
		d.b.unsupported(-1, "a partial index is")
	case n.NullsNotDistinct:
		d.b.unsupported(-1, "NULLS NOT DISTINCT is")
	case n.AccessMethod != "btree" && n.AccessMethod != "hash":
		if !slices.Contains([]string{"gist", "gin", "brin", "spgist"}, n.AccessMethod) {
			fail(sqlerr.New(sqlerr.UndefinedObject, `access method "%s" does not exist`, n.AccessMethod))
		}
		d.b.unsupported(-1, "index access method "+n.AccessMethod+" is")
	}
	var names []string
	ix := catalog.Index{Unique: n.Unique}
	for _, p := range n.IndexParams {
		e := p.GetIndexElem()
		if e.Name == "" {
			d.b.unsupported(-1, "an index on an expression is")
		}
		ix.Columns, ix.Order, names = append(ix.Columns, d.indexColumn(e)), append(ix.Order, indexOrder(e)), append(names, e.Name)
	}
	for _, p := range n.IndexIncludingParams {
		e := p.GetIndexElem()
		if e.Name == "" {
			fail(sqlerr.New(sqlerr.FeatureNotSupported, "expressions are not supported in included columns"))
		}
		ix.Included, names = append(ix.Included, d.indexColumn(e)), append(names, e.Name)
	}
	name := n.Idxname
	if name == "" {
		name = d.free(d.rel.Name + "_" + strings.Join(names, "_") + "_idx")
	} else if _, taken := ctx.Catalog.Named(d.rel.Schema, name); taken || d.names[name] {
		if n.IfNotExists {
			return nil, nil
		}
		fail(sqlerr.New(sqlerr.DuplicateTable, `relation "%s" already exists`, name))
	}
	d.addIndex(name, n.Idxname != "", ix)
	return d.rel, nil
}

func (d *definer) indexColumn(e *pg.IndexElem) int {
	i := d.rel.ColumnIndex(e.Name)
	if i < 0 {
		fail(sqlerr.New(sqlerr.UndefinedColumn, `column "%s" does not exist`, e.Name))
	}
	return i
}

// indexOrder is the order of a column of an index, as catalog.Index has it.
func indexOrder(e *pg.IndexElem) (order int) {
	if e.Ordering == pg.SortByDir_SORTBY_DESC {
		order = catalog.IndexDescending | catalog.IndexNullsFirst
	}
	switch e.NullsOrdering {
	case pg.SortByNulls_SORTBY_NULLS_FIRST:
		order |= catalog.IndexNullsFirst
	case pg.SortByNulls_SORTBY_NULLS_LAST:
		order &^= catalog.IndexNullsFirst
	}
	return order
}

// alter begins with a copy of a table's declaration.
func (d *definer) alter(from *catalog.Relation) {
	c := *from
	c.Columns, c.Indexes, c.Checks = slices.Clone(from.Columns), slices.Clone(from.Indexes), slices.Clone(from.Checks)
	d.rel = &c
	for _, ix := range c.Indexes {
		d.names[ix.Name] = true
	}
	for _, k := range c.Checks {
		d.names[k.Name] = true
	}
}

// WithoutIndex returns the declaration of the temporary table that an index is
// on, without the index.
func WithoutIndex(n RelationName, tables []*catalog.Relation) (*catalog.Relation, error) {
	for _, t := range tables {
		for i := range t.Indexes {
			if t.Indexes[i].Name != n.Relname || n.Schemaname != "" && n.Schemaname != t.Schema && n.Schemaname != catalog.TempSchema {
				continue
			}
			if t.Indexes[i].Constraint != 0 {
				return nil, sqlerr.New("2BP01", "cannot drop index %s because constraint %s on table %s requires it", n.Relname, n.Relname, t.Name).
					WithHint("You can drop constraint %s on table %s instead.", n.Relname, t.Name)
			}
			c := *t
			c.Indexes = slices.Delete(slices.Clone(t.Indexes), i, i+1)
			return &c, nil
		}
	}
	return nil, sqlerr.New(sqlerr.UndefinedObject, `index "%s" does not exist`, dotted(n))
}
