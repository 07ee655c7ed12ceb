package exec

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// ScanCache keeps images of shards that are scanned over and over, for scans and
// lenses over ranges of paths: going through one costs a fraction of going
// through the store. A shard gets one when as many claims have been read from the
// store as it holds, so that a single look at a few rows never pays for it. Safe
// for concurrent use; nil keeps nothing.
type ScanCache struct {
	limit int64 // bytes
	used  atomic.Int64
	grown func(bytes int64) // is told what is held after images came or went; nil: nobody

	shards []shardImage

	mu   sync.Mutex      // between Close and what begins
	ctx  context.Context // of what is made in the background
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// shardImage is the image of one shard, if there is one.
type shardImage struct {
	building sync.Mutex
	image    atomic.Pointer[image]
	read     atomic.Int64 // claims that scans took from the store since it was last dropped
	asked    atomic.Int64 // when a scan last asked for it, in ns
	peeked   atomic.Bool  // a read of one concept has used it lately
	tried    atomic.Int64 // when it was last made or renewed in the background, in ns
}

// idleImage is after what time without a scan an image makes room for others.
const idleImage = time.Minute

// For reads of single concepts an image is made, and renewed when it is behind, in
// the background: renewPause at the earliest after the last time, and when claims
// worth renewReads of them were read from the store meanwhile.
const (
	renewPause   = 2 * time.Second
	renewReads   = 10_000
	renewTimeout = time.Minute
)

// imageRowBytes is what a claim takes in an image, about: to tell before it is
// built whether there is room.
const imageRowBytes = 400

// NewScanCache returns a cache of at most so many bytes, about, of a number of
// shards. grown, if not nil, is told how many it holds whenever images have come or
// gone.
func NewScanCache(limit int64, shards int, grown func(bytes int64)) *ScanCache {
	s := &ScanCache{limit: limit, grown: grown, shards: make([]shardImage, shards)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// Close ends what is made in the background and waits for it.
func (s *ScanCache) Close() {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	s.wg.Wait()
}

// Bytes is how much the cache holds.
func (s *ScanCache) Bytes() int64 {
	if s == nil {
		return 0
	}
	return s.used.Load()
}

// charge takes n bytes, if there is room.
func (s *ScanCache) charge(n int64) bool {
	if s.used.Add(n) <= s.limit {
		return true
	}
	s.used.Add(-n)
	return false
}

func (s *ScanCache) give(n int64) { s.used.Add(-n) }

// noteRead says that a scan took n claims of a shard from the store.
func (s *ScanCache) noteRead(id storage.ShardID, n int) {
	if s != nil {
		s.shards[id].read.Add(int64(n))
	}
}

// get returns an image that holds all claims of a shard that a view sees, and
// perhaps later ones; nil: read the store. For historic views none is made or
// brought up to date.
func (s *ScanCache) get(ctx context.Context, v *storage.View, id storage.ShardID, historic bool) (*image, error) {
	si := &s.shards[id]
	si.asked.Store(time.Now().UnixNano())
	im := si.image.Load()
	if im != nil && im.covers(v, id) {
		return im, nil
	}
	if historic || im == nil && !si.due(v, id) {
		return nil, nil
	}
	return s.renew(ctx, si, v, id)
}

// due reports whether enough was read from the store for a first image.
func (si *shardImage) due(v *storage.View, id storage.ShardID) bool {
	claims, _ := v.Counts(id)
	return claims > 0 && si.read.Load() >= claims
}

// peek is get for a read of one concept, which waits for nothing.
func (s *ScanCache) peek(cluster Cluster, v *storage.View, id storage.ShardID, historic bool) *image {
	si := &s.shards[id]
	im := si.image.Load()
	if im != nil && im.covers(v, id) {
		if !si.peeked.Load() {
			si.peeked.Store(true)
		}
		return im
	}
	if historic || im == nil && !si.due(v, id) || im != nil && si.read.Load() < renewReads {
		return nil
	}
	now, last := time.Now().UnixNano(), si.tried.Load()
	if now-last < int64(renewPause) || !si.tried.CompareAndSwap(last, now) {
		return nil
	}
	si.asked.Store(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() == nil {
		s.wg.Add(1)
		go s.renewBehind(cluster, si, id)
	}
	return nil
}

// renewBehind makes or renews an image without a statement that waits for it. What
// fails is tried again by those who need it, and reported to them.
func (s *ScanCache) renewBehind(cluster Cluster, si *shardImage, id storage.ShardID) {
	defer s.wg.Done()
	ctx, cancel := context.WithTimeout(s.ctx, renewTimeout)
	defer cancel()
	v, err := cluster.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{id}})
	if err != nil {
		return
	}
	defer v.Close()
	_, _ = s.renew(ctx, si, v, id)
}

// renew makes an image, or brings the one that there is up to date, unless another
// goroutine does so now, or there is no room.
func (s *ScanCache) renew(ctx context.Context, si *shardImage, v *storage.View, id storage.ShardID) (*image, error) {
	if !si.building.TryLock() {
		return nil, nil
	}
	defer si.building.Unlock()
	si.read.Store(0)
	if im := si.image.Load(); im != nil {
		if im.covers(v, id) {
			return im, nil
		}
		if im.epoch == v.Epoch(id) {
			return s.update(ctx, si, im, v, id)
		}
		s.forget(si, im)
	}
	claims, _ := v.Counts(id)
	if s.used.Load()+claims*imageRowBytes > s.limit {
		s.dropIdle()
		if s.used.Load()+claims*imageRowBytes > s.limit {
			return nil, nil
		}
	}
	return s.build(ctx, si, v, id)
}

// covers reports whether the image has all claims that the view sees.
func (im *image) covers(v *storage.View, id storage.ShardID) bool {
	if im.epoch != v.Epoch(id) {
		return false // of what the shard held before it was replaced
	}
	if int64(v.At()) <= im.upTo.Load() {
		return true
	}
	version, _ := v.Version(id)
	known := im.version.Load()
	return known != nil && *known == version
}

// reach notes that the image holds all that a view sees.
func (im *image) reach(v *storage.View, id storage.ShardID) {
	im.epoch = v.Epoch(id)
	im.advance(v, id)
}

// advance is reach for an image that others use already: its epoch stays.
func (im *image) advance(v *storage.View, id storage.ShardID) {
	im.upTo.Store(int64(v.At()))
	if version, final := v.Version(id); final {
		im.version.Store(&version)
	}
}

// build reads a shard.
func (s *ScanCache) build(ctx context.Context, si *shardImage, v *storage.View, id storage.ShardID) (*image, error) {
	b := newImageBuilder()
	it := v.Claims(ctx, id, storage.ClaimBounds{})
	first := true
	for it.Next() {
		same := it.SamePair() && !first
		b.begin(same).add(it)
		b.added(same)
		first = false
	}
	if err := closeClaims(it); err != nil {
		return nil, err
	}
	b.close()
	b.im.reach(v, id)
	s.put(si, nil, b.im)
	return b.im, nil
}

// update adds what was recorded since.
func (s *ScanCache) update(ctx context.Context, si *shardImage, im *image, v *storage.View, id storage.ShardID) (*image, error) {
	var more block
	it := v.ClaimsByRecorded(ctx, id, knowledge.Micros(im.upTo.Load()+1), v.At()+1)
	for it.Next() {
		more.add(it)
	}
	if err := closeClaims(it); err != nil {
		return nil, err
	}
	if len(more.rows) == 0 {
		im.advance(v, id)
		return im, nil
	}
	slices.SortFunc(more.rows, func(a, b blockRow) int { return bytes.Compare(more.key(&a), more.key(&b)) })
	next := im.merged(&more)
	next.reach(v, id)
	s.put(si, im, next)
	return next, nil
}

// put makes an image the shard's, and accounts for what it does not share with
// the old one. One that grew beyond what there is room for is given to this scan
// alone.
func (s *ScanCache) put(si *shardImage, old, im *image) {
	shared := map[*chunk]bool{}
	if old != nil {
		for _, c := range old.chunks {
			shared[c] = true
		}
	}
	for _, c := range im.chunks {
		if shared[c] {
			delete(shared, c)
		} else {
			s.used.Add(c.size())
		}
	}
	for c := range shared {
		c.drop(s)
	}
	if s.used.Load() > s.limit+s.limit/8 {
		s.forget(si, im)
	} else {
		si.image.Store(im)
	}
	if s.grown != nil {
		s.grown(s.used.Load())
	}
}

// forget drops an image that is, or would have been, a shard's.
func (s *ScanCache) forget(si *shardImage, im *image) {
	si.image.Store(nil)
	si.read.Store(0)
	for _, c := range im.chunks {
		c.drop(s)
	}
}

// dropIdle drops the images that nobody has asked for lately.
func (s *ScanCache) dropIdle() {
	limit := time.Now().Add(-idleImage).UnixNano()
	for i := range s.shards {
		si := &s.shards[i]
		if si.peeked.Swap(false) || si.asked.Load() > limit || !si.building.TryLock() {
			continue
		}
		if im := si.image.Load(); im != nil {
			s.forget(si, im)
		}
		si.building.Unlock()
	}
}
