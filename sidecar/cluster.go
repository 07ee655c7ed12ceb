package sidecar

import (
	"context"
	"errors"
	"time"
)

// Cluster is what the cluster's pages need of replication. Every node answers
// for the whole cluster. Calls wait no longer than their context.
type Cluster interface {
	// Members lists the nodes, by id.
	Members(ctx context.Context) ([]Member, error)
	// Shards lists the groups, by number, the cluster's own state ("meta") last.
	Shards(ctx context.Context) ([]Shard, error)
	// Move begins to bring a shard to a node, and returns the shard before it is
	// there. Errors wrap ErrNoShard, ErrNoNode, ErrMoving, ErrRefused.
	Move(ctx context.Context, shard, target, reason string) (Shard, error)
	// Drain, Resume and Decommission say what a node is to be; it becomes it
	// afterwards, as Members and Shards show. Errors wrap ErrNoNode, ErrRefused.
	Drain(ctx context.Context, node string) error
	Resume(ctx context.Context, node string) error
	Decommission(ctx context.Context, node string) error
	// Balancing tells whether shards and leads are moved without being asked to;
	// SetBalancing says whether they are to be.
	Balancing(ctx context.Context) (bool, error)
	SetBalancing(ctx context.Context, on bool) error
}

// Comparer is what the pages about comparing replicas need of replication.
type Comparer interface {
	// SyncStatus tells how the replicas of each group last compared.
	SyncStatus(ctx context.Context) ([]GroupSync, error)
	// Sync compares a node's replicas with the others' now and rebuilds those
	// that differ, with force all of them. It returns when that is done.
	// Errors wrap ErrNoNode, ErrRefused.
	Sync(ctx context.Context, target string, force bool) error
}

// What a Cluster refuses, and why.
var (
	// ErrNoShard is the id of no shard.
	ErrNoShard = errors.New("there is no such shard")
	// ErrNoNode is the id of no member of the cluster.
	ErrNoNode = errors.New("there is no such node in the cluster")
	// ErrMoving is a shard whose move is under way.
	ErrMoving = errors.New("the shard is being moved")
	// ErrRefused is what the cluster does not do as things stand.
	ErrRefused = errors.New("the cluster refuses")
	// ErrNoQuorum is a group that no leader answers for. Nothing was changed.
	ErrNoQuorum = errors.New("a group has no leader")
	// ErrInDoubt is a change of which it is not known whether it was made.
	ErrInDoubt = errors.New("it is not known whether the change was made")
)

// The states of a Member.
const (
	StatusUp       = "UP"       // reachable, and voting in all its groups
	StatusDown     = "DOWN"     // not heard of
	StatusJoining  = "JOINING"  // catching up
	StatusDraining = "DRAINING" // leads nothing, or is handing its leads over
	StatusLeaving  = "LEAVING"  // its replicas move to other nodes
)

// Member is a node of the cluster.
type Member struct {
	ID      string `json:"id"`
	Address string `json:"address"` // for other nodes (host:port)
	Status  string `json:"status"`
	// ReplicationLag is how far its replicas are behind what is committed, in
	// seconds.
	ReplicationLag float64 `json:"replication_lag"`
	Leads          int     `json:"leads"`    // groups that it leads, meta with them
	Replicas       int     `json:"replicas"` // shards of which it holds, or is to hold, a replica
	// HeardAgo is how many seconds ago it last answered; nil: never.
	HeardAgo *float64 `json:"heard_ago"`
	// Unfit is another node than the one that is asked, whose disk keeps it from leading
	// anything; a finding of health.
	Unfit bool `json:"-"`
}

// Versions are what the nodes of a cluster write for one another.
type Versions struct {
	Version int           `json:"version"` // that the cluster writes
	Program string        `json:"program"` // of the node that answers
	Nodes   []NodeVersion `json:"nodes"`
}

// NodeVersion is what a node's program could read and write.
type NodeVersion struct {
	ID     string `json:"id"`
	Oldest int    `json:"oldest"`
	Newest int    `json:"newest"`
}

// The states of a Move.
const (
	MoveNone     = "NONE"
	MoveRunning  = "RUNNING"
	MoveComplete = "COMPLETE"
	MoveFailed   = "FAILED"
)

// Move is a shard's last move.
type Move struct {
	From    string     `json:"from"`
	To      string     `json:"to"`
	Reason  string     `json:"reason"`
	Error   string     `json:"error,omitempty"` // why it failed, or has not got further yet
	Started *time.Time `json:"started"`
	Ended   *time.Time `json:"ended"`
}

// Shard is a group as the cluster's nodes have it.
type Shard struct {
	ID       string   `json:"id"`     // a number, or "meta"
	Leader   string   `json:"leader"` // node id; empty: none
	Replicas []string `json:"replicas"`
	Learners []string `json:"learners"` // replicas that do not vote yet
	Wanted   []string `json:"wanted"`   // the nodes that are to hold it
	Term     uint64   `json:"term"`
	Applied  uint64   `json:"applied"` // log index
	// QueryRate is in statements a second that read it, of all nodes together.
	QueryRate       float64 `json:"query_rate"`
	RebalanceStatus string  `json:"rebalance_status"` // of the last move
	Move            *Move   `json:"move"`             // nil: there was none
}

// The states of a ReplicaSync.
const (
	SyncOK         = "OK"
	SyncBehind     = "BEHIND"
	SyncDiverged   = "DIVERGED"
	SyncUndecided  = "UNDECIDED"
	SyncRebuilding = "REBUILDING"
	SyncUnknown    = "UNKNOWN"
)

// GroupSync is how the replicas of a group last compared.
type GroupSync struct {
	Shard    string        `json:"shard"`
	Leader   string        `json:"leader"`
	Index    uint64        `json:"index"` // the log index at which they did
	At       *time.Time    `json:"at"`    // nil: never
	Replicas []ReplicaSync `json:"replicas"`
}

// ReplicaSync is one node's replica in a comparison.
type ReplicaSync struct {
	Node   string `json:"node"`
	Root   string `json:"root"` // Merkle root, hex
	State  string `json:"state"`
	Detail string `json:"detail,omitempty"` // why it is so
}
