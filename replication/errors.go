package replication

import (
	"errors"
	"fmt"
)

// Errors that callers tell apart. Those of storage (ErrConflict, ErrExists) pass
// through wrapped.
var (
	// ErrUnknownOutcome is a commit of which the node cannot say whether it
	// happened: the deadline passed, or leadership or the node was lost, while
	// its entry was on its way. It may still happen, or have happened.
	ErrUnknownOutcome = errors.New("the outcome of the commit is unknown")
	// ErrUnavailable is a group without a leader that this node can use, for
	// as long as the caller was willing to wait. Nothing was changed.
	ErrUnavailable = errors.New("shard is unavailable")
	// ErrFutureTime is a read at a time that has not come yet.
	ErrFutureTime = errors.New("the time lies in the future")
	// ErrClosed is a node that is shutting down. Nothing was changed.
	ErrClosed = errors.New("node is closed")
	// ErrAborted is a transaction that was given up before its commit was
	// decided. Nothing was changed.
	ErrAborted = errors.New("transaction was aborted")
	// ErrDiskFull is a write to a shard whose leader has hardly any room left.
	// Nothing was changed.
	ErrDiskFull = errors.New("disk is nearly full")
	// ErrDone is a call on a transaction that has been committed or rolled back.
	ErrDone = errors.New("transaction is already finished")
	// ErrTooLarge is a claim or state operation beyond an entry's bounds.
	ErrTooLarge = errors.New("record is too large for a log entry")
	// ErrDamaged is a file of the node's own that does not say what was written to
	// it: a bit has flipped, or a part of it is lost.
	ErrDamaged = errors.New("file is damaged")
	// ErrLogBehind is a start on a log that has lost entries which it held when
	// the node was closed.
	ErrLogBehind = errors.New("log has lost entries")
	// ErrStateBehind is a start on a state that has lost entries which the log
	// no longer has: the disk lied about a sync, or files were mixed up.
	ErrStateBehind = errors.New("durable state is older than the snapshot that replaced its log")
)

// errStale is an entry whose time was taken under a leadership that has passed:
// it was refused by every replica alike and can be proposed anew.
var errStale = errors.New("entry's time is not above its predecessor's")

// errHalted answers entries that come after the one that stopped the replica.
var errHalted = errors.New("replica has stopped applying")

// errMuted is what a node with a stalled disk does not send.
var errMuted = errors.New("the disk of this node is stalled")

// errHeld answers entries that come to a replica which waits to be replaced.
var errHeld = fmt.Errorf("%w: it is quarantined", errHalted)

// unknown marks an error as one that leaves the outcome open.
func unknown(err error) error {
	return fmt.Errorf("%w: %w", ErrUnknownOutcome, err)
}
