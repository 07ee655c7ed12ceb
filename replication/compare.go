package replication

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// States of a replica in a comparison.
const (
	SyncOK         = "OK"         // equal to the majority's
	SyncBehind     = "BEHIND"     // not summed yet, or the log has not come as far
	SyncDiverged   = "DIVERGED"   // another root than the majority's, or damaged
	SyncUndecided  = "UNDECIDED"  // it differs from another one, and neither is known to be wrong
	SyncRebuilding = "REBUILDING" // in quarantine
	SyncUnknown    = "UNKNOWN"    // never compared, or not reached
)

// GroupSync is how the replicas of a group compare.
type GroupSync struct {
	Shard    string // the shard's number, or "meta"
	Leader   string // node id, empty when unknown
	Index    uint64 // log index of the last comparison; 0: none yet
	At       time.Time
	Replicas []ReplicaSync // by node id
}

// ReplicaSync is one replica in a comparison.
type ReplicaSync struct {
	Node   string
	Root   string // of its Merkle tree, hexadecimal; empty when unknown
	State  string // one of the Sync constants
	Detail string `json:",omitempty"` // what differs, or is damaged
}

// noMajority is the detail of replicas of which none is known to be right. They go on
// answering: to stop them all would cost the shard for what may be a bit in one of
// them, and to stop the wrong one would have its error copied over what was right.
const noMajority = "no majority of the replicas agrees"

// comparePause is how often replicas that are not ready are asked again.
const comparePause = 100 * time.Millisecond

// compareTimeout bounds a comparison that nobody waits for, and how long it waits
// for replicas that lag.
const (
	compareTimeout = 2 * time.Hour
	compareGrace   = 3 * time.Second
)

// undecided reports that replicas differ of which none is known to be right.
func (s *GroupSync) undecided() bool {
	return s != nil && slices.ContainsFunc(s.Replicas, func(r ReplicaSync) bool { return r.State == SyncUndecided })
}

// ballot is what one replica says in a comparison.
type ballot struct {
	server raft.Server
	answer digestAnswer
	err    error
}

// compare has every replica sum what it holds at one log index, and takes those
// into quarantine that differ from the majority of the voters, or that contradict
// themselves. Only the leader can. Errors: of the proposal; ErrUnavailable when
// this replica itself could not be summed.
func (g *Group) compare(ctx context.Context, urgent bool) (*GroupSync, error) {
	select {
	case g.comparing <- struct{}{}:
		defer func() { <-g.comparing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if !g.isReady() {
		return nil, fmt.Errorf("%w: this node does not lead group %s", ErrUnavailable, g.name)
	}
	f := g.raft.GetConfiguration()
	if err := f.Error(); err != nil {
		return nil, fmt.Errorf("read configuration of group %s: %w", g.name, err)
	}
	var b command.Builder
	id, coordinator := g.node.newTxnID(), storage.ShardID(0)
	if urgent {
		coordinator = 1
	}
	b.Start(id, coordinator)
	if _, err := g.propose(ctx, b.Finish(command.Digest, nil), 0); err != nil {
		return nil, fmt.Errorf("propose a digest of group %s: %w", g.name, err)
	}
	job := g.digests.get(id)
	if job == nil {
		return nil, fmt.Errorf("%w: the lead of group %s was lost", ErrUnavailable, g.name)
	}
	own, err := job.wait(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: sum group %s: %w", ErrUnavailable, g.name, err)
	}
	ballots := g.collect(ctx, id, own, f.Configuration().Servers)
	status := g.judge(ctx, id, own, ballots)
	g.compared.Store(status)
	g.comparedAt.Store(own.Applied)
	g.metrics.comparisons.Inc()
	return status, nil
}

// collect asks the other replicas until all have answered, or those that lag have
// had their time.
func (g *Group) collect(ctx context.Context, id storage.TxnID, own *storage.Digest, servers []raft.Server) []ballot {
	out := make([]ballot, len(servers))
	var wg sync.WaitGroup
	for i, s := range servers {
		out[i].server = s
		if string(s.ID) == g.node.opts.NodeID {
			out[i].answer = digestAnswer{state: digestDone, sum: own, quarantined: g.isQuarantined()}
			continue
		}
		wg.Go(func() { out[i].answer, out[i].err = g.ask(ctx, s, id) })
	}
	wg.Wait()
	return out
}

// ask asks one replica until it has a digest. One that does not even have the
// entry after compareGrace is behind.
func (g *Group) ask(ctx context.Context, s raft.Server, id storage.TxnID) (a digestAnswer, err error) {
	late := time.Now().Add(compareGrace)
	for {
		a, err = g.node.callDigest(ctx, string(s.Address), g.id, id, false)
		if err == nil && (a.state == digestDone || a.held && a.state == digestNone) || ctx.Err() != nil {
			return a, err
		}
		if a.state != digestRunning && time.Now().After(late) {
			return a, err
		}
		pause := time.NewTimer(comparePause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return a, err
		}
	}
}

func (n *Node) callDigest(ctx context.Context, addr string, id storage.ShardID, txn storage.TxnID, tree bool) (digestAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*digestWait)
	defer cancel()
	r, err := n.call(ctx, addr, methodDigest, digestRequest(id, txn, tree))
	if err != nil {
		return digestAnswer{}, err
	}
	return decodeDigest(r)
}

// judge finds the root that is right, and tells those that have another one.
func (g *Group) judge(ctx context.Context, id storage.TxnID, own *storage.Digest, ballots []ballot) *GroupSync {
	right, known := rightRoot(ballots)
	status := &GroupSync{Shard: g.name, Leader: g.node.opts.NodeID, Index: own.Applied, At: time.Now()}
	for i := range ballots {
		b := &ballots[i]
		r := ReplicaSync{Node: string(b.server.ID), State: SyncBehind}
		switch {
		case b.err != nil:
			r.State = SyncUnknown
		case b.answer.state == digestDone:
			r.Root = hex.EncodeToString(b.answer.sum.Root[:])
			r.State = SyncOK
			switch {
			case len(b.answer.sum.Damage) > 0:
				r.State, r.Detail = SyncDiverged, b.answer.sum.Damage[0]
			case known && b.answer.sum.Root != right:
				r.State, r.Detail = SyncDiverged, g.difference(ctx, id, own, b, ballots)
			case !known:
				r.State, r.Detail = SyncUndecided, noMajority
			}
		}
		if b.answer.quarantined {
			r.State = SyncRebuilding
		}
		status.Replicas = append(status.Replicas, r)
	}
	slices.SortFunc(status.Replicas, func(a, b ReplicaSync) int { return strings.Compare(a.Node, b.Node) })
	if !known {
		g.metrics.diverged.Inc()
		g.logger.Error("replicas differ, and no majority agrees: which is right must be decided by hand", "group", g.name, "replicas", status.Replicas)
		return status
	}
	for i := range ballots {
		g.bar(ctx, &ballots[i], status)
	}
	return status
}

// bar has a replica that differs go into quarantine.
func (g *Group) bar(ctx context.Context, b *ballot, status *GroupSync) {
	i := slices.IndexFunc(status.Replicas, func(r ReplicaSync) bool { return r.Node == string(b.server.ID) })
	r := &status.Replicas[i]
	if r.State != SyncDiverged {
		return
	}
	g.metrics.diverged.Inc()
	why := fmt.Sprintf("it differs from the other replicas at log index %d: %s", status.Index, r.Detail)
	g.logger.Error("a replica differs from the others", "group", g.name, "node", r.Node, "index", status.Index, "detail", r.Detail)
	if err := g.node.tellQuarantine(ctx, string(b.server.ID), string(b.server.Address), g.id, why); err != nil {
		g.logger.Error("a replica that differs could not be told", "group", g.name, "node", r.Node, "error", err)
	}
}

// rightRoot is the root of more than half of the voters, or the only one that a
// replica has that does not contradict itself. Replicas in quarantine hold what
// others gave them: they do not count.
func rightRoot(ballots []ballot) (root [32]byte, known bool) {
	votes, voters := map[[32]byte]int{}, 0
	for i := range ballots {
		b := &ballots[i]
		if b.server.Suffrage != raft.Voter {
			continue
		}
		voters++
		if b.answer.state == digestDone && !b.answer.quarantined && len(b.answer.sum.Damage) == 0 {
			votes[b.answer.sum.Root]++
		}
	}
	for r, n := range votes {
		if n > voters/2 || len(votes) == 1 {
			return r, true
		}
	}
	return root, false
}

// difference names the parts of the trees in which a replica differs from this
// one; for this one itself, from one that has another root.
func (g *Group) difference(ctx context.Context, id storage.TxnID, own *storage.Digest, b *ballot, ballots []ballot) string {
	if string(b.server.ID) == g.node.opts.NodeID {
		i := slices.IndexFunc(ballots, func(o ballot) bool { return o.answer.state == digestDone && o.answer.sum.Root != own.Root })
		b = &ballots[i] // a majority has another
	}
	a, err := g.node.callDigest(ctx, string(b.server.Address), g.id, id, true)
	if err != nil || a.state != digestDone {
		return "its tree could not be read"
	}
	return strings.Join(own.Differs(a.sum), ", ")
}

// tellQuarantine takes a replica into quarantine, here or on another node.
func (n *Node) tellQuarantine(ctx context.Context, node, addr string, id storage.ShardID, why string) error {
	if node == n.opts.NodeID {
		n.Group(id).quarantine(why)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, n.opts.Timeout)
	defer cancel()
	_, err := n.call(ctx, addr, methodQuarantine, appendBytes(appendShard(nil, id), []byte(why)))
	return err
}

func (n *Node) serveQuarantine(payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	id, why := r.shard(), r.text()
	g, err := n.askedGroup(&r, id)
	if err != nil {
		return nil, err
	}
	g.quarantine(why)
	return appendStatus(nil, nil, statusOK), nil
}

// callCompare has a group's leader compare the replicas; force names a node whose
// replica is to be rebuilt whatever it holds.
func (n *Node) callCompare(ctx context.Context, addr string, id storage.ShardID, force string) (*GroupSync, error) {
	r, err := n.call(ctx, addr, methodCompare, appendBytes(appendShard(nil, id), []byte(force)))
	if err != nil {
		return nil, err
	}
	return decodeSync(r)
}

// decodeSync is answerSync's other end.
func decodeSync(r *messageReader) (*GroupSync, error) {
	var s GroupSync
	if err := json.Unmarshal(r.bytes(), &s); err != nil || r.err != nil {
		return nil, errors.Join(errMessage, err, r.err)
	}
	return &s, nil
}

func (n *Node) serveCompare(ctx context.Context, payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	id, force := r.shard(), r.text()
	g, err := n.askedGroup(&r, id)
	if err != nil {
		return nil, err
	}
	return answerSync(n.compareFor(ctx, g, force))
}

func answerSync(s *GroupSync, err error) ([]byte, error) {
	if err != nil {
		return appendStatus(nil, err, statusFailed), nil
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode comparison: %w", err)
	}
	return appendBytes(appendStatus(nil, nil, statusOK), text), nil
}

// compareFor compares at once; with force it has a node's replica rebuilt first.
func (n *Node) compareFor(ctx context.Context, g *Group, force string) (*GroupSync, error) {
	if force == "" {
		return g.compare(ctx, true)
	}
	if !g.isReady() {
		return nil, fmt.Errorf("%w: this node does not lead group %s", ErrUnavailable, g.name)
	}
	s, err := g.syncStatus(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range g.Status().Servers {
		if m.ID == force {
			return s, n.tellQuarantine(ctx, m.ID, m.Address, g.id, "a rebuild was asked for")
		}
	}
	return nil, fmt.Errorf("node %s has no replica of group %s", force, g.name)
}
