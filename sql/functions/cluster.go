package functions

import (
	"context"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Cluster is what functions may ask of the cluster that the node is in, and have
// it do. Every node answers for the whole cluster. Calls wait no longer than
// their context; errors have their SQLSTATE already.
type Cluster interface {
	// Shards lists the groups, by number, the cluster's own state last.
	Shards(ctx context.Context) ([]ClusterShard, error)
	// Nodes lists the nodes, by id.
	Nodes(ctx context.Context) ([]ClusterNode, error)
	// Replicas tells how the replicas of each group last compared.
	Replicas(ctx context.Context) ([]ClusterReplica, error)
	// MoveShard begins to bring a shard to a node, and returns the shard before it
	// is there.
	MoveShard(ctx context.Context, shard int32, node, reason string) (ClusterShard, error)
	// DrainNode has a node lead nothing any more, ResumeNode takes that back. They
	// return when it is decided, with the node as it is then.
	DrainNode(ctx context.Context, node string) (ClusterNode, error)
	ResumeNode(ctx context.Context, node string) (ClusterNode, error)
	// SyncNode compares a node's replicas with the others' and rebuilds those that
	// differ, with force all of them. It returns when that is done.
	SyncNode(ctx context.Context, node string, force bool) error
}

// OwnState is the number of the group that holds the cluster's own state.
const OwnState int32 = -1

// ClusterShard is a group as the cluster's nodes have it.
type ClusterShard struct {
	Shard    int32  // or OwnState
	Leader   string // node; empty: none
	Replicas []string
	Learners []string // replicas that do not vote yet
	Wanted   []string // the nodes that are to hold it
	Term     uint64
	Applied  uint64  // log index
	Rate     float64 // statements a second that read it
	Status   string  // of its last move: NONE, RUNNING, COMPLETE, FAILED
	Move     ClusterMove
}

// ClusterMove is a shard's last move. What is empty is not there.
type ClusterMove struct {
	From, To, Reason string
	Error            string // why it failed, or has not got further yet
	Started, Ended   time.Time
}

// ClusterNode is a node of the cluster.
type ClusterNode struct {
	Node     string
	Address  string // for other nodes (host:port); empty: none
	Status   string
	Lag      float64  // behind what is committed, in seconds
	Leads    int32    // groups that it leads
	Replicas int32    // shards of which it holds, or is to hold, a replica
	HeardAgo *float64 // seconds since it last answered; nil: it never did
}

// ClusterReplica is one node's replica in the last comparison of its group.
type ClusterReplica struct {
	Shard  int32 // or OwnState
	Leader string
	Index  uint64    // the log index at which they were compared
	At     time.Time // zero: never
	Node   string
	Root   string // Merkle root, hex
	State  string
	Detail string // why it is so
}

// cluster returns the cluster, which a session has and a fragment that another
// node asked for has not.
func (c *Ctx) cluster() (Cluster, context.Context, error) {
	if c == nil || c.Cluster == nil {
		return nil, nil, sqlerr.New(sqlerr.ObjectNotInPrerequisite, "there is no cluster to ask")
	}
	if c.Context == nil {
		return c.Cluster, context.Background(), nil
	}
	return c.Cluster, c.Context, nil
}

// rowMoveShard is stemedb_move_shard(shard_id, target_node, reason).
func rowMoveShard(c *Ctx, a []datum) (datum, error) {
	cl, ctx, err := c.cluster()
	if err != nil {
		return null, err
	}
	if len(a[2].S) > maxMoveReason {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "reason is longer than %d bytes", maxMoveReason)
	}
	s, err := cl.MoveShard(ctx, int32(a[0].I), a[1].S, a[2].S)
	if err != nil {
		return null, err
	}
	return types.Any(&types.Record{Types: shardTypes(), Names: shardNames(), Vals: shardRow(&s)}), nil
}

// maxMoveReason bounds the reason of a move, in bytes.
const maxMoveReason = 256

// rowNodeState is a function that changes what a node is to be.
func rowNodeState(change func(Cluster, context.Context, string) (ClusterNode, error)) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		cl, ctx, err := c.cluster()
		if err != nil {
			return null, err
		}
		n, err := change(cl, ctx, a[0].S)
		if err != nil {
			return null, err
		}
		return types.Any(&types.Record{Types: nodeTypes(), Names: nodeNames(), Vals: nodeRow(&n)}), nil
	}
}

// setSync is stemedb_sync(target_node, force): it gives the node's replicas as
// they compare afterwards.
func setSync(c *Ctx, a []datum) (SetIter, error) {
	cl, ctx, err := c.cluster()
	if err != nil {
		return nil, err
	}
	if err := cl.SyncNode(ctx, a[0].S, a[1].Bool()); err != nil {
		return nil, err
	}
	return replicasOf(ctx, cl, a[0].S)
}

func setReplicas(c *Ctx, _ []datum) (SetIter, error) {
	cl, ctx, err := c.cluster()
	if err != nil {
		return nil, err
	}
	return replicasOf(ctx, cl, "")
}

// replicasOf gives the rows of a node's replicas; of all without a name.
func replicasOf(ctx context.Context, cl Cluster, node string) (SetIter, error) {
	list, err := cl.Replicas(ctx)
	if err != nil {
		return nil, err
	}
	var rows [][]datum
	for i := range list {
		if r := &list[i]; node == "" || r.Node == node {
			rows = append(rows, datums{
				shardDatum(r.Shard), textOrNull(r.Leader), types.Int(int64(r.Index)), timeOrNull(r.At), types.Text(r.Node), textOrNull(r.Root), types.Text(r.State),
				textOrNull(r.Detail),
			})
		}
	}
	return &rowsIter{rows}, nil
}

func setShards(c *Ctx, _ []datum) (SetIter, error) {
	cl, ctx, err := c.cluster()
	if err != nil {
		return nil, err
	}
	list, err := cl.Shards(ctx)
	rows := make([][]datum, len(list))
	for i := range list {
		rows[i] = shardRow(&list[i])
	}
	return &rowsIter{rows}, err
}

func setNodes(c *Ctx, _ []datum) (SetIter, error) {
	cl, ctx, err := c.cluster()
	if err != nil {
		return nil, err
	}
	list, err := cl.Nodes(ctx)
	rows := make([][]datum, len(list))
	for i := range list {
		rows[i] = nodeRow(&list[i])
	}
	return &rowsIter{rows}, err
}

func shardRow(s *ClusterShard) []datum {
	return datums{
		shardDatum(s.Shard), textOrNull(s.Leader), textsDatum(s.Replicas), textsDatum(s.Learners), textsDatum(s.Wanted), types.Int(int64(s.Term)),
		types.Int(int64(s.Applied)), types.Float(s.Rate), types.Text(s.Status), textOrNull(s.Move.From), textOrNull(s.Move.To), textOrNull(s.Move.Reason),
		textOrNull(s.Move.Error), timeOrNull(s.Move.Started), timeOrNull(s.Move.Ended),
	}
}

func nodeRow(n *ClusterNode) []datum {
	heard := null
	if n.HeardAgo != nil {
		heard = types.Float(*n.HeardAgo)
	}
	return datums{
		types.Text(n.Node), textOrNull(n.Address), types.Text(n.Status), types.Float(n.Lag), types.Int(int64(n.Leads)), types.Int(int64(n.Replicas)), heard,
	}
}

// shardDatum is a shard's number; the group of the cluster's own state, which no
// function takes, has none.
func shardDatum(n int32) datum {
	if n == OwnState {
		return null
	}
	return types.Int(int64(n))
}

func textOrNull(s string) datum {
	if s == "" {
		return null
	}
	return types.Text(s)
}

func timeOrNull(t time.Time) datum {
	if t.IsZero() {
		return null
	}
	return types.Int(types.MicrosOf(t))
}

func textsDatum(list []string) datum { return types.Any(newArray(tText, textDatums(list))) }
