package exec

import (
	"github.com/stemedb/stemedb/sql/types"
)

// joinTape is the right side of a nested loop that outgrew the budget: it is on
// a tape, and the join's store has those rows of it that the left batch is
// compared with.
type joinTape struct {
	j    *loopJoin
	rows *rowTape
	buf  tapeBuffer
	at   int64 // the row behind those in the store
	keys *loopKeys
}

// loopKeys are what must be equal of both sides, where a hash join came to a
// loop.
type loopKeys struct {
	of    [2][]evaluator // left, right
	vecs  [2][]*types.Vec
	equal []equalFunc
}

// record turns to a tape when loading failed by the join's own refusal of
// memory; any other error is returned.
func (j *loopJoin) record(failed error) error {
	refused := j.refused
	if refused == nil || j.t.env.Spill == nil || !overBudget(refused) || j.store.bytes < worthSpilling {
		return failed
	}
	j.tape = &joinTape{j: j, rows: newRowTape(typesOf(j.store.cols, func(c *types.Vec) types.OID { return c.Type }))}
	return j.t.spillError(j.tape.fill(), refused)
}

// loopOver goes on as a nested loop: all rows of both sides have hashes so much
// alike that no cutting parts them.
func (j *hashJoin) loopOver(failed error) error {
	l := &loopJoin{joinCore: j.joinCore, built: true}
	j.hold = holding{} // l has it
	j.store = newRowStore(typesOf(l.store.cols, func(c *types.Vec) types.OID { return c.Type }))
	j.loop = l
	j.table.reset()
	j.first, j.last, j.link = nil, nil, nil
	if err := l.record(failed); err != nil {
		return err
	}
	k := &loopKeys{of: [2][]evaluator{j.lkeys, j.rkeys}}
	for i := range k.vecs {
		k.vecs[i] = make([]*types.Vec, len(j.ktypes))
	}
	for _, t := range j.ktypes {
		k.equal = append(k.equal, equalOf(t))
	}
	l.tape.keys = k
	return nil
}

// fill moves the store to the tape and the rest of the right side after it.
func (p *joinTape) fill() error {
	j := p.j
	held := newRowBatch(p.rows.types)
	for at := 0; at < j.store.n; at += types.BatchSize {
		n := min(j.store.n-at, types.BatchSize)
		j.rsel = identity(j.rsel, n)
		for i := range j.rsel {
			j.rsel[i] += int32(at)
		}
		j.store.emit(held, 0, j.rsel)
		if err := p.add(held.publish(n)); err != nil {
			return err
		}
	}
	j.store.reset()
	if err := j.hold.set(p.rows.held()); err != nil {
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
		if err := p.add(b); err != nil {
			return err
		}
		if err := j.hold.set(p.rows.held()); err != nil {
			return err
		}
	}
	j.right.close()
	if err := p.rows.flush(j.t); err != nil {
		return err
	}
	n := p.rows.held()
	if j.keepsRight() {
		n += p.rows.rows
	}
	if err := j.hold.set(n); err != nil {
		return err
	}
	j.match(int(p.rows.rows))
	return nil
}

func (p *joinTape) add(b *types.Batch) error {
	p.rows.append(b)
	if p.rows.bytes < worthSpilling {
		return nil
	}
	return p.rows.flush(p.j.t)
}

// rewind prepares for a new left batch.
func (j *loopJoin) rewind() error {
	j.row, j.col = 0, 0
	p := j.tape
	if p == nil {
		return nil
	}
	p.at = 0
	if p.keys != nil && j.lbatch != nil {
		if _, err := evalRows(j.t, p.keys.of[0], j.lbatch, p.keys.vecs[0]); err != nil {
			return err
		}
		if j.notIn {
			v := p.keys.vecs[0][0]
			j.unknown = j.unknown[:0]
			for i := range j.lbatch.N {
				j.unknown = append(j.unknown, v.IsNull(at(v, i)))
			}
		}
	}
	_, err := j.turn()
	return err
}

// turn brings the next right rows into the store; false: there are none.
func (j *loopJoin) turn() (bool, error) {
	p := j.tape
	if p == nil {
		return false, nil
	}
	j.row, j.col, j.tail = 0, 0, 0
	j.store.reset()
	b, err := p.rows.read(p.at, &p.buf)
	if err != nil {
		return false, j.t.spillError(err, err)
	}
	if b == nil {
		j.row = j.lbatchRows()
		return false, nil
	}
	j.base = int(p.at)
	p.at += int64(b.N)
	j.store.appendBatch(b)
	if p.keys != nil {
		_, err = evalRows(j.t, p.keys.of[1], b, p.keys.vecs[1])
	}
	return true, err
}

func (j *joinCore) lbatchRows() int {
	if j.lbatch == nil {
		return 0
	}
	return j.lbatch.N
}

// over gives the unmatched right rows.
func (j *loopJoin) over() (*types.Batch, error) {
	for {
		if b := j.rightOver(); b != nil {
			return b, nil
		}
		if !j.keepsRight() {
			return nil, nil
		}
		if more, err := j.turn(); err != nil || !more {
			return nil, err
		}
	}
}

// differ reports whether the keys, if there are, of a left row and a row of the
// store are not equal.
func (p *joinTape) differ(row, col int) bool {
	if p == nil || p.keys == nil {
		return false
	}
	for k, equal := range p.keys.equal {
		l, r := p.keys.vecs[0][k], p.keys.vecs[1][k]
		i, c := at(l, row), at(r, col)
		if l.IsNull(i) || r.IsNull(c) || !equal(l, i, r, c) {
			return true
		}
	}
	return false
}

func (p *joinTape) close() {
	if p != nil {
		p.rows.close()
	}
}
