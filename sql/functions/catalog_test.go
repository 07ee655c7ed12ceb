package functions

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/types"
)

// catalogRows reads a dump of testdata/catalog, by the OID that leads a line.
func catalogRows(t *testing.T, name string) map[string]string {
	b, err := os.ReadFile("testdata/catalog/" + name)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if !strings.HasPrefix(line, "#") {
			oid, _, _ := strings.Cut(line, " ")
			rows[oid] = line
		}
	}
	return rows
}

func flag(on bool, word string) string {
	if on {
		return word
	}
	return "-"
}

func TestFunctionsAgreeWithCatalog(t *testing.T) {
	rows := catalogRows(t, "pg_proc.txt")
	seen := map[types.OID]bool{}
	for _, f := range All() {
		if seen[f.OID] {
			t.Errorf("%s: OID %d declared twice", f.Name, f.OID)
		}
		seen[f.OID] = true
		if f.Own() || f.Schema != "" {
			continue // TestOwnFunctionsStay; PostgreSQL's are made by initdb
		}
		if got, want := declared(f), rows[fmt.Sprint(uint32(f.OID))]; got != want {
			t.Errorf("declared %s\n catalog %s", got, want)
		}
	}
}

// declared prints a function as the lists of testdata do.
func declared(f *Func) string {
	var args []string
	for _, a := range f.Args {
		args = append(args, fmt.Sprint(uint32(a)))
	}
	ret, ok := types.Lookup(f.Ret)
	if !ok {
		return fmt.Sprintf("%d %s: no result type %d", f.OID, f.Name, f.Ret)
	}
	return fmt.Sprintf("%d %s(%s) %s %c %c %s %s %s %d %v", f.OID, f.Name, strings.Join(args, ","), ret.Name, f.Kind, f.Volatility,
		flag(!f.NotStrict, "strict"), flag(f.RetSet, "set"), flag(f.Variadic, "variadic"), len(f.Defaults), f.Cost)
}

func TestEveryFunctionHasCode(t *testing.T) {
	for _, f := range All() {
		switch {
		case f.Kind == Agg && f.Aggregate == nil,
			f.Kind == WindowFn && f.Window == nil,
			f.RetSet && f.Set == nil && f.BindSet == nil,
			f.Kind == Scalar && !f.RetSet && f.Row == nil && f.Bind == nil:
			t.Errorf("%s (%d) has no code", f.Name, f.OID)
		}
		if len(f.OutNames) != len(f.OutTypes) {
			t.Errorf("%s: %d output names, %d types", f.Name, len(f.OutNames), len(f.OutTypes))
		}
		if g, ok := ByOID(f.OID); !ok || g != f {
			t.Errorf("%s: not found by OID", f.Name)
		}
	}
}

func TestOperatorsAgreeWithCatalog(t *testing.T) {
	rows := catalogRows(t, "pg_operator.txt")
	for _, o := range AllOperators() {
		got := fmt.Sprintf("%d %s %d %d %d %d %d %d", o.OID, o.Name, o.Left, o.Right, o.Result, o.Func, o.Commutator, o.Negator)
		if want := rows[fmt.Sprint(uint32(o.OID))]; got != want {
			t.Errorf("declared %s\n catalog %s", got, want)
		}
		if _, ok := ByOID(o.Func); !ok {
			t.Errorf("operator %d %s: no function %d", o.OID, o.Name, o.Func)
		}
	}
}

func TestCastsAgreeWithCatalog(t *testing.T) {
	rows := catalogRows(t, "pg_cast.txt")
	for _, c := range AllCasts() {
		got := fmt.Sprintf("%d %d %d %d %c %c", c.OID, c.Source, c.Target, c.Func, c.Context, c.Method)
		if want := rows[fmt.Sprint(uint32(c.OID))]; got != want {
			t.Errorf("declared %s\n catalog %s", got, want)
		}
		if _, ok := ByOID(c.Func); c.Func != 0 && !ok {
			t.Errorf("cast %d: no function %d", c.OID, c.Func)
		}
	}
}

// TestOperatorsAreComplete: an operator of the catalog whose function is
// declared is declared too.
func TestOperatorsAreComplete(t *testing.T) {
	for _, line := range catalogRows(t, "pg_operator.txt") {
		var oid, left, right, result, fn uint32
		var name string
		if _, err := fmt.Sscan(line, &oid, &name, &left, &right, &result, &fn); err != nil {
			t.Fatal(line, err)
		}
		if _, ok := ByOID(types.OID(fn)); !ok {
			continue
		}
		if o, ok := OperatorByOID(types.OID(oid)); !ok || o.Name != name {
			t.Errorf("missing %s", line)
		}
	}
}

func TestFunctionsAreFoundByName(t *testing.T) {
	for _, f := range All() {
		found := false
		for _, g := range ByName(f.Name) {
			found = found || g == f
		}
		if !found {
			t.Errorf("%s not found by name", f.Name)
		}
	}
}
