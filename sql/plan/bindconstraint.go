package plan

import (
	"slices"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// finish looks at defaults, then at the constraints: keys first, as PostgreSQL
// numbers their indexes.
func (d *definer) finish() {
	for _, f := range d.exprs {
		f()
	}
	for _, p := range d.later {
		if p.c.Contype == pg.ConstrType_CONSTR_PRIMARY {
			d.key(p)
		}
	}
	for _, p := range d.later {
		switch p.c.Contype {
		case pg.ConstrType_CONSTR_PRIMARY:
		case pg.ConstrType_CONSTR_UNIQUE:
			d.key(p)
		case pg.ConstrType_CONSTR_CHECK:
			d.check(p)
		case pg.ConstrType_CONSTR_FOREIGN:
		case pg.ConstrType_CONSTR_EXCLUSION:
			d.b.unsupported(p.c.Location, "EXCLUDE is")
		default:
			d.b.unsupported(p.c.Location, "this kind of constraint is")
		}
	}
	for _, p := range d.later {
		if p.c.Contype == pg.ConstrType_CONSTR_FOREIGN {
			d.foreign(p)
		}
	}
	slices.SortFunc(d.rel.Checks, func(a, b catalog.Check) int { return strings.Compare(a.Name, b.Name) })
}

// key declares a PRIMARY KEY or UNIQUE constraint.
func (d *definer) key(p pending) {
	c := p.c
	primary := c.Contype == pg.ConstrType_CONSTR_PRIMARY
	if primary && d.rel.Key != nil {
		d.b.failAt(c.Location, sqlerr.InvalidTableDefinition, `multiple primary keys for table "%s" are not allowed`, d.rel.Name)
	}
	if c.Deferrable || p.deferrable || p.deferred || c.NullsNotDistinct || len(c.Including) > 0 {
		d.b.unsupported(c.Location, "this kind of key is")
	}
	names := []string{p.column}
	if p.column == "" {
		names = names[:0]
		for _, k := range c.Keys {
			names = append(names, k.GetString_().GetSval())
		}
	}
	var cols []int
	for _, name := range names {
		i := d.rel.ColumnIndex(name)
		if i < 0 {
			d.b.failAt(c.Location, sqlerr.UndefinedColumn, `column "%s" named in key does not exist`, name)
		}
		if slices.Contains(cols, i) {
			what := "unique"
			if primary {
				what = "primary key"
			}
			d.b.failAt(c.Location, sqlerr.DuplicateColumn, `column "%s" appears twice in %s constraint`, name, what)
		}
		cols = append(cols, i)
	}
	name := c.Conname
	if name == "" {
		name = d.rel.Name + "_pkey"
		if !primary {
			name = d.rel.Name + "_" + strings.Join(names, "_") + "_key"
		}
		name = d.free(name)
	}
	if primary {
		d.rel.Key = cols
		for _, i := range cols {
			d.rel.Columns[i].NotNull = true
		}
	}
	d.addIndex(name, c.Conname != "", catalog.Index{Columns: cols, Unique: true, Primary: primary, Constraint: d.newOID()})
}

// addIndex declares an index by a name that must be free.
func (d *definer) addIndex(name string, given bool, ix catalog.Index) {
	for _, c := range ix.Columns {
		if c != catalog.ExprColumn && ix.Constraint != 0 && !catalog.HasDefaultClass(false, d.rel.Columns[c].Type) {
			fail(noDefaultClass("btree", d.rel.Columns[c].Type))
		}
	}
	if given && (d.names[name] || name == d.rel.Name) {
		fail(sqlerr.New(sqlerr.DuplicateTable, `relation "%s" already exists`, name))
	}
	d.names[name] = true
	ix.OID, ix.Name = d.newOID(), name
	d.rel.Indexes = append(d.rel.Indexes, ix)
}

// check declares a CHECK constraint.
func (d *definer) check(p pending) {
	s := d.scope("check constraints")
	d.b.refuseSubqueries(p.c.RawExpr, "check constraint")
	e := s.condition(p.c.RawExpr, "CHECK")
	used := colsOf(e)
	var cols []int
	for i, c := range s.items[0].cols {
		if used.has(c.expr.(*Col).Index) {
			cols = append(cols, i)
		}
	}
	name := p.c.Conname
	switch {
	case name != "" && d.names[name]:
		fail(sqlerr.New(sqlerr.DuplicateObject, `check constraint "%s" already exists`, name))
	case name == "" && len(cols) == 1:
		name = d.free(d.rel.Name + "_" + d.rel.Columns[cols[0]].Name + "_check")
	case name == "":
		name = d.free(d.rel.Name + "_check")
	}
	d.names[name] = true
	d.rel.Checks = append(d.rel.Checks, catalog.Check{OID: d.newOID(), Name: name, Expr: d.text(p.c.RawExpr), Columns: cols})
}

// free returns a name that no constraint or index of the table has.
func (d *definer) free(name string) string {
	for n := 0; ; n++ {
		try := name
		if n > 0 {
			try += strconv.Itoa(n)
		}
		if !d.names[try] {
			return try
		}
	}
}

// likeSuffix is how the name of an index goes on that LIKE copies, behind the
// table's: as that of one made without a name. Its columns lie base behind those
// of the table that it comes from.
func likeSuffix(from *catalog.Relation, ix *catalog.Index, base int) string {
	if ix.Primary {
		return "_pkey"
	}
	names := ix.Names
	if names == nil {
		for _, c := range ix.All() {
			names = append(names, from.Columns[c-base].Name)
		}
	}
	suffix := "_idx"
	if ix.Constraint != 0 {
		suffix = "_key"
	}
	return "_" + strings.Join(names, "_") + suffix
}

// like copies another relation's columns: LIKE.
func (d *definer) like(n *pg.TableLikeClause) {
	const (
		constraints = 1 << 2
		defaults    = 1 << 3
		generated   = 1 << 4
		identity    = 1 << 5
		indexes     = 1 << 6
	)
	from := d.b.relation(n.Relation)
	for _, c := range from.Columns {
		if d.rel.ColumnIndex(c.Name) >= 0 {
			fail(sqlerr.New(sqlerr.DuplicateColumn, `column "%s" specified more than once`, c.Name))
		}
		out := catalog.Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, NotNull: c.NotNull}
		own := from.Store == catalog.SessionStore
		switch {
		case own && c.Generated && n.Options&generated != 0:
			out.Generated, out.Expr, out.DefaultOID = true, c.Expr, d.newOID()
		case own && c.Identity != 0 && n.Options&identity != 0:
			out.Identity, out.Sequence = c.Identity, d.ownSequence(c.Name, c.Type).OID
		case own && c.Sequence == 0 && c.Default != "" && n.Options&defaults != 0:
			out.Default, out.DefaultOID = c.Default, d.newOID()
		}
		d.rel.Columns = append(d.rel.Columns, out)
	}
	base := len(d.rel.Columns) - len(from.Columns)
	shift := func(cols []int) (out []int) {
		for _, c := range cols {
			if c != catalog.ExprColumn {
				c += base
			}
			out = append(out, c)
		}
		return out
	}
	if n.Options&constraints != 0 {
		for _, k := range from.Checks {
			d.names[k.Name] = true
			d.rel.Checks = append(d.rel.Checks, catalog.Check{OID: d.newOID(), Name: k.Name, Expr: k.Expr, Columns: shift(k.Columns)})
		}
	}
	if n.Options&indexes == 0 {
		return
	}
	for _, ix := range from.Indexes {
		if ix.Primary {
			d.rel.Key = shift(from.Key)
		}
		ix.Columns, ix.Included, ix.Used, ix.Exprs = shift(ix.Columns), shift(ix.Included), shift(ix.Used), slices.Clone(ix.Exprs)
		if ix.Constraint != 0 || ix.Primary {
			ix.Constraint = d.newOID()
		}
		d.addIndex(d.free(d.rel.Name+likeSuffix(from, &ix, base)), false, ix)
	}
}
