package replication

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

const (
	// beatPause collects heartbeats for one node into one call.
	beatPause = 50 * time.Millisecond
	// beatTimeout bounds that call.
	beatTimeout = heartbeatTimeout / 2
	// beatIdle ends the sending to a node that is sent nothing.
	beatIdle = 10 * time.Second
)

// beats sends the heartbeats of all groups that this node leads, those for one node
// together.
type beats struct {
	node *Node

	mu     sync.Mutex
	closed bool
	peers  map[raft.ServerAddress]*beatPeer
}

// close lets no more in. What is on its way ends with the node's life.
func (b *beats) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// beatPeer is what waits to be sent to a node.
type beatPeer struct {
	arrived chan struct{} // something waits
	last    [8]byte       // the node's incarnation when it last answered
	waiting []*beat
}

// beat is a heartbeat on its way.
type beat struct {
	group *Group
	req   *raft.AppendEntriesRequest
	resp  *raft.AppendEntriesResponse
	done  chan error
}

// send sends a heartbeat and waits for the answer. Errors: the call's.
func (b *beats) send(addr raft.ServerAddress, g *Group, req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	w := &beat{group: g, req: req, resp: resp, done: make(chan error, 1)}
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return ErrClosed
	}
	p := b.peers[addr]
	if p == nil {
		p = &beatPeer{arrived: make(chan struct{}, 1)}
		if b.peers == nil {
			b.peers = map[raft.ServerAddress]*beatPeer{}
		}
		b.peers[addr] = p
		b.node.behind(func() { b.run(addr, p) })
	}
	p.waiting = append(p.waiting, w)
	b.mu.Unlock()
	wake(p.arrived)
	return <-w.done // run answers everything, within beatTimeout
}

func wake(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// incarnation is a node's when it last answered; zero: it never did.
func (b *beats) incarnation(addr raft.ServerAddress) [8]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.peers[addr]; p != nil {
		return p.last
	}
	return [8]byte{}
}

// run sends what comes for a node until nothing has come for a while.
func (b *beats) run(addr raft.ServerAddress, p *beatPeer) {
	idle, pause := time.NewTimer(beatIdle), time.NewTimer(beatPause)
	defer idle.Stop()
	defer pause.Stop()
	for {
		idle.Reset(beatIdle)
		select {
		case <-p.arrived:
		case <-idle.C:
		case <-b.node.life.Done():
		}
		pause.Reset(beatPause)
		select {
		case <-pause.C:
		case <-b.node.life.Done():
		}
		b.mu.Lock()
		batch := p.waiting
		p.waiting = nil
		closed := b.node.life.Err() != nil
		if len(batch) == 0 || closed {
			delete(b.peers, addr)
		}
		b.mu.Unlock()
		var err error
		switch {
		case closed:
			err = ErrClosed
		case len(batch) == 0:
			return
		default:
			err = b.call(addr, p, batch)
		}
		for _, w := range batch {
			w.done <- err
		}
		if closed {
			return
		}
	}
}

// call sends heartbeats and takes the answers apart.
func (b *beats) call(addr raft.ServerAddress, p *beatPeer, batch []*beat) error {
	ctx, cancel := context.WithTimeout(b.node.life, beatTimeout)
	defer cancel()
	head := batch[0].req.RPCHeader
	req := appendBytes(binary.AppendUvarint(nil, uint64(head.ProtocolVersion)), head.ID)
	req = binary.AppendUvarint(appendBytes(req, head.Addr), uint64(len(batch)))
	for _, w := range batch {
		req = binary.AppendUvarint(appendShard(req, w.group.id), w.req.Term)
		req = binary.AppendUvarint(req, w.group.fsm.shard.Applied())
	}
	r, err := b.node.call(ctx, string(addr), methodBeat, req)
	if err != nil {
		return fmt.Errorf("heartbeat: %w", err)
	}
	incarnation := [8]byte(append(r.take(8), make([]byte, 8)...))
	for _, w := range batch {
		*w.resp = raft.AppendEntriesResponse{RPCHeader: w.req.RPCHeader, Success: r.byte() == 1, Term: r.uint(), LastLog: r.uint()}
	}
	b.mu.Lock()
	p.last = incarnation
	b.mu.Unlock()
	return r.err
}

// serveBeat gives another node's heartbeats to the groups. The answer is who this
// node is, and for each group what raft says. A group that is not here says no.
func (n *Node) serveBeat(payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	head := raft.RPCHeader{ProtocolVersion: raft.ProtocolVersion(r.uint()), ID: r.bytes(), Addr: r.bytes()}
	answers := make([]raft.AppendEntriesResponse, r.count())
	var work sync.WaitGroup
	for i := range answers {
		id, term, applied := r.shard(), r.uint(), r.uint()
		if r.err != nil {
			break
		}
		g := n.Group(id)
		if g == nil {
			continue
		}
		beat := func() {
			answers[i] = g.beat(&raft.AppendEntriesRequest{RPCHeader: head, Term: term}, applied)
		}
		if g.raft.CurrentTerm() == term {
			beat()
		} else {
			work.Go(beat) // a new term is written to the disk
		}
	}
	work.Wait()
	if r.err != nil {
		return nil, r.err
	}
	out := append(appendStatus(nil, nil, statusOK), n.incarnation[:]...)
	for i := range answers {
		success := byte(0)
		if answers[i].Success {
			success = 1
		}
		out = binary.AppendUvarint(append(out, success), answers[i].Term)
		out = binary.AppendUvarint(out, answers[i].LastLog)
	}
	return out, nil
}

// beat gives a heartbeat to raft. applied is how far the leader's replica is.
func (g *Group) beat(req *raft.AppendEntriesRequest, applied uint64) (resp raft.AppendEntriesResponse) {
	resp.Term = req.Term // a group that does not answer is no newer leader's
	q, ok := g.trans.(*quietTransport)
	if !ok {
		return resp
	}
	now := g.node.opts.Clock()
	ch := make(chan raft.RPCResponse, 1)
	q.heartbeatHandler()(raft.RPC{Command: req, RespChan: ch})
	select {
	case a := <-ch:
		if out, ok := a.Response.(*raft.AppendEntriesResponse); ok && a.Error == nil {
			resp = *out
		}
	default: // raft is shutting down
	}
	if resp.Success {
		g.ledBy(string(req.ID), string(req.Addr))
		if g.fsm.shard.Applied() >= applied {
			g.closing.inStep.Store(int64(now))
		}
	}
	return resp
}
