package replication

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"
)

// stableFile is what holds every group's term, vote and snapshot record: one
// bbolt file, or raft's in-memory store for a node that forgets. Keys begin with
// the group's number and '/'. Errors of Get are "not found" to the letter.
type stableFile interface {
	Set(k, v []byte) error
	Get(k []byte) ([]byte, error)
	SetUint64(k []byte, v uint64) error
	GetUint64(k []byte) (uint64, error)
	Close() error
}

// The file is raft-boltdb's. Under each group's number lies a record of all that is
// set for it:
//
//	version (1) │ for each key in order: length, key, length, value │ crc32c (4)
//
// and under "list" the numbers of the groups, as another record of keys without
// values. bbolt sums nothing but its two meta pages, so a bit that flips would
// else be a vote that was never cast.
var (
	stableBucket = []byte("conf") // raft-boltdb's
	stableList   = []byte("list") // earlier versions have none, and a key for each value
)

const (
	// stableName is the file's name in the node's directory.
	stableName = "raft.db"
	// lockTimeout bounds the wait for the file's lock, so that a second process on
	// the same directory fails instead of hanging.
	lockTimeout   = 2 * time.Second
	stableVersion = 1
)

var (
	castagnoli  = crc32.MakeTable(crc32.Castagnoli)
	errNotFound = errors.New("not found") // raft compares the text
)

// boltStable is a stableFile on disk. What it holds is in memory too: the file is
// read once, and whole. Safe for concurrent use.
type boltStable struct {
	mu     sync.Mutex
	db     *raftboltdb.BoltStore
	groups map[string]map[string][]byte // number → key → value
}

// openStable opens or creates the file. It is written anew at every start, from
// what could be read and is whole: damage where nothing is stored does no harm
// then, and damage elsewhere is ErrDamaged.
func openStable(dir string) (*boltStable, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("create raft directory: %w", err)
	}
	name := filepath.Join(dir, stableName)
	s := &boltStable{groups: map[string]map[string][]byte{}}
	_, err := os.Stat(name)
	switch {
	case err == nil:
		if err := s.load(name); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open raft stable store: %w", err)
	}
	if err := s.rewrite(dir, name); err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return s, nil
}

// load reads the file without trusting it: bbolt panics on pages that make no
// sense, and maps them into memory.
func (s *boltStable) load(name string) (err error) {
	if err := checkMetas(name); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	db, err := bbolt.Open(name, 0o600, &bbolt.Options{Timeout: lockTimeout, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("open raft stable store: %w", err)
	}
	return errors.Join(db.View(s.read), db.Close())
}

func (s *boltStable) read(tx *bbolt.Tx) error {
	b := tx.Bucket(stableBucket)
	if b == nil {
		return fmt.Errorf("%w: it holds nothing", ErrDamaged)
	}
	raw := b.Get(stableList)
	if raw == nil {
		return s.readOld(b)
	}
	list, err := decodeStable(stableList, raw)
	if err != nil {
		return err
	}
	for group := range list {
		if s.groups[group], err = decodeStable([]byte(group), b.Get([]byte(group))); err != nil {
			return err
		}
	}
	return nil
}

// readOld reads what an earlier version of this program wrote.
func (s *boltStable) readOld(b *bbolt.Bucket) error {
	if k, _ := b.Cursor().First(); k == nil {
		return fmt.Errorf("%w: it holds nothing", ErrDamaged)
	}
	return b.ForEach(func(k, v []byte) error {
		if len(k) < 4 || k[2] != '/' {
			return fmt.Errorf("%w: key %q", ErrDamaged, k)
		}
		s.put(string(k[:2]), string(k[3:]), bytes.Clone(v))
		return nil
	})
}

func (s *boltStable) put(group, key string, v []byte) {
	if s.groups[group] == nil {
		s.groups[group] = map[string][]byte{}
	}
	s.groups[group][key] = v
}

// rewrite writes a new file and opens it.
func (s *boltStable) rewrite(dir, name string) error {
	fresh := name + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove what a crash left: %w", err)
	}
	db, err := raftboltdb.New(raftboltdb.Options{Path: fresh, BoltOptions: &bbolt.Options{Timeout: lockTimeout}, NoSync: true})
	if err != nil {
		return err
	}
	for group := range s.groups {
		if err == nil {
			err = db.Set([]byte(group), encodeStable([]byte(group), s.groups[group]))
		}
	}
	if err == nil {
		err = db.Set(stableList, s.list())
	}
	if err == nil {
		err = db.Sync()
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, name); err != nil {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	s.db, err = raftboltdb.New(raftboltdb.Options{Path: name, BoltOptions: &bbolt.Options{Timeout: lockTimeout}})
	return err
}

// list is the record of which groups there are.
func (s *boltStable) list() []byte {
	list := map[string][]byte{}
	for group := range s.groups {
		list[group] = nil
	}
	return encodeStable(stableList, list)
}

// Set stores a value, durable when it returns.
func (s *boltStable) Set(k, v []byte) error {
	if len(k) < 4 || k[2] != '/' {
		return fmt.Errorf("set %q: not a group's key", k)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	group, key := string(k[:2]), string(k[3:])
	next := maps.Clone(s.groups[group])
	known := next != nil
	if !known {
		next = map[string][]byte{}
	}
	next[key] = bytes.Clone(v)
	old := s.groups[group]
	s.groups[group] = next
	err := s.db.Set([]byte(group), encodeStable([]byte(group), next))
	if err == nil && !known {
		err = s.db.Set(stableList, s.list()) // a crash before it: nothing was set yet
	}
	if err != nil {
		if s.groups[group] = old; !known {
			delete(s.groups, group)
		}
		return fmt.Errorf("write raft stable store: %w", err)
	}
	return nil
}

// Get returns a value, which is the caller's.
func (s *boltStable) Get(k []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(k) >= 4 {
		if v, ok := s.groups[string(k[:2])][string(k[3:])]; ok {
			return bytes.Clone(v), nil
		}
	}
	return nil, errNotFound
}

// SetUint64 stores a number.
func (s *boltStable) SetUint64(k []byte, v uint64) error {
	return s.Set(k, binary.BigEndian.AppendUint64(nil, v))
}

// GetUint64 returns a number.
func (s *boltStable) GetUint64(k []byte) (uint64, error) {
	v, err := s.Get(k)
	if err != nil {
		return 0, err
	}
	if len(v) != 8 {
		return 0, fmt.Errorf("%w: %q is no number", ErrDamaged, k)
	}
	return binary.BigEndian.Uint64(v), nil
}

// Close closes the file.
func (s *boltStable) Close() error { return s.db.Close() }

func encodeStable(name []byte, m map[string][]byte) []byte {
	b := []byte{stableVersion}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b = appendBytes(appendBytes(b, []byte(k)), m[k])
	}
	return binary.BigEndian.AppendUint32(b, stableSum(name, b))
}

// stableSum covers the record and whose it is.
func stableSum(name, b []byte) uint32 {
	return crc32.Update(crc32.Checksum(name, castagnoli), castagnoli, b)
}

func decodeStable(name, b []byte) (map[string][]byte, error) {
	n := len(b) - 4
	if n < 1 || b[0] != stableVersion || binary.BigEndian.Uint32(b[n:]) != stableSum(name, b[:n]) {
		return nil, fmt.Errorf("%w: the record of group %x does not match its checksum", ErrDamaged, name)
	}
	m := map[string][]byte{}
	for r := (messageReader{b: b[1:n]}); len(r.b) > 0; {
		k, v := r.text(), bytes.Clone(r.bytes())
		if r.err != nil {
			return nil, fmt.Errorf("%w: the record of group %x", ErrDamaged, name)
		}
		m[k] = v
	}
	return m, nil
}

// A bbolt meta page: header (16), then what is summed (56), then FNV-1a of it.
const (
	boltMetaAt   = 16
	boltMetaSize = 64
	boltPageSize = 8 // within what is summed
)

// checkMetas checks both meta pages. bbolt is content with one, and takes the
// older when the newer is damaged: what was written last would be forgotten. A
// power cut leaves no such page, because the meta lies within one sector.
func checkMetas(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("open raft stable store: %w", err)
	}
	defer f.Close()
	var meta [boltMetaSize]byte
	if err := readMeta(f, boltMetaAt, &meta); err != nil {
		return fmt.Errorf("%w: first meta page: %w", ErrDamaged, err)
	}
	size := int64(binary.NativeEndian.Uint32(meta[boltPageSize:]))
	if err := readMeta(f, size+boltMetaAt, &meta); err != nil {
		return fmt.Errorf("%w: second meta page: %w", ErrDamaged, err)
	}
	return nil
}

func readMeta(f io.ReaderAt, at int64, meta *[boltMetaSize]byte) error {
	if _, err := f.ReadAt(meta[:], at); err != nil {
		return err
	}
	h := fnv.New64a()
	_, _ = h.Write(meta[:boltMetaSize-8]) // cannot fail
	if h.Sum64() != binary.NativeEndian.Uint64(meta[boltMetaSize-8:]) {
		return errors.New("checksum")
	}
	return nil
}
