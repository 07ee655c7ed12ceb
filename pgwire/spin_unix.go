//go:build unix

package pgwire

import (
	"net"
	"runtime"
	"syscall"
	"time"
)

// spinFor bounds how long a connection polls its socket before it waits for
// the poller. Going to sleep and being woken costs a ping-pong client more
// than its whole query.
const spinFor = 40 * time.Microsecond

// spinner polls a socket for a short while. It is used only while no other
// connection of the server is: then a core is free for it.
type spinner struct {
	rc   syscall.RawConn
	c    *conn
	p    []byte
	n    int
	poll func(fd uintptr) bool
}

// newSpinner returns nil where polling cannot pay: one core, or no socket.
func newSpinner(nc net.Conn, c *conn) *spinner {
	sc, ok := nc.(syscall.Conn)
	if !ok || runtime.GOMAXPROCS(0) < 2 {
		return nil
	}
	rc, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	s := &spinner{rc: rc, c: c}
	s.poll = s.read
	return s
}

// try reads what is there, or comes within spinFor; 0 says that the ordinary
// read is to be used, which also finds errors and the end.
func (s *spinner) try(p []byte) int {
	if s == nil {
		return 0
	}
	state := &s.c.srv.spin
	if !state.lone(s.c) || !state.spinning.CompareAndSwap(false, true) {
		return 0
	}
	defer state.spinning.Store(false)
	s.p, s.n = p, 0
	if err := s.rc.Read(s.poll); err != nil {
		return 0
	}
	return s.n
}

func (s *spinner) read(fd uintptr) bool {
	start := time.Now()
	for {
		n, err := syscall.Read(int(fd), s.p)
		if n > 0 {
			s.n = n
			return true
		}
		if err != syscall.EAGAIN || !s.c.srv.spin.lone(s.c) || time.Since(start) > spinFor {
			return true
		}
	}
}
