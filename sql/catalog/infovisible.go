package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// visibleBy says of which objects a view of information_schema tells a role: those that
// it owns, and those that it has one of some privileges on. The names of the object are
// in the columns schema and name, that of a column in column; empty: it is of none.
type visibleBy struct {
	schema, name, column string
	privs, onColumns     types.Privileges
}

// infoVisible are the views of information_schema that tell of relations and schemas.
var infoVisible = func() map[string]visibleBy {
	const change = types.RelationPrivileges &^ types.PrivSelect
	const columns = types.ColumnPrivileges
	return map[string]visibleBy{
		"tables":                  {"table_schema", "table_name", "", types.RelationPrivileges, columns},
		"views":                   {"table_schema", "table_name", "", types.RelationPrivileges, columns},
		"columns":                 {"table_schema", "table_name", "column_name", columns, columns},
		"key_column_usage":        {"table_schema", "table_name", "column_name", columns, columns},
		"table_constraints":       {"table_schema", "table_name", "", change, columns &^ types.PrivSelect},
		"sequences":               {"sequence_schema", "sequence_name", "", types.SequencePrivileges, 0},
		"view_column_usage":       {"table_schema", "table_name", "", 0, 0},
		"view_table_usage":        {"table_schema", "table_name", "", 0, 0},
		"constraint_column_usage": {"table_schema", "table_name", "", 0, 0},
		"constraint_table_usage":  {"table_schema", "table_name", "", 0, 0},
		"column_column_usage":     {"table_schema", "table_name", "", 0, 0},
		"schemata":                {"schema_name", "", "", types.SchemaPrivileges, 0},
	}
}()

// visible leaves out of a view of information_schema what the asking role may not
// know of.
func (t *table) visible(ctx *functions.Ctx, emit func(row []types.Datum) error) func(row []types.Datum) error {
	by, ok := infoVisible[t.rel.Name]
	if !ok || t.rel.Schema != "information_schema" {
		return emit
	}
	v, ok := asker(ctx)
	if !ok {
		return emit
	}
	roles := v.Roles()
	role := askingRole(ctx, roles)
	if roles.Superuser(role) {
		return emit
	}
	schema, name, column := t.rel.ColumnIndex(by.schema), t.rel.ColumnIndex(by.name), t.rel.ColumnIndex(by.column)
	return func(row []types.Datum) error {
		k := CommentKey{Class: SchemaClass}
		var r *Relation
		if name >= 0 {
			if r, ok = v.Named(row[schema].S, row[name].S); !ok {
				return nil
			}
			k = CommentKey{Class: RelationClass, OID: r.OID}
		} else {
			k.OID, _ = v.SchemaByName(row[schema].S)
		}
		if roles.HasPrivilegesOf(role, v.OwnerOf(k.Class, k.OID)) || v.holdsAny(role, k, by.privs) {
			return emit(row)
		}
		for i := range r.columnsOrNone() {
			k.Sub = int32(i + 1)
			if (column < 0 || r.Columns[i].Name == row[column].S) && v.holdsAny(role, k, by.onColumns) {
				return emit(row)
			}
		}
		return nil
	}
}

// columnsOrNone are a relation's columns; of none, none.
func (r *Relation) columnsOrNone() []Column {
	if r == nil {
		return nil
	}
	return r.Columns
}

func (v sessionView) holdsAny(role types.OID, k CommentKey, privs types.Privileges) bool {
	p, _ := v.Held(role, k, privs, 0)
	return p != 0
}

// readable reports whether the asking role may read a column, counted from 1.
func (v sessionView) readable(ctx *functions.Ctx, rel types.OID, column int) bool {
	role := askingRole(ctx, v.Roles())
	return v.holdsAny(role, CommentKey{RelationClass, rel, 0}, types.PrivSelect) || v.holdsAny(role, CommentKey{RelationClass, rel, int32(column)}, types.PrivSelect)
}
