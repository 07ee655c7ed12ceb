package exec

import (
	"github.com/stemedb/stemedb/sql/types"
)

// hashJoin looks each left row's keys up in a table over the right side. A
// right side beyond the budget is joined part by part (join_spill.go).
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
	ktypes       []types.OID
	parts        *joinParts // nil: all is in memory
	depth        int        // how often the rows were cut into parts
	loop         *loopJoin  // where cutting does not help: rows of one key
}

func (j *hashJoin) open(t *task) error {
	j.begin(t)
	j.hold.spills(t)
	j.table.reset()
	j.first, j.last, j.link = j.first[:0], j.last[:0], j.link[:0]
	j.built, j.row, j.parts = false, 0, nil
	if j.depth == 0 {
		j.null, j.some = false, false
	}
	return j.left.open(t)
}

func (j *hashJoin) next() (*types.Batch, error) {
	if !j.built {
		if err := j.build(); err != nil {
			return nil, err
		}
		j.built = true
	}
	if j.parts != nil {
		return j.parts.next()
	}
	if j.loop != nil {
		return j.loop.next()
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

// build reads the right side. Where that is empty and so nothing can come, the left
// one is not read on.
func (j *hashJoin) build() error {
	idle, err := j.idle()
	if err != nil || idle {
		j.ended = true
		return err
	}
	if err := j.load(j.index, j.held); err != nil {
		return j.divide(err)
	}
	j.ended = j.store.n == 0 && j.barren()
	return nil
}

// held estimates the bytes of the right side and the table over it.
func (j *hashJoin) held() int64 { return j.storeBytes() + j.table.size() }

func (j *hashJoin) close() {
	j.parts.close()
	j.parts = nil
	if j.loop != nil {
		j.loop.close()
		j.loop = nil
	}
	j.joinCore.close()
}

// keys evaluates key expressions and returns their columns.
func (j *hashJoin) keys(es []evaluator, b *types.Batch) error {
	_, err := evalRows(j.t, es, b, j.kvecs)
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
	j.some = true
	for i := range b.N {
		j.link = append(j.link, -1)
		if j.hasNull(i) {
			j.null = true
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
	j.unknown = j.unknown[:0]
	for i := range n {
		if j.notIn {
			j.unknown = append(j.unknown, j.hasNull(i))
		}
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
