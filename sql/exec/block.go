package exec

import (
	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// block holds copies of encoded claims while a batch of them is filtered,
// resolved and decoded. Its memory is reused.
type block struct {
	buf  []byte
	rows []blockRow
}

// blockRow says where a claim lies in buf: path NUL predicate NUL id row.
type blockRow struct {
	at       int // of the path
	pred     int // relative to at, of the predicate
	id       int
	row, end int
	recorded knowledge.Micros
	revised  bool // by a claim of another pair
	samePair bool // as the row before
}

func (k *block) reset() { k.buf, k.rows = k.buf[:0], k.rows[:0] }

// add copies the iterator's row.
func (k *block) add(it *storage.ClaimIter) {
	key, row := it.Key(), it.Row()
	k.rows = append(k.rows, blockRow{
		at: len(k.buf), pred: len(it.Path()) + 1, id: len(key) - 32, row: len(key), end: len(key) + len(row),
		recorded: it.RecordedAt(), revised: it.RevisedElsewhere(), samePair: it.SamePair(),
	})
	k.buf = append(append(k.buf, key...), row...)
}

// addClaim copies a claim found by id.
func (k *block) addClaim(c *storage.Claim) {
	pred := 0
	for pred < len(c.Key) && c.Key[pred] != 0 {
		pred++
	}
	k.rows = append(k.rows, blockRow{
		at: len(k.buf), pred: pred + 1, id: len(c.Key) - 32, row: len(c.Key), end: len(c.Key) + len(c.Row), recorded: c.RecordedAt,
	})
	k.buf = append(append(k.buf, c.Key...), c.Row...)
}

func (k *block) path(r *blockRow) []byte      { return k.buf[r.at : r.at+r.pred-1] }
func (k *block) predicate(r *blockRow) []byte { return k.buf[r.at+r.pred : r.at+r.id-1] }
func (k *block) id(r *blockRow) []byte        { return k.buf[r.at+r.id : r.at+r.row] }
func (k *block) row(r *blockRow) storage.Row  { return storage.Row(k.buf[r.at+r.row : r.at+r.end]) }
