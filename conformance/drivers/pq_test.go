package drivers

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/lib/pq"

	"github.com/stemedb/stemedb/conformance/testnode"
)

func TestLibPQ(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	db, err := sql.Open("postgres", n.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	stmt, err := tx.Prepare(pq.CopyIn("assertions", "concept_path", "predicate", "value", "source"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{"a", "b", "c\td\\e"} {
		if _, err := stmt.Exec("pq/1", "p", v, "source "+v); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := stmt.Exec(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(stmt.Close(), tx.Commit()); err != nil {
		t.Fatal(err)
	}
	var got []string
	rows, err := db.QueryContext(ctx, "SELECT value FROM assertions WHERE concept_path = $1 ORDER BY value", "pq/1")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		got = append(got, v)
	}
	if err := rows.Err(); err != nil || len(got) != 3 || got[2] != "c\td\\e" {
		t.Fatalf("values %q, %v", got, err)
	}
	_, err = db.ExecContext(ctx, "UPDATE assertions SET value = 'x'")
	var pe *pq.Error
	if !errors.As(err, &pe) || pe.Code != "0A000" || pe.Hint == "" {
		t.Fatalf("UPDATE of claims gives %v", err)
	}
	var known []string
	if err := db.QueryRowContext(ctx, "SELECT array_agg(name ORDER BY tier) FROM source_classes").Scan(pq.Array(&known)); err != nil || len(known) != 6 || known[0] != "regulatory" {
		t.Fatalf("classes %v, %v", known, err)
	}
}
