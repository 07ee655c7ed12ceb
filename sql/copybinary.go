package sql

import (
	"encoding/binary"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// copySignature begins a COPY stream in binary format.
const copySignature = "PGCOPY\n\xff\r\n\x00"

// nextBinary cuts the next tuple of a binary stream.
func (r *copyReader) nextBinary(last bool) ([]copyField, bool, error) {
	if r.ended {
		return nil, false, nil
	}
	if !r.begun {
		ok, err := r.binaryHeader()
		if err != nil || !ok {
			return nil, false, r.cutOff(last && err == nil, err)
		}
	}
	rest := r.block[r.pos:]
	if len(rest) < 2 {
		return nil, false, nil // at the end the trailer may be missing, as in PostgreSQL
	}
	count := int16(binary.BigEndian.Uint16(rest))
	rest = rest[2:]
	if count == -1 {
		r.ended = true
		return nil, false, nil
	}
	if count < 0 {
		return nil, false, sqlerr.New(sqlerr.BadCopyFileFormat, "row field count is %d", count)
	}
	r.fields = r.fields[:0]
	for range count {
		if len(rest) < 4 {
			return nil, false, r.cutOff(last, nil)
		}
		n := int32(binary.BigEndian.Uint32(rest))
		rest = rest[4:]
		if n == -1 {
			r.fields = append(r.fields, copyField{null: true})
			continue
		}
		if n < 0 || n > maxCopyLine {
			return nil, false, sqlerr.New(sqlerr.BadCopyFileFormat, "invalid field size")
		}
		if len(rest) < int(n) {
			return nil, false, r.cutOff(last, nil)
		}
		r.fields = append(r.fields, copyField{s: text(rest[:n])})
		rest = rest[n:]
	}
	r.pos = len(r.block) - len(rest)
	r.scan = r.pos
	r.line++
	return r.fields, true, nil
}

// binaryHeader passes signature, flags and extension; ok is false when more
// data is needed.
func (r *copyReader) binaryHeader() (ok bool, err error) {
	const fixed = len(copySignature) + 8
	rest := r.block[r.pos:]
	if len(rest) < fixed {
		return false, nil
	}
	if string(rest[:len(copySignature)]) != copySignature {
		return false, sqlerr.New(sqlerr.BadCopyFileFormat, "COPY file signature not recognized")
	}
	flags := binary.BigEndian.Uint32(rest[len(copySignature):])
	extension := binary.BigEndian.Uint32(rest[len(copySignature)+4:])
	if flags>>16 != 0 || extension > copyBlock {
		return false, sqlerr.New(sqlerr.BadCopyFileFormat, "unrecognized critical flags in COPY file header")
	}
	if len(rest) < fixed+int(extension) {
		return false, nil
	}
	r.pos += fixed + int(extension)
	r.begun = true
	return true, nil
}

// cutOff complains when the stream is over in the middle.
func (r *copyReader) cutOff(last bool, err error) error {
	if err == nil && last {
		return sqlerr.New(sqlerr.BadCopyFileFormat, "unexpected EOF in COPY data")
	}
	return err
}

// binaryHead is what a binary COPY TO begins with, binaryTail its end.
func binaryHead() []byte { return append([]byte(copySignature), make([]byte, 8)...) }

var binaryTail = []byte{0xff, 0xff}

// begun puts the head of a binary COPY TO before what goes out first: clients look for
// it in the first row's message.
func (w *copyWriter) begun(next []byte) []byte {
	if w.headed {
		return next
	}
	w.headed = true
	return append(binaryHead(), next...)
}

// binaryRow returns row i of b as a tuple, valid until the next call.
func (w *copyWriter) binaryRow(b *types.Batch, i int) ([]byte, error) {
	w.line = w.begun(w.line[:0])
	w.line = binary.BigEndian.AppendUint16(w.line, uint16(len(b.Cols)))
	for k := range b.Cols {
		v := &b.Cols[k]
		if v.IsNull(i) {
			w.line = append(w.line, 0xff, 0xff, 0xff, 0xff)
			continue
		}
		at := len(w.line)
		var err error
		w.line = append(w.line, 0, 0, 0, 0)
		if w.coder == nil {
			w.line, err = types.AppendBinary(w.line, v.Type, v, i)
		} else if w.field, err = types.AppendBinary(w.field[:0], v.Type, v, i); err == nil {
			w.line, err = types.RecodeBinary(w.line, v.Type, w.field, w.coder.Encode)
		}
		if err != nil {
			return nil, err
		}
		binary.BigEndian.PutUint32(w.line[at:], uint32(len(w.line)-at-4))
	}
	return w.line, nil
}

// copyFormats are the format codes of a COPY's n columns.
func copyFormats(c *plan.Copy, n int) (overall int8, columns []int16) {
	columns = make([]int16, n)
	if c.Format != "binary" {
		return 0, columns
	}
	for i := range columns {
		columns[i] = 1
	}
	return 1, columns
}
