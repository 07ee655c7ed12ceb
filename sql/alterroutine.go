package sql

import (
	"context"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// alterRoutine is ALTER FUNCTION, PROCEDURE and ROUTINE.
func (s *Session) alterRoutine(ctx context.Context, p *Prepared, u *plan.AlterRoutine) error {
	changed := func() (*plan.RoutineDefinition, error) {
		def, err := plan.ChangedRoutine(s.bindContext(), p.stmt.tree, u)
		if err != nil {
			return nil, err
		}
		if err := s.mustOwnRoutine(def.Replaces, u.Calls()); err != nil {
			return nil, err
		}
		if def.NewOwner != nil {
			to, err := s.role(*def.NewOwner)
			if err != nil {
				return nil, err
			}
			if err := s.mayBeGiven(def.Schema, def.OID, to); err != nil {
				return nil, err
			}
			def.Owner = to.OID
		}
		return def, s.routineConfig(def)
	}
	def, err := changed()
	if err != nil {
		return err
	}
	if def.OID >= catalog.OIDTempSchema {
		s.temp.routines.put(def.Routine())
		return nil
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		def, err := changed()
		if err != nil {
			return err
		}
		return s.putRoutineOwner(e, def.StoredRoutine, def.Replaces.Owner)
	})
}

// putRoutineOwner writes a routine, to whose owner what the one before was granted and
// has granted goes.
func (s *Session) putRoutineOwner(e *exec.ObjectsEdit, r catalog.StoredRoutine, before types.OID) error {
	if err := e.PutRoutine(&r); err != nil || r.Owner == before {
		return err
	}
	k := catalog.CommentKey{Class: catalog.FunctionClass, OID: r.OID}
	if acl, said := e.Objects.Grants[k]; said {
		return s.putGrant(e, k, acl.Give(before, r.Owner))
	}
	return nil
}

// dropRoutines is DROP FUNCTION, PROCEDURE and ROUTINE.
func (s *Session) dropRoutines(ctx context.Context, p *Prepared, u *plan.DropRoutine) error {
	missing := func(err error) error {
		if !u.IfExists {
			return err
		}
		switch sqlerr.From(err).Code {
		case sqlerr.UndefinedFunction, sqlerr.InvalidSchemaName:
			s.skipping(err)
			return nil
		}
		return err
	}
	found, err := u.Routines(s.bindContext(), p.stmt.tree, missing)
	if err != nil || len(found) == 0 {
		return err
	}
	for _, f := range found {
		if f.Made == nil {
			return sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop function %s because it is required by the database system", s.signatureOf(f))
		}
		if err := s.mustOwnRoutine(f.Made, u.What); err != nil {
			return err
		}
	}
	return s.dropMade(ctx, found, u.Cascade)
}

// dropMade drops routines, with what depends on them if cascade says so.
func (s *Session) dropMade(ctx context.Context, found []*functions.Func, cascade bool) error {
	if len(found) == 0 {
		return nil
	}
	if !slices.ContainsFunc(found, func(f *functions.Func) bool { return f.OID < catalog.OIDTempSchema }) {
		// Only the session's own can hang on them.
		gone, err := s.routinesToDrop(found, cascade)
		if err == nil {
			s.dropOwn(gone)
		}
		return err
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		for _, f := range found {
			if _, ok := s.names.Function(f.OID); !ok {
				return sqlerr.New(sqlerr.UndefinedFunction, "function with OID %d does not exist", f.OID)
			}
		}
		gone, err := s.routinesToDrop(found, cascade)
		if err != nil {
			return err
		}
		return s.dropObjects(e, gone)
	})
}

// dropObjects takes relations and routines away, the session's own among them.
func (s *Session) dropObjects(e *exec.ObjectsEdit, gone []types.OID) error {
	var own []types.OID
	for _, oid := range gone {
		if oid >= catalog.OIDTempSchema {
			own = append(own, oid)
			continue
		}
		if _, ok := s.names.Function(oid); ok {
			if err := e.DropRoutine(oid); err != nil {
				return err
			}
			continue
		}
		rel, ok := s.names.Relation(oid)
		if !ok {
			return sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", oid)
		}
		if err := e.Drop(rel); err != nil {
			return err
		}
	}
	s.dropOwn(own)
	return nil
}

// dropOwn takes relations and routines of the session's own away.
func (s *Session) dropOwn(own []types.OID) {
	var rels, made []types.OID
	for _, oid := range own {
		if _, ok := s.names.Function(oid); ok {
			made = append(made, oid)
		} else {
			rels = append(rels, oid)
		}
	}
	if len(made) > 0 {
		s.temp.routines.drop(made...)
	}
	if len(rels) > 0 {
		s.temp.tables.Drop(rels...)
	}
}

// routinesToDrop lists routines to drop and what depends on them; it refuses when
// something does and cascade is not set.
func (s *Session) routinesToDrop(found []*functions.Func, cascade bool) ([]types.OID, error) {
	var roots []types.OID
	for _, f := range found {
		roots = append(roots, f.OID)
	}
	gone, on := s.dependentsOf(roots)
	what, it := "desired object(s)", "them"
	if len(found) == 1 {
		what, it = s.describeRoutine(found[0]), "it"
	}
	return gone, s.mayDrop(what, it, on, cascade)
}

// dependentsOf lists objects and the views and routines that hang on them.
func (s *Session) dependentsOf(roots []types.OID) ([]types.OID, *dependents) {
	on := &dependents{}
	gone := append([]types.OID(nil), roots...)
	seen := map[types.OID]bool{}
	for _, oid := range roots {
		seen[oid] = true
	}
	for i := 0; i < len(gone); i++ {
		base := gone[i]
		for _, v := range s.names.Views() {
			if !seen[v.OID] && (v.View.DependsOn(base, -1) || v.View.Calls.Has(base)) {
				seen[v.OID] = true
				gone = append(gone, v.OID)
				on.add(s.describe(v.OID), s.describeAny(base))
			}
		}
		for _, r := range s.names.MadeRoutines() {
			if !seen[r.OID] && r.DependsOn(base) {
				seen[r.OID] = true
				gone = append(gone, r.OID)
				on.add(s.describeRoutine(r.Func), s.describeAny(base))
			}
		}
	}
	return gone, on
}

// describeAny names a relation or a routine as messages do.
func (s *Session) describeAny(oid types.OID) string {
	if f, ok := s.names.Function(oid); ok {
		return s.describeRoutine(f)
	}
	return s.describe(oid)
}

// describeRoutine names a routine as messages do.
func (s *Session) describeRoutine(f *functions.Func) string { return "function " + s.signatureOf(f) }

func (s *Session) signatureOf(f *functions.Func) string {
	text, _ := s.names.AppendReg(nil, types.OIDRegprocedure, f.OID)
	return string(text)
}
