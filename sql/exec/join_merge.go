package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// mergeJoin joins two inputs that come in the order of the keys, in one walk over
// both. Its store has the right rows that equal left rows at hand, group by group
// of equal keys.
type mergeJoin struct {
	joinCore
	keys   []mergeKey
	once   bool // one right row of a group says all
	row    int  // left row at work
	at     int  // the row of the group that it is paired with next
	paired bool // it has found its group
	rbatch *types.Batch
	rrow   int // next row of rbatch
	rend   bool
	group  mergeGroup
	lost   *rowStore // right rows without a match, not yet given from row given on
	given  int
	sel    []int32
	part   types.Batch
	lt, rt *task // the sides' tasks
}

// mergeKey is a key: a column of each side.
type mergeKey struct {
	l, r    int
	desc    bool
	compare func(a *types.Vec, i int, b *types.Vec, j int) int
}

func newMergeJoin(n *plan.Join, c joinCore) *mergeJoin {
	j := &mergeJoin{joinCore: c, once: c.oneSided() && c.cond == nil}
	for i, desc := range n.Merge {
		l, r := n.LeftKeys[i].(*plan.Col), n.RightKeys[i].(*plan.Col)
		j.keys = append(j.keys, mergeKey{l.Index, r.Index, desc, compareOf(l.OID)})
	}
	if j.keepsRight() {
		j.lost = newRowStore(columnTypes(n.Right))
	}
	return j
}

func (j *mergeJoin) open(t *task) error { return j.openSides(t, t, t) }

func (j *mergeJoin) openSides(t, lt, rt *task) error {
	j.begin(t)
	j.hold.spills(t)
	j.matched = j.matched[:0]
	j.row, j.paired, j.gaps = 0, false, false
	j.rbatch, j.rrow, j.rend = nil, 0, false
	j.group.close()
	if j.lost != nil {
		j.lost.reset()
		j.given = 0
	}
	j.lt, j.rt = lt, rt
	if err := j.left.open(lt); err != nil {
		return err
	}
	return j.right.open(rt)
}

func (j *mergeJoin) close() {
	j.group.close()
	if j.lost != nil {
		j.lost.reset()
	}
	j.rbatch, j.lt, j.rt = nil, nil, nil
	j.joinCore.close()
}

func (j *mergeJoin) next() (*types.Batch, error) {
	for {
		if b := j.giveLost(types.BatchSize); b != nil {
			return b, nil
		}
		if j.group.leaving {
			if err := j.leaveChunk(); err != nil {
				return nil, err
			}
			continue
		}
		if j.ended {
			return j.rest()
		}
		if j.lbatch == nil {
			if j.rend && !j.group.on && j.barren() {
				j.ended = true
				continue
			}
			ok, err := j.nextLeft()
			if err != nil {
				return nil, err
			}
			j.row, j.paired, j.ended = 0, false, !ok
			continue
		}
		if err := j.fill(); err != nil {
			return nil, err
		}
		b, err := j.test(j.store.cols)
		j.settle()
		if err != nil || b != nil {
			return b, err
		}
		if j.row == j.lbatch.N && !j.paired {
			b = j.leftOver()
			j.lbatch = nil
			if b != nil {
				return b, nil
			}
		}
	}
}

// fill collects the next pairs, a batch of them at most.
func (j *mergeJoin) fill() error {
	j.lsel, j.rsel, j.gaps = j.lsel[:0], j.rsel[:0], false
	inPlace := j.keepsLeft() && j.cond == nil
	for j.row < j.lbatch.N || j.paired {
		if !j.paired {
			if len(j.lsel) == types.BatchSize {
				return nil
			}
			found, again, err := j.seek()
			if err != nil || again {
				return err
			}
			if !found {
				if inPlace {
					j.lsel, j.rsel, j.gaps = append(j.lsel, int32(j.row)), append(j.rsel, -1), true
				}
				j.row++
				continue
			}
			j.paired, j.at = true, j.group.from
		}
		var more bool
		var err error
		if j.group.tape != nil {
			more, err = j.tapePairs()
		} else {
			more = j.pairs()
		}
		if more || err != nil {
			return err
		}
	}
	return nil
}

// pairs pairs the left row at work with its group; more says that the batch is
// full before.
func (j *mergeJoin) pairs() (more bool) {
	for ; j.at < j.store.n; j.at++ {
		if j.oneSided() && j.hit[j.row] {
			break // settled
		}
		if len(j.lsel) == types.BatchSize {
			return true
		}
		j.lsel, j.rsel = append(j.lsel, int32(j.row)), append(j.rsel, int32(j.at))
	}
	j.row++
	j.paired = false
	return false
}

// seek looks for the group of the left row at work. again says that what was
// collected must be tested, or given, before it can go on.
func (j *mergeJoin) seek() (found, again bool, err error) {
	g := &j.group
	if g.loading {
		return true, false, j.record()
	}
	if j.hasNull(j.lbatch.Cols, j.row, true) {
		return false, false, nil
	}
	if g.on {
		cols, k := j.groupKey()
		c := j.compare(j.lbatch.Cols, j.row, cols, k)
		if c <= 0 {
			return c == 0, false, nil
		}
		j.leave()
		if g.leaving {
			return false, true, nil
		}
	}
	for {
		if more, err := j.nextRight(); err != nil || !more {
			return false, false, err
		}
		c := j.skip()
		if j.rrow == j.rbatch.N {
			if j.lost != nil && j.lost.n-j.given >= types.BatchSize {
				return false, true, nil
			}
			continue
		}
		if c < 0 {
			return false, false, nil
		}
		err := j.load()
		return err == nil && !g.loading, g.loading, err
	}
}

// skip passes over the right rows whose keys come before those of the left row
// at work, and tells how that compares with the next one.
func (j *mergeJoin) skip() int {
	b, from, c := j.rbatch, j.rrow, 1
	if from == 0 && !j.hasNull(b.Cols, b.N-1, false) && j.compare(j.lbatch.Cols, j.row, b.Cols, b.N-1) > 0 {
		j.rrow = b.N // all at once
	}
	for ; j.rrow < b.N; j.rrow++ {
		if j.hasNull(b.Cols, j.rrow, false) {
			continue
		}
		if c = j.compare(j.lbatch.Cols, j.row, b.Cols, j.rrow); c <= 0 {
			break
		}
	}
	if j.lost != nil {
		j.lost.appendRange(b, from, j.rrow, &j.part)
	}
	return c
}

// nextRight makes sure that there is a right row at hand; false: there is none.
func (j *mergeJoin) nextRight() (bool, error) {
	for !j.rend && (j.rbatch == nil || j.rrow == j.rbatch.N) {
		if err := j.t.ctx.Err(); err != nil {
			return false, err
		}
		b, err := j.right.next()
		if err != nil {
			return false, err
		}
		j.rbatch, j.rrow, j.rend = b, 0, b == nil
	}
	return !j.rend, nil
}

// compare orders left row i before or after right row k, of which no key is NULL.
func (j *mergeJoin) compare(left []types.Vec, i int, right []types.Vec, k int) int {
	for x := range j.keys {
		key := &j.keys[x]
		if c := key.compare(&left[key.l], i, &right[key.r], k); c != 0 {
			if key.desc {
				return -c
			}
			return c
		}
	}
	return 0
}

// hasNull reports whether a key of a row is NULL: it equals nothing.
func (j *mergeJoin) hasNull(cols []types.Vec, i int, left bool) bool {
	for x := range j.keys {
		at := j.keys[x].r
		if left {
			at = j.keys[x].l
		}
		if cols[at].IsNull(i) {
			return true
		}
	}
	return false
}

// rest gives what the right side has left when the left one has ended.
func (j *mergeJoin) rest() (*types.Batch, error) {
	if j.lost == nil {
		return nil, nil
	}
	if j.group.on {
		if j.leave(); j.group.leaving {
			return j.next()
		}
		j.settle()
	}
	for {
		if b := j.giveLost(1); b != nil {
			return b, nil
		}
		if more, err := j.nextRight(); err != nil || !more {
			return nil, err
		}
		j.lost.appendRange(j.rbatch, j.rrow, j.rbatch.N, &j.part)
		j.rrow = j.rbatch.N
	}
}

// giveLost gives right rows without a match when there are so many at least.
func (j *mergeJoin) giveLost(least int) *types.Batch {
	if j.lost == nil || j.lost.n-j.given < least {
		return nil
	}
	j.sel = identity(j.sel, min(j.lost.n-j.given, types.BatchSize))
	for i := range j.sel {
		j.sel[i] += int32(j.given)
	}
	j.given += len(j.sel)
	j.nulls(0, j.lw, len(j.sel))
	j.lost.emit(j.pair, j.lw, j.sel)
	b := j.pair.publish(len(j.sel))
	if j.given == j.lost.n {
		j.lost.reset()
		j.given = 0
	}
	return b
}
