package sql

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/types"
)

const counted = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) "

// TestExplainAnalyze: rows and loops are those that were, in every node, also
// in fragments that workers run and in subplans.
func TestExplainAnalyze(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("BEGIN; INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'a/' || g, 'p', g::text, 's' FROM generate_series(1, 300) g; COMMIT",
		"BEGIN", "INSERT 0 300", "COMMIT")
	for query, lines := range map[string][]string{
		"SELECT value FROM assertions WHERE value LIKE '1%'":                                            {"(actual rows=111 loops=1)"},
		"SELECT count(*) FROM assertions":                                                               {"Aggregate (actual rows=1 loops=1)", "(actual rows=300 loops=1)"},
		"SELECT g FROM generate_series(1, 5) g ORDER BY g LIMIT 2":                                      {"Limit (actual rows=2 loops=1)", "(actual rows=5 loops=1)"},
		"SELECT g, (SELECT count(*) FROM generate_series(1, g) h) FROM generate_series(1, 4) g":         {"Function Scan (actual rows=2 loops=4)"},
		"SELECT 1 WHERE false AND EXISTS (SELECT 1 FROM assertions)":                                    {"(actual rows=0 loops=1)"},
		"INSERT INTO sources (source, class) SELECT 'x' || g, 'community' FROM generate_series(1, 3) g": {"Insert on sources (actual rows=0 loops=1)", "(actual rows=3 loops=1)"},
	} {
		got := strings.Join(s.run(counted+query), "\n")
		for _, l := range lines {
			if !strings.Contains(got, l) {
				t.Errorf("%s\n%s\nlacks %q", query, got, l)
			}
		}
	}
	s.want("SELECT count(*) FROM sources WHERE source LIKE 'x%'", "3", "SELECT 1")
	s.want("BEGIN; "+counted+"INSERT INTO sources (source) VALUES ('y'); SELECT count(*) FROM sources WHERE source = 'y'; ROLLBACK",
		"BEGIN", "Insert on sources (actual rows=0 loops=1)", "  ->  Result (actual rows=1 loops=1)", "EXPLAIN", "1", "SELECT 1", "ROLLBACK")
	s.want("PREPARE q(int) AS SELECT g FROM generate_series(1, 9) g WHERE g > $1; "+counted+"EXECUTE q(7)", "PREPARE",
		"Filter (actual rows=2 loops=1)", "  Filter: …", "  ->  Function Scan (actual rows=9 loops=1)…", "…", "EXPLAIN")
}

// TestExplainParameters: an EXPLAIN ANALYZE takes the parameters of its
// statement.
func TestExplainParameters(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	ctx := context.Background()
	stmts, err := s.Parse(counted + "SELECT generate_series(1, $1::int)")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Prepare(ctx, stmts[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	portal, err := s.Bind(ctx, p, []types.Datum{types.Int(6)})
	if err != nil {
		t.Fatal(err)
	}
	sink := &textSink{s: s.Session}
	if _, err := portal.Execute(ctx, 0, sink); err != nil || !strings.Contains(sink.rows[0], "rows=6 loops=1") {
		t.Errorf("%v, %q", err, sink.rows)
	}
}

// TestExplainFormats: what is structured can be read back.
func TestExplainFormats(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	query := "SELECT g, '<&\"' FROM generate_series(1, 3) g WHERE g < 3 ORDER BY g LIMIT 2"
	var doc []map[string]any
	if err := json.Unmarshal([]byte(s.run("EXPLAIN (ANALYZE, SETTINGS, FORMAT JSON) " + query)[0]), &doc); err != nil || doc[0]["Plan"].(map[string]any)["Actual Rows"] != 2.0 || doc[0]["Execution Time"] == nil {
		t.Errorf("%v, %v", doc, err)
	}
	text := s.run("EXPLAIN (VERBOSE, FORMAT XML) " + query)[0]
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err, text)
		}
	}
	yaml := s.run("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT YAML) SELECT 1")[0]
	want := "- Plan: \n    Node Type: \"Result\"\n    Actual Rows: 1\n    Actual Loops: 1\n    Parallel Aware: false"
	if yaml != want {
		t.Errorf("%s", yaml)
	}
	s.want("SET search_path = authority, public; EXPLAIN (SETTINGS, SUMMARY OFF) SELECT 1", "SET", "Result", "Settings: search_path = 'authority, public'", "EXPLAIN")
	s.want("EXPLAIN (SUMMARY) SELECT 1", "Result", "Planning Time: …", "EXPLAIN")
}
