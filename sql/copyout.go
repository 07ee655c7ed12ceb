package sql

import (
	"context"
	"strconv"
)

// CopyOut gives the data of COPY … TO STDOUT.
type CopyOut struct{ portal *Portal }

// Format returns the overall format (0: text) and each column's.
func (c *CopyOut) Format() (overall int8, columns []int16) {
	return copyFormats(c.portal.p.copy.opt, len(c.portal.p.copy.query.bound.Columns))
}

// Run executes the query and gives each line to write, which may keep it only
// during the call.
func (c *CopyOut) Run(ctx context.Context, write func(line []byte) error) (string, error) {
	p, s := c.portal, c.portal.s
	p.begin(ctx)
	done := s.watch(p.ctx, p.stop)
	rows, err := c.run(write)
	if err = done(err); err != nil {
		s.Fail()
		return "", err
	}
	return "COPY " + strconv.FormatInt(rows, 10), nil
}

func (c *CopyOut) run(write func([]byte) error) (int64, error) {
	p, s := c.portal, c.portal.s
	cp := p.p.copy
	s.ensure()
	cur, err := cp.query.program.Run(p.ctx, p.environment())
	if err != nil {
		return 0, err
	}
	defer cur.Close()
	w := newCopyWriter(cp.opt, cp.query.bound.Columns, &p.around.fn.Format)
	row, binary := w.row, cp.opt.Format == "binary"
	switch {
	case binary:
		row = w.binaryRow
	case cp.opt.Header != "":
		if err := write(w.header(cp.query.bound.Columns)); err != nil {
			return 0, err
		}
	}
	var rows int64
	for {
		b, err := cur.Next()
		if err == nil && b == nil && binary {
			err = write(w.begun(binaryTail))
		}
		if err != nil || b == nil {
			s.noteTimes(&p.around.env)
			return rows, err
		}
		for i := range b.N {
			line, err := row(b, i)
			if err == nil {
				err = write(line)
			}
			if err != nil {
				return rows, err
			}
		}
		rows += int64(b.N)
	}
}
