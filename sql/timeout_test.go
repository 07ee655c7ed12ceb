package sql

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stemedb/stemedb/storage"
)

// TestTimeoutOfPlanning: the time of a statement is over while it is planned, as
// it stands or within another.
func TestTimeoutOfPlanning(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	var items, conds strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&items, ", assertions t%d", i)
		fmt.Fprintf(&conds, " AND t%d.id = t.id", i)
	}
	query := "SELECT count(*) FROM assertions t" + items.String() + " WHERE true" + conds.String()
	const late = "57014: canceling statement due to statement timeout"
	for _, within := range []string{"", "EXPLAIN ", "CREATE TEMP TABLE x AS ", "CREATE VIEW x AS ", "PREPARE x AS "} {
		s.want("SET statement_timeout = 5", "SET")
		s.want(within+query, late)
		s.want("SET statement_timeout = 0; SELECT 1", "SET", "1", "SELECT 1")
	}
	s.want("BEGIN; SET LOCAL statement_timeout = 5; DECLARE c CURSOR FOR "+query, "BEGIN", "SET", late)
	s.want("ROLLBACK; SELECT 1", "ROLLBACK", "1", "SELECT 1")
}

// TestTimeoutWithin: what runs within a utility statement ends in time too.
func TestTimeoutWithin(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	const late = "57014: canceling statement due to statement timeout"
	s.want("SET statement_timeout = 20", "SET")
	s.want("EXPLAIN ANALYZE SELECT count(*) FROM generate_series(1, 100000000000)", late)
	s.want("CREATE TEMP TABLE x AS SELECT count(*) FROM generate_series(1, 100000000000)", late)
	s.want("SET statement_timeout = 0", "SET")
	s.want("SELECT count(*) FROM x", `42P01: relation "x" does not exist`)
}

// stuckCluster is a cluster without a quorum: what is read of it as it stands now
// comes when the statement ends. What this node holds is there.
type stuckCluster struct {
	testCluster
	stuck *atomic.Bool
	moved *atomic.Uint64 // changes of the state tables that nobody has read yet
}

func (c stuckCluster) StateVersion() uint64 { return c.testCluster.StateVersion() + c.moved.Load() }

func (c stuckCluster) Read(ctx context.Context, o storage.ReadOptions) (*storage.View, error) {
	if c.stuck.Load() && !o.Bounded {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return c.testCluster.Read(ctx, o)
}

// TestTimeoutWithoutQuorum: statements that need the other nodes end in time, wherever
// they wait for them, and others run.
func TestTimeoutWithoutQuorum(t *testing.T) {
	var stuck atomic.Bool
	var moved atomic.Uint64
	e := newTestEngine(t, func(o *Options) { o.Cluster = stuckCluster{o.Cluster.(testCluster), &stuck, &moved} })
	s := e.testSession(t)
	s.want("CREATE VIEW v AS SELECT 1 AS one; SELECT one FROM v", "CREATE VIEW", "1", "SELECT 1")
	s.want("SET statement_timeout = 50", "SET")
	stuck.Store(true)
	moved.Add(1)
	const late = "57014: canceling statement due to statement timeout"
	s.want("SELECT 1", "1", "SELECT 1")
	s.want("SHOW statement_timeout", "50ms", "SHOW")
	s.want("SELECT count(*) FROM assertions", late)
	s.want("SELECT one FROM v", late)      // it may have been replaced elsewhere
	s.want("SELECT one FROM nobody", late) // it may have been made elsewhere
	stuck.Store(false)
	s.want("SELECT one FROM v", "1", "SELECT 1")
}
