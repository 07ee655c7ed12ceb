package pgwire

import (
	"bytes"
	"context"
	"encoding/hex"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// memoryConn is a connection whose client has sent everything and reads
// everything.
type memoryConn struct {
	in  *bytes.Reader
	out int
}

func (c *memoryConn) Read(p []byte) (int, error)       { return c.in.Read(p) }
func (c *memoryConn) Write(p []byte) (int, error)      { c.out += len(p); return len(p), nil }
func (c *memoryConn) Close() error                     { return nil }
func (c *memoryConn) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (c *memoryConn) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (c *memoryConn) SetDeadline(time.Time) error      { return nil }
func (c *memoryConn) SetReadDeadline(time.Time) error  { return nil }
func (c *memoryConn) SetWriteDeadline(time.Time) error { return nil }

// crashing are the frames that end a process that decodes by pgproto3 unguarded.
var crashing = []string{
	"5100000004",                          // empty Query
	"6600000004",                          // empty CopyFail
	"42000000100000000000 01fffffffe0000", // Bind, parameter of length -2
	"460000000500",                        // short FunctionCall
	"4600000004",                          // empty FunctionCall
	"7000000004",                          // empty SASLInitialResponse
	"700000000641 00",                     // SASLInitialResponse without a length
	"5140000000",                          // 1 GiB
	"5000000004", "4400000004", "4500000004", "4300000004", "4200000004",
}

func seeds(f *testing.F) {
	for _, h := range crashing {
		b, err := hex.DecodeString(strings.ReplaceAll(h, " ", ""))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, false)
		f.Add(b, true)
		f.Add(append(startupBytes(protocolVersion, "user", "pw"), b...), false)
	}
	start := startupBytes(protocolVersion, "user", "stemedb", "options", `-c a=b\ c --d-e=f`)
	f.Add(start, false)
	f.Add([]byte{0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f}, false)
	paths, _ := filepath.Glob("testdata/scripts/*")
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		var stream []byte
		for _, line := range strings.Split(string(text), "\n") {
			if strings.Contains(line, "sleep") {
				continue
			}
			if b, err := encodeMessage(line); err == nil {
				stream = append(stream, b...)
				f.Add(b, true)
			}
		}
		f.Add(stream, true)
	}
}

// FuzzFrames feeds bytes to a connection before or after its login: no panic
// (but the engine's, asked for by a statement), no goroutine stuck, nothing
// left behind.
func FuzzFrames(f *testing.F) {
	seeds(f)
	e := &fakeEngine{}
	reg := prometheus.NewRegistry()
	s, err := NewServer(Options{Engine: e, Registerer: reg, Auth: Roles{"stemedb": {Login: true, Superuser: true}, "pw": {Login: true, Password: &Verifier{Iterations: 1, Salt: []byte("s"), StoredKey: make([]byte, 32), ServerKey: make([]byte, 32)}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Shutdown(context.Background()) })
	f.Fuzz(func(t *testing.T, data []byte, loggedIn bool) {
		if bytes.Contains(data, []byte("panic")) || bytes.Contains(data, []byte("sleep")) {
			return
		}
		in := data
		if loggedIn {
			in = append(startupBytes(protocolVersion, "user", "stemedb"), data...)
		}
		nc := &memoryConn{in: bytes.NewReader(in)}
		c := newConn(s, nc)
		s.conns.add(c)
		c.serve(context.Background())
		if n := metric(t, reg, "stemedb_sql_panics_total"); n != 0 {
			t.Fatal("a panic was recovered")
		}
		if p, n := s.conns.counts(); p != 0 || n != 0 || e.sessions.Load() != 0 || s.conns.slots != 0 {
			t.Fatalf("left behind: %d pending, %d sessions, %d of the engine", p, n, e.sessions.Load())
		}
		if loggedIn && nc.out == 0 {
			t.Fatal("no answer to the login")
		}
	})
}

// TestCrashingBeforeLogin sends the crashing frames in place of a SASL message.
func TestCrashingBeforeLogin(t *testing.T) {
	_, _, addr := startServer(t, Options{Auth: passwordRoles(t)})
	for _, h := range crashing {
		b, err := hex.DecodeString(strings.ReplaceAll(h, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		for _, first := range [][]byte{nil, startupBytes(protocolVersion, "user", "stemedb")} {
			c := dial(t, addr)
			c.write(append(first, b...))
			if tc, ok := c.nc.(*net.TCPConn); ok {
				_ = tc.CloseWrite()
			}
			got := c.until("!")
			if got[len(got)-1] != "EOF" {
				t.Errorf("%s: %v", h, got)
			}
		}
	}
}
