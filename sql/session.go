package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/plpgsql"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Session is one client's conversation: settings, transaction, prepared
// statements. One goroutine drives it; Cancel and Terminate may be called from
// any.
type Session struct {
	eng      *Engine
	opt      SessionOptions
	settings settings
	fresh    freshness
	txn      transaction
	named    map[string]*Prepared // PREPARE's
	fn       functions.Ctx        // template for statements
	names    catalog.SessionCatalog
	login    types.OID // the role that logged in
	who      identity
	temp     tempState
	objects  objectLayer // what statements made
	alone    bool        // the running statement is all of its transaction
	final    bool
	noticeFn func(*sqlerr.Error) // s.notice, bound once
	advisory *advisoryOwner
	notifier notifier
	inbox    inbox
	large    largeObjects
	held     *heldNotices // of functions, which may run beside the session's goroutine
	depth    int          // of calls of routines
	blocks   map[bodyKey]*plpgsql.Function
	within   func() string        // the context of the innermost body that runs; nil: none does
	vars     plan.Variables       // around the statement of a body that is bound as a part of it
	loops    []*bodyRows          // of bodies, over rows
	unnamed  uint64               // cursors of bodies that were given a name
	bodies   map[bodyKey]*sqlBody // planned
	portals  map[*Portal]struct{} // open ones, ended with their transaction
	around   *surroundings        // of the portal that ended last, for the next

	cursors      map[string]*cursor // DECLARE's
	portalSeq    uint64             // of the newest portal
	participants []participant      // in savepoints

	started time.Time
	random  prng
	appName atomic.Value // string, for pg_stat_activity
	state   atomic.Pointer[activityState]

	running context.Context // of what is planned or executed; nil: nothing is
	spent   time.Duration   // of statement_timeout, on planning what is not executed yet

	mu         sync.Mutex
	cancel     context.CancelFunc // of the running statement
	cancelled  atomic.Bool
	terminated atomic.Bool
	closed     bool
}

func newSession(e *Engine, opt SessionOptions, role types.OID) *Session {
	s := &Session{eng: e, opt: opt, login: role, named: map[string]*Prepared{}, portals: map[*Portal]struct{}{}, cursors: map[string]*cursor{}}
	s.settings.init(e.defaults)
	s.started = e.opt.Clock()
	s.noticeFn = s.notice
	s.held = &heldNotices{}
	s.appName.Store("")
	s.state.Store(&activityState{state: "idle", since: s.started})
	s.txn.status = 'I'
	s.names = e.catalog.ForSession(s.searchPath)
	s.fn = functions.Ctx{Session: functionSession{s}, Catalog: s.names, Cluster: e.opt.Admin, Runner: functionSession{s}}
	s.takePart(&s.temp)
	s.temp.routines.changed = func() { s.tempChanged(s.temp.tables.Relations()) }
	s.takePart(&s.temp.routines)
	s.advisory = &advisoryOwner{table: &e.advisory, pid: opt.PID, session: map[advisoryRef]int{}}
	s.takePart(s.advisory)
	s.takePart(&s.notifier)
	s.large.s, s.large.space = s, largeSpace
	s.takePart(&s.large)
	return s
}

// startup applies the login's settings and reports the reported ones.
func (s *Session) startup(l *catalog.Layer) error {
	s.names.SetMade(l)
	s.settings.base("session_authorization", s.opt.User)
	s.identify()
	if err := s.mayConnect(); err != nil {
		return err
	}
	s.begin(l)
	for _, kv := range s.opt.Settings {
		if err := s.applyStartup(kv[0], kv[1], s.superuser()); err != nil {
			e := sqlerr.From(err)
			fatal := *e
			fatal.Severity = "FATAL"
			return &fatal
		}
	}
	s.settings.settled()
	s.identify()
	s.refreshFormat()
	for i := range settingTable {
		if d := &settingTable[i]; d.flags&flagReport != 0 {
			s.opt.Client.ParameterStatus(d.name, s.settings.get(d))
		}
	}
	return nil
}

// applyStartup sets what a session begins with. super says that who asks for it may set
// what is for superusers.
func (s *Session) applyStartup(name, value string, super bool) error {
	d := settingIndex[lower(name)]
	if d == nil {
		if err := checkCustomName(name); err != nil {
			return err
		}
		s.settings.custom[lower(name)] = name
		s.settings.base(name, value)
		return nil
	}
	if err := d.permit(super, true); err != nil {
		return err
	}
	norm, err := d.normalize(value, s.settings.at(d))
	if err != nil {
		return err
	}
	if d.identifies() {
		if err := s.mayBecome(d.name, norm); err != nil {
			return err
		}
		defer s.identify()
	}
	s.settings.base(d.name, norm)
	return nil
}

// Parse splits a query string into statements.
func (s *Session) Parse(text string) ([]Statement, error) {
	if s.settings.escapes && strings.Contains(text, `\`) {
		conforming, found, err := parser.Conforming(text)
		if err != nil {
			s.Fail()
			return nil, err
		}
		text = conforming
		s.warnOfEscapes(found)
	}
	out, err := s.parse(text)
	if len(out) > 0 {
		for _, name := range out[0].tree.Long {
			s.notice(&sqlerr.Error{
				Severity: "NOTICE", Code: sqlerr.NameTooLong,
				Message: fmt.Sprintf("identifier \"%s\" will be truncated to \"%s\"", name, types.ClipName(name)),
			})
		}
	}
	return out, err
}

// warnOfEscapes tells of backslashes that other sessions would take as they are.
func (s *Session) warnOfEscapes(found []parser.Escape) {
	if !s.settings.on("escape_string_warning") {
		return
	}
	for _, e := range found {
		n := &sqlerr.Error{Severity: "WARNING", Code: sqlerr.NonstandardUseOfEscape, Message: "nonstandard use of escape in a string literal"}
		hint := `Use the escape string syntax for escapes, e.g., E'\r\n'.`
		switch e.Next {
		case '\'':
			n.Message = `nonstandard use of \' in a string literal`
			hint = `Use '' to write quotes in strings, or use the escape string syntax (E'...').`
		case '\\':
			n.Message = `nonstandard use of \\ in a string literal`
			hint = `Use the escape string syntax for backslashes, e.g., E'\\'.`
		}
		s.notice(n.WithHint("%s", hint).At(e.Position))
	}
}

func (s *Session) parse(text string) ([]Statement, error) {
	out, err := s.eng.parse(text)
	if err != nil {
		s.Fail()
	}
	return out, err
}

// parse splits a query string into statements.
func (e *Engine) parse(text string) ([]Statement, error) {
	if known := e.plans.parsed(text); known != nil {
		return known, nil
	}
	parsed, err := parser.Parse(text)
	if err != nil {
		return nil, err
	}
	out := make([]Statement, len(parsed))
	for i := range parsed {
		p := &parsed[i]
		out[i] = Statement{Text: p.Text, Offset: p.Offset, Kind: p.Kind, tree: p, whole: text, among: len(parsed) > 1}
	}
	e.plans.putParsed(text, out)
	return out, nil
}

// SetFinal says whether the next Execute is known to be the last before the
// transaction's end: the only statement of a simple query, or an Execute whose
// Sync has arrived already. A write outside of a block then commits before its
// first row, so that RETURNING can give the recorded time.
func (s *Session) SetFinal(final bool) { s.final = final }

// TxStatus is 'I' outside of a block, 'T' within, 'E' in a failed one.
func (s *Session) TxStatus() byte { return s.txn.status }

// IdleTimeout bounds how long an open transaction block may idle; 0: no bound.
func (s *Session) IdleTimeout() time.Duration {
	return time.Duration(s.settings.idleMillis) * time.Millisecond
}

// Format says how values become text now; it changes with the settings.
func (s *Session) Format() *types.Format { return &s.fn.Format }

// Fail says that an error happened in the front end: a block is now failed, an
// implicit transaction will be rolled back at Sync.
func (s *Session) Fail() {
	if s.txn.status == 'T' {
		s.txn.status = 'E'
	}
	s.txn.broken = true
}

// Sync ends an implicit transaction: it commits, or rolls back after an error.
// In a block it does nothing.
func (s *Session) Sync(ctx context.Context) error {
	s.spent = 0
	if s.txn.status != 'I' {
		return nil
	}
	return s.endImplicit(ctx)
}

// Cancel asks the running statement to end with 57014, and reports whether one
// runs.
func (s *Session) Cancel() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel == nil {
		return false
	}
	s.cancelled.Store(true)
	s.cancel()
	return true
}

// Terminate asks the session to end: the running statement is cancelled, and
// whatever comes next is refused with 57P01.
func (s *Session) Terminate() {
	s.terminated.Store(true)
	s.Cancel()
	if s.opt.Ending != nil {
		s.opt.Ending()
	}
}

// Terminated reports whether the session was asked to end.
func (s *Session) Terminated() bool { return s.terminated.Load() }

// Close rolls back and forgets the session. It may be called twice.
func (s *Session) Close() {
	if s.closed {
		return
	}
	s.closed = true
	s.closeCursors(func(*cursor) bool { return true })
	for p := range s.portals {
		p.Close()
	}
	ctx, stop := context.WithTimeout(context.Background(), rollbackTimeout)
	defer stop()
	if err := s.rollback(ctx); err != nil {
		s.eng.opt.Logger.Warn("roll back of a closed session failed", "pid", s.opt.PID, "error", err)
	}
	s.advisory.endSession()
	s.listen("", false)
	s.eng.forget(s)
}

const rollbackTimeout = 10 * time.Second

// searchPath lists the effective schemas. implicit adds pg_catalog where it
// is searched without being named.
func (s *Session) searchPath(implicit bool) []string {
	names := s.settings.path()
	out := make([]string, 0, len(names)+2)
	if implicit {
		if s.temp.schema.OID != 0 && !slices.Contains(names, catalog.TempSchema) {
			out = append(out, s.temp.schema.Name)
		}
		if !slices.Contains(names, "pg_catalog") {
			out = append(out, "pg_catalog")
		}
	}
	for _, n := range names {
		if n == "$user" {
			n = s.currentUser()
		}
		if schema, ok := s.names.SchemaNamed(n); ok && s.mayUse(schema.Name) {
			out = append(out, schema.Name)
		}
	}
	return out
}

// refreshFormat derives the text formats from the settings.
func (s *Session) refreshFormat() {
	f := types.DefaultFormat()
	style, order, _ := strings.Cut(s.settings.value("DateStyle"), ", ")
	switch style {
	case "SQL":
		f.DateStyle = types.DateSQL
	case "Postgres":
		f.DateStyle = types.DatePostgres
	case "German":
		f.DateStyle = types.DateGerman
	}
	switch order {
	case "DMY":
		f.DateOrder = types.OrderDMY
	case "YMD":
		f.DateOrder = types.OrderYMD
	}
	switch s.settings.value("IntervalStyle") {
	case "postgres_verbose":
		f.IntervalStyle = types.IntervalPostgresVerbose
	case "sql_standard":
		f.IntervalStyle = types.IntervalSQL
	case "iso_8601":
		f.IntervalStyle = types.IntervalISO
	}
	if s.settings.value("bytea_output") == "escape" {
		f.ByteaOutput = types.ByteaEscape
	}
	f.ExtraFloatDigits = int(s.settings.integer("extra_float_digits"))
	if _, loc, err := types.LoadZone(s.settings.value("TimeZone")); err == nil {
		f.Loc = loc
	}
	f.Names = s.names
	f.Regex = functions.CheckPathRegex
	f.Notice = s.held.add
	s.appName.Store(s.settings.value("application_name"))
	s.fn.Format = *f
}

func lower(s string) string { return strings.ToLower(s) }
