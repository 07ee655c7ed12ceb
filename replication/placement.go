package replication

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// tablePlacement is the state table of where groups are to be, by shard.
const tablePlacement uint16 = 1001

// placement is where a group's replicas are to be. The group's leader brings
// its configuration in line with it, one change after the other, so whoever
// plans writes a row and waits.
type placement struct {
	group    storage.ShardID
	replicas []string // node ids that are to be voters, sorted
	lead     string   // the node that is to lead while it can; empty: see leadFor
	move     Move
	version  uint64 // of the row; 0: there is none
}

// MoveState is how far a move has come.
type MoveState uint8

// The states of a move, of which a shard shows its latest.
const (
	MoveNone MoveState = iota
	MoveRunning
	MoveComplete
	MoveFailed
)

var moveStates = [...]string{"NONE", "RUNNING", "COMPLETE", "FAILED"}

// String is the state as HTTP pages show it.
func (s MoveState) String() string {
	if int(s) >= len(moveStates) {
		return "UNKNOWN"
	}
	return moveStates[s]
}

// Move is a replica, or the lead of a group, on its way from one node to
// another.
type Move struct {
	State    MoveState
	From, To string // From is empty when a replica is added, and the leads' when both hold replicas
	Reason   string // whoever asked for it says why
	Error    string // of a move that failed
	Started  knowledge.Micros
	Ended    knowledge.Micros // 0: running
}

// maxReason bounds the text that a move carries, in bytes.
const maxReason = 1024

func (p *placement) encode() []byte {
	b := appendTexts(nil, p.replicas)
	b = append(appendBytes(b, []byte(p.lead)), byte(p.move.State))
	for _, text := range []string{p.move.From, p.move.To, p.move.Reason, p.move.Error} {
		b = appendBytes(b, []byte(text))
	}
	return appendTime(appendTime(b, p.move.Started), p.move.Ended)
}

func decodePlacement(key, row []byte) (p placement, err error) {
	k := messageReader{b: key}
	r := messageReader{b: row}
	p.group = k.shard()
	p.replicas = r.texts()
	p.lead = r.text()
	p.move.State = MoveState(r.byte())
	p.move.From, p.move.To, p.move.Reason, p.move.Error = r.text(), r.text(), r.text(), r.text()
	p.move.Started, p.move.Ended = r.time(), r.time()
	if err := errors.Join(k.err, r.err); err != nil {
		return p, fmt.Errorf("read the placement of a shard: %w", err)
	}
	return p, nil
}

// op is the write of a placement over the row that was read.
func (p *placement) op() storage.MetaOp {
	return storage.MetaOp{Table: tablePlacement, Key: appendShard(nil, p.group), Row: p.encode(), Expect: p.version}
}

// layout is the cluster's plan as one replica of its state has it.
type layout struct {
	members []Member // by id
	groups  map[storage.ShardID]*placement
	clusterSettings
}

func (l *layout) member(id string) *Member {
	for i := range l.members {
		if l.members[i].ID == id {
			return &l.members[i]
		}
	}
	return nil
}

// layoutOf reads the plan from a view.
func layoutOf(v *storage.View) (*layout, error) {
	l := &layout{groups: map[storage.ShardID]*placement{}}
	err := eachMember(v, func(m Member) error {
		l.members = append(l.members, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = v.Meta(tablePlacement).Scan(func(key, row []byte, version uint64, _ knowledge.Micros) error {
		p, err := decodePlacement(key, row)
		p.version = version
		l.groups[p.group] = &p
		return err
	})
	if err != nil {
		return nil, err
	}
	l.clusterSettings, err = readSettings(v)
	return l, err
}

// applied is the cluster's own state as this node's replica has it, which may be
// behind.
func (n *Node) applied() *storage.View { return appliedIn(n.store) }

func appliedIn(s *storage.Store) *storage.View {
	v := s.View([]storage.ShardID{}, s.Shard(storage.MetaShard).LastRecorded(), storage.TxnID{})
	// Its tables change in entries of their own. Nor could it wait for others, as long
	// as the groups are not open that would end them.
	v.AsApplied()
	return v
}

// layout is the plan as this node's replica has it.
func (n *Node) layout() (*layout, error) {
	v := n.applied()
	defer v.Close()
	return layoutOf(v)
}

// wanted says which nodes are to be voters and which learners of a group. The
// cluster's own state is everywhere, since every node reads it.
func (l *layout) wanted(id storage.ShardID) (voters, learners []string) {
	p := l.groups[id]
	if id != storage.MetaShard {
		if p == nil {
			return nil, nil
		}
		return p.replicas, nil
	}
	if p != nil {
		voters = p.replicas
	}
	for i := range l.members {
		if m := &l.members[i]; m.State != MemberLeft && !slices.Contains(voters, m.ID) {
			learners = append(learners, m.ID)
		}
	}
	return voters, learners
}

// changeLayout reads the plan, has fn make changes of it, and writes them, again
// when somebody else was quicker. fn returns nothing when nothing is to change.
func (n *Node) changeLayout(ctx context.Context, fn func(*layout, *storage.View) ([]storage.MetaOp, error)) error {
	ctx, cancel := n.bound(ctx)
	defer cancel()
	for {
		err := n.changeLayoutOnce(ctx, fn)
		if !errors.Is(err, storage.ErrConflict) && !errors.Is(err, storage.ErrExists) || ctx.Err() != nil {
			return err
		}
	}
}

func (n *Node) changeLayoutOnce(ctx context.Context, fn func(*layout, *storage.View) ([]storage.MetaOp, error)) error {
	v, err := n.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{}})
	if err != nil {
		return err
	}
	defer v.Close()
	l, err := layoutOf(v)
	if err != nil {
		return err
	}
	ops, err := fn(l, v)
	if err != nil || len(ops) == 0 {
		return err
	}
	t := n.Begin()
	if err := t.AddMeta(ops); err != nil {
		return err
	}
	_, err = t.Commit(ctx)
	return err
}
