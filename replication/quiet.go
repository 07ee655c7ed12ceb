package replication

import (
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// quietTransport is a group's raft transport on a node of many groups. Heartbeats
// travel together with those of other groups (beats). Entries that say nothing
// which the other node has not heard, raft's own reminders of what is committed, are
// not sent at all, as long as heartbeats prove that the node is there and still
// the one that heard it; for reminders are sent as soon as there is news.
type quietTransport struct {
	*mutedTransport
	group *Group
	peers *beats
	asked *requests

	mu     sync.Mutex
	handle func(raft.RPC) // raft's, of heartbeats
	told   map[raft.ServerAddress]*told
}

// told is what a node has acknowledged of a group.
type told struct {
	id          raft.ServerID
	header      raft.RPCHeader
	term        uint64
	prev        uint64 // the index of its last entry
	prevTerm    uint64 // and that one's term
	commit      uint64
	incarnation [8]byte   // of the node then
	at          time.Time // when it stored that entry
	beat        time.Time // when it last answered a heartbeat
	reminding   bool      // a reminder is on its way
}

// quietFor is for how long after a heartbeat nothing needs to be said again.
const quietFor = heartbeatTimeout / 2

// SetHeartbeatHandler implements raft.Transport.
func (t *quietTransport) SetHeartbeatHandler(f func(raft.RPC)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.handle = f
	t.NetworkTransport.SetHeartbeatHandler(f)
}

func (t *quietTransport) heartbeatHandler() func(raft.RPC) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.handle
}

// AppendEntries implements raft.Transport.
func (t *quietTransport) AppendEntries(id raft.ServerID, target raft.ServerAddress, req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	switch {
	case len(req.Entries) > 0 || t.mute():
	case req.PrevLogEntry == 0 && req.PrevLogTerm == 0 && req.LeaderCommitIndex == 0:
		return t.heartbeat(target, req, resp)
	case t.isKnown(target, req):
		*resp = raft.AppendEntriesResponse{RPCHeader: req.RPCHeader, Term: req.Term, LastLog: req.PrevLogEntry, Success: true}
		return nil
	}
	t.forget(target)
	incarnation := t.peers.incarnation(target)
	if err := t.send(id, target, req, resp); err != nil {
		return err
	}
	if resp.Success && resp.Term == req.Term {
		t.note(id, target, req, incarnation)
		if len(req.Entries) > 0 {
			t.group.node.reminders.add(t.group)
		}
	}
	return nil
}

// heartbeat sends a heartbeat.
func (t *quietTransport) heartbeat(target raft.ServerAddress, req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	err := t.peers.send(target, t.group, req, resp)
	if err != nil || !resp.Success || resp.Term != req.Term {
		t.forget(target)
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if k := t.told[target]; k != nil {
		k.beat = time.Now()
	}
	return nil
}

// isKnown reports whether a request without entries says nothing new.
func (t *quietTransport) isKnown(target raft.ServerAddress, req *raft.AppendEntriesRequest) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.told[target]
	return k != nil && k.term == req.Term && k.prev == req.PrevLogEntry && k.commit == req.LeaderCommitIndex &&
		time.Since(k.beat) < quietFor && k.incarnation == t.peers.incarnation(target)
}

// note keeps what was acknowledged. It counts from the next heartbeat on.
func (t *quietTransport) note(id raft.ServerID, target raft.ServerAddress, req *raft.AppendEntriesRequest, incarnation [8]byte) {
	k := &told{
		id: id, header: req.RPCHeader, term: req.Term, prev: req.PrevLogEntry, prevTerm: req.PrevLogTerm,
		commit: req.LeaderCommitIndex, incarnation: incarnation, at: time.Now(),
	}
	if n := len(req.Entries); n > 0 {
		k.prev, k.prevTerm = req.Entries[n-1].Index, req.Entries[n-1].Term
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.told == nil {
		t.told = map[raft.ServerAddress]*told{}
	}
	t.told[target] = k
}

func (t *quietTransport) forget(target raft.ServerAddress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.told, target)
}
