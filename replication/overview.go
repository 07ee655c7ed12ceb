package replication

import (
	"context"
	"slices"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// MemberStatus is a node of the cluster as another one sees it.
type MemberStatus struct {
	ID, Address string
	// Status is UP (it is heard of, and votes in all its groups), DOWN (it is not
	// heard of), JOINING (it learns), DRAINING or LEAVING.
	Status string
	// Lag is how far the node said that it may be behind what is committed
	// (Node.Lag), and the time since, for one that is DOWN.
	Lag      time.Duration
	Leads    int // groups that it leads, the cluster's own with them
	Replicas int // shards that it has, or is to have, a replica of
	// HeardAgo is how long ago it answered last; negative: never.
	HeardAgo time.Duration
	// Unfit is another node that says that it may lead nothing: its disk is in trouble.
	Unfit bool
}

// ShardStatus is a shard's group, or the cluster's own, as one node sees it.
type ShardStatus struct {
	ID       string   // "0" to "63", or "meta"
	Leader   string   // empty: nobody says that it leads
	Replicas []string // voters, as the leader has them
	Learners []string
	Wanted   []string // the nodes that are to be voters
	Term     uint64
	Applied  uint64 // log index that the leader has applied
	// QueryRate is statements a second over the shard, of all nodes together.
	QueryRate float64
	Move      Move
}

// ClusterMembers lists the nodes, by id. Errors: ErrAlone, those of reading the
// state.
func (n *Node) ClusterMembers(context.Context) ([]MemberStatus, error) {
	l, err := n.overview()
	if err != nil {
		return nil, err
	}
	out := make([]MemberStatus, 0, len(l.members))
	for i := range l.members {
		out = append(out, n.memberStatus(l, &l.members[i]))
	}
	slices.SortFunc(out, func(a, b MemberStatus) int {
		if a.ID < b.ID {
			return -1
		}
		return b2i(a.ID > b.ID)
	})
	return out, nil
}

// overview is the plan, for a node of a cluster.
func (n *Node) overview() (*layout, error) {
	if n.opts.Mux == nil {
		return nil, ErrAlone
	}
	return n.layout()
}

func (n *Node) memberStatus(l *layout, m *Member) MemberStatus {
	s := MemberStatus{ID: m.ID, Address: m.Address, Status: "UP", HeardAgo: -1}
	for _, id := range append(slices.Clone(n.all), storage.MetaShard) {
		r := n.leaderReport(id)
		p := l.groups[id]
		wanted := p != nil && slices.Contains(p.replicas, m.ID)
		if wanted && id != storage.MetaShard {
			s.Replicas++
		}
		if wanted && r != nil && !slices.Contains(r.voters, m.ID) {
			s.Status = "JOINING"
		}
		if r != nil && r.leader == m.ID {
			s.Leads++
		}
	}
	switch m.State {
	case MemberDraining:
		s.Status = "DRAINING"
	case MemberLeaving, MemberLeft:
		s.Status = "LEAVING"
	}
	c := n.dir.get(m.ID)
	if c != nil {
		s.HeardAgo, s.Lag = time.Since(c.at), c.lag
	}
	s.Unfit = m.ID != n.opts.NodeID && n.isUnfit(m.ID)
	if !n.alive(m.ID) {
		s.Status = "DOWN"
		s.Lag += max(0, s.HeardAgo)
	}
	return s
}

// isUnfit reports whether a node's disk keeps it from leading, as it said when it was
// heard of last.
func (n *Node) isUnfit(node string) bool {
	if node == n.opts.NodeID {
		return n.watch.unfit()
	}
	c := n.dir.get(node)
	return c != nil && len(c.groups) > 0 && !slices.ContainsFunc(c.groups, func(r groupReport) bool { return !r.unfit })
}

// ClusterShards lists the groups, the cluster's own last. Errors: ErrAlone, those
// of reading the state.
func (n *Node) ClusterShards(context.Context) ([]ShardStatus, error) {
	l, err := n.overview()
	if err != nil {
		return nil, err
	}
	out := make([]ShardStatus, 0, len(n.groups)+1)
	n.each(func(g *Group) {
		s := ShardStatus{ID: g.name, QueryRate: n.rate(g.id)}
		if p := l.groups[g.id]; p != nil {
			s.Wanted, s.Move = p.replicas, p.move
		}
		if r := n.leaderReport(g.id); r != nil {
			s.Leader, s.Replicas, s.Learners, s.Term, s.Applied = r.leader, r.voters, r.learners, r.term, r.applied
		}
		out = append(out, s)
	})
	return out, nil
}

// rate is how many statements a second the cluster runs over a shard.
func (n *Node) rate(id storage.ShardID) float64 { return n.dir.rate(n.place(id)) }

// rate adds up what the nodes that were heard of lately say of a group.
func (d *directory) rate(place int) (sum float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.heard {
		if place < len(c.groups) && time.Since(c.at) <= recently {
			sum += c.groups[place].rate
		}
	}
	return sum
}
