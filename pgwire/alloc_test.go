package pgwire

import (
	"bytes"
	"context"
	"net"
	"testing"

	"github.com/stemedb/stemedb/sql/types"
)

// pointEngine answers one prepared statement with a row made beforehand: what
// remains is the protocol's own cost.
type pointEngine struct{ fakeEngine }

type pointSession struct {
	*fakeSession
	portal pointPortal
}

type pointPortal struct{ b *types.Batch }

func (e *pointEngine) NewSession(ctx context.Context, l Login) (Session, error) {
	s, err := e.fakeEngine.NewSession(ctx, l)
	if err != nil {
		return nil, err
	}
	b := types.NewBatch([]types.OID{types.OIDInt4, types.OIDText})
	for range 4 {
		b.N++
		b.Cols[0].Append(types.Int(42))
		b.Cols[1].Append(types.Text("an answer"))
	}
	return &pointSession{fakeSession: s.(*fakeSession), portal: pointPortal{b}}, nil
}

func (s *pointSession) Bind(context.Context, Prepared, []types.Datum) (Portal, error) {
	return &s.portal, nil
}
func (p *pointPortal) Close() {}
func (p *pointPortal) Execute(_ context.Context, _ int, sink RowSink) (Result, error) {
	return Result{Tag: "SELECT 4"}, sink.Rows(p.b)
}

// loopConn gives the same bytes again and again, and then ends.
type loopConn struct {
	memoryConn
	again []byte
	left  int
}

func (c *loopConn) Read(p []byte) (int, error) {
	if c.in.Len() == 0 && c.left > 0 {
		c.left--
		c.in.Reset(c.again)
	}
	return c.in.Read(p)
}

func pointMessages(t testing.TB) (first, again []byte) {
	for _, line := range []string{`Parse {"Name":"q","Query":"rows 4"}`, "Sync"} {
		b, err := encodeMessage(line)
		if err != nil {
			t.Fatal(err)
		}
		first = append(first, b...)
	}
	for _, line := range []string{`Bind {"PreparedStatement":"q","ResultFormatCodes":[1]}`, `Describe {"ObjectType":"P"}`, "Execute", "Sync"} {
		b, err := encodeMessage(line)
		if err != nil {
			t.Fatal(err)
		}
		again = append(again, b...)
	}
	return append(startupBytes(protocolVersion, "user", "stemedb"), first...), again
}

func servePoint(t testing.TB, rounds int) {
	s, err := NewServer(Options{Engine: &pointEngine{}, Auth: Roles{"stemedb": {Login: true}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Shutdown(context.Background()) }()
	first, again := pointMessages(t)
	nc := &loopConn{memoryConn: memoryConn{in: bytes.NewReader(first)}, again: again, left: rounds}
	c := newConn(s, nc)
	s.conns.add(c)
	c.serve(context.Background())
	if nc.out < rounds*100 {
		t.Fatalf("%d bytes of answers", nc.out)
	}
}

// TestNoAllocation: a prepared query costs the protocol no allocation.
func TestNoAllocation(t *testing.T) {
	few := testing.AllocsPerRun(5, func() { servePoint(t, 10) })
	many := testing.AllocsPerRun(5, func() { servePoint(t, 1010) })
	if per := (many - few) / 1000; per > 0.1 {
		t.Errorf("%.2f allocations a query", per)
	}
}

func BenchmarkPreparedQuery(b *testing.B) {
	b.ReportAllocs()
	servePoint(b, b.N)
}

// BenchmarkPreparedQueryTCP is the same over loopback, one client.
func BenchmarkPreparedQueryTCP(b *testing.B) {
	s, err := NewServer(Options{Engine: &pointEngine{}, Auth: Roles{"stemedb": {Login: true}}})
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.Serve(context.Background(), l) }()
	defer func() { _ = s.Shutdown(context.Background()) }()
	first, again := pointMessages(b)
	c := dial(b, l.Addr().String())
	c.write(first)
	c.until("ZZ")
	buf := make([]byte, 4096)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		c.write(again)
		if _, err := c.nc.Read(buf); err != nil {
			b.Fatal(err)
		}
	}
}
