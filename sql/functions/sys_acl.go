package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func (c *Ctx) aclName(oid types.OID) string {
	name, ok := c.catalog().RoleName(oid)
	return types.ACLName(oid, name, ok)
}

func (c *Ctx) aclText(it types.ACLItem) datum {
	return types.Text(string(it.AppendText(nil, c.aclName)))
}

func rowACLDefault(c *Ctx, a []datum) (datum, error) {
	kind := types.ACLKind(byte(a[0].I))
	if _, ok := kind.All(); !ok {
		return null, sqlerr.New(sqlerr.InternalError, "unrecognized objtype abbreviation: %c", rune(byte(a[0].I)))
	}
	var items []datum
	for _, it := range types.DefaultACL(kind, oidArg(a[1])) {
		items = append(items, c.aclText(it))
	}
	return types.Any(types.NewArray(types.OIDACLItem, items)), nil
}

func setACLExplode(c *Ctx, a []datum) (SetIter, error) {
	var rows [][]datum
	for _, e := range arr(a[0]).Elems {
		if e.Null {
			return nil, sqlerr.New(sqlerr.NullValueNotAllowed, "ACL arrays must not contain null values")
		}
		parsed, err := types.ParseACLItem(e.S)
		if err != nil {
			return nil, err
		}
		it, err := parsed.Resolve(c.catalog().RoleByName)
		if err != nil {
			return nil, err
		}
		it.Privs.Each(func(one types.Privileges, name string) {
			rows = append(rows, []datum{types.Int(int64(it.Grantor)), types.Int(int64(it.Grantee)), types.Text(name), types.Bool(it.Options&one != 0)})
		})
	}
	return &rowsIter{rows}, nil
}

func rowMakeACLItem(c *Ctx, a []datum) (datum, error) {
	p, ok := types.PrivilegeNamed(strings.ToUpper(a[2].S))
	if !ok {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized privilege type: \"%s\"", a[2].S)
	}
	it := types.ACLItem{Grantee: oidArg(a[0]), Grantor: oidArg(a[1]), Privs: p}
	if a[3].I != 0 {
		it.Options = p
	}
	return c.aclText(it), nil
}

// rowACLContains reports whether a list grants all that an item does.
func rowACLContains(_ *Ctx, a []datum) (datum, error) {
	want, err := types.ParseACLItem(a[1].S)
	if err != nil {
		return null, err
	}
	for _, e := range arr(a[0]).Elems {
		it, err := types.ParseACLItem(e.S)
		if err != nil {
			return null, err
		}
		if it.Grantee == want.Grantee && it.Grantor == want.Grantor && want.Privs&^it.Privs == 0 && want.Options&^it.Options == 0 {
			return types.Bool(true), nil
		}
	}
	return types.Bool(false), nil
}

// rowACLGone is aclinsert and aclremove, which PostgreSQL only has to refuse.
func rowACLGone(name string) RowFunc {
	return func(*Ctx, []datum) (datum, error) {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "%s is no longer supported", name)
	}
}
