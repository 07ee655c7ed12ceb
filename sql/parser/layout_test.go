package parser

import "testing"

func TestLayout(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT t.a, t.b FROM t WHERE t.a > 1 ORDER BY t.a LIMIT 3": " SELECT t.a,\n    t.b\n   FROM t\n  WHERE t.a > 1\n  ORDER BY t.a\n LIMIT 3;",
		"SELECT a IS DISTINCT FROM b, f(a, b) FROM t":               " SELECT a IS DISTINCT FROM b,\n    f(a, b)\n   FROM t;",
		"SELECT 1 UNION ALL SELECT (SELECT 2 FROM t)":               " SELECT 1\nUNION ALL SELECT (SELECT 2 FROM t);",
		"SELECT * FROM t FOR SYSTEM_TIME FROM 'a' TO 'b', u":        " SELECT *\n   FROM t FOR SYSTEM_TIME FROM 'a' TO 'b', u;",
		`SELECT 'a,  b' AS "from", t.order FROM t`:                  " SELECT 'a,  b' AS \"from\",\n    t.order\n   FROM t;",
	} {
		if got := Layout(query); got != want {
			t.Errorf("%s\n got %q\nwant %q", query, got, want)
		}
	}
}
