package replication

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/raft"
)

// Server is a member of a group.
type Server struct {
	ID      string
	Address string
	Voter   bool
}

// Status is what a group looks like from this node.
type Status struct {
	Name     string // the shard's number, or "meta"
	Leader   string // node id, empty when unknown
	Term     uint64
	Applied  uint64 // the state's applied index
	Snapshot uint64 // log index of the newest snapshot
	First    uint64 // the log's first index, 0 when empty
	Last     uint64
	Ready    bool // this node leads and serves
	Servers  []Server
}

// Status describes the group. It is cheap enough for a health page.
func (g *Group) Status() Status {
	_, leader := g.raft.LeaderWithID()
	s := Status{
		Name: g.name, Leader: string(leader), Term: g.raft.CurrentTerm(), Applied: g.fsm.shard.Applied(),
		Snapshot: g.snaps.index(), First: g.logs.log.First(), Last: g.raft.LastIndex(), Ready: g.isReady(),
	}
	f := g.raft.GetConfiguration()
	if f.Error() == nil {
		for _, m := range f.Configuration().Servers {
			s.Servers = append(s.Servers, Server{ID: string(m.ID), Address: string(m.Address), Voter: m.Suffrage == raft.Voter})
		}
	}
	return s
}

// AddVoter makes a node a voter of the group; AddNonvoter first lets it catch
// up. Only the leader can. Errors: raft's, with the group's name.
func (g *Group) AddVoter(ctx context.Context, id, address string) error {
	return g.change(ctx, "add voter", func(t time.Duration) raft.IndexFuture {
		return g.raft.AddVoter(raft.ServerID(id), raft.ServerAddress(address), 0, t)
	})
}

// AddNonvoter makes a node a learner of the group.
func (g *Group) AddNonvoter(ctx context.Context, id, address string) error {
	return g.change(ctx, "add learner", func(t time.Duration) raft.IndexFuture {
		return g.raft.AddNonvoter(raft.ServerID(id), raft.ServerAddress(address), 0, t)
	})
}

// Demote makes a voter of the group a learner.
func (g *Group) Demote(ctx context.Context, id string) error {
	return g.change(ctx, "demote", func(t time.Duration) raft.IndexFuture {
		return g.raft.DemoteVoter(raft.ServerID(id), 0, t)
	})
}

// RemoveServer takes a node out of the group.
func (g *Group) RemoveServer(ctx context.Context, id string) error {
	return g.change(ctx, "remove server", func(t time.Duration) raft.IndexFuture {
		return g.raft.RemoveServer(raft.ServerID(id), 0, t)
	})
}

// change makes a membership change. From before it is appended until it is
// known, leading is no proof by itself.
func (g *Group) change(ctx context.Context, what string, do func(time.Duration) raft.IndexFuture) error {
	g.memberMu.Lock()
	g.changing++
	g.sole.Store(false)
	g.memberMu.Unlock()
	defer g.checkSole(-1)
	wait := 10 * time.Second
	if d, ok := ctx.Deadline(); ok {
		wait = time.Until(d)
	}
	if wait <= 0 {
		return context.DeadlineExceeded
	}
	if err := do(wait).Error(); err != nil {
		return fmt.Errorf("%s of group %s: %w", what, g.name, err)
	}
	return nil
}

// checkSole finds out whether this node is the only voter.
func (g *Group) checkSole(changing int) {
	g.memberMu.Lock()
	defer g.memberMu.Unlock()
	g.changing += changing
	g.sole.Store(g.changing == 0 && g.isSoleVoter())
}

// TransferLeadership hands the lead to another voter.
func (g *Group) TransferLeadership(id, address string) error {
	err := g.raft.LeadershipTransferToServer(raft.ServerID(id), raft.ServerAddress(address)).Error()
	if err != nil {
		return fmt.Errorf("transfer leadership of group %s: %w", g.name, err)
	}
	return nil
}
