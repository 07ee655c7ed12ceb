package storage

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

func memStore(t testing.TB, shards int) *Store {
	t.Helper()
	s, err := Open(Options{InMemory: true, Shards: shards, ClaimID: testID, OnFatal: func(err error) { t.Logf("fatal: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func insert(t testing.TB, s *Store, shard ShardID, at knowledge.Micros, claims ...*knowledge.Assertion) []ClaimRec {
	t.Helper()
	var recs []ClaimRec
	for _, c := range claims {
		rec, _ := AppendClaim(nil, c)
		recs = append(recs, rec)
	}
	a := s.Shard(shard).Begin()
	a.Insert(at, recs)
	if err := a.Commit(); err != nil {
		t.Fatal(err)
	}
	return recs
}

// verifyCases damage a store in one way each; where and what are in the report.
var verifyCases = []struct {
	name  string
	harm  func(t *testing.T, s *Store, recs []ClaimRec)
	where string
	what  string
}{
	{"nothing", func(*testing.T, *Store, []ClaimRec) {}, "", ""},
	{"a flipped byte in a row", func(t *testing.T, s *Store, recs []ClaimRec) {
		k := keys.AppendClaim(nil, 0, recs[1].Key)
		v := read(t, s, k)
		v[bytes.LastIndex(v, []byte("value"))] ^= 1
		write(t, s, k, v)
	}, "claim", "checksum"},
	{"content of another id", func(t *testing.T, s *Store, recs []ClaimRec) {
		k := keys.AppendClaim(nil, 0, recs[1].Key)
		c := testClaim("a", "p", "value two", "s2")
		c.Value = "another"
		rec, _ := AppendClaim(nil, c)
		stamp(rec.Row, 1, 1)
		write(t, s, k, rec.Row)
	}, "claim", "the content's id is"},
	{"a missing index entry", func(t *testing.T, s *Store, recs []ClaimRec) {
		path, pred, id, _ := keys.SplitSuffix(recs[0].Key)
		if err := s.db.Delete(keys.AppendByPred(nil, 0, 0, path, pred, id), pebble.NoSync); err != nil {
			t.Fatal(err)
		}
	}, "predicate index", "is missing"},
	{"an extra index entry", func(t *testing.T, s *Store, recs []ClaimRec) {
		write(t, s, keys.AppendBySource(nil, 0, 0, []byte("nobody"), recs[0].Key), nil)
	}, "source index", "has no such claim"},
	{"an id entry that names another pair", func(t *testing.T, s *Store, recs []ClaimRec) {
		write(t, s, keys.AppendByID(nil, 0, 0, recs[0].Key[len(recs[0].Key)-32:]), []byte("x\x00y\x00"))
	}, "id index", "has no such claim"},
	{"a wrong counter", func(t *testing.T, s *Store, _ []ClaimRec) {
		st := s.Shard(0).st
		st.claims.n++
		write(t, s, keys.AppendPrefix(nil, 0, keys.State), st.encode(nil))
	}, "claims", "the counter says 4"},
	{"a row of an unknown transaction", func(t *testing.T, s *Store, recs []ClaimRec) {
		k := keys.AppendClaim(nil, 0, recs[0].Key)
		v := read(t, s, k)
		stamp(v, -77, 0)
		write(t, s, k, v)
	}, "claim", "unknown transaction 77"},
}

// TestVerifyFinds damages a store in one way each time and reads the report.
func TestVerifyFinds(t *testing.T) {
	for _, c := range verifyCases {
		t.Run(c.name, func(t *testing.T) {
			s := memStore(t, 1)
			recs := insert(t, s, 0, 1, testClaim("a", "p", "value one", "s1"), testClaim("a", "p", "value two", "s2"), testClaim("b", "q", "value three", "s1"))
			c.harm(t, s, recs)
			rep, err := s.Verify(context.Background(), func(done, total int64) {
				if done > total {
					t.Errorf("done %d of %d", done, total)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.what == "" {
				if !rep.OK() || rep.Claims != 3 || rep.Entries != 12 {
					t.Fatalf("%+v", rep)
				}
				return
			}
			for _, p := range rep.Problems {
				if strings.Contains(p.Where, c.where) && strings.Contains(p.What, c.what) {
					return
				}
			}
			t.Fatalf("not found among %v", rep.Problems)
		})
	}
}

func read(t *testing.T, s *Store, key []byte) []byte {
	t.Helper()
	v, closer, err := s.db.Get(key)
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	return bytes.Clone(v)
}

func write(t *testing.T, s *Store, key, value []byte) {
	t.Helper()
	if err := s.db.Set(key, value, pebble.NoSync); err != nil {
		t.Fatal(err)
	}
}

// TestCorruptRow checks that a damaged row stops a scan and the store.
func TestCorruptRow(t *testing.T) {
	s := memStore(t, 1)
	recs := insert(t, s, 0, 1, testClaim("a", "p", "v", "s"))
	write(t, s, keys.AppendClaim(nil, 0, recs[0].Key), []byte{9, 9})
	it := s.View(nil, 1, TxnID{}).Claims(context.Background(), 0, ClaimBounds{})
	if it.Next() || !errors.Is(it.Err(), ErrCorrupt) || s.Err() == nil {
		t.Fatalf("err %v, store %v", it.Err(), s.Err())
	}
	_ = it.Close() // reports the same
}

// TestSnapshotDamage checks that a damaged stream changes nothing.
func TestSnapshotDamage(t *testing.T) {
	s := memStore(t, 1)
	insert(t, s, 0, 1, testClaim("a", "p", "v", "s"))
	sn, err := s.Checkpoint(0)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(sn); err != nil {
		t.Fatal(err)
	}
	if err := sn.Close(); err != nil {
		t.Fatal(err)
	}
	good := buf.Bytes()
	for i := 0; i < len(good); i += 5 {
		bad := bytes.Clone(good)
		bad[i] ^= 0x40
		if err := s.Restore(0, bytes.NewReader(bad)); !errors.Is(err, ErrSnapshot) {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
	}
	for i := 0; i < len(good); i += 5 {
		if err := s.Restore(0, bytes.NewReader(good[:i])); !errors.Is(err, ErrSnapshot) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	if err := s.Restore(0, bytes.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	if rep, err := s.Verify(context.Background(), nil); err != nil || !rep.OK() || rep.Claims != 1 {
		t.Fatalf("%v %v", err, rep.Problems[:min(5, len(rep.Problems))])
	}
}

// TestCheckpointTo moves a shard between stores by way of a directory.
func TestCheckpointTo(t *testing.T) {
	s, other := memStore(t, 2), memStore(t, 2)
	c := testClaim("a", "p", "v", "s")
	shard := ShardOf("a", 2)
	insert(t, s, shard, 1, c)
	if err := s.CheckpointTo(shard, "copy"); err != nil {
		t.Fatal(err)
	}
	sn, err := OpenCheckpoint("copy", shard, Options{FS: s.opts.FS})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(other.Restore(shard, sn), sn.Close()); err != nil {
		t.Fatal(err)
	}
	got, ok, err := other.View(nil, 1, TxnID{}).ClaimByID(context.Background(), c.ID)
	if err != nil || !ok || got.Shard != shard || got.RecordedAt != 1 {
		t.Fatalf("%+v %v %v", got, ok, err)
	}
	var a knowledge.Assertion
	if err := DecodeClaim(got.Key, got.Row, &a); err != nil || a.Value != "v" {
		t.Fatalf("%+v %v", a, err)
	}
}

// TestRebuildUnderReads rebuilds indexes while they are read and written.
func TestRebuildUnderReads(t *testing.T) {
	s := memStore(t, 1)
	load(t, s, benchRecs(6000, 1), false)
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for {
			v := s.View(nil, 1<<40, TxnID{})
			it := v.ClaimsBySource(context.Background(), 0, []byte("vendor://source-031/document"), ClaimBounds{})
			rows := 0
			for it.Next() {
				rows++
			}
			if err := it.Close(); err != nil || rows == 0 {
				t.Errorf("%d rows: %v", rows, err)
			}
			n++
			select {
			case <-stop:
				done <- n
				return
			default:
			}
		}
	}()
	for i := range 5 {
		insert(t, s, 0, knowledge.Micros(100+i), testClaim("x", "p", string(rune('a'+i)), "s"))
		if err := s.RebuildIndexes(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	t.Logf("%d reads", <-done)
	if g := s.IndexStatus()[0]; g.Generation != 5 || g.Entries != 6005 {
		t.Fatalf("%+v", g)
	}
	if rep, err := s.Verify(context.Background(), nil); err != nil || !rep.OK() {
		t.Fatalf("%v %v", err, rep.Problems[:min(5, len(rep.Problems))])
	}
}
