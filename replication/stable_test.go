package replication

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	"go.etcd.io/bbolt"

	"github.com/stemedb/stemedb/storage"
)

// fakeStable is a stable store whose content is durable at once and can be
// copied: what a synced file would hold at that moment.
type fakeStable struct {
	mu sync.Mutex // held while a cut is taken
	kv map[string][]byte
}

func newFakeStable(kv map[string][]byte) *fakeStable {
	f := &fakeStable{}
	f.kv = maps.Clone(kv)
	if f.kv == nil {
		f.kv = make(map[string][]byte)
	}
	return f
}

func (f *fakeStable) Set(k, v []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kv[string(k)] = append([]byte(nil), v...)
	return nil
}

func (f *fakeStable) Get(k []byte) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v, ok := f.kv[string(k)]
	if !ok {
		return nil, errNotFound
	}
	return v, nil
}

func (f *fakeStable) SetUint64(k []byte, v uint64) error {
	return f.Set(k, binary.BigEndian.AppendUint64(nil, v))
}

func (f *fakeStable) GetUint64(k []byte) (uint64, error) {
	v, err := f.Get(k)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(v), nil
}

func (f *fakeStable) Close() error { return nil }

// cut runs fn while nothing can be set, and returns the content.
func (f *fakeStable) cut(fn func()) map[string][]byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	fn()
	return maps.Clone(f.kv)
}

func TestStableKeepsGroupsApart(t *testing.T) {
	dir := t.TempDir()
	file, err := openStable(dir)
	if err != nil {
		t.Fatal(err)
	}
	a, b := newStable(file, 1), newStable(file, storage.MetaShard)
	if _, err := a.GetUint64([]byte("CurrentTerm")); !notFound(err) {
		t.Fatalf("a missing key gives %v; raft wants the text %q", err, "not found")
	}
	if err := errors.Join(a.SetUint64([]byte("CurrentTerm"), 7), b.Set([]byte("LastVoteCand"), []byte("n1"))); err != nil {
		t.Fatal(err)
	}
	if _, err := openStable(dir); err == nil {
		t.Error("a second process opened the same file")
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if file, err = openStable(dir); err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	a, b = newStable(file, 1), newStable(file, storage.MetaShard)
	if v, err := a.GetUint64([]byte("CurrentTerm")); v != 7 || err != nil {
		t.Errorf("term %d, %v", v, err)
	}
	if _, err := b.GetUint64([]byte("CurrentTerm")); !notFound(err) {
		t.Errorf("the other group's term: %v", err)
	}
	if v, err := b.Get([]byte("LastVoteCand")); string(v) != "n1" || err != nil {
		t.Errorf("vote %q, %v", v, err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != 1 {
		t.Errorf("files: %v", files)
	}
}

// TestStableFlips flips single bits of the file: what is read then is what was
// written, or the file is refused.
func TestStableFlips(t *testing.T) {
	dir := t.TempDir()
	file, err := openStable(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		s := newStable(file, storage.ShardID(i%3))
		key := []string{"CurrentTerm", "LastVoteCand", "snapshot"}[i/3%3]
		if err := s.Set([]byte(key), bytes.Repeat([]byte{byte(i)}, 1+i*20)); err != nil {
			t.Fatal(err)
		}
	}
	want := file.groups
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, stableName))
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	found := 0
	for range 80 {
		at, bit := r.IntN(len(data)), byte(1)<<r.IntN(8)
		bad := bytes.Clone(data)
		bad[at] ^= bit
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, stableName), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := openStable(dir)
		if err != nil {
			found++
			continue
		}
		if !reflect.DeepEqual(file.groups, want) {
			t.Errorf("seed %d: byte %d, bit %#x: read as something else", seed, at, bit)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Errorf("seed %d: no flip was found", seed)
	}
}

// TestStableOfEarlierVersion reads a file with a key for each value.
func TestStableOfEarlierVersion(t *testing.T) {
	dir := t.TempDir()
	db, err := bbolt.Open(filepath.Join(dir, stableName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket(stableBucket)
		if err == nil {
			err = b.Put([]byte("\x00\x01/CurrentTerm"), []byte{0, 0, 0, 0, 0, 0, 0, 9})
		}
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	file, err := openStable(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if v, err := newStable(file, 1).GetUint64([]byte("CurrentTerm")); v != 9 || err != nil {
		t.Errorf("term %d, %v", v, err)
	}
}

func TestLogStoreKeepsEntries(t *testing.T) {
	log, err := storage.OpenLog("log", storage.Options{InMemory: true, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	l := newLogStore(log.Group(2))
	if err := l.GetLog(1, &raft.Log{}); !errors.Is(err, raft.ErrLogNotFound) {
		t.Errorf("missing entry: %v", err)
	}
	var in []*raft.Log
	for i := uint64(1); i <= 50; i++ {
		in = append(in, &raft.Log{
			Index: i, Term: i / 10, Type: raft.LogType(i % 6), Data: make([]byte, i*100), Extensions: make([]byte, i%3),
		})
	}
	if err := l.StoreLogs(in); err != nil {
		t.Fatal(err)
	}
	for _, want := range in {
		var got raft.Log
		if err := l.GetLog(want.Index, &got); err != nil {
			t.Fatal(err)
		}
		if got.Index != want.Index || got.Term != want.Term || got.Type != want.Type ||
			len(got.Data) != len(want.Data) || len(got.Extensions) != len(want.Extensions) {
			t.Fatalf("entry %d came back as %+v", want.Index, got)
		}
	}
	if err := l.DeleteRange(1, 20); err != nil {
		t.Fatal(err)
	}
	first, _ := l.FirstIndex()
	last, _ := l.LastIndex()
	if first != 21 || last != 50 {
		t.Errorf("first %d, last %d", first, last)
	}
	if err := decodeLog(1, []byte{9}, &raft.Log{}); !errors.Is(err, storage.ErrCorrupt) {
		t.Errorf("a damaged entry: %v", err)
	}
}

// TestLogStoreRecent has entries' memory used again, and the tail of the log written
// anew: what is read is what was stored last.
func TestLogStoreRecent(t *testing.T) {
	log, err := storage.OpenLog("log", storage.Options{InMemory: true, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	l := newLogStore(log.Group(2))
	store := func(from, to, term uint64) {
		t.Helper()
		var in []*raft.Log
		for i := from; i <= to; i++ {
			size := 10
			if i%5 == 0 {
				size = keepEntry + 1
			}
			in = append(in, &raft.Log{Index: i, Term: term, Data: bytes.Repeat([]byte{byte(i + term)}, size)})
		}
		if err := l.StoreLogs(in); err != nil {
			t.Fatal(err)
		}
		for _, e := range in {
			clear(e.Data)
		}
	}
	check := func(from, to, term uint64) {
		t.Helper()
		for i := from; i <= to; i++ {
			var got raft.Log
			err := l.GetLog(i, &got)
			if err != nil || got.Index != i || got.Term != term || bytes.Count(got.Data, []byte{byte(i + term)}) != len(got.Data) || len(got.Data) < 10 {
				t.Fatalf("entry %d of term %d: %+v, %v", i, term, got, err)
			}
		}
	}
	store(1, 300, 1)
	store(301, 310, 1)
	check(1, 310, 1)
	if err := l.DeleteRange(291, 310); err != nil {
		t.Fatal(err)
	}
	store(291, 300, 2)
	check(1, 290, 1)
	check(291, 300, 2)
	if err := l.GetLog(301, &raft.Log{}); !errors.Is(err, raft.ErrLogNotFound) {
		t.Errorf("an entry that was deleted: %v", err)
	}
	store(299, 305, 3) // over what is there
	check(291, 298, 2)
	check(299, 305, 3)
}
