package replication

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

const (
	// remindAfter is how long a follower waits for the next entries to tell it what
	// is committed before it is told so.
	remindAfter = 20 * time.Millisecond
	// remindFor is for how long a leader looks whether what a follower has stored is
	// committed by now. Later it is raft that sees to it.
	remindFor = time.Second
)

// reminders tell followers what is committed when no entries come that would.
// Raft does so too, by a look at each follower of each group every now and then,
// of which most are in vain: with many groups that is most of what an idle node does.
type reminders struct {
	wake chan struct{}
	left sync.WaitGroup // on their way

	mu     sync.Mutex
	groups []*Group
}

// add has the followers of a group reminded soon. It is cheap while they are to be.
func (r *reminders) add(g *Group) {
	if g.reminding.Swap(true) {
		return
	}
	r.mu.Lock()
	r.groups = append(r.groups, g)
	r.mu.Unlock()
	wake(r.wake)
}

// loop sends reminders until ctx ends.
func (r *reminders) loop(ctx context.Context) {
	defer r.left.Wait()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-r.wake:
		case <-ctx.Done():
			return
		}
		pause.Reset(remindAfter)
		select {
		case <-pause.C:
		case <-ctx.Done():
			return
		}
		r.mu.Lock()
		groups := r.groups
		r.groups = nil
		r.mu.Unlock()
		for _, g := range groups {
			g.reminding.Store(false)
			if q, ok := g.trans.(*quietTransport); ok && q.remind(&r.left) {
				r.add(g)
			}
		}
	}
}

// remind tells those followers what is committed that have stored it and do not know.
// It reports whether some may have to be told later.
func (t *quietTransport) remind(work *sync.WaitGroup) (later bool) {
	// In this order: what is committed by the time that this node still leads, it may
	// say in its own term.
	commit := t.group.raft.CommitIndex()
	term := t.group.raft.CurrentTerm()
	if t.group.raft.State() != raft.Leader {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for target, k := range t.told {
		since, news := time.Since(k.at), min(commit, k.prev)
		switch {
		case k.term != term || k.commit >= k.prev || since > remindFor:
		case since < remindAfter/2 || news <= k.commit || k.reminding:
			later = true
		default:
			k.reminding = true
			later = later || news < k.prev
			work.Go(func() { t.sendReminder(target, k, news) })
		}
	}
	return later
}

// sendReminder tells a follower that what it has acknowledged is committed up to an
// index, and nothing of what it may hold beyond.
func (t *quietTransport) sendReminder(target raft.ServerAddress, k *told, commit uint64) {
	req := raft.AppendEntriesRequest{
		RPCHeader: k.header, Term: k.term, PrevLogEntry: k.prev, PrevLogTerm: k.prevTerm, LeaderCommitIndex: commit,
	}
	var resp raft.AppendEntriesResponse
	err := t.send(k.id, target, &req, &resp)
	t.mu.Lock()
	defer t.mu.Unlock()
	k.reminding = false
	switch {
	case err != nil:
		t.group.logger.Debug("a reminder of what is committed did not arrive", "group", t.group.name, "node", k.id, "error", err)
	case resp.Success && resp.Term == k.term:
		k.commit = max(k.commit, commit)
	}
}
