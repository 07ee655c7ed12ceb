package sql

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/storage"
)

// TestAnalyzeSample: of many claims ANALYZE reads a sample, on whatever nodes they lie,
// and tells from it what is known of them.
func TestAnalyzeSample(t *testing.T) {
	const claims = 20000
	var rows countedRows
	e := newTestEngine(t, func(o *Options) { o.Stats = &rows })
	s := e.testSession(t)
	s.want(`INSERT INTO assertions (concept_path, predicate, value, source, unit, confidence)
		SELECT 'c/' || lpad((g % 5000)::text, 4, '0'), 'p' || CASE WHEN g % 2 = 0 THEN 0 ELSE g % 10 END, g::text, 's' || g % 40,
			CASE WHEN g % 4 = 0 THEN 'kg' END, (g % 1000) / 1000.0 FROM generate_series(1, 20000) g`, "INSERT 0 20000")
	rows.Store(claims)
	far, cluster := farEngine(t, e, func(id storage.ShardID) bool { return id == 1 })
	far.opt.Stats = &rows
	rel, _ := e.catalog.Relation(catalog.OIDAssertions)
	for _, e := range []*Engine{e, far} {
		s := e.testSession(t)
		s.want("SET default_statistics_target = 10; ANALYZE assertions", "SET", "ANALYZE")
		known := e.stats.get(rel.OID)
		if known.rows != claims || math.Abs(float64(known.read)-3000) > 300 {
			t.Errorf("%d rows read of %g", known.read, known.rows)
		}
		column := func(name string) *columnStatistics { return known.columns[rel.ColumnIndex(name)] }
		near := func(what string, got, want, by float64) {
			t.Helper()
			if math.Abs(got-want) > by {
				t.Errorf("%s: %g, not %g", what, got, want)
			}
		}
		near("paths", column("concept_path").Distinct, 5000, 500)
		near("predicates", column("predicate").Distinct, 6, 0)
		near("values", column("value").Distinct, claims, 0)
		near("sources", column("source").Distinct, 40, 0)
		near("confidences", column("confidence").Distinct, 1000, 100)
		near("order of paths", column("concept_path").Correlation, 1, 1e-9)
		near("without unit", column("unit").NullFrac, 0.75, 0.04)
		p := column("predicate")
		if len(p.Common) != 6 || p.Common[0].S != "p0" {
			t.Fatal("common predicates", p.Common)
		}
		near("the most common", p.Freqs[0], 0.5, 0.04)
		plan := s.run("EXPLAIN SELECT * FROM assertions WHERE concept_path LIKE 'c/0%'")
		_, after, _ := strings.Cut(plan[0], " rows=")
		guess, _, _ := strings.Cut(after, " ")
		n, err := strconv.Atoi(guess)
		if err != nil {
			t.Fatal(plan)
		}
		near("paths that begin with c/0", float64(n), claims/5, claims/20)
		bounds := column("confidence").Bounds
		near("middle", bounds[len(bounds)/2].F, 0.5, 0.06)
	}
	if cluster.asked.Load() == 0 {
		t.Error("no other node was asked")
	}
	s.want("SET default_statistics_target = 100; ANALYZE assertions (predicate, value)", "SET", "ANALYZE")
	if known := e.stats.get(rel.OID); known.read != claims {
		t.Errorf("%d of few claims read", known.read)
	}
}

// TestDistinctOf: what samples of known columns say.
func TestDistinctOf(t *testing.T) {
	times := func(n, each int32) map[uint64]int32 {
		counts := map[uint64]int32{}
		for i := range n {
			counts[uint64(i)] = each
		}
		return counts
	}
	some := times(27380, 1) // of 250,000 values, each four times, 3 of 100 rows
	for i := range uint64(1300) {
		some[1e6+i] = 2
	}
	for _, c := range []struct {
		counts         map[uint64]int32
		n, total, want float64
	}{
		{times(100, 1), 100, 1e6, 1e6},
		{times(100, 3), 300, 1e6, 100},
		{times(1, 300), 300, 1e6, 1},
		{some, 30000, 1e6, 250036},
	} {
		if got := distinctOf(c.counts, c.n, c.total); math.Abs(got-c.want) > 500 {
			t.Errorf("%d values in %g of %g: %g, not %g", len(c.counts), c.n, c.total, got, c.want)
		}
	}
}
