package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func sessionOn(c *Catalog, path ...string) SessionCatalog {
	return c.ForSession(func(implicit bool) []string {
		if implicit && !slices.Contains(path, "pg_catalog") {
			return append([]string{"pg_catalog"}, path...)
		}
		return path
	})
}

func TestNamesOfObjects(t *testing.T) {
	public, authority := sessionOn(New(), "public"), sessionOn(New(), "authority", "public")
	for _, tc := range []struct {
		v    SessionCatalog
		reg  types.OID
		in   string
		want string
	}{
		{public, types.OIDRegclass, "assertions", "assertions"},
		{public, types.OIDRegclass, " PUBLIC . Assertions ", "assertions"},
		{public, types.OIDRegclass, `stemedb.public."assertions"`, "assertions"},
		{public, types.OIDRegclass, "authority.assertions", "authority.assertions"},
		{authority, types.OIDRegclass, "assertions", "assertions"},
		{authority, types.OIDRegclass, "public.assertions", "public.assertions"},
		{authority, types.OIDRegclass, "sources_pkey", "sources_pkey"},
		{public, types.OIDRegclass, "pg_class", "pg_class"},
		{public, types.OIDRegclass, "information_schema.tables", "information_schema.tables"},
		{public, types.OIDRegtype, "double precision", "double precision"},
		{public, types.OIDRegproc, "array_in", "array_in"},
		{public, types.OIDRegproc, "pg_catalog.boolin", "boolin"},
		{public, types.OIDRegprocedure, "abs(int4)", "abs(integer)"},
		{public, types.OIDRegprocedure, "now()", "now()"},
		{public, types.OIDRegprocedure, `count("any")`, `count("any")`},
		{public, types.OIDRegoper, "||/", "||/"},
		{public, types.OIDRegoperator, "+(int4,int4)", "+(integer,integer)"},
		{public, types.OIDRegoperator, "pg_catalog.-(none,int4)", "-(NONE,integer)"},
		{public, types.OIDRegnamespace, "pg_catalog", "pg_catalog"},
		{public, types.OIDRegrole, "stemedb", "stemedb"},
		{public, types.OIDRegcollation, `"C"`, `"C"`},
		{public, types.OIDRegcollation, `pg_catalog."default"`, `"default"`},
	} {
		oid, err := tc.v.ResolveReg(tc.reg, tc.in)
		if err != nil {
			t.Errorf("%d %q: %v", tc.reg, tc.in, err)
			continue
		}
		got, ok := tc.v.AppendReg(nil, tc.reg, oid)
		if !ok || string(got) != tc.want {
			t.Errorf("%d %q prints as %q, want %q", tc.reg, tc.in, got, tc.want)
		}
	}
	if got, ok := public.AppendReg(nil, types.OIDRegproc, 1397); !ok || string(got) != "pg_catalog.abs" {
		t.Errorf("an overloaded function prints as %q, want it qualified", got)
	}
	if _, ok := public.AppendReg(nil, types.OIDRegclass, 99); ok {
		t.Error("relation 99 has a name")
	}
}

// TestErrorsOfNames holds messages and codes to what PostgreSQL 15 says.
func TestErrorsOfNames(t *testing.T) {
	v := sessionOn(New(), "public")
	for _, tc := range []struct {
		reg              types.OID
		in, code, expect string
	}{
		{types.OIDRegclass, "foo", "42P01", `relation "foo" does not exist`},
		{types.OIDRegclass, "foo.bar", "3F000", `schema "foo" does not exist`},
		{types.OIDRegclass, "public.bar", "42P01", `relation "public.bar" does not exist`},
		{types.OIDRegclass, "a.b.c", "0A000", `cross-database references are not implemented: "a.b.c"`},
		{types.OIDRegclass, "a.b.c.d", "42601", `improper relation name (too many dotted names): a.b.c.d`},
		{types.OIDRegclass, "", "42602", "invalid name syntax"},
		{types.OIDRegclass, "a..b", "42602", "invalid name syntax"},
		{types.OIDRegclass, `"a`, "42602", "invalid name syntax"},
		{types.OIDRegclass, "a b", "42602", "invalid name syntax"},
		{types.OIDRegclass, `""`, "42P01", `relation "" does not exist`},
		{types.OIDRegclass, `A"Ä`, "42P01", `relation "a"Ä" does not exist`},
		{types.OIDRegtype, "nosuch", "42704", `type "nosuch" does not exist`},
		{types.OIDRegtype, "public.nosuch", "42704", `type "public.nosuch" does not exist`},
		{types.OIDRegtype, "nos.nosuch", "3F000", `schema "nos" does not exist`},
		{types.OIDRegtype, "x.y.z", "0A000", `cross-database references are not implemented: x.y.z`},
		{types.OIDRegproc, "abs", "42725", `more than one function named "abs"`},
		{types.OIDRegproc, "nosuch", "42883", `function "nosuch" does not exist`},
		{types.OIDRegproc, "public.abs", "42883", `function "public.abs" does not exist`},
		{types.OIDRegproc, "", "42602", "invalid name syntax"},
		{types.OIDRegprocedure, "abs", "22P02", "expected a left parenthesis"},
		{types.OIDRegprocedure, "abs(int4", "22P02", "expected a right parenthesis"},
		{types.OIDRegprocedure, "abs(text)", "42883", `function "abs(text)" does not exist`},
		{types.OIDRegprocedure, "abs(nosuch)", "42704", `type "nosuch" does not exist`},
		{types.OIDRegprocedure, "nos.fn(int)", "3F000", `schema "nos" does not exist`},
		{types.OIDRegoper, "+", "42725", "more than one operator named +"},
		{types.OIDRegoper, "@#@", "42883", "operator does not exist: @#@"},
		{types.OIDRegoper, "nos.+", "3F000", `schema "nos" does not exist`},
		{types.OIDRegoperator, "+", "22P02", "expected a left parenthesis"},
		{types.OIDRegoperator, "+(int4)", "42P02", "missing argument"},
		{types.OIDRegoperator, "-(int4,NONE)", "42883", "operator does not exist: -(int4,NONE)"},
		{types.OIDRegnamespace, "nos", "3F000", `schema "nos" does not exist`},
		{types.OIDRegnamespace, "a.b", "42602", "invalid name syntax"},
		{types.OIDRegrole, "nos", "42704", `role "nos" does not exist`},
		{types.OIDRegcollation, "nos", "42704", `collation "nos" for encoding "UTF8" does not exist`},
		{types.OIDRegconfig, "nos", "42704", `text search configuration "nos" does not exist`},
	} {
		_, err := v.ResolveReg(tc.reg, tc.in)
		var e *sqlerr.Error
		if !errors.As(err, &e) || e.Code != tc.code || e.Message != tc.expect {
			t.Errorf("%d %q: %v, want %s %s", tc.reg, tc.in, err, tc.code, tc.expect)
		}
	}
}

func TestVisibility(t *testing.T) {
	c := New()
	public, authority := sessionOn(c, "public"), sessionOn(c, "authority", "public")
	view, _ := c.Named("authority", "assertions")
	for _, tc := range []struct {
		v       SessionCatalog
		oid     types.OID
		visible bool
	}{{public, OIDAssertions, true}, {public, view.OID, false}, {authority, OIDAssertions, false}, {authority, view.OID, true}, {authority, OIDSources, true}} {
		if got, exists := tc.v.RelationVisible(tc.oid); got != tc.visible || !exists {
			t.Errorf("relation %d visible: %v, want %v", tc.oid, got, tc.visible)
		}
	}
	if _, exists := public.RelationVisible(99); exists {
		t.Error("relation 99 exists")
	}
}

func TestDefinitions(t *testing.T) {
	c := New()
	v := sessionOn(c, "public")
	pkey, _ := v.RelationByName("", "assertions_pkey")
	if got, _ := v.IndexDef(pkey, 0, false); got != "CREATE UNIQUE INDEX assertions_pkey ON public.assertions USING btree (id)" {
		t.Errorf("index: %s", got)
	}
	if got, _ := v.IndexDef(pkey, 1, false); got != "id" {
		t.Errorf("column of the index: %s", got)
	}
	if got, _ := v.ConstraintDef(c.constraints[0].oid, false); got != "PRIMARY KEY (id)" {
		t.Errorf("constraint: %s", got)
	}
	if _, ok := v.ViewDef(OIDAssertions, functions.ViewStyle{}, nil); ok {
		t.Error("a table has a query")
	}
}

func TestComments(t *testing.T) {
	c := withHooks()
	v := sessionOn(c, "public")
	v.SetMade(&Layer{c})
	for _, tc := range []struct {
		class, oid types.OID
		sub        int32
		prefix     string
	}{
		{classClass, OIDAssertions, 0, "Claims"}, {classClass, OIDAssertions, 1, "Identity"}, {classProc, 1397, 0, "absolute value"},
		{classNamespace, OIDPublic, 0, "standard public schema"}, {0, types.OIDBool, 0, "boolean"},
	} {
		if got, ok := v.Comment(tc.class, tc.oid, tc.sub); !ok || !strings.HasPrefix(got, tc.prefix) {
			t.Errorf("comment on %d %d %d: %q, want %q…", tc.class, tc.oid, tc.sub, got, tc.prefix)
		}
	}
	if s, ok := v.Comment(classClass, 99, 0); ok {
		t.Errorf("comment on nothing: %q", s)
	}
}

func TestPrivileges(t *testing.T) {
	v := sessionOn(withHooks(), "public")
	for _, tc := range []struct {
		role, kind string
		oid        types.OID
		priv       string
		want       bool
	}{
		{"stemedb", "table", OIDAssertions, "INSERT", true}, {"ann", "table", OIDAssertions, "SELECT", false},
		{"ann", "table", classClass, "SELECT", true}, {"ann", "table", classClass, "UPDATE", false}, {"ann", "table", classAuthid, "SELECT", false},
		{"ann", "function", 870, "EXECUTE", true}, {"ann", "function", ownFunc(t, "stemedb_shards"), "EXECUTE", true},
		{"ann", "function", ownFunc(t, "stemedb_move_shard"), "EXECUTE", false}, {"stemedb", "function", ownFunc(t, "stemedb_move_shard"), "EXECUTE", true},
		{"ann", "schema", OIDPublic, "USAGE", true}, {"ann", "schema", OIDPublic, "CREATE", false}, {"ann", "database", OIDDatabase, "CONNECT", true},
	} {
		role, _ := v.RoleByName(tc.role)
		p, _ := types.PrivilegeNamed(tc.priv)
		if got, _ := v.Privileges(role, tc.kind, tc.oid, 0, p, 0); (got != 0) != tc.want {
			t.Errorf("%s %s on %s %d: %v", tc.role, tc.priv, tc.kind, tc.oid, got)
		}
	}
}
