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

// AppendMark appends a mark's key; txn is nil for one that is not tagged.
func AppendMark(dst []byte, shard uint16, suffix, txn []byte) []byte {
	return append(append(AppendPrefix(dst, shard, Mark), suffix...), txn...)
}

// AppendIntent appends an intent's key.
func AppendIntent(dst []byte, shard uint16, suffix, txn []byte) []byte {
	return append(append(AppendPrefix(dst, shard, Intent), suffix...), txn...)
}
