package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// The shape of the data: every concept has predicatesEach predicates, each
// with claimsEach claims of different sources.
const (
	predicatesEach = 4
	claimsEach     = 4
	sourceCount    = 200
	dataSeed       = 20260201
)

var (
	predicateNames = []string{"capital", "population", "status", "dosage", "colour", "weight", "owner", "price"}
	classNames     = []string{"regulatory", "clinical", "observational", "expert", "community", "anecdotal"}
)

// columns of the data file, in order.
const dataColumns = "id, concept_path, predicate, value, value_type, source, source_class, confidence, lifecycle, asserted_at"

// writeData writes rows claims in COPY's text format. The ids are the claims'
// true ones, so both sides store the very same rows.
func writeData(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	rng := rand.New(rand.NewPCG(dataSeed, 1))
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range rows {
		concept := n / (predicatesEach * claimsEach)
		predicate := predicateNames[(concept+n/claimsEach)%len(predicateNames)]
		source := (concept*7 + n%claimsEach*53) % sourceCount
		at := start.Add(time.Duration(rng.Int64N(int64(2*365*24*time.Hour/time.Second))) * time.Second)
		a := &knowledge.Assertion{
			ConceptPath: "concepts/" + strconv.Itoa(concept), Predicate: predicate, Value: "value " + strconv.Itoa(rng.IntN(6)),
			Source: "source-" + strconv.Itoa(source), SourceClass: classNames[source%len(classNames)],
			Lifecycle: knowledge.LifecycleApproved, AssertedAt: knowledge.FromTime(at),
		}
		confidence := `\N`
		if rng.IntN(5) > 0 {
			a.Confidence = knowledge.Some(float64(rng.IntN(101)) / 100)
			confidence = strconv.FormatFloat(a.Confidence.V, 'g', -1, 64)
		}
		a.ID = a.ComputeID()
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\ttext\t%s\t%s\t%s\tapproved\t%s\n", a.ID, a.ConceptPath, a.Predicate, a.Value,
			a.Source, a.SourceClass, confidence, at.Format(time.RFC3339)); err != nil {
			return err
		}
	}
	return w.Flush()
}

// peerSchema is the peer's table: the same columns and types.
const peerSchema = `
CREATE TABLE assertions (
  id text PRIMARY KEY DEFAULT encode(sha256(random()::text::bytea), 'hex'), concept_path text NOT NULL, predicate text NOT NULL, value text NOT NULL,
  value_type text NOT NULL DEFAULT 'text', unit text, value_number numeric, source text NOT NULL, source_class text NOT NULL DEFAULT 'community',
  tier int2 NOT NULL GENERATED ALWAYS AS (CASE source_class WHEN 'regulatory' THEN 0 WHEN 'clinical' THEN 1 WHEN 'observational' THEN 2
    WHEN 'expert' THEN 3 WHEN 'community' THEN 4 ELSE 5 END) STORED,
  confidence float8, lifecycle text NOT NULL DEFAULT 'approved', epoch text, revises text, derived_from text[], evidence text,
  valid_from timestamptz, valid_to timestamptz, asserted_at timestamptz NOT NULL DEFAULT now(), metadata jsonb,
  agent text NOT NULL DEFAULT current_user, recorded_at timestamptz NOT NULL DEFAULT now(), signer text, signature text);
CREATE TABLE sources (source text PRIMARY KEY, class text NOT NULL);`

// fillSources registers every source with the class of its claims, on either
// side.
const fillSources = `INSERT INTO sources (source, class) SELECT DISTINCT source, source_class FROM assertions`

const peerIndexes = `
CREATE INDEX ON assertions (concept_path, predicate);
CREATE INDEX ON assertions (predicate);`
