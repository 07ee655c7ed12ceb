//go:build psql

package psql

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// run gives psql one command and returns what it prints, errors included.
func run(t *testing.T, n *testnode.Node, command string) string {
	t.Helper()
	cmd := exec.Command("psql", "-X", "-h", "127.0.0.1", "-p", fmt.Sprint(n.SQLPort), "-U", "stemedb", "-c", command)
	cmd.Env = append(cmd.Environ(), "PGCONNECT_TIMEOUT=10", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil && !strings.Contains(string(out), "ERROR") {
		t.Fatalf("psql -c %q: %v\n%s", command, err, out)
	}
	return string(out)
}

// TestBackslash: what a person types first answers, and says the right things.
func TestBackslash(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	cases := []struct {
		command string
		want    []string
	}{
		{`\d`, []string{"public | assertions", "public | source_classes", "public | sources", "table"}},
		{`\d assertions`, []string{`Table "public.assertions"`, "concept_path | text", "not null", `"assertions_pkey" PRIMARY KEY, btree (id)`, "timestamp with time zone", "'approved'::text"}},
		{`\d+ assertions`, []string{"What is said of the concept"}},
		{`\dt`, []string{"assertions", "sources", "source_classes"}},
		{`\dn`, []string{"authority", "consensus", "public"}},
		{`\dv authority.*`, []string{"authority | assertions"}},
		{`\df lower`, []string{"pg_catalog | lower", "text"}},
		{`\df`, []string{"List of functions"}},
		{`\l`, []string{"stemedb", "UTF8"}},
		{`\du`, []string{"stemedb", "Superuser"}},
		{`\dT int4`, []string{"integer"}},
		{`\di`, []string{"assertions_pkey"}},
		{`\conninfo`, []string{"stemedb"}},
		{`SELECT 1/0`, []string{"ERROR:  division by zero"}},
		{`SELECT * FROM nothing`, []string{`ERROR:  relation "nothing" does not exist`, "LINE 1: SELECT * FROM nothing", "                      ^"}},
		{`UPDATE assertions SET value = ''`, []string{"ERROR", "HINT"}},
	}
	for _, c := range cases {
		out := run(t, n, c.command)
		for _, w := range c.want {
			if !strings.Contains(out, w) {
				t.Errorf("%s lacks %q:\n%s", c.command, w, out)
			}
		}
		if strings.Contains(out, "ERROR") && !strings.Contains(strings.Join(c.want, ""), "ERROR") {
			t.Errorf("%s:\n%s", c.command, out)
		}
	}
}

// TestCopy: \copy both ways.
func TestCopy(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	cmd := exec.Command("psql", "-X", "-h", "127.0.0.1", "-p", fmt.Sprint(n.SQLPort), "-U", "stemedb", "-v", "ON_ERROR_STOP=1")
	cmd.Stdin = strings.NewReader(`COPY assertions (concept_path, predicate, value, source) FROM STDIN;
a/1	p	tab\there	s1
a/2	p	two	s2
\.
COPY (SELECT concept_path, value FROM assertions ORDER BY concept_path) TO STDOUT WITH (FORMAT csv, HEADER);
`)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "COPY 2\nconcept_path,value\na/1,tab\there\na/2,two\n") {
		t.Fatalf("%v\n%s", err, out)
	}
}
