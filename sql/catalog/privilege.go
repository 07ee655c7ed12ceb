package catalog

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// ACL is the list of an object or column as the session sees it; said is false where
// it is the one that such objects have by default.
func (v sessionView) ACL(k CommentKey) (acl types.ACL, said bool) {
	if k.Class == RelationClass && k.OID >= OIDTempSchema {
		if r, ok := v.Relation(k.OID); ok {
			acl, said = r.Grants[k.Sub]
		}
	} else {
		if made := v.made.Load(); made != nil {
			acl, said = made.grants[k]
		}
		if !said {
			acl, said = v.DeclaredACL(k)
		}
	}
	if !said {
		return types.DefaultACL(v.aclKind(k), v.OwnerOf(k.Class, k.OID)), false
	}
	return acl, true
}

// aclKind is the kind of list that an object has.
func (v sessionView) aclKind(k CommentKey) types.ACLKind {
	if k.Class == RelationClass {
		if k.Sub != 0 {
			return types.ACLColumn
		}
		if r, ok := v.Relation(k.OID); ok && r.Kind == 'S' {
			return types.ACLSequence
		}
	}
	return classKinds[k.Class]
}

// classKinds are the kinds of lists by the catalog that has the objects.
var classKinds = map[types.OID]types.ACLKind{
	RelationClass: types.ACLRelation, FunctionClass: types.ACLFunction, TypeClass: types.ACLType, DatabaseClass: types.ACLDatabase, SchemaClass: types.ACLSchema,
	LanguageClass: types.ACLLanguage, LargeObjectClass: types.ACLLargeObject, TablespaceClass: types.ACLTablespace, ForeignDataClass: types.ACLForeignData,
	ForeignServerClass: types.ACLForeignServer,
}

// Default is the list that an object of a kind begins with which a role makes in a
// schema; said is false where it is the one that such objects have in any case.
func (v sessionView) Default(owner, schema types.OID, kind DefaultKind) (acl types.ACL, said bool) {
	made := v.made.Load()
	if made == nil || len(made.defaultGrants) == 0 {
		return nil, false
	}
	anywhere, a := made.defaultGrants[DefaultScope{owner, 0, kind}]
	here, b := made.defaultGrants[DefaultScope{owner, schema, kind}]
	if !a && !b {
		return nil, false
	}
	usual := types.DefaultACL(kind.ACLKind(), owner)
	acl = usual
	if a {
		acl = anywhere.ACL
	}
	acl, err := acl.Merge(here.ACL, owner, v.Roles().HasPrivilegesOf)
	if err != nil { // cannot be: nothing is taken away
		return nil, false
	}
	acl = acl.Sorted()
	return acl, !acl.Equal(usual.Sorted())
}

// Held returns which privileges, and which options to grant them, a role holds on an
// object or, with k.Sub, by a column's own list. The lists are those of the session.
func (v sessionView) Held(role types.OID, k CommentKey, privs, options types.Privileges) (p, o types.Privileges) {
	roles := v.Roles()
	if k.Sub == 0 && roles.Superuser(role) {
		return privs, options
	}
	var r *Relation
	if k.Class == RelationClass {
		if r, _ = v.Relation(k.OID); r != nil && r.Store == VirtualStore && r.Kind != 'v' && r.OID < firstOwnOID {
			// Catalogs are changed by the server alone.
			const change = types.PrivInsert | types.PrivUpdate | types.PrivDelete | types.PrivTruncate | types.PrivUsage
			privs &^= change
			options &^= change
		}
	}
	if k.Class == SchemaClass && k.OID >= OIDTempSchema { // whoever may make temporary tables may in the session's schema
		may, _ := v.Held(role, CommentKey{DatabaseClass, OIDDatabase, 0}, types.PrivTemporary, 0)
		if may != 0 {
			return privs, options
		}
		return privs & types.PrivUsage, 0
	}
	acl, said := v.ACL(k)
	if k.Sub != 0 && !said {
		return 0, 0
	}
	p, o = acl.Mask(role, v.OwnerOf(k.Class, k.OID), roles.HasPrivilegesOf, privs, options)
	if k.Sub != 0 {
		return p, o
	}
	return p | v.predefined(roles, role, k, privs&^p), o
}

// predefined are the privileges that the roles of all data give.
func (v sessionView) predefined(roles *Roles, role types.OID, k CommentKey, wanted types.Privileges) (p types.Privileges) {
	const change = types.PrivInsert | types.PrivUpdate | types.PrivDelete
	switch k.Class {
	case RelationClass:
		if wanted&types.PrivSelect != 0 && roles.HasPrivilegesOf(role, OIDReadAllDataRole) {
			p |= types.PrivSelect
		}
		if wanted&change != 0 && roles.HasPrivilegesOf(role, OIDWriteAllDataRole) {
			p |= wanted & change
		}
	case SchemaClass:
		if wanted&types.PrivUsage != 0 && (roles.HasPrivilegesOf(role, OIDReadAllDataRole) || roles.HasPrivilegesOf(role, OIDWriteAllDataRole)) {
			p = types.PrivUsage
		}
	}
	return p
}

// privilegeClass is the class of a kind of object, as has_<kind>_privilege names it.
func privilegeClass(kind string) types.OID {
	switch kind {
	case "table", "column", "sequence":
		return RelationClass
	case "schema":
		return SchemaClass
	case "function":
		return FunctionClass
	case "database":
		return DatabaseClass
	case "type":
		return TypeClass
	case "language":
		return LanguageClass
	case "tablespace":
		return TablespaceClass
	case "foreign-data wrapper":
		return ForeignDataClass
	case "server":
		return ForeignServerClass
	}
	return 0
}

// Privileges implements functions.Catalog.
func (v sessionView) Privileges(role types.OID, kind string, oid types.OID, column int16, privs, options types.Privileges) (p, o types.Privileges) {
	class := privilegeClass(kind)
	if class == 0 {
		if v.Roles().Superuser(role) {
			return privs, options
		}
		return 0, 0
	}
	if class == TypeClass { // arrays have the list of their elements
		if elem := v.elementOf(oid); elem != 0 {
			oid = elem
		}
	}
	return v.Held(role, CommentKey{class, oid, int32(column)}, privs, options)
}

// elementOf is the type of which arrays are of a type; 0 of what is no array.
func (v sessionView) elementOf(oid types.OID) types.OID {
	if d, array, ok := v.Domain(oid); ok && array {
		return d.OID
	}
	return types.ElemOf(oid)
}

// ACLText prints a list as a value of type aclitem[].
func (v sessionView) ACLText(acl types.ACL) types.Datum {
	items := make([]types.Datum, len(acl))
	for i, it := range acl {
		items[i] = types.Text(string(it.AppendText(nil, v.aclName)))
	}
	return types.Any(types.NewArray(types.OIDACLItem, items))
}

func (v sessionView) aclName(oid types.OID) string {
	name, ok := v.RoleName(oid)
	return types.ACLName(oid, name, ok)
}

// WithGrants is the relation with a list in the place of the one that it, or one of
// its columns counted from 1, has.
func (r *Relation) WithGrants(sub int32, acl types.ACL) *Relation {
	out := *r
	out.Grants = maps.Clone(r.Grants)
	switch {
	case sub != 0 && len(acl) == 0:
		delete(out.Grants, sub)
		return &out
	case out.Grants == nil:
		out.Grants = map[int32]types.ACL{}
	}
	out.Grants[sub] = acl
	return &out
}

// WithGrantsOf is the relation with the lists of the one that it was before, whose
// columns have gone where kept says, -1 of those that are gone.
func (r *Relation) WithGrantsOf(old *Relation, kept []int) *Relation {
	if len(old.Grants) == 0 {
		return r
	}
	out := *r
	out.Grants = map[int32]types.ACL{}
	for sub, acl := range old.Grants {
		switch {
		case sub == 0:
			out.Grants[0] = acl
		case kept[sub-1] >= 0:
			out.Grants[int32(kept[sub-1]+1)] = acl
		}
	}
	return &out
}

// RelationsIn lists the relations of a schema.
func (v sessionView) RelationsIn(schema string) (out []*Relation) {
	for _, c := range v.layers() {
		name := c.canonical(schema)
		for _, r := range c.relations {
			if r.Schema == name {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b *Relation) int { return cmp.Compare(a.OID, b.OID) })
	return out
}

// SchemaNames lists the schemas that the session sees.
func (v sessionView) SchemaNames() (out []string) {
	for _, c := range v.layers() {
		for i := range c.schemas {
			if !slices.Contains(out, c.schemas[i].Name) {
				out = append(out, c.schemas[i].Name)
			}
		}
	}
	return out
}

// FunctionsIn lists the functions of a schema.
func (v sessionView) FunctionsIn(schema string) (out []*functions.Func) {
	for i := range v.library().procs {
		if p := &v.library().procs[i]; p.schema() == schema {
			out = append(out, p.Func)
		}
	}
	for _, r := range v.MadeRoutines() {
		if r.Schema == schema {
			out = append(out, r.Func)
		}
	}
	return out
}

// ObjectNamed finds an object of a class whose objects have names alone.
func (v sessionView) ObjectNamed(class types.OID, name string) (types.OID, bool) {
	switch class {
	case SchemaClass:
		return v.SchemaByName(name)
	case DatabaseClass:
		return OIDDatabase, name == databaseName
	case LanguageClass:
		for _, l := range languages {
			if l.name == name {
				return l.oid, true
			}
		}
	case TablespaceClass:
		switch name {
		case "pg_default":
			return tablespaceDefault, true
		case "pg_global":
			return tablespaceGlobal, true
		}
	}
	return 0, false
}

// TrustedLanguage reports whether others than superusers may be let use a language.
func (v sessionView) TrustedLanguage(oid types.OID) bool {
	return slices.ContainsFunc(languages[:], func(l language) bool { return l.oid == oid && l.trusted })
}

// RelationKind implements functions.Catalog.
func (v sessionView) RelationKind(oid types.OID) (kind byte, ok bool) {
	if r, ok := v.Relation(oid); ok {
		return r.Kind, true
	}
	return 'i', v.indexInLayers(oid) != nil
}

// Executable reports whether a role may call a function.
func (v sessionView) Executable(role, oid types.OID) bool {
	made := v.made.Load()
	if f, ok := functions.ByOID(oid); ok && !f.Restricted && (made == nil || !made.grantsOnFunctions) {
		return true
	}
	p, _ := v.Held(role, CommentKey{FunctionClass, oid, 0}, types.PrivExecute, 0)
	return p != 0
}

// Grants are the lists of privileges that statements gave, those of the session's own
// relations too.
func (v sessionView) Grants() map[CommentKey]types.ACL {
	out := map[CommentKey]types.ACL{}
	if made := v.made.Load(); made != nil {
		maps.Copy(out, made.grants)
	}
	if own := v.own.Load(); own != nil {
		for _, r := range own.relations {
			for sub, acl := range r.Grants {
				out[CommentKey{RelationClass, r.OID, sub}] = acl
			}
		}
	}
	return out
}

// DefaultGrants are the lists for objects to come.
func (v sessionView) DefaultGrants() map[DefaultScope]DefaultACL {
	if made := v.made.Load(); made != nil {
		return made.defaultGrants
	}
	return nil
}
