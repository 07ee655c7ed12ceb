package sql

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/plpgsql"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// blockLanguage runs bodies in PL/pgSQL.
type blockLanguage struct{}

// check implements language. Of a polymorphic argument the type is not known before a
// call: integer stands for it.
func (blockLanguage) check(s *Session, r *functions.Routine) error {
	call := &functions.RoutineCall{Routine: r, Result: r.Ret}
	for _, t := range r.Func.Args {
		call.Args = append(call.Args, known(t))
	}
	call.Result = known(r.Ret)
	_, err := plpgsql.Compile(s.newBody(&functions.Ctx{Context: s.running}, false, true), s.declarationOf(call))
	return err
}

// known is a type, or one that a polymorphic one may stand for.
func known(t types.OID) types.OID {
	switch t {
	case types.OIDAnyArray, types.OIDAnyCompatibleArray:
		return types.OIDInt4Array
	case types.OIDAnyRange, types.OIDAnyCompatibleRange:
		return types.OIDInt4Range
	case types.OIDAnyMultirange, types.OIDAnyCompatibleMultirange:
		return types.OIDInt4Multirange
	}
	if types.IsPolymorphic(t) {
		return types.OIDInt4
	}
	return t
}

// declarationOf describes a routine for the types of a call.
func (s *Session) declarationOf(call *functions.RoutineCall) plpgsql.Declaration {
	d := plpgsql.Declaration{
		Signature: s.contextName(call.Routine), Name: call.Name, Body: call.Body,
		Void: call.Ret == types.OIDVoid, Set: call.RetSet, Procedure: call.Kind == functions.Procedure,
	}
	in := 0
	for i := range call.Params {
		p := &call.Params[i]
		a := plpgsql.Argument{Name: p.Name, In: p.Input(), Out: p.Output(), Type: plan.DeclaredType{OID: p.Type, Typmod: -1, Domain: p.Domain}}
		switch {
		case p.Input():
			a.Type.OID = call.Args[in]
			in++
		case types.IsPolymorphic(p.Type):
			a.Type.OID = known(plan.ResolvePolymorphic(call.Args, call.Func.Args, p.Type))
		}
		if rel, ok := s.names.Relation(p.Row); ok && p.Row != 0 {
			a.Type = plan.DeclaredRow(rel)
		}
		d.Args = append(d.Args, a)
	}
	d.Result = plan.DeclaredType{OID: call.Result, Typmod: -1, Domain: call.RetDomain}
	if rel, ok := s.names.Relation(call.RetRelation); ok && call.RetRelation != 0 {
		d.Result = plan.DeclaredRow(rel)
	}
	if call.Shape != nil {
		d.Result.Row = &plan.RowType{}
		for i, t := range call.Shape.Types {
			d.Result.Row.Columns = append(d.Result.Row.Columns, plan.RowColumn{Name: call.Shape.Names[i], Type: plan.DeclaredType{OID: t, Typmod: -1}})
		}
	}
	return d
}

// contextName is a routine as contexts name it: with its schema where that is not
// searched.
func (s *Session) contextName(r *functions.Routine) string {
	var args []string
	for _, p := range r.Inputs() {
		args = append(args, functions.TypeText(s.names, p.Type, p.Domain, p.Row))
	}
	name := functions.QuoteIdent(r.Name)
	if !slices.Contains(s.searchPath(true), r.Schema) || s.temp.schema.Name == r.Schema {
		name = functions.QuoteIdent(r.Schema) + "." + name
	}
	return name + "(" + strings.Join(args, ",") + ")"
}

// block is a routine's body compiled for a call.
func (s *Session) block(b *body, call *functions.RoutineCall) (*plpgsql.Function, error) {
	key := bodyKeyOf(call)
	if fn := s.blocks[key]; fn != nil {
		return fn, nil
	}
	fn, err := plpgsql.Compile(b, s.declarationOf(call))
	if err != nil {
		e := *sqlerr.From(err)
		if e.Position > 0 { // the text is not the client's
			e.InternalPosition, e.InternalQuery, e.Position = e.Position, call.Body, 0
		}
		return nil, &e
	}
	if len(s.blocks) >= maxBodies {
		clear(s.blocks)
	}
	if s.blocks == nil {
		s.blocks = map[bodyKey]*plpgsql.Function{}
	}
	s.blocks[key] = fn
	return fn, nil
}

// call implements language.
func (blockLanguage) call(s *Session, c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (types.Datum, error) {
	b := s.newBody(c, call.Volatility != 'v', !c.MayEnd || call.Definer || len(call.Config) > 0)
	fn, err := s.block(b, call)
	if err != nil {
		return types.NullDatum, err
	}
	return fn.Call(b, args, nil)
}

// rows implements language: a set is complete before its first row is seen.
func (blockLanguage) rows(s *Session, c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (functions.SetIter, error) {
	b := s.newBody(c, call.Volatility != 'v', true)
	fn, err := s.block(b, call)
	if err != nil {
		return nil, err
	}
	set := b.newSet(call)
	if _, err := fn.Call(b, args, set.add); err != nil {
		set.rows.Close()
		return nil, err
	}
	return set, set.flush()
}
