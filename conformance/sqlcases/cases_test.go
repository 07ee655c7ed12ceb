package sqlcases

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestPostgres compares a node's answers with PostgreSQL's.
func TestPostgres(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	load(t, n)
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	if url := os.Getenv("SQLCASES_POSTGRES"); url != "" {
		regenerate(t, n, url, files)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			golden, err := os.ReadFile(strings.TrimSuffix(file, ".sql") + ".golden")
			if err != nil {
				t.Fatal(err)
			}
			compare(t, connect(t, n.URL()), readStatements(t, file), string(golden))
		})
	}
}

// compare runs the statements and holds each answer against the golden text.
func compare(t *testing.T, conn *pgconn.PgConn, statements []string, golden string) {
	t.Helper()
	for i, statement := range statements {
		head := statement + "\n----\n"
		if !strings.HasPrefix(golden, head) {
			t.Fatalf("statement %d is not the golden file's next: take the answers anew\n%s", i+1, statement)
		}
		end := len(golden)
		if i+1 < len(statements) {
			end = strings.Index(golden, "\n\n"+statements[i+1]+"\n----\n")
			if end < 0 {
				t.Fatalf("the golden file lacks statement %d:\n%s", i+2, statements[i+1])
			}
			end += 2
		}
		want := strings.TrimRight(golden[len(head):end], "\n")
		golden = golden[end:]
		if got := answer(conn, statement); got != want {
			t.Errorf("%s\n--- PostgreSQL\n%s\n--- here\n%s\n", statement, want, got)
		}
	}
}

func connect(t *testing.T, url string) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // the node may be gone
	if r := conn.Exec(context.Background(), "SET timezone = 'UTC'; SET extra_float_digits = 1"); r.Close() != nil {
		t.Fatal("set up of the connection failed")
	}
	return conn
}

// load brings testdata/countries into the node.
func load(t *testing.T, n *testnode.Node) {
	t.Helper()
	conn := connect(t, n.URL())
	for table, name := range [2]string{"sources.csv", "claims.csv"} { // sources first: claims take their classes
		data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "countries", name))
		if err != nil {
			t.Fatal(err)
		}
		header, _, _ := strings.Cut(string(data), "\n")
		copySQL := "COPY " + []string{"sources", "assertions"}[table] + "(" + strings.TrimSpace(header) + ") FROM STDIN WITH (FORMAT csv, HEADER)"
		if _, err := conn.CopyFrom(context.Background(), bytes.NewReader(data), copySQL); err != nil {
			t.Fatalf("load %s: %v", name, err)
		}
	}
}

// tables are the plain tables in PostgreSQL that stand for the node's own.
const tables = `
DROP SCHEMA IF EXISTS sqlcases CASCADE; CREATE SCHEMA sqlcases; SET search_path = sqlcases;
CREATE TABLE assertions (id text PRIMARY KEY, concept_path text NOT NULL, predicate text NOT NULL, value text NOT NULL,
  value_type text NOT NULL, unit text, value_number numeric, source text NOT NULL, source_class text NOT NULL, tier int2,
  confidence float8, lifecycle text NOT NULL, epoch text, revises text, derived_from text[], evidence text,
  valid_from timestamptz, valid_to timestamptz, asserted_at timestamptz NOT NULL, metadata jsonb, agent text NOT NULL,
  recorded_at timestamptz NOT NULL, signer text, signature text);
CREATE TABLE sources (source text PRIMARY KEY, class text, status text NOT NULL, trust float8, origin text, url text,
  title text, note text);
CREATE TABLE source_classes (name text PRIMARY KEY, tier int2 NOT NULL, weight float8 NOT NULL, half_life float8,
  default_confidence float8);`

// regenerate takes the answers anew from a PostgreSQL.
func regenerate(t *testing.T, n *testnode.Node, url string, files []string) {
	t.Helper()
	from, to := connect(t, n.URL()), connect(t, url)
	ctx := context.Background()
	if err := to.Exec(ctx, tables).Close(); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"assertions", "sources", "source_classes"} {
		var rows bytes.Buffer
		if _, err := from.CopyTo(ctx, &rows, "COPY "+table+" TO STDOUT"); err != nil {
			t.Fatal(err)
		}
		if _, err := to.CopyFrom(ctx, &rows, "COPY "+table+" FROM STDIN"); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range files {
		var b strings.Builder
		to := connect(t, url)
		if err := to.Exec(ctx, "SET search_path = sqlcases").Close(); err != nil {
			t.Fatal(err)
		}
		for _, statement := range readStatements(t, file) {
			b.WriteString(record(statement, answer(to, statement)))
		}
		if err := os.WriteFile(strings.TrimSuffix(file, ".sql")+".golden", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Exec(ctx, "DROP SCHEMA sqlcases CASCADE").Close(); err != nil {
		t.Fatal(err)
	}
}
