package catalog

import (
	"time"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Hooks are what the catalogs ask of the running server. Any may be nil. They
// are called while a virtual table is scanned, from any session's goroutine.
type Hooks struct {
	// Stats estimates relations' sizes.
	Stats Stats
	// Settings lists the run-time parameters as the session has them, or the
	// server when there is none.
	Settings func(functions.Session) []Setting
	// Activity lists the sessions.
	Activity func() []Activity
	// Locks lists the advisory locks.
	Locks func() []Lock
	// ViewText prints the query of a view as a session sees it, whose values are
	// printed by f.
	ViewText func(v SessionCatalog, r *Relation, style functions.ViewStyle, f *types.Format) string
	// ViewWrites says what can be done with the rows of a view that a statement made.
	ViewWrites func(v SessionCatalog, r *Relation) functions.Writes
	// Started is the server's start, for pg_stat_database and kin.
	Started time.Time
}

// Stats estimates what the stored relations hold. It is asked for indexes by
// their own OIDs, and answers 0 for what it does not know.
type Stats interface {
	Rows(types.OID) int64
	Bytes(types.OID) int64
}

// Setting is one row of pg_settings. Numbers count units.
type Setting struct {
	Name      string
	Value     string
	Unit      string // B, kB, 8kB, MB, ms, s, min; empty: none
	Category  string
	ShortDesc string
	ExtraDesc string
	Context   string // internal, postmaster, sighup, superuser, user; empty: user
	Vartype   string // bool, integer, real, string, enum; empty: string
	Source    string // default, session, …; empty: default
	Min, Max  string // of numbers; empty: none
	Enum      []string
	Boot      string // the built-in default
	NoBoot    bool   // there is none
	Reset     string // what RESET goes back to
}

// Activity is one row of pg_stat_activity. Zero times are NULL.
type Activity struct {
	PID             int32
	UserOID         types.OID // of the role that logged in
	Database        string
	ApplicationName string
	ClientAddr      string // an IP address; empty: none
	ClientPort      int32
	BackendStart    time.Time
	XactStart       time.Time
	QueryStart      time.Time
	StateChange     time.Time
	WaitEventType   string
	WaitEvent       string
	State           string // active, idle, idle in transaction, …
	Query           string
	XID             int64  // the transaction's number; 0: none
	BackendType     string // empty: client backend
	// How the connection is encrypted; no version: it is not. Of the client's
	// certificate the last three tell.
	TLSVersion, TLSCipher               string
	TLSBits                             int32
	CertSubject, CertSerial, CertIssuer string
}

// Role is one row of pg_authid, without its secret.
type Role struct {
	OID         types.OID
	Name        string
	Super       bool
	Inherit     bool
	CreateRole  bool
	CreateDB    bool
	CanLogin    bool
	Replication bool
	BypassRLS   bool
	ConnLimit   int32        // -1: none
	ValidUntil  time.Time    // zero: for ever
	Verifier    string       // of its password; empty: it has none
	Config      []string     // name=value
	MemberOf    []Membership // by hand of GRANT, not through others
}

// SetHooks puts the hooks in place. It must be called before the catalog is
// used by several goroutines.
func (c *Catalog) SetHooks(h Hooks) { c.hooks = h }

// superuserName is the role that owns everything.
const superuserName = "stemedb"

// databaseName is the one database.
const databaseName = "stemedb"

func (c *Catalog) rowCount(oid types.OID) int64 {
	if c.hooks.Stats == nil {
		return 0
	}
	return c.hooks.Stats.Rows(oid)
}

func (c *Catalog) byteCount(oid types.OID) int64 {
	if c.hooks.Stats == nil {
		return 0
	}
	return c.hooks.Stats.Bytes(oid)
}
