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
		"SELECT g, (SELECT count(*) FROM generate_series(1, g) h) FROM generate_series(1, 4) g":         {"Function Scan on generate_series h (actual rows=2 loops=4)"},
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
		"Function Scan on generate_series g (actual rows=2 loops=1)", "  Filter: (g > $1)", "  Rows Removed by Filter: 7", "EXPLAIN")
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
	want := "- Plan: \n    Node Type: \"Result\"\n    Parallel Aware: false\n    Async Capable: false\n    Startup Cost: 0.00\n    Total Cost: 0.01\n    Plan Rows: 1\n    Plan Width: 4\n    Actual Rows: 1\n    Actual Loops: 1\n  Triggers: "
	if yaml != want {
		t.Errorf("%s", yaml)
	}
	s.want("SET search_path = authority, public; EXPLAIN (SETTINGS, SUMMARY OFF) SELECT 1", "SET", "Result  (cost=0.00..0.01 rows=1 width=4)", "Settings: search_path = 'authority, public'", "EXPLAIN")
	s.want("EXPLAIN (SUMMARY, COSTS OFF) SELECT 1", "Result", "Planning Time: …", "EXPLAIN")
}

// TestExplainAsPostgreSQL holds whole plans against those that PostgreSQL 15
// gives, where both do the same.
func TestExplainAsPostgreSQL(t *testing.T) {
	e := newTestEngine(t, func(o *Options) { o.TempDir = t.TempDir() })
	s := e.testSession(t)
	s.run("CREATE TEMP TABLE a (x int, y text)")
	s.run("CREATE TEMP TABLE b (x int, z text)")
	s.run("INSERT INTO a SELECT g, g::text FROM generate_series(1, 100) g")
	s.run("INSERT INTO b SELECT g, g::text FROM generate_series(1, 10) g")
	s.want("ANALYZE a; ANALYZE b", "ANALYZE", "ANALYZE")
	for query, want := range map[string]string{
		"EXPLAIN SELECT * FROM generate_series(1, 10) g WHERE g > 3": "Function Scan on generate_series g  (cost=0.00..0.13 rows=3 width=4)\n  Filter: (g > 3)",
		"EXPLAIN VALUES (1), (2)":                                    `Values Scan on "*VALUES*"  (cost=0.00..0.03 rows=2 width=4)`,
		"EXPLAIN (COSTS OFF) SELECT 1 WHERE false":                   "Result\n  One-Time Filter: false",
		"EXPLAIN UPDATE a SET y = 'q' WHERE x = 1":                   "Update on a  (cost=0.00..2.25 rows=0 width=0)\n  ->  Seq Scan on a  (cost=0.00..2.25 rows=1 width=…",
		"EXPLAIN SELECT * FROM a WHERE x > 2":                        "Seq Scan on a  (cost=0.00..2.25 rows=99 width=6)\n  Filter: (x > 2)",
		"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT a.y FROM a LEFT JOIN b ON a.x = b.x AND b.z > a.y WHERE a.y <> '7'": `Hash Left Join (actual rows=99 loops=1)
  Hash Cond: (a.x = b.x)
  Join Filter: (b.z > a.y)
  Rows Removed by Join Filter: 9
  ->  Seq Scan on a (actual rows=99 loops=1)
        Filter: (y <> '7'::text)
        Rows Removed by Filter: 1
  ->  Hash (actual rows=10 loops=1)
        Buckets: 1024  Batches: 1  Memory Usage: …`,
		"EXPLAIN (COSTS OFF) SELECT x FROM a UNION SELECT x FROM b": "HashAggregate\n  Group Key: x\n  ->  Append\n        ->  Seq Scan on a\n        ->  Seq Scan on b",
		counted + "SELECT x FROM a ORDER BY y LIMIT 2":              "Limit (actual rows=2 loops=1)\n  ->  Sort (actual rows=2 loops=1)\n        Sort Key: y\n        Sort Method: top-N heapsort  Memory: …",
		"EXPLAIN (COSTS OFF) DELETE FROM a USING b WHERE a.x = b.x": "Delete on a\n  ->  Hash Join\n        Hash Cond: (a.x = b.x)\n        ->  Seq Scan on a\n        ->  Hash\n              ->  Seq Scan on b",
	} {
		got := s.run(query)
		text := strings.Join(got[:len(got)-1], "\n")
		if prefix, cut := strings.CutSuffix(want, "…"); cut && strings.HasPrefix(text, prefix) || text == want {
			continue
		}
		t.Errorf("%s\n%s\nwant:\n%s", query, text, want)
	}
	s.run("SET stemedb.query_memory = '1MB'")
	for query, part := range map[string]string{
		"SELECT md5(g::text) m FROM generate_series(1, 40000) g ORDER BY 1":                                                     "Sort Method: external merge  Disk: ",
		"SELECT DISTINCT md5(g::text) FROM generate_series(1, 40000) g":                                                         "  Disk Usage: ",
		"SELECT md5(g::text), count(*) FROM generate_series(1, 40000) g GROUP BY 1":                                             "  Disk Usage: ",
		"SELECT 1 FROM generate_series(1, 60000) a JOIN (SELECT md5(g::text) m, g FROM generate_series(1, 50000) g) b ON a = g": "Batches: 16",
	} {
		if got := strings.Join(s.run(counted+query), "\n"); !strings.Contains(got, part) {
			t.Errorf("%s\n%s\nlacks %q", query, got, part)
		}
	}
}
