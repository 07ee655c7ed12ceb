package replication

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// Node is this process's part in all groups. It satisfies the executor's
// Cluster. Safe for concurrent use.
type Node struct {
	opts    Options
	store   *storage.Store
	stable  stableFile
	logger  *slog.Logger
	metrics *metrics
	flush   flusher

	groups []*Group // by shard
	meta   *Group
	all    []storage.ShardID // every shard, without the meta group

	// Transaction ids are this incarnation's number and a count: a transaction
	// of another incarnation of a cluster of one can have no owner any more.
	incarnation [8]byte
	origin      origin
	promises    *promises
	dir         directory
	txnCount    atomic.Uint64
	left        atomic.Bool                   // it has left its cluster
	gone        map[transport.Instance]string // data that it was told to go on without
	refused     sync.Map                      // whose nodes were told of in the log: their instances
	active      activeTxns
	beats       beats
	announced   announcer
	stateReads  rounds       // of the newest state
	committing  atomic.Int32 // transactions that commit
	pulse       atomic.Pointer[pulse]
	committed   atomic.Int64 // the newest time of a commit that waits to be promised
	clock       func() knowledge.Micros

	sweepKick   chan struct{}
	rebuildKick chan struct{}
	wiping      atomic.Bool   // a shard that was moved off
	digestTurn  chan struct{} // one shard is summed at a time
	streams     stateStreams
	services    streamServices
	reminders   reminders
	watch       watchdog

	opened  bool // all groups were
	gate    gate
	closing context.Context    // ends when the node begins to close: fragments for others do
	hurry   context.CancelFunc // ends it
	cancel  context.CancelFunc // ends the sweeper and what runs behind commits
	life    context.Context    // the node's, for work that outlives its request
	work    sync.WaitGroup
}

// Open starts the node's groups. It returns before they have leaders: reads and
// commits wait, and WaitReady does. Errors wrap ErrStateBehind when the state
// has lost what the log no longer has.
func Open(o Options) (*Node, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	n := &Node{opts: o, store: o.Store, logger: o.Logger, sweepKick: make(chan struct{}, 1)}
	n.stateReads.busy = func() int { return int(n.committing.Load()) }
	n.clock = monotonic(o.Clock)
	n.rebuildKick, n.digestTurn = make(chan struct{}, 1), make(chan struct{}, 1)
	n.reminders.wake = make(chan struct{}, 1)
	if _, err := rand.Read(n.incarnation[:]); err != nil {
		return nil, fmt.Errorf("draw incarnation: %w", err)
	}
	if n.metrics, err = newMetrics(o.Registerer); err != nil {
		return nil, err
	}
	if !o.InMemory && o.Dir != "" {
		if err := checkCluster(o.Dir, o.Cluster); err != nil {
			return nil, err
		}
	}
	switch {
	case o.stable != nil:
		n.stable = o.stable
	case o.InMemory:
		n.stable = newMemStable()
	default:
		if n.stable, err = openStable(o.Dir); err != nil {
			return nil, err
		}
	}
	if o.InMemory || o.Dir == "" {
		n.origin, err = newOrigin(o.Join)
	} else {
		n.origin, err = openOrigin(o.Dir, o.Join)
	}
	if err != nil {
		return nil, errors.Join(err, n.stable.Close())
	}
	if n.promises, err = openPromises(n.stable); err != nil {
		return nil, errors.Join(err, n.stable.Close())
	}
	if n.gone, err = readGone(n.stable); err != nil {
		return nil, errors.Join(err, n.stable.Close())
	}
	n.beats.node = n
	n.announced.open(n)
	n.store.ResolveBy(n.endOf)
	n.life, n.cancel = context.WithCancel(context.Background())
	n.closing, n.hurry = context.WithCancel(context.Background())
	if o.Mux != nil {
		o.Mux.Introduce(n.origin.id)
		o.Mux.Guard(n.refuses)
		o.Mux.OnGone(n.noteGone)
	}
	if err = n.openGroups(); err == nil {
		err = errors.Join(n.checkBelongs(), n.checkFounder())
	}
	if err != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return nil, errors.Join(err, n.Close(ctx))
	}
	if err := n.exposeLag(o.Registerer); err != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return nil, errors.Join(err, n.Close(ctx))
	}
	n.opened = true
	n.behind(func() { n.watchLoop(n.life) })
	n.behind(func() { n.sweepLoop(n.life) })
	n.behind(func() {
		n.promises.loop(n.life, func(err error) { n.logger.Warn("the bound of what is promised to readers stays", "error", err) })
	})
	if o.Mux != nil {
		o.Mux.ServeQuick(n.serveQuick)
		o.Mux.Serve(n.serve)
		o.Mux.OnLost(n.lostNode)
		n.behind(func() { n.directoryLoop(n.life) })
		n.behind(func() { n.closeLoop(n.life) })
		n.behind(func() { n.reminders.loop(n.life) })
		n.behind(func() { n.rebuildLoop(n.life) })
		if o.CompareInterval > 0 {
			n.behind(func() { n.compareLoop(n.life) })
		}
	}
	return n, nil
}

func (n *Node) openGroups() error {
	ids := make([]storage.ShardID, 0, n.opts.Shards+1)
	for i := range n.opts.Shards {
		ids = append(ids, storage.ShardID(i))
	}
	n.all = ids[:n.opts.Shards:n.opts.Shards]
	ids = append(ids, storage.MetaShard)
	if err := n.checkClosed(); err != nil {
		return err
	}
	snaps, err := n.openSnapshots(ids)
	if err != nil {
		return err
	}
	// After a restart with a wall clock set back, no group may fall behind
	// what any other group's reads were promised.
	var newest knowledge.Micros
	for _, s := range snaps {
		if err := s.recover(); err != nil {
			return err
		}
		newest = max(newest, s.shard.LastRecorded())
	}
	if err := n.checkVersion(); err != nil { // before entries that it may not know are applied
		return err
	}
	if err := n.checkOwner(); err != nil {
		return err
	}
	for i, id := range ids {
		g, err := n.openGroup(id, snaps[i], newest)
		if err != nil {
			return fmt.Errorf("open group %s: %w", groupName(id), err)
		}
		if id == storage.MetaShard {
			n.meta = g
		} else {
			n.groups = append(n.groups, g)
		}
	}
	return nil
}

func (n *Node) openSnapshots(ids []storage.ShardID) ([]*snapshotStore, error) {
	used := make(map[string]bool)
	snaps := make([]*snapshotStore, 0, len(ids))
	for _, id := range ids {
		if n.store.Shard(id) == nil {
			return nil, fmt.Errorf("the store has no shard %s", groupName(id))
		}
		s, err := newSnapshotStore(id, n.store, newStable(n.stable, id), nil, &n.flush)
		if err != nil {
			return nil, fmt.Errorf("group %s: %w", groupName(id), err)
		}
		if s.rec != nil && s.rec.Spool != "" {
			used[s.rec.Spool] = true
		}
		snaps = append(snaps, s)
	}
	var sp spools = newMemSpools()
	if !n.opts.InMemory && n.opts.Dir != "" {
		dir, err := newDirSpools(filepath.Join(n.opts.Dir, "snapshots"), func(name string) bool { return used[name] })
		if err != nil {
			return nil, err
		}
		sp = dir
	}
	for _, s := range snaps {
		s.spools = sp
	}
	return snaps, nil
}

func (n *Node) openGroup(id storage.ShardID, snaps *snapshotStore, newest knowledge.Micros) (*Group, error) {
	g := &Group{
		id: id, name: groupName(id), node: n, snaps: snaps, metrics: n.metrics, logger: n.logger,
		permits: make(chan struct{}, maxInflight), completions: make(chan *proposal, maxInflight),
		drained: make(chan struct{}), stop: make(chan struct{}),
		readyCh: make(chan struct{}), kick: make(chan struct{}, 1), comparing: make(chan struct{}, 1),
	}
	g.clock.now = n.clock
	g.closing.opened = n.opts.Clock()
	g.clock.observe(newest)
	g.clock.outlive(n.promises.newest())
	g.fsm = &fsm{
		store: n.store, shard: snaps.shard, snaps: snaps, clock: &g.clock, metrics: n.metrics,
		logger: n.logger.With("group", g.name), onFatal: n.opts.OnFatal, answer: g.flying.answer,
	}
	g.digests = newDigests(g, n.digestTurn, n.opts.CompareRate)
	g.fsm.digest = g.digests.begin
	if err := g.openQuarantine(); err != nil {
		return nil, err
	}
	g.limits(n.opts.SnapshotEntries, n.opts.SnapshotBytes)
	g.fsm.last.Store(int64(snaps.shard.LastRecorded()))
	g.clock.advance(snaps.shard.LastRecorded())
	g.fsm.applied.raise(int64(snaps.shard.Applied()))
	var err error
	if g.trans, err = n.transport(g); err != nil {
		return nil, err
	}
	conf := n.opts.raftConfig(g.name)
	g.logs = newLogStore(n.opts.Log.Group(id))
	if err := g.checkApplied(); err != nil {
		return nil, err
	}
	if !n.origin.joined {
		if err := g.found(conf); err != nil {
			return nil, err
		}
	}
	if g.raft, err = startRaft(conf, g.fsm, g.logs, snaps.stable, snaps, g.trans); err != nil {
		return nil, err
	}
	g.finisher = newFinisher(g, n.life)
	g.active = &n.active
	g.sweep = n.kickSweep
	n.behind(func() { g.finisher.run() })
	g.start()
	g.electAlone()
	return g, nil
}

// What raft may have open to another node, for each group, and how long it waits
// for an answer.
const (
	poolStreams   = 2
	streamTimeout = 5 * time.Second
)

// found makes an empty group a cluster of this node.
func (g *Group) found(conf *raft.Config) error {
	self := raft.Server{Suffrage: raft.Voter, ID: conf.LocalID, Address: g.trans.LocalAddr()}
	servers := raft.Configuration{Servers: []raft.Server{self}}
	exists, err := raft.HasExistingState(g.logs, g.snaps.stable, g.snaps)
	if err != nil {
		return fmt.Errorf("read raft state: %w", err)
	}
	if !exists {
		if err := raft.BootstrapCluster(conf, g.logs, g.snaps.stable, g.snaps, g.trans, servers); err != nil {
			return fmt.Errorf("found raft group: %w", err)
		}
		return nil
	}
	// Founding sets the term and then writes the first entry. A crash between
	// the two leaves a group that nobody leads: finish what it began. A node
	// that has joined a group knows a later term.
	term, err := g.snaps.stable.GetUint64([]byte("CurrentTerm"))
	if err != nil && !notFound(err) {
		return fmt.Errorf("read term: %w", err)
	}
	if g.logs.log.Last() > 0 || g.snaps.index() > 0 || term > 1 {
		return nil
	}
	first := &raft.Log{Index: 1, Term: 1, Type: raft.LogConfiguration, Data: raft.EncodeConfiguration(servers)}
	if err := g.logs.StoreLog(first); err != nil {
		return fmt.Errorf("finish founding raft group: %w", err)
	}
	return nil
}

// transport returns a group's transport. The loopback is connected to itself,
// and its address names the node, so that a configuration outlives a restart.
func (n *Node) transport(g *Group) (raft.Transport, error) {
	if n.opts.Mux != nil {
		layer, err := n.opts.Mux.Layer(uint16(g.id))
		if err != nil {
			return nil, fmt.Errorf("open transport: %w", err)
		}
		// One request at a time: entries that come meanwhile go together in the next.
		inner := raft.NewNetworkTransportWithConfig(&raft.NetworkTransportConfig{
			Stream: layer, MaxPool: poolStreams, MaxRPCsInFlight: 1, Timeout: streamTimeout, Logger: newRaftLogger(n.opts.Logger, g.name),
		})
		muted := &mutedTransport{NetworkTransport: inner, mute: n.watch.mute}
		return &quietTransport{mutedTransport: muted, group: g, peers: &n.beats, asked: newRequests(inner.Consumer())}, nil
	}
	addr, t := raft.NewInmemTransport(raft.ServerAddress(n.opts.NodeID))
	t.Connect(addr, t)
	return t, nil
}

// Shards returns the number of shards of the cluster.
func (n *Node) Shards() int { return n.opts.Shards }

// Group returns a shard's group, or the meta group for storage.MetaShard; nil
// when there is none.
func (n *Node) Group(id storage.ShardID) *Group {
	if id == storage.MetaShard {
		return n.meta
	}
	if int(id) >= len(n.groups) {
		return nil
	}
	return n.groups[id]
}

// each calls fn for every group.
func (n *Node) each(fn func(*Group)) {
	for _, g := range n.groups {
		fn(g)
	}
	if n.meta != nil {
		fn(n.meta)
	}
}

// WaitReady waits until this node can serve every group, as its leader or by way
// of it. Errors: ErrUnavailable with ctx's, ErrClosed.
func (n *Node) WaitReady(ctx context.Context) error {
	var err error
	n.each(func(g *Group) {
		if err == nil {
			_, err = g.route(ctx)
		}
	})
	return err
}

// Ready reports whether this node can serve every group now.
func (n *Node) Ready() bool {
	ready := true
	n.each(func(g *Group) { ready = ready && (g.isReady() || g.leaderAddress() != "") })
	return ready
}

// Now returns the node's wall clock: the upper bound of times that can be read.
func (n *Node) Now() knowledge.Micros { return n.opts.Clock() }

// newTxnID names a transaction.
func (n *Node) newTxnID() (id storage.TxnID) {
	copy(id[:8], n.incarnation[:])
	binary.BigEndian.PutUint64(id[8:], n.txnCount.Add(1))
	return id
}
