package pgwire

import "sync/atomic"

// spinState is what a server's spinners share.
type spinState struct {
	busy     atomic.Int32 // connections at work
	spinning atomic.Bool  // one polls now
}
