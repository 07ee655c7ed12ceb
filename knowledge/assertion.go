package knowledge

// Assertion is one immutable claim: who said what about which concept, when,
// with what confidence and authority (spec §1). The zero value is not valid;
// fill it, then call Normalize, which resolves what has a default of its own,
// validates every field and computes Number and ID.
//
// Fields that SQL knows as nullable are Opt. Server-set fields (Agent,
// RecordedAt, MayRevise) and the signature pair take no part in the identity.
type Assertion struct {
	ID          ID
	ConceptPath string
	Predicate   string
	Value       string
	ValueType   ValueType
	// Number is the canonical numeric text of Value when ValueType is
	// ValueNumber (1 = 1.0 = 1e0 have one text), else empty.
	Number      string
	Unit        Opt[string]
	Source      string
	SourceClass string // lower case
	Confidence  Opt[float64]
	Lifecycle   Lifecycle
	Epoch       Opt[string]
	Revises     Opt[ID]
	DerivedFrom []ID // sorted, without repeats; HasDerivedFrom tells NULL from '{}'
	// HasDerivedFrom is true when derived_from is not NULL.
	HasDerivedFrom bool
	Evidence       Opt[string]
	ValidFrom      Opt[Micros]
	ValidTo        Opt[Micros]
	AssertedAt     Micros
	// Metadata is jsonb text in PostgreSQL's canonical form.
	Metadata  Opt[string]
	Signer    Opt[string] // Ed25519 public key, lower-case hex
	Signature Opt[string] // Ed25519 signature, lower-case hex

	Agent      string // the role that wrote it
	RecordedAt Micros // system time; Infinity while its transaction is open
	// MayRevise is true when the writing role was allowed to revise claims of
	// other sources (spec §2, Candidates).
	MayRevise bool
}

// Opt is a value that may be absent (SQL NULL).
type Opt[T any] struct {
	V     T
	Valid bool
}

// Some returns a present value.
func Some[T any](v T) Opt[T] { return Opt[T]{V: v, Valid: true} }

// Micros is a point in time in microseconds since 2000-01-01 00:00 UTC,
// PostgreSQL's timestamp epoch.
type Micros int64

// The infinite times, as PostgreSQL stores them.
const (
	NegInfinity Micros = -1 << 63
	Infinity    Micros = 1<<63 - 1
)

// ID is the SHA-256 identity of a claim (spec §1.1).
type ID [32]byte

// ValueType says how a claim's value is to be read.
type ValueType uint8

// The value types of spec §1, in the order of their stored codes.
const (
	ValueText ValueType = iota
	ValueNumber
	ValueBoolean
	ValueReference
	ValueJSON
	ValueNone
	ValueUnknown
)

// Lifecycle is the editorial state of a claim.
type Lifecycle uint8

// The lifecycle states of spec §1, in the order of their stored codes.
const (
	LifecycleProposed Lifecycle = iota
	LifecycleUnderReview
	LifecycleApproved
	LifecycleDeprecated
	LifecycleRejected
)

// Class is a row of source_classes: how much a kind of source weighs.
type Class struct {
	Name              string
	Tier              int16
	Weight            float64      // 0 to 1
	HalfLife          Opt[float64] // days; absent: never decays
	DefaultConfidence float64
}

// SourceStatus is the standing of a registered source.
type SourceStatus uint8

// The standings of spec §1.
const (
	SourceActive SourceStatus = iota
	SourceFlagged
	SourceRetracted
)

// Source is a row of sources: what is registered about who speaks.
type Source struct {
	Name   string
	Class  Opt[string]
	Status SourceStatus
	Trust  Opt[float64]
	Origin Opt[string] // sources of one origin are one voice
	URL    Opt[string]
	Title  Opt[string]
	Note   Opt[string]
}

// Epoch is a row of epochs: a paradigm, and the one that it replaced.
type Epoch struct {
	Name       string
	Supersedes Opt[string]
}
