package knowledge

import (
	"fmt"
	"strings"
)

// ErrorKind says what is wrong with a field; sql maps it to a SQLSTATE.
type ErrorKind uint8

// The kinds of fault.
const (
	// Missing: a field that must be given is not (23502).
	Missing ErrorKind = iota
	// Malformed: out of range, of a wrong shape, or an unknown word (23514).
	Malformed
	// TooLarge: longer than its limit (54000).
	TooLarge
	// Unparsable: text that its type cannot read (22P02).
	Unparsable
)

// String returns the kind in words.
func (k ErrorKind) String() string {
	switch k {
	case Missing:
		return "missing"
	case Malformed:
		return "malformed"
	case TooLarge:
		return "too large"
	case Unparsable:
		return "unparsable"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// FieldError is a fault of one field of a claim, named as its column is.
type FieldError struct {
	Field   string // column name
	Kind    ErrorKind
	Message string // a full sentence without a stop, which names the field
	Hint    string // what to do instead; may be empty
	Err     error  // the cause; may be nil
}

// Error returns the message.
func (e *FieldError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *FieldError) Unwrap() error { return e.Err }

// MissingField returns the error of a column that must not be NULL.
func MissingField(field string) *FieldError {
	return &FieldError{
		Field: field, Kind: Missing,
		Message: fmt.Sprintf("null value in column %q of relation \"assertions\" violates not-null constraint", field),
	}
}

func malformed(field, format string, args ...any) *FieldError {
	return &FieldError{Field: field, Kind: Malformed, Message: field + " " + fmt.Sprintf(format, args...)}
}

func tooLarge(field string, size, limit int) *FieldError {
	return &FieldError{
		Field: field, Kind: TooLarge,
		Message: fmt.Sprintf("%s is too long: %d bytes, the limit is %d", field, size, limit),
	}
}

// unknownWord is the error of a word outside an enumeration.
func unknownWord(field, word string, words []string) *FieldError {
	return &FieldError{
		Field: field, Kind: Malformed,
		Message: fmt.Sprintf("%s %s is unknown", field, quoteShort(word)),
		Hint:    "It is one of " + strings.Join(words, ", ") + ".",
	}
}

// quoteShort quotes text for a message, cut to a readable length.
func quoteShort(s string) string {
	const limit = 64
	if len(s) <= limit {
		return fmt.Sprintf("%q", s)
	}
	cut := limit
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return fmt.Sprintf("%q…", s[:cut])
}
