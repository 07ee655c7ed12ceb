package main

import (
	"context"
	"errors"

	"github.com/stemedb/stemedb/sidecar"
	"github.com/stemedb/stemedb/storage"
)

// SyncStatus implements sidecar.Comparer.
func (c clusterAdmin) SyncStatus(ctx context.Context) ([]sidecar.GroupSync, error) {
	list, err := c.node.SyncStatus(ctx)
	out := make([]sidecar.GroupSync, len(list))
	for i, g := range list {
		out[i] = sidecar.GroupSync{Shard: g.Shard, Leader: g.Leader, Index: g.Index, Replicas: make([]sidecar.ReplicaSync, len(g.Replicas))}
		if !g.At.IsZero() {
			at := g.At.UTC()
			out[i].At = &at
		}
		for k, r := range g.Replicas {
			out[i].Replicas[k] = sidecar.ReplicaSync(r)
		}
	}
	return out, adminState(err)
}

// Sync implements sidecar.Comparer.
func (c clusterAdmin) Sync(ctx context.Context, target string, force bool) error {
	err := c.node.Sync(ctx, target, force)
	if errors.Is(err, storage.ErrNotFound) {
		return &adminError{sidecar.ErrNoNode, err}
	}
	return adminState(err)
}
