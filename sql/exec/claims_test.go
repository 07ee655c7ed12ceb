package exec

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// TestColumnsAreTheCatalogs: the fixed column numbers are the declared ones.
func TestColumnsAreTheCatalogs(t *testing.T) {
	rel, _ := catalog.New().Relation(catalog.OIDAssertions)
	if len(rel.Columns) != claimColumns {
		t.Fatalf("%d columns declared, %d known", len(rel.Columns), claimColumns)
	}
	for i, c := range rel.Columns {
		if c.Name != claimColumnNames[i] || c.Type != claimColumnTypes[i] {
			t.Errorf("column %d is %s %d, known as %s %d", i, c.Name, c.Type, claimColumnNames[i], claimColumnTypes[i])
		}
	}
}

func TestScanByKey(t *testing.T) {
	r := newRig(t)
	claims := many(4000)
	r.load(claims...)
	count := func(s *plan.Scan) string {
		got, err := r.run(&plan.Aggregate{Input: s, Aggs: []plan.AggCall{agg("count")}, Out: []plan.Column{{Type: types.OIDInt8}}})
		if err != nil {
			t.Fatal(err)
		}
		return got[0]
	}
	have := func(f func(a *knowledge.Assertion) bool) string {
		n := 0
		for i := range claims {
			if f(&claims[i]) {
				n++
			}
		}
		return show(int64(n))
	}
	path := claims[400].ConceptPath
	for name, c := range map[string]struct {
		key  plan.KeyCond
		want string
	}{
		"all":    {plan.KeyCond{}, have(func(*knowledge.Assertion) bool { return true })},
		"path":   {plan.KeyCond{Paths: []plan.Expr{text(path)}}, have(func(a *knowledge.Assertion) bool { return a.ConceptPath == path })},
		"null":   {plan.KeyCond{Paths: []plan.Expr{null(txt)}}, "0"},
		"empty":  {plan.KeyCond{Paths: []plan.Expr{text("")}}, "0"},
		"prefix": {plan.KeyCond{Prefix: text("countries/c0001")}, have(func(a *knowledge.Assertion) bool { return strings.HasPrefix(a.ConceptPath, "countries/c0001") })},
		"range": {plan.KeyCond{From: text("countries/c00010"), To: text("countries/c00020")}, have(func(a *knowledge.Assertion) bool {
			return a.ConceptPath >= "countries/c00010" && a.ConceptPath < "countries/c00020"
		})},
		"predicate":            {plan.KeyCond{Index: plan.ByPredicate, Predicates: []plan.Expr{text("capital"), text("area")}}, have(func(a *knowledge.Assertion) bool { return a.Predicate == "capital" || a.Predicate == "area" })},
		"predicate, other way": {plan.KeyCond{Predicates: []plan.Expr{text("capital")}}, have(func(a *knowledge.Assertion) bool { return a.Predicate == "capital" })},
		"source":               {plan.KeyCond{Index: plan.BySource, Sources: []plan.Expr{text("source:007")}}, have(func(a *knowledge.Assertion) bool { return a.Source == "source:007" })},
		"id":                   {plan.KeyCond{Index: plan.ByID, IDs: []plan.Expr{text(claims[7].ID.String()), text("nonsense"), text(claims[8].ID.String())}}, "2"},
		"id and predicate":     {plan.KeyCond{Index: plan.ByID, IDs: []plan.Expr{text(claims[7].ID.String())}, Predicates: []plan.Expr{text("nothing")}}, "0"},
		"paths and predicate": {plan.KeyCond{Paths: []plan.Expr{text(path), text("none"), text(claims[0].ConceptPath)}, Predicates: []plan.Expr{text(claims[0].Predicate)}}, have(func(a *knowledge.Assertion) bool {
			return (a.ConceptPath == path || a.ConceptPath == claims[0].ConceptPath) && a.Predicate == claims[0].Predicate
		})},
	} {
		s := scan(catalog.OIDAssertions, "value")
		s.Key = c.key
		if got := count(s); got != c.want {
			t.Errorf("%s: %s claims, want %s", name, got, c.want)
		}
	}
}

// lensRows resolves claims with the lens package alone.
func lensRows(r *rig, kind lens.Kind, claims []knowledge.Assertion, keep func(a *knowledge.Assertion) bool) []string {
	v, err := r.c.Read(context.Background(), storage.ReadOptions{})
	if err != nil {
		r.tb.Fatal(err)
	}
	defer v.Close()
	policy, err := loadPolicy(v, r.cat)
	if err != nil {
		r.tb.Fatal(err)
	}
	params := lens.NewParams(kind)
	res := lens.NewResolver(policy, &params, lens.Query{At: testNow, RecordedBy: lens.Bounded}, lens.NeedAll)
	pairs := map[string][]*knowledge.Assertion{}
	for i := range claims {
		k := claims[i].ConceptPath + "\x00" + claims[i].Predicate
		pairs[k] = append(pairs[k], &claims[i])
	}
	var out []string
	for _, as := range pairs {
		var cs []lens.Candidate
		for _, a := range as {
			cs = append(cs, lens.Candidate{ID: a.ID, Value: a.Value, Number: a.Number, Source: a.Source, Class: a.SourceClass,
				ValidFrom: knowledge.NegInfinity, ValidTo: knowledge.Infinity, AssertedAt: a.AssertedAt, Confidence: a.Confidence.V,
				HasConfidence: a.Confidence.Valid, ValueType: a.ValueType, Lifecycle: a.Lifecycle, Excluded: !keep(a)})
		}
		for _, x := range res.Resolve(cs) {
			a := as[x.Row]
			decided := x.DecidedBy
			if decided == "" {
				decided = "NULL"
			}
			out = append(out, strings.Join([]string{a.ID.String(), x.Status.String(), decided, x.Class, show(x.Candidates), show(x.DistinctValues)}, "|"))
		}
	}
	slices.Sort(out)
	return out
}

// TestLensAgreesWithThePackage: streamed, sorted, filtered, serial, parallel.
func TestLensAgreesWithThePackage(t *testing.T) {
	r := newRig(t)
	claims := many(6000)
	rand.New(rand.NewPCG(5, 6)).Shuffle(len(claims), func(i, j int) { claims[i], claims[j] = claims[j], claims[i] })
	r.load(claims[:2500]...)
	r.load(claims[2500:]...)
	cols := []string{"id", "status", "decided_by", "source_class", "candidates", "distinct_values"}
	all := func(*knowledge.Assertion) bool { return true }
	odd := func(a *knowledge.Assertion) bool { return a.Source != "source:013" }
	filter := &plan.BoolOp{Op: plan.Not, Args: []plan.Expr{fn("texteq", col(colSource, txt), text("source:013"))}}
	for _, name := range lens.Names() {
		kind, _ := lens.ParseKind(name)
		for _, filtered := range []bool{false, true} {
			keep := all
			l := lensOver(claimsScan(), name, cols...)
			l.From[3] = -1 - int(plan.LensSourceClass)
			if filtered {
				keep, l.Filter = odd, filter
			}
			want := lensRows(r, kind, claims, keep)
			for _, workers := range []int{1, 4} {
				r.env.Workers = workers
				r.want(l, true, want...)
			}
			sorted := *l
			sorted.Ordered = false
			r.want(&sorted, true, want...)
		}
	}
}

func TestParallelAggregateIsExact(t *testing.T) {
	r := newRig(t)
	r.load(many(9000)...)
	s := scan(catalog.OIDAssertions, "predicate", "confidence")
	a := &plan.Aggregate{Input: s, Grouped: true, Keys: []plan.Expr{col(0, txt)},
		Aggs: []plan.AggCall{agg("count"), agg("avg", col(1, types.OIDFloat8)), agg("sum", col(1, types.OIDFloat8))},
		Out:  []plan.Column{{Type: txt}, {Type: types.OIDInt8}, {Type: types.OIDFloat8}, {Type: types.OIDFloat8}}}
	r.env.Workers = 1
	want, err := r.run(a)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		r.env.Workers = 4
		r.want(a, false, want...)
	}
}

// insert is INSERT INTO assertions (cols) VALUES … RETURNING …
func insert(cols []int, rs [][]plan.Expr, returning ...string) *plan.Insert {
	n := &plan.Insert{Rel: catalog.OIDAssertions, Input: rows(rs...), Cols: cols}
	for _, c := range returning {
		i := slices.Index(claimColumnNames[:], c)
		n.Returning = append(n.Returning, col(i, claimColumnTypes[i]))
		n.Out = append(n.Out, plan.Column{Name: c, Type: claimColumnTypes[i]})
	}
	return n
}

var basic = []int{colConceptPath, colPredicate, colValue, colSource}

func TestInsert(t *testing.T) {
	r := newRig(t)
	one := [][]plan.Expr{{text("a/b"), text("p"), text("1"), text("rfc:1")}, {text("a/b"), text("p"), text("x"), text("blog:1")}}
	got, n, err := r.exec(insert(basic, one, "value", "value_type", "value_number", "source_class", "tier", "lifecycle", "agent"), r.environment())
	want := []string{"1|number|1|regulatory|0|approved|tester", "x|text|NULL|anecdotal|5|approved|tester"}
	if err != nil || n != 2 || !slices.Equal(got, want) {
		t.Fatalf("%q %d %v", got, n, err)
	}
	_, n, err = r.exec(insert(basic, one), r.environment())
	if err != nil || n != 2 || len(r.notices) != 1 || r.notices[0] != "2 claims already known" {
		t.Errorf("again: %d, %v, %q", n, err, r.notices)
	}
	again := insert(basic, append(one, []plan.Expr{text("a/b"), text("p"), text("new"), text("blog:1")}), "value")
	again.DoNothing = true
	got, n, err = r.exec(again, r.environment())
	if err != nil || n != 1 || !slices.Equal(got, []string{"new"}) {
		t.Errorf("on conflict: %q %d %v", got, n, err)
	}
	r.want(&plan.Aggregate{Input: claimsScan(), Aggs: []plan.AggCall{agg("count")}, Out: []plan.Column{{Type: types.OIDInt8}}}, false, "3")
}

func TestInsertErrorsNameTheColumn(t *testing.T) {
	r := newRig(t)
	r.env.Superuser = false
	row := func(path, value, source string) []plan.Expr {
		return []plan.Expr{text(path), text("p"), text(value), text(source)}
	}
	with := func(c int, e plan.Expr) *plan.Insert {
		return insert(append(slices.Clone(basic), c), [][]plan.Expr{append(row("a", "v", "s"), e)})
	}
	for _, c := range []struct {
		n            *plan.Insert
		code, column string
	}{
		{insert(basic[:3], [][]plan.Expr{row("a", "v", "s")[:3]}), sqlerr.NotNullViolation, "source"},
		{insert(basic, [][]plan.Expr{{text("a"), null(txt), text("v"), text("s")}}), sqlerr.NotNullViolation, "predicate"},
		{insert(basic, [][]plan.Expr{row("/a", "v", "s")}), sqlerr.CheckViolation, "concept_path"},
		{insert(basic, [][]plan.Expr{row("a", strings.Repeat("v", 1<<20+1), "s")}), sqlerr.ProgramLimitExceeded, "value"},
		{with(colValueType, text("integer")), sqlerr.CheckViolation, "value_type"},
		{with(colLifecycle, text("done")), sqlerr.CheckViolation, "lifecycle"},
		{with(colSourceClass, text("regulatory")), sqlerr.InsufficientPrivilege, "source_class"},
		{with(colSourceClass, text("nobody")), sqlerr.CheckViolation, "source_class"},
		{with(colRevises, text(strings.Repeat("ab", 32))), sqlerr.ForeignKeyViolation, "revises"},
		{with(colID, text(strings.Repeat("ab", 32))), sqlerr.CheckViolation, "id"},
		{with(colAgent, text("me")), sqlerr.GeneratedAlways, ""},
	} {
		_, err := r.run(c.n)
		e := sqlerr.From(err)
		if err == nil || e.Code != c.code || e.Column != c.column {
			t.Errorf("want %s on %q, got %v on %q", c.code, c.column, err, e.Column)
		}
	}
	_, err := r.run(insert(basic, [][]plan.Expr{row("a", "v", "s"), row("b", "v", "s"), row("/", "v", "s")}))
	if ErrorRow(err) != 2 {
		t.Errorf("row %d, %v", ErrorRow(err), err)
	}
	r.want(scan(catalog.OIDAssertions, "value"), false)
}

func TestRevise(t *testing.T) {
	r := newRig(t)
	old := claim("a", "p", "old", "s", "", -1, 10)
	r.load(old)
	id := func() knowledge.ID {
		got, err := r.run(scan(catalog.OIDAssertions, "id"))
		if err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
		id, err := knowledge.ParseID(got[0])
		if err != nil {
			t.Fatal(err)
		}
		return id
	}()
	moved := claim("elsewhere/q", "p2", "new", "other", "", -1, 5)
	moved.Revises = knowledge.Some(id)
	r.load(moved)
	r.want(lensOver(claimsScan(), "recency", "concept_path", "value"), true, "elsewhere/q|new")
}

// TestTransactionSeesItsOwn, under lenses too, and no one else does.
func TestTransactionSeesItsOwn(t *testing.T) {
	r := newRig(t)
	r.load(claim("a", "p", "old", "s", "", -1, 10))
	txn := r.c.Begin()
	env := func() *Env {
		e := r.environment()
		e.Autocommit, e.Txn = false, txn
		return e
	}
	ins := insert(basic, [][]plan.Expr{{text("a"), text("p"), text("new"), text("s")}}, "value", "recorded_at")
	got, _, err := r.exec(ins, env())
	if err != nil || !slices.Equal(got, []string{"new|infinity"}) {
		t.Fatal(got, err)
	}
	l := lensOver(claimsScan(), "recency", "value", "candidates")
	if got, _, err = r.exec(l, env()); err != nil || !slices.Equal(got, []string{"new|1"}) {
		t.Errorf("inside: %q %v", got, err)
	}
	r.want(l, false, "old|1")
	if err := txn.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	r.want(l, false, "old|1")
}

func TestStateTables(t *testing.T) {
	r := newRig(t)
	src := func(vals ...plan.Expr) *plan.Insert {
		return &plan.Insert{Rel: catalog.OIDSources, Input: rows(vals), Cols: []int{0, 1}[:len(vals)]}
	}
	r.want(src(text("who"), text("Clinical")), false)
	r.wantError(src(text("who"), text("expert")), sqlerr.UniqueViolation)
	r.wantError(src(text("x"), text("nobody")), sqlerr.ForeignKeyViolation)
	r.wantError(src(null(txt), text("expert")), sqlerr.NotNullViolation)
	s := scan(catalog.OIDSources, "source", "class", "status")
	r.want(s, false, "who|clinical|active")
	whole := scan(catalog.OIDSources, "source", "class", "status", "trust", "origin", "url", "title", "note")
	change := func(c int, v plan.Expr) *plan.Update {
		in := &plan.Project{Input: whole, Out: append(outOf(whole), plan.Column{Type: txt})}
		for i, c := range whole.Out {
			in.Exprs = append(in.Exprs, col(i, c.Type))
		}
		in.Exprs = append(in.Exprs, v)
		return &plan.Update{Rel: catalog.OIDSources, Input: in, Cols: []int{c}}
	}
	r.wantError(change(2, text("gone")), sqlerr.CheckViolation)
	r.load(claim("a", "p", "v", "who", "anecdotal", -1, 1))
	r.want(lensOver(claimsScan(), "authority", "value", "tier"), false, "v|1")
	if _, n, err := r.exec(change(2, text("retracted")), r.environment()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	r.want(s, false, "who|clinical|retracted")
	r.want(lensOver(claimsScan(), "authority", "value"), false)
	class := scan(catalog.OIDClasses, "name", "tier", "weight", "half_life", "default_confidence")
	class.Filter = fn("texteq", col(0, txt), text("clinical"))
	r.wantError(&plan.Delete{Rel: catalog.OIDClasses, Input: class}, sqlerr.ForeignKeyViolation)
	if _, n, err := r.exec(&plan.Delete{Rel: catalog.OIDSources, Input: whole}, r.environment()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	r.want(s, false)
}

// TestErrorsCloseEverything: a fragment that fails, or is left early, leaves
// no goroutine behind.
func TestErrorsCloseEverything(t *testing.T) {
	r := newRig(t)
	r.load(many(8000)...)
	r.env.Workers = 4
	before := runtime.NumGoroutine()
	bad := scan(catalog.OIDAssertions, "value")
	bad.Filter = eq(div(num(1), fn("int4mi", fn("length", col(0, txt)), num(7))), num(5))
	for range 10 {
		r.wantError(bad, sqlerr.DivisionByZero)
		if got, err := r.run(&plan.Limit{Input: scan(catalog.OIDAssertions, "value"), Count: big(3)}); err != nil || len(got) != 3 {
			t.Fatal(got, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	p, err := Compile(claimsScan())
	if err != nil {
		t.Fatal(err)
	}
	cur, err := p.Run(ctx, r.environment())
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for err == nil {
		var b *types.Batch
		if b, err = cur.Next(); b == nil && err == nil {
			t.Fatal("a cancelled scan came to its end")
		}
	}
	if sqlerr.From(err).Code != sqlerr.QueryCanceled {
		t.Error(err)
	}
	cur.Close()
	cur.Close()
	r.c.fail = errors.New("no leader")
	if _, err := r.run(claimsScan()); err == nil {
		t.Error("a failed read gave no error")
	}
	r.c.fail = nil
	for i := 0; runtime.NumGoroutine() > before && i < 100; i++ {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
}
