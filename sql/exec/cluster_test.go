package exec

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// testCluster is one node without a log: it applies to an in-memory store.
type testCluster struct {
	store *storage.Store
	mu    sync.Mutex
	clock knowledge.Micros
	index uint64
	txns  uint64
	reads int
	fail  error // of the next Read
}

func newTestCluster(tb testing.TB) *testCluster {
	tb.Helper()
	s, err := storage.Open(storage.Options{InMemory: true, Shards: 8, CacheBytes: 256 << 20})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	c := &testCluster{store: s, clock: 800_000_000_000_000}
	if err := Bootstrap(context.Background(), c, catalog.New()); err != nil {
		tb.Fatal(err)
	}
	return c
}

func (c *testCluster) Shards() int { return c.store.Shards() }

func (c *testCluster) Read(ctx context.Context, o storage.ReadOptions) (*storage.View, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads++
	if c.fail != nil {
		return nil, c.fail
	}
	if o.At == 0 {
		o.At = c.clock
	}
	v := c.store.View(o.Shards, o.At, o.Own)
	return v, v.Settle(ctx)
}

func (c *testCluster) StateVersion() uint64 { return c.store.StateVersion() }

func (c *testCluster) Begin() Txn {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.txns++
	t := &testTxn{c: c, recs: map[storage.ShardID][]storage.ClaimRec{}}
	binary.BigEndian.PutUint64(t.id[8:], c.txns)
	return t
}

// testTxn buffers by shard, and tags what is flushed.
type testTxn struct {
	c      *testCluster
	id     storage.TxnID
	recs   map[storage.ShardID][]storage.ClaimRec
	tagged map[storage.ShardID]bool
	coord  storage.ShardID
	ops    []storage.MetaOp
	known  int64
	added  bool
}

func (t *testTxn) ID() storage.TxnID { return t.id }
func (t *testTxn) Dirty() bool       { return t.added || len(t.ops) > 0 }

func (t *testTxn) AddClaims(_ context.Context, recs []storage.ClaimRec) error {
	for _, r := range recs {
		if err := r.Check(); err != nil {
			return err
		}
		sh := storage.ShardOfBytes(r.Path(), t.c.Shards())
		if !t.added {
			t.coord = sh
		}
		t.added = true
		t.recs[sh] = append(t.recs[sh], storage.ClaimRec{Key: append([]byte{}, r.Key...), Row: append([]byte{}, r.Row...)})
	}
	return nil
}

func (t *testTxn) AddMeta(ops []storage.MetaOp) error {
	t.ops = append(t.ops, ops...)
	return nil
}

func (t *testTxn) each(f func(sh storage.ShardID, a *storage.Apply) error) error {
	for i := range t.c.Shards() {
		sh := storage.ShardID(i)
		a := t.c.store.Shard(sh).Begin()
		t.c.index++
		a.SetApplied(t.c.index, 1)
		if err := f(sh, a); err != nil {
			return err
		}
		if err := a.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func (t *testTxn) Flush(context.Context) error {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	if t.tagged == nil {
		t.tagged = map[storage.ShardID]bool{}
	}
	return t.each(func(sh storage.ShardID, a *storage.Apply) error {
		if len(t.recs[sh]) > 0 {
			a.InsertTagged(t.id, t.coord, t.recs[sh])
			for _, rec := range t.recs[sh] {
				if !rec.IsMark() {
					t.known++ // unless it is new, which Prepare will tell
				}
			}
			t.tagged[sh] = true
			delete(t.recs, sh)
		}
		return nil
	})
}

func (t *testTxn) Commit(ctx context.Context) (storage.CommitResult, error) {
	if t.tagged != nil {
		if err := t.Flush(ctx); err != nil {
			return storage.CommitResult{}, err
		}
	}
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	t.c.clock++
	at := t.c.clock
	if len(t.ops) > 0 {
		a := t.c.store.Shard(storage.MetaShard).Begin()
		t.c.index++
		a.SetApplied(t.c.index, 1)
		if err := a.PutMeta(at, t.ops); err != nil {
			_ = a.Discard()
			return storage.CommitResult{}, err
		}
		if err := a.Commit(); err != nil {
			return storage.CommitResult{}, err
		}
	}
	err := t.each(func(sh storage.ShardID, a *storage.Apply) error {
		if t.tagged == nil {
			if len(t.recs[sh]) > 0 {
				t.known += int64(a.Insert(at, t.recs[sh]))
			}
			return nil
		}
		if !t.tagged[sh] {
			return nil
		}
		stored, err := a.Prepare(t.id, t.coord, at, nil)
		if err != nil {
			return err
		}
		t.known -= int64(stored)
		if sh == t.coord {
			a.CommitTxn(t.id, at)
		}
		return a.Resolve(t.id, at)
	})
	return storage.CommitResult{RecordedAt: at, Known: t.known}, err
}

func (t *testTxn) Rollback(context.Context) error {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	return t.each(func(sh storage.ShardID, a *storage.Apply) error {
		if t.tagged[sh] {
			a.Abort(t.id)
		}
		return nil
	})
}

// rig is a cluster with what statements need.
type rig struct {
	tb      testing.TB
	c       *testCluster
	cat     *catalog.Catalog
	cache   PolicyCache
	env     Env
	notices []string
}

const testNow knowledge.Micros = 900_000_000_000_000

func newRig(tb testing.TB) *rig {
	r := &rig{tb: tb, c: newTestCluster(tb), cat: catalog.New()}
	r.env = Env{Catalog: r.cat, Cluster: r.c, TxnTime: testNow, Role: "tester", Superuser: true, Autocommit: true, Policies: &r.cache}
	r.env.Notice = func(e *sqlerr.Error) { r.notices = append(r.notices, e.Message) }
	return r
}

// environment is a fresh Env for one run.
func (r *rig) environment(params ...types.Datum) *Env {
	e := r.env
	e.Params = params
	e.Funcs = &functions.Ctx{Format: *types.DefaultFormat()}
	return &e
}

// load writes claims in one transaction.
func (r *rig) load(claims ...knowledge.Assertion) {
	r.tb.Helper()
	ctx := context.Background()
	txn := r.c.Begin()
	w, err := NewClaimWriter(ctx, r.environment(), txn, nil)
	if err != nil {
		r.tb.Fatal(err)
	}
	defer w.Close()
	for i := range claims {
		if err := w.AddAssertion(ctx, &claims[i], true, true); err != nil {
			r.tb.Fatal(err)
		}
	}
	if err := w.Finish(ctx); err != nil {
		r.tb.Fatal(err)
	}
	if _, err := txn.Commit(ctx); err != nil {
		r.tb.Fatal(err)
	}
}

// claim makes an assertion.
func claim(path, pred, value, source, class string, conf float64, asserted int64) knowledge.Assertion {
	a := knowledge.Assertion{ConceptPath: path, Predicate: pred, Value: value, Source: source, SourceClass: class,
		AssertedAt: testNow - knowledge.Micros(asserted)}
	if conf >= 0 {
		a.Confidence = knowledge.Some(conf)
	}
	return a
}

// many makes n claims over n/4 pairs, always the same ones.
func many(n int) []knowledge.Assertion {
	classes := []string{"regulatory", "clinical", "observational", "expert", "community", "anecdotal"}
	preds := []string{"capital", "currency", "population", "area", "language"}
	out := make([]knowledge.Assertion, n)
	for i := range out {
		pair := i / 4
		out[i] = claim(fmt.Sprintf("countries/c%05d/r%d", pair/5, pair%7), preds[pair%5], fmt.Sprintf("value %d", (i*7+pair)%11),
			fmt.Sprintf("source:%03d", (i*13)%97), classes[(i*31+pair)%6], float64(i%100)/100, int64(i%1000)*1000)
	}
	return out
}

// discardTxn takes claims and forgets them.
type discardTxn struct{ Txn }

func (discardTxn) AddClaims(context.Context, []storage.ClaimRec) error { return nil }
