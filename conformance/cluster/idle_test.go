package cluster

import (
	"testing"
	"time"

	"github.com/stemedb/stemedb/conformance/testnode"
)

const (
	idleShards = "64"
	// idleAfter is when what the start has left to do is done: the leads are
	// spread, and times are closed no more.
	idleAfter = 20 * time.Second
	// idleSeconds is how long TestIdle looks when nobody says otherwise.
	idleSeconds = 2
)

// TestIdle prints what three nodes of 64 shards cost while nobody asks anything of
// them, and checks that they serve afterwards. STEMEDB_IDLE_SECONDS is how long it
// looks, once they have settled; without it they get no time to settle.
func TestIdle(t *testing.T) {
	seconds := testnode.EnvNumber(t, "STEMEDB_IDLE_SECONDS", idleSeconds)
	members := newCluster(t, "--shards", idleShards)
	waitInStep(t, members, "start")
	if seconds > idleSeconds {
		time.Sleep(idleAfter)
	}
	before := make([]time.Duration, len(members))
	for i, m := range members {
		before[i] = m.node.Load().CPU(t)
	}
	start := time.Now()
	time.Sleep(time.Duration(seconds) * time.Second)
	for i, m := range members {
		used := m.node.Load().CPU(t) - before[i]
		t.Logf("%s, %s shards, idle: %5.1f %% of a core", m.name, idleShards, 100*used.Seconds()/time.Since(start).Seconds())
	}
	waitInStep(t, members, "end")
}
