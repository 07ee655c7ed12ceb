package sql

import (
	"fmt"
	"testing"
)

// BenchmarkFar compares reading 60,000 claims of shards held here with shipping their
// rows, or their groups, from where they lie; frames are handed over in memory.
func BenchmarkFar(b *testing.B) {
	e := newTestEngine(b)
	s := e.testSession(b)
	const claims = 60_000
	out := s.run(fmt.Sprintf(`INSERT INTO assertions (concept_path, predicate, value, source, confidence, asserted_at)
		SELECT 'c/' || i %% 5000, 'p' || i %% 12, i %% 97, 'source/' || i %% 50, 0.1 * (i %% 9), timestamptz '2024-01-01Z' + interval '1 second' * i FROM generate_series(1, %d) i`, claims))
	if len(out) != 1 {
		b.Fatal(out)
	}
	far, c := farEngine(b, e, none)
	for _, q := range []struct{ name, text string }{
		{"scan", `SELECT concept_path, predicate, value, source, confidence, asserted_at FROM assertions`},
		{"filter", `SELECT concept_path FROM assertions WHERE value = '13'`},
		{"group", `SELECT predicate, count(*), avg(confidence), max(asserted_at) FROM assertions GROUP BY predicate`},
		{"lens", `SELECT count(*) FROM assertions USING LENS authority`},
		{"top", `SELECT concept_path, value FROM assertions ORDER BY asserted_at DESC LIMIT 10`},
		{"point", `SELECT value FROM assertions WHERE concept_path = 'c/77'`},
	} {
		for name, on := range map[string]*testSession{"here": s, "far": far.testSession(b)} {
			b.Run(q.name+"/"+name, func(b *testing.B) {
				c.bytes.Store(0)
				for b.Loop() {
					if out := on.run(q.text); len(out) < 2 {
						b.Fatal(out)
					}
				}
				b.ReportMetric(float64(c.bytes.Load())/float64(b.N), "shipped-B/op")
				if q.name != "point" {
					b.ReportMetric(claims*float64(b.N)/b.Elapsed().Seconds(), "claims/s")
				}
			})
		}
	}
}
