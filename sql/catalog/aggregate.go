package catalog

import (
	_ "embed"
	"strconv"

	"github.com/stemedb/stemedb/sql/types"
)

// aggregateText has the rows of pg_aggregate. The functions in it are PostgreSQL's;
// what computes an aggregate here are the accumulators of package functions.
//
//go:embed aggregate.txt
var aggregateText string

const aggregateColumns = "aggfnoid aggkind aggnumdirectargs aggtransfn aggfinalfn aggcombinefn aggserialfn aggdeserialfn aggmtransfn " +
	"aggminvtransfn aggmfinalfn aggfinalextra aggmfinalextra aggfinalmodify aggmfinalmodify aggsortop aggtranstype aggtransspace aggmtranstype " +
	"aggmtransspace agginitval aggminitval"

// makeAggregate reads aggregate.txt, whose fields are as the columns are declared.
func makeAggregate(_ *Catalog, b *rowBuilder) {
	vals := make([]types.Datum, len(b.rel.Columns))
	factLines(aggregateText, len(vals), func(f []string) {
		for i := range f {
			vals[i] = factDatum(b.rel.Columns[i].Type, f[i])
		}
		b.add(aggregateColumns, vals...)
	})
}

// factDatum reads a field of aggregate.txt.
func factDatum(t types.OID, s string) types.Datum {
	switch t {
	case types.OIDBool:
		return yes(s == "t")
	case types.OIDChar:
		return char(s[0])
	case types.OIDText:
		return orNull(s)
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("catalog: bad number in aggregate.txt: " + s)
	}
	return num(n)
}
