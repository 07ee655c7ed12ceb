package testnode

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// StartCluster starts nodes of these names as a cluster with certificates, and
// waits until all are UP. The first founds it.
func StartCluster(t testing.TB, names ...string) []*Node {
	t.Helper()
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(Binary(t), args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	ca := filepath.Join(dir, "ca")
	run("cert", "create-ca", "--ca-dir", ca)
	var nodes []*Node
	var first string
	for i, name := range names {
		certs := filepath.Join(dir, name+"-certs")
		run("cert", "create-node", name, "127.0.0.1", "--ca-dir", ca, "--certs-dir", certs)
		addr := fmt.Sprintf("127.0.0.1:%d", FreePort(t))
		flags := []string{"--certs-dir", certs, "--raft-addr", addr, "--scan-cache-mb", "0", "--log-level", "error"}
		if i == 0 {
			first = addr
		} else {
			flags = append(flags, "--join", first)
		}
		nodes = append(nodes, Start(t, filepath.Join(dir, name), flags...))
	}
	nodes[0].AwaitUp(t, names...)
	return nodes
}

// AwaitUp waits until the node has these members, and no others, as UP.
func (n *Node) AwaitUp(t testing.TB, names ...string) {
	t.Helper()
	var last string
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get(n.Cluster("/cluster/members")) //nolint:noctx // bounded by the loop
		if err != nil {
			continue
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		last = string(body)
		var page struct {
			Members []struct{ ID, Status string }
		}
		if err != nil || json.Unmarshal(body, &page) != nil || len(page.Members) != len(names) {
			continue
		}
		up := 0
		for i, m := range page.Members {
			if m.ID == names[i] && m.Status == "UP" {
				up++
			}
		}
		if up == len(names) {
			return
		}
	}
	t.Fatalf("the members do not become UP: %s", last)
}
