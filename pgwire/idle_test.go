package pgwire

import (
	"testing"
	"time"
)

const idleWords = "S=FATAL V=FATAL C=25P03 M=terminating connection due to idle-in-transaction timeout"

// TestIdleInTransaction: an open block that idles ends its session; a session
// without a block, a client that keeps talking and a running statement do not.
func TestIdleInTransaction(t *testing.T) {
	_, e, addr := startServer(t, Options{})
	c, failed, busy := login(t, addr), login(t, addr), login(t, addr)
	for _, c := range []*client{c, failed, busy} {
		c.query("set idle 150")
	}
	time.Sleep(250 * time.Millisecond)
	wantLast(t, c.query("begin"), "ReadyForQuery T")
	for range 6 {
		time.Sleep(40 * time.Millisecond)
		wantLast(t, c.query("rows 1"), "ReadyForQuery T")
	}
	// The deadline of the block is still set when its time comes, outside.
	wantLast(t, c.query("commit"), "ReadyForQuery I")
	time.Sleep(250 * time.Millisecond)
	wantLast(t, c.query("rows 1"), "ReadyForQuery I")

	busy.query("begin")
	busy.write(frame('Q', "copyin\x00"))
	busy.until("G")
	time.Sleep(250 * time.Millisecond)
	busy.write(frame('d', "a\n"))
	busy.write(frame('c', ""))
	wantLast(t, busy.until("Z"), `"COPY 1"`)
	wantLast(t, busy.until("!"), idleWords)

	failed.query("begin")
	wantLast(t, failed.query("fail 22012 no"), "ReadyForQuery E")
	wantLast(t, failed.until("!"), idleWords)

	c.query("begin")
	// Extended messages without their Sync: the client has not been told that
	// it may rest, and is not timed.
	c.write(frame('P', "\x00rows 1\x00\x00\x00"))
	c.write(frame('H', ""))
	c.until("1")
	time.Sleep(250 * time.Millisecond)
	c.write(frame('S', ""))
	wantLast(t, c.until("Z"), "ReadyForQuery T")
	wantLast(t, c.until("!"), idleWords)
	eventually(t, "the sessions end", func() bool { return e.sessions.Load() == 0 })
}

// TestIdleShutdown: waking a block for a shutdown does not lengthen its limit.
func TestIdleShutdown(t *testing.T) {
	s, _, addr := startServer(t, Options{})
	c := login(t, addr)
	c.query("set idle 200")
	c.query("begin")
	time.Sleep(50 * time.Millisecond)
	s.conns.each(func(c *conn) { c.end(endWhenIdle) })
	wantLast(t, c.until("!"), idleWords)
}
