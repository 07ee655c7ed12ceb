package parser

import (
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// TestConforming: the constants of a session with standard_conforming_strings off, and
// nothing else, are read with their escapes; what stands behind them does not move.
func TestConforming(t *testing.T) {
	for _, c := range []struct{ in, out, next string }{
		{`SELECT 'a'`, `SELECT 'a'`, ""},
		{`SELECT 'a\\b', 1`, `SELECT 'a\b' , 1`, `\`},
		{`SELECT 'it\'s', 1`, `SELECT 'it''s', 1`, `'`},
		{`SELECT 'a\tb''c', 1`, "SELECT 'a\tb''c' , 1", "t"},
		{`SELECT '\047\x41\u00e9', 1`, `SELECT '''Aé'         , 1`, "0"},
		{`SELECT N'\101', n'\102'`, `SELECT N'A'   , n'B'   `, "11"},
		{`SELECT E'a\\b', B'01', X'1f', "a\b", $$a\b$$ -- 'a\b'`, `SELECT E'a\\b', B'01', X'1f', "a\b", $$a\b$$ -- 'a\b'`, ""},
		{"SELECT E'a'\n'b\\\\c'", "SELECT E'a'\n'b\\\\c'", ""},
		{"SELECT 'a'\n'b\\\\c'", "SELECT 'a'\n'b\\c' ", `\`},
		{`SELECT 'a\'; SELECT 2; --'`, `SELECT 'a''; SELECT 2; --'`, `'`},
	} {
		out, found, err := Conforming(c.in)
		var next []byte
		for _, f := range found {
			next = append(next, f.Next)
		}
		if err != nil || out != c.out || string(next) != c.next {
			t.Errorf("%s: %q, %q, %v; want %q, %q", c.in, out, next, err, c.out, c.next)
		}
		if len(out) != len(c.in) {
			t.Errorf("%s has become %d bytes long", c.in, len(out))
		}
	}
	for in, want := range map[string]sqlerr.Error{
		`SELECT 1, 'a\u12'`:   {Code: "22025", Message: "invalid Unicode escape", Position: 13},
		`SELECT 1, U&'a'`:     {Code: "0A000", Message: "unsafe use of string constant with Unicode escapes", Position: 11},
		`SELECT 1, 'abc\'`:    {Code: "42601", Message: `unterminated quoted string at or near "'abc\'"`, Position: 11},
		`SELECT 1, '\000abc'`: {Code: "22021"},
	} {
		_, _, err := Conforming(in)
		e := sqlerr.From(err)
		if err == nil || e.Code != want.Code || want.Message != "" && (e.Message != want.Message || e.Position != want.Position) {
			t.Errorf("%s: %s %s at %d; want %+v", in, e.Code, e.Message, e.Position, want)
		}
	}
}

func TestLongNames(t *testing.T) {
	a, q := "A"+strings.Repeat("b", 70), strings.Repeat("é", 40)
	stmts, err := Parse(`SELECT 1 AS ` + a + `, 'B` + a + `' AS "` + q + `"; SELECT x` + a[:62])
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(stmts[0].Long, " "); got != "a"+a[1:]+" "+q || stmts[1].Long != nil {
		t.Errorf("%q, %q", got, stmts[1].Long)
	}
	if got := types.ClipName(q); got != strings.Repeat("é", 31) {
		t.Errorf("%q", got)
	}
}
