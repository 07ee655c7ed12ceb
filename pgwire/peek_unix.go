//go:build unix

package pgwire

import (
	"errors"
	"syscall"
)

// peekSocket looks at a socket: end of file and a reset mean that the client has
// gone. Unread bytes in front of the end hide it, and are a client that still
// talks.
func peekSocket(fd uintptr) peeked {
	var b [1]byte
	n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	if err != nil {
		return peeked{gone: !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)}
	}
	return peeked{gone: n == 0, unread: n > 0}
}
