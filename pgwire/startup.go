package pgwire

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Codes that stand where a start-up packet has its version.
const (
	cancelCode = 1234<<16 | 5678
	sslCode    = 1234<<16 | 5679
	gssCode    = 1234<<16 | 5680
)

// login does everything up to the first ReadyForQuery, within the deadline set
// at accept. An error ends the connection; the client has been told.
func (c *conn) login(ctx context.Context) error {
	err := c.loginSteps(ctx)
	var e *sqlerr.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		c.srv.metrics.loginFailures.WithLabelValues(e.Code).Inc()
		c.log.Info("login refused", "user", c.user, "sqlstate", e.Code, "error", e.Message)
		f := *e
		f.Severity, f.Position = "FATAL", 0
		return c.sendFatal(&f)
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.srv.metrics.loginFailures.WithLabelValues(sqlerr.QueryCanceled).Inc()
		c.log.Info("login timed out", "user", c.user)
		if c.user != "" && c.ending.Load() == 0 {
			_ = c.raw.SetDeadline(time.Now().Add(lingerTime))
			return c.sendFatal(fatal(sqlerr.QueryCanceled, "canceling authentication due to timeout"))
		}
	}
	return err
}

func (c *conn) loginSteps(ctx context.Context) error {
	p, err := c.readStartup(ctx)
	if err != nil {
		return err
	}
	login, err := p.login()
	if err != nil {
		return err
	}
	c.user = login.User
	c.log = c.log.With("user", login.User)
	if len(p.unknown) > 0 || p.version != protocolVersion {
		c.out.send(negotiateProtocolVersion{p.unknown})
	}
	role, err := c.authenticate(ctx, login.User)
	if err != nil {
		return err
	}
	if err := c.srv.conns.reserve(role.Superuser); err != nil {
		return err
	}
	c.slot = true
	c.out.send(&pgproto3.AuthenticationOk{})
	return c.startSession(ctx, login)
}

// startSession makes the session and tells the client about it.
func (c *conn) startSession(ctx context.Context, login Login) error {
	c.srv.conns.assign(c)
	login.PID, login.Client, login.Notified, login.Ending = c.pid, c, c.wakeUp, c.srv.lookNow
	login.RemoteAddr, login.TLS = remoteAddr(c.raw), describeTLS(c.nc)
	if a := c.raw.LocalAddr(); a != nil {
		login.LocalAddr = a.String()
	}
	c.startup = map[string]string{}
	s, err := c.srv.opts.Engine.NewSession(ctx, login)
	if err != nil {
		return asError(err)
	}
	c.srv.conns.loggedIn(c, s)
	c.limits, _ = s.(idleLimiter)
	c.news, _ = s.(Notifier)
	for _, p := range reported {
		if v, ok := c.startup[p[0]]; ok {
			p[1] = v
		} else if p[0] == "session_authorization" {
			p[1] = login.User
		}
		c.out.parameterStatus(p[0], p[1])
	}
	c.startup = nil
	c.out.send(&pgproto3.BackendKeyData{ProcessID: uint32(c.pid), SecretKey: c.secret})
	_ = c.raw.SetDeadline(time.Time{})
	c.out.timeout = c.srv.opts.WriteTimeout
	c.in.limit = maxFrame
	c.log = c.log.With("pid", c.pid)
	c.log.Debug("logged in", "database", login.Database, "tls", c.secure)
	return c.ready()
}

// reported are the parameters that PostgreSQL 15 tells a client at its start,
// in its order, with the values of a session that does not say otherwise.
var reported = [...][2]string{
	{"application_name", ""},
	{"client_encoding", "UTF8"},
	{"DateStyle", "ISO, MDY"},
	{"default_transaction_read_only", "off"},
	{"in_hot_standby", "off"},
	{"integer_datetimes", "on"},
	{"IntervalStyle", "postgres"},
	{"is_superuser", "off"},
	{"server_encoding", "UTF8"},
	{"server_version", "15.18"},
	{"session_authorization", ""},
	{"standard_conforming_strings", "on"},
	{"TimeZone", "UTC"},
}

// readStartup reads packets until the start-up packet itself: a client may ask
// for TLS and for GSS encryption before it, each once.
func (c *conn) readStartup(ctx context.Context) (*startupPacket, error) {
	sslAsked, gssAsked := false, false
	for {
		body, err := c.startupBody()
		if err != nil {
			return nil, err
		}
		code := binary.BigEndian.Uint32(body)
		switch {
		case code == cancelCode:
			return nil, c.cancelRequest(ctx, body)
		case code == sslCode && !sslAsked:
			sslAsked = true
			if err := decode(&pgproto3.SSLRequest{}, body); err != nil {
				return nil, err
			}
			if err := c.sslRequest(ctx); err != nil {
				return nil, err
			}
		case code == gssCode && !gssAsked:
			gssAsked = true
			if err := decode(&pgproto3.GSSEncRequest{}, body); err != nil {
				return nil, err
			}
			if err := c.answerByte('N'); err != nil {
				return nil, err
			}
		default:
			return parseStartup(code, body)
		}
	}
}

// answerByte sends the one byte that answers a request for encryption.
func (c *conn) answerByte(b byte) error {
	c.out.buf = append(c.out.buf, b)
	return c.out.flush()
}

// startupBody reads a packet's body, which is at least a code.
func (c *conn) startupBody() ([]byte, error) {
	n, err := c.in.startHeader()
	if err == nil && n < 4 {
		err = errBadLength
	}
	if errors.Is(err, errBadLength) {
		return nil, sqlerr.New(sqlerr.ProtocolViolation, "invalid length of startup packet")
	}
	if err != nil {
		return nil, err
	}
	return c.in.body(n)
}

// sslRequest answers SSLRequest. Bytes sent ahead of the handshake would be
// plain text taken for encrypted, so they are refused.
func (c *conn) sslRequest(ctx context.Context) error {
	answer := byte('N')
	if c.srv.tls != nil {
		answer = 'S'
	}
	if err := c.answerByte(answer); err != nil {
		return err
	}
	if c.in.buffered() > 0 {
		return sqlerr.New(sqlerr.ProtocolViolation, "received unencrypted data after SSL request").
			WithDetail("This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.")
	}
	if c.srv.tls == nil {
		return nil
	}
	return c.startTLS(ctx)
}

// startupPacket is a decoded start-up packet.
type startupPacket struct {
	version uint32
	params  [][2]string // by name
	unknown []string    // protocol options not known
}

// parseStartup decodes a start-up packet of a version.
func parseStartup(version uint32, body []byte) (*startupPacket, error) {
	if version>>16 != protocolVersion>>16 {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported,
			"unsupported frontend protocol %d.%d: server supports 3.0 to 3.0", version>>16, version&0xffff)
	}
	// The library takes 3.0 only; later minor versions have the same layout.
	binary.BigEndian.PutUint32(body, protocolVersion)
	var m pgproto3.StartupMessage
	var err error
	if string(body[4:]) != "\x00" { // the library does not take an empty list
		err = decode(&m, body)
	}
	if _, early := m.Parameters[""]; err != nil || early { // an empty name is the terminator, and must be last
		return nil, sqlerr.New(sqlerr.ProtocolViolation, "invalid startup packet layout: expected terminator as last byte").Wrap(err)
	}
	p := &startupPacket{version: version}
	// The library forgets the order. Sorted, the same packet always means the same.
	for _, name := range slices.Sorted(maps.Keys(m.Parameters)) {
		value := m.Parameters[name]
		if err := checkText(name); err != nil {
			return nil, err
		}
		if err := checkText(value); err != nil {
			return nil, err
		}
		if strings.HasPrefix(name, "_pq_.") {
			p.unknown = append(p.unknown, name)
			continue
		}
		p.params = append(p.params, [2]string{name, value})
	}
	return p, nil
}
