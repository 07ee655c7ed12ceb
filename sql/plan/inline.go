package plan

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// dear is the cost, in functions, above which PostgreSQL does not compute an
// argument twice.
const dear = 10

// inlined puts the query that a function is into the place of its call, as
// PostgreSQL does: of OVERLAPS that is given lengths, whose ends are sums. What a
// NULL in them makes NULL is then not computed.
func (b *binder) inlined(x *Call, f *functions.Func) Expr {
	if f.Name != "overlaps" || f.Args[1] != types.OIDInterval && f.Args[3] != types.OIDInterval {
		return x
	}
	t := f.Args[0]
	args := make([]Expr, len(x.Args))
	copy(args, x.Args)
	for i := 1; i < len(args); i += 2 {
		if f.Args[i] != types.OIDInterval {
			continue
		}
		start := args[i-1] // it is asked for twice
		if volatility(start) == 'v' || holdsSubquery(start) || b.estimator().perRow(start) > dear*operatorCost {
			return x
		}
		args[i] = b.fold(b.binary("+", start, args[i], -1))
	}
	for _, g := range functions.ByName("overlaps") {
		if g.Args[0] == t && g.Args[1] == t && g.Args[3] == t {
			return b.fold(&Call{Func: g.OID, Args: args, OID: x.OID, Typmod: x.Typmod})
		}
	}
	return x
}
