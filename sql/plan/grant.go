package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Grant is GRANT or REVOKE of privileges on objects.
type Grant struct {
	Revoke bool
	// Option is WITH GRANT OPTION, or GRANT OPTION FOR.
	Option, Cascade bool
	// Privileges are those that are named; none: ALL.
	Privileges []GrantPrivilege
	Grantees   []Grantee
	Grantor    *RoleSpec // of GRANTED BY

	stmt *pg.GrantStmt
}

// GrantPrivilege is a privilege, of some columns or of the whole object. Without a
// name it is all privileges of the columns.
type GrantPrivilege struct {
	Name    string
	Columns []string
}

// Grantee is a role to which something is granted, or everybody.
type Grantee struct {
	RoleSpec
	Public bool
}

// DefaultPrivileges is ALTER DEFAULT PRIVILEGES.
type DefaultPrivileges struct {
	Roles   []RoleSpec // empty: the current role
	Schemas []string   // empty: any
	*Grant
}

func (*Grant) utility()             {}
func (*DefaultPrivileges) utility() {}

// grantUtility binds statements on privileges; nil: it is none.
func grantUtility(node *pg.Node) (Utility, error) {
	switch n := node.Node.(type) {
	case *pg.Node_GrantStmt:
		return grantStmt(n.GrantStmt)
	case *pg.Node_AlterDefaultPrivilegesStmt:
		return defaultPrivilegesStmt(n.AlterDefaultPrivilegesStmt)
	}
	return nil, nil
}

func grantStmt(n *pg.GrantStmt) (*Grant, error) {
	u := &Grant{Revoke: !n.IsGrant, Option: n.GrantOption, Cascade: n.Behavior == pg.DropBehavior_DROP_CASCADE, stmt: n}
	for _, p := range n.Privileges {
		p := p.GetAccessPriv()
		one := GrantPrivilege{Name: strings.ToUpper(p.PrivName)}
		for _, c := range p.Cols {
			one.Columns = append(one.Columns, c.GetString_().GetSval())
		}
		u.Privileges = append(u.Privileges, one)
	}
	for _, g := range n.Grantees {
		spec := g.GetRoleSpec()
		if spec.Roletype == pg.RoleSpecType_ROLESPEC_PUBLIC {
			u.Grantees = append(u.Grantees, Grantee{Public: true})
			continue
		}
		r, err := roleSpec(spec)
		if err != nil {
			return nil, err
		}
		u.Grantees = append(u.Grantees, Grantee{RoleSpec: r})
	}
	if n.Grantor != nil {
		r, err := roleSpec(n.Grantor)
		if err != nil {
			return nil, err
		}
		u.Grantor = &r
	}
	return u, nil
}

func defaultPrivilegesStmt(n *pg.AlterDefaultPrivilegesStmt) (*DefaultPrivileges, error) {
	g, err := grantStmt(n.Action)
	if err != nil {
		return nil, err
	}
	u := &DefaultPrivileges{Grant: g}
	for _, o := range n.Options {
		d := o.GetDefElem()
		for _, item := range d.Arg.GetList().GetItems() {
			if d.Defname == "schemas" {
				u.Schemas = append(u.Schemas, item.GetString_().GetSval())
				continue
			}
			r, err := roleSpec(item.GetRoleSpec())
			if err != nil {
				return nil, err
			}
			u.Roles = append(u.Roles, r)
		}
	}
	return u, nil
}

// GrantedKind is a kind of objects that GRANT knows, by the words that messages have
// for it.
type GrantedKind struct {
	Words  string
	Kind   types.ACLKind
	All    types.Privileges
	object pg.ObjectType // as the grammar calls it
}

// grantedKinds are the kinds by what the grammar calls them.
var grantedKinds = map[pg.ObjectType]GrantedKind{
	pg.ObjectType_OBJECT_TABLE:          {Words: "relation", Kind: types.ACLRelation, All: types.RelationPrivileges | types.SequencePrivileges},
	pg.ObjectType_OBJECT_SEQUENCE:       {Words: "sequence", Kind: types.ACLSequence, All: types.SequencePrivileges},
	pg.ObjectType_OBJECT_DATABASE:       {Words: "database", Kind: types.ACLDatabase, All: types.DatabasePrivileges},
	pg.ObjectType_OBJECT_DOMAIN:         {Words: "domain", Kind: types.ACLType, All: types.TypePrivileges},
	pg.ObjectType_OBJECT_TYPE:           {Words: "type", Kind: types.ACLType, All: types.TypePrivileges},
	pg.ObjectType_OBJECT_FUNCTION:       {Words: "function", Kind: types.ACLFunction, All: types.FunctionPrivileges},
	pg.ObjectType_OBJECT_PROCEDURE:      {Words: "procedure", Kind: types.ACLFunction, All: types.FunctionPrivileges},
	pg.ObjectType_OBJECT_ROUTINE:        {Words: "routine", Kind: types.ACLFunction, All: types.FunctionPrivileges},
	pg.ObjectType_OBJECT_LANGUAGE:       {Words: "language", Kind: types.ACLLanguage, All: types.LanguagePrivileges},
	pg.ObjectType_OBJECT_LARGEOBJECT:    {Words: "large object", Kind: types.ACLLargeObject, All: types.LargePrivileges},
	pg.ObjectType_OBJECT_SCHEMA:         {Words: "schema", Kind: types.ACLSchema, All: types.SchemaPrivileges},
	pg.ObjectType_OBJECT_TABLESPACE:     {Words: "tablespace", Kind: types.ACLTablespace, All: types.TablespacePrivileges},
	pg.ObjectType_OBJECT_FDW:            {Words: "foreign-data wrapper", Kind: types.ACLForeignData, All: types.ForeignPrivileges},
	pg.ObjectType_OBJECT_FOREIGN_SERVER: {Words: "foreign server", Kind: types.ACLForeignServer, All: types.ForeignPrivileges},
}

// Kind is the kind of objects that the statement is about. Error: 0A000 for
// parameters, whose privileges are superusers' alone here.
func (u *Grant) Kind() (GrantedKind, error) {
	k, ok := grantedKinds[u.stmt.Objtype]
	if !ok {
		what := strings.ReplaceAll(strings.TrimPrefix(u.stmt.Objtype.String(), "OBJECT_"), "_", " ")
		if u.stmt.Objtype == pg.ObjectType_OBJECT_PARAMETER_ACL {
			what = "PARAMETER"
		}
		return k, sqlerr.New(sqlerr.FeatureNotSupported, "privileges on a %s are not supported", what)
	}
	k.object = u.stmt.Objtype
	return k, nil
}

// Privs reads the privileges that are named: those of the whole object, and those
// of columns in their order. all says that it was ALL. Errors: 42601 for what is no
// privilege, 0LP01 for what the objects have not.
func (u *Grant) Privs(k GrantedKind) (whole types.Privileges, columns []ColumnPrivileges, all bool, err error) {
	if len(u.Privileges) == 0 {
		return k.All, nil, true, nil
	}
	for _, p := range u.Privileges {
		if p.Columns != nil {
			if k.object != pg.ObjectType_OBJECT_TABLE {
				return 0, nil, false, sqlerr.New(sqlerr.InvalidGrantOperation, "column privileges are only valid for relations")
			}
			c := ColumnPrivileges{All: p.Name == "", Privs: types.ColumnPrivileges, Names: p.Columns}
			if !c.All {
				if c.Privs, err = privilege(p.Name, types.ColumnPrivileges, "column"); err != nil {
					return 0, nil, false, err
				}
			}
			columns = append(columns, c)
			continue
		}
		one, err := privilege(p.Name, k.All, k.Words)
		if err != nil {
			return 0, nil, false, err
		}
		whole |= one
	}
	return whole, columns, false, nil
}

// ColumnPrivileges are privileges on columns.
type ColumnPrivileges struct {
	All   bool // it was ALL
	Privs types.Privileges
	Names []string
}

func privilege(name string, of types.Privileges, words string) (types.Privileges, error) {
	p, ok := types.PrivilegeNamed(name)
	if !ok {
		return 0, sqlerr.New(sqlerr.SyntaxError, `unrecognized privilege type "%s"`, strings.ToLower(name))
	}
	if p&of == 0 {
		return 0, sqlerr.New(sqlerr.InvalidGrantOperation, "invalid privilege type %s for %s", p.First(), words)
	}
	return p, nil
}
