package sql

import (
	"context"
	"slices"
	"strconv"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/plpgsql"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Begin implements plpgsql.Host: subtransactions are savepoints without a name.
func (b *body) Begin() error {
	b.s.ensure()
	err := b.s.defineSavepoint("")
	b.s.holdWrites()
	return err
}

// Release implements plpgsql.Host.
func (b *body) Release() {
	s := b.s
	s.txn.savepoints = s.txn.savepoints[:len(s.txn.savepoints)-1]
	s.holdWrites()
}

// Rollback implements plpgsql.Host.
func (b *body) Rollback() error {
	s := b.s
	status := s.txn.status
	ctx, stop := context.WithTimeout(context.WithoutCancel(b.ctx), rollbackTimeout)
	defer stop()
	if err := s.rollbackTo(ctx, len(s.txn.savepoints)-1); err != nil {
		return exec.Translate(err)
	}
	s.txn.status = status
	b.Release()
	return nil
}

// End implements plpgsql.Host. Loops over rows go on: what is left of these is read
// before.
func (b *body) End(rollback, chain bool) error {
	s := b.s
	if b.atomic {
		return sqlerr.New(sqlerr.InvalidTransactionTermination, "invalid transaction termination")
	}
	if len(s.txn.savepoints) > 0 { // of a body that calls
		word := "commit"
		if rollback {
			word = "roll back"
		}
		return sqlerr.New(sqlerr.InvalidTransactionTermination, "cannot %s while a subtransaction is active", word)
	}
	if !rollback {
		for _, r := range s.loops {
			if err := r.keep(); err != nil {
				return exec.Translate(err)
			}
		}
	}
	last := s.txn
	var err error
	if rollback {
		err = s.rollback(b.ctx)
	} else {
		err = s.commit(b.ctx)
	}
	s.ensure()
	if chain {
		s.txn.repeatable, s.txn.readOnly, s.txn.isolation, s.txn.deferrable = last.repeatable, last.readOnly, last.isolation, last.deferrable
	}
	return err
}

// bodyRows are rows that a loop goes through (plpgsql.Rows).
type bodyRows struct {
	b     *body
	run   *innerRun
	types []types.OID
	front types.Batch // what was given last: what it shares with run goes when that ends
	kept  *exec.Rows  // what is left when the transaction has ended; nil: it has not
	at    int64
}

// Open implements plpgsql.Host.
func (b *body) Open(p plpgsql.Plan, params []types.Datum) (plpgsql.Rows, error) {
	bp := p.(*bodyPlan)
	r := &bodyRows{b: b}
	for _, c := range bp.p.Columns {
		r.types = append(r.types, c.Type)
	}
	if bp.p.utility != nil {
		r.kept = b.store(r.types)
		_, err := b.runUtility(bp.p, params, r.kept.Append)
		return r, err
	}
	b.s.unnamed++ // it is a portal, too
	var err error
	if r.run, err = b.openRun(bp.p, params); err != nil {
		r.run.close()
		return nil, exec.Translate(err)
	}
	b.s.loops = append(b.s.loops, r)
	return r, nil
}

func (b *body) store(ts []types.OID) *exec.Rows {
	return exec.NewRows(ts, b.s.settings.memory, b.s.eng.spill)
}

// Next implements plpgsql.Rows.
func (r *bodyRows) Next() (*types.Batch, error) {
	if r.kept != nil {
		if r.at >= r.kept.Len() {
			return nil, nil
		}
		rows, err := r.kept.Slice(r.at, types.BatchSize)
		if err == nil {
			r.at += int64(rows.N)
		}
		return rows, err
	}
	rows, err := r.run.next()
	if err != nil || rows == nil {
		r.front = types.Batch{}
		return nil, err
	}
	r.front = *rows
	return &r.front, nil
}

// keep reads what is left, for after the transaction.
func (r *bodyRows) keep() error {
	if r.kept != nil {
		return nil
	}
	if n := r.front.N; n > 0 { // the loop is still going through it
		own := types.NewBatch(r.types)
		for i := range n {
			for k := range r.front.Cols {
				own.Cols[k].AppendFrom(&r.front.Cols[k], i)
			}
		}
		own.N = n
		r.front = *own
	}
	kept := r.b.store(r.types)
	for {
		rows, err := r.run.next()
		if err == nil && rows != nil {
			err = kept.Append(rows)
		}
		if err != nil {
			kept.Close()
			return err
		}
		if rows == nil {
			break
		}
	}
	r.run.close()
	r.run, r.kept = nil, kept
	return nil
}

// Close implements plpgsql.Rows.
func (r *bodyRows) Close() {
	r.run.close()
	r.kept.Close()
	r.b.s.loops = slices.DeleteFunc(r.b.s.loops, func(o *bodyRows) bool { return o == r })
}

// OpenCursor implements plpgsql.Host.
func (b *body) OpenCursor(name *string, p plpgsql.Plan, params []types.Datum, scroll, noScroll bool) (string, error) {
	s, bp := b.s, p.(*bodyPlan)
	if bp.p.plan == nil || bp.p.utility != nil {
		return "", sqlerr.New(sqlerr.InvalidCursorDefinition, "cannot open %s query as cursor", bp.p.Kind)
	}
	d := &plan.DeclareCursor{Scroll: scroll, NoScroll: noScroll}
	if name != nil {
		if d.Name = *name; s.CursorTaken(d.Name) || s.foreignPortal(d.Name) != nil {
			return "", sqlerr.New(sqlerr.DuplicateCursor, "cursor \"%s\" already in use", d.Name)
		}
	} else {
		for d.Name == "" || s.CursorTaken(d.Name) {
			s.unnamed++
			d.Name = "<unnamed portal " + strconv.FormatUint(s.unnamed, 10) + ">"
		}
	}
	if err := s.openCursor(context.WithoutCancel(b.ctx), bp.p, d, params); err != nil {
		return "", exec.Translate(err)
	}
	return d.Name, nil
}

// FetchCursor implements plpgsql.Host.
func (b *body) FetchCursor(f *plan.Fetch, sink func(*types.Batch) error) (int64, []plan.Column, error) {
	k, err := b.s.findCursor(f.Name)
	if err != nil {
		return 0, nil, err
	}
	if f.Move && f.Count == 0 && f.Direction == plan.FetchForward && sink == nil {
		return 0, k.cols, nil
	}
	n, err := k.fetch(b.ctx, f, sinkFunc(sink))
	return n, k.cols, exec.Translate(err)
}

// sinkFunc is a function as a RowSink.
type sinkFunc func(*types.Batch) error

// Rows implements RowSink.
func (f sinkFunc) Rows(b *types.Batch) error { return f(b) }

// CloseCursor implements plpgsql.Host.
func (b *body) CloseCursor(name string) error {
	_, err := b.s.closeCursor(name)
	return err
}

// PinCursor implements plpgsql.Host.
func (b *body) PinCursor(name string) {
	if k, ok := b.s.cursors[name]; ok {
		k.hold = true
	}
}
