package claimfile

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// Target stores records: rows of CSV without a header, with the given columns,
// all or none. A *RowError says which row is at fault.
type Target interface {
	Copy(ctx context.Context, columns []string, rows io.Reader) (accepted int64, err error)
}

// RowError is a Target's complaint about one row.
type RowError struct {
	Row int // from 0
	Err error
}

func (e *RowError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

// Loader moves the records of a Reader into a Target in transactions of
// BatchRows rows. What the reader or the target refuses goes to Rejected, one
// record at a time.
type Loader struct {
	Reader    *Reader
	Target    Target
	Rejected  func(Reject) error
	Progress  func(Stats) // after each batch; may be nil
	BatchRows int         // 0: 5,000

	stats  Stats
	starts []int // offset of each row in buf
	lines  []int64
	raws   [][]byte
	buf    bytes.Buffer
	csv    *csv.Writer
	row    []string
}

// Stats counts records.
type Stats struct {
	Read     int64 `json:"read"`
	Accepted int64 `json:"accepted"`
	Rejected int64 `json:"rejected"`
}

const (
	defaultBatch = 5000
	batchBytes   = 4 << 20
)

// Run loads everything. An error of the file or of the connection ends it;
// what was accepted until then stays.
func (l *Loader) Run(ctx context.Context) (Stats, error) {
	if l.BatchRows == 0 {
		l.BatchRows = defaultBatch
	}
	l.csv = csv.NewWriter(&l.buf)
	l.row = make([]string, len(Columns))
	for {
		rec, rej, err := l.Reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return l.stats, l.store(ctx)
		case err != nil:
			return l.stats, errors.Join(fmt.Errorf("read behind record %d: %w", l.stats.Read, err), l.store(ctx))
		case rej != nil:
			l.stats.Read++
			err = l.reject(*rej)
		default:
			l.stats.Read++
			err = l.add(rec)
		}
		if err == nil && (len(l.starts) >= l.BatchRows || l.buf.Len() > batchBytes) {
			err = l.store(ctx)
		}
		if err != nil {
			return l.stats, err
		}
	}
}

func (l *Loader) reject(r Reject) error {
	l.stats.Rejected++
	return l.Rejected(r)
}

// add writes a record as a CSV row; what is not given is an empty field,
// which is NULL and so "not given" to the target too.
func (l *Loader) add(rec *Record) error {
	for i, f := range rec.Fields {
		l.row[i] = f.Text
	}
	l.starts = append(l.starts, l.buf.Len())
	l.lines = append(l.lines, rec.Line)
	l.raws = append(l.raws, bytes.Clone(rec.Raw))
	if err := l.csv.Write(l.row); err != nil {
		return fmt.Errorf("write row: %w", err)
	}
	l.csv.Flush()
	return l.csv.Error()
}

// store sends the pending rows. At a row at fault, the rows before it are
// sent again without it, and the loading goes on behind it.
func (l *Loader) store(ctx context.Context) error {
	from, n := 0, len(l.starts)
	for from < n {
		to := n
		accepted, err := l.copy(ctx, from, to)
		var bad *RowError
		if errors.As(err, &bad) && bad.Row >= 0 && bad.Row < to-from {
			to = from + bad.Row
			if accepted, err = l.copy(ctx, from, to); err != nil {
				return err // the same rows were fine a moment ago
			}
			if err = l.reject(Reject{Line: l.lines[to], Reason: bad.Error(), Raw: l.raws[to]}); err != nil {
				return err
			}
			to++
		}
		if err != nil {
			return err
		}
		l.stats.Accepted += accepted
		from = to
	}
	l.starts, l.lines, l.raws = l.starts[:0], l.lines[:0], l.raws[:0]
	l.buf.Reset()
	if l.Progress != nil {
		l.Progress(l.stats)
	}
	return nil
}

func (l *Loader) copy(ctx context.Context, from, to int) (int64, error) {
	if from == to {
		return 0, nil
	}
	data := l.buf.Bytes()[l.starts[from]:]
	if to < len(l.starts) {
		data = data[:l.starts[to]-l.starts[from]]
	}
	return l.Target.Copy(ctx, Columns, bytes.NewReader(data))
}
