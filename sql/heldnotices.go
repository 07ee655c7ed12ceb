package sql

import (
	"sync"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// maxHeldNotices bounds the notices of one statement's functions; the rest is
// dropped.
const maxHeldNotices = 100

// heldNotices keeps the notices of functions until the session's goroutine can
// give them to the client. Safe for concurrent use.
type heldNotices struct {
	mu   sync.Mutex
	list []*sqlerr.Error
}

func (h *heldNotices) add(n *sqlerr.Error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.list) < maxHeldNotices {
		h.list = append(h.list, n)
	}
}

// giveHeld delivers what has been held.
func (s *Session) giveHeld() {
	s.held.mu.Lock()
	list := s.held.list
	s.held.list = nil
	s.held.mu.Unlock()
	for _, n := range list {
		s.notice(n)
	}
}
