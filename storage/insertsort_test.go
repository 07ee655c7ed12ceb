package storage

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestOrderBy compares with a stable sort of whole fields: common beginnings,
// fields that begin one another, equal ones, zeros behind the end.
func TestOrderBy(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	var a Apply
	for round := range 300 {
		items := make([]insertItem, r.IntN(60))
		for i := range items {
			prefix := []byte("concepts/"[:r.IntN(2)*9])
			items[i].pred = append(prefix, bytes.Repeat([]byte{byte(r.IntN(3))}, r.IntN(12))...)
			items[i].suffix = append(slices.Clone(items[i].pred), byte(r.IntN(256)))
			items[i].ordinal = uint32(i)
		}
		want := slices.Clone(items)
		slices.SortStableFunc(want, func(x, y insertItem) int { return bytes.Compare(x.pred, y.pred) })
		for i, k := range a.orderBy(items, orderPred) {
			if got := items[k.at].ordinal; got != want[i].ordinal {
				t.Fatalf("round %d: place %d has item %d, want %d", round, i, got, want[i].ordinal)
			}
		}
		slices.SortStableFunc(want, func(x, y insertItem) int { return bytes.Compare(x.suffix, y.suffix) })
		sorted := a.sortItems(items)
		for i := range want {
			if !bytes.Equal(sorted[i].suffix, want[i].suffix) {
				t.Fatalf("round %d: suffix %d is %x, want %x", round, i, sorted[i].suffix, want[i].suffix)
			}
		}
	}
}

// TestSettle piles up layers and has them merged, but not while writes go on.
func TestSettle(t *testing.T) {
	s := memStore(t, 2)
	for n := range uint64(4) {
		rec, _ := AppendClaim(nil, testClaim("a", "p", fmt.Sprint("v", n), "s"))
		sh := s.Shard(ShardOf("a", 2))
		a := sh.Begin()
		a.SetApplied(n+1, 1)
		a.Insert(sh.LastRecorded()+1, []ClaimRec{rec})
		if err := a.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := s.flush(); err != nil {
			t.Fatal(err)
		}
	}
	if !s.layered() {
		t.Fatal("four flushes left no layers")
	}
	if s.settle(s.writes() + 1) {
		t.Fatal("settled although the writes go on")
	}
	if !s.settle(s.writes()) {
		t.Fatal("did not settle")
	}
	if n := s.db.Metrics().Levels[0].Sublevels; n >= settleLayers {
		t.Fatalf("%d layers are left", n)
	}
	if got := s.Shard(ShardOf("a", 2)).Claims(); got != 4 {
		t.Fatalf("%d claims, want 4", got)
	}
}
