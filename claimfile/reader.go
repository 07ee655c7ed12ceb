package claimfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Columns are the fields that a claim may have in a file: the columns of
// assertions that a client may write, in order.
var Columns = []string{
	"id", "concept_path", "predicate", "value", "value_type", "unit", "source", "source_class", "confidence", "lifecycle",
	"epoch", "revises", "derived_from", "evidence", "valid_from", "valid_to", "asserted_at", "metadata", "signer", "signature",
}

// Record is one claim as text. Fields is as long as Columns; an absent or
// blank field has Given false.
type Record struct {
	Line   int64 // of the file, from 1, where the record begins
	Raw    []byte
	Fields []Field
}

// Field is one value.
type Field struct {
	Text  string
	Given bool
}

// Reject is a record that is no claim, with the reason.
type Reject struct {
	Line   int64
	Reason string
	Raw    []byte // the record as it stands in the file
}

// Options configure a Reader.
type Options struct {
	Format string // csv, ndjson; "" by the name
	// Map gives the claim's column for a column of the file; "" drops it.
	Map map[string]string
	// Defaults fill fields that a record does not give, by column.
	Defaults  map[string]string
	Delimiter byte // csv; 0: comma, or tab for .tsv
}

// FormatOf tells a file's format from its name.
func FormatOf(name string) (string, error) {
	base := strings.TrimSuffix(strings.ToLower(filepath.Base(name)), ".gz")
	switch filepath.Ext(base) {
	case ".csv", ".tsv":
		return "csv", nil
	case ".ndjson", ".jsonl", ".json":
		return "ndjson", nil
	}
	return "", fmt.Errorf("cannot tell the format of %q by its name; say --format csv or ndjson", name)
}

// Reader reads records. Next returns either a record or a reject.
type Reader struct {
	opt  Options
	next func() (*Record, *Reject, error)
	rec  Record
}

// ErrHeader is wrapped by errors about a CSV header that cannot be used.
var ErrHeader = errors.New("csv header")

// New returns a reader over r, which may be gzip data whatever its name.
func New(r io.Reader, opt Options) (*Reader, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	br := bufio.NewReaderSize(r, 256<<10)
	if magic, err := br.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, fmt.Errorf("open gzip data: %w", err)
		}
		br = bufio.NewReaderSize(z, 256<<10)
	}
	out := &Reader{opt: opt}
	out.rec.Fields = make([]Field, len(Columns))
	switch opt.Format {
	case "csv":
		c, err := newCSV(br, out)
		if err != nil {
			return nil, err
		}
		out.next = c.read
	case "ndjson":
		out.next = (&ndjson{r: br, out: out}).read
	default:
		return nil, fmt.Errorf("format %q is not csv or ndjson", opt.Format)
	}
	return out, nil
}

func (o Options) check() error {
	for from, to := range o.Map {
		if to != "" && !slices.Contains(Columns, to) {
			return fmt.Errorf("column %q is mapped to %q, which a claim does not have; it has %s", from, to, strings.Join(Columns, ", "))
		}
	}
	for name := range o.Defaults {
		if !slices.Contains(Columns, name) {
			return fmt.Errorf("a claim has no column %q; it has %s", name, strings.Join(Columns, ", "))
		}
	}
	return nil
}

// Next returns the next record, or a reject, or io.EOF. The record is valid
// until the next call. Other errors are of the file itself.
func (r *Reader) Next() (*Record, *Reject, error) {
	rec, rej, err := r.next()
	if rec != nil {
		r.fillDefaults(rec)
	}
	return rec, rej, err
}

func (r *Reader) fillDefaults(rec *Record) {
	for name, v := range r.opt.Defaults {
		if i := slices.Index(Columns, name); !rec.Fields[i].Given && v != "" {
			rec.Fields[i] = Field{Text: v, Given: true}
		}
	}
}

// target finds the claim's column for a column of the file: -1 to drop it.
func (o Options) target(name string) (int, error) {
	to, mapped := o.Map[name]
	if !mapped {
		to = name
	}
	if to == "" {
		return -1, nil
	}
	i := slices.Index(Columns, to)
	if i < 0 {
		return -1, fmt.Errorf("a claim has no column %q; map it (--map %s=concept_path) or drop it (--map %s=)", name, name, name)
	}
	return i, nil
}
