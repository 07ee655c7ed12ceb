package replication

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
)

// TestAppendMessage checks that entries come out of a call as they went in, and
// that a message cut short is refused.
func TestAppendMessage(t *testing.T) {
	n := &Node{}
	g := &Group{id: 3, node: n}
	n.groups = []*Group{{}, {}, {}, g}
	want := &raft.AppendEntriesRequest{
		RPCHeader: raft.RPCHeader{ProtocolVersion: 3, ID: []byte("n1"), Addr: []byte("127.0.0.1:1")},
		Term:      7, PrevLogEntry: 41, PrevLogTerm: 6, LeaderCommitIndex: 40,
		Entries: []*raft.Log{
			{Index: 42, Term: 7, Type: raft.LogCommand, Data: bytes.Repeat([]byte{1}, 300), AppendedAt: time.Unix(0, 5)},
			{Index: 43, Term: 7, Type: raft.LogBarrier, Data: []byte{}, Extensions: []byte("x")},
		},
	}
	b := encodeAppend(g, want, 301)
	to, got, err := n.decodeAppend(b)
	if err != nil || to != g || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v for group %v, %v; want %+v", got, to, err, want)
	}
	for cut := range b {
		if _, _, err := n.decodeAppend(b[:cut]); !errors.Is(err, errMessage) {
			t.Fatalf("%d of %d bytes: %v", cut, len(b), err)
		}
	}
}

// TestRequests asks raft by both ways, and checks that those who wait are let go
// when it is stopped or when they give up.
func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		streams := make(chan raft.RPC)
		r := newRequests(streams)
		go func() {
			for range 2 {
				rpc := <-r.ch
				rpc.Respond(rpc.Command, nil)
			}
		}()
		if a, err := r.ask(t.Context(), "call"); a != "call" || err != nil {
			t.Errorf("a call: %v, %v", a, err)
		}
		answer := make(chan raft.RPCResponse, 1)
		streams <- raft.RPC{Command: "stream", RespChan: answer}
		if a := <-answer; a.Response != "stream" {
			t.Errorf("a stream: %v", a.Response)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.ask(ctx, "nobody"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("raft takes nothing: %v", err)
		}
		stopped := make(chan error)
		go func() {
			_, err := r.ask(t.Context(), "late")
			stopped <- err
		}()
		synctest.Wait()
		r.stop()
		r.stop()
		if err := <-stopped; !errors.Is(err, ErrClosed) {
			t.Errorf("stopped: %v", err)
		}
	})
}
