package exec

import (
	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// lensBlock is how many claims a lens reads before it resolves them, about:
// pairs are never cut.
const lensBlock = 512

// lensScan resolves claims straight from storage: the claims of a pair are
// neighbours, so a lens is a stream. Columns are decoded of winners alone.
type lensScan struct {
	scanSource
	unitReader
	spec  *lensSpec
	scan  *conjunction // the scan's own filter: what is not in the input at all
	scols []int        // columns that the two filters read, and where
	sat   []int
	swalk bool
	walk  bool
	raw   *rowBatch
	out   *rowBatch
	dec   decoder
	block *block // that is being resolved: own, or part of an image's
	own   block
	part  block
	state []rowState
	cands []lens.Candidate
	crow  []int32 // block row of each candidate
	res   *lens.Resolver
	held  bool // the iterator stands on a row not yet taken
	row   int  // next row of the block to resolve
	n     int  // output rows so far
	t     *task
	hold  holding
}

// rowState says what the filters did with a row.
type rowState uint8

const (
	rowIn rowState = iota
	rowExcluded
	rowGone
)

func (bd *builder) lensScan(n *plan.Lens) (*lensScan, error) {
	scan := n.Input.(*plan.Scan)
	src, err := bd.scanSource(scan)
	if err != nil {
		return nil, err
	}
	src.needs = true
	o := &lensScan{scanSource: src, raw: newRowBatch(columnTypes(scan)), out: newRowBatch(columnTypes(n))}
	if o.spec, err = bd.lensSpec(n); err != nil {
		return nil, err
	}
	o.lens = o.spec
	if o.scan, err = bd.conjunction(scan.Filter); err != nil {
		return nil, err
	}
	read := map[int]bool{}
	for _, x := range []plan.Expr{scan.Filter, n.Filter} {
		if x != nil {
			for _, c := range columnsRead(x) {
				read[c] = true
			}
		}
	}
	for i, c := range scan.Cols {
		if read[i] {
			o.sat, o.scols = append(o.sat, i), append(o.scols, c)
		}
	}
	o.swalk = anyWalks(o.scols)
	for _, f := range n.From {
		o.walk = o.walk || f >= 0 && walks(scan.Cols[f])
	}
	return o, nil
}

func (o *lensScan) open(t *task) error {
	q := t.units
	o.t, o.held, o.row = t, false, 0
	o.img.im = nil
	o.own.reset()
	o.block = &o.own
	o.hold.open(&t.stmt.mem)
	if len(q.units) == 0 {
		return nil
	}
	if q.rel.Store != catalog.ClaimStore {
		return sqlerr.New(sqlerr.InternalError, "lens over a scan of %s", q.rel.Name)
	}
	o.dec.policy = q.policy
	o.res = resetResolver(o.res, q.policy, &q.params, lens.Query{At: q.at, RecordedBy: lens.Bounded}, o.spec.need)
	return nil
}

func (o *lensScan) next() (*types.Batch, error) {
	if len(o.t.units.units) == 0 {
		return nil, nil
	}
	for i := range o.out.cols {
		o.out.cols[i].startRows()
	}
	o.n = 0
	for o.n < types.BatchSize {
		if o.row == len(o.block.rows) {
			if err := o.fill(o.t.units); err != nil {
				return nil, err
			}
			if len(o.block.rows) == 0 {
				break
			}
		}
		if err := o.resolve(); err != nil {
			return nil, err
		}
	}
	if o.n == 0 {
		return nil, nil
	}
	for i := range o.out.cols {
		o.out.cols[i].endRows(o.n)
	}
	return o.out.publish(o.n), nil
}

// fill reads whole pairs into the block.
func (o *lensScan) fill(q *unitQueue) error {
	o.own.reset()
	o.block, o.row = &o.own, 0
	for len(o.block.rows) < lensBlock {
		if o.img.im != nil {
			if o.fromImage(q) {
				break
			}
			continue
		}
		if o.it == nil {
			i := q.take()
			if i < 0 {
				break
			}
			// Which claims those of other pairs revise changes with time, so an
			// image does not know it.
			_, marks := q.view.Counts(q.units[i].shard)
			if err := o.begin(o.t, q, &q.units[i], marks == 0); err != nil {
				return err
			}
			o.held = false
			continue
		}
		more, err := o.read(q)
		if err != nil {
			return err
		}
		if !more {
			if err := o.end(o.t, q); err != nil {
				return err
			}
		}
	}
	if err := o.hold.set(int64(max(0, cap(o.own.buf)-1<<20))); err != nil {
		return err
	}
	return o.sift()
}

// read takes rows of the current unit until the block is full at the end of a
// pair; more is false at the unit's end.
func (o *lensScan) read(q *unitQueue) (more bool, err error) {
	first := true // the unit's first row begins a pair, whatever came before
	for o.held || o.it.Next() {
		if !o.held {
			o.taken++
		}
		o.held = false
		same := o.it.SamePair() && !first
		if !same && len(o.block.rows) >= lensBlock {
			o.held = true
			return true, nil
		}
		if q.left.keeps(&q.spec, o.it) {
			o.block.add(o.it)
			r := &o.block.rows[len(o.block.rows)-1]
			r.samePair = same && len(o.block.rows) > 1
			first = false
		} else if !same {
			first = true
		}
	}
	return false, nil
}

// sift evaluates the filters on the block's rows.
func (o *lensScan) sift() error {
	if o.scan == nil && o.spec.filter == nil || len(o.block.rows) == 0 {
		return nil
	}
	n := len(o.block.rows)
	for _, i := range o.sat {
		o.raw.cols[i].startRows()
	}
	for i := range n {
		if err := o.dec.appendRow(o.block, &o.block.rows[i], o.scols, o.swalk, o.raw.cols, o.sat, i); err != nil {
			return err
		}
	}
	for _, i := range o.sat {
		o.raw.cols[i].endRows(n)
		o.raw.Cols[i] = o.raw.cols[i].Vec
	}
	o.raw.N = n
	o.state = o.state[:0]
	for range n {
		o.state = append(o.state, rowIn)
	}
	for _, f := range []struct {
		cond *conjunction
		out  rowState
	}{{o.spec.filter, rowExcluded}, {o.scan, rowGone}} {
		if f.cond == nil {
			continue
		}
		keep, err := f.cond.keep(o.t, &o.raw.Batch)
		if err != nil {
			return err
		}
		k := 0
		for i := range n {
			if k < len(keep) && keep[k] == int32(i) {
				k++
			} else {
				o.state[i] = f.out
			}
		}
	}
	return nil
}

// resolve takes the next pair of the block.
func (o *lensScan) resolve() error {
	filtered := o.scan != nil || o.spec.filter != nil
	o.cands, o.crow = o.cands[:0], o.crow[:0]
	for first := true; o.row < len(o.block.rows) && (first || o.block.rows[o.row].samePair); o.row++ {
		first = false
		excluded := false
		if filtered {
			if o.state[o.row] == rowGone {
				continue
			}
			excluded = o.state[o.row] == rowExcluded
		}
		if len(o.cands) < cap(o.cands) {
			o.cands = o.cands[:len(o.cands)+1]
		} else {
			o.cands = append(o.cands, lens.Candidate{})
		}
		c := &o.cands[len(o.cands)-1]
		if err := o.candidate(c, &o.block.rows[o.row]); err != nil {
			return err
		}
		c.Excluded = excluded
		o.crow = append(o.crow, int32(o.row))
	}
	if len(o.cands) == 0 {
		return nil
	}
	results := o.res.Resolve(o.cands)
	for i := range results {
		if err := o.emit(&results[i]); err != nil {
			return err
		}
	}
	return nil
}

// candidate views a claim as the lens reads it; its texts live in the block.
func (o *lensScan) candidate(c *lens.Candidate, r *blockRow) error {
	row := o.block.row(r)
	f := &o.dec.fields
	if err := row.LensFields(f); err != nil {
		return err
	}
	copy(c.ID[:], o.block.id(r))
	c.Value, c.Number, c.Unit, c.HasUnit = view(f.Value), view(f.Number), view(f.Unit), f.HasUnit
	c.Source, c.Class = view(f.Source), view(f.Class)
	c.Epoch, c.HasEpoch = view(f.Epoch), f.HasEpoch
	if c.HasRevises = f.HasRevises; f.HasRevises {
		copy(c.Revises[:], f.Revises)
	}
	c.ValidFrom, c.ValidTo = knowledge.NegInfinity, knowledge.Infinity
	if f.HasValidFrom {
		c.ValidFrom = f.ValidFrom
	}
	if f.HasValidTo {
		c.ValidTo = f.ValidTo
	}
	c.AssertedAt, c.RecordedAt = row.AssertedAt(), r.recorded
	c.Confidence, c.HasConfidence = row.Confidence()
	c.ValueType, c.Lifecycle = row.ValueType(), row.Lifecycle()
	c.MayRevise, c.RevisedElsewhere = row.MayRevise(), r.revised
	return nil
}

// emit appends a result's row.
func (o *lensScan) emit(res *lens.Result) error {
	r := &o.block.rows[o.crow[res.Row]]
	row := o.block.row(r)
	if o.walk {
		if err := row.Fields(&o.dec.fields); err != nil {
			return err
		}
	}
	for i, f := range o.spec.from {
		c := &o.out.cols[i]
		if f >= 0 {
			o.dec.appendCol(c, o.cols[f], o.block, r, row, o.walk, o.n)
			continue
		}
		col := plan.LensColumn(-1 - f)
		if col == plan.LensClaimedPath {
			c.S = append(c.S, o.dec.interned(colConceptPath).str(&o.dec.arena, o.block.path(r)))
			continue
		}
		o.spec.appendLens(c, col, res, &o.dec, nil, o.n)
	}
	o.n++
	return nil
}

func (o *lensScan) close() {
	_ = o.stop() // what matters was reported by next
	if cap(o.own.buf) > 4<<20 {
		o.own = block{}
	}
	o.part, o.block = block{}, &o.own
	o.hold.release()
}

// resetResolver prepares a resolver, the old one if there is one.
func resetResolver(old *lens.Resolver, policy *lens.Policy, params *lens.Params, query lens.Query, need lens.Need) *lens.Resolver {
	if old == nil {
		return lens.NewResolver(policy, params, query, need)
	}
	old.Reset(policy, params, query, need)
	return old
}
