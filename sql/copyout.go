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
	w.coder = s.copyCoder(cp.opt)
	row := w.row
	switch {
	case w.binary:
		row = w.binaryRow
	case cp.opt.Header != "":
		line, err := w.encode(w.header(cp.query.bound.Columns))
		if err == nil {
			err = write(line)
		}
		if err != nil {
			return 0, err
		}
	}
	var rows int64
	for {
		b, err := cur.Next()
		if err == nil && b == nil && w.binary {
			err = write(w.begun(binaryTail))
		}
		if err != nil || b == nil {
			s.noteTimes(&p.around.env)
			return rows, err
		}
		for i := range b.N {
			line, err := row(b, i)
			if err == nil {
				line, err = w.encode(line)
			}
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
