package sql

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// CopyIn takes the data of COPY … FROM STDIN. After an error of Write the
// front end drops the rest of the data and reports the error.
type CopyIn struct {
	s      *Session
	ctx    context.Context // the portal's: it is cancelled with the statement
	done   func(error) error
	plan   *copyPlan
	reader *copyReader
	batch  *types.Batch // of the fields, and with a filter of the line
	kept   *types.Batch // what the filter keeps of it; nil: there is none
	lines  []int64      // of the rows that are stored next
	// texts are the lines of the batch as they came, and numbers where they ended; they
	// point into the reader's blocks.
	texts   [][]byte
	numbers []int64
	header  bool
	rows    int64
	env     exec.Env
	fn      functions.Ctx
	failed  error
	// coder is of the data's encoding, nil: UTF8. raw are bytes of a character that is
	// not yet whole, decoded the newest data in UTF8.
	coder        *charset.Coder
	raw, decoded []byte
}

func newCopyIn(p *Portal) *CopyIn {
	s, cp := p.s, p.p.copy
	c := &CopyIn{s: s, ctx: p.ctx, plan: cp, reader: newCopyReader(cp.opt), header: cp.opt.Header != ""}
	ts := make([]types.OID, len(cp.targets))
	names := make([]string, len(cp.targets))
	for i, t := range cp.targets {
		ts[i], names[i] = cp.rel.Columns[t].Type, cp.rel.Columns[t].Name
	}
	if cp.filter != nil {
		ts = append(ts, types.OIDInt8)
		kept := make([]types.OID, len(cp.stored))
		for i, t := range cp.stored {
			kept[i] = cp.rel.Columns[t].Type
		}
		c.kept = types.NewBatch(kept)
	}
	c.batch, c.coder = types.NewBatch(ts), s.copyCoder(cp.opt)
	c.reader.forceNull = flags(names, cp.opt.ForceNull)
	c.reader.forceNotNil = flags(names, cp.opt.ForceNotNull)
	s.environment(&c.env, &c.fn)
	c.env.Txn = s.writer()
	c.env.Pending = s.txn.pending
	c.env.HoldChecks = true
	return c
}

func flags(names, wanted []string) []bool {
	if wanted == nil {
		return nil
	}
	out := make([]bool, len(names))
	for i, n := range names {
		for _, w := range wanted {
			out[i] = out[i] || w == n
		}
	}
	return out
}

// Format returns the overall format (0: text, 1: binary) and each column's.
func (c *CopyIn) Format() (overall int8, columns []int16) {
	return copyFormats(c.plan.opt, len(c.plan.targets))
}

// Write takes the next piece of the stream, of any size.
func (c *CopyIn) Write(p []byte) error {
	if c.failed != nil {
		return c.failed
	}
	var bad error
	if c.coder != nil && !c.reader.binary {
		p, bad = c.decode(p)
	}
	err := c.reader.feed(p)
	if err == nil {
		err = c.drain(false)
	}
	if err == nil && bad != nil {
		err = c.where(bad, c.reader.line+1, "", "")
	}
	return c.fail(err)
}

// fail notes the first error, ends the statement, and returns it.
func (c *CopyIn) fail(err error) error {
	if err != nil {
		c.failed = c.done(err)
		c.s.Fail()
	}
	return c.failed
}

// drain cuts and stores the records that are whole.
func (c *CopyIn) drain(last bool) error {
	for {
		fields, ok, err := c.reader.next(last)
		if err != nil {
			return c.where(err, c.reader.line, "", "")
		}
		if !ok {
			return nil
		}
		if c.header {
			c.header = false
			if err := c.checkHeader(fields); err != nil {
				return err
			}
			continue
		}
		if err := c.add(fields); err != nil {
			return err
		}
		if c.batch.N == types.BatchSize {
			if err := c.store(); err != nil {
				return err
			}
		}
	}
}

func (c *CopyIn) checkHeader(fields []copyField) error {
	if c.plan.opt.Header != "match" {
		return nil
	}
	if len(fields) != len(c.plan.targets) {
		return c.where(sqlerr.New(sqlerr.BadCopyFileFormat, "wrong number of fields in header line: got %d, expected %d", len(fields), len(c.plan.targets)), 1, "", "")
	}
	for i, t := range c.plan.targets {
		if want := c.plan.rel.Columns[t].Name; fields[i].s != want {
			return c.where(sqlerr.New(sqlerr.BadCopyFileFormat, "column name mismatch in header line field %d: got %q, expected %q", i+1, fields[i].s, want), 1, "", "")
		}
	}
	return nil
}

// add parses one record's fields into the batch.
func (c *CopyIn) add(fields []copyField) error {
	if len(fields) > len(c.plan.targets) {
		return c.where(sqlerr.New(sqlerr.BadCopyFileFormat, "extra data after last expected column"), c.reader.line, "", string(c.reader.record))
	}
	for i := range fields {
		v := &c.batch.Cols[i]
		f := &fields[i]
		if f.null {
			v.Append(types.NullDatum)
			continue
		}
		d, err := c.parse(v.Type, c.plan.rel.Columns[c.plan.targets[i]].Typmod, f.s)
		if err != nil {
			value := f.s
			if c.reader.binary {
				value = ""
			}
			return c.where(err, c.reader.line, c.plan.rel.Columns[c.plan.targets[i]].Name, value)
		}
		v.Append(d)
	}
	if len(fields) < len(c.plan.targets) {
		name := c.plan.rel.Columns[c.plan.targets[len(fields)]].Name
		return c.where(sqlerr.New(sqlerr.BadCopyFileFormat, "missing data for column %q", name), c.reader.line, "", string(c.reader.record))
	}
	if !c.reader.binary {
		c.texts, c.numbers = append(c.texts, c.reader.record), append(c.numbers, c.reader.line)
	}
	if c.kept != nil {
		c.batch.Cols[len(fields)].Append(types.Datum{I: c.reader.line})
	} else {
		c.lines = append(c.lines, c.reader.line)
	}
	c.batch.N++
	return nil
}

func (c *CopyIn) parse(t types.OID, typmod int32, s string) (types.Datum, error) {
	if c.reader.binary {
		b, err := c.decodeField(t, unsafe.Slice(unsafe.StringData(s), len(s)))
		if err != nil {
			return types.NullDatum, err
		}
		return types.ParseBinary(t, typmod, b)
	}
	return types.ParseText(t, typmod, s, &c.fn.Format)
}

// store hands the batch to the insert.
func (c *CopyIn) store() error {
	if c.batch.N == 0 {
		return nil
	}
	rows := c.batch
	if c.kept != nil {
		rows = c.kept
		if err := c.sift(); err != nil {
			return err
		}
	}
	if rows.N > 0 {
		n, err := c.run(c.plan.insert, rows, func(*types.Batch) {})
		if err != nil {
			return c.whereRow(err)
		}
		c.rows += n
	}
	c.batch.Reset()
	c.lines, c.texts, c.numbers = c.lines[:0], c.texts[:0], c.numbers[:0]
	if c.kept != nil {
		c.kept.Reset()
	}
	if c.plan.rel.Store == catalog.ClaimStore {
		c.reader.recycle() // claims are encoded by now
	} else {
		c.reader.forget()
	}
	return nil
}

// run runs a program over a batch, and returns how many rows it has written.
func (c *CopyIn) run(p *exec.Program, rows *types.Batch, take func(*types.Batch)) (int64, error) {
	c.env.Input = rows
	cur, err := p.Run(c.ctx, &c.env)
	if err != nil {
		return 0, err
	}
	defer cur.Close()
	for {
		b, err := cur.Next()
		if err != nil {
			return 0, err
		}
		if b == nil {
			return cur.Affected(), nil
		}
		take(b)
	}
}

// sift puts the rows for which the condition is true into kept.
func (c *CopyIn) sift() error {
	_, err := c.run(c.plan.filter, c.batch, func(b *types.Batch) {
		last := len(c.kept.Cols)
		for i := range c.kept.Cols {
			for row := range b.N {
				c.kept.Cols[i].AppendFrom(&b.Cols[i], row)
			}
		}
		c.kept.N += b.N
		c.lines = append(c.lines, b.Cols[last].I...)
	})
	if err == nil {
		return nil
	}
	// Which row is at fault, one after the other tells.
	line := &c.batch.Cols[len(c.batch.Cols)-1]
	one := &types.Batch{N: 1, Cols: make([]types.Vec, len(c.batch.Cols))}
	for row := range c.batch.N {
		for i := range one.Cols {
			one.Cols[i] = types.NewVec(c.batch.Cols[i].Type)
			one.Cols[i].AppendFrom(&c.batch.Cols[i], row)
		}
		if _, err := c.run(c.plan.filter, one, func(*types.Batch) {}); err != nil {
			return c.where(exec.Translate(err), line.I[row], "", c.text(line.I[row]))
		}
	}
	return err
}

// whereRow adds the line of the row at fault, where the error knows it.
func (c *CopyIn) whereRow(err error) error {
	row := exec.ErrorRow(err)
	if row < 0 {
		return err
	}
	e, line := exec.Translate(err), c.lines[row]
	if sqlerr.From(e).Code == sqlerr.UniqueViolation { // which PostgreSQL finds when it has read on
		return c.where(e, line, "", "")
	}
	return c.where(e, line, "", c.text(line))
}

// text is a line of the batch as it came; empty: it is none of text.
func (c *CopyIn) text(line int64) string {
	i, ok := slices.BinarySearch(c.numbers, line)
	if !ok {
		return ""
	}
	return string(c.texts[i])
}

// where adds PostgreSQL's context line. The value is the column's, or without one the
// whole line.
func (c *CopyIn) where(err error, line int64, column, value string) error {
	e := *sqlerr.From(err)
	e.Where = fmt.Sprintf("COPY %s, line %d", c.plan.rel.Name, line)
	if column == "" && value == "" {
		column = e.Column
	}
	if column != "" {
		e.Where += ", column " + column
	}
	if value != "" {
		e.Where += ": \"" + clip(value) + "\""
	}
	return &e
}

func clip(s string) string {
	if len(s) <= 100 {
		return s
	}
	return strings.ToValidUTF8(s[:100], "") + "..."
}

// Finish ends the data and returns the command tag.
func (c *CopyIn) Finish() (string, error) {
	if c.failed != nil {
		return "", c.failed
	}
	var err error
	if len(c.raw) > 0 { // a character that is not whole
		_, err = c.coder.Decode(nil, c.raw)
		err = c.where(err, c.reader.line+1, "", "")
	}
	if err == nil {
		err = c.drain(true)
	}
	if err == nil {
		err = c.store()
	}
	if err == nil {
		err = exec.Translate(c.s.temp.tables.Settle(c.ctx, &c.env))
	}
	if err != nil {
		return "", c.fail(err)
	}
	if err := c.done(nil); err != nil {
		return "", err
	}
	return "COPY " + strconv.FormatInt(c.rows, 10), nil
}

// Abort ends the copy at the client's wish, of which it makes an error.
func (c *CopyIn) Abort(reason string) error {
	if c.failed != nil {
		return c.failed
	}
	err := c.where(sqlerr.New(sqlerr.QueryCanceled, "COPY from stdin failed: %s", reason), c.reader.line+1, "", "")
	_ = c.fail(err) // which says 57014 of what the session cancels
	c.failed = err
	return err
}
