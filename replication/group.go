package replication

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// Group is one shard's Raft group as this node sees it: its replica, and the
// critical section that gives entries their time while the node leads.
// Safe for concurrent use.
type Group struct {
	id      storage.ShardID
	name    string // "3", "meta"
	node    *Node
	raft    *raft.Raft
	trans   raft.Transport
	fsm     *fsm
	snaps   *snapshotStore
	logs    *logStore
	clock   clock
	metrics *metrics
	logger  *slog.Logger

	permits     chan struct{}
	completions chan *proposal
	flying      flying
	drained     chan struct{} // complete has returned
	mu          sync.Mutex    // orders times and entries; guards closed
	closed      bool
	stop        chan struct{} // closed when the group is gone for good

	ready    atomic.Uint64 // the term whose barrier has passed; 0: none
	sole     atomic.Bool   // this node is the only voter: leading is proof
	memberMu sync.Mutex
	changing int // membership changes on their way
	readyMu  sync.Mutex
	readyCh  chan struct{} // closed while ready
	kick     chan struct{}
	proofs   rounds // of the lead
	witness  witness
	// witnessed is the voter that answered the last question about the lead.
	witnessed atomic.Pointer[raft.ServerAddress]
	leader    atomic.Pointer[leader] // as it was last heard of
	// succeeding: this node is about to take over from a leader that is gone.
	succeeding atomic.Bool
	// inherited is the term that began with prepared transactions: until the
	// node knows how they ended, no read is served and no claim taken.
	inherited atomic.Uint64
	// since is the newest time that was known when this node last began to serve
	// reads as leader (ledSince).
	since    atomic.Int64
	finisher *finisher
	// reminding: followers are to be told what is committed.
	reminding atomic.Bool
	closing   closing
	active    *activeTxns
	sweep     func() // asks for a sweep

	queries  meter         // statements of this node over the shard
	turn     atomic.Uint64 // of the members that serve it while it is hot (inTurn)
	took     atomic.Int64  // when this node began to serve its term as leader, Unix ns
	lastGive time.Time     // when the lead was last to be handed on; alignGroup's alone
	// barred is set while the replica is in quarantine; barMu orders changes.
	barred    atomic.Pointer[quarantine]
	barMu     sync.Mutex
	awaySince time.Time // the shard is elsewhere; wipeMoved's alone
	resigning atomic.Bool
	yielded   atomic.Int64 // when the lead was handed on for the disk's sake, Unix ns

	digests    *digests
	comparing  chan struct{} // one comparison at a time
	compared   atomic.Pointer[GroupSync]
	comparedAt atomic.Uint64 // applied index of the last comparison

	growth       growth
	snapshotBusy atomic.Bool
	background   sync.WaitGroup
}

// groupName is the group's name in logs and errors.
func groupName(id storage.ShardID) string {
	if id == storage.MetaShard {
		return "meta"
	}
	return fmt.Sprint(uint16(id))
}

// start begins the group's goroutines; raft runs already.
func (g *Group) start() {
	g.background.Add(1)
	go func() {
		defer g.background.Done()
		g.lead()
	}()
	go g.complete()
}

// isReady reports that this node leads and has applied everything of earlier
// terms: its clock and its state can be trusted.
func (g *Group) isReady() bool {
	t := g.ready.Load()
	return t != 0 && g.raft.State() == raft.Leader && g.raft.CurrentTerm() == t && !g.isQuarantined()
}

// mayLead reports that this node leads the group, though the barrier of its term
// may not have passed yet, or that no other node can.
func (g *Group) mayLead() bool { return g.node.opts.Mux == nil || g.raft.State() == raft.Leader }

// waitReady waits until isReady, or until another node leads. Errors: ErrClosed,
// ErrUnavailable.
func (g *Group) waitReady(ctx context.Context) error {
	elsewhere := false
	err := g.awaitLeader(ctx, func() bool {
		elsewhere = !g.mayLead()
		return elsewhere
	})
	if elsewhere {
		return fmt.Errorf("%w: group %s is led elsewhere", ErrUnavailable, g.name)
	}
	return err
}

// awaitLeader waits until isReady, or until another end of the wait has come.
// Errors: ErrClosed; ErrUnavailable with ctx's, or with ErrLeft.
func (g *Group) awaitLeader(ctx context.Context, other func() bool) error {
	if g.isReady() {
		return nil
	}
	poll := time.NewTicker(retryPause)
	defer poll.Stop()
	for !g.isReady() && !other() {
		if g.node.left.Load() {
			return fmt.Errorf("%w: %w", ErrUnavailable, ErrLeft) // nobody tells it of leaders
		}
		g.readyMu.Lock()
		ch := g.readyCh
		g.readyMu.Unlock()
		select {
		case <-ch:
			if g.isReady() {
				return nil
			}
			// The channel is of a term that has just ended: lead will replace it.
			<-poll.C
		case <-poll.C:
		case <-ctx.Done():
			return fmt.Errorf("%w: no leader for group %s: %w", ErrUnavailable, g.name, ctx.Err())
		case <-g.stop:
			return ErrClosed
		}
	}
	return nil
}

// kickLead makes lead look at the leadership again.
func (g *Group) kickLead() {
	select {
	case g.kick <- struct{}{}:
	default:
	}
}

// lead follows raft's leadership. At the start of each term that this node
// leads, and after any entry that failed, it passes a barrier: everything
// before it has been applied or never will be.
func (g *Group) lead() {
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		select {
		case <-g.raft.LeaderCh():
		case <-g.kick:
		case <-retry.C:
		case <-g.stop:
			return
		}
		if g.raft.State() != raft.Leader {
			g.unready()
			continue
		}
		if g.isQuarantined() {
			g.unready()
			if !g.isSoleVoter() {
				g.resign()
			}
			retry.Reset(resignPause)
			continue
		}
		if g.node.watch.unfit() && g.yield() {
			g.unready()
			retry.Reset(resignPause)
			continue
		}
		if err := g.takeOver(); err != nil {
			if !errors.Is(err, raft.ErrRaftShutdown) {
				g.logger.Debug("barrier of the term has not passed yet", "group", g.name, "error", err)
			}
			g.unready()
			retry.Reset(retryPause)
		}
	}
}

// takeOver passes the barrier of the current term and opens the group.
func (g *Group) takeOver() error {
	term := g.raft.CurrentTerm()
	// Nothing may be enqueued between the reading of assigned and the barrier
	// that settles it, or the barrier would settle entries that follow it.
	g.mu.Lock()
	enqueued := g.clock.assigned.Load()
	if g.closed {
		g.mu.Unlock()
		return raft.ErrRaftShutdown
	}
	barrier := g.raft.Barrier(0)
	g.mu.Unlock()
	if err := barrier.Error(); err != nil {
		return fmt.Errorf("pass barrier: %w", err)
	}
	if g.raft.CurrentTerm() != term || g.raft.State() != raft.Leader {
		return raft.ErrLeadershipLost
	}
	// What earlier leaders promised to readers binds this one, whose wall clock may
	// be behind theirs.
	voters, err := g.proveLead(g.node.life)
	if err != nil {
		return err
	}
	g.clock.observe(voters.promised)
	g.clock.outlive(voters.past)
	// What earlier leaders gave entries that record nothing, a resolve for one, is
	// applied too, and readers take it for the newest time.
	raise(&g.clock.assigned, max(int64(g.fsm.lastTime()), g.clock.applied.value.Load()))
	g.clock.settle(max(g.fsm.lastTime(), microsOf(enqueued)))
	g.checkSole(0)
	g.ledBy(g.node.opts.NodeID, string(g.trans.LocalAddr()))
	g.inherit(term)
	g.ready.Store(term)
	g.took.Store(time.Now().UnixNano())
	g.readyMu.Lock()
	defer g.readyMu.Unlock()
	select {
	case <-g.readyCh:
	default:
		close(g.readyCh)
	}
	return nil
}

// inherit looks for transactions that were begun under another leadership and
// has them finished. One that was prepared here may have been committed, and
// acknowledged, at a time that this shard's log does not know; and to whatever
// is written next its claims must be known ones.
func (g *Group) inherit(term uint64) {
	orphans, mark := false, uint64(0)
	for _, st := range g.fsm.shard.OpenTxns() {
		if st.Coordinator != g.id && st.Prepared {
			mark = term
		}
		orphans = orphans || !g.active.has(st.ID)
	}
	g.inherited.Store(mark)
	switch {
	case mark != 0:
		g.background.Go(func() { g.node.settleInherited(g, mark) })
		return
	case orphans:
		g.sweep()
	}
	raise(&g.since, int64(g.clock.latest()))
}

// canRead reports that the group's clock covers everything acknowledged.
func (g *Group) canRead() bool { return g.isReady() && g.inherited.Load() == 0 }

// waitRead waits until canRead; errors as of waitReady.
func (g *Group) waitRead(ctx context.Context) error {
	for {
		if err := g.waitReady(ctx); err != nil {
			return err
		}
		if g.inherited.Load() == 0 {
			return nil
		}
		pause := time.NewTimer(retryPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return fmt.Errorf("%w: group %s has undecided transactions: %w", ErrUnavailable, g.name, ctx.Err())
		case <-g.stop:
			pause.Stop()
			return ErrClosed
		}
	}
}

// unready closes the group to new work and frees those who wait on it.
func (g *Group) unready() {
	if g.ready.Swap(0) != 0 {
		g.closing.inStep.Store(int64(g.node.opts.Clock())) // as its leader it had everything
	}
	g.readyMu.Lock()
	select {
	case <-g.readyCh:
		g.readyCh = make(chan struct{})
	default:
	}
	g.readyMu.Unlock()
	g.clock.release(fmt.Errorf("%w: group %s lost its leader", ErrUnavailable, g.name))
}

// isSoleVoter reads the latest configuration, committed or not. While this
// node leads, only it can append another.
func (g *Group) isSoleVoter() bool {
	f := g.raft.GetConfiguration()
	if f.Error() != nil {
		return false
	}
	voters := 0
	for _, s := range f.Configuration().Servers {
		if s.Suffrage == raft.Voter {
			voters++
		}
	}
	return voters == 1
}

// close stops accepting, waits for what is on its way, records a snapshot so
// that the next start replays little, and stops raft. ctx bounds the waits.
func (g *Group) close(ctx context.Context) error {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return nil
	}
	g.closed = true
	close(g.completions)
	g.mu.Unlock()
	var err error
	select {
	case <-g.drained:
		err = g.snapshotNow(ctx)
	case <-ctx.Done():
		err = fmt.Errorf("drain group %s: %w", g.name, ctx.Err())
	}
	close(g.stop)
	g.background.Wait()
	if e := g.raft.Shutdown().Error(); e != nil && err == nil {
		err = fmt.Errorf("stop raft group %s: %w", g.name, e)
	}
	g.digests.close()
	if c, ok := g.trans.(raft.WithClose); ok {
		if e := c.Close(); e != nil && err == nil {
			err = fmt.Errorf("close transport of group %s: %w", g.name, e)
		}
	}
	return err
}

// electAlone makes the only voter of a group the leader at once, instead of
// after the election timeout that waits for others.
func (g *Group) electAlone() {
	if !g.isSoleVoter() || g.raft.State() != raft.Follower {
		return
	}
	g.background.Add(1)
	go func() {
		defer g.background.Done()
		if err := g.electNow(); err != nil {
			g.logger.Debug("immediate election failed; the timeout will do", "group", g.name, "error", err)
		}
	}()
}

// electNow makes this node stand for election at once, though it may know a leader.
// Errors: the transport's.
func (g *Group) electNow() error {
	self, addr := raft.ServerID(g.node.opts.NodeID), g.trans.LocalAddr()
	req := raft.TimeoutNowRequest{RPCHeader: raft.RPCHeader{ProtocolVersion: raft.ProtocolVersionMax, ID: []byte(self), Addr: []byte(addr)}}
	var resp raft.TimeoutNowResponse
	if err := g.trans.TimeoutNow(self, addr, &req, &resp); err != nil {
		return fmt.Errorf("stand for election: %w", err)
	}
	return nil
}
