package sql

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// analyzeRowsOf is how many rows PostgreSQL's ANALYZE samples for each of its
// statistics target: then the bounds of histograms part rows well, however many
// there are.
const analyzeRowsOf = 300

// sampleFrom is of how many times a sample's rows on a sample is read: of fewer all.
const sampleFrom = 2

// analyzeScan is what ANALYZE reads of a relation, and of how many rows in all; 0: it
// reads all. Of many claims it is those with ids from a random one on: PostgreSQL
// reads some rows of random blocks, but ids are hashes, and the claims of a range of
// them as good as drawn one by one.
func (s *Session) analyzeScan(rel *catalog.Relation, cols []int, rng *rand.Rand) (*plan.Scan, float64) {
	rows, known := sessionStatistics{s}.Rows(rel)
	sample := analyzeRowsOf * float64(s.settings.integer("default_statistics_target"))
	if rel.Store != catalog.ClaimStore || s.eng.opt.Stats == nil || !known || rows < sampleFrom*sample {
		return plan.ScanOf(rel, cols), 0
	}
	part := sample / rows
	first := rng.Float64() * (1 - part)
	return plan.SampleOf(rel, cols, idAt(first), idAt(first+part)), rows
}

// idAt is the id below which a part of all ids are.
func idAt(part float64) string {
	var id [32]byte
	binary.BigEndian.PutUint64(id[:], uint64(min(part*(1<<64), math.MaxUint64)))
	return hex.EncodeToString(id[:])
}

// distinctOf estimates how many values a column has from those of a sample, by the
// estimator Duj1 of Haas and Stokes ("Sampling-Based Estimation of the Number of
// Distinct Values", IBM RJ 10025, 1998), as PostgreSQL does: n values were seen of
// total, and counts tell how often each.
func distinctOf(counts map[uint64]int32, n, total float64) float64 {
	d, once := float64(len(counts)), 0.0
	for _, c := range counts {
		if c == 1 {
			once++
		}
	}
	switch once {
	case d: // no value came twice: perhaps none does
		return total
	case 0: // each came again: there are probably no others
		return d
	}
	return min(max(math.Round(n*d/(n-once+once*n/total)), d), total)
}

// byKey orders places of a sample by the key of claims, as they lie.
func (a *analysis) byKey(x, y int) int {
	for _, k := range a.key {
		c := a.columns[k].sample
		if d := cmp.Compare(c[x].S, c[y].S); d != 0 {
			return d
		}
	}
	return 0
}

// keyOf finds the columns of the key that claims lie by among those analysed; none
// where the first is not.
func keyOf(rel *catalog.Relation, cols []int) []int {
	var out []int
	for _, name := range []string{"concept_path", "predicate", "id"} {
		at := slices.Index(cols, rel.ColumnIndex(name))
		if at < 0 {
			break
		}
		out = append(out, at)
	}
	return out
}

// seen counts a value of a sample.
func (c *columnAnalysis) seen(d types.Datum) {
	if c.counts == nil {
		c.counts = map[uint64]int32{}
	}
	c.counts[types.Hash(c.typ, d, 0)]++
}
