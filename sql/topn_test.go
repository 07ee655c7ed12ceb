package sql

import (
	"fmt"
	"slices"
	"testing"
)

// TestTopN holds a sort with a limit, which tells the scan which rows can
// still matter, against the head of the whole order.
func TestTopN(t *testing.T) {
	e := newTestEngine(t, func(o *Options) { o.ScanMemory = 64 << 20 })
	s := e.testSession(t)
	s.want(`INSERT INTO assertions (concept_path, predicate, value, source, confidence)
		SELECT 'c/' || g, 'p' || g % 3, (g * 7919 % 1000)::text, 's' || g % 11, CASE WHEN g % 13 > 0 THEN g * 31 % 101 / 100.0 END
		FROM generate_series(1, 3000) g`, "INSERT 0 3000")
	for _, from := range []string{
		"assertions",
		"assertions WHERE predicate <> 'p1'",
		"(SELECT id, confidence, value, concept_path FROM assertions WHERE confidence IS NULL OR confidence < 0.9) x",
	} {
		for _, key := range []string{
			"confidence DESC NULLS LAST, id", "confidence, id", "confidence NULLS FIRST, id DESC", "confidence DESC, id",
			"value, id", "value DESC, id", "id", "confidence * 2 DESC, id", "concept_path DESC", "concept_path", "concept_path, value DESC, id",
		} {
			whole := s.run(fmt.Sprintf("SELECT id, confidence, value FROM %s ORDER BY %s", from, key))
			for _, n := range []int{0, 1, 100, 2999} {
				for _, skip := range []int{0, 3} {
					got := s.run(fmt.Sprintf("SELECT id, confidence, value FROM %s ORDER BY %s LIMIT %d OFFSET %d", from, key, n, skip))
					rows := whole[:len(whole)-1]
					want := rows[min(skip, len(rows)):min(skip+n, len(rows))]
					if !slices.Equal(got[:len(got)-1], want) {
						t.Fatalf("FROM %s ORDER BY %s LIMIT %d OFFSET %d: %d rows, want %d", from, key, n, skip, len(got)-1, len(want))
					}
				}
			}
		}
	}
}
