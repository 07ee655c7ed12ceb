package replication

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// snapshotKey is the key of a group's snapshot record in its stable store.
var snapshotKey = []byte("snapshot")

// snapshotRecord is what is kept of a group's newest snapshot. The state store
// is the snapshot's data: it is durable up to Applied, and only grows. While a
// snapshot received from a leader has not been restored yet, Spool names the
// file that holds it.
type snapshotRecord struct {
	Version            raft.SnapshotVersion `json:"version"`
	Index              uint64               `json:"index"`
	Term               uint64               `json:"term"`
	Configuration      raft.Configuration   `json:"configuration"`
	ConfigurationIndex uint64               `json:"configuration_index"`
	// Applied is the state's applied index, which barriers and configuration
	// entries may leave below Index.
	Applied uint64 `json:"applied"`
	Spool   string `json:"spool,omitempty"`
}

func (r *snapshotRecord) id() string { return fmt.Sprintf("%d-%d", r.Term, r.Index) }

func (r *snapshotRecord) meta() *raft.SnapshotMeta {
	return &raft.SnapshotMeta{
		Version: r.Version, ID: r.id(), Index: r.Index, Term: r.Term,
		Configuration: r.Configuration, ConfigurationIndex: r.ConfigurationIndex,
	}
}

// snapshotStore is raft.SnapshotStore over the state store. Create records a
// position, after the state has become durable up to it; Open streams the shard
// as it is then, which is at or after the recorded position: a replica that
// restores it skips the entries that it holds already.
type snapshotStore struct {
	id     storage.ShardID
	store  *storage.Store
	shard  *storage.Shard
	stable *stable
	spools spools
	flush  *flusher

	mu  sync.Mutex
	rec *snapshotRecord // nil: none
}

func newSnapshotStore(id storage.ShardID, store *storage.Store, st *stable, sp spools, fl *flusher) (*snapshotStore, error) {
	rec, err := readSnapshotRecord(st)
	if err != nil {
		return nil, err
	}
	return &snapshotStore{id: id, store: store, shard: store.Shard(id), stable: st, spools: sp, flush: fl, rec: rec}, nil
}

// readSnapshotRecord returns nil when there is none.
func readSnapshotRecord(st *stable) (*snapshotRecord, error) {
	data, err := st.Get(snapshotKey)
	if err != nil && !notFound(err) {
		return nil, fmt.Errorf("read snapshot record: %w", err)
	}
	if len(data) == 0 {
		return nil, nil
	}
	rec := &snapshotRecord{}
	if err := json.Unmarshal(data, rec); err != nil {
		return nil, fmt.Errorf("decode snapshot record: %w", err)
	}
	return rec, nil
}

// recover finishes a restore that a crash interrupted and refuses a state that
// is older than its snapshot: raft would skip the entries between without a
// word. That of a shard which was moved off the node is dropped, if it is there.
func (s *snapshotStore) recover() error {
	wiped, err := isWiped(s.stable)
	if err != nil {
		return err
	}
	if wiped && (s.rec == nil || s.rec.Spool == "") {
		if s.shard.Applied() == 0 {
			return nil
		}
		return s.store.Empty(s.id) // which a crash came before
	}
	if s.rec == nil {
		return nil
	}
	if s.rec.Spool != "" {
		r, _, err := s.spools.open(s.rec.Spool)
		if err != nil {
			return fmt.Errorf("open received snapshot: %w", err)
		}
		defer r.Close()
		if err := s.store.Restore(s.id, r); err != nil {
			return fmt.Errorf("restore received snapshot: %w", err)
		}
		if err := s.restored(s.shard.Applied()); err != nil {
			return err
		}
	}
	if applied := s.shard.Applied(); applied < s.rec.Applied {
		return fmt.Errorf("group %s: applied %d, snapshot %d: %w", groupName(s.id), applied, s.rec.Applied, ErrStateBehind)
	}
	return nil
}

// index returns the newest snapshot's log index, 0 for none.
func (s *snapshotStore) index() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec == nil {
		return 0
	}
	return s.rec.Index
}

// applied returns the applied index that the newest snapshot stands for, 0 for
// none.
func (s *snapshotStore) applied() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec == nil {
		return 0
	}
	return s.rec.Applied
}

// makeDurable makes the state durable up to an applied index.
func (s *snapshotStore) makeDurable(applied uint64) error {
	return s.flush.upTo(s.store, s.shard, applied)
}

// restored notes that the state now holds the received snapshot for good, and
// drops the spool.
func (s *snapshotStore) restored(applied uint64) error {
	if err := s.makeDurable(applied); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec == nil || s.rec.Spool == "" {
		return nil
	}
	rec := *s.rec
	spool := rec.Spool
	rec.Applied, rec.Spool = applied, ""
	if err := s.write(&rec); err != nil {
		return err
	}
	return s.spools.remove(spool)
}

// write replaces the record; the caller holds mu.
func (s *snapshotStore) write(rec *snapshotRecord) error {
	data, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("encode snapshot record: %w", err)
	}
	if err := s.stable.Set(snapshotKey, data); err != nil {
		return fmt.Errorf("write snapshot record: %w", err)
	}
	s.rec = rec
	return nil
}

// List implements raft.SnapshotStore.
func (s *snapshotStore) List() ([]*raft.SnapshotMeta, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec == nil {
		return nil, nil
	}
	return []*raft.SnapshotMeta{s.rec.meta()}, nil
}

// Create implements raft.SnapshotStore.
func (s *snapshotStore) Create(version raft.SnapshotVersion, index, term uint64, conf raft.Configuration,
	confIndex uint64, _ raft.Transport,
) (raft.SnapshotSink, error) {
	return &snapshotSink{to: s, rec: snapshotRecord{
		Version: version, Index: index, Term: term, Configuration: conf, ConfigurationIndex: confIndex,
	}}, nil
}

// Open implements raft.SnapshotStore.
func (s *snapshotStore) Open(id string) (*raft.SnapshotMeta, io.ReadCloser, error) {
	s.mu.Lock()
	rec := s.rec
	s.mu.Unlock()
	if rec == nil || rec.id() != id {
		return nil, nil, fmt.Errorf("open snapshot %s: %w", id, storage.ErrNotFound)
	}
	meta := rec.meta()
	if rec.Spool != "" {
		r, size, err := s.spools.open(rec.Spool)
		if err != nil {
			return nil, nil, fmt.Errorf("open received snapshot: %w", err)
		}
		meta.Size = size
		return meta, r, nil
	}
	r, size, err := s.spoolState()
	if err != nil {
		return nil, nil, err
	}
	meta.Size = size
	return meta, r, nil
}

// spoolState writes the shard's stream to a spool of its own, because raft
// wants the size before the first byte. The spool goes with its reader.
func (s *snapshotStore) spoolState() (io.ReadCloser, int64, error) {
	from, err := s.store.Checkpoint(s.id)
	if err != nil {
		return nil, 0, fmt.Errorf("checkpoint shard: %w", err)
	}
	defer from.Close()
	w, err := s.spools.create(fmt.Sprintf("%s-send", groupName(s.id)))
	if err != nil {
		return nil, 0, err
	}
	if _, err := io.Copy(w, from); err != nil {
		return nil, 0, errors.Join(fmt.Errorf("spool shard: %w", err), w.abandon())
	}
	name, err := w.finish(false)
	if err != nil {
		return nil, 0, err
	}
	r, size, err := s.spools.open(name)
	if err != nil {
		return nil, 0, err
	}
	return &onceSpool{ReadCloser: r, drop: func() error { return s.spools.remove(name) }}, size, nil
}

// onceSpool removes its spool when it is closed.
type onceSpool struct {
	io.ReadCloser
	drop func() error
}

func (o *onceSpool) Close() error { return errors.Join(o.ReadCloser.Close(), o.drop()) }

// snapshotSink takes either a position of this node's own state (local) or the
// bytes of another node's.
type snapshotSink struct {
	to      *snapshotStore
	rec     snapshotRecord
	isLocal bool
	w       spool
	done    bool
}

// local says that the state store, durable up to applied, is the data.
func (k *snapshotSink) local(applied uint64) { k.isLocal, k.rec.Applied = true, applied }

// ID implements raft.SnapshotSink.
func (k *snapshotSink) ID() string { return k.rec.id() }

// Write implements raft.SnapshotSink.
func (k *snapshotSink) Write(p []byte) (int, error) {
	if k.w == nil {
		w, err := k.to.spools.create(fmt.Sprintf("%s-%s", groupName(k.to.id), k.rec.id()))
		if err != nil {
			return 0, err
		}
		k.w = w
	}
	return k.w.Write(p)
}

// Close implements raft.SnapshotSink: the snapshot is recorded.
func (k *snapshotSink) Close() error {
	if k.done {
		return nil
	}
	k.done = true
	if !k.isLocal {
		if k.w == nil {
			return fmt.Errorf("received snapshot %s is empty: %w", k.ID(), storage.ErrSnapshot)
		}
		name, err := k.w.finish(true)
		if err != nil {
			return err
		}
		k.rec.Spool = name
	}
	k.to.mu.Lock()
	defer k.to.mu.Unlock()
	return k.to.write(&k.rec)
}

// Cancel implements raft.SnapshotSink.
func (k *snapshotSink) Cancel() error {
	if k.done || k.w == nil {
		k.done = true
		return nil
	}
	k.done = true
	return k.w.abandon()
}

// flusher makes shards durable. All shards share one state store, so one flush
// serves every group that waits.
type flusher struct{ mu sync.Mutex }

func (f *flusher) upTo(store *storage.Store, shard *storage.Shard, applied uint64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	durable, err := shard.DurableApplied()
	if err != nil {
		return fmt.Errorf("read durable index: %w", err)
	}
	if durable >= applied {
		return nil
	}
	if err := store.Flush(shard.ID()); err != nil {
		return fmt.Errorf("flush state: %w", err)
	}
	if durable, err = shard.DurableApplied(); err != nil {
		return fmt.Errorf("read durable index: %w", err)
	}
	if durable < applied {
		return fmt.Errorf("state is durable to %d after a flush of %d: %w", durable, applied, ErrStateBehind)
	}
	return nil
}
