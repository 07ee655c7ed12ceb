package lens

import "github.com/stemedb/stemedb/knowledge"

// Candidate is a claim as a lens reads it. Callers reuse a slice of them and
// must set every field for each claim; mind that ValidFrom and ValidTo stand
// for NULL with an infinity, not with 0. Strings must stay unchanged until the
// rows of the pair have been read.
type Candidate struct {
	ID        knowledge.ID
	Value     string
	Number    string // canonical number; "" for other types, or to have it computed
	Unit      string
	Source    string
	Class     string // the claim's own, lower case; its source's registered one goes first
	Epoch     string
	Revises   knowledge.ID
	ValidFrom knowledge.Micros // NegInfinity: unbounded
	ValidTo   knowledge.Micros // Infinity: unbounded; half-open
	// AssertedAt is when the source said it.
	AssertedAt knowledge.Micros
	// RecordedAt is the system time; Infinity for the query's own transaction.
	// It is looked at only if Query.RecordedBy bounds it.
	RecordedAt knowledge.Micros
	Confidence float64 // as stated

	ValueType     knowledge.ValueType
	Lifecycle     knowledge.Lifecycle
	HasUnit       bool
	HasConfidence bool
	HasEpoch      bool
	HasRevises    bool
	// MayRevise: the role that wrote it may revise claims of other sources.
	MayRevise bool
	// RevisedElsewhere: a claim of another pair, recorded by the query's time
	// and allowed to, revises this one.
	RevisedElsewhere bool
	// Excluded: a FILTER drops it; it is here for what it revises.
	Excluded bool
}

// Query is the time at which a lens resolves.
type Query struct {
	// At is the query's time t: its AS OF, else the transaction's now().
	At knowledge.Micros
	// RecordedBy hides claims recorded later. Bounded says that the caller
	// has left those out already.
	RecordedBy knowledge.Micros
}

// Bounded as a Query's RecordedBy: every claim handed over counts as recorded
// by the query's time.
const Bounded = knowledge.Infinity

// Status says how settled a row's value is.
type Status uint8

// The statuses of spec §2.
const (
	NoStatus Status = iota // not asked for
	Unanimous
	Agreed
	Contested
	Overruled
)

// String returns the status as its column shows it.
func (s Status) String() string {
	switch s {
	case Unanimous:
		return "unanimous"
	case Agreed:
		return "agreed"
	case Contested:
		return "contested"
	case Overruled:
		return "overruled"
	}
	return ""
}

// UnknownTier is the tier of a class that the class table does not have; SQL
// shows it as NULL.
const UnknownTier int16 = 1<<15 - 1

// Result is one row of a lens. Columns that Need does not name may be zero.
type Result struct {
	Row                 int32  // the winner's index in the candidates
	Class               string // as the lens counted it
	Tier                int16  // likewise; UnknownTier: none
	EffectiveConfidence float64
	Support             float64
	ConflictScore       float64
	Candidates          int64
	DistinctValues      int64
	Status              Status
	DecidedBy           string // a key's name; "": NULL
}
