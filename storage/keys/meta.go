package keys

import "encoding/binary"

// A state row's key is opaque bytes and may hold NUL: 00 is written 00 FF and
// the end 00 01, so that order is kept and no key is another's prefix.
const (
	escape     = 0x00
	escapedNUL = 0xFF
	terminator = 0x01
)

// AppendMetaPrefix appends what all versions of all rows of a table begin with.
func AppendMetaPrefix(dst []byte, shard, table uint16) []byte {
	return append(AppendPrefix(dst, shard, Meta), byte(table>>8), byte(table))
}

// AppendMeta appends the key of one version of a state row.
func AppendMeta(dst []byte, shard, table uint16, key []byte, recorded int64) []byte {
	dst = AppendMetaPrefix(dst, shard, table)
	for _, c := range key {
		dst = append(dst, c)
		if c == escape {
			dst = append(dst, escapedNUL)
		}
	}
	dst = append(dst, escape, terminator)
	return binary.BigEndian.AppendUint64(dst, uint64(recorded))
}

// SplitMeta decodes what follows the kind in a state row's key, appending the
// row's own key to dst.
func SplitMeta(dst, b []byte) (table uint16, key []byte, recorded int64, err error) {
	if len(b) < 2 {
		return 0, dst, 0, ErrMalformed
	}
	table, b = binary.BigEndian.Uint16(b), b[2:]
	for i := 0; i < len(b); i++ {
		if b[i] != escape {
			dst = append(dst, b[i])
			continue
		}
		if i++; i == len(b) {
			break
		}
		switch b[i] {
		case escapedNUL:
			dst = append(dst, escape)
		case terminator:
			if len(b)-i-1 != 8 {
				return table, dst, 0, ErrMalformed
			}
			return table, dst, int64(binary.BigEndian.Uint64(b[i+1:])), nil
		default:
			return table, dst, 0, ErrMalformed
		}
	}
	return table, dst, 0, ErrMalformed
}

// AppendMetaChange appends the key that notes one change of the state tables.
func AppendMetaChange(dst []byte, shard uint16, recorded int64, index uint64) []byte {
	dst = AppendPrefix(dst, shard, MetaChange)
	dst = binary.BigEndian.AppendUint64(dst, uint64(recorded))
	return binary.BigEndian.AppendUint64(dst, index)
}

// SplitMetaChange decodes what follows the kind in a change note's key.
func SplitMetaChange(b []byte) (recorded int64, index uint64, err error) {
	if len(b) != 16 {
		return 0, 0, ErrMalformed
	}
	return int64(binary.BigEndian.Uint64(b)), binary.BigEndian.Uint64(b[8:]), nil
}
