package functions

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

const (
	sqlPage     = "../../docs/sql.md"
	sqlTemplate = "testdata/sql.md.tmpl"
	sqlRewrite  = "SQLPAGE_REWRITE"
)

// TestSQLPage holds docs/sql.md against the declarations.
func TestSQLPage(t *testing.T) {
	page, err := template.ParseFiles(sqlTemplate)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, newSQLText()); err != nil {
		t.Fatal(err)
	}
	if os.Getenv(sqlRewrite) != "" {
		if err := os.WriteFile(sqlPage, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(sqlPage)
	if err != nil || !bytes.Equal(have, b.Bytes()) {
		t.Errorf("docs/sql.md is stale: run SQLPAGE_REWRITE=1 go test ./sql/functions -run TestSQLPage (%v)", err)
	}
}

// sqlText is the parts of the page.
type sqlText struct {
	Types, Casts, Operators, Functions, Own, Sets, Aggregates, Windows string
}

// families of the page, in its order, by types' categories.
var pageFamilies = []string{"numbers", "text", "binary strings", "dates and times", "booleans", "arrays", "ranges", "JSON", "bit strings", "networks", "geometry", "others"}

func family(oid types.OID) string {
	t, ok := types.Lookup(oid)
	if !ok {
		return "others"
	}
	switch t.Name {
	case "json", "jsonb", "jsonpath":
		return "JSON"
	case "bytea":
		return "binary strings"
	case "anyarray", "anycompatiblearray", "oidvector", "int2vector":
		return "arrays"
	case "anyrange", "anymultirange", "anycompatiblerange", "anycompatiblemultirange":
		return "ranges"
	case "oid":
		return "others"
	}
	switch t.Category {
	case 'N':
		if strings.HasPrefix(t.Name, "reg") {
			return "others"
		}
		return "numbers"
	case 'S':
		return "text"
	case 'D', 'T':
		return "dates and times"
	case 'B':
		return "booleans"
	case 'A':
		return "arrays"
	case 'R':
		return "ranges"
	case 'V':
		return "bit strings"
	case 'I':
		return "networks"
	case 'G':
		return "geometry"
	}
	if t.Kind == 'm' {
		return "ranges"
	}
	return "others"
}

func newSQLText() sqlText {
	var out sqlText
	out.Types, out.Casts, out.Operators = typesText(), castsText(), operatorsText()
	hidden := behindOthers()
	pick := func(want func(*Func) bool) []*Func {
		return slices.DeleteFunc(slices.Clone(All()), func(f *Func) bool { return hidden[f.OID] || internal(f) || f.Own() || !want(f) })
	}
	out.Own = ownText()
	out.Functions = byFamily(pick(func(f *Func) bool { return f.Kind == Scalar && !f.RetSet }))
	out.Sets = functionTable(pick(func(f *Func) bool { return f.Kind == Scalar && f.RetSet }))
	out.Aggregates = functionTable(pick(func(f *Func) bool { return f.Kind == Agg }))
	out.Windows = functionTable(pick(func(f *Func) bool { return f.Kind == WindowFn }))
	return out
}

// ownText lists the functions that PostgreSQL does not have: what they are to be
// called with and give is not in its manual.
func ownText() string {
	var b strings.Builder
	b.WriteString("| function | gives | who | what |\n|---|---|---|---|\n")
	for _, f := range All() {
		if !f.Own() {
			continue
		}
		var args []string
		for i, a := range f.Args {
			s := f.ArgNames[i] + " " + shown(a)
			if i >= len(f.Args)-len(f.Defaults) {
				s += " ="
			}
			args = append(args, s)
		}
		gives, who := "a row", "everybody"
		if f.RetSet {
			gives = "rows"
		}
		var columns []string
		for i, n := range f.OutNames {
			columns = append(columns, n+" "+shown(f.OutTypes[i]))
		}
		if f.Restricted {
			who = "superusers"
		}
		fmt.Fprintf(&b, "| `%s(%s)` | %s: %s | %s | %s |\n", f.Name, strings.Join(args, ", "), gives, strings.Join(columns, ", "), who, clean(f.Doc))
	}
	return b.String() + "\n"
}

// behindOthers are the functions of operators and casts, and of types.
func behindOthers() map[types.OID]bool {
	out := map[types.OID]bool{}
	for _, o := range AllOperators() {
		out[o.Func] = true
	}
	for _, c := range AllCasts() {
		out[c.Func] = true
	}
	for i := range types.All() {
		t := &types.All()[i]
		for _, f := range []types.Fn{t.Input, t.Output, t.Receive, t.Send, t.TypmodIn, t.TypmodOut} {
			out[f.OID] = true
		}
	}
	return out
}

// internal reports a function that serves the server: comparisons of indexes,
// hashes, and what takes or gives internal values.
func internal(f *Func) bool {
	if f.Ret == types.OIDInternal || slices.Contains(f.Args, types.OIDInternal) {
		return true
	}
	for _, p := range []string{"bt", "hash", "in_range"} {
		if strings.HasPrefix(f.Name, p) && f.Name != "btrim" {
			return true
		}
	}
	for _, s := range []string{"_cmp", "_larger", "_smaller", "_hash", "_hash_extended", "larger", "smaller", "hash", "hashextended", "cmp", "_canonical", "_subdiff"} {
		if strings.HasSuffix(f.Name, s) {
			return true
		}
	}
	return false
}

// listed are types that values have: those that only stand in a declaration are
// named apart.
func typesText() string {
	rows := map[string][]string{}
	var bare []string
	for i := range types.All() {
		t := &types.All()[i]
		if t.Kind == 'p' || t.Kind == 'c' || types.IsArray(t.OID) && t.Name[0] == '_' {
			continue
		}
		if _, err := types.ParseText(t.OID, -1, "", nil); unsupportedType(err) {
			bare = append(bare, "`"+t.Name+"`")
			continue
		}
		name := "`" + types.FormatTypeBare(t.OID) + "`"
		if name != "`"+t.Name+"`" {
			name += ", `" + t.Name + "`"
		}
		rows[family(t.OID)] = append(rows[family(t.OID)], "| "+name+" | "+clean(t.Doc)+" |\n")
	}
	var b strings.Builder
	for _, f := range pageFamilies {
		if len(rows[f]) > 0 {
			slices.Sort(rows[f])
			fmt.Fprintf(&b, "### Types: %s\n\n| type | what |\n|---|---|\n%s\n", f, strings.Join(rows[f], ""))
		}
	}
	slices.Sort(bare)
	if len(bare) > 0 {
		fmt.Fprintf(&b, "Declared in the catalogs, without values: %s.\n\n", strings.Join(bare, ", "))
	}
	return b.String()
}

func unsupportedType(err error) bool {
	var e *sqlerr.Error
	return errors.As(err, &e) && e.Code == sqlerr.FeatureNotSupported
}

func clean(s string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;").Replace(strings.TrimSpace(s))
}

// shown is a type's name on the page.
func shown(oid types.OID) string {
	t, ok := types.Lookup(oid)
	if !ok {
		return fmt.Sprint(uint32(oid))
	}
	if e := types.ElemOf(oid); e != 0 && t.Name[0] == '_' {
		return shown(e) + "[]"
	}
	return t.Name
}

func castsText() string {
	type row struct{ implicit, assignment, explicit []string }
	rows := map[types.OID]*row{}
	var sources []types.OID
	for _, c := range AllCasts() {
		r := rows[c.Source]
		if r == nil {
			r = &row{}
			rows[c.Source] = r
			sources = append(sources, c.Source)
		}
		name := shown(c.Target)
		if c.Source == c.Target {
			continue // a length or precision
		}
		switch c.Context {
		case 'i':
			r.implicit = append(r.implicit, name)
		case 'a':
			r.assignment = append(r.assignment, name)
		default:
			r.explicit = append(r.explicit, name)
		}
	}
	slices.SortFunc(sources, func(a, b types.OID) int { return cmp.Compare(shown(a), shown(b)) })
	var b strings.Builder
	b.WriteString("| from | implicit | by assignment | explicit |\n|---|---|---|---|\n")
	for _, s := range sources {
		r := rows[s]
		if len(r.implicit)+len(r.assignment)+len(r.explicit) == 0 {
			continue
		}
		for _, l := range [][]string{r.implicit, r.assignment, r.explicit} {
			slices.Sort(l)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", shown(s), strings.Join(r.implicit, ", "), strings.Join(r.assignment, ", "), strings.Join(r.explicit, ", "))
	}
	return b.String() + "\n"
}

func operatorsText() string {
	forms := map[string]map[string][]string{}
	for _, o := range AllOperators() {
		f := family(cmp.Or(o.Left, o.Right))
		if forms[f] == nil {
			forms[f] = map[string][]string{}
		}
		form := shown(o.Right) + " → " + shown(o.Result)
		if o.Left != 0 {
			form = shown(o.Left) + ", " + form
		}
		forms[f][o.Name] = append(forms[f][o.Name], form)
	}
	var b strings.Builder
	for _, f := range pageFamilies {
		if len(forms[f]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "### Operators: %s\n\n| operator | operands → result |\n|---|---|\n", f)
		var names []string
		for n := range forms[f] {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names {
			list := forms[f][n]
			slices.Sort(list)
			fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(n, "|", "\\|"), strings.Join(list, "; "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// byFamily parts functions by the type of their first argument, else of their
// result; those of large objects, and those of the session and the catalogs, are
// families of their own.
func byFamily(list []*Func) string {
	groups := map[string][]*Func{}
	const large, system = "large objects", "session and catalogs"
	isLarge := map[types.OID]bool{}
	for _, f := range largeObjectFuncs() {
		isLarge[f.OID] = true
	}
	for _, f := range list {
		name := system
		switch {
		case isLarge[f.OID]:
			name = large
		case !systemFunction(f):
			name = subject(f)
		}
		groups[name] = append(groups[name], f)
	}
	var b strings.Builder
	for _, f := range append(slices.Clone(pageFamilies), large, system) {
		if len(groups[f]) > 0 {
			fmt.Fprintf(&b, "### Functions: %s\n\n%s", f, functionTable(groups[f]))
		}
	}
	return b.String()
}

// subject is the family of a function: that of its first argument which has one.
func subject(f *Func) string {
	if strings.Contains(f.Name, "json") {
		return "JSON"
	}
	for _, a := range f.Args {
		if name := family(a); name != "others" {
			return name
		}
	}
	return family(f.Ret)
}

func systemFunction(f *Func) bool {
	for _, p := range []string{"pg_", "has_", "current_", "session_", "txid_", "inet_client", "inet_server", "to_reg", "col_desc", "obj_desc", "shobj_", "set_config", "version", "row_security"} {
		if strings.HasPrefix(f.Name, p) && !strings.HasPrefix(f.Name, "pg_size") && !strings.HasPrefix(f.Name, "pg_sleep") && !strings.HasPrefix(f.Name, "pg_lsn") {
			return true
		}
	}
	return false
}

func functionTable(list []*Func) string {
	forms, docs := map[string][]string{}, map[string]string{}
	var names []string
	for _, f := range list {
		if forms[f.Name] == nil {
			names = append(names, f.Name)
		}
		forms[f.Name] = append(forms[f.Name], form(f))
		docs[f.Name] = cmp.Or(docs[f.Name], f.Doc)
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString("| function | arguments → result | what |\n|---|---|---|\n")
	for _, n := range names {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", n, strings.Join(forms[n], "; "), clean(docs[n]))
	}
	return b.String() + "\n"
}

func form(f *Func) string {
	var args []string
	for i, a := range f.Args {
		s := shown(a)
		if f.Variadic && i == len(f.Args)-1 {
			s = strings.TrimSuffix(s, "[]") + "…"
		}
		if i >= len(f.Args)-len(f.Defaults) {
			s += " ="
		}
		args = append(args, s)
	}
	result := shown(f.Ret)
	if len(f.OutNames) > 0 {
		result = "(" + strings.Join(f.OutNames, ", ") + ")"
	}
	return "(" + strings.Join(args, ", ") + ") → " + result
}
