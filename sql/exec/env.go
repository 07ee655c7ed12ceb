package exec

import (
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// Relations resolves relation OIDs; a catalog satisfies it.
type Relations interface {
	Relation(oid types.OID) (*catalog.Relation, bool)
}

// Env is what one execution of a Program may know and use. It stays with the
// cursor until Close; the caller does not change it meanwhile, and reads back
// ReadAt and CommittedAt if it wants to.
type Env struct {
	// Funcs is the statement's function context, of this execution alone. Run
	// sets its Context.
	Funcs   *functions.Ctx
	Catalog Relations
	Cluster Cluster

	// Txn is the open transaction, which sees its own writes. nil: none yet.
	// DML in a transaction block needs one.
	Txn Txn
	// Autocommit says that this statement is a transaction of its own: DML
	// then begins one, commits it before the first row of RETURNING, and
	// RETURNING gives the commit time as recorded_at. Otherwise the caller
	// commits Txn, and RETURNING gives 'infinity'.
	Autocommit bool

	// Pending holds what the transaction has written into state tables, for
	// its own later statements to see: one per transaction, made by the
	// caller. nil: state writes are seen after the commit only.
	Pending *Pending

	// Temp holds the session's temporary tables, and TempAt is the statement's
	// snapshot of them, from Temp.Begin. nil: there are none.
	Temp   *TempTables
	TempAt uint64
	// HoldChecks says that the statement goes on after the plan: the caller then asks
	// Temp.Settle to check foreign keys at its end.
	HoldChecks bool

	Params []types.Datum
	// Input is the batch that a plan.Input gives (COPY).
	Input *types.Batch

	// ReadAt is the recorded time that the statement reads at: 0 lets the
	// first Read choose (now, linearizably) and stores it here. REPEATABLE
	// READ passes the time of its first statement.
	ReadAt knowledge.Micros
	// Fresh says how new what is read must be, when ReadAt and AsOf are 0; its
	// Shards, At and Own are not looked at.
	Fresh storage.ReadOptions
	// CommittedAt is the recorded time that an autocommit was given; 0: none.
	CommittedAt knowledge.Micros
	// Snapshot says that ReadAt will serve later statements too (REPEATABLE
	// READ): the Read that chooses it then is of all shards.
	Snapshot bool
	// AsOf is the transaction's or statement's system time (AS OF SYSTEM
	// TIME), 0: none. A Scan's or Lens's own AS OF goes before it.
	AsOf knowledge.Micros
	// TxnTime is the transaction's now(): the lens's t, and the default of
	// asserted_at.
	TxnTime knowledge.Micros

	// Memory is the statement's budget in bytes; 0: none.
	Memory int64
	// Spill is where operators go on when the budget is used up; nil: they
	// fail with 53200.
	Spill *spill.Space
	// Workers bounds the goroutines of a parallel fragment; 0: one a core.
	Workers int

	Role      string // who writes: agent
	Superuser bool
	Classify  bool // may name a better class than a source would get
	Revise    bool // may revise claims of other sources

	// Rows keeps rows of state tables for the transaction. nil: nothing does.
	Rows RowLocker

	// Policies caches what lenses derive from the state tables, across
	// statements. nil: the Program keeps its own.
	Policies *PolicyCache
	// Scans keeps images of shards for scans over ranges of them. nil: every scan
	// reads the store.
	Scans *ScanCache
	// OnPath is told the concept path of a scan that asks for one: the hot
	// paths are counted so. nil: nobody wants to know.
	OnPath func(path string)
	// serves are the units to run for another node's statement; nil: this is none.
	serves *servedUnits
	// Notice delivers a NOTICE; nil: discarded.
	Notice func(*sqlerr.Error)
}

// temp returns the temporary tables, perhaps none.
func (e *Env) temp() *TempTables {
	if e.Temp == nil {
		return &TempTables{}
	}
	return e.Temp
}

func (e *Env) notice(n *sqlerr.Error) {
	if e.Notice != nil {
		n.Severity = "NOTICE"
		e.Notice(n)
	}
}

// Pending is a transaction's uncommitted writes to state tables. The zero
// value is ready. It is used by one goroutine at a time, and must not outlive
// its transaction.
type Pending struct{ ops []storage.MetaOp }

// Len is the number of writes, for Truncate.
func (p *Pending) Len() int { return len(p.ops) }

// Truncate forgets all but the first n writes: they were rolled back. A list
// that a view has stays as it is.
func (p *Pending) Truncate(n int) { p.ops = p.ops[:n:n] }

// Add notes writes.
func (p *Pending) Add(ops []storage.MetaOp) { p.ops = append(p.ops, ops...) }

// Touches reports whether one of the tables was written.
func (p *Pending) Touches(tables ...uint16) bool {
	return slices.ContainsFunc(p.list(), func(op storage.MetaOp) bool { return slices.Contains(tables, op.Table) })
}

func (p *Pending) list() []storage.MetaOp {
	if p == nil {
		return nil
	}
	return p.ops[:len(p.ops):len(p.ops)]
}
