package pgwire

import (
	"container/list"
	"context"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/xdg-go/scram"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// How a connection is asked to end from outside, weakest first.
const (
	endWhenIdle int32 = 1 // when no statement or transaction is under way
	endNow      int32 = 2
)

// conn is one connection. Its goroutine owns everything but what is marked.
type conn struct {
	srv *Server
	raw net.Conn // as accepted; Close and SetReadDeadline from anywhere
	nc  net.Conn // raw, or TLS over it
	in  frameReader
	out writer
	log *slog.Logger

	secure  bool
	holder  *pkix.Name // of the client's certificate, which was verified; nil: none
	binding scram.ChannelBinding
	user    string

	pid     int32
	secret  uint32
	waiting *list.Element // owned by the registry
	session Session       // written under the registry's lock
	limits  idleLimiter   // the session, if it has such limits
	news    Notifier      // the session, if notifications come to it
	slot    bool          // holds one of the registry's slots
	startup map[string]string

	stmts    store[*statement]
	portals  store[*portal]
	unnamed  portal // the unnamed portal's memory, reused
	rows     rowEncoder
	msg      frontend
	bind     bindMessage
	skip     bool // an error was sent: skip to the next Sync
	unsynced bool // extended messages came since the last Sync
	offset   int  // of the current statement in what the client sent, characters

	// activity is odd while the connection works and even while it waits for
	// its client; it grows with each change. Read by anyone.
	activity     atomic.Uint64
	lastActivity uint64 // the watcher's
	ending       atomic.Int32
	notified     atomic.Bool // there are notifications to send
	idle         bool        // Read is called at a message's start
	peek         func() peeked
	spin         *spinner           // nil: none
	alone        int                // messages waited for since another connection was used
	cancel       context.CancelFunc // ends every statement; from anywhere
}

// Errors that end a connection without a word more.
var (
	errTerminated = errors.New("client terminated the connection")
	errEnded      = errors.New("connection ended by a fatal error")
)

// ioError is a failed read from the client.
type ioError struct{ err error }

func (e *ioError) Error() string { return "read from client: " + e.err.Error() }
func (e *ioError) Unwrap() error { return e.err }

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{srv: s, raw: nc, nc: nc, peek: peeker(nc)}
	c.spin = newSpinner(nc, c)
	c.in = newFrameReader(c)
	c.in.pool = &s.frames
	c.out = newWriter(nc, &s.pool)
	c.rows.w = &c.out
	c.log = s.opts.Logger.With("remote", remoteAddr(nc))
	c.activity.Store(1)
	c.cancel = func() {}
	_ = nc.SetDeadline(time.Now().Add(s.opts.LoginTimeout))
	s.metrics.accepted.Inc()
	return c
}

func remoteAddr(nc net.Conn) string {
	if a := nc.RemoteAddr(); a != nil {
		return a.String()
	}
	return ""
}

// serve runs the connection from accept to close.
func (c *conn) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.srv.conns.locked(func() { c.cancel = cancel })
	defer c.close()
	defer c.recoverPanic()
	err := c.login(ctx)
	if err == nil {
		err = c.loop(ctx)
	}
	if err != nil && !errors.Is(err, errTerminated) && !errors.Is(err, errEnded) && !errors.Is(err, io.EOF) {
		c.log.Debug("connection ended", "error", err)
	}
}

// recoverPanic turns a bug below into the end of this connection alone.
func (c *conn) recoverPanic() {
	r := recover()
	if r == nil {
		return
	}
	c.srv.metrics.panics.Inc()
	c.log.Error("panic while serving a connection", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
	_ = c.sendFatal(fatal(sqlerr.InternalError, "internal error; the connection is closed"))
}

// close releases everything.
func (c *conn) close() {
	defer func() {
		c.in.release()
		if r := recover(); r != nil {
			c.srv.metrics.panics.Inc()
			c.log.Error("panic while closing a session", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
		_ = c.raw.Close()
	}()
	c.srv.conns.remove(c)
	c.srv.spin.last.CompareAndSwap(c, nil)
	if c.slot {
		defer c.srv.conns.release()
	}
	if c.session != nil {
		c.closePortals()
		c.session.Close()
	}
}

// Read is the frame reader's source: the client, through deadline pokes that
// do not end the connection.
func (c *conn) Read(p []byte) (int, error) {
	if c.idle && !c.secure {
		if n := c.spin.try(p); n > 0 {
			return n, nil
		}
	}
	for {
		n, err := c.nc.Read(p)
		if n > 0 || err == nil || c.session == nil || c.idle || !errors.Is(err, os.ErrDeadlineExceeded) || c.ending.Load() == endNow {
			return n, err
		}
		_ = c.raw.SetReadDeadline(time.Time{})
		if c.ending.Load() == endNow { // its poke came in between
			_ = c.raw.SetReadDeadline(time.Unix(1, 0))
		}
	}
}

// end asks a connection to end, from any goroutine that holds the registry's
// lock.
func (c *conn) end(how int32) {
	if c.ending.Load() < how {
		c.ending.Store(how)
	}
	if how == endNow {
		c.cancelStatement()
		c.cancel()
	}
	if how == endNow || c.waiting != nil || c.activity.Load()&1 == 0 {
		_ = c.raw.SetReadDeadline(time.Unix(1, 0))
	}
}

// cancelStatement cancels the statement that runs, and reports whether one does.
// The caller holds the registry's lock, so that the session is not closed
// meanwhile.
func (c *conn) cancelStatement() bool {
	return c.session != nil && c.activity.Load()&1 == 1 && c.session.Cancel()
}

// lose is called by the watcher when the client has gone.
func (c *conn) lose() {
	c.srv.conns.locked(func() {
		c.cancel()
		c.cancelStatement()
	})
}

// sendFatal tells the client why its connection ends, and returns errEnded.
func (c *conn) sendFatal(e *sqlerr.Error) error {
	c.out.reportError(e, c.offset)
	if c.out.flush() == nil {
		c.linger()
	}
	return errEnded
}

const (
	lingerTime  = 250 * time.Millisecond
	lingerBytes = 1 << 20
)

// linger closes the sending side and reads on a little: closing a socket with
// unread input would reset it, and the client might lose the last words.
func (c *conn) linger() {
	cw, ok := c.raw.(interface{ CloseWrite() error })
	if !ok {
		return
	}
	if tc, ok := c.nc.(interface{ CloseWrite() error }); ok && c.secure {
		_ = tc.CloseWrite() // the TLS goodbye
	}
	if cw.CloseWrite() == nil && c.raw.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		_, _ = io.CopyN(io.Discard, c.raw, lingerBytes)
	}
}

// fail sends an error that a message caused. It returns an error when the
// connection must end.
func (c *conn) fail(err error) error {
	if c.out.err != nil {
		return c.out.err
	}
	var lost *ioError
	if errors.As(err, &lost) || errors.Is(err, errTerminated) || errors.Is(err, errEnded) {
		return err
	}
	e := asError(err)
	if c.ending.Load() == endNow {
		return c.sendFatal(fatal(sqlerr.AdminShutdown, "terminating connection due to administrator command"))
	}
	if len(e.Code) == 5 && e.Code[:2] == "XX" {
		c.log.Error("internal error", "error", err, "sqlstate", e.Code)
	}
	if endsConnection(e) {
		return c.sendFatal(e)
	}
	c.session.Fail()
	c.out.reportError(e, c.offset)
	return c.out.flush()
}

// Notice implements Client.
func (c *conn) Notice(e *sqlerr.Error) {
	c.out.reportNotice(e, c.offset)
	_ = c.out.spill() // a block may tell much before it ends; later writes fail with what made this one
}

// ParameterStatus implements Client. During the login the values are
// collected, and sent together.
func (c *conn) ParameterStatus(name, value string) {
	if name == "client_encoding" {
		if err := c.encode(value); err != nil {
			c.log.Error("the session took an encoding that there is not", "encoding", value, "error", err)
		}
	}
	if c.startup != nil {
		c.startup[name] = value
		return
	}
	c.out.parameterStatus(name, value)
}
