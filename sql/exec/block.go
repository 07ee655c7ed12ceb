package exec

import (
	"bytes"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// block holds copies of encoded claims while a batch of them is filtered,
// resolved and decoded. Its memory is reused, or with lasting never written
// again, so that texts may point into it.
type block struct {
	buf     []byte
	rows    []blockRow
	lasting bool
}

// blockRow says where a claim lies in buf: path NUL predicate NUL id row.
type blockRow struct {
	at       int   // of the path
	pred     int32 // relative to at, of the predicate
	id       int32
	row, end int32
	recorded knowledge.Micros
	revised  bool // by a claim of another pair
	samePair bool // as the row before
}

func (k *block) reset() { k.buf, k.rows = k.buf[:0], k.rows[:0] }

// addRow copies a row of another block.
func (k *block) addRow(from *block, r *blockRow) {
	at := len(k.buf)
	k.buf = append(k.buf, from.part(r, 0, r.end)...)
	k.rows = append(k.rows, *r)
	k.rows[len(k.rows)-1].at = at
}

// add copies the iterator's row.
func (k *block) add(it *storage.ClaimIter) {
	key, row := it.Key(), it.Row()
	k.rows = append(k.rows, blockRow{
		at: len(k.buf), pred: int32(len(it.Path()) + 1), id: int32(len(key) - 32), row: int32(len(key)), end: int32(len(key) + len(row)),
		recorded: it.RecordedAt(), revised: it.RevisedElsewhere(), samePair: it.SamePair(),
	})
	k.buf = append(append(k.buf, key...), row...)
}

// addClaim copies a claim found by id.
func (k *block) addClaim(c *storage.Claim) {
	k.rows = append(k.rows, blockRow{
		at: len(k.buf), pred: int32(bytes.IndexByte(c.Key, 0) + 1), id: int32(len(c.Key) - 32),
		row: int32(len(c.Key)), end: int32(len(c.Key) + len(c.Row)), recorded: c.RecordedAt,
	})
	k.buf = append(append(k.buf, c.Key...), c.Row...)
}

func (k *block) path(r *blockRow) []byte      { return k.part(r, 0, r.pred-1) }
func (k *block) predicate(r *blockRow) []byte { return k.part(r, r.pred, r.id-1) }
func (k *block) id(r *blockRow) []byte        { return k.part(r, r.id, r.row) }
func (k *block) row(r *blockRow) storage.Row  { return storage.Row(k.part(r, r.row, r.end)) }

// pair is path NUL predicate NUL, key that and the id.
func (k *block) pair(r *blockRow) []byte { return k.part(r, 0, r.id) }
func (k *block) key(r *blockRow) []byte  { return k.part(r, 0, r.row) }

func (k *block) part(r *blockRow, from, to int32) []byte {
	return k.buf[r.at+int(from) : r.at+int(to) : r.at+int(to)]
}
