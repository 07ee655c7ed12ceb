package replication

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// nodeGroup is the number under which the stable file keeps what is the node's
// and no group's.
const nodeGroup storage.ShardID = 0xFFFE

// closedKey is the key of what the logs held when the node was closed: of each group
// the first and the last index; empty while it runs.
var closedKey = []byte("logs")

// noteClosed notes the ends of the logs. A write-ahead log whose last records are
// damaged is read as one that a power cut ended there; a node that was closed in
// order knows better.
func (n *Node) noteClosed() error {
	var b []byte
	n.each(func(g *Group) {
		b = binary.AppendUvarint(appendShard(b, g.id), g.logs.log.First())
		b = binary.AppendUvarint(b, g.logs.log.Last())
	})
	if err := newStable(n.stable, nodeGroup).Set(closedKey, b); err != nil {
		return fmt.Errorf("note the ends of the logs: %w", err)
	}
	return nil
}

// checkClosed compares the logs with what they held when the node was closed, and
// forgets that. Errors wrap ErrLogBehind.
func (n *Node) checkClosed() error {
	if err := checkEnds(n.stable, n.opts.Log); err != nil {
		return err
	}
	st := newStable(n.stable, nodeGroup)
	b, err := st.Get(closedKey)
	switch {
	case notFound(err) || err == nil && len(b) == 0:
		return nil // it was not closed
	case err != nil:
		return fmt.Errorf("read the ends of the logs: %w", err)
	}
	if err := st.Set(closedKey, nil); err != nil {
		return fmt.Errorf("forget the ends of the logs: %w", err)
	}
	return nil
}

// checkEnds compares the ends of logs with those noted. Errors wrap ErrLogBehind.
func checkEnds(file stableFile, log *storage.Log) error {
	b, err := newStable(file, nodeGroup).Get(closedKey)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read the ends of the logs: %w", err)
	}
	for r := (messageReader{b: b}); len(r.b) > 0; {
		id, first, last := r.shard(), r.uint(), r.uint()
		if r.err != nil {
			return fmt.Errorf("read the ends of the logs: %w", r.err)
		}
		g := log.Group(id)
		if have := g.Last(); have < last { // recovery may have added to it
			return fmt.Errorf("group %s: the log ended at %d when the node was closed, and ends at %d: %w", groupName(id), last, have, ErrLogBehind)
		}
		if have := g.First(); have != first && first != 0 { // its last truncation is lost
			return fmt.Errorf("group %s: the log began at %d when the node was closed, and begins at %d: %w", groupName(id), first, have, ErrLogBehind)
		}
	}
	return nil
}

// receivedKey is the key of the applied index that the group's state had when it
// was last taken from another replica: its log may end below that, and at no other
// time below what was applied.
var receivedKey = []byte("received")

// checkApplied refuses a log that has lost entries which the state holds: new ones
// would come under their numbers, and be taken for applied. Errors wrap
// ErrLogBehind.
func (g *Group) checkApplied() error {
	received, err := g.snaps.stable.GetUint64(receivedKey)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read the index of the state received: %w", err)
	}
	known := max(g.logs.log.Last(), g.snaps.index(), g.snaps.applied(), received)
	if applied := g.fsm.shard.Applied(); applied > known && !g.isQuarantined() {
		return fmt.Errorf("the state holds entries up to %d, the log ends at %d: %w", applied, g.logs.log.Last(), ErrLogBehind)
	}
	return nil
}

// startRaft is raft.NewRaft, which panics when it misses an entry of the log.
func startRaft(conf *raft.Config, f raft.FSM, logs raft.LogStore, st raft.StableStore, snaps raft.SnapshotStore, trans raft.Transport) (r *raft.Raft, err error) {
	defer func() {
		if p := recover(); p != nil {
			cause, _ := p.(error)
			err = errors.Join(fmt.Errorf("%w: start raft: %v", ErrDamaged, p), cause)
		}
	}()
	if r, err = raft.NewRaft(conf, f, logs, st, snaps, trans); err != nil {
		return nil, fmt.Errorf("start raft: %w", err)
	}
	return r, nil
}
