package types

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func readLines(t *testing.T, path string) []string {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(src)), "\n")
}

// TestCatalogRows compares the table of types with PostgreSQL's pg_type.
func TestCatalogRows(t *testing.T) {
	var got []string
	for _, ty := range All() {
		sub, array, b := ty.Subscript.OID, ty.Array, map[bool]string{true: "t", false: "f"}
		if array >= 10000 {
			array = 0
		}
		fn := func(f Fn) string {
			if f.OID == 0 {
				return "0|-"
			}
			return fmt.Sprintf("%d|%s", f.OID, f.Name)
		}
		got = append(got, fmt.Sprintf("%d|%s|%d|%s|%c|%c|%s|%c|%d|%d|%d|%s|%s|%s|%s|%d|%d|%d|%c|%c|%d", ty.OID, ty.Name, ty.Len, b[ty.ByVal],
			ty.Kind, ty.Category, b[ty.Preferred], ty.Delim, sub, ty.Elem, array, fn(ty.Input), fn(ty.Output), fn(ty.Receive), fn(ty.Send),
			ty.TypmodIn.OID, ty.TypmodOut.OID, ty.Analyze.OID, ty.Align, ty.Storage, ty.Collation))
	}
	want := readLines(t, "testdata/golden/pg_type.csv")
	if len(got) != len(want) {
		t.Fatalf("%d types, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

// TestFormatType compares type names with PostgreSQL's format_type, and reads
// them back.
func TestFormatType(t *testing.T) {
	for _, line := range readLines(t, "testdata/golden/format_type.csv") {
		f := strings.SplitN(line, "|", 3)
		oid, _ := strconv.Atoi(f[0])
		typmod, _ := strconv.Atoi(f[1])
		got := FormatType(OID(oid), int32(typmod))
		if typmod == -2 {
			got = FormatTypeBare(OID(oid))
		}
		if got != f[2] {
			t.Errorf("type %d, modifier %d: got %q, want %q", oid, typmod, got, f[2])
		}
		back, _, ok := ParseTypeName(f[2])
		if _, _, interval := intervalTypeName(f[2]); !interval && (!ok || back != OID(oid)) && !strings.HasPrefix(f[2], "interval ") {
			t.Errorf("ParseTypeName(%q) = %d, %v", f[2], back, ok)
		}
	}
	if FormatType(0, -1) != "-" || FormatType(99999, -1) != "???" {
		t.Error("names of unknown types")
	}
}

func TestLookups(t *testing.T) {
	for _, ty := range All() {
		got, ok := Lookup(ty.OID)
		byName, ok2 := ByName("pg_catalog", ty.Name)
		if !ok || !ok2 || got.OID != ty.OID || byName.OID != ty.OID || RepOf(ty.OID) != ty.Rep {
			t.Errorf("type %s is not found", ty.Name)
		}
		if e := ElemOf(ty.OID); ty.Category == 'A' && e != ty.Elem {
			t.Errorf("element of %s: %d", ty.Name, e)
		}
		if a := ArrayOf(ty.OID); a != 0 && ElemOf(a) != ty.OID {
			t.Errorf("array of %s: %d", ty.Name, a)
		}
	}
	if _, ok := Lookup(100000); ok {
		t.Error("found an unknown type")
	}
	if RepOf(100000) != RepAny {
		t.Error("row types are RepAny")
	}
	if _, ok := ByName("public", "int4"); ok {
		t.Error("int4 found in public")
	}
}

func TestTypmodIn(t *testing.T) {
	for _, c := range []struct {
		typ  OID
		args string
		want string
	}{
		{OIDVarchar, "10", "14"},
		{OIDVarchar, "0", "length for type varchar must be at least 1 (SQLSTATE 22023)"},
		{OIDBpchar, "10485761", "length for type char cannot exceed 10485760 (SQLSTATE 22023)"},
		{OIDNumeric, "10,2", "655366"},
		{OIDNumeric, "3,-2", "198658"},
		{OIDNumeric, "0", "NUMERIC precision 0 must be between 1 and 1000 (SQLSTATE 22023)"},
		{OIDNumeric, "10,1001", "NUMERIC scale 1001 must be between -1000 and 1000 (SQLSTATE 22023)"},
		{OIDNumeric, "1,2,3", "invalid NUMERIC type modifier (SQLSTATE 22023)"},
		{OIDTimestamp, "3", "3"},
		{OIDTimestamp, "9", "6"},
		{OIDTimestamptz, "-1", "TIMESTAMP(-1) WITH TIME ZONE precision must not be negative (SQLSTATE 22023)"},
		{OIDInterval, "32767,3", "2147418115"},
		{OIDInterval, "4", "327679"},
		{OIDInterval, "3", "invalid INTERVAL type modifier (SQLSTATE 22023)"},
		{OIDBit, "8", "8"},
		{OIDVarcharArray, "10", "14"},
		{OIDInt4, "1", "type modifier is not allowed for type \"integer\" (SQLSTATE 42601)"},
	} {
		n, err := TypmodIn(c.typ, strings.Split(c.args, ","))
		got := strconv.Itoa(int(n))
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s(%s): got %s, want %s", FormatTypeBare(c.typ), c.args, got, c.want)
		}
	}
}

func TestSessionZone(t *testing.T) {
	for _, c := range []struct{ in, name, at string }{
		{"5", "<+05>-05", "+05"},
		{"-7.5", "<-07:30>+07:30", "-07:30"},
		{"europe/berlin", "Europe/Berlin", "+01"},
		{"0", "<+00>-00", "+00"},
		{"999", `time zone "999" not recognized (SQLSTATE 22023)`, ""},
	} {
		name, loc, err := SessionZone(c.in)
		if err != nil {
			if err.Error() != c.name {
				t.Errorf("%s: %v", c.in, err)
			}
			continue
		}
		at := string(AppendTimestamptz(nil, 0, &Format{Loc: loc}))
		if name != c.name || at[len(at)-len(c.at):] != c.at {
			t.Errorf("%s: %s, %s", c.in, name, at)
		}
	}
}

func TestZoneTablesAreOrdered(t *testing.T) {
	if !slices.IsSortedFunc(zoneNames[:], compareFold) {
		t.Error("zoneNames")
	}
	if !slices.IsSortedFunc(zoneAbbrevs[:], func(a, b zoneAbbrev) int { return strings.Compare(a.name, b.name) }) {
		t.Error("zoneAbbrevs")
	}
	for _, a := range zoneAbbrevs {
		if a.zone != "" {
			if _, _, err := LoadZone(a.zone); err != nil {
				t.Error(err)
			}
		}
	}
	for _, n := range []string{"europe/berlin", "EUROPE/BERLIN", "utc", "est5edt", "<+03>-3", "AAA-5BBB,M3.2.0,M11.1.0", "5", "+02:00"} {
		if _, _, err := LoadZone(n); err != nil {
			t.Errorf("%s: %v", n, err)
		}
	}
	for _, n := range []string{"", "local", "Nowhere", "../etc/passwd", "EST5EDT,nonsense", "A"} {
		if _, _, err := LoadZone(n); err == nil {
			t.Errorf("%q is a zone", n)
		}
	}
}
