package plan

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Arguments are the names that the body of a function in SQL has for its arguments.
// Columns go before them.
type Arguments struct {
	function string
	params   []functions.Param // the input parameters
	types    []types.OID
	rows     []*types.Record // of those that are a relation's rows; nil: it is none
}

// Relations finds relations by their OIDs.
type Relations interface {
	Relation(oid types.OID) (*catalog.Relation, bool)
}

// ArgumentsOf are the names of a routine's arguments, which are of the types given.
func ArgumentsOf(r *functions.Routine, args []types.OID, relations Relations) *Arguments {
	a := &Arguments{function: r.Name, params: r.Inputs(), types: args}
	for i := range a.params {
		var row *types.Record
		if rl, ok := relations.Relation(a.params[i].Row); ok && a.params[i].Row != 0 {
			row = &types.Record{}
			for k := range rl.Columns {
				row.Names, row.Types = append(row.Names, rl.Columns[k].Name), append(row.Types, rl.Columns[k].Type)
			}
		}
		a.rows = append(a.rows, row)
	}
	return a
}

// Conflict implements Variables.
func (a *Arguments) Conflict() VariableConflict { return UseColumn }

// Variable implements Variables: an argument's name, with the function's before it or a
// field behind.
func (a *Arguments) Variable(names []string) (Variable, bool) {
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

func (a *Arguments) named(name string) (Variable, bool) {
	for i := range a.params {
		if a.params[i].Name == name {
			return Variable{Param: i, OID: a.types[i], Row: a.rows[i]}, true
		}
	}
	return Variable{}, false
}
