package drivers

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestNotifications: a client that waits is told at once, one in a transaction when
// that has ended, and in the order in which things were said.
func TestNotifications(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	config, err := pgx.ParseConfig(n.URL())
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	config.OnNotification = func(_ *pgconn.PgConn, got *pgconn.Notification) {
		told = append(told, fmt.Sprintf("%s:%s", got.Channel, got.Payload))
	}
	hears, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer hears.Close(ctx) //nolint:errcheck // the test is over
	speaks := n.Connect(t)
	run := func(c *pgx.Conn, sql string, args ...any) {
		t.Helper()
		if _, err := c.Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	run(hears, "LISTEN news")
	for i := range 3 {
		said := make(chan error, 1)
		go func() {
			time.Sleep(50 * time.Millisecond) // the other waits by then, mostly
			_, err := speaks.Exec(ctx, "SELECT pg_notify('news', $1)", fmt.Sprint(i))
			said <- err
		}()
		if err := hears.PgConn().WaitForNotification(ctx); err != nil {
			t.Fatal(err)
		}
		if err := <-said; err != nil {
			t.Fatal(err)
		}
	}
	run(hears, "BEGIN")
	run(speaks, "NOTIFY news, 'a'")
	run(speaks, "NOTIFY news, 'b'")
	run(hears, "SELECT 1")
	if len(told) != 3 {
		t.Errorf("told within a transaction: %q", told)
	}
	run(hears, "COMMIT")
	if want := []string{"news:0", "news:1", "news:2", "news:a", "news:b"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
