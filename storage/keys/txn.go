package keys

import "encoding/binary"

// AppendTxn appends a key that a transaction id ends: Txn or Decision.
func AppendTxn(dst []byte, shard uint16, kind Kind, txn *[TxnIDLen]byte) []byte {
	return append(AppendPrefix(dst, shard, kind), txn[:]...)
}

// AppendOutcome appends an outcome's key.
func AppendOutcome(dst []byte, shard uint16, index uint64, txn *[TxnIDLen]byte) []byte {
	dst = AppendPrefix(dst, shard, Outcome)
	dst = binary.BigEndian.AppendUint64(dst, index)
	return append(dst, txn[:]...)
}

// SplitOutcome decodes what follows the kind in an outcome's key.
func SplitOutcome(b []byte) (index uint64, txn [TxnIDLen]byte, err error) {
	if len(b) != 8+TxnIDLen {
		return 0, txn, ErrMalformed
	}
	return binary.BigEndian.Uint64(b), [TxnIDLen]byte(b[8:]), nil
}

// AppendTxnRows appends the key of a part of a transaction's row list: the rows
// from an ordinal on.
func AppendTxnRows(dst []byte, shard uint16, seq uint64, first uint32) []byte {
	dst = AppendPrefix(dst, shard, TxnRows)
	dst = binary.BigEndian.AppendUint64(dst, seq)
	return binary.BigEndian.AppendUint32(dst, first)
}

// SplitTxnRows decodes what follows the kind in a row list key.
func SplitTxnRows(b []byte) (seq uint64, first uint32, err error) {
	if len(b) != 12 {
		return 0, 0, ErrMalformed
	}
	return binary.BigEndian.Uint64(b), binary.BigEndian.Uint32(b[8:]), nil
}

// AppendRowEntry appends an entry of a row list's value: the ordinal counted
// from the key's, and the suffix of a claim or a mark (target's suffix and
// reviser).
func AppendRowEntry(dst []byte, delta uint32, suffix []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(delta))
	dst = binary.AppendUvarint(dst, uint64(len(suffix)))
	return append(dst, suffix...)
}

// CutRowEntry cuts the first entry off a row list's value.
func CutRowEntry(b []byte) (delta uint32, suffix, rest []byte, err error) {
	d, w := binary.Uvarint(b)
	if w <= 0 || d > 1<<32-1 {
		return 0, nil, nil, ErrMalformed
	}
	b = b[w:]
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)-w) {
		return 0, nil, nil, ErrMalformed
	}
	suffix, rest = b[w:w+int(n)], b[w+int(n):]
	_, _, tail, err := SplitPair(suffix)
	if err == nil && len(tail) != IDLen && len(tail) != 2*IDLen {
		err = ErrMalformed
	}
	return uint32(d), suffix, rest, err
}

// AppendMark appends a mark's key; txn is nil for one that is not tagged.
func AppendMark(dst []byte, shard uint16, suffix, txn []byte) []byte {
	return append(append(AppendPrefix(dst, shard, Mark), suffix...), txn...)
}

// AppendIntent appends an intent's key.
func AppendIntent(dst []byte, shard uint16, suffix, txn []byte) []byte {
	return append(append(AppendPrefix(dst, shard, Intent), suffix...), txn...)
}
