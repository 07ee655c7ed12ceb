package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// privileges lists what may be asked of a kind of object.
func privileges(kind string) string {
	switch kind {
	case "table":
		return "SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER RULE"
	case "column":
		return "SELECT INSERT UPDATE REFERENCES"
	case "sequence":
		return "USAGE SELECT UPDATE"
	case "database":
		return "CREATE TEMPORARY TEMP CONNECT"
	case "schema":
		return "CREATE USAGE"
	case "function":
		return "EXECUTE"
	case "tablespace":
		return "CREATE"
	case "parameter":
		return "SET ALTER_SYSTEM"
	case "role":
		return "USAGE MEMBER"
	}
	return "USAGE" // language, type, server, foreign-data wrapper
}

// splitPrivileges reads a comma-separated list; any of it held is enough.
func splitPrivileges(kind, list string) ([]string, error) {
	var out []string
	valid := " " + privileges(kind) + " "
	for _, p := range strings.Split(list, ",") {
		name := strings.ToUpper(strings.TrimSpace(p))
		base := strings.TrimSuffix(strings.TrimSuffix(name, " WITH GRANT OPTION"), " WITH ADMIN OPTION")
		if base == "" || !strings.Contains(valid, " "+strings.ReplaceAll(base, " ", "_")+" ") {
			return nil, sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized privilege type: \"%s\"", strings.TrimSpace(p))
		}
		out = append(out, name)
	}
	return out, nil
}

// roleOf reads a role given by name or OID; "public" is nobody in particular.
func (c *Ctx) roleOf(t types.OID, d datum) (string, error) {
	if t == tOID {
		if n, ok := c.catalog().RoleName(oidArg(d)); ok {
			return n, nil
		}
		return "", nil
	}
	if d.S == "public" {
		return d.S, nil
	}
	if _, ok := c.catalog().RoleByName(d.S); !ok {
		return "", sqlerr.New(sqlerr.UndefinedObject, "role \"%s\" does not exist", d.S)
	}
	return d.S, nil
}

// objectOf reads an object given by name or OID; ok is false for an OID that
// names nothing.
func (c *Ctx) objectOf(kind string, t types.OID, d datum) (oid types.OID, ok bool, err error) {
	if t == tOID {
		oid = oidArg(d)
		switch kind {
		case "table", "column", "sequence":
			_, _, ok = c.catalog().RelationName(oid)
		case "schema":
			_, ok = c.catalog().SchemaName(oid)
		case "function":
			_, ok = c.catalog().Function(oid)
		case "type":
			_, ok = types.Lookup(oid)
		default:
			ok, err = c.listed(kind, oid)
		}
		return oid, ok, err
	}
	switch kind {
	case "table", "column", "sequence":
		oid, err = c.relation(d.S)
		return oid, err == nil, err
	case "schema":
		if oid, ok = c.catalog().SchemaByName(d.S); !ok {
			err = sqlerr.New(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", d.S)
		}
		return oid, ok, err
	case "function":
		d, err = types.ParseText(tRegprocedure, -1, d.S, &c.Format)
		return oidArg(d), err == nil, err
	case "type":
		d, err = types.ParseText(tRegtype, -1, d.S, &c.Format)
		return oidArg(d), err == nil, err
	case "parameter": // any name is one that privileges might be granted on
		return 0, true, nil
	}
	k, _ := classByKind(kind)
	oid, err = (&addressReader{c: c}).named(k, []string{d.S})
	return oid, err == nil, err
}

// listed reports whether an object is there, by the relation that lists its
// kind.
func (c *Ctx) listed(kind string, oid types.OID) (bool, error) {
	k, ok := classByKind(kind)
	if !ok {
		return true, nil
	}
	columns, key := byOID(oid)
	r, err := c.rowWhere(k.rel, columns, key)
	return r != nil, err
}

// bindPrivilege is has_<kind>_privilege([role,] object, [column,] privilege).
func bindPrivilege(kind string) func([]types.OID, types.OID) RowFunc {
	return func(args []types.OID, _ types.OID) RowFunc {
		size := 2
		if kind == "column" {
			size = 3
		}
		return func(c *Ctx, a []datum) (datum, error) {
			role, rest, ts := c.session().User(), a, args
			if len(a) > size {
				var err error
				if role, err = c.roleOf(args[0], a[0]); err != nil {
					return null, err
				}
				rest, ts = a[1:], args[1:]
			}
			oid, ok, err := c.objectOf(kind, ts[0], rest[0])
			if err != nil || !ok {
				return null, err
			}
			if kind == "column" {
				if ok, err = c.hasColumn(oid, ts[1], rest[1]); err != nil || !ok {
					return null, err
				}
			}
			privs, err := splitPrivileges(kind, rest[len(rest)-1].S)
			if err != nil {
				return null, err
			}
			for _, p := range privs {
				// RULE is a privilege that there was once: nobody holds it.
				if !strings.HasPrefix(p, "RULE") && c.catalog().HasPrivilege(role, kind, oid, p) {
					return types.Bool(true), nil
				}
			}
			return types.Bool(false), nil
		}
	}
}

func (c *Ctx) hasColumn(rel types.OID, t types.OID, d datum) (bool, error) {
	if t == tInt2 {
		_, ok := c.catalog().ColumnName(rel, int16(d.I))
		return ok, nil
	}
	for i := int16(1); ; i++ {
		name, ok := c.catalog().ColumnName(rel, i)
		if !ok {
			_, r, _ := c.catalog().RelationName(rel)
			return false, sqlerr.New(sqlerr.UndefinedColumn, "column \"%s\" of relation \"%s\" does not exist", d.S, r)
		}
		if name == d.S {
			return true, nil
		}
	}
}
