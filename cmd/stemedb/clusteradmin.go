package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/sidecar"
	"github.com/stemedb/stemedb/storage"
)

// clusterAdmin lends replication's node to the cluster's pages.
type clusterAdmin struct {
	node *replication.Node
	id   string // this node's
}

// adminError is an error of replication as the pages know it.
type adminError struct {
	kind error // sidecar's
	err  error
}

// Error leaves out what the kinds of replication's errors say of joining nodes:
// the rest tells why.
func (e *adminError) Error() string {
	return strings.TrimPrefix(e.err.Error(), replication.ErrMember.Error()+": ")
}

func (e *adminError) Unwrap() []error { return []error{e.kind, e.err} }

// adminKinds gives replication's errors the kinds that have a status.
var adminKinds = []struct{ of, kind error }{
	{replication.ErrUnknownOutcome, sidecar.ErrInDoubt},
	{replication.ErrNoShard, sidecar.ErrNoShard},
	{replication.ErrNoMember, sidecar.ErrNoNode},
	{replication.ErrMoving, sidecar.ErrMoving},
	{replication.ErrMember, sidecar.ErrRefused},
	{replication.ErrAlone, sidecar.ErrRefused},
	{replication.ErrUnavailable, sidecar.ErrNoQuorum},
	{replication.ErrClosed, sidecar.ErrNoQuorum},
}

func adminState(err error) error {
	for _, k := range adminKinds {
		if errors.Is(err, k.of) {
			return &adminError{k.kind, err}
		}
	}
	return err
}

// Members implements sidecar.Cluster.
func (c clusterAdmin) Members(ctx context.Context) ([]sidecar.Member, error) {
	list, err := c.node.ClusterMembers(ctx)
	if errors.Is(err, replication.ErrAlone) {
		return c.alone(), nil
	}
	out := make([]sidecar.Member, len(list))
	for i, m := range list {
		out[i] = sidecar.Member{ID: m.ID, Address: m.Address, Status: m.Status, ReplicationLag: m.Lag.Seconds(), Leads: m.Leads, Replicas: m.Replicas, Unfit: m.Unfit}
		if m.HeardAgo >= 0 {
			ago := m.HeardAgo.Seconds()
			out[i].HeardAgo = &ago
		}
	}
	return out, adminState(err)
}

// Shards implements sidecar.Cluster.
func (c clusterAdmin) Shards(ctx context.Context) ([]sidecar.Shard, error) {
	list, err := c.node.ClusterShards(ctx)
	if errors.Is(err, replication.ErrAlone) {
		return c.aloneShards(), nil
	}
	out := make([]sidecar.Shard, len(list))
	for i, s := range list {
		out[i] = sidecar.Shard{
			ID: s.ID, Leader: s.Leader, Replicas: s.Replicas, Learners: s.Learners, Wanted: s.Wanted, Term: s.Term, Applied: s.Applied,
			QueryRate: s.QueryRate, RebalanceStatus: s.Move.State.String(),
		}
		if s.Move.State != replication.MoveNone {
			out[i].Move = &sidecar.Move{From: s.Move.From, To: s.Move.To, Reason: s.Move.Reason, Error: s.Move.Error, Started: timeOf(s.Move.Started), Ended: timeOf(s.Move.Ended)}
		}
	}
	return out, adminState(err)
}

func timeOf(m knowledge.Micros) *time.Time {
	if m == 0 {
		return nil
	}
	t := m.Time()
	return &t
}

// alone is the one member of a node without a cluster.
func (c clusterAdmin) alone() []sidecar.Member {
	now := 0.0
	m := sidecar.Member{ID: c.id, Status: sidecar.StatusUp, Replicas: c.node.Shards(), HeardAgo: &now}
	for _, s := range c.aloneShards() {
		if s.Leader == m.ID {
			m.Leads++
		}
	}
	return []sidecar.Member{m}
}

func (c clusterAdmin) aloneShards() []sidecar.Shard {
	var out []sidecar.Shard
	add := func(id storage.ShardID) {
		st := c.node.Group(id).Status()
		self := []string{c.id}
		out = append(out, sidecar.Shard{ID: st.Name, Leader: st.Leader, Replicas: self, Wanted: self, Term: st.Term, Applied: st.Applied, RebalanceStatus: sidecar.MoveNone})
	}
	for i := range c.node.Shards() {
		add(storage.ShardID(i))
	}
	add(storage.MetaShard)
	return out
}

// versions is the cluster's page of what its nodes write for one another.
func (c clusterAdmin) versions(ctx context.Context) (sidecar.Versions, error) {
	s, err := c.node.ClusterVersion(ctx)
	out := sidecar.Versions{Version: s.Version, Program: version(), Nodes: []sidecar.NodeVersion{}}
	for _, m := range s.Members {
		out.Nodes = append(out.Nodes, sidecar.NodeVersion{ID: m.ID, Oldest: m.Versions.Oldest, Newest: m.Versions.Newest})
	}
	return out, adminState(err)
}

// Move implements sidecar.Cluster.
func (c clusterAdmin) Move(ctx context.Context, shard, target, reason string) (sidecar.Shard, error) {
	if err := c.seen(ctx, c.node.MoveShard(ctx, shard, target, reason)); err != nil {
		return sidecar.Shard{}, err
	}
	list, err := c.Shards(ctx)
	for _, s := range list {
		if s.ID == shard {
			return s, nil
		}
	}
	return sidecar.Shard{}, err
}

// seen waits, after a change of the cluster's state, until this node's own
// replica has it: who asks the same node what came of it must not see the state
// from before. err is the change's own.
func (c clusterAdmin) seen(ctx context.Context, err error) error {
	if err != nil {
		return adminState(err)
	}
	v, err := c.node.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{}})
	if err != nil {
		return adminState(err)
	}
	v.Close()
	return nil
}

// Drain implements sidecar.Cluster.
func (c clusterAdmin) Drain(ctx context.Context, id string) error {
	return c.seen(ctx, c.node.Drain(ctx, id))
}

// Resume implements sidecar.Cluster.
func (c clusterAdmin) Resume(ctx context.Context, id string) error {
	return c.seen(ctx, c.node.Resume(ctx, id))
}

// Decommission implements sidecar.Cluster.
func (c clusterAdmin) Decommission(ctx context.Context, id string) error {
	return c.seen(ctx, c.node.Decommission(ctx, id))
}

// Balancing implements sidecar.Cluster.
func (c clusterAdmin) Balancing(ctx context.Context) (bool, error) {
	on, err := c.node.Balancing(ctx)
	return on, adminState(err)
}

// SetBalancing implements sidecar.Cluster.
func (c clusterAdmin) SetBalancing(ctx context.Context, on bool) error {
	return c.seen(ctx, c.node.SetBalancing(ctx, on))
}
