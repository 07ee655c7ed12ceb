package sql

import (
	"cmp"
	"context"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// dropDomains is DROP DOMAIN.
func (s *Session) dropDomains(ctx context.Context, u *plan.DropType) error {
	var named []types.OID
	for _, n := range u.Names {
		d, err := s.findDomain(ctx, n, u.Use)
		switch {
		case err != nil && u.IfExists && slices.Contains([]string{sqlerr.UndefinedObject, sqlerr.InvalidSchemaName}, sqlerr.From(err).Code):
			s.skipping(err)
			continue
		case err != nil:
			return err
		case d.OID < catalog.OIDFirstMade:
			return sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop %s because it is required by the database system", s.describeType(d))
		}
		if err := s.mustOwnDomain(d); err != nil {
			return err
		}
		if !slices.Contains(named, d.OID) {
			named = append(named, d.OID)
		}
	}
	if named == nil {
		return nil
	}
	return s.dropTypes(ctx, named, u.Cascade)
}

// dropTypes drops domains, with what hangs on them if cascade says so.
func (s *Session) dropTypes(ctx context.Context, named []types.OID, cascade bool) error {
	if !slices.ContainsFunc(named, func(oid types.OID) bool { return oid < catalog.OIDTempSchema }) {
		// Only the session's own can hang on it.
		t, err := s.domainsToDrop(named, cascade)
		if err != nil {
			return err
		}
		return t.drop(ctx, nil)
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		t, err := s.domainsToDrop(named, cascade)
		if err != nil {
			return err
		}
		return t.drop(ctx, e)
	})
}

// describeType names a domain as messages do.
func (s *Session) describeType(d *catalog.Domain) string {
	name, _ := s.names.RowTypeName(d.OID)
	return "type " + name
}

// typeDrop gathers what goes with domains.
type typeDrop struct {
	s       *Session
	seen    map[types.OID]bool
	rels    []*catalog.Relation // domains and views
	made    []types.OID         // routines
	columns []tableColumn
	alters  []alteredPart
	on      dependents
}

// alteredPart is a part of a table that goes by an ALTER TABLE.
type alteredPart struct {
	rel   *catalog.Relation
	drops string
}

// tableColumn is a column of one of the session's tables.
type tableColumn struct {
	rel *catalog.Relation
	col int
}

// domainsToDrop says what goes, or refuses when something hangs on it and cascade is
// not set.
func (s *Session) domainsToDrop(named []types.OID, cascade bool) (*typeDrop, error) {
	t := &typeDrop{s: s, seen: map[types.OID]bool{}}
	for _, oid := range named {
		t.seen[oid] = true
	}
	what, it := "desired object(s)", "them"
	for _, oid := range named {
		d, _, ok := s.names.Domain(oid)
		if !ok {
			return nil, sqlerr.New(sqlerr.UndefinedObject, "type with OID %d does not exist", oid)
		}
		if len(named) == 1 {
			what, it = s.describeType(d), "it"
		}
		t.rels = append(t.rels, d.Relation())
		t.dependents(d)
	}
	slices.Reverse(t.on.lines)
	slices.Reverse(t.on.dropped)
	return t, s.mayDrop(what, it, &t.on, cascade)
}

// use is something that hangs on a domain, with what takes it up.
type use struct {
	oid types.OID
	add func()
}

// dependents adds what hangs on a domain. PostgreSQL goes from the newest object to the
// oldest, tells of an object behind what hangs on it, and shows the list from its end.
func (t *typeDrop) dependents(d *catalog.Domain) {
	on := t.s.describeType(d)
	t.take(slices.Concat(t.over(d.OID, on), t.views(d.OID, -1, on), t.expressions(d.OID, on), t.routines(d.OID, on)))
	t.take(t.over(d.Array, on+"[]"))
}

func (t *typeDrop) take(uses []use) {
	slices.SortStableFunc(uses, func(a, b use) int { return cmp.Compare(b.oid, a.oid) })
	for _, u := range uses {
		u.add()
	}
}

// over lists the domains over a type and the columns of it.
func (t *typeDrop) over(oid types.OID, on string) (uses []use) {
	s := t.s
	for _, d := range s.names.Domains() {
		if d.Over == oid {
			uses = append(uses, use{d.OID, func() {
				if t.seen[d.OID] {
					return
				}
				t.seen[d.OID] = true
				t.dependents(d)
				t.rels = append(t.rels, d.Relation())
				t.on.add(s.describeType(d), on)
			}})
		}
	}
	for _, rel := range s.temp.tables.Relations() {
		for i := range rel.Columns {
			if rel.Kind != 'r' || rel.Columns[i].Domain != oid {
				continue
			}
			uses = append(uses, use{rel.OID, func() {
				what := "column " + functions.QuoteIdent(rel.Columns[i].Name) + " of " + s.describe(rel.OID)
				t.take(t.views(rel.OID, i, what))
				t.columns = append(t.columns, tableColumn{rel, i})
				t.on.add(what, on)
			}})
		}
	}
	return uses
}

// views lists the views that hang on a domain, or on a relation or a column of it.
func (t *typeDrop) views(oid types.OID, col int, on string) (uses []use) {
	for _, v := range t.s.names.Views() {
		if v.View.DependsOn(oid, col) {
			uses = append(uses, t.viewUse(v, on))
		}
	}
	return uses
}

// routines lists the functions and procedures that hang on a domain or another of them.
func (t *typeDrop) routines(oid types.OID, on string) (uses []use) {
	for _, r := range t.s.names.MadeRoutines() {
		if !r.DependsOn(oid) {
			continue
		}
		uses = append(uses, use{r.OID, func() {
			if t.seen[r.OID] {
				return
			}
			t.seen[r.OID] = true
			what := t.s.describeRoutine(r.Func)
			t.take(slices.Concat(t.routines(r.OID, what), t.callers(r.OID, what)))
			t.made = append(t.made, r.OID)
			t.on.add(what, on)
		}})
	}
	return uses
}

// callers lists the views that call a routine.
func (t *typeDrop) callers(routine types.OID, on string) (uses []use) {
	for _, v := range t.s.names.Views() {
		if v.View.Calls.Has(routine) {
			uses = append(uses, t.viewUse(v, on))
		}
	}
	return uses
}

// viewUse is a view that hangs on something.
func (t *typeDrop) viewUse(v *catalog.Relation, on string) use {
	return use{v.OID, func() {
		if t.seen[v.OID] {
			return
		}
		t.seen[v.OID] = true
		t.take(t.views(v.OID, -1, t.s.describe(v.OID)))
		t.rels = append(t.rels, v)
		t.on.add(t.s.describe(v.OID), on)
	}}
}

// expressions lists the defaults and conditions of tables that name a domain.
func (t *typeDrop) expressions(oid types.OID, on string) (uses []use) {
	bc := t.s.bindContext()
	for _, rel := range t.s.temp.tables.Relations() {
		part := func(id types.OID, text, what, drops string) {
			if text != "" && plan.NamesDomain(bc, text, oid) {
				uses = append(uses, use{id, func() {
					t.alters = append(t.alters, alteredPart{rel, drops})
					t.on.add(what+t.s.describe(rel.OID), on)
				}})
			}
		}
		for i := range rel.Checks {
			name := functions.QuoteIdent(rel.Checks[i].Name)
			part(rel.Checks[i].OID, rel.Checks[i].Expr, "constraint "+name+" on ", "DROP CONSTRAINT "+name)
		}
		for i := range rel.Columns {
			c := &rel.Columns[i]
			if name := functions.QuoteIdent(c.Name); !c.Generated {
				part(c.DefaultOID, c.Default, "default value for column "+name+" of ", "ALTER COLUMN "+name+" DROP DEFAULT")
			}
		}
	}
	return uses
}

// drop takes all of it away; e is nil where all is the session's own.
func (t *typeDrop) drop(ctx context.Context, e *exec.ObjectsEdit) error {
	var own []types.OID
	for _, r := range t.rels {
		if r.OID >= catalog.OIDTempSchema {
			own = append(own, r.OID)
			continue
		}
		if err := e.Drop(r); err != nil {
			return err
		}
	}
	var views []types.OID
	for _, r := range t.rels {
		if r.View != nil && r.OID >= catalog.OIDTempSchema {
			views = append(views, r.OID)
		}
	}
	if len(views) > 0 { // before the columns that they name
		t.s.temp.tables.Drop(views...)
	}
	for _, c := range t.columns {
		t.alters = append(t.alters, alteredPart{c.rel, "DROP COLUMN " + functions.QuoteIdent(c.rel.Columns[c.col].Name) + " CASCADE"})
	}
	for _, a := range t.alters {
		if err := t.s.alterPart(ctx, a); err != nil {
			return err
		}
	}
	if len(t.made) > 0 {
		if err := t.s.dropObjects(e, t.made); err != nil {
			return err
		}
	}
	if own = slices.DeleteFunc(own, func(oid types.OID) bool { return slices.Contains(views, oid) }); len(own) > 0 {
		t.s.temp.tables.Drop(own...)
	}
	return nil
}

// alterPart is ALTER TABLE of a table's part that goes.
func (s *Session) alterPart(ctx context.Context, a alteredPart) error {
	stmts, err := parser.Parse("ALTER TABLE " + functions.QuoteIdent(a.rel.Schema) + "." + functions.QuoteIdent(a.rel.Name) + " " + a.drops)
	if err != nil {
		return err
	}
	u, err := plan.AsUtility(&stmts[0])
	if err != nil {
		return err
	}
	return s.alterTable(ctx, &Prepared{Kind: "ALTER TABLE", stmt: Statement{tree: &stmts[0]}}, u.(*plan.AlterTable))
}
