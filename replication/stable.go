package replication

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"

	"github.com/stemedb/stemedb/storage"
)

// stableFile is what holds every group's term, vote and snapshot record: one
// bbolt file, or raft's in-memory store for a node that forgets.
type stableFile interface {
	raft.StableStore
	Close() error
}

// stableName is the file's name in the node's directory.
const stableName = "raft.db"

// lockTimeout bounds the wait for the file's lock, so that a second process on
// the same directory fails instead of hanging.
const lockTimeout = 2 * time.Second

func openStable(dir string) (stableFile, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("create raft directory: %w", err)
	}
	s, err := raftboltdb.New(raftboltdb.Options{
		Path:        filepath.Join(dir, stableName),
		BoltOptions: &bbolt.Options{Timeout: lockTimeout},
	})
	if err != nil {
		return nil, fmt.Errorf("open raft stable store: %w", err)
	}
	return s, nil
}

// memStable is the stable store of a node whose data is in memory.
type memStable struct{ *raft.InmemStore }

func newMemStable() stableFile { return memStable{raft.NewInmemStore()} }

func (memStable) Close() error { return nil }

// stable is one group's part of the stable file: its keys carry the group's
// number. Errors pass unwrapped, because raft compares the text "not found".
type stable struct {
	file   stableFile
	prefix [2]byte
}

func newStable(file stableFile, group storage.ShardID) *stable {
	s := &stable{file: file}
	binary.BigEndian.PutUint16(s.prefix[:], uint16(group))
	return s
}

func (s *stable) key(k []byte) []byte {
	return append(append(make([]byte, 0, len(k)+3), s.prefix[0], s.prefix[1], '/'), k...)
}

// Set implements raft.StableStore.
func (s *stable) Set(k, v []byte) error { return s.file.Set(s.key(k), v) }

// Get implements raft.StableStore.
func (s *stable) Get(k []byte) ([]byte, error) { return s.file.Get(s.key(k)) }

// SetUint64 implements raft.StableStore.
func (s *stable) SetUint64(k []byte, v uint64) error { return s.file.SetUint64(s.key(k), v) }

// GetUint64 implements raft.StableStore.
func (s *stable) GetUint64(k []byte) (uint64, error) { return s.file.GetUint64(s.key(k)) }

// notFound reports the stable stores' only soft error.
func notFound(err error) bool { return err != nil && err.Error() == "not found" }
