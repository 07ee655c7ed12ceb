package testnode

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Node is a running process.
type Node struct {
	SQLPort  int
	HTTPPort int
	Dir      string
	cmd      *exec.Cmd
	dead     atomic.Bool
}

// Start starts a node on dir with extra flags and waits until it is ready. It
// takes no statistics by itself, so that plans stay the same. It is killed at
// the end of the test if nothing ended it before.
func Start(t testing.TB, dir string, flags ...string) *Node {
	t.Helper()
	n := &Node{SQLPort: FreePort(t), HTTPPort: FreePort(t), Dir: dir}
	args := append([]string{"start", "--data-dir", dir, "--sql-addr", fmt.Sprintf("127.0.0.1:%d", n.SQLPort),
		"--http-addr", fmt.Sprintf("127.0.0.1:%d", n.HTTPPort), "--cache-size-mb", "64",
		"--analyze-interval", "0"}, flags...)
	n.cmd = exec.Command(Binary(t), args...)
	n.cmd.Stderr = os.Stderr
	n.cmd.Env = append(os.Environ(), "GORACE=halt_on_error=1")
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !n.dead.Load() {
			n.Kill(t)
		}
	})
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		resp, err := http.Get(n.HTTP("/health/ready")) //nolint:noctx // bounded by the loop
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return n
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the node does not become ready")
	return nil
}

// FreePort is a port that nobody listens on, for now.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// URL is the node's connection string.
func (n *Node) URL() string {
	return fmt.Sprintf("postgres://stemedb@127.0.0.1:%d/stemedb?sslmode=disable", n.SQLPort)
}

// HTTP is the address of a path.
func (n *Node) HTTP(path string) string {
	return fmt.Sprintf("http://127.0.0.1:%d%s", n.HTTPPort, path)
}

// PeakMemory is the most memory, in bytes, that the process has had resident.
func (n *Node) PeakMemory(t testing.TB) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", n.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib int64
	if _, err := fmt.Sscanf(rest, "%d kB", &kib); err != nil {
		t.Fatalf("no VmHWM in %s", status)
	}
	return kib << 10
}

// Dead reports whether the node was killed or stopped.
func (n *Node) Dead() bool { return n.dead.Load() }

// Kill ends the process with SIGKILL.
func (n *Node) Kill(t testing.TB) {
	t.Helper()
	n.dead.Store(true)
	if err := n.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = n.cmd.Wait() // it was killed
}

// Stop ends the process with SIGTERM and checks that it ends well.
func (n *Node) Stop(t testing.TB) {
	t.Helper()
	n.dead.Store(true)
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := n.cmd.Wait(); err != nil {
		t.Fatalf("the node ended with %v", err)
	}
}

// Connect opens a connection that ends with the test.
func (n *Node) Connect(t testing.TB) *pgx.Conn {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	conn, err := pgx.Connect(ctx, n.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil && !n.Dead() {
			t.Log(err)
		}
	})
	return conn
}
