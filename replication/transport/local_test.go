package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"
)

// muxOn opens a Mux on a listener of its own, without certificates.
func muxOn(t *testing.T, addr string, change func(*Options)) *Mux {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Listener: ln, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if change != nil {
		change(&o)
	}
	m := New(o)
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// TestDialsFromItsOwnAddress: who takes a connection sees the dialer's listener.
func TestDialsFromItsOwnAddress(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"127.0.0.7:0", "127.0.0.8:1", "127.0.0.7:0"},
		{"127.0.0.7:0", "10.1.2.3:1", ""},
		{"127.0.0.7:0", "[::1]:1", ""},
		{"127.0.0.7:0", "node2:1", ""},
		{"0.0.0.0:0", "127.0.0.8:1", ""},
	} {
		got := ""
		if a := muxOn(t, c.from, nil).localAddr(c.to); a != nil {
			got = a.String()
		}
		if got != c.want {
			t.Errorf("%s to %s: from %q, not %q", c.from, c.to, got, c.want)
		}
	}
	b, err := net.Listen("tcp", "127.0.0.8:0")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	a := muxOn(t, "127.0.0.7:0", nil)
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	go func() {
		// Nobody answers: the error is that of the deadline or of Close.
		if _, err := a.Call(ctx, b.Addr().String(), 'm', nil); err == nil {
			t.Error("a listener that says nothing answered a call")
		}
	}()
	nc, err := b.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if ip := nc.RemoteAddr().(*net.TCPAddr).IP; !ip.Equal(net.IPv4(127, 0, 0, 7)) {
		t.Errorf("the connection comes from %s", ip)
	}
}

// TestPeerThatReadsNothing: a write that is given up may leave half a frame
// behind, so the connection ends, and the next call gets a new one.
func TestPeerThatReadsNothing(t *testing.T) {
	b, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	conns := make(chan net.Conn, 2)
	go func() {
		for {
			nc, err := b.Accept()
			if err != nil {
				return
			}
			if _, err := io.ReadFull(nc, make([]byte, headerLen)); err != nil {
				t.Error(err)
				return
			}
			if err := answer(nc, granted); err != nil {
				t.Error(err)
				return
			}
			conns <- nc // and nobody reads it
		}
	}()
	a := muxOn(t, "127.0.0.1:0", func(o *Options) { o.WriteTimeout = 50 * time.Millisecond })
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	for range 2 {
		if _, err := a.Call(ctx, b.Addr().String(), 'm', make([]byte, MaxCall)); !errors.Is(err, ErrLost) {
			t.Fatal(err)
		}
		nc := <-conns
		defer nc.Close()
		c := a.peers[b.Addr().String()].calls.conn.Load()
		select {
		case <-c.dead:
		case <-ctx.Done():
			t.Fatal("the connection stays after a write that was given up")
		}
	}
}

// TestCloseAfterPeers: a node ends well though its peers have ended before it,
// without a word.
func TestCloseAfterPeers(t *testing.T) {
	_, nodes := certificates(t, "", "a", "b")
	a, _ := start(t, nodes[0])
	b, _ := start(t, nodes[1])
	b.Serve(func(context.Context, byte, []byte) ([]byte, error) { return nil, nil })
	addr := b.opts.Listener.Addr().String()
	l := layer(t, a, 3)
	defer l.Close()
	layer(t, b, 3)
	if _, err := a.Call(t.Context(), addr, 'm', nil); err != nil {
		t.Fatal(err)
	}
	nc, err := a.Dial(t.Context(), addr, 3)
	if err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	for c := range b.conns {
		under := c.Conn.(*tls.Conn).NetConn().(*net.TCPConn)
		if err := errors.Join(under.SetLinger(0), under.Close()); err != nil {
			t.Error(err)
		}
	}
	b.mu.Unlock()
	if _, err := nc.Read(make([]byte, 1)); err == nil {
		t.Fatal("a connection that was reset gives bytes")
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
