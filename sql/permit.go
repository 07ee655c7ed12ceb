package sql

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// permit refuses a plan that the current role may not run. Plans are shared, so that
// it is asked each time: of a superuser nothing, save for views, which show what their
// owners may read.
func (s *Session) permit(made *planned) error {
	if s.who.super && !made.bound.Viewed {
		return nil
	}
	asked := uint64(s.who.current)<<32 | s.objects.seq&(1<<32-1)
	if made.allowed.Load() == asked {
		return nil
	}
	for i := range made.bound.Access {
		if err := s.permitAccess(&made.bound.Access[i]); err != nil {
			return err
		}
	}
	for _, oid := range made.bound.Calls {
		if !s.names.Executable(s.who.current, oid) {
			f, _ := s.names.Function(oid)
			what := "function"
			if f.Kind == functions.Procedure {
				what = "procedure"
			}
			return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for %s %s", what, f.Name)
		}
	}
	made.allowed.Store(asked)
	return nil
}

// asksPrivileges reports whether it depends on privileges that the current role may run a
// plan: those that were revoked on another node a moment ago are to be gone.
func (s *Session) asksPrivileges(made *planned) bool {
	return !s.who.super && len(made.bound.Access) > 0
}

// permitAccess refuses what a plan wants of a relation and the role it is asked of may
// not: the current one or, within a view, the view's owner.
func (s *Session) permitAccess(a *plan.Access) error {
	role := s.who.current
	if a.View != 0 {
		role = s.names.OwnerOf(catalog.RelationClass, a.View)
	}
	if !s.accessible(role, a) {
		return a.Denied()
	}
	return nil
}

// accessible reports whether a role has the privileges: each of them on the relation or,
// where columns have them, on all columns that are named.
func (s *Session) accessible(role types.OID, a *plan.Access) bool {
	key := catalog.CommentKey{Class: catalog.RelationClass, OID: a.Rel}
	held, _ := s.names.Held(role, key, a.Needs, 0)
	lacks := a.Needs &^ held
	const onColumns = types.PrivSelect | types.PrivInsert | types.PrivUpdate | types.PrivReferences
	if lacks == 0 {
		return true
	}
	if lacks&^onColumns != 0 {
		return false
	}
	for _, of := range []struct {
		priv    types.Privileges
		columns []int16
	}{{types.PrivSelect, a.Selected}, {types.PrivInsert, a.Inserted}, {types.PrivUpdate, a.Updated}, {types.PrivReferences, a.Referenced}} {
		if lacks&of.priv != 0 && !s.columnsAllow(role, key, of.priv, of.columns) {
			return false
		}
	}
	return true
}

// columnsAllow reports whether a role has a privilege on all of some columns; on any of
// the relation's, if there are none.
func (s *Session) columnsAllow(role types.OID, key catalog.CommentKey, priv types.Privileges, columns []int16) bool {
	has := func(column int) bool {
		key.Sub = int32(column)
		p, _ := s.names.Held(role, key, priv, 0)
		return p != 0
	}
	for _, c := range columns {
		if !has(int(c)) {
			return false
		}
	}
	if len(columns) > 0 {
		return true
	}
	rel, ok := s.names.Relation(key.OID)
	for i := 1; ok && i <= len(rel.Columns); i++ {
		if has(i) {
			return true
		}
	}
	return false
}

// permitReferences refuses foreign keys to columns to which the current role may make
// none. Those that the table had before are there already.
func (s *Session) permitReferences(rel, before *catalog.Relation) error {
	for i := range rel.Foreign {
		k := &rel.Foreign[i]
		old := before != nil && slices.ContainsFunc(before.Foreign, func(f catalog.ForeignKey) bool { return f.OID == k.OID })
		ref, ok := s.names.Relation(k.Ref)
		if old || !ok {
			continue
		}
		a := plan.Access{Rel: ref.OID, Name: ref.Name, What: ref.KindWord(), Needs: types.PrivReferences}
		for _, c := range k.RefColumns {
			a.Referenced = append(a.Referenced, int16(c+1))
		}
		if err := s.permitAccess(&a); err != nil {
			return err
		}
	}
	return nil
}

// permitRelation refuses what a utility statement wants of a whole relation.
func (s *Session) permitRelation(role types.OID, rel *catalog.Relation, needs types.Privileges) error {
	key := catalog.CommentKey{Class: catalog.RelationClass, OID: rel.OID}
	if held, _ := s.names.Held(role, key, needs, 0); held == 0 {
		return (&plan.Access{Name: rel.Name, What: rel.KindWord()}).Denied()
	}
	return nil
}

// mayMakeTemporary refuses temporary objects to who may not make them.
func (s *Session) mayMakeTemporary() error {
	key := catalog.CommentKey{Class: catalog.DatabaseClass, OID: catalog.OIDDatabase}
	if held, _ := s.names.Held(s.who.current, key, types.PrivTemporary, 0); held != 0 {
		return nil
	}
	if s.temp.schema.OID != 0 {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for schema %s", s.temp.schema.Name)
	}
	return sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied to create temporary tables in database "%s"`, Database)
}

// mayMakeView refuses a view in a schema in which the current role may not make one.
func (s *Session) mayMakeView(def *plan.ViewDefinition) error {
	if def.Temp {
		return s.mayMakeTemporary()
	}
	return s.permitSchema(def.Rel.Schema, types.PrivCreate)
}

// permitSchema refuses a schema to who has not a privilege on it.
func (s *Session) permitSchema(name string, needs types.Privileges) error {
	sch, ok := s.names.SchemaNamed(name)
	if !ok {
		return nil // whoever looks for something in it says so
	}
	if held, _ := s.names.Held(s.who.current, catalog.CommentKey{Class: catalog.SchemaClass, OID: sch.OID}, needs, 0); held == 0 {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for schema %s", name)
	}
	return nil
}

// closedSchemas names the schemas into which the current role may not look.
func (s *Session) closedSchemas() string {
	if s.who.super {
		return ""
	}
	names := ""
	for _, sch := range s.eng.catalog.Schemas() {
		if s.permitSchema(sch.Name, types.PrivUsage) != nil {
			names += "\x00" + sch.Name + "\x00"
		}
	}
	return names
}

func (s *Session) mayUse(schema string) bool {
	return s.who.closed == "" || !strings.Contains(s.who.closed, "\x00"+schema+"\x00")
}

// mayConnect refuses a login to who may not connect to the database.
func (s *Session) mayConnect() error {
	key := catalog.CommentKey{Class: catalog.DatabaseClass, OID: catalog.OIDDatabase}
	if held, _ := s.names.Held(s.who.current, key, types.PrivConnect, 0); held != 0 {
		return nil
	}
	e := sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied for database "%s"`, Database).WithDetail("User does not have CONNECT privilege.")
	e.Severity = "FATAL"
	return e
}
