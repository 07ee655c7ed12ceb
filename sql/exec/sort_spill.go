package exec

import (
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/types"
)

// sortRuns are the sorted runs of a sort that outgrew its budget, in the order
// of the input: each a file of rows with their computed keys behind them. A merge takes
// the least of their heads; of equal rows that of the earlier run, so the sort
// stays stable.
type sortRuns struct {
	order *ordering
	width int // columns before those that are ordered by
	types []types.OID
	files []*spill.File

	heads []*runHead // a heap by head row
	out   *rowBatch
	hold  *holding
	bytes int64
}

// runHead is a run that is being merged.
type runHead struct {
	run   int
	r     *spill.Reader
	batch *types.Batch
	pos   int
	bytes int64
}

// mergeWidth bounds the runs that are merged at one time: each has a batch in
// memory. More are first merged into one.
const mergeWidth = 64

// write adds the rows of a store, sorted, as a run.
func (s *sortRuns) write(t *task, store *rowStore, rows []int32) error {
	f, err := t.env.Spill.Create(s.types)
	if err != nil {
		return err
	}
	if err := s.add(t, f); err != nil {
		return err
	}
	out := newRowBatch(s.types)
	// The heads of a merge shall take half of what one run takes in memory.
	step := min(max(len(rows)/(2*mergeWidth), 8), types.BatchSize)
	for len(rows) > 0 {
		n := min(len(rows), step)
		store.emit(out, 0, rows[:n])
		if err := f.Write(out.publish(n)); err != nil {
			return err
		}
		if err := t.ctx.Err(); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// add takes a run over, whose rows may be written yet.
func (s *sortRuns) add(t *task, f *spill.File) error {
	if len(s.files) == mergeWidth {
		if err := s.compact(t); err != nil {
			f.Close()
			return err
		}
	}
	s.files = append(s.files, f)
	return nil
}

// addFirst ends partitions of which only the first was written to, and takes that
// over as a run.
func (s *sortRuns) addFirst(t *task, p *partitions) error {
	if err := p.finish(); err != nil {
		return err
	}
	if run := p.take(0); run != nil {
		return s.add(t, run)
	}
	return nil
}

// compact merges all runs into one.
func (s *sortRuns) compact(t *task) error {
	if err := s.start(t); err != nil {
		return err
	}
	f, err := t.env.Spill.Create(s.types)
	if err != nil {
		return err
	}
	for {
		b, err := s.next(len(s.types))
		if err == nil && b != nil {
			err = f.Write(b)
		}
		if err != nil {
			f.Close()
			return err
		}
		if b == nil {
			break
		}
	}
	s.close()
	s.files = append(s.files, f)
	return nil
}

// start begins a merge of the runs.
func (s *sortRuns) start(t *task) error {
	s.heads, s.bytes = s.heads[:0], 0
	for i, f := range s.files {
		r, err := f.Reader()
		if err != nil {
			return err
		}
		h := &runHead{run: i, r: r}
		ok, err := s.load(h)
		if err != nil {
			return err
		}
		if ok {
			s.heads = append(s.heads, h)
		}
	}
	for i := len(s.heads)/2 - 1; i >= 0; i-- {
		s.down(i)
	}
	s.out = newRowBatch(s.types)
	return t.ctx.Err()
}

// load reads a run's next batch.
func (s *sortRuns) load(h *runHead) (bool, error) {
	b, err := h.r.Next()
	if err != nil {
		return false, err
	}
	s.bytes -= h.bytes
	h.batch, h.pos, h.bytes = b, 0, 0
	if b != nil {
		for i := range b.Cols {
			h.bytes += vecBytes(&b.Cols[i], 0, b.N)
		}
		s.bytes += h.bytes
	}
	if s.hold != nil {
		if err := s.hold.set(s.bytes); err != nil {
			return false, err
		}
	}
	return b != nil, nil
}

// next gives the next rows: the first cols columns, nil at the end.
func (s *sortRuns) next(cols int) (*types.Batch, error) {
	for c := range cols {
		s.out.cols[c].startRows()
	}
	n := 0
	for ; n < types.BatchSize && len(s.heads) > 0; n++ {
		h := s.heads[0]
		for c := range cols {
			s.out.cols[c].appendDatum(n, h.batch.Cols[c].Datum(h.pos))
		}
		if h.pos++; h.pos == h.batch.N {
			ok, err := s.load(h)
			if err != nil {
				return nil, err
			}
			if !ok {
				last := len(s.heads) - 1
				s.heads[0] = s.heads[last]
				s.heads = s.heads[:last]
			}
		}
		s.down(0)
	}
	if n == 0 {
		return nil, nil
	}
	for c := range cols {
		s.out.cols[c].endRows(n)
	}
	b := s.out.publish(n)
	return &types.Batch{N: n, Cols: b.Cols[:cols]}, nil
}

func (s *sortRuns) less(a, b *runHead) bool {
	c := s.order.compare(a.batch.Cols[s.width:], a.pos, b.batch.Cols[s.width:], b.pos)
	return c < 0 || c == 0 && a.run < b.run
}

func (s *sortRuns) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(s.heads) {
			return
		}
		if c+1 < len(s.heads) && s.less(s.heads[c+1], s.heads[c]) {
			c++
		}
		if !s.less(s.heads[c], s.heads[i]) {
			return
		}
		s.heads[i], s.heads[c] = s.heads[c], s.heads[i]
		i = c
	}
}

// close drops the runs.
func (s *sortRuns) close() {
	for _, f := range s.files {
		f.Close()
	}
	s.files, s.heads, s.bytes = s.files[:0], nil, 0
}
