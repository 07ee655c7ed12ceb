package exec

import (
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/types"
)

// aggSpill is what grouping does at its budget: the groups that it has stay and
// grow on, the rows of all others go into files by their keys' hash, and each
// file is grouped by itself when the groups before it have been given. Keys
// travel with the rows: they are computed once.
type aggSpill struct {
	op    *aggOp
	width int // input columns
	depth int
	parts *partitions // of the input's columns, then the keys, then the grouping set if there are; nil: all is in memory yet
	known *rowBatch
	sel   []int32
	found []int32
	row   []types.Vec
}

// newSpill returns nil where grouping cannot go to disk.
func (o *aggOp) newSpill(depth int) *aggSpill {
	if o.t.env.Spill == nil || len(o.node.Keys) == 0 || depth >= maxDepth {
		return nil
	}
	return &aggSpill{op: o, depth: depth}
}

// full decides what follows from the bytes held: nothing, that new groups go
// to files from now on, or that the budget is refused. A quarter of the budget
// is left to the operators above.
func (s *aggSpill) full(t *task, p *partial, refused error) error {
	if s == nil || s.parts != nil || refused != nil && !overBudget(refused) {
		return refused
	}
	// Sorted arguments on disk come back into the states of their groups: no
	// more groups than there are, then.
	if !p.onDisk() && (refused == nil && !t.stmt.mem.tight() || p.size() < worthSpilling) {
		return refused
	}
	in := columnTypes(s.op.node.Input)
	s.width, s.known = len(in), newRowBatch(in)
	s.parts = newPartitions(t.env.Spill, append(in, s.op.keyTypes()...), s.depth)
	return nil
}

// keyTypes are the types of a group's keys, the number of the grouping set
// being the last.
func (o *aggOp) keyTypes() []types.OID {
	ts := argTypes(o.node.Keys)
	if o.node.Sets != nil {
		ts = append(ts, types.OIDInt4)
	}
	return ts
}

// tight reports that less than a quarter of the budget is left.
func (a *account) tight() bool { return a.limit > 0 && a.used.Load() > a.limit/4*3 }

// split sends the rows of unknown groups of a grouping set to files and returns
// the others, with their groups in w.groups; nil: none.
func (s *aggSpill) split(w *aggWorker, p *partial, b *types.Batch, set int) (*types.Batch, error) {
	if cap(s.found) < b.N {
		s.found = make([]int32, b.N, max(b.N, types.BatchSize))
	}
	found, keys := s.found[:b.N], w.keyCols(set)
	p.table.find(keys, b.N, found)
	s.row = append(s.row[:0], b.Cols[:s.width]...)
	for _, k := range keys {
		s.row = append(s.row, *k)
	}
	s.sel, w.groups = s.sel[:0], w.groups[:0]
	var hashes []uint64
	for i, g := range found {
		if g >= 0 {
			s.sel, w.groups = append(s.sel, int32(i)), append(w.groups, g)
			continue
		}
		if hashes == nil {
			hashes = p.table.hash(keys, b.N)
		}
		if err := s.parts.add(s.parts.of(hashes[i]), s.row, i); err != nil {
			return nil, err
		}
	}
	switch len(s.sel) {
	case 0:
		return nil, nil
	case b.N:
		return b, nil
	}
	return s.known.gather(b, s.sel), nil
}

// addKnown adds the rows of a batch whose groups are known, and sends the
// others to files.
func (w *aggWorker) addKnown(t *task, p *partial, b *types.Batch) error {
	for set := range w.passes() {
		known, err := w.spill.split(w, p, b, set)
		if err != nil {
			return err
		}
		if known == nil {
			continue
		}
		if err := w.load(t, p, known); err != nil {
			return err
		}
		if err := w.addAll(t, p); err != nil {
			return err
		}
	}
	return nil
}

// serial groups an input in this goroutine, with files for what does not fit.
// fromFile says that it is a partition, whose rows have their keys with them.
func (o *aggOp) serial(t *task, in operator, depth int, fromFile bool) error {
	w := o.workers[0]
	w.spill, w.fromFile = o.newSpill(depth), fromFile
	o.main = o.newPartial(w.calls, fromFile)
	if err := in.open(t); err != nil {
		return err
	}
	err := w.consume(t, in, o.main, &o.hold)
	in.close()
	if s := w.spill; s != nil && s.parts != nil {
		o.pending = append(o.pending, s.parts)
		if err == nil {
			err = s.parts.finish()
		}
	}
	w.spill, w.fromFile = nil, false
	if err != nil {
		return err
	}
	return o.addSorted()
}

// nextPartition groups the next file; false: there is none.
func (o *aggOp) nextPartition() (bool, error) {
	for len(o.pending) > 0 {
		last := len(o.pending) - 1
		parts := o.pending[last]
		var file *spill.File
		for k := 0; k < fanOut && file == nil; k++ {
			file = parts.take(k)
		}
		if file == nil {
			o.pending = o.pending[:last]
			continue
		}
		defer file.Close()
		o.batches++
		o.disk += file.Size()
		o.main.close()
		o.main = nil
		if err := o.hold.set(0); err != nil {
			return false, err
		}
		if err := o.serial(o.t, &fileSource{file: file}, parts.depth+1, true); err != nil {
			return false, o.spillFailed(err)
		}
		o.pos, o.total = 0, o.main.table.len()
		return true, nil
	}
	return false, nil
}

// spillFailed tells errors of files from others.
func (o *aggOp) spillFailed(err error) error {
	if isSpillError(err) {
		return o.t.spillError(err, o.t.stmt.mem.refusal())
	}
	return err
}
