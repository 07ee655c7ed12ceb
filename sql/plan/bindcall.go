package plan

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// BindCall plans a call of a function with parameters for all its declared
// arguments, as one row of one column. The types are those declared: there is no
// text that could say what a polymorphic one is.
func BindCall(f *functions.Func) (*Bound, error) {
	if f.Shaped {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "could not determine row type for result of %s", f.Name)
	}
	call := &Call{Func: f.OID, OID: f.Ret, Typmod: -1, Made: made(f)}
	for i, t := range f.Args {
		call.Args = append(call.Args, &Param{Index: i, OID: t})
	}
	cols := []Column{{Name: f.Name, Type: f.Ret, Typmod: -1}}
	return &Bound{
		Node: &Values{Rows: [][]Expr{{call}}, Out: cols}, ParamTypes: append([]types.OID{}, f.Args...), Columns: cols, Kind: "SELECT", ReadOnly: true,
		Modifies: f.Stores,
	}, nil
}
