package storage

import (
	"context"
)

func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (Report, error) {
	return Report{}, nil
}

type Report struct {
	Claims   int64
	Problems []Problem
}

func (r *Report) OK() bool { return true }

type Problem struct {
	Shard ShardID
	Where string
	What  string
}
