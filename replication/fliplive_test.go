package replication

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"go.etcd.io/bbolt"

	"github.com/stemedb/stemedb/storage"
)

// span is a part of a file, whose name is relative to the node's directory.
type span struct {
	name     string
	from, to int
}

// logTrailer is the length of what ends a write-ahead log that was closed: no sum, no
// length, a kind and the next log's number, of which the zeros are not counted.
const logTrailer = 8

// liveBytes lists by root what a node that is started on a directory reads, and
// holds against a checksum: whole tables that are in use, write-ahead logs up to the
// header of no record that ends one, manifests up to the zeros at their end, and the keys, the values and the meta pages
// of raft.db. Not Pebble's options, which are text for people, tables that are about
// to be removed, and free pages.
func liveBytes(t *testing.T, dir string) map[string][]span {
	t.Helper()
	tables := liveTables(t, dir)
	live := map[string][]span{stableName: boltLive(t, filepath.Join(dir, stableName))}
	for _, root := range flipRoots[:2] {
		eachFile(t, dir, root, func(name string, data []byte) {
			used := len(bytes.TrimRight(data, "\x00"))
			if strings.HasSuffix(name, ".log") && used > 0 {
				used -= logTrailer
			}
			switch base := filepath.Base(name); {
			case strings.HasSuffix(base, ".sst"):
				if tables[name] {
					live[root] = append(live[root], span{name, 0, len(data)})
				}
			case !strings.HasPrefix(base, "OPTIONS-") && used > 0:
				live[root] = append(live[root], span{name, 0, used})
			}
		})
	}
	return live
}

// rest is what a root has beside live spans.
func rest(t *testing.T, dir, root string, live []span) (out []span) {
	t.Helper()
	eachFile(t, dir, root, func(name string, data []byte) {
		at := 0
		for _, s := range live {
			if s.name == name {
				out, at = append(out, span{name, at, s.from}), s.to
			}
		}
		out = append(out, span{name, at, len(data)})
	})
	return out
}

// eachFile calls do for the files below a root, or for the root if it is one.
func eachFile(t *testing.T, dir, root string, do func(name string, data []byte)) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, root), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil {
			path, err = filepath.Rel(dir, path)
			do(path, data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// liveTables are the tables that are there still when a copy of the directory has
// been opened and closed: Pebble removes others first of all. Some that are in use may
// be missing, when a compaction came in between.
func liveTables(t *testing.T, dir string) map[string]bool {
	t.Helper()
	scratch := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(scratch, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(storage.Options{Dir: filepath.Join(scratch, "state")})
	if err != nil {
		t.Fatal(err)
	}
	log, err := storage.OpenLog(filepath.Join(scratch, "log"), storage.Options{})
	if err := errors.Join(err, store.Close(), log.Close()); err != nil {
		t.Fatal(err)
	}
	tables := map[string]bool{}
	for _, root := range flipRoots[:2] {
		eachFile(t, scratch, root, func(name string, _ []byte) { tables[name] = true })
	}
	return tables
}

// boltLive finds the keys and values of the present records in a bbolt file, and its
// two meta pages.
func boltLive(t *testing.T, name string) (out []span) {
	t.Helper()
	db, err := bbolt.Open(name, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	info := db.Info()
	page := info.PageSize
	out = append(out, span{stableName, boltMetaAt, boltMetaAt + boltMetaSize}, span{stableName, page + boltMetaAt, page + boltMetaAt + boltMetaSize})
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(stableBucket).ForEach(func(k, v []byte) error {
			for _, b := range [][]byte{k, v} {
				at := int(uintptr(unsafe.Pointer(unsafe.SliceData(b))) - info.Data) // where it lies in the mapped file
				out = append(out, span{stableName, at, at + len(b)})
			}
			return nil
		})
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(out, func(a, b span) int { return a.from - b.from })
	return out
}
