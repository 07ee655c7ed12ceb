package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// askedPrivilege is one of the privileges that has_<kind>_privilege asks for.
type askedPrivilege struct{ privs, options types.Privileges }

// askedPrivileges reads the list. RULE is a privilege that there was once: nobody holds
// it.
func askedPrivileges(kind, list string) ([]askedPrivilege, error) {
	names, err := splitPrivileges(kind, list)
	if err != nil {
		return nil, err
	}
	out := make([]askedPrivilege, 0, len(names))
	for _, name := range names {
		base, option := strings.CutSuffix(name, " WITH GRANT OPTION")
		p, ok := types.PrivilegeNamed(base)
		switch {
		case !ok:
		case option:
			out = append(out, askedPrivilege{options: p})
		default:
			out = append(out, askedPrivilege{privs: p})
		}
	}
	return out, nil
}

// heldRole reads the role that is asked about; 0 is everybody. One that there is not
// holds what everybody does.
func (c *Ctx) heldRole(t types.OID, d datum) (types.OID, error) {
	switch {
	case t == tOID:
		return oidArg(d), nil
	case d.S == "public":
		return 0, nil
	}
	oid, ok := c.catalog().RoleByName(d.S)
	if !ok {
		return 0, sqlerr.New(sqlerr.UndefinedObject, "role \"%s\" does not exist", d.S)
	}
	return oid, nil
}

// holds reports whether a role holds one of the privileges on an object, or on a column
// of it.
func (c *Ctx) holds(role types.OID, kind string, oid types.OID, column int16, asked []askedPrivilege) bool {
	for _, a := range asked {
		p, o := c.catalog().Privileges(role, kind, oid, column, a.privs, a.options)
		if p|o != 0 {
			return true
		}
	}
	return false
}

// holdsColumn is holds of a column: what is held on the table is held on its columns.
func (c *Ctx) holdsColumn(role, rel types.OID, column int16, asked []askedPrivilege) bool {
	return c.holds(role, "table", rel, 0, asked) || c.holds(role, "column", rel, column, asked)
}

// bindPrivilege is has_<kind>_privilege([role,] object, [column,] privilege), and with
// the kind "any column" has_any_column_privilege.
func bindPrivilege(kind string) func([]types.OID, types.OID) RowFunc {
	size, object := 2, kind
	switch kind {
	case "column":
		size = 3
	case "any column":
		object = "column"
	}
	return func(args []types.OID, _ types.OID) RowFunc {
		return func(c *Ctx, a []datum) (datum, error) {
			role, _ := c.catalog().RoleByName(c.session().User())
			rest, ts := a, args
			if len(a) > size {
				var err error
				if role, err = c.heldRole(args[0], a[0]); err != nil {
					return null, err
				}
				rest, ts = a[1:], args[1:]
			}
			oid, found, err := c.objectOf(object, ts[0], rest[0])
			if err != nil {
				return null, err
			}
			column := int16(0)
			if kind == "column" && found {
				if column, found, err = c.columnOf(oid, ts[1], rest[1]); err != nil {
					return null, err
				}
			}
			asked, err := askedPrivileges(object, rest[len(rest)-1].S)
			switch {
			case err != nil || !found:
				return null, err
			case kind == "sequence" && !c.isSequence(oid):
				_, name, _ := c.catalog().RelationName(oid)
				return null, sqlerr.New(sqlerr.WrongObjectType, "\"%s\" is not a sequence", name)
			case kind == "column":
				return types.Bool(c.holdsColumn(role, oid, column, asked)), nil
			case kind == "any column":
				return types.Bool(c.holdsAnyColumn(role, oid, asked)), nil
			}
			return types.Bool(c.holds(role, object, oid, 0, asked)), nil
		}
	}
}

func (c *Ctx) isSequence(oid types.OID) bool {
	kind, _ := c.catalog().RelationKind(oid)
	return kind == 'S'
}

func (c *Ctx) holdsAnyColumn(role, rel types.OID, asked []askedPrivilege) bool {
	if c.holds(role, "table", rel, 0, asked) {
		return true
	}
	for i := int16(1); ; i++ {
		if _, ok := c.catalog().ColumnName(rel, i); !ok {
			return false
		}
		if c.holds(role, "column", rel, i, asked) {
			return true
		}
	}
}

// columnOf reads a column given by name or number; found is false for a number that
// no column has.
func (c *Ctx) columnOf(rel types.OID, t types.OID, d datum) (column int16, found bool, err error) {
	if t == tInt2 {
		_, ok := c.catalog().ColumnName(rel, int16(d.I))
		return int16(d.I), ok, nil
	}
	if n, ok := systemColumnNumber(d.S); ok {
		return n, true, nil
	}
	for i := int16(1); ; i++ {
		name, ok := c.catalog().ColumnName(rel, i)
		if !ok {
			_, r, _ := c.catalog().RelationName(rel)
			return 0, false, sqlerr.New(sqlerr.UndefinedColumn, "column \"%s\" of relation \"%s\" does not exist", d.S, r)
		}
		if name == d.S {
			return i, true, nil
		}
	}
}

// systemColumnNumber is the number of a system column.
func systemColumnNumber(name string) (int16, bool) {
	n, ok := map[string]int16{"ctid": -1, "xmin": -2, "cmin": -3, "xmax": -4, "cmax": -5, "tableoid": -6}[name]
	return n, ok
}
