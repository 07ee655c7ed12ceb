package catalog

import "github.com/stemedb/stemedb/sql/types"

// systemColumns are the columns that every table has beside its own: the first
// is attribute -1, the second -2, and so on.
var systemColumns = []Column{
	{Name: "ctid", Type: types.OIDTID, Typmod: -1, NotNull: true},
	{Name: "xmin", Type: types.OIDXID, Typmod: -1, NotNull: true},
	{Name: "cmin", Type: types.OIDCID, Typmod: -1, NotNull: true},
	{Name: "xmax", Type: types.OIDXID, Typmod: -1, NotNull: true},
	{Name: "cmax", Type: types.OIDCID, Typmod: -1, NotNull: true},
	{Name: "tableoid", Type: types.OIDOID, Typmod: -1, NotNull: true},
}

// SystemColumns returns the system columns, which are not to be changed: the
// first is attribute -1, the second -2, and so on.
func SystemColumns() []Column { return systemColumns }

// HasSystemColumns reports whether a relation's rows have them: a view's do not.
func HasSystemColumns(r *Relation) bool { return r.Kind == 'r' || r.Kind == 'S' }
