package replication

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

func TestDirectInsert(t *testing.T) {
	in := open(t, setup{})
	first := in.mustInsert(t, claim("a/b", "1"))
	if first.RecordedAt <= 0 || first.Known != 0 {
		t.Fatalf("result %+v", first)
	}
	if got := in.values(t, "a/b", 0, storage.TxnID{}); len(got) != 1 || got["1"] != first.RecordedAt {
		t.Errorf("claims %v, recorded at %d", got, first.RecordedAt)
	}
	second := in.mustInsert(t, claim("a/b", "1"), claim("a/b", "2"))
	if second.Known != 1 || second.RecordedAt <= first.RecordedAt {
		t.Errorf("result of a repeated claim %+v after %+v", second, first)
	}
	if got := in.values(t, "a/b", 0, storage.TxnID{}); got["1"] != first.RecordedAt || got["2"] != second.RecordedAt {
		t.Errorf("claims %v", got)
	}
	if got := in.values(t, "a/b", first.RecordedAt, storage.TxnID{}); len(got) != 1 {
		t.Errorf("claims as of the first insert: %v", got)
	}
}

func TestTransactionSpansShards(t *testing.T) {
	in := open(t, setup{})
	var recs []storage.ClaimRec
	for s := range in.Shards() {
		recs = append(recs, claim(pathIn("p", storage.ShardID(s), in.Shards()), "v"))
	}
	before := in.mustInsert(t, claim("q", "v"))
	res := in.mustInsert(t, recs...)
	if res.RecordedAt <= before.RecordedAt {
		t.Errorf("recorded at %d, after %d", res.RecordedAt, before.RecordedAt)
	}
	for s := range in.Shards() {
		// A single shard is read at once after the commit: its own clock must
		// have passed the commit time.
		if got := in.values(t, pathIn("p", storage.ShardID(s), in.Shards()), 0, storage.TxnID{}); got["v"] != res.RecordedAt {
			t.Errorf("shard %d: %v, want %d", s, got, res.RecordedAt)
		}
	}
	if got := in.values(t, pathIn("p", 1, in.Shards()), res.RecordedAt-1, storage.TxnID{}); len(got) != 0 {
		t.Errorf("visible before its time: %v", got)
	}
	in.waitResolved(t)
	if got := len(in.allClaims(t)); got != in.Shards()+1 {
		t.Errorf("%d claims after resolving", got)
	}
}

func TestTransactionSeesItselfAndRollsBack(t *testing.T) {
	in := open(t, setup{})
	tx := in.Begin()
	a, b := pathIn("p", 0, 4), pathIn("p", 3, 4)
	if err := tx.AddClaims(t.Context(), []storage.ClaimRec{claim(a, "1"), claim(b, "1")}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{a, b} {
		if got := in.values(t, p, 0, tx.ID()); len(got) != 1 {
			t.Errorf("the transaction does not see its own claim of %s: %v", p, got)
		}
		if got := in.values(t, p, 0, storage.TxnID{}); len(got) != 0 {
			t.Errorf("another sees the open transaction's claim of %s: %v", p, got)
		}
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	in.waitResolved(t)
	if got := in.allClaims(t); len(got) != 0 {
		t.Errorf("claims of a rolled back transaction: %v", got)
	}
	if _, err := tx.Commit(t.Context()); !errors.Is(err, ErrDone) {
		t.Errorf("commit after rollback: %v", err)
	}
	// The same claims again, for good.
	in.mustInsert(t, claim(a, "1"), claim(b, "1"))
	if got := in.allClaims(t); len(got) != 2 {
		t.Errorf("claims %v", got)
	}
}

func TestBulkTransaction(t *testing.T) {
	in := open(t, setup{})
	const rows = 12_000
	load := func() storage.CommitResult {
		tx := in.Begin()
		for i := 0; i < rows; i += 500 {
			var recs []storage.ClaimRec
			for j := i; j < i+500; j++ {
				recs = append(recs, claim(fmt.Sprintf("bulk/%d", j%997), fmt.Sprint(j)))
			}
			if err := tx.AddClaims(t.Context(), recs); err != nil {
				t.Fatal(err)
			}
		}
		res, err := tx.Commit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	first := load()
	if first.Known != 0 {
		t.Errorf("known: %d", first.Known)
	}
	all := in.allClaims(t)
	if len(all) != rows {
		t.Fatalf("%d claims of %d", len(all), rows)
	}
	for k, at := range all {
		if at != first.RecordedAt {
			t.Fatalf("%s recorded at %d, not %d", k, at, first.RecordedAt)
		}
	}
	if second := load(); second.Known != rows {
		t.Errorf("known the second time: %d", second.Known)
	}
	in.waitResolved(t)
	if n := len(in.allClaims(t)); n != rows {
		t.Errorf("%d claims after loading twice", n)
	}
}

func metaRow(key, row string, expect uint64) storage.MetaOp {
	return storage.MetaOp{Table: 7, Key: []byte(key), Row: []byte(row), Expect: expect}
}

func (in *instance) metaGet(t testing.TB, key string) (string, uint64, bool) {
	t.Helper()
	v, err := in.Read(t.Context(), storage.ReadOptions{Shards: []storage.ShardID{}})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	row, version, ok := v.Meta(7).Get([]byte(key))
	return string(row), version, ok
}

func TestStateTables(t *testing.T) {
	in := open(t, setup{})
	put := func(ops ...storage.MetaOp) error {
		tx := in.Begin()
		if err := tx.AddMeta(ops); err != nil {
			return err
		}
		_, err := tx.Commit(t.Context())
		return err
	}
	if err := put(metaRow("k", "1", 0)); err != nil {
		t.Fatal(err)
	}
	row, version, ok := in.metaGet(t, "k")
	if row != "1" || !ok {
		t.Fatalf("row %q %v", row, ok)
	}
	if err := put(metaRow("k", "2", 0)); !errors.Is(err, storage.ErrExists) {
		t.Errorf("insert of an existing row: %v", err)
	}
	if err := put(metaRow("k", "2", version+1)); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("update of another version: %v", err)
	}
	if err := put(metaRow("k", "2", version)); err != nil {
		t.Errorf("update: %v", err)
	}
	if row, _, _ := in.metaGet(t, "k"); row != "2" {
		t.Errorf("row %q", row)
	}
}

func TestClaimsAndStateTablesTogether(t *testing.T) {
	in := open(t, setup{})
	commit := func(key, path string) error {
		tx := in.Begin()
		if err := tx.AddMeta([]storage.MetaOp{metaRow(key, "x", 0)}); err != nil {
			return err
		}
		if err := tx.AddClaims(t.Context(), []storage.ClaimRec{claim(path, "1")}); err != nil {
			return err
		}
		res, err := tx.Commit(t.Context())
		if err == nil && res.RecordedAt == 0 {
			t.Error("no recorded time")
		}
		return err
	}
	if err := commit("a", "p/1"); err != nil {
		t.Fatal(err)
	}
	if err := commit("a", "p/2"); !errors.Is(err, storage.ErrExists) {
		t.Fatalf("the same key again: %v", err)
	}
	in.waitResolved(t)
	if _, _, ok := in.metaGet(t, "a"); !ok {
		t.Error("the state row is missing")
	}
	if got := in.allClaims(t); len(got) != 1 {
		t.Errorf("claims %v", got)
	}
}

func TestReadTimes(t *testing.T) {
	in := open(t, setup{})
	in.mustInsert(t, claim("a", "1"))
	future := in.Now() + knowledge.Micros(time.Hour/time.Microsecond)
	if _, err := in.Read(t.Context(), storage.ReadOptions{At: future}); !errors.Is(err, ErrFutureTime) {
		t.Errorf("read of the future: %v", err)
	}
	at := in.Now()
	if got := in.values(t, "a", at, storage.TxnID{}); len(got) != 1 {
		t.Errorf("as of now: %v", got)
	}
	// A read at a time is a promise: whatever comes is later.
	if res := in.mustInsert(t, claim("a", "2")); res.RecordedAt <= at {
		t.Errorf("recorded at %d, though %d was read", res.RecordedAt, at)
	}
	if got := in.values(t, "a", at, storage.TxnID{}); len(got) != 1 {
		t.Errorf("as of that time, again: %v", got)
	}
	if _, err := in.Read(t.Context(), storage.ReadOptions{Shards: []storage.ShardID{99}}); err == nil {
		t.Error("read of a shard that is not")
	}
}

// A clock that goes back after a restart must not let new claims slip under
// what was read before.
func TestClockSetBack(t *testing.T) {
	dir := t.TempDir()
	var wall knowledge.Micros = 1_000_000
	s := setup{dir: dir, options: func(o *Options) { o.Clock = func() knowledge.Micros { return wall } }}
	in := open(t, s)
	a, b := pathIn("p", 0, 4), pathIn("p", 1, 4)
	first := in.mustInsert(t, claim(a, "1"))
	in.shutdown(t)
	wall = 5
	in = open(t, s)
	if got := in.values(t, a, 0, storage.TxnID{}); got["1"] != first.RecordedAt {
		t.Errorf("claims %v", got)
	}
	if res := in.mustInsert(t, claim(b, "1")); res.RecordedAt <= first.RecordedAt {
		t.Errorf("recorded at %d after %d", res.RecordedAt, first.RecordedAt)
	}
}

func TestRetriedEntryReturnsFirstOutcome(t *testing.T) {
	in := open(t, setup{})
	g := in.Group(storage.ShardOf("a", 4))
	entry := func() []byte {
		return command.Encode(&command.Entry{
			Kind: command.Insert, Txn: storage.TxnID{1}, Coordinator: g.id, Recs: []storage.ClaimRec{claim("a", "1")},
		})
	}
	first, err := g.propose(t.Context(), entry(), 0)
	if err != nil {
		t.Fatal(err)
	}
	second, err := g.propose(t.Context(), entry(), 0)
	if err != nil || second.outcome != first.outcome || second.at <= first.at {
		t.Errorf("second outcome %+v, %v; first %+v", second, err, first)
	}
}

// Entries whose time was overtaken are refused by every replica alike.
func TestStaleTimeIsRefused(t *testing.T) {
	in := open(t, setup{})
	g := in.Group(storage.ShardOf("a", 4))
	newest := in.mustInsert(t, claim("a", "1"))
	stale := command.Encode(&command.Entry{
		Kind: command.Insert, At: newest.RecordedAt, Txn: storage.TxnID{1}, Recs: []storage.ClaimRec{claim("a", "2")},
	})
	f := g.raft.Apply(stale, 0)
	if err := f.Error(); err != nil {
		t.Fatal(err)
	}
	if r := f.Response().(*result); !errors.Is(r.err, errStale) {
		t.Errorf("result %+v", r)
	}
	if got := in.values(t, "a", 0, storage.TxnID{}); len(got) != 1 {
		t.Errorf("claims %v", got)
	}
}

func TestBadClaims(t *testing.T) {
	in := open(t, setup{})
	for name, rec := range map[string]storage.ClaimRec{
		"no path":  {Key: []byte("abc"), Row: []byte("x")},
		"long key": {Key: append([]byte("a\x00"), make([]byte, command.MaxKey)...), Row: []byte("x")},
		"long row": {Key: []byte("a\x00b\x00"), Row: make([]byte, command.MaxRow+1)},
	} {
		tx := in.Begin()
		if err := tx.AddClaims(t.Context(), []storage.ClaimRec{rec}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := tx.Commit(t.Context()); !errors.Is(err, ErrAborted) {
			t.Errorf("%s: commit: %v", name, err)
		}
	}
}

func TestContextAndClose(t *testing.T) {
	in := open(t, setup{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := in.insert(ctx, claim(pathIn("p", 0, 4), "1"), claim(pathIn("p", 1, 4), "1")); err == nil {
		t.Error("a commit with an ended context")
	}
	in.waitResolved(t)
	open := in.Begin()
	if err := open.AddClaims(t.Context(), []storage.ClaimRec{claim("a", "1")}); err != nil {
		t.Fatal(err)
	}
	if err := open.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := open.Commit(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("commit on a closed node: %v", err)
	}
	if _, err := in.Read(t.Context(), storage.ReadOptions{}); !errors.Is(err, ErrClosed) {
		t.Errorf("read on a closed node: %v", err)
	}
	if err := in.Close(t.Context()); err != nil {
		t.Errorf("second close: %v", err)
	}
}
