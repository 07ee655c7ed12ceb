package keys

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// The lengths of fixed parts, in bytes.
const (
	IDLen     = 32
	TxnIDLen  = 16
	PrefixLen = 3 // shard and kind
	IndexLen  = 4 // shard, kind and generation
)

// Kind is the third byte of a key.
type Kind byte

// The kinds of keys.
const (
	State      Kind = 0x01
	Txn        Kind = 0x02
	Decision   Kind = 0x03
	Outcome    Kind = 0x04
	Meta       Kind = 0x05
	MetaChange Kind = 0x06
	Claim      Kind = 0x10
	Mark       Kind = 0x11
	Intent     Kind = 0x12
	TxnRows    Kind = 0x13
	ByID       Kind = 0x20
	ByPred     Kind = 0x21
	BySource   Kind = 0x22
	ByRecorded Kind = 0x23
)

// ErrMalformed is returned for bytes that no encoder here makes.
var ErrMalformed = errors.New("malformed key")

// AppendPrefix appends what every key of a shard and kind begins with.
func AppendPrefix(dst []byte, shard uint16, kind Kind) []byte {
	return append(dst, byte(shard>>8), byte(shard), byte(kind))
}

// AppendIndexPrefix appends what every key of an index generation begins with.
func AppendIndexPrefix(dst []byte, shard uint16, kind Kind, gen uint8) []byte {
	return append(dst, byte(shard>>8), byte(shard), byte(kind), gen)
}

// ShardSpan returns the bounds of all keys of a shard, half-open. The end of
// the last shard is a key of three bytes that no shard reaches.
func ShardSpan(shard uint16) (lower, upper []byte) {
	lower = []byte{byte(shard >> 8), byte(shard)}
	if shard == 0xFFFF {
		return lower, []byte{0xFF, 0xFF, 0xFF}
	}
	return lower, []byte{byte((shard + 1) >> 8), byte(shard + 1)}
}

// Successor returns the first key after all keys that begin with prefix, in
// place. It returns nil when there is none (all bytes 0xFF).
func Successor(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xFF {
			prefix[i]++
			return prefix[:i+1]
		}
	}
	return nil
}

// AppendPair appends path NUL predicate NUL.
func AppendPair(dst, path, predicate []byte) []byte {
	dst = append(dst, path...)
	dst = append(dst, 0)
	dst = append(dst, predicate...)
	return append(dst, 0)
}

// AppendSuffix appends a claim's suffix: path NUL predicate NUL id.
func AppendSuffix(dst []byte, path, predicate string, id *[IDLen]byte) []byte {
	dst = append(dst, path...)
	dst = append(dst, 0)
	dst = append(dst, predicate...)
	dst = append(dst, 0)
	return append(dst, id[:]...)
}

// AppendClaim appends a claim's key.
func AppendClaim(dst []byte, shard uint16, suffix []byte) []byte {
	return append(AppendPrefix(dst, shard, Claim), suffix...)
}

// SplitPair splits the pair at the front of b into path and predicate; rest is
// what follows the second NUL. Both are non-empty.
func SplitPair(b []byte) (path, predicate, rest []byte, err error) {
	i := bytes.IndexByte(b, 0)
	if i <= 0 {
		return nil, nil, nil, ErrMalformed
	}
	j := bytes.IndexByte(b[i+1:], 0)
	if j <= 0 {
		return nil, nil, nil, ErrMalformed
	}
	j += i + 1
	return b[:i], b[i+1 : j], b[j+1:], nil
}

// SplitSuffix splits a claim's suffix.
func SplitSuffix(suffix []byte) (path, predicate, id []byte, err error) {
	path, predicate, id, err = SplitPair(suffix)
	if err == nil && len(id) != IDLen {
		err = ErrMalformed
	}
	return path, predicate, id, err
}

// SplitMark splits a mark's suffix (target's suffix, reviser, and for a tagged
// mark the transaction).
func SplitMark(b []byte) (target, reviser, txn []byte, err error) {
	_, _, rest, err := SplitPair(b)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(rest) != 2*IDLen && len(rest) != 2*IDLen+TxnIDLen {
		return nil, nil, nil, ErrMalformed
	}
	n := len(b) - len(rest) + IDLen
	return b[:n], b[n : n+IDLen], b[n+IDLen:], nil
}

// SplitIntent splits an intent's suffix.
func SplitIntent(b []byte) (suffix, txn []byte, err error) {
	_, _, rest, err := SplitPair(b)
	if err != nil {
		return nil, nil, err
	}
	if len(rest) != IDLen+TxnIDLen {
		return nil, nil, ErrMalformed
	}
	n := len(b) - TxnIDLen
	return b[:n], b[n:], nil
}

// Split returns a key's shard, kind and the rest.
func Split(key []byte) (shard uint16, kind Kind, rest []byte, err error) {
	if len(key) < PrefixLen {
		return 0, 0, nil, ErrMalformed
	}
	return binary.BigEndian.Uint16(key), Kind(key[2]), key[PrefixLen:], nil
}
