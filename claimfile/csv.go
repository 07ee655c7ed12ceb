package claimfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// csvReader reads CSV with a header. Records are cut here, by the rules of
// quotes alone, and each is parsed on its own: one broken record is a reject
// and does not take the rest of the file with it. Where a quote is never
// closed, the line that opened it is the reject, and what was read behind it
// is read again.
type csvReader struct {
	r      *bufio.Reader
	again  []byte // read before, to be read again before r
	out    *Reader
	comma  rune
	column []int // claim column of each field; -1: dropped
	line   int64 // lines read
	raw    []byte
}

// maxRecord bounds one record in bytes.
const maxRecord = 8 << 20

func newCSV(r *bufio.Reader, out *Reader) (*csvReader, error) {
	c := &csvReader{r: r, out: out, comma: ','}
	if out.opt.Delimiter != 0 {
		c.comma = rune(out.opt.Delimiter)
	}
	if bom, err := r.Peek(3); err == nil && bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		if _, err := r.Discard(3); err != nil {
			return nil, err
		}
	}
	_, raw, err := c.cut()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: the file is empty", ErrHeader)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHeader, err)
	}
	names, err := c.parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHeader, err)
	}
	seen := map[int]string{}
	for _, name := range names {
		i, err := out.opt.target(strings.TrimSpace(name))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrHeader, err)
		}
		if other, twice := seen[i]; twice && i >= 0 {
			return nil, fmt.Errorf("%w: columns %q and %q are both %s", ErrHeader, other, name, Columns[i])
		}
		seen[i] = name
		c.column = append(c.column, i)
	}
	return c, nil
}

func (c *csvReader) read() (*Record, *Reject, error) {
	for {
		line, raw, err := c.cut()
		if errors.Is(err, errTooLong) || errors.Is(err, errOpenQuote) {
			return nil, &Reject{Line: line, Reason: err.Error(), Raw: bytes.Clone(raw)}, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		fields, err := c.parse(raw)
		if err == nil && len(fields) != len(c.column) {
			err = fmt.Errorf("there are %d fields where the header has %d", len(fields), len(c.column))
		}
		if err != nil {
			return nil, &Reject{Line: line, Reason: err.Error(), Raw: bytes.Clone(raw)}, nil
		}
		rec := &c.out.rec
		rec.Line, rec.Raw = line, raw
		clear(rec.Fields)
		for i, text := range fields {
			if to := c.column[i]; to >= 0 && text != "" {
				rec.Fields[to] = Field{Text: text, Given: true}
			}
		}
		return rec, nil, nil
	}
}

func (c *csvReader) parse(raw []byte) ([]string, error) {
	p := csv.NewReader(bytes.NewReader(raw))
	p.Comma, p.FieldsPerRecord = c.comma, -1
	fields, err := p.Read()
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		err = fmt.Errorf("%w at column %d", pe.Err, pe.Column)
	}
	return fields, err
}

var (
	errTooLong   = fmt.Errorf("the record is longer than %d bytes", maxRecord)
	errOpenQuote = errors.New("a quote is opened and never closed")
)

// cut returns the next record's bytes: up to a newline outside of quotes.
func (c *csvReader) cut() (line int64, raw []byte, err error) {
	c.raw = c.raw[:0]
	line = c.line + 1
	quotes := 0
	for {
		part, err := c.part()
		if len(c.raw)+len(part) > maxRecord {
			return line, c.raw, c.overlong(line, part, err)
		}
		quotes += bytes.Count(part, []byte{'"'})
		c.raw = append(c.raw, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(c.raw) == 0):
			return line, nil, err
		case err != nil && quotes%2 != 0 && c.resume(line, nil):
			return line, c.raw, errOpenQuote
		}
		c.line++
		if err != nil || quotes%2 == 0 {
			return line, bytes.TrimRight(c.raw, "\r\n"), nil
		}
	}
}

// part reads to the next newline, or what there is of a long line with
// bufio.ErrBufferFull.
func (c *csvReader) part() ([]byte, error) {
	if len(c.again) == 0 {
		return c.r.ReadSlice('\n')
	}
	part, rest, whole := bytes.Cut(c.again, []byte{'\n'})
	if !whole {
		c.again = nil
		return part, bufio.ErrBufferFull
	}
	part, c.again = c.again[:len(part)+1], rest
	return part, nil
}

// resume leaves a record's first line in raw, and has the lines behind it,
// part among them, read again. False when there is only one line.
func (c *csvReader) resume(line int64, part []byte) bool {
	first, rest, more := bytes.Cut(c.raw, []byte{'\n'})
	if !more {
		return false
	}
	c.again = bytes.Join([][]byte{rest, part, c.again}, nil)
	c.raw, c.line = bytes.TrimRight(first, "\r"), line
	return true
}

// overlong ends a record that grew too long with part: behind its first line
// if it has several, else at the end of the line.
func (c *csvReader) overlong(line int64, part []byte, err error) error {
	if c.resume(line, part) {
		return errOpenQuote
	}
	c.line = line
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = c.part()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return errTooLong
}
