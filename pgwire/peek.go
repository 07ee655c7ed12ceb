package pgwire

import (
	"net"
	"syscall"
)

// peeked is what can be told of a client without taking its bytes.
type peeked struct {
	gone   bool // it has closed the connection, or we have
	unread bool // it has sent what nobody has read
}

// peeker returns a function that looks at a connection; where that is not
// possible it sees nothing.
func peeker(nc net.Conn) func() peeked {
	blind := func() peeked { return peeked{} }
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return blind
	}
	rc, err := sc.SyscallConn()
	if err != nil {
		return blind
	}
	return func() (p peeked) {
		if err := rc.Control(func(fd uintptr) { p = peekSocket(fd) }); err != nil {
			return peeked{gone: true} // closed on our side
		}
		return p
	}
}
