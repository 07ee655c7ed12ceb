package sql

import (
	"context"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// alterView is ALTER VIEW, or ALTER TABLE of a view; done is false of other relations.
func (s *Session) alterView(ctx context.Context, p *Prepared, u *plan.AlterTable) (done bool, err error) {
	what := ""
	if u.View() {
		what = "view"
	}
	rel, err := plan.FindRelation(s.bindContext(), p.stmt.tree, u.Name(), what)
	switch {
	case err != nil && u.IfExists() && sqlerr.From(err).Code == sqlerr.UndefinedTable:
		s.skipping(err)
		return true, nil
	case err != nil:
		return u.View(), err
	case rel.Kind != 'v':
		return false, nil
	}
	if rel.View == nil || rel.OID >= catalog.OIDTempSchema {
		if rel, err = plan.AlterView(s.bindContext(), p.stmt.tree, u, rel, s.temp.tables.NewOID); err != nil {
			return true, err
		}
		return true, s.temp.tables.Redeclare(rel)
	}
	return true, s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		rel, err := plan.FindRelation(s.bindContext(), p.stmt.tree, u.Name(), what)
		if err != nil {
			return err
		}
		if rel, err = plan.AlterView(s.bindContext(), p.stmt.tree, u, rel, e.NewOID); err != nil {
			return err
		}
		return e.Put(rel)
	})
}

// alterTable is ALTER TABLE of a temporary table: the rows that its query gives
// are inserted into a table of the new declaration, which is put in place of
// the old one, so that whatever holds of an insert holds of them.
func (s *Session) alterTable(ctx context.Context, p *Prepared, u *plan.AlterTable) error {
	if done, err := s.alterView(ctx, p, u); done {
		return err
	}
	alt, err := plan.DefineAlter(s.bindContext(), p.stmt.tree, u, s.temp.tables.NewOID)
	if err != nil {
		if u.IfExists() && sqlerr.From(err).Code == sqlerr.UndefinedTable {
			s.skipping(err)
			return nil
		}
		return err
	}
	if err := s.mustOwn(alt.Rel); err != nil {
		return err
	}
	before, _ := s.names.Relation(alt.Rel.OID)
	if err := s.permitReferences(alt.Rel, before); err != nil {
		return err
	}
	for _, made := range alt.Made {
		made.Owner = alt.Rel.Owner
	}
	for _, n := range alt.Notices {
		s.skipping(sqlerr.New(sqlerr.SuccessfulCompletion, "%s", n))
	}
	if err := s.notPending(alt.Rel, "ALTER TABLE"); err != nil {
		return err
	}
	if err := s.viewsAllow(alt); err != nil {
		return err
	}
	if err := s.keysAllow(alt); err != nil {
		return err
	}
	var env exec.Env
	var fn functions.Ctx
	s.environment(&env, &fn)
	query, err := exec.Compile(alt.Rows.Node)
	if err != nil {
		return err
	}
	rows, err := query.Collect(ctx, &env)
	if err != nil {
		return err
	}
	s.writes(append([]*catalog.Relation{alt.Rel}, alt.Made...)...)
	if err := s.temp.tables.Redefine(alt.Rel, alt.Made...); err != nil {
		return err
	}
	if err := s.viewsFollow(alt); err != nil {
		return err
	}
	if err := s.keysFollow(alt); err != nil {
		return err
	}
	node, err := plan.BindCopyFrom(s.bindContext(), p.stmt.tree, alt.Rel, alt.Cols, true)
	if err != nil {
		return err
	}
	insert, err := exec.Compile(node)
	if err != nil {
		return err
	}
	for _, b := range rows {
		s.environment(&env, &fn)
		env.Input, env.HoldChecks = b, true
		if _, err := insert.Collect(ctx, &env); err != nil {
			return violated(alt.Rel, err)
		}
	}
	s.temp.tables.Forget() // the rows are those that were there
	for _, key := range alt.Verify {
		if err := s.temp.tables.Validate(alt.Rel.OID, key); err != nil {
			return err
		}
	}
	return nil
}

// violated says of a row that was there what an insert says of a new one.
func violated(rel *catalog.Relation, err error) error {
	e := *sqlerr.From(exec.Translate(err))
	if e.DataType != "" { // of a domain, which says it
		return &e
	}
	switch e.Code {
	case sqlerr.CheckViolation:
		e.Message = `check constraint "` + e.Constraint + `" of relation "` + rel.Name + `" is violated by some row`
		e.Detail = ""
	case sqlerr.NotNullViolation:
		e.Message = `column "` + e.Column + `" of relation "` + rel.Name + `" contains null values`
		e.Detail = ""
	case sqlerr.UniqueViolation:
		e.Message = `could not create unique index "` + e.Constraint + `"`
		e.Detail = strings.Replace(e.Detail, "already exists.", "is duplicated.", 1)
	}
	return &e
}

// viewsAllow refuses to take columns away that views name, or drops those
// views.
func (s *Session) viewsAllow(alt *plan.Alteration) error {
	views := s.names.Views()
	old, _ := s.names.Relation(alt.Rel.OID)
	for _, col := range alt.Retyped {
		for _, v := range views {
			if v.View.DependsOn(alt.Rel.OID, col) {
				return sqlerr.New(sqlerr.FeatureNotSupported, "cannot alter type of a column used by a view or rule").
					WithDetail("rule _RETURN on %s depends on column \"%s\"", s.describe(v.OID), old.Columns[col].Name)
			}
		}
	}
	for _, col := range alt.Dropped {
		var on dependents
		var gone []types.OID
		column := "column " + functions.QuoteIdent(old.Columns[col].Name) + " of " + s.describe(old.OID)
		for _, d := range plan.Dependents(views, alt.Rel.OID, col) {
			used := column
			if d.On != alt.Rel.OID {
				used = s.describe(d.On)
			}
			gone = append(gone, d.View.OID)
			on.add(s.describe(d.View.OID), used)
		}
		if len(gone) == 0 {
			continue
		}
		if err := s.mayDrop(column, "it", &on, alt.Cascade); err != nil {
			return err
		}
		s.temp.tables.Drop(gone...)
		views = s.names.Views()
	}
	return nil
}

// viewsFollow renumbers the columns that views over an altered table see.
func (s *Session) viewsFollow(alt *plan.Alteration) error {
	if !slices.Contains(alt.Kept, -1) {
		return nil
	}
	for _, v := range s.names.Views() {
		if !v.View.DependsOn(alt.Rel.OID, -1) {
			continue
		}
		view, rel := *v.View, *v
		view.Uses = slices.Clone(view.Uses)
		for i := range view.Uses {
			if u := &view.Uses[i]; u.OID == alt.Rel.OID {
				*u = u.Renumber(alt.Kept)
			}
		}
		rel.View = &view
		if err := s.temp.tables.Redeclare(&rel); err != nil {
			return err
		}
	}
	return nil
}
