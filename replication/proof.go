package replication

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
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

// testify answers a leader that asks whether it still leads: with the latest term
// that is known here, and the latest promise as it was before. If the asker's term
// is the latest, its own promise is remembered, and no earlier leader's any more.
func (g *Group) testify(term uint64, floor knowledge.Micros) (latest uint64, promised knowledge.Micros) {
	g.witness.mu.Lock()
	defer g.witness.mu.Unlock()
	promised = max(g.witness.floor, g.clock.promised())
	latest = max(g.raft.CurrentTerm(), g.witness.term)
	if term >= latest {
		g.witness.term, g.witness.floor = term, max(promised, floor)
	}
	return latest, promised
}

// proveLead has a majority of the group's voters say, after the call, that they know
// of no later leader; so nothing was committed before the call that this node has
// not proposed. They remember what it has promised to readers by then (observe,
// cover), which a later leader asks for: the result is the latest promise that they
// knew. Errors: ErrUnavailable.
//
// Raft's VerifyLeader does not prove as much: it takes any answer that arrives after
// the call, also one to a request from long before, which a pause of the process or
// of the network may have held up while others elected a leader.
func (g *Group) proveLead(ctx context.Context) (knowledge.Micros, error) {
	term := g.raft.CurrentTerm()
	if g.raft.State() != raft.Leader || g.raft.CurrentTerm() != term {
		return 0, g.notLed("it is not the leader")
	}
	ctx, cancel := context.WithTimeout(ctx, proofTimeout)
	defer cancel()
	floor := g.clock.promised()
	promised, err := g.askVoters(ctx, term, floor)
	if err != nil {
		return 0, err
	}
	latest, own := g.testify(term, floor)
	if latest > term || g.raft.State() != raft.Leader {
		return 0, g.notLed("another one may lead it")
	}
	return max(promised, own), nil
}

func (g *Group) notLed(why string) error {
	return fmt.Errorf("%w: this node cannot prove that it leads group %s: %s", ErrUnavailable, g.name, why)
}

// question is a round of asking voters, at first no more of them than it takes.
type question struct {
	group   *Group
	request []byte
	others  []raft.ServerAddress // who has not been asked
	asked   int                  // who has, and has not answered
	answers chan testimony
}

// question is to be put to voters, first of all to who answered last.
func (g *Group) question(others []raft.ServerAddress, request []byte) *question {
	if last := g.witnessed.Load(); last != nil {
		if i := slices.Index(others, *last); i > 0 {
			others[0], others[i] = others[i], others[0]
		}
	}
	return &question{group: g, request: request, others: others, answers: make(chan testimony, len(others))}
}

// ask asks so many of those who were not asked.
func (q *question) ask(ctx context.Context, count int) {
	count = min(count, len(q.others))
	for _, addr := range q.others[:count] {
		go func() { q.answers <- q.group.node.askVoter(ctx, addr, q.request) }()
	}
	q.others, q.asked = q.others[count:], q.asked+count
}

// testimony is a voter's answer.
type testimony struct {
	addr     raft.ServerAddress
	latest   uint64
	promised knowledge.Micros
	err      error
}

// askVoters asks the other voters until a majority, of which this node may be one,
// has said yes.
func (g *Group) askVoters(ctx context.Context, term uint64, floor knowledge.Micros) (promised knowledge.Micros, err error) {
	f := g.raft.GetConfiguration()
	if err := f.Error(); err != nil {
		return 0, g.notLed(err.Error())
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
				return 0, g.notLed("there is a later term")
			case a.err == nil:
				yes++
				promised = max(promised, a.promised)
				g.witnessed.Store(&a.addr)
			case yes+q.asked+len(q.others) <= voters/2:
				return 0, g.notLed(a.err.Error())
			default:
				q.ask(ctx, len(q.others))
			}
		case <-hedge.C:
			q.ask(ctx, len(q.others))
		case <-look.C:
			if g.raft.State() != raft.Leader {
				return 0, g.notLed("it has lost the lead")
			}
		case <-ctx.Done():
			return 0, g.notLed("no majority answers")
		}
	}
	return promised, nil
}

func (n *Node) askVoter(ctx context.Context, addr raft.ServerAddress, request []byte) testimony {
	a := testimony{addr: addr}
	r, err := n.call(ctx, string(addr), methodProve, request)
	if err != nil {
		a.err = err
		return a
	}
	a.latest, a.promised = r.uint(), r.time()
	a.err = r.err
	return a
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
	latest, promised := g.testify(term, floor)
	return appendTime(binary.AppendUvarint(appendStatus(nil, nil, statusOK), latest), promised), nil
}
