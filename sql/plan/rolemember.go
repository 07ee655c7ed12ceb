package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// DropRole is DROP ROLE, DROP USER and DROP GROUP.
type DropRole struct {
	Names    []string
	IfExists bool
}

// GrantRole is GRANT and REVOKE of membership in roles.
type GrantRole struct {
	Roles   []string
	Members []RoleSpec
	Revoke  bool
	Admin   bool      // WITH ADMIN OPTION, or ADMIN OPTION FOR
	Grantor *RoleSpec // GRANTED BY
}

// RenameRole is ALTER ROLE … RENAME TO.
type RenameRole struct{ From, To string }

func (*DropRole) utility()   {}
func (*GrantRole) utility()  {}
func (*RenameRole) utility() {}

func dropRoleStmt(n *pg.DropRoleStmt) (*DropRole, error) {
	u := &DropRole{IfExists: n.MissingOk}
	for _, r := range n.Roles {
		spec := r.GetRoleSpec()
		if spec.Roletype != pg.RoleSpecType_ROLESPEC_CSTRING {
			return nil, sqlerr.New(sqlerr.InvalidParameterValue, "cannot use special role specifier in DROP ROLE")
		}
		u.Names = append(u.Names, spec.Rolename)
	}
	return u, nil
}

func grantRoleStmt(n *pg.GrantRoleStmt, stmt *parser.Statement) (*GrantRole, error) {
	u := &GrantRole{Revoke: !n.IsGrant}
	for _, o := range n.Opt {
		d := o.GetDefElem()
		// The grammar is that of a later version, which has more options.
		if d.Defname != "admin" || n.IsGrant && !d.Arg.GetBoolean().GetBoolval() {
			return nil, sqlerr.New(sqlerr.SyntaxError, "a membership has no option %s", strings.ToUpper(d.Defname)).
				WithHint("The one that it can have is WITH ADMIN OPTION.").At(stmt.Position(d.Location))
		}
		u.Admin = true
	}
	for _, r := range n.GrantedRoles {
		p := r.GetAccessPriv()
		if p.PrivName == "" || len(p.Cols) > 0 {
			return nil, sqlerr.New(sqlerr.InvalidGrantOperation, "column names cannot be included in GRANT/REVOKE ROLE")
		}
		u.Roles = append(u.Roles, p.PrivName)
	}
	var err error
	if n.Grantor != nil {
		spec, err := roleSpec(n.Grantor)
		if err != nil {
			return nil, err
		}
		u.Grantor = &spec
	}
	u.Members, err = roleSpecs(n.GranteeRoles)
	return u, err
}
