package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/replication"
)

// TestRecoverAsks: what must be said, and that nothing is done without it.
func TestRecoverAsks(t *testing.T) {
	run := func(in string, args ...string) (string, error) {
		t.Helper()
		root := rootCommand()
		var out bytes.Buffer
		root.SetIn(strings.NewReader(in))
		root.SetOut(&out)
		root.SetArgs(append([]string{"node", "recover"}, args...))
		err := root.ExecuteContext(context.Background())
		return out.String(), err
	}
	for _, c := range []struct{ args, want string }{
		{"--lost node2", "--node-id or --certs-dir must say which node this is"},
		{"--node-id node1", "--lost must name the nodes"},
		{"--node-id node1 --lost node2,node1", "--lost names node1, which is this node"},
	} {
		if _, err := run("", strings.Fields(c.args)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.args, err)
		}
	}
	none := filepath.Join(t.TempDir(), "none")
	if _, err := run("", "--node-id", "node1", "--lost", "node2", "--data-dir", none); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	// A node that ran alone is in no need of it.
	dir := t.TempDir()
	cfg := nodeConfig{DataDir: dir, NodeID: "node1", SQLAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", ClusterAddr: "127.0.0.1:0", Shards: 2, CacheMB: 16, LogLevel: "error"}
	n, err := openNode(t.Context(), &cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run("", "--node-id", "node1", "--lost", "node2", "--data-dir", dir); err == nil || !strings.Contains(err.Error(), "a running node must be stopped first") {
		t.Errorf("of a running node: %v", err)
	}
	if err := n.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	out, err := run("", "--node-id", "node1", "--lost", "node2", "--data-dir", dir)
	if err != nil || !strings.HasSuffix(out, "no group has lost most of its replicas: nothing was changed\n") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := run("", "--node-id", "node7", "--lost", "node2", "--data-dir", dir); err == nil || !strings.Contains(err.Error(), "node7 votes in no group") {
		t.Errorf("with another node's name: %v", err)
	}
}

// TestRecoverSentence: only the sentence itself goes on.
func TestRecoverSentence(t *testing.T) {
	for _, c := range []struct {
		typed, confirm string
		json, ok       bool
	}{
		{"go on without a, b\n", "", false, true},
		{"go on without a, b", "", false, true},
		{"", "go on without a, b", true, true},
		{"yes\n", "", false, false},
		{"go on without a\n", "", false, false},
		{"", "", false, false},
		{"go on without a, b\n", "", true, false}, // a script's input is not asked
		{"go on without a, b\n", "yes", false, false},
	} {
		cfg := recoverConfig{NodeID: "c", Lost: []string{"b", "a", "b"}, Confirm: c.confirm, JSON: c.json}
		if err := cfg.check(); err != nil || !slices.Equal(cfg.Lost, []string{"a", "b"}) {
			t.Fatal(err, cfg.Lost)
		}
		var out bytes.Buffer
		if err := cfg.confirm(strings.NewReader(c.typed), &out); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestRecoverJudges the groups of a directory that is not the node's.
func TestRecoverJudges(t *testing.T) {
	cfg := recoverConfig{NodeID: "a", DataDir: "d"}
	stuck := replication.GroupRecovery{Group: "0", Voters: []string{"a", "b", "c"}, Kept: []string{"a"}, LostMajority: true}
	whole := replication.GroupRecovery{Group: "meta", Voters: []string{"a"}, Kept: []string{"a"}}
	if n, err := cfg.judge([]replication.GroupRecovery{stuck, whole}); err != nil || n != 1 {
		t.Error(n, err)
	}
	stuck.Kept = []string{"b"}
	if _, err := cfg.judge([]replication.GroupRecovery{stuck, whole}); err == nil || err.Error() != "in group 0 b are left, and not a: is d its data directory?" {
		t.Error(err)
	}
}
