package catalog

import (
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// OIDs of the row types of relations, and of arrays of them, follow from the
// relations', so that they are the same on all nodes. Those of relations are below
// rowTypeBit, but for temporary ones, which have another bit beside.
const (
	rowTypeBit   types.OID = 1 << 29
	arrayTypeBit types.OID = 1 << 28
)

// RowType is the type of a relation's rows; 0: it has none.
func RowType(r *Relation) types.OID {
	if r.Kind != 'r' && r.Kind != 'v' {
		return 0
	}
	if t, ok := declaredRowTypes()[r.OID]; ok {
		return t
	}
	return r.OID | rowTypeBit
}

// RowArrayType is the type of arrays of a relation's rows; 0: there is none.
func RowArrayType(r *Relation) types.OID {
	t := RowType(r)
	if t&rowTypeBit == 0 {
		return 0
	}
	return t | arrayTypeBit
}

// ofRows finds the relation whose rows are of a type, or of whose rows it has arrays.
func (v sessionView) ofRows(oid types.OID) (r *Relation, array, ok bool) {
	if oid&rowTypeBit == 0 {
		return nil, false, false
	}
	r, ok = v.Relation(oid &^ (rowTypeBit | arrayTypeBit))
	return r, oid&arrayTypeBit != 0, ok && RowType(r) == oid&^arrayTypeBit
}

// RowTypeName implements functions.Catalog.
func (v sessionView) RowTypeName(oid types.OID) (name string, ok bool) {
	r, array, ok := v.ofRows(oid)
	if !ok {
		return v.domainName(oid)
	}
	visible, _ := v.RelationVisible(r.OID)
	text := appendQualified(nil, r.Schema, r.Name, visible)
	if array {
		text = append(text, "[]"...)
	}
	return string(text), true
}

// typeName reads the name of a type, or with [] of arrays of it; schema is empty where
// the name has none.
func (v sessionView) typeName(s string) (schema, name string, array, ok bool) {
	base, array := strings.CutSuffix(strings.TrimSpace(s), "[]")
	names, err := splitNames(base)
	if err == nil {
		schema, name, err = v.qualified(names)
	}
	return schema, name, array, err == nil
}

// rowTypeNamed finds the type of a relation's rows by the relation's name, or that
// of arrays of them.
func (v sessionView) rowTypeNamed(s string) (types.OID, bool) {
	schema, name, array, ok := v.typeName(s)
	if !ok {
		return 0, false
	}
	oid, ok := v.RelationByName(schema, name)
	if !ok {
		// Arrays are known by the name of their own, too.
		if name, array = strings.CutPrefix(name, "_"); !array {
			return 0, false
		}
		if oid, ok = v.RelationByName(schema, name); !ok {
			return 0, false
		}
	}
	r, ok := v.Relation(oid)
	if !ok {
		return 0, false
	}
	t := RowType(r)
	if array {
		t = RowArrayType(r)
	}
	return t, t != 0
}

// arrayTypeName is the name of a type of arrays, cut to what names may have.
func arrayTypeName(name string) string {
	name = "_" + name
	if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName], "")
	}
	return name
}

// Support functions of all row types and of all arrays of them, in pg_proc.
var (
	recordIO = [4]types.OID{2290, 2291, 2402, 2403} // record_in, _out, _recv, _send
	arrayIO  = [4]types.OID{750, 751, 2400, 2401}   // array_in, _out, _recv, _send
)

const (
	arraySubscript types.OID = 6179 // array_subscript_handler
	arrayAnalyze   types.OID = 3816 // array_typanalyze
)

// makeRowTypes lists the row types of a layer's relations in pg_type.
func makeRowTypes(c *Catalog, b *rowBuilder) {
	add := func(r *Relation, id types.OID, name string, kind, category byte, rel, subscript, elem, array types.OID, io [4]types.OID, analyze types.OID) {
		b.add(typeColumns, oid(id), text(name), oid(c.schemaOID(r.Schema)), oid(r.OwnerOID()), num(-1), yes(false),
			char(kind), char(category), yes(false), yes(true), char(','), oid(rel), oid(subscript), oid(elem), oid(array),
			oid(io[0]), oid(io[1]), oid(io[2]), oid(io[3]), oid(0), oid(0), oid(analyze), char('d'), char('x'), num(-1), oid(0))
	}
	for _, r := range c.relations {
		row, array := RowType(r), RowArrayType(r)
		if array == 0 {
			continue // it has none, or a declared one
		}
		add(r, row, r.Name, 'c', 'C', r.OID, 0, 0, array, recordIO, 0)
		add(r, array, arrayTypeName(r.Name), 'b', 'A', 0, arraySubscript, row, 0, arrayIO, arrayAnalyze)
	}
}
