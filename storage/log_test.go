package storage

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// TestLogHole: the ends of a log in which a snapshot left a hole are those of entries
// that it has, and the same when it is opened again.
func TestLogHole(t *testing.T) {
	options := Options{FS: vfs.NewMem()}
	l, err := OpenLog("log", options)
	if err != nil {
		t.Fatal(err)
	}
	add := func(from, to uint64) {
		t.Helper()
		var entries []LogEntry
		for i := from; i <= to; i++ {
			entries = append(entries, LogEntry{Index: i, Data: []byte{byte(i)}})
		}
		if err := l.Group(3).Append(entries); err != nil {
			t.Fatal(err)
		}
	}
	add(1, 10)
	add(20, 30)
	for _, step := range []struct{ lo, hi, first, last uint64 }{
		{29, 30, 1, 28},
		{20, 28, 1, 10}, // all behind the hole
		{0, 0, 1, 30},   // they come back
		{1, 15, 20, 30}, // all before it
		{20, 30, 0, 0},
	} {
		if step.hi == 0 {
			add(20, 30)
		} else if err := l.Group(3).DeleteRange(step.lo, step.hi); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if g := l.Group(3); g.First() != step.first || g.Last() != step.last {
				t.Errorf("%d to %d deleted: %d to %d are there, want %d to %d", step.lo, step.hi, g.First(), g.Last(), step.first, step.last)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if l, err = OpenLog("log", options); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
