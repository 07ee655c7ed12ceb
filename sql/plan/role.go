package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// RoleOptions are what CREATE ROLE and ALTER ROLE say of a role. What is nil was not
// said.
type RoleOptions struct {
	Flags      map[RoleFlag]bool
	ConnLimit  *int32
	ValidUntil *string
	Password   *string // as written: a password, or a verifier made of one
	NoPassword bool
	Sysid      bool // it says SYSID, which means nothing any more
	// Members become members of the role, Admins with the admin option; the role
	// itself becomes a member of In.
	Members, Admins, In []RoleSpec
}

// CreateRole is CREATE ROLE, CREATE USER and CREATE GROUP.
type CreateRole struct {
	Name string
	RoleOptions
}

// AlterRole is ALTER ROLE, ALTER USER and ALTER GROUP with options.
type AlterRole struct {
	Role RoleSpec
	RoleOptions
	// Drop is ALTER GROUP … DROP USER of the Members, which otherwise are added.
	Drop bool
}

// RoleSettings are ALTER ROLE … SET and RESET, and ALTER DATABASE … SET and RESET.
type RoleSettings struct {
	Role     *RoleSpec // nil: of any role
	Database string    // empty: in any database
	Set      *Set
}

func (*CreateRole) utility()   {}
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

func roleSpecs(nodes []*pg.Node) ([]RoleSpec, error) {
	var out []RoleSpec
	for _, n := range nodes {
		spec, err := roleSpec(n.GetRoleSpec())
		if err != nil {
			return nil, err
		}
		out = append(out, spec)
	}
	return out, nil
}

// roleUtility binds statements on roles; nil: it is none.
func roleUtility(stmt *parser.Statement) (Utility, error) {
	switch n := stmt.Tree.GetNode().(type) {
	case *pg.Node_CreateRoleStmt:
		u := &CreateRole{Name: n.CreateRoleStmt.Role, RoleOptions: RoleOptions{Flags: map[RoleFlag]bool{}}}
		if n.CreateRoleStmt.StmtType == pg.RoleStmtType_ROLESTMT_USER {
			u.Flags[RoleLogin] = true
		}
		return u, eachOption(stmt, n.CreateRoleStmt.Options, u.option)
	case *pg.Node_AlterRoleStmt:
		return alterRoleStmt(stmt, n.AlterRoleStmt)
	case *pg.Node_DropRoleStmt:
		return dropRoleStmt(n.DropRoleStmt)
	case *pg.Node_GrantRoleStmt:
		return grantRoleStmt(n.GrantRoleStmt, stmt)
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

func alterRoleStmt(stmt *parser.Statement, n *pg.AlterRoleStmt) (*AlterRole, error) {
	spec, err := roleSpec(n.Role)
	if err != nil {
		return nil, err
	}
	u := &AlterRole{Role: spec, RoleOptions: RoleOptions{Flags: map[RoleFlag]bool{}}, Drop: n.Action < 0}
	return u, eachOption(stmt, n.Options, u.option)
}

func (u *RoleOptions) option(d *pg.DefElem) (err error) {
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
	case "sysid":
		u.Sysid = true
	case "rolemembers":
		u.Members, err = roleSpecs(d.Arg.GetList().GetItems())
	case "adminmembers":
		u.Admins, err = roleSpecs(d.Arg.GetList().GetItems())
	case "addroleto":
		u.In, err = roleSpecs(d.Arg.GetList().GetItems())
	case string(RoleSuper), string(RoleInherit), string(RoleCreateRole), string(RoleCreateDB), string(RoleLogin), string(RoleReplication), string(RoleBypassRLS):
		u.Flags[RoleFlag(d.Defname)] = d.Arg.GetBoolean().GetBoolval()
	default:
		return sqlerr.New(sqlerr.FeatureNotSupported, "%s of a role is not supported", strings.ToUpper(d.Defname))
	}
	return err
}
