package functions

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// object is what identifies an object. Without an identity it does not exist.
type object struct {
	kind     string
	schema   string // empty: none, or not said
	name     string // quoted; empty: not unique in the schema
	identity string
	describe string
	names    []string // what pg_get_object_address takes
	args     []string
}

// identify finds out about an object. sub is a column's number.
func (c *Ctx) identify(class, oid types.OID, sub int32) (object, error) {
	k, ok := classByOID(class)
	if !ok {
		return object{}, sqlerr.New(sqlerr.InternalError, "unrecognized object class: %d", class)
	}
	o := object{kind: k.kind}
	switch class {
	case classPgClass:
		if sub != 0 {
			return c.identifyColumn(oid, sub)
		}
		return c.identifyRelation(oid)
	case classLargeObject:
		return c.identifyLarge(oid, sub)
	}
	columns, key := byOID(oid)
	r, err := c.rowWhere(k.rel, columns, key)
	if err != nil || r == nil {
		return o, err
	}
	switch class {
	case classPgProc:
		return c.identifyRoutine(r), nil
	case classPgType:
		return c.identifyType(r), nil
	case classPgCast:
		src, dst := oidArg(r.Get("castsource")), oidArg(r.Get("casttarget"))
		o.names, o.args = []string{qualifiedType(src)}, []string{qualifiedType(dst)}
		o.identity = "(" + o.names[0] + " AS " + o.args[0] + ")"
		o.describe = "cast from " + types.FormatTypeBare(src) + " to " + types.FormatTypeBare(dst)
		return o, nil
	case classOperator:
		return c.identifyOperator(r), nil
	case classConstraint, classRewrite, classTrigger, classPolicy, classAttrdef:
		return c.identifyOfTable(class, r)
	case classOpclass, classOpfamily:
		return c.identifyOperators(class, r)
	case classAmop, classAmproc:
		return c.identifyMember(class, r)
	}
	if k.name == "" {
		return o, nil
	}
	name := r.Get(k.name).S
	o.name, o.names = QuoteIdent(name), []string{name}
	o.identity, o.describe = o.name, o.kind+" "+name
	if k.namespace != "" {
		o.schema = c.schemaOf(r.Get(k.namespace))
		o.names = []string{o.schema, name}
		o.identity = QuoteIdent(o.schema) + "." + o.name
		o.describe = o.kind + " " + c.shortName(o.schema, name)
	}
	return o, nil
}

func (c *Ctx) identifyLarge(oid types.OID, sub int32) (object, error) {
	o := object{kind: "large object"}
	if sub != 0 {
		return o, sqlerr.New(sqlerr.InternalError, "invalid non-zero objectSubId for object class %d", classLargeObject)
	}
	ok, err := c.hasLarge(oid)
	if ok {
		o.identity = strconv.FormatUint(uint64(oid), 10)
		o.describe, o.names = o.kind+" "+o.identity, []string{o.identity}
	}
	return o, err
}

func (c *Ctx) schemaOf(oid datum) string {
	s, _ := c.catalog().SchemaName(oidArg(oid))
	return s
}

// shortName is a name for people: qualified only if the path does not lead to
// its schema.
func (c *Ctx) shortName(schema, name string) string {
	for _, s := range c.session().SearchPath(true) {
		if s == schema {
			return QuoteIdent(name)
		}
	}
	return QuoteIdent(schema) + "." + QuoteIdent(name)
}

// qualifiedType is a type's name with its schema, where SQL has no words of its
// own for it.
func qualifiedType(t types.OID) string {
	base := t
	if e := types.ElemOf(t); e != 0 {
		base = e
	}
	switch base {
	case tBit, tBool, tBpchar, tFloat4, tFloat8, tInt2, tInt4, tInt8, tNumeric, tInterval, tTime, tTimetz, tTimestamp, tTimestamptz, tVarbit, tVarchar:
		return types.FormatTypeBare(t)
	}
	if _, ok := types.Lookup(base); !ok {
		return types.FormatTypeBare(t)
	}
	return "pg_catalog." + types.FormatTypeBare(t)
}

func relationKind(relkind byte) string {
	switch relkind {
	case 'r', 'p':
		return "table"
	case 'i', 'I':
		return "index"
	case 'S':
		return "sequence"
	case 't':
		return "toast table"
	case 'v':
		return "view"
	case 'm':
		return "materialized view"
	case 'c':
		return "composite type"
	case 'f':
		return "foreign table"
	}
	return "relation"
}

func (c *Ctx) relationRow(oid types.OID) (CatalogRow, error) {
	columns, key := byOID(oid)
	return c.rowWhere("pg_class", columns, key)
}

func (c *Ctx) identifyRelation(oid types.OID) (object, error) {
	r, err := c.relationRow(oid)
	if err != nil || r == nil {
		return object{kind: "relation"}, err
	}
	name := r.Get("relname").S
	o := object{kind: relationKind(byte(r.Get("relkind").I)), schema: c.schemaOf(r.Get("relnamespace")), name: QuoteIdent(name)}
	o.identity, o.names = QuoteIdent(o.schema)+"."+o.name, []string{o.schema, name}
	o.describe = o.kind + " " + c.shortName(o.schema, name)
	return o, nil
}

func (c *Ctx) identifyColumn(rel types.OID, sub int32) (object, error) {
	o, err := c.identifyRelation(rel)
	if err != nil {
		return o, err
	}
	gone := object{kind: o.kind + " column"}
	name, ok := c.catalog().ColumnName(rel, int16(sub))
	if o.identity == "" || !ok {
		return gone, nil
	}
	o.kind, o.name = gone.kind, QuoteIdent(o.names[1])
	o.describe = "column " + name + " of " + o.describe
	o.identity += "." + QuoteIdent(name)
	o.names = append(o.names, name)
	return o, nil
}

func (c *Ctx) identifyRoutine(r CatalogRow) object {
	o := object{kind: "function", schema: c.schemaOf(r.Get("pronamespace"))}
	switch r.Get("prokind").I {
	case 'a':
		o.kind = "aggregate"
	case 'p':
		o.kind = "procedure"
	}
	name := r.Get("proname").S
	var short []string
	if args, ok := r.Get("proargtypes").A.(*types.Array); ok {
		for _, a := range args.Elems {
			o.args = append(o.args, qualifiedType(oidArg(a)))
			short = append(short, types.FormatTypeBare(oidArg(a)))
		}
	}
	o.names = []string{o.schema, name}
	o.identity = QuoteIdent(o.schema) + "." + QuoteIdent(name) + "(" + strings.Join(o.args, ",") + ")"
	o.describe = "function " + c.shortName(o.schema, name) + "(" + strings.Join(short, ",") + ")"
	return o
}

func (c *Ctx) identifyType(r CatalogRow) object {
	t := oidArg(r.Get("oid"))
	o := object{kind: "type", schema: c.schemaOf(r.Get("typnamespace")), name: QuoteIdent(r.Get("typname").S), identity: qualifiedType(t)}
	o.names, o.describe = []string{o.identity}, "type "+c.typeName(t)
	return o
}

func (c *Ctx) identifyOperator(r CatalogRow) object {
	o := object{kind: "operator", schema: c.schemaOf(r.Get("oprnamespace"))}
	name, left, right := r.Get("oprname").S, oidArg(r.Get("oprleft")), oidArg(r.Get("oprright"))
	short := []string{"NONE", types.FormatTypeBare(right)}
	ends := []string{"NONE", qualifiedType(right)}
	if left != 0 {
		short[0], ends[0] = types.FormatTypeBare(left), qualifiedType(left)
		o.args = append(o.args, ends[0])
	}
	o.args, o.names = append(o.args, ends[1]), []string{o.schema, name}
	o.identity = QuoteIdent(o.schema) + "." + name + "(" + strings.Join(ends, ",") + ")"
	o.describe = "operator " + name + "(" + strings.Join(short, ",") + ")"
	return o
}

// identifyOfTable is for what belongs to a table: constraints, rules, triggers,
// policies, defaults.
func (c *Ctx) identifyOfTable(class types.OID, r CatalogRow) (object, error) {
	column := map[types.OID][3]string{
		classConstraint: {"table constraint", "conrelid", "conname"}, classRewrite: {"rule", "ev_class", "rulename"},
		classTrigger: {"trigger", "tgrelid", "tgname"}, classPolicy: {"policy", "polrelid", "polname"},
		classAttrdef: {"default value", "adrelid", "adnum"},
	}[class]
	o := object{kind: column[0]}
	rel := oidArg(r.Get(column[1]))
	if class == classAttrdef {
		col, err := c.identifyColumn(rel, int32(r.Get("adnum").I))
		o.identity, o.describe, o.names = "for "+col.identity, "default value for "+col.describe, col.names
		return o, err
	}
	table, err := c.identifyRelation(rel)
	if err != nil {
		return o, err
	}
	name := r.Get(column[2]).S
	o.names = append(table.names, name)
	o.identity = QuoteIdent(name) + " on " + table.identity
	o.describe = strings.TrimPrefix(o.kind, "table ") + " " + name + " on " + table.describe
	if class == classConstraint || class == classTrigger || class == classPolicy {
		o.schema = table.schema
	}
	return o, nil
}

// methodName is the name of an access method.
func (c *Ctx) methodName(oid datum) (string, error) {
	columns, key := byOID(oidArg(oid))
	r, err := c.rowWhere("pg_am", columns, key)
	if err != nil || r == nil {
		return "", err
	}
	return r.Get("amname").S, nil
}

func (c *Ctx) identifyOperators(class types.OID, r CatalogRow) (object, error) {
	o, prefix := object{kind: "operator class"}, "opc"
	if class == classOpfamily {
		o.kind, prefix = "operator family", "opf"
	}
	method, err := c.methodName(r.Get(prefix + "method"))
	name := r.Get(prefix + "name").S
	o.schema, o.name = c.schemaOf(r.Get(prefix+"namespace")), QuoteIdent(name)
	o.identity = QuoteIdent(o.schema) + "." + o.name + " USING " + QuoteIdent(method)
	o.describe = o.kind + " " + c.shortName(o.schema, name) + " for access method " + method
	o.names = []string{method, o.schema, name}
	return o, err
}

// identifyMember is for operators and functions of operator families.
func (c *Ctx) identifyMember(class types.OID, r CatalogRow) (object, error) {
	word, prefix, number := "operator", "amop", "amopstrategy"
	if class == classAmproc {
		word, prefix, number = "function", "amproc", "amprocnum"
	}
	o := object{kind: word + " of access method"}
	columns, key := byOID(oidArg(r.Get(prefix + "family")))
	fr, err := c.rowWhere("pg_opfamily", columns, key)
	if err != nil || fr == nil {
		return o, err
	}
	family, err := c.identifyOperators(classOpfamily, fr)
	if err != nil {
		return o, err
	}
	left, right := oidArg(r.Get(prefix+"lefttype")), oidArg(r.Get(prefix+"righttype"))
	n := strconv.FormatInt(r.Get(number).I, 10)
	o.names, o.args = append(family.names, n), []string{qualifiedType(left), qualifiedType(right)}
	o.identity = word + " " + n + " (" + strings.Join(o.args, ", ") + ") of " + family.identity
	what, reg := r.Get("amopopr"), tRegoperator
	if class == classAmproc {
		what, reg = r.Get("amproc"), tRegprocedure
	}
	text, err := textOf(c, reg, what)
	o.describe = word + " " + n + " (" + types.FormatTypeBare(left) + ", " + types.FormatTypeBare(right) + ") of " + family.describe + ": " + text
	return o, err
}

// typeName is a type as SQL writes it, one too that is not built in.
func (c *Ctx) typeName(t types.OID) string {
	if name, ok := c.catalog().RowTypeName(t); ok {
		return name
	}
	return types.FormatTypeBare(t)
}
