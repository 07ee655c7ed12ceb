package exec

import (
	"context"
	"sync"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// Program is a compiled plan. It is immutable and safe for concurrent use;
// Compile it once per plan and Run it often.
type Program struct {
	node     plan.Node
	columns  []plan.Column
	pool     sync.Pool // of *instance
	probe    *Probe    // nil: none
	policies PolicyCache
	failure  error // why no run can succeed; nil: it may
}

// instance is one operator tree with its run-time state; it serves one
// execution at a time.
type instance struct {
	prog *Program
	root operator
	task task
	stmt statement
	fn   functions.Ctx // of an Env without one
	// guarded are functions that the session's role may have to be refused.
	guarded []*functions.Func
}

// Compile checks a plan and prepares it for execution. Errors are those of
// plans that name unknown functions or ask for what is not built (0A000).
func Compile(node plan.Node) (*Program, error) {
	p := &Program{node: node, columns: node.Columns()}
	in, err := p.build()
	if err != nil {
		return nil, err
	}
	p.pool.Put(in)
	return p, nil
}

// Failing returns a program that gives rows of these columns and fails at once
// whenever it is run.
func Failing(columns []plan.Column, err error) *Program {
	return &Program{columns: columns, failure: err}
}

// Columns describes the rows that a run gives; empty when it gives none.
func (p *Program) Columns() []plan.Column { return p.columns }

func (p *Program) build() (*instance, error) {
	in := &instance{prog: p}
	bd := &builder{probe: p.probe, root: p.node}
	root, err := bd.node(p.node)
	if err != nil {
		return nil, err
	}
	in.root = root
	in.stmt.wide = bd.reads > 1
	in.guarded = bd.guarded
	in.stmt.home = bd.routines
	return in, nil
}

// Run opens the program. The cursor must be closed, also after an error of
// Next. ctx bounds the whole execution.
func (p *Program) Run(ctx context.Context, env *Env) (*Cursor, error) {
	if p.failure != nil {
		return nil, p.failure
	}
	in, _ := p.pool.Get().(*instance)
	if in == nil {
		var err error
		if in, err = p.build(); err != nil {
			return nil, err
		}
	}
	fn := env.Funcs
	if fn == nil {
		in.fn = functions.Ctx{}
		fn = &in.fn
	}
	fn.Context = ctx
	in.stmt.begin(env, p)
	in.task = task{ctx: ctx, fn: fn, env: env, stmt: &in.stmt}
	c := &Cursor{in: in}
	for _, f := range in.guarded {
		if err := f.Permit(fn); err != nil {
			c.Close()
			return nil, Translate(err)
		}
	}
	if env.Snapshot && env.ReadAt == 0 && env.AsOf == 0 {
		// Whatever the statement reads, its time is the transaction's.
		if _, err := in.stmt.view(ctx, nil, 0); err != nil {
			c.Close()
			return nil, Translate(err)
		}
	}
	if err := in.root.open(&in.task); err != nil {
		c.Close()
		return nil, Translate(err)
	}
	return c, nil
}

// Cursor gives the rows of one execution. It is used by one goroutine.
type Cursor struct {
	in       *instance
	affected int64
	done     bool
}

// Next returns the next batch, never an empty one, or nil at the end. The
// batch is valid until the next call; the contents of its strings for ever.
// Errors are *sqlerr.Error.
func (c *Cursor) Next() (*types.Batch, error) {
	if c.in == nil || c.done {
		return nil, nil
	}
	for {
		if err := c.in.task.ctx.Err(); err != nil {
			c.done = true
			return nil, Translate(err)
		}
		b, err := c.in.root.next()
		if err == nil {
			err = c.in.check()
		}
		if err != nil {
			c.done = true
			return nil, Translate(err)
		}
		if b == nil {
			c.done = true
			return nil, nil
		}
		if b.N > 0 {
			return b, nil
		}
	}
}

// check holds what was written into temporary tables against foreign keys. All
// is written by the time that the first batch is there.
func (in *instance) check() error {
	env := in.task.env
	if env.Temp == nil || env.HoldChecks || len(env.Temp.foreign.events) == 0 {
		return nil
	}
	return env.Temp.Settle(in.task.ctx, env)
}

// Affected returns the rows written by a DML statement so far.
func (c *Cursor) Affected() int64 {
	if c.in != nil {
		return c.in.stmt.affected
	}
	return c.affected
}

// Close ends the execution and frees what it holds; it may be called twice.
func (c *Cursor) Close() {
	in := c.in
	if in == nil {
		return
	}
	c.affected = in.stmt.affected
	c.in = nil
	in.root.close()
	in.stmt.end()
	in.task = task{}
	in.prog.pool.Put(in)
}
