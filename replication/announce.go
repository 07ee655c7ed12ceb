package replication

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"
)

// methodAnnounce gives the other node messages that are for all nodes.
const methodAnnounce byte = 62

const (
	// announceTimeout is for how long a message is tried to be given to a node. One
	// that is gone for longer has no sessions that could miss it, or is cut off.
	announceTimeout = 10 * time.Second
	// announceCall bounds a call, announcePause lies between one that failed and the
	// next.
	announceCall  = 2 * time.Second
	announcePause = 100 * time.Millisecond
	// announceBytes bounds what waits for a node: beyond it the oldest messages are
	// dropped. It bounds a call, too.
	announceBytes = 8 << 20
)

// announcer gives messages to all other nodes, to each in the order in which they
// were announced, and to each once while it lives.
type announcer struct {
	node *Node
	self [8]byte // this life of this node

	mu     sync.Mutex
	closed bool
	number uint64 // of the newest message
	peers  map[string]*announcePeer
	take   func(message []byte) error // nil: nobody wants them
	heard  map[[8]byte]uint64         // the newest message of each other life
}

// announcePeer is what waits to be given to a node. Its sender lives while there is
// something.
type announcePeer struct {
	waiting []announcement
	bytes   int
}

type announcement struct {
	number  uint64
	message []byte
	due     time.Time
}

// OnAnnouncement has take get what other nodes announce, from now on: one message
// after the other, on any goroutine. What it makes an error of is logged.
func (n *Node) OnAnnouncement(take func(message []byte) error) {
	n.announced.mu.Lock()
	defer n.announced.mu.Unlock()
	n.announced.take = take
}

// Announce gives a message to all other nodes of the cluster, without waiting for
// them. A node that is not reached for ten seconds does not get it, which the log
// says. Errors: the members cannot be read, or the node is closing.
func (n *Node) Announce(message []byte) error {
	if n.opts.Mux == nil {
		return nil
	}
	members, err := n.Members()
	if err != nil {
		return err
	}
	return n.announced.announce(members, message)
}

// open begins a life.
func (a *announcer) open(n *Node) {
	a.node, a.peers, a.heard = n, map[string]*announcePeer{}, map[[8]byte]uint64{}
	_, _ = rand.Read(a.self[:]) // it does not fail
}

// close lets no more in. What is on its way ends with the node's life.
func (a *announcer) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
}

func (a *announcer) announce(members []Member, message []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return ErrClosed
	}
	a.number++
	said := announcement{number: a.number, message: message, due: time.Now().Add(announceTimeout)}
	self := a.node.self().Address
	for _, m := range members {
		if m.Address == self {
			continue
		}
		p := a.peers[m.Address]
		if p == nil {
			p = &announcePeer{}
			a.peers[m.Address] = p
			a.node.behind(func() { a.run(m.Address, p) })
		}
		p.waiting, p.bytes = append(p.waiting, said), p.bytes+len(message)
		for dropped := 0; p.bytes > announceBytes; dropped++ {
			p.bytes -= len(p.waiting[0].message)
			p.waiting = p.waiting[1:]
			if dropped == 0 {
				a.node.logger.Warn("too many messages wait for a node; the oldest are dropped", "address", m.Address)
			}
		}
	}
	return nil
}

// run gives a node what waits for it, until nothing does.
func (a *announcer) run(addr string, p *announcePeer) {
	for {
		a.mu.Lock()
		batch := p.waiting
		if len(batch) == 0 {
			delete(a.peers, addr)
			a.mu.Unlock()
			return
		}
		a.mu.Unlock()
		err := a.give(addr, batch)
		given := len(batch)
		for i := range batch {
			if err != nil && time.Now().Before(batch[i].due) {
				given = i
				break
			}
		}
		if err != nil && given > 0 {
			a.node.logger.Warn("a node does not get messages that are for all", "address", addr, "count", given, "error", err)
		}
		a.mu.Lock()
		last := uint64(0)
		if given > 0 {
			last = batch[given-1].number
		}
		for len(p.waiting) > 0 && p.waiting[0].number <= last {
			p.bytes -= len(p.waiting[0].message)
			p.waiting = p.waiting[1:]
		}
		a.mu.Unlock()
		if err == nil {
			continue
		}
		select {
		case <-time.After(announcePause):
		case <-a.node.life.Done():
			return
		}
	}
}

// give calls a node with messages. It may have got them although the call failed.
func (a *announcer) give(addr string, batch []announcement) error {
	ctx, cancel := context.WithTimeout(a.node.life, announceCall)
	defer cancel()
	req := append([]byte(nil), a.self[:]...)
	for _, s := range batch {
		req = appendBytes(binary.AppendUvarint(req, s.number), s.message)
	}
	_, err := a.node.call(ctx, addr, methodAnnounce, req)
	return err
}

// serveAnnounce takes messages of another node, but those that it has got already.
func (n *Node) serveAnnounce(payload []byte) ([]byte, error) {
	a := &n.announced
	r := messageReader{b: payload}
	life := [8]byte(append(r.take(8), make([]byte, 8)...))
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(r.b) > 0 {
		number, message := r.uint(), r.bytes()
		if r.err != nil {
			break
		}
		if number <= a.heard[life] {
			continue
		}
		a.heard[life] = number
		if a.take == nil {
			continue
		}
		if err := a.take(message); err != nil {
			n.logger.Warn("a message of another node is not understood", "error", err)
		}
	}
	if r.err != nil {
		return appendStatus(nil, r.err, statusFailed), nil
	}
	return appendStatus(nil, nil, statusOK), nil
}
