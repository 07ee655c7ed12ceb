package lens

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is a lens.
type Kind uint8

// The lenses.
const (
	Recency Kind = iota
	Confidence
	Authority
	Consensus
	Weighted
	Skeptic
	Layered
	kindCount
)

// ErrUnknownKind says that no lens has that name.
var ErrUnknownKind = errors.New("unknown lens")

// Names returns the lenses by name, in the order of their codes.
func Names() []string {
	names := make([]string, kindCount)
	for k := range names {
		names[k] = Kind(k).String()
	}
	return names
}

// ParseKind returns the lens of a name, in lower case as SQL folds it.
func ParseKind(name string) (Kind, error) {
	for k := Kind(0); k < kindCount; k++ {
		if k.String() == name {
			return k, nil
		}
	}
	return 0, fmt.Errorf("%w %q: it is one of %s", ErrUnknownKind, name, strings.Join(Names(), ", "))
}

// String returns the lens's name.
func (k Kind) String() string {
	switch k {
	case Recency:
		return "recency"
	case Confidence:
		return "confidence"
	case Authority:
		return "authority"
	case Consensus:
		return "consensus"
	case Weighted:
		return "weighted"
	case Skeptic:
		return "skeptic"
	case Layered:
		return "layered"
	}
	return fmt.Sprintf("lens %d", uint8(k))
}

// Description returns one line of documentation.
func (k Kind) Description() string {
	switch k {
	case Recency:
		return "the claim asserted last"
	case Confidence:
		return "the claim with the highest effective confidence"
	case Authority:
		return "the claim of the best tier; no number of posts outvotes a regulator"
	case Consensus:
		return "the value that most voices claim"
	case Weighted:
		return "the value with the largest share of weighted support"
	case Skeptic:
		return "every distinct value, by support"
	case Layered:
		return "the best claim of each tier"
	}
	return ""
}

// ManyRows reports whether the lens may give several rows for a pair.
func (k Kind) ManyRows() bool { return k == Skeptic || k == Layered }

// needsSupport reports whether the lens cannot order claims without values,
// voices and support.
func (k Kind) needsSupport() bool { return k == Consensus || k == Weighted || k == Skeptic }

// Need is the set of result columns that a query reads: what is not needed is
// not computed and left zero.
type Need uint8

// The columns that cost something.
const (
	NeedSupport Need = 1 << iota
	NeedConflict
	NeedDistinct
	NeedStatus
	NeedDecidedBy
	NeedAll = NeedSupport | NeedConflict | NeedDistinct | NeedStatus | NeedDecidedBy
)
