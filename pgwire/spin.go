package pgwire

import "sync/atomic"

// loneAfter is how many times in a row a connection must have been the only one
// that sent anything before it polls. Of several clients one always has just
// been answered while no other's message is there yet: polling then would take
// the core that the clients need.
const loneAfter = 32

// spinState is what a server's spinners share.
type spinState struct {
	busy     atomic.Int32         // connections at work
	spinning atomic.Bool          // one polls now
	last     atomic.Pointer[conn] // the one that began to work last
}

// begin notes that a connection's client has sent something.
func (s *spinState) begin(c *conn) {
	s.busy.Add(1)
	if s.last.Load() == c {
		c.alone++
		return
	}
	s.last.Store(c)
	c.alone = 0
}

// end notes that a connection waits for its client.
func (s *spinState) end() { s.busy.Add(-1) }

// lone tells whether a connection is the only one that is used.
func (s *spinState) lone(c *conn) bool {
	return c.alone >= loneAfter && s.busy.Load() == 0 && s.last.Load() == c
}
