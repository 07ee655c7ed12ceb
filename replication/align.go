package replication

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

const (
	// caughtUp is how many entries a learner may be behind to become a voter.
	caughtUp = 256
	// settleIn is for how long a leader leads before it hands the group to the
	// node that is to lead it, and how long it waits after a try that failed.
	settleIn = 2 * time.Second
	// changeTimeout bounds one change of a group's configuration.
	changeTimeout = 10 * time.Second
)

// alignGroup makes one change of a group that this node leads, towards what the
// cluster's plan says: members are added, promoted when they have caught up,
// then others removed, then the lead goes where it is to be. It adds nobody who
// was not heard of a moment ago: raft would take long to try again. It reports
// whether it changed anything.
func (n *Node) alignGroup(ctx context.Context, g *Group, l *layout) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	f := g.raft.GetConfiguration()
	if err := f.Error(); err != nil {
		return false, fmt.Errorf("read configuration of group %s: %w", g.name, err)
	}
	servers := f.Configuration().Servers
	voters, learners := l.wanted(g.id)
	if len(voters) == 0 {
		return false, nil // nothing is planned yet
	}
	if did, err := n.alignMembers(ctx, g, l, servers, voters, learners); did || err != nil {
		return did, err
	}
	for _, s := range servers {
		id := string(s.ID)
		switch {
		case slices.Contains(voters, id) || slices.Contains(learners, id) && s.Suffrage != raft.Voter:
		case !n.allVote(servers, voters):
			return false, nil // first those who are to come
		case s.Suffrage == raft.Voter && n.alive(id) && !n.canElect(servers, id):
			return false, nil // it is needed until another one is back
		case id == n.opts.NodeID:
			return n.giveLead(g, l, voters, true)
		case slices.Contains(learners, id):
			return true, g.Demote(ctx, id)
		case g.id == storage.MetaShard && !n.knowsItLeft(id):
			// It would wait for word of it for ever.
		default:
			return true, g.RemoveServer(ctx, id)
		}
	}
	return n.giveLead(g, l, voters, false)
}

// alignMembers adds and promotes one member of a group.
func (n *Node) alignMembers(ctx context.Context, g *Group, l *layout, servers []raft.Server, voters, learners []string) (bool, error) {
	for i, id := range slices.Concat(voters, learners) {
		m := l.member(id)
		if m == nil || id != n.opts.NodeID && n.recent(id) == nil {
			continue
		}
		at := slices.IndexFunc(servers, func(s raft.Server) bool { return string(s.ID) == id })
		switch {
		case at < 0:
			return true, g.AddNonvoter(ctx, id, m.Address)
		case servers[at].Suffrage == raft.Voter:
			if string(servers[at].Address) != m.Address {
				return true, g.AddVoter(ctx, id, m.Address)
			}
		case string(servers[at].Address) != m.Address:
			return true, g.AddNonvoter(ctx, id, m.Address)
		case i < len(voters) && n.hasCaughtUp(g, id):
			return true, g.AddVoter(ctx, id, m.Address)
		}
	}
	return false, nil
}

func (n *Node) allVote(servers []raft.Server, voters []string) bool {
	for _, id := range voters {
		if !slices.ContainsFunc(servers, func(s raft.Server) bool { return string(s.ID) == id && s.Suffrage == raft.Voter }) {
			return false
		}
	}
	return true
}

// canElect reports whether most voters answer, one of them left out.
func (n *Node) canElect(servers []raft.Server, without string) bool {
	voters, alive := 0, 0
	for _, s := range servers {
		if s.Suffrage == raft.Voter && string(s.ID) != without {
			voters++
			alive += b2i(n.alive(string(s.ID)))
		}
	}
	return alive > voters/2
}

// hasCaughtUp reports whether a member's replica was nearly as far as this one
// when it was last heard of, which was a moment ago.
func (n *Node) hasCaughtUp(g *Group, id string) bool {
	c := n.recent(id)
	at := n.place(g.id)
	return c != nil && at < len(c.groups) && c.groups[at].applied+caughtUp >= g.fsm.shard.Applied()
}

// couldLead reports whether a member has caught up and can be trusted with the lead.
func (n *Node) couldLead(g *Group, id string) bool {
	if !n.hasCaughtUp(g, id) {
		return false
	}
	c := n.recent(id)
	return c != nil && !c.groups[n.place(g.id)].unfit
}

// knowsItLeft reports whether a node has learnt that it has left the cluster, or
// is not there to learn it.
func (n *Node) knowsItLeft(id string) bool {
	c := n.recent(id)
	return c == nil || c.left
}

// giveLead hands a group to the node that is to lead it, or, with must, to any
// other voter: this node is not to lead it any more.
func (n *Node) giveLead(g *Group, l *layout, voters []string, must bool) (bool, error) {
	self := l.member(n.opts.NodeID)
	must = must || self == nil || self.State != MemberActive
	to := l.leadFor(g.id, n.alive)
	if must && (to == "" || to == n.opts.NodeID) {
		for _, id := range voters {
			if m := l.member(id); id != n.opts.NodeID && m != nil && m.State == MemberActive && n.couldLead(g, id) {
				to = id
				break
			}
		}
	}
	m := l.member(to)
	if m == nil || to == n.opts.NodeID || !slices.Contains(voters, to) || !n.couldLead(g, to) {
		return false, nil
	}
	rest := settleIn
	if must {
		rest = 0 // it is asked to go
	}
	if time.Since(time.Unix(0, g.took.Load())) < rest || time.Since(g.lastGive) < settleIn {
		return false, nil
	}
	g.lastGive = time.Now()
	return true, g.TransferLeadership(to, m.Address)
}
