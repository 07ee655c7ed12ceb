package sqlcases

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestCursorNames: the protocol knows SQL's cursors as portals, and SQL the
// protocol's named portals as cursors; FETCH from a BINARY cursor is binary.
func TestCursorNames(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	conn := connect(t, n.URL())
	simple := func(text, want string) {
		t.Helper()
		if got := answer(conn, text); got != want {
			t.Errorf("%s\n got: %q\nwant: %q", text, got, want)
		}
	}
	simple("BEGIN; DECLARE c CURSOR FOR SELECT g FROM generate_series(1, 5) g", "BEGIN\nDECLARE CURSOR")
	got := exchange(t, conn, &pgproto3.Describe{ObjectType: 'P', Name: "c"}, &pgproto3.Execute{Portal: "c", MaxRows: 2},
		&pgproto3.Execute{Portal: "c", MaxRows: 2}, &pgproto3.Sync{})
	same(t, got, "row description g", "row 1", "row 2", "suspended", "row 3", "row 4", "suspended", "ready")
	simple("FETCH PRIOR c", "g:int4\n3\nFETCH 1")
	got = exchange(t, conn, &pgproto3.Parse{Query: "SELECT 1"}, &pgproto3.Bind{DestinationPortal: "c"}, &pgproto3.Sync{})
	same(t, got, "parsed", `error cursor "c" already exists`, "ready")
	simple("ROLLBACK; BEGIN", "ROLLBACK\nBEGIN")
	got = exchange(t, conn, &pgproto3.Parse{Query: "SELECT g FROM generate_series(1, 4) g"}, &pgproto3.Bind{DestinationPortal: "p"},
		&pgproto3.Execute{Portal: "p", MaxRows: 1}, &pgproto3.Sync{})
	same(t, got, "parsed", "bound", "row 1", "suspended", "ready")
	simple("FETCH 2 p", "g:int4\n2\n3\nFETCH 2")
	simple("CLOSE p", "CLOSE CURSOR")
	simple("FETCH p", `ERROR 34000: cursor "p" does not exist`)
	simple("ROLLBACK; BEGIN; DECLARE b BINARY CURSOR FOR SELECT 258 AS n; FETCH b; ROLLBACK",
		"ROLLBACK\nBEGIN\nDECLARE CURSOR\nn:int4\n\x00\x00\x01\x02\nFETCH 1\nROLLBACK")
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}

// exchange sends messages and describes the answers up to ReadyForQuery.
func exchange(t *testing.T, conn *pgconn.PgConn, send ...pgproto3.FrontendMessage) (out []string) {
	t.Helper()
	f := conn.Frontend()
	for _, m := range send {
		f.Send(m)
	}
	if err := f.Flush(); err != nil {
		t.Fatal(err)
	}
	for {
		m, err := conn.ReceiveMessage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		switch m := m.(type) {
		case *pgproto3.RowDescription:
			out = append(out, "row description "+string(m.Fields[0].Name))
		case *pgproto3.DataRow:
			out = append(out, "row "+string(m.Values[0]))
		case *pgproto3.PortalSuspended:
			out = append(out, "suspended")
		case *pgproto3.ParseComplete:
			out = append(out, "parsed")
		case *pgproto3.BindComplete:
			out = append(out, "bound")
		case *pgproto3.CommandComplete:
			out = append(out, string(m.CommandTag))
		case *pgproto3.ErrorResponse:
			out = append(out, "error "+m.Message)
		case *pgproto3.ReadyForQuery:
			return append(out, "ready")
		}
	}
}
