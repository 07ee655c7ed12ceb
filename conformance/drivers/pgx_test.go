package drivers

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// modes are pgx's ways to run a query: simple and extended, text and binary.
var modes = []pgx.QueryExecMode{
	pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
	pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
}

func TestPgxModes(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	ctx := context.Background()
	for _, mode := range modes {
		t.Run(mode.String(), func(t *testing.T) {
			conn := n.Connect(t)
			path := fmt.Sprintf("pgx/%s", mode)
			at := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
			for i, v := range []string{"1.50", "1.5", "2"} {
				_, err := conn.Exec(ctx, "INSERT INTO assertions (concept_path, predicate, value, source, confidence, asserted_at) VALUES ($1, $2, $3, $4, $5, $6)",
					mode, path, "dose", v, fmt.Sprintf("doi:%d", i), 0.9, at)
				if err != nil {
					t.Fatal(err)
				}
			}
			var value, status string
			var number, conflict float64
			var candidates int64
			var asserted time.Time
			err := conn.QueryRow(ctx, "SELECT value, value_number::float8, status, conflict_score, candidates, asserted_at FROM assertions USING LENS consensus WHERE concept_path = $1",
				mode, path).Scan(&value, &number, &status, &conflict, &candidates, &asserted)
			if err != nil {
				t.Fatal(err)
			}
			if number != 1.5 || candidates != 3 || status != "contested" || !asserted.Equal(at) {
				t.Errorf("value %q = %v, %d candidates, status %q, asserted %v", value, number, candidates, status, asserted)
			}
			_, err = conn.Exec(ctx, "INSERT INTO assertions (concept_path, predicate, value, source, confidence) VALUES ($1, 'dose', '1', 's', $2)", mode, path, 1.5)
			var pe *pgconn.PgError
			if !errors.As(err, &pe) || pe.Code != "23514" || pe.ColumnName != "confidence" {
				t.Errorf("confidence 1.5 gives %v", err)
			}
			if err := conn.QueryRow(ctx, "SELECT count(*) FROM assertions WHERE concept_path = $1", mode, path).Scan(&candidates); err != nil || candidates != 3 {
				t.Errorf("after the error: %d claims, %v", candidates, err)
			}
		})
	}
}

func TestPgxBatchAndCursor(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	ctx := context.Background()
	conn := n.Connect(t)
	rows := make([][]any, 5000)
	for i := range rows {
		rows[i] = []any{fmt.Sprintf("batch/%d", i%500), "p", fmt.Sprint(i), fmt.Sprintf("s%d", i%10)}
	}
	count, err := conn.CopyFrom(ctx, pgx.Identifier{"assertions"}, []string{"concept_path", "predicate", "value", "source"}, pgx.CopyFromRows(rows))
	if err != nil || count != 5000 {
		t.Fatalf("COPY took %d rows: %v", count, err)
	}
	batch := &pgx.Batch{}
	for i := range 50 {
		batch.Queue("SELECT count(*) FROM assertions WHERE concept_path = $1", fmt.Sprintf("batch/%d", i))
	}
	res := conn.SendBatch(ctx, batch)
	for range 50 {
		var n int
		if err := res.QueryRow().Scan(&n); err != nil || n != 10 {
			t.Fatalf("pipelined count is %d: %v", n, err)
		}
	}
	if err := res.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := conn.Query(ctx, "SELECT concept_path, value FROM assertions ORDER BY concept_path, value")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for all.Next() {
		seen++
	}
	if all.Err() != nil || seen != 5000 {
		t.Fatalf("%d rows: %v", seen, all.Err())
	}
}

func TestTransactionSeesItself(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	ctx := context.Background()
	conn, other := n.Connect(t), n.Connect(t)
	exec := func(c *pgx.Conn, sql string, args ...any) {
		t.Helper()
		if _, err := c.Exec(ctx, sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	winner := func(c *pgx.Conn) (v string) {
		t.Helper()
		err := c.QueryRow(ctx, "SELECT value FROM assertions USING LENS recency WHERE concept_path = 'what/if' AND predicate = 'p'").Scan(&v)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			t.Fatal(err)
		}
		return v
	}
	exec(conn, "INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('what/if', 'p', 'old', 's', '2020-01-01')")
	exec(conn, "BEGIN")
	exec(conn, "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('what/if', 'p', 'new', 's')")
	if v := winner(conn); v != "new" {
		t.Errorf("inside the transaction the answer is %q", v)
	}
	if v := winner(other); v != "old" {
		t.Errorf("outside of it the answer is %q", v)
	}
	exec(conn, "ROLLBACK")
	if v := winner(conn); v != "old" {
		t.Errorf("after the roll back the answer is %q", v)
	}
	exec(conn, "BEGIN")
	exec(conn, "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('what/if', 'p', 'newer', 's')")
	exec(conn, "COMMIT")
	if v := winner(other); v != "newer" {
		t.Errorf("after the commit the answer is %q", v)
	}
}

func TestCancelAndTimeout(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	ctx := context.Background()
	conn := n.Connect(t)
	slow := "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b WHERE a + b < 0"
	if _, err := conn.Exec(ctx, "SET statement_timeout = 200"); err != nil {
		t.Fatal(err)
	}
	_, err := conn.Exec(ctx, slow)
	var pe *pgconn.PgError
	if !errors.As(err, &pe) || pe.Code != "57014" {
		t.Fatalf("statement_timeout gives %v", err)
	}
	if _, err := conn.Exec(ctx, "SET statement_timeout = 0"); err != nil {
		t.Fatal(err)
	}
	go func() {
		time.Sleep(200 * time.Millisecond)
		if err := conn.PgConn().CancelRequest(ctx); err != nil {
			t.Error(err)
		}
	}()
	if _, err := conn.Exec(ctx, slow); !errors.As(err, &pe) || pe.Code != "57014" {
		t.Fatalf("a cancel request gives %v", err)
	}
	var one int
	if err := conn.QueryRow(ctx, "SELECT 1").Scan(&one); err != nil || one != 1 {
		t.Fatalf("afterwards: %d, %v", one, err)
	}
}
