package sql

import (
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// freshness is how new a session's reads are to be, and were.
type freshness struct {
	committed knowledge.Micros // its own newest commit
	served    knowledge.Micros // the time of its last bounded read; 0: none yet
	told      bool             // the client was told that answers are of a time
}

// freshnessOf says how new the reads of the next statement must be. A session sees
// what it has written itself, however old its reads may be.
func (s *Session) freshnessOf() storage.ReadOptions {
	if !s.settings.bounded || s.writing() {
		return storage.ReadOptions{}
	}
	return storage.ReadOptions{
		Bounded: true, MaxStaleness: time.Duration(s.settings.stalenessMillis) * time.Millisecond, NotBefore: s.fresh.committed,
	}
}

// noteTimes keeps the times that a statement has read and committed at: that of a
// repeatable transaction's first read, and what reads of this session are held to.
func (s *Session) noteTimes(env *exec.Env) {
	if s.txn.repeatable && s.txn.readAt == 0 {
		s.txn.readAt = env.ReadAt
	}
	s.fresh.committed = max(s.fresh.committed, env.CommittedAt)
	if env.Fresh.Bounded && env.ReadAt != 0 {
		s.served(env.ReadAt)
	}
}

// served notes the time that a bounded read was answered as of. The client hears
// of it once a session.
func (s *Session) served(at knowledge.Micros) {
	s.fresh.served = at
	if s.fresh.told {
		return
	}
	s.fresh.told = true
	n := &sqlerr.Error{Severity: "NOTICE", Message: "answers are as of " + s.servedAsOf()}
	s.notice(n.WithHint("SHOW stemedb.served_as_of tells the time of the last answer."))
}

// servedAsOf is the time of the last bounded read as text; empty: there was none.
func (s *Session) servedAsOf() string {
	if s.fresh.served == 0 {
		return ""
	}
	text, err := types.AppendTextDatum(nil, types.OIDTimestamptz, types.Int(int64(s.fresh.served)), &s.fn.Format)
	if err != nil {
		return "" // cannot be: recorded times are finite
	}
	return string(text)
}
