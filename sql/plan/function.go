package plan

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// funcMatch is a function as a call of so many arguments sees it.
type funcMatch struct {
	fn *functions.Func
	// order says which of the call's arguments goes to each parameter; -1
	// takes the default.
	order    []int
	variadic bool // the call's last arguments become an array
	// rival says that another function takes the same with as many defaults: a call that
	// comes to this one is ambiguous.
	rival bool
}

// callArgs are the arguments of a call, bound.
type callArgs struct {
	exprs    []Expr
	names    []string // "" for positional ones
	variadic bool     // VARIADIC was written
}

// funcCandidates lists what a call may mean: by count of arguments, names and
// defaults.
func (b *binder) funcCandidates(name funcRef, a callArgs) []candidate {
	var out []candidate
	n := len(a.exprs)
	for _, f := range b.functionsNamed(name) {
		if c, ok := fixedCandidate(f, a); ok {
			out = append(out, c)
			continue
		}
		if !f.Variadic || a.variadic || hasNames(a) || n < len(f.Args) {
			continue
		}
		c := candidate{what: &funcMatch{fn: f, variadic: true}}
		last := len(f.Args) - 1
		elem := variadicElem(f.Args[last])
		for i := range n {
			if i < last {
				c.args = append(c.args, f.Args[i])
			} else {
				c.args = append(c.args, elem)
			}
		}
		out = append(out, c)
	}
	return out
}

// needCode refuses a function of PostgreSQL's that nothing here computes.
func (b *binder) needCode(fn *functions.Func, location int32) {
	switch {
	case fn.HasCode():
	case fn.Ret == types.OIDTrigger:
		b.failAt(location, sqlerr.TriggerProtocolViolated, `function "%s" was not called by trigger manager`, fn.Name)
	default:
		var args []string
		for _, t := range fn.Args {
			args = append(args, types.FormatTypeBare(t))
		}
		b.unsupported(location, "function "+fn.Name+"("+strings.Join(args, ", ")+") is")
	}
}

// variadicElem is the type of each argument that a VARIADIC parameter takes.
func variadicElem(array types.OID) types.OID {
	switch array {
	case types.OIDAny:
		return types.OIDAny
	case types.OIDAnyArray:
		return types.OIDAnyElement
	case types.OIDAnyCompatibleArray:
		return types.OIDAnyCompatible
	}
	return types.ElemOf(array)
}

func hasNames(a callArgs) bool {
	for _, n := range a.names {
		if n != "" {
			return true
		}
	}
	return false
}

// fixedCandidate matches a call against a function without its variadic form.
func fixedCandidate(f *functions.Func, a callArgs) (candidate, bool) {
	n, params := len(a.exprs), len(f.Args)
	if n > params || n < params-len(f.Defaults) {
		return candidate{}, false
	}
	if f.Variadic && !a.variadic && !hasNames(a) {
		return candidate{}, false // the expanded form is meant
	}
	m := &funcMatch{fn: f, order: make([]int, params)}
	for i := range m.order {
		m.order[i] = -1
	}
	for i := range n {
		at := i
		if a.names[i] != "" {
			if at = indexOf(f.ArgNames, a.names[i]); at < 0 {
				return candidate{}, false
			}
		}
		if m.order[at] >= 0 {
			return candidate{}, false
		}
		m.order[at] = i
	}
	c := candidate{what: m, args: make([]types.OID, n)}
	for p, i := range m.order {
		if i < 0 {
			if p < params-len(f.Defaults) {
				return candidate{}, false
			}
			continue
		}
		c.args[i] = f.Args[p]
	}
	return c, true
}

func indexOf(list []string, s string) int {
	for i := range list {
		if list[i] == s {
			return i
		}
	}
	return -1
}

// findFunc resolves a call; nil: there is none; ambiguous: there are several.
func (b *binder) findFunc(name funcRef, a callArgs) (m *funcMatch, args []types.OID, ambiguous bool) {
	in := typesOf(a.exprs)
	cands := dedupe(b.funcCandidates(name, a))
	c, ok := exact(in, cands)
	if !ok {
		fit := matching(in, cands)
		switch len(fit) {
		case 0:
			return nil, nil, false
		case 1:
			c, ok = fit[0], true
		default:
			c, ok = choose(in, fit)
		}
	}
	if !ok || c.what.(*funcMatch).rival {
		return nil, nil, true
	}
	return c.what.(*funcMatch), c.args, false
}

// dedupe drops a variadic candidate where a plain one takes the same types,
// and one that needs more defaults where another needs fewer.
func dedupe(cands []candidate) []candidate {
	var out []candidate
next:
	for _, c := range cands {
		for k, o := range out {
			if len(o.args) == len(c.args) && sameTypes(o.args, c.args) {
				if better(c.what.(*funcMatch), o.what.(*funcMatch)) {
					out[k] = c
				} else if rivals(c.what.(*funcMatch), o.what.(*funcMatch)) {
					out[k].what.(*funcMatch).rival = true
				}
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}

// rivals reports whether nothing decides between two functions that take the same.
func rivals(a, b *funcMatch) bool {
	return a.fn.Made != nil && b.fn.Made != nil && a.fn.Schema == b.fn.Schema && a.variadic == b.variadic && len(a.order) == len(b.order)
}

func better(a, b *funcMatch) bool {
	if a.fn.Schema != b.fn.Schema {
		return false // which comes first in the search path
	}
	if a.variadic != b.variadic {
		return !a.variadic
	}
	return len(a.order) < len(b.order)
}

func sameTypes(a, b []types.OID) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// signature is PostgreSQL's way to name a call in complaints.
func signature(name string, a callArgs) string {
	var parts []string
	for i, e := range a.exprs {
		t := types.FormatTypeBare(typeOf(e))
		if a.names[i] != "" {
			t = a.names[i] + " => " + t
		}
		parts = append(parts, t)
	}
	return name + "(" + strings.Join(parts, ", ") + ")"
}

// noFunc complains of a call that matches nothing.
func (b *binder) noFunc(written string, a callArgs, location int32, ambiguous bool) {
	sig := signature(written, a)
	if ambiguous {
		fail(b.at(location, sqlerr.New(sqlerr.AmbiguousFunction, "function %s is not unique", sig).
			WithHint("Could not choose a best candidate function. You might need to add explicit type casts.")))
	}
	fail(b.at(location, sqlerr.New(sqlerr.UndefinedFunction, "function %s does not exist", sig).
		WithHint("No function matches the given name and argument types. You might need to add explicit type casts.")))
}

// resolveCall resolves a call and converts its arguments. cast is set instead
// when the call is a cast in function's clothes, text(x).
func (b *binder) resolveCall(name funcRef, a callArgs, location int32) (fn *functions.Func, args []Expr, result types.OID, cast Expr) {
	m, declared, ambiguous := b.findFunc(name, a)
	if name.builtin {
		if cast = b.castLike(name.name, a, m, declared); cast != nil {
			return nil, nil, 0, cast
		}
	}
	if m == nil {
		b.noFunc(name.written, a, location, ambiguous)
	}
	b.calling(m.fn.OID)
	want, result, err := unify(typesOf(a.exprs), declared, m.fn.Ret)
	if err != nil {
		fail(err)
	}
	conv := make([]Expr, len(a.exprs))
	for i, e := range a.exprs {
		if m.fn.Made != nil {
			e = b.rowArgument(m, i, e, location)
		}
		if conv[i] = b.coerce(e, want[i], -1, implicit); conv[i] == nil {
			b.noFunc(name.written, a, location, false)
		}
	}
	if m.fn.Made != nil {
		b.routineArguments(m, name, a, conv, location)
	}
	if types.IsPolymorphic(result) && slices.ContainsFunc(declared, types.IsPolymorphic) {
		b.failAt(location, sqlerr.DatatypeMismatch, "could not determine polymorphic type because input has type unknown")
	}
	if b.showing() && !m.variadic { // as it was written
		return m.fn, conv, result, nil
	}
	return m.fn, b.arrange(m, conv), result, nil
}

// castLike recognises type(x) where no function of that name takes x as it is, or
// none that there is code of.
func (b *binder) castLike(name string, a callArgs, m *funcMatch, declared []types.OID) Expr {
	if len(a.exprs) != 1 || hasNames(a) {
		return nil
	}
	source := typeOf(a.exprs[0])
	if m != nil && declared[0] == source && m.fn.HasCode() {
		return nil
	}
	t, ok := types.ByName("", name)
	if !ok || t.Kind == 'p' {
		return nil
	}
	if source != types.OIDUnknown {
		switch k, _ := castPath(source, t.OID, explicit); k {
		case relabel:
		case byText:
			if category(t.OID) == 'S' && isRow(source) {
				return nil
			}
		default:
			return nil
		}
	}
	return b.coerce(a.exprs[0], t.OID, -1, explicit)
}

// arrange puts converted arguments in the order of the function's parameters,
// with defaults and the variadic array.
func (b *binder) arrange(m *funcMatch, conv []Expr) []Expr {
	f := m.fn
	if m.variadic {
		last := len(f.Args) - 1
		if f.Args[last] == types.OIDAny { // VARIADIC "any" takes them one by one
			return conv
		}
		arr := &ArrayExpr{Elems: conv[last:], OID: types.ArrayOf(typeOf(conv[last]))}
		return append(conv[:last:last], arr)
	}
	out := make([]Expr, len(f.Args))
	for p, i := range m.order {
		if i >= 0 {
			out[p] = conv[i]
			continue
		}
		if f.Made != nil {
			out[p] = b.routineDefault(f, p)
			continue
		}
		d := f.Defaults[p-(len(f.Args)-len(f.Defaults))]
		out[p] = &Const{Value: d, OID: f.Args[p], Typmod: -1}
	}
	return out
}

// funcShape describes the rows of a function that returns records.
func funcShape(f *functions.Func, known bool) *rowShape {
	if !known || len(f.OutNames) == 0 {
		return nil
	}
	return &rowShape{names: f.OutNames, types: f.OutTypes}
}
