package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// RoleRight is what pg_has_role asks.
type RoleRight byte

// The rights on a role.
const (
	RoleUsage  RoleRight = iota // its privileges, without SET ROLE
	RoleMember                  // SET ROLE to it
	RoleAdmin                   // making others members
)

// bindHasRole is pg_has_role([user,] role, privilege).
func bindHasRole(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		user, rest, ts := c.session().UserOID(), a, args
		if len(a) > 2 {
			var err error
			if user, err = c.roleOID(args[0], a[0]); err != nil {
				return null, err
			}
			rest, ts = a[1:], args[1:]
		}
		role, err := c.roleOID(ts[0], rest[0])
		if err != nil {
			return null, err
		}
		privs, err := splitPrivileges("role", rest[1].S)
		if err != nil {
			return null, err
		}
		for _, p := range privs {
			right := RoleUsage
			switch {
			case strings.HasSuffix(p, " OPTION"):
				right = RoleAdmin
			case p == "MEMBER":
				right = RoleMember
			}
			if c.catalog().HasRole(user, role, right) {
				return types.Bool(true), nil
			}
		}
		return types.Bool(false), nil
	}
}

// roleOID reads a role given by name or OID; an OID need not be one of a role.
func (c *Ctx) roleOID(t types.OID, d datum) (types.OID, error) {
	if t == tOID {
		return oidArg(d), nil
	}
	oid, ok := c.catalog().RoleByName(d.S)
	if !ok {
		return 0, sqlerr.New(sqlerr.UndefinedObject, `role "%s" does not exist`, d.S)
	}
	return oid, nil
}
