package replication

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// world is a cluster as the planner sees it, whose groups follow their leaders
// at once or not at all.
type world struct {
	layout
	dead   map[string]bool
	full   map[string]bool // their disks are
	groups map[storage.ShardID]*groupReport
	rates  map[storage.ShardID]float64
	shards int
	now    knowledge.Micros
}

func newWorld(nodes, shards, factor int) *world {
	w := &world{dead: map[string]bool{}, full: map[string]bool{}, groups: map[storage.ShardID]*groupReport{}, shards: shards, now: 1}
	w.layout.groups = map[storage.ShardID]*placement{}
	w.clusterSettings = clusterSettings{factor: factor, balance: true}
	for i := range nodes {
		w.members = append(w.members, Member{ID: fmt.Sprintf("n%d", i+1)})
	}
	for i := range shards + 1 {
		w.groups[w.id(i)] = &groupReport{leader: "n1", voters: []string{"n1"}}
	}
	return w
}

func (w *world) id(i int) storage.ShardID {
	if i == w.shards {
		return storage.MetaShard
	}
	return storage.ShardID(i)
}

// step plans once and writes the rows.
func (w *world) step() int {
	w.now++
	o := &outlook{now: w.now, alive: func(id string) bool { return !w.dead[id] }, unfit: func(id string) bool { return w.full[id] }, group: func(id storage.ShardID) *groupReport { return w.groups[id] },
		rate: func(id storage.ShardID) float64 { return w.rates[id] }}
	changes := plan(&w.layout, o, w.shards)
	for _, p := range changes {
		w.layout.groups[p.group] = p
	}
	return len(changes)
}

// follow has the groups become what is planned.
func (w *world) follow() {
	alive := func(id string) bool { return !w.dead[id] }
	for id, p := range w.layout.groups {
		voters, learners := w.wanted(id)
		r := &groupReport{voters: slices.Clone(voters), learners: slices.Clone(learners), leader: w.leadFor(id, alive)}
		if r.leader == "" {
			r.leader = p.replicas[0]
		}
		w.groups[id] = r
	}
}

// settle plans until nothing changes.
func (w *world) settle(t *testing.T) {
	t.Helper()
	for range 500 {
		changed := w.step()
		w.follow()
		if changed == 0 {
			return
		}
	}
	t.Fatal("the plan does not come to rest")
}

// check holds the plan against what it is for.
func (w *world) check(t *testing.T) {
	t.Helper()
	able := 0
	for _, m := range w.members {
		if m.State == MemberActive && !w.dead[m.ID] {
			able++
		}
	}
	held, leads := map[string]int{}, map[string]int{}
	for i := range w.shards {
		p := w.layout.groups[w.id(i)]
		for _, id := range p.replicas {
			held[id]++
			if m := w.member(id); m == nil || !m.State.holds() {
				t.Errorf("shard %d is to be on %s, which is to hold nothing", i, id)
			}
		}
		if !slices.IsSorted(p.replicas) || len(slices.Compact(slices.Clone(p.replicas))) != len(p.replicas) {
			t.Errorf("shard %d: replicas %v", i, p.replicas)
		}
		if len(p.replicas) > w.factor || len(p.replicas) < min(w.factor, able) {
			t.Errorf("shard %d has %d replicas of %d, with %d nodes able", i, len(p.replicas), w.factor, able)
		}
		lead := w.leadFor(w.id(i), func(id string) bool { return !w.dead[id] })
		leads[lead]++
		if m := w.member(lead); m != nil && (m.State != MemberActive || w.dead[lead]) {
			t.Errorf("shard %d is to be led by %s, which cannot", i, lead)
		}
	}
	for _, m := range w.members {
		if m.State != MemberActive || w.dead[m.ID] {
			continue
		}
		for _, o := range w.members {
			if o.State == MemberActive && !w.dead[o.ID] && held[m.ID]-held[o.ID] > 1 {
				t.Errorf("%s holds %d replicas and %s %d", m.ID, held[m.ID], o.ID, held[o.ID])
			}
		}
	}
}

func TestPlanSpreads(t *testing.T) {
	for nodes := 1; nodes <= 9; nodes++ {
		for _, factor := range []int{1, 3, 5} {
			w := newWorld(nodes, 16, factor)
			w.settle(t)
			w.check(t)
			if meta := len(w.layout.groups[storage.MetaShard].replicas); meta > maxMetaVoters || nodes > 2 && meta%2 == 0 {
				t.Errorf("%d of %d nodes vote on the cluster's state", meta, nodes)
			}
		}
	}
}

func TestPlanSpreadsLeads(t *testing.T) {
	w := newWorld(3, 9, 3)
	w.settle(t)
	leads := map[string]int{}
	for i := range 9 {
		leads[w.groups[w.id(i)].leader]++
	}
	for _, m := range w.members {
		if leads[m.ID] != 3 {
			t.Errorf("leads are spread as %v", leads)
		}
	}
	w.dead["n2"] = true
	for i := range 9 {
		was := w.groups[w.id(i)].leader
		now := w.leadFor(w.id(i), func(id string) bool { return !w.dead[id] })
		if was != "n2" && now != was {
			t.Errorf("shard %d changes from %s to %s though %s lives", i, was, now, was)
		}
	}
}

// TestPlanUnderChange has nodes come, go, die, drain and leave at random, and
// demands that the plan comes to rest in order each time.
func TestPlanUnderChange(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(1+r.IntN(4), 1+r.IntN(12), 1+r.IntN(4))
		next := len(w.members)
		for range 12 {
			w.settle(t)
			switch m := &w.members[r.IntN(len(w.members))]; r.IntN(6) {
			case 0:
				next++
				w.members = append(w.members, Member{ID: fmt.Sprintf("n%d", next)})
			case 1:
				if m.State == MemberActive {
					m.State = MemberDraining
				}
			case 2:
				m.State = MemberActive
			case 3:
				if w.others(m.ID, func(id string) bool { return !w.dead[id] }) {
					m.State = MemberLeaving
				}
			case 4:
				w.dead[m.ID] = len(w.dead) == 0 && len(w.members) > 3
			case 5:
				clear(w.dead)
			}
		}
		clear(w.dead)
		for i := range w.members {
			if w.members[i].State == MemberDraining {
				w.members[i].State = MemberActive
			}
		}
		if !slices.ContainsFunc(w.members, func(m Member) bool { return m.State == MemberActive }) {
			continue
		}
		w.settle(t)
		w.check(t)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestPlanGivesUpMoves(t *testing.T) {
	w := newWorld(4, 4, 3)
	w.settle(t)
	p := w.layout.groups[0]
	from := p.replicas[0]
	to := ""
	for _, m := range w.members {
		if !slices.Contains(p.replicas, m.ID) {
			to = m.ID
		}
	}
	move := *p
	move.replicas = append([]string{to}, p.replicas[1:]...)
	slices.Sort(move.replicas)
	move.lead, move.move = to, Move{State: MoveRunning, From: from, To: to, Started: w.now}
	w.layout.groups[0] = &move
	w.step() // the group has not followed
	if got := w.layout.groups[0].move.State; got != MoveRunning {
		t.Fatalf("the move is %s at once", got)
	}
	w.now += knowledge.Micros(moveTimeout.Microseconds())
	w.step()
	got := w.layout.groups[0]
	if got.move.State != MoveFailed || got.move.Error == "" || !slices.Equal(got.replicas, p.replicas) || got.lead != "" {
		t.Errorf("after its time the move is %+v", got)
	}
	w.layout.groups[0] = &move
	w.now = move.move.Started
	w.follow()
	w.step()
	if got := w.layout.groups[0].move; got.State != MoveComplete || got.Ended == 0 {
		t.Errorf("a move that has come through is %+v", got)
	}
}

// TestPlanSpreadsLoad gives one node all the busy shards.
func TestPlanSpreadsLoad(t *testing.T) {
	w := newWorld(3, 9, 3)
	w.settle(t)
	w.rates = map[storage.ShardID]float64{0: 1000, 3: 900, 6: 800} // all led by n1
	w.now += knowledge.Micros(coolDown.Microseconds())
	for range 5 {
		w.settle(t)
		w.now += knowledge.Micros(coolDown.Microseconds())
	}
	load := map[string]float64{}
	for id, rate := range w.rates {
		load[w.groups[id].leader] += rate
	}
	if len(load) != 3 {
		t.Errorf("the load lies as %v", load)
	}
	w = newWorld(3, 9, 3)
	w.settle(t)
	w.rates = map[storage.ShardID]float64{0: 1000}
	w.now += knowledge.Micros(coolDown.Microseconds())
	w.settle(t)
	if w.groups[0].leader != "n1" {
		t.Errorf("a single busy shard goes round: %+v", w.layout.groups[0])
	}
}

// TestPlanSparesFullDisks: a node whose disk is in trouble keeps the replicas that it
// has, and gets none until it is well.
func TestPlanSparesFullDisks(t *testing.T) {
	w := newWorld(3, 9, 3)
	w.settle(t)
	w.full["n2"], w.full["n4"] = true, true
	w.members = append(w.members, Member{ID: "n4"}, Member{ID: "n5"})
	w.settle(t)
	held := map[string]int{}
	for i := range 9 {
		for _, id := range w.layout.groups[w.id(i)].replicas {
			held[id]++
		}
	}
	if held["n4"] != 0 || held["n5"] == 0 || held["n2"] == 0 {
		t.Errorf("replicas with the disks of n2 and n4 full: %v", held)
	}
	clear(w.full)
	w.settle(t)
	w.check(t)
}
