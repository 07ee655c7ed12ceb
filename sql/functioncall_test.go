package sql

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// call calls a function as the protocol's function calls do.
func (s *testSession) call(oid types.OID, args ...types.Datum) string {
	s.t.Helper()
	ctx := context.Background()
	got, err := func() (string, error) {
		p, err := s.PrepareCall(ctx, oid)
		if err != nil {
			return "", err
		}
		portal, err := s.Bind(ctx, p, args)
		if err != nil {
			return "", err
		}
		defer portal.Close()
		s.SetFinal(true)
		sink := &textSink{s: s.Session}
		if _, err := portal.Execute(ctx, 0, sink); err != nil {
			return "", err
		}
		return sink.rows[0], s.Sync(ctx)
	}()
	if err != nil {
		e := sqlerr.From(err)
		got = fmt.Sprintf("%s: %s", e.Code, e.Message)
		if err := s.Sync(ctx); err != nil {
			s.t.Error(err)
		}
	}
	return got
}

// TestFunctionCall calls functions by their OIDs.
func TestFunctionCall(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	for _, c := range []struct {
		oid  types.OID
		args []types.Datum
		want string
	}{
		{141, []types.Datum{types.Int(6), types.Int(7)}, "42"},
		{141, []types.Datum{types.Int(1 << 30), types.Int(4)}, "22003: integer out of range"},
		{141, []types.Datum{types.NullDatum, types.Int(7)}, "∅"},
		{2108, []types.Datum{types.Int(1)}, "0A000: cannot call function \"sum\" via fastpath interface"},
		{3100, nil, "0A000: cannot call function \"row_number\" via fastpath interface"},
		{1067, []types.Datum{types.Int(1), types.Int(2)}, "0A000: cannot call function \"generate_series\" via fastpath interface"},
		{3204, []types.Datum{types.Text("{}")}, "0A000: could not determine row type for result of json_to_record"},
		{1, nil, "42883: function with OID 1 does not exist"},
		{861, nil, "stemedb"}, // current_database
	} {
		if got := s.call(c.oid, c.args...); got != c.want {
			t.Errorf("%d%v: %s, want %s", c.oid, c.args, got, c.want)
		}
	}
	s.want("BEGIN; SELECT 1/0", "BEGIN", "22012: division by zero")
	if got := s.call(141, types.Int(1), types.Int(1)); got != "25P02: current transaction is aborted, commands ignored until end of transaction block" {
		t.Error(got)
	}
	s.want("ROLLBACK; SET statement_timeout = 50", "ROLLBACK", "SET")
	if got := s.call(2626, types.Float(30)); got != "57014: canceling statement due to statement timeout" { // pg_sleep
		t.Error(got)
	}
	s.want("RESET statement_timeout; SELECT state FROM pg_stat_activity WHERE pid = pg_backend_pid()", "RESET", "active", "SELECT 1")
}

// TestFunctionCallOfAll calls every function with NULLs: none of those that are not
// strict, polymorphic ones least of all, may do worse than fail.
func TestFunctionCallOfAll(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	for _, f := range functions.All() {
		if slices.Contains([]string{"pg_terminate_backend", "pg_sleep"}, f.Name) {
			continue
		}
		args := make([]types.Datum, len(f.Args))
		for i := range args {
			args[i] = types.NullDatum
		}
		func() {
			defer func() {
				if r := recover(); r != nil {
					t.Errorf("%s(%d): %v", f.Name, f.OID, r)
				}
			}()
			if got := s.call(f.OID, args...); !f.NotStrict && len(args) > 0 && f.Kind == functions.Scalar && !f.RetSet && got != "∅" {
				if e := got[:5]; e != "0A000" && e != "42501" {
					t.Errorf("%s(%d) of NULLs: %s", f.Name, f.OID, got)
				}
			}
		}()
	}
}
