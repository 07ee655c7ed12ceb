package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// refused runs a query that must fail with a SQLSTATE, and a message or hint
// that says what.
func refused(t *testing.T, conn *pgx.Conn, query, code, says string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	_, err := conn.Exec(ctx, query)
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message+"\n"+e.Hint, says) {
		t.Errorf("%s: %v, want %s with %q", query, err, code, says)
	}
}

// text is the one value of a query.
func text(ctx context.Context, t *testing.T, conn *pgx.Conn, query string, args ...any) string {
	t.Helper()
	var out string
	if err := conn.QueryRow(ctx, query, args...).Scan(&out); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

// until repeats a query until it gives what is wanted.
func until(ctx context.Context, t *testing.T, conn *pgx.Conn, want, query string, args ...any) {
	t.Helper()
	for {
		got := text(ctx, t, conn, query, args...)
		if got == want {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("%s %v: %s, want %s", query, args, got, want)
		}
	}
}

// TestMoveBySQL moves a shard, drains a node and compares replicas by functions,
// asked of a node that is neither the shard's leader nor the target.
func TestMoveBySQL(t *testing.T) {
	members := newCluster(t)
	waitInStep(t, members, "start")
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	conn := members[0].node.Load().Connect(t)
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(ctx, query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	until(ctx, t, conn, "n1 UP, n2 UP, n3 UP", "SELECT string_agg(node || ' ' || status, ', ' ORDER BY node) FROM stemedb_nodes()")
	until(ctx, t, conn, "8", "SELECT count(*)::text FROM stemedb_shards() WHERE shard IS NOT NULL AND leader IS NOT NULL AND replicas = '{n1,n2,n3}' AND rebalance_status <> 'RUNNING'")
	if got := text(ctx, t, conn, "SELECT count(*)::text FROM stemedb_shards() WHERE shard IS NULL"); got != "1" {
		t.Errorf("%s groups without a number, want the cluster's own", got)
	}

	for _, target := range []string{"n2", "n3"} { // at least one is another than the present leader
		got := text(ctx, t, conn, "SELECT format('%s %s %s %s', shard, rebalance_status, move_to, move_reason) FROM stemedb_move_shard(3, $1, reason => 'by SQL')", target)
		if got != "3 RUNNING "+target+" by SQL" && got != "3 COMPLETE "+target+" by SQL" {
			t.Errorf("a move to %s begins with %q", target, got)
		}
		until(ctx, t, conn, target+" COMPLETE "+target+" by SQL", "SELECT format('%s %s %s %s', leader, rebalance_status, move_to, move_reason) FROM stemedb_shards() WHERE shard = 3")
	}
	refused(t, conn, "SELECT stemedb_move_shard(8, 'n2')", "22023", "shards are 0 to 7")
	refused(t, conn, "SELECT stemedb_move_shard(-1, 'n2')", "22023", "shards are 0 to 7")
	refused(t, conn, "SELECT stemedb_move_shard(3, 'n9')", "22023", "its nodes are n1, n2, n3")
	refused(t, conn, "SELECT stemedb_drain_node('n9')", "22023", "its nodes are n1, n2, n3")
	refused(t, conn, "SELECT stemedb_sync('n9')", "22023", "its nodes are n1, n2, n3")
	exec("BEGIN READ ONLY")
	refused(t, conn, "SELECT stemedb_move_shard(3, 'n2')", "25006", "stemedb_move_shard()")
	exec("ROLLBACK")

	exec("SELECT stemedb_drain_node('n3')")
	until(ctx, t, conn, "DRAINING 0", "SELECT status || ' ' || leads FROM stemedb_nodes() WHERE node = 'n3'")
	refused(t, conn, "SELECT stemedb_move_shard(3, 'n3')", "55000", "n3 is draining or leaving")
	exec("SELECT stemedb_resume_node('n3')")
	until(ctx, t, conn, "UP", "SELECT status FROM stemedb_nodes() WHERE node = 'n3'")

	rows, err := conn.Query(ctx, "SELECT state FROM stemedb_sync('n2')")
	if err != nil {
		t.Fatal(err)
	}
	states, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(states) != 9 || slices.ContainsFunc(states, func(s string) bool { return s != "OK" }) {
		t.Errorf("the replicas of n2 compare as %v, %v", states, err)
	}
	if got := text(ctx, t, conn, "SELECT count(*)::text FROM stemedb_sync_status()"); got != "27" {
		t.Errorf("%s replicas compare, want 27", got)
	}
	members[2].kill(t)
	until(ctx, t, conn, "DOWN", "SELECT status FROM stemedb_nodes() WHERE node = 'n3'")
	refused(t, conn, "SELECT stemedb_move_shard(3, 'n3')", "55000", "n3 does not answer")
	refused(t, conn, "SELECT stemedb_sync('n3')", "55000", "n3")
}

// TestAloneBySQL: a node without a cluster tells of itself, and what it cannot do.
func TestAloneBySQL(t *testing.T) {
	conn := testnode.Start(t, t.TempDir(), "--node-id", "n1").Connect(t)
	if got := text(t.Context(), t, conn, "SELECT node || ' ' || status || ' ' || replicas FROM stemedb_nodes()"); got != "n1 UP 8" {
		t.Errorf("the node is %q", got)
	}
	if got := text(t.Context(), t, conn, "SELECT count(*)::text FROM stemedb_shards() WHERE leader = 'n1' AND rebalance_status = 'NONE'"); got != "9" {
		t.Errorf("it leads %s groups, want 9", got)
	}
	for _, call := range []string{"stemedb_move_shard(0, 'n1')", "stemedb_drain_node('n1')", "stemedb_resume_node('n1')"} {
		refused(t, conn, "SELECT "+call, "55000", "--join")
	}
	refused(t, conn, "SELECT stemedb_sync('n1', force => true)", "55000", "this node is alone")
}
