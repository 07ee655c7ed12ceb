package sql

import (
	"bytes"
	"unsafe"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// copyBlock is how much COPY data lies in one block. Fields point into blocks,
// which are used again only when recycle says that nobody looks at them.
const copyBlock = 128 << 10

// maxCopyLine bounds one record, as PostgreSQL's 1 GB does for it.
const maxCopyLine = 16 << 20

// copyField is one field of a record as text.
type copyField struct {
	s    string
	null bool
}

// copyReader cuts a COPY stream in text or CSV format into records. Data is
// appended with feed in pieces of any size; next gives record after record.
type copyReader struct {
	csv         bool
	binary      bool
	begun       bool // binary: the header was read
	delim       byte
	quote, esc  byte
	null        string
	forceNull   []bool // by column; nil: none
	forceNotNil []bool

	block  []byte   // filled from the front; [pos:] is not yet cut
	passed [][]byte // full blocks that fields point into
	free   [][]byte // blocks to be filled again
	pos    int
	scan   int  // where the search for the record's end goes on
	quoted bool // the search stands inside quotes
	ended  bool // "\." was seen
	line   int64
	arena  []byte // where unescaped fields are built
	fields []copyField
	record []byte // the newest, until the next is cut
}

func newCopyReader(c *plan.Copy) *copyReader {
	r := &copyReader{csv: c.Format == "csv", binary: c.Format == "binary", delim: '\t', quote: '"', null: "\\N"}
	if r.csv {
		r.delim, r.null = ',', ""
	}
	if c.Delimiter != nil {
		r.delim = (*c.Delimiter)[0]
	}
	if c.Null != nil {
		r.null = *c.Null
	}
	if c.Quote != nil {
		r.quote = (*c.Quote)[0]
	}
	r.esc = r.quote
	if c.Escape != nil {
		r.esc = (*c.Escape)[0]
	}
	return r
}

// feed appends data; p is copied.
func (r *copyReader) feed(p []byte) error {
	if r.ended {
		return nil
	}
	if len(r.block)+len(p) > cap(r.block) {
		rest := r.block[r.pos:]
		if len(rest)+len(p) > maxCopyLine+copyBlock {
			return sqlerr.New(sqlerr.ProgramLimitExceeded, "COPY line %d is longer than %d bytes", r.line+1, maxCopyLine)
		}
		r.scan -= r.pos
		r.passed = append(r.passed, r.block)
		r.block, r.pos = append(r.newBlock(len(rest)+len(p)), rest...), 0
	}
	r.block = append(r.block, p...)
	return nil
}

// newBlock returns an empty block with room for twice n bytes.
func (r *copyReader) newBlock(n int) []byte {
	if last := len(r.free) - 1; last >= 0 && 2*n <= copyBlock {
		b := r.free[last]
		r.free = r.free[:last]
		return b
	}
	return make([]byte, 0, max(copyBlock, 2*n))
}

// recycle says that the fields of all records cut so far were copied: their
// blocks may be filled again.
func (r *copyReader) recycle() {
	for _, b := range r.passed {
		if cap(b) == copyBlock {
			r.free = append(r.free, b[:0])
		}
	}
	r.passed = r.passed[:0]
}

// forget leaves the blocks of all records cut so far to their fields.
func (r *copyReader) forget() { r.passed = nil }

// next cuts the next whole record; ok is false when more data is needed. At
// the end of the stream last is true and what is left counts as a record.
func (r *copyReader) next(last bool) (fields []copyField, ok bool, err error) {
	if r.binary {
		return r.nextBinary(last)
	}
	if r.ended {
		return nil, false, nil
	}
	end, width := r.findEnd(last)
	if end < 0 {
		return nil, false, nil
	}
	rec := r.block[r.pos:end]
	r.record = rec
	r.pos = end + width
	r.scan, r.quoted = r.pos, false
	r.line++
	if len(rec) == 2 && rec[0] == '\\' && rec[1] == '.' {
		r.ended = true
		return nil, false, nil
	}
	r.fields = r.fields[:0]
	if r.csv {
		err = r.cutCSV(rec)
	} else {
		err = r.cutText(rec)
	}
	return r.fields, err == nil, err
}

// findEnd finds the end of the record that starts at pos and the width of its
// newline, or -1.
func (r *copyReader) findEnd(last bool) (end, width int) {
	for {
		i := bytes.IndexByte(r.block[r.scan:], '\n')
		stop := len(r.block)
		if i >= 0 {
			stop = r.scan + i
		}
		if r.csv {
			r.quoted = r.quotedAfter(r.block[r.scan:stop], r.quoted)
		} else if i >= 0 && oddBackslashes(r.block[r.pos:stop]) {
			r.scan = stop + 1 // an escaped newline is data
			continue
		}
		if i < 0 {
			r.scan = stop
			if last && r.pos < len(r.block) {
				return stop, 0
			}
			return -1, 0
		}
		if r.quoted {
			r.scan = stop + 1
			continue
		}
		if stop > r.pos && r.block[stop-1] == '\r' {
			return stop - 1, 2
		}
		return stop, 1
	}
}

// quotedAfter tells whether the text after seg stands inside quotes. Escapes
// that differ from the quote are honoured inside quotes only.
func (r *copyReader) quotedAfter(seg []byte, in bool) bool {
	if bytes.IndexByte(seg, r.quote) < 0 && (!in || r.esc == r.quote) {
		return in
	}
	for i := 0; i < len(seg); i++ {
		switch {
		case in && r.esc != r.quote && seg[i] == r.esc && i+1 < len(seg) && (seg[i+1] == r.quote || seg[i+1] == r.esc):
			i++
		case seg[i] == r.quote:
			in = !in
		}
	}
	return in
}

func oddBackslashes(b []byte) bool {
	n := 0
	for n < len(b) && b[len(b)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// text returns bytes of a block or the arena, which never change, as a string.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (r *copyReader) cutText(rec []byte) error {
	for start := 0; ; {
		end := start
		escaped := false
		for ; end < len(rec) && rec[end] != r.delim; end++ {
			if rec[end] == '\\' {
				escaped = true
				end++
			}
		}
		end = min(end, len(rec))
		raw := rec[start:end]
		switch {
		case string(raw) == r.null:
			r.fields = append(r.fields, copyField{null: true})
		case escaped:
			r.fields = append(r.fields, copyField{s: r.unescape(raw)})
		default:
			r.fields = append(r.fields, copyField{s: text(raw)})
		}
		if end >= len(rec) {
			return nil
		}
		start = end + 1
	}
}

// room makes the arena able to take n more bytes without moving.
func (r *copyReader) room(n int) int {
	if cap(r.arena)-len(r.arena) < n {
		r.arena = make([]byte, 0, max(copyBlock, n))
	}
	return len(r.arena)
}

var simpleEscapes = [256]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// unescape undoes the text format's backslashes.
func (r *copyReader) unescape(raw []byte) string {
	from := r.room(len(raw))
	out := r.arena
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' || i+1 == len(raw) {
			out = append(out, c)
			continue
		}
		i++
		c = raw[i]
		switch {
		case simpleEscapes[c] != 0:
			out = append(out, simpleEscapes[c])
		case c >= '0' && c <= '7':
			v := int(c - '0')
			for n := 1; n < 3 && i+1 < len(raw) && raw[i+1] >= '0' && raw[i+1] <= '7'; n++ {
				i++
				v = v<<3 | int(raw[i]-'0')
			}
			out = append(out, byte(v))
		case c == 'x' && i+1 < len(raw) && hexDigit(raw[i+1]) >= 0:
			v := 0
			for n := 0; n < 2 && i+1 < len(raw) && hexDigit(raw[i+1]) >= 0; n++ {
				i++
				v = v<<4 | hexDigit(raw[i])
			}
			out = append(out, byte(v))
		default:
			out = append(out, c)
		}
	}
	r.arena = out
	return text(out[from:])
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func (r *copyReader) cutCSV(rec []byte) error {
	for start := 0; ; {
		field, end, err := r.csvField(rec, start, len(r.fields))
		if err != nil {
			return err
		}
		r.fields = append(r.fields, field)
		if end >= len(rec) {
			return nil
		}
		start = end + 1
	}
}

// csvField reads the field that starts at start and ends before end.
func (r *copyReader) csvField(rec []byte, start, column int) (copyField, int, error) {
	end := start
	for end < len(rec) && rec[end] != r.delim && rec[end] != r.quote {
		end++
	}
	if end == len(rec) || rec[end] == r.delim {
		raw := rec[start:end]
		null := string(raw) == r.null && (r.forceNotNil == nil || column >= len(r.forceNotNil) || !r.forceNotNil[column])
		return copyField{s: text(raw), null: null}, end, nil
	}
	from := r.room(len(rec) - start)
	out := r.arena
	in := false
	i := start
	for ; i < len(rec); i++ {
		c := rec[i]
		if !in {
			if c == r.delim {
				break
			}
			if c == r.quote {
				in = true
				continue
			}
			out = append(out, c)
			continue
		}
		if c == r.esc && i+1 < len(rec) && (rec[i+1] == r.quote || rec[i+1] == r.esc) {
			i++
			out = append(out, rec[i])
			continue
		}
		if c == r.quote {
			in = false
			continue
		}
		out = append(out, c)
	}
	if in {
		return copyField{}, 0, sqlerr.New(sqlerr.BadCopyFileFormat, "unterminated CSV quoted field")
	}
	r.arena = out
	s := text(out[from:])
	null := r.forceNull != nil && column < len(r.forceNull) && r.forceNull[column] && s == r.null
	return copyField{s: s, null: null}, i, nil
}
