//go:build psql

package runbook

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stemedb/stemedb/conformance/testnode"
)

func TestMain(m *testing.M) { testnode.Main(m) }

// hosts is what an operator has before him: a shell, and three nodes.
type hosts struct {
	nodes    map[string]*testnode.Node
	env      []string
	services chan service
	dir      string // in which commands run; empty: the test's
}

// service is a call of systemctl on a host, which waits for its answer.
type service struct {
	host, verb string
	done       chan struct{}
}

// scripts stand for programs that reach beyond the test.
var scripts = map[string]string{
	// Shows the command's output once, as it would again and again.
	"watch":     `while [[ $1 == -* ]]; do shift 2; done; bash -c "$*"`,
	"ssh":       `export RUNBOOK_HOST=$1; shift; bash -c "$*"`,
	"sudo":      `exec "$@"`,
	"systemctl": `curl -sf "$RUNBOOK_SERVICES/?host=$RUNBOOK_HOST&verb=$1&service=$2"`,
}

func newHosts(t *testing.T) *hosts {
	t.Helper()
	names := []string{"node1", "node2", "node3"}
	h := &hosts{nodes: map[string]*testnode.Node{}, services: make(chan service)}
	for i, n := range testnode.StartCluster(t, names...) {
		h.nodes[names[i]] = n
	}
	dir := t.TempDir()
	for name, text := range scripts {
		write(t, filepath.Join(dir, name), "#!/bin/bash\n"+text+"\n")
	}
	var config strings.Builder
	for host, name := range map[string]string{"node1": "node1", "node2": "node2", "node3": "node3", "localhost": "node1", "healthy-node": "node1", "lagging-node": "node3"} {
		fmt.Fprintf(&config, "connect-to = \"%s:18180:127.0.0.1:%d\"\n", host, h.nodes[name].HTTPPort)
		fmt.Fprintf(&config, "connect-to = \"%s:18181:127.0.0.1:%d\"\n", host, h.nodes[name].ClusterPort)
	}
	write(t, filepath.Join(dir, ".curlrc"), config.String())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := service{host: r.FormValue("host"), verb: r.FormValue("verb") + " " + r.FormValue("service"), done: make(chan struct{})}
		h.services <- s
		<-s.done
	}))
	t.Cleanup(server.Close)
	h.env = append(os.Environ(), "PATH="+dir+":"+filepath.Dir(testnode.Binary(t))+":"+os.Getenv("PATH"), "CURL_HOME="+dir, "NO_PROXY=*",
		fmt.Sprintf("STEMEDB_CLUSTER_ADDR=127.0.0.1:%d", h.nodes["node1"].ClusterPort), "RUNBOOK_SERVICES="+server.URL,
		"LAGGING_NODE_ID=node3", "SHARD_ID=3", "DATA_DIR="+h.nodes["node1"].Dir)
	return h
}

// prepareRestore gives a place for backups, and a script that starts a node on what was
// restored, which ends with the test.
func (h *hosts) prepareRestore(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	ports := make([]int, 4)
	for i := range ports {
		ports[i] = testnode.FreePort(t)
	}
	pid := filepath.Join(dir, "pid")
	write(t, filepath.Join(dir, "start-restored"), fmt.Sprintf(`#!/bin/bash
stemedb start --data-dir "$1" --insecure --sql-addr 127.0.0.1:%d --http-addr 127.0.0.1:%d --cluster-addr 127.0.0.1:%d --raft-addr 127.0.0.1:%d >%s/log 2>&1 &
echo $! >%s
`, ports[0], ports[1], ports[2], ports[3], dir, pid))
	t.Cleanup(func() {
		text, err := os.ReadFile(pid)
		if err != nil {
			t.Error(err)
			return
		}
		if out, err := exec.Command("bash", "-c", "kill "+strings.TrimSpace(string(text))+" && while kill -0 "+strings.TrimSpace(string(text))+" 2>/dev/null; do sleep 0.1; done").CombinedOutput(); err != nil && t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("%v %s\n%s", err, out, log)
		}
	})
	h.env = append(h.env, "BACKUPS=BACKUPS", "RESTORED=RESTORED", "PATH="+dir+":"+envPath(h.env),
		fmt.Sprintf("RESTORED_HTTP=http://127.0.0.1:%d", ports[1]), fmt.Sprintf("RESTORED_CLUSTER=127.0.0.1:%d", ports[2]))
	h.dir = dir
	t.Cleanup(func() { h.dir = "" })
}

// envPath is the last PATH of an environment.
func envPath(env []string) string {
	path := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "PATH="); ok {
			path = v
		}
	}
	return path
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// run has bash run commands and returns what they print. What they do to
// services is done meanwhile.
func (h *hosts) run(t *testing.T, commands string) (string, error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, "bash", "-c", commands)
	cmd.Env, cmd.Dir = h.env, h.dir
	cmd.WaitDelay = 10 * time.Second
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-h.services:
			n := h.nodes[s.host]
			switch {
			case n == nil:
				t.Errorf("systemctl on %q, which is no host", s.host)
			case s.verb == "restart stemedb", s.verb == "start stemedb" && n.Dead():
				n.Restart(t)
			case s.verb == "stop stemedb" && !n.Dead():
				n.Stop(t)
			default:
				t.Errorf("systemctl %s on %s", s.verb, s.host)
			}
			close(s.done)
		case err := <-ended:
			if err != nil {
				err = fmt.Errorf("%w\n%s", err, complaints.String())
			}
			return out.String(), err
		}
	}
}
