package exec

import (
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/types"
)

// newNumberedRuns makes runs of rows whose last column, behind those of the
// types given, numbers them: merged they stand in the order of the numbers.
func newNumberedRuns(ts []types.OID) sortRuns {
	order := ascending([]types.OID{types.OIDInt8})
	return sortRuns{order: &order, width: len(ts), types: numberedTypes(ts)}
}

func numberedTypes(ts []types.OID) []types.OID {
	return append(append(make([]types.OID, 0, len(ts)+1), ts...), types.OIDInt8)
}

// numberedRow views a batch's columns with the row's number behind them.
type numberedRow struct {
	cols []types.Vec
	next int64
	num  types.Vec
}

func (n *numberedRow) begin(b *types.Batch) {
	if n.num.Len() == 0 {
		n.num = types.NewVec(types.OIDInt8)
		n.num.Append(types.Int(0))
	}
	n.cols = append(append(n.cols[:0], b.Cols...), n.num)
}

// number gives the row at hand the next number.
func (n *numberedRow) number() {
	n.num.I[0] = n.next
	n.next++
}

// distinctSpill is what DISTINCT does at its budget: it knows the rows that it
// has given; all others go into files by their hash, numbered. Each file is
// then freed of repeats by itself, and what stays is given in the order of the
// input, as without files.
type distinctSpill struct {
	op      *distinctOp
	refused error
	parts   *partitions
	row     numberedRow
	found   []int32
	runs    sortRuns
	merging bool
	batches int   // files that were freed of repeats
	disk    int64 // and their bytes
}

// full decides whether the rows that come from now on go to files: when the
// budget is used up, or nearly, and what is held is worth it.
func (o *distinctOp) full(refused error, depth int) (bool, error) {
	switch {
	case refused == nil && !o.t.stmt.mem.tight():
		return false, nil
	case refused != nil && !overBudget(refused), o.t.env.Spill == nil, depth >= maxDepth, o.seen.size() < worthSpilling:
		return false, refused
	}
	return true, nil
}

func (o *distinctOp) newSpill(refused error) *distinctSpill {
	if refused == nil {
		refused = o.t.stmt.mem.refusal()
	}
	s := &distinctSpill{op: o, refused: refused, runs: newNumberedRuns(o.ts)}
	s.parts = newPartitions(o.t.env.Spill, s.runs.types, 0)
	return s
}

// next gives the rows that went to files.
func (s *distinctSpill) next() (*types.Batch, error) {
	o := s.op
	if !s.merging {
		err := s.consume()
		if err == nil {
			err = s.partsOf(s.parts)
		}
		if err == nil {
			err = s.runs.start(o.t)
		}
		if err != nil {
			return nil, o.t.spillError(err, s.refused)
		}
		s.merging = true
	}
	b, err := s.runs.next(len(o.ts))
	if err != nil {
		return nil, o.t.spillError(err, s.refused)
	}
	return b, nil
}

// consume reads the rest of the input.
func (s *distinctSpill) consume() error {
	o := s.op
	for {
		b, err := o.in.next()
		if err != nil {
			return err
		}
		if b == nil {
			o.in.close()
			return s.parts.finish()
		}
		o.refs(b)
		s.row.begin(b)
		if err := s.unknown(s.parts, b.N, s.row.cols, s.row.number); err != nil {
			return err
		}
	}
}

// unknown sends the rows that are not seen to partitions.
func (s *distinctSpill) unknown(parts *partitions, n int, cols []types.Vec, each func()) error {
	o := s.op
	if n == 0 {
		return nil
	}
	s.found = identity(s.found, n)
	o.seen.find(o.cols, n, s.found)
	hashes := o.seen.hash(o.cols, n)
	for i, g := range s.found {
		if g >= 0 {
			continue
		}
		if each != nil {
			each()
		}
		if err := parts.add(parts.of(hashes[i]), cols, i); err != nil {
			return err
		}
	}
	return nil
}

// partsOf makes runs of what partitions hold.
func (s *distinctSpill) partsOf(parts *partitions) error {
	for k := range fanOut {
		f := parts.take(k)
		if f == nil {
			continue
		}
		s.batches++
		s.disk += f.Size()
		err := s.file(f, parts.depth+1)
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// file makes a run of a file's rows without repeats. What does not fit is cut
// again.
func (s *distinctSpill) file(f *spill.File, depth int) error {
	o := s.op
	o.seen.reset()
	if err := o.hold.set(0); err != nil {
		return err
	}
	in := &fileSource{file: f}
	if err := in.open(o.t); err != nil {
		return err
	}
	out := newPartitions(o.t.env.Spill, s.runs.types, 0) // the first is used
	defer out.close()
	var parts *partitions
	defer func() { parts.close() }()
	for {
		b, err := in.next()
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		o.refs(b)
		if parts != nil {
			if err := s.unknown(parts, b.N, b.Cols, nil); err != nil {
				return err
			}
			continue
		}
		for i := range b.N {
			if _, fresh := o.seen.one(o.cols, i); fresh {
				if err := out.add(0, b.Cols, i); err != nil {
					return err
				}
			}
		}
		full, err := o.full(o.hold.set(o.seen.size()), depth)
		if err != nil {
			return err
		}
		if full {
			parts = newPartitions(o.t.env.Spill, s.runs.types, depth)
		}
	}
	if err := s.runs.addFirst(o.t, out); err != nil {
		return err
	}
	if parts == nil {
		return nil
	}
	if err := parts.finish(); err != nil {
		return err
	}
	return s.partsOf(parts)
}

func (s *distinctSpill) close() {
	if s == nil {
		return
	}
	s.parts.close()
	s.runs.close()
}
