package sql

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// testCluster is an in-memory node.
type testCluster struct{ *replication.Node }

func (c testCluster) Begin() exec.Txn { return c.Node.Begin() }

func newTestEngine(t testing.TB, change ...func(*Options)) *Engine {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	store, err := storage.Open(storage.Options{InMemory: true, Shards: 4, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	log, err := storage.OpenLog("log", storage.Options{InMemory: true, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	node, err := replication.Open(replication.Options{Store: store, Log: log, InMemory: true, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	if err := node.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(node.Close(context.Background()), log.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	opt := Options{Cluster: testCluster{node}, NodeID: "test"}
	for _, c := range change {
		c(&opt)
	}
	e, err := NewEngine(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if err := e.Bootstrap(ctx); err != nil {
		t.Fatal(err)
	}
	return e
}

// testClient records what a session tells its front end.
type testClient struct {
	notices []string
	status  map[string]string
}

func (c *testClient) Notice(e *sqlerr.Error) {
	c.notices = append(c.notices, e.Severity+" "+e.Code+": "+e.Message)
}
func (c *testClient) ParameterStatus(name, value string) { c.status[name] = value }

// testSession is a session with its client.
type testSession struct {
	*Session
	client *testClient
	t      testing.TB
}

func (e *Engine) testSession(t testing.TB, settings ...[2]string) *testSession {
	t.Helper()
	return e.sessionAs(t, Superuser, settings...)
}

// sessionAs is a session of a role that is there.
func (e *Engine) sessionAs(t testing.TB, role string, settings ...[2]string) *testSession {
	t.Helper()
	c := &testClient{status: map[string]string{}}
	s, err := e.NewSession(context.Background(), SessionOptions{User: role, Database: Database, Client: c, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &testSession{s, c, t}
}

// textSink collects rows as text.
type textSink struct {
	s    *Session
	rows []string
}

func (k *textSink) Rows(b *types.Batch) error {
	for i := range b.N {
		var parts []string
		for c := range b.Cols {
			v := &b.Cols[c]
			if v.IsNull(i) {
				parts = append(parts, "∅")
				continue
			}
			text, err := types.AppendText(nil, v.Type, v, i, k.s.Format())
			if err != nil {
				return err
			}
			parts = append(parts, string(text))
		}
		k.rows = append(k.rows, strings.Join(parts, "|"))
	}
	return nil
}

// run runs a query string as the simple protocol does and describes what came
// of it: rows and tags, or the error.
func (s *testSession) run(text string) (out []string) {
	s.t.Helper()
	ctx := context.Background()
	stmts, err := s.Parse(text)
	for i := 0; err == nil && i < len(stmts); i++ {
		var lines []string
		lines, err = s.one(ctx, stmts[i], i == len(stmts)-1)
		out = append(out, lines...)
	}
	if syncErr := s.Sync(ctx); err == nil {
		err = syncErr
	}
	if err != nil {
		e := sqlerr.From(err)
		out = append(out, fmt.Sprintf("%s: %s", e.Code, e.Message))
	}
	return out
}

func (s *testSession) one(ctx context.Context, st Statement, last bool) ([]string, error) {
	p, err := s.Prepare(ctx, st, nil)
	if err != nil {
		return nil, err
	}
	portal, err := s.Bind(ctx, p, nil)
	if err != nil {
		return nil, err
	}
	defer portal.Close()
	s.SetFinal(last)
	sink := &textSink{s: s.Session}
	res, err := portal.Execute(ctx, 0, sink)
	if err != nil {
		return sink.rows, err
	}
	return append(sink.rows, res.Tag), nil
}

// want checks what a query string gives; lines may be left out by "…" at the
// end of one.
func (s *testSession) want(text string, want ...string) {
	s.t.Helper()
	got := s.run(text)
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		head, open := strings.CutSuffix(want[i], "…")
		ok = got[i] == want[i] || open && strings.HasPrefix(got[i], head)
	}
	if !ok {
		s.t.Errorf("%s\n got: %q\nwant: %q", text, got, want)
	}
}
