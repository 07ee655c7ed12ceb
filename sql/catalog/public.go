package catalog

import "github.com/stemedb/stemedb/sql/types"

// assertionsRelation declares public.assertions (spec §1).
func assertionsRelation() *Relation {
	text, tstz := types.OIDText, types.OIDTimestamptz
	return &Relation{
		OID: OIDAssertions, Schema: "public", Name: "assertions", Kind: 'r', Store: ClaimStore,
		Comment: "Claims: who said what about which concept, when, with what confidence and authority. Rows never change; contradictions stand.",
		Key:     []int{0},
		Columns: []Column{
			{Name: "id", Type: text, Typmod: -1, NotNull: true, Default: "stemedb_claim_id()", Comment: "Identity by content: SHA-256, lower-case hex. If given, it must match."},
			{Name: "concept_path", Type: text, Typmod: -1, NotNull: true, Comment: "The concept: segment/segment/…, optionally scheme://…; 1 to 1024 bytes."},
			{Name: "predicate", Type: text, Typmod: -1, NotNull: true, Comment: "What is said of the concept; 1 to 256 bytes."},
			{Name: "value", Type: text, Typmod: -1, NotNull: true, Comment: "The claimed value, kept to the letter; up to 1 MiB."},
			{Name: "value_type", Type: text, Typmod: -1, NotNull: true, Default: "stemedb_value_type()", Comment: "text, number, boolean, reference, json, none or unknown; inferred from the value when not given."},
			{Name: "unit", Type: text, Typmod: -1, Comment: "UCUM unit or ISO 4217 currency; part of the value."},
			{Name: "value_number", Type: types.OIDNumeric, Typmod: -1, Generated: true, Expr: "CASE WHEN (value_type = 'number'::text) THEN (value)::numeric ELSE NULL::numeric END", Comment: "The number, where value_type is number."},
			{Name: "source", Type: text, Typmod: -1, NotNull: true, Comment: "Who says so: a document or a person; 1 to 1024 bytes."},
			{Name: "source_class", Type: text, Typmod: -1, NotNull: true, Default: "stemedb_source_class()", Comment: "A class of source_classes; not given: the source's registered class, else its scheme's, else community."},
			{Name: "tier", Type: types.OIDInt2, Typmod: -1, Generated: true, Expr: "( SELECT c.tier FROM source_classes c WHERE (c.name = assertions.source_class))", Comment: "The class's tier: 0 speaks with most authority."},
			{Name: "confidence", Type: types.OIDFloat8, Typmod: -1, Comment: "0 to 1; NULL: not stated."},
			{Name: "lifecycle", Type: text, Typmod: -1, NotNull: true, Default: "'approved'::text", Comment: "proposed, under_review, approved, deprecated or rejected."},
			{Name: "epoch", Type: text, Typmod: -1, Comment: "The paradigm that the claim belongs to."},
			{Name: "revises", Type: text, Typmod: -1, Comment: "The id of the claim that this one replaces."},
			{Name: "derived_from", Type: types.OIDTextArray, Typmod: -1, Comment: "The ids of claims that this one rests on."},
			{Name: "evidence", Type: text, Typmod: -1, Comment: "URL or hash of the evidence; up to 8 KiB."},
			{Name: "valid_from", Type: tstz, Typmod: -1, Comment: "When the claim begins to hold in the world; NULL: unbounded."},
			{Name: "valid_to", Type: tstz, Typmod: -1, Comment: "When it ceases to hold (exclusive); NULL: unbounded."},
			{Name: "asserted_at", Type: tstz, Typmod: -1, NotNull: true, Default: "now()", Comment: "When the source said it."},
			{Name: "metadata", Type: types.OIDJSONB, Typmod: -1, Comment: "Anything else; up to 1 MiB."},
			{Name: "agent", Type: text, Typmod: -1, NotNull: true, Generated: true, Expr: "stemedb_agent()", Comment: "The role that wrote it."},
			{Name: "recorded_at", Type: tstz, Typmod: -1, NotNull: true, Generated: true, Expr: "stemedb_commit_time()", Comment: "System time: the commit time of the transaction that wrote it."},
			{Name: "signer", Type: text, Typmod: -1, Comment: "Ed25519 public key, hex."},
			{Name: "signature", Type: text, Typmod: -1, Comment: "Ed25519 signature over the id, hex; checked at write."},
		},
		Indexes: []Index{
			{OID: OIDIndex0, Name: "assertions_pkey", Columns: []int{0}, Unique: true, Primary: true},
			{OID: OIDIndex0 + 1, Name: "assertions_concept_path_predicate_idx", Columns: []int{1, 2}},
			{OID: OIDIndex0 + 2, Name: "assertions_predicate_idx", Columns: []int{2}},
			{OID: OIDIndex0 + 3, Name: "assertions_source_idx", Columns: []int{7}},
			{OID: OIDIndex0 + 4, Name: "assertions_recorded_at_idx", Columns: []int{21}},
		},
	}
}

// sourcesRelation declares public.sources.
func sourcesRelation() *Relation {
	text := types.OIDText
	return &Relation{
		OID: OIDSources, Schema: "public", Name: "sources", Kind: 'r', Store: StateStore, Table: TableSources, Key: []int{0},
		Comment: "Registered sources: class, standing and trust. The history is kept; a query AS OF a time sees the registration of then.",
		Columns: []Column{
			{Name: "source", Type: text, Typmod: -1, NotNull: true, Comment: "The source, as claims name it."},
			{Name: "class", Type: text, Typmod: -1, Comment: "Its class, a row of source_classes; goes before the class on the claim."},
			{Name: "status", Type: text, Typmod: -1, NotNull: true, Default: "'active'::text", Comment: "active, flagged or retracted; claims of a retracted source are no candidates."},
			{Name: "trust", Type: types.OIDFloat8, Typmod: -1, Comment: "Accuracy from 0 to 1; NULL: unknown."},
			{Name: "origin", Type: text, Typmod: -1, Comment: "Sources of one origin are one voice."},
			{Name: "url", Type: text, Typmod: -1, Comment: "Where it is found."},
			{Name: "title", Type: text, Typmod: -1, Comment: "What it is called."},
			{Name: "note", Type: text, Typmod: -1, Comment: "Why it is registered so."},
		},
		Indexes: []Index{{OID: OIDIndex0 + 10, Name: "sources_pkey", Columns: []int{0}, Unique: true, Primary: true}},
		Foreign: []ForeignKey{{OID: OIDConstraint0 + 12, Name: "sources_class_fkey", Columns: []int{1}, Ref: OIDClasses, RefColumns: []int{0}, RefIndex: OIDIndex0 + 11}},
	}
}

// classesRelation declares public.source_classes.
func classesRelation() *Relation {
	return &Relation{
		OID: OIDClasses, Schema: "public", Name: "source_classes", Kind: 'r', Store: StateStore, Table: TableClasses, Key: []int{0},
		Comment: "Classes of sources: how much a kind of source weighs.",
		Columns: []Column{
			{Name: "name", Type: types.OIDText, Typmod: -1, NotNull: true, Comment: "The class, lower case."},
			{Name: "tier", Type: types.OIDInt2, Typmod: -1, NotNull: true, Comment: "Rank: 0 speaks with most authority."},
			{Name: "weight", Type: types.OIDFloat8, Typmod: -1, NotNull: true, Comment: "Weight of one voice, 0 to 1."},
			{Name: "half_life", Type: types.OIDFloat8, Typmod: -1, Comment: "Days in which confidence halves under decay; NULL: never."},
			{Name: "default_confidence", Type: types.OIDFloat8, Typmod: -1, NotNull: true, Comment: "Confidence of a claim that states none."},
		},
		Indexes: []Index{{OID: OIDIndex0 + 11, Name: "source_classes_pkey", Columns: []int{0}, Unique: true, Primary: true}},
	}
}

// LensColumns are the columns that a lens adds behind those of its input
// (spec §2), in order.
func LensColumns() []Column {
	text, f8, i8 := types.OIDText, types.OIDFloat8, types.OIDInt8
	return []Column{
		{Name: "lens", Type: text, Typmod: -1, Comment: "The lens that resolved the pair."},
		{Name: "effective_confidence", Type: f8, Typmod: -1, Comment: "Stated or default confidence, decayed if asked."},
		{Name: "support", Type: f8, Typmod: -1, Comment: "Share of the row's value in the weight of all values."},
		{Name: "conflict_score", Type: f8, Typmod: -1, Comment: "0: unanimous; 1: no majority."},
		{Name: "candidates", Type: i8, Typmod: -1, Comment: "Claims that took part."},
		{Name: "distinct_values", Type: i8, Typmod: -1, Comment: "Different values among them."},
		{Name: "status", Type: text, Typmod: -1, Comment: "unanimous, agreed, contested or overruled."},
		{Name: "decided_by", Type: text, Typmod: -1, Comment: "The key that separated the winner from the best other value."},
		{Name: "claimed_path", Type: text, Typmod: -1, Comment: "The path that the claim itself names."},
	}
}

func builtinLenses() []LensSchema {
	var out []LensSchema
	for _, kind := range []string{"recency", "confidence", "authority", "consensus", "weighted", "skeptic", "layered"} {
		out = append(out, LensSchema{Name: kind, Kind: kind})
	}
	return out
}

// lensRelation declares <lens>.assertions: the claims under the lens.
func lensRelation(oid types.OID, l LensSchema) *Relation {
	base := assertionsRelation()
	cols := append(base.Columns, LensColumns()...)
	for i := range cols {
		c := &cols[i]
		c.NotNull, c.Default, c.Generated, c.Expr = false, "", false, ""
	}
	return &Relation{
		OID: oid, Schema: l.Name, Name: "assertions", Kind: 'v', Store: LensStore, Lens: l.Name, Columns: cols,
		Comment: "The claims as the lens " + l.Name + " resolves them: SELECT * FROM public.assertions USING LENS " + l.Name + ".",
	}
}
