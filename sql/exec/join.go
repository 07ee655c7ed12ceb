package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

func (bd *builder) join(n *plan.Join) (operator, error) {
	ins, err := bd.nodes(n.Left, n.Right)
	if err != nil {
		return nil, err
	}
	c, err := bd.joinCore(n, ins[0], ins[1])
	if err != nil {
		return nil, err
	}
	if n.Lateral {
		args, err := bd.exprs(n.Args)
		return &lateralJoin{joinCore: c, args: args, vecs: make([]*types.Vec, len(args))}, err
	}
	c.store = newRowStore(columnTypes(n.Right))
	if n.Batch != nil {
		return bd.lookupJoin(n, c)
	}
	if n.Merge != nil {
		return newMergeJoin(n, c), nil
	}
	if len(n.LeftKeys) == 0 {
		return &loopJoin{joinCore: c}, nil
	}
	return bd.hashJoin(n, c)
}

func (bd *builder) hashJoin(n *plan.Join, c joinCore) (*hashJoin, error) {
	lk, err := bd.exprs(n.LeftKeys)
	if err != nil {
		return nil, err
	}
	rk, err := bd.exprs(n.RightKeys)
	if err != nil {
		return nil, err
	}
	ts := argTypes(n.RightKeys)
	return &hashJoin{joinCore: c, lkeys: lk, rkeys: rk, ktypes: ts, table: newGroupTable(ts), kvecs: make([]*types.Vec, len(ts))}, nil
}

// joinCore makes what the joins share, over the operators of both sides.
func (bd *builder) joinCore(n *plan.Join, left, right operator) (joinCore, error) {
	cond, err := bd.conjunction(n.On)
	lt, rt := columnTypes(n.Left), columnTypes(n.Right)
	return joinCore{
		kind: n.Kind, notIn: n.NotIn, leftFirst: n.LeftFirst, left: left, right: right, cond: cond, lw: len(lt),
		pair: newRowBatch(append(append([]types.OID{}, lt...), rt...)), out: newRowBatch(lt),
	}, err
}

// joinCore is what the joins share: it turns candidate pairs (a row of the
// current left batch, a row of the right store) into output rows.
type joinCore struct {
	kind        plan.JoinKind
	notIn       bool
	leftFirst   bool
	null        bool   // NOT IN: a right key is NULL
	some        bool   // NOT IN: there are right rows
	unknown     []bool // NOT IN: left rows whose key is NULL
	left, right operator
	cond        *conjunction // over both sides; nil: true
	lw          int          // left columns
	pair        *rowBatch    // left and right columns
	out         *rowBatch    // left columns: semi and anti

	store   *rowStore // the right side, or rows of it from base on
	base    int
	matched []bool // right rows with a match: right and full joins
	hit     []bool // left rows with a match
	lbatch  *types.Batch
	first   *types.Batch // a left batch that was read before the right side
	lsel    []int32
	rsel    []int32
	gaps    bool // rsel has -1, for left rows without a match
	t       *task
	hold    holding
	refused error
	tail    int // next unmatched right row to give
	ended   bool
}

func (j *joinCore) begin(t *task) {
	j.t, j.lbatch, j.first, j.ended, j.tail, j.base, j.refused = t, nil, nil, false, 0, 0, nil
	j.hold.open(&t.stmt.mem)
	if j.store != nil {
		j.store.reset()
	}
}

// storeBytes estimates what the right side's rows take.
func (j *joinCore) storeBytes() int64 { return j.store.bytes + int64(j.store.n)*8 }

func (j *joinCore) close() {
	j.left.close()
	j.right.close()
	j.hold.release()
	if j.store != nil {
		j.store.reset()
	}
	j.lbatch, j.first = nil, nil
}

// keepsLeft and keepsRight say which sides' rows come out without a match.
func (j *joinCore) keepsLeft() bool  { return j.kind == plan.LeftJoin || j.kind == plan.FullJoin }
func (j *joinCore) keepsRight() bool { return j.kind == plan.RightJoin || j.kind == plan.FullJoin }
func (j *joinCore) oneSided() bool   { return j.kind == plan.SemiJoin || j.kind == plan.AntiJoin }

// barren reports that left rows without a match give nothing.
func (j *joinCore) barren() bool { return !j.keepsLeft() && j.kind != plan.AntiJoin }

// load reads the right side into the store. held estimates the bytes that the
// join holds then; their refusal is kept in refused, to be told from the right
// side's own.
func (j *joinCore) load(each func(b *types.Batch) error, held func() int64) error {
	if err := j.right.open(j.t); err != nil {
		return err
	}
	for {
		b, err := j.right.next()
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		if b.N == 0 {
			continue
		}
		if each != nil {
			if err := each(b); err != nil {
				return err
			}
		}
		j.store.appendBatch(b)
		if err := j.hold.set(held()); err != nil {
			j.refused = err
			return err
		}
	}
	j.right.close()
	j.match(j.store.n)
	return nil
}

// match makes room for what is noted of n right rows.
func (j *joinCore) match(n int) {
	if j.keepsRight() {
		if cap(j.matched) < n {
			j.matched = make([]bool, n)
		}
		j.matched = j.matched[:n]
		clear(j.matched)
	}
}

// idle reports, before the right side is read, that it need not be: it asks for a
// left batch first, and there is none.
func (j *joinCore) idle() (bool, error) {
	if !j.leftFirst {
		return false, nil
	}
	b, err := j.leftBatch()
	j.first = b
	return b == nil, err
}

// leftBatch reads the next left batch that has rows; nil at the end.
func (j *joinCore) leftBatch() (*types.Batch, error) {
	if b := j.first; b != nil {
		j.first = nil
		return b, nil
	}
	for {
		b, err := j.left.next()
		if err != nil || b == nil || b.N > 0 {
			return b, err
		}
	}
}

// nextLeft takes the next left batch; false at the end.
func (j *joinCore) nextLeft() (bool, error) {
	b, err := j.leftBatch()
	j.lbatch = b
	if err != nil || b == nil {
		return false, err
	}
	if cap(j.hit) < b.N {
		j.hit = make([]bool, b.N, max(b.N, types.BatchSize))
	}
	j.hit = j.hit[:b.N]
	clear(j.hit)
	return true, nil
}

// test checks the residual condition on the pairs in lsel, rsel (right rows
// from rcols) and notes which rows matched. It returns the joined batch of the
// pairs that hold, nil when there is none to give.
func (j *joinCore) test(rcols []types.Vec) (*types.Batch, error) {
	if len(j.lsel) == 0 {
		return nil, nil
	}
	if err := j.t.ctx.Err(); err != nil {
		return nil, err
	}
	if j.cond == nil && j.oneSided() {
		for _, i := range j.lsel {
			j.hit[i] = true
		}
		return nil, nil
	}
	b := j.joined(rcols, j.lsel, j.rsel)
	if j.cond != nil {
		keep, err := j.cond.keep(j.t, b)
		if err != nil {
			return nil, err
		}
		if len(keep) < len(j.lsel) {
			for k, i := range keep {
				j.lsel[k], j.rsel[k] = j.lsel[i], j.rsel[i]
			}
			j.lsel, j.rsel = j.lsel[:len(keep)], j.rsel[:len(keep)]
			if len(keep) == 0 {
				return nil, nil
			}
			if !j.oneSided() {
				b = j.joined(rcols, j.lsel, j.rsel)
			}
		}
	}
	for k, i := range j.lsel {
		j.hit[i] = true
		if j.keepsRight() && j.store != nil && j.rsel[k] >= 0 {
			j.matched[j.base+int(j.rsel[k])] = true
		}
	}
	if j.oneSided() {
		return nil, nil
	}
	return b, nil
}

func (j *joinCore) joined(rcols []types.Vec, lsel, rsel []int32) *types.Batch {
	for i := range j.lw {
		j.pair.cols[i].gather(&j.lbatch.Cols[i], lsel)
	}
	for i := range rcols {
		j.pair.cols[j.lw+i].gather(&rcols[i], rsel)
	}
	if j.gaps {
		for k, r := range rsel {
			for i := j.lw; r < 0 && i < len(j.pair.cols); i++ {
				j.pair.cols[i].setNull(k, len(rsel))
			}
		}
	}
	return j.pair.publish(len(lsel))
}

// leftOver gives what the current left batch yields once all its pairs are
// tested: unmatched rows of outer and anti joins, matched ones of semi joins.
func (j *joinCore) leftOver() *types.Batch {
	if !j.keepsLeft() && !j.oneSided() {
		return nil
	}
	want := j.kind == plan.SemiJoin
	j.lsel = j.lsel[:0]
	for i, h := range j.hit {
		if j.notIn && j.some && (j.null || j.unknown[i]) {
			continue
		}
		if h == want {
			j.lsel = append(j.lsel, int32(i))
		}
	}
	if len(j.lsel) == 0 {
		return nil
	}
	if j.oneSided() {
		return j.out.gather(j.lbatch, j.lsel)
	}
	return j.padded()
}

// padded gives the left rows lsel with NULLs for the right side.
func (j *joinCore) padded() *types.Batch {
	for i := range j.lw {
		j.pair.cols[i].gather(&j.lbatch.Cols[i], j.lsel)
	}
	j.nulls(j.lw, len(j.pair.cols), len(j.lsel))
	return j.pair.publish(len(j.lsel))
}

// nulls makes the columns from lo to hi NULL.
func (j *joinCore) nulls(lo, hi, n int) {
	for i := lo; i < hi; i++ {
		c := &j.pair.cols[i]
		c.reset(n)
		clear(c.S)
		clear(c.A)
		fill(c.bitmap(n), true)
	}
}

// rightOver gives the unmatched right rows, a batch at a time.
func (j *joinCore) rightOver() *types.Batch {
	if !j.keepsRight() {
		return nil
	}
	j.rsel = j.rsel[:0]
	for ; j.tail < j.store.n && len(j.rsel) < types.BatchSize; j.tail++ {
		if !j.matched[j.base+j.tail] {
			j.rsel = append(j.rsel, int32(j.tail))
		}
	}
	if len(j.rsel) == 0 {
		return nil
	}
	j.nulls(0, j.lw, len(j.rsel))
	j.store.emit(j.pair, j.lw, j.rsel)
	return j.pair.publish(len(j.rsel))
}
