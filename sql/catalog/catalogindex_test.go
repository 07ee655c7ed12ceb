package catalog

import (
	"fmt"
	"strings"
	"testing"
)

// TestCatalogIndexesAreUnique holds the rows of every catalog to its unique indexes,
// which the planner trusts.
func TestCatalogIndexesAreUnique(t *testing.T) {
	c := withHooks()
	n := 0
	for _, r := range c.Relations() {
		if r.Store != VirtualStore || len(r.Indexes) == 0 {
			continue
		}
		_, rows := scan(t, c, r.Schema, r.Name)
		for _, x := range r.Indexes {
			n++
			seen := map[string]bool{}
			for _, row := range rows {
				var key strings.Builder
				null := false
				for _, col := range x.Columns {
					null = null || row[col].Null
					d := row[col]
					fmt.Fprintf(&key, "%d %q %v,", d.I, d.S, d.A)
				}
				if x.Unique && !null && seen[key.String()] {
					t.Errorf("%s: %s twice", x.Name, key.String())
				}
				seen[key.String()] = true
			}
		}
	}
	if n != 122 {
		t.Errorf("catalogs have %d indexes, PostgreSQL's have 122", n)
	}
}
