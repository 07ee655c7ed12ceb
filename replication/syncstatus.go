package replication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// syncTimeout bounds how long a replica is asked how it is.
const syncTimeout = time.Second

// SyncStatus tells how the replicas of every group compared when they were last
// compared, and which are being rebuilt. It asks the groups' leaders; a group
// whose leader does not answer has replicas in state UNKNOWN. Errors: ctx's.
func (n *Node) SyncStatus(ctx context.Context) ([]GroupSync, error) {
	groups := append(slices.Clone(n.groups), n.meta)
	out := make([]GroupSync, len(groups))
	var wg sync.WaitGroup
	for i, g := range groups {
		wg.Go(func() {
			s, err := g.statusOfLeader(ctx)
			if err != nil {
				s = &GroupSync{Shard: g.name}
				for _, m := range g.Status().Servers {
					s.Replicas = append(s.Replicas, ReplicaSync{Node: m.ID, State: SyncUnknown, Detail: err.Error()})
				}
			}
			out[i] = *s
		})
	}
	wg.Wait()
	return out, ctx.Err()
}

func (g *Group) statusOfLeader(ctx context.Context) (*GroupSync, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*syncTimeout)
	defer cancel()
	addr, err := g.route(ctx)
	if err != nil {
		return nil, err
	}
	if addr == "" {
		return g.syncStatus(ctx)
	}
	r, err := g.node.call(ctx, addr, methodSync, appendShard(nil, g.id))
	if err != nil {
		return nil, err
	}
	return decodeSync(r)
}

func (n *Node) serveSync(ctx context.Context, payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	g, err := n.askedGroup(&r, r.shard())
	if err != nil {
		return nil, err
	}
	return answerSync(g.syncStatus(ctx))
}

// syncStatus is the last comparison that this node has made as the leader, with
// what replicas say of themselves now.
func (g *Group) syncStatus(ctx context.Context) (*GroupSync, error) {
	s := &GroupSync{Shard: g.name, Leader: g.node.opts.NodeID}
	last := g.compared.Load()
	if last != nil {
		s.Index, s.At = last.Index, last.At
	}
	servers := g.Status().Servers
	right := rootOf(last, g.node.opts.NodeID)
	s.Replicas = make([]ReplicaSync, len(servers))
	ctx, cancel := context.WithTimeout(ctx, syncTimeout)
	defer cancel()
	var wg sync.WaitGroup
	for i, m := range servers {
		r := &s.Replicas[i]
		r.Node, r.State = m.ID, SyncUnknown
		if last != nil {
			if j := slices.IndexFunc(last.Replicas, func(o ReplicaSync) bool { return o.Node == m.ID }); j >= 0 {
				*r = last.Replicas[j]
			}
		}
		if m.ID == g.node.opts.NodeID {
			r.now(g.isQuarantined(), right)
			continue
		}
		wg.Go(func() {
			a, err := g.node.callDigest(ctx, m.Address, g.id, storage.TxnID{}, false)
			if err != nil {
				r.State, r.Detail = SyncUnknown, err.Error()
				return
			}
			r.now(a.quarantined, right)
		})
	}
	wg.Wait()
	slices.SortFunc(s.Replicas, func(a, b ReplicaSync) int { return strings.Compare(a.Node, b.Node) })
	return s, nil
}

// rootOf is a node's root in a comparison; empty: none.
func rootOf(s *GroupSync, node string) string {
	if s != nil {
		for _, r := range s.Replicas {
			if r.Node == node {
				return r.Root
			}
		}
	}
	return ""
}

// now corrects what the last comparison said of a replica. One that was in
// quarantine then and is not any more was compared when it had been rebuilt.
func (r *ReplicaSync) now(quarantined bool, right string) {
	switch {
	case quarantined:
		r.State = SyncRebuilding
	case r.State == SyncRebuilding && right != "" && r.Root == right:
		r.State, r.Detail = SyncOK, ""
	case r.State == SyncRebuilding:
		r.State, r.Root, r.Detail = SyncUnknown, "", ""
	}
}

// Sync compares the replicas of a node with their leaders' now, in every group,
// and waits until those that differ have been rebuilt; with force all of them are
// rebuilt. What it has begun goes on when ctx ends. Errors: ErrUnavailable, ctx's,
// that there is no such node.
func (n *Node) Sync(ctx context.Context, target string, force bool) error {
	members := n.meta.Status().Servers
	if !slices.ContainsFunc(members, func(s Server) bool { return s.ID == target }) {
		return fmt.Errorf("%w: there is no node %q in the cluster", storage.ErrNotFound, target)
	}
	if force && len(members) == 1 {
		return errors.New("this node is alone: there is no other replica to rebuild it from")
	}
	for _, g := range append(slices.Clone(n.groups), n.meta) {
		if err := g.syncOne(ctx, target, force); err != nil {
			return fmt.Errorf("sync group %s of node %s: %w", g.name, target, err)
		}
	}
	return nil
}

func (g *Group) syncOne(ctx context.Context, target string, force bool) error {
	rebuilding := false
	for {
		var s *GroupSync
		var err error
		switch {
		case force:
			s, err = g.compareAtLeader(ctx, target)
		case rebuilding: // which ends by a comparison
			s, err = g.statusOfLeader(ctx)
		default:
			s, err = g.compareAtLeader(ctx, "")
		}
		switch {
		case err == nil && force:
			force, rebuilding = false, true
		case err == nil:
			i := slices.IndexFunc(s.Replicas, func(r ReplicaSync) bool { return r.Node == target })
			switch {
			case i < 0:
				return errors.New("it has no replica")
			case s.Replicas[i].State == SyncUndecided:
				return fmt.Errorf("%s: sync the node whose replica is wrong, with force", noMajority)
			case s.Replicas[i].State == SyncOK:
				return nil
			}
			st := s.Replicas[i].State
			rebuilding = st == SyncRebuilding || !rebuilding && st == SyncDiverged
		case !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrUnknownOutcome):
			return err
		}
		pause := time.NewTimer(comparePause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return errors.Join(ctx.Err(), err)
		}
	}
}

func (g *Group) compareAtLeader(ctx context.Context, force string) (*GroupSync, error) {
	addr, err := g.route(ctx)
	if err != nil {
		return nil, err
	}
	if addr == "" {
		return g.node.compareFor(ctx, g, force)
	}
	return g.node.callCompare(ctx, addr, g.id, force)
}

// compareLoop compares the replicas of the groups that this node leads, now and
// then, where something was written since.
func (n *Node) compareLoop(ctx context.Context) {
	tick := time.NewTicker(n.opts.CompareInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		n.each(func(g *Group) {
			if ctx.Err() != nil || !g.isReady() || g.sole.Load() || g.comparedAt.Load() == g.fsm.shard.Applied() {
				return
			}
			within, cancel := context.WithTimeout(ctx, compareTimeout)
			defer cancel()
			if _, err := g.compare(within, false); err != nil && ctx.Err() == nil {
				g.logger.Warn("replicas were not compared", "group", g.name, "error", err)
			}
		})
	}
}
