package replication

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// logStore is raft.LogStore over one group's part of the node's byte log.
//
// A stored entry, integers big-endian:
//
//	offset  size  field
//	     0     1  version (1)
//	     1     1  raft's entry type
//	     2     8  term
//	    10     8  time of the leader's append, Unix nanoseconds, 0: not known
//	    18     4  length of the extensions
//	    22        extensions, then the command
type logStore struct {
	log    *storage.GroupLog
	recent recent

	mu      sync.Mutex
	entries []storage.LogEntry
	scratch []byte
}

const (
	logVersion    = 1
	logHeaderSize = 22
	// keepScratch bounds the buffer that is kept between appends.
	keepScratch = 4 << 20
)

func newLogStore(log *storage.GroupLog) *logStore { return &logStore{log: log} }

// FirstIndex implements raft.LogStore.
func (l *logStore) FirstIndex() (uint64, error) { return l.log.First(), nil }

// LastIndex implements raft.LogStore.
func (l *logStore) LastIndex() (uint64, error) { return l.log.Last(), nil }

// GetLog implements raft.LogStore. Raft keeps the entry's bytes, and nobody changes
// them: they are a fresh copy, or those of recent.
func (l *logStore) GetLog(index uint64, out *raft.Log) error {
	if l.recent.get(index, out) {
		return nil
	}
	data, err := l.log.Get(index, nil)
	if errors.Is(err, storage.ErrNotFound) {
		return raft.ErrLogNotFound
	}
	if err != nil {
		return fmt.Errorf("read log entry %d: %w", index, err)
	}
	return decodeLog(index, data, out)
}

// StoreLog implements raft.LogStore.
func (l *logStore) StoreLog(log *raft.Log) error { return l.StoreLogs([]*raft.Log{log}) }

// StoreLogs implements raft.LogStore: one synced batch.
func (l *logStore) StoreLogs(logs []*raft.Log) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := 0
	for _, e := range logs {
		size += logHeaderSize + len(e.Extensions) + len(e.Data)
	}
	// The whole size first: entries alias the buffer, which must not move.
	if cap(l.scratch) < size {
		l.scratch = make([]byte, 0, size)
	}
	buf := l.scratch[:0]
	l.entries = l.entries[:0]
	for _, e := range logs {
		start := len(buf)
		buf = appendLog(buf, e)
		l.entries = append(l.entries, storage.LogEntry{Index: e.Index, Data: buf[start:len(buf):len(buf)]})
	}
	err := l.log.Append(l.entries)
	clear(l.entries)
	if cap(l.scratch) > keepScratch {
		l.scratch = nil
	}
	if err != nil {
		l.recent.forget()
		return fmt.Errorf("append to the log: %w", err)
	}
	l.recent.keep(logs)
	return nil
}

// DeleteRange implements raft.LogStore.
func (l *logStore) DeleteRange(lo, hi uint64) error {
	l.recent.forget()
	if err := l.log.DeleteRange(lo, hi); err != nil {
		return fmt.Errorf("truncate the log: %w", err)
	}
	return nil
}

func appendLog(buf []byte, e *raft.Log) []byte {
	buf = append(buf, logVersion, byte(e.Type))
	buf = binary.BigEndian.AppendUint64(buf, e.Term)
	var at int64
	if !e.AppendedAt.IsZero() {
		at = e.AppendedAt.UnixNano()
	}
	buf = binary.BigEndian.AppendUint64(buf, uint64(at))
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(e.Extensions)))
	buf = append(buf, e.Extensions...)
	return append(buf, e.Data...)
}

func decodeLog(index uint64, data []byte, out *raft.Log) error {
	if len(data) < logHeaderSize || data[0] != logVersion {
		return fmt.Errorf("log entry %d: %w", index, storage.ErrCorrupt)
	}
	n := uint64(binary.BigEndian.Uint32(data[18:]))
	rest := data[logHeaderSize:]
	if uint64(len(rest)) < n {
		return fmt.Errorf("log entry %d: %w", index, storage.ErrCorrupt)
	}
	*out = raft.Log{
		Index: index,
		Term:  binary.BigEndian.Uint64(data[2:]),
		Type:  raft.LogType(data[1]),
		Data:  rest[n:],
	}
	if n > 0 {
		out.Extensions = rest[:n:n]
	}
	if at := int64(binary.BigEndian.Uint64(data[10:])); at != 0 {
		out.AppendedAt = time.Unix(0, at)
	}
	return nil
}
