package replication

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

const (
	// helloEvery is how often the nodes ask after one another, and leaders bring
	// their groups' members in line with the cluster's.
	helloEvery = 250 * time.Millisecond
	// deadAfter is when a node that is not heard of owns no transactions any more.
	deadAfter = 10 * time.Second
	// caughtUp is how many entries a learner may be behind to become a voter.
	caughtUp = 256
)

// directory is what this node has heard of the others.
type directory struct {
	since time.Time // when it began to listen

	mu    sync.Mutex
	heard map[string]*contact // by node id
}

// contact is another node as it last answered.
type contact struct {
	addr        string
	incarnation [8]byte
	at          time.Time
	applied     []uint64 // of each group, meta last
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

// directoryLoop keeps the directory and the groups' members until the node ends.
func (n *Node) directoryLoop(ctx context.Context) {
	n.dir.since = time.Now()
	tick := time.NewTicker(helloEvery)
	defer tick.Stop()
	registered := false
	for {
		if err := n.keepMembers(ctx, &registered); err != nil && ctx.Err() == nil {
			n.logger.Debug("the cluster's members are not in line yet", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (n *Node) keepMembers(ctx context.Context, registered *bool) error {
	ctx, cancel := context.WithTimeout(ctx, n.opts.Timeout)
	defer cancel()
	if !*registered {
		if err := n.admit(ctx, n.self()); err != nil {
			return fmt.Errorf("register with the cluster: %w", err)
		}
		*registered = true
	}
	members, err := n.Members()
	if err != nil {
		return err
	}
	n.askAll(ctx, members)
	var mu sync.Mutex
	var wg sync.WaitGroup
	var errs []error
	n.each(func(g *Group) {
		if !g.isReady() {
			return
		}
		wg.Go(func() {
			err := n.alignGroup(ctx, g, members)
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	})
	wg.Wait()
	return errors.Join(errs...)
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
				return // what is known of it grows old
			}
			c := &contact{addr: m.Address, at: time.Now()}
			id := r.text()
			copy(c.incarnation[:], r.take(len(c.incarnation)))
			c.applied = make([]uint64, r.count())
			for i := range c.applied {
				c.applied[i] = r.uint()
			}
			if r.err == nil && id == m.ID {
				n.dir.note(id, c)
			}
		})
	}
	wg.Wait()
}

func (n *Node) serveHello([]byte) ([]byte, error) {
	b := appendBytes(appendStatus(nil, nil, statusOK), []byte(n.opts.NodeID))
	b = append(b, n.incarnation[:]...)
	b = binary.AppendUvarint(b, uint64(len(n.groups)+1))
	n.each(func(g *Group) { b = binary.AppendUvarint(b, g.fsm.shard.Applied()) })
	return b, nil
}

// alignGroup makes one change of the group's configuration, if it lacks a member
// of the cluster, holds a learner that has caught up, or an old address. It adds
// nobody who was not heard of a moment ago: raft would take long to try again.
func (n *Node) alignGroup(ctx context.Context, g *Group, members []Member) error {
	f := g.raft.GetConfiguration()
	if err := f.Error(); err != nil {
		return fmt.Errorf("read configuration of group %s: %w", g.name, err)
	}
	servers := f.Configuration().Servers
	for _, m := range members {
		i := slices.IndexFunc(servers, func(s raft.Server) bool { return string(s.ID) == m.ID })
		switch {
		case m.ID != n.opts.NodeID && n.recent(m.ID) == nil:
		case i < 0:
			return g.AddNonvoter(ctx, m.ID, m.Address)
		case servers[i].Suffrage == raft.Voter:
			if string(servers[i].Address) != m.Address {
				return g.AddVoter(ctx, m.ID, m.Address)
			}
		case string(servers[i].Address) != m.Address:
			return g.AddNonvoter(ctx, m.ID, m.Address)
		case n.hasCaughtUp(g, m.ID):
			return g.AddVoter(ctx, m.ID, m.Address)
		}
	}
	return nil
}

// recent is a member that was heard of a moment ago, or nil.
func (n *Node) recent(id string) *contact {
	c := n.dir.get(id)
	if c == nil || time.Since(c.at) > 4*helloEvery {
		return nil
	}
	return c
}

// hasCaughtUp reports whether a member's replica was nearly as far as this one
// when it was last heard of, which was a moment ago.
func (n *Node) hasCaughtUp(g *Group, id string) bool {
	c := n.recent(id)
	at := len(n.groups)
	if g != n.meta {
		at = int(g.id)
	}
	return c != nil && at < len(c.applied) && c.applied[at]+caughtUp >= g.fsm.shard.Applied()
}

// abandoned reports whether another node will not finish a transaction that it
// began: it says so, or is not heard of any more.
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
		return time.Since(c.at) > deadAfter
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
