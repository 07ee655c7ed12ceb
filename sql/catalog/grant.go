package catalog

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// What GRANT says of objects is stored in two state tables: lists by class, OID and
// column of what they are about, and the lists that objects to come begin with, by
// role, schema (0: any) and kind. A list that is not there is what DeclaredACL says.
// The session's own relations carry their lists themselves.
var (
	GrantTypes        = []types.OID{types.OIDOID, types.OIDOID, types.OIDInt4, types.OIDText}
	GrantKey          = []int{0, 1, 2}
	DefaultGrantTypes = []types.OID{types.OIDOID, types.OIDOID, types.OIDInt4, types.OIDText}
	DefaultGrantKey   = []int{0, 1, 2}
)

// The catalogs that have objects of which only privileges are granted.
const (
	LanguageClass                = classLanguage
	TablespaceClass    types.OID = 1213
	ForeignDataClass   types.OID = 2328
	ForeignServerClass types.OID = 1417
)

// DefaultScope is what ALTER DEFAULT PRIVILEGES speaks of: the objects of a kind that
// a role will make, in one schema or, with 0, in any.
type DefaultScope struct {
	Role, Schema types.OID
	Kind         DefaultKind
}

// DefaultKind is a kind of objects to come, by its letter in pg_default_acl.
type DefaultKind byte

// The kinds.
const (
	DefaultRelations DefaultKind = 'r'
	DefaultSequences DefaultKind = 'S'
	DefaultFunctions DefaultKind = 'f'
	DefaultDataTypes DefaultKind = 'T'
	DefaultSchemas   DefaultKind = 'n'
)

// ACLKind is the kind of list that the objects have.
func (k DefaultKind) ACLKind() types.ACLKind {
	switch k {
	case DefaultSequences:
		return types.ACLSequence
	case DefaultFunctions:
		return types.ACLFunction
	case DefaultDataTypes:
		return types.ACLType
	case DefaultSchemas:
		return types.ACLSchema
	}
	return types.ACLRelation
}

// Usual is what the list is while nothing was said: of a schema it adds nothing.
func (d DefaultScope) Usual() types.ACL {
	if d.Schema != 0 {
		return nil
	}
	return types.DefaultACL(d.Kind.ACLKind(), d.Role)
}

// DefaultACL is a list that objects to come begin with.
type DefaultACL struct {
	OID types.OID // of its row in pg_default_acl
	ACL types.ACL
}

// GrantRow is a list's row in its state table.
func GrantRow(k CommentKey, acl types.ACL) ([]types.Datum, error) {
	return storedRow(acl, types.Int(int64(k.Class)), types.Int(int64(k.OID)), types.Int(int64(k.Sub)))
}

// DefaultGrantRow is the row of a list for objects to come in its state table.
func DefaultGrantRow(k DefaultScope, acl DefaultACL) ([]types.Datum, error) {
	return storedRow(acl, types.Int(int64(k.Role)), types.Int(int64(k.Schema)), types.Int(int64(k.Kind)))
}

// AddGrant takes a row of the state table of lists in.
func (o *Objects) AddGrant(row []types.Datum) error {
	acl := types.ACL{}
	if err := readStored(row[3].S, &acl); err != nil {
		return err
	}
	if o.Grants == nil {
		o.Grants = map[CommentKey]types.ACL{}
	}
	o.Grants[CommentKey{types.OID(row[0].I), types.OID(row[1].I), int32(row[2].I)}] = acl
	return nil
}

// AddDefaultGrant takes a row of the state table of lists for objects to come in.
func (o *Objects) AddDefaultGrant(row []types.Datum) error {
	var acl DefaultACL
	if err := readStored(row[3].S, &acl); err != nil {
		return err
	}
	if o.DefaultGrants == nil {
		o.DefaultGrants = map[DefaultScope]DefaultACL{}
	}
	o.DefaultGrants[DefaultScope{types.OID(row[0].I), types.OID(row[1].I), DefaultKind(row[2].I)}] = acl
	return nil
}

// superusersOnly are the relations of pg_catalog that not everybody may read.
var superusersOnly = []string{
	"pg_authid", "pg_backend_memory_contexts", "pg_config", "pg_file_settings", "pg_hba_file_rules", "pg_ident_file_mappings", "pg_largeobject",
	"pg_replication_origin_status", "pg_shadow", "pg_shmem_allocations", "pg_statistic", "pg_statistic_ext_data", "pg_subscription", "pg_user_mapping",
}

// everybody is a list of what an owner, and what everybody, may.
func everybody(owner types.OID, all, public types.Privileges) types.ACL {
	return types.ACL{{Grantee: owner, Grantor: owner, Privs: all}, {Grantor: owner, Privs: public}}
}

// DeclaredACL is the list that an object which was declared, not made by a statement,
// begins with; ok is false where that is the default one.
func (c *Catalog) DeclaredACL(k CommentKey) (acl types.ACL, ok bool) {
	switch k.Class {
	case RelationClass:
		r, found := c.Relation(k.OID)
		switch {
		case !found || r.Store != VirtualStore:
			return nil, false
		case k.Sub != 0:
			if r.Name == "pg_subscription" && k.Sub > 0 && int(k.Sub) <= len(r.Columns) && r.Columns[k.Sub-1].Name != "subconninfo" {
				return types.ACL{{Grantor: OIDSuperuser, Privs: types.PrivSelect}}, true
			}
			return nil, false
		case r.Schema == "pg_catalog" && slices.Contains(superusersOnly, r.Name):
			acl = everybody(OIDSuperuser, types.RelationPrivileges, 0)[:1]
			if r.Name == "pg_shmem_allocations" || r.Name == "pg_backend_memory_contexts" {
				acl = append(acl, types.ACLItem{Grantee: OIDReadAllStatsRole, Grantor: OIDSuperuser, Privs: types.PrivSelect})
			}
			return acl, true
		case r.Name == "pg_settings":
			return everybody(OIDSuperuser, types.RelationPrivileges, types.PrivSelect|types.PrivUpdate), true
		case strings.HasPrefix(r.Name, "_pg_"), r.Name == "sql_parts", r.Name == "transforms" && r.Schema == "information_schema":
			return nil, false
		}
		return everybody(OIDSuperuser, types.RelationPrivileges, types.PrivSelect), true
	case FunctionClass:
		p, found := c.procByOID(k.OID)
		if !found || !p.Restricted {
			return nil, false
		}
		acl = everybody(OIDSuperuser, types.FunctionPrivileges, 0)[:1]
		switch {
		case strings.HasPrefix(p.Name, "pg_ls_") && p.Name != "pg_ls_dir":
			acl = append(acl, types.ACLItem{Grantee: OIDMonitorRole, Grantor: OIDSuperuser, Privs: types.PrivExecute})
		case p.Name == "pg_get_backend_memory_contexts", p.Name == "pg_get_shmem_allocations":
			acl = append(acl, types.ACLItem{Grantee: OIDReadAllStatsRole, Grantor: OIDSuperuser, Privs: types.PrivExecute})
		}
		return acl, true
	case SchemaClass:
		owner := c.schemaOwner(k.OID)
		return everybody(owner, types.SchemaPrivileges, types.PrivUsage), k.OID < OIDTempSchema
	}
	return nil, false
}

// schemaOwner is the role that a declared schema belongs to: public belongs to
// whoever owns the database.
func (c *Catalog) schemaOwner(oid types.OID) types.OID {
	if oid == OIDPublic {
		return OIDDatabaseOwnerRole
	}
	return OIDSuperuser
}
