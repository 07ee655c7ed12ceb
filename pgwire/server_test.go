package pgwire

import (
	"context"
	"encoding/binary"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

func wantLast(t *testing.T, got []string, want string) {
	t.Helper()
	if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), want) {
		t.Errorf("wanted %q in %q", want, got)
	}
}

// metric sums a metric's values.
func metric(t testing.TB, reg *prometheus.Registry, name string) (sum float64) {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name {
				sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

// TestHugeFrame: a header that claims 1 GiB, 16 MiB or 64 KiB moves no memory.
func TestHugeFrame(t *testing.T) {
	_, _, addr := startServer(t, Options{})
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.TotalAlloc
	}
	before := heap()
	for range 50 {
		c := dial(t, addr)
		c.write([]byte{0x40, 0, 0, 0, 0, 3, 0, 0})
		wantLast(t, c.until("!"), "C=54000")
	}
	for _, claim := range []string{"\x40\x00\x00\x00", "\x7f\xff\xff\xff", "\x02\x00\x00\x00"} {
		c := login(t, addr)
		c.write([]byte("Q" + claim + "select"))
		if claim[0] != 2 { // within the limit: it waits for the rest
			wantLast(t, c.until("!"), "C=54000")
		}
	}
	if moved := heap() - before; moved > 64<<20 {
		t.Errorf("%d bytes were allocated", moved)
	}
}

// TestLargeQuery: a frame between the buffer's size and the limit works.
func TestLargeQuery(t *testing.T) {
	_, _, addr := startServer(t, Options{})
	c := login(t, addr)
	for _, n := range []int{readBufferSize - 10, readBufferSize, 100_000, maxFrame - 100} {
		wantLast(t, c.query("rows 1"+strings.Repeat(" ", n)), `"SELECT 1"`)
		wantLast(t, c.query("rows 1"), `"SELECT 1"`)
	}
	c.write(frame('Q', strings.Repeat(" ", maxFrame+1)))
	wantLast(t, c.until("!"), "C=54000")
}

// TestMessageMemory: a message for which all connections together have no memory
// left is answered with an error, and costs nothing but itself.
func TestMessageMemory(t *testing.T) {
	s, _, addr := startServer(t, Options{MaxMessageBytes: 1 << 20})
	c, other := login(t, addr), login(t, addr)
	large := "rows 1" + strings.Repeat(" ", 1<<20)
	wantLast(t, c.query(large), "C=53200 M=out of memory for messages of clients")
	wantLast(t, c.query(large[:1<<19]), `"SELECT 1"`)
	c.write(append(frame('P', "\x00"+large+"\x00\x00\x00"), frame('S', "")...))
	wantLast(t, c.until("Z"), "C=53200")
	// Half of one lies in the server while another comes.
	other.write(frame('Q', large[:700_000]+"\x00")[:600_000])
	eventually(t, "it holds what has come", func() bool { return s.frames.used.Load() > 1<<19 })
	wantLast(t, c.query(large[:1<<19]), "C=53200")
	_ = other.nc.Close()
	eventually(t, "it has given it back", func() bool { return s.frames.used.Load() == 0 })
	wantLast(t, c.query(large[:1<<19]), `"SELECT 1"`)
	eventually(t, "nothing stays", func() bool { return s.frames.used.Load() == 0 })
}

// TestSilentConnections: 1,000 connections that say nothing do not keep a login
// out, and the login deadline closes them; so it does one that talks slowly.
func TestSilentConnections(t *testing.T) {
	s, _, addr := startServer(t, Options{LoginTimeout: 1500 * time.Millisecond, MaxPending: 600})
	start := time.Now()
	var silent []*client
	for range 1000 {
		silent = append(silent, dial(t, addr))
	}
	c := login(t, addr)
	wantLast(t, c.query("rows 1"), `"SELECT 1"`)
	if n, _ := s.conns.counts(); n > 600 {
		t.Errorf("%d connections wait", n)
	}
	slow := dial(t, addr)
	go func() {
		for _, b := range startupBytes(protocolVersion, "user", "stemedb", "application_name", strings.Repeat("x", 1000)) {
			if _, err := slow.nc.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	for _, c := range append(silent, slow) {
		c.expectEOF()
	}
	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("it took %v", took)
	}
	wantLast(t, c.query("rows 1"), `"SELECT 1"`)
}

func TestConnectionLimit(t *testing.T) {
	_, _, addr := startServer(t, Options{MaxConnections: 3, Reserved: 1})
	first := login(t, addr, "user", "guest")
	login(t, addr, "user", "guest")
	c := dial(t, addr)
	c.write(startupBytes(protocolVersion, "user", "guest"))
	wantLast(t, c.until("!"), "C=53300 M=remaining connection slots are reserved for non-replication superuser connections")
	login(t, addr)
	c = dial(t, addr)
	c.write(startupBytes(protocolVersion, "user", "stemedb"))
	wantLast(t, c.until("!"), "C=53300 M=sorry, too many clients already")
	first.write(frame('X', ""))
	first.expectEOF()
	eventually(t, "a slot is free again", func() bool {
		c := dial(t, addr)
		c.write(startupBytes(protocolVersion, "user", "stemedb"))
		got := c.until("Z")
		return got[len(got)-1] == "ReadyForQuery I"
	})
}

func TestCancel(t *testing.T) {
	s, e, addr := startServer(t, Options{})
	c := login(t, addr)
	c.write(frame('Q', "sleep\x00"))
	eventually(t, "the statement runs", func() bool { return e.sleeping.Load() == 1 })
	send := func(pid int32, secret uint32) {
		b := []byte{0, 0, 0, 16, 4, 0xd2, 0x16, 0x2e}
		b = binary.BigEndian.AppendUint32(b, uint32(pid))
		k := dial(t, addr)
		k.write(binary.BigEndian.AppendUint32(b, secret))
		k.expectEOF()
	}
	var pid int32
	var secret uint32
	s.conns.each(func(c *conn) { pid, secret = c.pid, c.secret })
	send(pid, secret+1)
	send(pid+1, secret)
	if e.sleeping.Load() != 1 {
		t.Error("a wrong key cancelled the statement")
	}
	send(pid, secret)
	wantLast(t, c.until("Z"), "C=57014 M=canceling statement due to user request")
	wantLast(t, c.query("rows 1"), `"SELECT 1"`)
	// One that overtakes its statement waits for it.
	c.write(frame('Q', "held\x00"))
	eventually(t, "it is planned", func() bool { return e.planning.Load() == 1 })
	send(pid, secret)
	wantLast(t, c.until("Z"), "C=57014 M=canceling statement due to user request")
	// A cancel that comes while the session is idle cancels nothing.
	send(pid, secret)
	wantLast(t, c.query("rows 1"), `"SELECT 1"`)
	s.conns.each(func(c *conn) { c.end(endNow) })
	wantLast(t, c.until("!"), "C=57P01")
}

// TestCancelIntent: a request cancels what the client has sent before it, and
// nothing that it sends later.
func TestCancelIntent(t *testing.T) {
	type look struct {
		activity        uint64
		unread, running bool
		done            bool
	}
	for name, looks := range map[string][]look{
		"a statement runs":           {{activity: 5, running: true, done: true}},
		"nothing was sent":           {{activity: 4}, {activity: 4, done: true}},
		"it is planned":              {{activity: 5}, {activity: 5}, {activity: 5, running: true, done: true}},
		"it ended meanwhile":         {{activity: 5}, {activity: 6, unread: true, done: true}},
		"another one runs meanwhile": {{activity: 5}, {activity: 7, done: true}},
		"it has not been read":       {{activity: 4, unread: true}, {activity: 4, unread: true}, {activity: 5}, {activity: 5, running: true, done: true}},
		"it has just been read":      {{activity: 4}, {activity: 5, running: true, done: true}},
		"half of it has been read":   {{activity: 4, unread: true}, {activity: 4}, {activity: 4}, {activity: 5, running: true, done: true}},
		"the one after it":           {{activity: 4, unread: true}, {activity: 7, done: true}},
	} {
		s := &fakeSession{cancelled: make(chan struct{}, 1)}
		c := &conn{session: s}
		var meant intent
		cancelled := false
		for i, l := range looks {
			c.activity.Store(l.activity)
			c.peek = func() peeked { return peeked{unread: l.unread} }
			s.running.Store(l.running)
			if got := meant.cancel(c); got != l.done {
				t.Errorf("%s: look %d: done %v", name, i+1, got)
			}
			cancelled = l.running
		}
		if got := len(s.cancelled) == 1; got != cancelled {
			t.Errorf("%s: cancelled %v", name, got)
		}
	}
}

// TestLostClient: a statement ends when its client goes away.
func TestLostClient(t *testing.T) {
	_, e, addr := startServer(t, Options{CheckInterval: 5 * time.Millisecond})
	c := login(t, addr)
	c.write(frame('Q', "sleep\x00"))
	eventually(t, "the statement runs", func() bool { return e.sleeping.Load() == 1 })
	time.Sleep(50 * time.Millisecond)
	if e.lost.Load() != 0 {
		t.Fatal("the client is there")
	}
	_ = c.nc.Close()
	eventually(t, "the statement is cancelled", func() bool { return e.lost.Load() == 1 && e.sessions.Load() == 0 })
}

// TestTerminatedSession: a session that was asked to end ends when the server hears of
// it, or looks.
func TestTerminatedSession(t *testing.T) {
	for _, interval := range []time.Duration{5 * time.Millisecond, time.Hour} {
		s, _, addr := startServer(t, Options{CheckInterval: interval})
		c := login(t, addr)
		s.conns.each(func(c *conn) { c.session.(*fakeSession).terminated.Store(true) })
		if interval == time.Hour {
			s.lookNow()
		}
		wantLast(t, c.until("!"), "C=57P01 M=terminating connection due to administrator command")
	}
}

// TestShutdown: idle sessions end at once, a transaction and a statement get
// their time, and then end too.
func TestShutdown(t *testing.T) {
	s, e, addr := startServer(t, Options{})
	idle, inBlock, busy, finishes := login(t, addr), login(t, addr), login(t, addr), login(t, addr)
	silent := dial(t, addr)
	inBlock.query("begin")
	finishes.query("begin")
	busy.write(frame('Q', "sleep\x00"))
	eventually(t, "the statement runs", func() bool { return e.sleeping.Load() == 1 })
	eventually(t, "all are there", func() bool { p, n := s.conns.counts(); return p == 1 && n == 4 })
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		done <- s.Shutdown(ctx)
	}()
	wantLast(t, idle.until("!"), "S=FATAL V=FATAL C=57P01 M=terminating connection due to administrator command")
	silent.expectEOF()
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("the listener is still open")
	}
	wantLast(t, finishes.query("rows 1"), "ReadyForQuery T")
	finishes.write(frame('Q', "commit\x00"))
	got := finishes.until("!")
	wantLast(t, got, "ReadyForQuery I")
	wantLast(t, got, "C=57P01")
	if len(done) > 0 {
		t.Error("Shutdown did not wait")
	}
	wantLast(t, inBlock.until("!"), "C=57P01")
	wantLast(t, busy.until("!"), "C=57P01")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestPanic: a bug in the engine costs one connection.
func TestPanic(t *testing.T) {
	reg := prometheus.NewRegistry()
	_, _, addr := startServer(t, Options{Registerer: reg})
	other := login(t, addr)
	c := login(t, addr)
	wantLast(t, c.query("panic"), "S=FATAL V=FATAL C=XX000")
	wantLast(t, other.query("rows 1"), `"SELECT 1"`)
	if n := metric(t, reg, "stemedb_sql_panics_total"); n != 1 {
		t.Errorf("%v panics counted", n)
	}
}

func TestStatementBounds(t *testing.T) {
	_, _, addr := startServer(t, Options{MaxStatements: 2, MaxStatementBytes: 4096})
	c := login(t, addr)
	parse := func(name, text string) []string {
		c.write(frame('P', name+"\x00"+text+"\x00\x00\x00"))
		c.write(frame('S', ""))
		return c.until("Z")
	}
	wantLast(t, parse("a", "rows 1"), "ParseComplete")
	wantLast(t, parse("b", "rows 1"+strings.Repeat(" ", 4000)), "C=53400")
	wantLast(t, parse("b", "rows 1"), "ParseComplete")
	wantLast(t, parse("c", "rows 1"), "C=53400 M=too many prepared statements in this session")
	c.write(frame('C', "Sa\x00"))
	wantLast(t, parse("c", "rows 1"), "ParseComplete")
	wantLast(t, parse("", "rows 1"), "C=53400")
}

func TestMetrics(t *testing.T) {
	reg := prometheus.NewRegistry()
	_, _, addr := startServer(t, Options{Registerer: reg})
	login(t, addr)
	c := dial(t, addr)
	c.write(startupBytes(protocolVersion, "user", "nobody"))
	c.until("!")
	if n := metric(t, reg, "stemedb_sql_connections"); n != 1 {
		t.Errorf("%v connections", n)
	}
	if n := metric(t, reg, "stemedb_sql_login_failures_total"); n != 1 {
		t.Errorf("%v login failures", n)
	}
	if _, err := NewServer(Options{Engine: &fakeEngine{}, Auth: Roles{}, Registerer: reg}); err == nil {
		t.Error("the same metrics were registered twice")
	}
}

// TestWriteTimeout: a client that does not read loses its connection.
func TestWriteTimeout(t *testing.T) {
	_, e, addr := startServer(t, Options{WriteTimeout: 100 * time.Millisecond})
	c := login(t, addr)
	c.write(frame('Q', "rows 3000000\x00"))
	eventually(t, "the connection ends", func() bool { return e.sessions.Load() == 0 })
}

// TestIdleMemory: an idle session costs less than 64 KiB, its client's side in
// this process and what a large result left behind included.
func TestIdleMemory(t *testing.T) {
	_, _, addr := startServer(t, Options{})
	inUse := func() uint64 {
		runtime.GC()
		runtime.GC() // empties the pools
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	login(t, addr)
	const n = 300
	before := inUse()
	for range n {
		wantLast(t, login(t, addr).query("rows 3000"), `"SELECT 3000"`)
	}
	if each := (inUse() - before) / n; each > 64<<10 {
		t.Errorf("%d bytes a session", each)
	} else {
		t.Logf("%d bytes a session", each)
	}
}
