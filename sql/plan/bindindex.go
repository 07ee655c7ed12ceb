package plan

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
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
		b.useSchema(n.Schemaname, -1)
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
	case catalog.LensStore, catalog.ViewStore:
		if verb == "CREATE INDEX" {
			return nil, sqlerr.New(sqlerr.WrongObjectType, `cannot create index on relation "%s"`, rl.Name).
				WithDetail("This operation is not supported for views.")
		}
		return nil, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a table`, rl.Name)
	case catalog.VirtualStore:
		return nil, readOnlyCatalog(rl)
	}
	return nil, sqlerr.New(sqlerr.FeatureNotSupported, `%s of "%s" is not supported`, verb, rl.Name).WithHint(tempHint)
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

// WithoutIndex returns the declaration of the temporary table that an index is
// on, without the index, and that.
func WithoutIndex(n RelationName, tables []*catalog.Relation) (*catalog.Relation, *catalog.Index, error) {
	for _, t := range tables {
		for i := range t.Indexes {
			if t.Indexes[i].Name != n.Relname || n.Schemaname != "" && n.Schemaname != t.Schema && n.Schemaname != catalog.TempSchema {
				continue
			}
			if t.Indexes[i].Constraint != 0 {
				return nil, nil, sqlerr.New("2BP01", "cannot drop index %s because constraint %s on table %s requires it", n.Relname, n.Relname, t.Name).
					WithHint("You can drop constraint %s on table %s instead.", n.Relname, t.Name)
			}
			c := *t
			c.Indexes = slices.Delete(slices.Clone(t.Indexes), i, i+1)
			return &c, &t.Indexes[i], nil
		}
	}
	return nil, nil, sqlerr.New(sqlerr.UndefinedObject, `index "%s" does not exist`, dotted(n))
}
