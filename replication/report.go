package replication

import (
	"encoding/binary"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// groupReport is what a node tells the others of its part in a group.
type groupReport struct {
	applied uint64  // log index
	rate    float64 // statements a second that this node ran over the shard
	term    uint64
	leader  string // the node itself, when it leads and serves the group; else empty
	unfit   bool   // it may not lead: its replica is in quarantine, or its disk in trouble
	// Of the leader alone: who is in the group.
	voters, learners []string
}

func (r *groupReport) leads() bool { return r.leader != "" }

// votersAre reports whether the voters are these nodes, and nobody learns.
func (r *groupReport) votersAre(nodes []string) bool {
	if len(r.voters) != len(nodes) {
		return false
	}
	for _, id := range nodes {
		if !slices.Contains(r.voters, id) {
			return false
		}
	}
	return true
}

// holds reports whether a node is in the group, as a voter or as a learner.
func (r *groupReport) holds(node string) bool {
	return slices.Contains(r.voters, node) || slices.Contains(r.learners, node)
}

// reports is what this node says of its groups.
func (n *Node) reports() []groupReport {
	out := make([]groupReport, 0, len(n.groups)+1)
	n.each(func(g *Group) {
		r := groupReport{applied: g.fsm.shard.Applied(), rate: g.queries.rate(), term: g.raft.CurrentTerm()}
		r.unfit = g.isQuarantined() || n.watch.unfit()
		if g.isReady() {
			if f := g.raft.GetConfiguration(); f.Error() == nil {
				r.leader = n.opts.NodeID
				for _, s := range f.Configuration().Servers {
					if s.Suffrage == raft.Voter {
						r.voters = append(r.voters, string(s.ID))
					} else {
						r.learners = append(r.learners, string(s.ID))
					}
				}
			}
		}
		out = append(out, r)
	})
	return out
}

func (n *Node) serveHello([]byte) ([]byte, error) {
	b := appendBytes(appendStatus(nil, nil, statusOK), []byte(n.opts.NodeID))
	b = append(append(b, n.incarnation[:]...), byte(b2i(n.left.Load())))
	b = binary.AppendUvarint(b, uint64(n.Lag().Microseconds()))
	reports := n.reports()
	b = binary.AppendUvarint(b, uint64(len(reports)))
	for i := range reports {
		r := &reports[i]
		b = binary.AppendUvarint(b, r.applied)
		b = binary.AppendUvarint(b, math.Float64bits(r.rate))
		b = binary.AppendUvarint(b, r.term)
		b = appendBytes(append(b, byte(b2i(r.unfit))), []byte(r.leader))
		b = appendTexts(appendTexts(b, r.voters), r.learners)
	}
	return b, nil
}

func decodeHello(r *messageReader) (id string, c *contact) {
	c = &contact{}
	id = r.text()
	copy(c.incarnation[:], r.take(len(c.incarnation)))
	c.left = r.byte() != 0
	c.lag = time.Duration(r.uint()) * time.Microsecond
	c.groups = make([]groupReport, r.count())
	for i := range c.groups {
		g := &c.groups[i]
		g.applied, g.rate, g.term = r.uint(), math.Float64frombits(r.uint()), r.uint()
		g.unfit = r.byte() != 0
		g.leader, g.voters, g.learners = r.text(), r.texts(), r.texts()
	}
	return id, c
}

// place is where a group stands in a report.
func (n *Node) place(id storage.ShardID) int {
	if id == storage.MetaShard {
		return len(n.groups)
	}
	return int(id)
}

// leaderReport is what the group's leader said of it a moment ago, or nil.
func (n *Node) leaderReport(id storage.ShardID) *groupReport {
	return n.dir.newest(n.place(id), time.Now().Add(-recently))
}

// meter counts events and tells how many a second there were of late.
type meter struct {
	count atomic.Uint64
	last  uint64
	at    time.Time
	bits  atomic.Uint64 // of the rate
}

// meterSpan is the time over which a rate is smoothed.
const meterSpan = 10 * time.Second

func (m *meter) add() { m.count.Add(1) }

func (m *meter) rate() float64 { return math.Float64frombits(m.bits.Load()) }

// tick brings the rate up to date. One goroutine calls it.
func (m *meter) tick(now time.Time) {
	count := m.count.Load()
	if passed := now.Sub(m.at); !m.at.IsZero() && passed > 0 {
		fresh := float64(count-m.last) / passed.Seconds()
		weight := 1 - math.Exp(-passed.Seconds()/meterSpan.Seconds())
		m.bits.Store(math.Float64bits(m.rate() + weight*(fresh-m.rate())))
	}
	m.last, m.at = count, now
}

// measure brings the groups' rates up to date.
func (n *Node) measure(now time.Time) {
	n.each(func(g *Group) { g.queries.tick(now) })
}
