package catalog

import (
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// AppendReg implements types.Names: the name of an object of a reg* type,
// qualified where the name alone would not find it again.
func (v sessionView) AppendReg(dst []byte, reg, oid types.OID) ([]byte, bool) {
	switch reg {
	case types.OIDRegclass:
		schema, name, ok := v.RelationName(oid)
		visible, _ := v.RelationVisible(oid)
		return appendQualified(dst, schema, name, visible), ok
	case types.OIDRegtype:
		if _, ok := types.Lookup(oid); ok {
			return append(dst, types.FormatTypeBare(oid)...), true
		}
		name, ok := v.RowTypeName(oid)
		return append(dst, name...), ok
	case types.OIDRegproc:
		if p, ok := v.procByOID(oid); ok {
			unique := len(v.procsOfName(p.Name)) == 1
			return appendQualified(dst, p.schema(), p.Name, unique && v.procVisible(p)), true
		}
	case types.OIDRegprocedure:
		if p, ok := v.procByOID(oid); ok {
			dst = appendQualified(dst, p.schema(), p.Name, v.procVisible(p))
			return append(dst, "("+v.typeList(p.arguments())+")"...), true
		}
	case types.OIDRegoper, types.OIDRegoperator:
		if o, ok := v.library().operOID[oid]; ok {
			return v.appendOperator(dst, reg, o), true
		}
	default:
		if name, ok := v.simpleName(reg, oid); ok {
			return append(dst, functions.QuoteIdent(name)...), true
		}
	}
	return dst, false
}

// simpleName is the name of an object of a kind without schemas, or whose
// objects are all in pg_catalog.
func (v sessionView) simpleName(reg, oid types.OID) (string, bool) {
	switch reg {
	case types.OIDRegnamespace:
		return v.SchemaName(oid)
	case types.OIDRegrole:
		return v.RoleName(oid)
	case types.OIDRegconfig, types.OIDRegdictionary:
		return functions.TSObjectName(reg, oid)
	case types.OIDRegcollation:
		for i := range collations {
			if collations[i].oid == oid {
				return collations[i].name, true
			}
		}
	}
	return "", false
}

func appendQualified(dst []byte, schema, name string, visible bool) []byte {
	if !visible {
		dst = append(append(dst, functions.QuoteIdent(schema)...), '.')
	}
	return append(dst, functions.QuoteIdent(name)...)
}

// typeList prints argument types as regprocedure does.
func (v sessionView) typeList(ts []types.OID) string {
	parts := make([]string, len(ts))
	for i, t := range ts {
		if name, ok := v.RowTypeName(t); ok {
			parts[i] = name
			continue
		}
		parts[i] = types.FormatTypeBare(t)
	}
	return strings.Join(parts, ",")
}

func (v sessionView) appendOperator(dst []byte, reg types.OID, o *operator) []byte {
	visible := v.systemVisible()
	if reg == types.OIDRegoper {
		visible = visible && len(v.library().operName[o.Name]) == 1
	}
	if !visible {
		dst = append(dst, "pg_catalog."...)
	}
	dst = append(dst, o.Name...)
	if reg == types.OIDRegoper {
		return dst
	}
	left := "NONE"
	if o.Left != 0 {
		left = types.FormatTypeBare(o.Left)
	}
	return append(dst, "("+left+","+types.FormatTypeBare(o.Right)+")"...)
}
