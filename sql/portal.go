package sql

import (
	"context"
	"strconv"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// Portal is a statement being executed. It may be executed in pieces; it ends
// with its transaction, or with Close.
type Portal struct {
	s      *Session
	p      *Prepared
	params []types.Datum
	seq    uint64 // portals are numbered, for savepoints

	ctx    context.Context
	stop   context.CancelFunc
	cursor *exec.Cursor
	around *surroundings // of the plan that runs; nil: none does

	rest  *types.Batch // rows of the last batch not yet given
	from  int
	slice types.Batch // scratch for parts of a batch
	text  [][]string  // rows of a utility statement
	kept  *exec.Rows  // of FETCH, when they are asked for in parts
	walk  *cursor     // what FETCH makes of a portal of the protocol
	rows  int64
	begun bool
	done  bool
	ended bool
}

// Columns describes the portal's rows; nil: none.
func (p *Portal) Columns() []plan.Column { return p.p.Columns }

// Execute runs the portal until maxRows rows have been given to sink (0: all).
// ctx bounds this piece.
func (p *Portal) Execute(ctx context.Context, maxRows int, sink RowSink) (Result, error) {
	s := p.s
	final := s.final
	s.final = false
	if p.p.stmt.tree == nil && p.p.call == nil {
		return Result{Empty: true}, nil
	}
	if err := p.ready(); err != nil {
		s.Fail()
		return Result{}, err
	}
	start := s.eng.opt.Clock()
	if p.p.call != nil {
		s.calling(start)
	} else {
		s.busy(start, p.p.stmt.whole)
	}
	defer s.idle()
	p.begin(ctx)
	done := s.watch(p.ctx, p.stop)
	res, err := p.run(ctx, maxRows, sink, final)
	s.giveHeld()
	if res.CopyIn != nil {
		res.CopyIn.done = done // the statement goes on until the data end
		return res, nil
	}
	err = done(err)
	s.eng.metrics.done(start, s.eng.opt.Clock(), err)
	if err != nil {
		p.end()
		s.Fail()
		return Result{}, err
	}
	return res, nil
}

// begin gives the portal a context of its own, for all its pieces.
func (p *Portal) begin(ctx context.Context) {
	if p.ctx == nil {
		p.ctx, p.stop = context.WithCancel(ctx)
	}
}

func (p *Portal) ready() error {
	if err := p.s.usable(p.p.stmt); err != nil {
		return err
	}
	if p.ended && !p.done {
		return sqlerr.New(sqlerr.InvalidCursorName, "portal is closed")
	}
	return nil
}

func (p *Portal) run(ctx context.Context, maxRows int, sink RowSink, final bool) (Result, error) {
	switch {
	case p.p.copy != nil:
		return p.s.startCopy(p)
	case p.p.utility != nil:
		if f, ok := p.p.utility.(*plan.Fetch); ok {
			return p.runFetch(f, maxRows, sink)
		}
		s := p.s
		s.alone = final
		defer func() { s.alone = false }()
		switch p.p.utility.(type) {
		case *plan.Transaction, *plan.DeclareCursor, *plan.Do: // a commit goes on, and ends this portal; a cursor lives longer
			s.running = ctx
		default:
			ctx = p.ctx
		}
		return p.runUtility(ctx, maxRows, sink)
	}
	if p.p.plan.bound.Call != nil {
		return p.runCall(ctx, sink)
	}
	if !p.begun {
		if err := p.open(final); err != nil {
			return Result{}, err
		}
	}
	return p.pull(maxRows, sink)
}

// open starts the plan.
func (p *Portal) open(final bool) error {
	s := p.s
	bound := p.p.plan.bound
	s.ensure()
	if !bound.ReadOnly {
		if err := s.mayWrite(bound.Kind); err != nil {
			return err
		}
	}
	if err := s.permit(p.p.plan); err != nil {
		return err
	}
	if p.p.args != nil {
		var err error
		if p.params, err = s.row(p.ctx, p.p.args); err != nil {
			return err
		}
	}
	s.txn.queried = true
	s.large.begin()
	env := p.environment()
	env.Params = p.params
	if !bound.ReadOnly {
		env.Fresh = storage.ReadOptions{} // what is written may rest on what is read
		env.Autocommit = final && s.txn.status == 'I' && !s.writing() && !bound.Modifies
		if !env.Autocommit {
			env.Txn = s.writer()
			env.Pending = s.txn.pending
		}
	}
	p.begun = true
	var err error
	if p.cursor, err = p.p.plan.program.Run(p.ctx, env); err == nil && env.Snapshot {
		s.txn.readAt = env.ReadAt // not only at the end: the portal may be suspended
	}
	return err
}

// surroundings are what a running plan may know of its session. They are large,
// so a session keeps those of its last portal for the next.
type surroundings struct {
	env exec.Env
	fn  functions.Ctx
}

// environment gives the portal its surroundings, until it ends.
func (p *Portal) environment() *exec.Env {
	s := p.s
	p.around, s.around = s.around, nil
	if p.around == nil {
		p.around = new(surroundings)
	}
	s.environment(&p.around.env, &p.around.fn)
	return &p.around.env
}

// environment fills what a plan may know of the session.
func (s *Session) environment(env *exec.Env, fn *functions.Ctx) {
	*fn = s.fn
	fn.Format.Now = s.txn.start
	fn.TxnStart = s.txn.start
	fn.ReadOnly = s.txn.readOnly
	fn.StmtStart = s.eng.opt.Clock()
	s.temp.tables.Limit = s.settings.tempMemory
	*env = exec.Env{
		Funcs: fn, Catalog: s.names, Temp: &s.temp.tables, TempAt: s.temp.tables.Begin(), Cluster: s.eng.opt.Cluster,
		Txn: s.txn.write, Pending: s.txn.pending, ReadAt: s.txn.readAt, AsOf: s.txn.asOf, TxnTime: s.txn.micros,
		Memory: s.settings.memory, Spill: s.eng.spill, Scans: s.eng.scans, Role: s.sessionUser(),
		Superuser: s.superuser(), Classify: s.superuser(), Revise: s.superuser(),
		Snapshot: s.txn.status == 'T' && s.txn.repeatable && s.txn.readAt == 0,
		Rows:     rowLocks{s},
		Fresh:    s.freshnessOf(), Policies: &s.eng.policies, Notice: s.noticeFn, OnPath: s.eng.metrics.onPath,
	}
	fn.Moment = functions.Moment{ReadAt: &env.ReadAt, TempAt: env.TempAt}
}

// writing reports whether the transaction has written something.
func (s *Session) writing() bool {
	return s.txn.write != nil && s.txn.write.Dirty() || len(s.large.changes) > 0
}

// pull gives rows to the sink.
func (p *Portal) pull(maxRows int, sink RowSink) (Result, error) {
	given := 0
	for !p.done {
		if maxRows > 0 && given == maxRows {
			return Result{Suspended: true}, nil // also when these were the last, as in PostgreSQL
		}
		if p.rest == nil || p.from >= p.rest.N {
			b, err := p.cursor.Next()
			if err != nil {
				return Result{}, err
			}
			p.s.noteTimes(&p.around.env)
			if b == nil {
				p.done = true
				break
			}
			p.rest, p.from = b, 0
		}
		n := p.rest.N - p.from
		if maxRows > 0 && n > maxRows-given {
			n = maxRows - given
		}
		if p.p.Columns != nil {
			if err := sink.Rows(p.part(n)); err != nil {
				return Result{}, err
			}
		}
		p.from += n
		given += n
		p.rows += int64(n)
	}
	tag := p.tag(given)
	p.end()
	return Result{Tag: tag}, nil
}

// part returns the next n rows of the pending batch.
func (p *Portal) part(n int) *types.Batch {
	if p.from == 0 && n == p.rest.N {
		return p.rest
	}
	p.slice.N = n
	p.slice.Cols = p.slice.Cols[:0]
	for i := range p.rest.Cols {
		p.slice.Cols = append(p.slice.Cols, p.rest.Cols[i].Slice(p.from, p.from+n))
	}
	return &p.slice
}

// tag is the command tag; SELECT counts the rows of this Execute, as
// PostgreSQL does.
func (p *Portal) tag(given int) string {
	kind := p.p.plan.bound.Kind
	n := int64(given)
	switch kind {
	case "INSERT":
		return "INSERT 0 " + strconv.FormatInt(p.cursor.Affected(), 10)
	case "CALL":
		return kind
	case "UPDATE", "DELETE", "MERGE":
		n = p.cursor.Affected()
	}
	return kind + " " + strconv.FormatInt(n, 10)
}

// Close ends the portal. It may be called twice.
func (p *Portal) Close() {
	p.end()
	delete(p.s.portals, p)
}

func (p *Portal) end() {
	if p.cursor != nil {
		p.cursor.Close()
	}
	if p.stop != nil {
		p.stop()
	}
	p.kept.Close()
	p.rest, p.ended, p.kept = nil, true, nil
	if p.around != nil {
		*p.around = surroundings{} // it holds the statement's values
		p.s.around, p.around = p.around, nil
	}
}

func (p *Portal) runUtility(ctx context.Context, maxRows int, sink RowSink) (Result, error) {
	if !p.begun {
		p.begun = true
		rows, tag, err := p.s.runUtility(ctx, p.p, p.p.utility, p.params)
		if err != nil {
			return Result{}, err
		}
		if p.p.Columns == nil {
			p.done = true
			return Result{Tag: tag}, nil
		}
		p.text = rows
	}
	n := len(p.text)
	if maxRows > 0 {
		n = min(n, maxRows)
	}
	if n > 0 {
		if err := sink.Rows(textBatch(p.p.Columns, p.text[:n])); err != nil {
			return Result{}, err
		}
		p.text = p.text[n:]
	}
	if len(p.text) > 0 {
		return Result{Suspended: true}, nil
	}
	p.done = true
	tag := "SHOW"
	if _, ok := p.p.utility.(*plan.Explain); ok {
		tag = "EXPLAIN"
	}
	return Result{Tag: tag}, nil
}

func textBatch(cols []plan.Column, rows [][]string) *types.Batch {
	b := &types.Batch{N: len(rows)}
	for i, c := range cols {
		v := types.NewVec(c.Type)
		for _, r := range rows {
			v.Append(types.Text(r[i]))
		}
		b.Cols = append(b.Cols, v)
	}
	return b
}
