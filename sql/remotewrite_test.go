package sql

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// farScript is one client's statements, which write too. What is random in the
// answers (ids, times) is not selected.
var farScript = []string{
	`INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('w/1', 'p', 'a', 's', '2024-01-01Z'), ('w/2', 'p', 'a', 's', '2024-01-01Z'), ('w/3', 'p', 'a', 's', '2024-01-01Z'), ('w/4', 'p', 'a', 's', '2024-01-01Z')`,
	// The same again, alone and among new ones.
	`INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('w/1', 'p', 'a', 's', '2024-01-01Z')`,
	`INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('w/2', 'p', 'a', 's', '2024-01-01Z'), ('w/5', 'p', 'a', 's', '2024-01-01Z') ON CONFLICT DO NOTHING RETURNING concept_path`,
	`INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('w/2', 'p', 'a', 's', '2024-01-01Z'), ('w/6', 'p', 'a', 's', '2024-01-01Z') RETURNING concept_path, recorded_at < now() + interval '1 hour'`,
	// In a block the transaction sees its own, wherever they lie; others do not.
	`BEGIN; INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) SELECT 't/' || i, 'p', 'own', 's', '2024-01-01Z' FROM generate_series(1, 40) i`,
	`SELECT count(*) FROM assertions WHERE concept_path LIKE 't/%'`,
	`SELECT value, recorded_at FROM assertions WHERE concept_path = 't/7'`,
	`INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) SELECT 't/' || i, 'p', 'own', 's', '2024-01-01Z' FROM generate_series(31, 50) i ON CONFLICT DO NOTHING RETURNING concept_path`,
	`INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('w/1', 'p', 'a', 's', '2024-01-01Z'), ('t/51', 'p', 'a', 's', '2024-01-01Z') ON CONFLICT DO NOTHING RETURNING concept_path`,
	// So it does its own state rows, under lenses on other nodes.
	`INSERT INTO sources (source, class, status) VALUES ('s', 'clinical', 'active')`,
	`SELECT concept_path, value, source_class, tier FROM assertions USING LENS authority WHERE concept_path IN ('t/3', 'w/1') ORDER BY 1`,
	`UPDATE sources SET status = 'retracted' WHERE source = 's'`,
	`SELECT count(*) FROM assertions USING LENS authority WHERE predicate = 'p'`,
	`ROLLBACK`,
	`SELECT count(*) FROM assertions WHERE concept_path LIKE 't/%'`,
	// A claim that revises one of another pair, found on whatever node holds it.
	`INSERT INTO assertions (concept_path, predicate, value, source, asserted_at, revises) SELECT 'r/' || row_number() OVER (ORDER BY concept_path), 'q', 'new', 's', '2024-02-01Z', id FROM assertions WHERE concept_path LIKE 'w/%'`,
	`SELECT concept_path, value FROM assertions USING LENS recency WHERE source = 's' ORDER BY 1`,
	`INSERT INTO assertions (concept_path, predicate, value, source, revises) VALUES ('r/9', 'q', 'x', 's', repeat('0', 64))`,
	`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM assertions; SELECT count(*) FROM assertions WHERE concept_path = 'w/4'; COMMIT`,
	`DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT concept_path FROM assertions ORDER BY 1; FETCH 3 FROM c; FETCH PRIOR FROM c; CLOSE c`,
	`ANALYZE assertions`,
	`SELECT count(*) FROM assertions WHERE concept_path = 'w/1' AND value = 'a'`,
}

// TestFarWrites: writes find what they must know of claims on other nodes.
func TestFarWrites(t *testing.T) {
	var want []string
	for name, held := range map[string]int{"all": 0, "none": 1, "odd": 2} {
		t.Run(name, func(t *testing.T) {
			e := newTestEngine(t)
			if held == 1 {
				e, _ = farEngine(t, e, none)
			} else if held == 2 {
				e, _ = farEngine(t, e, odd)
			}
			s := farSession(t, e)
			var got []string
			for _, q := range farScript {
				lines := s.run(q)
				if !strings.Contains(q, "ORDER BY") {
					slices.Sort(lines)
				}
				got = append(got, fmt.Sprintf("%.90s\n  %s %q", q, strings.Join(lines, "\n  "), s.client.notices))
				s.client.notices = nil
			}
			if want == nil {
				want = got
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%s\n and elsewhere\n%s", got[i], want[i])
				}
			}
			if t.Failed() || name == "all" {
				t.Log(strings.Join(got, "\n"))
			}
		})
	}
}
