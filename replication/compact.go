package replication

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
)

// growth counts what was applied since the newest snapshot.
type growth struct {
	entries, bytes       atomic.Int64
	maxEntries, maxBytes int64
}

// limits says how far the log may grow before a snapshot.
func (g *Group) limits(entries, bytes int64) {
	g.growth.maxEntries, g.growth.maxBytes = entries, bytes
	g.fsm.grown = g.grown
}

// grown is called by the FSM after each batch; it starts a snapshot when the
// log has grown enough. It does not wait: a snapshot is a flush of the state
// and a record, beside the applying of further entries.
func (g *Group) grown(entries, bytes int) {
	e := g.growth.entries.Add(int64(entries))
	b := g.growth.bytes.Add(int64(bytes))
	if e < g.growth.maxEntries && b < g.growth.maxBytes {
		return
	}
	if !g.snapshotBusy.CompareAndSwap(false, true) {
		return
	}
	g.growth.entries.Store(0)
	g.growth.bytes.Store(0)
	g.mu.Lock()
	closed := g.closed
	if !closed {
		g.background.Add(1)
	}
	g.mu.Unlock()
	if closed {
		g.snapshotBusy.Store(false)
		return
	}
	go func() {
		defer g.background.Done()
		defer g.snapshotBusy.Store(false)
		if err := g.snapshot(); err != nil {
			g.logger.Warn("snapshot failed; the log keeps growing", "group", g.name, "error", err)
		}
	}()
}

// snapshot makes the state durable, records how far, and truncates the log.
func (g *Group) snapshot() error {
	err := g.raft.Snapshot().Error()
	switch {
	case err == nil:
		g.metrics.snapshots.Inc()
		return nil
	case errors.Is(err, raft.ErrNothingNewToSnapshot), errors.Is(err, raft.ErrRaftShutdown):
		return nil
	}
	return fmt.Errorf("snapshot group %s: %w", g.name, err)
}

// snapshotTries is how often a graceful close tries.
const snapshotTries = 5

// snapshotNow is the snapshot of a graceful close: it spares the next start the
// replay. A group that applied nothing since the last one has nothing to spare.
// Raft takes none while it hands the lead on, which it gives up after an election
// timeout: it is waited for within ctx, and no snapshot after that is no failure.
// A change of members that is committed between raft's two looks at the group makes
// it refuse too, by an error without a name: hence a few attempts at the others.
func (g *Group) snapshotNow(ctx context.Context) error {
	if g.isQuarantined() || g.growth.entries.Load() == 0 || g.fsm.stopped.Load() {
		return nil
	}
	pause := time.NewTicker(retryPause)
	defer pause.Stop()
	for left := snapshotTries; ; {
		err := g.snapshot()
		if !errors.Is(err, raft.ErrLeadershipTransferInProgress) {
			if left--; err == nil || left == 0 {
				return err
			}
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
			return nil
		}
	}
}
