package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// noRows takes the rows that are passed over.
type noRows struct{}

func (noRows) Rows(*types.Batch) error { return nil }

// fetch carries out FETCH or MOVE and returns the rows given or, for MOVE,
// those that FETCH would have given. An error leaves the cursor unusable, save
// that it cannot go backward.
func (k *cursor) fetch(ctx context.Context, f *plan.Fetch, sink RowSink) (int64, error) {
	if k.failed || k.portal != nil && k.portal.ended && !k.portal.done {
		return 0, k.unusable()
	}
	if k.portal != nil {
		// The portal's context is its transaction's; the statement that is
		// cancelled is this one.
		defer context.AfterFunc(ctx, k.portal.stop)()
	}
	if f.Move {
		sink = noRows{}
	}
	n, err := k.walk(f, sink)
	if err != nil {
		k.failed = true
	}
	return n, err
}

func (k *cursor) walk(f *plan.Fetch, sink RowSink) (int64, error) {
	switch f.Direction {
	case plan.FetchForward:
		if f.Count < 0 {
			return k.backward(-f.Count, sink)
		}
		return k.forwardOrAgain(f.Count, sink)
	case plan.FetchBackward:
		if f.Count < 0 {
			return k.forward(-f.Count, sink)
		}
		if f.Count == 0 {
			return k.forwardOrAgain(0, sink)
		}
		return k.backward(f.Count, sink)
	case plan.FetchAbsolute:
		return k.absolute(f.Count, sink)
	}
	switch {
	case f.Count > 0:
		return k.afterSkip(k.forward, f.Count, sink)
	case f.Count < 0:
		return k.afterSkip(k.backward, -f.Count, sink)
	}
	return k.forwardOrAgain(0, sink)
}

// afterSkip walks n rows and gives the last of them.
func (k *cursor) afterSkip(walk func(int64, RowSink) (int64, error), n int64, sink RowSink) (int64, error) {
	if n > 1 {
		if _, err := walk(n-1, noRows{}); err != nil {
			return 0, err
		}
	}
	return walk(1, sink)
}

// absolute goes to row n, counted from the end when negative.
func (k *cursor) absolute(n int64, sink RowSink) (int64, error) {
	switch {
	case n < 0:
		if _, err := k.forward(plan.FetchAll, noRows{}); err != nil {
			return 0, err
		}
		return k.afterSkip(k.backward, -n, sink)
	case n == 0:
		return 0, k.rewind()
	}
	at := k.pos
	if k.end {
		at++
	}
	if n <= at {
		if err := k.rewind(); err != nil {
			return 0, err
		}
		at = 0
	}
	return k.afterSkip(k.forward, n-at, sink)
}

// rewind goes before the first row.
func (k *cursor) rewind() error {
	if k.pos == 0 && !k.end {
		return nil
	}
	if !k.scroll {
		return forwardOnly()
	}
	k.pos, k.end = 0, false
	return nil
}

func forwardOnly() error {
	return sqlerr.New(sqlerr.ObjectNotInPrerequisite, "cursor can only scan forward").
		WithHint("Declare it with SCROLL option to enable backward scan.")
}

// forwardOrAgain gives the next n rows; none means the present one once more.
func (k *cursor) forwardOrAgain(n int64, sink RowSink) (int64, error) {
	if n > 0 {
		return k.forward(n, sink)
	}
	if k.pos == 0 || k.end {
		return 0, nil
	}
	if _, move := sink.(noRows); move {
		return 1, nil
	}
	if !k.scroll {
		return 0, forwardOnly()
	}
	b, err := k.rows.Slice(k.pos-k.base-1, 1)
	if err != nil {
		return 0, err
	}
	return 1, sink.Rows(b)
}

// forward gives the next n rows.
func (k *cursor) forward(n int64, sink RowSink) (int64, error) {
	given := int64(0)
	for given < n && !k.end {
		if k.rows != nil {
			if have := k.base + k.rows.Len() - k.pos; have > 0 {
				b, err := k.rows.Slice(k.pos-k.base, int(min(have, n-given, types.BatchSize)))
				if err == nil {
					err = sink.Rows(b)
				}
				if err != nil {
					return 0, err
				}
				k.pos += int64(b.N)
				given += int64(b.N)
				continue
			}
		}
		if k.portal == nil || k.portal.done {
			k.end = true
			break
		}
		before := k.pos
		if _, err := k.portal.pull(pullCount(n-given), &cursorSink{k, sink}); err != nil {
			return 0, err
		}
		given += k.pos - before
	}
	return given, nil
}

// pullCount is a count as a portal takes it, 0 for all.
func pullCount(n int64) int {
	if n > 1<<31-1 {
		return 0
	}
	return int(n)
}

// cursorSink counts and keeps what passes. Where that has no room any more, a
// cursor that was not asked to scroll goes on without.
type cursorSink struct {
	k    *cursor
	sink RowSink
}

func (c *cursorSink) Rows(b *types.Batch) error {
	k := c.k
	if k.rows != nil {
		if err := k.rows.Append(b); err != nil {
			if k.asked {
				return err
			}
			k.rows.Close()
			k.rows, k.scroll = nil, false
		}
	}
	k.pos += int64(b.N)
	return c.sink.Rows(b)
}

// backward gives the rows before the present one, nearest first.
func (k *cursor) backward(n int64, sink RowSink) (int64, error) {
	if !k.scroll {
		return 0, forwardOnly()
	}
	at := k.pos // how many rows lie before
	if !k.end && at > 0 {
		at--
	}
	count := min(n, at)
	for left := count; left > 0; {
		part := min(left, types.BatchSize)
		b, err := k.rows.Reversed(at-k.base-1, int(part))
		if err == nil {
			err = sink.Rows(b)
		}
		if err != nil {
			return 0, err
		}
		at -= part
		left -= part
	}
	if count < n {
		k.pos = 0
	} else {
		k.pos = at + 1
	}
	k.end = false
	return count, nil
}
