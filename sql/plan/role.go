package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// AlterRole is ALTER ROLE, ALTER USER and ALTER GROUP with options. What is nil was
// not said.
type AlterRole struct {
	Role       RoleSpec
	Flags      map[RoleFlag]bool
	ConnLimit  *int32
	ValidUntil *string
	Password   *string // as written: a password, or a verifier made of one
	NoPassword bool
}

// RoleSettings are ALTER ROLE … SET and RESET, and ALTER DATABASE … SET and RESET.
type RoleSettings struct {
	Role     *RoleSpec // nil: of any role
	Database string    // empty: in any database
	Set      *Set
}

func (*AlterRole) utility()    {}
func (*RoleSettings) utility() {}

// RoleSpec names a role.
type RoleSpec struct {
	Name    string
	Current bool // CURRENT_USER or CURRENT_ROLE
	Session bool // SESSION_USER
}

// RoleFlag is an attribute that a role has or has not.
type RoleFlag string

// The flags, as pg_query calls them.
const (
	RoleSuper       RoleFlag = "superuser"
	RoleInherit     RoleFlag = "inherit"
	RoleCreateRole  RoleFlag = "createrole"
	RoleCreateDB    RoleFlag = "createdb"
	RoleLogin       RoleFlag = "canlogin"
	RoleReplication RoleFlag = "isreplication"
	RoleBypassRLS   RoleFlag = "bypassrls"
)

func roleSpec(n *pg.RoleSpec) (RoleSpec, error) {
	switch n.GetRoletype() {
	case pg.RoleSpecType_ROLESPEC_CURRENT_USER, pg.RoleSpecType_ROLESPEC_CURRENT_ROLE:
		return RoleSpec{Current: true}, nil
	case pg.RoleSpecType_ROLESPEC_SESSION_USER:
		return RoleSpec{Session: true}, nil
	case pg.RoleSpecType_ROLESPEC_PUBLIC:
		return RoleSpec{}, sqlerr.New(sqlerr.UndefinedObject, `role "public" does not exist`)
	}
	return RoleSpec{Name: n.GetRolename()}, nil
}

// roleUtility binds statements on roles; nil: it is none.
func roleUtility(node *pg.Node) (Utility, error) {
	switch n := node.Node.(type) {
	case *pg.Node_AlterRoleStmt:
		if len(n.AlterRoleStmt.Options) == 1 && n.AlterRoleStmt.Options[0].GetDefElem().GetDefname() == "rolemembers" {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "members of roles are not supported")
		}
		return alterRoleStmt(n.AlterRoleStmt)
	case *pg.Node_AlterRoleSetStmt:
		u := &RoleSettings{Database: n.AlterRoleSetStmt.Database}
		if r := n.AlterRoleSetStmt.Role; r != nil {
			spec, err := roleSpec(r)
			if err != nil {
				return nil, err
			}
			u.Role = &spec
		}
		return u, u.set(n.AlterRoleSetStmt.Setstmt)
	case *pg.Node_AlterDatabaseSetStmt:
		u := &RoleSettings{Database: n.AlterDatabaseSetStmt.Dbname}
		return u, u.set(n.AlterDatabaseSetStmt.Setstmt)
	}
	return nil, nil
}

func (u *RoleSettings) set(n *pg.VariableSetStmt) error {
	s, err := setStmt(n)
	if err != nil {
		return err
	}
	u.Set = s.(*Set)
	return nil
}

func alterRoleStmt(n *pg.AlterRoleStmt) (*AlterRole, error) {
	spec, err := roleSpec(n.Role)
	if err != nil {
		return nil, err
	}
	u := &AlterRole{Role: spec, Flags: map[RoleFlag]bool{}}
	return u, eachOption(n.Options, u.option)
}

func (u *AlterRole) option(d *pg.DefElem) error {
	switch d.Defname {
	case "password":
		if d.Arg == nil {
			u.NoPassword = true
			break
		}
		text := d.Arg.GetString_().GetSval()
		u.Password = &text
	case "connectionlimit":
		limit := d.Arg.GetInteger().GetIval()
		if limit < -1 {
			return sqlerr.New(sqlerr.InvalidParameterValue, "invalid connection limit: %d", limit)
		}
		u.ConnLimit = &limit
	case "validUntil":
		text := d.Arg.GetString_().GetSval()
		u.ValidUntil = &text
	case string(RoleSuper), string(RoleInherit), string(RoleCreateRole), string(RoleCreateDB), string(RoleLogin), string(RoleReplication), string(RoleBypassRLS):
		u.Flags[RoleFlag(d.Defname)] = d.Arg.GetBoolean().GetBoolval()
	default:
		return sqlerr.New(sqlerr.FeatureNotSupported, "%s of a role is not supported", strings.ToUpper(d.Defname))
	}
	return nil
}
