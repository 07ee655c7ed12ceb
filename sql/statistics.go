package sql

import (
	"sync"
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// tableStatistics are what ANALYZE found in relations: those that all see in
// the engine, a session's own in the session. It is safe for concurrent use.
type tableStatistics struct {
	changes atomic.Uint64 // counts what was put
	mu      sync.RWMutex
	rels    map[types.OID]*relationStatistics
}

// relationStatistics are one relation's; they do not change.
type relationStatistics struct {
	rel     *catalog.Relation
	rows    float64
	read    int64 // rows that were looked at
	bytes   int64
	columns map[int]*columnStatistics
}

type columnStatistics struct {
	plan.ColumnStats
	ordered bool
}

func (t *tableStatistics) get(oid types.OID) *relationStatistics {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.rels[oid]
}

// put takes a relation's statistics; columns that it has none of keep what they
// have.
func (t *tableStatistics) put(r *relationStatistics) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rels == nil {
		t.rels = map[types.OID]*relationStatistics{}
	}
	if old := t.rels[r.rel.OID]; old != nil {
		for i, c := range old.columns {
			if r.columns[i] == nil {
				r.columns[i] = c
			}
		}
	}
	t.rels[r.rel.OID] = r
	t.changes.Add(1)
}

// keep drops what belongs to other relations.
func (t *tableStatistics) keep(rels []*catalog.Relation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for oid := range t.rels {
		found := false
		for _, r := range rels {
			found = found || r.OID == oid
		}
		if !found {
			delete(t.rels, oid)
		}
	}
}

func (t *tableStatistics) list() []*relationStatistics {
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := make([]*relationStatistics, 0, len(t.rels))
	for _, r := range t.rels {
		out = append(out, r)
	}
	return out
}

// statisticsOf returns where a relation's statistics are.
func (s *Session) statisticsOf(r *catalog.Relation) *tableStatistics {
	if r.Store == catalog.SessionStore {
		return &s.temp.stats
	}
	return &s.eng.stats
}

// sessionStatistics is what the planner is told of the relations that a session
// sees.
type sessionStatistics struct{ s *Session }

// Rows implements plan.Statistics.
func (x sessionStatistics) Rows(r *catalog.Relation) (float64, bool) {
	if r.Store == catalog.SessionStore {
		n, _, ok := x.s.temp.tables.Size(r.OID)
		return float64(n), ok
	}
	oid := r.OID
	if r.Store == catalog.LensStore {
		oid = catalog.OIDAssertions
	}
	if stats := x.s.eng.opt.Stats; stats != nil && (r.Store == catalog.ClaimStore || r.Store == catalog.LensStore) {
		return float64(stats.Rows(oid)), true
	}
	if known := x.s.eng.stats.get(oid); known != nil {
		return known.rows, true
	}
	return 0, false
}

// Column implements plan.Statistics.
func (x sessionStatistics) Column(r *catalog.Relation, i int) *plan.ColumnStats {
	known := x.s.statisticsOf(r).get(r.OID)
	if known == nil || known.columns[i] == nil || len(known.rel.Columns) != len(r.Columns) {
		return nil
	}
	return &known.columns[i].ColumnStats
}

// Analyzed implements catalog.SessionStatistics.
func (f functionSession) Analyzed() []catalog.AnalyzedRelation {
	var out []catalog.AnalyzedRelation
	for _, list := range [][]*relationStatistics{f.s.eng.stats.list(), f.s.temp.stats.list()} {
		for _, r := range list {
			a := catalog.AnalyzedRelation{Rel: r.rel, Rows: r.rows, Bytes: r.bytes}
			for i := range r.rel.Columns {
				c := r.columns[i]
				if c == nil {
					continue
				}
				distinct := c.Distinct
				if distinct > r.rows/10 {
					distinct = -distinct / r.rows
				}
				a.Columns = append(a.Columns, catalog.AnalyzedColumn{Index: i, NullFrac: c.NullFrac, Width: c.Width, Distinct: distinct,
					Common: c.Common, Freqs: c.Freqs, Bounds: c.Bounds, Correlation: c.Correlation, Ordered: c.ordered})
			}
			out = append(out, a)
		}
	}
	return out
}
