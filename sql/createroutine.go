package sql

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// createRoutine is CREATE FUNCTION and CREATE PROCEDURE.
func (s *Session) createRoutine(ctx context.Context, p *Prepared, u *plan.CreateRoutine) error {
	if u.Temp() {
		s.tempSchema()
	}
	def, err := s.defineRoutine(p, u)
	if err != nil {
		return err
	}
	for _, n := range def.Notices {
		s.tell(n, "")
	}
	if strings.HasPrefix(def.Schema, catalog.TempSchema) {
		if def.OID == 0 {
			def.OID = s.temp.tables.NewOID()
		}
		s.temp.routines.put(def.Routine())
		return nil
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		// Once more, against the objects that the change is made to.
		def, err := s.defineRoutine(p, u)
		if err != nil {
			return err
		}
		if def.OID == 0 {
			def.OID = e.NewOID()
			schema, _ := s.names.SchemaNamed(def.Schema)
			if acl, said := s.names.Default(s.who.current, schema.OID, catalog.DefaultFunctions); said {
				if err := e.PutGrant(catalog.CommentKey{Class: catalog.FunctionClass, OID: def.OID}, acl, false); err != nil {
					return err
				}
			}
		}
		return e.PutRoutine(&def.StoredRoutine)
	})
}

// defineRoutine says what a CREATE FUNCTION declares, whose body has been checked.
func (s *Session) defineRoutine(p *Prepared, u *plan.CreateRoutine) (*plan.RoutineDefinition, error) {
	def, err := plan.DefineRoutine(s.bindContext(), p.stmt.tree, u, languageNames)
	if err != nil {
		return nil, err
	}
	if err := s.mayMakeRoutine(def); err != nil {
		return nil, err
	}
	if err := s.routineConfig(def); err != nil {
		return nil, err
	}
	r := def.Routine()
	if def.Atomic {
		// The names in it mean for ever what they mean now.
		body, err := s.planSQL(&functions.RoutineCall{Routine: r, Args: r.Func.Args, Result: r.Ret}, p.stmt.tree.BodyStatements(), r)
		if err != nil {
			return nil, err
		}
		def.Uses = s.objectsOf(body)
		return def, nil
	}
	if !s.settings.on("check_function_bodies") {
		return def, nil
	}
	if err := languageNamed(def.Language).check(s, r); err != nil {
		return nil, s.inDefinition(err, p, def)
	}
	return def, nil
}

// inDefinition makes a position in a body one in the statement that has it.
func (s *Session) inDefinition(err error, p *Prepared, def *plan.RoutineDefinition) error {
	e := *sqlerr.From(err)
	// A text that is written with escapes, or twice, tells no place.
	at := strings.Index(p.stmt.Text, def.Body)
	if e.Position > 0 && at >= 0 && !strings.Contains(p.stmt.Text[at+1:], def.Body) {
		e.Position += utf8.RuneCountInString(p.stmt.Text[:at])
		return &e
	}
	e.Position = 0
	if def.Language == "sql" {
		return inBody(&e, `SQL function "`+def.Name+`"`)
	}
	return &e
}

// objectsOf are the relations and routines that the statements of a body use.
func (s *Session) objectsOf(b *sqlBody) []functions.ObjectRef {
	var out []functions.ObjectRef
	for _, p := range b.stmts {
		if p.plan == nil {
			continue
		}
		for _, oid := range p.plan.bound.Uses {
			if oid == 0 || oid >= catalog.OIDTempSchema { // itself, or what means nothing to another session
				continue
			}
			class := catalog.FunctionClass
			if _, ok := s.names.Relation(oid); ok {
				class = catalog.RelationClass
			}
			out = append(out, functions.ObjectRef{Class: class, OID: oid})
		}
	}
	return out
}

// catalogWith is a session's catalog with a routine that is being made.
type catalogWith struct {
	catalog.SessionCatalog
	routine *functions.Routine
}

// Routines implements plan.Catalog.
func (c catalogWith) Routines(name string) []*functions.Func {
	out := c.SessionCatalog.Routines(name)
	if name != c.routine.Name {
		return out
	}
	return append(slices.DeleteFunc(slices.Clone(out), func(f *functions.Func) bool { return f.OID == c.routine.OID }), c.routine.Func)
}

// mayMakeRoutine refuses a routine to who may not make it where it is to be, and gives a
// new one its owner. One that is replaced keeps its owner, whom it takes to do so.
func (s *Session) mayMakeRoutine(def *plan.RoutineDefinition) error {
	if strings.HasPrefix(def.Schema, catalog.TempSchema) {
		if err := s.mayMakeTemporary(); err != nil {
			return err
		}
	} else if err := s.permitSchema(def.Schema, types.PrivCreate); err != nil {
		return err
	}
	if def.Replaces != nil {
		return s.mustOwnRoutine(def.Replaces, "function")
	}
	owner, err := s.roleByOID(s.who.current) // it may be gone
	def.Owner = owner.OID
	return err
}

// mustOwnRoutine is mustOwn of a routine, which messages call what.
func (s *Session) mustOwnRoutine(r *functions.Routine, what string) error {
	if s.owns(s.names.OwnerOf(catalog.FunctionClass, r.OID)) {
		return nil
	}
	return notOwner(what, r.Name)
}

// routineConfig reads the SET clauses of a definition.
func (s *Session) routineConfig(def *plan.RoutineDefinition) error {
	for _, u := range def.Settings {
		name := lower(u.Name)
		switch {
		case u.Default && name == "":
			def.Config = nil
			continue
		case u.Default:
			def.Config = withoutSetting(def.Config, name)
			continue
		}
		value, err := s.setValue(u)
		if err != nil {
			return err
		}
		if d := settingIndex[name]; d != nil {
			if value, err = d.normalize(value, s.settings.at(d)); err != nil {
				return err
			}
			name = d.name
		} else if err := checkCustomName(name); err != nil {
			return err
		}
		def.Config = append(withoutSetting(def.Config, name), name+"="+value)
	}
	for _, name := range def.Current {
		value, ok := s.show(name)
		if !ok {
			return unknownSetting(name)
		}
		def.Config = append(withoutSetting(def.Config, lower(name)), lower(name)+"="+value)
	}
	return nil
}

// withoutSetting is a configuration without what it says of a setting.
func withoutSetting(config []string, name string) []string {
	var out []string
	for _, kv := range config {
		if k, _, _ := strings.Cut(kv, "="); !strings.EqualFold(k, name) {
			out = append(out, kv)
		}
	}
	return out
}

// configured puts the settings of a routine in force; the returned function puts back
// what was.
func (s *Session) configured(config []string) (restore func(), err error) {
	var before [][2]string
	restore = func() {
		for i := len(before) - 1; i >= 0; i-- {
			_, _ = s.assign(before[i][0], before[i][1], true) // it was in force
		}
	}
	for _, kv := range config {
		name, value, _ := strings.Cut(kv, "=")
		old, _ := s.show(name)
		if _, err := s.assign(name, value, true); err != nil {
			restore()
			return nil, err
		}
		before = append(before, [2]string{name, old})
	}
	return restore, nil
}
