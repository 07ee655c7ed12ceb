package exec

import (
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/types"
)

// countSpill is an INTERSECT or EXCEPT whose right rows outgrew the budget: both
// sides lie in files, cut by the hash of their rows, the left rows numbered and
// the right ones with their counts. Each pair of files is decided by itself;
// the rows chosen are given in the order of the left input.
type countSpill struct {
	op          *countOp
	refused     error
	left, right *partitions
	row         numberedRow
	runs        sortRuns
	merging     bool
}

// divide turns to files when loading failed by the operator's own refusal of
// memory; any other error is returned.
func (o *countOp) divide(failed error) error {
	refused := o.refused
	if refused == nil || o.t.env.Spill == nil || !overBudget(refused) || o.held() < worthSpilling {
		return failed
	}
	s := &countSpill{op: o, refused: refused, runs: newNumberedRuns(o.ts)}
	o.spill = s
	s.left, s.right = s.newParts(0), s.newParts(0)
	err := s.moveRights(s.right)
	if err == nil {
		err = s.route(o.right, s.right, false)
	}
	if err == nil {
		err = s.route(o.left, s.left, false)
	}
	return o.t.spillError(err, refused)
}

// newParts makes partitions of either side: rows with a number or a count.
func (s *countSpill) newParts(depth int) *partitions {
	return newPartitions(s.op.t.env.Spill, s.runs.types, depth)
}

// moveRights empties the table into partitions.
func (s *countSpill) moveRights(parts *partitions) error {
	o := s.op
	counts := types.NewVec(types.OIDInt8)
	counts.I = o.counts
	cols := append(append([]types.Vec(nil), o.rights.keys.cols...), counts)
	for g, h := range o.rights.hashes {
		if err := parts.add(parts.of(h), cols, g); err != nil {
			return err
		}
	}
	o.reset()
	return o.hold.set(0)
}

// route sends an input's rows into partitions and ends it. A file's rows have
// their number or count with them; others are numbered, or count one.
func (s *countSpill) route(in operator, parts *partitions, fromFile bool) error {
	o := s.op
	for {
		b, err := in.next()
		if err != nil {
			return err
		}
		if b == nil {
			in.close()
			return parts.finish()
		}
		if b.N == 0 {
			continue
		}
		o.refs(b)
		cols := b.Cols
		if !fromFile {
			s.row.begin(b)
			cols = s.row.cols
			s.row.num.I[0] = 1
		}
		for i, h := range o.rights.hash(o.cols, b.N) {
			if parts == s.left && !fromFile {
				s.row.number()
			}
			if err := parts.add(parts.of(h), cols, i); err != nil {
				return err
			}
		}
	}
}

// next gives the rows chosen.
func (s *countSpill) next() (*types.Batch, error) {
	b, err := s.merged()
	return b, s.op.t.spillError(err, s.refused)
}

func (s *countSpill) merged() (*types.Batch, error) {
	if !s.merging {
		if err := s.pairs(s.left, s.right); err != nil {
			return nil, err
		}
		if err := s.runs.start(s.op.t); err != nil {
			return nil, err
		}
		s.merging = true
	}
	return s.runs.next(len(s.op.ts))
}

// pairs makes runs of the rows chosen of all pairs of partitions.
func (s *countSpill) pairs(left, right *partitions) error {
	defer left.close()
	defer right.close()
	for k := range fanOut {
		l, r := left.take(k), right.take(k)
		var err error
		if l != nil && (r != nil || s.op.except) {
			err = s.pair(l, r, left.depth+1)
		}
		l.Close()
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// pair decides the rows of one file, or cuts both again.
func (s *countSpill) pair(l, r *spill.File, depth int) error {
	o := s.op
	left, right := &fileSource{file: l}, &fileSource{file: r}
	o.reset()
	o.refused = nil
	if err := o.hold.set(0); err != nil {
		return err
	}
	if err := left.open(o.t); err != nil {
		return err
	}
	if err := right.open(o.t); err != nil {
		return err
	}
	if err := o.load(right, true); err != nil {
		if o.refused == nil || depth >= maxDepth || o.held() < worthSpilling {
			return err
		}
		lp, rp := s.newParts(depth), s.newParts(depth)
		err := s.moveRights(rp)
		if err == nil {
			err = s.route(right, rp, true)
		}
		if err == nil {
			err = s.route(left, lp, true)
		}
		if err != nil {
			lp.close()
			rp.close()
			return err
		}
		return s.pairs(lp, rp)
	}
	out := newPartitions(o.t.env.Spill, s.runs.types, 0) // the first is used
	defer out.close()
	for {
		b, err := left.next()
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		o.choose(b)
		for _, i := range o.sel {
			if err := out.add(0, b.Cols, int(i)); err != nil {
				return err
			}
		}
	}
	return s.runs.addFirst(o.t, out)
}

func (s *countSpill) close() {
	if s == nil {
		return
	}
	s.left.close()
	s.right.close()
	s.runs.close()
}
