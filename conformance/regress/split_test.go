package regress

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	script := `-- a comment; with a semicolon
SELECT 'a;''b', E'c\';d', "e;f"; /* g; /* h; */ i; */ SELECT $x$j;k$x$, $1;
\set ECHO all;
CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);
SELECT 3 \gset
SELECT 4;
`
	want := []string{
		`SELECT 'a;''b', E'c\';d', "e;f"`, `/* g; /* h; */ i; */ SELECT $x$j;k$x$, $1`,
		"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 4",
	}
	if got := Split(script); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
