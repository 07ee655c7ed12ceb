package replication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// Holds reports whether this node has a replica of a shard that it reads: one that has
// a vote, and so has caught up once.
func (n *Node) Holds(id storage.ShardID) bool {
	if n.opts.Away != nil && n.opts.Away(id) {
		return false
	}
	g := n.Group(id)
	if n.opts.Mux == nil || g == nil {
		return n.opts.Mux == nil
	}
	_, votes := g.replica()
	return votes && !g.isMovedOff()
}

// replica reports whether this node is in the group, and whether with a vote. Who was
// taken out may not have heard of it, nor hears of a leader: then the cluster's plan
// tells. The cluster's own group is on every node.
func (g *Group) replica() (here, votes bool) {
	if g.node.opts.Mux == nil {
		return true, true
	}
	self := g.node.opts.NodeID
	f := g.raft.GetConfiguration()
	if f.Error() != nil {
		return false, false
	}
	servers := f.Configuration().Servers
	i := slices.IndexFunc(servers, func(s raft.Server) bool { return string(s.ID) == self })
	votes = i >= 0 && servers[i].Suffrage == raft.Voter
	if g.id == storage.MetaShard || i < 0 {
		return g.id == storage.MetaShard, votes
	}
	if _, leader := g.raft.LeaderWithID(); leader != "" {
		return true, votes
	}
	l, err := g.node.layout()
	if err != nil {
		return true, votes
	}
	p := l.groups[g.id]
	here = p == nil || slices.Contains(p.replicas, self)
	return here, here && votes
}

// held are those of the shards that this node has replicas of.
func (n *Node) held(shards []storage.ShardID) []storage.ShardID {
	if n.opts.Mux == nil && n.opts.Away == nil || !slices.ContainsFunc(shards, func(id storage.ShardID) bool { return !n.Holds(id) }) {
		return shards
	}
	out := make([]storage.ShardID, 0, len(shards))
	for _, id := range shards {
		if n.Holds(id) {
			out = append(out, id)
		}
	}
	return out
}

// Site is a node and shards to ask it for.
type Site struct {
	Node    string // its id
	Address string
	Shards  []storage.ShardID
}

// Sites sorts shards by the node to ask for them: at attempt 0 the one that leads
// each, or of a hot shard those that hold it by turns, at later ones the others that
// hold it, one after the other. Errors: as of Read.
func (n *Node) Sites(ctx context.Context, shards []storage.ShardID, attempt int) ([]Site, error) {
	ctx, cancel := n.bound(ctx)
	defer cancel()
	var out []Site
	for _, id := range shards {
		g := n.Group(id)
		if g == nil || g == n.meta {
			return nil, fmt.Errorf("no shard %d", id)
		}
		m, err := n.siteOf(ctx, g, attempt)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(out, func(s Site) bool { return s.Address == m.Address })
		if i < 0 {
			i = len(out)
			out = append(out, Site{Node: m.ID, Address: m.Address})
		}
		out[i].Shards = append(out[i].Shards, id)
	}
	return out, nil
}

// siteOf chooses a member that holds a group.
func (n *Node) siteOf(ctx context.Context, g *Group, attempt int) (Member, error) {
	if attempt == 0 {
		if m, ok := n.inTurn(g); ok {
			return m, nil
		}
		// A short wait: while a group has no leader, another replica may have
		// applied all that is asked for.
		wait, cancel := context.WithTimeout(ctx, leaderWait)
		defer cancel()
		addr, err := g.route(wait)
		if err == nil && addr == "" && n.Holds(g.id) {
			addr = n.self().Address
		}
		if err == nil && addr != "" {
			return n.memberAt(addr), nil
		}
		if ctx.Err() != nil || errors.Is(err, ErrClosed) {
			return Member{}, err
		}
	}
	l, err := n.layout()
	if err != nil {
		return Member{}, err
	}
	members := n.holders(l, g)
	if len(members) == 0 {
		return Member{}, fmt.Errorf("%w: no node that holds group %s is known", ErrUnavailable, g.name)
	}
	return members[(attempt+int(g.id))%len(members)], nil
}

// hotRate is from how many statements a second on over a shard that it does not hold
// a node has all replicas serve it: each makes sure that it has what the leader says.
const hotRate = 100

// inTurn chooses the next of the members that hold a hot shard; ok is false where the
// shard is not hot, or nothing is to be spread.
func (n *Node) inTurn(g *Group) (m Member, ok bool) {
	if g.queries.rate() < hotRate {
		return m, false
	}
	l, err := n.layout()
	if err != nil || !l.balance {
		return m, false
	}
	members := n.holders(l, g)
	if len(members) == 0 {
		return m, false
	}
	return members[int(g.turn.Add(1)%uint64(len(members)))], true
}

// leaderWait is for how long a fragment waits for a shard's leader before it asks
// another replica.
const leaderWait = 500 * time.Millisecond

// holders are the members that have a replica of a group, those that were heard of a
// moment ago if there are any.
func (n *Node) holders(l *layout, g *Group) []Member {
	members := l.members
	if p := l.groups[g.id]; p != nil {
		members = slices.DeleteFunc(members, func(m Member) bool { return !slices.Contains(p.replicas, m.ID) })
	}
	if n.opts.Away != nil && n.opts.Away(g.id) {
		members = slices.DeleteFunc(members, func(m Member) bool { return m.ID == n.opts.NodeID })
	}
	alive := slices.DeleteFunc(slices.Clone(members), func(m Member) bool {
		return m.ID != n.opts.NodeID && n.recent(m.ID) == nil
	})
	if len(alive) > 0 {
		return alive
	}
	return members
}

// memberAt is the member at an address; one that is not known yet goes by it.
func (n *Node) memberAt(addr string) Member {
	members, err := n.Members()
	if err == nil {
		for _, m := range members {
			if m.Address == addr {
				return m
			}
		}
	}
	return Member{ID: addr, Address: addr}
}

// FragmentHandler answers another node's request for rows of shards that this one
// holds; it is transport.StreamHandler.
type FragmentHandler = transport.StreamHandler

// What a stream's request is of, its first byte.
const (
	streamFragment byte = 1 // the executor's
	streamPart     byte = 2 // a backup's
)

// streamServices are who answers streams, by their requests' first byte.
type streamServices struct {
	mu sync.Mutex
	by map[byte]FragmentHandler
}

func (s *streamServices) get(service byte) FragmentHandler {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[service]
}

// ServeFragments has a handler answer other nodes' requests, from now on. It is called
// once.
func (n *Node) ServeFragments(h FragmentHandler) { n.serveStream(streamFragment, h) }

// ServeParts has a handler answer other nodes' requests for parts of a backup, from now
// on. It is called once.
func (n *Node) ServeParts(h FragmentHandler) { n.serveStream(streamPart, h) }

func (n *Node) serveStream(service byte, h FragmentHandler) {
	if n.opts.Mux == nil {
		return
	}
	n.services.mu.Lock()
	defer n.services.mu.Unlock()
	if n.services.by == nil {
		n.services.by = map[byte]FragmentHandler{}
		n.opts.Mux.ServeStreams(n.answerStream)
	}
	n.services.by[service] = h
}

func (n *Node) answerStream(ctx context.Context, request []byte, send func([]byte) error) error {
	if err := n.gate.enter(); err != nil {
		return err
	}
	defer n.gate.leave()
	if len(request) == 0 {
		return errMessage
	}
	h := n.services.get(request[0])
	if h == nil {
		return fmt.Errorf("%w: this node does not answer requests of kind %d", ErrUnavailable, request[0])
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(n.closing, cancel)()
	return h(ctx, request[1:], send)
}

// Fragment has another node answer a request. Errors, and those of the stream, mean
// that another node may be asked: ErrUnavailable, or ctx's.
func (n *Node) Fragment(ctx context.Context, addr string, request []byte) (*transport.Stream, error) {
	return n.openStream(ctx, addr, streamFragment, request)
}

// Part has another node that holds a shard answer a request for a part of a backup;
// each attempt may ask another one. Errors: as of Fragment.
func (n *Node) Part(ctx context.Context, id storage.ShardID, attempt int, request []byte) (*transport.Stream, error) {
	sites, err := n.Sites(ctx, []storage.ShardID{id}, attempt)
	if err != nil {
		return nil, err
	}
	return n.openStream(ctx, sites[0].Address, streamPart, request)
}

func (n *Node) openStream(ctx context.Context, addr string, service byte, request []byte) (*transport.Stream, error) {
	if n.opts.Mux == nil {
		return nil, fmt.Errorf("%w: this node knows no others", ErrUnavailable)
	}
	s, err := n.opts.Mux.OpenStream(ctx, addr, append([]byte{service}, request...))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return s, nil
}
