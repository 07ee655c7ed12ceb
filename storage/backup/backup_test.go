package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

const shards = 4

// localTable is a state table that no backup is to have.
const localTable = 1000

func claimID(a *knowledge.Assertion) knowledge.ID { return a.ComputeID() }

func openStore(t *testing.T, shards int) *storage.Store {
	t.Helper()
	s, err := storage.Open(storage.Options{InMemory: true, Shards: shards, ClaimID: claimID, OnFatal: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func record(t *testing.T, path, value string) storage.ClaimRec {
	t.Helper()
	a := &knowledge.Assertion{ConceptPath: path, Predicate: "p", Value: value, ValueType: knowledge.ValueText, Source: "s", SourceClass: "community", AssertedAt: 5, Agent: "a"}
	a.ID = a.ComputeID()
	rec, _ := storage.AppendClaim(nil, a)
	return rec
}

// filled is a store with claims that were recorded in every way: at once, by
// transactions that are resolved, settled, open and aborted, twice, and with marks.
// Times go up to 1000.
type filled struct {
	*storage.Store
	t  *testing.T
	at knowledge.Micros
	n  uint64
}

func fill(t *testing.T) *filled {
	f := &filled{Store: openStore(t, shards), t: t}
	for i := range 400 {
		f.insert(fmt.Sprintf("c/%d", i%50), fmt.Sprint(i))
	}
	f.txn(4400, true, true) // stays tagged
	f.txn(20, true, true)   // rewritten
	f.txn(30, true, false)  // decided, not resolved
	f.txn(10, false, false) // aborted
	f.mark("c/1", "1", 'x') // at once
	f.mark("c/1", "1", 'y') // by another
	f.mark("c/2", "2", 'x') //
	f.state(7, "a", "1", false)
	f.state(7, "b", "1", false)
	f.state(7, "a", "2", false)
	f.state(7, "b", "", true)
	f.state(9, "other", "x", false)
	f.state(localTable, "node", "x", false)
	return f
}

func (f *filled) apply(id storage.ShardID, fn func(a *storage.Apply)) {
	f.t.Helper()
	a := f.Shard(id).Begin()
	f.n++
	a.SetApplied(f.n, 1)
	fn(a)
	if err := a.Commit(); err != nil {
		f.t.Fatal(err)
	}
}

func (f *filled) tick() knowledge.Micros {
	f.at++
	return f.at
}

func (f *filled) insert(path, value string) {
	f.apply(storage.ShardOf(path, shards), func(a *storage.Apply) { a.Insert(f.tick(), []storage.ClaimRec{record(f.t, path, value)}) })
}

func (f *filled) mark(path, value string, reviser byte) {
	target := record(f.t, path, value)
	rec, _ := storage.AppendMark(nil, target.Key, knowledge.ID{reviser})
	f.apply(storage.ShardOf(path, shards), func(a *storage.Apply) { a.Insert(f.tick(), []storage.ClaimRec{rec}) })
}

func (f *filled) state(table uint16, key, row string, del bool) {
	f.apply(storage.MetaShard, func(a *storage.Apply) {
		op := storage.MetaOp{Table: table, Key: []byte(key), Row: []byte(row), Delete: del, Expect: storage.AnyVersion}
		if err := a.PutMeta(f.tick(), []storage.MetaOp{op}); err != nil {
			f.t.Fatal(err)
		}
	})
}

// txn commits claims of all shards at one time, and resolves them in all but one.
func (f *filled) txn(claims int, commit, resolve bool) {
	f.t.Helper()
	id := storage.TxnID{byte(f.n), byte(f.n >> 8), 1}
	by := map[storage.ShardID][]storage.ClaimRec{}
	for i := range claims {
		path := fmt.Sprintf("t/%d/%d", f.n, i)
		by[storage.ShardOf(path, shards)] = append(by[storage.ShardOf(path, shards)], record(f.t, path, "v"))
	}
	for _, shard := range slices.Sorted(maps.Keys(by)) {
		f.apply(shard, func(a *storage.Apply) {
			a.InsertTagged(id, 0, by[shard])
			if shard != 0 {
				if _, err := a.Prepare(id, 0, f.tick(), nil); err != nil {
					f.t.Fatal(err)
				}
			}
		})
	}
	if !commit {
		f.apply(0, func(a *storage.Apply) { a.Abort(id) })
		return
	}
	at := f.tick()
	f.apply(0, func(a *storage.Apply) {
		if o := a.CommitTxn(id, at); !o.Committed {
			f.t.Fatal(o)
		}
	})
	for shard := range by {
		if resolve {
			f.apply(shard, func(a *storage.Apply) {
				if err := a.Resolve(id, at); err != nil {
					f.t.Fatal(err)
				}
			})
		}
	}
}

// fakeCluster is a cluster of one store; shard 3 lies on another node.
type fakeCluster struct {
	*storage.Store
	asked  int
	remote *Source
}

func (c *fakeCluster) ID(context.Context) (string, error) { return "c1", nil }
func (c *fakeCluster) Holds(id storage.ShardID) bool      { return id != 3 || c.remote == nil }
func (c *fakeCluster) Local(table uint16) bool            { return table >= localTable }

func (c *fakeCluster) Read(_ context.Context, o storage.ReadOptions) (*storage.View, error) {
	if o.At == 0 {
		for i := range shards {
			o.At = max(o.At, c.Shard(storage.ShardID(i)).LastRecorded())
		}
		o.At = max(o.At, c.Shard(storage.MetaShard).LastRecorded())
	}
	return c.View(o.Shards, o.At, o.Own), nil
}

// Ask answers at the second attempt.
func (c *fakeCluster) Ask(ctx context.Context, _ storage.ShardID, attempt int, request []byte) (func() ([]byte, error), func() error, error) {
	if c.asked++; attempt == 0 {
		return nil, nil, errors.New("gone")
	}
	var pieces [][]byte
	err := c.remote.Serve(ctx, request, func(b []byte) error {
		pieces = append(pieces, b)
		return nil
	})
	recv := func() ([]byte, error) {
		if len(pieces) == 0 {
			return nil, io.EOF
		}
		b := pieces[0]
		pieces = pieces[1:]
		return b, nil
	}
	return recv, func() error { return nil }, err
}

// write backs a store up into a directory.
func write(t *testing.T, s *Source, dir string) Manifest {
	t.Helper()
	cut, err := s.Cut(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWriter(dir, cut, "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range w.Requests() {
		var part bytes.Buffer
		if err := s.Part(t.Context(), q, &part); err != nil {
			t.Fatal(err)
		}
		// One that was cut off may come again.
		if err := w.Part(t.Context(), q, bytes.NewReader(part.Bytes()[:part.Len()-1]), nil); !errors.Is(err, ErrDamaged) {
			t.Fatalf("a part without its last byte: %v", err)
		}
		if err := w.Part(t.Context(), q, &part, nil); err != nil {
			t.Fatal(err)
		}
	}
	m, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// contents is everything that a store shows as of a time, whatever its shards are.
func contents(t *testing.T, s *storage.Store, at knowledge.Micros) []string {
	t.Helper()
	v := s.View(nil, at, storage.TxnID{})
	defer v.Close()
	var out []string
	for _, shard := range v.Shards() {
		it := v.Claims(t.Context(), shard, storage.ClaimBounds{})
		for it.Next() {
			var a knowledge.Assertion
			rec, _ := it.Record(nil)
			if err := storage.DecodeClaim(rec.Key, rec.Row, &a); err != nil {
				t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("%+v revised %v", a, it.RevisedElsewhere()))
		}
		if err := errors.Join(it.Err(), it.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []uint16{7, 9, localTable} {
		err := v.Meta(table).Scan(func(key, row []byte, _ uint64, recorded knowledge.Micros) error {
			if table != localTable {
				out = append(out, fmt.Sprintf("%d %q %q %d", table, key, row, recorded))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}

// TestRestoreShowsTheSame: as of every time the restored store shows what the first
// one did, with as many shards or others, and nothing of it is out of order.
func TestRestoreShowsTheSame(t *testing.T) {
	f := fill(t)
	dir := filepath.Join(t.TempDir(), "b")
	c := &fakeCluster{Store: f.Store, remote: &Source{&fakeCluster{Store: f.Store}}}
	m := write(t, &Source{c}, dir)
	if c.asked < 2 || m.At != f.at || m.Cluster != "c1" {
		t.Errorf("asked %d times; %+v", c.asked, m)
	}
	f.insert("later", "1") // not in it
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Verify(t.Context(), func(_, _ int64) {}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{shards, 1, 7} {
		s := openStore(t, n)
		if err := b.Restore(t.Context(), s, func(_, _ int64) {}); err != nil {
			t.Fatal(err)
		}
		for at := m.At; at > 0; at -= 1 + at/20 {
			want, got := contents(t, f.Store, at), contents(t, s, at)
			if !slices.Equal(want, got) {
				t.Fatalf("%d shards, as of %d: %d of %d", n, at, len(got), len(want))
			}
		}
		rep, err := s.Verify(t.Context(), nil)
		if err != nil || !rep.OK() {
			t.Errorf("%d shards: %v %v", n, rep.Problems, err)
		}
		for i := range n {
			if sh := s.Shard(storage.ShardID(i)); sh.LastRecorded() != m.At || sh.Applied() != PositionIndex {
				t.Errorf("shard %d is closed at %d, of %d", i, sh.LastRecorded(), m.At)
			}
		}
		local := s.View(nil, m.At, storage.TxnID{}).Meta(localTable)
		if _, _, ok := local.Get([]byte("node")); ok {
			t.Error("the nodes of the first cluster came along")
		}
	}
}

// TestDamage changes a byte here and there, and cuts off ends, of every file: none is
// taken for whole, by a check or by a restore.
func TestDamage(t *testing.T) {
	f := fill(t)
	dir := filepath.Join(t.TempDir(), "b")
	write(t, &Source{&fakeCluster{Store: f.Store}}, dir)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != shards+2 {
		t.Fatal(files, err)
	}
	try := func(what string) {
		t.Helper()
		b, err := Open(dir)
		if err == nil {
			if err = b.Verify(t.Context(), func(_, _ int64) {}); err == nil {
				t.Errorf("%s: a check finds nothing", what)
			}
			if b.Restore(t.Context(), openStore(t, 2), func(_, _ int64) {}) == nil {
				t.Errorf("%s: it is restored", what)
			}
		}
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNoBackup) && !errors.Is(err, ErrNewer) {
			t.Errorf("%s: %v", what, err)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, file := range files {
		path := filepath.Join(dir, file.Name())
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		put := func(b []byte) {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for range 12 {
			at := r.IntN(len(good))
			bad := slices.Clone(good)
			bad[at] ^= 1 << r.IntN(8)
			put(bad)
			try(fmt.Sprintf("%s, byte %d", file.Name(), at))
		}
		put(good[:r.IntN(len(good)-2)])
		try(file.Name() + " cut off")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		try(file.Name() + " missing")
		put(good)
	}
	if b, err := Open(dir); err != nil || b.Verify(t.Context(), func(_, _ int64) {}) != nil {
		t.Errorf("it is whole again: %v", err)
	}
}

// TestRefusals: a backup goes nowhere but into an empty directory, and one of a later
// format is not read.
func TestRefusals(t *testing.T) {
	f := fill(t)
	s := &Source{&fakeCluster{Store: f.Store}}
	dir := t.TempDir()
	write(t, s, dir)
	cut, err := s.Cut(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewWriter(dir, cut, "test"); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("into a backup: %v", err)
	}
	name := filepath.Join(dir, manifestName)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	later := bytes.Replace(text, []byte(`"format": 1`), []byte(`"format": 2`), 1)
	if err := os.WriteFile(name, later, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrNewer) {
		t.Errorf("a later format: %v", err)
	}
	for _, q := range [][3]string{{"4", "", "5"}, {"x", "", "5"}, {"0", "", "x"}, {"0", "5", "5"}, {"0", "-1", "5"}, {"0", "", ""}} {
		if _, err := s.ParseRequest(q[0], q[1], q[2]); !errors.Is(err, ErrRequest) {
			t.Errorf("%q: %v", q, err)
		}
	}
	if q, err := s.ParseRequest("state", "2", "5"); err != nil || q != (Request{KindState, storage.MetaShard, 2, 5}) {
		t.Errorf("%+v, %v", q, err)
	}
}

// TestWhatCameAfter: the parts of what was recorded after a time are the rest of the
// parts up to it.
func TestWhatCameAfter(t *testing.T) {
	f := fill(t)
	s := &Source{&fakeCluster{Store: f.Store}}
	records := func(q Request) (out []string) {
		t.Helper()
		var part bytes.Buffer
		if err := s.Part(t.Context(), q, &part); err != nil {
			t.Fatal(err)
		}
		p, err := ReadPart(&part)
		if err != nil {
			t.Fatal(err)
		}
		for {
			key, value, err := p.Next()
			if errors.Is(err, io.EOF) {
				return out
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("%x %x", key, value))
		}
	}
	mid := f.at / 2
	for _, q := range []Request{{KindState, storage.MetaShard, 0, f.at}, {KindClaims, 1, 0, f.at}, {KindClaims, 0, 0, f.at}} {
		first, second := q, q
		first.To, second.From = f.at-4, f.at-4 // among the state's changes
		if q.Kind == KindClaims {
			first.To, second.From = mid, mid
		}
		all, parts := records(q), append(records(first), records(second)...)
		slices.Sort(all)
		slices.Sort(parts)
		if len(records(first)) == 0 || len(records(second)) == 0 || !slices.Equal(all, parts) {
			t.Errorf("%+v: %d records, and %d in two parts", q, len(all), len(parts))
		}
	}
}
