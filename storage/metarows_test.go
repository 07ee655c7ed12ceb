package storage

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
)

// TestMetaRange holds ranges of a state table, with a transaction's own changes over it,
// against what Scan gives of all; and the bytes against a count.
func TestMetaRange(t *testing.T) {
	m := newMetaState()
	key := func(i int) []byte { return fmt.Appendf(nil, "%05d", i) }
	var size int64
	for i := range 2000 {
		k, row := key(i*7919%3000), bytes.Repeat([]byte("r"), i%50)
		m.put(1, k, metaVersion{recorded: knowledge.Micros(i + 1), deleted: i%11 == 0, row: row})
		size += int64(len(k) + len(row))
	}
	m.put(1, key(5), metaVersion{recorded: 5000, row: []byte("first")})
	m.put(1, key(5), metaVersion{recorded: 5000, row: []byte("of one time the last counts")})
	size += int64(len(key(5)) + len("of one time the last counts"))
	var own []MetaOp
	for i := 0; i < 3100; i += 13 {
		own = append(own, MetaOp{Table: 1, Key: key(i), Row: []byte("own"), Delete: i%2 == 0})
	}
	for _, rows := range []MetaRows{{state: m, table: 1, at: 6000}, {state: m, table: 1, at: 900, overlay: own}, {state: m, table: 2, overlay: own}} {
		if want := map[uint16]int64{1: size}[rows.table]; rows.Bytes() != want {
			t.Errorf("%d bytes, want %d", rows.Bytes(), want)
		}
		type row struct{ key, row string }
		list := func(from, below []byte) (out []row) {
			err := rows.Range(from, below, func(k, r []byte, _ uint64, _ knowledge.Micros) error {
				out = append(out, row{string(k), string(r)})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		all := list(nil, nil)
		if len(all) == 0 || !slices.IsSortedFunc(all, func(a, b row) int { return bytes.Compare([]byte(a.key), []byte(b.key)) }) {
			t.Fatalf("%d rows", len(all))
		}
		for from := 0; from < 3200; from += 97 {
			for _, n := range []int{0, 1, 13, 300, 5000} {
				lo, hi := key(from), key(from+n)
				want := slices.DeleteFunc(slices.Clone(all), func(r row) bool { return r.key < string(lo) || r.key >= string(hi) })
				if got := list(lo, hi); !slices.Equal(got, want) {
					t.Errorf("from %s below %s: %d rows, want %d", lo, hi, len(got), len(want))
				}
			}
			want := slices.DeleteFunc(slices.Clone(all), func(r row) bool { return r.key < string(key(from)) })
			if got := list(key(from), nil); !slices.Equal(got, want) {
				t.Errorf("from %d: %d rows, want %d", from, len(got), len(want))
			}
		}
	}
}
