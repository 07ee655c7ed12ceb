package catalog

import (
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// madeType is the type that a parameter or a result is declared of.
func madeType(t, domain, relation types.OID) types.OID {
	switch {
	case domain != 0:
		return domain
	case relation != 0:
		if row, ok := declaredRowTypes()[relation]; ok {
			return row
		}
		return relation | rowTypeBit
	}
	return t
}

// arguments are the types that a function's arguments are declared of.
func (p *proc) arguments() []types.OID {
	if p.Made != nil {
		return madeTypes(p.Made.Inputs())
	}
	return p.Args
}

func madeTypes(params []functions.Param) []types.OID {
	var out []types.OID
	for i := range params {
		out = append(out, madeType(params[i].Type, params[i].Domain, params[i].Row))
	}
	return out
}

// madeArguments is procArguments of a routine: parameters as they were declared.
func madeArguments(r *functions.Routine) (all, modes, names types.Datum) {
	all, modes, names = null, null, null
	var ms []types.Datum
	var ns []string
	plain, named := true, false
	for i := range r.Params {
		p := &r.Params[i]
		plain, named = plain && p.Mode == functions.ParamIn, named || p.Name != ""
		ms, ns = append(ms, char(p.Mode)), append(ns, p.Name)
	}
	if named {
		names = textArray(ns)
	}
	if !plain {
		all, modes = oidArray(madeTypes(r.Params)), array(types.OIDChar, ms...)
	}
	return all, modes, names
}

// madeDefaults are the defaults of a routine's parameters.
func madeDefaults(r *functions.Routine) types.Datum {
	var out []string
	for i := range r.Params {
		if d := r.Params[i].Default; d != "" {
			out = append(out, d)
		}
	}
	return orNull(strings.Join(out, ", "))
}

// dependRoutines gives the rows of pg_depend of what routines and views need.
func (c *Catalog) dependRoutines(add func(class, obj, refclass, ref types.OID, refsub int, kind byte)) {
	list := []proc(nil)
	if c.over {
		list = c.listedProcs()
	}
	for i := range list {
		r := list[i].Made
		add(classProc, r.OID, classNamespace, c.schemaOID(r.Schema), 0, 'n')
		if list[i].lang > langSQL {
			add(classProc, r.OID, classLanguage, list[i].lang, 0, 'n')
		}
		for _, u := range r.Uses {
			add(classProc, r.OID, u.Class, u.OID, 0, 'n')
		}
		if r.RetRelation != 0 {
			add(classProc, r.OID, classType, madeType(0, 0, r.RetRelation), 0, 'n')
		}
	}
	for _, r := range c.relations {
		if r.View == nil {
			continue
		}
		for _, u := range r.View.Calls {
			add(classRewrite, ruleOf(r), classProc, u.OID, 0, 'n')
		}
	}
}
