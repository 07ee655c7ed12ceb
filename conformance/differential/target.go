package differential

import (
	"fmt"
	"hash/fnv"
	"math"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// target is a declared thing that queries are made around.
type target struct {
	label string // as the report names it
	name  string // of the function (of an operator: its own name)
	fn    *functions.Func
	op    *functions.Operator
	cast  *functions.Cast
	hash  uint64
}

// choose is a random one of the targets: the one whose name lies nearest to a
// random number. A target that is declared anew takes the place of others here
// and there, and leaves all other queries as they were.
func (g *Gen) choose(from []*target) *target {
	r := g.rnd.Uint64()
	best, least := from[0], uint64(math.MaxUint64)
	for _, t := range from {
		if d := (t.hash ^ r) * 0x9e3779b97f4a7c15; d^d>>31 < least {
			best, least = t, d^d>>31
		}
	}
	return best
}

// library is the targets by what they give.
type library struct {
	all    []*target
	result map[types.OID][]*target // scalar targets of a plain result type
	safe   map[types.OID][]*target // those of them that do not fail
	aggs   []*target
}

func newLibrary() *library {
	l := &library{result: map[types.OID][]*target{}, safe: map[types.OID][]*target{}}
	for _, f := range functions.All() {
		if !f.Own() && SkipReason(f.Name)+SkipReason(signature(f)) == "" && f.Kind != functions.WindowFn && f.Kind != functions.Procedure && makeable(f.Args) && !coded(f) {
			l.add(&target{label: signature(f), name: f.Name, fn: f}, f.Ret)
		}
	}
	for _, o := range functions.AllOperators() {
		args := []types.OID{o.Right}
		if o.Left != 0 {
			args = []types.OID{o.Left, o.Right}
		}
		if f, ok := functions.ByOID(o.Func); ok && SkipReason(f.Name) == "" && makeable(args) {
			l.add(&target{label: fmt.Sprintf("%s(%s)", o.Name, names(args)), name: o.Name, op: o}, o.Result)
		}
	}
	for _, c := range functions.AllCasts() {
		if writable(c.Source) && writable(c.Target) && skipCast(c) == "" {
			l.add(&target{label: fmt.Sprintf("%s::%s", nameOf(c.Source), nameOf(c.Target)), cast: c}, c.Target)
		}
	}
	return l
}

// skipCast: casts to names of the catalog say what is in it.
func skipCast(c *functions.Cast) string {
	return SkipReason(nameOf(c.Target)) + SkipReason(nameOf(c.Source))
}

func (l *library) add(t *target, ret types.OID) {
	h := fnv.New64a()
	h.Write([]byte(t.label)) //nolint:errcheck // a hash never fails
	t.hash = h.Sum64()
	l.all = append(l.all, t)
	switch {
	case t.fn != nil && t.fn.Kind == functions.Agg:
		l.aggs = append(l.aggs, t)
		return
	case t.fn != nil && t.fn.RetSet || !writable(ret):
		return
	}
	l.result[ret] = append(l.result[ret], t)
	if t.op != nil && safeOperators[t.name] || t.fn != nil && safeFunctions[t.name] {
		l.safe[ret] = append(l.safe[ret], t)
	}
}

// safeOperators and safeFunctions do not fail whatever their arguments (of the
// types that they are drawn for), so that queries over many rows seldom end in
// an error.
var safeOperators = map[string]bool{"=": true, "<>": true, "<": true, "<=": true, ">": true, ">=": true, "||": true, "@>": true, "<@": true, "&&": true, "?": true}

var safeFunctions = map[string]bool{
	"lower": true, "upper": true, "length": true, "char_length": true, "octet_length": true, "initcap": true,
	"reverse": true, "md5": true, "starts_with": true, "strpos": true, "ltrim": true, "rtrim": true, "btrim": true,
	"replace": true, "quote_literal": true, "quote_ident": true, "sign": true, "scale": true, "isfinite": true,
	"array_length": true, "cardinality": true, "array_to_string": true, "jsonb_typeof": true, "date_trunc": false,
}

func signature(f *functions.Func) string { return fmt.Sprintf("%s(%s)", f.Name, names(f.Args)) }

func names(oids []types.OID) string {
	var out []string
	for _, o := range oids {
		out = append(out, nameOf(o))
	}
	return strings.Join(out, ",")
}

func nameOf(oid types.OID) string {
	if t, ok := types.Lookup(oid); ok {
		return t.Name
	}
	return fmt.Sprint(uint32(oid))
}

// polymorphic types and the arrays among them.
func polymorphic(oid types.OID) (poly, array bool) {
	switch oid {
	case types.OIDAnyElement, types.OIDAnyNonArray, types.OIDAnyCompatible, types.OIDAnyCompatibleNonArray, types.OIDAny:
		return true, false
	case types.OIDAnyArray, types.OIDAnyCompatibleArray:
		return true, true
	}
	return false, false
}

// makeable reports whether arguments of the types can be written.
func makeable(args []types.OID) bool {
	for _, a := range args {
		if poly, _ := polymorphic(a); !poly && a != types.OIDRecord && !writable(a) {
			return false
		}
	}
	return true
}
