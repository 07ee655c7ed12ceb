package replication

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hashicorp/raft"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// Options configure a Node. Store and Log stay the caller's, who closes them
// after the node.
type Options struct {
	Dir    string // the node's own files (raft.db, snapshots); unused in memory
	NodeID string // raft server id; default "node1"
	// Shards is the cluster's number of shards; default the store's.
	Shards int
	Store  *storage.Store // the state
	Log    *storage.Log   // every group's log
	// InMemory keeps terms, votes and spools in memory, for a node whose
	// store and log are in memory too.
	InMemory bool
	// Join leaves an empty node without a cluster, until a member adds it (see
	// AskToJoin). Otherwise an empty node founds a cluster of itself.
	Join bool
	// Cluster is the cluster's id by the node's certificate, which its data directory
	// keeps to; empty: it has none.
	Cluster string
	// Factor is how many replicas a cluster that this node founds keeps of each
	// shard; default 3. A cluster that has been founded keeps its own.
	Factor int
	// Mux connects the node to the others; nil: a cluster of one. It stays the
	// caller's, who closes it after the node.
	Mux *transport.Mux

	Logger     *slog.Logger          // default slog.Default()
	Registerer prometheus.Registerer // nil: metrics are not exposed
	// Clock is the wall clock in µs since 2000-01-01; default the machine's.
	Clock func() knowledge.Micros
	// OnFatal is told, once a group, that a replica has stopped and the
	// process should end. It must not call the node.
	OnFatal func(error)

	// SnapshotBytes and SnapshotEntries are how far a log grows before the
	// state is made durable and the log truncated; defaults 64 MiB and 16,384.
	SnapshotBytes   int64
	SnapshotEntries int64
	// TrailingLogs are kept after a snapshot for followers that lag; default 256.
	TrailingLogs uint64
	// Timeout bounds what comes without a deadline; default 60 s.
	Timeout time.Duration
	// SweepInterval is how often orphans are looked for; default 5 s.
	SweepInterval time.Duration
	// MinFree is how many bytes the disk must have left, or a fiftieth of it,
	// for the node to lead and take claims; default 256 MiB.
	MinFree int64
	// CompareInterval is how often a leader compares the replicas of a group that
	// was written to; 0: only when asked.
	CompareInterval time.Duration
	// CompareRate is how many bytes a second a node reads to be compared;
	// default 32 MiB.
	CompareRate int64

	// Away names shards that the node is to treat as if it had no replica of them: it
	// asks other nodes for their claims. nil: none.
	Away func(storage.ShardID) bool

	stable    stableFile    // tests: instead of raft.db
	wipeAfter time.Duration // tests: instead of the constant
	versions  Versions      // tests: instead of this program's
}

func (o Options) withDefaults() (Options, error) {
	if o.Store == nil || o.Log == nil {
		return o, errors.New("open replication: no store or no log")
	}
	if o.Shards == 0 {
		o.Shards = o.Store.Shards()
	}
	if o.Shards < 1 || o.Shards > storage.MaxShards {
		return o, errors.New("open replication: number of shards is out of range")
	}
	if o.Factor = orDefault(o.Factor, 3); o.Factor < 1 || o.Factor > maxMembers {
		return o, fmt.Errorf("open replication: replication factor %d is out of range; it is from 1 to %d", o.Factor, maxMembers)
	}
	o.versions = orDefault(o.versions, programVersions)
	if o.NodeID == "" {
		o.NodeID = "node1"
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = wallClock
	}
	if o.OnFatal == nil {
		o.OnFatal = func(error) {}
	}
	o.SnapshotBytes = orDefault(o.SnapshotBytes, 64<<20)
	o.SnapshotEntries = orDefault(o.SnapshotEntries, 16_384)
	o.TrailingLogs = orDefault(o.TrailingLogs, 256)
	o.Timeout = orDefault(o.Timeout, time.Minute)
	o.MinFree = orDefault(o.MinFree, minFree)
	o.wipeAfter = orDefault(o.wipeAfter, wipeAfter)
	o.CompareRate = orDefault(o.CompareRate, 32<<20)
	o.SweepInterval = orDefault(o.SweepInterval, 5*time.Second)
	return o, nil
}

func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

// How soon a leader is missed: followers wait for one to three heartbeatTimeouts,
// and leaders that reach no majority give up after one: a busy machine may keep a
// process waiting for long. A process that has ended is noticed sooner (lostNode).
// Every commitTimeout to twice that raft looks whether followers know what is
// committed, and tries again what failed; news is sent before (reminders).
const (
	heartbeatTimeout = time.Second
	commitTimeout    = 200 * time.Millisecond
)

// raftConfig is a group's raft configuration.
func (o *Options) raftConfig(name string) *raft.Config {
	c := raft.DefaultConfig()
	c.LocalID = raft.ServerID(o.NodeID)
	c.HeartbeatTimeout, c.ElectionTimeout = heartbeatTimeout, heartbeatTimeout
	c.LeaderLeaseTimeout, c.CommitTimeout = heartbeatTimeout, commitTimeout
	c.Logger = newRaftLogger(o.Logger, name)
	// Entries that wait while the log syncs go into the next sync together.
	c.BatchApplyCh = true
	c.MaxAppendEntries = maxAppend
	// The state is durable beyond its snapshot, and brings itself up.
	c.NoSnapshotRestoreOnStart = true
	// A removed node keeps answering "not the leader" instead of vanishing.
	c.ShutdownOnRemove = false
	c.NoLegacyTelemetry = true
	c.TrailingLogs = o.TrailingLogs
	// Snapshots are started by the bytes that were applied (Group.grown); raft's
	// own count is the fallback.
	c.SnapshotThreshold = uint64(o.SnapshotEntries) * 2
	c.SnapshotInterval = 30 * time.Second
	return c
}
