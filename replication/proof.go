package replication

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
)

// methodProve asks a voter of a group whether the caller still leads it, and tells
// it what the caller has promised to readers.
const methodProve byte = 60

const (
	// proofTimeout bounds one round of asking.
	proofTimeout = 5 * time.Second
	// proofLook is how often a round looks whether raft has taken the lead away.
	proofLook = 50 * time.Millisecond
	// proofHedge is how long the voters that make a majority, who were asked first,
	// have until the others are asked too.
	proofHedge = 5 * time.Millisecond
)

// witness is what a voter remembers of a group for others: the latest term whose
// leader has asked, and the latest time that any leader has promised.
type witness struct {
	mu    sync.Mutex
	term  uint64
	floor knowledge.Micros
}

// testimony is a voter's answer to a leader that asks whether it still leads.
type testimony struct {
	latest   uint64           // term that is known there
	promised knowledge.Micros // the latest promise to readers, as it was before
	past     knowledge.Micros // that nothing promised there before its last start is above
}

// testify answers a leader that asks whether it still leads. If the asker's term is
// the latest, its own promise is remembered, also by who is started again, and no
// earlier leader's any more. Errors: ErrUnavailable.
func (g *Group) testify(term uint64, floor knowledge.Micros) (testimony, error) {
	if err := g.node.promises.keep(floor); err != nil {
		return testimony{}, err
	}
	g.witness.mu.Lock()
	defer g.witness.mu.Unlock()
	a := testimony{promised: max(g.witness.floor, g.clock.promised()), past: microsOf(g.clock.past.Load())}
	a.latest = max(g.raft.CurrentTerm(), g.witness.term)
	if term >= a.latest {
		g.witness.term, g.witness.floor = term, max(a.promised, floor)
	}
	return a, nil
}

// proveLead has a majority of the group's voters say, after the call, that they know
// of no later leader; so nothing was committed before the call that this node has
// not proposed. They remember what it has promised to readers by then (observe,
// cover), which a later leader asks for: the result has the latest promises that they
// knew. Errors: ErrUnavailable.
//
// Raft's VerifyLeader does not prove as much: it takes any answer that arrives after
// the call, also one to a request from long before, which a pause of the process or
// of the network may have held up while others elected a leader.
func (g *Group) proveLead(ctx context.Context) (testimony, error) {
	term := g.raft.CurrentTerm()
	if g.raft.State() != raft.Leader || g.raft.CurrentTerm() != term {
		return testimony{}, g.notLed("it is not the leader")
	}
	ctx, cancel := context.WithTimeout(ctx, proofTimeout)
	defer cancel()
	floor := g.clock.promised()
	all, err := g.askVoters(ctx, term, floor)
	if err != nil {
		return all, err
	}
	own, err := g.testify(term, floor)
	if err != nil {
		return all, err
	}
	if all.add(own); all.latest > term || g.raft.State() != raft.Leader {
		return all, g.notLed("another one may lead it")
	}
	return all, nil
}

// add puts another voter's testimony beside those of some.
func (a *testimony) add(b testimony) {
	a.latest, a.promised, a.past = max(a.latest, b.latest), max(a.promised, b.promised), max(a.past, b.past)
}

func (g *Group) notLed(why string) error {
	return fmt.Errorf("%w: this node cannot prove that it leads group %s: %s", ErrUnavailable, g.name, why)
}

// askVoters asks the other voters until a majority, of which this node may be one,
// has said yes.
func (g *Group) askVoters(ctx context.Context, term uint64, floor knowledge.Micros) (all testimony, err error) {
	f := g.raft.GetConfiguration()
	if err := f.Error(); err != nil {
		return all, g.notLed(err.Error())
	}
	var others []raft.ServerAddress
	voters, yes := 0, 0
	for _, s := range f.Configuration().Servers {
		switch {
		case s.Suffrage != raft.Voter:
		case string(s.ID) == g.node.opts.NodeID:
			voters, yes = voters+1, yes+1
		default:
			voters++
			others = append(others, s.Address)
		}
	}
	request := binary.AppendUvarint(appendShard(nil, g.id), term)
	request = appendTime(request, floor)
	q := g.question(others, request)
	q.ask(ctx, voters/2+1-yes)
	look, hedge := time.NewTicker(proofLook), time.NewTimer(proofHedge)
	defer look.Stop()
	defer hedge.Stop()
	for yes <= voters/2 {
		select {
		case a := <-q.answers:
			q.asked--
			switch {
			case a.err == nil && a.latest > term:
				return all, g.notLed("there is a later term")
			case a.err == nil:
				yes++
				all.add(a.testimony)
				g.witnessed.Store(&a.addr)
			case yes+q.asked+len(q.others) <= voters/2:
				return all, g.notLed(a.err.Error())
			default:
				q.ask(ctx, len(q.others))
			}
		case <-hedge.C:
			q.ask(ctx, len(q.others))
		case <-look.C:
			if g.raft.State() != raft.Leader {
				return all, g.notLed("it has lost the lead")
			}
		case <-ctx.Done():
			return all, g.notLed("no majority answers")
		}
	}
	return all, nil
}

func (n *Node) askVoter(ctx context.Context, addr raft.ServerAddress, request []byte) (a testimony, err error) {
	r, err := n.call(ctx, string(addr), methodProve, request)
	if err != nil {
		return a, err
	}
	a.latest, a.promised, a.past = r.uint(), r.time(), r.time()
	return a, r.err
}

// serveProve testifies for another node. A node that is closing does too, as long
// as it can: the next leader needs a majority.
func (n *Node) serveProve(payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	id, term, floor := r.shard(), r.uint(), r.time()
	if r.err != nil {
		return nil, r.err
	}
	g := n.Group(id)
	if g == nil {
		return appendStatus(nil, fmt.Errorf("no group %s", groupName(id)), statusFailed), nil
	}
	a, err := g.testify(term, floor)
	out := binary.AppendUvarint(appendStatus(nil, err, statusFailed), a.latest)
	return appendTime(appendTime(out, a.promised), a.past), nil
}
