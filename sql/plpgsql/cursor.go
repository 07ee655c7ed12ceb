package plpgsql

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// openCursor makes a cursor of a plan, under the name that its variable has, and gives
// the variable the name where it has none.
func (c *call) openCursor(n int, e *expr, p Plan, args []types.Datum, scroll scrollOption) error {
	if p.Columns() == nil {
		return sqlerr.New(sqlerr.InvalidCursorDefinition, "cannot open %s query as cursor", p.Kind())
	}
	var name *string
	if v := c.vals[n]; !v.Null {
		name = &v.S
	}
	got, err := c.host.OpenCursor(name, p, args, scroll == scrollYes, scroll == scrollNo)
	if err != nil {
		if e != nil && sqlerr.From(err).Code != sqlerr.DuplicateCursor {
			return e.wrap(err)
		}
		return err
	}
	return c.store(n, types.Text(got))
}

// openBound opens a bound cursor.
func (c *call) openBound(u *cursorUse) error {
	b := c.fn.vars[u.datum].cursor
	for i, e := range u.args {
		d, t, err := c.eval(e)
		if err != nil {
			return err
		}
		if err := c.assignTo(b.args[i].datum, d, t); err != nil {
			return err
		}
	}
	p, err := c.plan(b.query)
	if err != nil {
		return err
	}
	args := make([]types.Datum, len(p.params))
	if err := c.arguments(p, args); err != nil {
		return err
	}
	return c.openCursor(u.datum, b.query, p.plan, args, b.scroll)
}

func (c *call) open(s *openStmt) error {
	switch {
	case s.args != nil:
		return c.openBound(s.args)
	case s.dyn != nil:
		e, p, args, err := c.one(s.dyn)
		if err != nil {
			return err
		}
		return c.openCursor(s.cursor, e, p, args, s.scroll)
	}
	p, err := c.plan(s.query)
	if err != nil {
		return err
	}
	args := make([]types.Datum, len(p.params))
	if err := c.arguments(p, args); err != nil {
		return err
	}
	return c.openCursor(s.cursor, s.query, p.plan, args, s.scroll)
}

// cursorName is the name that a cursor variable holds.
func (c *call) cursorName(n int) (string, error) {
	if c.vals[n].Null {
		return "", sqlerr.New(sqlerr.NullValueNotAllowed, `cursor variable "%s" is null`, c.fn.vars[n].name)
	}
	return c.vals[n].S, nil
}

// fetch runs FETCH and MOVE.
func (c *call) fetch(s *fetchStmt) error {
	name, err := c.cursorName(s.cursor)
	if err != nil {
		return err
	}
	f := s.dir
	f.Name, f.Move = name, s.move
	if s.count != nil {
		d, t, err := c.eval(s.count)
		if err == nil {
			d, err = c.cast(d, t, intType)
		}
		if err != nil {
			return err
		}
		if d.Null {
			return sqlerr.New(sqlerr.NullValueNotAllowed, "relative or absolute cursor position is null")
		}
		f.Count = d.I
	}
	var rec *types.Record
	n, cols, err := c.host.FetchCursor(&f, func(b *types.Batch) error {
		if rec == nil && b.N > 0 {
			rec = rowOf(b, 0)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.rowCount = n
	c.vals[c.fn.found] = types.Bool(n != 0)
	if s.move {
		return nil
	}
	if rec == nil {
		return c.assignColumns(s.into, cols, nil, 0)
	}
	for _, col := range cols {
		rec.Names, rec.Types = append(rec.Names, col.Name), append(rec.Types, col.Type)
	}
	if len(s.into) == 1 && (s.into[0].field != "" || !c.fn.vars[s.into[0].datum].rec) {
		return c.assign(s.into[0], rec.Vals[0], rec.Types[0])
	}
	return c.assignRow(s.into, rec.Names, rec.Types, rec.Vals)
}

// rowOf keeps a row of a batch.
func rowOf(b *types.Batch, i int) *types.Record {
	rec := &types.Record{Vals: make([]types.Datum, len(b.Cols))}
	for k := range b.Cols {
		rec.Vals[k] = b.Cols[k].Datum(i)
	}
	return rec
}

func (c *call) closeCursor(s *closeStmt) error {
	name, err := c.cursorName(s.cursor)
	if err != nil {
		return err
	}
	return c.host.CloseCursor(name)
}

// cursorLoop opens a bound cursor, runs the body for each of its rows, and closes it.
func (c *call) cursorLoop(s *queryLoop) (outcome, error) {
	n := s.cursor.datum
	unnamed := c.vals[n].Null
	if err := c.openBound(s.cursor); err != nil {
		return went, err
	}
	name := c.vals[n].S
	c.host.PinCursor(name)
	_, cols, err := c.host.FetchCursor(&plan.Fetch{Name: name, Move: true}, nil)
	if err != nil {
		return went, err
	}
	out, err := c.overRows(s, cols, func() (*types.Batch, error) {
		var row *types.Batch
		_, _, err := c.host.FetchCursor(&plan.Fetch{Name: name, Count: 1}, func(b *types.Batch) error {
			row = b
			return nil
		})
		return row, err
	})
	if err != nil {
		return went, err
	}
	if unnamed {
		c.vals[n] = types.NullDatum
	}
	return out, c.host.CloseCursor(name)
}
