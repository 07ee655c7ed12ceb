package plan

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// TypeOfName resolves a type's name as SQL writes it, for PREPARE's parameter
// list and the like. Positions in errors are those of stmt.
func TypeOfName(ctx BindContext, at func(location int32) int, n *pg.TypeName) (oid types.OID, typmod int32, err error) {
	b := &binder{ctx: ctx}
	defer b.recover(&err)
	if d, array := b.domainType(n); d != nil {
		if array {
			return d.Array, -1, nil
		}
		return d.OID, -1, nil
	}
	oid, typmod = b.typeName(n, func(l int32, e *sqlerr.Error) *sqlerr.Error { return e.At(at(l)) })
	return oid, typmod, nil
}

// typ resolves a type's name.
func (b *binder) typ(n *pg.TypeName) (types.OID, int32) { return b.typeName(n, b.at) }

func (b *binder) typeName(n *pg.TypeName, at func(int32, *sqlerr.Error) *sqlerr.Error) (types.OID, int32) {
	if n.Setof {
		fail(at(n.Location, sqlerr.New(sqlerr.SyntaxError, "type name cannot be SETOF here")))
	}
	if n.PctType {
		fail(at(n.Location, sqlerr.New(sqlerr.FeatureNotSupported, "%%TYPE is not supported")))
	}
	names, _ := fieldNames(n.Names)
	schema, name := "", names[len(names)-1]
	if len(names) > 1 {
		schema = names[len(names)-2]
		if _, ok := b.ctx.Catalog.SchemaNamed(schema); !ok {
			fail(at(n.Location, sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, schema)))
		}
	}
	t, ok := types.ByName(schema, name)
	if !ok {
		if d, array := b.domainType(n); d != nil {
			return domainValues(d, array)
		}
		fail(at(n.Location, sqlerr.New(sqlerr.UndefinedObject, `type "%s" does not exist`, strings.Join(names, "."))))
	}
	oid, typmod := t.OID, int32(-1)
	if len(n.Typmods) > 0 {
		var err error
		if typmod, err = types.TypmodIn(oid, typmodArgs(n.Typmods)); err != nil {
			fail(at(n.Location, sqlerr.From(err)))
		}
	}
	if len(n.ArrayBounds) > 0 {
		if oid = types.ArrayOf(oid); oid == 0 {
			fail(at(n.Location, sqlerr.New(sqlerr.UndefinedObject, `type "%s[]" does not exist`, name)))
		}
	}
	return oid, typmod
}

func typmodArgs(ns []*pg.Node) []string {
	var out []string
	for _, n := range ns {
		switch v := n.GetAConst().GetVal().(type) {
		case *pg.A_Const_Ival:
			out = append(out, strconv.Itoa(int(v.Ival.Ival)))
		case *pg.A_Const_Fval:
			out = append(out, v.Fval.Fval)
		case *pg.A_Const_Sval:
			out = append(out, v.Sval.Sval)
		default:
			if ref := n.GetColumnRef(); ref != nil {
				names, _ := fieldNames(ref.Fields)
				out = append(out, strings.Join(names, "."))
			} else {
				out = append(out, "0")
			}
		}
	}
	return out
}

// typeCast binds CAST(x AS t), x::t and t 'x'.
func (s *scope) typeCast(n *pg.TypeCast) Expr {
	b := s.b
	if rl := b.rowType(n.TypeName); rl != nil {
		return s.castToRow(n, rl)
	}
	if d, array := b.domainType(n.TypeName); d != nil {
		return s.castToDomain(n, d, array)
	}
	t, typmod := b.typ(n.TypeName)
	e := s.castArg(n, t)
	location := n.Location
	if location < 0 {
		location = n.TypeName.Location
	}
	out := b.coerce(e, t, typmod, explicit)
	if out == nil {
		out = s.castRow(e, t)
	}
	if out == nil {
		b.failAt(location, sqlerr.CannotCoerce, "cannot cast type %s to %s", b.typeText(e), types.FormatTypeBare(t))
	}
	if typmod < 0 && b.showing() {
		return b.loosen(out, true)
	}
	if c, ok := out.(*Call); ok && c.Cast && out != e {
		b.loc[out] = location
	}
	return out
}

// castArg binds what is cast to a type.
func (s *scope) castArg(n *pg.TypeCast, t types.OID) Expr {
	if arr := n.Arg.GetAArrayExpr(); arr != nil && types.ElemOf(t) != 0 {
		return s.arrayExpr(arr, types.ElemOf(t))
	}
	return s.expr(n.Arg)
}

// castRow makes text of a record.
func (s *scope) castRow(e Expr, t types.OID) Expr {
	if typeOf(e) == types.OIDRecord && category(t) == 'S' {
		return &Convert{Arg: e, OID: t, Typmod: -1, IO: true, Explicit: true}
	}
	return nil
}

// collate binds COLLATE: the collations that there are all order by code
// point, which is how text is compared anyway.
func (s *scope) collate(n *pg.CollateClause) Expr {
	e := s.expr(n.Arg)
	names, _ := fieldNames(n.Collname)
	name := names[len(names)-1]
	schema := ""
	if len(names) > 1 {
		schema = names[0]
	}
	known := schema == "" || schema == "pg_catalog"
	switch name {
	case "C", "POSIX", "default", "ucs_basic", "C.UTF-8", "C.utf8":
	default:
		known = false
	}
	if !known {
		s.failAt(n.Location, sqlerr.UndefinedObject, `collation "%s" for encoding "UTF8" does not exist`, strings.Join(names, "."))
	}
	if t := typeOf(e); t != types.OIDUnknown {
		if ty, ok := types.Lookup(t); ok && ty.Collation == 0 {
			s.failAt(n.Location, sqlerr.DatatypeMismatch, "collations are not supported by type %s", types.FormatTypeBare(t))
		}
	}
	if s.b.showing() {
		return &collated{e, name}
	}
	return s.b.collate(e, name)
}

// valueFunction binds CURRENT_TIMESTAMP and its kin.
func (s *scope) valueFunction(n *pg.SQLValueFunction) Expr {
	e := s.valueOf(n)
	word := strings.TrimSuffix(strings.TrimPrefix(n.Op.String(), "SVFOP_"), "_N")
	if n.Typmod >= 0 {
		word += "(" + strconv.Itoa(int(n.Typmod)) + ")"
	}
	return s.b.note(e, form{word: word})
}

func (s *scope) valueOf(n *pg.SQLValueFunction) Expr {
	call := func(name string) Expr {
		fn, args, result, _ := s.b.resolveCall(builtinFunc(name), callArgs{}, n.Location)
		return &Call{Func: fn.OID, Args: args, OID: result, Typmod: -1}
	}
	cast := func(t types.OID, typmod int32) Expr {
		return s.b.coerce(call("now"), t, typmod, explicit)
	}
	switch n.Op {
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_DATE:
		return cast(types.OIDDate, -1)
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_TIME, pg.SQLValueFunctionOp_SVFOP_CURRENT_TIME_N:
		return cast(types.OIDTimetz, n.Typmod)
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP, pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N:
		return cast(types.OIDTimestamptz, n.Typmod)
	case pg.SQLValueFunctionOp_SVFOP_LOCALTIME, pg.SQLValueFunctionOp_SVFOP_LOCALTIME_N:
		return cast(types.OIDTime, n.Typmod)
	case pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP, pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N:
		return cast(types.OIDTimestamp, n.Typmod)
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG:
		return call("current_database")
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:
		return call("current_schema")
	case pg.SQLValueFunctionOp_SVFOP_SESSION_USER:
		return call("session_user")
	}
	return call("current_user")
}
