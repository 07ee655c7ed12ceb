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
