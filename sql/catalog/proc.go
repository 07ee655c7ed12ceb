package catalog

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// proc is one row of pg_proc: a function that package functions declares, or one
// without code of which only proc.txt knows; and what a declaration does not say.
type proc struct {
	*functions.Func
	lang      types.OID
	support   types.OID // the planner's function for it; 0: none
	rows      float64   // that a set has; 0: as many as PostgreSQL takes for granted
	leakproof bool
	parallel  byte
	library   string // pg_proc.probin
	symbol    string // pg_proc.prosrc, where it is neither the declaration's nor the name
	remark    string // its description
}

// OIDs of the languages.
const (
	langInternal types.OID = 12
	langC        types.OID = 13
	langSQL      types.OID = 14
	langPLpgSQL  types.OID = 13563 // of PostgreSQL 15's, where initdb makes it
)

// procText tells of functions what package functions does not: its first two lines
// say how. FACTS_REWRITE=1 go test -tags psql ./sql/catalog makes it anew.
//
//go:embed proc.txt
var procText string

// buildProcs lists the rows of pg_proc by OID.
func buildProcs() []proc {
	out := make([]proc, 0, len(functions.All())+strings.Count(procText, "\n"))
	at := make(map[types.OID]int, len(functions.All()))
	for _, f := range functions.All() {
		at[f.OID] = len(out)
		out = append(out, proc{Func: f, lang: langInternal, parallel: f.Parallel(), remark: f.Doc})
	}
	named := typesByName()
	factLines(procText, 7, func(f []string) {
		id := declaredOID(f[0])
		if i, ok := at[id]; ok {
			out[i].detail(f[5], named)
			if f[6] != "" {
				out[i].remark = f[6]
			}
			return
		}
		flags := f[4]
		p := proc{lang: langInternal, parallel: flags[2], remark: f[6], Func: &functions.Func{
			OID: id, Name: f[1], Args: typeNames(f[2], named), Ret: typeNames(f[3], named)[0],
			Kind: functions.Kind(flags[0]), Volatility: flags[1], NotStrict: flags[3] == 'f', Cost: 1,
		}}
		p.detail(f[5], named)
		out = append(out, p)
	})
	slices.SortFunc(out, func(a, b proc) int { return int(int64(a.OID) - int64(b.OID)) })
	return out
}

// factLines gives the lines of a file of facts, each split at its tabs into n fields;
// those that are missing at the end are empty. The slice is used again.
func factLines(text string, n int, line func(f []string)) {
	f := make([]string, n)
	for l := range strings.Lines(text) {
		if l[0] == '#' {
			continue
		}
		rest := strings.TrimSuffix(l, "\n")
		for i := range f {
			f[i], rest, _ = strings.Cut(rest, "\t")
		}
		if rest != "" {
			panic(fmt.Sprintf("catalog: a line with more than %d fields: %s", n, l))
		}
		line(f)
	}
}

// typesByName finds types by pg_type.typname.
func typesByName() map[string]types.OID {
	m := make(map[string]types.OID, len(types.All()))
	for i := range types.All() {
		m[types.All()[i].Name] = types.All()[i].OID
	}
	return m
}

// typeNames reads a list of types. One that is not there is a bug and panics.
func typeNames(s string, named map[string]types.OID) []types.OID {
	if s == "" {
		return nil
	}
	var out []types.OID
	for name := range strings.SplitSeq(s, ",") {
		t, ok := named[name]
		if !ok {
			panic("catalog: proc.txt names the type " + name)
		}
		out = append(out, t)
	}
	return out
}

// detail reads what the sixth field of proc.txt says of a function. Of one that is
// declared it says nothing that the declaration, which is shared, could hold.
func (p *proc) detail(s string, named map[string]types.OID) {
	for d := range strings.FieldsSeq(s) {
		key, v, _ := strings.Cut(d, "=")
		switch key {
		case "set":
			p.RetSet = true
		case "leakproof":
			p.leakproof = true
		case "variadic":
			p.Variadic = true
		case "restricted":
			p.Restricted = true
		case "cost":
			p.Cost = factNumber(v)
		case "rows":
			p.rows = factNumber(v)
		case "lang":
			p.lang = map[string]types.OID{"c": langC, "sql": langSQL}[v]
		case "bin":
			p.library = v
		case "src":
			p.symbol = v
		case "support":
			p.support = declaredOID(v)
		case "parallel":
			p.parallel = v[0]
		case "out":
			p.OutTypes = typeNames(v, named)
		case "names":
			p.nameArguments(strings.Split(v, ","))
		case "defaults":
			p.setDefaults(strings.Split(v, "|"))
		default:
			panic("catalog: proc.txt says of a function " + d)
		}
	}
}

func factNumber(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic("catalog: bad number: " + s)
	}
	return n
}

// nameArguments takes the names of the arguments, and behind them of what comes out.
func (p *proc) nameArguments(names []string) {
	in := min(len(p.Args), len(names))
	if slices.ContainsFunc(names[:in], func(s string) bool { return s != "" }) {
		p.ArgNames = names[:in]
	}
	p.OutNames = names[in:]
}

// setDefaults reads the values of the last arguments in their text forms.
func (p *proc) setDefaults(values []string) {
	first := len(p.Args) - len(values)
	for i, s := range values {
		d, err := types.ParseText(p.Args[first+i], -1, s, types.DefaultFormat())
		if err != nil {
			panic("catalog: bad default of " + p.Name + ": " + err.Error())
		}
		p.Defaults = append(p.Defaults, d)
	}
}

// schema is where the function lies.
func (p *proc) schema() string {
	if p.Schema != "" {
		return p.Schema
	}
	return "pg_catalog"
}

// owner is the role that owns the function.
func (p *proc) owner() types.OID {
	if p.Made != nil && p.Made.Owner != 0 {
		return p.Made.Owner
	}
	return OIDSuperuser
}

// source is pg_proc.prosrc: the function's symbol, or its text where it has one.
func (p *proc) source() string {
	switch {
	case p.Made != nil && p.Made.Atomic:
		return ""
	case p.symbol != "":
		return p.symbol
	case p.Src == "" && p.lang != langSQL:
		return p.Name
	}
	return p.Src
}
