package catalog

import (
	"testing"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

func ownFunc(t *testing.T, name string) types.OID {
	t.Helper()
	for _, f := range functions.ByName(name) {
		return f.OID
	}
	t.Fatalf("there is no function %s", name)
	return 0
}

// TestOwnFunctionsAreListed: the catalogs say of our functions what their
// declaration says, and of nobody's that PUBLIC may execute what it may not.
func TestOwnFunctionsAreListed(t *testing.T) {
	c := withHooks()
	r, rows := scan(t, c, "pg_catalog", "pg_proc")
	at := func(row []types.Datum, col string) types.Datum { return row[r.ColumnIndex(col)] }
	listed := 0
	for _, row := range rows {
		f, ok := functions.ByOID(types.OID(at(row, "oid").I))
		if !ok {
			continue // PostgreSQL's, as TestFactFiles has them
		}
		if !f.Own() {
			if acl := at(row, "proacl"); acl.Null == f.Restricted {
				t.Errorf("%s has privileges of its own", at(row, "proname").S)
			}
			continue
		}
		listed++
		if at(row, "proacl").Null == f.Restricted {
			t.Errorf("%s: restricted %v, but its acl is another", f.Name, f.Restricted)
		}
		if types.OID(at(row, "pronamespace").I) != OIDPGCatalog || at(row, "provolatile").I != 'v' || at(row, "proparallel").I != 'r' {
			t.Errorf("%s lies in schema %d, is volatile %c, parallel %c", f.Name, at(row, "pronamespace").I, rune(at(row, "provolatile").I), rune(at(row, "proparallel").I))
		}
	}
	want := 0
	for _, f := range functions.All() {
		if f.Own() {
			want++
		}
	}
	if listed != want {
		t.Errorf("%d of %d functions of our own are listed", listed, want)
	}
	r, rows = scan(t, c, "information_schema", "routine_privileges")
	grantees := map[string]string{}
	for _, row := range rows {
		grantees[at(row, "routine_name").S] += " " + at(row, "grantee").S
	}
	for name, who := range map[string]string{"stemedb_move_shard": " stemedb", "stemedb_shards": " PUBLIC stemedb"} {
		if grantees[name] != who {
			t.Errorf("%s is for%s, want%s", name, grantees[name], who)
		}
	}
}
