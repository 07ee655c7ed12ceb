package plan

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/proto"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// namedType resolves the type of a parameter or a result, whose values are of the type
// under the domain if it is one. d.rel becomes the relation of whose rows it is.
func (d *routineDefiner) namedType(n *pg.TypeName, missing string) (t, domain types.OID) {
	d.rel = 0
	if n.PctType {
		return d.typeOfColumn(n)
	}
	n = proto.Clone(n).(*pg.TypeName)
	n.Setof = false
	if rl := d.rowsType(n); rl != nil {
		if len(n.ArrayBounds) > 0 {
			d.unsupported(n.Location, "an array of rows as a parameter or a result is")
		}
		d.rel = rl.OID
		return types.OIDRecord, 0
	}
	names, _ := fieldNames(n.Names)
	schema, name := "", names[len(names)-1]
	if len(names) > 1 {
		schema = names[len(names)-2]
	}
	var c catalog.Column
	if _, ok := types.ByName(schema, name); !ok {
		if dom, _ := d.domainType(n); dom == nil {
			if _, ok := d.ctx.Catalog.SchemaNamed(schema); !ok && schema != "" {
				fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, schema))
			}
			fail(sqlerr.New(sqlerr.UndefinedObject, missing, strings.Join(names, ".")+strings.Repeat("[]", len(n.ArrayBounds))))
		}
	}
	d.columnType(&c, n)
	return c.Type, c.Domain
}

// rowsType is the relation that a type's name means, also one of those of the catalogs
// whose rows have a type that is built in; nil: it means none.
func (b *binder) rowsType(n *pg.TypeName) *catalog.Relation {
	if rl := b.rowType(n); rl != nil {
		return rl
	}
	names, _ := fieldNames(n.Names)
	schema := ""
	if len(names) > 1 {
		schema = names[len(names)-2]
	}
	t, ok := types.ByName(schema, names[len(names)-1])
	if !ok || t.Kind != 'c' {
		return nil
	}
	rl, _ := b.ctx.Catalog.Relation(t.Rel)
	return rl
}

// typeOfColumn is relation.column%TYPE.
func (d *routineDefiner) typeOfColumn(n *pg.TypeName) (t, domain types.OID) {
	names, _ := fieldNames(n.Names)
	if len(names) < 2 {
		d.failAt(n.Location, sqlerr.SyntaxError, "improper %%TYPE reference (too few dotted names): %s", strings.Join(names, "."))
	}
	rv := rangeVarOf(n.Names[:len(n.Names)-1])
	rl := d.find(rv)
	if rl == nil {
		fail(sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(rv)))
	}
	i := rl.ColumnIndex(names[len(names)-1])
	if i < 0 {
		d.failAt(n.Location, sqlerr.UndefinedColumn, `column "%s" of relation "%s" does not exist`, names[len(names)-1], rl.Name)
	}
	c := &rl.Columns[i]
	d.def.Notices = append(d.def.Notices, "type reference "+strings.Join(names, ".")+"%TYPE converted to "+d.declaredText(c.Domain, c.Type, -1))
	return c.Type, c.Domain
}

// result reads what the routine returns.
func (d *routineDefiner) result() {
	s := &d.def.StoredRoutine
	table := slices.ContainsFunc(s.Params, func(p functions.Param) bool { return p.Mode == functions.ParamTable })
	required := types.OID(0) // by OUT parameters
	switch {
	case len(d.outs) == 1 && !d.def.Procedure:
		required = d.outs[0]
	case len(d.outs) > 0:
		required = types.OIDRecord
	}
	switch {
	case d.def.Procedure && required == 0:
		s.Ret = types.OIDVoid
	case d.def.Procedure:
		s.Ret = required
	case table:
		s.Ret, s.Set = required, true
		d.oneOut()
	case d.n.ReturnType != nil:
		s.Ret, s.RetDomain = d.namedType(d.n.ReturnType, `type "%s" does not exist`)
		s.RetRelation, s.Set = d.rel, d.n.ReturnType.Setof
		if required != 0 && required != s.Ret {
			fail(invalidFunction("function result type must be %s because of OUT parameters", types.FormatTypeBare(required)))
		}
		d.oneOut()
	case required != 0:
		s.Ret = required
		d.oneOut()
	default:
		fail(invalidFunction("function result type must be specified"))
	}
	switch s.Ret {
	case types.OIDTrigger, types.OIDEventTrigger:
		if s.Language == "sql" {
			fail(invalidFunction("SQL functions cannot return type %s", types.FormatTypeBare(s.Ret)))
		}
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "functions that return type %s are not supported", types.FormatTypeBare(s.Ret)).
			WithHint("There are no triggers."))
	}
	d.pseudo()
	d.lasting()
}

// lasting refuses types of the session's own in the declaration of a routine that all
// sessions see.
func (d *routineDefiner) lasting() {
	s := &d.def.StoredRoutine
	if strings.HasPrefix(s.Schema, catalog.TempSchema) {
		return
	}
	for _, rel := range append([]types.OID{s.RetRelation}, rowsOf(s.Params)...) {
		if rel >= catalog.OIDTempSchema {
			fail(sqlerr.New(sqlerr.FeatureNotSupported, "a function that is not temporary cannot have the row type of a temporary relation").
				WithHint("Make the function in pg_temp."))
		}
	}
}

func rowsOf(params []functions.Param) []types.OID {
	var out []types.OID
	for i := range params {
		out = append(out, params[i].Row)
	}
	return out
}

// oneOut makes the domain or row of a single OUT parameter that of the result.
func (d *routineDefiner) oneOut() {
	if len(d.outs) != 1 {
		return
	}
	for i := range d.def.Params {
		if p := &d.def.Params[i]; p.Output() {
			d.def.RetDomain, d.def.RetRelation = p.Domain, p.Row
		}
	}
}

// pseudo refuses the pseudo-types that functions in SQL cannot have.
func (d *routineDefiner) pseudo() {
	s := &d.def.StoredRoutine
	title := map[string]string{"sql": "SQL", "plpgsql": "PL/pgSQL"}[s.Language]
	isPseudo := func(t types.OID) bool {
		ty, ok := types.Lookup(t)
		return ok && ty.Kind == 'p' && !types.IsPolymorphic(t) && t != types.OIDRecordArray
	}
	if isPseudo(s.Ret) && s.Ret != types.OIDVoid && s.Ret != types.OIDRecord {
		fail(invalidFunction("%s functions cannot return type %s", title, types.FormatTypeBare(s.Ret)))
	}
	for i := range s.Params {
		p := &s.Params[i]
		if p.Input() && isPseudo(p.Type) && (p.Type != types.OIDRecord || p.Row == 0 && s.Language == "sql") {
			fail(invalidFunction("%s functions cannot have arguments of type %s", title, types.FormatTypeBare(p.Type)))
		}
	}
}

// estimates checks what is said of cost and rows.
func (d *routineDefiner) estimates() {
	s := &d.def.StoredRoutine
	switch {
	case s.Rows > 0 && !s.Set:
		fail(sqlerr.New(sqlerr.InvalidParameterValue, "ROWS is not applicable when function does not return a set"))
	case s.Set && s.Rows == 0:
		s.Rows = 1000
	}
}

// polymorphic refuses results that no argument tells the type of.
func (d *routineDefiner) polymorphic() {
	s := &d.def.StoredRoutine
	var ins []types.OID
	outs := []types.OID{s.Ret}
	for i := range s.Params {
		if p := &s.Params[i]; p.Input() {
			ins = append(ins, p.Type)
		}
	}
	for _, t := range append(outs, d.outs...) {
		if !types.IsPolymorphic(t) {
			continue
		}
		need := polymorphicSources(t)
		if slices.ContainsFunc(ins, func(in types.OID) bool { return slices.Contains(need, in) }) {
			continue
		}
		names := make([]string, len(need))
		for i, n := range need {
			names[i] = types.FormatTypeBare(n)
		}
		last := len(names) - 1
		list := names[last]
		if last > 0 {
			list = strings.Join(names[:last], ", ") + ", or " + names[last]
		}
		fail(invalidFunction("cannot determine result data type").
			WithDetail("A result of type %s requires at least one input of type %s.", types.FormatTypeBare(t), list))
	}
}

// polymorphicSources are the declared types of arguments that tell what a polymorphic
// result is, as PostgreSQL lists them.
func polymorphicSources(t types.OID) []types.OID {
	switch t {
	case types.OIDAnyRange, types.OIDAnyMultirange:
		return []types.OID{types.OIDAnyRange, types.OIDAnyMultirange}
	case types.OIDAnyCompatibleRange, types.OIDAnyCompatibleMultirange:
		return []types.OID{types.OIDAnyCompatibleRange, types.OIDAnyCompatibleMultirange}
	case types.OIDAnyCompatible, types.OIDAnyCompatibleArray, types.OIDAnyCompatibleNonArray:
		return []types.OID{types.OIDAnyCompatible, types.OIDAnyCompatibleArray, types.OIDAnyCompatibleNonArray, types.OIDAnyCompatibleRange,
			types.OIDAnyCompatibleMultirange}
	}
	return []types.OID{types.OIDAnyElement, types.OIDAnyArray, types.OIDAnyNonArray, types.OIDAnyEnum, types.OIDAnyRange, types.OIDAnyMultirange}
}
