package replication

import (
	"encoding/binary"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

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
