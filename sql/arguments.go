package sql

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// arguments are the names that the body of a function in SQL has for its arguments.
// Columns go before them.
type arguments struct {
	function string
	params   []functions.Param // the input parameters
	types    []types.OID
	rows     []*types.Record // of those that are a relation's rows; nil: it is none
}

func (s *Session) argumentsOf(call *functions.RoutineCall) *arguments {
	a := &arguments{function: call.Name, params: call.Inputs(), types: call.Args}
	for i := range a.params {
		a.rows = append(a.rows, s.rowOfType(a.params[i].Row))
	}
	return a
}

// rowOfType is an empty row of a relation; nil: there is none.
func (s *Session) rowOfType(rel types.OID) *types.Record {
	r, ok := s.names.Relation(rel)
	if !ok || rel == 0 {
		return nil
	}
	row := &types.Record{}
	for i := range r.Columns {
		row.Names, row.Types = append(row.Names, r.Columns[i].Name), append(row.Types, r.Columns[i].Type)
	}
	return row
}

// Conflict implements plan.Variables.
func (a *arguments) Conflict() plan.VariableConflict { return plan.UseColumn }

// Variable implements plan.Variables: an argument's name, with the function's before it
// or a field behind.
func (a *arguments) Variable(names []string) (plan.Variable, bool) {
	if len(names) > 1 && names[0] == a.function {
		if v, ok := a.named(names[1]); ok {
			v.Parts = 2
			return v, len(names) == 2 || v.OID == types.OIDRecord
		}
	}
	v, ok := a.named(names[0])
	v.Parts = 1
	return v, ok && (len(names) == 1 || v.OID == types.OIDRecord)
}

func (a *arguments) named(name string) (plan.Variable, bool) {
	for i := range a.params {
		if a.params[i].Name == name {
			return plan.Variable{Param: i, OID: a.types[i], Row: a.rows[i]}, true
		}
	}
	return plan.Variable{}, false
}
