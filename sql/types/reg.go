package types

import (
	"strconv"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// appendReg prints a reg* value: a built-in type from the table, all else
// through the session's names, what is unknown as its number, none as "-", or as 0
// among operators, one of which "-" is.
func appendReg(dst []byte, t, oid OID, f *Format) []byte {
	if oid == 0 {
		if t == OIDRegoper || t == OIDRegoperator {
			return append(dst, '0')
		}
		return append(dst, '-')
	}
	if t == OIDRegtype {
		if _, ok := Lookup(oid); ok {
			return append(dst, FormatTypeBare(oid)...)
		}
	}
	if f.Names != nil {
		if out, ok := f.Names.AppendReg(dst, t, oid); ok {
			return out
		}
	}
	return strconv.AppendUint(dst, uint64(oid), 10)
}

// parseReg reads a reg* value: a number, "-" for none, or a name.
func parseReg(t OID, s string, f *Format) (OID, error) {
	if s == "-" && t != OIDRegoper && t != OIDRegoperator {
		return 0, nil
	}
	if s != "" && isDigit(s[0]) && allDigits(s) {
		n, err := parseOID(s, "oid")
		return OID(n), err
	}
	if t == OIDRegtype {
		if oid, _, ok := ParseTypeName(s); ok {
			return oid, nil
		}
	}
	if f.Names != nil {
		return f.Names.ResolveReg(t, s)
	}
	return 0, unknownReg(t, s)
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// unknownReg is PostgreSQL's error for a name that a reg* type does not find.
func unknownReg(t OID, s string) error {
	switch t {
	case OIDRegclass:
		return sqlerr.New(sqlerr.UndefinedTable, "relation \"%s\" does not exist", s)
	case OIDRegproc, OIDRegprocedure:
		return sqlerr.New(sqlerr.UndefinedFunction, "function \"%s\" does not exist", s)
	case OIDRegoper, OIDRegoperator:
		return sqlerr.New(sqlerr.UndefinedFunction, "operator does not exist: %s", s)
	case OIDRegnamespace:
		return sqlerr.New(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", s)
	case OIDRegrole:
		return sqlerr.New(sqlerr.UndefinedObject, "role \"%s\" does not exist", s)
	case OIDRegcollation:
		return sqlerr.New(sqlerr.UndefinedObject, "collation \"%s\" for encoding \"UTF8\" does not exist", s)
	case OIDRegconfig:
		return sqlerr.New(sqlerr.UndefinedObject, "text search configuration \"%s\" does not exist", s)
	case OIDRegdictionary:
		return sqlerr.New(sqlerr.UndefinedObject, "text search dictionary \"%s\" does not exist", s)
	}
	return sqlerr.New(sqlerr.UndefinedObject, "type \"%s\" does not exist", s)
}
