package sql

import (
	"slices"
	"testing"
)

func TestTxnLog(t *testing.T) {
	l := newTxnLog(100)
	a, b, c := l.begin(), l.begin(), l.begin()
	if xmin, xmax, ids := l.snapshot(0); xmin != 100 || xmax != 100 || ids != nil {
		t.Errorf("nothing ended: %d:%d:%v", xmin, xmax, ids)
	}
	l.end(b, false)
	l.end(c, true)
	if xmin, xmax, ids := l.snapshot(0); xmin != 100 || xmax != 103 || !slices.Equal(ids, []int64{a}) {
		t.Errorf("one runs: %d:%d:%v", xmin, xmax, ids)
	}
	if xmin, _, ids := l.snapshot(a); xmin != 100 || ids != nil {
		t.Errorf("one's own is not listed: %d %v", xmin, ids)
	}
	for id, want := range map[int64]string{0: "", 1: "committed", 99: "", a: "in progress", b: "aborted", c: "committed"} {
		if got, future := l.status(id); got != want || future {
			t.Errorf("status of %d: %q %v, wanted %q", id, got, future, want)
		}
	}
	if _, future := l.status(103); !future {
		t.Error("103 was not given yet")
	}
	for range txnLogSize {
		l.end(l.begin(), true)
	}
	if got, _ := l.status(b); got != "" {
		t.Errorf("forgotten, but %q", got)
	}
	if got, _ := l.status(b + txnLogSize); got != "committed" {
		t.Errorf("the bit of one forgotten counts for the next: %q", got)
	}
}
