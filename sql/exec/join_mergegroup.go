package exec

import (
	"slices"

	"github.com/stemedb/stemedb/sql/types"
)

// mergeGroup are the right rows of one key: the rows of the join's store from
// row from on or, beyond the budget, those of a tape, of which the store has some.
type mergeGroup struct {
	on      bool
	from    int
	loading bool // it outgrew the budget, and goes to a tape when all pairs are tested
	refused error
	leaving bool // its rows without a match are being taken from the tape

	tape *rowTape
	key  *types.Batch // one row of it
	buf  tapeBuffer
	next int64 // the tape's row behind those in the store
	run  int   // the left row behind those of the key
	lo   int   // the first of them
}

// load begins the group of the right row at hand.
func (j *mergeJoin) load() error {
	g := &j.group
	g.on, g.from = true, j.store.n
	if j.once {
		j.keep(j.rrow + 1)
		return nil
	}
	for first := true; ; first = false {
		end := j.rrow
		if first {
			end++
		}
		j.keep(j.sameTo(end, first))
		if refused := j.hold.set(j.held()); refused != nil {
			if j.t.env.Spill == nil || !overBudget(refused) || j.store.bytes < worthSpilling {
				return refused
			}
			g.loading, g.refused = true, refused
			return nil
		}
		if j.rrow < j.rbatch.N {
			return nil
		}
		if more, err := j.nextRight(); err != nil || !more {
			return err
		}
	}
}

// sameTo finds the first right row from end on that is not of the group, whose
// first row is at hand, or in the store, or its key on a tape.
func (j *mergeJoin) sameTo(end int, first bool) int {
	cols, k := j.rbatch.Cols, j.rrow
	if !first {
		cols, k = j.groupKey()
	}
	for ; end < j.rbatch.N; end++ {
		for x := range j.keys {
			key := &j.keys[x]
			v := &j.rbatch.Cols[key.r]
			if v.IsNull(end) || key.compare(v, end, &cols[key.r], k) != 0 {
				return end
			}
		}
	}
	return end
}

// keep puts the right rows up to end into the store.
func (j *mergeJoin) keep(end int) {
	j.store.appendRange(j.rbatch, j.rrow, end, &j.part)
	j.rrow = end
	if j.keepsRight() {
		j.matched = slices.Grow(j.matched, j.store.n-len(j.matched))
		for len(j.matched) < j.store.n {
			j.matched = append(j.matched, false)
		}
	}
}

// held estimates the memory in use.
func (j *mergeJoin) held() int64 {
	n := j.storeBytes()
	if j.lost != nil {
		n += j.lost.bytes
	}
	return n
}

// groupKey is where the keys of the group are.
func (j *mergeJoin) groupKey() ([]types.Vec, int) {
	if j.group.key != nil {
		return j.group.key.Cols, 0
	}
	return j.store.cols, j.group.from
}

// leave ends the group. Which of its rows are without a match is known when all
// pairs are tested.
func (j *mergeJoin) leave() {
	g := &j.group
	g.on = false
	if g.tape == nil {
		return
	}
	if !j.keepsRight() {
		g.close()
		j.store.reset()
		j.base = 0
		return
	}
	g.leaving, g.next = true, 0
}

// settle drops the rows of groups before the one at hand, all pairs being
// tested, and takes those without a match.
func (j *mergeJoin) settle() {
	g := &j.group
	if g.tape != nil {
		return
	}
	done := j.store.n
	if g.on {
		done = g.from
	}
	if done == 0 {
		return
	}
	if j.keepsRight() {
		j.takeLost(j.store, j.matched[:done])
		j.matched = dropFirst(j.matched, done)
	}
	j.store.dropFirst(done)
	j.at -= done
	g.from = 0
}

// takeLost takes the rows of a store that are not marked.
func (j *mergeJoin) takeLost(s *rowStore, matched []bool) {
	b := &types.Batch{N: s.n, Cols: s.cols}
	for i := 0; i < len(matched); i++ {
		from := i
		for i < len(matched) && !matched[i] {
			i++
		}
		if i > from {
			j.lost.appendRange(b, from, i, &j.part)
		}
	}
}

// record puts the group, of which the store has the first rows, on a tape.
func (j *mergeJoin) record() error {
	g := &j.group
	g.loading = false
	b := &types.Batch{N: j.store.n, Cols: j.store.cols}
	first := viewRows(&j.part, b, 0, 1)
	g.key, _ = cloneBatch(first)
	g.tape = newRowTape(typesOf(j.store.cols, func(c *types.Vec) types.OID { return c.Type }))
	return j.t.spillError(j.fillTape(b), g.refused)
}

func (j *mergeJoin) fillTape(b *types.Batch) error {
	tape := j.group.tape
	for at := 0; at < b.N; at += types.BatchSize {
		tape.append(viewRows(&j.part, b, at, min(b.N, at+types.BatchSize)))
	}
	if err := tape.flush(j.t); err != nil {
		return err
	}
	j.store.reset()
	for {
		if more, err := j.nextRight(); err != nil {
			return err
		} else if !more {
			break
		}
		end := j.sameTo(j.rrow, false)
		if end > j.rrow {
			tape.append(viewRows(&j.part, j.rbatch, j.rrow, end))
		}
		if tape.bytes > worthSpilling {
			if err := tape.flush(j.t); err != nil {
				return err
			}
		}
		j.rrow = end
		if err := j.hold.set(tape.held()); err != nil {
			return err
		}
		if end < j.rbatch.N {
			break
		}
	}
	if err := tape.flush(j.t); err != nil {
		return err
	}
	n := tape.held()
	if j.keepsRight() {
		n += tape.rows
	}
	j.match(int(tape.rows))
	j.group.run, j.group.next = 0, 0
	return j.hold.set(n)
}

// tapePairs pairs the left rows of the group's key with the rows of its tape;
// more says that what was collected must be tested first.
func (j *mergeJoin) tapePairs() (more bool, err error) {
	g := &j.group
	if g.run <= j.row && j.row < j.lbatch.N && g.next == 0 {
		g.lo, g.run = j.row, j.row
		for g.run < j.lbatch.N && !j.hasNull(j.lbatch.Cols, g.run, true) && j.compare(j.lbatch.Cols, g.run, g.key.Cols, 0) == 0 {
			g.run++
		}
		if _, err := j.turn(); err != nil {
			return false, err
		}
	}
	for {
		for ; j.row < g.run; j.row, j.at = j.row+1, 0 {
			for ; j.at < j.store.n; j.at++ {
				if j.oneSided() && j.hit[j.row] {
					break
				}
				if len(j.lsel) == types.BatchSize {
					return true, nil
				}
				j.lsel, j.rsel = append(j.lsel, int32(j.row)), append(j.rsel, int32(j.at))
			}
		}
		if len(j.lsel) > 0 {
			return true, nil
		}
		more, err := j.turn()
		if err != nil {
			return false, err
		}
		if !more {
			j.paired, g.run, g.next = false, 0, 0
			return false, nil
		}
	}
}

// turn brings the tape's next rows into the store, for all left rows of the key.
func (j *mergeJoin) turn() (bool, error) {
	g := &j.group
	b, err := g.tape.read(g.next, &g.buf)
	if err != nil || b == nil {
		return false, j.t.spillError(err, err)
	}
	j.store.reset()
	j.store.appendBatch(b)
	j.base = int(g.next)
	g.next += int64(b.N)
	j.row, j.at = g.lo, 0
	return true, nil
}

// leaveChunk takes the next rows without a match from the tape.
func (j *mergeJoin) leaveChunk() error {
	g := &j.group
	b, err := g.tape.read(g.next, &g.buf)
	if err != nil {
		return j.t.spillError(err, err)
	}
	j.store.reset()
	if b == nil {
		g.close()
		j.matched, j.base = j.matched[:0], 0
		return j.hold.set(0)
	}
	j.store.appendBatch(b)
	j.takeLost(j.store, j.matched[g.next:g.next+int64(b.N)])
	g.next += int64(b.N)
	return nil
}

func (g *mergeGroup) close() {
	if g.tape != nil {
		g.tape.close()
	}
	*g = mergeGroup{}
}
