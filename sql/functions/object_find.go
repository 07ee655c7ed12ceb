package functions

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func (r *addressReader) relationOID(names []string) (types.OID, error) {
	if len(names) > 3 {
		return 0, errObject(sqlerr.SyntaxError, "improper relation name (too many dotted names): %s", strings.Join(names, "."))
	}
	if len(names) == 3 && names[0] != r.c.session().Database() {
		return 0, errObject(sqlerr.FeatureNotSupported, "cross-database references are not implemented: \"%s\"", strings.Join(names, "."))
	}
	schema, name, err := r.schemaFor(names)
	if err != nil {
		return 0, err
	}
	oid, ok := r.c.catalog().RelationByName(schema, name)
	if !ok {
		if schema != "" {
			name = schema + "." + name
		}
		return 0, errObject(sqlerr.UndefinedTable, "relation \"%s\" does not exist", name)
	}
	return oid, nil
}

func (r *addressReader) relation() (address, error) {
	oid, err := r.relationOID(r.names)
	if err != nil {
		return address{}, err
	}
	row, err := r.c.relationRow(oid)
	if err != nil || row == nil {
		return address{}, err
	}
	if kind := relationKind(byte(row.Get("relkind").I)); kind != r.kind {
		article := "a"
		if r.kind == "index" {
			article = "an"
		}
		return address{}, errObject(sqlerr.WrongObjectType, "\"%s\" is not %s %s", row.Get("relname").S, article, r.kind)
	}
	return address{class: classPgClass, oid: oid}, nil
}

func (r *addressReader) column() (address, error) {
	if len(r.names) < 2 {
		return address{}, errObject(sqlerr.SyntaxError, "column name must be qualified")
	}
	last := len(r.names) - 1
	rel, err := r.relationOID(r.names[:last])
	if err != nil {
		return address{}, err
	}
	shown := strings.Join(r.names[:last], ".")
	sub := int16(1)
	for ; ; sub++ {
		name, ok := r.c.catalog().ColumnName(rel, sub)
		if ok && name != r.names[last] {
			continue
		}
		if ok {
			break
		}
		if r.kind == "default value" {
			return address{}, errObject(sqlerr.UndefinedColumn, "default value for column \"%s\" of relation \"%s\" does not exist", r.names[last], shown)
		}
		return address{}, errObject(sqlerr.UndefinedColumn, "column \"%s\" of relation \"%s\" does not exist", r.names[last], shown)
	}
	if r.kind != "default value" {
		return address{classPgClass, rel, int32(sub)}, nil
	}
	row, err := r.c.rowWhere("pg_attrdef", []string{"adrelid", "adnum"}, types.Int(int64(rel)), types.Int(int64(sub)))
	if err != nil || row == nil {
		return address{}, errors2(err, errObject(sqlerr.UndefinedObject, "default value for column \"%s\" of relation \"%s\" does not exist", r.names[last], shown))
	}
	return address{class: classAttrdef, oid: oidArg(row.Get("oid"))}, nil
}

// errors2 is the first of two errors that is one.
func errors2(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (r *addressReader) ofTable() (address, error) {
	if len(r.names) < 2 {
		return address{}, errObject(sqlerr.SyntaxError, "must specify relation and object name")
	}
	last := len(r.names) - 1
	rel, err := r.relationOID(r.names[:last])
	if err != nil {
		return address{}, err
	}
	class, table, columns, noun := types.OID(classConstraint), "pg_constraint", []string{"conrelid", "conname"}, "constraint"
	switch r.kind {
	case "rule":
		class, table, columns, noun = classRewrite, "pg_rewrite", []string{"ev_class", "rulename"}, "rule"
	case "trigger":
		class, table, columns, noun = classTrigger, "pg_trigger", []string{"tgrelid", "tgname"}, "trigger"
	case "policy":
		class, table, columns, noun = classPolicy, "pg_policy", []string{"polrelid", "polname"}, "policy"
	}
	row, err := r.c.rowWhere(table, columns, types.Int(int64(rel)), types.Text(r.names[last]))
	if err != nil {
		return address{}, err
	}
	if row == nil {
		_, name, _ := r.c.catalog().RelationName(rel)
		of := "table"
		if r.kind == "rule" {
			of = "relation"
		}
		return address{}, errObject(sqlerr.UndefinedObject, "%s \"%s\" for %s \"%s\" does not exist", noun, r.names[last], of, name)
	}
	return address{class: class, oid: oidArg(row.Get("oid"))}, nil
}

func (r *addressReader) cast() (address, error) {
	src, err := r.c.typeNamed(r.names[0])
	if err != nil {
		return address{}, err
	}
	dst, err := r.c.typeNamed(r.args[0])
	if err != nil {
		return address{}, err
	}
	if k, ok := CastBetween(src, dst); ok {
		return address{class: classPgCast, oid: k.OID}, nil
	}
	return address{}, errObject(sqlerr.UndefinedObject, "cast from type %s to type %s does not exist", types.FormatTypeBare(src), types.FormatTypeBare(dst))
}

// operators finds an operator class or family: names begin with the method's.
func (r *addressReader) operators(kind string, names []string) (class, oid types.OID, err error) {
	method, err := r.c.rowWhere("pg_am", []string{"amname"}, types.Text(names[0]))
	if err != nil {
		return 0, 0, err
	}
	if method == nil {
		return 0, 0, errObject(sqlerr.UndefinedObject, "access method \"%s\" does not exist", names[0])
	}
	schema, name, err := r.schemaFor(names[1:])
	if err != nil {
		return 0, 0, err
	}
	table, prefix, class := "pg_opclass", "opc", types.OID(classOpclass)
	if kind == "operator family" {
		table, prefix, class = "pg_opfamily", "opf", classOpfamily
	}
	rows, err := r.c.rowsWhere(table, []string{prefix + "name", prefix + "method"}, types.Text(name), method.Get("oid"))
	if err != nil {
		return 0, 0, err
	}
	oid, err = r.alongPath(schema, prefix+"namespace", rows, func() error {
		return errObject(sqlerr.UndefinedObject, "%s \"%s\" does not exist for access method \"%s\"", kind, strings.Join(names[1:], "."), names[0])
	})
	return class, oid, err
}

// member finds an operator or a function of an operator family, by its number
// and types.
func (r *addressReader) member() (address, error) {
	last := len(r.names) - 1
	_, family, err := r.operators("operator family", r.names[:last])
	if err != nil {
		return address{}, err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(r.names[last]), 10, 32)
	if err != nil {
		return address{}, errObject(sqlerr.InvalidTextRepresentation, "invalid input syntax for type %s: \"%s\"", "integer", r.names[last])
	}
	ts, err := r.argTypes()
	if err != nil {
		return address{}, err
	}
	word, class, table, prefix, number := "operator", types.OID(classAmop), "pg_amop", "amop", "amopstrategy"
	if r.kind == "function of access method" {
		word, class, table, prefix, number = "function", classAmproc, "pg_amproc", "amproc", "amprocnum"
	}
	row, err := r.c.rowWhere(table, []string{prefix + "family", prefix + "lefttype", prefix + "righttype", number},
		types.Int(int64(family)), types.Int(int64(ts[0])), types.Int(int64(ts[1])), types.Int(n))
	if err != nil {
		return address{}, err
	}
	if row == nil {
		o, err := r.c.identify(classOpfamily, family, 0)
		return address{}, errors2(err, errObject(sqlerr.UndefinedObject, "%s %d (%s, %s) of %s does not exist", word, n, r.args[0], r.args[1], o.describe))
	}
	return address{class: class, oid: oidArg(row.Get("oid"))}, nil
}

// callable finds a function, an aggregate or an operator by its argument types.
func (r *addressReader) callable() (address, error) {
	ts, err := r.argTypes()
	if err != nil {
		return address{}, err
	}
	schema, name, err := r.schemaFor(r.names)
	if err != nil && (r.kind != "operator" || sqlerr.From(err).Code != sqlerr.InvalidSchemaName) {
		return address{}, err
	}
	if err != nil { // no operator is there
		schema = r.names[0]
	}
	var shown []string
	for _, t := range ts {
		shown = append(shown, types.FormatTypeBare(t))
	}
	full := strings.Join(r.names, ".")
	if r.kind == "operator" {
		if schema == "" || schema == "pg_catalog" {
			for _, o := range Operators(name) {
				if o.Left == ts[0] && o.Right == ts[1] {
					return address{class: classOperator, oid: o.OID}, nil
				}
			}
		}
		return address{}, errObject(sqlerr.UndefinedFunction, "operator does not exist: %s %s %s", shown[0], full, shown[1])
	}
	rows, err := r.c.rowsWhere("pg_proc", []string{"proname"}, types.Text(name))
	if err != nil {
		return address{}, err
	}
	signature := full + "(" + strings.Join(shown, ", ") + ")"
	if r.kind == "aggregate" && len(ts) == 0 {
		signature = full + "(*)"
	}
	for _, row := range rows {
		args, _ := row.Get("proargtypes").A.(*types.Array)
		if args == nil || len(args.Elems) != len(ts) || schema != "" && r.c.schemaOf(row.Get("pronamespace")) != schema {
			continue
		}
		same := true
		for i, e := range args.Elems {
			same = same && oidArg(e) == ts[i]
		}
		if !same {
			continue
		}
		kind := row.Get("prokind").I
		switch {
		case r.kind == "aggregate" && kind != 'a':
			return address{}, errObject(sqlerr.WrongObjectType, "function %s is not an aggregate", signature)
		case r.kind == "function" && kind == 'p':
			return address{}, errObject(sqlerr.WrongObjectType, "%s is not a function", signature)
		case r.kind == "procedure" && kind != 'p':
			return address{}, errObject(sqlerr.WrongObjectType, "%s is not a procedure", signature)
		}
		return address{class: classPgProc, oid: oidArg(row.Get("oid"))}, nil
	}
	return address{}, errObject(sqlerr.UndefinedFunction, "%s %s does not exist", r.kind, signature)
}
