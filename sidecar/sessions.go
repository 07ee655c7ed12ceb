package sidecar

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/stemedb/stemedb/sql"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// maxIdle is how many sessions wait for reuse.
const maxIdle = 64

// sessionPool lends embedded sessions to requests.
type sessionPool struct {
	engine *sql.Engine
	mu     sync.Mutex
	idle   []*httpSession
	closed bool
}

// httpSession is a session with its notices.
type httpSession struct {
	*sql.Session
	notices []string
}

// Notice implements sql.Client.
func (h *httpSession) Notice(e *sqlerr.Error) { h.notices = append(h.notices, e.Message) }

// ParameterStatus implements sql.Client.
func (h *httpSession) ParameterStatus(string, string) {}

func (p *sessionPool) get(ctx context.Context) (*httpSession, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		s := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return s, nil
	}
	p.mu.Unlock()
	h := &httpSession{}
	var err error
	h.Session, err = p.engine.NewSession(ctx, sql.SessionOptions{
		User: sql.Superuser, Database: sql.Database, Client: h, Settings: [][2]string{{"application_name", "http"}},
	})
	return h, err
}

func (p *sessionPool) put(s *httpSession) {
	s.notices = nil
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.idle) >= maxIdle || s.TxStatus() != 'I' {
		s.Close()
		return
	}
	p.idle = append(p.idle, s)
}

func (p *sessionPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, s := range p.idle {
		s.Close()
	}
	p.idle = nil
}

// result is a statement's outcome, ready for JSON.
type result struct {
	columns []string
	rows    []orderedRow
	tag     string
	notices []string
	more    bool // there were rows beyond the limit
}

// run executes one statement with text parameters (nil: NULL) and takes up to
// limit rows (0: all).
func (p *sessionPool) run(ctx context.Context, text string, params []any, limit int) (*result, error) {
	s, err := p.get(ctx)
	if err != nil {
		return nil, err
	}
	defer p.put(s)
	res, err := s.exec(ctx, text, params, limit)
	if syncErr := s.Sync(ctx); err == nil {
		err = syncErr
	}
	if err != nil {
		return nil, err
	}
	res.notices = s.notices
	return res, nil
}

func (h *httpSession) exec(ctx context.Context, text string, params []any, limit int) (*result, error) {
	stmts, err := h.Parse(text)
	if err != nil {
		return nil, err
	}
	prep, err := h.Prepare(ctx, stmts[0], nil)
	if err != nil {
		return nil, err
	}
	values := make([]types.Datum, len(prep.Params))
	for i, t := range prep.Params {
		if values[i], err = datum(t, params[i], h.Format()); err != nil {
			h.Fail()
			return nil, err
		}
	}
	portal, err := h.Bind(ctx, prep, values)
	if err != nil {
		return nil, err
	}
	defer portal.Close()
	sink := &rowSink{columns: portal.Columns(), format: h.Format()}
	for _, c := range sink.columns {
		sink.out.columns = append(sink.out.columns, c.Name)
	}
	h.SetFinal(true)
	res, err := portal.Execute(ctx, limit, sink)
	if err != nil {
		return nil, err
	}
	sink.out.tag, sink.out.more = res.Tag, res.Suspended
	if res.Suspended { // exactly limit rows is not more
		probe := &rowSink{columns: sink.columns, format: sink.format}
		if _, err = portal.Execute(ctx, 1, probe); err != nil {
			return nil, err
		}
		sink.out.more = len(probe.out.rows) > 0
	}
	return &sink.out, nil
}

// datum turns a parameter into a value of the type that the statement wants.
func datum(t types.OID, v any, f *types.Format) (types.Datum, error) {
	if v == nil {
		return types.NullDatum, nil
	}
	text, ok := v.(string)
	if !ok {
		text = fmt.Sprint(v)
	}
	return types.ParseText(t, -1, text, f)
}

// orderedRow is a JSON object that keeps the columns' order.
type orderedRow struct {
	names  []string
	values []json.RawMessage
}

// MarshalJSON writes the object in column order.
func (r orderedRow) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, name := range r.names {
		if i > 0 {
			out = append(out, ',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, key...), ':'), r.values[i]...)
	}
	return append(out, '}'), nil
}

// rowSink turns batches into JSON rows.
type rowSink struct {
	columns []plan.Column
	format  *types.Format
	out     result
}

// Rows implements sql.RowSink.
func (s *rowSink) Rows(b *types.Batch) error {
	for i := range b.N {
		row := orderedRow{names: s.out.columns, values: make([]json.RawMessage, len(b.Cols))}
		for k := range b.Cols {
			v, err := jsonValue(&b.Cols[k], i, s.format)
			if err != nil {
				return err
			}
			row.values[k] = v
		}
		s.out.rows = append(s.out.rows, row)
	}
	return nil
}

// jsonValue writes one value: numbers, booleans and JSON as they are, all else
// as PostgreSQL's text.
func jsonValue(v *types.Vec, i int, f *types.Format) (json.RawMessage, error) {
	if v.IsNull(i) {
		return json.RawMessage("null"), nil
	}
	text, err := types.AppendText(nil, v.Type, v, i, f)
	if err != nil {
		return nil, err
	}
	switch v.Type {
	case types.OIDBool:
		if text[0] == 't' {
			return json.RawMessage("true"), nil
		}
		return json.RawMessage("false"), nil
	case types.OIDInt2, types.OIDInt4, types.OIDInt8, types.OIDFloat4, types.OIDFloat8, types.OIDNumeric, types.OIDJSON, types.OIDJSONB:
		if json.Valid(text) {
			return text, nil
		}
	case types.OIDTimestamptz:
		return jsonTime(v.I[i], text)
	}
	return json.Marshal(string(text))
}

// jsonTime writes a timestamp in RFC 3339, the infinities as words.
func jsonTime(us int64, text []byte) (json.RawMessage, error) {
	if text[len(text)-1] == 'y' { // infinity, -infinity
		return json.Marshal(string(text))
	}
	return json.Marshal(types.TimeOf(us).Format("2006-01-02T15:04:05.999999Z07:00"))
}
