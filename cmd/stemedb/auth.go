package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/stemedb/stemedb/pgwire"
	"github.com/stemedb/stemedb/sql"
)

const scramIterations = 4096 // PostgreSQL's

// auth knows who may log in: roles as statements have left them, with the superuser's
// password from a file until a statement sets one.
type auth struct {
	engine *sql.Engine
	file   *pgwire.Verifier // nil: there is none
}

// newAuth reads the file of --superuser-password-file; an empty name: there is none.
func newAuth(engine *sql.Engine, file string) (*auth, error) {
	a := &auth{engine: engine}
	if file == "" {
		return a, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read --superuser-password-file: %w", err)
	}
	password := strings.TrimRight(string(text), "\r\n")
	if password == "" {
		return nil, fmt.Errorf("--superuser-password-file %s is empty", file)
	}
	a.file, err = pgwire.NewVerifier(password, scramIterations)
	return a, err
}

// Role implements pgwire.Auth.
func (a *auth) Role(ctx context.Context, name string) (r pgwire.Role, ok bool, err error) {
	l, ok, err := a.engine.Login(ctx, name)
	if err != nil {
		return r, false, err
	}
	if !ok {
		// Where the superuser needs a password, others are not told who there is.
		if name != sql.Superuser {
			r, _, err = a.Role(ctx, sql.Superuser)
		}
		return pgwire.Role{Password: r.Password}, false, err
	}
	r = pgwire.Role{Superuser: l.Superuser, Login: l.CanLogin, Expired: l.Expired}
	switch {
	case l.Verifier != "":
		if r.Password, err = pgwire.ParseVerifier(l.Verifier); err != nil {
			return r, false, fmt.Errorf("read the password of role %q: %w", name, err)
		}
	case name == sql.Superuser:
		r.Password = a.file
	}
	return r, true, nil
}

// verifier makes what is kept of a password, or takes what was made of one already.
func verifier(password string) (string, error) {
	if v, err := pgwire.ParseVerifier(password); err == nil {
		return v.String(), nil
	}
	v, err := pgwire.NewVerifier(password, scramIterations)
	if err != nil {
		return "", err
	}
	return v.String(), nil
}
