package knowledge

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// NormalizeOptions says which fields were not given and what is known of the
// source's class. The zero value fills in only the class of the source's
// scheme, where SourceClass is empty.
type NormalizeOptions struct {
	// InferType: value_type was not given; take it from the value.
	InferType bool
	// DefaultLifecycle: lifecycle was not given; it is approved.
	DefaultLifecycle bool
	// ClassOf returns the registered class of a source, "" for none. It is
	// asked when SourceClass is empty; nil: no source is registered.
	ClassOf func(source string) string
	// KnownClass reports whether a class (in lower case) exists; nil: any
	// class does.
	KnownClass func(class string) bool
}

// Normalizer validates claims with reused scratch memory, for loads of many.
// The zero value is ready; one goroutine at a time.
type Normalizer struct {
	hasher Hasher
	json   JSONCanon
	num    []byte
}

// Normalize fills in what has a default of its own (value_type, lifecycle,
// source_class), brings fields to their stored form (lower-case class,
// canonical metadata, sorted derived_from, 0 for a confidence of -0), checks
// every field, and sets Number and ID. A given ID (not zero) must be the
// computed one; so clear it before an Assertion is used again.
//
// Errors are *FieldError. On an error a is left half done.
func (n *Normalizer) Normalize(a *Assertion, opts *NormalizeOptions) error {
	if opts.InferType {
		a.ValueType = InferValueType(a.Value)
	}
	if opts.DefaultLifecycle {
		a.Lifecycle = LifecycleApproved
	}
	if err := n.checkFields(a, opts); err != nil {
		return err
	}
	id := n.hasher.ID(a)
	if !a.ID.IsZero() && a.ID != id {
		return &FieldError{Field: "id", Kind: Malformed,
			Message: "id does not match the claim's content",
			Hint:    "It would be " + id.String() + "; leave it out to have it computed."}
	}
	a.ID = id
	return checkSignature(a)
}

// Normalize is Normalizer.Normalize for a single claim.
func Normalize(a *Assertion, opts NormalizeOptions) error {
	var n Normalizer
	return n.Normalize(a, &opts)
}

// checkFields runs the checks in column order, so that the first error named
// is the leftmost column's.
func (n *Normalizer) checkFields(a *Assertion, opts *NormalizeOptions) error {
	if err := checkPath("concept_path", a.ConceptPath); err != nil {
		return err
	}
	if err := checkText("predicate", a.Predicate, 1, MaxPredicate); err != nil {
		return err
	}
	if !a.ValueType.Valid() {
		return unknownWord("value_type", fmt.Sprint(uint8(a.ValueType)), ValueTypeNames())
	}
	if err := n.checkValue(a); err != nil {
		return err
	}
	if err := checkOptText("unit", a.Unit, MaxUnit); err != nil {
		return err
	}
	if err := checkText("source", a.Source, 1, MaxSource); err != nil {
		return err
	}
	if err := normalizeClass(a, opts); err != nil {
		return err
	}
	if err := checkConfidence(a); err != nil {
		return err
	}
	if !a.Lifecycle.Valid() {
		return unknownWord("lifecycle", fmt.Sprint(uint8(a.Lifecycle)), LifecycleNames())
	}
	if err := checkOptText("epoch", a.Epoch, MaxEpoch); err != nil {
		return err
	}
	if err := normalizeDerived(a); err != nil {
		return err
	}
	if err := checkOptText("evidence", a.Evidence, MaxEvidence); err != nil {
		return err
	}
	if err := checkTimes(a); err != nil {
		return err
	}
	if err := n.normalizeMetadata(a); err != nil {
		return err
	}
	return nil
}

func normalizeClass(a *Assertion, opts *NormalizeOptions) *FieldError {
	if a.SourceClass == "" {
		if opts.ClassOf != nil {
			a.SourceClass = opts.ClassOf(a.Source)
		}
		if a.SourceClass == "" {
			a.SourceClass = SchemeClass(a.Source)
		}
	}
	a.SourceClass = strings.ToLower(a.SourceClass)
	if err := checkText("source_class", a.SourceClass, 1, MaxClassName); err != nil {
		return err
	}
	if opts.KnownClass != nil && !opts.KnownClass(a.SourceClass) {
		return &FieldError{Field: "source_class", Kind: Malformed,
			Message: "source_class " + quoteShort(a.SourceClass) + " is unknown",
			Hint:    "The known classes are the rows of source_classes."}
	}
	return nil
}

func checkConfidence(a *Assertion) *FieldError {
	if !a.Confidence.Valid {
		return nil
	}
	if c := a.Confidence.V; math.IsNaN(c) || c < 0 || c > 1 {
		return malformed("confidence", "%v is out of range: it is 0 to 1", c)
	}
	if a.Confidence.V == 0 {
		a.Confidence.V = 0 // -0 is 0
	}
	return nil
}

func normalizeDerived(a *Assertion) *FieldError {
	if len(a.DerivedFrom) > 0 {
		a.HasDerivedFrom = true
	}
	if len(a.DerivedFrom) > MaxDerivedFrom {
		return &FieldError{Field: "derived_from", Kind: TooLarge,
			Message: fmt.Sprintf("derived_from has %d ids, the limit is %d", len(a.DerivedFrom), MaxDerivedFrom)}
	}
	slices.SortFunc(a.DerivedFrom, ID.Compare)
	a.DerivedFrom = slices.Compact(a.DerivedFrom)
	return nil
}

func checkTimes(a *Assertion) *FieldError {
	if a.ValidFrom.Valid && !a.ValidFrom.V.valid() {
		return malformed("valid_from", "is out of range")
	}
	if a.ValidTo.Valid && !a.ValidTo.V.valid() {
		return malformed("valid_to", "is out of range")
	}
	if a.ValidFrom.Valid && a.ValidTo.Valid && a.ValidTo.V <= a.ValidFrom.V {
		return &FieldError{Field: "valid_to", Kind: Malformed,
			Message: "valid_to is not after valid_from",
			Hint:    "The period is half-open: valid_to is the first moment at which the claim no longer holds."}
	}
	if !a.AssertedAt.Finite() {
		return malformed("asserted_at", "must not be infinite")
	}
	if !a.AssertedAt.valid() {
		return malformed("asserted_at", "is out of range")
	}
	return nil
}

func (n *Normalizer) normalizeMetadata(a *Assertion) *FieldError {
	if !a.Metadata.Valid {
		return nil
	}
	out, err := n.json.Append(n.num[:0], a.Metadata.V, MaxMetadata)
	if err != nil {
		return jsonFieldError("metadata", err)
	}
	if string(out) != a.Metadata.V {
		a.Metadata.V = string(out)
	}
	n.num = out
	return nil
}

// jsonFieldError turns an error of JSONCanon into one that names a column.
func jsonFieldError(field string, err error) *FieldError {
	fe := &FieldError{Field: field, Kind: Unparsable, Message: field + " is not valid JSON: " + err.Error(), Err: err}
	var je *JSONError
	if errors.As(err, &je) && je.Kind != Unparsable {
		fe.Kind, fe.Message = je.Kind, field+" as JSON: "+err.Error()
	}
	return fe
}
