package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/stemedb/stemedb/conformance/oracle"
)

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

// startPeer makes and starts a private PostgreSQL.
func startPeer(ctx context.Context, dir string) (*server, error) {
	pg, err := oracle.Start(ctx, dir, "bench", "max_connections=1200", "shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=30min")
	if err != nil {
		return nil, err
	}
	return &server{name: "PostgreSQL", port: pg.Port, user: pg.User, db: "postgres", stop: pg.Stop}, nil
}

// startNode starts bin/stemedb on a directory of its own.
func startNode(ctx context.Context, dir, binary string) (*server, error) {
	port, err := oracle.FreePort()
	if err != nil {
		return nil, err
	}
	httpPort, err := oracle.FreePort()
	if err != nil {
		return nil, err
	}
	clusterPort, err := oracle.FreePort()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, "start", "--data-dir", filepath.Join(dir, "node"), "--sql-addr", fmt.Sprintf("127.0.0.1:%d", port),
		"--http-addr", fmt.Sprintf("127.0.0.1:%d", httpPort), "--cluster-addr", fmt.Sprintf("127.0.0.1:%d", clusterPort), "--profiling", "--query-memory-mb", "1024")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{name: "StemeDB", port: port, http: httpPort, user: "stemedb", db: "stemedb", stop: func() error { return oracle.StopProcess(cmd, syscall.SIGTERM) }}
	return s, waitReady(ctx, httpPort)
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
