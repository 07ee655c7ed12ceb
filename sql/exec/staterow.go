package exec

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// stateFormat is the first byte of an encoded state row.
const stateFormat = 1

// EncodeRow encodes a row of a state table; ts are the columns' types, as many
// as there are datums. The package comment has the layout.
func EncodeRow(ts []types.OID, row []types.Datum) ([]byte, error) {
	if len(ts) != len(row) {
		return nil, fmt.Errorf("encode state row: %d columns of %d", len(row), len(ts))
	}
	out := []byte{stateFormat}
	var buf []byte
	for i, d := range row {
		if d.Null {
			out = append(out, 0)
			continue
		}
		buf = buf[:0]
		switch types.RepOf(ts[i]) {
		case types.RepInt:
			buf = binary.LittleEndian.AppendUint64(buf, uint64(d.I))
		case types.RepFloat:
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(d.F))
		case types.RepText:
			buf = append(buf, d.S...)
		default:
			var err error
			if buf, err = types.AppendTextDatum(buf, ts[i], d, types.DefaultFormat()); err != nil {
				return nil, fmt.Errorf("encode state row: %w", err)
			}
		}
		out = append(out, 1)
		out = binary.AppendUvarint(out, uint64(len(buf)))
		out = append(out, buf...)
	}
	return out, nil
}

// DecodeRow decodes a row of a state table into datums of its own. Columns
// that the row is too short for are NULL. Errors wrap storage.ErrCorrupt.
func DecodeRow(ts []types.OID, b []byte) ([]types.Datum, error) {
	if len(b) == 0 || b[0] != stateFormat {
		return nil, fmt.Errorf("decode state row: %w", storage.ErrCorrupt)
	}
	b = b[1:]
	out := make([]types.Datum, len(ts))
	for i, t := range ts {
		if len(b) == 0 {
			out[i] = types.NullDatum
			continue
		}
		present := b[0]
		b = b[1:]
		if present == 0 {
			out[i] = types.NullDatum
			continue
		}
		n, w := binary.Uvarint(b)
		if present != 1 || w <= 0 || n > uint64(len(b)-w) {
			return nil, fmt.Errorf("decode state row, column %d: %w", i, storage.ErrCorrupt)
		}
		field := b[w : w+int(n)]
		b = b[w+int(n):]
		d, err := decodeState(t, field)
		if err != nil {
			return nil, fmt.Errorf("decode state row, column %d: %w", i, err)
		}
		out[i] = d
	}
	return out, nil
}

func decodeState(t types.OID, field []byte) (types.Datum, error) {
	rep := types.RepOf(t)
	if (rep == types.RepInt || rep == types.RepFloat) && len(field) != 8 {
		return types.Datum{}, storage.ErrCorrupt
	}
	switch rep {
	case types.RepInt:
		return types.Int(int64(binary.LittleEndian.Uint64(field))), nil
	case types.RepFloat:
		return types.Float(math.Float64frombits(binary.LittleEndian.Uint64(field))), nil
	case types.RepText:
		return types.Text(string(field)), nil
	}
	return types.ParseText(t, -1, string(field), types.DefaultFormat())
}

// EncodeKey encodes a primary key of a state table, so that equal keys have
// equal bytes: the key columns as EncodeRow has them.
func EncodeKey(ts []types.OID, key []int, row []types.Datum) ([]byte, error) {
	kts, kds := make([]types.OID, len(key)), make([]types.Datum, len(key))
	for i, c := range key {
		kts[i], kds[i] = ts[c], row[c]
	}
	return EncodeRow(kts, kds)
}
