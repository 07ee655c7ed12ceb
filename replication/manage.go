package replication

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// tableSettings is the state table of what holds for the whole cluster.
const tableSettings uint16 = 1002

// clusterSettings hold for the whole cluster.
type clusterSettings struct {
	factor  int    // replicas of a shard; 0: not founded yet
	balance bool   // replicas and leads are spread by themselves
	cluster string // names the cluster; empty: nobody has asked yet
	version int    // that the cluster writes (version.go); 0: not founded yet
	// Versions of the rows, for changes of them; 0: there is none.
	factorVersion, balanceVersion, versionVersion uint64
}

var (
	settingFactor  = []byte("replication_factor")
	settingBalance = []byte("balance")
	settingCluster = []byte("cluster_id")
	settingVersion = []byte("version")
)

// readSettings reads the cluster's settings.
func readSettings(v *storage.View) (s clusterSettings, err error) {
	s.balance = true
	err = v.Meta(tableSettings).Scan(func(key, row []byte, version uint64, _ knowledge.Micros) error {
		r := messageReader{b: row}
		switch string(key) {
		case string(settingFactor):
			s.factor, s.factorVersion = int(r.uint()), version
		case string(settingBalance):
			s.balance, s.balanceVersion = r.byte() != 0, version
		case string(settingCluster):
			s.cluster = string(row)
		case string(settingVersion):
			s.version, s.versionVersion = int(r.uint()), version
		}
		if r.err != nil {
			return fmt.Errorf("read setting %s: %w", key, r.err)
		}
		return nil
	})
	return s, err
}

// Errors of what operators ask for.
var (
	// ErrNoShard names a shard that is not there.
	ErrNoShard = errors.New("there is no such shard")
	// ErrNoMember names a node that is not in the cluster.
	ErrNoMember = errors.New("there is no such node in the cluster")
	// ErrMoving is a shard that is on its way already.
	ErrMoving = errors.New("the shard is being moved")
	// ErrLeft is a node that has left its cluster.
	ErrLeft = errors.New("the node has left its cluster")
	// ErrAlone is asked of a node without a cluster.
	ErrAlone = errors.New("the node is a cluster of one: it was started without --raft-addr")
)

// parseShard reads a shard's number; the cluster's own state is not moved by hand.
func (n *Node) parseShard(shard string) (storage.ShardID, error) {
	i, err := strconv.Atoi(shard)
	if err != nil || i < 0 || i >= len(n.groups) || strconv.Itoa(i) != shard {
		return 0, fmt.Errorf("%w: %q; shards are 0 to %d", ErrNoShard, shard, len(n.groups)-1)
	}
	return storage.ShardID(i), nil
}

// MoveShard has a shard led by a node, which first gets a replica of it in place
// of another node's if it has none. It returns when that is decided; how far it
// is, ClusterShards tells. Errors: ErrNoShard, ErrNoMember, ErrMoving, ErrMember
// when the node can take nothing, ErrAlone; those of a write.
func (n *Node) MoveShard(ctx context.Context, shard, target, reason string) error {
	if n.opts.Mux == nil {
		return ErrAlone
	}
	id, err := n.parseShard(shard)
	if err != nil {
		return err
	}
	if len(reason) > maxReason {
		reason = reason[:maxReason]
	}
	return n.changeLayout(ctx, func(l *layout, _ *storage.View) ([]storage.MetaOp, error) {
		m := l.member(target)
		g := l.groups[id]
		switch {
		case m == nil:
			return nil, fmt.Errorf("%w: %q; its nodes are %s", ErrNoMember, target, l.names())
		case m.State != MemberActive:
			return nil, fmt.Errorf("%w: %s is draining or leaving", ErrMember, target)
		case g == nil:
			return nil, fmt.Errorf("%w: where shard %s is to be has not been planned yet", ErrUnavailable, shard)
		case g.move.State == MoveRunning:
			return nil, fmt.Errorf("%w: shard %s goes to %s", ErrMoving, shard, g.move.To)
		case !n.alive(target):
			return nil, fmt.Errorf("%w: %s does not answer", ErrMember, target)
		case n.isUnfit(target):
			return nil, fmt.Errorf("%w: the disk of %s is full or stalled", ErrMember, target)
		}
		p := *g
		p.lead = target
		p.move = Move{State: MoveRunning, To: target, Reason: reason, Started: n.Now()}
		if r := n.leaderReport(id); r != nil {
			p.move.From = r.leader
		}
		if !slices.Contains(g.replicas, target) {
			p.replicas = slices.Clone(g.replicas)
			if !slices.Contains(p.replicas, p.move.From) {
				p.move.From = p.replicas[0]
			}
			p.replicas[slices.Index(p.replicas, p.move.From)] = target
			slices.Sort(p.replicas)
		}
		return []storage.MetaOp{p.op()}, nil
	})
}

// names lists the nodes for an error's text.
func (l *layout) names() string {
	text := ""
	for i := range l.members {
		if i > 0 {
			text += ", "
		}
		text += l.members[i].ID
	}
	return text
}

// Drain has a node lead nothing any more, until it is resumed or started anew.
// It returns when that is decided. Errors: ErrNoMember, ErrMember, ErrAlone;
// those of a write.
func (n *Node) Drain(ctx context.Context, id string) error {
	return n.setState(ctx, id, MemberDraining)
}

// Resume takes back a Drain or a Decommission that has not come to its end.
func (n *Node) Resume(ctx context.Context, id string) error {
	return n.setState(ctx, id, MemberActive)
}

// Decommission moves a node's replicas to others and takes it out of the cluster.
// It returns when that is decided; the node may be gone already. Errors:
// ErrMember when no other node could hold what it has; else as of Drain.
func (n *Node) Decommission(ctx context.Context, id string) error {
	return n.setState(ctx, id, MemberLeaving)
}

func (n *Node) setState(ctx context.Context, id string, to MemberState) error {
	if n.opts.Mux == nil {
		return ErrAlone
	}
	return n.changeLayout(ctx, func(l *layout, _ *storage.View) ([]storage.MetaOp, error) {
		m := l.member(id)
		if m == nil {
			return nil, fmt.Errorf("%w: %q; its nodes are %s", ErrNoMember, id, l.names())
		}
		if m.State == to {
			return nil, nil
		}
		if m.State == MemberLeft {
			return nil, fmt.Errorf("%w: %s has left the cluster", ErrMember, id)
		}
		if m.State == MemberLeaving && to == MemberDraining {
			return nil, fmt.Errorf("%w: %s is leaving the cluster", ErrMember, id)
		}
		if to != MemberActive && !l.others(id, n.alive) {
			return nil, fmt.Errorf("%w: no other node of the cluster could take over from %s", ErrMember, id)
		}
		changed := *m
		changed.State = to
		return []storage.MetaOp{{Table: tableMembers, Key: []byte(id), Row: changed.encode(), Expect: m.version}}, nil
	})
}

// others reports whether another node could take over from one.
func (l *layout) others(id string, alive func(string) bool) bool {
	return slices.ContainsFunc(l.members, func(m Member) bool {
		return m.ID != id && m.State == MemberActive && alive(m.ID)
	})
}

// ClusterID names the cluster, for good; it is drawn when it is first asked for.
// Errors: those of a read and a write.
func (n *Node) ClusterID(ctx context.Context) (id string, err error) {
	var drawn [16]byte
	if _, err := rand.Read(drawn[:]); err != nil {
		return "", fmt.Errorf("draw the cluster's id: %w", err)
	}
	err = n.changeLayout(ctx, func(l *layout, _ *storage.View) ([]storage.MetaOp, error) {
		if id = l.cluster; id != "" {
			return nil, nil
		}
		id = hex.EncodeToString(drawn[:])
		return []storage.MetaOp{{Table: tableSettings, Key: settingCluster, Row: []byte(id)}}, nil
	})
	return id, err
}

// Balancing reports whether replicas and leads are spread by themselves.
func (n *Node) Balancing(context.Context) (bool, error) {
	if n.opts.Mux == nil {
		return false, ErrAlone
	}
	l, err := n.layout()
	if err != nil {
		return false, err
	}
	return l.balance, nil
}

// SetBalancing says whether replicas and leads are to be spread by themselves.
func (n *Node) SetBalancing(ctx context.Context, on bool) error {
	if n.opts.Mux == nil {
		return ErrAlone
	}
	return n.changeLayout(ctx, func(l *layout, _ *storage.View) ([]storage.MetaOp, error) {
		if l.balance == on {
			return nil, nil
		}
		row := []byte{byte(b2i(on))}
		return []storage.MetaOp{{Table: tableSettings, Key: settingBalance, Row: row, Expect: l.balanceVersion}}, nil
	})
}

// keepPlan has the leader of the cluster's own group bring the plan up to date. A node
// that closes waits for no other to take what it has planned: whoever leads next plans anew.
func (n *Node) keepPlan(ctx context.Context) (changed bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(n.closing, cancel)()
	o := &outlook{now: n.Now(), alive: n.alive, unfit: n.isUnfit, group: n.leaderReport, rate: n.rate}
	l, err := n.layout()
	if err != nil || len(n.planOps(l, o)) == 0 {
		return false, err // mostly: no need to read anew
	}
	err = n.changeLayout(ctx, func(l *layout, _ *storage.View) ([]storage.MetaOp, error) {
		ops := n.planOps(l, o)
		changed = len(ops) > 0
		return ops, nil
	})
	return changed, err
}

// planOps are the writes that the plan wants.
func (n *Node) planOps(l *layout, o *outlook) (ops []storage.MetaOp) {
	if len(l.members) == 0 {
		return nil
	}
	if l.factor == 0 {
		row := binary.AppendUvarint(nil, uint64(n.opts.Factor))
		ops = append(ops, storage.MetaOp{Table: tableSettings, Key: settingFactor, Row: row, Expect: l.factorVersion})
		l.factor = n.opts.Factor
	}
	ops = append(ops, l.versionOp()...)
	for _, p := range plan(l, o, n.opts.Shards) {
		ops = append(ops, p.op())
	}
	for i := range l.members {
		m := l.members[i]
		switch {
		case m.State == MemberLeaving && n.isEmpty(l, o, m.ID):
			m.State = MemberLeft
			ops = append(ops, storage.MetaOp{Table: tableMembers, Key: []byte(m.ID), Row: m.encode(), Expect: m.version})
		case m.State == MemberLeft:
			if r := o.group(storage.MetaShard); r != nil && !r.holds(m.ID) {
				ops = append(ops, storage.MetaOp{Table: tableMembers, Key: []byte(m.ID), Delete: true, Expect: m.version}, m.goneOp())
			}
		}
	}
	return ops
}

// isEmpty reports whether a node is in no shard's group any more, nor to be, and
// does not vote on the cluster's own state.
func (n *Node) isEmpty(l *layout, o *outlook, node string) bool {
	for _, id := range append(slices.Clone(n.all), storage.MetaShard) {
		r := o.group(id)
		if r == nil || l.groups[id] == nil || slices.Contains(l.groups[id].replicas, node) {
			return false
		}
		if id == storage.MetaShard && slices.Contains(r.voters, node) || id != storage.MetaShard && r.holds(node) {
			return false
		}
	}
	return true
}
