package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/conformance/testnode"
)

func TestMain(m *testing.M) { testnode.Main(m) }

func command(t *testing.T, args ...string) error {
	t.Helper()
	root := rootCommand()
	root.SetArgs(args)
	return root.ExecuteContext(context.Background())
}

// contents is every claim of a node: what no client writes is left out.
func contents(t *testing.T, n *testnode.Node) string {
	t.Helper()
	rows, err := n.Connect(t).Query(context.Background(), "SELECT row_to_json(a)::text FROM (SELECT id, concept_path, predicate, value, value_type, unit, source, source_class, "+
		"confidence, lifecycle, derived_from, valid_from, asserted_at, metadata FROM assertions) a ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

const transferFile = `subject,predicate,value,value_type,unit,source,source_class,confidence,valid_from,asserted_at,metadata,note
a,p,1.50,number,kg,s1,expert,0.25,,2026-01-01T00:00:00Z,,x
a,p,"two
lines, ""quoted""",,,s2,,,2020-01-01T00:00:00Z,,"{""k"":[null,1],""n"":null}",
b/c,p,v,,,,,2,,,,a confidence out of range
/b,p,v,,,s3,,,,,,a bad path
b,p
b,p,véritable,,,,,,,,,
`

// TestTransfer imports a file with faults, again, exports it in each form, and
// imports that elsewhere: the same claims with the same ids, and nothing is
// lost in silence.
func TestTransfer(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	dir := t.TempDir()
	file := filepath.Join(dir, "claims.csv")
	if err := os.WriteFile(file, []byte(transferFile), 0o600); err != nil {
		t.Fatal(err)
	}
	load := []string{"import", "--url", n.URL(), "--map", "subject=concept_path", "--map", "note=", "--source", "default", file}
	if err := command(t, load...); !errors.Is(err, errRejected) {
		t.Fatalf("import: %v", err)
	}
	refused, err := os.ReadFile(file + ".rejected")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# line 5: ", "\nb/c,p,v,,,,,2,,,,a confidence out of range\n", "# line 6: ", "\n/b,p,v,,,s3,,,,,,a bad path\n", "# line 7: there are 2 fields where the header has 12\nb,p\n"} {
		if !strings.Contains(string(refused), want) {
			t.Errorf("the refused rows lack %q:\n%s", want, refused)
		}
	}
	first := contents(t, n)
	if strings.Count(first, "\n") != 2 {
		t.Fatalf("stored:\n%s", first)
	}
	if err := command(t, load...); !errors.Is(err, errRejected) {
		t.Fatalf("import again: %v", err)
	}
	if again := contents(t, n); again != first {
		t.Errorf("a second import changed\n%s\ninto\n%s", first, again)
	}
	for _, name := range []string{"out.csv", "out.ndjson", "out.csv.gz", "out.ndjson.gz"} {
		out := filepath.Join(dir, name)
		if err := command(t, "export", "--url", n.URL(), "--output", out); err != nil {
			t.Fatalf("export %s: %v", name, err)
		}
		other := testnode.Start(t, t.TempDir())
		if err := command(t, "import", "--url", other.URL(), out); err != nil {
			rejects, _ := os.ReadFile(out + ".rejected")
			t.Fatalf("import %s: %v\n%s", name, err, rejects)
		}
		if got := contents(t, other); got != first {
			t.Errorf("%s brought\n%s\nnot\n%s", name, got, first)
		}
		other.Stop(t)
	}
}

func TestTransferErrors(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	for _, args := range [][]string{
		{"import", filepath.Join(t.TempDir(), "none.csv")}, {"import", writeFile(t, "a.txt", "x\n")}, {"import", writeFile(t, "a.csv", "colour\nred\n")},
		{"import", "--map", "x", writeFile(t, "a.csv", "value\n1\n")}, {"import", "--delimiter", "ab", writeFile(t, "a.csv", "value\n1\n")},
		{"export", "--format", "xml"}, {"export", "--where", "no such"},
	} {
		if err := command(t, append(args, "--url", n.URL())...); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
	if err := command(t, "export", "--url", "postgres://stemedb@127.0.0.1:1/stemedb"); err == nil || !strings.Contains(err.Error(), "is the node started?") {
		t.Error(err)
	}
}
