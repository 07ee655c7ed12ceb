package parser

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// checkParse holds what must be true of any text: no crash, errors of a known
// class with a position inside of the text, statements cut from it.
func checkParse(t *testing.T, text string) {
	stmts, err := Parse(text)
	if err != nil {
		e := sqlerr.From(err)
		if e.Code == sqlerr.InternalError {
			t.Fatalf("internal error: %v", err)
		}
		if n := utf8.RuneCountInString(text); e.Position < 0 || e.Position > n+1 {
			t.Fatalf("position %d of %d characters: %v", e.Position, n, err)
		}
		return
	}
	for i := range stmts {
		s := &stmts[i]
		if s.whole[s.base:s.base+len(s.Text)] != s.Text || s.Tree == nil || s.Kind == "" {
			t.Fatalf("statement %d is not of the text: %+v", i, s)
		}
		for target, c := range s.Clauses {
			if target == nil || c.Lens == nil && c.System == nil && c.Valid == nil {
				t.Fatalf("clause without a target: %+v", c)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range chains(chainTerms) {
		f.Add(text)
	}
	for _, text := range []string{
		"", ";", "SELECT 1", "SELECT 'a' ; SELECT $1", "BEGIN; COMMIT", "select 1 from (select 1)",
		"SELECT E'\\'' || $$x$$ || U&'\\0041'", "/* /* */", "SELECT \"", "SELECT json_array(1)",
		"SELECT json_object('a': 1)", "SELECT '{}' IS JSON", "SELECT 0x1F, 1_000",
		"SELECT " + strings.Repeat("/*", 9000), "SELECT " + strings.Repeat("/**/", 4000) + "1",
		"SELECT " + strings.Repeat("+-", 1900) + "/" + strings.Repeat("*", 9000) + "/1",
		"SELECT * FROM a AS OF SYSTEM TIME '-10s'", "BEGIN AS OF SYSTEM TIME '-10s'",
	} {
		f.Add(text)
	}
	f.Fuzz(checkParse)
}

func FuzzLensClause(f *testing.F) {
	for _, clause := range []string{
		"USING LENS authority", "USING LENS recency(min_confidence => 0.5, valid_at => 'any')",
		"USING LENS x() FILTER (WHERE source <> 'reddit') a", "AS a USING LENS \"Q\"\"x\"(p := $1)",
		"FOR SYSTEM_TIME AS OF '2026-02-01' USING LENS x", "FOR VALID_TIME BETWEEN $1 AND now()",
		"USING LENS x FILTER (WHERE id IN (SELECT id FROM b USING LENS y(q => (SELECT 1))))",
		"FOR SYSTEM_TIME FROM timestamptz '2026-01-01' TO ('now'::timestamptz)", "USING LENS", "USING LENS x(",
		"USING LENS x FILTER (WHERE", "FOR SYSTEM_TIME ALL", "USING LENS x(a => 1, a => 2)", "AS OF SYSTEM TIME",
		"USING LENS x) s USING LENS (", "a, b USING LENS x, (SELECT 1) c USING LENS y",
		"JOIN b USING LENS x ON true", "USING LENS é(ü => 'ä')", "USING LENS x(a => 1\x00)",
	} {
		f.Add(clause)
	}
	f.Fuzz(func(t *testing.T, clause string) {
		checkParse(t, "SELECT * FROM assertions "+clause+" WHERE true")
	})
}
