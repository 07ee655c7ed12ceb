package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// tempMerge is what MERGE keeps of a batch: the rows that are written, and their
// numbers in the batch.
type tempMerge struct {
	written *rowBatch
	sel     []int32
}

// mergeBatch does with each row of a batch what its clause says.
func (o *tempWriteOp) mergeBatch(b *types.Batch) error {
	m := o.merge
	m.sel = m.sel[:0]
	for i := range b.N {
		if k := o.action(b, i); k == plan.TempInsert || k == plan.TempUpdate {
			m.sel = append(m.sel, int32(i))
		}
	}
	for c := range o.width {
		m.written.cols[c].gather(&b.Cols[2+c], m.sel)
	}
	good, fault := 0, error(nil)
	if len(m.sel) > 0 {
		if err := o.fill(m.written.publish(len(m.sel)), 0); err != nil {
			return err
		}
		good, fault = o.verify()
		if err := o.keys.compute(o.t, &o.row, good); err != nil {
			return err
		}
	}
	refs := make([]*types.Vec, o.width)
	for c := range refs {
		refs[c] = &o.row.Cols[c]
	}
	next := 0 // of the written rows
	for i := range b.N {
		kind := o.action(b, i)
		if kind == plan.TempNothing {
			continue
		}
		if kind != plan.TempDelete && next == good {
			return fault
		}
		if kind != plan.TempInsert {
			fresh, err := o.expire(int32(b.Cols[1].I[i]))
			if err != nil {
				return err
			}
			if !fresh {
				return sqlerr.New(sqlerr.CardinalityViolation, "MERGE command cannot affect row a second time").
					WithHint("Ensure that not more than one source row matches any one target row.")
			}
		}
		row := int32(-1)
		if kind != plan.TempDelete {
			o.temp.undo = append(o.temp.undo, tempUndo{kind: undoRows, rows: o.rows, at: o.rows.store.n})
			row = int32(o.rows.appendRow(refs, next, o.stamp))
			if err := o.enter(row, o.keys, next); err != nil {
				return err
			}
			next++
		}
		old := int32(-1)
		if kind != plan.TempInsert {
			old = int32(b.Cols[1].I[i])
		}
		if err := o.refs.changed(old, row); err != nil {
			return err
		}
		if err := o.wrote(row, b, i); err != nil {
			return err
		}
	}
	return nil
}

// action is what is done with row i of a batch.
func (o *tempWriteOp) action(b *types.Batch, i int) plan.TempKind {
	if k := b.Cols[0].I[i]; k > 0 {
		return o.node.Actions[k-1]
	}
	return plan.TempNothing
}
