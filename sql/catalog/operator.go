package catalog

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// operator is one row of pg_operator: one that package functions declares, or one
// without code of which only operator.txt knows; and what a declaration does not say.
type operator struct {
	*functions.Operator
	declared       bool
	restrict, join types.OID // functions that estimate how many rows it finds; 0: none
	remark         string    // its description
}

// operatorText is of operators what procText is of functions.
//
//go:embed operator.txt
var operatorText string

// buildOperators lists the rows of pg_operator by OID.
func buildOperators() []operator {
	all := functions.AllOperators()
	out := make([]operator, 0, strings.Count(operatorText, "\n"))
	at := make(map[types.OID]int, len(all))
	for _, o := range all {
		at[o.OID] = len(out)
		out = append(out, operator{Operator: o, declared: true})
	}
	factLines(operatorText, 11, func(f []string) {
		i, ok := at[declaredOID(f[0])]
		if !ok {
			i = len(out)
			out = append(out, operator{Operator: &functions.Operator{
				OID: declaredOID(f[0]), Name: f[1], Left: factOID(f[2]), Right: factOID(f[3]), Result: factOID(f[4]),
				Func: factOID(f[5]), Commutator: factOID(f[6]), Negator: factOID(f[7]),
			}})
		}
		out[i].restrict, out[i].join, out[i].remark = factOID(f[8]), factOID(f[9]), f[10]
	})
	slices.SortFunc(out, func(a, b operator) int { return int(int64(a.OID) - int64(b.OID)) })
	return out
}

// factOID reads an OID that may be missing: 0.
func factOID(s string) types.OID {
	if s == "" {
		return 0
	}
	return declaredOID(s)
}

// describe gives the descriptions of functions and operators. What stands behind an
// operator and has none of its own is described by the operator, but for those that
// have gone out of use.
func (l *library) describe(put func(class, oid types.OID, sub int, s string)) {
	for i := range l.procs {
		put(classProc, l.procs[i].OID, 0, l.procs[i].remark)
	}
	for i := range l.operators {
		o := &l.operators[i]
		put(classOperator, o.OID, 0, o.remark)
		if p := l.procOID[o.Func]; p != nil && p.remark == "" && !strings.HasPrefix(o.remark, "deprecated") {
			put(classProc, p.OID, 0, "implementation of "+o.Name+" operator")
		}
	}
}
