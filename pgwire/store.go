package pgwire

import (
	"time"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// statement is a prepared statement of the extended protocol.
type statement struct {
	prepared Prepared // nil: the empty query
	params   []types.OID
	columns  []plan.Column
	offset   int
	size     int       // bytes it counts for
	at       time.Time // when it was prepared; of a named one
	// desc is its RowDescription in text format, made when first asked for.
	desc []byte
}

// portal is a bound statement.
type portal struct {
	stmt    *statement
	portal  Portal  // nil: the empty query
	formats []int16 // of each column; nil: all text
	params  []types.Datum
	size    int
	done    bool
}

// sized is what a store counts.
type sized interface{ bytes() int }

func (s *statement) bytes() int { return s.size }
func (p *portal) bytes() int    { return p.size }

// store keeps named things of a session within bounds of count and bytes. The
// zero value is empty.
type store[T sized] struct {
	m     map[string]named[T]
	bytes int
	last  named[T] // what was asked for last, mostly to be asked for again
	found bool     // there is such a one
}

// named is a thing and its name, in memory of its own: names that are asked for may
// lie in the read buffer, which holds another one at the next message.
type named[T sized] struct {
	name string
	v    T
}

func (s *store[T]) get(name string) (T, bool) {
	if s.found && s.last.name == name {
		return s.last.v, true
	}
	e, ok := s.m[name]
	if ok {
		s.last, s.found = e, true
	}
	return e.v, ok
}

func (s *store[T]) forget() { s.last, s.found = named[T]{}, false }

// put adds or replaces, and keeps the name; what names the kind of thing in the error.
func (s *store[T]) put(name string, v T, maxCount, maxBytes int, what string) error {
	s.drop(name)
	if len(s.m) >= maxCount || s.bytes+v.bytes() > maxBytes {
		return sqlerr.New(sqlerr.ConfigurationLimitExceeded, "too many %ss in this session", what).
			WithDetail("The limits are %d %ss and %d bytes.", maxCount, what, maxBytes).
			WithHint("Close some, or deallocate them.")
	}
	if s.m == nil {
		s.m = map[string]named[T]{}
	}
	s.last, s.found = named[T]{name, v}, true
	s.m[name] = s.last
	s.bytes += v.bytes()
	return nil
}

// drop removes a name and returns what it stood for.
func (s *store[T]) drop(name string) (T, bool) {
	e, ok := s.m[name]
	if ok {
		s.forget()
		s.bytes -= e.v.bytes()
		delete(s.m, name)
	}
	return e.v, ok
}

func (s *store[T]) clear() {
	clear(s.m)
	s.forget()
	s.bytes = 0
}

// dropPortal closes and forgets a portal.
func (c *conn) dropPortal(name string) {
	if p, ok := c.portals.drop(name); ok {
		p.close()
	}
}

// closePortals closes and forgets all portals: their transaction has ended.
func (c *conn) closePortals() {
	if len(c.portals.m) == 0 {
		return
	}
	for _, p := range c.portals.m {
		p.v.close()
	}
	c.portals.clear()
}

func (p *portal) close() {
	if p.portal != nil {
		p.portal.Close()
		p.portal = nil
	}
	// The unnamed portal's memory is kept, what it holds is not.
	if cap(p.params) > keepParams {
		p.params = nil
	}
	clear(p.params)
	p.params = p.params[:0]
}

// keepParams is how many parameters the unnamed portal keeps room for.
const keepParams = 64

// Deallocate drops a prepared statement of the protocol and reports whether
// there was one. A session that shares names with SQL's DEALLOCATE calls it on
// its Client.
func (c *conn) Deallocate(name string) bool {
	_, ok := c.stmts.drop(name)
	return ok
}

// DeallocateAll drops all prepared statements of the protocol.
func (c *conn) DeallocateAll() { c.stmts.clear() }
