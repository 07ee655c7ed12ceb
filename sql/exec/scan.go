package exec

import (
	"context"
	"math"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// scanOp reads a relation: claims, a state table or a virtual one.
type scanOp struct {
	scanSource
	unitReader
	filter *conjunction
	bound  *sortBound // of a top-N sort above; nil: none
	first  []int      // output columns that the filter and the bound read
	rest   []int      // the others
	fcols  []int      // their relation columns
	rcols  []int
	fwalk  bool
	rwalk  bool

	dec   decoder
	block block
	raw   *rowBatch // rows with the filter's columns decoded
	out   *rowBatch
	all   []int32
	idAt  int // next of spec.ids
	byID  bool
	rows  *rowStore // of state and virtual tables
	pos   int
	given bool
	t     *task
	hold  holding
}

func (bd *builder) scan(n *plan.Scan) (*scanOp, error) {
	src, err := bd.scanSource(n)
	if err != nil {
		return nil, err
	}
	ts := columnTypes(n)
	o := &scanOp{scanSource: src, raw: newRowBatch(ts), out: newRowBatch(ts)}
	if o.filter, err = bd.conjunction(n.Filter); err != nil {
		return nil, err
	}
	read := map[int]bool{}
	if n.Filter != nil {
		for _, c := range columnsRead(n.Filter) {
			read[c] = true
		}
	}
	if o.bound = bd.bounds[n]; o.bound != nil {
		read[o.bound.col] = true
	}
	for i, c := range n.Cols {
		if read[i] {
			o.first, o.fcols = append(o.first, i), append(o.fcols, c)
		} else {
			o.rest, o.rcols = append(o.rest, i), append(o.rcols, c)
		}
	}
	o.fwalk, o.rwalk = anyWalks(o.fcols), anyWalks(o.rcols)
	return o, nil
}

func anyWalks(cols []int) bool {
	for _, c := range cols {
		if walks(c) {
			return true
		}
	}
	return false
}

func (o *scanOp) open(t *task) error {
	o.t, o.pos, o.given, o.byID, o.idAt = t, 0, false, false, 0
	o.img.im = nil
	o.hold.open(&t.stmt.mem)
	return nil
}

func (o *scanOp) next() (*types.Batch, error) {
	q := o.t.units
	if q.rel.Store != catalog.ClaimStore {
		return o.nextStored(q)
	}
	o.dec.policy = q.policy
	for {
		if err := o.t.ctx.Err(); err != nil {
			return nil, err
		}
		var b *types.Batch
		var err error
		if o.img.im != nil {
			b, err = o.fromImage(q)
		} else {
			if err = o.fillBlock(q, types.BatchSize); err != nil {
				return nil, err
			}
			if len(o.block.rows) == 0 {
				if o.img.im != nil {
					continue
				}
				return nil, nil
			}
			b, err = o.decode()
		}
		if err != nil || b.N > 0 {
			return b, err
		}
	}
}

// fillBlock reads the next rows, up to n, into the block, or up to where an image
// goes on.
func (o *scanOp) fillBlock(q *unitQueue, n int) error {
	o.block.reset()
	for len(o.block.rows) < n {
		if o.byID {
			if err := o.nextByID(q); err != nil || !o.byID {
				return err
			}
			continue
		}
		if o.it == nil {
			i := q.take()
			if i < 0 {
				return nil
			}
			if u := &q.units[i]; u.via == plan.ByID {
				o.byID, o.idAt, o.unit = true, 0, u
				continue
			}
			if err := o.begin(o.t, q, &q.units[i], true); err != nil || o.img.im != nil {
				return err
			}
			if o.it == nil {
				continue // an image, which has no such path
			}
		}
		for o.it.Next() {
			o.taken++
			if q.left.keeps(&q.spec, o.it) {
				o.block.add(o.it)
				if len(o.block.rows) == n {
					return nil
				}
			}
		}
		if err := o.end(o.t, q); err != nil {
			return err
		}
	}
	return nil
}

// nextByID looks the next id up.
func (o *scanOp) nextByID(q *unitQueue) error {
	if o.idAt == len(q.spec.ids) {
		o.byID = false
		return nil
	}
	c, ok, err := q.claimByID(o.t.ctx, o.unit, q.spec.ids[o.idAt])
	o.idAt++
	if err != nil || !ok || !q.claimMatches(&c) {
		return err
	}
	o.block.addClaim(&c)
	return nil
}

func (q *unitQueue) claimByID(ctx context.Context, u *unit, id knowledge.ID) (storage.Claim, bool, error) {
	if u.one {
		return q.view.ClaimByIDIn(ctx, u.shard, id)
	}
	return q.view.ClaimByID(ctx, id)
}

// claimMatches checks all conditions but the id on a claim found by id.
func (q *unitQueue) claimMatches(c *storage.Claim) bool {
	var k block
	k.addClaim(c)
	r, s := &k.rows[0], &q.spec
	left := residual{preds: s.hasPreds, sources: s.hasSources}
	return s.inRange(view(k.path(r))) && (!s.hasPaths || hasText(s.paths, k.path(r))) && left.keepsRow(s, &k, r)
}

// decode makes a batch of the block: the columns that decide which rows stay
// first, the others only of those rows.
func (o *scanOp) decode() (*types.Batch, error) {
	n := len(o.block.rows)
	sel := identity(o.all, n)
	o.all = sel
	if len(o.first) > 0 || o.filter != nil {
		if err := o.columns(o.raw, o.fcols, o.first, o.fwalk, sel); err != nil {
			return nil, err
		}
		for _, i := range o.first {
			o.raw.Cols[i] = o.raw.cols[i].Vec
		}
		o.raw.N = n
		if o.filter != nil {
			keep, err := o.filter.keep(o.t, &o.raw.Batch)
			if err != nil {
				return nil, err
			}
			sel = keep
		}
		if o.bound != nil {
			var past bool
			if sel, past = o.bound.keep(&o.raw.cols[o.bound.col].Vec, sel); past {
				if err := o.stop(); err != nil {
					return nil, err
				}
			}
		}
		for _, i := range o.first {
			o.out.cols[i].gather(&o.raw.cols[i].Vec, sel)
		}
	}
	if len(sel) > 0 {
		if err := o.columns(o.out, o.rcols, o.rest, o.rwalk, sel); err != nil {
			return nil, err
		}
	}
	return o.out.publish(len(sel)), nil
}

// columns decodes relation columns cols of the rows sel into out's columns at.
func (o *scanOp) columns(out *rowBatch, cols, at []int, walk bool, sel []int32) error {
	for _, i := range at {
		out.cols[i].startRows()
	}
	for n, i := range sel {
		if err := o.dec.appendRow(&o.block, &o.block.rows[i], cols, walk, out.cols, at, n); err != nil {
			return err
		}
	}
	for _, i := range at {
		out.cols[i].endRows(len(sel))
	}
	return nil
}

func (o *scanOp) close() {
	_ = o.stop() // what matters was reported by next
	if o.rows != nil {
		o.rows.reset()
	}
	o.hold.release()
}

// nextStored gives the rows of a state or virtual table, which are made at
// once.
func (o *scanOp) nextStored(q *unitQueue) (*types.Batch, error) {
	if !o.given {
		o.given = true
		if q.take() < 0 {
			return nil, nil
		}
		if err := o.loadStored(q); err != nil {
			return nil, err
		}
	}
	for o.rows != nil && o.pos < o.rows.n {
		n := min(o.rows.n-o.pos, types.BatchSize)
		sel := identity(o.all, n)
		o.all = sel
		for i := range sel {
			sel[i] += int32(o.pos)
		}
		o.pos += n
		o.rows.emit(o.raw, 0, sel)
		b := o.raw.publish(n)
		if o.filter == nil {
			return b, nil
		}
		keep, err := o.filter.keep(o.t, b)
		if err != nil {
			return nil, err
		}
		if len(keep) > 0 {
			return o.out.gather(b, keep), nil
		}
	}
	return nil, nil
}

func (o *scanOp) loadStored(q *unitQueue) error {
	if o.rows == nil {
		o.rows = newRowStore(typesOf(o.out.cols, func(c *column) types.OID { return c.Type }))
	}
	o.rows.reset()
	vecs := make([]types.Vec, len(o.cols))
	refs := make([]*types.Vec, len(o.cols))
	for i := range vecs {
		vecs[i] = types.NewVec(o.out.cols[i].Type)
		refs[i] = &vecs[i]
	}
	width := len(q.rel.Columns)
	add := func(row []types.Datum) error {
		for i, c := range o.cols {
			if c <= plan.TupleID {
				c = width + plan.TupleID - c
			}
			vecs[i].Reset()
			vecs[i].Append(row[c])
		}
		o.rows.appendRow(refs, 0)
		if o.rows.n%types.BatchSize != 0 {
			return nil
		}
		if err := o.t.ctx.Err(); err != nil {
			return err
		}
		return o.hold.set(o.rows.bytes)
	}
	if q.rel.Store == catalog.VirtualStore {
		if q.rel.Virtual == nil {
			return nil
		}
		if asksSystem(o.cols) {
			return q.rel.Virtual.Rows(o.t.fn, numbered(q.rel.Virtual, o.t.fn, add))
		}
		return q.rel.Virtual.Rows(o.t.fn, add)
	}
	if asksSystem(o.cols) {
		return scanStateSystem(q.view, q.rel, add)
	}
	return scanState(q.view, o.t.env.Catalog, q.rel.OID, add)
}

// lensTime is the t of a lens: its own AS OF, else the statement's, else the
// transaction's now().
func lensTime(asOf knowledge.Micros, t *task) knowledge.Micros {
	switch {
	case asOf != 0:
		return asOf
	case t.env.AsOf != 0:
		return t.env.AsOf
	case t.env.TxnTime != 0:
		return t.env.TxnTime
	case !t.fn.TxnStart.IsZero():
		return knowledge.Micros(types.MicrosOf(t.fn.TxnStart))
	}
	return knowledge.Micros(math.MaxInt64 - 1)
}
