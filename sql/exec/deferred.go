package exec

import (
	"errors"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// deferred keeps the error of a row until the rows before it are given: who
// asks for those alone never sees it, though rows are computed by batches.
type deferred struct {
	err  error
	part *rowBatch
	one  [1]int32
	sel  []int32
}

// take returns the error that is due.
func (d *deferred) take() error {
	err := d.err
	d.err = nil
	return err
}

// ofDatum reports whether an error is a value's, so that other rows may be
// without it: of data, of names and templates and types of rows, which are values
// too, and of what is not supported.
func ofDatum(err error) bool {
	var e *sqlerr.Error
	return errors.As(err, &e) && (strings.HasPrefix(e.Code, "22") || strings.HasPrefix(e.Code, "42") || e.Code == sqlerr.FeatureNotSupported)
}

// before finds the rows of b before the first on which compute fails, after it
// has failed on all with err, and keeps that row's error. nil: there are none.
func (d *deferred) before(b *types.Batch, err error, compute func(*types.Batch) error) (*types.Batch, error) {
	if b.N < 2 || !ofDatum(err) {
		return nil, err
	}
	if d.part == nil {
		d.part = newRowBatch(typesOf(b.Cols, func(v *types.Vec) types.OID { return v.Type }))
	}
	for i := range b.N {
		d.one[0] = int32(i)
		if err = compute(d.part.gather(b, d.one[:])); err == nil {
			continue
		}
		if i == 0 {
			return nil, err
		}
		d.err = err
		d.sel = identity(d.sel, i)
		return d.part.gather(b, d.sel), nil
	}
	return b, nil
}

// evalRows is evalAll whose error is that of the first row that has one: of each
// row the expressions are computed in turn.
func evalRows(t *task, es []evaluator, b *types.Batch, vecs []*types.Vec) (int, error) {
	n, err := evalAll(t, es, b, vecs)
	if err == nil || len(es) < 2 || b.N < 2 || !ofDatum(err) {
		return n, err
	}
	one := newRowBatch(typesOf(b.Cols, func(v *types.Vec) types.OID { return v.Type }))
	for i := range b.N {
		if _, first := evalAll(t, es, one.gather(b, []int32{int32(i)}), vecs); first != nil {
			return 0, first
		}
	}
	return n, err
}
