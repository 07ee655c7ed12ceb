package catalog

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// ResolveReg implements types.Names: it finds the object that s names in the
// form that the reg* type reads, or fails with PostgreSQL's error.
func (v sessionView) ResolveReg(reg types.OID, s string) (types.OID, error) {
	switch reg {
	case types.OIDRegclass:
		return v.resolveClass(s)
	case types.OIDRegtype:
		return v.resolveType(s)
	case types.OIDRegproc:
		return v.resolveProc(s)
	case types.OIDRegprocedure:
		return v.resolveProcedure(s)
	case types.OIDRegoper:
		return v.resolveOper(s)
	case types.OIDRegoperator:
		return v.resolveOperator(s)
	case types.OIDRegnamespace, types.OIDRegrole:
		return v.resolveSingle(reg, s)
	case types.OIDRegcollation:
		return v.resolveCollation(s)
	}
	return v.resolveTextSearch(reg, s)
}

func (v sessionView) resolveClass(s string) (types.OID, error) {
	names, err := splitNames(s)
	if err != nil {
		return 0, err
	}
	switch full := strings.Join(names, "."); {
	case len(names) > 3:
		return 0, sqlerr.New(sqlerr.SyntaxError, "improper relation name (too many dotted names): %s", full)
	case len(names) == 3 && names[0] != databaseName:
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, "cross-database references are not implemented: \"%s\"", full)
	case len(names) == 3:
		names = names[1:]
	}
	schema, name, err := v.qualified(names)
	if err != nil {
		return 0, err
	}
	if oid, ok := v.RelationByName(schema, name); ok {
		return oid, nil
	}
	return 0, sqlerr.New(sqlerr.UndefinedTable, "relation \"%s\" does not exist", strings.Join(names, "."))
}

// qualified takes a name apart that has been split, and holds the schema to
// existing; "" is the search path.
func (v sessionView) qualified(names []string) (schema, name string, err error) {
	switch len(names) {
	case 1:
		return "", names[0], nil
	case 3:
		if names[0] == databaseName {
			return v.qualified(names[1:])
		}
		return "", "", sqlerr.New(sqlerr.FeatureNotSupported, "cross-database references are not implemented: %s", strings.Join(names, "."))
	case 2:
		if _, ok := v.SchemaNamed(names[0]); !ok {
			return "", "", sqlerr.New(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", names[0])
		}
		return names[0], names[1], nil
	}
	return "", "", sqlerr.New(sqlerr.SyntaxError, "improper qualified name (too many dotted names): %s", strings.Join(names, "."))
}

// systemName takes the name of an object that only pg_catalog can have apart: full
// is all of it, and system says whether it leads there.
func (v sessionView) systemName(s string) (name, full string, system bool, err error) {
	names, err := splitNames(s)
	if err != nil {
		return "", "", false, err
	}
	schema, name, err := v.qualified(names)
	if err != nil {
		return "", "", false, err
	}
	return name, strings.Join(names, "."), v.inSystem(schema), nil
}

// inSystem reports whether a schema given with a name, or the path where none
// is given, leads to pg_catalog.
func (v sessionView) inSystem(schema string) bool {
	return schema == "pg_catalog" || schema == "" && v.systemVisible()
}

func (v sessionView) resolveType(s string) (types.OID, error) {
	if oid, _, ok := types.ParseTypeName(s); ok {
		return oid, nil
	}
	if oid, ok := v.rowTypeNamed(s); ok {
		return oid, nil
	}
	if oid, ok := v.domainTypeNamed(s); ok {
		return oid, nil
	}
	if oid, ok := quotedType(s); ok {
		return oid, nil
	}
	base := strings.TrimSpace(s)
	if i := strings.IndexAny(base, "(["); i > 0 {
		base = strings.TrimSpace(base[:i])
	}
	if names, err := splitNames(base); err == nil {
		if _, _, err := v.qualified(names); err != nil {
			return 0, err
		}
	}
	return 0, sqlerr.New(sqlerr.UndefinedObject, "type \"%s\" does not exist", strings.TrimSpace(s))
}

// quotedType finds a type of pg_catalog whose name is written as that of any object:
// "pg_catalog"."int4".
func quotedType(s string) (types.OID, bool) {
	names, err := splitNames(strings.TrimSpace(s))
	if err != nil || len(names) > 2 || len(names) == 2 && names[0] != "pg_catalog" {
		return 0, false
	}
	for i := range types.All() {
		if t := &types.All()[i]; t.Name == names[len(names)-1] {
			return t.OID, true
		}
	}
	return 0, false
}

func (v sessionView) resolveProc(s string) (types.OID, error) {
	found, err := v.procsNamed(s)
	if err != nil {
		return 0, err
	}
	switch len(found) {
	case 0:
		return 0, sqlerr.New(sqlerr.UndefinedFunction, "function \"%s\" does not exist", s)
	case 1:
		return found[0].OID, nil
	}
	return 0, sqlerr.New(sqlerr.AmbiguousFunction, "more than one function named \"%s\"", s)
}

func (v sessionView) resolveProcedure(s string) (types.OID, error) {
	head, args, err := v.splitSignature(s, false)
	if err != nil {
		return 0, err
	}
	found, err := v.procsNamed(head)
	if err != nil {
		return 0, err
	}
	for _, p := range found {
		if slices.Equal(p.arguments(), args) {
			return p.OID, nil
		}
	}
	return 0, sqlerr.New(sqlerr.UndefinedFunction, "function \"%s\" does not exist", s)
}

// procsNamed lists the functions that a name means, which may have a schema.
func (v sessionView) procsNamed(s string) ([]*proc, error) {
	names, err := splitNames(s)
	if err != nil {
		return nil, err
	}
	schema, name, err := v.qualified(names)
	if err != nil {
		return nil, err
	}
	var found []*proc
	for _, p := range v.procsOfName(name) {
		if schema == p.schema() || schema == "" && v.procVisible(p) {
			found = append(found, p)
		}
	}
	return found, nil
}

// splitOperator takes the schema off an operator's name.
func (v sessionView) splitOperator(s string) (schema, name string, err error) {
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 {
		return "", strings.TrimSpace(s), nil
	}
	names, err := splitNames(s[:dot])
	if err != nil {
		return "", "", err
	}
	return v.qualified(append(names, strings.TrimSpace(s[dot+1:])))
}

func (v sessionView) resolveOper(s string) (types.OID, error) {
	schema, name, err := v.splitOperator(s)
	if err != nil {
		return 0, err
	}
	var found []*operator
	if v.inSystem(schema) {
		found = v.library().operName[name]
	}
	switch len(found) {
	case 0:
		return 0, sqlerr.New(sqlerr.UndefinedFunction, "operator does not exist: %s", s)
	case 1:
		return found[0].OID, nil
	}
	return 0, sqlerr.New(sqlerr.AmbiguousFunction, "more than one operator named %s", s)
}

func (v sessionView) resolveOperator(s string) (types.OID, error) {
	head, args, err := v.splitSignature(s, true)
	if err != nil {
		return 0, err
	}
	switch {
	case len(args) == 1:
		return 0, sqlerr.New(sqlerr.UndefinedParameter, "missing argument").
			WithHint("Use NONE to denote the missing argument of a unary operator.")
	case len(args) != 2:
		return 0, sqlerr.New(sqlerr.TooManyArguments, "too many arguments").WithHint("Provide two argument types for operator.")
	}
	schema, name, err := v.splitOperator(head)
	if err != nil {
		return 0, err
	}
	if v.inSystem(schema) {
		for _, o := range v.library().operName[name] {
			if o.Left == args[0] && o.Right == args[1] {
				return o.OID, nil
			}
		}
	}
	return 0, sqlerr.New(sqlerr.UndefinedFunction, "operator does not exist: %s", s)
}

// splitSignature takes "name(type, type)" apart. none lets the word NONE stand
// for no type.
func (v sessionView) splitSignature(s string, none bool) (head string, args []types.OID, err error) {
	open := indexUnquoted(s, '(')
	if open < 0 {
		return "", nil, sqlerr.New(sqlerr.InvalidTextRepresentation, "expected a left parenthesis")
	}
	rest := strings.TrimRight(s[open+1:], " \t\n\r\f\v")
	if !strings.HasSuffix(rest, ")") {
		return "", nil, sqlerr.New(sqlerr.InvalidTextRepresentation, "expected a right parenthesis")
	}
	rest = strings.TrimSpace(rest[:len(rest)-1])
	if rest == "" {
		return s[:open], nil, nil
	}
	for _, part := range splitArguments(rest) {
		part = strings.TrimSpace(part)
		if none && strings.EqualFold(part, "none") {
			args = append(args, 0)
			continue
		}
		if part == "" {
			return "", nil, sqlerr.New(sqlerr.InvalidTextRepresentation, "expected a type name")
		}
		t, err := v.resolveType(part)
		if err != nil {
			return "", nil, err
		}
		args = append(args, t)
	}
	return s[:open], args, nil
}

func (v sessionView) resolveSingle(reg types.OID, s string) (types.OID, error) {
	names, err := splitNames(s)
	if err != nil {
		return 0, err
	}
	if len(names) != 1 {
		return 0, invalidName()
	}
	if reg == types.OIDRegnamespace {
		if oid, ok := v.SchemaByName(names[0]); ok {
			return oid, nil
		}
		return 0, sqlerr.New(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", names[0])
	}
	if oid, ok := v.RoleByName(names[0]); ok {
		return oid, nil
	}
	return 0, sqlerr.New(sqlerr.UndefinedObject, "role \"%s\" does not exist", names[0])
}

func (v sessionView) resolveCollation(s string) (types.OID, error) {
	name, full, system, err := v.systemName(s)
	if err != nil {
		return 0, err
	}
	for i := range collations {
		if collations[i].name == name && system {
			return collations[i].oid, nil
		}
	}
	return 0, sqlerr.New(sqlerr.UndefinedObject, "collation \"%s\" for encoding \"UTF8\" does not exist", full)
}
