package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/storage"
)

// unitReader goes through units of work over claims, each by an image of its shard
// (img) where there is one, else by an iterator of the store (it).
type unitReader struct {
	it    *storage.ClaimIter
	img   imageCursor
	unit  *unit
	taken int // rows that the iterator gave
}

// begin turns to a unit; images says whether one may serve.
func (r *unitReader) begin(t *task, q *unitQueue, u *unit, images bool) error {
	if images {
		im, err := q.image(t, u)
		if err != nil {
			return err
		}
		if im != nil {
			r.img.begin(t.env.Scans, im, &u.bounds, q.view.At())
			return nil
		}
	}
	r.it, r.unit, r.taken = q.claims(t.ctx, u), u, 0
	return nil
}

// end closes the iterator behind its last row, and tells the scan cache what was
// read from the store.
func (r *unitReader) end(t *task, q *unitQueue) error {
	if r.unit.via == plan.ByPath && !q.historic {
		t.env.Scans.noteRead(r.unit.shard, r.taken)
	}
	return r.stop()
}

// stop closes the iterator, if one is open.
func (r *unitReader) stop() error {
	if r.it == nil {
		return nil
	}
	it := r.it
	r.it = nil
	return closeClaims(it)
}

// closeClaims closes an iterator; the error is what ended the iteration, or that of
// closing.
func closeClaims(it *storage.ClaimIter) error {
	err := it.Err()
	if cerr := it.Close(); err == nil {
		err = cerr
	}
	return err
}
