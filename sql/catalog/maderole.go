package catalog

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// What statements say of roles is stored in two state tables: their attributes by
// OID, and the settings that ALTER ROLE … SET and ALTER DATABASE … SET give to
// sessions to come, by database and role, either of which may be 0 for any.
var (
	RoleTypes        = []types.OID{types.OIDOID, types.OIDText}
	RoleSettingTypes = []types.OID{types.OIDOID, types.OIDOID, types.OIDText}
	RoleKey          = []int{0}
	RoleSettingKey   = []int{0, 1}
)

// RoleScope is whose settings ALTER ROLE … SET changes; 0 is any database or role.
type RoleScope struct{ Database, Role types.OID }

// storedRole is a role's attributes as they are stored.
type storedRole struct {
	Name                   string
	Super, Inherit         bool
	CreateRole, CreateDB   bool
	CanLogin               bool
	Replication, BypassRLS bool
	ConnLimit              int32
	ValidUntil             *time.Time   `json:",omitempty"`
	Verifier               string       `json:",omitempty"`
	Memberships            []Membership `json:",omitempty"`
}

// RoleRow is a role's row in its state table.
func RoleRow(r *Role) ([]types.Datum, error) {
	s := storedRole{
		Name: r.Name, Super: r.Super, Inherit: r.Inherit, CreateRole: r.CreateRole, CreateDB: r.CreateDB, CanLogin: r.CanLogin,
		Replication: r.Replication, BypassRLS: r.BypassRLS, ConnLimit: r.ConnLimit, Verifier: r.Verifier, Memberships: r.MemberOf,
	}
	if !r.ValidUntil.IsZero() {
		s.ValidUntil = &r.ValidUntil
	}
	return storedRow(s, types.Int(int64(r.OID)))
}

// RoleSettingRow is the row of settings, name=value, in their state table.
func RoleSettingRow(k RoleScope, config []string) ([]types.Datum, error) {
	return storedRow(config, types.Int(int64(k.Database)), types.Int(int64(k.Role)))
}

// storedRow is a row whose last column is a declaration in JSON.
func storedRow(declaration any, key ...types.Datum) ([]types.Datum, error) {
	text, err := json.Marshal(declaration)
	if err != nil {
		return nil, err
	}
	return append(key, types.Text(string(text))), nil
}

func readStored(text string, to any) error {
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return sqlerr.New(sqlerr.DataCorrupted, "%v", errObject).Wrap(err)
	}
	return nil
}

// AddRole takes a row of the state table of roles in.
func (o *Objects) AddRole(row []types.Datum) error {
	var s storedRole
	if err := readStored(row[1].S, &s); err != nil {
		return err
	}
	r := Role{
		OID: types.OID(row[0].I), Name: s.Name, Super: s.Super, Inherit: s.Inherit, CreateRole: s.CreateRole, CreateDB: s.CreateDB, CanLogin: s.CanLogin,
		Replication: s.Replication, BypassRLS: s.BypassRLS, ConnLimit: s.ConnLimit, Verifier: s.Verifier, MemberOf: s.Memberships,
	}
	if s.ValidUntil != nil {
		r.ValidUntil = *s.ValidUntil
	}
	o.Roles = append(o.Roles, r)
	return nil
}

// AddRoleSetting takes a row of the state table of roles' settings in.
func (o *Objects) AddRoleSetting(row []types.Datum) error {
	var config []string
	if err := readStored(row[2].S, &config); err != nil {
		return err
	}
	if o.RoleSettings == nil {
		o.RoleSettings = map[RoleScope][]string{}
	}
	o.RoleSettings[RoleScope{types.OID(row[0].I), types.OID(row[1].I)}] = config
	return nil
}

// Roles are all roles of a layer; of a nil one, those that are always there.
func (c *Catalog) Roles() *Roles {
	if c == nil || c.allRoles == nil {
		return declaredRoles()
	}
	return c.allRoles
}

// Roles are all roles as the session sees them.
func (v sessionView) Roles() *Roles { return v.made.Load().Roles() }

// rolesFor are all roles as the session sees them that asks.
func (c *Catalog) rolesFor(ctx *functions.Ctx) *Roles {
	if v, ok := asker(ctx); ok {
		return v.Roles()
	}
	return c.Roles()
}

func asker(ctx *functions.Ctx) (sessionView, bool) {
	if ctx == nil {
		return sessionView{}, false
	}
	v, ok := ctx.Catalog.(sessionView)
	return v, ok
}

// Role finds a role by its name.
func (v sessionView) Role(name string) (Role, bool) { return v.Roles().Named(name) }

// Roles are all roles of a layer, which may be nil.
func (l *Layer) Roles() *Roles { return l.catalog().Roles() }

// SessionSettings are what ALTER ROLE … SET and ALTER DATABASE … SET say of a role's
// sessions, the strongest last.
func (l *Layer) SessionSettings(role types.OID) (out []string) {
	c := l.catalog()
	if c == nil {
		return nil
	}
	for _, k := range []RoleScope{{}, {Database: OIDDatabase}, {Role: role}, {Database: OIDDatabase, Role: role}} {
		out = append(out, c.roleSettings[k]...)
	}
	return out
}

func makeRoleSettings(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	if v, ok := asker(ctx); ok {
		c = v.made.Load()
	}
	if c == nil {
		return
	}
	scopes := slices.SortedFunc(maps.Keys(c.roleSettings), func(a, b RoleScope) int {
		if a.Database != b.Database {
			return int(a.Database) - int(b.Database)
		}
		return int(a.Role) - int(b.Role)
	})
	for _, k := range scopes {
		b.add("setdatabase setrole setconfig", oid(k.Database), oid(k.Role), textArray(c.roleSettings[k]))
	}
}
