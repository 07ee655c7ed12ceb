package exec

import (
	"slices"

	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// returning computes RETURNING's expressions over written rows.
type returning struct {
	project *projectOp
	reads   []int // columns of the row
	cols    []int // of claims: what they are to a decoder
	rows    *rowBatch
	dec     decoder
}

func (bd *builder) returning(xs []plan.Expr) (*returning, error) {
	if xs == nil {
		return nil, nil
	}
	exprs, err := bd.exprs(xs)
	if err != nil {
		return nil, err
	}
	return &returning{project: newProject(nil, exprs, argTypes(xs)), reads: columnsRead(xs...)}, nil
}

// claims gives the rows sel of a block.
func (r *returning) claims(t *task, k *block, sel []int32, policy *lens.Policy) (*types.Batch, error) {
	if r.rows == nil {
		r.rows = newRowBatch(append(claimColumnTypes[:], plan.StoredTypes[:]...))
		r.cols = slices.Clone(r.reads)
		for i, c := range r.cols {
			if c >= claimColumns {
				r.cols[i] = plan.StoredColumn(c - claimColumns)
			}
		}
	}
	r.dec.policy = policy
	for _, c := range r.reads {
		r.rows.cols[c].startRows()
	}
	walk := anyWalks(r.cols)
	for n, i := range sel {
		if err := r.dec.appendRow(k, &k.rows[i], r.cols, walk, r.rows.cols, r.reads, n); err != nil {
			return nil, err
		}
	}
	for _, c := range r.reads {
		r.rows.cols[c].endRows(len(sel))
		r.rows.Cols[c] = r.rows.cols[c].Vec
	}
	r.rows.N = len(sel)
	r.project.t = t
	return r.project.compute(&r.rows.Batch)
}

// claimColumnTypes are the types of the columns of assertions, in order.
var claimColumnTypes = [claimColumns]types.OID{
	types.OIDText, types.OIDText, types.OIDText, types.OIDText, types.OIDText, types.OIDText, types.OIDNumeric,
	types.OIDText, types.OIDText, types.OIDInt2, types.OIDFloat8, types.OIDText, types.OIDText, types.OIDText,
	types.OIDTextArray, types.OIDText, types.OIDTimestamptz, types.OIDTimestamptz, types.OIDTimestamptz, types.OIDJSONB,
	types.OIDText, types.OIDTimestamptz, types.OIDText, types.OIDText,
}

// stored gives the next rows that a write to a state table left.
func (r *returning) stored(t *task, w *stateWrite) (*types.Batch, error) {
	n := min(len(w.rows)-w.given, types.BatchSize)
	if n <= 0 {
		return nil, nil
	}
	if r.rows == nil {
		r.rows = newRowBatch(slices.Concat(w.ts, plan.StoredTypes[:], w.extra))
	}
	for c := range r.rows.cols {
		r.rows.cols[c].startRows()
		for i := range n {
			r.rows.cols[c].appendDatum(i, w.rows[w.given+i][c])
		}
		r.rows.cols[c].endRows(n)
	}
	w.given += n
	r.project.t = t
	return r.project.compute(r.rows.publish(n))
}
