package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// verifyForeign lists the foreign keys that the rows of an altered table are held
// against: new ones, and those whose columns have other types by now. The others
// hold, or need not hold of the rows that are there.
func (a *alterer) verifyForeign() {
	for i := range a.rel.Foreign {
		k := &a.rel.Foreign[i]
		isNew := !slices.ContainsFunc(a.from.Foreign, func(o catalog.ForeignKey) bool { return o.OID == k.OID })
		retyped := slices.ContainsFunc(k.Columns, a.isRetyped)
		if retyped || k.Ref == a.rel.OID && slices.ContainsFunc(k.RefColumns, a.isRetyped) {
			foreignTypes(a.rel, a.b.refOf(a.rel, k), k)
			isNew = true
		}
		if isNew && !k.NotValid && !slices.Contains(a.out.Verify, k.OID) {
			a.out.Verify = append(a.out.Verify, k.OID)
		}
	}
}

func (a *alterer) isRetyped(col int) bool { return slices.Contains(a.out.Retyped, a.origin(col)) }

// dropForeign drops the foreign keys that a dropped column is in, and renumbers the
// columns of the others. Those of other tables are the caller's.
func (a *alterer) dropForeign(i int) {
	own := func(k catalog.ForeignKey) bool { return k.Ref == a.rel.OID && slices.Contains(k.RefColumns, i) }
	a.rel.Foreign = slices.DeleteFunc(a.rel.Foreign, func(k catalog.ForeignKey) bool { return slices.Contains(k.Columns, i) || own(k) })
	for n := range a.rel.Foreign {
		k := &a.rel.Foreign[n]
		k.Columns, k.SetColumns = without(k.Columns, i), without(k.SetColumns, i)
		if k.Ref == a.rel.OID {
			k.RefColumns = without(k.RefColumns, i)
		}
	}
}

// foreignNamed finds a foreign key that a command is about.
func (a *alterer) foreignNamed(name string) *catalog.ForeignKey {
	if i := slices.IndexFunc(a.rel.Foreign, func(k catalog.ForeignKey) bool { return k.Name == name }); i >= 0 {
		return &a.rel.Foreign[i]
	}
	return nil
}

// isConstraint reports whether a constraint other than a foreign key has a name.
func (a *alterer) isConstraint(name string) bool {
	return slices.ContainsFunc(a.rel.Checks, func(c catalog.Check) bool { return c.Name == name }) ||
		slices.ContainsFunc(a.rel.Indexes, func(x catalog.Index) bool { return x.Name == name && x.Constraint != 0 })
}

// validateConstraint is VALIDATE CONSTRAINT.
func (a *alterer) validateConstraint(n *pg.AlterTableCmd) {
	k := a.foreignNamed(n.Name)
	switch {
	case k != nil:
		if k.NotValid {
			k.NotValid = false
			a.out.Verify = append(a.out.Verify, k.OID)
		}
	case slices.ContainsFunc(a.rel.Checks, func(c catalog.Check) bool { return c.Name == n.Name }): // it holds
	case a.isConstraint(n.Name):
		fail(sqlerr.New(sqlerr.WrongObjectType, `constraint "%s" of relation "%s" is not a foreign key or check constraint`, n.Name, a.rel.Name))
	default:
		fail(sqlerr.New(sqlerr.UndefinedObject, `constraint "%s" of relation "%s" does not exist`, n.Name, a.rel.Name))
	}
}

// alterConstraint is ALTER CONSTRAINT, which says when a foreign key is checked.
func (a *alterer) alterConstraint(n *pg.AlterTableCmd) {
	c := n.Def.GetConstraint()
	k := a.foreignNamed(c.Conname)
	switch {
	case k != nil:
		k.Deferrable, k.Deferred = c.Deferrable || c.Initdeferred, c.Initdeferred
	case a.isConstraint(c.Conname):
		fail(sqlerr.New(sqlerr.WrongObjectType, `constraint "%s" of relation "%s" is not a foreign key constraint`, c.Conname, a.rel.Name))
	default:
		fail(sqlerr.New(sqlerr.UndefinedObject, `constraint "%s" of relation "%s" does not exist`, c.Conname, a.rel.Name))
	}
}

// RetypedReferrer refuses another type for a column that a foreign key of another
// table refers to, when the values would not be held alike.
func (alt *Alteration) RetypedReferrer(r Referrer, old *catalog.Relation) error {
	for i, c := range r.Key.RefColumns {
		if !slices.Contains(alt.Retyped, c) || alt.Kept[c] < 0 {
			continue
		}
		from, to, own := old.Columns[c].Type, alt.Rel.Columns[alt.Kept[c]].Type, r.Rel.Columns[r.Key.Columns[i]].Type
		if !comparedAlike(own, from) || !comparedAlike(own, to) {
			return sqlerr.New(sqlerr.FeatureNotSupported, "changing the type of column %s, which %s refers to, from %s to %s is not supported",
				old.Columns[c].Name, r.Describe(), types.FormatTypeBare(from), types.FormatTypeBare(to)).
				WithHint("Drop the constraint, and add it again when the types are changed.")
		}
	}
	return nil
}
