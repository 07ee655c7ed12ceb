package sqlcases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
	"github.com/stemedb/stemedb/conformance/testnode"
)

// limitsFile has a line for each large statement: the name and the size of its
// text, and PostgreSQL's answer: an SQLSTATE, or how many rows and the start of
// the first value.
const limitsFile = "testdata/limits"

// limitsMemory is the most that the node may need for them, in MiB: its cache,
// a statement's budget, and what Go keeps in hand.
const (
	limitsMemory = 64 + 512 + 256
	limitsGo     = "512MiB"
)

// series writes n items, made by a pattern in which ? is the item's number,
// with a separator between them.
func series(n int, sep, pattern string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(strings.ReplaceAll(pattern, "?", strconv.Itoa(i)))
	}
	return b.String()
}

// nested writes open n times, the core, and shut n times.
func nested(n int, open, core, shut string) string {
	return strings.Repeat(open, n) + core + strings.Repeat(shut, n)
}

// limits are the statements by name. The size is a count of parts, or how deep.
var limits = map[string]func(n int) string{
	"string":  func(n int) string { return "SELECT length('" + strings.Repeat("x", n) + "')" },
	"comment": func(n int) string { return "SELECT 1 /*" + strings.Repeat("x", n) + "*/" },
	"rows":    func(n int) string { return "SELECT count(*) FROM (VALUES " + series(n, ",", "(?)") + ") v" },
	"sum":     func(n int) string { return "SELECT " + series(n, "+", "1") },
	"and":     func(n int) string { return "SELECT " + series(n, " AND ", "true") },
	"or": func(n int) string {
		return "SELECT count(*) FROM generate_series(1, 10) g WHERE " + series(n, " OR ", "g = ?")
	},
	"columns":   func(n int) string { return "SELECT " + series(n, ",", "?") },
	"star":      func(n int) string { return "SELECT * FROM (VALUES (" + series(n, ",", "?") + ")) v" },
	"join star": func(n int) string { return "SELECT * FROM (VALUES (" + series(n, ",", "?") + ")) v, (VALUES (1)) w" },
	"row":       func(n int) string { return "SELECT ROW(" + series(n, ",", "?") + ") IS NULL" },
	"table":     func(n int) string { return fmt.Sprintf("CREATE TEMP TABLE wide%d (%s)", n, series(n, ",", "c? int")) },
	"group": func(n int) string {
		return "SELECT count(*) FROM (VALUES (1)) v(a) GROUP BY " + series(n, ",", "a + ?")
	},
	"order": func(n int) string { return "SELECT a FROM (VALUES (1)) v(a) ORDER BY " + series(n, ",", "a + ?") },
	"union": func(n int) string { return "SELECT " + series(n, ",", "1") + " UNION SELECT " + series(n, ",", "1") },
	"in": func(n int) string {
		return "SELECT count(*) FROM generate_series(1, 20000) g WHERE g IN (" + series(n, ",", "?") + ")"
	},
	"not in": func(n int) string {
		return "SELECT count(*) FROM generate_series(1, 20000) g WHERE g NOT IN (" + series(n, ",", "?") + ")"
	},
	"in claims": func(n int) string {
		return "SELECT count(*) FROM assertions WHERE concept_path IN (" + series(n, ",", "'countries/?'") + ")"
	},
	"in parameters": func(n int) string {
		return "SELECT count(*) FROM generate_series(1, 20000) g WHERE g IN (" + numbered(n) + ")"
	},
	"in claims parameters": func(n int) string {
		return "SELECT count(*) FROM assertions WHERE concept_path IN (" + numbered(n) + ")"
	},
	"values parameters": func(n int) string {
		return "SELECT count(*) FROM (VALUES (" + strings.ReplaceAll(numbered(n), ",", "::int),(") + "::int)) v"
	},
	"elements": func(n int) string { return "SELECT cardinality(ARRAY[" + series(n, ",", "?") + "])" },
	"coalesce": func(n int) string { return "SELECT coalesce(" + series(n, ",", "NULL") + ", 1)" },
	"greatest": func(n int) string { return "SELECT greatest(" + series(n, ",", "?") + ")" },
	"whens": func(n int) string {
		return "SELECT CASE " + strconv.Itoa(n-1) + series(n, "", " WHEN ? THEN ?") + " END"
	},
	"arguments":   func(n int) string { return "SELECT length(concat(" + series(n, ",", "'a'") + "))" },
	"no function": func(n int) string { return "SELECT abs(" + series(n, ",", "1") + ")" },
	"parens":      func(n int) string { return "SELECT " + nested(n, "(", "1", ")") },
	"not":         func(n int) string { return "SELECT " + nested(n, "NOT ", "true", "") },
	"minus":       func(n int) string { return "SELECT " + nested(n, "- ", "1", "") },
	"calls":       func(n int) string { return "SELECT " + nested(n, "abs(", "1", ")") },
	"case":        func(n int) string { return "SELECT " + nested(n, "CASE WHEN true THEN ", "1", " END") },
	"when":        func(n int) string { return "SELECT " + nested(n, "CASE WHEN ", "true", " THEN true END") },
	"arrays":      func(n int) string { return "SELECT " + nested(n, "ARRAY[", "1", "]") },
	"rows text":   func(n int) string { return "SELECT length((" + nested(n, "ROW(", "1", ")") + ")::text)" },
	"row json":    func(n int) string { return "SELECT length(row_to_json(" + nested(n, "ROW(", "1", ")") + ")::text)" },
	"casts":       func(n int) string { return "SELECT " + nested(n, "", "1", "::int") },
	"scalar":      func(n int) string { return "SELECT " + nested(n, "(SELECT ", "1", ")") },
	"from":        func(n int) string { return "SELECT * FROM " + nested(n, "(SELECT * FROM ", "(VALUES (1)) v", ") v") },
	"exists":      func(n int) string { return "SELECT " + nested(n, "EXISTS (SELECT 1 WHERE ", "true", ")") },
	"in subquery": func(n int) string { return "SELECT 1 WHERE " + nested(n, "1 IN (SELECT 1 WHERE ", "true", ")") },
	"unions":      func(n int) string { return series(n, " UNION ALL ", "SELECT 1") },
	"excepts":     func(n int) string { return series(n, " EXCEPT ", "SELECT 1") },
	"union left":  func(n int) string { return nested(n, "(", "SELECT 1", " UNION ALL SELECT 1)") },
	"union right": func(n int) string { return nested(n, "SELECT 1 UNION ALL (", "SELECT 1", ")") },
	"cte chain": func(n int) string {
		return "WITH c0 AS (SELECT 1 AS a)" + chain(n) + fmt.Sprintf(" SELECT * FROM c%d", n)
	},
	"cte nested": func(n int) string { return nested(n, "WITH c AS (", "SELECT 1 AS a", ") SELECT * FROM c") },
	"joins": func(n int) string {
		return "SELECT count(*) FROM (VALUES (1)) t(a)" + series(n, "", " JOIN (VALUES (1)) t?(a) ON t?.a = t.a")
	},
	"equal joins": func(n int) string {
		return "SELECT count(*) FROM generate_series(1, 3) t" + series(n, "", ", generate_series(1, 3) t?") + " WHERE true" + series(n, "", " AND t? = t")
	},
	"left joins": func(n int) string {
		return "SELECT count(*) FROM assertions t" + series(n, "", " LEFT JOIN assertions t? ON t?.id = t.id")
	},
	"catalog joins": func(n int) string {
		return "SELECT count(*) FROM pg_class t" + series(n, "", ", pg_attribute t?") + " WHERE true" + series(n, "", " AND t?.attrelid = t.oid AND t?.attnum = -99")
	},
	"joins left": func(n int) string {
		return "SELECT count(*) FROM " + strings.Repeat("(", n) + "(VALUES (1)) t" + series(n, "", " CROSS JOIN (VALUES (1)) u?)")
	},
	"joins right": func(n int) string {
		return "SELECT count(*) FROM " + series(n, "", "((VALUES (1)) t? CROSS JOIN ") + "(VALUES (1)) u" + strings.Repeat(")", n)
	},
	"join subqueries": func(n int) string {
		return "SELECT count(*) FROM " + nested(n, "(SELECT t.a FROM (VALUES (1)) t(a) JOIN ", "(VALUES (1)) u(a)", " ON t.a = u.a) u")
	},
	"lateral nested": func(n int) string {
		return "SELECT count(*) FROM (VALUES (1)) o(a), " + nested(n, "LATERAL (SELECT o.a + 1 AS a FROM (VALUES (1)) v, ", "LATERAL (SELECT o.a) w", ") x")
	},
	"rows compared": func(n int) string {
		return "SELECT ROW(" + series(n, ",", "?") + ") = ROW(" + series(n, ",", "?") + ")"
	},
	"row equality": func(n int) string {
		return "SELECT " + nested(n, "ROW(", "1", ")") + " = " + nested(n, "ROW(", "1", ")")
	},
	"array union": func(n int) string {
		return "SELECT cardinality(" + nested(n, "array_cat(ARRAY[1], ", "ARRAY[2]", ")") + ")"
	},
	"comma joins": func(n int) string { return "SELECT count(*) FROM " + series(n, ",", "(VALUES (1)) t?(a)") },
	"lateral": func(n int) string {
		return "SELECT count(*) FROM (VALUES (1)) t(a)" + series(n, "", ", LATERAL (SELECT t.a + 1 AS a) t?")
	},
	"array text":   func(n int) string { return "SELECT '" + nested(n, "{", "1", "}") + "'::int[]" },
	"json":         func(n int) string { return "SELECT length('" + nested(n, "[", "", "]") + "'::json::text)" },
	"jsonb":        func(n int) string { return "SELECT length('" + nested(n, "[", "", "]") + "'::jsonb::text)" },
	"json objects": func(n int) string { return "SELECT length('" + nested(n, `{"a":`, "1", "}") + "'::json::text)" },
	"json get":     func(n int) string { return "SELECT length('" + nested(n, "[", "", "]") + "'::json->>0)" },
	"jsonb build": func(n int) string {
		return "SELECT jsonb_build_array('" + nested(n, "[", "", "]") + "'::jsonb) IS NULL"
	},
	"jsonpath": func(n int) string { return "SELECT '" + nested(n, "(", "$", ")") + "'::jsonpath IS NULL" },
	"regex":    func(n int) string { return "SELECT 'a' ~ '" + nested(n, "(", "a", ")") + "'" },
}

// numbered lists the parameters $1 to $n.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ",$%d", i+1)
	}
	return b.String()[1:]
}

// parameters are the values of those statements that take any, each the
// number of its parameter.
func parameters(name string, n int) (values [][]byte) {
	if !strings.HasSuffix(name, " parameters") {
		return nil
	}
	for i := range n {
		values = append(values, strconv.AppendInt(nil, int64(i+1), 10))
	}
	return values
}

func chain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", c%d AS (SELECT a + 1 AS a FROM c%d)", i+1, i)
	}
	return b.String()
}

// outcome is a short word for an answer.
func outcome(t *testing.T, conn *pgconn.PgConn, name string, size int) string {
	t.Helper()
	ctx, sql := context.Background(), limits[name](size)
	if values := parameters(name, size); values != nil {
		r := conn.ExecParams(ctx, sql, values, nil, nil, nil).Read()
		var refused *pgconn.PgError
		switch {
		case errors.As(r.Err, &refused):
			return refused.Code
		case r.Err != nil:
			t.Fatalf("%.60s…: %v", sql, r.Err)
		}
		return fmt.Sprintf("%d rows of %d: %.20s", len(r.Rows), len(r.Rows[0]), r.Rows[0][0])
	}
	a, err := oracle.Ask(ctx, conn, sql)
	switch {
	case err != nil:
		t.Fatalf("%.60s…: %v", sql, err)
	case a.Code != "":
		return a.Code
	case len(a.Rows) == 0:
		return a.Tag
	case len(a.Rows[0]) == 0 || a.Rows[0][0] == nil:
		return fmt.Sprintf("%d rows", len(a.Rows))
	}
	return fmt.Sprintf("%d rows of %d: %.20s", len(a.Rows), len(a.Rows[0]), a.Rows[0][0])
}

// TestLimits holds that a large statement gets PostgreSQL's answer or is refused
// as too large, and that the node stands it.
func TestLimits(t *testing.T) {
	t.Setenv("GOMEMLIMIT", limitsGo)
	text, err := os.ReadFile(limitsFile)
	if err != nil {
		t.Fatal(err)
	}
	n := testnode.Start(t, t.TempDir())
	load(t, n)
	conn := connect(t, n.URL())
	if url := os.Getenv("SQLCASES_POSTGRES"); url != "" {
		text = takeLimits(t, n, url, string(text))
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		name, size, want := parseLimit(t, line)
		seen[name] = true
		got := outcome(t, conn, name, size)
		if got != want && got != "54000" && got != "54001" {
			t.Errorf("%s %d: %s, wanted %s", name, size, got, want)
		}
	}
	for name := range limits {
		if !seen[name] {
			t.Errorf("%s has no line in %s", name, limitsFile)
		}
	}
	if mib := n.PeakMemory(t) >> 20; mib > limitsMemory && !testnode.Race {
		t.Errorf("the node took %d MiB, more than %d", mib, limitsMemory)
	}
}

// parseLimit reads "name size = answer".
func parseLimit(t *testing.T, line string) (name string, size int, answer string) {
	t.Helper()
	head, answer, _ := strings.Cut(strings.TrimSpace(line), " =")
	at := strings.LastIndexByte(head, ' ')
	size, err := strconv.Atoi(head[at+1:])
	if err != nil || limits[head[:at]] == nil {
		t.Fatalf("%s: not understood: %q %v", limitsFile, line, err)
	}
	return head[:at], size, strings.TrimSpace(answer)
}

// takeLimits takes the answers anew from a PostgreSQL.
func takeLimits(t *testing.T, n *testnode.Node, url, text string) []byte {
	t.Helper()
	ctx := context.Background()
	pg := connect(t, url)
	if err := pg.Exec(ctx, "DROP SCHEMA IF EXISTS limits CASCADE; CREATE SCHEMA limits; SET search_path = limits; SET jit = off; SET statement_timeout = '4s'").Close(); err != nil {
		t.Fatal(err)
	}
	if err := oracle.Mirror(ctx, connect(t, n.URL()), pg); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		name, size, _ := parseLimit(t, line)
		fmt.Fprintf(&b, "%s %d = %s\n", name, size, outcome(t, pg, name, size))
	}
	if err := pg.Exec(ctx, "DROP SCHEMA limits CASCADE").Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(limitsFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}
