package testnode

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// Setup says how a node is run.
type Setup struct {
	Dir   string
	Host  string    // the loopback address of its listeners, no other node's; default 127.0.0.1
	Flags []string  // of stemedb start, beside those of Launch
	Env   []string  // name=value, beside the test's own
	Log   io.Writer // its standard error; default the test's
}

// Node is a running process.
type Node struct {
	SQLPort     int
	HTTPPort    int
	ClusterPort int
	Dir         string
	host        string
	args        []string
	setup       Setup
	cmd         *exec.Cmd
	dead        atomic.Bool   // it was killed or stopped
	exited      chan struct{} // closed when the process has ended
	err         error         // how; valid once exited is closed
}

// Start starts a node on dir with extra flags and waits until it is ready.
func Start(t testing.TB, dir string, flags ...string) *Node {
	t.Helper()
	n := Launch(t, Setup{Dir: dir, Flags: flags})
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := n.AwaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	return n
}

// Launch starts a node without waiting for it, on free ports, or on a host of its own. It takes no
// statistics by itself, so that plans stay the same. It is killed at the end of
// the test if nothing ended it before.
func Launch(t testing.TB, s Setup) *Node {
	t.Helper()
	if s.Host == "" {
		s.Host = "127.0.0.1"
	}
	if s.Log == nil {
		s.Log = os.Stderr
	}
	n := &Node{Dir: s.Dir, host: s.Host, setup: s}
	if s.Host == "127.0.0.1" {
		n.SQLPort, n.HTTPPort, n.ClusterPort = FreePort(t), FreePort(t), FreePort(t)
	} else { // its own: ports that nobody is given are free there when it is started again
		n.SQLPort, n.HTTPPort, n.ClusterPort = 15432, 18180, 18181
	}
	n.args = append([]string{"start", "--data-dir", s.Dir, "--sql-addr", fmt.Sprintf("%s:%d", s.Host, n.SQLPort),
		"--http-addr", fmt.Sprintf("%s:%d", s.Host, n.HTTPPort), "--cluster-addr", fmt.Sprintf("%s:%d", s.Host, n.ClusterPort), "--cache-size-mb", "64",
		"--analyze-interval", "0"}, s.Flags...)
	n.launch(t)
	t.Cleanup(func() {
		if !n.dead.Load() {
			n.Kill(t)
		}
	})
	return n
}

// Restart stops the node, unless that was done, starts it as it was, on the same
// ports, and waits until it is ready.
func (n *Node) Restart(t testing.TB) {
	t.Helper()
	if !n.Dead() {
		n.Stop(t)
	}
	n.launch(t)
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := n.AwaitReady(ctx); err != nil {
		t.Fatal(err)
	}
}

// launch starts the process.
func (n *Node) launch(t testing.TB) {
	t.Helper()
	n.cmd = exec.Command(Binary(t), n.args...)
	n.cmd.Stderr = n.setup.Log
	n.cmd.Env = append(append(os.Environ(), "GORACE=halt_on_error=1"), n.setup.Env...)
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n.exited = make(chan struct{})
	n.dead.Store(false)
	go func(cmd *exec.Cmd, exited chan struct{}) {
		defer close(exited)
		n.err = cmd.Wait()
	}(n.cmd, n.exited)
}

// AwaitReady waits until the node serves. Errors: ctx's, or that the process
// ended by itself.
func (n *Node) AwaitReady(ctx context.Context) error {
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		if n.ready(ctx) {
			return nil
		}
		select {
		case <-poll.C:
		case <-n.exited:
			return fmt.Errorf("the node ended before it was ready: %w", n.err)
		case <-ctx.Done():
			return fmt.Errorf("the node does not become ready: %w", ctx.Err())
		}
	}
}

func (n *Node) ready(ctx context.Context) bool {
	ctx, stop := context.WithTimeout(ctx, 2*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, n.HTTP("/health/ready"), nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// Ports of nodes are below those that Linux gives to connections, one of which would
// have taken that of a node by the time it is started again.
const (
	firstPort = 10_000
	ports     = 32_768 - firstPort
)

var nextPort atomic.Uint32

// FreePort is a port of 127.0.0.1 that nobody listens on, for now, and that this test
// has not been given. Other test processes begin elsewhere.
func FreePort(t testing.TB) int {
	t.Helper()
	var err error
	for range 100 {
		port := firstPort + (uint32(os.Getpid())*131+nextPort.Add(1))%ports
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			if err = l.Close(); err == nil {
				return int(port)
			}
		}
	}
	t.Fatal(err)
	return 0
}

// URL is the node's connection string.
func (n *Node) URL() string {
	return fmt.Sprintf("postgres://stemedb@%s:%d/stemedb?sslmode=disable", n.host, n.SQLPort)
}

// HTTP is the address of a path.
func (n *Node) HTTP(path string) string {
	return fmt.Sprintf("http://%s:%d%s", n.host, n.HTTPPort, path)
}

// Cluster is the address of a path of the cluster's pages.
func (n *Node) Cluster(path string) string {
	return fmt.Sprintf("http://%s:%d%s", n.host, n.ClusterPort, path)
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

// CPU is the processor time that the process has used.
func (n *Node) CPU(t testing.TB) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", n.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	// The name, in parentheses, may hold anything; of what follows it the 12th
	// and 13th are user and system time in hundredths of a second.
	f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var total time.Duration
	for _, ticks := range f[11:13] {
		v, err := time.ParseDuration(ticks + "0ms")
		if err != nil {
			t.Fatalf("processor time in %s: %v", stat, err)
		}
		total += v
	}
	return total
}

// Dead reports whether the node was killed or stopped.
func (n *Node) Dead() bool { return n.dead.Load() }

// Exited is closed when the process has ended, for whatever reason.
func (n *Node) Exited() <-chan struct{} { return n.exited }

// Signal sends the process a signal: SIGSTOP and SIGCONT among them.
func (n *Node) Signal(s syscall.Signal) error { return n.cmd.Process.Signal(s) }

// Kill ends the process with SIGKILL.
func (n *Node) Kill(t testing.TB) {
	t.Helper()
	n.dead.Store(true)
	if err := n.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
	<-n.exited // it was killed
}

// Stop ends the process with SIGTERM and checks that it ends well.
func (n *Node) Stop(t testing.TB) {
	t.Helper()
	n.dead.Store(true)
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if <-n.exited; n.err != nil {
		t.Fatalf("the node ended with %v", n.err)
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
