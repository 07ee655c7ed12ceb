package sql

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// testAdmin is a cluster of two nodes that notes what it is told.
type testAdmin struct {
	mu   sync.Mutex
	told []string
}

func (a *testAdmin) tell(format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told = append(a.told, fmt.Sprintf(format, args...))
}

// take returns what was told since the last call.
func (a *testAdmin) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	told := a.told
	a.told = nil
	return told
}

func (a *testAdmin) Shards(context.Context) ([]AdminShard, error) {
	return []AdminShard{
		{Shard: 0, Leader: "n1", Replicas: []string{"n1", "n2"}, Status: "NONE"}, {Shard: 1, Leader: "n2", Replicas: []string{"n1", "n2"}, Status: "NONE"},
		{Shard: AdminOwnState, Leader: "n1", Status: "NONE"},
	}, nil
}

func (a *testAdmin) Nodes(context.Context) ([]AdminNode, error) {
	return []AdminNode{{Node: "n1", Status: "UP"}, {Node: "n2", Status: "UP"}}, nil
}

func (a *testAdmin) Replicas(context.Context) ([]AdminReplica, error) {
	return []AdminReplica{{Shard: 0, Node: "n1", State: "OK"}, {Shard: 0, Node: "n2", State: "OK"}}, nil
}

func (a *testAdmin) MoveShard(_ context.Context, shard int32, node, reason string) (AdminShard, error) {
	a.tell("move %d to %s: %s", shard, node, reason)
	if shard > 1 {
		return AdminShard{}, sqlerr.New(sqlerr.InvalidParameterValue, "there is no such shard").WithHint("stemedb_shards() lists the shards.")
	}
	return AdminShard{Shard: shard, Status: "RUNNING", Move: AdminMove{To: node}}, nil
}

// DrainNode hangs until the statement ends.
func (a *testAdmin) DrainNode(ctx context.Context, node string) (AdminNode, error) {
	a.tell("drain %s", node)
	<-ctx.Done()
	return AdminNode{}, ctx.Err()
}

func (a *testAdmin) ResumeNode(_ context.Context, node string) (AdminNode, error) {
	a.tell("resume %s", node)
	return AdminNode{Node: node, Status: "UP"}, nil
}

func (a *testAdmin) SyncNode(_ context.Context, node string, force bool) error {
	a.tell("sync %s %v", node, force)
	return nil
}

func adminEngine(t *testing.T) (*Engine, *testAdmin) {
	t.Helper()
	a := &testAdmin{}
	return newTestEngine(t, func(o *Options) { o.Admin = a }), a
}

// told checks what a query string gives, and what the cluster is told by it.
func (s *testSession) told(a *testAdmin, text string, told []string, want ...string) {
	s.t.Helper()
	a.take()
	s.want(text, want...)
	if got := a.take(); !slices.Equal(got, told) {
		s.t.Errorf("%s\ntold the cluster %q\nwant %q", text, got, told)
	}
}

func TestClusterFunctions(t *testing.T) {
	e, a := adminEngine(t)
	s := e.testSession(t)
	once := []string{"move 1 to n2: "}
	s.told(a, "SELECT shard, leader, replicas FROM stemedb_shards()", nil, "0|n1|{n1,n2}", "1|n2|{n1,n2}", "∅|n1|{}", "SELECT 3")
	s.told(a, "SELECT node, status FROM pg_catalog.stemedb_nodes()", nil, "n1|UP", "n2|UP", "SELECT 2")
	s.told(a, "SELECT shard, rebalance_status, move_to FROM stemedb_move_shard(1, 'n2')", once, "1|RUNNING|n2", "SELECT 1")
	s.told(a, "SELECT stemedb_move_shard(target_node => 'n2', reason => 'hot', shard_id => 1)", []string{"move 1 to n2: hot"}, "(1,,{},{},{},0,0,0,RUNNING,,n2,,,,)", "SELECT 1")
	s.told(a, "SELECT node, state FROM stemedb_sync('n2')", []string{"sync n2 false"}, "n2|OK", "SELECT 1")
	s.told(a, "SELECT node, state FROM stemedb_sync('n2', force => true)", []string{"sync n2 true"}, "n2|OK", "SELECT 1")
	s.told(a, "SELECT (stemedb_resume_node('n2')).status", []string{"resume n2"}, "UP", "SELECT 1")
	s.told(a, "SELECT stemedb_move_shard(shard, 'n2') IS NULL FROM stemedb_shards()", []string{"move 0 to n2: ", "move 1 to n2: "}, "f", "f", "t", "SELECT 3")
	s.told(a, `SELECT m.shard, m.rebalance_status FROM (SELECT shard FROM stemedb_shards() WHERE shard IS NOT NULL ORDER BY query_rate DESC, shard DESC LIMIT 1) hot,
		stemedb_move_shard(hot.shard, 'n2', reason => 'hot shard') m`, []string{"move 1 to n2: hot shard"}, "1|RUNNING", "SELECT 1")
	s.told(a, "SELECT stemedb_move_shard(9, 'n2')", []string{"move 9 to n2: "}, "22023: there is no such shard")
	s.told(a, "SELECT stemedb_move_shard('x', 'n2')", nil, `22P02: invalid input syntax for type integer: "x"`)
	s.told(a, "SELECT stemedb_move_shard(1)", nil, "42883: function stemedb_move_shard(integer) does not exist")
	s.told(a, "SET search_path = ''; SELECT rebalance_status FROM stemedb_move_shard(1, 'n2')", once, "SET", "RUNNING", "SELECT 1")
}

// TestClusterFunctionsRunOnce: a call is made when the statement is run, as often
// as it has rows, and neither by what describes the statement nor for rows that
// nobody asked for.
func TestClusterFunctionsRunOnce(t *testing.T) {
	e, a := adminEngine(t)
	s := e.testSession(t)
	call := "SELECT rebalance_status FROM stemedb_move_shard(1, 'n2')"
	once := []string{"move 1 to n2: "}
	s.told(a, "PREPARE p AS "+call, nil, "PREPARE")
	s.told(a, "EXPLAIN "+call, nil, "Function Scan on stemedb_move_shard  (cost=…", "EXPLAIN")
	s.told(a, "CREATE VIEW v AS "+call, nil, "CREATE VIEW")
	s.told(a, "EXECUTE p", once, "RUNNING", "SELECT 1")
	s.told(a, "SELECT * FROM v", once, "RUNNING", "SELECT 1")
	s.told(a, "WITH m AS ("+call+") SELECT count(*) FROM m x, m y", once, "1", "SELECT 1")
	s.told(a, "SELECT 1 WHERE EXISTS ("+call+")", once, "1", "SELECT 1")
	s.told(a, "CREATE TEMP TABLE t AS "+call, once, "SELECT 1")
	s.told(a, "BEGIN; DECLARE c CURSOR FOR "+call, nil, "BEGIN", "DECLARE CURSOR")
	s.told(a, "FETCH ALL FROM c; ROLLBACK", once, "RUNNING", "FETCH 1", "ROLLBACK")
	s.told(a, "SELECT stemedb_move_shard(1, 'n2') IS NULL FROM generate_series(1, 5) LIMIT 1", once, "f", "SELECT 1")
	s.told(a, "SELECT shard, (stemedb_move_shard(shard, 'n2')).move_to FROM stemedb_shards() WHERE shard IS NOT NULL ORDER BY shard DESC LIMIT 1", once, "1|n2", "SELECT 1")
	s.told(a, "SELECT stemedb_move_shard(g, 'n2') IS NULL FROM generate_series(0, 1) g ORDER BY g DESC", []string{"move 1 to n2: ", "move 0 to n2: "}, "f", "f", "SELECT 2")
	s.told(a, "SELECT stemedb_move_shard(g % 2, 'n2') IS NULL FROM generate_series(0, 9) g OFFSET 1 LIMIT 1", []string{"move 0 to n2: ", "move 1 to n2: "}, "f", "SELECT 1")
	// A call for each column, as PostgreSQL makes them; FROM makes one.
	s.told(a, "SELECT (stemedb_resume_node('n2')).*", slices.Repeat([]string{"resume n2"}, 7), "n2|∅|UP|0|0|0|∅", "SELECT 1")
	s.told(a, "SELECT * FROM stemedb_resume_node('n2')", []string{"resume n2"}, "n2|∅|UP|0|0|0|∅", "SELECT 1")
	s.told(a, "SELECT CASE WHEN g > 4 THEN stemedb_move_shard(1, 'n2') IS NULL END FROM generate_series(1, 5) g OFFSET 4", once, "f", "SELECT 1")
}

// TestClusterFunctionsStayHere: a call in a statement over claims that lie on
// other nodes is made by the session's own node.
func TestClusterFunctionsStayHere(t *testing.T) {
	e, a := adminEngine(t)
	near := e.testSession(t)
	fillFar(t, near, 1)
	far, _ := farEngine(t, e, none)
	s := farSession(t, far)
	s.told(a, "SELECT count(*) FROM assertions", nil, "60", "SELECT 1")
	const query = "SELECT count(*) FROM assertions WHERE concept_path = 'd/07' AND (stemedb_move_shard(1, 'n2')).shard = 1"
	s.told(a, query, nil, "55000: there is no cluster to ask") // far has none; near, which holds the claims, is not asked
	near.told(a, query, []string{"move 1 to n2: "}, "1", "SELECT 1")
}

func TestClusterFunctionsRefused(t *testing.T) {
	e, a := adminEngine(t)
	s := e.testSession(t)
	const readOnly = "25006: cannot execute stemedb_move_shard() in a read-only transaction"
	s.told(a, "BEGIN READ ONLY; SELECT stemedb_move_shard(1, 'n2')", nil, "BEGIN", readOnly)
	s.want("ROLLBACK; SET default_transaction_read_only = on", "ROLLBACK", "SET")
	s.told(a, "SELECT * FROM stemedb_move_shard(1, 'n2')", nil, readOnly)
	s.told(a, "SELECT count(*) FROM stemedb_nodes()", nil, "2", "SELECT 1")
	s.told(a, "SELECT proacl FROM pg_proc WHERE proname IN ('stemedb_move_shard', 'stemedb_shards') ORDER BY oid", nil, "∅", "{stemedb=X/stemedb}", "SELECT 2")

	e.testSession(t).want("CREATE USER ann", "CREATE ROLE")
	other := e.sessionAs(t, "ann")
	const denied = "42501: permission denied for function stemedb_move_shard"
	for _, query := range []string{
		"SELECT stemedb_move_shard(1, 'n2')", "SELECT * FROM stemedb_move_shard(1, 'n2')", "SELECT stemedb_move_shard(1, 'n2') WHERE random() < 0",
		"SELECT 1 FROM generate_series(1, 3) g WHERE g = 2 AND stemedb_move_shard(g, 'n2') IS NULL", "CREATE TEMP TABLE t AS SELECT stemedb_move_shard(1, 'n2') IS NULL",
		"EXPLAIN ANALYZE SELECT stemedb_move_shard(1, 'n2')", "BEGIN READ ONLY; SELECT stemedb_move_shard(1, 'n2')",
	} {
		a.take()
		if out := other.run(query); out[len(out)-1] != denied || len(a.take()) > 0 {
			t.Errorf("%s: %q", query, out)
		}
	}
	other.told(a, "ROLLBACK; SELECT count(*) FROM stemedb_shards()", nil, "ROLLBACK", "3", "SELECT 1")
	const may = "SELECT has_function_privilege('stemedb_move_shard(int, text, text)', 'EXECUTE'), has_function_privilege('stemedb_shards()', 'EXECUTE'), has_function_privilege('lower(text)', 'EXECUTE')"
	other.want(may, "f|t|t", "SELECT 1")
	s.want(may, "t|t|t", "SELECT 1")
}

// TestClusterFunctionsEnd: a call that waits ends with its statement.
func TestClusterFunctionsEnd(t *testing.T) {
	e, a := adminEngine(t)
	s := e.testSession(t)
	s.told(a, "SET statement_timeout = 20; SELECT stemedb_drain_node('n2')", []string{"drain n2"}, "SET", "57014: canceling statement due to statement timeout")
	s.want("SET statement_timeout = 0", "SET")
	done := make(chan []string)
	go func() { done <- s.run("SELECT * FROM stemedb_drain_node('n1')") }()
	for {
		a.mu.Lock()
		told := len(a.told)
		a.mu.Unlock()
		if told > 0 {
			break
		}
		select {
		case out := <-done:
			t.Fatal(out)
		default:
		}
	}
	s.Cancel()
	if out := <-done; out[0] != "57014: canceling statement due to user request" {
		t.Error(out)
	}
}
