package functions

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// address is what pg_get_object_address gives: class, object, column.
type address struct {
	class, oid types.OID
	sub        int32
}

func errObject(code, format string, args ...any) error { return sqlerr.New(code, format, args...) }

func errLength(which, how string, n int) error {
	return errObject(sqlerr.InvalidParameterValue, "%s list length must be %s %d", which, how, n)
}

// errNullName is for NULL among names or arguments.
func errNullName() error {
	return errObject(sqlerr.InvalidParameterValue, "name or argument lists may not contain nulls")
}

func textList(d datum) ([]string, error) {
	var out []string
	for _, e := range arr(d).Elems {
		if e.Null {
			return nil, errNullName()
		}
		out = append(out, e.S)
	}
	return out, nil
}

// addressReader takes the arguments of pg_get_object_address.
type addressReader struct {
	c           *Ctx
	kind        string
	names, args []string
	typ         types.OID // the name, of kinds whose name is a type
}

// unaddressable kinds are known to pg_identify_object alone.
var unaddressable = []string{
	"toast table", "composite type", "index column", "sequence column", "toast table column", "view column", "materialized view column", "composite type column",
}

var addressableRelations = []string{
	"table", "index", "sequence", "view", "materialized view", "foreign table", "table column", "foreign table column",
	"aggregate", "function", "procedure", "table constraint", "domain constraint",
}

// read decodes the lists by what the kind wants, and checks their lengths.
func (r *addressReader) read(names, args datum) error {
	if slices.Contains(unaddressable, r.kind) {
		return errObject(sqlerr.InvalidParameterValue, "unsupported object type \"%s\"", r.kind)
	}
	if _, ok := classByKind(r.kind); !slices.Contains(addressableRelations, r.kind) && (!ok || r.kind == "relation" || r.kind == "routine" || r.kind == "constraint") {
		return errObject(sqlerr.InvalidParameterValue, "unrecognized object type \"%s\"", r.kind)
	}
	elems := arr(names).Elems
	switch r.kind {
	case "type", "cast", "transform", "domain constraint":
		if len(elems) != 1 {
			return errLength("name", "exactly", 1)
		}
		if elems[0].Null {
			return errNullName()
		}
		var err error
		if r.typ, err = r.c.typeNamed(elems[0].S); err != nil && r.kind != "type" && len(arr(args).Elems) != 1 && sqlerr.From(err).Code != sqlerr.SyntaxError {
			err = nil // the arguments' number is looked at first
		}
		if err != nil && sqlerr.From(err).Code == sqlerr.SyntaxError {
			return err
		}
		r.names = []string{elems[0].S}
	case "large object":
		if len(elems) != 1 {
			return errLength("name", "exactly", 1)
		}
		if elems[0].Null {
			return errObject(sqlerr.InvalidParameterValue, "large object OID may not be null")
		}
		r.names = []string{elems[0].S}
	default:
		var err error
		if r.names, err = textList(names); err != nil {
			return err
		}
		if len(r.names) == 0 {
			return errLength("name", "at least", 1)
		}
	}
	var err error
	if r.args, err = textList(args); err != nil {
		return err
	}
	return r.lengths()
}

func (r *addressReader) lengths() error {
	switch r.kind {
	case "publication namespace", "user mapping":
		if len(r.names) != 1 {
			return errLength("name", "exactly", 1)
		}
		fallthrough
	case "domain constraint", "cast", "publication relation", "default acl", "transform":
		if len(r.args) != 1 {
			return errLength("argument", "exactly", 1)
		}
	case "operator family", "operator class":
		if len(r.names) < 2 {
			return errLength("name", "at least", 2)
		}
	case "operator of access method", "function of access method":
		if len(r.names) < 3 {
			return errLength("name", "at least", 3)
		}
		fallthrough
	case "operator":
		if len(r.args) != 2 {
			return errLength("argument", "exactly", 2)
		}
	}
	if k, ok := classByKind(r.kind); ok && k.name != "" && k.namespace == "" && len(r.names) != 1 {
		return errLength("name", "exactly", 1)
	}
	return nil
}

func (c *Ctx) typeNamed(s string) (types.OID, error) {
	d, err := types.ParseText(tRegtype, -1, s, &c.Format)
	return oidArg(d), err
}

// argTypes reads the arguments as types.
func (r *addressReader) argTypes() ([]types.OID, error) {
	out := make([]types.OID, len(r.args))
	for i, a := range r.args {
		if strings.EqualFold(a, "none") { // a word of SQL, and no type here
			return nil, errObject(sqlerr.SyntaxError, "syntax error at or near \"%s\"", a)
		}
		var err error
		if out[i], err = r.c.typeNamed(a); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// find finds the object.
func (r *addressReader) find() (address, error) {
	switch r.kind {
	case "table", "index", "sequence", "view", "materialized view", "foreign table":
		return r.relation()
	case "table column", "foreign table column", "default value":
		return r.column()
	case "table constraint", "rule", "trigger", "policy":
		return r.ofTable()
	case "function", "aggregate", "procedure", "operator":
		return r.callable()
	case "type":
		t, err := r.c.typeNamed(r.names[0])
		return address{class: classPgType, oid: t}, err
	case "cast":
		return r.cast()
	case "operator class", "operator family":
		class, oid, err := r.operators(r.kind, r.names)
		return address{class: class, oid: oid}, err
	case "operator of access method", "function of access method":
		return r.member()
	case "large object":
		d, err := types.ParseText(tOID, -1, r.names[0], &r.c.Format)
		if err != nil {
			return address{}, err
		}
		if ok, err := r.c.hasLarge(oidArg(d)); ok || err != nil {
			return address{class: classLargeObject, oid: oidArg(d)}, err
		}
		return address{}, errObject(sqlerr.UndefinedObject, "large object %d does not exist", oidArg(d))
	}
	if k, _ := classByKind(r.kind); k.name != "" {
		oid, err := r.named(k, r.names)
		return address{class: k.oid, oid: oid}, err
	}
	return address{}, r.absent()
}

// absent says of kinds of which there is no object what is missing.
func (r *addressReader) absent() error {
	switch r.kind {
	case "user mapping":
		if _, ok := r.c.catalog().RoleByName(r.names[0]); !ok || r.names[0] == "public" {
			return errObject(sqlerr.UndefinedObject, "user mapping for user \"%s\" on server \"%s\" does not exist", r.names[0], r.args[0])
		}
		return errObject(sqlerr.UndefinedObject, "server \"%s\" does not exist", r.args[0])
	case "default acl":
		if !slices.Contains([]string{"r", "S", "f", "T", "n"}, r.args[0]) {
			return sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized default ACL object type \"%s\"", r.args[0][:min(1, len(r.args[0]))]).
				WithHint("Valid object types are \"r\", \"S\", \"f\", \"T\", \"n\".")
		}
		where := ""
		if len(r.names) > 1 {
			where = " in schema \"" + r.names[1] + "\""
		}
		what := map[string]string{"r": "relations", "S": "sequences", "f": "functions", "T": "types", "n": "schemas"}[r.args[0]]
		return errObject(sqlerr.UndefinedObject, "default ACL for user \"%s\"%s on %s does not exist", r.names[0], where, what)
	case "publication relation", "publication namespace":
		if r.kind == "publication relation" {
			if _, err := r.relationOID(r.names); err != nil {
				return err
			}
		} else if _, ok := r.c.catalog().SchemaByName(r.names[0]); !ok {
			return errObject(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", r.names[0])
		}
		return errObject(sqlerr.UndefinedObject, "publication \"%s\" does not exist", r.args[0])
	case "domain constraint", "transform":
		t, err := r.c.typeNamed(r.names[0])
		if err != nil {
			return err
		}
		if r.kind == "domain constraint" {
			return errObject(sqlerr.WrongObjectType, "\"%s\" is not a domain", r.names[0])
		}
		k, _ := classByKind("language")
		if _, err := r.named(k, r.args); err != nil {
			return err
		}
		return errObject(sqlerr.UndefinedObject, "transform for type %s language \"%s\" does not exist", types.FormatTypeBare(t), r.args[0])
	}
	return errObject(sqlerr.InvalidParameterValue, "unsupported object type \"%s\"", r.kind)
}

// schemaFor takes a dotted name apart; schema "" is the search path.
func (r *addressReader) schemaFor(names []string) (schema, name string, err error) {
	if len(names) > 3 {
		return "", "", errObject(sqlerr.SyntaxError, "improper qualified name (too many dotted names): %s", strings.Join(names, "."))
	}
	if len(names) == 3 {
		if names[0] != r.c.session().Database() {
			return "", "", errObject(sqlerr.FeatureNotSupported, "cross-database references are not implemented: %s", strings.Join(names, "."))
		}
		names = names[1:]
	}
	if len(names) == 1 {
		return "", names[0], nil
	}
	if _, ok := r.c.catalog().SchemaByName(names[0]); !ok {
		return "", "", errObject(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", names[0])
	}
	return names[0], names[1], nil
}

// named finds an object that a name identifies, along the search path if its
// kind has schemas.
func (r *addressReader) named(k objectClass, names []string) (types.OID, error) {
	missing := func() error {
		if k.kind == "collation" {
			return errObject(k.missing, "collation \"%s\" for encoding \"UTF8\" does not exist", strings.Join(names, "."))
		}
		return errObject(k.missing, "%s \"%s\" does not exist", k.kind, strings.Join(names, "."))
	}
	schema, name := "", names[len(names)-1]
	if k.namespace != "" {
		var err error
		if schema, name, err = r.schemaFor(names); err != nil {
			return 0, err
		}
	}
	rows, err := r.c.rowsWhere(k.rel, []string{k.name}, types.Text(name))
	if err != nil {
		return 0, err
	}
	if k.namespace == "" {
		if len(rows) == 0 {
			return 0, missing()
		}
		return oidArg(rows[0].Get("oid")), nil
	}
	return r.alongPath(schema, k.namespace, rows, missing)
}

// alongPath picks the row of a schema, or the first that the search path leads
// to.
func (r *addressReader) alongPath(schema, column string, rows []CatalogRow, missing func() error) (types.OID, error) {
	path := []string{schema}
	if schema == "" {
		path = r.c.session().SearchPath(true)
	}
	for _, s := range path {
		for _, row := range rows {
			if r.c.schemaOf(row.Get(column)) == s {
				return oidArg(row.Get("oid")), nil
			}
		}
	}
	return 0, missing()
}
