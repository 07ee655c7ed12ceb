package replication

import (
	"sync"

	"github.com/hashicorp/raft"
)

const (
	// keepEntries is how many of a group's newest entries are kept in memory: more
	// than are between a leader's log and what its followers have applied.
	keepEntries = 128
	// keepEntry bounds an entry that is kept, in bytes.
	keepEntry = 1 << 10
)

// recent holds a group's newest entries, if they are small. A leader asks for each
// once a follower, a follower for what it applies, and leaders of idle groups ask for
// the newest all the time.
type recent struct {
	mu   sync.Mutex
	ring []raft.Log // by index; 0: none
}

// keep copies entries, which have been stored. Their bytes may be used again.
func (r *recent) keep(logs []*raft.Log) {
	if len(logs) > keepEntries {
		logs = logs[len(logs)-keepEntries:]
	}
	size := 0
	for _, e := range logs {
		if n := len(e.Data) + len(e.Extensions); n <= keepEntry {
			size += n
		}
	}
	buf := make([]byte, 0, size)
	hold := func(b []byte) []byte {
		if len(b) == 0 {
			return nil
		}
		buf = append(buf, b...)
		return buf[len(buf)-len(b) : len(buf) : len(buf)]
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ring == nil {
		r.ring = make([]raft.Log, keepEntries)
	}
	for _, e := range logs {
		at := &r.ring[e.Index%keepEntries]
		if len(e.Data)+len(e.Extensions) > keepEntry {
			*at = raft.Log{}
			continue
		}
		*at = *e
		at.Data, at.Extensions = hold(e.Data), hold(e.Extensions)
	}
}

// get gives an entry, whose bytes nobody may change; false: it is not here.
func (r *recent) get(index uint64, out *raft.Log) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ring == nil || index == 0 || r.ring[index%keepEntries].Index != index {
		return false
	}
	*out = r.ring[index%keepEntries]
	return true
}

// forget drops all.
func (r *recent) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.ring)
}
