package replication

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// Finding is something that is wrong with a node.
type Finding struct {
	Kind    string // one of the Finding constants
	Shard   string // of a replica's; else empty
	Text    string
	Unready bool // the node cannot serve while it lasts
}

// Kinds of findings.
const (
	FindingStalled     = "disk stalled"
	FindingFull        = "disk full"
	FindingQuarantined = "replica in quarantine"
	FindingFailed      = "storage failed"
)

const (
	watchEvery = 500 * time.Millisecond
	// stallLasts is for how long a slow write counts: storage reports one that is
	// on its way every two seconds.
	stallLasts = 5 * time.Second
	// stallGrace is how long a stalled leader may take to hand over before it stops
	// sending heartbeats. Raft appends to its log in the goroutine that would hand
	// over, while another goes on sending them.
	stallGrace = time.Second
	// yieldPause is how long a node keeps a lead that came back to it: the others
	// are no better off.
	yieldPause = 30 * time.Second
	// A disk is full below minFree bytes, or fullShare of it, which counts up to
	// fullMost.
	minFree   = 256 << 20
	fullShare = 50
	fullMost  = 8 << 30
)

// watchdog knows how the node's disk is.
type watchdog struct {
	stalledSince atomic.Int64 // Unix nanoseconds; 0: it is not
	full         atomic.Bool
	slow         atomic.Pointer[storage.SlowDisk]
	left         atomic.Uint64
}

func (w *watchdog) stalled() bool { return w.stalledSince.Load() != 0 }
func (w *watchdog) unfit() bool   { return w.stalled() || w.full.Load() }

// mute reports that the node is to send no heartbeats.
func (w *watchdog) mute() bool {
	since := w.stalledSince.Load()
	return since != 0 && time.Now().UnixNano()-since > int64(stallGrace)
}

// watchLoop looks at the disk until the node ends.
func (n *Node) watchLoop(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		n.lookAtDisk()
		if n.watch.unfit() {
			n.each(func(g *Group) { g.yield() })
		}
	}
}

func (n *Node) lookAtDisk() {
	w := &n.watch
	slow := n.store.Slow()
	if l := n.opts.Log.Slow(); l.At.After(slow.At) {
		slow = l
	}
	switch stalled := time.Since(slow.At) < stallLasts; {
	case stalled && !w.stalled():
		w.slow.Store(&slow)
		w.stalledSince.Store(time.Now().UnixNano())
		n.metrics.stalled.Set(1)
		n.logger.Error("the disk is stalled: this node hands its leads to others", "operation", slow.What, "duration", slow.For)
	case stalled:
		w.slow.Store(&slow)
	case w.stalled():
		w.stalledSince.Store(0)
		n.metrics.stalled.Set(0)
		n.logger.Warn("the disk is well again")
	}
	left, total, err := n.store.DiskSpace()
	if err != nil || total == 0 {
		return // in memory, or not known: a write will tell
	}
	w.left.Store(left)
	bound := max(uint64(n.opts.MinFree), min(total/fullShare, fullMost))
	if w.full.Load() {
		bound += bound / 4 // so that it does not come and go
	}
	if full := left < bound; full != w.full.Load() {
		w.full.Store(full)
		if full {
			n.metrics.full.Set(1)
			n.logger.Error("the disk is nearly full: this node hands its leads to others and takes no more claims", "left", left, "bound", bound)
		} else {
			n.metrics.full.Set(0)
			n.logger.Warn("the disk has room again", "left", left)
		}
	}
}

// yield hands a lead to another node, if there is one, and once in yieldPause.
func (g *Group) yield() bool {
	if g.raft.State() != raft.Leader || g.isSoleVoter() {
		return false
	}
	last, now := g.yielded.Load(), time.Now().UnixNano()
	if last != 0 && now-last < int64(yieldPause) || !g.yielded.CompareAndSwap(last, now) {
		return false
	}
	g.resign()
	return true
}

// checkRoom is ErrDiskFull for entries that clients' claims travel in, while this
// node's disk is nearly full.
func (g *Group) checkRoom(entry []byte) error {
	if !g.node.watch.full.Load() {
		return nil
	}
	switch command.KindOf(entry) {
	case command.Insert, command.Tag, command.PutMeta:
		return fmt.Errorf("%w: %d MiB are left", ErrDiskFull, g.node.watch.left.Load()>>20)
	}
	return nil
}

// Health lists what is wrong with the node; empty: nothing is.
func (n *Node) Health() []Finding {
	var out []Finding
	for _, err := range []error{n.store.Err(), n.opts.Log.Err()} {
		if err != nil {
			out = append(out, Finding{Kind: FindingFailed, Text: err.Error(), Unready: true})
		}
	}
	if s := n.watch.slow.Load(); s != nil && n.watch.stalled() {
		out = append(out, Finding{Kind: FindingStalled, Unready: true, Text: fmt.Sprintf("%s took %s or more", s.What, s.For.Round(time.Millisecond))})
	}
	if n.watch.full.Load() {
		out = append(out, Finding{Kind: FindingFull, Text: fmt.Sprintf("%d MiB are left: claims are refused", n.watch.left.Load()>>20)})
	}
	n.each(func(g *Group) {
		if q := g.barred.Load(); q != nil && !q.moved {
			out = append(out, Finding{Kind: FindingQuarantined, Shard: g.name, Unready: true, Text: q.why})
		}
	})
	return out
}

// mutedTransport sends no heartbeats, entries or snapshots while the node's disk
// is stalled, so that the others elect another leader: one that cannot write is
// none, and would not notice.
type mutedTransport struct {
	*raft.NetworkTransport
	mute func() bool
}

// AppendEntries implements raft.Transport.
func (t *mutedTransport) AppendEntries(id raft.ServerID, to raft.ServerAddress, q *raft.AppendEntriesRequest, r *raft.AppendEntriesResponse) error {
	if t.mute() {
		return errMuted
	}
	return t.NetworkTransport.AppendEntries(id, to, q, r)
}

// AppendEntriesPipeline implements raft.Transport.
func (t *mutedTransport) AppendEntriesPipeline(id raft.ServerID, to raft.ServerAddress) (raft.AppendPipeline, error) {
	if t.mute() {
		return nil, errMuted
	}
	p, err := t.NetworkTransport.AppendEntriesPipeline(id, to)
	if err != nil {
		return nil, err
	}
	return &mutedPipeline{AppendPipeline: p, mute: t.mute}, nil
}

// InstallSnapshot implements raft.Transport.
func (t *mutedTransport) InstallSnapshot(id raft.ServerID, to raft.ServerAddress, q *raft.InstallSnapshotRequest,
	r *raft.InstallSnapshotResponse, data io.Reader,
) error {
	if t.mute() {
		return errMuted
	}
	return t.NetworkTransport.InstallSnapshot(id, to, q, r, data)
}

type mutedPipeline struct {
	raft.AppendPipeline
	mute func() bool
}

// AppendEntries implements raft.AppendPipeline.
func (p *mutedPipeline) AppendEntries(q *raft.AppendEntriesRequest, r *raft.AppendEntriesResponse) (raft.AppendFuture, error) {
	if p.mute() {
		return nil, errMuted
	}
	return p.AppendPipeline.AppendEntries(q, r)
}
