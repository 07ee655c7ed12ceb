package plan

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// Statistics tells what relations hold, about. It is asked while statements are
// planned, from any goroutine.
type Statistics interface {
	// Rows estimates a relation's rows; false: nothing is known.
	Rows(r *catalog.Relation) (float64, bool)
	// Column returns what ANALYZE saw of a relation's i-th column, 0-based; nil:
	// nothing.
	Column(r *catalog.Relation, i int) *ColumnStats
}

// ColumnStats is what is known of a column's values.
type ColumnStats struct {
	Distinct float64 // of values that are not NULL
	NullFrac float64
	Width    int // bytes, the mean
	// Common are the most common values, the most common first, and Freqs which
	// part of the rows each is.
	Common []types.Datum
	Freqs  []float64
	// Bounds part the other values, in order, into as many rows each.
	Bounds []types.Datum
	// Correlation is that of the order of values with that of the rows.
	Correlation float64
}

// Estimate is what the planner expects of a node: its cost until the first and
// the last row, in PostgreSQL's units, its rows and their mean width in bytes.
type Estimate struct {
	Startup, Total float64
	Rows           float64
	Width          int
}

// PostgreSQL's costs of doing things, and what it takes for granted of
// relations and conditions that nothing is known of.
const (
	pageCost     = 1.0
	tupleCost    = 0.01
	indexCost    = 0.005
	operatorCost = 0.0025

	defaultRows     = 1000.0
	defaultDistinct = 200.0
	equalSel        = 0.005
	rangeSel        = 1.0 / 3
	boundedSel      = 0.005
	likeSel         = 0.005
	nullSel         = 0.005
)

// width is the mean width of a column's values.
func (b *binder) width(id int) int {
	c := &b.cols[id]
	if c.Rel != 0 && b.ctx.Stats != nil {
		if r, ok := b.ctx.Catalog.Relation(c.Rel); ok && c.Att > 0 && int(c.Att) <= len(r.Columns) {
			if s := b.ctx.Stats.Column(r, int(c.Att)-1); s != nil && s.Width > 0 {
				return s.Width
			}
		}
	}
	if t, ok := types.Lookup(c.Type); ok && t.Len > 0 {
		return int(t.Len)
	}
	if (c.Type == types.OIDBpchar || c.Type == types.OIDVarchar) && c.Typmod > 4 {
		n := int(c.Typmod) - 4
		if c.Type == types.OIDVarchar {
			switch {
			case n > 1000:
				n = 516
			case n > 32:
				n = 32 + (n-32)/2
			}
		}
		return n + 4
	}
	return 32
}
