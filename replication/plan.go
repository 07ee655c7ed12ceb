package replication

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

const (
	// maxMetaVoters is how many nodes vote on the cluster's own state; the others
	// have it too and do not count.
	maxMetaVoters = 5
	// maxMoves is how many moves the balancer has on their way at once.
	maxMoves = 1
	// moveTimeout is when a move that has not come through is given up.
	moveTimeout = 10 * time.Minute
	// coolDown is the time between two leads that change places because of load: a
	// rate has to show what the last one did.
	coolDown = 3 * meterSpan
	// busy is from how many statements a second more than another node a node is
	// worth relieving.
	busy = 100
)

// Reasons of moves that nobody asked for.
const (
	reasonBalance = "balance"
	reasonLoad    = "load"
)

// outlook is what the planner sees of the cluster besides its plan.
type outlook struct {
	now   knowledge.Micros
	alive func(node string) bool
	// unfit tells that a node's disk is in trouble: it can take no replica, nor a lead.
	unfit func(node string) bool
	// group tells what the leader of a group last said of it; nil: nobody did,
	// of late.
	group func(storage.ShardID) *groupReport
	// rate is how many statements a second the cluster runs over a shard.
	rate func(storage.ShardID) float64
}

// planner makes changes of a plan.
type planner struct {
	*layout
	*outlook
	shards  int
	replica map[string]int // by node, over the shards
	changed map[storage.ShardID]*placement
}

// plan returns the placements that are to change. It is a function of its
// arguments: whoever leads the cluster's own group calls it again and again.
func plan(l *layout, o *outlook, shards int) []*placement {
	p := planner{layout: l, outlook: o, shards: shards, replica: map[string]int{}, changed: map[storage.ShardID]*placement{}}
	for i := range shards {
		if g := l.groups[storage.ShardID(i)]; g != nil {
			for _, id := range g.replicas {
				p.replica[id]++
			}
		}
	}
	for i := range shards {
		p.fill(storage.ShardID(i), p.factor)
	}
	p.fill(storage.MetaShard, p.metaVoters())
	for id := range l.groups {
		p.conclude(id)
	}
	if l.balance {
		p.evenOut()
		p.spreadLoad()
	}
	out := make([]*placement, 0, len(p.changed))
	for _, g := range p.changed {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b *placement) int { return cmp.Compare(a.group, b.group) })
	return out
}

// metaVoters is how many vote on the cluster's own state: an odd number, save
// while there are two nodes.
func (p *planner) metaVoters() int {
	n := 0
	for i := range p.members {
		if p.members[i].State.holds() {
			n++
		}
	}
	if n > 2 && n%2 == 0 {
		n--
	}
	return min(n, maxMetaVoters)
}

// edit is a group's placement to be changed.
func (p *planner) edit(id storage.ShardID) *placement {
	if g := p.changed[id]; g != nil {
		return g
	}
	g := &placement{group: id}
	if old := p.groups[id]; old != nil {
		*g = *old
		g.replicas = slices.Clone(old.replicas)
	}
	p.changed[id] = g
	return g
}

func (p *planner) current(id storage.ShardID) *placement {
	if g := p.changed[id]; g != nil {
		return g
	}
	return p.groups[id]
}

// fill gives a group as many replicas as it is to have, on nodes that may hold
// some: those that it has, and then the nodes with the fewest.
func (p *planner) fill(id storage.ShardID, count int) {
	var has []string
	lead := ""
	if g := p.groups[id]; g != nil {
		has, lead = g.replicas, g.lead
	} else if r := p.group(id); r != nil {
		has = r.voters // nobody has planned it before
	} else {
		return
	}
	var keep []string
	for _, node := range has {
		if m := p.member(node); m != nil && m.State.holds() {
			keep = append(keep, node)
		}
	}
	if len(keep) > count {
		// The fullest go first; not the one that is to lead.
		slices.SortStableFunc(keep, func(a, b string) int {
			if (a == lead) != (b == lead) {
				return cmp.Compare(b2i(b == lead), b2i(a == lead))
			}
			return cmp.Compare(p.replica[a], p.replica[b])
		})
		keep = keep[:count]
	}
	for len(keep) < count {
		node := p.emptiest(keep)
		if node == "" {
			break
		}
		keep = append(keep, node)
	}
	if len(keep) == 0 {
		return // nobody could hold it: what is there stays
	}
	slices.Sort(keep)
	if p.groups[id] != nil && slices.Equal(keep, has) {
		return
	}
	g := p.edit(id)
	if id != storage.MetaShard {
		for _, node := range has {
			p.replica[node]--
		}
		for _, node := range keep {
			p.replica[node]++
		}
	}
	g.replicas = keep
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// takes reports whether a node can take a replica, or a lead.
func (p *planner) takes(m *Member) bool {
	return m.State == MemberActive && p.alive(m.ID) && !p.unfit(m.ID)
}

// emptiest is the node with the fewest replicas that could take one more.
func (p *planner) emptiest(except []string) string {
	best := ""
	for i := range p.members {
		m := &p.members[i]
		if !p.takes(m) || slices.Contains(except, m.ID) {
			continue
		}
		if best == "" || p.replica[m.ID] < p.replica[best] {
			best = m.ID
		}
	}
	return best
}

// conclude ends a move that has come through, or that does not.
func (p *planner) conclude(id storage.ShardID) {
	g := p.current(id)
	if g == nil || g.move.State != MoveRunning {
		return
	}
	if r := p.group(id); r != nil && r.votersAre(g.replicas) && (g.lead != g.move.To || r.leader == g.move.To) {
		g = p.edit(id)
		g.move.State, g.move.Ended = MoveComplete, p.now
		return
	}
	left := time.Duration(g.move.Started+knowledge.Micros(moveTimeout.Microseconds())-p.now) * time.Microsecond
	switch to := p.member(g.move.To); {
	case to == nil || !to.State.holds():
		p.giveUp(id, fmt.Sprintf("%s left the cluster", g.move.To))
	case left <= 0:
		p.giveUp(id, fmt.Sprintf("it did not come through within %s", moveTimeout))
	}
}

// giveUp ends a move, and goes back to where the group was.
func (p *planner) giveUp(id storage.ShardID, why string) {
	g := p.edit(id)
	g.move.State, g.move.Ended, g.move.Error = MoveFailed, p.now, why
	if g.lead == g.move.To {
		g.lead = ""
	}
	from := p.member(g.move.From)
	if i := slices.Index(g.replicas, g.move.To); g.move.From != "" && i >= 0 && from != nil && from.State.holds() && !slices.Contains(g.replicas, g.move.From) {
		g.replicas[i] = g.move.From
		slices.Sort(g.replicas)
		p.replica[g.move.To]--
		p.replica[g.move.From]++
	}
}

// evenOut begins to move a replica from the fullest node to the emptiest, when
// they differ by two at least and nothing else is on its way.
func (p *planner) evenOut() {
	moving := 0
	for i := range p.shards {
		g := p.current(storage.ShardID(i))
		if g == nil {
			return
		}
		if g.move.State == MoveRunning {
			moving++
		}
		if r := p.group(g.group); r == nil || !r.votersAre(g.replicas) {
			return // nothing is moved while a group is not as it should be
		}
	}
	to := p.emptiest(nil)
	if moving >= maxMoves || to == "" {
		return
	}
	full := ""
	for i := range p.members {
		if id := p.members[i].ID; full == "" || p.replica[id] > p.replica[full] {
			full = id
		}
	}
	if p.replica[full]-p.replica[to] < 2 {
		return
	}
	for i := range p.shards {
		g := p.current(storage.ShardID(i))
		// The lead of a group that was put somewhere by hand stays there.
		if !slices.Contains(g.replicas, full) || slices.Contains(g.replicas, to) || g.lead == full {
			continue
		}
		g = p.edit(g.group)
		g.move = Move{State: MoveRunning, From: full, To: to, Reason: reasonBalance, Started: p.now}
		g.replicas[slices.Index(g.replicas, full)] = to
		slices.Sort(g.replicas)
		return
	}
}

// spreadLoad begins to move the lead of a shard from the node whose shards are
// asked most to the one whose are asked least, when that makes them more alike
// and nothing else is on its way. What was put somewhere by hand stays.
func (p *planner) spreadLoad() {
	load := map[string]float64{}
	for i := range p.members {
		if m := &p.members[i]; p.takes(m) {
			load[m.ID] = 0
		}
	}
	for i := range p.shards {
		g, r := p.current(storage.ShardID(i)), p.group(storage.ShardID(i))
		if g == nil || r == nil || g.move.State == MoveRunning || p.now-g.move.Ended < knowledge.Micros(coolDown.Microseconds()) {
			return
		}
		if _, ok := load[r.leader]; ok {
			load[r.leader] += p.rate(g.group)
		}
	}
	from, to := "", ""
	for i := range p.members {
		id := p.members[i].ID
		if _, ok := load[id]; !ok {
			continue
		}
		if from == "" || load[id] > load[from] {
			from = id
		}
		if to == "" || load[id] < load[to] {
			to = id
		}
	}
	gap := load[from] - load[to]
	if gap < busy || load[from] < 1.5*load[to] {
		return
	}
	best, most := storage.MetaShard, 0.0
	for i := range p.shards {
		g := p.current(storage.ShardID(i))
		byHand := g.lead == from && g.move.Reason != reasonLoad
		// Of a shard that is asked more than the gap, only the place would change.
		if rate := p.rate(g.group); p.group(g.group).leader == from && !byHand && slices.Contains(g.replicas, to) && rate > most && rate < gap {
			best, most = g.group, rate
		}
	}
	if best == storage.MetaShard {
		return
	}
	g := p.edit(best)
	g.lead = to
	g.move = Move{State: MoveRunning, From: from, To: to, Reason: reasonLoad, Started: p.now}
}

// leadFor is the node that is to lead a group: the one that was chosen, while it
// can, else one of its replicas so that the groups are spread evenly and few
// leads change when a node comes or goes. Empty: whoever does.
func (l *layout) leadFor(id storage.ShardID, alive func(string) bool) string {
	g := l.groups[id]
	if g == nil || len(g.replicas) == 0 {
		return ""
	}
	able := func(node string) bool {
		m := l.member(node)
		return m != nil && m.State == MemberActive && slices.Contains(g.replicas, node) && alive(node)
	}
	if able(g.lead) {
		return g.lead
	}
	if !l.balance {
		return ""
	}
	for i := range g.replicas {
		if node := g.replicas[(int(id)+i)%len(g.replicas)]; able(node) {
			return node
		}
	}
	return ""
}
