package knowledge

import "strings"

// The names of the default classes (spec §1).
const (
	ClassRegulatory    = "regulatory"
	ClassClinical      = "clinical"
	ClassObservational = "observational"
	ClassExpert        = "expert"
	ClassCommunity     = "community"
	ClassAnecdotal     = "anecdotal"
)

// DefaultClasses returns the classes that a new cluster starts with, by tier.
// Half-lives are in days.
func DefaultClasses() []Class {
	return []Class{
		{Name: ClassRegulatory, Tier: 0, Weight: 1, DefaultConfidence: 0.95},
		{Name: ClassClinical, Tier: 1, Weight: 0.9, HalfLife: Some(730.0), DefaultConfidence: 0.9},
		{Name: ClassObservational, Tier: 2, Weight: 0.7, HalfLife: Some(365.0), DefaultConfidence: 0.8},
		{Name: ClassExpert, Tier: 3, Weight: 0.5, HalfLife: Some(180.0), DefaultConfidence: 0.7},
		{Name: ClassCommunity, Tier: 4, Weight: 0.3, HalfLife: Some(90.0), DefaultConfidence: 0.5},
		{Name: ClassAnecdotal, Tier: 5, Weight: 0.1, HalfLife: Some(30.0), DefaultConfidence: 0.3},
	}
}

// Scheme returns a source's scheme in lower case: what stands before its first
// colon, where that is a letter followed by letters, digits, "+", "-" or "."
// ("rfc:9110" and "RFC://9110" have "rfc"); else "".
func Scheme(source string) string {
	colon := strings.IndexByte(source, ':')
	if colon <= 0 || !validScheme(source[:colon]) {
		return ""
	}
	return strings.ToLower(source[:colon])
}

// SchemeClass returns the default class of a source by its scheme, community
// where the scheme says nothing.
func SchemeClass(source string) string {
	switch Scheme(source) {
	case "rfc", "ietf", "fda", "law":
		return ClassRegulatory
	case "peer", "pubmed", "doi":
		return ClassClinical
	case "vendor", "docs":
		return ClassObservational
	case "code", "wiki":
		return ClassExpert
	case "blog", "anon":
		return ClassAnecdotal
	}
	return ClassCommunity // forum, and whatever is not listed
}

// validScheme reports whether s is a URI scheme's shape: a letter, then
// letters, digits, "+", "-" and ".".
func validScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || (s[i] < '0' || s[i] > '9') && s[i] != '+' && s[i] != '-' && s[i] != '.') {
			return false
		}
	}
	return s != ""
}
