package storage

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
)

// txnState is how far a transaction is in one shard.
type txnState uint8

const (
	txnPending   txnState = iota + 1 // has rows, no vote
	txnPrepared                      // voted yes, at its prepare time
	txnCommitted                     // the coordinator's shard: decided, rows not yet resolved
	txnSettled                       // too many rows to rewrite: they stay tagged for good
)

// txnRec is a transaction in one shard's table. Records in a published table
// are never changed: apply replaces them by changed copies.
type txnRec struct {
	id          TxnID
	seq         uint64 // its number in the shard: rows carry -seq
	coordinator ShardID
	state       txnState
	at          knowledge.Micros // prepare or commit time
	since       knowledge.Micros // the shard's last recorded time when it began
	rows        uint32           // claims and marks written, the next ordinal
	marks       uint32           // of these, marks
	intents     uint32           // rows ever written as intents
	ops         []MetaOp         // state rows to write when it commits

	touched uint64 // serial of the last Apply that wrote rows of it
}

// txnTable holds the open transactions of a shard and the settled ones. A
// published table is never changed.
type txnTable struct {
	byID    map[TxnID]*txnRec
	bySeq   map[uint64]*txnRec
	settled []settledTxn // by seq
}

// settledTxn says when the rows tagged -seq were recorded.
type settledTxn struct {
	seq uint64
	at  knowledge.Micros
}

func newTxnTable() *txnTable {
	return &txnTable{byID: map[TxnID]*txnRec{}, bySeq: map[uint64]*txnRec{}}
}

func (t *txnTable) clone() *txnTable {
	return &txnTable{byID: maps.Clone(t.byID), bySeq: maps.Clone(t.bySeq), settled: t.settled}
}

func (t *txnTable) put(r *txnRec) { t.byID[r.id], t.bySeq[r.seq] = r, r }

func (t *txnTable) drop(r *txnRec) {
	delete(t.byID, r.id)
	delete(t.bySeq, r.seq)
}

func (t *txnTable) settledAt(seq uint64) (knowledge.Micros, bool) {
	i, ok := slices.BinarySearchFunc(t.settled, seq, cmpSettled)
	if !ok {
		return 0, false
	}
	return t.settled[i].at, true
}

// settle adds a settled transaction without touching the array that readers
// may hold.
func (t *txnTable) settle(seq uint64, at knowledge.Micros) {
	i, ok := slices.BinarySearchFunc(t.settled, seq, cmpSettled)
	if ok {
		return
	}
	s := make([]settledTxn, 0, len(t.settled)+1)
	s = append(append(s, t.settled[:i]...), settledTxn{seq, at})
	t.settled = append(s, t.settled[i:]...)
}

func cmpSettled(s settledTxn, seq uint64) int {
	switch {
	case s.seq < seq:
		return -1
	case s.seq > seq:
		return 1
	}
	return 0
}

// stored is how many of the transaction's claims are new in the shard.
func (r *txnRec) stored() int { return int(r.rows - r.marks) }

// A transaction's record: version, state, coordinator, seq, at, since, rows,
// intents, marks, then its state ops. Version 1 has no marks.
const (
	txnRecVersion = 2
	txnRecLen     = 40 // before the ops
)

func (r *txnRec) encode(dst []byte) []byte {
	dst = append(dst, txnRecVersion, byte(r.state))
	dst = binary.BigEndian.AppendUint16(dst, uint16(r.coordinator))
	dst = binary.BigEndian.AppendUint64(dst, r.seq)
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.at))
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.since))
	dst = binary.BigEndian.AppendUint32(dst, r.rows)
	dst = binary.BigEndian.AppendUint32(dst, r.intents)
	dst = binary.BigEndian.AppendUint32(dst, r.marks)
	return AppendMetaOps(dst, r.ops)
}

func decodeTxnRec(id TxnID, b []byte) (*txnRec, error) {
	if len(b) < 1 || b[0] < 1 || b[0] > txnRecVersion {
		return nil, fmt.Errorf("decode transaction: %w", ErrCorrupt)
	}
	head := txnRecLen
	if b[0] == 1 {
		head -= 4
	}
	if len(b) < head {
		return nil, fmt.Errorf("decode transaction: %w", ErrCorrupt)
	}
	r := &txnRec{
		id: id, state: txnState(b[1]), coordinator: ShardID(binary.BigEndian.Uint16(b[2:])),
		seq: binary.BigEndian.Uint64(b[4:]), at: knowledge.Micros(binary.BigEndian.Uint64(b[12:])),
		since: knowledge.Micros(binary.BigEndian.Uint64(b[20:])),
		rows:  binary.BigEndian.Uint32(b[28:]), intents: binary.BigEndian.Uint32(b[32:]),
	}
	if b[0] > 1 {
		r.marks = binary.BigEndian.Uint32(b[36:])
	}
	if r.state < txnPending || r.state > txnSettled {
		return nil, fmt.Errorf("decode transaction state: %w", ErrCorrupt)
	}
	ops, rest, err := DecodeMetaOps(slices.Clone(b[head:]))
	if err != nil || len(rest) != 0 {
		return nil, fmt.Errorf("decode transaction ops: %w", ErrCorrupt)
	}
	r.ops = ops
	return r, nil
}

// AppendMetaOps appends the encoding of ops: a count, then of each table,
// flags, expected version, key and row.
func AppendMetaOps(dst []byte, ops []MetaOp) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(ops)))
	for i := range ops {
		op := &ops[i]
		var del byte
		if op.Delete {
			del = 1
		}
		dst = append(binary.BigEndian.AppendUint16(dst, op.Table), del)
		dst = binary.BigEndian.AppendUint64(dst, op.Expect)
		dst = append(binary.AppendUvarint(dst, uint64(len(op.Key))), op.Key...)
		dst = append(binary.AppendUvarint(dst, uint64(len(op.Row))), op.Row...)
	}
	return dst
}

// DecodeMetaOps decodes what AppendMetaOps wrote and returns what follows it.
// Keys and rows are slices into b. It fails with ErrCorrupt.
func DecodeMetaOps(b []byte) (ops []MetaOp, rest []byte, err error) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)) { // an op takes more than one byte
		return nil, nil, fmt.Errorf("decode state ops: %w", ErrCorrupt)
	}
	b = b[w:]
	if n > 0 {
		ops = make([]MetaOp, n)
	}
	for i := range ops {
		if len(b) < 11 || b[2] > 1 {
			return nil, nil, fmt.Errorf("decode state op: %w", ErrCorrupt)
		}
		op := &ops[i]
		op.Table, op.Delete = binary.BigEndian.Uint16(b), b[2] == 1
		op.Expect = binary.BigEndian.Uint64(b[3:])
		var ok1, ok2 bool
		op.Key, b, ok1 = cutField(b[11:])
		if ok1 {
			op.Row, b, ok2 = cutField(b)
		}
		if !ok1 || !ok2 {
			return nil, nil, fmt.Errorf("decode state op: %w", ErrCorrupt)
		}
	}
	return ops, b, nil
}
