package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// windowFrame finds the frames of a partition's rows: rows [starts[i], ends[i])
// without those that EXCLUDE leaves out. They are computed when the first call
// asks for them.
type windowFrame struct {
	plan     plan.Frame
	offset   [2]evaluator
	inRange  [2]functions.RowFunc
	value    [2]types.Datum
	desc     bool
	nullsTop bool // NULLs first

	t            *task
	p            *functions.Partition
	key          *types.Vec // RANGE with offsets: the ORDER BY column, from row base on
	base         int
	ready        bool
	starts, ends []int32
	args         [5]types.Datum
}

func (f *windowFrame) build(bd *builder, n *plan.Window) error {
	f.plan = n.Frame
	for i, x := range [2]plan.Expr{n.Frame.StartOffset, n.Frame.EndOffset} {
		var err error
		if f.offset[i], err = bd.optional(x); err != nil {
			return err
		}
		oid := [2]types.OID{n.Frame.StartInRange, n.Frame.EndInRange}[i]
		if oid == 0 {
			continue
		}
		fn, err := function(oid)
		if err != nil {
			return err
		}
		f.inRange[i] = fn.RowFor(fn.Args, fn.Ret)
		f.desc, f.nullsTop = n.Order[0].Desc, n.Order[0].NullsFirst
	}
	return nil
}

// open evaluates the offsets.
func (f *windowFrame) open(t *task) error {
	f.t = t
	for i, e := range f.offset {
		if e == nil {
			continue
		}
		word := [2]string{"starting", "ending"}[i]
		d, err := evalScalar(e, t)
		switch {
		case err != nil:
			return err
		case d.Null:
			return sqlerr.New(sqlerr.NullValueNotAllowed, "frame %s offset must not be null", word)
		case f.plan.Mode != plan.RangeFrame && d.I < 0:
			return sqlerr.New(sqlerr.InvalidPrecedingOrFollowing, "frame %s offset must not be negative", word)
		}
		f.value[i] = d
	}
	return nil
}

// begin turns to another partition, whose first ORDER BY column is key (nil: there
// is none) from row base on.
func (f *windowFrame) begin(p *functions.Partition, key *types.Vec, base int) {
	f.p, f.base, f.ready, f.key = p, base, false, key
}

// bounds computes the frames of the partition.
func (f *windowFrame) bounds(t *task) error {
	if f.ready {
		return nil
	}
	f.ready = true
	f.starts, f.ends = f.starts[:0], f.ends[:0]
	head, tail := 0, 0
	for i := range f.p.Rows {
		var err error
		if head, err = f.head(i, head); err != nil {
			return err
		}
		if tail, err = f.tail(i, tail); err != nil {
			return err
		}
		f.starts, f.ends = append(f.starts, int32(head)), append(f.ends, int32(max(head, tail)))
		if i%types.BatchSize == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
	}
	return nil
}

// head finds the first row of a row's frame; at is that of the row before.
func (f *windowFrame) head(row, at int) (int, error) {
	switch f.plan.Start {
	case plan.UnboundedPreceding:
		return 0, nil
	case plan.CurrentRow:
		if f.plan.Mode == plan.RowsFrame {
			return row, nil
		}
		return int(f.p.Starts[f.p.Group[row]]), nil
	}
	before := f.plan.Start == plan.OffsetPreceding
	switch f.plan.Mode {
	case plan.RowsFrame:
		return f.moved(row, f.p.Rows, 0, before), nil
	case plan.GroupsFrame:
		groups := len(f.p.Starts) - 1
		return int(f.p.Starts[f.moved(int(f.p.Group[row]), groups, 0, before)]), nil
	}
	for ; at < f.p.Rows; at++ {
		an, rn := f.isNull(at), f.isNull(row)
		if an || rn {
			// NULLs are each other's peers, and as far from all else as can be.
			if f.nullsTop && (!an || rn) || !f.nullsTop && (an || !rn) {
				break
			}
			continue
		}
		in, err := f.within(0, at, row, before != f.desc, f.desc)
		if err != nil || in {
			return at, err
		}
	}
	return at, nil
}

// tail finds the row behind a row's frame.
func (f *windowFrame) tail(row, at int) (int, error) {
	switch f.plan.End {
	case plan.UnboundedFollowing:
		return f.p.Rows, nil
	case plan.CurrentRow:
		if f.plan.Mode == plan.RowsFrame {
			return row + 1, nil
		}
		return int(f.p.Starts[f.p.Group[row]+1]), nil
	}
	before := f.plan.End == plan.OffsetPreceding
	switch f.plan.Mode {
	case plan.RowsFrame:
		return f.moved(row, f.p.Rows, 1, before), nil
	case plan.GroupsFrame:
		groups := len(f.p.Starts) - 1
		return int(f.p.Starts[f.moved(int(f.p.Group[row]), groups, 1, before)]), nil
	}
	for ; at < f.p.Rows; at++ {
		an, rn := f.isNull(at), f.isNull(row)
		if an || rn {
			if f.nullsTop && !an && rn || !f.nullsTop && an && !rn {
				break
			}
			continue
		}
		in, err := f.within(1, at, row, before != f.desc, !f.desc)
		if err != nil || !in {
			return at, err
		}
	}
	return at, nil
}

// moved is the place at, offset places before or behind it, and behind that
// one with plus 1: from 0 to n.
func (f *windowFrame) moved(at, n, plus int, before bool) int {
	off := int(min(f.value[plus].I, int64(n)+1))
	if before {
		off = -off
	}
	return min(max(at+off+plus, 0), n)
}

func (f *windowFrame) isNull(row int) bool { return f.key.IsNull(f.base + row) }

// within asks whether row at lies on the frame's side of a bound around row.
func (f *windowFrame) within(bound, at, row int, sub, less bool) (bool, error) {
	f.args = [5]types.Datum{f.key.Datum(f.base + at), f.key.Datum(f.base + row), f.value[bound], types.Bool(sub), types.Bool(less)}
	d, err := f.inRange[bound](f.t.fn, f.args[:])
	return d.I != 0, err
}

// measured tells a RANGE with offsets, whose bounds PostgreSQL keeps up with,
// and so complains of bad offsets, even where no call asks for them.
func (f *windowFrame) measured() bool { return f.inRange[0] != nil || f.inRange[1] != nil }

func (f *windowFrame) excludes() bool { return f.plan.Exclude != plan.ExcludeNone }

// segments gives the runs of rows in a row's frame, and their number.
func (f *windowFrame) segments(row int, out *[3][2]int) int {
	s, e := int(f.starts[row]), int(f.ends[row])
	first, end := row, row+1
	if f.plan.Exclude != plan.ExcludeCurrentRow {
		g := f.p.Group[row]
		first, end = int(f.p.Starts[g]), int(f.p.Starts[g+1])
	}
	n := 0
	put := func(lo, hi int) {
		if lo < hi {
			out[n] = [2]int{lo, hi}
			n++
		}
	}
	if !f.excludes() {
		put(s, e)
		return n
	}
	put(s, min(e, first))
	if f.plan.Exclude == plan.ExcludeTies {
		put(max(s, row), min(e, row+1))
	}
	put(max(s, end), e)
	return n
}

// FrameRow finds a row of a row's frame: see functions.FrameRows.
func (f *windowFrame) FrameRow(row, n int, last bool) (int, error) {
	if err := f.bounds(f.t); err != nil {
		return -1, err
	}
	var parts [3][2]int
	count := f.segments(row, &parts)
	for i := range count {
		p := parts[i]
		if last {
			p = parts[count-1-i]
		}
		size := p[1] - p[0]
		switch {
		case n >= size:
			n -= size
		case last:
			return p[1] - 1 - n, nil
		default:
			return p[0] + n, nil
		}
	}
	return -1, nil
}
