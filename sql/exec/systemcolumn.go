package exec

import (
	"github.com/cespare/xxhash/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// What ctid and xmin are. They are equal on every node, and the same for a row
// in every transaction while it does not change.
//
//	claims         the first 48 bits of the id; the time when it was recorded
//	state tables   a hash of the key; a hash of the row
//	virtual ones   the place; that of the object that the row tells of (catalog.Dated)
//	temporary      the place; the number of the transaction that wrote the row
//
// A hash of the row is known before the commit, as its recorded time is not: an
// xmin that RETURNING gave is still good after it.

const (
	bootstrapXID = 1 // PostgreSQL's BootstrapTransactionId
	frozenXID    = 2 // FrozenTransactionId: before all others
	firstXID     = 3 // FirstNormalTransactionId
)

// tupleID makes a tid of the upper 48 bits of a hash.
func tupleID(hash uint64) int64 { return int64(hash >> 16) }

// normalXID makes a transaction number of any number: never one of the special
// ones.
func normalXID(n uint64) int64 {
	return int64(max(uint32(n), firstXID)) //nolint:gosec // the lower bits
}

// recordedBy counts the time when a claim was recorded in units of about a
// second: later claims have later numbers.
func recordedBy(at knowledge.Micros) int64 {
	if at == knowledge.Infinity {
		return 1<<32 - 1 // not yet: later than all
	}
	return normalXID(uint64(at) >> 20)
}

// storedColumns are the stored system columns of a state table's row.
func storedColumns(key, row []byte) []types.Datum {
	return []types.Datum{types.Int(tupleID(xxhash.Sum64(key))), types.Int(normalXID(xxhash.Sum64(row)))}
}

func asksSystem(cols []int) bool {
	for _, c := range cols {
		if c <= plan.TupleID {
			return true
		}
	}
	return false
}

// placeRows is how many rows a page would have: as PostgreSQL's with one int4.
const placeRows = 226

// placeID is the tid of the n'th row, counted from 0.
func placeID(n int64) int64 { return n/placeRows<<16 | (n%placeRows + 1) }

// writerXID is what wrote a row of a virtual table.
func writerXID(dated catalog.Dated, c *functions.Ctx, row []types.Datum) int64 {
	if dated == nil {
		return bootstrapXID
	}
	n, made := dated.Writer(c, row)
	if !made {
		return bootstrapXID
	}
	return normalXID(uint64(n)) //nolint:gosec // never negative
}

// numbered adds the stored system columns to the rows of a virtual table.
func numbered(table catalog.VirtualTable, c *functions.Ctx, emit func(row []types.Datum) error) func(row []types.Datum) error {
	n := int64(-1)
	dated, _ := table.(catalog.Dated)
	var wide []types.Datum
	return func(row []types.Datum) error {
		n++
		wide = append(append(wide[:0], row...), types.Int(placeID(n)), types.Int(writerXID(dated, c, row)))
		return emit(wide)
	}
}

// system makes a stored system column of n rows of a temporary table.
func (v *tempView) system(col, n int, row func(int) int32) types.Vec {
	out := types.NewVec(plan.StoredTypes[plan.TupleID-col])
	out.I = make([]int64, n)
	for k := range n {
		if col == plan.TupleID {
			out.I[k] = placeID(v.rows.place(row(k)))
		} else if out.I[k] = writerOf(v.born, row(k)) & (1<<32 - 1); out.I[k] == 0 {
			out.I[k] = frozenXID
		}
	}
	return out
}
