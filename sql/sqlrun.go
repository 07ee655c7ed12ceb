package sql

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// sqlRun is a body in SQL at work: the last statement gives the rows, as they are asked
// for.
type sqlRun struct {
	s       *Session
	call    *functions.RoutineCall
	body    *sqlBody
	context string // of the statement that runs
	inner   *innerRun
	batch   *types.Batch
	at      int
	row     []types.Datum
}

// allowed refuses statements that no body may have, or none of a routine that is not
// volatile.
func (r *sqlRun) allowed(p *Prepared) error {
	switch p.utility.(type) {
	case *plan.Transaction:
		return sqlerr.New(sqlerr.FeatureNotSupported, "%s is not allowed in an SQL function", p.Kind)
	case *plan.Copy:
		return sqlerr.New(sqlerr.FeatureNotSupported, "cannot COPY to/from client in an SQL function")
	case *plan.Execute, *plan.DeclareCursor, *plan.Fetch:
		return sqlerr.New(sqlerr.FeatureNotSupported, "%s is not supported in an SQL function", p.Kind)
	}
	if r.call.Volatility != 'v' && (p.utility != nil || !readsOnly(p)) {
		return sqlerr.New(sqlerr.FeatureNotSupported, "%s is not allowed in a non-volatile function", p.Kind)
	}
	return nil
}

// statement runs one statement, and leaves the last one open.
func (r *sqlRun) statement(c *functions.Ctx, p *Prepared, params []types.Datum, last bool) error {
	stable := r.call.Volatility != 'v'
	if p.utility != nil {
		_, _, err := r.s.runUtility(c.Context, p, p.utility, params)
		return err
	}
	inner, err := r.s.openInner(c, p, params, stable)
	if err != nil {
		inner.close()
		return err
	}
	if last {
		r.inner = inner
		// What is written is written whole, whether or not its rows are read.
		if r.call.RetSet && readsOnly(p) {
			return nil
		}
		r.batch, err = inner.next()
		return err
	}
	defer inner.close()
	for {
		if b, err := inner.next(); err != nil || b == nil {
			return err
		}
	}
}

// readsOnly reports whether a plan writes nothing, temporary tables included.
func readsOnly(p *Prepared) bool {
	switch p.plan.bound.Kind {
	case "SELECT", "CALL":
		return p.plan.bound.ReadOnly
	}
	return false
}

// Next implements functions.SetIter.
func (r *sqlRun) Next() ([]types.Datum, bool, error) {
	if r.inner == nil {
		return nil, false, nil
	}
	for r.batch == nil || r.at >= r.batch.N {
		b, err := r.inner.next()
		if err != nil || b == nil {
			r.close()
			if err != nil {
				err = inBody(err, r.context)
			}
			return nil, false, err
		}
		r.batch, r.at = b, 0
	}
	r.row = r.row[:0]
	for i := range r.batch.Cols {
		v := &r.batch.Cols[i]
		k := r.at
		if v.Len() == 1 {
			k = 0
		}
		r.row = append(r.row, v.Datum(k))
	}
	r.at++
	if !r.call.RetSet {
		return r.row, true, nil
	}
	row, err := r.shaped()
	return row, err == nil, err
}

// last is the statement that gives the rows.
func (r *sqlRun) last() *Prepared { return r.body.stmts[len(r.body.stmts)-1] }

// wide reports whether the statement's columns make a row.
func (r *sqlRun) wide() bool { return r.body.result.Row && !r.last().plan.bound.WholeRow }

// columns reports whether rows are asked for column by column.
func (r *sqlRun) columns() bool { return len(r.call.OutTypes) > 1 || r.call.Shape != nil }

// shaped is the present row as RoutineRows gives it.
func (r *sqlRun) shaped() ([]types.Datum, error) {
	switch {
	case !r.body.result.Row:
		return r.row, nil
	case r.wide() && !r.columns():
		return []types.Datum{r.record(r.row)}, nil
	case !r.columns():
		return r.row, nil
	}
	row := r.row
	var have []types.OID
	if r.wide() {
		for _, c := range r.last().Columns {
			have = append(have, c.Type)
		}
	} else {
		rec, ok := row[0].A.(*types.Record)
		if row[0].Null || !ok {
			return make([]types.Datum, 0), nil
		}
		row, have = rec.Vals, rec.Types
	}
	want := r.call.OutTypes
	if r.call.Shape != nil {
		want = r.call.Shape.Types
	}
	return row, functions.RowsAlike(have, want)
}

// record makes a row of columns a value. Its fields are called as the result's.
func (r *sqlRun) record(row []types.Datum) types.Datum {
	rec := &types.Record{Vals: append([]types.Datum(nil), row...)}
	for i, c := range r.last().Columns {
		name := c.Name
		if i < len(r.body.result.Columns) {
			name = r.body.result.Columns[i].Name
		}
		rec.Names, rec.Types = append(rec.Names, name), append(rec.Types, c.Type)
	}
	return types.Any(rec)
}

// Close ends the statement; it may be called twice.
func (r *sqlRun) Close() error {
	r.close()
	return nil
}

func (r *sqlRun) close() {
	r.inner.close()
	r.inner, r.batch = nil, nil
}
