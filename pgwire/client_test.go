package pgwire

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgproto3/v2"
)

// startServer serves a fake engine on a loopback port until the test ends, and
// checks then that every connection and session has gone.
func startServer(t testing.TB, o Options) (*Server, *fakeEngine, string) {
	t.Helper()
	e := &fakeEngine{}
	o.Engine = e
	if o.Auth == nil {
		o.Auth = Roles{"stemedb": {Superuser: true, Login: true}, "guest": {Login: true}, "nologin": {}}
	}
	s, err := NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background(), l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, ErrServerClosed) {
			t.Errorf("Serve returned %v", err)
		}
		if n := e.sessions.Load(); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
		if p, n := s.conns.counts(); p != 0 || n != 0 || s.conns.slots != 0 {
			t.Errorf("%d pending, %d sessions, %d slots are left", p, n, s.conns.slots)
		}
	})
	return s, e, l.Addr().String()
}

// client is a connection that speaks in frames.
type client struct {
	t  testing.TB
	nc net.Conn
	r  *bufio.Reader
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() })
	_ = nc.SetDeadline(time.Now().Add(20 * time.Second))
	return &client{t: t, nc: nc, r: bufio.NewReader(nc)}
}

// login dials and logs in, and reads up to ReadyForQuery.
func login(t testing.TB, addr string, params ...string) *client {
	t.Helper()
	c := dial(t, addr)
	c.write(startupBytes(protocolVersion, append([]string{"user", "stemedb"}, params...)...))
	if got := c.until("Z"); !strings.HasPrefix(got[len(got)-1], "ReadyForQuery") {
		t.Fatalf("login: %v", got)
	}
	return c
}

func startupBytes(version uint32, params ...string) []byte {
	b := binary.BigEndian.AppendUint32([]byte{0, 0, 0, 0}, version)
	for _, p := range params {
		b = append(append(b, p...), 0)
	}
	b = append(b, 0)
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

func frame(typ byte, body string) []byte {
	b := binary.BigEndian.AppendUint32([]byte{typ}, uint32(len(body)+4))
	return append(b, body...)
}

func (c *client) write(b []byte) {
	c.t.Helper()
	if _, err := c.nc.Write(b); err != nil {
		c.t.Logf("write: %v", err)
	}
}

func (c *client) query(text string) []string {
	c.t.Helper()
	c.write(frame('Q', text+"\x00"))
	return c.until("Z")
}

// recv reads one frame.
func (c *client) recv() (typ byte, body []byte, err error) {
	var h [5]byte
	if _, err := io.ReadFull(c.r, h[:]); err != nil {
		return 0, nil, err
	}
	body = make([]byte, binary.BigEndian.Uint32(h[1:])-4)
	_, err = io.ReadFull(c.r, body)
	return h[0], body, err
}

// until reads and prints messages until all of the types in last have come, in
// that order, or the connection ends.
func (c *client) until(last string) []string {
	var out []string
	for last != "" {
		typ, body, err := c.recv()
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "reset") {
				return append(out, "EOF")
			}
			return append(out, "failed: "+err.Error())
		}
		out = append(out, printMessage(typ, body))
		if last[0] == typ {
			last = last[1:]
		}
	}
	return out
}

func (c *client) expectEOF() {
	c.t.Helper()
	if got := c.until("!"); len(got) != 1 || got[0] != "EOF" {
		c.t.Errorf("wanted the end of the connection, got %v", got)
	}
}

// printMessage gives a server's message as one line.
func printMessage(typ byte, body []byte) string {
	decode := func(m pgproto3.BackendMessage, name string) string {
		if err := m.Decode(body); err != nil {
			return fmt.Sprintf("%s: %v", name, err)
		}
		return name
	}
	cur := cursor{b: body}
	switch typ {
	case 'R':
		return fmt.Sprintf("Authentication %d", cur.int32())
	case '1':
		return decode(&pgproto3.ParseComplete{}, "ParseComplete")
	case '2':
		return decode(&pgproto3.BindComplete{}, "BindComplete")
	case '3':
		return decode(&pgproto3.CloseComplete{}, "CloseComplete")
	case 'n':
		return decode(&pgproto3.NoData{}, "NoData")
	case 's':
		return decode(&pgproto3.PortalSuspended{}, "PortalSuspended")
	case 'I':
		return decode(&pgproto3.EmptyQueryResponse{}, "EmptyQueryResponse")
	case 'c':
		return decode(&pgproto3.CopyDone{}, "CopyDone")
	case 'Z':
		return fmt.Sprintf("ReadyForQuery %s", body)
	case 'C':
		return fmt.Sprintf("CommandComplete %q", cur.cstring())
	case 'S':
		return fmt.Sprintf("ParameterStatus %s=%s", cur.cstring(), cur.cstring())
	case 'd':
		return fmt.Sprintf("CopyData %q", body)
	case 'K':
		return fmt.Sprintf("BackendKeyData (%d bytes)", len(body))
	case 'v':
		out := fmt.Sprintf("NegotiateProtocolVersion %d", cur.int32())
		for range cur.int32() {
			out += fmt.Sprintf(" %s", cur.cstring())
		}
		return out
	case 'G', 'H':
		name := map[byte]string{'G': "CopyInResponse", 'H': "CopyOutResponse"}[typ]
		return fmt.Sprintf("%s %v", name, body)
	case 'E', 'N':
		return printReport(typ, body)
	case 't':
		var m pgproto3.ParameterDescription
		return decode(&m, "ParameterDescription") + fmt.Sprint(m.ParameterOIDs)
	case 'T':
		var m pgproto3.RowDescription
		out := decode(&m, "RowDescription")
		for _, f := range m.Fields {
			out += fmt.Sprintf(" %s(type %d len %d mod %d rel %d.%d fmt %d)", f.Name, f.DataTypeOID, f.DataTypeSize, f.TypeModifier, f.TableOID, f.TableAttributeNumber, f.Format)
		}
		return out
	case 'D':
		var m pgproto3.DataRow
		return decode(&m, "DataRow") + printValues(m.Values)
	}
	return fmt.Sprintf("%c %q", typ, body)
}

func printValues(values [][]byte) (out string) {
	for _, v := range values {
		switch {
		case v == nil:
			out += " NULL"
		case len(v) > 40:
			out += fmt.Sprintf(" (%d bytes)", len(v))
		default:
			out += fmt.Sprintf(" %q", v)
		}
	}
	return out
}

func printReport(typ byte, body []byte) string {
	out := map[byte]string{'E': "ErrorResponse", 'N': "NoticeResponse"}[typ]
	cur := cursor{b: body}
	for {
		f := cur.byte()
		if f == 0 {
			if cur.end() != nil {
				out += " malformed"
			}
			return out
		}
		if v := cur.cstring(); f != 'F' && f != 'L' && f != 'R' { // where in our source, which changes
			out += fmt.Sprintf(" %c=%s", f, v)
		}
	}
}

// byte is not needed to serve: a Bind has none.
func (c *cursor) byte() byte {
	if len(c.b) == 0 {
		c.fail(errShort)
		return 0
	}
	v := c.b[0]
	c.b = c.b[1:]
	return v
}

// encodeMessage reads one line of a script: a message's name and pgproto3's
// JSON for it, or "raw" and hex digits.
func encodeMessage(line string) ([]byte, error) {
	name, rest, _ := strings.Cut(line, " ")
	if name == "raw" {
		return hex.DecodeString(strings.ReplaceAll(rest, " ", ""))
	}
	var m pgproto3.FrontendMessage
	switch name {
	case "Query":
		m = &pgproto3.Query{}
	case "Parse":
		m = &pgproto3.Parse{}
	case "Bind":
		m = &pgproto3.Bind{}
	case "Describe":
		m = &pgproto3.Describe{}
	case "Execute":
		m = &pgproto3.Execute{}
	case "Close":
		m = &pgproto3.Close{}
	case "CopyFail":
		m = &pgproto3.CopyFail{}
	case "CopyData":
		var s string
		err := json.Unmarshal([]byte(rest), &s)
		return frame('d', s), err
	case "Sync":
		m = &pgproto3.Sync{}
	case "Flush":
		m = &pgproto3.Flush{}
	case "CopyDone":
		m = &pgproto3.CopyDone{}
	case "Terminate":
		m = &pgproto3.Terminate{}
	default:
		return nil, fmt.Errorf("no message is called %q", name)
	}
	if rest != "" {
		if err := json.Unmarshal([]byte(rest), m); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
	}
	return m.Encode(nil)
}
