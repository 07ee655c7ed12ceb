package exec

import (
	"bytes"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// image is a copy in memory of a shard's claims, in key order: all that were
// recorded by a time. Claims are never changed or removed, so it stays true for
// good; what was recorded later makes a new image, which shares the chunks where
// nothing was added.
type image struct {
	chunks []*chunk
	rows   int
	epoch  uint64       // the shard's; set before others see the image
	upTo   atomic.Int64 // knowledge.Micros: every claim recorded by then is in it
	// version is the state of the shard that holds no claim beyond these; nil:
	// none is known.
	version atomic.Pointer[storage.ShardVersion]
}

// chunk is a run of whole pairs. Its claims are never written again; columns are
// decoded when they are first asked for.
type chunk struct {
	block
	newest  knowledge.Micros // latest recorded time
	cols    [claimColumns]atomic.Pointer[types.Vec]
	byPath  atomic.Pointer[pathIndex]
	mu      sync.Mutex
	dropped bool // no image has it any more: its columns are not kept
}

// chunkRows is how many claims a chunk has, about: a pair is never cut. A chunk
// whose bytes pass chunkBytes is full too.
const (
	chunkRows  = 4096
	chunkBytes = 8 << 20
)

// size is the memory of the claims themselves.
func (c *chunk) size() int64 { return int64(cap(c.buf)) + int64(cap(c.rows))*40 }

// keptColumn says whether a column is worth keeping decoded: not what depends on
// state tables, nor what holds an object a row.
func keptColumn(col int) bool {
	if col < 0 {
		return false // a system column, which hardly anyone asks for
	}
	switch col {
	case colTier, colValueNumber, colDerivedFrom, colEvidence, colMetadata, colSignature:
		return false
	}
	return true
}

// column returns a column decoded, which the caller does not change. nil: the
// cache has no room for it.
func (c *chunk) column(cache *ScanCache, col int, t types.OID) *types.Vec {
	if v := c.cols[col].Load(); v != nil {
		return v
	}
	size := columnSize(col, len(c.rows))
	if !cache.charge(size) {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.cols[col].Load()
	if v == nil && !c.dropped {
		if v = c.decode(col, t); v != nil {
			c.cols[col].Store(v)
			return v
		}
	}
	cache.give(size)
	return v
}

// decode makes a column of all rows; nil: a row is corrupt, as who decodes it by
// itself will find.
func (c *chunk) decode(col int, t types.OID) *types.Vec {
	var dec decoder
	out := [1]column{newColumn(t)}
	at, cols, walk := [1]int{}, [1]int{col}, walks(col)
	out[0].reset(len(c.rows)) // its memory, at once
	out[0].startRows()
	for n := range c.rows {
		if err := dec.appendRow(&c.block, &c.rows[n], cols[:], walk, out[:], at[:], n); err != nil {
			return nil
		}
	}
	out[0].endRows(len(c.rows))
	v := out[0].Vec
	return &v
}

// columnSize estimates a decoded column; its texts lie in the claims, but for ids.
func columnSize(col, rows int) int64 {
	switch col {
	case colID, colRevises:
		return int64(rows) * (16 + 64)
	case colConfidence, colAssertedAt, colRecordedAt, colValidFrom, colValidTo:
		return int64(rows) * 9
	}
	return int64(rows) * 17
}

// drop gives back what the chunk has charged to the cache.
func (c *chunk) drop(cache *ScanCache) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped = true
	n := c.size()
	for col := range c.cols {
		if c.cols[col].Load() != nil {
			n += columnSize(col, len(c.rows))
		}
	}
	if x := c.byPath.Load(); x != nil {
		n += x.size()
	}
	cache.give(n)
}

// find returns the place of the first row whose path NUL predicate NUL is not below
// bound.
func (im *image) find(bound []byte) (at, row int) {
	if len(bound) == 0 {
		return 0, 0
	}
	if at = im.findChunk(bound); at == len(im.chunks) {
		return at, 0
	}
	c := im.chunks[at]
	return at, c.find(bound, 0, len(c.rows))
}

// findChunk returns the first chunk that does not end below bound.
func (im *image) findChunk(bound []byte) int {
	return sort.Search(len(im.chunks), func(i int) bool {
		c := im.chunks[i]
		return bytes.Compare(c.pair(&c.rows[len(c.rows)-1]), bound) >= 0
	})
}

// find returns the first of rows [from, end) whose pair is not below bound.
func (c *chunk) find(bound []byte, from, end int) int {
	return from + sort.Search(end-from, func(i int) bool { return bytes.Compare(c.pair(&c.rows[from+i]), bound) >= 0 })
}

// imageBuilder cuts claims, added in key order, into chunks.
type imageBuilder struct {
	im   *image
	at   *chunk
	full int // rows of a chunk
	size int // bytes of the chunk before
}

func newImageBuilder() *imageBuilder { return &imageBuilder{im: &image{}, full: chunkRows} }

func (b *imageBuilder) open() {
	b.at = &chunk{block: block{lasting: true}}
	if b.size > 0 {
		b.at.rows = make([]blockRow, 0, b.full+b.full/8)
		b.at.buf = make([]byte, 0, b.size+b.size/8)
	}
}

// begin makes room for a row that does not belong to the pair before, or does.
func (b *imageBuilder) begin(same bool) *chunk {
	if b.at != nil && !same && (len(b.at.rows) >= b.full || len(b.at.buf) >= chunkBytes) {
		b.close()
	}
	if b.at == nil {
		b.open()
	}
	return b.at
}

// added notes the row that was just added to the chunk.
func (b *imageBuilder) added(same bool) {
	r := &b.at.rows[len(b.at.rows)-1]
	r.samePair, r.revised = same, false
	b.at.newest = max(b.at.newest, r.recorded)
	b.im.rows++
}

// share takes a chunk of another image.
func (b *imageBuilder) share(c *chunk) {
	b.close()
	b.im.chunks = append(b.im.chunks, c)
	b.im.rows += len(c.rows)
}

// close ends the chunk at hand.
func (b *imageBuilder) close() {
	if b.at == nil {
		return
	}
	b.size = len(b.at.buf)
	b.at.buf, b.at.rows = fitted(b.at.buf), fitted(b.at.rows)
	b.im.chunks, b.at = append(b.im.chunks, b.at), nil
}

// fitted gives back memory that is not needed.
func fitted[T any](s []T) []T {
	if cap(s) > len(s)+len(s)/4 {
		return append(make([]T, 0, len(s)), s...)
	}
	return s
}

// merged is an image with the claims of a block, sorted by key, added.
func (im *image) merged(more *block) *image {
	b := newImageBuilder()
	next := 0
	for i, c := range im.chunks {
		end := len(more.rows)
		if i+1 < len(im.chunks) {
			first := im.chunks[i+1]
			limit := first.pair(&first.rows[0]) // a pair is never cut
			end = next + sort.Search(end-next, func(k int) bool { return bytes.Compare(more.key(&more.rows[next+k]), limit) >= 0 })
		}
		if end == next {
			b.share(c)
			continue
		}
		b.merge(c, more, next, end)
		next = end
	}
	if len(im.chunks) == 0 {
		b.merge(&chunk{}, more, 0, len(more.rows))
	}
	return b.im
}

// merge adds the rows of a chunk and rows [next, end) of a block in key order, as
// one chunk, or as several of like size when it grew to more than two.
func (b *imageBuilder) merge(c *chunk, more *block, next, end int) {
	defer b.close()
	b.size, b.full = len(c.buf), chunkRows
	if all := len(c.rows) + end - next; all > 2*chunkRows {
		b.full = all/(all/chunkRows) + 1
	} else {
		b.full = max(b.full, all)
	}
	var last []byte
	for i := 0; i < len(c.rows) || next < end; {
		cmp := -1
		switch {
		case i == len(c.rows):
			cmp = 1
		case next < end:
			cmp = bytes.Compare(c.key(&c.rows[i]), more.key(&more.rows[next]))
		}
		var from *block
		var r *blockRow
		if cmp <= 0 {
			from, r = &c.block, &c.rows[i]
			i++
		} else {
			from, r = more, &more.rows[next]
		}
		if cmp >= 0 {
			next++ // equal: held already
		}
		pair := from.pair(r)
		same := last != nil && bytes.Equal(last, pair)
		b.begin(same).addRow(from, r)
		b.added(same)
		last = pair
	}
}
