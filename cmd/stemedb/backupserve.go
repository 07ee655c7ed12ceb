package main

import (
	"context"
	"errors"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/sidecar"
	"github.com/stemedb/stemedb/storage"
	"github.com/stemedb/stemedb/storage/backup"
)

// backupCluster lends replication's node to storage/backup.
type backupCluster struct{ *replication.Node }

// ID implements backup.Cluster.
func (c backupCluster) ID(ctx context.Context) (string, error) { return c.ClusterID(ctx) }

// Local implements backup.Cluster.
func (c backupCluster) Local(table uint16) bool { return replication.LocalTable(table) }

// Ask implements backup.Cluster.
func (c backupCluster) Ask(ctx context.Context, shard storage.ShardID, attempt int, request []byte) (recv func() ([]byte, error), end func() error, err error) {
	s, err := c.Part(ctx, shard, attempt, request)
	if err != nil {
		return nil, nil, err
	}
	recv = func() ([]byte, error) {
		piece, err := s.Next(ctx)
		if errors.Is(err, transport.ErrClosed) && ctx.Err() != nil {
			err = ctx.Err()
		}
		return piece, err
	}
	return recv, func() error { s.Close(); return nil }, nil
}

// backups lends a source of backups to the cluster's pages.
type backups struct{ backup.Source }

// Cut implements sidecar.Backups.
func (b *backups) Cut(ctx context.Context) (any, error) {
	c, err := b.Source.Cut(ctx)
	return c, adminState(err)
}

// Part implements sidecar.Backups.
func (b *backups) Part(ctx context.Context, name, from, at string, w sidecar.PartWriter) error {
	q, err := b.ParseRequest(name, from, at)
	if err == nil {
		err = b.Source.Part(ctx, q, w)
	}
	if errors.Is(err, backup.ErrRequest) || errors.Is(err, replication.ErrFutureTime) {
		err = &adminError{sidecar.ErrNoPart, err}
	}
	return adminState(err)
}
