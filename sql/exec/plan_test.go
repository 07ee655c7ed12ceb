package exec

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Helpers that build plans by hand.

func text(s string) plan.Expr {
	return &plan.Const{Value: types.Text(s), OID: types.OIDText, Typmod: -1}
}
func num(v int64) plan.Expr { return &plan.Const{Value: types.Int(v), OID: types.OIDInt4, Typmod: -1} }
func big(v int64) plan.Expr { return &plan.Const{Value: types.Int(v), OID: types.OIDInt8, Typmod: -1} }
func boolean(v bool) plan.Expr {
	return &plan.Const{Value: types.Bool(v), OID: types.OIDBool, Typmod: -1}
}
func null(t types.OID) plan.Expr {
	return &plan.Const{Value: types.NullDatum, OID: t, Typmod: -1}
}
func col(i int, t types.OID) plan.Expr { return &plan.Col{Index: i, OID: t, Typmod: -1} }

// fn calls the function of a name and exact argument types.
func fn(name string, args ...plan.Expr) plan.Expr {
	f := find(name, argTypes(args)...)
	return &plan.Call{Func: f.OID, Args: args, OID: f.Ret, Typmod: -1}
}

func find(name string, ts ...types.OID) *functions.Func {
	for _, f := range functions.ByName(name) {
		if slices.Equal(f.Args, ts) {
			return f
		}
	}
	panic(fmt.Sprintf("no function %s%v", name, ts))
}

func agg(name string, args ...plan.Expr) plan.AggCall {
	f := find(name, argTypes(args)...)
	return plan.AggCall{Func: f.OID, Args: args, OID: f.Ret, Star: name == "count" && len(args) == 0}
}

func and(xs ...plan.Expr) plan.Expr { return &plan.BoolOp{Op: plan.And, Args: xs} }
func or(xs ...plan.Expr) plan.Expr  { return &plan.BoolOp{Op: plan.Or, Args: xs} }

// rows is a Values node of int4 and text columns.
func rows(rs ...[]plan.Expr) *plan.Values {
	v := &plan.Values{Rows: rs}
	for i, e := range rs[0] {
		t, _ := e.Type()
		v.Out = append(v.Out, plan.Column{Name: fmt.Sprintf("c%d", i), Type: t, Typmod: -1})
	}
	return v
}

// ints is a Values node of one int4 column.
func ints(vs ...int64) *plan.Values {
	v := &plan.Values{Out: []plan.Column{{Name: "n", Type: types.OIDInt4, Typmod: -1}}}
	for _, x := range vs {
		v.Rows = append(v.Rows, []plan.Expr{num(x)})
	}
	return v
}

func project(in plan.Node, xs ...plan.Expr) *plan.Project {
	p := &plan.Project{Input: in, Exprs: xs}
	for i, x := range xs {
		t, _ := x.Type()
		p.Out = append(p.Out, plan.Column{Name: fmt.Sprintf("p%d", i), Type: t, Typmod: -1})
	}
	return p
}

func outOf(ns ...plan.Node) []plan.Column {
	var out []plan.Column
	for _, n := range ns {
		out = append(out, n.Columns()...)
	}
	return out
}

// scan reads columns of a relation by name.
func scan(oid types.OID, cols ...string) *plan.Scan {
	rel, _ := catalog.New().Relation(oid)
	s := &plan.Scan{Rel: oid, Name: rel.Name}
	for _, c := range cols {
		i := rel.ColumnIndex(c)
		if i < 0 {
			panic("no column " + c)
		}
		s.Cols = append(s.Cols, i)
		s.Out = append(s.Out, plan.Column{Name: c, Type: rel.Columns[i].Type, Typmod: -1})
	}
	return s
}

// claimsScan reads all columns of assertions.
func claimsScan() *plan.Scan { return scan(catalog.OIDAssertions, claimColumnNames[:]...) }

var lensColumnNames = []string{"lens", "effective_confidence", "support", "conflict_score", "candidates", "distinct_values", "status", "decided_by", "claimed_path", "source_class", "tier"}
var lensColumnTypes = []types.OID{types.OIDText, types.OIDFloat8, types.OIDFloat8, types.OIDFloat8, types.OIDInt8, types.OIDInt8, types.OIDText, types.OIDText, types.OIDText, types.OIDText, types.OIDInt2}

// lensOver puts a lens over an input that has all columns of assertions first.
func lensOver(in plan.Node, kind string, cols ...string) *plan.Lens {
	l := &plan.Lens{Input: in, Name: kind, Kind: kind, Ordered: true}
	l.In = plan.LensInput{ID: colID, ConceptPath: colConceptPath, Predicate: colPredicate, Value: colValue, ValueType: colValueType,
		Unit: colUnit, Source: colSource, SourceClass: colSourceClass, Confidence: colConfidence, Lifecycle: colLifecycle,
		AssertedAt: colAssertedAt, RecordedAt: colRecordedAt, Epoch: colEpoch, Revises: colRevises, ValidFrom: colValidFrom, ValidTo: colValidTo}
	for _, c := range cols {
		if i := slices.Index(lensColumnNames, c); i >= 0 {
			l.From = append(l.From, -1-i)
			l.Out = append(l.Out, plan.Column{Name: c, Type: lensColumnTypes[i], Typmod: -1})
			continue
		}
		i := slices.Index(claimColumnNames[:], c)
		l.From = append(l.From, i)
		l.Out = append(l.Out, plan.Column{Name: c, Type: claimColumnTypes[i], Typmod: -1})
	}
	return l
}

// run executes a plan and returns its rows as text, fields joined by |.
func (r *rig) run(n plan.Node, params ...types.Datum) ([]string, error) {
	r.tb.Helper()
	out, _, err := r.exec(n, r.environment(params...))
	return out, err
}

func (r *rig) exec(n plan.Node, env *Env) ([]string, int64, error) {
	r.tb.Helper()
	p, err := Compile(n)
	if err != nil {
		return nil, 0, err
	}
	return runProgram(p, env)
}

func runProgram(p *Program, env *Env) ([]string, int64, error) {
	cur, err := p.Run(context.Background(), env)
	if err != nil {
		return nil, 0, err
	}
	defer cur.Close()
	var out []string
	for {
		b, err := cur.Next()
		if err != nil {
			return out, cur.Affected(), err
		}
		if b == nil {
			return out, cur.Affected(), nil
		}
		rows, err := batchText(b)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, rows...)
	}
}

// batchText prints a batch's rows.
func batchText(b *types.Batch) (out []string, err error) {
	for i := range b.N {
		var f []string
		for c := range b.Cols {
			v := &b.Cols[c]
			if v.Len() != b.N {
				return nil, fmt.Errorf("column %d has %d rows of %d", c, v.Len(), b.N)
			}
			if v.IsNull(i) {
				f = append(f, "NULL")
				continue
			}
			t, err := types.AppendText(nil, v.Type, v, i, types.DefaultFormat())
			if err != nil {
				return nil, err
			}
			f = append(f, string(t))
		}
		out = append(out, strings.Join(f, "|"))
	}
	return out, nil
}

// want checks a plan's rows, in any order when sorted is set.
func (r *rig) want(n plan.Node, sorted bool, rows ...string) {
	r.tb.Helper()
	got, err := r.run(n)
	if err != nil {
		r.tb.Errorf("error: %v", err)
		return
	}
	if sorted {
		slices.Sort(got)
		slices.Sort(rows)
	}
	if !slices.Equal(got, rows) {
		r.tb.Errorf("got  %q\nwant %q", got, rows)
	}
}

// wantError checks that a plan fails with a SQLSTATE.
func (r *rig) wantError(n plan.Node, code string) {
	r.tb.Helper()
	got, err := r.run(n)
	if err == nil || sqlerr.From(err).Code != code {
		r.tb.Errorf("got %q, %v; want an error %s", got, err, code)
	}
}
