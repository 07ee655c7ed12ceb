package replication

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stemedb/stemedb/storage"
)

// onDisk opens a node whose log really syncs.
func onDisk(b *testing.B) *instance {
	b.Helper()
	return open(b, setup{dir: b.TempDir(), shards: 8})
}

// BenchmarkSingleWriter is one claim a transaction, one after the other, each
// with its own sync.
func BenchmarkSingleWriter(b *testing.B) {
	in := onDisk(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		in.mustInsert(b, claim("p/x", fmt.Sprint(i)))
		i++
	}
}

// BenchmarkWriters64 is 64 sessions of such transactions: they share syncs.
func BenchmarkWriters64(b *testing.B) {
	in := onDisk(b)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for w := range 64 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for next.Add(1) <= int64(b.N) {
				i := next.Load()
				if _, err := in.insert(b.Context(), claim(fmt.Sprintf("p/%d", i%1000), fmt.Sprint(i, w))); err != nil {
					b.Error(err)
					return
				}
			}
		}()
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "claims/s")
}

// BenchmarkBulk is one transaction of 100,000 claims, streamed in full entries.
func BenchmarkBulk(b *testing.B) {
	in := onDisk(b)
	const rows = 100_000
	recs := make([]storage.ClaimRec, rows)
	for n := range b.N {
		b.StopTimer()
		for i := range recs {
			recs[i] = claim(fmt.Sprintf("load/%d/%d", n, i%5000), fmt.Sprint(i))
		}
		b.StartTimer()
		tx := in.Begin()
		for i := 0; i < rows; i += 1000 {
			if err := tx.AddClaims(b.Context(), recs[i:i+1000]); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := tx.Commit(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "claims/s")
}

// BenchmarkPointRead is what a read of one shard costs here: the time, the
// proofs and the view.
func BenchmarkPointRead(b *testing.B) {
	in := open(b, setup{shards: 8})
	in.mustInsert(b, claim("p/x", "1"))
	shards := []storage.ShardID{storage.ShardOf("p/x", 8)}
	b.ReportAllocs()
	for b.Loop() {
		v, err := in.Read(b.Context(), storage.ReadOptions{Shards: shards})
		if err != nil {
			b.Fatal(err)
		}
		v.Close()
	}
}

// BenchmarkReadTime is Read's own part, without the view.
func BenchmarkReadTime(b *testing.B) {
	in := open(b, setup{shards: 8})
	in.mustInsert(b, claim("p/x", "1"))
	shards := []storage.ShardID{storage.ShardOf("p/x", 8)}
	b.ReportAllocs()
	for b.Loop() {
		at, err := in.readTime(b.Context(), shards, 0)
		if err != nil {
			b.Fatal(err)
		}
		if err := in.groups[shards[0]].readable(b.Context(), in.Node, at); err != nil {
			b.Fatal(err)
		}
	}
}
