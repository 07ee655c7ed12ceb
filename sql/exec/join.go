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
	cond, err := bd.conjunction(n.On)
	if err != nil {
		return nil, err
	}
	lt, rt := columnTypes(n.Left), columnTypes(n.Right)
	c := joinCore{
		kind: n.Kind, left: ins[0], right: ins[1], cond: cond, lw: len(lt),
		pair: newRowBatch(append(append([]types.OID{}, lt...), rt...)), out: newRowBatch(lt),
	}
	if n.Lateral {
		args, err := bd.exprs(n.Args)
		return &lateralJoin{joinCore: c, args: args, vecs: make([]*types.Vec, len(args))}, err
	}
	c.store = newRowStore(rt)
	if len(n.LeftKeys) == 0 {
		return &loopJoin{joinCore: c}, nil
	}
	lk, err := bd.exprs(n.LeftKeys)
	if err != nil {
		return nil, err
	}
	rk, err := bd.exprs(n.RightKeys)
	if err != nil {
		return nil, err
	}
	ts := argTypes(n.RightKeys)
	return &hashJoin{joinCore: c, lkeys: lk, rkeys: rk, table: newGroupTable(ts), kvecs: make([]*types.Vec, len(ts))}, nil
}

// joinCore is what the joins share: it turns candidate pairs (a row of the
// current left batch, a row of the right store) into output rows.
type joinCore struct {
	kind        plan.JoinKind
	left, right operator
	cond        *conjunction // over both sides; nil: true
	lw          int          // left columns
	pair        *rowBatch    // left and right columns
	out         *rowBatch    // left columns: semi and anti

	store   *rowStore // the right side
	matched []bool    // right rows with a match: right and full joins
	hit     []bool    // left rows with a match
	lbatch  *types.Batch
	lsel    []int32
	rsel    []int32
	t       *task
	hold    holding
	tail    int // next unmatched right row to give
	ended   bool
}

func (j *joinCore) begin(t *task) {
	j.t, j.lbatch, j.ended, j.tail = t, nil, false, 0
	j.hold.open(&t.stmt.mem)
	if j.store != nil {
		j.store.reset()
	}
}

func (j *joinCore) close() {
	j.left.close()
	j.right.close()
	j.hold.release()
	if j.store != nil {
		j.store.reset()
	}
	j.lbatch = nil
}

// keepsLeft and keepsRight say which sides' rows come out without a match.
func (j *joinCore) keepsLeft() bool  { return j.kind == plan.LeftJoin || j.kind == plan.FullJoin }
func (j *joinCore) keepsRight() bool { return j.kind == plan.RightJoin || j.kind == plan.FullJoin }
func (j *joinCore) oneSided() bool   { return j.kind == plan.SemiJoin || j.kind == plan.AntiJoin }

// load reads the right side into the store.
func (j *joinCore) load(each func(b *types.Batch) error) error {
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
		if err := j.hold.set(j.store.bytes + int64(j.store.n)*8); err != nil {
			return err
		}
	}
	j.right.close()
	if j.keepsRight() {
		if cap(j.matched) < j.store.n {
			j.matched = make([]bool, j.store.n)
		}
		j.matched = j.matched[:j.store.n]
		clear(j.matched)
	}
	return nil
}

// nextLeft takes the next left batch; false at the end.
func (j *joinCore) nextLeft() (bool, error) {
	for {
		b, err := j.left.next()
		if err != nil || b == nil {
			j.lbatch = nil
			return false, err
		}
		if b.N == 0 {
			continue
		}
		j.lbatch = b
		if cap(j.hit) < b.N {
			j.hit = make([]bool, b.N, max(b.N, types.BatchSize))
		}
		j.hit = j.hit[:b.N]
		clear(j.hit)
		return true, nil
	}
}

// test checks the residual condition on the pairs in lsel, rsel (right rows
// from rcols) and notes which rows matched. It returns the joined batch of the
// pairs that hold, nil when there is none to give.
func (j *joinCore) test(rcols []types.Vec) (*types.Batch, error) {
	if len(j.lsel) == 0 {
		return nil, nil
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
		if j.keepsRight() && j.store != nil {
			j.matched[j.rsel[k]] = true
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
		if !j.matched[j.tail] {
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

// hashJoin looks each left row's keys up in a table over the right side.
type hashJoin struct {
	joinCore
	lkeys, rkeys []evaluator
	table        *groupTable
	kvecs        []*types.Vec
	first, last  []int32 // per group: its chain of right rows
	link         []int32 // per right row: the next of its group, -1 ends
	groups       []int32
	row          int   // left row at work
	at           int32 // its next right row, -1: none
	built        bool
}

func (j *hashJoin) open(t *task) error {
	j.begin(t)
	j.table.reset()
	j.first, j.last, j.link = j.first[:0], j.last[:0], j.link[:0]
	j.built, j.row = false, 0
	return j.left.open(t)
}

func (j *hashJoin) next() (*types.Batch, error) {
	if !j.built {
		if err := j.load(j.index); err != nil {
			return nil, err
		}
		if err := j.hold.add(j.table.size()); err != nil {
			return nil, err
		}
		j.built = true
	}
	for {
		if j.ended {
			return j.rightOver(), nil
		}
		if j.lbatch == nil {
			ok, err := j.nextLeft()
			if err != nil {
				return nil, err
			}
			if !ok {
				j.ended = true
				continue
			}
			if err := j.probe(); err != nil {
				return nil, err
			}
		}
		j.fill()
		b, err := j.test(j.store.cols)
		if err != nil {
			return nil, err
		}
		if b != nil {
			return b, nil
		}
		if j.row == j.lbatch.N {
			b = j.leftOver()
			j.lbatch = nil
			if b != nil {
				return b, nil
			}
		}
	}
}

// keys evaluates key expressions and returns their columns.
func (j *hashJoin) keys(es []evaluator, b *types.Batch) error {
	_, err := evalAll(j.t, es, b, j.kvecs)
	return err
}

// hasNull reports whether a key of row i is NULL.
func (j *hashJoin) hasNull(i int) bool {
	for _, v := range j.kvecs {
		if v.Null != nil && v.Null[at(v, i)] {
			return true
		}
	}
	return false
}

// index adds a right batch to the table, before it goes into the store.
func (j *hashJoin) index(b *types.Batch) error {
	if err := j.keys(j.rkeys, b); err != nil {
		return err
	}
	base := int32(j.store.n)
	for i := range b.N {
		j.link = append(j.link, -1)
		if j.hasNull(i) {
			continue
		}
		row := base + int32(i)
		g, fresh := j.table.one(j.kvecs, i)
		if fresh {
			j.first, j.last = append(j.first, row), append(j.last, row)
			continue
		}
		j.link[j.last[g]] = row
		j.last[g] = row
	}
	return nil
}

// probe finds the groups of the left batch.
func (j *hashJoin) probe() error {
	if err := j.keys(j.lkeys, j.lbatch); err != nil {
		return err
	}
	n := j.lbatch.N
	j.groups = identity(j.groups, n)
	j.table.find(j.kvecs, n, j.groups)
	for i := range n {
		if j.groups[i] >= 0 && j.hasNull(i) {
			j.groups[i] = -1
		}
	}
	j.row = 0
	j.start()
	return nil
}

// start sets at to the first right row of the left row at work.
func (j *hashJoin) start() {
	j.at = -1
	if j.row < j.lbatch.N {
		if g := j.groups[j.row]; g >= 0 {
			j.at = j.first[g]
		}
	}
}

// fill collects the next pairs, a batch of them.
func (j *hashJoin) fill() {
	j.lsel, j.rsel = j.lsel[:0], j.rsel[:0]
	once := j.oneSided() && j.cond == nil
	for j.row < j.lbatch.N {
		for ; j.at >= 0; j.at = j.link[j.at] {
			if len(j.lsel) == types.BatchSize {
				return
			}
			j.lsel, j.rsel = append(j.lsel, int32(j.row)), append(j.rsel, j.at)
			if once {
				break
			}
		}
		j.row++
		j.start()
	}
}

// loopJoin compares each left row with every right row.
type loopJoin struct {
	joinCore
	row, col int
	built    bool
}

func (j *loopJoin) open(t *task) error {
	j.begin(t)
	j.built = false
	return j.left.open(t)
}

func (j *loopJoin) next() (*types.Batch, error) {
	if !j.built {
		if err := j.load(nil); err != nil {
			return nil, err
		}
		j.built = true
	}
	for {
		if j.ended {
			return j.rightOver(), nil
		}
		if j.lbatch == nil {
			ok, err := j.nextLeft()
			if err != nil {
				return nil, err
			}
			if !ok {
				j.ended = true
				continue
			}
			j.row, j.col = 0, 0
		}
		j.fill()
		b, err := j.test(j.store.cols)
		if err != nil {
			return nil, err
		}
		if b != nil {
			return b, nil
		}
		if j.row == j.lbatch.N {
			b = j.leftOver()
			j.lbatch = nil
			if b != nil {
				return b, nil
			}
		}
	}
}

func (j *loopJoin) fill() {
	j.lsel, j.rsel = j.lsel[:0], j.rsel[:0]
	for ; j.row < j.lbatch.N; j.row, j.col = j.row+1, 0 {
		for ; j.col < j.store.n; j.col++ {
			if j.oneSided() && j.hit[j.row] {
				break // settled
			}
			if len(j.lsel) == types.BatchSize {
				return
			}
			j.lsel, j.rsel = append(j.lsel, int32(j.row)), append(j.rsel, int32(j.col))
		}
	}
}

// lateralJoin runs the right side once per left row, with values of that row.
type lateralJoin struct {
	joinCore
	args  []evaluator
	vecs  []*types.Vec
	inner task
	row   int
	open2 bool
}

func (j *lateralJoin) open(t *task) error {
	j.begin(t)
	j.open2 = false
	return j.left.open(t)
}

func (j *lateralJoin) next() (*types.Batch, error) {
	for {
		if j.lbatch == nil {
			ok, err := j.nextLeft()
			if err != nil || !ok {
				return nil, err
			}
			j.row = 0
			if _, err := evalAll(j.t, j.args, j.lbatch, j.vecs); err != nil {
				return nil, err
			}
		}
		if j.row == j.lbatch.N {
			b := j.leftOver()
			j.lbatch = nil
			if b != nil {
				return b, nil
			}
			continue
		}
		b, err := j.step()
		if err != nil || b != nil {
			return b, err
		}
	}
}

// step takes one batch of the right side of the row at work.
func (j *lateralJoin) step() (*types.Batch, error) {
	if !j.open2 {
		j.inner = *j.t
		j.inner.outer = make([]types.Datum, len(j.vecs))
		for k, v := range j.vecs {
			j.inner.outer[k] = v.Datum(at(v, j.row))
		}
		j.open2 = true
		if err := j.right.open(&j.inner); err != nil {
			return nil, err
		}
	}
	b, err := j.right.next()
	if err != nil {
		return nil, err
	}
	if b == nil || j.oneSided() && j.hit[j.row] {
		j.right.close()
		j.open2 = false
		j.row++
		return nil, nil
	}
	j.lsel, j.rsel = j.lsel[:0], identity(j.rsel, b.N)
	for range b.N {
		j.lsel = append(j.lsel, int32(j.row))
	}
	return j.test(b.Cols)
}
