package exec

import (
	"bytes"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// imageCursor goes through the part of an image that a unit of work asks for.
type imageCursor struct {
	im      *image
	at, row int    // next row
	end     int    // row of chunk at where the range ends; 0: not known
	upper   []byte // pair that is no longer in it; empty: to the end
	lower   []byte
	upTo    knowledge.Micros
}

// image returns what a unit may read instead of the store: nil for none.
func (q *unitQueue) image(t *task, u *unit) (*image, error) {
	s := t.env.Scans
	switch {
	case s == nil || q.view.OfTxn() || u.via != plan.ByPath || u.bounds.AfterKey != nil:
		return nil, nil
	case u.bounds.Path != nil:
		return s.peek(t.env.Cluster, q.view, u.shard, q.historic), nil
	}
	return s.get(t.ctx, q.view, u.shard, q.historic)
}

// begin turns to an image. Pairs are path NUL predicate NUL; neither has a NUL.
func (o *imageCursor) begin(cache *ScanCache, im *image, b *storage.ClaimBounds, upTo knowledge.Micros) {
	o.im, o.upTo, o.end = im, upTo, 0
	o.lower, o.upper = append(o.lower[:0], b.Lower...), append(o.upper[:0], b.Upper...)
	if b.Path != nil {
		o.lower = append(append(o.lower[:0], b.Path...), 0)
		if b.Predicate != nil {
			o.lower = append(append(o.lower, b.Predicate...), 0)
		}
		o.upper = append(o.upper[:0], o.lower...)
		o.upper[len(o.upper)-1] = 1
		if o.beginPath(cache, b) {
			return
		}
	}
	o.at, o.row = im.find(o.lower)
}

// beginPath turns to the rows of one path by the chunk's index; false: it has none.
func (o *imageCursor) beginPath(cache *ScanCache, b *storage.ClaimBounds) bool {
	if o.at, o.row = o.im.findChunk(o.lower), 0; o.at == len(o.im.chunks) {
		return true
	}
	c := o.im.chunks[o.at]
	index := c.paths(cache)
	if index == nil {
		return false
	}
	from, end := index.rowsOf(c, b.Path)
	if from == end {
		o.im = nil // the chunk ends behind the path, which is not in it
		return true
	}
	o.row = from
	if b.Predicate != nil {
		o.row = c.find(o.lower, from, end)
		end = c.find(o.upper, o.row, end)
	}
	if end < len(c.rows) {
		o.end = end // else the next chunk may go on with it
	}
	return true
}

// take gives the next rows, up to n of one chunk; none at the end.
func (o *imageCursor) take(n int) (c *chunk, from, end int) {
	for o.im != nil && o.at < len(o.im.chunks) {
		c = o.im.chunks[o.at]
		if o.row == len(c.rows) {
			o.at, o.row = o.at+1, 0
			continue
		}
		from, end = o.row, min(o.row+n, len(c.rows))
		if o.end > 0 {
			if end >= o.end {
				end, o.im = o.end, nil
			}
			o.row = end
			return c, from, end
		}
		if len(o.upper) > 0 && bytes.Compare(c.pair(&c.rows[end-1]), o.upper) >= 0 {
			end = c.find(o.upper, from, end)
			o.im = nil // nothing comes behind
		}
		o.row = end
		return c, from, end
	}
	o.im = nil
	return nil, 0, 0
}

// takePairs is take for whole pairs: n rows or some more.
func (o *imageCursor) takePairs(n int) (c *chunk, from, end int) {
	c, from, end = o.take(n)
	if c == nil || o.im == nil {
		return c, from, end
	}
	for end < len(c.rows) && c.rows[end].samePair {
		end++
	}
	o.row = end
	return c, from, end
}

// plain reports whether the reader sees all rows of a chunk that its range takes.
func (o *imageCursor) plain(c *chunk, q *unitQueue) bool {
	return c.newest <= o.upTo && q.left == residual{}
}

// sees reports whether a row is one that the unit asks for.
func (o *imageCursor) sees(c *chunk, r *blockRow, q *unitQueue) bool {
	return r.recorded <= o.upTo && q.left.keepsRow(&q.spec, &c.block, r)
}

// fromImage gives the next batch of the image at hand: as the chunk holds it
// where all rows stay, else copied. It may be empty.
func (o *scanOp) fromImage(q *unitQueue) (*types.Batch, error) {
	c, from, end := o.img.take(types.BatchSize)
	if from == end {
		return o.out.publish(0), nil
	}
	if !o.img.plain(c, q) {
		o.block.reset()
		for i := from; i < end; i++ {
			if r := &c.rows[i]; o.img.sees(c, r, q) {
				o.block.addRow(&c.block, r)
			}
		}
		return o.decode()
	}
	keep := identity(o.all, end-from)
	o.all = keep
	if len(o.first) > 0 || o.filter != nil {
		for k, i := range o.first {
			if err := o.fill(o.raw, i, o.fcols[k], c, from, end, keep); err != nil {
				return nil, err
			}
		}
		o.raw.N = end - from
		if o.filter != nil {
			var err error
			if keep, err = o.filter.keep(o.t, &o.raw.Batch); err != nil {
				return nil, err
			}
		}
		if o.bound != nil {
			var past bool
			if keep, past = o.bound.keep(&o.raw.Cols[o.bound.col], keep); past {
				o.img.im = nil
			}
		}
	}
	for _, i := range o.first {
		if len(keep) == end-from {
			o.out.Cols[i] = o.raw.Cols[i]
		} else {
			o.out.Cols[i] = *o.out.cols[i].gather(&o.raw.Cols[i], keep)
		}
	}
	o.out.N = len(keep)
	if len(keep) > 0 {
		for k, i := range o.rest {
			if err := o.fill(o.out, i, o.rcols[k], c, from, end, keep); err != nil {
				return nil, err
			}
		}
	}
	return &o.out.Batch, nil
}

// fill makes column i of a batch relation column col of the rows keep among
// [from, end) of a chunk.
func (o *scanOp) fill(out *rowBatch, i, col int, c *chunk, from, end int, keep []int32) error {
	if keptColumn(col) {
		if v := c.column(o.t.env.Scans, col, out.cols[i].Type); v != nil {
			part := v.Slice(from, end)
			if len(keep) == end-from {
				out.Cols[i] = part
			} else {
				out.Cols[i] = *out.cols[i].gather(&part, keep)
			}
			return nil
		}
	}
	dst, at, cols, walk := out.cols[i:i+1], [1]int{}, [1]int{col}, walks(col)
	dst[0].startRows()
	for n, k := range keep {
		if err := o.dec.appendRow(&c.block, &c.rows[from+int(k)], cols[:], walk, dst, at[:], n); err != nil {
			return err
		}
	}
	dst[0].endRows(len(keep))
	out.Cols[i] = dst[0].Vec
	return nil
}

// fromImage takes whole pairs of the image at hand: without a copy, which ends the
// block, when nothing was read before and the reader sees all of them.
func (o *lensScan) fromImage(q *unitQueue) (whole bool) {
	c, from, end := o.img.takePairs(lensBlock)
	if from == end {
		return false
	}
	if len(o.own.rows) == 0 && o.img.plain(c, q) {
		o.part = block{buf: c.buf, rows: c.rows[from:end], lasting: true}
		o.block = &o.part
		return true
	}
	kept := false // a row of the pair
	for i := from; i < end; i++ {
		r := &c.rows[i]
		kept = kept && r.samePair
		if o.img.sees(c, r, q) {
			o.own.addRow(&c.block, r)
			o.own.rows[len(o.own.rows)-1].samePair = kept
			kept = true
		}
	}
	return false
}
