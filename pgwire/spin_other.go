//go:build !unix

package pgwire

import "net"

// spinner polls sockets where the system lets it; here it does not.
type spinner struct{}

func newSpinner(net.Conn, *conn) *spinner { return nil }

func (*spinner) try([]byte) int { return 0 }
