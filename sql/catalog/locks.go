package catalog

import (
	"strconv"
	"time"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Lock is one row of pg_locks: an advisory lock or a lock on a relation that a session
// has or waits for, or a row that it waits for.
type Lock struct {
	PID     int32
	Key     functions.AdvisoryKey
	Row     types.OID // the row's relation; 0: an advisory lock
	Table   types.OID // of a lock on a relation: that, and
	Mode    string    // its mode
	Shared  bool
	Granted bool
	Waiting time.Time // since when; zero: it does not wait
}

// makeLocks lists the locks of pg_locks. A transaction holds its own number, for
// others to wait for its end; what it has no number for yet, it holds by the
// session's.
func makeLocks(c *Catalog, _ *functions.Ctx, b *rowBuilder) {
	for _, a := range c.activity() {
		if a.XactStart.IsZero() {
			continue
		}
		virtual := virtualXID(&a)
		b.add("locktype virtualxid virtualtransaction pid mode granted fastpath",
			text("virtualxid"), virtual, virtual, num(int(a.PID)), text("ExclusiveLock"), yes(true), yes(true))
		if a.XID != 0 {
			b.add("locktype transactionid virtualtransaction pid mode granted fastpath",
				text("transactionid"), transactionID(a.XID), virtual, num(int(a.PID)), text("ExclusiveLock"), yes(true), yes(false))
		}
	}
	if c.hooks.Locks == nil {
		return
	}
	for _, l := range c.hooks.Locks() {
		mode, sub := "ExclusiveLock", 1
		if l.Shared {
			mode = "ShareLock"
		}
		if l.Table != 0 {
			b.add("locktype database relation pid mode granted fastpath waitstart",
				text("relation"), oid(OIDDatabase), oid(l.Table), num(int(l.PID)), text(l.Mode), yes(l.Granted), yes(false), instant(l.Waiting))
			continue
		}
		if l.Row != 0 {
			b.add("locktype database relation pid mode granted fastpath waitstart",
				text("tuple"), oid(OIDDatabase), oid(l.Row), num(int(l.PID)), text(mode), yes(l.Granted), yes(false), instant(l.Waiting))
			continue
		}
		if l.Key.Pair {
			sub = 2
		}
		b.add("locktype database classid objid objsubid pid mode granted fastpath waitstart",
			text("advisory"), oid(OIDDatabase), oid(types.OID(l.Key.High)), oid(types.OID(l.Key.Low)), num(sub), num(int(l.PID)),
			text(mode), yes(l.Granted), yes(false), instant(l.Waiting))
	}
}

// virtualXID names a session's transaction by when it began, in microseconds of its
// session.
func virtualXID(a *Activity) types.Datum {
	return text(strconv.Itoa(int(a.PID)) + "/" + strconv.FormatInt(max(a.XactStart.Sub(a.BackendStart).Microseconds(), 1), 10))
}
