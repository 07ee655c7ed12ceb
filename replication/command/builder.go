package command

import (
	"encoding/binary"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// Builder encodes an entry in place as its claims arrive, so that a row is
// copied once between the executor and the log. The zero value is an empty
// entry of no transaction; call Start first.
type Builder struct {
	buf  []byte
	rows uint32
}

// Start begins an entry of a transaction. The kind is given by Finish, since
// only a transaction's end tells whether its first entry was its only one.
func (b *Builder) Start(txn storage.TxnID, coordinator storage.ShardID) {
	b.grow(headerSize)
	b.buf = b.buf[:headerSize]
	clear(b.buf)
	b.buf[offVersion] = Version
	binary.BigEndian.PutUint16(b.buf[offCoordinator:], uint16(coordinator))
	copy(b.buf[offTxn:], txn[:])
	b.rows = 0
}

// Reuse gives the builder the memory of an entry that nobody reads any more,
// for the next one. Call it before Start.
func (b *Builder) Reuse(entry []byte) { b.buf = entry[:0] }

// Started reports whether an entry is being built.
func (b *Builder) Started() bool { return len(b.buf) > 0 }

// Rows returns the number of claims added.
func (b *Builder) Rows() int { return int(b.rows) }

// Len returns the bytes so far.
func (b *Builder) Len() int { return len(b.buf) }

// Add appends a claim; rec may be reused afterwards.
func (b *Builder) Add(rec storage.ClaimRec) {
	b.grow(len(rec.Key) + len(rec.Row) + 2*binary.MaxVarintLen32)
	b.buf = appendPair(b.buf, rec.Key, rec.Row)
	b.rows++
}

// Finish completes the entry and hands its bytes over; the builder is empty
// then and must be started anew.
func (b *Builder) Finish(kind Kind, ops []storage.MetaOp) []byte {
	b.buf[offKind] = byte(kind)
	binary.BigEndian.PutUint32(b.buf[offRecords:], b.rows)
	out := binary.AppendUvarint(b.buf, uint64(len(ops)))
	for i := range ops {
		out = binary.AppendUvarint(out, uint64(ops[i].Table))
		var flags byte
		if ops[i].Delete {
			flags = 1
		}
		out = append(out, flags)
		out = binary.BigEndian.AppendUint64(out, ops[i].Expect)
		out = appendPair(out, ops[i].Key, ops[i].Row)
	}
	b.buf, b.rows = nil, 0
	return out
}

// grow makes room for n more bytes. Steps are wide (a single claim, a page, a
// full entry) so that a bulk entry is copied at most twice while it grows.
func (b *Builder) grow(n int) {
	need := len(b.buf) + n + 1
	if need <= cap(b.buf) {
		return
	}
	size := 512
	for size < need {
		size *= 8
	}
	if size > 256<<10 {
		size = max(need+need/8, 264<<10)
	}
	b.buf = slices.Grow(b.buf, size-len(b.buf))
}

func appendPair(buf, key, row []byte) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(key)))
	buf = binary.AppendUvarint(buf, uint64(len(row)))
	buf = append(buf, key...)
	return append(buf, row...)
}

// Encode encodes a whole entry: the form for entries that have no
// rows to wait for (Abort, PutMeta) and for tests.
func Encode(e *Entry) []byte {
	var b Builder
	b.Start(e.Txn, e.Coordinator)
	for _, rec := range e.Recs {
		b.Add(rec)
	}
	out := b.Finish(e.Kind, e.Ops)
	SetTime(out, e.At)
	return out
}

// AddDecision appends a record of a Resolve: the transaction was committed at
// that time.
func (b *Builder) AddDecision(txn storage.TxnID, at knowledge.Micros) {
	var row [8]byte
	binary.BigEndian.PutUint64(row[:], uint64(at))
	b.Add(storage.ClaimRec{Key: txn[:], Row: row[:]})
}

// AddForget appends a record of a Forget.
func (b *Builder) AddForget(txn storage.TxnID) {
	b.Add(storage.ClaimRec{Key: txn[:]})
}
