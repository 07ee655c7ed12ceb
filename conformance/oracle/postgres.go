package oracle

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const bin = "/usr/lib/postgresql/15/bin"

// Postgres is a running PostgreSQL.
type Postgres struct {
	Port int
	User string // its superuser
	cmd  *exec.Cmd
	data string              // its directory
	cred *syscall.Credential // nil: the caller's
}

// Start makes a cluster in dir/pg and starts its server with settings
// ("name=value"). PostgreSQL refuses to run as root, so root runs it as the
// package's user, and dir becomes readable for everybody.
func Start(ctx context.Context, dir, superuser string, settings ...string) (*Postgres, error) {
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "pg")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	cred, err := credential(dir, data)
	if err != nil {
		return nil, err
	}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", superuser, "-A", "trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync")
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: cred}
	initdb.Dir = data
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	args := []string{"-D", data, "-p", strconv.Itoa(port)}
	for _, s := range append([]string{"listen_addresses=127.0.0.1", "unix_socket_directories=", "logging_collector=off", "log_min_messages=fatal"}, settings...) {
		args = append(args, "-c", s)
	}
	p := &Postgres{Port: port, User: superuser, cmd: exec.Command(filepath.Join(bin, "postgres"), args...), data: data, cred: cred}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred, Pdeathsig: syscall.SIGTERM}
	p.cmd.Dir = data
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.wait(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// Lock lets sessions to come in only over TLS, with the certificate and key given
// (PEM), and only with the superuser's password, by SCRAM.
func (p *Postgres) Lock(ctx context.Context, cert, key []byte, password string) error {
	for name, content := range map[string][]byte{
		"server.crt": cert, "server.key": key, "pg_hba.conf": []byte("hostssl all all all scram-sha-256\n"),
	} {
		file := filepath.Join(p.data, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return err
		}
		if p.cred != nil {
			if err := os.Chown(file, int(p.cred.Uid), int(p.cred.Gid)); err != nil {
				return err
			}
		}
	}
	conn, err := pgconn.Connect(ctx, p.URL("postgres"))
	if err != nil {
		return err
	}
	for _, sql := range []string{
		fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'", p.User, password), "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()",
	} {
		if err := conn.Exec(ctx, sql).Close(); err != nil {
			return errors.Join(err, conn.Close(ctx))
		}
	}
	return conn.Close(ctx)
}

// URL is the connection string of a database.
func (p *Postgres) URL(database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", p.User, p.Port, database)
}

// Stop ends the server at once, sessions or not, and waits for its end.
func (p *Postgres) Stop() error { return StopProcess(p.cmd, syscall.SIGINT) }

// StopProcess sends a signal and waits; what does not end within a minute is
// killed.
func StopProcess(cmd *exec.Cmd, sig os.Signal) error {
	if err := cmd.Process.Signal(sig); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // an exit status says nothing here
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-time.After(time.Minute):
		return cmd.Process.Kill()
	}
}

// FreePort returns a port of 127.0.0.1 that nobody listens on.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// credential is the user that the server runs as; nil means the caller's.
func credential(dir, data string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres: install the package postgresql-15 (.ci/tools does)")
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(data, uid, gid)
}

// wait returns when the server takes connections.
func (p *Postgres) wait(ctx context.Context) error {
	var err error
	for range 300 {
		var conn *pgconn.PgConn
		if conn, err = pgconn.Connect(ctx, p.URL("postgres")); err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("PostgreSQL does not start: %w", err)
}
