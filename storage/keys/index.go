package keys

import (
	"bytes"
	"encoding/binary"
)

// The byte after the time in the recorded index: what the entry names.
const (
	RecordedRow = 0x00 // a claim: ordinal and suffix follow
	RecordedTxn = 0x01 // a settled transaction: its sequence number follows
)

// AppendByID appends an id index key. Its value is the claim's pair.
func AppendByID(dst []byte, shard uint16, gen uint8, id []byte) []byte {
	return append(AppendIndexPrefix(dst, shard, ByID, gen), id...)
}

// AppendByPred appends a predicate index key.
func AppendByPred(dst []byte, shard uint16, gen uint8, path, predicate, id []byte) []byte {
	dst = AppendIndexPrefix(dst, shard, ByPred, gen)
	return append(AppendPair(dst, predicate, path), id...)
}

// AppendBySource appends a source index key.
func AppendBySource(dst []byte, shard uint16, gen uint8, source, suffix []byte) []byte {
	dst = AppendIndexPrefix(dst, shard, BySource, gen)
	dst = append(dst, source...)
	dst = append(dst, 0)
	return append(dst, suffix...)
}

// AppendByRecorded appends the recorded index key of a claim. recorded is
// positive.
func AppendByRecorded(dst []byte, shard uint16, gen uint8, recorded int64, ordinal uint32, suffix []byte) []byte {
	dst = AppendIndexPrefix(dst, shard, ByRecorded, gen)
	dst = binary.BigEndian.AppendUint64(dst, uint64(recorded))
	dst = append(dst, RecordedRow)
	dst = binary.BigEndian.AppendUint32(dst, ordinal)
	return append(dst, suffix...)
}

// AppendByRecordedTxn appends the recorded index key of a settled transaction.
func AppendByRecordedTxn(dst []byte, shard uint16, gen uint8, recorded int64, seq uint64) []byte {
	dst = AppendIndexPrefix(dst, shard, ByRecorded, gen)
	dst = binary.BigEndian.AppendUint64(dst, uint64(recorded))
	dst = append(dst, RecordedTxn)
	return binary.BigEndian.AppendUint64(dst, seq)
}

// SplitByPred splits what follows the generation in a predicate index key.
func SplitByPred(b []byte) (path, predicate, id []byte, err error) {
	predicate, path, id, err = SplitPair(b)
	if err == nil && len(id) != IDLen {
		err = ErrMalformed
	}
	return path, predicate, id, err
}

// SplitBySource splits what follows the generation in a source index key.
func SplitBySource(b []byte) (source, suffix []byte, err error) {
	i := bytes.IndexByte(b, 0)
	if i <= 0 {
		return nil, nil, ErrMalformed
	}
	if _, _, _, err := SplitSuffix(b[i+1:]); err != nil {
		return nil, nil, err
	}
	return b[:i], b[i+1:], nil
}

// RecordedEntry is a decoded recorded index key: a claim's (Seq 0) or a
// settled transaction's.
type RecordedEntry struct {
	Recorded int64
	Seq      uint64
	Ordinal  uint32
	Suffix   []byte
}

// SplitByRecorded decodes what follows the generation in a recorded index key.
func SplitByRecorded(b []byte) (RecordedEntry, error) {
	if len(b) < 9 {
		return RecordedEntry{}, ErrMalformed
	}
	e := RecordedEntry{Recorded: int64(binary.BigEndian.Uint64(b))}
	switch rest := b[9:]; {
	case b[8] == RecordedTxn && len(rest) == 8:
		e.Seq = binary.BigEndian.Uint64(rest)
	case b[8] == RecordedRow && len(rest) > 4:
		e.Ordinal, e.Suffix = binary.BigEndian.Uint32(rest), rest[4:]
		if _, _, _, err := SplitSuffix(e.Suffix); err != nil {
			return e, err
		}
	default:
		return e, ErrMalformed
	}
	return e, nil
}
