package sqlcases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestBlocks compares what blocks and functions in PL/pgSQL give and tell with what
// PostgreSQL says: notices, contexts and queries of errors too. Statements in
// testdata/blocks are parted by blank lines; with SQLCASES_POSTGRES set, the golden files
// are written anew.
func TestBlocks(t *testing.T) {
	files, err := filepath.Glob("testdata/blocks/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	n := testnode.Start(t, t.TempDir())
	for _, file := range files {
		golden := strings.TrimSuffix(file, ".sql") + ".golden"
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		statements := strings.Split(strings.TrimSpace(string(text)), "\n\n")
		if url := os.Getenv("SQLCASES_POSTGRES"); url != "" {
			if err := os.WriteFile(golden, []byte(strings.Join(toldOf(t, url, statements), "")), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			rest := string(want)
			for _, got := range toldOf(t, n.URL(), statements) {
				end := strings.Index(rest, "\n\n") + 2
				if rest[:end] != got {
					t.Errorf("--- PostgreSQL\n%s--- here\n%s", rest[:end], got)
				}
				rest = rest[end:]
			}
		})
	}
}

// tempSchemaName is a session's schema of temporary objects, whose number says nothing.
var tempSchemaName = regexp.MustCompile(`pg_temp_\d+`)

// toldOf runs statements in a session and returns each with all that came back.
func toldOf(t *testing.T, url string, statements []string) []string {
	t.Helper()
	cfg, err := pgconn.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { writeTold(&b, (*pgconn.PgError)(n)) }
	conn, err := pgconn.ConnectConfig(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // the node may be gone
	var out []string
	for _, s := range statements {
		b.Reset()
		results := conn.Exec(context.Background(), s)
		for results.NextResult() {
			r := results.ResultReader()
			for r.NextRow() {
				vals := make([]string, len(r.Values()))
				for i, v := range r.Values() {
					if vals[i] = string(v); v == nil {
						vals[i] = "∅"
					}
				}
				fmt.Fprintf(&b, "(%s)\n", strings.Join(vals, " | "))
			}
			if tag, err := r.Close(); err == nil {
				fmt.Fprintln(&b, tag.String())
			}
		}
		var e *pgconn.PgError
		if err := results.Close(); errors.As(err, &e) {
			writeTold(&b, e)
		} else if err != nil {
			t.Fatal(err)
		}
		told := strings.ReplaceAll(strings.TrimRight(b.String(), "\n"), "\n\n", "\n")
		out = append(out, s+"\n----\n"+tempSchemaName.ReplaceAllString(told, "pg_temp_N")+"\n\n")
	}
	return out
}

func writeTold(b *strings.Builder, e *pgconn.PgError) {
	fmt.Fprintf(b, "%s %s: %s", e.Severity, e.Code, e.Message)
	if e.Position != 0 {
		fmt.Fprintf(b, " (at %d)", e.Position)
	}
	b.WriteByte('\n')
	for _, f := range [][2]string{
		{"DETAIL", e.Detail}, {"HINT", e.Hint}, {"QUERY", e.InternalQuery}, {"CONTEXT", e.Where}, {"SCHEMA", e.SchemaName},
		{"TABLE", e.TableName}, {"COLUMN", e.ColumnName}, {"DATATYPE", e.DataTypeName}, {"CONSTRAINT", e.ConstraintName},
	} {
		if f[1] != "" {
			fmt.Fprintf(b, "%s: %s\n", f[0], f[1])
		}
	}
	if e.InternalPosition != 0 {
		fmt.Fprintf(b, "QUERY AT: %d\n", e.InternalPosition)
	}
}
