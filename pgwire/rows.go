package pgwire

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// colCodec is how a column's values are encoded; the common ones are done
// here, inline, the rest by package types.
type colCodec uint8

const (
	encText     colCodec = iota // by types.AppendText
	encBinary                   // by types.AppendBinary
	encString                   // the string as it is, either format
	encIntText                  // decimal digits
	encBoolText                 // t or f
	encBool                     // one byte
	encInt16
	encInt32
	encInt64
	encFloat32
	encFloat64
)

// codecFor chooses the codec of a type in a format (0 text, 1 binary).
func codecFor(t types.OID, format int16) colCodec {
	switch t {
	case types.OIDText, types.OIDVarchar, types.OIDName, types.OIDUnknown, types.OIDJSON:
		return encString
	case types.OIDBool:
		return pick(format, encBoolText, encBool)
	case types.OIDInt2:
		return pick(format, encIntText, encInt16)
	case types.OIDInt4:
		return pick(format, encIntText, encInt32)
	case types.OIDOID:
		return pick(format, encText, encInt32)
	case types.OIDInt8:
		return pick(format, encIntText, encInt64)
	case types.OIDTimestamp, types.OIDTimestamptz:
		return pick(format, encText, encInt64)
	case types.OIDFloat4:
		return pick(format, encText, encFloat32)
	case types.OIDFloat8:
		return pick(format, encText, encFloat64)
	}
	return pick(format, encText, encBinary)
}

func pick(format int16, asText, asBinary colCodec) colCodec {
	if format == 1 {
		return asBinary
	}
	return asText
}

// rowEncoder is the RowSink that writes DataRows straight from a batch's
// columns into the connection's buffer. One lives in each connection.
type rowEncoder struct {
	w      *writer
	cols   []plan.Column
	codecs []colCodec
	format *types.Format
}

// prepare readies the encoder for a result.
func (e *rowEncoder) prepare(cols []plan.Column, formats []int16, f *types.Format) {
	e.cols, e.format = cols, f
	e.codecs = e.codecs[:0]
	for i := range cols {
		var code int16
		if formats != nil {
			code = formats[i]
		}
		e.codecs = append(e.codecs, codecFor(cols[i].Type, code))
	}
}

// maxRow bounds an encoded row: its length field is an int32, and PostgreSQL
// refuses at 1 GiB.
const maxRow = 1<<30 - 1

// Rows encodes a batch.
func (e *rowEncoder) Rows(b *types.Batch) error {
	w := e.w
	if len(b.Cols) != len(e.cols) {
		return sqlerr.New(sqlerr.InternalError, "result has %d columns where %d were described", len(b.Cols), len(e.cols))
	}
	for i := range b.N {
		start := len(w.buf)
		w.buf = append(w.buf, 'D', 0, 0, 0, 0, byte(len(e.cols)>>8), byte(len(e.cols)))
		for k := range e.cols {
			if err := e.value(k, &b.Cols[k], i); err != nil {
				w.buf = w.buf[:start]
				return err
			}
		}
		n := len(w.buf) - start - 1
		if n > maxRow {
			w.buf = w.buf[:start]
			return sqlerr.New(sqlerr.ProgramLimitExceeded, "row of %d bytes is too large for the protocol", n)
		}
		binary.BigEndian.PutUint32(w.buf[start+1:], uint32(n))
		if len(w.buf) >= w.mark {
			if err := w.spill(); err != nil {
				return err
			}
		}
	}
	return w.err
}

// value appends one value with its length.
func (e *rowEncoder) value(k int, v *types.Vec, i int) error {
	buf := e.w.buf
	if v.Null != nil && v.Null[i] {
		e.w.buf = append(buf, 0xff, 0xff, 0xff, 0xff)
		return nil
	}
	var err error
	at := len(buf)
	buf = append(buf, 0, 0, 0, 0)
	switch e.codecs[k] {
	case encString:
		buf = append(buf, v.S[i]...)
	case encIntText:
		buf = strconv.AppendInt(buf, v.I[i], 10)
	case encBoolText:
		buf = append(buf, "ft"[v.I[i]&1])
	case encBool:
		buf = append(buf, byte(v.I[i]&1))
	case encInt16:
		buf = binary.BigEndian.AppendUint16(buf, uint16(v.I[i]))
	case encInt32:
		buf = binary.BigEndian.AppendUint32(buf, uint32(v.I[i]))
	case encInt64:
		buf = binary.BigEndian.AppendUint64(buf, uint64(v.I[i]))
	case encFloat32:
		buf = binary.BigEndian.AppendUint32(buf, math.Float32bits(float32(v.F[i])))
	case encFloat64:
		buf = binary.BigEndian.AppendUint64(buf, math.Float64bits(v.F[i]))
	case encBinary:
		buf, err = types.AppendBinary(buf, e.cols[k].Type, v, i)
	default:
		buf, err = types.AppendText(buf, e.cols[k].Type, v, i, e.format)
	}
	if err == nil && e.w.coder != nil {
		buf, err = e.w.encodeValue(buf, at+4, e.cols[k].Type, e.codecs[k])
	}
	if err != nil {
		return err
	}
	binary.BigEndian.PutUint32(buf[at:], uint32(len(buf)-at-4))
	e.w.buf = buf
	return nil
}
