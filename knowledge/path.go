package knowledge

import (
	"strings"
	"unicode/utf8"
)

// Limits in bytes (spec §1; those it leaves open are ours).
const (
	MaxConceptPath = 1024
	MaxPredicate   = 256
	MaxValue       = 1 << 20
	MaxUnit        = 256
	MaxSource      = 1024
	MaxClassName   = 256
	MaxEpoch       = 1024
	MaxDerivedFrom = 10_000 // ids
	MaxEvidence    = 8 << 10
	MaxMetadata    = 1 << 20 // of its canonical text
)

// ValidatePath checks a concept path: 1 to 1024 bytes of UTF-8 without NUL,
// segments that are not empty, no "/" at either end; a "scheme://" may stand
// in front. The error is a *FieldError for concept_path.
func ValidatePath(path string) error {
	if err := checkPath("concept_path", path); err != nil {
		return err
	}
	return nil
}

// checkPath returns nil or a *FieldError: never a nil inside an interface.
func checkPath(field, path string) *FieldError {
	if err := checkText(field, path, 1, MaxConceptPath); err != nil {
		return err
	}
	rest := path
	// Only a scheme may be followed by two slashes, and only in front.
	if at := strings.Index(path, "://"); at >= 0 && validScheme(path[:at]) {
		rest = path[at+3:]
	}
	var fault string
	switch {
	case rest == "":
		fault = "has nothing after its scheme"
	case rest[0] == '/':
		fault = "starts with \"/\""
	case rest[len(rest)-1] == '/':
		fault = "ends with \"/\""
	case strings.Contains(rest, "//"):
		fault = "has an empty segment"
	default:
		return nil
	}
	return &FieldError{
		Field: field, Kind: Malformed,
		Message: field + " " + quoteShort(path) + " " + fault,
		Hint:    "A concept path is segment/segment/…, with scheme:// in front if wanted.",
	}
}

// checkText checks length, UTF-8 and the absence of NUL.
func checkText(field, s string, least, most int) *FieldError {
	switch {
	case len(s) < least:
		return malformed(field, "must not be empty")
	case len(s) > most:
		return tooLarge(field, len(s), most)
	case strings.IndexByte(s, 0) >= 0:
		return malformed(field, "must not contain a NUL byte")
	case !utf8.ValidString(s):
		return malformed(field, "is not valid UTF-8")
	}
	return nil
}

func checkOptText(field string, s Opt[string], most int) *FieldError {
	if !s.Valid {
		return nil
	}
	err := checkText(field, s.V, 1, most)
	if err != nil && s.V == "" {
		err.Hint = "Leave it NULL when there is none."
	}
	return err
}
