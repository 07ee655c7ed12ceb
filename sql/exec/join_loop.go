package exec

import (
	"github.com/stemedb/stemedb/sql/types"
)

// loopJoin compares each left row with every right row. A right side beyond the
// budget is read from disk for each left batch (join_tape.go).
type loopJoin struct {
	joinCore
	row, col int
	built    bool
	tape     *joinTape // nil: the right side is in memory
}

func (j *loopJoin) open(t *task) error {
	j.begin(t)
	j.hold.spills(t)
	j.built = false
	return j.left.open(t)
}

func (j *loopJoin) close() {
	j.tape.close()
	j.tape = nil
	j.joinCore.close()
}

func (j *loopJoin) next() (*types.Batch, error) {
	if !j.built {
		if err := j.build(); err != nil {
			return nil, err
		}
		j.built = true
	}
	for {
		if j.ended {
			return j.over()
		}
		if j.lbatch == nil {
			ok, err := j.nextLeft()
			if err == nil && ok {
				err = j.rewind()
			}
			if err != nil {
				return nil, err
			}
			if !ok {
				j.ended = true
				if err := j.rewind(); err != nil {
					return nil, err
				}
				continue
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
		if j.row < j.lbatch.N {
			continue
		}
		if more, err := j.turn(); err != nil || more {
			if err != nil {
				return nil, err
			}
			continue
		}
		b = j.leftOver()
		j.lbatch = nil
		if b != nil {
			return b, nil
		}
	}
}

// build reads the right side.
func (j *loopJoin) build() error {
	idle, err := j.idle()
	if err != nil || idle {
		j.ended = true
		return err
	}
	if err := j.load(nil, j.storeBytes); err != nil {
		return j.record(err)
	}
	return nil
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
			if j.tape.differ(j.row, j.col) {
				continue
			}
			j.lsel, j.rsel = append(j.lsel, int32(j.row)), append(j.rsel, int32(j.col))
		}
	}
}

// lateralJoin runs the right side once per left row, with values of that row.
type lateralJoin struct {
	joinCore
	args    []evaluator
	vecs    []*types.Vec
	inner   task
	row     int
	running bool
}

func (j *lateralJoin) open(t *task) error {
	j.begin(t)
	j.running = false
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
	if !j.running {
		j.inner = *j.t
		j.inner.outer = make([]types.Datum, len(j.vecs))
		for k, v := range j.vecs {
			j.inner.outer[k] = v.Datum(at(v, j.row))
		}
		j.running = true
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
		j.running = false
		j.row++
		if j.hit[j.row-1] || !j.keepsLeft() {
			return nil, nil
		}
		// The row without a match comes in its place, not behind the batch.
		j.hit[j.row-1] = true
		j.lsel = append(j.lsel[:0], int32(j.row-1))
		return j.padded(), nil
	}
	j.lsel, j.rsel = j.lsel[:0], identity(j.rsel, b.N)
	for range b.N {
		j.lsel = append(j.lsel, int32(j.row))
	}
	return j.test(b.Cols)
}
