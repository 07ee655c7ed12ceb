package exec

import (
	"slices"

	"github.com/stemedb/stemedb/sql/types"
)

// windowShed is what a window does at its budget: those columns of its input
// that it only passes on go to a tape, up to the rows that it has read by then,
// and come back when their rows are given. What calls look at stays in memory:
// keys, arguments, results.
type windowShed struct {
	tape *rowTape // nil: all is in the store
	cols []int    // of the store
	rows int      // of the store, the first, whose columns are on the tape
	base int64    // the first one's row of the tape
	buf  tapeBuffer
}

// passed reports whether a column of the input is passed on alone, and is no
// key.
func (o *windowOp) passed(col int) bool {
	for _, keys := range [][]orderKey{o.part.keys, o.order.keys} {
		if slices.ContainsFunc(keys, func(k orderKey) bool { return k.at == col }) {
			return false
		}
	}
	return true
}

// charged makes room when the budget is refused.
func (o *windowOp) charged(refused error) error {
	if refused == nil && !o.t.stmt.mem.tight() || refused != nil && !overBudget(refused) || o.t.env.Spill == nil || o.store.bytes < worthSpilling {
		return refused
	}
	s := &o.shed
	if s.tape == nil {
		s.cols = s.cols[:0]
		var ts []types.OID
		for i := range o.width {
			if o.passed(i) {
				s.cols, ts = append(s.cols, i), append(ts, o.store.cols[i].Type)
			}
		}
		if len(ts) == 0 {
			return refused
		}
		s.tape, s.base, s.rows = newRowTape(ts), 0, 0
	}
	if o.store.n == s.rows {
		return refused
	}
	if err := o.shedRows(); err != nil {
		return o.t.spillError(err, o.t.stmt.mem.refusal())
	}
	return o.hold.set(o.held())
}

// shedRows moves the columns of all rows in the store to the tape.
func (o *windowOp) shedRows() error {
	s := &o.shed
	b := types.Batch{}
	for at, n := 0, o.store.n-s.rows; at < n; at += types.BatchSize {
		end := min(n, at+types.BatchSize)
		b.N, b.Cols = end-at, b.Cols[:0]
		for _, c := range s.cols {
			b.Cols = append(b.Cols, o.store.cols[c].Slice(at, end))
		}
		s.tape.append(&b)
		if s.tape.bytes > worthSpilling {
			if err := s.tape.flush(o.t); err != nil {
				return err
			}
		}
	}
	for _, c := range s.cols {
		o.store.cols[c] = types.NewVec(o.store.cols[c].Type)
	}
	s.rows = o.store.n
	o.recount()
	return s.tape.flush(o.t)
}

// recount estimates anew what the store holds.
func (o *windowOp) recount() {
	o.store.bytes = 0
	for i := range o.store.cols {
		o.store.bytes += vecBytes(&o.store.cols[i], 0, o.store.cols[i].Len())
	}
}

// input puts the input's columns of the rows sel, which follow each other, into
// out.
func (o *windowOp) input(sel []int32) error {
	s := &o.shed
	k := 0
	for i := range o.width {
		if s.tape != nil && k < len(s.cols) && s.cols[k] == i {
			k++
			continue
		}
		o.out.cols[i].gather(&o.store.cols[i], sel)
	}
	if s.tape == nil || len(sel) == 0 {
		return nil
	}
	for _, c := range s.cols {
		o.out.cols[c].startRows()
	}
	at, n := int(sel[0]), 0
	for n < len(sel) && at+n < s.rows {
		b, err := s.tape.read(s.base+int64(at+n), &s.buf)
		if err != nil {
			return o.t.spillError(err, err)
		}
		for i := 0; i < b.N && n < len(sel) && at+n < s.rows; i, n = i+1, n+1 {
			for k, c := range s.cols {
				o.out.cols[c].appendDatum(n, b.Cols[k].Datum(i))
			}
		}
	}
	for ; n < len(sel); n++ {
		for _, c := range s.cols {
			o.out.cols[c].appendDatum(n, o.store.cols[c].Datum(at+n-s.rows))
		}
	}
	for _, c := range s.cols {
		o.out.cols[c].endRows(n)
	}
	return nil
}

// dropFirst forgets the first n rows of the store.
func (o *windowOp) dropFirst(n int) {
	s := &o.shed
	if s.tape == nil || n == o.store.n {
		s.close()
		o.store.dropFirst(n)
		return
	}
	taped := min(n, s.rows)
	k := 0
	for i := range o.store.cols {
		m := n
		if k < len(s.cols) && s.cols[k] == i {
			k++
			m = n - taped
		}
		dropRows(&o.store.cols[i], m)
	}
	o.store.n -= n
	s.rows -= taped
	s.base += int64(taped)
	if s.rows == 0 {
		s.close()
	}
	o.recount()
}

func (s *windowShed) close() {
	if s.tape != nil {
		s.tape.close()
		*s = windowShed{cols: s.cols[:0]}
	}
}
