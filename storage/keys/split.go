package keys

import "bytes"

// SplitPrefix returns the length of the part of a key that bloom filters are
// over: the path of claims and what lies beside them, the whole of keys that
// are looked up singly, and no more than kind and generation of index entries
// that are only ranged over. The prefix of a prefix is itself, and prefixes
// order as their keys do. It takes any bytes, because tables are bounded by
// shortened keys.
func SplitPrefix(key []byte) int {
	if len(key) <= PrefixLen {
		return len(key)
	}
	switch Kind(key[2]) {
	case Claim, Mark, Intent:
		if i := bytes.IndexByte(key[PrefixLen:], 0); i >= 0 {
			return PrefixLen + i + 1
		}
	case ByPred, BySource, ByRecorded:
		return IndexLen
	case TxnRows:
		return min(len(key), PrefixLen+8)
	}
	return len(key)
}
