package exec

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

func TestStateRowRoundTrip(t *testing.T) {
	ts := []types.OID{types.OIDText, types.OIDInt2, types.OIDFloat8, types.OIDText}
	row := []types.Datum{types.Text("a\x00ü"), types.Int(-7), types.Float(0.25), types.NullDatum}
	b, err := EncodeRow(ts, row)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeRow(ts, b)
	if err != nil || !slices.Equal(got, row) {
		t.Errorf("%v %v", got, err)
	}
	wider, err := DecodeRow(append(slices.Clone(ts), types.OIDInt4), b)
	if err != nil || !wider[4].Null {
		t.Errorf("a column added later: %v %v", wider, err)
	}
	for n := range b {
		for _, bad := range [][]byte{b[:n], append(slices.Clone(b[:n]), 0xFF)} {
			if _, err := DecodeRow(ts, bad); err != nil && !errors.Is(err, storage.ErrCorrupt) {
				t.Errorf("%x: %v", bad, err)
			}
		}
	}
}

func TestBootstrapOnce(t *testing.T) {
	r := newRig(t)
	clock := r.c.clock
	if err := Bootstrap(context.Background(), r.c, r.cat); err != nil || r.c.clock != clock {
		t.Errorf("a second bootstrap wrote: %v", err)
	}
	r.want(scan(catalog.OIDClasses, "name", "tier", "half_life"), true, "regulatory|0|NULL", "clinical|1|730", "observational|2|365",
		"expert|3|180", "community|4|90", "anecdotal|5|30")
}

func at64(m knowledge.Micros) plan.Expr {
	return &plan.Const{Value: types.Int(int64(m)), OID: types.OIDTimestamptz, Typmod: -1}
}

// TestAsOf: claims, classes and sources of then.
func TestAsOf(t *testing.T) {
	r := newRig(t)
	r.load(claim("a", "p", "old", "s", "expert", -1, 20))
	then := r.c.clock
	r.load(claim("a", "p", "new", "s2", "clinical", -1, 10))
	r.want(&plan.Insert{Rel: catalog.OIDSources, Input: rows([]plan.Expr{text("s"), text("retracted")}), Cols: []int{0, 2}}, false)
	r.want(scan(catalog.OIDAssertions, "value"), true, "new", "old")
	past := scan(catalog.OIDAssertions, "value")
	past.AsOf = at64(then)
	r.want(past, false, "old")
	sources := scan(catalog.OIDSources, "source")
	r.want(sources, false, "s")
	sources.AsOf = at64(then)
	r.want(sources, false)
	l := lensOver(claimsScan(), "recency", "value", "candidates")
	r.want(l, false, "new|1")
	l.Input.(*plan.Scan).AsOf = at64(then)
	r.want(l, false, "old|1")
	r.env.AsOf = then
	r.want(lensOver(claimsScan(), "recency", "value"), false)
}

// TestOneReadTime: a statement's scans, and a repeatable transaction's
// statements, read at one time.
func TestOneReadTime(t *testing.T) {
	r := newRig(t)
	r.load(claim("a", "p", "1", "s", "", -1, 1))
	env := r.environment()
	env.Snapshot = true
	first := scan(catalog.OIDAssertions, "value")
	first.Key.Paths = []plan.Expr{text("a")}
	if _, _, err := r.exec(first, env); err != nil || env.ReadAt != r.c.clock {
		t.Fatal(env.ReadAt, err)
	}
	r.load(claim("b", "p", "2", "s", "", -1, 1))
	got, _, err := r.exec(scan(catalog.OIDAssertions, "value"), env)
	if err != nil || !slices.Equal(got, []string{"1"}) {
		t.Errorf("%q %v", got, err)
	}
	both := &plan.Join{Left: first, Right: scan(catalog.OIDAssertions, "value")}
	both.Out = outOf(both.Left, both.Right)
	reads := r.c.reads
	r.want(both, true, "1|1", "1|2")
	if n := r.c.reads - reads; n != 1 {
		t.Errorf("%d reads for one statement", n)
	}
}

// TestSnapshotWithoutRelation: a repeatable transaction's time is that of its first
// statement, also of one that reads nothing.
func TestSnapshotWithoutRelation(t *testing.T) {
	r := newRig(t)
	env := r.environment()
	env.Snapshot = true
	one := &plan.Values{Rows: [][]plan.Expr{{text("1")}}}
	one.Out = []plan.Column{{Type: types.OIDText}}
	if _, _, err := r.exec(one, env); err != nil || env.ReadAt != r.c.clock {
		t.Fatal(env.ReadAt, err)
	}
	r.load(claim("a", "p", "1", "s", "", -1, 1))
	if got, _, err := r.exec(scan(catalog.OIDAssertions, "value"), env); err != nil || len(got) != 0 {
		t.Errorf("%q %v", got, err)
	}
}

// TestPendingState: a transaction's writes to state tables are seen by it, and
// a row changed meanwhile makes it fail.
func TestPendingState(t *testing.T) {
	r := newRig(t)
	var pending Pending
	txn := r.c.Begin()
	env := func() *Env {
		e := r.environment()
		e.Autocommit, e.Txn, e.Pending = false, txn, &pending
		return e
	}
	add := func(name string) *plan.Insert {
		return &plan.Insert{Rel: catalog.OIDSources, Input: rows([]plan.Expr{text(name)}), Cols: []int{0}}
	}
	if _, n, err := r.exec(add("mine"), env()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	s := scan(catalog.OIDSources, "source")
	got, _, err := r.exec(s, env())
	if err != nil || !slices.Equal(got, []string{"mine"}) {
		t.Errorf("%q %v", got, err)
	}
	r.want(s, false)
	r.want(add("mine"), false)
	_, err = txn.Commit(context.Background())
	if code := sqlerr.From(Translate(err)).Code; err == nil || code != sqlerr.UniqueViolation {
		t.Errorf("two inserts of one source: %v %s", err, code)
	}
}
