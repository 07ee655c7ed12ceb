package nemesis

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestCheckStored shows the count of claims nodes that have too few, too many and
// wrong ones.
func TestCheckStored(t *testing.T) {
	both := at(0, 2, op{kind: write, id: 0, keys: k0 | k1})
	late := at(3, 4, op{kind: write, id: 1, keys: k0})
	doubt := at(0, 9, op{kind: write, id: 2, keys: k0 | k1, outcome: unknown})
	none := at(0, 1, op{kind: write, id: 3, keys: k0, outcome: failed})
	row := func(concept, id int, recorded int64) stored {
		return stored{concept: concept, id: id, source: source(0), recorded: recorded}
	}
	good := []stored{row(0, 0, 5), row(1, 0, 5), row(0, 1, 6)}
	with := func(more ...stored) []stored { return append(good[:len(good):len(good)], more...) }
	for _, c := range []struct {
		name  string
		rows  []stored
		wrong string
		kind  flawKind
	}{
		{"all there", good, "", ""},
		{"one in doubt has happened", with(row(0, 2, 7), row(1, 2, 7)), "", ""},
		{"a lost claim", good[:2], "acknowledged, but lost", lost},
		{"half a transaction", good[1:], "there in half", lost},
		{"half of one in doubt", with(row(0, 2, 7)), "there in half", violated},
		{"a claim twice", with(row(0, 1, 6)), "twice on concept 0", duplicated},
		{"a failed write", with(row(0, 3, 7)), "failed, but there", violated},
		{"a claim of nobody", with(row(0, 77, 7)), "nobody wrote 77", violated},
		{"one transaction at two times", []stored{row(0, 0, 5), row(1, 0, 4), row(0, 1, 6)}, "several times", violated},
		{"times against the order of acknowledgements", []stored{row(0, 0, 5), row(1, 0, 5), row(0, 1, 4)}, "but at 4", violated},
		{"a claim of another source", []stored{row(0, 0, 5), row(1, 0, 5), {id: 1, recorded: 6, source: "x"}}, "claimed by x", violated},
	} {
		err := checkStored([]*op{both, late, doubt, none}, c.rows)
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: %v", c.name, err)
		}
		kinds := map[flawKind]int{}
		tally(errors.Join(fmt.Errorf("n1: %w", err)), kinds)
		if c.wrong != "" && (len(kinds) != 1 || kinds[c.kind] != 1) {
			t.Errorf("%s: counted as %v", c.name, kinds)
		}
	}
}
