package sql

import (
	"time"
	"unicode/utf8"
)

// activityQuerySize is track_activity_query_size: a longer query is cut.
const activityQuerySize = 1024

// activityState is what a session does, for pg_stat_activity. It never changes
// once it is stored.
type activityState struct {
	state                        string // active, idle, …
	query                        string // the one that runs, or the last
	xactStart, queryStart, since time.Time
	xid                          int64 // 0: none
}

// busy notes that a statement begins.
func (s *Session) busy(start time.Time, query string) {
	s.state.Store(&activityState{state: "active", query: query, xactStart: s.xactStart(start), queryStart: start, since: start, xid: s.txn.id})
}

// calling notes that a function call of the protocol begins, which has no text: the
// last query stays.
func (s *Session) calling(start time.Time) {
	a := *s.state.Load()
	a.state, a.xactStart, a.since, a.xid = fastpathState, s.xactStart(start), start, s.txn.id
	s.state.Store(&a)
}

// idle notes that nothing runs.
func (s *Session) idle() {
	a := *s.state.Load()
	a.state, a.since, a.xid = "idle", s.eng.opt.Clock(), s.txn.id
	switch s.txn.status {
	case 'T':
		a.state = "idle in transaction"
	case 'E':
		a.state = "idle in transaction (aborted)"
	}
	a.xactStart = s.xactStart(time.Time{})
	s.state.Store(&a)
}

// xactStart is the transaction's start, or otherwise while there is none.
func (s *Session) xactStart(otherwise time.Time) time.Time {
	if s.txn.active {
		return s.txn.start
	}
	return otherwise
}

// shownQuery is as much of a query as pg_stat_activity shows.
func shownQuery(query string) string {
	if len(query) < activityQuerySize {
		return query
	}
	n := activityQuerySize - 1
	for n > 0 && !utf8.RuneStart(query[n]) {
		n--
	}
	return query[:n]
}
