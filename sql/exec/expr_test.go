package exec

import (
	"context"
	"testing"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

const (
	int4 = types.OIDInt4
	txt  = types.OIDText
)

func div(a, b plan.Expr) plan.Expr { return fn("int4div", a, b) }
func eq(a, b plan.Expr) plan.Expr  { return fn("int4eq", a, b) }
func lt(a, b plan.Expr) plan.Expr  { return fn("int4lt", a, b) }

// TestNoArmBeforeItsTime: what SQL does not evaluate must not fail.
func TestNoArmBeforeItsTime(t *testing.T) {
	r := newRig(t)
	n := col(0, int4)
	in := ints(0, 1, 2, 0, 5)
	inverse := div(num(10), n)
	r.want(project(in, &plan.Case{Whens: []plan.When{{Cond: eq(n, num(0)), Result: num(-1)}}, Else: inverse, OID: int4}), false,
		"-1", "10", "5", "-1", "2")
	r.want(&plan.Filter{Input: in, Cond: and(fn("int4ne", n, num(0)), lt(inverse, num(6)))}, false, "2", "5")
	r.want(project(in, or(eq(n, num(0)), lt(inverse, num(6)))), false, "t", "f", "t", "t", "t")
	nullIf := &plan.NullIf{Eq: find("int4eq", int4, int4).OID, Left: n, Right: num(0)}
	r.want(project(in, &plan.Coalesce{Args: []plan.Expr{nullIf, fn("int4mi", num(0), num(1))}, OID: int4}), false, "-1", "1", "2", "-1", "5")
	r.want(project(ints(1, 2), &plan.Coalesce{Args: []plan.Expr{nullIf, div(num(1), num(0))}, OID: int4}), false, "1", "2")
	r.wantError(project(in, inverse), sqlerr.DivisionByZero)
	r.wantError(&plan.Filter{Input: in, Cond: and(lt(inverse, num(6)), fn("int4ne", n, num(0)))}, sqlerr.DivisionByZero)
}

func TestThreeValues(t *testing.T) {
	r := newRig(t)
	b := types.OIDBool
	T, F, N := boolean(true), boolean(false), null(b)
	v := rows([]plan.Expr{T, T}, []plan.Expr{T, F}, []plan.Expr{T, N}, []plan.Expr{F, F}, []plan.Expr{F, N}, []plan.Expr{N, N}, []plan.Expr{N, F}, []plan.Expr{N, T})
	x, y := col(0, b), col(1, b)
	r.want(project(v, and(x, y), or(x, y), &plan.BoolOp{Op: plan.Not, Args: []plan.Expr{x}}), false,
		"t|t|f", "f|t|f", "NULL|t|f", "f|f|t", "f|NULL|t", "NULL|NULL|NULL", "f|NULL|NULL", "NULL|t|NULL")
	r.want(project(v, &plan.BoolTest{Arg: x, Want: types.Bool(true)}, &plan.BoolTest{Arg: x, Want: types.NullDatum, Not: true}, &plan.NullTest{Arg: x}), false,
		"t|t|f", "t|t|f", "t|t|f", "f|t|f", "f|t|f", "f|f|t", "f|f|t", "f|f|t")
}

func TestSimpleCase(t *testing.T) {
	r := newRig(t)
	e := &plan.Case{Test: col(0, int4), OID: txt, Whens: []plan.When{
		{Cond: eq(&plan.CaseTest{OID: int4}, num(1)), Result: text("one")},
		{Cond: and(lt(num(1), &plan.CaseTest{OID: int4}), lt(&plan.CaseTest{OID: int4}, num(4))), Result: text("few")},
	}}
	r.want(project(ints(1, 2, 3, 4, 1), e), false, "one", "few", "few", "NULL", "one")
}

func TestInAndAny(t *testing.T) {
	r := newRig(t)
	eqOID := find("int4eq", int4, int4).OID
	n := col(0, int4)
	list := func(not bool, xs ...plan.Expr) plan.Expr { return &plan.InList{Eq: eqOID, Left: n, List: xs, Not: not} }
	r.want(project(ints(1, 2, 3), list(false, num(1), num(3)), list(true, num(1), null(int4)), list(false, num(2), n)), false,
		"t|f|t", "f|NULL|t", "t|NULL|t")
	arr := &plan.ArrayExpr{Elems: []plan.Expr{num(1), num(3), null(int4)}, OID: types.OIDInt4Array}
	lt := find("int4lt", int4, int4).OID
	r.want(project(ints(1, 2, 9), &plan.AnyAll{Op: eqOID, Left: n, Array: arr}, &plan.AnyAll{Op: lt, All: true, Left: n, Array: arr}), false,
		"t|f", "NULL|f", "NULL|f")
	var many []plan.Expr
	for i := range 20 {
		many = append(many, num(int64(i)))
	}
	r.want(project(ints(1, 77), &plan.AnyAll{Op: eqOID, Left: n, Array: &plan.ArrayExpr{Elems: many, OID: types.OIDInt4Array}}), false, "t", "f")
}

func TestArraysAndRows(t *testing.T) {
	r := newRig(t)
	n := col(0, int4)
	a := &plan.ArrayExpr{Elems: []plan.Expr{n, num(7), null(int4)}, OID: types.OIDInt4Array}
	m := &plan.ArrayExpr{Elems: []plan.Expr{a, a}, Multi: true, OID: types.OIDInt4Array}
	r.want(project(ints(1, 2), a, m, &plan.Subscript{Arg: a, Index: []plan.Expr{num(2)}, OID: int4},
		&plan.Subscript{Arg: a, Index: []plan.Expr{num(9)}, Lower: []plan.Expr{num(2)}, Slice: true, OID: types.OIDInt4Array},
		&plan.Subscript{Arg: m, Index: []plan.Expr{num(2), num(1)}, OID: int4}), false,
		"{1,7,NULL}|{{1,7,NULL},{1,7,NULL}}|7|{7,NULL}|1", "{2,7,NULL}|{{2,7,NULL},{2,7,NULL}}|7|{7,NULL}|2")
	row := &plan.RowExpr{Elems: []plan.Expr{n, text("x")}, Names: []string{"a", "b"}}
	r.want(project(ints(4), row, &plan.Field{Arg: row, Index: 1, OID: txt}, &plan.NullTest{Arg: row, Not: true}), false, "(4,x)|x|t")
	lt, eqf := find("int4lt", int4, int4).OID, find("int4eq", int4, int4).OID
	cmp := &plan.RowCompare{Op: "<=", Less: []types.OID{lt, lt}, Eqs: []types.OID{eqf, eqf}, Left: []plan.Expr{n, num(2)}, Right: []plan.Expr{num(2), num(2)}}
	r.want(project(ints(1, 2, 3), cmp), false, "t", "t", "f")
}

func TestConvert(t *testing.T) {
	r := newRig(t)
	n := col(0, int4)
	toText := &plan.Convert{Arg: n, OID: txt, Typmod: -1, IO: true}
	r.want(project(ints(12, -3), toText, &plan.Convert{Arg: toText, OID: types.OIDInt8, Typmod: -1, IO: true}), false, "12|12", "-3|-3")
	r.wantError(project(ints(1), &plan.Convert{Arg: text("x"), OID: int4, Typmod: -1, IO: true}), sqlerr.InvalidTextRepresentation)
	arr := &plan.ArrayExpr{Elems: []plan.Expr{n, num(2)}, OID: types.OIDInt4Array}
	elem := &plan.Convert{Arg: col(0, int4), OID: txt, Typmod: -1, IO: true}
	r.want(project(ints(5), &plan.ArrayConvert{Arg: arr, Elem: elem, OID: types.OIDTextArray}), false, "{5,2}")
}

func TestExtremesAndDistinct(t *testing.T) {
	r := newRig(t)
	n := col(0, int4)
	lt, eqf := find("int4lt", int4, int4).OID, find("int4eq", int4, int4).OID
	least := &plan.Coalesce{Kind: plan.Least, Args: []plan.Expr{n, num(2), null(int4)}, OID: int4, Less: lt}
	most := &plan.Coalesce{Kind: plan.Greatest, Args: []plan.Expr{n, num(2), null(int4)}, OID: int4, Less: lt}
	r.want(project(ints(1, 3), least, most, &plan.DistinctTest{Eq: eqf, Left: n, Right: null(int4)}, &plan.DistinctTest{Eq: eqf, Left: n, Right: num(1), Not: true}), false,
		"1|2|t|t", "2|3|t|f")
}

// TestParametersPerRun: what is cached of parameters lives one run.
func TestParametersPerRun(t *testing.T) {
	r := newRig(t)
	p, err := Compile(&plan.Filter{Input: ints(1, 2, 3), Cond: &plan.InList{
		Eq: find("int4eq", int4, int4).OID, Left: col(0, int4), List: []plan.Expr{&plan.Param{Index: 0, OID: int4}, num(9)}}})
	if err != nil {
		t.Fatal(err)
	}
	for i := int64(1); i <= 3; i++ {
		got, _, err := runProgram(p, r.environment(types.Int(i)))
		if err != nil || len(got) != 1 || got[0] != string(rune('0'+i)) {
			t.Errorf("parameter %d: %v, %v", i, got, err)
		}
	}
}

// TestKernelsAndRowsAgree: a call through its kernel and row by row give the
// same, for columns, constants and NULLs.
func TestKernelsAndRowsAgree(t *testing.T) {
	r := newRig(t)
	v := rows([]plan.Expr{num(1), num(2)}, []plan.Expr{null(int4), num(2)}, []plan.Expr{num(3), null(int4)}, []plan.Expr{num(2), num(2)})
	for _, name := range []string{"int4eq", "int4lt", "int4pl", "int4mul"} {
		f := find(name, int4, int4)
		for _, args := range [][]plan.Expr{{col(0, int4), col(1, int4)}, {col(0, int4), num(2)}, {num(2), col(1, int4)}, {num(1), num(2)}, {col(0, int4), null(int4)}} {
			byKernel, err := r.run(project(v, fn(name, args...)))
			if err != nil {
				t.Fatal(err)
			}
			es, _ := (&builder{}).exprs(args)
			call, err := newCall(f, es, argTypes(args), f.Ret)
			if err != nil {
				t.Fatal(err)
			}
			rowOnly := *f
			rowOnly.Vec = nil
			call.fn = &rowOnly
			byRow, err := r.byHand(v, call)
			if err != nil || len(byRow) != len(byKernel) {
				t.Fatal(err, byRow)
			}
			for i := range byRow {
				if byRow[i] != byKernel[i] {
					t.Errorf("%s row %d: %s by rows, %s by kernel", name, i, byRow[i], byKernel[i])
				}
			}
		}
	}
}

// byHand projects rows through one evaluator.
func (r *rig) byHand(v *plan.Values, e *callEval) ([]string, error) {
	in, err := (&builder{}).values(v)
	if err != nil {
		return nil, err
	}
	env := r.environment()
	st := &statement{}
	st.begin(env, nil)
	op := newProject(in, []evaluator{e}, []types.OID{e.out.Type})
	if err := op.open(&task{ctx: context.Background(), fn: env.Funcs, env: env, stmt: st}); err != nil {
		return nil, err
	}
	defer op.close()
	b, err := op.next()
	if err != nil {
		return nil, err
	}
	return batchText(b)
}
