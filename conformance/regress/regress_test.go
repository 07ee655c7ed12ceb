//go:build psql

package regress

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// envScripts names the directory of the scripts, and envDiffs a file for what
// differs.
const (
	envScripts = "STEMEDB_REGRESS_SCRIPTS"
	envDiffs   = "STEMEDB_REGRESS_DIFFS"
)

// setup is PostgreSQL's own tests' way of showing dates.
const setup = "SET timezone = 'America/Los_Angeles'; SET datestyle = 'Postgres, MDY'; SET statement_timeout = '10s'"

func TestMain(m *testing.M) { testnode.Main(m) }

// TestScripts prints how much of the scripts is answered as PostgreSQL does. It
// measures, and fails only when a server does.
func TestScripts(t *testing.T) {
	dir := os.Getenv(envScripts)
	if dir == "" {
		t.Fatalf("%s is not set: make regress fetches the scripts and sets it", envScripts)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s", dir)
	}
	name := os.Getenv(envDiffs)
	if name == "" {
		name = filepath.Join(t.TempDir(), "regress.diffs")
	}
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	pg, node := testnode.Postgres(t), testnode.Start(t, t.TempDir())
	r := &Runner{Diffs: out}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) { // with sessions of its own: it may change settings
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			r.PG, r.Node = testnode.Session(t, pg.URL("stemedb"), setup), testnode.Session(t, node.URL(), setup)
			if err := r.Run(context.Background(), filepath.Base(f), string(text)); err != nil {
				t.Error(err)
			}
		})
	}
	r.Write(os.Stdout)
}
