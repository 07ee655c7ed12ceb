package main

import (
	"context"
	"errors"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/storage"
)

// cluster lends replication's node to the executor, which declares the
// interfaces. sql and replication do not know each other, so this is also
// where replication's errors get their SQLSTATE.
type cluster struct{ *replication.Node }

// Read implements exec.Cluster.
func (c cluster) Read(ctx context.Context, o storage.ReadOptions) (*storage.View, error) {
	v, err := c.Node.Read(ctx, o)
	return v, sqlState(err)
}

// Begin implements exec.Cluster.
func (c cluster) Begin() exec.Txn { return txn{c.Node.Begin()} }

// txn is a transaction with its errors translated.
type txn struct{ *replication.Txn }

// AddClaims implements exec.Txn.
func (t txn) AddClaims(ctx context.Context, recs []storage.ClaimRec) error {
	return sqlState(t.Txn.AddClaims(ctx, recs))
}

// AddMeta implements exec.Txn.
func (t txn) AddMeta(ops []storage.MetaOp) error { return sqlState(t.Txn.AddMeta(ops)) }

// Flush implements exec.Txn.
func (t txn) Flush(ctx context.Context) error { return sqlState(t.Txn.Flush(ctx)) }

// Commit implements exec.Txn.
func (t txn) Commit(ctx context.Context) (storage.CommitResult, error) {
	res, err := t.Txn.Commit(ctx)
	return res, sqlState(err)
}

// Rollback implements exec.Txn.
func (t txn) Rollback(ctx context.Context) error { return sqlState(t.Txn.Rollback(ctx)) }

// states gives replication's errors what a client sees.
var states = []struct {
	err           error
	code, message string
	hint          string
}{
	{replication.ErrUnknownOutcome, "40003", "it is not known whether the transaction was committed", "Ask for its claims; writing them again with the same asserted_at changes nothing."},
	{replication.ErrFutureTime, sqlerr.InvalidParameterValue, "cannot read as of a time in the future", "Ask for a time up to now."},
	{replication.ErrAborted, sqlerr.SerializationFailure, "the transaction was aborted", "Run it again."},
	{replication.ErrDiskFull, sqlerr.DiskFull, "the disk of a shard's leader is nearly full", "Make room on it, or add a node."},
	{replication.ErrTooLarge, sqlerr.ProgramLimitExceeded, "the transaction is too large", "Write in several transactions."},
	{replication.ErrClosed, sqlerr.AdminShutdown, "the node is shutting down", "Connect again."},
	{replication.ErrLeft, sqlerr.CannotConnectNow, "the node has left its cluster", "Connect to another node."},
	{replication.ErrUnavailable, sqlerr.CannotConnectNow, "a shard has no leader", "Try again in a moment. If it stays so, stemedb node status says what is missing."},
}

func sqlState(err error) error {
	if err == nil || errors.Is(err, context.Canceled) && !errors.Is(err, replication.ErrUnknownOutcome) {
		return err
	}
	for _, s := range states {
		if errors.Is(err, s.err) {
			return sqlerr.New(s.code, "%s", s.message).WithHint("%s", s.hint).Wrap(err)
		}
	}
	return err
}
