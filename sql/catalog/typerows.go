package catalog

import (
	"bytes"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// typeMakers are the catalogs of types and functions.
func typeMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_type":      {static: makeType},
		"pg_catalog.pg_range":     {static: makeRange},
		"pg_catalog.pg_proc":      {static: makeProc},
		"pg_catalog.pg_aggregate": {static: makeAggregate},
	}
}

const typeColumns = "oid typname typnamespace typowner typlen typbyval typtype typcategory typispreferred typisdefined typdelim typrelid " +
	"typsubscript typelem typarray typinput typoutput typreceive typsend typmodin typmodout typanalyze typalign typstorage typtypmod typcollation"

func makeType(c *Catalog, b *rowBuilder) {
	makeRowTypes(c, b)
	makeDomainTypes(c, b)
	if c.over {
		return
	}
	for i := range types.All() {
		t := &types.All()[i]
		b.add(typeColumns, oid(t.OID), text(t.Name), oid(types.PgCatalogNamespace), oid(OIDSuperuser), num(int(t.Len)), yes(t.ByVal),
			char(t.Kind), char(t.Category), yes(t.Preferred), yes(true), char(t.Delim), oid(t.Rel),
			oid(t.Subscript.OID), oid(t.Elem), oid(listedArray(t)), oid(t.Input.OID), oid(t.Output.OID), oid(t.Receive.OID), oid(t.Send.OID),
			oid(t.TypmodIn.OID), oid(t.TypmodOut.OID), oid(t.Analyze.OID), char(t.Align), char(t.Storage), num(-1), oid(t.Collation))
	}
}

// listedArray is the array type over a type, where there is one here.
func listedArray(t *types.Type) types.OID {
	if _, ok := types.Lookup(t.Array); ok {
		return t.Array
	}
	return 0
}

func makeRange(c *Catalog, b *rowBuilder) {
	multi := map[types.OID]types.OID{}
	for i := range types.All() {
		if t := &types.All()[i]; t.Kind == 'm' {
			multi[types.RangeSubtype(t.OID)] = t.OID
		}
	}
	for i := range types.All() {
		if t := &types.All()[i]; t.Kind == 'r' {
			sub := types.RangeSubtype(t.OID)
			st, _ := types.Lookup(sub)
			b.add("rngtypid rngsubtype rngmultitypid rngcollation rngsubopc rngcanonical rngsubdiff", oid(t.OID), oid(sub), oid(multi[sub]), oid(st.Collation),
				oid(opclassOf(sub)), oid(c.onlyFunc(t.Name+"_canonical")), oid(c.onlyFunc(t.Name+"_subdiff")))
		}
	}
}

// onlyFunc is the function of a name that has one meaning, or 0.
func (c *Catalog) onlyFunc(name string) types.OID {
	if ps := c.library().procName[name]; len(ps) == 1 {
		return ps[0].OID
	}
	return 0
}

const procColumns = "oid proname pronamespace proowner prolang procost prorows provariadic prosupport prokind proleakproof proisstrict proretset provolatile " +
	"proparallel pronargs pronargdefaults prorettype proargtypes proallargtypes proargmodes proargnames proargdefaults prosrc probin " +
	"prosecdef prosqlbody proconfig"

func makeProc(c *Catalog, b *rowBuilder) {
	list := c.listedProcs()
	for i := range list {
		p := &list[i]
		rows := p.rows
		if p.RetSet && rows == 0 {
			rows = 1000
		}
		variadic := types.OID(0)
		if p.Variadic {
			last := p.Args[len(p.Args)-1]
			if variadic = types.ElemOf(last); variadic == 0 {
				variadic = last
				if last == types.OIDAnyArray {
					variadic = types.OIDAnyElement
				}
			}
		}
		all, modes, names := procArguments(p.Func)
		defaults, args, ret := defaultsText(p.Func), p.Args, p.Ret
		definer, body, config := false, null, null
		if r := p.Made; r != nil {
			all, modes, names = madeArguments(r)
			defaults, args, ret = madeDefaults(r), madeTypes(r.Inputs()), madeType(r.Ret, r.RetDomain, r.RetRelation)
			definer = r.Definer
			if r.Atomic {
				body = text(r.Body)
			}
			if r.Config != nil {
				config = textArray(r.Config)
			}
		}
		b.add(procColumns, oid(p.OID), text(p.Name), oid(c.schemaOID(p.schema())), oid(p.owner()), oid(p.lang), types.Float(p.Cost), types.Float(rows), oid(variadic),
			oid(p.support), char(byte(p.Kind)), yes(p.leakproof), yes(!p.NotStrict), yes(p.RetSet), char(p.Volatility), char(p.parallel),
			num(len(p.Args)), num(len(p.Defaults)), oid(ret), oidVector(args...), all, modes, names, defaults, text(p.source()), orNull(p.library),
			yes(definer), body, config)
	}
}

// procArguments gives what pg_proc says of arguments beyond their types: all
// of them with output columns, their modes, and their names; NULL where
// PostgreSQL would leave it out.
func procArguments(f *functions.Func) (all, modes, names types.Datum) {
	all, modes, names = null, null, null
	n := len(f.Args) + len(f.OutTypes)
	if len(f.ArgNames) > 0 || len(f.OutNames) > 0 {
		list := make([]string, n)
		copy(list, f.ArgNames)
		copy(list[len(f.Args):], f.OutNames)
		names = textArray(list)
	}
	if len(f.OutTypes) == 0 && !f.Variadic {
		return all, modes, names
	}
	ms := make([]types.Datum, n)
	for i := range ms {
		switch {
		case i >= len(f.Args):
			ms[i] = char('o')
		case f.Variadic && i == len(f.Args)-1:
			ms[i] = char('v')
		default:
			ms[i] = char('i')
		}
	}
	list := append(append([]types.OID{}, f.Args...), f.OutTypes...)
	return oidArray(list), array(types.OIDChar, ms...), names
}

// defaultsText prints the defaults of a function's last arguments.
func defaultsText(f *functions.Func) types.Datum {
	if len(f.Defaults) == 0 {
		return null
	}
	var out []byte
	for i, d := range f.Defaults {
		if i > 0 {
			out = append(out, ", "...)
		}
		t := f.Args[len(f.Args)-len(f.Defaults)+i]
		if d.Null {
			out = append(append(out, "NULL::"...), types.FormatTypeBare(t)...)
			continue
		}
		s, err := types.AppendTextDatum(nil, t, d, types.DefaultFormat())
		if err != nil {
			return null
		}
		switch t {
		case types.OIDBool:
			out = append(out, map[bool]string{true: "true", false: "false"}[d.Bool()]...)
		case types.OIDInt2, types.OIDInt4, types.OIDInt8:
			out = append(out, s...)
		case types.OIDFloat8:
			if out = append(out, s...); !bytes.ContainsAny(s, ".e") {
				out = append(out, ".0"...) // as a number with a point is written
			}
		default:
			out = append(append(append(out, functions.QuoteLiteral(string(s))...), "::"...), types.FormatTypeBare(t)...)
		}
	}
	return text(string(out))
}
