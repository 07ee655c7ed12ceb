package jsonpath

import (
	"errors"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// options take numbers as they are: what numbers are is for sql/types to know,
// whose golden files hold the texts of paths against PostgreSQL's.
func options() Options {
	return Options{Number: func(s string) (string, error) { return strings.TrimRight(s, "."), nil }}
}

func seeds() []string {
	return []string{
		`$`, `strict $.a[*].b ? (@.c > 1 && !(@.d == "x")).type()`, `lax $.**{2 to last}[last - 1, 1 to 3]`,
		`$ ? (@ like_regex "^a" flag "im" || @ starts with $v || exists (@.x) && (@ == 1) is unknown)`,
		`-$.a * (1 + 2) % 3 - -4 / .5e-2`, `"\u0041\ud83d\ude00\x41\n\q"`, `$"a b".datetime("HH24:MI").keyvalue()`,
		`$.a /* c */ . b\u0041c`, `1e+`, `"`, `\`, `$.**{`, `((((1`, `$.a.last.true`, "$ ? (@ == \x00)", `"\u{10FFFF}"`,
	}
}

// TestCanonicalFormIsStable: the printed form parses, to the same form.
func TestCanonicalFormIsStable(t *testing.T) {
	for _, s := range seeds() {
		checkStable(t, s)
	}
}

func checkStable(t *testing.T, s string) {
	t.Helper()
	p, err := Parse(s, options())
	if err != nil {
		var e *sqlerr.Error
		if !errors.As(err, &e) || e.Code == "" {
			t.Fatalf("%q: %v has no SQLSTATE", s, err)
		}
		return
	}
	printed := p.String()
	q, err := Parse(printed, options())
	if err != nil {
		t.Fatalf("%q prints as %q: %v", s, printed, err)
	}
	if again := q.String(); again != printed {
		t.Fatalf("%q prints as %q, and that as %q", s, printed, again)
	}
}

// TestDepth: what would need a deep stack is refused, whatever makes it deep.
func TestDepth(t *testing.T) {
	const n = 100_000
	for _, s := range []string{
		strings.Repeat("(", n), strings.Repeat("-", n) + "$", "$" + strings.Repeat(".a", n), "1" + strings.Repeat("+1", n),
		strings.Repeat("$[", n), strings.Repeat("!(", n), strings.Repeat("$?(", n), "1==1" + strings.Repeat("&&1==1", n),
		strings.Repeat("exists($?(", n), strings.Repeat("(", n) + "$" + strings.Repeat(").a", n),
	} {
		_, err := Parse(s, options())
		var e *sqlerr.Error
		if !errors.As(err, &e) || e.Code != sqlerr.StatementTooComplex {
			t.Errorf("%.10s…: %v", s, err)
		}
	}
	deep := strings.Repeat("(", MaxDepth/2) + "$" + strings.Repeat(").a", MaxDepth/2)
	if _, err := Parse(deep, options()); err != nil {
		t.Error(err)
	}
	// The text of a deep tree has more parentheses than what it was read from.
	checkStable(t, strings.Repeat("-", MaxDepth-1)+"$")
	checkStable(t, strings.Repeat("$?(exists(", MaxDepth/2-1)+"$"+strings.Repeat("))", MaxDepth/2-1))
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(checkStable)
}
