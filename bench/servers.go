package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const pgBin = "/usr/lib/postgresql/15/bin"

// server is one side of the comparison.
type server struct {
	name string
	port int
	http int // StemeDB's HTTP port
	user string
	db   string
	stop func() error
}

func (s *server) url() string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", s.user, s.port, s.db)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// startPeer makes and starts a private PostgreSQL. It refuses to run as root,
// so root runs it as the package's user.
func startPeer(ctx context.Context, dir string) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "pg")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	cred, err := peerCredential(dir, data)
	if err != nil {
		return nil, err
	}
	initdb := exec.CommandContext(ctx, filepath.Join(pgBin, "initdb"), "-D", data, "-U", "bench", "-A", "trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync")
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: cred}
	initdb.Dir = data
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	pg := exec.Command(filepath.Join(pgBin, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "max_connections=1200", "-c", "shared_buffers=1GB", "-c", "max_wal_size=8GB",
		"-c", "checkpoint_timeout=30min", "-c", "logging_collector=off", "-c", "log_min_messages=fatal")
	pg.SysProcAttr = &syscall.SysProcAttr{Credential: cred, Pdeathsig: syscall.SIGTERM}
	pg.Dir = data
	if err := pg.Start(); err != nil {
		return nil, err
	}
	s := &server{name: "PostgreSQL", port: port, user: "bench", db: "postgres", stop: func() error { return stopProcess(pg, syscall.SIGINT) }}
	return s, waitPeer(ctx, s)
}

func peerCredential(dir, data string) (*syscall.Credential, error) {
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

// startNode starts bin/stemedb on a directory of its own.
func startNode(ctx context.Context, dir, binary string) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	httpPort, err := freePort()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, "start", "--data-dir", filepath.Join(dir, "node"), "--sql-addr", fmt.Sprintf("127.0.0.1:%d", port),
		"--http-addr", fmt.Sprintf("127.0.0.1:%d", httpPort), "--profiling", "--query-memory-mb", "1024")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{name: "StemeDB", port: port, http: httpPort, user: "stemedb", db: "stemedb", stop: func() error { return stopProcess(cmd, syscall.SIGTERM) }}
	return s, waitReady(ctx, httpPort)
}

func stopProcess(cmd *exec.Cmd, sig os.Signal) error {
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
	case <-time.After(60 * time.Second):
		return cmd.Process.Kill()
	}
}

// waitPeer returns when the server takes connections.
func waitPeer(ctx context.Context, s *server) error {
	var err error
	for range 300 {
		var conn *pgconn.PgConn
		if conn, err = pgconn.Connect(ctx, s.url()); err == nil {
			return conn.Close(ctx)
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("PostgreSQL does not start: %w", err)
}

func waitReady(ctx context.Context, port int) error {
	for range 600 {
		resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/health/ready", port)) //nolint:noctx // bounded by the loop
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("the node does not become ready")
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
