package catalog

import (
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// writes says what can be done with the rows of a relation that is no view.
func (r *Relation) writes() functions.Writes {
	w := functions.Writes{Insert: r.insertable(), Update: r.updatable(), Delete: r.updatable(), Columns: make([]bool, len(r.Columns))}
	for i := range r.Columns {
		w.Columns[i] = r.updatable() && (!r.Columns[i].Generated || r.Store == SessionStore)
	}
	return w
}

// writes says what can be done with the rows of a relation.
func (v sessionView) writes(r *Relation) functions.Writes {
	if r.View == nil {
		return r.writes()
	}
	if v.hooks.ViewWrites == nil {
		return functions.Writes{Columns: make([]bool, len(r.Columns))}
	}
	return v.hooks.ViewWrites(v, r)
}

// Writable implements functions.Catalog.
func (v sessionView) Writable(oid types.OID) functions.Writes {
	if r, ok := v.Relation(oid); ok {
		return v.writes(r)
	}
	return functions.Writes{}
}

// writesOf is writes of a relation of a layer, as the session of ctx sees it.
func writesOf(ctx *functions.Ctx, r *Relation) functions.Writes {
	if ctx != nil {
		if v, ok := ctx.Catalog.(sessionView); ok {
			return v.writes(r)
		}
	}
	return r.writes()
}

// changeable reports whether rows can be both updated and deleted, which is what
// information_schema calls updatable.
func changeable(w functions.Writes) bool { return w.Update && w.Delete }

// Places in information_schema.tables and columns that depend on what a view is over.
const (
	infoTableSchema, infoTableName = 1, 2
	infoInsertable                 = 9
	infoOrdinal, infoUpdatable     = 4, 43
)

// patchInfoTable says of a view whether it takes rows.
func patchInfoTable(c *Catalog, ctx *functions.Ctx, row []types.Datum) {
	if r, ok := c.Named(row[infoTableSchema].S, row[infoTableName].S); ok && r.View != nil {
		row[infoInsertable] = yesNo(writesOf(ctx, r).Insert)
	}
}

// patchInfoColumn says of a view's column whether it can be updated.
func patchInfoColumn(c *Catalog, ctx *functions.Ctx, row []types.Datum) {
	r, ok := c.Named(row[infoTableSchema].S, row[infoTableName].S)
	if i := int(row[infoOrdinal].I) - 1; ok && r.View != nil && i < len(r.Columns) {
		w := writesOf(ctx, r)
		row[infoUpdatable] = yesNo(changeable(w) && w.Columns[i])
	}
}

// checkOption is information_schema.views.check_option.
func checkOption(r *Relation) types.Datum {
	if r.View == nil || r.View.CheckOption() == "" {
		return text("NONE")
	}
	return text(strings.ToUpper(r.View.CheckOption()))
}
