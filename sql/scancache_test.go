package sql

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// scanQueries read ranges of claims in every way that an image serves. %s is a
// system time clause or empty.
var scanQueries = []string{
	"SELECT * FROM assertions%s ORDER BY id",
	"SELECT id, value_number, metadata, tier, derived_from, revises, valid_from FROM assertions%s WHERE confidence > 0.4 ORDER BY id",
	"SELECT count(*), avg(confidence), max(asserted_at), min(value), max(recorded_at) FROM assertions%s WHERE source_class <> 'anecdotal'",
	"SELECT predicate, source_class, count(*), sum(value_number) FROM assertions%s GROUP BY 1, 2 ORDER BY 1, 2",
	"SELECT id, value FROM assertions%s WHERE concept_path LIKE 'c/1%%' ORDER BY 1",
	"SELECT id, value FROM assertions%s WHERE concept_path >= 'c/2' AND concept_path < 'c/37' AND predicate IN ('p0', 'p2') ORDER BY 1",
	"SELECT id FROM assertions%s WHERE concept_path > 'c/5' AND source = 's3' ORDER BY 1",
	"SELECT id, rank() OVER (PARTITION BY concept_path ORDER BY confidence DESC, id), count(*) OVER (PARTITION BY concept_path, predicate) FROM assertions%s ORDER BY 1",
	"SELECT id, confidence FROM assertions%s ORDER BY confidence DESC NULLS LAST, id LIMIT 7",
	"SELECT concept_path, predicate, value, conflict_score, candidates FROM assertions%s USING LENS authority ORDER BY 1, 2",
	"SELECT concept_path, predicate, value, winning_sources FROM assertions%s USING LENS consensus FILTER (WHERE confidence > 0.2) WHERE concept_path LIKE 'c/2%%' ORDER BY 1, 2, 3",
	"SELECT concept_path, predicate, value FROM assertions%s USING LENS recency WHERE predicate = 'p1' ORDER BY 1, 2",
	"SELECT id, value FROM assertions%s WHERE concept_path = 'c/7' ORDER BY 1",
	"SELECT id, value FROM assertions%s WHERE concept_path IN ('c/0', 'c/14', 'c/999', '') AND predicate = 'p1' ORDER BY 1",
	"SELECT id, value FROM assertions%s WHERE concept_path IN ('a', 'c/0', 'c/1234', 'c/14', 'c/3') ORDER BY 1",
	"SELECT concept_path, predicate, value FROM assertions%s USING LENS authority WHERE concept_path IN ('a', 'c/0', 'c/1234', 'c/14', 'c/3') ORDER BY 1, 2",
	"SELECT count(*), max(value) FROM assertions%s WHERE concept_path = ANY (ARRAY['a', 'c/0', 'c/1234', 'c/14', 'c/3'])",
	"SELECT id, value FROM assertions%s WHERE concept_path IN ('c/0', 'c/14', 'c/3') AND predicate IN ('none', 'p1') ORDER BY 1",
	"SELECT concept_path, predicate, value, candidates FROM assertions%s USING LENS authority WHERE concept_path = 'c/21' ORDER BY 1, 2",
	"SELECT concept_path, predicate, value FROM assertions%s USING LENS authority WHERE concept_path = 'c/28' AND predicate = 'p2'",
}

// TestScanCache holds answers from images of shards against those of an engine
// without, over the same node, while claims come in: alone, in transactions that
// span shards, in one too large to rewrite, repeated, revised, as of earlier
// times, and within a transaction that has written.
func TestScanCache(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	cached := newTestEngine(t, func(o *Options) { o.ScanMemory = 64 << 20 })
	opt := cached.opt
	opt.ScanMemory = 0
	plain, err := NewEngine(opt)
	if err != nil {
		t.Fatal(err)
	}
	w, c, p := plain.testSession(t), cached.testSession(t), plain.testSession(t)
	times := []string{""}
	n := 0
	insert := func(s *testSession, rows int) {
		n++
		got := s.run(fmt.Sprintf(`INSERT INTO assertions (concept_path, predicate, value, source, source_class, confidence, metadata, valid_from)
			SELECT 'c/' || (g * 7 + %[1]d) %% 60, 'p' || (g + %[1]d) %% 3, (g * %[1]d %% 17)::text, 's' || g %% 5,
			CASE WHEN g %% 4 = 0 THEN 'anecdotal' ELSE 'regulatory' END, CASE WHEN g %% 9 > 0 THEN (g * 31 + %[1]d) %% 101 / 100.0 END,
			CASE WHEN g %% 8 = 0 THEN jsonb_build_object('g', g) END, CASE WHEN g %% 6 = 0 THEN timestamptz '2020-01-01' + g * interval '1 day' END
			FROM generate_series(1, %[2]d) g`, n, rows))
		if !strings.HasPrefix(got[len(got)-1], "INSERT") {
			t.Fatal(got)
		}
	}
	compare := func(a, b *testSession) {
		t.Helper()
		for _, q := range scanQueries {
			at := times[rnd.IntN(len(times))]
			if rnd.IntN(3) > 0 {
				at = ""
			}
			q = fmt.Sprintf(q, at)
			if got, want := a.run(q), b.run(q); !slices.Equal(got, want) {
				t.Fatalf("seed %d: %s\n got %d rows: %.600q\nwant %d rows: %.600q", seed, q, len(got), got, len(want), want)
			}
		}
	}
	for round := range 14 {
		switch rnd.IntN(6) {
		case 0, 1:
			insert(w, 1+rnd.IntN(3))
		case 2:
			insert(w, 200)
		case 3:
			w.run("BEGIN")
			insert(w, 40)
			insert(w, 3)
			w.run([]string{"COMMIT", "ROLLBACK"}[rnd.IntN(2)])
		case 4:
			if round > 5 {
				insert(w, 6000) // beyond what a commit rewrites
			}
		case 5:
			w.run(`INSERT INTO assertions (concept_path, predicate, value, source, revises) SELECT concept_path, predicate, value || 'x', source, id
				FROM assertions ORDER BY id LIMIT 2`)
		}
		times = append(times, " AS OF SYSTEM TIME '"+w.run("SELECT max(recorded_at) FROM assertions")[0]+"'")
		compare(c, p)
	}
	if cached.scans.Bytes() == 0 {
		t.Error("no image was made")
	}
	// What a transaction sees of itself comes from the store.
	c.run("BEGIN")
	insert(c, 20)
	inside := c.run("SELECT count(*) FROM assertions")
	c.run("COMMIT")
	if outside := p.run("SELECT count(*) FROM assertions"); !slices.Equal(inside, outside) {
		t.Errorf("inside of the transaction %q, after it %q", inside, outside)
	}
	compare(c, p)
	// A claim of another pair that revises one.
	w.run(`INSERT INTO assertions (concept_path, predicate, value, source, revises) SELECT 'other', 'p', 'v', source, id
		FROM assertions ORDER BY id LIMIT 1`)
	compare(c, p)
}

// TestScanCacheBudget: what does not fit is not kept, and answers stay.
func TestScanCacheBudget(t *testing.T) {
	e := newTestEngine(t, func(o *Options) { o.ScanMemory = 256 << 10 })
	s := e.testSession(t)
	for i := range 8 {
		s.want(fmt.Sprintf(`INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'c/' || g, 'p', g::text, 's' FROM generate_series(%d, %d) g`,
			i*250+1, i*250+250), "INSERT 0 250")
		for range 3 {
			s.want("SELECT count(*), count(DISTINCT value), count(id) FROM assertions", fmt.Sprintf("%[1]d|%[1]d|%[1]d", i*250+250), "SELECT 1")
		}
		if n := e.scans.Bytes(); n < 0 || n > 256<<10+64<<10 {
			t.Fatalf("%d bytes are kept", n)
		}
	}
}

// TestScanCacheConcurrent: readers never miss what was there before they began,
// while images are made and renewed.
func TestScanCacheConcurrent(t *testing.T) {
	e := newTestEngine(t, func(o *Options) { o.ScanMemory = 64 << 20 })
	done := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 3 {
		s := e.testSession(t)
		wg.Add(1)
		go func() {
			defer wg.Done()
			last := 0
			for stop := false; !stop; {
				select {
				case <-done:
					stop = true
				default:
				}
				var count, distinct int
				out := s.run("SELECT count(*), count(DISTINCT id) FROM assertions WHERE concept_path LIKE 'c/%'")
				if _, err := fmt.Sscanf(out[0], "%d|%d", &count, &distinct); err != nil || count != distinct || count < last || count%20 != 0 {
					t.Errorf("reader %d: %q after %d", i, out, last)
					return
				}
				last = count
			}
			if last != 100*20 {
				t.Errorf("reader %d ended with %d claims", i, last)
			}
		}()
	}
	w := e.testSession(t)
	for i := range 100 {
		w.want(fmt.Sprintf(`INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'c/' || g, 'p', '%d', 's' FROM generate_series(1, 20) g`, i), "INSERT 0 20")
	}
	close(done)
	wg.Wait()
}
