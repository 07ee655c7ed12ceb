package replication

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// methodAppend gives entries of a group that the caller leads to the other node's
// raft.
const methodAppend byte = 22

// maxCallAppend is how many bytes of entries go as a call, on the connection that
// all groups share: those of several groups go out together. Larger ones, which
// would hold up others there, have the group's own stream.
const maxCallAppend = 64 << 10

// requests is what raft of a group is asked by other nodes, by streams and by calls.
type requests struct {
	ch   chan raft.RPC
	done chan struct{} // closed when nothing more is taken
	once sync.Once
	work sync.WaitGroup
}

// newRequests passes on what comes by streams, until stop.
func newRequests(streams <-chan raft.RPC) *requests {
	r := &requests{ch: make(chan raft.RPC), done: make(chan struct{})}
	r.work.Go(func() {
		for {
			select {
			case rpc := <-streams:
				select {
				case r.ch <- rpc:
				case <-r.done:
					return
				}
			case <-r.done:
				return
			}
		}
	})
	return r
}

func (r *requests) stop() {
	r.once.Do(func() { close(r.done) })
	r.work.Wait()
}

// ask has raft carry out a request. Errors: raft's, ErrClosed, or ctx's, after which
// raft may still carry it out.
func (r *requests) ask(ctx context.Context, command any) (any, error) {
	answer := make(chan raft.RPCResponse, 1)
	select {
	case r.ch <- raft.RPC{Command: command, RespChan: answer}:
	case <-r.done:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case a := <-answer:
		return a.Response, a.Error
	case <-r.done:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Consumer implements raft.Transport.
func (t *quietTransport) Consumer() <-chan raft.RPC { return t.asked.ch }

// Close implements raft.WithClose.
func (t *quietTransport) Close() error {
	err := t.mutedTransport.Close()
	t.asked.stop()
	return err
}

// send sends entries, or a reminder of what is committed.
func (t *quietTransport) send(id raft.ServerID, target raft.ServerAddress, req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	size := 0
	for _, e := range req.Entries {
		size += len(e.Data) + len(e.Extensions)
	}
	if size > maxCallAppend {
		return t.mutedTransport.AppendEntries(id, target, req, resp)
	}
	if t.mute() {
		return errMuted
	}
	// A node that closes still has what it leads stored by the others.
	ctx, cancel := context.WithTimeout(context.Background(), streamTimeout)
	defer cancel()
	r, err := t.group.node.call(ctx, string(target), methodAppend, encodeAppend(t.group, req, size))
	if err != nil {
		return fmt.Errorf("append to the log of %s: %w", target, err)
	}
	*resp = raft.AppendEntriesResponse{RPCHeader: req.RPCHeader, Term: r.uint(), LastLog: r.uint(), Success: r.byte() == 1, NoRetryBackoff: r.byte() == 1}
	return r.err
}

func encodeAppend(g *Group, req *raft.AppendEntriesRequest, size int) []byte {
	b := appendShard(make([]byte, 0, size+32*len(req.Entries)+128), g.id)
	b = binary.AppendUvarint(b, uint64(req.ProtocolVersion))
	b = appendBytes(appendBytes(b, req.ID), req.Addr)
	for _, v := range []uint64{req.Term, req.PrevLogEntry, req.PrevLogTerm, req.LeaderCommitIndex, uint64(len(req.Entries))} {
		b = binary.AppendUvarint(b, v)
	}
	for _, e := range req.Entries {
		b = binary.AppendUvarint(binary.AppendUvarint(append(b, byte(e.Type)), e.Index), e.Term)
		var at int64
		if !e.AppendedAt.IsZero() {
			at = e.AppendedAt.UnixNano()
		}
		b = appendBytes(appendBytes(binary.AppendVarint(b, at), e.Extensions), e.Data)
	}
	return b
}

// decodeAppend takes an append apart. The entries keep the payload's memory.
func (n *Node) decodeAppend(payload []byte) (*Group, *raft.AppendEntriesRequest, error) {
	r := messageReader{b: payload}
	g := n.Group(r.shard())
	req := &raft.AppendEntriesRequest{RPCHeader: raft.RPCHeader{ProtocolVersion: raft.ProtocolVersion(r.uint()), ID: r.bytes(), Addr: r.bytes()}}
	req.Term, req.PrevLogEntry, req.PrevLogTerm, req.LeaderCommitIndex = r.uint(), r.uint(), r.uint(), r.uint()
	entries := make([]raft.Log, r.count())
	req.Entries = make([]*raft.Log, len(entries))
	for i := range entries {
		e := &entries[i]
		e.Type, e.Index, e.Term = raft.LogType(r.byte()), r.uint(), r.uint()
		if at := int64(r.time()); at != 0 {
			e.AppendedAt = time.Unix(0, at)
		}
		if x := r.bytes(); len(x) > 0 {
			e.Extensions = x
		}
		e.Data = r.bytes()
		req.Entries[i] = e
	}
	return g, req, r.err
}

// serveAppend gives another node's entries to raft.
func (n *Node) serveAppend(ctx context.Context, payload []byte) ([]byte, error) {
	g, req, err := n.decodeAppend(payload)
	if err != nil {
		return nil, err
	}
	if g == nil {
		return appendStatus(nil, errors.New("the group of these entries is not here"), statusFailed), nil
	}
	q, ok := g.trans.(*quietTransport)
	if !ok {
		return appendStatus(nil, ErrClosed, statusUnavailable), nil
	}
	a, err := q.asked.ask(ctx, req)
	if err != nil {
		return appendStatus(nil, err, statusFailed), nil
	}
	resp, ok := a.(*raft.AppendEntriesResponse)
	if !ok {
		return appendStatus(nil, fmt.Errorf("raft answers entries with a %T", a), statusFailed), nil
	}
	out := binary.AppendUvarint(appendStatus(nil, nil, statusOK), resp.Term)
	out = binary.AppendUvarint(out, resp.LastLog)
	return append(out, flag(resp.Success), flag(resp.NoRetryBackoff)), nil
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}
