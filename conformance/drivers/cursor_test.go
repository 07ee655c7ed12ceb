package drivers

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestCursorParameter: a cursor keeps the parameters that it was declared with, when
// the portal of DECLARE has ended and other parameters have come.
func TestCursorParameter(t *testing.T) {
	conn := testnode.Start(t, t.TempDir()).Connect(t)
	ctx := context.Background()
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "DECLARE c CURSOR FOR SELECT g FROM generate_series(1, 9000) g WHERE g > $1 AND g::text LIKE $2", 10, "%7"); err != nil {
		t.Fatal(err)
	}
	var got []int32
	for n := -1; len(got) != n; {
		n = len(got)
		rows, err := tx.Query(ctx, "FETCH 300 FROM c")
		if err != nil {
			t.Fatal(err)
		}
		page, err := pgx.CollectRows(rows, pgx.RowTo[int32])
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page...)
		var echo string
		if err := tx.QueryRow(ctx, "SELECT $1 || $2", "%", "x").Scan(&echo); err != nil || echo != "%x" {
			t.Fatal(echo, err)
		}
	}
	if len(got) != 899 || got[0] != 17 || got[898] != 8997 {
		t.Errorf("%d rows, from %v", len(got), got[:min(3, len(got))])
	}
}
