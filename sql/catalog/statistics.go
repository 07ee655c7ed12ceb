package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// SessionStatistics is what a functions.Session may also satisfy, to be asked
// for what ANALYZE found in the relations that the session sees.
type SessionStatistics interface {
	Analyzed() []AnalyzedRelation
}

// AnalyzedRelation is what ANALYZE found in a relation.
type AnalyzedRelation struct {
	Rel     *Relation
	Rows    float64
	Bytes   int64
	Columns []AnalyzedColumn
}

// AnalyzedColumn is one row of pg_stats. Distinct is as there: negative, it is
// the part of the rows, and 0 says that it is not known.
type AnalyzedColumn struct {
	Index       int // 0-based
	NullFrac    float64
	Width       int
	Distinct    float64
	Common      []types.Datum
	Freqs       []float64
	Bounds      []types.Datum
	Correlation float64
	Ordered     bool // there is a correlation
}

func analyzedAll(ctx *functions.Ctx) []AnalyzedRelation {
	if ctx == nil || ctx.Session == nil {
		return nil
	}
	s, ok := ctx.Session.(SessionStatistics)
	if !ok {
		return nil
	}
	return s.Analyzed()
}

// analyzed returns what ANALYZE found in a relation; nil: nothing.
func analyzed(ctx *functions.Ctx, rel types.OID) *AnalyzedRelation {
	all := analyzedAll(ctx)
	for i := range all {
		if all[i].Rel.OID == rel {
			return &all[i]
		}
	}
	return nil
}

func makeStats(catalog *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	values := func(t types.OID, vals []types.Datum) types.Datum {
		if len(vals) == 0 {
			return null
		}
		return types.Any(types.NewArray(t, vals))
	}
	v := catalog.view(ctx)
	for _, r := range analyzedAll(ctx) {
		for _, c := range r.Columns {
			if !v.readable(ctx, r.Rel.OID, c.Index+1) {
				continue
			}
			col := &r.Rel.Columns[c.Index]
			freqs := make([]types.Datum, len(c.Freqs))
			for i, f := range c.Freqs {
				freqs[i] = types.Float(float64(float32(f)))
			}
			correlation := null
			if c.Ordered {
				correlation = types.Float(float64(float32(c.Correlation)))
			}
			b.add("schemaname tablename attname inherited null_frac avg_width n_distinct most_common_vals most_common_freqs histogram_bounds correlation",
				text(r.Rel.Schema), text(r.Rel.Name), text(col.Name), yes(false), types.Float(float64(float32(c.NullFrac))), num(c.Width),
				types.Float(float64(float32(c.Distinct))), values(col.Type, c.Common), values(types.OIDFloat4, freqs), values(col.Type, c.Bounds), correlation)
		}
	}
}
