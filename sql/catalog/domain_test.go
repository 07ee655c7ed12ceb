package catalog

import (
	"testing"

	"github.com/stemedb/stemedb/sql/types"
)

func TestDomains(t *testing.T) {
	c := New()
	v := c.ForSession(func(bool) []string { return []string{"pg_catalog", "public"} })
	for name, want := range map[string]types.OID{
		"information_schema.yes_or_no": 13234, `information_schema."yes_or_no"[]`: 13233, "information_schema._yes_or_no": 13233, "yes_or_no": 0, "information_schema.nothing": 0,
	} {
		if oid, err := v.ResolveReg(types.OIDRegtype, name); oid != want || (want == 0) != (err != nil) {
			t.Errorf("type %s is %d (%v), want %d", name, oid, err, want)
		}
	}
	within := c.ForSession(func(bool) []string { return []string{"information_schema", "pg_catalog"} })
	for _, at := range []struct {
		v    SessionCatalog
		oid  types.OID
		name string
		seen bool
	}{
		{v, 13221, "information_schema.cardinal_number", false}, {v, 13220, "information_schema.cardinal_number[]", false},
		{within, 13221, "cardinal_number", true}, {within, 13225, "sql_identifier[]", true},
	} {
		if name, ok := at.v.RowTypeName(at.oid); !ok || name != at.name {
			t.Errorf("%d is %q, want %q", at.oid, name, at.name)
		}
		if seen, ok := at.v.TypeVisible(at.oid); !ok || seen != at.seen {
			t.Errorf("%d is visible: %v", at.oid, seen)
		}
	}
	if def, ok := v.ConstraintDef(13222, true); !ok || def != "CHECK (VALUE >= 0)" {
		t.Errorf("the condition of cardinal_number is %q", def)
	}
}
