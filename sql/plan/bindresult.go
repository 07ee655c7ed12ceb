package plan

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Result is what the last statement of a function in SQL is to give.
type Result struct {
	// Declared names the function's result type, for complaints.
	Declared string
	Type     types.OID
	Domain   types.OID
	// Row says that the result is a row, of these columns; without columns they are as
	// the statement gives them.
	Row     bool
	Columns []Column
}

func (r *Result) mismatch(format string, args ...any) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidFunctionDefinition, "return type mismatch in function declared to return %s", r.Declared).WithDetail(format, args...)
}

// Mismatch is the complaint of a function whose last statement gives no rows.
func (r *Result) Mismatch() error {
	return r.mismatch("Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.")
}

// asResult converts the columns of a function's last statement to its result. whole
// reports that one column is the whole row.
func (b *binder) asResult(r rel, returns bool, want *Result) (out rel, whole bool) {
	if !returns {
		fail(sqlerr.From(want.Mismatch()))
	}
	ids := r.outs()
	if want.Row && len(ids) == 1 && b.cols[ids[0]].Type == types.OIDRecord && (len(want.Columns) != 1 || want.Columns[0].Type != types.OIDRecord) {
		return r, true
	}
	wanted := want.Columns
	switch {
	case want.Row && len(wanted) == 0:
		return r, false
	case !want.Row && len(ids) != 1:
		fail(want.mismatch("Final statement must return exactly one column."))
	case !want.Row:
		wanted = []Column{{Type: want.Type, Typmod: -1, Domain: want.Domain}}
	case len(ids) < len(wanted):
		fail(want.mismatch("Final statement returns too few columns."))
	case len(ids) > len(wanted):
		fail(want.mismatch("Final statement returns too many columns."))
	}
	m, modifies := modifyOf(r)
	p := &rProject{input: r}
	changed := false
	for i, id := range ids {
		var from Expr = b.ref(id)
		if modifies {
			from = m.returning[i]
		}
		e := b.resultColumn(from, i, &wanted[i], want)
		if changed = changed || e != from; modifies {
			m.returning[i] = e
			b.cols[id].Type, b.cols[id].Typmod = wanted[i].Type, wanted[i].Typmod
			continue
		}
		meta := b.cols[id]
		meta.Type, meta.Typmod, meta.Domain = wanted[i].Type, wanted[i].Typmod, wanted[i].Domain
		p.exprs, p.ids = append(p.exprs, e), append(p.ids, b.newCol(meta))
	}
	if modifies || !changed {
		return r, false
	}
	return p, false
}

// resultColumn converts one column as an assignment would.
func (b *binder) resultColumn(e Expr, i int, want *Column, result *Result) Expr {
	source := typeOf(e)
	var out Expr
	if source == types.OIDUnknown || canCoerce([]types.OID{source}, []types.OID{want.Type}, assignment) {
		out = b.coerce(e, want.Type, want.Typmod, assignment)
	}
	switch {
	case out == nil && result.Row:
		fail(result.mismatch("Final statement returns %s instead of %s at column %d.", b.typeText(e), types.FormatTypeBare(want.Type), i+1))
	case out == nil:
		fail(result.mismatch("Actual return type is %s.", b.typeText(e)))
	}
	if d, array, ok := b.ctx.Catalog.Domain(want.Domain); ok && want.Domain != 0 && b.domainOf(e) != want.Domain {
		out = b.toDomain(out, d, array)
	}
	return out
}
