package pgwire

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// fakeEngine speaks a small language instead of SQL, enough to bring about
// everything that the protocol can carry:
//
//	rows N            N rows (n int4, t text)
//	echo [$1 …]       one row of its parameters
//	types             one row of several types
//	wide N            one row with a text of N bytes
//	fail CODE TEXT    fails when executed, at position 3
//	failprep CODE     fails when prepared
//	syntax            fails when parsed, at its first character
//	fatal             fails with FATAL
//	begin, commit, rollback, commitfail
//	set NAME VALUE    reports a parameter
//	notice TEXT
//	sleep             runs until cancelled
//	held              does the same, after planning for a while
//	panic
//	copyin, copyout N
//
// It has functions too: see fakeFunctions.
type fakeEngine struct {
	mu       sync.Mutex
	logins   []Login
	sessions atomic.Int64
	sleeping atomic.Int64
	planning atomic.Int64
	lost     atomic.Int64 // statements ended by their context
}

func (e *fakeEngine) NewSession(_ context.Context, l Login) (Session, error) {
	for _, kv := range l.Settings {
		if kv[0] == "nonsuch" {
			return nil, sqlerr.New(sqlerr.UndefinedObject, "unrecognized configuration parameter %q", kv[0])
		}
		l.Client.ParameterStatus(kv[0], kv[1])
	}
	if l.Database == "nowhere" {
		return nil, sqlerr.New(sqlerr.InvalidCatalogName, "database %q does not exist", l.Database)
	}
	e.mu.Lock()
	e.logins = append(e.logins, l)
	e.mu.Unlock()
	e.sessions.Add(1)
	return &fakeSession{e: e, client: l.Client, status: 'I', cancelled: make(chan struct{}, 1)}, nil
}

type fakeSession struct {
	e          *fakeEngine
	client     Client
	status     byte
	broken     bool
	failCommit bool
	cancelled  chan struct{}
	running    atomic.Bool
	idle       time.Duration
	terminated atomic.Bool
}

func (s *fakeSession) Parse(text string) ([]Statement, error) {
	var out []Statement
	offset := 0
	for _, part := range strings.Split(text, ";") {
		trimmed := strings.TrimSpace(part)
		lead := utf8.RuneCountInString(part) - utf8.RuneCountInString(strings.TrimLeft(part, " \n"))
		if trimmed == "syntax" {
			return nil, sqlerr.New(sqlerr.SyntaxError, "syntax error at or near %q", trimmed).At(offset + lead + 1)
		}
		if trimmed != "" {
			out = append(out, Statement{Text: trimmed, Offset: offset + lead, Kind: strings.ToLower(strings.Fields(trimmed)[0])})
		}
		offset += utf8.RuneCountInString(part) + 1
	}
	return out, nil
}

type fakePrepared struct {
	words  []string
	params []types.OID
	cols   []plan.Column
}

func (p *fakePrepared) Params() []types.OID    { return p.params }
func (p *fakePrepared) Columns() []plan.Column { return p.cols }

// arg returns a statement's argument, or nothing.
func (p *fakePrepared) arg(i int) string {
	if i < len(p.words) {
		return p.words[i]
	}
	return ""
}

// number returns a statement's first argument as a number within bounds.
func (p *fakePrepared) number() int {
	n, _ := strconv.Atoi(p.arg(1))
	return min(max(n, 0), 3_000_000)
}

func col(name string, t types.OID) plan.Column { return plan.Column{Name: name, Type: t, Typmod: -1} }

func (s *fakeSession) Prepare(_ context.Context, st Statement, params []types.OID) (Prepared, error) {
	p := &fakePrepared{words: strings.Fields(st.Text)}
	p.words[0] = st.Kind
	if s.status == 'E' && st.Kind != "rollback" && st.Kind != "commit" {
		return nil, sqlerr.New(sqlerr.InFailedSQLTransaction, "current transaction is aborted, commands ignored until end of transaction block")
	}
	switch st.Kind {
	case "rows":
		p.cols = []plan.Column{{Name: "n", Type: types.OIDInt4, Typmod: -1, Rel: 16400, Att: 1}, col("t", types.OIDText)}
	case "types":
		p.cols = []plan.Column{col("b", types.OIDBool), col("i2", types.OIDInt2), col("i8", types.OIDInt8), col("f8", types.OIDFloat8), col("nul", types.OIDText)}
	case "wide":
		p.cols = []plan.Column{col("w", types.OIDText)}
	case "echo":
		for i := range p.words[1:] {
			t := types.OIDText
			if i < len(params) && params[i] != 0 {
				t = params[i]
			}
			p.params = append(p.params, t)
			p.cols = append(p.cols, col("p"+strconv.Itoa(i+1), t))
		}
	case "held":
		s.e.planning.Add(1)
		time.Sleep(50 * time.Millisecond)
	case "failprep":
		return nil, sqlerr.New(p.arg(1), "cannot prepare").At(1)
	case "fail", "fatal", "begin", "commit", "rollback", "commitfail", "set", "notice", "sleep", "panic", "copyin", "copyout":
	default:
		return nil, sqlerr.New(sqlerr.SyntaxError, "unknown statement %q", st.Kind).At(1)
	}
	return p, nil
}

// fakeFunctions are what FunctionCall can call: each gives its first argument back, of
// its type, and fails with 22012 if it has none.
var fakeFunctions = map[types.OID][]types.OID{
	1: {types.OIDInt4}, 2: {types.OIDText}, 3: {types.OIDText, types.OIDInt8}, 4: {types.OIDBytea}, 5: {},
}

func (s *fakeSession) PrepareCall(_ context.Context, function types.OID) (Prepared, error) {
	if s.status == 'E' {
		return nil, sqlerr.New(sqlerr.InFailedSQLTransaction, "current transaction is aborted, commands ignored until end of transaction block")
	}
	args, ok := fakeFunctions[function]
	if !ok {
		return nil, sqlerr.New(sqlerr.UndefinedFunction, "function with OID %d does not exist", function)
	}
	p := &fakePrepared{words: []string{"call"}, params: args}
	if len(args) > 0 {
		p.cols = []plan.Column{col("f", args[0])}
	}
	return p, nil
}

type fakePortal struct {
	s      *fakeSession
	p      *fakePrepared
	params []types.Datum
	from   int
	closed bool
}

func (s *fakeSession) Bind(_ context.Context, p Prepared, params []types.Datum) (Portal, error) {
	return &fakePortal{s: s, p: p.(*fakePrepared), params: params}, nil
}

func (p *fakePortal) Close() { p.closed = true }

func (p *fakePortal) Execute(ctx context.Context, maxRows int, sink RowSink) (Result, error) {
	if p.closed {
		return Result{}, sqlerr.New(sqlerr.InternalError, "portal is closed")
	}
	w := append(slices.Clip(p.p.words), "", "")
	switch w[0] {
	case "rows":
		return p.rows(maxRows, sink)
	case "types", "wide", "echo":
		return Result{Tag: "SELECT 1"}, sink.Rows(p.oneRow())
	case "call":
		if len(p.params) == 0 {
			return Result{}, sqlerr.New("22012", "division by zero")
		}
		p.params = p.params[:1]
		return Result{Tag: "SELECT 1"}, sink.Rows(p.oneRow())
	case "fail":
		return Result{}, sqlerr.New(w[1], "%s", strings.TrimSpace(strings.Join(w[2:], " "))).At(3)
	case "fatal":
		return Result{}, fatal(sqlerr.InternalError, "the end")
	case "begin":
		p.s.status = 'T'
		return Result{Tag: "BEGIN"}, nil
	case "commit", "rollback":
		p.s.status, p.s.broken = 'I', false
		return Result{Tag: strings.ToUpper(w[0])}, nil
	case "commitfail":
		p.s.failCommit = true
		return Result{Tag: "INSERT 0 1"}, nil
	case "set":
		if w[1] == "idle" {
			ms, _ := strconv.Atoi(w[2])
			p.s.idle = time.Duration(ms) * time.Millisecond
		}
		p.s.client.ParameterStatus(w[1], w[2])
		return Result{Tag: "SET"}, nil
	case "notice":
		p.s.client.Notice(sqlerr.New(sqlerr.SuccessfulCompletion, "%s", strings.TrimSpace(strings.Join(w[1:], " "))))
		return Result{Tag: "NOTICE"}, nil
	case "sleep", "held":
		return Result{}, p.sleep(ctx)
	case "copyin":
		return Result{CopyIn: &fakeCopyIn{}}, nil
	case "copyout":
		return Result{CopyOut: fakeCopyOut(p.p.number())}, nil
	}
	panic("as told")
}

func (p *fakePortal) sleep(ctx context.Context) error {
	p.s.e.sleeping.Add(1)
	defer p.s.e.sleeping.Add(-1)
	p.s.running.Store(true)
	defer p.s.running.Store(false)
	select {
	case <-p.s.cancelled:
		return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to user request")
	case <-ctx.Done():
		p.s.e.lost.Add(1)
		return fmt.Errorf("sleep: %w", ctx.Err())
	}
}

func (p *fakePortal) rows(maxRows int, sink RowSink) (Result, error) {
	total := p.p.number()
	given := 0
	b := types.NewBatch([]types.OID{types.OIDInt4, types.OIDText})
	for p.from < total {
		if maxRows > 0 && given == maxRows {
			return Result{Suspended: true}, nil
		}
		b.Reset()
		for b.N < 100 && p.from < total && (maxRows == 0 || given < maxRows) {
			p.from++
			given++
			b.N++
			b.Cols[0].Append(types.Int(int64(p.from)))
			b.Cols[1].Append(types.Text("row " + strconv.Itoa(p.from)))
		}
		if err := sink.Rows(b); err != nil {
			return Result{}, err
		}
	}
	return Result{Tag: "SELECT " + strconv.Itoa(given)}, nil
}

func (p *fakePortal) oneRow() *types.Batch {
	var ts []types.OID
	for _, c := range p.p.cols {
		ts = append(ts, c.Type)
	}
	row := p.params
	switch p.p.words[0] {
	case "types":
		row = []types.Datum{types.Bool(true), types.Int(-2), types.Int(1 << 40), types.Float(1.5), types.NullDatum}
	case "wide":
		row = []types.Datum{types.Text(strings.Repeat("x", p.p.number()))}
	}
	b := types.NewBatch(ts)
	b.N = 1
	for i, d := range row {
		b.Cols[i].Append(d)
	}
	return b
}

type fakeCopyIn struct{ data []byte }

func (c *fakeCopyIn) Format() (int8, []int16) { return 0, []int16{0, 0} }

func (c *fakeCopyIn) Write(p []byte) error {
	c.data = append(c.data, p...)
	if strings.Contains(string(c.data), "bad\n") {
		e := sqlerr.New(sqlerr.BadCopyFileFormat, "extra data after last expected column")
		e.Where = "COPY t, line 1"
		return e
	}
	return nil
}

func (c *fakeCopyIn) Finish(context.Context) (string, error) {
	return fmt.Sprintf("COPY %d", strings.Count(string(c.data), "\n")), nil
}
func (c *fakeCopyIn) Abort(reason string) error {
	return sqlerr.New(sqlerr.QueryCanceled, "COPY from stdin failed: %s", reason)
}

type fakeCopyOut int

func (c fakeCopyOut) Format() (int8, []int16) { return 0, []int16{0} }

func (c fakeCopyOut) Run(_ context.Context, line func([]byte) error) (string, error) {
	for i := range int(c) {
		if err := line(fmt.Appendf(nil, "%d\tline\n", i+1)); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("COPY %d", int(c)), nil
}

func (s *fakeSession) SetFinal(bool) {}

func (s *fakeSession) TxStatus() byte { return s.status }

func (s *fakeSession) Sync(context.Context) error {
	failed := s.failCommit && !s.broken
	if s.status == 'I' {
		s.broken, s.failCommit = false, false
		if failed {
			return sqlerr.New(sqlerr.SerializationFailure, "could not serialize access")
		}
	}
	return nil
}

func (s *fakeSession) Fail() {
	s.broken = true
	if s.status == 'T' {
		s.status = 'E'
	}
}

// IdleTimeout is what "set idle MILLISECONDS" said.
func (s *fakeSession) IdleTimeout() time.Duration { return s.idle }

func (s *fakeSession) Format() *types.Format { return nil }

func (s *fakeSession) Cancel() bool {
	if !s.running.Load() {
		return false
	}
	select {
	case s.cancelled <- struct{}{}:
	default:
	}
	return true
}
func (s *fakeSession) Terminated() bool { return s.terminated.Load() }
func (s *fakeSession) Close()           { s.e.sessions.Add(-1) }
