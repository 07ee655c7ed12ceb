package parser

import "testing"

// TestContinuedConstants: comments to the end of a line stand between the parts of a
// constant, and the places of what follows stay what they were.
func TestContinuedConstants(t *testing.T) {
	for _, text := range []string{
		"SELECT 'a' -- c\n 'b'", "SELECT 'a' -- 'x' /* \n -- y\r 'b'", "SELECT E'a' -- c\n'b', 'c'--\n'd'",
	} {
		if _, err := Parse(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{
		"SELECT 'a' /* c */\n'b'", "SELECT 'a' -- c\nE'b'", "SELECT 'a' 'b' -- c\n", "SELECT 'a' -- c\n 'b' 'c'",
	} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q is no error", text)
		}
	}
	stmts, err := Parse("SELECT 'a' -- é\n 'b', x FROM t")
	if err != nil {
		t.Fatal(err)
	}
	target := stmts[0].Tree.GetSelectStmt().TargetList[1].GetResTarget()
	if got := stmts[0].Position(target.Location); got != 23 {
		t.Errorf("x stands at %d", got)
	}
}
