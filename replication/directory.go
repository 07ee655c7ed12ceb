package replication

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/stemedb/stemedb/storage"
)

const (
	// helloEvery is how often the nodes ask after one another, and leaders bring
	// their groups' members in line with the cluster's.
	helloEvery = 250 * time.Millisecond
	// recently is for how long what a node said of itself is taken to be so.
	recently = 4 * helloEvery
	// deadAfter is when a node that is not heard of owns no transactions any more.
	deadAfter = 10 * time.Second
)

// directory is what this node has heard of the others.
type directory struct {
	since time.Time // when it began to listen

	mu    sync.Mutex
	heard map[string]*contact // by node id
	// silent are the nodes that do not answer any more, as was logged.
	silent map[string]bool
}

// contact is a node as it last answered.
type contact struct {
	addr        string
	incarnation [8]byte
	at          time.Time
	lag         time.Duration // Node.Lag
	left        bool          // it knows that it has left the cluster
	groups      []groupReport // by shard, the cluster's own state last
}

func (d *directory) note(id string, c *contact) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.heard == nil {
		d.heard = map[string]*contact{}
	}
	d.heard[id] = c
}

func (d *directory) get(id string) *contact {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.heard[id]
}

// owner finds the node of an incarnation.
func (d *directory) owner(incarnation [8]byte) *contact {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.heard {
		if c.incarnation == incarnation {
			return c
		}
	}
	return nil
}

// newest is what the node with the latest term says that it leads a group, of
// those that were heard of after some time. i is the group's place in a report.
func (d *directory) newest(i int, after time.Time) *groupReport {
	d.mu.Lock()
	defer d.mu.Unlock()
	var best *groupReport
	for _, c := range d.heard {
		if i >= len(c.groups) || c.at.Before(after) {
			continue
		}
		if r := &c.groups[i]; r.leads() && (best == nil || r.term > best.term) {
			best = r
		}
	}
	return best
}

// directoryLoop keeps the directory, the cluster's plan and the groups' members
// until the node ends.
func (n *Node) directoryLoop(ctx context.Context) {
	n.dir.since = time.Now()
	tick := time.NewTicker(helloEvery)
	defer tick.Stop()
	registered := false
	for {
		changed, err := n.keepMembers(ctx, &registered)
		if err != nil && ctx.Err() == nil {
			n.logger.Debug("the cluster's members are not in line yet", "error", err)
		}
		pause := tick.C
		if changed {
			quick := time.NewTimer(helloEvery / 10) // one change makes the next one possible
			select {
			case <-quick.C:
				continue
			case <-ctx.Done():
				quick.Stop()
				return
			}
		}
		select {
		case <-pause:
		case <-ctx.Done():
			return
		}
	}
}

// keepMembers does this node's part for the cluster once, and reports whether it
// changed anything.
func (n *Node) keepMembers(ctx context.Context, registered *bool) (changed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, n.opts.Timeout)
	defer cancel()
	if err := n.checkVersion(); errors.Is(err, ErrVersion) {
		n.opts.OnFatal(err) // it was raised while this program was being started
		return false, err
	}
	if !*registered {
		if err := n.admit(ctx, n.self()); err != nil {
			return false, fmt.Errorf("register with the cluster: %w", err)
		}
		*registered = true
	}
	n.measure(time.Now())
	l, err := n.layout()
	if err != nil {
		return false, err
	}
	if err := n.checkBelongs(); err != nil && n.left.CompareAndSwap(false, true) {
		n.logger.Warn("stop this node", "error", err)
	}
	n.askAll(ctx, l.members)
	n.noteSilent(l.members)
	n.wipeMoved(ctx, l)
	if n.meta.isReady() {
		if changed, err = n.keepPlan(ctx); err != nil {
			return changed, fmt.Errorf("plan the cluster: %w", err)
		}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	var errs []error
	n.each(func(g *Group) {
		if !g.isReady() {
			return
		}
		wg.Go(func() {
			did, err := n.alignGroup(ctx, g, l)
			mu.Lock()
			defer mu.Unlock()
			changed = changed || did
			errs = append(errs, err)
		})
	})
	wg.Wait()
	return changed, errors.Join(errs...)
}

// askAll asks every other member who it is and how far it has come.
func (n *Node) askAll(ctx context.Context, members []Member) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for _, m := range members {
		if m.ID == n.opts.NodeID {
			continue
		}
		wg.Go(func() {
			r, err := n.call(ctx, m.Address, methodHello, nil)
			if err != nil {
				n.noteSilence(m.ID, m.Address, silentAfter)
				if errors.Is(err, syscall.ECONNREFUSED) {
					n.lostNode(m.Address) // in case nobody was connected
				}
				return // what is known of it grows old
			}
			id, c := decodeHello(r)
			c.addr, c.at = m.Address, time.Now()
			if r.err == nil && id == m.ID {
				n.dir.note(id, c)
			}
		})
	}
	wg.Wait()
	n.dir.note(n.opts.NodeID, &contact{addr: n.opts.Mux.Address(), incarnation: n.incarnation, at: time.Now(), lag: n.Lag(), groups: n.reports()})
}

// noteSilent logs which nodes do not answer any more, once each, and which do again.
func (n *Node) noteSilent(members []Member) {
	for i := range members {
		m := &members[i]
		n.dir.mu.Lock()
		c := n.dir.heard[m.ID]
		silent := c != nil && m.ID != n.opts.NodeID && time.Since(c.at) > recently
		news := silent != n.dir.silent[m.ID]
		if news {
			if n.dir.silent == nil {
				n.dir.silent = map[string]bool{}
			}
			n.dir.silent[m.ID] = silent
		}
		n.dir.mu.Unlock()
		switch {
		case news && silent:
			n.logger.Warn("a node does not answer", "node", m.ID, "address", m.Address)
		case news:
			n.logger.Warn("a node answers again", "node", m.ID, "address", m.Address)
		}
	}
}

// recent is a member that was heard of a moment ago, or nil.
func (n *Node) recent(id string) *contact {
	c := n.dir.get(id)
	if c == nil || time.Since(c.at) > recently {
		return nil
	}
	return c
}

// alive reports whether a node was heard of a moment ago.
func (n *Node) alive(id string) bool { return id == n.opts.NodeID || n.recent(id) != nil }

// abandoned reports whether another node will not finish a transaction that it
// began: it says so, its process has ended, or it is not heard of any more.
func (n *Node) abandoned(ctx context.Context, incarnation [8]byte, id storage.TxnID) bool {
	if n.opts.Mux == nil {
		return true // of this node before it was started anew
	}
	c := n.dir.owner(incarnation)
	if c == nil {
		return time.Since(n.dir.since) > deadAfter
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	r, err := n.call(ctx, c.addr, methodOwns, id[:])
	if err != nil {
		return errors.Is(err, syscall.ECONNREFUSED) || time.Since(c.at) > deadAfter
	}
	return r.byte() == 0 && r.err == nil
}

func (n *Node) serveOwns(payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	id := r.txn()
	if r.err != nil {
		return nil, r.err
	}
	owns := byte(0)
	if [8]byte(id[:8]) == n.incarnation && n.active.has(id) {
		owns = 1
	}
	return append(appendStatus(nil, nil, statusOK), owns), nil
}
