//go:build psql

package psql

import (
	"strings"
	"testing"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestViews: psql's commands show views and comments, also after a restart.
func TestViews(t *testing.T) {
	dir := t.TempDir()
	n := testnode.Start(t, dir)
	run(t, n, "CREATE VIEW shown AS SELECT source, trust::float8 AS how_far FROM sources")
	run(t, n, "COMMENT ON VIEW shown IS 'for the eye'")
	run(t, n, "COMMENT ON COLUMN shown.how_far IS 'from 0 to 1'")
	n.Kill(t)
	n = testnode.Start(t, dir)
	for _, c := range []struct{ command, want string }{
		{`\dv`, "public | shown | view | stemedb"},
		{`\dv+`, "for the eye"},
		{`\d shown`, "how_far | double precision"},
		{`\d+ shown`, "from 0 to 1"},
		{`\d+ shown`, "View definition:"},
	} {
		out := run(t, n, c.command)
		squeezed := strings.Join(strings.Fields(out), " ")
		if !strings.Contains(squeezed, c.want) {
			t.Errorf("%s\n%s\nlacks %q", c.command, out, c.want)
		}
	}
}
