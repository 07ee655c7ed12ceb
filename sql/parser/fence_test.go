package parser

import (
	"strings"
	"sync"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

const chainTerms = 100_000

// chains are the shapes that overflow the C parser's stack when they are long
// enough, and some that only look so.
func chains(n int) map[string]string {
	rep := strings.Repeat
	return map[string]string{
		"plus":          "SELECT 1" + rep("+1", n),
		"minus prefix":  "SELECT " + rep("- ", n) + "1",
		"plus prefix":   "SELECT " + rep("+-", n) + "1",
		"cast":          "SELECT 1" + rep("::int", n),
		"concat":        "SELECT 'a'" + rep("||'a'", n),
		"join":          "SELECT 1 FROM t" + rep(" CROSS JOIN t", n),
		"join on and":   "SELECT 1 FROM t" + rep(" JOIN t ON a AND b", n),
		"union":         "SELECT 1" + rep(" UNION SELECT 1", n),
		"union columns": "SELECT 1,2" + rep(" UNION SELECT 1,2", n),
		"except and":    "SELECT 1 WHERE a AND b" + rep(" EXCEPT SELECT 1 WHERE a AND b", n),
		"parens":        "SELECT " + rep("(", n) + "1" + rep(")", n),
		"open parens":   "SELECT " + rep("(", n),
		"brackets":      "SELECT " + rep("ARRAY[", n) + "1" + rep("]", n),
		"subscripts":    "SELECT a" + rep("[1]", n),
		"not":           "SELECT " + rep("NOT ", n) + "true",
		"case":          "SELECT " + rep("CASE WHEN a THEN ", n) + "1" + rep(" END", n),
		"case and":      "SELECT " + rep("CASE WHEN a AND ", n) + "b" + rep(" THEN 1 END", n),
		"case else":     "SELECT " + rep("CASE WHEN a THEN 1 ELSE ", n) + "1" + rep(" END", n),
		"whens":         "SELECT CASE" + rep(" WHEN a THEN 1", n) + " END",
		"and":           "SELECT a" + rep(" AND a", n),
		"or":            "SELECT a" + rep(" OR a", n),
		"and or":        "SELECT a" + rep(" AND a OR a", n),
		"and parens":    "SELECT a" + rep(" AND (a", n) + rep(")", n),
		"array":         "SELECT ARRAY[1" + rep(",1", n) + "]",
		"nested arrays": "SELECT " + rep("ARRAY[1,", n) + "1" + rep("]", n),
		"in":            "SELECT a IN (1" + rep(",1", n) + ")",
		"subqueries":    "SELECT " + rep("(SELECT ", n) + "1" + rep(")", n),
		"from":          "SELECT * FROM " + rep("(SELECT * FROM ", n) + "t" + rep(") s", n),
		"with":          rep("WITH a AS (", n) + "SELECT 1" + rep(") SELECT 1", n),
		"functions":     "SELECT " + rep("f(", n) + "1" + rep(")", n),
		"is null":       "SELECT a" + rep(" IS NULL", n),
		"collate":       "SELECT a" + rep(` COLLATE "C"`, n),
		"fields":        "SELECT (a)" + rep(".b", n),
		"at time zone":  "SELECT a" + rep(" AT TIME ZONE 'UTC'", n),
		"comments":      "SELECT " + rep("/*", n) + rep("*/", n) + " 1",
		"statements":    rep("SELECT 1;", n/10),
		"lenses":        "SELECT * FROM a" + rep(" USING LENS x", n/2),
		"lens params":   "SELECT * FROM a USING LENS x(p => 1" + rep("+1", n/2) + ")",
		"labels":        "SELECT 1" + rep(" case,1", n),
		"quotes":        "SELECT '" + rep("''", n) + "'",
		"dollars":       "SELECT $x$" + rep("$y$ (", n) + "$x$",
	}
}

// TestChains: each is answered or refused, and the process lives.
func TestChains(t *testing.T) {
	answered := map[string]bool{
		"and": true, "or": true, "and or": true, "array": true, "in": true, "quotes": true,
		"statements": true,
	}
	for name, text := range chains(chainTerms) {
		_, err := Parse(text)
		if err == nil {
			continue
		}
		if answered[name] && len(text) <= MaxText {
			t.Errorf("%s: refused: %v", name, err)
		}
		switch code := sqlerr.From(err).Code; code {
		case sqlerr.ProgramLimitExceeded, sqlerr.StatementTooComplex, sqlerr.SyntaxError:
		default:
			t.Errorf("%s: %s: %v", name, code, err)
		}
	}
}

// TestChainsAtFence tries lengths about the bound, where the parser does run.
func TestChainsAtFence(t *testing.T) {
	for _, n := range []int{100, 650, 990, 1330, 1990, 3990} {
		for name, text := range chains(n) {
			if _, err := Parse(text); err != nil {
				switch code := sqlerr.From(err).Code; code {
				case sqlerr.ProgramLimitExceeded, sqlerr.StatementTooComplex, sqlerr.SyntaxError:
				default:
					t.Errorf("%s × %d: %s: %v", name, n, code, err)
				}
			}
		}
	}
}

func TestFenceBounds(t *testing.T) {
	for _, c := range []struct{ name, text, code string }{
		{"long text", "SELECT 1" + strings.Repeat(" ", MaxText), sqlerr.ProgramLimitExceeded},
		{"just fits", "SELECT 1" + strings.Repeat(" ", MaxText-8), ""},
		{"many constants", "SELECT 'a'" + strings.Repeat(",'b'", MaxText/4), sqlerr.ProgramLimitExceeded},
		{"long constants", "SELECT '" + strings.Repeat("x", 12<<20) + "', $$" + strings.Repeat("é", 4<<20) + "$$" + strings.Repeat(" ", MaxText-20), ""},
		{"constants too long", "SELECT '" + strings.Repeat("x", MaxQuery) + "'", sqlerr.ProgramLimitExceeded},
		{"long after a constant", "SELECT '" + strings.Repeat("x", 2<<20) + "'" + strings.Repeat(" ", MaxText), sqlerr.ProgramLimitExceeded},
		{"nul", "SELECT '\x00'", sqlerr.CharacterNotInRepertoire},
		{"latin1", "SELECT '\xe9'", sqlerr.CharacterNotInRepertoire},
		{"long list of rows", "SELECT * FROM (VALUES (1,2)" + strings.Repeat(",(1,2)", 50000) + ") v", ""},
		{"3,900 tokens", "SELECT 1" + strings.Repeat("+1", 1950), ""},
		{"4,100 tokens", "SELECT 1" + strings.Repeat("+1", 2050), sqlerr.StatementTooComplex},
	} {
		_, err := Parse(c.text)
		code := ""
		if err != nil {
			code = sqlerr.From(err).Code
		}
		if code != c.code {
			t.Errorf("%s: got %q, want %q (%v)", c.name, code, c.code, err)
		}
	}
}

func TestBudget(t *testing.T) {
	b := newBudget(100)
	var wg sync.WaitGroup
	var mu sync.Mutex
	held, most := int64(0), int64(0)
	for i := range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			n, err := b.acquire(t.Context(), int64(10+i*7))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			held += n
			most = max(most, held)
			mu.Unlock()
			mu.Lock()
			held -= n
			mu.Unlock()
			b.release(n)
		}()
	}
	wg.Wait()
	if most > 100 || b.free != 100 {
		t.Fatalf("held %d at most, %d free at the end", most, b.free)
	}
}

// TestScannerWork: texts over which the C scanner would sit for minutes are
// refused at once, and a comment's rule of stars is not one of them.
func TestScannerWork(t *testing.T) {
	for name, text := range map[string]string{
		"open comments":    "SELECT " + strings.Repeat("/*", 500000),
		"nested comments":  "SELECT " + strings.Repeat("/*", 200000) + strings.Repeat("*/", 200000) + "1",
		"empty comments":   "SELECT " + strings.Repeat("/**/", 250000) + "1",
		"signs before one": "SELECT " + strings.Repeat("+-", 1900) + "/" + strings.Repeat("*", 1000000) + "/1",
	} {
		_, err := Parse(text)
		if code := sqlerr.From(err).Code; err == nil || code != sqlerr.StatementTooComplex {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"rules":           "SELECT " + strings.Repeat("/"+strings.Repeat("*", 98)+"/\n", 10000) + "1",
		"one wide rule":   "SELECT /" + strings.Repeat("*", 1000000) + "/ 1",
		"nested a little": "SELECT " + strings.Repeat("/*", 400) + strings.Repeat("*/", 400) + "1",
	} {
		if _, err := Parse(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
