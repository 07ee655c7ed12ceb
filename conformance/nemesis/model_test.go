package nemesis

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// at builds operations with whole seconds as times.
func at(start, end int, o op) *op {
	o.start, o.end = time.Duration(start)*time.Second, time.Duration(end)*time.Second
	return &o
}

const (
	k0 = 1 << iota
	k1
)

// see is what a read of two concepts saw.
func see(zero, one []int) [][]int { return [][]int{zero, one} }

// TestModel shows the checker histories, right ones and wrong ones.
func TestModel(t *testing.T) {
	w0 := at(0, 2, op{kind: write, id: 0, keys: k0 | k1})
	w1 := at(1, 3, op{kind: write, id: 1, keys: k0})
	lost := at(0, 1, op{kind: write, id: 1, keys: k0, outcome: unknown})
	none := at(0, 1, op{kind: write, id: 1, keys: k0, outcome: failed})
	for _, c := range []struct {
		name  string
		ops   []*op
		wrong string // a part of the complaint; empty: none
	}{
		{"both orders", []*op{w0, w1, at(1, 3, op{kind: members, keys: k0, seen: see([]int{1}, nil)}), at(4, 5, op{kind: members, keys: k0 | k1, seen: see([]int{0, 1}, []int{0})})}, ""},
		{"read beside a write", []*op{w0, at(1, 3, op{kind: members, keys: k0, seen: see(nil, nil)})}, ""},
		{"stale read", []*op{w0, at(3, 4, op{kind: members, keys: k0, seen: see(nil, nil)})}, "it misses [0]"},
		{"stale winner", []*op{w0, w1, at(4, 5, op{kind: winners, keys: k0, seen: see([]int{0}, nil)})}, "it misses [1]"},
		{"winner", []*op{w0, w1, at(4, 5, op{kind: winners, keys: k0 | k1, seen: see([]int{1}, []int{0})})}, ""},
		{"no winner", []*op{w0, at(3, 4, op{kind: winners, keys: k1, seen: see(nil, nil)})}, "it misses [0]"},
		{"lost write", []*op{w0, w1, at(4, 5, op{kind: members, keys: k0, seen: see([]int{0, 1}, nil)}), at(6, 7, op{kind: members, keys: k0, seen: see([]int{0}, nil)})}, "it misses [1]"},
		{"split transaction", []*op{w0, at(1, 2, op{kind: members, keys: k0 | k1, seen: see([]int{0}, nil)})}, "in half ([0])"},
		{"split transaction under a lens", []*op{w0, at(1, 2, op{kind: winners, keys: k0 | k1, seen: see(nil, []int{0})})}, "in half ([0])"},
		{"split over two reads", []*op{
			at(0, 9, op{kind: write, id: 0, keys: k0 | k1}),
			at(1, 2, op{kind: members, keys: k0, seen: see([]int{0}, nil)}),
			at(3, 4, op{kind: members, keys: k1, seen: see(nil, nil)}),
		}, "it misses [0]"},
		{"two readers disagree on the order", []*op{
			at(0, 9, op{kind: write, id: 0, keys: k0}), at(0, 9, op{kind: write, id: 1, keys: k1}),
			at(1, 2, op{kind: members, keys: k0 | k1, seen: see([]int{0}, nil)}),
			at(1, 2, op{kind: members, keys: k0 | k1, seen: see(nil, []int{1})}),
		}, "can be ordered"},
		{"failed write is seen", []*op{none, at(3, 4, op{kind: members, keys: k0, seen: see([]int{1}, nil)})}, "failed or was never made"},
		{"seen on a concept that it is not of", []*op{w0, w1, at(4, 5, op{kind: members, keys: k1, seen: see(nil, []int{0, 1})})}, "failed or was never made"},
		{"seen before it began", []*op{at(5, 6, op{kind: write, id: 0, keys: k0, outcome: unknown}), at(1, 2, op{kind: members, keys: k0, seen: see([]int{0}, nil)})}, "seen before it began"},
		{"unknown, never seen", []*op{lost, at(3, 4, op{kind: members, keys: k0, seen: see(nil, nil)})}, ""},
		{"unknown, happens late", []*op{lost, at(3, 4, op{kind: members, keys: k0, seen: see(nil, nil)}), at(5, 6, op{kind: members, keys: k0, seen: see([]int{1}, nil)})}, ""},
		{"unknown, happens and is lost", []*op{lost, at(3, 4, op{kind: members, keys: k0, seen: see([]int{1}, nil)}), at(5, 6, op{kind: members, keys: k0, seen: see(nil, nil)})}, "can be ordered"},
	} {
		err := linearizable(c.ops, time.Minute)
		var v *flaw
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.wrong != "" && !errors.As(err, &v):
			t.Errorf("%s: no violation: %v", c.name, err)
		case c.wrong != "" && !strings.Contains(v.text, c.wrong):
			t.Errorf("%s: %q is not in %s", c.name, c.wrong, v.text)
		}
	}
}
