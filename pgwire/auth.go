package pgwire

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Auth knows the roles that may log in. It is called by many goroutines.
type Auth interface {
	// Role looks a role up by its exact name; ok is false when there is none. That
	// one's Password is not nil where it should be asked for all the same, so that
	// names cannot be probed.
	Role(ctx context.Context, name string) (r Role, ok bool, err error)
}

// Role is what a login needs to know of a role.
type Role struct {
	Superuser bool
	Login     bool      // may log in
	Password  *Verifier // nil: no password is set
	Expired   bool      // the password is valid no more
}

// Roles is an Auth of a fixed set of roles.
type Roles map[string]Role

// Role implements Auth.
func (r Roles) Role(_ context.Context, name string) (Role, bool, error) {
	role, ok := r[name]
	return role, ok, nil
}

// authenticate decides who gets in:
//
//   - a connection with a verified client certificate is the role that its common
//     name says, and no other, as with PostgreSQL's method cert;
//   - a role with a password proves it by SCRAM-SHA-256, from everywhere; one that
//     is valid no more is a wrong one;
//   - a role without one is trusted from loopback (everywhere with
//     TrustRemote), and refused elsewhere after an exchange that looks like
//     any other;
//   - an unknown role gets that exchange too, so that names cannot be probed,
//     except where roles without a password are trusted: there it is told.
func (c *conn) authenticate(ctx context.Context, user string) (Role, error) {
	local := isLoopback(c.raw.RemoteAddr())
	if !c.secure && (c.srv.opts.LocalTLS || c.srv.opts.RequireTLS && !local) {
		return Role{}, sqlerr.New(sqlerr.InvalidAuthorization,
			"no encryption: the connection from %q for user %q is refused", remoteAddr(c.raw), user).
			WithHint("Connect with TLS (sslmode=require).")
	}
	role, known, err := c.srv.opts.Auth.Role(ctx, user)
	if err != nil {
		return Role{}, fmt.Errorf("look up role: %w", asError(err))
	}
	trusted := local || c.srv.opts.TrustRemote
	switch {
	case c.holder != nil && c.holder.CommonName != user:
		return Role{}, sqlerr.New(sqlerr.InvalidAuthorization, "certificate authentication failed for user %q", user)
	case c.holder != nil && !known:
		return Role{}, sqlerr.New(sqlerr.InvalidAuthorization, "role %q does not exist", user)
	case c.holder != nil: // the handshake was the proof
	case trusted && !known && role.Password == nil:
		return Role{}, sqlerr.New(sqlerr.InvalidAuthorization, "role %q does not exist", user)
	case !trusted || role.Password != nil:
		v := role.Password
		if role.Expired || !known {
			v = nil
		}
		if err := c.scram(user, v); err != nil {
			return Role{}, err
		}
	}
	if !role.Login {
		return Role{}, sqlerr.New(sqlerr.InvalidAuthorization, "role %q is not permitted to log in", user)
	}
	return role, nil
}

// isLoopback reports whether a peer is on this machine: 127.0.0.0/8, ::1, or
// a Unix socket.
func isLoopback(a net.Addr) bool {
	switch a := a.(type) {
	case *net.UnixAddr:
		return true
	case *net.TCPAddr:
		ip, ok := netip.AddrFromSlice(a.IP)
		return ok && ip.Unmap().IsLoopback()
	}
	return false
}
