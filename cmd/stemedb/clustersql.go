package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/sidecar"
	"github.com/stemedb/stemedb/sql"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// sqlAdmin lends the cluster, as its pages have it, to SQL functions.
type sqlAdmin struct {
	admin  clusterAdmin
	logger *slog.Logger
}

// sqlSyncTimeout bounds one sync: replicas of gigabytes are rebuilt by it.
const sqlSyncTimeout = time.Hour

// adminCodes gives errors, mostly by the kinds that the pages know, what a client
// of SQL sees.
var adminCodes = []struct {
	kind       error
	code, hint string
}{
	{sidecar.ErrInDoubt, "40003", "What was asked for may still happen: look with stemedb_shards() and stemedb_nodes(), then ask again."},
	{replication.ErrAlone, sqlerr.ObjectNotInPrerequisite, "Start it with --raft-addr and --certs-dir, and other nodes with --join, and they are a cluster."},
	{sidecar.ErrNoShard, sqlerr.InvalidParameterValue, "stemedb_shards() lists the shards."},
	{sidecar.ErrNoNode, sqlerr.InvalidParameterValue, "stemedb_nodes() lists the nodes."},
	{sidecar.ErrMoving, sqlerr.ObjectInUse, "Wait until its rebalance_status in stemedb_shards() is COMPLETE or FAILED."},
	{sidecar.ErrRefused, sqlerr.ObjectNotInPrerequisite, "stemedb_nodes() and stemedb_shards() tell how the cluster stands."},
	{sidecar.ErrNoQuorum, sqlerr.CannotConnectNow, "Try again in a moment; stemedb_nodes() tells which nodes are DOWN."},
}

// code gives an error of the cluster its SQLSTATE. A statement's own end, by a
// cancel or its time-out, is the session's to tell.
func (a sqlAdmin) code(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil && !errors.Is(err, sidecar.ErrInDoubt) {
		return err
	}
	for _, k := range adminCodes {
		if errors.Is(err, k.kind) {
			return sqlerr.New(k.code, "%s", err.Error()).WithHint("%s", k.hint).Wrap(err)
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return sqlerr.New(sqlerr.CannotConnectNow, "the cluster did not answer in time").WithHint("What was asked for may still happen: look, then ask again.").Wrap(err)
	}
	return err
}

// Shards implements sql.Admin.
func (a sqlAdmin) Shards(ctx context.Context) ([]sql.AdminShard, error) {
	list, err := a.admin.Shards(ctx)
	out := make([]sql.AdminShard, len(list))
	for i := range list {
		out[i] = adminShard(&list[i])
	}
	return out, a.code(ctx, err)
}

func adminShard(s *sidecar.Shard) sql.AdminShard {
	out := sql.AdminShard{
		Shard: shardNumber(s.ID), Leader: s.Leader, Replicas: s.Replicas, Learners: s.Learners, Wanted: s.Wanted, Term: s.Term, Applied: s.Applied,
		Rate: s.QueryRate, Status: cmp.Or(s.RebalanceStatus, sidecar.MoveNone),
	}
	if m := s.Move; m != nil {
		out.Move = sql.AdminMove{From: m.From, To: m.To, Reason: m.Reason, Error: m.Error, Started: timeAt(m.Started), Ended: timeAt(m.Ended)}
	}
	return out
}

// shardNumber reads a group's name: shards are numbers, the cluster's own state
// is not.
func shardNumber(name string) int32 {
	n, err := strconv.ParseInt(name, 10, 32)
	if err != nil {
		return sql.AdminOwnState
	}
	return int32(n)
}

func timeAt(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// Nodes implements sql.Admin.
func (a sqlAdmin) Nodes(ctx context.Context) ([]sql.AdminNode, error) {
	list, err := a.admin.Members(ctx)
	out := make([]sql.AdminNode, len(list))
	for i, m := range list {
		out[i] = sql.AdminNode{
			Node: m.ID, Address: m.Address, Status: m.Status, Lag: m.ReplicationLag, Leads: int32(m.Leads), Replicas: int32(m.Replicas), HeardAgo: m.HeardAgo,
		}
	}
	return out, a.code(ctx, err)
}

// Replicas implements sql.Admin.
func (a sqlAdmin) Replicas(ctx context.Context) ([]sql.AdminReplica, error) {
	list, err := a.admin.SyncStatus(ctx)
	var out []sql.AdminReplica
	for _, g := range list {
		for _, r := range g.Replicas {
			out = append(out, sql.AdminReplica{
				Shard: shardNumber(g.Shard), Leader: g.Leader, Index: g.Index, At: timeAt(g.At), Node: r.Node, Root: r.Root, State: r.State, Detail: r.Detail,
			})
		}
	}
	return out, a.code(ctx, err)
}

// MoveShard implements sql.Admin.
func (a sqlAdmin) MoveShard(ctx context.Context, shard int32, node, reason string) (sql.AdminShard, error) {
	s, err := a.admin.Move(ctx, strconv.Itoa(int(shard)), node, reason)
	if err != nil {
		return sql.AdminShard{}, a.code(ctx, err)
	}
	a.logger.Info("shard move asked for", "shard", s.ID, "target", node, "reason", reason)
	return adminShard(&s), nil
}

// DrainNode implements sql.Admin.
func (a sqlAdmin) DrainNode(ctx context.Context, node string) (sql.AdminNode, error) {
	return a.changed(ctx, node, "drain", a.admin.Drain(ctx, node))
}

// ResumeNode implements sql.Admin.
func (a sqlAdmin) ResumeNode(ctx context.Context, node string) (sql.AdminNode, error) {
	return a.changed(ctx, node, "resume", a.admin.Resume(ctx, node))
}

// changed is a node after a change of what it is to be; err is the change's own.
func (a sqlAdmin) changed(ctx context.Context, node, what string, err error) (sql.AdminNode, error) {
	if err != nil {
		return sql.AdminNode{}, a.code(ctx, err)
	}
	a.logger.Info("state of a node changed", "node", node, "change", what)
	return a.node(ctx, node)
}

func (a sqlAdmin) node(ctx context.Context, id string) (sql.AdminNode, error) {
	list, err := a.Nodes(ctx)
	if err != nil {
		return sql.AdminNode{}, err
	}
	names := make([]string, len(list))
	for i, n := range list {
		if n.Node == id {
			return n, nil
		}
		names[i] = n.Node
	}
	return sql.AdminNode{}, a.code(ctx, fmt.Errorf("%w: %q; its nodes are %s", sidecar.ErrNoNode, id, strings.Join(names, ", ")))
}

// SyncNode implements sql.Admin.
func (a sqlAdmin) SyncNode(ctx context.Context, node string, force bool) error {
	n, err := a.node(ctx, node)
	if err != nil {
		return err
	}
	if n.Status == sidecar.StatusDown {
		return a.code(ctx, fmt.Errorf("%w: node %q is DOWN, so that its replicas cannot be compared", sidecar.ErrRefused, node))
	}
	a.logger.Info("sync asked for", "target", node, "force", force)
	bounded, stop := context.WithTimeout(ctx, sqlSyncTimeout)
	defer stop()
	err = a.code(ctx, a.admin.Sync(bounded, node, force))
	var coded *sqlerr.Error
	if err == nil || ctx.Err() != nil || errors.As(err, &coded) {
		return err
	}
	// What is left is how the replicas stand: none to rebuild from, none known to be right.
	return sqlerr.New(sqlerr.ObjectNotInPrerequisite, "%s", err.Error()).WithHint("stemedb_sync_status() tells how the replicas compare.").Wrap(err)
}
