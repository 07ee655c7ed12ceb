package sql

import (
	"bytes"
	"strings"

	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// copyWriter turns rows into COPY lines.
type copyWriter struct {
	csv        bool
	binary     bool
	delim      byte
	quote, esc byte
	null       string
	force      []bool // FORCE_QUOTE by column
	fmt        *types.Format
	line       []byte
	headed     bool // binary: the head has gone out
	field      []byte
	special    [256]bool      // text: bytes to escape; csv: bytes that force quotes
	coder      *charset.Coder // of the data's encoding; nil: UTF8
	encoded    []byte         // the newest line, in it
}

func newCopyWriter(c *plan.Copy, columns []plan.Column, f *types.Format) *copyWriter {
	w := &copyWriter{csv: c.Format == "csv", binary: c.Format == "binary", delim: '\t', quote: '"', null: "\\N", fmt: f, force: make([]bool, len(columns))}
	if w.csv {
		w.delim, w.null = ',', ""
	}
	if c.Delimiter != nil {
		w.delim = (*c.Delimiter)[0]
	}
	if c.Null != nil {
		w.null = *c.Null
	}
	if c.Quote != nil {
		w.quote = (*c.Quote)[0]
	}
	w.esc = w.quote
	if c.Escape != nil {
		w.esc = (*c.Escape)[0]
	}
	for i, col := range columns {
		w.force[i] = c.ForceQuoteAll
		for _, name := range c.ForceQuote {
			w.force[i] = w.force[i] || name == col.Name
		}
	}
	if w.csv {
		for _, b := range []byte{w.delim, w.quote, '\n', '\r'} {
			w.special[b] = true
		}
	} else {
		for _, b := range []byte{w.delim, '\\', '\b', '\f', '\n', '\r', '\t', '\v'} {
			w.special[b] = true
		}
	}
	return w
}

// header returns the line of column names.
func (w *copyWriter) header(columns []plan.Column) []byte {
	w.line = w.line[:0]
	for i, c := range columns {
		if i > 0 {
			w.line = append(w.line, w.delim)
		}
		w.put([]byte(c.Name), false)
	}
	return append(w.line, '\n')
}

// row returns row i of b as a line, valid until the next call.
func (w *copyWriter) row(b *types.Batch, i int) ([]byte, error) {
	w.line = w.line[:0]
	for k := range b.Cols {
		if k > 0 {
			w.line = append(w.line, w.delim)
		}
		v := &b.Cols[k]
		if v.IsNull(i) {
			w.line = append(w.line, w.null...)
			continue
		}
		var err error
		if w.field, err = types.AppendText(w.field[:0], v.Type, v, i, w.fmt); err != nil {
			return nil, err
		}
		w.put(w.field, w.force[k])
	}
	w.line = append(w.line, '\n')
	return w.line, nil
}

func (w *copyWriter) put(field []byte, force bool) {
	if w.csv {
		w.putCSV(field, force)
		return
	}
	for _, c := range field {
		if !w.special[c] {
			w.line = append(w.line, c)
			continue
		}
		w.line = append(w.line, '\\')
		if i := strings.IndexByte("\bb\ff\nn\rr\tt\vv", c); i >= 0 && i%2 == 0 {
			c = "\bb\ff\nn\rr\tt\vv"[i+1]
		}
		w.line = append(w.line, c)
	}
}

func (w *copyWriter) putCSV(field []byte, force bool) {
	quote := force || string(field) == w.null || string(field) == `\.`
	for _, c := range field {
		if w.special[c] {
			quote = true
			break
		}
	}
	if !quote {
		w.line = append(w.line, field...)
		return
	}
	w.line = append(w.line, w.quote)
	if bytes.IndexByte(field, w.quote) < 0 && bytes.IndexByte(field, w.esc) < 0 {
		w.line = append(w.line, field...)
	} else {
		for _, c := range field {
			if c == w.quote || c == w.esc {
				w.line = append(w.line, w.esc)
			}
			w.line = append(w.line, c)
		}
	}
	w.line = append(w.line, w.quote)
}
