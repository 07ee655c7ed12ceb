package stemedb

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/stemedb/stemedb"

// soleImporters names the modules that only certain rooms may see.
var soleImporters = map[string][]string{
	"github.com/jackc/pgproto3/v2":         {"pgwire"},
	"github.com/pganalyze/pg_query_go/v5":  {"sql/parser", "sql/plan"},
	"github.com/cockroachdb/pebble/v2":     {"storage"},
	"github.com/hashicorp/raft":            {"replication", "replication/transport"},
	"github.com/hashicorp/raft-boltdb/v2":  {"replication"},
	"github.com/spf13/cobra":               {"cmd/stemedb"},
	"github.com/prometheus/client_golang/": {"cmd/stemedb", "pgwire", "sidecar", "sql", "replication", "storage"},
}

// TestArchitecture holds the table of rooms in ARCHITECTURE.md against what
// the packages import.
func TestArchitecture(t *testing.T) {
	allowed := roomTable(t)
	for pkg, imports := range packageImports(t) {
		may, ok := allowed[pkg]
		if !ok {
			t.Errorf("package %s has no row in ARCHITECTURE.md", pkg)
			continue
		}
		for _, imp := range imports {
			if room, ours := strings.CutPrefix(imp, module+"/"); ours {
				if !slices.Contains(may, room) {
					t.Errorf("%s imports %s, which its row in ARCHITECTURE.md does not allow", pkg, room)
				}
				continue
			}
			checkForeign(t, pkg, imp)
		}
	}
	for room := range allowed {
		if _, err := os.Stat(room); err != nil {
			t.Errorf("ARCHITECTURE.md has a row for %s, which does not exist", room)
		}
	}
}

func checkForeign(t *testing.T, pkg, imp string) {
	t.Helper()
	for prefix, rooms := range soleImporters {
		if strings.HasPrefix(imp+"/", strings.TrimSuffix(prefix, "/")+"/") && !slices.Contains(rooms, pkg) {
			t.Errorf("%s imports %s, which only %v may", pkg, imp, rooms)
		}
	}
	if strings.HasPrefix(pkg, "knowledge") && strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
		t.Errorf("%s imports %s; knowledge knows the standard library only", pkg, imp)
	}
}

// roomTable reads the table of ARCHITECTURE.md: room → rooms it may import.
func roomTable(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	rooms := map[string][]string{}
	row := regexp.MustCompile(`(?m)^\| ([a-z]+(?:/[a-z]+)*) \|[^|]*\|([^|]*)\|$`)
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		if m[1] == "room" {
			continue
		}
		rooms[m[1]] = strings.FieldsFunc(m[2], func(r rune) bool { return r == ',' || r == ' ' })
	}
	if len(rooms) < 10 {
		t.Fatalf("found only %d rooms in ARCHITECTURE.md; has the table's form changed?", len(rooms))
	}
	return rooms
}

// packageImports asks go list for every package of the module but this one.
func packageImports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	pkgs := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		f := strings.Fields(line)
		if pkg, ok := strings.CutPrefix(f[0], module+"/"); ok {
			pkgs[pkg] = f[1:]
		}
	}
	return pkgs
}
