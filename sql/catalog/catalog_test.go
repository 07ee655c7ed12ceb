package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// scan returns the rows of a virtual relation.
func scan(t *testing.T, c *Catalog, schema, name string) (*Relation, [][]types.Datum) {
	t.Helper()
	r, ok := c.Named(schema, name)
	if !ok {
		t.Fatalf("no relation %s.%s", schema, name)
	}
	var rows [][]types.Datum
	if err := r.Virtual.Rows(nil, func(row []types.Datum) error {
		rows = append(rows, append([]types.Datum{}, row...))
		return nil
	}); err != nil {
		t.Fatalf("%s.%s: %v", schema, name, err)
	}
	return r, rows
}

// column returns one column of a virtual relation's rows.
func column(t *testing.T, c *Catalog, table, col string) []types.Datum {
	t.Helper()
	r, rows := scan(t, c, "pg_catalog", table)
	i := r.ColumnIndex(col)
	if i < 0 {
		t.Fatalf("%s has no column %s", table, col)
	}
	out := make([]types.Datum, len(rows))
	for k, row := range rows {
		out[k] = row[i]
	}
	return out
}

// pgStatisticArray is the type of the one column that is declared otherwise
// (pg_statistic_ext_data.stxdexpr): there are no row types of catalogs other
// than the built-in ones.
const pgStatisticArray = 10028

func TestDeclaredAsPostgres(t *testing.T) {
	golden, err := os.ReadFile("testdata/pg15_attributes.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := New()
	n := 0
	for line := range strings.Lines(string(golden)) {
		// schema relation oid kind attnum name type notnull
		var schema, rel, kind, name, notNull string
		var oid, att, typ int
		if _, err := fmt.Sscan(line, &schema, &rel, &oid, &kind, &att, &name, &typ, &notNull); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if typ == pgStatisticArray {
			typ = int(types.OIDAnyArray)
		}
		r, ok := c.Named(schema, rel)
		if !ok {
			t.Errorf("no relation %s.%s", schema, rel)
			continue
		}
		if int(r.OID) != oid || string(r.Kind) != kind {
			t.Errorf("%s.%s is %d %c, want %d %s", schema, rel, r.OID, r.Kind, oid, kind)
		}
		if att > len(r.Columns) {
			t.Errorf("%s.%s lacks column %d %s", schema, rel, att, name)
			continue
		}
		if col := r.Columns[att-1]; col.Name != name || declaredType(col) != typ || col.NotNull != (notNull == "t") {
			t.Errorf("%s.%s column %d is %s %d %v, want %s", schema, rel, att, col.Name, col.Type, col.NotNull, line)
		}
		n++
	}
	declared := 0
	for _, r := range c.Relations() {
		if r.Store == VirtualStore {
			declared += len(r.Columns)
		}
	}
	if n != declared {
		t.Errorf("PostgreSQL has %d columns, declared are %d", n, declared)
	}
}

func declaredType(c Column) int {
	t, _ := c.declaredType()
	return int(t)
}

// withHooks returns a catalog on which every row maker has something to do.
func withHooks() *Catalog {
	c := New()
	c.SetHooks(Hooks{
		Stats: fixedStats{},
		Settings: func(functions.Session) []Setting {
			return []Setting{
				{Name: "work_mem", Value: "4096", Boot: "4096", Unit: "kB", Vartype: "integer", Category: "Resources", ShortDesc: "Memory."},
				{Name: "DateStyle", Value: "ISO, MDY", Boot: "ISO, MDY", Enum: []string{"a"}},
			}
		},
		Activity: func() []Activity {
			return []Activity{{PID: 7, UserOID: 10, Database: "stemedb", ClientAddr: "127.0.0.1", ClientPort: 9, State: "active", Query: "SELECT 1"}}
		},
	})
	c.roleSettings = map[RoleScope][]string{{Role: 100002}: {"search_path=authority"}}
	c.allRoles = newRoles([]Role{
		{OID: 100001, Name: "readers", ConnLimit: -1},
		{OID: 100002, Name: "ann", CanLogin: true, Verifier: "secret", MemberOf: []Membership{{Role: 100001, Grantor: OIDSuperuser, Admin: true}}},
	}, c.roleSettings)
	return c
}

type fixedStats struct{}

func (fixedStats) Rows(oid types.OID) int64 {
	if oid == OIDAssertions {
		return 1000
	}
	return 3
}
func (fixedStats) Bytes(types.OID) int64 { return 8193 }

// TestRowsFitDeclarations holds every value of every row to its column's
// representation and to NOT NULL.
func TestRowsFitDeclarations(t *testing.T) {
	c := withHooks()
	for _, r := range c.Relations() {
		if r.Store != VirtualStore {
			continue
		}
		_, rows := scan(t, c, r.Schema, r.Name)
		for _, row := range rows {
			if len(row) != len(r.Columns) {
				t.Fatalf("%s.%s: %d values for %d columns", r.Schema, r.Name, len(row), len(r.Columns))
			}
			for i, d := range row {
				if err := fits(&r.Columns[i], d); err != nil {
					t.Fatalf("%s.%s.%s: %v", r.Schema, r.Name, r.Columns[i].Name, err)
				}
			}
		}
	}
}

func fits(col *Column, d types.Datum) error {
	if d.Null {
		if col.NotNull {
			return fmt.Errorf("NULL in a NOT NULL column")
		}
		return nil
	}
	rep := types.RepOf(col.Type)
	if d.A != nil && rep != types.RepAny || d.A == nil && rep == types.RepAny {
		return fmt.Errorf("wrong representation: %+v", d)
	}
	if d.S != "" && rep != types.RepText || d.I != 0 && rep != types.RepInt || d.F != 0 && rep != types.RepFloat {
		return fmt.Errorf("wrong representation: %+v", d)
	}
	if a, ok := d.A.(*types.Array); ok && a.Elem != types.ElemOf(col.Type) {
		return fmt.Errorf("array of %d", a.Elem)
	}
	if _, err := types.AppendTextDatum(nil, col.Type, d, types.DefaultFormat()); err != nil {
		return err
	}
	if _, err := types.AppendBinaryDatum(nil, col.Type, d); err != nil && col.Type != types.OIDACLItem {
		return err
	}
	return nil
}

func TestOIDsAreUnique(t *testing.T) {
	c := withHooks()
	for _, table := range []string{
		"pg_class", "pg_type", "pg_proc", "pg_operator", "pg_cast", "pg_namespace", "pg_constraint", "pg_attrdef", "pg_am", "pg_opclass",
		"pg_opfamily", "pg_amop", "pg_amproc", "pg_language", "pg_collation", "pg_database", "pg_authid", "pg_tablespace",
	} {
		seen := map[int64]bool{}
		for _, d := range column(t, c, table, "oid") {
			if seen[d.I] || d.I == 0 {
				t.Errorf("%s: OID %d twice, or none", table, d.I)
			}
			seen[d.I] = true
		}
	}
	own := map[types.OID]string{}
	claim := func(oid types.OID, what string) {
		if was := own[oid]; was != "" && oid >= 16384 {
			t.Errorf("OID %d is %s and %s", oid, was, what)
		}
		own[oid] = what
	}
	for _, r := range c.Relations() {
		claim(r.OID, "relation "+r.Name)
	}
	for _, p := range c.library().procs {
		claim(p.OID, "function "+p.Name)
	}
	for i := range c.indexes {
		claim(c.indexes[i].OID, "index "+c.indexes[i].Name)
	}
	for i := range c.constraints {
		claim(c.constraints[i].oid, "constraint "+c.constraints[i].name)
	}
	for _, d := range c.attrdefs {
		claim(d.oid, "default of "+d.rel.Columns[d.col].Name)
	}
	for _, s := range c.Schemas() {
		claim(s.OID, "schema "+s.Name)
	}
	claim(OIDDatabase, "database")
}

func TestMakersHaveRelations(t *testing.T) {
	c := New()
	for name := range allMakers() {
		schema, rel, _ := strings.Cut(name, ".")
		if _, ok := c.Named(schema, rel); !ok {
			t.Errorf("rows for %s, which is not declared", name)
		}
	}
}

// TestFinderAgrees holds RowsWhere to the rows that a scan would find.
func TestFinderAgrees(t *testing.T) {
	c := withHooks()
	for _, at := range []struct{ table, col string }{
		{"pg_class", "oid"}, {"pg_class", "relname"}, {"pg_attribute", "attrelid"}, {"pg_proc", "proname"}, {"pg_type", "oid"}, {"pg_roles", "rolname"},
	} {
		r, rows := scan(t, c, "pg_catalog", at.table)
		col := r.ColumnIndex(at.col)
		want := map[types.Datum]int{}
		for _, row := range rows {
			want[row[col]]++
		}
		for v, n := range want {
			got := 0
			err := r.Virtual.(Finder).RowsWhere(nil, col, v, func(row []types.Datum) error {
				if row[col] != v {
					t.Errorf("%s: row of %v for %v", at.table, row[col], v)
				}
				got++
				return nil
			})
			if err != nil || got != n {
				t.Errorf("%s.%s = %v: %d rows, want %d (%v)", at.table, at.col, v, got, n, err)
			}
		}
	}
}

func TestSizesAreLive(t *testing.T) {
	c := withHooks()
	r, rows := scan(t, c, "pg_catalog", "pg_class")
	for _, row := range rows {
		if types.OID(row[0].I) == OIDAssertions {
			if row[r.ColumnIndex("reltuples")].F != 1000 || row[r.ColumnIndex("relpages")].I != 2 {
				t.Errorf("assertions: %v tuples, %v pages", row[r.ColumnIndex("reltuples")].F, row[r.ColumnIndex("relpages")].I)
			}
			return
		}
	}
	t.Error("assertions is not in pg_class")
}

var (
	sqlCalled   = regexp.MustCompile(`pg_catalog\.([a-z_0-9]+)\(`)
	sqlRelation = regexp.MustCompile(`(?i)(?:FROM|JOIN) pg_catalog\.([a-z_0-9]+)\b[^(]`)
)

// TestPsqlFindsItsObjects holds the catalogs to what psql's commands ask.
func TestPsqlFindsItsObjects(t *testing.T) {
	files, err := filepath.Glob("testdata/psql/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	c := New()
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range sqlRelation.FindAllStringSubmatch(string(text), -1) {
			if _, ok := c.Named("pg_catalog", m[1]); !ok {
				t.Errorf("%s: no relation %s", f, m[1])
			}
		}
		for _, m := range sqlCalled.FindAllStringSubmatch(string(text), -1) {
			if len(functions.ByName(m[1])) == 0 {
				t.Errorf("%s: no function %s", f, m[1])
			}
		}
	}
}
