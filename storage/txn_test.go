package storage

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// do runs fn on a shard in one Apply.
func do(t *testing.T, s *Store, shard ShardID, fn func(a *Apply)) {
	t.Helper()
	a := s.Shard(shard).Begin()
	fn(a)
	if err := a.Commit(); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, ctx context.Context, v *View, shard ShardID) (int, error) {
	t.Helper()
	it := v.Claims(ctx, shard, ClaimBounds{})
	n := 0
	for it.Next() {
		n++
	}
	err := it.Err()
	if cerr := it.Close(); cerr != nil && err == nil {
		err = cerr
	}
	return n, err
}

// TestWaitForDecision reads while a transaction that was prepared before the
// read's time is undecided: the read waits, for as long as its context lets it.
func TestWaitForDecision(t *testing.T) {
	for _, commit := range []bool{true, false} {
		t.Run(fmt.Sprintf("commit=%v", commit), func(t *testing.T) {
			s := memStore(t, 2)
			txn := TxnID{7}
			rec, _ := AppendClaim(nil, testClaim("a", "p", "v", "s"))
			do(t, s, 1, func(a *Apply) {
				a.InsertTagged(txn, 0, []ClaimRec{rec})
				if _, err := a.Prepare(txn, 0, 10, nil); err != nil {
					t.Fatal(err)
				}
			})
			do(t, s, 0, func(a *Apply) {
				if _, err := a.Prepare(txn, 0, 12, nil); err != nil {
					t.Fatal(err)
				}
			})
			if n, err := count(t, context.Background(), s.View(nil, 9, TxnID{}), 1); n != 0 || err != nil {
				t.Fatalf("before the prepare: %d %v", n, err)
			}
			v := s.View(nil, 20, TxnID{})
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			defer cancel()
			if _, err := count(t, ctx, v, 1); !errors.Is(err, ErrUndecided) {
				t.Fatalf("undecided: %v", err)
			}
			if err := v.Settle(ctx); !errors.Is(err, ErrUndecided) {
				t.Fatalf("settle: %v", err)
			}
			if n, err := count(t, context.Background(), s.View(nil, 20, txn), 1); n != 1 || err != nil {
				t.Fatalf("own claims: %d %v", n, err)
			}
			go func() {
				time.Sleep(10 * time.Millisecond)
				do(t, s, 0, func(a *Apply) {
					if commit {
						a.CommitTxn(txn, 12)
					} else {
						a.Abort(txn)
					}
				})
			}()
			want := map[bool]int{true: 1}[commit]
			if n, err := count(t, context.Background(), v, 1); n != want || err != nil {
				t.Fatalf("decided: %d %v, want %d", n, err, want)
			}
			if n, err := count(t, context.Background(), s.View(nil, 11, TxnID{}), 1); n != 0 || err != nil {
				t.Fatalf("below the commit time: %d %v", n, err)
			}
		})
	}
}

// TestStored: a vote and a commit tell how many claims of a transaction are new,
// however often its entries come, and over a restart.
func TestStored(t *testing.T) {
	dir := t.TempDir()
	reopened := func() *Store {
		s, err := Open(Options{Dir: dir, Shards: 1, ClaimID: testID, OnFatal: func(err error) { t.Logf("fatal: %v", err) }})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := reopened()
	record := func(value string) ClaimRec {
		rec, _ := AppendClaim(nil, testClaim("a", "p", value, "s"))
		return rec
	}
	stored, own, tagged := record("stored"), record("own"), record("tagged")
	mark, _ := AppendMark(nil, stored.Key, knowledge.ID{1})
	other, txn := TxnID{1}, TxnID{2}
	vote := func(s *Store) {
		do(t, s, 0, func(a *Apply) {
			if n, err := a.Prepare(txn, 0, 10, nil); n != 2 || err != nil {
				t.Fatalf("vote: %d of its claims are new, %v", n, err)
			}
		})
	}
	do(t, s, 0, func(a *Apply) {
		if o := a.InsertDirect(TxnID{3}, 3, []ClaimRec{stored, stored, mark}); o.Stored != 1 {
			t.Fatalf("direct: %+v", o)
		}
		a.InsertTagged(other, 0, []ClaimRec{tagged})
		for range 2 {
			a.InsertTagged(txn, 0, []ClaimRec{own, mark, stored})
			a.InsertTagged(txn, 0, []ClaimRec{tagged, own})
		}
	})
	vote(s)
	if err := s.Flush(0); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = reopened()
	defer s.Close()
	vote(s)
	do(t, s, 0, func(a *Apply) {
		for range 2 {
			if o := a.CommitTxn(txn, 11); o.Stored != 2 {
				t.Fatalf("commit: %+v", o)
			}
		}
	})
}

// TestTxnRecOfVersion1: records that an earlier program wrote, which count no marks,
// are read; ones cut short or of a later version are refused.
func TestTxnRecOfVersion1(t *testing.T) {
	want := txnRec{id: TxnID{1}, seq: 3, coordinator: 2, state: txnPrepared, at: 10, since: 9, rows: 5, intents: 1,
		ops: []MetaOp{{Table: 7, Key: []byte("k"), Row: []byte("v"), Expect: 4}}}
	b := want.encode(nil)
	old := slices.Concat([]byte{1}, b[1:txnRecLen-4], b[txnRecLen:])
	if got, err := decodeTxnRec(want.id, old); err != nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for n := range b {
		if _, err := decodeTxnRec(want.id, b[:n]); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%d of %d bytes: %v", n, len(b), err)
		}
	}
	b[0] = txnRecVersion + 1
	if _, err := decodeTxnRec(want.id, b); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a later version: %v", err)
	}
}

// TestOutcomes checks that late and repeated entries change nothing.
func TestOutcomes(t *testing.T) {
	s := memStore(t, 1)
	rec, _ := AppendClaim(nil, testClaim("a", "p", "v", "s"))
	txn, aborted := TxnID{1}, TxnID{2}
	do(t, s, 0, func(a *Apply) {
		if o := a.CommitTxn(TxnID{9}, 3); o.Decided || o.Committed {
			t.Fatalf("commit of an unknown transaction: %+v", o)
		}
		a.InsertTagged(txn, 0, []ClaimRec{rec})
		if o := a.CommitTxn(txn, 5); !o.Committed || o.At != 5 {
			t.Fatalf("commit: %+v", o)
		}
		if o := a.CommitTxn(txn, 6); o.At != 5 {
			t.Fatalf("second commit: %+v", o)
		}
		if o := a.Abort(txn); !o.Committed {
			t.Fatalf("abort after commit: %+v", o)
		}
		if _, err := a.Prepare(txn, 0, 7, nil); !errors.Is(err, ErrTxnDecided) {
			t.Fatalf("prepare after commit: %v", err)
		}
		a.Abort(aborted)
		a.InsertTagged(aborted, 0, []ClaimRec{rec})
		if o := a.CommitTxn(aborted, 8); o.Committed {
			t.Fatalf("commit after abort: %+v", o)
		}
	})
	for range 2 {
		do(t, s, 0, func(a *Apply) {
			if err := a.Resolve(txn, 5); err != nil {
				t.Fatal(err)
			}
		})
	}
	do(t, s, 0, func(a *Apply) { a.Forget(txn) })
	if open := s.Shard(0).OpenTxns(); len(open) != 0 {
		t.Fatalf("open: %+v", open)
	}
	for range outcomesKept + 3000 {
		txn[8]++
		if txn[8] == 0 {
			txn[9]++
		}
		do(t, s, 0, func(a *Apply) { a.InsertDirect(txn, s.Shard(0).LastRecorded()+1, nil) })
	}
	sh := s.Shard(0)
	if n := len(sh.done); n < outcomesKept || n > outcomesKept+2048 {
		t.Fatalf("%d outcomes are kept", n)
	}
	if o, err := sh.TxnOutcome(TxnID{1}); err != nil || o.Decided {
		t.Fatalf("forgotten transaction: %+v %v", o, err)
	}
	if n, err := count(t, context.Background(), s.View(nil, 5, TxnID{}), 0); n != 1 || err != nil {
		t.Fatalf("%d claims: %v", n, err)
	}
}

func metaRows(t *testing.T, v *View) string {
	t.Helper()
	out := ""
	err := v.Meta(1).Scan(func(key, row []byte, version uint64, recorded knowledge.Micros) error {
		out += fmt.Sprintf("%s=%s ", key, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestStateTables takes state rows through a transaction.
func TestStateTables(t *testing.T) {
	s := memStore(t, 1)
	put := func(key, row string, expect uint64) MetaOp {
		return MetaOp{Table: 1, Key: []byte(key), Row: []byte(row), Expect: expect}
	}
	do(t, s, MetaShard, func(a *Apply) {
		if err := a.PutMeta(1, []MetaOp{put("a", "1", 0), put("b", "1", 0), put("b", "2", 0)}); err != nil {
			t.Fatal(err)
		}
	})
	first := s.View(nil, 1, TxnID{})
	if got := metaRows(t, first); got != "a=1 b=2 " {
		t.Fatal(got)
	}
	_, version, _ := first.Meta(1).Get([]byte("a"))
	txn := TxnID{3}
	do(t, s, MetaShard, func(a *Apply) {
		if _, err := a.Prepare(TxnID{4}, 0, 2, []MetaOp{put("a", "x", version+1)}); !errors.Is(err, ErrConflict) {
			t.Fatalf("stale version: %v", err)
		}
		if _, err := a.Prepare(txn, MetaShard, 2, []MetaOp{put("a", "2", version), put("c", "1", 0)}); err != nil {
			t.Fatal(err)
		}
		if err := a.PutMeta(3, []MetaOp{put("c", "other", AnyVersion)}); !errors.Is(err, ErrConflict) {
			t.Fatalf("held row: %v", err)
		}
		if o, err := a.PutMetaDirect(TxnID{5}, 3, []MetaOp{{Table: 1, Key: []byte("b"), Delete: true, Expect: AnyVersion}}); err != nil || o.At != 3 {
			t.Fatalf("%+v %v", o, err)
		}
		if o, err := a.PutMetaDirect(TxnID{5}, 9, []MetaOp{put("b", "again", 0)}); err != nil || o.At != 3 {
			t.Fatalf("retried: %+v %v", o, err)
		}
		if err := a.PutMeta(4, []MetaOp{put("d", "1", 0), put("d2", "1", 17)}); !errors.Is(err, ErrConflict) {
			t.Fatalf("all or nothing: %v", err)
		}
	})
	own := s.View(nil, 1, TxnID{})
	own.OverlayMeta([]MetaOp{put("aa", "own", 0), {Table: 1, Key: []byte("a"), Delete: true}, put("z", "0", 0), put("z", "own", 0)})
	if got := metaRows(t, own); got != "aa=own b=2 z=own " || own.MetaVersion() != 0 {
		t.Fatal(got)
	}
	if row, _, ok := own.Meta(1).Get([]byte("z")); !ok || string(row) != "own" {
		t.Fatalf("%q", row)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	late := s.View(nil, 5, TxnID{})
	if err := late.Settle(ctx); !errors.Is(err, ErrUndecided) {
		t.Fatalf("undecided state rows: %v", err)
	}
	do(t, s, MetaShard, func(a *Apply) { a.CommitTxn(txn, 2) })
	between := metaRows(t, late) // decided, not resolved, when it was made
	versionThen := late.MetaVersion()
	do(t, s, MetaShard, func(a *Apply) {
		if err := a.Resolve(txn, 2); err != nil {
			t.Fatal(err)
		}
	})
	after := s.View(nil, 5, TxnID{})
	if got := metaRows(t, after); got != "a=2 c=1 " || got != between || after.MetaVersion() != versionThen {
		t.Fatalf("%q, before the resolve %q; versions %d, %d", got, between, after.MetaVersion(), versionThen)
	}
	if at2 := s.View(nil, 2, TxnID{}); metaRows(t, at2) != "a=2 b=2 c=1 " || at2.MetaVersion() == after.MetaVersion() {
		t.Fatal(metaRows(t, at2))
	}
	if got := metaRows(t, s.View(nil, 1, TxnID{})); got != "a=1 b=2 " || first.MetaVersion() != s.View(nil, 1, TxnID{}).MetaVersion() {
		t.Fatal(got)
	}
}

// TestManyStateRows fills a table past its chunks.
func TestManyStateRows(t *testing.T) {
	m := newMetaState()
	for i := range 3000 {
		m = m.clone()
		m.put(1, fmt.Appendf(nil, "%06d", i*7919%3000), metaVersion{recorded: knowledge.Micros(i + 1), row: []byte("r")})
	}
	rows := MetaRows{state: m, table: 1, at: 2000}
	n, last := 0, ""
	err := rows.Scan(func(key, _ []byte, _ uint64, _ knowledge.Micros) error {
		if string(key) <= last {
			t.Fatalf("%q after %q", key, last)
		}
		last, n = string(key), n+1
		return nil
	})
	if err != nil || n != 2000 || m.tables[1].rows != 3000 {
		t.Fatalf("%d rows of %d: %v", n, m.tables[1].rows, err)
	}
}

// TestSingleRow bounds what one durable row costs to apply.
func TestSingleRow(t *testing.T) {
	s := memStore(t, 1)
	at := knowledge.Micros(0)
	recs := benchRecs(3000, 1)[0]
	i := 0
	row := func() {
		at++
		a := s.Shard(0).Begin()
		a.InsertDirect(TxnID{1, byte(at), byte(at >> 8)}, at, recs[i:i+1])
		a.SetApplied(uint64(at), 1)
		if err := a.Commit(); err != nil {
			t.Fatal(err)
		}
		i++
	}
	// What runs beside it, flushes and stores of tests before, is counted too:
	// the least of several counts is the row's.
	n := testing.AllocsPerRun(200, row)
	for range 9 {
		n = min(n, testing.AllocsPerRun(200, row))
	}
	if n > 20 && !raceEnabled {
		t.Errorf("%v allocations", n)
	}
	if _, err := Open(Options{InMemory: true, Shards: 65}); err == nil {
		t.Error("65 shards")
	}
	if s.Shard(1) != nil || s.Shard(MetaShard).ID() != MetaShard || s.Shards() != 1 {
		t.Error("shards differ")
	}
	it := s.View([]ShardID{0}, at, TxnID{}).Claims(context.Background(), 5, ClaimBounds{})
	if it.Next() || it.Err() == nil || it.Close() != nil {
		t.Errorf("a shard outside the view: %v", it.Err())
	}
}

// TestRecordedOnce iterates in recorded order through a view that was made between
// a large transaction's commit and its resolution: each claim comes once, whether
// the index has the transaction already or not.
func TestRecordedOnce(t *testing.T) {
	for _, rows := range []int{3, resolveRows + 500} {
		s := memStore(t, 1)
		txn := TxnID{7}
		var recs []ClaimRec
		for i := range rows {
			rec, _ := AppendClaim(nil, testClaim("a", fmt.Sprint("p", i), "v", "s"))
			recs = append(recs, rec)
		}
		do(t, s, 0, func(a *Apply) {
			a.InsertTagged(txn, 0, recs)
			if _, err := a.Prepare(txn, 0, 10, nil); err != nil {
				t.Fatal(err)
			}
		})
		do(t, s, 0, func(a *Apply) { a.CommitTxn(txn, 12) })
		between := s.View(nil, 20, TxnID{})
		collect := func(v *View) int {
			seen := map[knowledge.ID]bool{}
			it := v.ClaimsByRecorded(context.Background(), 0, 1, 21)
			n := 0
			for ; it.Next(); n++ {
				seen[*it.ID()] = true
			}
			if err := errors.Join(it.Err(), it.Close()); err != nil {
				t.Fatal(err)
			}
			if len(seen) != n {
				t.Errorf("%d claims: %d rows of %d ids", rows, n, len(seen))
			}
			return n
		}
		if n := collect(between); n != rows {
			t.Errorf("unresolved: %d of %d", n, rows)
		}
		do(t, s, 0, func(a *Apply) {
			if err := a.Resolve(txn, 12); err != nil {
				t.Fatal(err)
			}
		})
		for _, v := range []*View{between, s.View(nil, 20, TxnID{})} {
			if n := collect(v); n != rows {
				t.Errorf("resolved: %d of %d", n, rows)
			}
		}
	}
}
