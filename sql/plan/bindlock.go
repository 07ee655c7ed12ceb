package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// rowLock is a RowLock while the query is being bound: key are places in the target,
// then column numbers.
type rowLock struct {
	RowLock
	key []int
}

func lockWords(l *pg.LockingClause) string {
	switch l.Strength {
	case pg.LockClauseStrength_LCS_FORKEYSHARE:
		return "FOR KEY SHARE"
	case pg.LockClauseStrength_LCS_FORSHARE:
		return "FOR SHARE"
	case pg.LockClauseStrength_LCS_FORNOKEYUPDATE:
		return "FOR NO KEY UPDATE"
	}
	return "FOR UPDATE"
}

// refuseLock complains of a query whose rows are not those of its tables.
func refuseLock(n *pg.SelectStmt, what string) {
	fail(sqlerr.New(sqlerr.FeatureNotSupported, "%s is not allowed with %s", lockWords(n.LockingClause[0].GetLockingClause()), what))
}

func refuseLocking(n *pg.SelectStmt) {
	switch {
	case n.Op != pg.SetOperation_SETOP_NONE:
		refuseLock(n, "UNION/INTERSECT/EXCEPT")
	case len(n.DistinctClause) > 0:
		refuseLock(n, "DISTINCT clause")
	case len(n.GroupClause) > 0:
		refuseLock(n, "GROUP BY clause")
	case n.HavingClause != nil:
		refuseLock(n, "HAVING clause")
	}
}

// lockingClauses finds the rows to be locked, and has the select list carry their keys.
// Rows of state tables are: claims never change and temporary tables are the session's own,
// so there is nothing to keep others from.
func (s *scope) lockingClauses(n *pg.SelectStmt, t *target) (locks []rowLock) {
	if len(n.LockingClause) > 0 && len(s.aggs.calls) > 0 {
		refuseLock(n, "aggregate functions")
	}
	for _, x := range n.LockingClause {
		l := x.GetLockingClause()
		for _, of := range l.LockedRels {
			s.checkLocked(l, of.GetRangeVar())
		}
		for _, it := range s.items {
			if !locksItem(l, it) {
				continue
			}
			if it.access != nil {
				it.access.Needs |= types.PrivUpdate
			}
			for _, st := range s.storedRows(n, it) {
				k := rowLock{RowLock: RowLock{Rel: st.rel.OID, Shared: l.Strength <= pg.LockClauseStrength_LCS_FORSHARE}}
				switch l.WaitPolicy {
				case pg.LockWaitPolicy_LockWaitSkip:
					k.Wait = LockSkips
				case pg.LockWaitPolicy_LockWaitError:
					k.Wait = LockErrors
				}
				for _, e := range st.key {
					t.junk = append(t.junk, outCol{name: "key", expr: e})
					k.key = append(k.key, len(t.cols)+len(t.junk)-1)
				}
				locks = append(locks, k)
			}
		}
	}
	return locks
}

// storedRow is a row of a state table that an item's rows are made of, by its key.
type storedRow struct {
	rel *catalog.Relation
	key []Expr
}

// storedRows finds the rows of state tables that an item's rows are made of: its own, or
// those below a view or a subquery.
func (s *scope) storedRows(n *pg.SelectStmt, it *item) []storedRow {
	switch {
	case it.rel != nil && it.rel.Store == catalog.StateStore:
		st := storedRow{rel: it.rel}
		for _, c := range it.rel.Key {
			st.key = append(st.key, it.cols[c].expr)
		}
		return []storedRow{st}
	case it.body != nil:
		return s.b.storedBelow(n, it.body)
	}
	return nil
}

// storedBelow finds the rows of state tables that the rows of a query in FROM are those of,
// and lets their keys through to its top.
func (b *binder) storedBelow(n *pg.SelectStmt, r rel) []storedRow {
	switch r := r.(type) {
	case *rScan:
		if r.rel.Store != catalog.StateStore {
			return nil
		}
		st := storedRow{rel: r.rel}
		for _, c := range r.rel.Key {
			st.key = append(st.key, b.ref(r.ids[c]))
		}
		return []storedRow{st}
	case *rProject:
		out := b.storedBelow(n, r.input)
		for _, st := range out {
			for _, e := range st.key {
				if id := e.(*Col).Index; !slices.Contains(r.ids, id) {
					r.exprs, r.ids = append(slices.Clone(r.exprs), e), append(slices.Clone(r.ids), id)
				}
			}
		}
		return out
	case *rFilter:
		return b.storedBelow(n, r.input)
	case *rSort:
		return b.storedBelow(n, r.input)
	case *rLimit:
		return b.storedBelow(n, r.input)
	case *rLockRows:
		return b.storedBelow(n, r.input)
	case *rJoin:
		var out []storedRow
		if r.kind != RightJoin && r.kind != FullJoin {
			out = b.storedBelow(n, r.left)
		}
		if r.kind == InnerJoin || r.kind == RightJoin {
			out = append(out, b.storedBelow(n, r.right)...)
		}
		return out
	case *rAgg:
		if r.grouped {
			refuseLock(n, "GROUP BY clause")
		}
		refuseLock(n, "aggregate functions")
	case *rDistinct:
		refuseLock(n, "DISTINCT clause")
	case *rWindow:
		refuseLock(n, "window functions")
	case *rProjectSet:
		refuseLock(n, "set-returning functions in the target list")
	}
	return nil
}

// locksItem reports whether a locking clause is about an item.
func locksItem(l *pg.LockingClause, it *item) bool {
	if len(l.LockedRels) == 0 {
		return true
	}
	for _, of := range l.LockedRels {
		if of.GetRangeVar().Relname == it.alias {
			return true
		}
	}
	return false
}

// checkLocked refuses what FOR UPDATE OF may not name.
func (s *scope) checkLocked(l *pg.LockingClause, of *pg.RangeVar) {
	if of.Schemaname != "" {
		s.failAt(of.Location, sqlerr.SyntaxError, "%s must specify unqualified relation names", lockWords(l))
	}
	for _, it := range s.items {
		if it.alias == of.Relname {
			return
		}
	}
	s.failAt(of.Location, sqlerr.UndefinedTable, `relation "%s" in %s clause not found in FROM clause`, of.Relname, lockWords(l))
}

// lockRows puts the locks above the sorted rows, of which LIMIT may not want all.
func (s *scope) lockRows(n *pg.SelectStmt, r rel, locks []rowLock, all func(int) outCol) rel {
	if len(locks) == 0 {
		return r
	}
	for i := range locks {
		for k, at := range locks[i].key {
			locks[i].key[k] = all(at).id
		}
	}
	return &rLockRows{input: r, locks: locks, limited: n.LimitCount != nil || n.LimitOffset != nil, top: s.parent == nil && s.b.inCTE == 0}
}

func (l *lowering) lockRows(r *rLockRows) Node {
	n := &LockRows{Input: l.node(r.input), Limited: r.limited, Top: r.top}
	at := layoutOf(r.input.outs())
	for _, k := range r.locks {
		k.Key = nil
		for _, id := range k.key {
			k.Key = append(k.Key, at[id])
		}
		n.Locks = append(n.Locks, k.RowLock)
	}
	return n
}
