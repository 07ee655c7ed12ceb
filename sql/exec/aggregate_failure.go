package exec

import (
	"slices"

	"github.com/stemedb/stemedb/sql/types"
)

// Arguments are computed by batches, a call after the other, so that the error
// found first need not be that of the first row. failure finds the one that
// PostgreSQL reports: it computes row after row, of each the calls in turn.

// failure takes the rows of a batch one after the other, after keys or arguments
// have failed on all of them with err, and returns the first error.
func (w *aggWorker) failure(t *task, p *partial, b *types.Batch, err error) error {
	if b.N < 2 || !ofDatum(err) {
		return err
	}
	rows, one := identity(nil, b.N), newRowBatch(typesOf(b.Cols, func(v *types.Vec) types.OID { return v.Type }))
	if w.groupsSorted() {
		keys := newRowStore(nil)
		for i := range rows {
			if err := w.loadKeys(t, one.gather(b, rows[i:i+1])); err != nil {
				return err
			}
			if i == 0 {
				keys = newRowStore(typesOf(w.kvecs, func(v **types.Vec) types.OID { return (*v).Type }))
			}
			keys.appendRow(w.kvecs, 0)
		}
		order := ascending(typesOf(w.kvecs, func(v **types.Vec) types.OID { return (*v).Type }))
		order.sort(keys.cols, rows)
	}
	for _, i := range rows {
		if err := w.addRow(t, p, one.gather(b, []int32{i})); err != nil {
			return err
		}
	}
	return err
}

// groupsSorted reports whether PostgreSQL sorts the rows by their groups before
// it computes arguments: it does for grouping sets, and for calls with DISTINCT or
// ORDER BY.
func (w *aggWorker) groupsSorted() bool {
	return len(w.keys) > 0 && (w.sets != nil || slices.ContainsFunc(w.calls, func(c aggCall) bool { return c.sorted() }))
}

// addRow adds a batch of one row, call after call.
func (w *aggWorker) addRow(t *task, p *partial, b *types.Batch) error {
	if err := w.loadKeys(t, b); err != nil {
		return err
	}
	for k := range w.calls {
		if err := w.calls[k].load(t, b); err != nil {
			return err
		}
		for set := range w.passes() {
			w.group(p, set, b.N)
			if err := w.add(t, &w.calls[k], p, k); err != nil {
				return err
			}
		}
	}
	return nil
}
