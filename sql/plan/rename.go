package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Rename is ALTER … RENAME of a relation, or of what belongs to one.
type Rename struct {
	Relation RelationName
	// What the statement calls the relation: table, view, index; empty: any.
	What string
	// Column or Constraint is what is renamed of the relation; both empty: the
	// relation itself.
	Column, Constraint string
	To                 string
	IfExists           bool
}

func (*Rename) utility() {}

// renameStmt returns a statement that renames a relation or a part of one; nil
// when it renames something else.
func renameStmt(n *pg.RenameStmt) Utility {
	r := &Rename{Relation: n.Relation, To: n.Newname, IfExists: n.MissingOk}
	kind := n.RenameType
	switch kind {
	case pg.ObjectType_OBJECT_ROLE:
		return &RenameRole{From: n.Subname, To: n.Newname}
	case pg.ObjectType_OBJECT_COLUMN:
		r.Column, kind = n.Subname, n.RelationType
	case pg.ObjectType_OBJECT_TABCONSTRAINT:
		r.Constraint, kind = n.Subname, pg.ObjectType_OBJECT_TABLE
	}
	switch kind {
	case pg.ObjectType_OBJECT_TABLE:
		r.What = "table"
	case pg.ObjectType_OBJECT_VIEW:
		r.What = "view"
	case pg.ObjectType_OBJECT_INDEX:
		r.What = "index"
	default:
		return nil
	}
	return r
}

// FindRelation finds a relation of the kind that a statement names: table,
// view or index are its words.
func FindRelation(ctx BindContext, stmt *parser.Statement, n RelationName, what string) (rl *catalog.Relation, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	rl = b.find(n)
	switch {
	case rl == nil:
		return nil, sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(n))
	case what == "view" && rl.Kind != 'v':
		return nil, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a view`, rl.Name)
	}
	return rl, nil
}

// RenameView returns a view's declaration under another name, or with another
// name of a column.
func RenameView(ctx BindContext, rl *catalog.Relation, u *Rename) (*catalog.Relation, error) {
	out := *rl
	if u.Column == "" {
		if err := u.nameFree(ctx, rl); err != nil {
			return nil, err
		}
		out.Name = u.To
		return &out, nil
	}
	i, err := u.columnOf(rl)
	if err != nil {
		return nil, err
	}
	out.Columns = slices.Clone(rl.Columns)
	out.Columns[i].Name = u.To
	return &out, nil
}

// nameFree refuses a relation's new name that another one has.
func (u *Rename) nameFree(ctx BindContext, r *catalog.Relation) error {
	if _, taken := ctx.Catalog.Named(r.Schema, u.To); taken {
		return sqlerr.New(sqlerr.DuplicateTable, `relation "%s" already exists`, u.To)
	}
	return nil
}

// columnOf finds the column to rename, whose new name no other has.
func (u *Rename) columnOf(r *catalog.Relation) (int, error) {
	i := r.ColumnIndex(u.Column)
	system := catalog.HasSystemColumns(r)
	switch {
	case i < 0 && system && systemColumnNamed(u.Column) != nil:
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, `cannot rename system column "%s"`, u.Column)
	case i < 0:
		return 0, sqlerr.New(sqlerr.UndefinedColumn, `column "%s" does not exist`, u.Column)
	case system && systemColumnNamed(u.To) != nil:
		return 0, systemNameTaken(u.To)
	case r.ColumnIndex(u.To) >= 0:
		return 0, sqlerr.New(sqlerr.DuplicateColumn, `column "%s" of relation "%s" already exists`, u.To, r.Name)
	}
	return i, nil
}
