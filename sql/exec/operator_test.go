package exec

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// nullable is a Values node of int4 rows; a negative number stands for NULL.
func nullable(rs ...[2]int64) *plan.Values {
	v := &plan.Values{Out: []plan.Column{{Name: "a", Type: int4, Typmod: -1}, {Name: "b", Type: int4, Typmod: -1}}}
	for _, r := range rs {
		row := []plan.Expr{num(r[0]), num(r[1])}
		for i := range r {
			if r[i] < 0 {
				row[i] = null(int4)
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func show(x int64) string {
	if x < 0 {
		return "NULL"
	}
	return fmt.Sprint(x)
}

// reference joins by the book.
func reference(kind plan.JoinKind, l, r [][2]int64, on func(a, b [2]int64) bool) (out []string) {
	matched := make([]bool, len(r))
	for _, a := range l {
		hit := false
		for j, b := range r {
			if on(a, b) {
				hit, matched[j] = true, true
				if kind != plan.SemiJoin && kind != plan.AntiJoin {
					out = append(out, fmt.Sprintf("%s|%s|%s|%s", show(a[0]), show(a[1]), show(b[0]), show(b[1])))
				}
			}
		}
		switch {
		case kind == plan.SemiJoin && hit, kind == plan.AntiJoin && !hit:
			out = append(out, fmt.Sprintf("%s|%s", show(a[0]), show(a[1])))
		case !hit && (kind == plan.LeftJoin || kind == plan.FullJoin):
			out = append(out, fmt.Sprintf("%s|%s|NULL|NULL", show(a[0]), show(a[1])))
		}
	}
	for j, b := range r {
		if !matched[j] && (kind == plan.RightJoin || kind == plan.FullJoin) {
			out = append(out, fmt.Sprintf("NULL|NULL|%s|%s", show(b[0]), show(b[1])))
		}
	}
	return out
}

func TestJoinsAgreeWithTheBook(t *testing.T) {
	r := newRig(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	random := func(n int) (out [][2]int64) {
		for range n {
			out = append(out, [2]int64{rnd.Int64N(9) - 1, rnd.Int64N(5)})
		}
		return out
	}
	for round := range 40 {
		ls, rs := random(rnd.IntN(60)+1), random(rnd.IntN(60)+1)
		if round == 0 {
			ls, rs = random(1500), random(40)
		}
		l, rr := nullable(ls...), nullable(rs...)
		residual := lt(col(1, int4), col(3, int4))
		for kind := plan.InnerJoin; kind <= plan.AntiJoin; kind++ {
			out := outOf(l, rr)
			if kind >= plan.SemiJoin {
				out = outOf(l)
			}
			hash := &plan.Join{Kind: kind, Left: l, Right: rr, LeftKeys: []plan.Expr{col(0, int4)}, RightKeys: []plan.Expr{col(0, int4)}, Out: out}
			equal := func(a, b [2]int64) bool { return a[0] >= 0 && a[0] == b[0] }
			r.want(hash, true, reference(kind, ls, rs, equal)...)
			both := *hash
			both.On = residual
			with := func(a, b [2]int64) bool { return equal(a, b) && a[1] < b[1] }
			r.want(&both, true, reference(kind, ls, rs, with)...)
			loop := &plan.Join{Kind: kind, Left: l, Right: rr, On: and(eq(col(0, int4), col(2, int4)), residual), Out: out}
			r.want(loop, true, reference(kind, ls, rs, with)...)
		}
	}
}

// TestJoinsLeaveSidesUnread: a side is not read where the other one is empty and
// nothing can come of it, so that its errors are not met.
func TestJoinsLeaveSidesUnread(t *testing.T) {
	r := newRig(t)
	keys := []plan.Expr{col(0, int4)}
	bad := func() plan.Node { return project(ints(0), div(num(1), col(0, int4))) }
	none := func() plan.Node { return &plan.Filter{Input: ints(1), Cond: lt(col(0, int4), num(0))} }
	for kind := plan.InnerJoin; kind <= plan.AntiJoin; kind++ {
		for _, keyed := range []bool{true, false} {
			for _, first := range []bool{true, false} {
				if first && (kind == plan.RightJoin || kind == plan.FullJoin) {
					continue
				}
				join := func(l, rr plan.Node) *plan.Join {
					out := outOf(l, rr)
					if kind >= plan.SemiJoin {
						out = outOf(l)
					}
					j := &plan.Join{Kind: kind, LeftFirst: first, Left: l, Right: rr, Out: out}
					if keyed {
						j.LeftKeys, j.RightKeys = keys, keys
					} else {
						j.On = eq(col(0, int4), col(1, int4))
					}
					return j
				}
				if first {
					r.want(join(none(), bad()), false)
				} else {
					r.wantError(join(none(), bad()), sqlerr.DivisionByZero)
				}
				if barren := kind == plan.InnerJoin || kind == plan.RightJoin || kind == plan.SemiJoin; barren && keyed && !first {
					r.want(join(bad(), none()), false)
				} else {
					r.wantError(join(bad(), none()), sqlerr.DivisionByZero)
				}
			}
		}
	}
}

// TestMergeJoinStopsWithTheRightSide: no left batch is read behind the last right
// row, where left rows without a match give nothing.
func TestMergeJoinStopsWithTheRightSide(t *testing.T) {
	r := newRig(t)
	var left []int64
	for i := range 2 * types.BatchSize {
		left = append(left, int64(i))
	}
	last := num(int64(len(left) - 1))
	keys := []plan.Expr{col(0, int4)}
	for _, kind := range []plan.JoinKind{plan.InnerJoin, plan.SemiJoin, plan.LeftJoin} {
		// The last left row fails, in the second batch.
		l := &plan.Filter{Input: ints(left...), Cond: lt(div(num(1), fn("int4mi", last, col(0, int4))), num(2))}
		j := &plan.Join{Kind: kind, Left: l, Right: ints(3, 5), LeftKeys: keys, RightKeys: keys, Merge: []bool{false}, Out: outOf(l, ints(1))}
		switch kind {
		case plan.InnerJoin:
			r.want(j, false, "3|3", "5|5")
		case plan.SemiJoin:
			j.Out = outOf(l)
			r.want(j, false, "3", "5")
		default:
			r.wantError(j, sqlerr.DivisionByZero)
		}
	}
}

func TestLateralJoin(t *testing.T) {
	r := newRig(t)
	series := func() plan.Node {
		return &plan.FunctionScan{
			Calls:  []plan.Expr{&plan.SetCall{Func: find("generate_series", int4, int4).OID, Args: []plan.Expr{num(1), &plan.OuterRef{Index: 0, OID: int4, Typmod: -1}}, OID: int4}},
			Widths: []int{1},
			Out:    []plan.Column{{Name: "s", Type: int4, Typmod: -1}},
		}
	}
	l := ints(2, 0, 1)
	j := &plan.Join{Left: l, Right: series(), Lateral: true, Args: []plan.Expr{col(0, int4)}}
	j.Out = outOf(l, j.Right)
	r.want(j, false, "2|1", "2|2", "1|1")
	j.Kind = plan.LeftJoin
	r.want(j, false, "2|1", "2|2", "0|NULL", "1|1")
}

func TestSortLimitDistinct(t *testing.T) {
	r := newRig(t)
	in := nullable([2]int64{3, 0}, [2]int64{-1, 1}, [2]int64{1, 2}, [2]int64{3, 3}, [2]int64{2, 4}, [2]int64{1, 5})
	key := plan.SortKey{Expr: col(0, int4)}
	r.want(&plan.Sort{Input: in, Keys: []plan.SortKey{key}}, false, "1|2", "1|5", "2|4", "3|0", "3|3", "NULL|1")
	down := plan.SortKey{Expr: col(0, int4), Desc: true, NullsFirst: true}
	r.want(&plan.Sort{Input: in, Keys: []plan.SortKey{down}}, false, "NULL|1", "3|0", "3|3", "2|4", "1|2", "1|5")
	r.want(&plan.Sort{Input: in, Keys: []plan.SortKey{down}, Limit: big(4)}, false, "NULL|1", "3|0", "3|3", "2|4")
	r.want(&plan.Limit{Input: in, Count: big(2), Offset: big(3)}, false, "3|3", "2|4")
	r.want(&plan.Limit{Input: in, Count: big(0)}, false)
	r.wantError(&plan.Limit{Input: in, Count: big(-1)}, sqlerr.InvalidRowCountInLimit)
	r.want(&plan.Distinct{Input: in, On: []int{0}}, false, "3|0", "NULL|1", "1|2", "2|4")
	r.want(&plan.Distinct{Input: project(in, col(0, int4))}, false, "3", "NULL", "1", "2")
}

// TestTopNIsThePrefixOfTheSort, stable too.
func TestTopNIsThePrefixOfTheSort(t *testing.T) {
	r := newRig(t)
	rnd := rand.New(rand.NewPCG(3, 4))
	var rs [][2]int64
	for i := range 3000 {
		rs = append(rs, [2]int64{rnd.Int64N(40) - 1, int64(i)})
	}
	in := nullable(rs...)
	keys := []plan.SortKey{{Expr: col(0, int4), Desc: true}}
	all, err := r.run(&plan.Sort{Input: in, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int64{1, 7, 1024, 2999, 5000} {
		got, err := r.run(&plan.Sort{Input: in, Keys: keys, Limit: big(n)})
		if err != nil || !slices.Equal(got, all[:min(int(n), len(all))]) {
			t.Errorf("first %d differ: %v", n, err)
		}
	}
}

func TestSetOperations(t *testing.T) {
	r := newRig(t)
	a, b := ints(1, 1, 2, 3, 3, 3), ints(3, 1, 3, 4)
	op := func(k plan.SetOpKind, all bool) plan.Node {
		return &plan.SetOp{Op: k, All: all, Left: a, Right: b, Out: a.Out}
	}
	r.want(op(plan.Union, true), false, "1", "1", "2", "3", "3", "3", "3", "1", "3", "4")
	r.want(op(plan.Union, false), false, "1", "2", "3", "4")
	r.want(op(plan.Intersect, false), false, "1", "3")
	r.want(op(plan.Intersect, true), false, "1", "3", "3")
	r.want(op(plan.Except, false), false, "2")
	r.want(op(plan.Except, true), false, "1", "2", "3")
}

func TestAggregates(t *testing.T) {
	r := newRig(t)
	in := nullable([2]int64{1, 10}, [2]int64{2, 20}, [2]int64{1, 10}, [2]int64{-1, 5}, [2]int64{1, -1})
	count := agg("count")
	sum := agg("sum", col(1, int4))
	uniq := sum
	uniq.Distinct = true
	some := count
	some.Filter = lt(num(7), col(1, int4))
	a := &plan.Aggregate{Input: in, Grouped: true, Keys: []plan.Expr{col(0, int4)}, Aggs: []plan.AggCall{count, sum, uniq, some}}
	a.Out = []plan.Column{{Type: int4}, {Type: types.OIDInt8}, {Type: sum.OID}, {Type: sum.OID}, {Type: types.OIDInt8}}
	r.want(a, true, "1|3|20|10|2", "2|1|20|20|1", "NULL|1|5|5|0")
	whole := &plan.Aggregate{Input: ints(), Aggs: []plan.AggCall{count}, Out: a.Out[1:2]}
	r.want(whole, false, "0")
	whole.Grouped = true
	r.want(whole, false)
}

func TestOrderedAggregate(t *testing.T) {
	r := newRig(t)
	a := agg("count")
	for _, f := range []string{"array_agg"} {
		fn := find(f, types.OIDAnyNonArray)
		a = plan.AggCall{Func: fn.OID, Args: []plan.Expr{col(0, int4)}, OID: types.OIDInt4Array, OrderBy: []plan.SortKey{{Expr: col(0, int4), Desc: true}}}
	}
	n := &plan.Aggregate{Input: ints(2, 3, 1, 3), Aggs: []plan.AggCall{a}, Out: []plan.Column{{Type: types.OIDInt4Array}}}
	r.want(n, false, "{3,3,2,1}")
	n.Aggs[0].Distinct = true
	r.want(n, false, "{3,2,1}")
}

func TestWith(t *testing.T) {
	r := newRig(t)
	out := []plan.Column{{Name: "n", Type: int4, Typmod: -1}}
	ref := &plan.CTERef{ID: 1, Out: out}
	w := &plan.With{CTEs: []plan.CTE{{ID: 1, Plan: ints(1, 2)}}, Body: &plan.SetOp{Op: plan.Union, All: true, Left: ref, Right: ref, Out: out}}
	r.want(w, false, "1", "2", "1", "2")
	step := project(&plan.Filter{Input: &plan.CTERef{ID: 1, Working: true, Out: out}, Cond: lt(col(0, int4), num(5))}, fn("int4pl", col(0, int4), num(1)))
	rec := &plan.With{CTEs: []plan.CTE{{ID: 1, Plan: ints(1), Recursive: true, UnionAll: true, Step: step}}, Body: ref}
	r.want(rec, false, "1", "2", "3", "4", "5")
	endless := project(&plan.CTERef{ID: 1, Working: true, Out: out}, fn("int4pl", col(0, int4), num(1)))
	rec = &plan.With{CTEs: []plan.CTE{{ID: 1, Plan: ints(1), Recursive: true, UnionAll: true, Step: endless}}, Body: &plan.Limit{Input: ref, Count: big(3)}}
	r.want(rec, false, "1", "2", "3")
	loop := project(&plan.CTERef{ID: 1, Working: true, Out: out}, fn("int4mod", fn("int4pl", col(0, int4), num(1)), num(3)))
	rec = &plan.With{CTEs: []plan.CTE{{ID: 1, Plan: ints(0), Recursive: true, Step: loop}}, Body: ref}
	r.want(rec, false, "0", "1", "2")
}

func TestSubplans(t *testing.T) {
	r := newRig(t)
	n := col(0, int4)
	outer := &plan.OuterRef{Index: 0, OID: int4, Typmod: -1}
	greater := &plan.Filter{Input: ints(1, 2, 3), Cond: lt(outer, col(0, int4))}
	sub := func(k plan.SubplanKind, p plan.Node, oid types.OID, args ...plan.Expr) *plan.Subplan {
		return &plan.Subplan{Kind: k, Plan: p, Args: args, OID: oid, Typmod: -1}
	}
	r.want(project(ints(1, 3, 2, 1), sub(plan.ExistsSub, greater, types.OIDBool, n), sub(plan.ArraySub, greater, types.OIDInt4Array, n)), false,
		"t|{2,3}", "f|{}", "t|{3}", "t|{2,3}")
	r.want(project(ints(1, 2), sub(plan.ScalarSub, ints(7), int4), sub(plan.ScalarSub, ints(), int4)), false, "7|NULL", "7|NULL")
	r.wantError(project(ints(1), sub(plan.ScalarSub, ints(7, 8), int4)), sqlerr.CardinalityViolation)
	in := func(p plan.Node, hash bool) *plan.Subplan {
		s := sub(plan.QuantifiedSub, p, types.OIDBool)
		s.Left, s.Op, s.Sym, s.Hashable = []plan.Expr{n}, []types.OID{find("int4eq", int4, int4).OID}, "=", hash
		return s
	}
	withNull := project(nullable([2]int64{1, 0}, [2]int64{-1, 0}), col(0, int4))
	for _, hash := range []bool{true, false} {
		r.want(project(ints(1, 2), in(ints(1, 5), hash), in(withNull, hash), in(ints(), hash)), false, "t|t|f", "f|NULL|f")
	}
}

func TestProjectSet(t *testing.T) {
	r := newRig(t)
	series := func(to plan.Expr) plan.Expr {
		return &plan.SetCall{Func: find("generate_series", int4, int4).OID, Args: []plan.Expr{num(1), to}, OID: int4}
	}
	p := &plan.ProjectSet{Input: ints(2, 0, 3), Exprs: []plan.Expr{col(0, int4), series(col(0, int4)), series(num(1))}}
	p.Out = []plan.Column{{Type: int4}, {Type: int4}, {Type: int4}}
	r.want(p, false, "2|1|1", "2|2|NULL", "0|NULL|1", "3|1|1", "3|2|NULL", "3|3|NULL")
	f := &plan.FunctionScan{Calls: []plan.Expr{series(num(2)), series(num(3))}, Widths: []int{1, 1}, Ordinality: true, Out: []plan.Column{{Type: int4}, {Type: int4}, {Type: types.OIDInt8}}}
	r.want(f, false, "1|1|1", "2|2|2", "NULL|3|3")
}

func TestMemoryBudget(t *testing.T) {
	r := newRig(t)
	f := &plan.FunctionScan{Widths: []int{1}, Out: []plan.Column{{Type: int4}}, Calls: []plan.Expr{
		&plan.SetCall{Func: find("generate_series", int4, int4).OID, Args: []plan.Expr{num(1), num(200000)}, OID: int4}}}
	r.env.Memory = 1 << 20
	r.wantError(&plan.Sort{Input: f, Keys: []plan.SortKey{{Expr: col(0, int4)}}}, sqlerr.OutOfMemory)
	r.wantError(&plan.Distinct{Input: f}, sqlerr.OutOfMemory)
	r.want(&plan.Sort{Input: f, Keys: []plan.SortKey{{Expr: col(0, int4)}}, Limit: big(1)}, false, "1")
}
