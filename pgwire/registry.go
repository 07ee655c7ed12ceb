package pgwire

import (
	"container/list"
	"crypto/rand"
	"encoding/binary"
	"math"
	"sync"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// registry knows all connections: those that wait to log in, oldest first, and
// the sessions by process id.
//
// Silent connections cannot keep others out: when too many wait, the one that
// waits longest is closed. Only logged-in ones count towards the limit that
// clients see.
type registry struct {
	max, reserved, maxPending int

	mu       sync.Mutex
	all      map[*conn]struct{}
	pending  list.List // of *conn
	sessions map[int32]*conn
	slots    int // taken: sessions, and logins that are about to be
	lastPID  int32
}

func (r *registry) init(maxSessions, reserved, maxPending int) {
	r.max, r.reserved, r.maxPending = maxSessions, min(reserved, maxSessions-1), maxPending
	r.all, r.sessions = map[*conn]struct{}{}, map[int32]*conn{}
}

// add takes in an accepted connection, at the cost of the oldest one that
// waits when there are too many.
func (r *registry) add(c *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all[c] = struct{}{}
	c.waiting = r.pending.PushBack(c)
	if r.pending.Len() > r.maxPending {
		r.evictLocked()
	}
}

// evictOldest closes the connection that waits longest for its login.
func (r *registry) evictOldest() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.evictLocked()
}

func (r *registry) evictLocked() {
	if e := r.pending.Front(); e != nil {
		c := e.Value.(*conn)
		r.pending.Remove(e)
		c.waiting = nil
		_ = c.raw.Close() // its goroutine notices and removes it
	}
}

// reserve takes one of the slots for sessions.
func (r *registry) reserve(superuser bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.slots >= r.max:
		return fatal(sqlerr.TooManyConnections, "sorry, too many clients already")
	case r.slots >= r.max-r.reserved && !superuser:
		return fatal(sqlerr.TooManyConnections, "remaining connection slots are reserved for non-replication superuser connections")
	}
	r.slots++
	return nil
}

// release gives a slot back.
func (r *registry) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slots--
}

// assign gives a connection its process id and cancel secret.
func (r *registry) assign(c *conn) {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	c.secret = binary.BigEndian.Uint32(b[:])
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if r.lastPID == math.MaxInt32 {
			r.lastPID = 0
		}
		r.lastPID++
		if _, taken := r.sessions[r.lastPID]; !taken {
			break
		}
	}
	c.pid = r.lastPID
	r.sessions[c.pid] = c
}

// loggedIn makes a connection's session reachable for cancels and takes the
// connection off the waiting list.
func (r *registry) loggedIn(c *conn, s Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.waiting != nil {
		r.pending.Remove(c.waiting)
		c.waiting = nil
	}
	c.session = s
}

// remove forgets a connection; afterwards nobody else reaches its session.
func (r *registry) remove(c *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, c)
	if c.waiting != nil {
		r.pending.Remove(c.waiting)
		c.waiting = nil
	}
	if r.sessions[c.pid] == c {
		delete(r.sessions, c.pid)
	}
}

// each calls fn for every connection under the registry's lock; fn must not
// block.
func (r *registry) each(fn func(*conn)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.all {
		fn(c)
	}
}

// counts returns how many connections wait for their login and how many are
// logged in.
func (r *registry) counts() (pending, sessions int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pending.Len(), len(r.sessions)
}

// locked calls fn under the registry's lock.
func (r *registry) locked(fn func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn()
}
