package catalog

import (
	"slices"
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// SessionCatalog is the catalog as one session sees it: what functions may ask
// (functions.Catalog) and how reg* values are read and printed (types.Names).
// It serves the session's goroutine and its workers at once, as far as the
// path function given to ForSession does.
type SessionCatalog interface {
	functions.Catalog
	types.Names
	// Relation, Named, SchemaNamed and Lens find objects for the binder.
	Relation(oid types.OID) (*Relation, bool)
	Named(schema, name string) (*Relation, bool)
	SchemaNamed(name string) (Schema, bool)
	Lens(name string) (LensSchema, bool)
	// Domain and DomainNamed find domains.
	Domain(oid types.OID) (d *Domain, array, ok bool)
	DomainNamed(schema, name string) (*Domain, bool)
	// Domains lists those that statements made.
	Domains() []*Domain
	Codeless(name string) []*functions.Func
	LeakProof(oid types.OID) bool
	CodelessOperators(name string) []*functions.Operator
	// Routines lists the functions and procedures of a name that statements made,
	// MadeRoutines all of them.
	Routines(name string) []*functions.Func
	MadeRoutines() []*functions.Routine
	// SetOwn gives the session relations and routines of its own; see layer.go.
	SetOwn(schema Schema, rels []*Relation, made []*functions.Routine)
	// SearchPath lists the schemas that unqualified names are searched in.
	SearchPath() []string
	// Role finds a role; Roles are all of them, with their memberships.
	Role(name string) (Role, bool)
	Roles() *Roles
	// OwnerOf is the role that owns an object of a catalog; see owner.go.
	OwnerOf(class, oid types.OID) types.OID
	Constrained(constraint types.OID) *Relation
	// Views lists the views that statements made.
	Views() []*Relation
	// ACL, Default and Held tell of privileges; see privilege.go.
	ACL(k CommentKey) (acl types.ACL, said bool)
	Default(owner, schema types.OID, kind DefaultKind) (acl types.ACL, said bool)
	Held(role types.OID, k CommentKey, privs, options types.Privileges) (p, o types.Privileges)
	// Grants and DefaultGrants are the lists that statements gave.
	Grants() map[CommentKey]types.ACL
	DefaultGrants() map[DefaultScope]DefaultACL
	// RelationsIn and FunctionsIn list what a schema has; ObjectNamed finds an object of
	// a class whose objects have names alone.
	RelationsIn(schema string) []*Relation
	FunctionsIn(schema string) []*functions.Func
	ObjectNamed(class types.OID, name string) (types.OID, bool)
	TrustedLanguage(oid types.OID) bool
	// Executable reports whether a role may call a function.
	Executable(role, oid types.OID) bool
	// SetMade shows what statements made; see objects.go.
	SetMade(l *Layer)
}

// sessionView implements SessionCatalog.
type sessionView struct {
	*Catalog
	path func(implicit bool) []string
	own  *atomic.Pointer[Catalog] // the session's own relations; nil inside: none
	made *atomic.Pointer[Catalog] // what statements made; nil inside: nothing
}

// ForSession returns the catalog as a session sees it. path lists the schemas
// that unqualified names are searched in; implicit adds pg_catalog where it is
// searched without being named.
func (c *Catalog) ForSession(path func(implicit bool) []string) SessionCatalog {
	return sessionView{c, path, &atomic.Pointer[Catalog]{}, &atomic.Pointer[Catalog]{}}
}

// SearchPath implements SessionCatalog.
func (v sessionView) SearchPath() []string { return v.path(true) }

// RelationByName finds a relation or an index; schema "" means along the path.
func (v sessionView) RelationByName(schema, name string) (types.OID, bool) {
	if schema != "" {
		return v.inLayers(schema, name)
	}
	for _, s := range v.path(true) {
		if oid, ok := v.inLayers(s, name); ok {
			return oid, true
		}
	}
	return 0, false
}

func (v sessionView) inLayers(schema, name string) (types.OID, bool) {
	for _, c := range v.layers() {
		if oid, ok := c.classNamed(c.canonical(schema), name); ok {
			return oid, true
		}
	}
	return 0, false
}

// classNamed finds whatever has a row in pg_class.
func (c *Catalog) classNamed(schema, name string) (types.OID, bool) {
	if r, ok := c.Named(schema, name); ok {
		return r.OID, true
	}
	for i := range c.indexes {
		if x := &c.indexes[i]; x.Name == name && x.rel.Schema == schema {
			return x.OID, true
		}
	}
	return 0, false
}

// RelationName returns the schema and name of a relation or an index.
func (v sessionView) RelationName(oid types.OID) (schema, name string, ok bool) {
	if r, ok := v.Relation(oid); ok {
		return r.Schema, r.Name, true
	}
	if x := v.indexInLayers(oid); x != nil {
		return x.rel.Schema, x.Name, true
	}
	return "", "", false
}

// ColumnName returns the name of a column, counted from 1.
func (v sessionView) ColumnName(rel types.OID, attnum int16) (string, bool) {
	if r, ok := v.Relation(rel); ok && attnum >= 1 && int(attnum) <= len(r.Columns) {
		return r.Columns[attnum-1].Name, true
	}
	if x := v.indexInLayers(rel); x != nil && attnum >= 1 && int(attnum) <= len(x.All()) {
		return x.column(x.rel, int(attnum)-1).Name, true
	}
	return "", false
}

// SchemaByName finds a schema.
func (v sessionView) SchemaByName(name string) (types.OID, bool) {
	s, ok := v.SchemaNamed(name)
	return s.OID, ok
}

// SchemaName returns a schema's name.
func (v sessionView) SchemaName(oid types.OID) (string, bool) {
	for _, c := range v.layers() {
		for i := range c.schemas {
			if c.schemas[i].OID == oid {
				return c.schemas[i].Name, true
			}
		}
	}
	return "", false
}

// RoleByName finds a role.
func (v sessionView) RoleByName(name string) (types.OID, bool) {
	r, ok := v.Role(name)
	return r.OID, ok
}

// RoleName returns a role's name.
func (v sessionView) RoleName(oid types.OID) (string, bool) {
	r, ok := v.Roles().ByOID(oid)
	return r.Name, ok
}

// HasRole reports whether a role has a right on another.
func (v sessionView) HasRole(role, of types.OID, right functions.RoleRight) bool {
	switch right {
	case functions.RoleAdmin:
		return v.Roles().IsAdmin(role, of)
	case functions.RoleMember:
		return v.Roles().IsMember(role, of)
	}
	return v.Roles().HasPrivilegesOf(role, of)
}

// RelationVisible reports whether the name alone finds the relation.
func (v sessionView) RelationVisible(oid types.OID) (visible, exists bool) {
	_, name, ok := v.RelationName(oid)
	if !ok {
		return false, false
	}
	found, ok := v.RelationByName("", name)
	return ok && found == oid, true
}

// TypeVisible reports whether the name alone finds the type. All types but those of
// rows and domains are in pg_catalog, where nothing hides another.
func (v sessionView) TypeVisible(oid types.OID) (visible, exists bool) {
	if r, _, ok := v.ofRows(oid); ok {
		return v.RelationVisible(r.OID)
	}
	if d, _, ok := v.Domain(oid); ok {
		return v.domainVisible(d), true
	}
	_, ok := types.Lookup(oid)
	return ok && v.systemVisible(), ok
}

// FunctionVisible reports whether the name and argument types alone find the
// function.
func (v sessionView) FunctionVisible(oid types.OID) (visible, exists bool) {
	p, ok := v.procByOID(oid)
	return ok && v.procVisible(p), ok
}

// procVisible reports whether the name finds a function: no schema before its own has
// one with the same arguments, and it is none of pg_temp.
func (v sessionView) procVisible(p *proc) bool {
	if p.OID >= OIDTempSchema {
		return false
	}
	path := v.path(true)
	at := slices.Index(path, p.schema())
	if at <= 0 {
		return at == 0
	}
	return !slices.ContainsFunc(v.procsOfName(p.Name), func(q *proc) bool {
		return q.OID < OIDTempSchema && slices.Contains(path[:at], q.schema()) && slices.Equal(q.Args, p.Args)
	})
}

func (v sessionView) systemVisible() bool { return slices.Contains(v.path(true), "pg_catalog") }

// Comment returns an object's comment; class 0 takes the first class that has
// one, as the deprecated obj_description(oid) does.
func (v sessionView) Comment(class, oid types.OID, sub int32) (string, bool) {
	if class == 0 {
		for _, class := range commentClasses {
			if s, ok := v.Comment(class, oid, sub); ok {
				return s, true
			}
		}
		return "", false
	}
	return v.remark(CommentKey{class, oid, sub})
}

// RelationSize estimates a relation's bytes; 0 is the whole database.
func (v sessionView) RelationSize(oid types.OID) int64 {
	if oid != 0 {
		return v.byteCount(oid)
	}
	sum := int64(0)
	for _, r := range v.relations {
		if r.insertable() {
			sum += v.byteCount(r.OID)
		}
	}
	return sum
}
