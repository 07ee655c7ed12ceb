package storage

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// testClaim makes a claim whose id is a hash of what names it.
func testClaim(path, predicate, value, source string) *knowledge.Assertion {
	a := &knowledge.Assertion{
		ConceptPath: path, Predicate: predicate, Value: value, Source: source,
		SourceClass: "community", Confidence: knowledge.Some(0.8),
		Lifecycle: knowledge.LifecycleApproved, AssertedAt: 1000, Agent: "stemedb",
	}
	a.ID = testID(a)
	return a
}

func testID(a *knowledge.Assertion) knowledge.ID {
	return sha256.Sum256([]byte(a.ConceptPath + "\x00" + a.Predicate + "\x00" + a.Value + "\x00" + a.Source))
}

// benchRecs makes n claims, ten to a pair, as records by shard.
func benchRecs(n, shards int) [][]ClaimRec {
	out := make([][]ClaimRec, shards)
	var buf []byte
	var rec ClaimRec
	for i := range n {
		pair := i / 10
		a := testClaim(fmt.Sprintf("bench/group-%04d/concept-%08d", pair*7919%1000, pair), fmt.Sprintf("predicate_%02d", pair%20),
			fmt.Sprintf("the claimed value number %d", i), fmt.Sprintf("vendor://source-%03d/document", i*31%997))
		a.Metadata = knowledge.Some(fmt.Sprintf(`{"line": %d, "note": "generated for the benchmark, of a usual length"}`, i))
		if cap(buf)-len(buf) < 1<<12 {
			buf = make([]byte, 0, 1<<20)
		}
		rec, buf = AppendClaim(buf, a)
		s := ShardOf(a.ConceptPath, shards)
		out[s] = append(out[s], rec)
	}
	return out
}

func load(tb testing.TB, s *Store, recs [][]ClaimRec, tagged bool) {
	tb.Helper()
	var wg sync.WaitGroup
	for i := range recs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			sh, rest := s.Shard(ShardID(i)), recs[i]
			for at := knowledge.Micros(1); len(rest) > 0; at++ {
				n := min(1000, len(rest))
				a := sh.Begin()
				if tagged {
					a.InsertTagged(TxnID{1}, 0, rest[:n])
				} else {
					a.InsertDirect(TxnID{byte(i), byte(at), byte(at >> 8), 9}, at, rest[:n])
				}
				a.SetApplied(uint64(at), 1)
				if err := a.Commit(); err != nil {
					tb.Error(err)
				}
				rest = rest[n:]
			}
		}()
	}
	wg.Wait()
}

// cpuTime is what the process has used: on a shared machine it says more than
// the clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkApply(b *testing.B) {
	const n = 200_000
	for _, tagged := range []bool{false, true} {
		b.Run(fmt.Sprintf("tagged=%v", tagged), func(b *testing.B) {
			recs := benchRecs(n, 8)
			start := cpuTime()
			b.ResetTimer()
			for range b.N {
				s, err := Open(Options{Dir: b.TempDir(), Shards: 8, CacheBytes: 256 << 20})
				if err != nil {
					b.Fatal(err)
				}
				load(b, s, recs, tagged)
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(n*b.N), "cpu-ns/row")
		})
	}
}

func BenchmarkScan(b *testing.B) {
	const n = 200_000
	s, err := Open(Options{Dir: b.TempDir(), Shards: 1, CacheBytes: 256 << 20})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	load(b, s, benchRecs(n, 1), false)
	if err := s.flush(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	rows, start := 0, cpuTime()
	for b.Loop() {
		v := s.View(nil, 1<<40, TxnID{})
		it := v.Claims(context.Background(), 0, ClaimBounds{})
		for it.Next() {
			rows++
		}
		if err := it.Close(); err != nil {
			b.Fatal(err)
		}
		v.Close()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(rows), "cpu-ns/row")
}

func BenchmarkPoint(b *testing.B) {
	const n = 200_000
	s, err := Open(Options{Dir: b.TempDir(), Shards: 8, CacheBytes: 256 << 20})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	recs := benchRecs(n, 8)
	load(b, s, recs, false)
	if err := s.flush(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	i, start := 0, cpuTime()
	for b.Loop() {
		shard := ShardID(i % 8)
		path := recs[shard][i*7919%len(recs[shard])].Path()
		v := s.View([]ShardID{shard}, 1<<40, TxnID{})
		it := v.Claims(context.Background(), shard, ClaimBounds{Path: path})
		rows := 0
		for it.Next() {
			rows++
		}
		if err := it.Close(); err != nil || rows == 0 {
			b.Fatal(err, rows)
		}
		v.Close()
		i++
	}
	b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(i), "cpu-ns/op")
}

// BenchmarkSingleRow applies entries of one claim each, as single inserts make them:
// as many to a batch as raft has committed meanwhile.
func BenchmarkSingleRow(b *testing.B) {
	const n = 100_000
	recs := benchRecs(n, 1)[0]
	rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { recs[i], recs[j] = recs[j], recs[i] })
	for _, entries := range []int{1, 16} {
		b.Run(fmt.Sprintf("entries=%d", entries), func(b *testing.B) {
			b.ReportAllocs()
			var spent time.Duration
			for range b.N {
				s, err := Open(Options{Dir: b.TempDir(), Shards: 1, CacheBytes: 64 << 20})
				if err != nil {
					b.Fatal(err)
				}
				start := cpuTime()
				for i := 0; i < n; i += entries {
					a := s.Shard(0).Begin()
					for j := i; j < i+entries; j++ {
						at := knowledge.Micros(j + 1)
						a.InsertDirect(TxnID{1, byte(at), byte(at >> 8), byte(at >> 16)}, at, recs[j:][:1])
					}
					a.SetApplied(uint64(i+1), 1)
					if err := a.Commit(); err != nil {
						b.Fatal(err)
					}
				}
				spent += cpuTime() - start
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(n*b.N), "cpu-ns/row")
		})
	}
}
