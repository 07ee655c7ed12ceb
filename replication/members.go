package replication

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// tableMembers is the state table of the cluster's nodes. Those below are the SQL
// catalog's.
const tableMembers uint16 = 1000

// maxMembers is how many nodes a cluster may have.
const maxMembers = 64

// MemberState is what a node is to do in the cluster.
type MemberState uint8

const (
	// MemberActive: it holds replicas and leads groups.
	MemberActive MemberState = iota
	// MemberDraining: it leads nothing, until it is started anew.
	MemberDraining
	// MemberLeaving: its replicas go to others, for good.
	MemberLeaving
	// MemberLeft: it holds no claims any more, and loses the cluster's state.
	MemberLeft
)

// holds reports whether a node in this state may hold replicas.
func (s MemberState) holds() bool { return s == MemberActive || s == MemberDraining }

// Member is a node of the cluster.
type Member struct {
	ID      string
	Address string // where the other nodes find it (host:port)
	// Instance is drawn when its data directory is made: a node that has lost its
	// data is not the member that it was.
	Instance [16]byte
	State    MemberState
	Versions Versions // that its program speaks
	version  uint64   // of its row
}

func (m *Member) encode() []byte {
	b := appendBytes(append([]byte(nil), m.Instance[:]...), []byte(m.ID))
	b = append(appendBytes(b, []byte(m.Address)), byte(m.State))
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(m.Versions.Oldest)), uint64(m.Versions.Newest))
}

func decodeMember(b []byte) (m Member, err error) {
	r := messageReader{b: b}
	copy(m.Instance[:], r.take(len(m.Instance)))
	m.ID, m.Address = r.text(), r.text()
	m.State = MemberState(r.byte())
	if m.Versions = (Versions{1, 1}); len(r.b) > 0 { // a row of before there were versions
		m.Versions = Versions{int(r.uint()), int(r.uint())}
	}
	return m, r.err
}

// ErrMember is a node that the cluster does not take as it is.
var ErrMember = errors.New("node cannot join")

// self is this node as a member.
func (n *Node) self() Member {
	return Member{ID: n.opts.NodeID, Address: n.opts.Mux.Address(), Instance: n.origin.id, Versions: n.opts.versions}
}

// Members lists the nodes of the cluster, by id, as this node's replica of the
// cluster's state has them.
func (n *Node) Members() ([]Member, error) { return MembersIn(n.store) }

// MembersIn lists the nodes of a cluster as the store of one has them.
func MembersIn(s *storage.Store) (out []Member, err error) {
	v := appliedIn(s)
	defer v.Close()
	err = eachMember(v, func(m Member) error {
		out = append(out, m)
		return nil
	})
	return out, err
}

// checkBelongs refuses to go on as a node that has left its cluster: nobody would
// tell it anything any more. Errors wrap ErrLeft.
func (n *Node) checkBelongs() error {
	if n.opts.Mux == nil {
		return nil
	}
	l, err := n.layout()
	if err != nil {
		return err
	}
	_, gone := n.goneAs(n.origin.id)
	if m := l.member(n.opts.NodeID); gone || m != nil && m.State == MemberLeft {
		return fmt.Errorf("%w: it holds nothing that the others lack; to join again, start it on an empty data directory", ErrLeft)
	}
	return nil
}

// eachMember calls fn on each member that a view has.
func eachMember(v *storage.View, fn func(Member) error) error {
	return v.Meta(tableMembers).Scan(func(_, row []byte, version uint64, _ knowledge.Micros) error {
		m, err := decodeMember(row)
		m.version = version
		if err != nil {
			return fmt.Errorf("read the members: %w", err)
		}
		return fn(m)
	})
}

// admit makes a node a member, or takes note of its new address; a node that was
// drained is back when it has been started anew. Errors wrap ErrMember when it
// cannot be.
func (n *Node) admit(ctx context.Context, m Member) error {
	if err := transport.CheckName(m.ID); err != nil || m.Address == "" {
		return fmt.Errorf("%w: %w", ErrMember, errors.Join(err, errors.New("it has an id and an address")))
	}
	ctx, cancel := n.bound(ctx)
	defer cancel()
	for {
		err := n.admitOnce(ctx, m)
		if !errors.Is(err, storage.ErrConflict) && !errors.Is(err, storage.ErrExists) || ctx.Err() != nil {
			return err
		}
	}
}

func (n *Node) admitOnce(ctx context.Context, m Member) error {
	v, err := n.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{}})
	if err != nil {
		return err
	}
	defer v.Close()
	set, err := readSettings(v)
	if err == nil {
		err = m.Versions.check(set.version)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrMember, m.ID, err)
	}
	expect, count, known := uint64(0), 0, false
	err = eachMember(v, func(old Member) error {
		count++
		switch {
		case old.ID == m.ID && old.Instance == m.Instance && old.Address == m.Address && old.State == m.State && old.Versions == m.Versions:
			known = true
		case old.ID == m.ID && old.Instance == m.Instance && !old.State.holds():
			return fmt.Errorf("%w: %s is leaving the cluster; resume it first", ErrMember, m.ID)
		case old.ID == m.ID && old.Instance != m.Instance:
			return fmt.Errorf("%w: %s is the id of a member with other data, at %s; take another id", ErrMember, m.ID, old.Address)
		case old.ID == m.ID:
			expect = old.version
		case old.Address == m.Address:
			return fmt.Errorf("%w: %s is the address of member %s", ErrMember, m.Address, old.ID)
		}
		return nil
	})
	if err != nil || known {
		return err
	}
	if expect == 0 && count >= maxMembers {
		return fmt.Errorf("%w: the cluster has %d nodes, as many as it may", ErrMember, count)
	}
	t := n.Begin()
	ops := []storage.MetaOp{{Table: tableMembers, Key: []byte(m.ID), Row: m.encode(), Expect: expect}}
	if set.version != 0 {
		// It stays as it is: so nobody raises it while a member comes that cannot follow.
		l := layout{clusterSettings: set}
		ops = append(ops, l.writeVersion(set.version))
	}
	if err := t.AddMeta(ops); err != nil {
		return err
	}
	_, err = t.Commit(ctx)
	return err
}

// serveJoin takes another node into the cluster. The answer is the number of
// shards.
func (n *Node) serveJoin(ctx context.Context, payload []byte) ([]byte, error) {
	m, err := decodeMember(payload)
	if err == nil {
		err = n.admit(ctx, m)
	}
	if err != nil {
		return appendStatus(nil, err, statusFailed), nil
	}
	return append(appendStatus(nil, nil, statusOK), byte(n.opts.Shards)), nil
}

// AskToJoin has the first node of the addresses that can take this one into its
// cluster, and returns the cluster's number of shards. dir is the data directory
// that this node will have. Errors: the last node's.
func AskToJoin(ctx context.Context, mux *transport.Mux, addrs []string, dir, id string) (shards int, err error) {
	who, err := openOrigin(dir, true)
	if err != nil {
		return 0, err
	}
	mux.Introduce(who.id)
	self := Member{ID: id, Address: mux.Address(), Instance: who.id, Versions: programVersions}
	err = errors.New("no address of a node was given")
	for _, addr := range addrs {
		var r *messageReader
		if r, err = callNode(ctx, mux, addr, methodJoin, self.encode()); err != nil {
			err = fmt.Errorf("join the cluster at %s: %w", addr, err)
			continue
		}
		if shards = int(r.byte()); r.err == nil {
			return shards, nil
		}
		err = r.err
	}
	return 0, err
}
