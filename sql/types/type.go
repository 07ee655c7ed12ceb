package types

import "slices"

// Fn names a function of pg_proc; the zero value is none.
type Fn struct {
	OID  OID
	Name string
}

// Type is one row of pg_type with how its values lie in memory. The built-in
// ones live in schema pg_catalog and never change.
type Type struct {
	OID       OID
	Name      string // typname
	Len       int16  // bytes in PostgreSQL; -1: varlena, -2: C string
	ByVal     bool
	Kind      byte // typtype: b, c, d, e, p, r, m
	Category  byte
	Preferred bool
	Delim     byte // between elements of an array's text form
	Rel       OID  // typrelid of a row type
	Subscript Fn
	Elem      OID
	Array     OID

	Input, Output       Fn
	Receive, Send       Fn
	TypmodIn, TypmodOut Fn
	Analyze             Fn

	Align     byte
	Storage   byte
	Collation OID
	Doc       string // PostgreSQL's comment on the type

	Rep Rep
}

// OIDs of the two schemas and collations that types refer to.
const (
	PgCatalogNamespace OID = 11
	DefaultCollation   OID = 100
	CCollation         OID = 950
)

// arraySubscript is the subscripting function of true arrays.
const arraySubscript OID = 6179

// maxBuiltin bounds the OIDs of built-in types.
const maxBuiltin = 6200

// registry is the immutable table of built-in types.
type registry struct {
	all    []Type // by OID
	index  [maxBuiltin]uint16
	rep    [maxBuiltin]Rep
	byName map[string]*Type
}

var builtin = newRegistry()

func newRegistry() *registry {
	r := &registry{byName: make(map[string]*Type)}
	r.all = slices.Concat(baseTypes[:], rangeTypes[:], pseudoTypes[:])
	for i := range r.all {
		if r.all[i].Delim == 0 {
			r.all[i].Delim = ','
		}
		if t := &r.all[i]; t.Array != 0 && t.Array < maxBuiltin {
			r.all = append(r.all, arrayOf(t))
		}
	}
	slices.SortFunc(r.all, func(a, b Type) int { return int(a.OID) - int(b.OID) })
	for i := range r.rep {
		r.rep[i] = RepAny
	}
	for i := range r.all {
		t := &r.all[i]
		t.Rep = repOf(t.OID)
		r.rep[t.OID] = t.Rep
		r.index[t.OID] = uint16(i + 1)
		r.byName[t.Name] = t
	}
	return r
}

// arrayOf derives pg_type's row of t's array type, as PostgreSQL does when it
// makes a type.
func arrayOf(t *Type) Type {
	a := Type{
		OID: t.Array, Name: "_" + t.Name, Len: -1, Kind: 'b', Category: 'A', Delim: t.Delim, Elem: t.OID,
		Subscript: Fn{arraySubscript, "array_subscript_handler"},
		Input:     Fn{750, "array_in"}, Output: Fn{751, "array_out"},
		Receive: Fn{2400, "array_recv"}, Send: Fn{2401, "array_send"},
		TypmodIn: t.TypmodIn, TypmodOut: t.TypmodOut, Analyze: Fn{3816, "array_typanalyze"},
		Align: 'i', Storage: 'x', Collation: t.Collation,
	}
	if t.Align == 'd' {
		a.Align = 'd'
	}
	if t.OID == OIDRecord {
		a.Kind, a.Category = 'p', 'P'
	}
	return a
}

func repOf(t OID) Rep {
	switch t {
	case OIDBool, OIDInt2, OIDInt4, OIDInt8, OIDChar, OIDOID, OIDXID, OIDXID8, OIDCID, OIDTID, OIDPgLSN, OIDMoney, OIDMacaddr, OIDMacaddr8,
		OIDRegproc, OIDRegprocedure, OIDRegoper, OIDRegoperator, OIDRegclass, OIDRegtype, OIDRegconfig,
		OIDRegdictionary, OIDRegnamespace, OIDRegrole, OIDRegcollation,
		OIDDate, OIDTime, OIDTimestamp, OIDTimestamptz:
		return RepInt
	case OIDFloat4, OIDFloat8:
		return RepFloat
	case OIDText, OIDVarchar, OIDBpchar, OIDName, OIDUnknown, OIDCString, OIDBytea, OIDJSON, OIDJSONB, OIDUUID,
		OIDXML, OIDJSONPath, OIDRefCursor, OIDACLItem, OIDPgNodeTree, OIDVoid, OIDPgSnapshot, OIDTxidSnapshot:
		return RepText
	}
	return RepAny
}

// RepOf returns how values of type t lie in memory. A type that is not built
// in is a row type or the array of one: RepAny.
func RepOf(t OID) Rep {
	if t < maxBuiltin {
		return builtin.rep[t]
	}
	return RepAny
}

// Lookup returns a built-in type. The result must not be changed.
func Lookup(t OID) (*Type, bool) {
	if t < maxBuiltin && builtin.index[t] != 0 {
		return &builtin.all[builtin.index[t]-1], true
	}
	return nil, false
}

// ByName returns the built-in type with a catalog name ("int4", "_text"), as
// the parser writes names; schema is "pg_catalog" or empty.
func ByName(schema, name string) (*Type, bool) {
	if schema != "" && schema != "pg_catalog" {
		return nil, false
	}
	t, ok := builtin.byName[name]
	return t, ok
}

// All returns the built-in types by OID. The slice must not be changed.
func All() []Type { return builtin.all }

// IsArray reports whether t is a true array type (int2vector and oidvector
// are, name and point are not).
func IsArray(t OID) bool {
	ty, ok := Lookup(t)
	return ok && ty.Subscript.OID == arraySubscript
}

// ElemOf returns the element type of an array type, or 0.
func ElemOf(array OID) OID {
	if ty, ok := Lookup(array); ok && ty.Subscript.OID == arraySubscript {
		return ty.Elem
	}
	return 0
}

// ArrayOf returns the array type over an element type, or 0.
func ArrayOf(elem OID) OID {
	if ty, ok := Lookup(elem); ok && ty.Array < maxBuiltin {
		return ty.Array
	}
	return 0
}

// IsReg reports whether t is one of the reg* types, which print as names.
func IsReg(t OID) bool {
	switch t {
	case OIDRegproc, OIDRegprocedure, OIDRegoper, OIDRegoperator, OIDRegclass, OIDRegtype, OIDRegconfig,
		OIDRegdictionary, OIDRegnamespace, OIDRegrole, OIDRegcollation:
		return true
	}
	return false
}

// IsPolymorphic reports whether t is one of the any… pseudo-types that stand
// for an actual type in a function's declaration.
func IsPolymorphic(t OID) bool {
	switch t {
	case OIDAnyElement, OIDAnyArray, OIDAnyNonArray, OIDAnyEnum, OIDAnyRange, OIDAnyMultirange,
		OIDAnyCompatible, OIDAnyCompatibleArray, OIDAnyCompatibleNonArray, OIDAnyCompatibleRange,
		OIDAnyCompatibleMultirange:
		return true
	}
	return false
}

// RangeSubtype returns the element type of a range or multirange type, or 0.
func RangeSubtype(t OID) OID {
	switch t {
	case OIDInt4Range, OIDInt4Multirange:
		return OIDInt4
	case OIDInt8Range, OIDInt8Multirange:
		return OIDInt8
	case OIDNumRange, OIDNumMultirange:
		return OIDNumeric
	case OIDTSRange, OIDTSMultirange:
		return OIDTimestamp
	case OIDTSTZRange, OIDTSTZMultirange:
		return OIDTimestamptz
	case OIDDateRange, OIDDateMultirange:
		return OIDDate
	}
	return 0
}

// IsRange reports whether t is a range type; multirange types are not.
func IsRange(t OID) bool {
	ty, ok := Lookup(t)
	return ok && ty.Kind == 'r'
}

// IsMultirange reports whether t is a multirange type.
func IsMultirange(t OID) bool {
	ty, ok := Lookup(t)
	return ok && ty.Kind == 'm'
}

// MultirangeOf returns the multirange type over a range type, or 0.
func MultirangeOf(rng OID) OID { return twin(rng, 'r', 'm') }

// RangeOf returns the range type of a multirange type, or 0.
func RangeOf(multi OID) OID { return twin(multi, 'm', 'r') }

// twin returns the type of one kind that has the subtype of a type of another.
func twin(t OID, from, to byte) OID {
	if ty, ok := Lookup(t); !ok || ty.Kind != from {
		return 0
	}
	for i := range rangeTypes {
		if r := &rangeTypes[i]; r.Kind == to && RangeSubtype(r.OID) == RangeSubtype(t) {
			return r.OID
		}
	}
	return 0
}
