package storage

import (
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// formatVersion is the on-disk format of both Pebbles, set on purpose: a newer
// library does not move it by itself, so an older binary can still open the
// directory.
const formatVersion = pebble.FormatTableFormatV6

// Options says where and how a store is opened.
type Options struct {
	Dir        string
	FS         vfs.FS // nil: the real file system
	InMemory   bool   // overrides FS: nothing reaches a disk
	CacheBytes int64  // block cache of this Pebble, C memory; 0: 64 MiB
	Shards     int    // 1 to MaxShards, fixed at first open; 0: what an existing store has; ignored by OpenLog
	Logger     *slog.Logger
	// OnFatal is called once, when a write to disk failed or data is corrupt.
	// It should stop the process: nothing more is written or acknowledged, and
	// the goroutine that met the failure may never return.
	OnFatal func(error)
	// ClaimID recomputes a claim's id from its content, for Verify; nil: ids
	// are not checked.
	ClaimID func(a *knowledge.Assertion) knowledge.ID
	// MemTableBytes is the size of one write buffer; 0: 64 MiB.
	MemTableBytes int
	// FilterBytes bounds what all shards keep in memory to tell that a claim is new
	// without a read, 2.5 bytes a claim; beyond it more reads are made. 0: 128 MiB.
	FilterBytes int64
	// SlowDisk is from when on a write or sync counts as slow; 0: 2 s.
	SlowDisk time.Duration
}

func (o *Options) withDefaults() {
	if o.InMemory {
		o.FS = vfs.NewMem()
	}
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if o.CacheBytes <= 0 {
		o.CacheBytes = 64 << 20
	}
	if o.FilterBytes <= 0 {
		o.FilterBytes = 128 << 20
	}
	if o.MemTableBytes <= 0 {
		o.MemTableBytes = 64 << 20
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.OnFatal == nil {
		o.OnFatal = func(err error) { panic(err) }
	}
}

// comparer orders keys bytewise and tells Pebble which part of a key is looked
// up, so that a read of one path skips the tables that lack it. Its name is in
// every table: the order must never change under it.
func comparer() *pebble.Comparer {
	c := *pebble.DefaultComparer
	c.Name = "stemedb.path.v1"
	c.Split = keys.SplitPrefix
	return &c
}

// stateOptions tunes the state Pebble for two cores: large write buffers, an
// L0 that may grow during a bulk load rather than stall it, little compression
// where data is rewritten soon.
func stateOptions(o *Options, f *fatal, cache *pebble.Cache) *pebble.Options {
	po := &pebble.Options{
		FS:                 o.FS,
		Cache:              cache,
		Comparer:           comparer(),
		FormatMajorVersion: formatVersion,
		// The Raft log is the write-ahead log: batches are atomic within a
		// write buffer, and a start replays from the durable applied index.
		DisableWAL:                  true,
		MemTableSize:                uint64(o.MemTableBytes),
		MemTableStopWritesThreshold: 6,
		// Twice the sublevels that a load piles up before it has to share the
		// processor with compactions; settle cleans up behind it.
		L0CompactionThreshold:      20,
		L0CompactionFileThreshold:  1000,
		L0StopWritesThreshold:      64,
		LBaseMaxBytes:              256 << 20,
		FlushSplitBytes:            16 << 20,
		MaxOpenFiles:               4096,
		CompactionConcurrencyRange: func() (int, int) { return 1, 2 },
		BytesPerSync:               1 << 20,
		EventListener:              f.listener(),
		Logger:                     f,
	}
	// Keys that share a path are not versions of one key: their values belong
	// beside them, not into blocks of their own.
	beside := pebble.SpanPolicy{DisableValueSeparationBySuffix: true, ValueStoragePolicy: pebble.ValueStorageLowReadLatency}
	po.Experimental.SpanPolicyFunc = func([]byte) (pebble.SpanPolicy, []byte, error) { return beside, nil, nil }
	// Reads start no compactions: settle sees to it that they find little to
	// merge, and they shall not pay for the next one's.
	po.Experimental.ReadSamplingMultiplier = -1
	for i := range po.Levels {
		l := &po.Levels[i]
		l.BlockSize = 32 << 10
		l.IndexBlockSize = 64 << 10
		l.FilterPolicy = bloom.FilterPolicy(10)
		l.Compression = func() *sstable.CompressionProfile { return sstable.SnappyCompression }
		po.TargetFileSizes[i] = 32 << 20
	}
	// What L0 holds is rewritten within seconds of a load.
	po.Levels[0].Compression = func() *sstable.CompressionProfile { return sstable.NoCompression }
	return po
}

// logOptions tunes the log Pebble: entries are written once, read soon or
// never, and deleted in ranges.
func logOptions(o *Options, f *fatal, cache *pebble.Cache) *pebble.Options {
	po := &pebble.Options{
		FS:                          o.FS,
		Cache:                       cache,
		FormatMajorVersion:          formatVersion,
		MemTableSize:                uint64(o.MemTableBytes),
		MemTableStopWritesThreshold: 4,
		// Tables of the log do not overlap but for their groups, are read at
		// starts only, and mostly end by a range deletion.
		L0CompactionThreshold:      40,
		L0StopWritesThreshold:      64,
		LBaseMaxBytes:              512 << 20,
		FlushSplitBytes:            32 << 20,
		MaxOpenFiles:               1024,
		CompactionConcurrencyRange: func() (int, int) { return 1, 1 },
		BytesPerSync:               1 << 20,
		EventListener:              f.listener(),
		Logger:                     f,
	}
	po.Experimental.ReadSamplingMultiplier = -1
	for i := range po.Levels {
		po.Levels[i].BlockSize = 64 << 10
		po.Levels[i].Compression = func() *sstable.CompressionProfile { return sstable.NoCompression }
		po.TargetFileSizes[i] = 64 << 20
	}
	return po
}
