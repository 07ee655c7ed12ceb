package sqlcases

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
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
	if err := oracle.LoadCountries(context.Background(), connect(t, n.URL())); err != nil {
		t.Fatal(err)
	}
}

// regenerate takes the answers anew from a PostgreSQL.
func regenerate(t *testing.T, n *testnode.Node, url string, files []string) {
	t.Helper()
	from, to := connect(t, n.URL()), connect(t, url)
	ctx := context.Background()
	if err := to.Exec(ctx, "DROP SCHEMA IF EXISTS sqlcases CASCADE; CREATE SCHEMA sqlcases; SET search_path = sqlcases").Close(); err != nil {
		t.Fatal(err)
	}
	if err := oracle.Mirror(ctx, from, to); err != nil {
		t.Fatal(err)
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
