package storage

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

func digestOf(t testing.TB, s *Store, id ShardID) *Digest {
	t.Helper()
	c, err := s.Capture(id)
	if err != nil {
		t.Fatal(err)
	}
	d, err := c.Digest(context.Background(), 0)
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDigestFinds damages a store in one way each time: its digest is another
// one, or says that the shard contradicts itself.
func TestDigestFinds(t *testing.T) {
	for _, c := range verifyCases {
		t.Run(c.name, func(t *testing.T) {
			s := memStore(t, 1)
			recs := insert(t, s, 0, 1, testClaim("a", "p", "value one", "s1"), testClaim("a", "p", "value two", "s2"), testClaim("b", "q", "value three", "s1"))
			before := digestOf(t, s, 0)
			if len(before.Damage) != 0 {
				t.Fatalf("damage %v", before.Damage)
			}
			c.harm(t, s, recs)
			after := digestOf(t, s, 0)
			found := len(after.Damage) > 0 || after.Root != before.Root
			if found != (c.what != "") {
				t.Errorf("damage %v, same root %v", after.Damage, after.Root == before.Root)
			}
			if differs := before.Differs(after); len(differs) == 0 && after.Root != before.Root {
				t.Error("the roots differ and no part does")
			}
		})
	}
}

// TestDigestOfReplicas has equal digests of replicas that differ in what is their
// own matter: how entries were batched, and the generation of their indexes.
func TestDigestOfReplicas(t *testing.T) {
	recs := benchRecs(3000, 1)[0]
	one, other := memStore(t, 1), memStore(t, 1)
	apply := func(s *Store, batches bool) {
		sh := s.Shard(0)
		a := sh.Begin()
		for i := range 30 {
			txn, part := TxnID{byte(i)}, recs[100*i:][:100]
			if i%3 == 0 {
				a.InsertDirect(txn, knowledge.Micros(1000+i), part)
			} else {
				a.InsertTagged(txn, 0, part)
			}
			a.SetApplied(uint64(i+1), 1)
			if batches {
				if err := a.Commit(); err != nil {
					t.Fatal(err)
				}
				a = sh.Begin()
			}
		}
		if err := a.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	apply(one, true)
	apply(other, false)
	if err := other.RebuildIndexes(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	x, y := digestOf(t, one, 0), digestOf(t, other, 0)
	if x.Root != y.Root || x.Applied != 30 || len(x.Damage)+len(y.Damage) != 0 {
		t.Errorf("differ in %v at %d and %d: %v, %v", x.Differs(y), x.Applied, y.Applied, x.Damage, y.Damage)
	}
	insert(t, other, 0, 2000, testClaim("a", "p", "v", "s"))
	if differs := x.Differs(digestOf(t, other, 0)); len(differs) == 0 {
		t.Error("a claim more makes no difference")
	}
}

// TestDigestPace checks that a digest keeps its rate, and ends when it is told.
func TestDigestPace(t *testing.T) {
	s := memStore(t, 1)
	load(t, s, benchRecs(3000, 1), false)
	c, err := s.Capture(0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	full, err := c.Digest(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	slow, err := c.Digest(t.Context(), full.Bytes*4)
	if err != nil || slow.Root != full.Root {
		t.Fatalf("another digest of the same: %v", err)
	}
	if took := time.Since(start); took < 100*time.Millisecond {
		t.Errorf("a quarter of a second's bytes took %s", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Digest(ctx, 1000); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("told to end: %v", err)
	}
}

// BenchmarkDigest sums a shard of 200,000 claims.
func BenchmarkDigest(b *testing.B) {
	const n = 200_000
	s, err := Open(Options{Dir: b.TempDir(), Shards: 1, CacheBytes: 64 << 20})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	load(b, s, benchRecs(n, 1), false)
	if err := s.flush(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	bytes, start := int64(0), cpuTime()
	for b.Loop() {
		bytes += digestOf(b, s, 0).Bytes
	}
	b.ReportMetric(float64(bytes)/b.Elapsed().Seconds()/1e6, "MB/s")
	b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(n*b.N), "cpu-ns/claim")
}
