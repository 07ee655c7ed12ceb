package crash

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestStopCutsStatements ends a node in order while a statement would go on for a long
// time: the statement is ended, and the node has time left to end well.
func TestStopCutsStatements(t *testing.T) {
	t.Parallel()
	n := testnode.Start(t, t.TempDir())
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	busy, look := n.Connect(t), n.Connect(t)
	ended := make(chan error, 1)
	go func() {
		_, err := busy.Exec(ctx, "SELECT pg_sleep(600)")
		ended <- err
	}()
	for sleeping := 0; sleeping == 0; {
		if err := look.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(600)'").Scan(&sleeping); err != nil {
			t.Fatal(err)
		}
	}
	n.Stop(t)
	var e *pgconn.PgError
	if err := <-ended; !errors.As(err, &e) || e.Code != "57P01" {
		t.Errorf("the statement ended with %v", err)
	}
}
