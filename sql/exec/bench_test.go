package exec

import (
	"context"
	"fmt"
	"testing"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

const benchClaims = 200_000

// pointLens is SELECT … FROM assertions USING LENS authority WHERE
// concept_path = $1.
func pointLens() plan.Node {
	s := claimsScan()
	s.Key.Paths = []plan.Expr{&plan.Param{Index: 0, OID: types.OIDText}}
	return lensOver(s, "authority", "concept_path", "predicate", "value", "source", "conflict_score")
}

func drain(tb testing.TB, p *Program, env *Env) (rows int) {
	cur, err := p.Run(context.Background(), env)
	if err != nil {
		tb.Fatal(err)
	}
	defer cur.Close()
	for {
		b, err := cur.Next()
		if err != nil {
			tb.Fatal(err)
		}
		if b == nil {
			return rows
		}
		rows += b.N
	}
}

func BenchmarkPointLens(b *testing.B) {
	r := newRig(b)
	r.load(many(20_000)...)
	p, err := Compile(pointLens())
	if err != nil {
		b.Fatal(err)
	}
	env := r.environment(types.Text("countries/c00500/r3"))
	paths := make([]types.Datum, 64)
	for i := range paths {
		paths[i] = types.Text(fmt.Sprintf("countries/c%05d/r%d", i*3, (i*3*5)%7))
	}
	b.ReportAllocs()
	for i := range b.N {
		env.ReadAt = 0
		env.Params[0] = paths[i%len(paths)]
		if drain(b, p, env) == 0 {
			b.Fatal("no rows")
		}
	}
}

func benchScan(b *testing.B, n plan.Node) {
	r := newRig(b)
	claims := many(benchClaims)
	for len(claims) > 0 {
		k := min(len(claims), 20_000)
		r.load(claims[:k]...)
		claims = claims[k:]
	}
	if err := r.c.store.Flush(0); err != nil {
		b.Fatal(err)
	}
	p, err := Compile(n)
	if err != nil {
		b.Fatal(err)
	}
	env := r.environment()
	env.Workers = 1 // per core
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		env.ReadAt = 0
		drain(b, p, env)
	}
	b.ReportMetric(float64(benchClaims)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mclaims/s")
}

func BenchmarkFullLens(b *testing.B) {
	benchScan(b, lensOver(claimsScan(), "authority", "concept_path", "predicate", "value", "source"))
}

func BenchmarkFullLensAllColumns(b *testing.B) {
	cols := append(append([]string{}, claimColumnNames[:]...), lensColumnNames[:9]...)
	benchScan(b, lensOver(claimsScan(), "authority", cols...))
}

func BenchmarkGroupBy(b *testing.B) {
	s := scan(catalog.OIDAssertions, "predicate", "source_class", "confidence")
	a := &plan.Aggregate{
		Input: s, Grouped: true, Keys: []plan.Expr{col(0, types.OIDText), col(1, types.OIDText)},
		Aggs: []plan.AggCall{agg("count"), agg("avg", col(2, types.OIDFloat8))},
	}
	a.Out = []plan.Column{{Name: "predicate", Type: types.OIDText}, {Name: "source_class", Type: types.OIDText},
		{Name: "count", Type: types.OIDInt8}, {Name: "avg", Type: types.OIDFloat8}}
	benchScan(b, a)
}

func BenchmarkScanCount(b *testing.B) {
	a := &plan.Aggregate{Input: scan(catalog.OIDAssertions), Aggs: []plan.AggCall{agg("count")},
		Out: []plan.Column{{Name: "count", Type: types.OIDInt8}}}
	benchScan(b, a)
}

func BenchmarkInsert(b *testing.B) {
	r := newRig(b)
	ctx := context.Background()
	claims := many(20_000)
	b.ReportAllocs()
	for i := range b.N {
		txn := r.c.Begin()
		w, err := NewClaimWriter(ctx, r.environment(), discardTxn{txn}, nil)
		if err != nil {
			b.Fatal(err)
		}
		for k := range claims {
			claims[k].ID = [32]byte{}
			if err := w.AddAssertion(ctx, &claims[k], true, true); err != nil {
				b.Fatal(i, err)
			}
		}
		w.Close()
	}
	b.ReportMetric(float64(len(claims))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mclaims/s")
}
