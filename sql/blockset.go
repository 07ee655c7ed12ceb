package sql

import (
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// blockSet are the rows that a function in PL/pgSQL has returned
// (functions.SetIter): beyond the memory of a query they lie in a temporary file.
type blockSet struct {
	rows *exec.Rows
	part *types.Batch // rows to be added
	read *types.Batch
	at   int
	from int64
	row  []types.Datum
	// record are the columns of rows that are wanted as one value; nil: as columns.
	record *types.Record
}

// newSet makes an empty set for the rows of a call.
func (b *body) newSet(call *functions.RoutineCall) *blockSet {
	set := &blockSet{}
	var ts []types.OID
	rel, isRel := b.s.names.Relation(call.RetRelation)
	switch {
	case call.Shape != nil:
		ts = call.Shape.Types
	case len(call.OutTypes) > 1:
		for _, t := range call.OutTypes {
			if types.IsPolymorphic(t) {
				t = plan.ResolvePolymorphic(call.Args, call.Func.Args, t)
			}
			ts = append(ts, t)
		}
	case isRel && call.RetRelation != 0:
		set.record = &types.Record{}
		for i := range rel.Columns {
			set.record.Names, ts = append(set.record.Names, rel.Columns[i].Name), append(ts, rel.Columns[i].Type)
		}
		set.record.Types = ts
	default:
		ts = []types.OID{call.Result}
	}
	set.rows, set.part = b.store(ts), types.NewBatch(ts)
	return set
}

// add appends a row.
func (r *blockSet) add(vals []types.Datum) error {
	for i := range r.part.Cols {
		r.part.Cols[i].Append(vals[i])
	}
	if r.part.N++; r.part.N < types.BatchSize {
		return nil
	}
	return r.flush()
}

// flush stores the rows that were added.
func (r *blockSet) flush() error {
	if r.part.N == 0 {
		return nil
	}
	err := r.rows.Append(r.part)
	r.part.Reset()
	return err
}

// Next implements functions.SetIter.
func (r *blockSet) Next() ([]types.Datum, bool, error) {
	if r.read == nil || r.at >= r.read.N {
		if r.from >= r.rows.Len() {
			return nil, false, nil
		}
		var err error
		if r.read, err = r.rows.Slice(r.from, types.BatchSize); err != nil {
			return nil, false, err
		}
		r.from += int64(r.read.N)
		r.at = 0
	}
	r.row = r.row[:0]
	for i := range r.read.Cols {
		r.row = append(r.row, r.read.Cols[i].Datum(r.at))
	}
	r.at++
	if r.record != nil {
		rec := *r.record
		rec.Vals = append([]types.Datum(nil), r.row...)
		r.row = append(r.row[:0], types.Any(&rec))
	}
	return r.row, true, nil
}

// Close implements io.Closer.
func (r *blockSet) Close() error {
	r.rows.Close()
	return nil
}
