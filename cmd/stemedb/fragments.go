package main

import (
	"context"
	"errors"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/storage"
)

// Sites implements exec.Remote.
func (c cluster) Sites(ctx context.Context, shards []storage.ShardID, attempt int) ([]exec.Site, error) {
	sites, err := c.Node.Sites(ctx, shards, attempt)
	out := make([]exec.Site, len(sites))
	for i, s := range sites {
		out[i] = exec.Site(s)
	}
	return out, err
}

// Ask implements exec.Remote.
func (c cluster) Ask(ctx context.Context, site exec.Site, request []byte) (exec.Answers, error) {
	s, err := c.Fragment(ctx, site.Address, request)
	if err != nil {
		return nil, err
	}
	return answers{s}, nil
}

// answers are a stream whose end by its caller's doing is told as such.
type answers struct{ *transport.Stream }

// Next implements exec.Answers.
func (a answers) Next(ctx context.Context) ([]byte, error) {
	f, err := a.Stream.Next(ctx)
	if errors.Is(err, transport.ErrClosed) && ctx.Err() != nil {
		err = ctx.Err()
	}
	return f, err
}

var _ exec.Remote = cluster{(*replication.Node)(nil)}
