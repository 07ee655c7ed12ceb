package exec

import (
	"github.com/stemedb/stemedb/sql/types"
)

// rowSet tells the new rows of a recursive query from those that it has given.
// When it outgrows the budget it forgets them, but for a filter of bits that
// says of most new rows that they are new: the others wait until settle looks
// for them among the rows given, which are on a tape.
type rowSet struct {
	table  *groupTable // all rows; with a filter, those that wait
	cols   []*types.Vec
	out    *rowBatch
	sel    []int32
	filter []uint64 // nil: the table has all rows
	limit  int64    // bytes that may wait; beyond it settle
	groups []int32
	buf    tapeBuffer
}

func newRowSet(ts []types.OID) *rowSet {
	return &rowSet{table: newGroupTable(ts), cols: make([]*types.Vec, len(ts)), out: newRowBatch(ts)}
}

func (s *rowSet) reset() {
	s.table.reset()
	s.filter, s.buf = nil, tapeBuffer{}
}

func (s *rowSet) size() int64 { return s.table.size() + int64(len(s.filter))*8 }

func (s *rowSet) refs(b *types.Batch) {
	for i := range s.cols {
		s.cols[i] = &b.Cols[i]
	}
}

// fresh returns those rows of a batch that are known to be new, nil: none.
func (s *rowSet) fresh(b *types.Batch) *types.Batch {
	s.refs(b)
	s.sel = s.sel[:0]
	if s.filter == nil {
		for i := range b.N {
			if _, fresh := s.table.one(s.cols, i); fresh {
				s.sel = append(s.sel, int32(i))
			}
		}
	} else {
		for i, h := range s.table.hash(s.cols, b.N) {
			if s.note(h) {
				s.sel = append(s.sel, int32(i))
			} else {
				s.table.add(s.cols, i, h)
			}
		}
	}
	switch len(s.sel) {
	case 0:
		return nil
	case b.N:
		return b
	}
	return s.out.gather(b, s.sel)
}

// note sets a row's bits in the filter and reports whether one was not set.
func (s *rowSet) note(h uint64) (fresh bool) {
	bits := uint64(len(s.filter)) * 64
	step := hashInt(int64(h)) | 1
	for range 4 {
		at := h % bits
		if word, bit := &s.filter[at/64], uint64(1)<<(at%64); *word&bit == 0 {
			*word |= bit
			fresh = true
		}
		h += step
	}
	return fresh
}

// shrink makes room: the table's rows, which are on the tape, become bits of a
// filter, or the rows that wait are settled.
func (s *rowSet) shrink(tape *rowTape, budget int64) error {
	if s.filter != nil {
		if s.table.size() < s.limit {
			return nil
		}
		return s.settle(tape)
	}
	s.limit = max(budget/4, worthSpilling)
	s.filter = make([]uint64, s.limit/8)
	s.limit /= 2
	for _, h := range s.table.hashes {
		s.note(h)
	}
	s.table.reset()
	return nil
}

// settle puts those of the rows that wait on the tape that are not there.
func (s *rowSet) settle(tape *rowTape) error {
	if s.filter == nil || s.table.len() == 0 {
		return nil
	}
	old := make([]bool, s.table.len())
	for at := int64(0); ; {
		b, err := tape.read(at, &s.buf)
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		at += int64(b.N)
		s.refs(b)
		s.groups = identity(s.groups, b.N)
		s.table.find(s.cols, b.N, s.groups)
		for _, g := range s.groups {
			if g >= 0 {
				old[g] = true
			}
		}
	}
	s.sel = s.sel[:0]
	flush := func() {
		s.table.keys.emit(s.out, 0, s.sel)
		tape.append(s.out.publish(len(s.sel)))
		s.sel = s.sel[:0]
	}
	for g, o := range old {
		if !o {
			if s.sel = append(s.sel, int32(g)); len(s.sel) == types.BatchSize {
				flush()
			}
		}
	}
	if len(s.sel) > 0 {
		flush()
	}
	s.table.reset()
	return nil
}
