package functions

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// The catalog functions that print a function which a statement made.

// TypeText is a type as CREATE FUNCTION names it: the domain or the relation's rows that
// it is, or itself.
func TypeText(c Catalog, t, domain, relation types.OID) string {
	switch {
	case domain != 0:
		if name, ok := c.RowTypeName(domain); ok {
			return name
		}
	case relation != 0:
		if schema, name, ok := c.RelationName(relation); ok {
			if visible, _ := c.RelationVisible(relation); !visible {
				return QuoteIdent(schema) + "." + QuoteIdent(name)
			}
			return QuoteIdent(name)
		}
	}
	return types.FormatTypeBare(t)
}

// arguments lists a routine's parameters but those of TABLE.
func (r *Routine) arguments(c Catalog, defaults bool) string {
	var parts []string
	for i := range r.Params {
		p := &r.Params[i]
		if p.Mode == ParamTable {
			continue
		}
		s := map[byte]string{ParamOut: "OUT ", ParamInOut: "INOUT ", ParamVariadic: "VARIADIC "}[p.Mode]
		if p.Mode == ParamIn && r.Kind == Procedure {
			s = "IN "
		}
		if p.Name != "" {
			s += QuoteIdent(p.Name) + " "
		}
		s += TypeText(c, p.Type, p.Domain, p.Row)
		if defaults && p.Default != "" {
			s += " DEFAULT " + p.Default
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

// result is what a routine returns, as CREATE FUNCTION says it; empty for a procedure.
func (r *Routine) result(c Catalog) string {
	if r.Kind == Procedure {
		return ""
	}
	var table []string
	for i := range r.Params {
		if p := &r.Params[i]; p.Mode == ParamTable {
			table = append(table, QuoteIdent(p.Name)+" "+TypeText(c, p.Type, p.Domain, p.Row))
		}
	}
	if table != nil {
		return "TABLE(" + strings.Join(table, ", ") + ")"
	}
	s := TypeText(c, r.Ret, r.RetDomain, r.RetRelation)
	if r.RetSet {
		s = "SETOF " + s
	}
	return s
}

// definition is the CREATE statement of a routine.
func (r *Routine) definition(c Catalog) string {
	word := "FUNCTION"
	if r.Kind == Procedure {
		word = "PROCEDURE"
	}
	var b strings.Builder
	b.WriteString("CREATE OR REPLACE " + word + " " + QuoteIdent(r.Schema) + "." + QuoteIdent(r.Name) + "(" + r.arguments(c, true) + ")\n")
	if r.Kind != Procedure {
		b.WriteString(" RETURNS " + r.result(c) + "\n")
	}
	b.WriteString(" LANGUAGE " + QuoteIdent(r.Language) + "\n")
	if line := r.attributes(); line != "" {
		b.WriteString(line + "\n")
	}
	for _, kv := range r.Config {
		name, value, _ := strings.Cut(kv, "=")
		b.WriteString(" SET " + QuoteIdent(name) + " TO " + settingText(name, value) + "\n")
	}
	if r.Atomic {
		b.WriteString(r.Body + "\n")
		return b.String()
	}
	tag := strings.ToLower(word)
	for strings.Contains(r.Body, "$"+tag+"$") {
		tag += "x"
	}
	b.WriteString("AS $" + tag + "$" + r.Body + "$" + tag + "$\n")
	return b.String()
}

// attributes is the line of what is not as it is without being said.
func (r *Routine) attributes() string {
	s := map[byte]string{'i': " IMMUTABLE", 's': " STABLE"}[r.Volatility] + map[byte]string{'s': " PARALLEL SAFE", 'r': " PARALLEL RESTRICTED"}[r.Safety]
	if !r.NotStrict {
		s += " STRICT"
	}
	if r.Definer {
		s += " SECURITY DEFINER"
	}
	if r.Leakproof {
		s += " LEAKPROOF"
	}
	if r.Cost != 100 {
		s += " COST " + strconv.FormatFloat(r.Cost, 'g', 6, 64)
	}
	if r.Rows > 0 && r.Rows != 1000 {
		s += " ROWS " + strconv.FormatFloat(r.Rows, 'g', 6, 64)
	}
	return s
}

// settingText is the value of a SET clause.
func settingText(name, value string) string {
	switch strings.ToLower(name) {
	case "search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries", "shared_preload_libraries":
	default:
		return QuoteLiteral(value)
	}
	var parts []string
	for _, s := range strings.Split(value, ",") {
		s = strings.TrimSpace(s)
		if len(s) > 1 && s[0] == '"' {
			s = strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
		}
		parts = append(parts, QuoteLiteral(s))
	}
	return strings.Join(parts, ", ")
}

// rowFuncSQLBody is pg_get_function_sqlbody.
func rowFuncSQLBody(c *Ctx, a []datum) (datum, error) {
	f, ok := c.catalog().Function(oidArg(a[0]))
	if !ok || f.Made == nil || !f.Made.Atomic {
		return null, nil
	}
	return types.Text(f.Made.Body), nil
}

// argDefault is the default of the i-th parameter of a routine, from 0.
func (r *Routine) argDefault(i int) (datum, error) {
	if i < 0 || i >= len(r.Params) || r.Params[i].Default == "" {
		return null, nil
	}
	return types.Text(r.Params[i].Default), nil
}
