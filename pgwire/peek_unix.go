//go:build unix

package pgwire

import (
	"errors"
	"syscall"
)

// peerClosed peeks at a socket: end of file and a reset mean that the client
// has gone. Unread bytes in front of the end hide it, and are a client that
// still talks.
func peerClosed(fd uintptr) bool {
	var b [1]byte
	n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	if err != nil {
		return !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	}
	return n == 0
}
