package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Lock is LOCK TABLE.
type Lock struct {
	Names  []RelationName
	Mode   LockMode
	NoWait bool
}

func (*Lock) utility() {}

// LockMode is a mode of a lock on a relation, weaker ones first. Its numbers are
// PostgreSQL's.
type LockMode int32

// The modes of locks on relations.
const (
	AccessShare LockMode = iota + 1
	RowShare
	RowExclusive
	ShareUpdateExclusive
	Share
	ShareRowExclusive
	Exclusive
	AccessExclusive
)

// String is the mode's name in pg_locks.
func (m LockMode) String() string {
	return [...]string{
		"AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock",
		"ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
	}[m-1]
}

func lockStmt(n *pg.LockStmt) *Lock {
	l := &Lock{Mode: LockMode(n.Mode), NoWait: n.Nowait}
	for _, r := range n.Relations {
		l.Names = append(l.Names, r.GetRangeVar())
	}
	return l
}

// Locked is a relation that LOCK TABLE locks. View is the view whose owner is asked for
// the privilege; nil: the current role is.
type Locked struct{ Rel, View *catalog.Relation }

// LockedRelations are the relations that LOCK TABLE of one locks: a view's locks those
// that it is over, too.
func LockedRelations(ctx BindContext, stmt *parser.Statement, n RelationName) (out []Locked, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	rl := b.find(n)
	if rl == nil {
		return nil, sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(n))
	}
	if rl.Kind == 'S' {
		return nil, sqlerr.New(sqlerr.WrongObjectType, `cannot lock relation "%s"`, rl.Name).WithDetail("This operation is not supported for sequences.")
	}
	var visit func(rl, view *catalog.Relation)
	visit = func(rl, view *catalog.Relation) {
		if slices.ContainsFunc(out, func(l Locked) bool { return l.Rel == rl }) {
			return
		}
		out = append(out, Locked{rl, view})
		if rl.View == nil {
			return
		}
		view = rl
		if rl.View.SecurityInvoker() {
			view = nil
		}
		for _, u := range rl.View.Uses {
			if below, ok := ctx.Catalog.Relation(u.OID); ok {
				visit(below, view)
			}
		}
	}
	visit(rl, nil)
	return out, nil
}
