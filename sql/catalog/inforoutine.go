package catalog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// infoRoutineMakers are the views of information_schema over functions.
func infoRoutineMakers() map[string]maker {
	return map[string]maker{
		"information_schema.routines":            {static: makeInfoRoutines},
		"information_schema.parameters":          {static: makeInfoParameters},
		"information_schema.routine_privileges":  {dynamic: makeInfoRoutineGrants(true)},
		"information_schema.role_routine_grants": {dynamic: makeInfoRoutineGrants(false)},
	}
}

// specificName tells functions of one name apart.
func (p *proc) specificName() types.Datum {
	return text(p.Name + "_" + strconv.FormatUint(uint64(p.OID), 10))
}

func makeInfoRoutines(c *Catalog, b *rowBuilder) {
	list := c.listedProcs()
	for i := range list {
		p := &list[i]
		kind, body, external := text("FUNCTION"), "EXTERNAL", null
		switch p.Kind {
		case functions.Procedure:
			kind = text("PROCEDURE")
		case functions.Agg, functions.WindowFn:
			kind = null
		}
		switch p.lang {
		case langSQL:
			body = "SQL"
		case langC:
			external = text(p.source())
		}
		f := factsOf(p.Ret, -1)
		no, security := yesNo(false), "INVOKER"
		udtCatalog, udtSchema, identifier, nullCall := here, text("pg_catalog"), text("0"), yesNo(!p.NotStrict)
		if p.Kind == functions.Procedure { // it has no result
			f.dataType, f.udt, udtCatalog, udtSchema, identifier, nullCall = null, null, null, null, null, null
		}
		if p.Made != nil && p.Made.Definer {
			security = "DEFINER"
		}
		b.add("specific_catalog specific_schema specific_name routine_catalog routine_schema routine_name routine_type data_type "+
			"type_udt_catalog type_udt_schema type_udt_name dtd_identifier routine_body routine_definition external_name external_language parameter_style "+
			"is_deterministic sql_data_access is_null_call schema_level_routine max_dynamic_result_sets security_type as_locator is_udt_dependent",
			here, text(p.schema()), p.specificName(), here, text(p.schema()), text(p.Name), kind, f.dataType,
			udtCatalog, udtSchema, f.udt, identifier, text(body), text(p.source()), external, text(strings.ToUpper(languageName(p.lang))), text("GENERAL"),
			yesNo(p.Volatility == 'i'), text("MODIFIES"), nullCall, yesNo(true), num(0), text(security), no, no)
	}
}

func makeInfoParameters(c *Catalog, b *rowBuilder) {
	list := c.listedProcs()
	for i := range list {
		p := &list[i]
		if p.Made != nil {
			addParameters(b, p)
			continue
		}
		args, outs := p.Args, p.OutTypes
		names := append(slices.Clone(p.ArgNames), make([]string, len(args)-len(p.ArgNames))...)
		names = append(names, p.OutNames...)
		for n := range len(args) + len(outs) {
			mode, name := "IN", null
			var t types.OID
			if n < len(args) {
				t = args[n]
			} else {
				mode, t = "OUT", outs[n-len(args)]
			}
			if n < len(names) {
				name = orNull(names[n])
			}
			f := factsOf(t, -1)
			b.add("specific_catalog specific_schema specific_name ordinal_position parameter_mode is_result as_locator parameter_name data_type "+
				"udt_catalog udt_schema udt_name dtd_identifier",
				here, text(p.schema()), p.specificName(), num(n+1), text(mode), yesNo(false), yesNo(false), name, f.dataType,
				here, text("pg_catalog"), f.udt, text(strconv.Itoa(n+1)))
		}
	}
}

// addParameters lists the parameters of a routine as they were declared.
func addParameters(b *rowBuilder, p *proc) {
	for i := range p.Made.Params {
		a := &p.Made.Params[i]
		mode := map[byte]string{functions.ParamOut: "OUT", functions.ParamTable: "OUT", functions.ParamInOut: "INOUT"}[a.Mode]
		if mode == "" {
			mode = "IN"
		}
		f := factsOf(a.Type, -1)
		b.add("specific_catalog specific_schema specific_name ordinal_position parameter_mode is_result as_locator parameter_name data_type "+
			"udt_catalog udt_schema udt_name dtd_identifier parameter_default",
			here, text(p.schema()), p.specificName(), num(i+1), text(mode), yesNo(false), yesNo(false), orNull(a.Name), f.dataType,
			here, text("pg_catalog"), f.udt, text(strconv.Itoa(i+1)), orNull(a.Default))
	}
}

const routineGrantColumns = "grantor grantee specific_catalog specific_schema specific_name routine_catalog routine_schema routine_name privilege_type is_grantable"

func makeInfoRoutineGrants(public bool) func(*Catalog, *functions.Ctx, *rowBuilder) {
	return func(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
		all := newInfoGrants(c, ctx, public)
		list := c.listedProcs()
		for i := range list {
			p := &list[i]
			all.each(CommentKey{FunctionClass, p.OID, 0}, types.PrivExecute, func(g grant) {
				b.add(routineGrantColumns, g.grantor, g.grantee, here, text(p.schema()), p.specificName(), here, text(p.schema()), text(p.Name),
					text(g.privilege), g.grantable)
			})
		}
	}
}
