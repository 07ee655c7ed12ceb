package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// settle runs a command line up to the point where the command would start,
// and returns its flags.
func settle(t *testing.T, args ...string) (map[string]string, error) {
	t.Helper()
	root := rootCommand()
	got := map[string]string{}
	for _, c := range root.Commands() {
		c.RunE = func(cmd *cobra.Command, _ []string) error {
			for _, name := range []string{"shards", "node-id", "sql-addr", "insecure"} {
				got[name] = cmd.Flags().Lookup(name).Value.String()
			}
			return nil
		}
	}
	root.SetArgs(args)
	return got, root.ExecuteContext(context.Background())
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPrecedence: the command line, else the environment, else the file, else
// the default.
func TestPrecedence(t *testing.T) {
	file := writeFile(t, "conf", "# a comment\n\nshards = 2\nnode_id = \"from file\"\nsql-addr=127.0.0.1:2\ndata-dir = x\nformat = csv\n")
	t.Setenv("STEMEDB_NODE_ID", "from environment")
	t.Setenv("STEMEDB_SQL_ADDR", "127.0.0.1:3")
	got, err := settle(t, "start", "--config", file, "--sql-addr", "127.0.0.1:4")
	if err != nil || got["shards"] != "2" || got["node-id"] != "from environment" || got["sql-addr"] != "127.0.0.1:4" || got["insecure"] != "false" {
		t.Errorf("%v %v", got, err)
	}
	t.Setenv("STEMEDB_CONFIG", file)
	if got, err = settle(t, "start"); err != nil || got["shards"] != "2" || got["sql-addr"] != "127.0.0.1:3" {
		t.Errorf("by STEMEDB_CONFIG: %v %v", got, err)
	}
}

func TestBadConfig(t *testing.T) {
	for text, want := range map[string]string{
		"shards = many\n":        "--shards: ",
		"\nsharks = 2\n":         `line 2: there is no setting "sharks"`,
		"shards\n":               `line 1: "shards" is not name = value`,
		"log-level = warn\n=2\n": `line 2: there is no setting ""`,
	} {
		if _, err := settle(t, "start", "--config", writeFile(t, "conf", text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := settle(t, "start", "--config", filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there")
	}
	t.Setenv("STEMEDB_INSECURE", "perhaps")
	if _, err := settle(t, "start"); err == nil || !strings.Contains(err.Error(), "environment variable STEMEDB_INSECURE: --insecure") {
		t.Error(err)
	}
}

// TestCheck: a node does not listen beyond loopback by accident.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		change func(*nodeConfig)
		want   string
	}{
		{func(*nodeConfig) {}, ""},
		{func(c *nodeConfig) { c.SQLAddr, c.HTTPAddr = "[::1]:1", "localhost:2" }, ""},
		{func(c *nodeConfig) { c.SQLAddr = "0.0.0.0:1" }, "--sql-addr 0.0.0.0:1 is beyond loopback"},
		{func(c *nodeConfig) { c.SQLAddr = ":1" }, "beyond loopback"},
		{func(c *nodeConfig) { c.SQLAddr = "example.org:1" }, "beyond loopback"},
		{func(c *nodeConfig) { c.SQLAddr = "nonsense" }, "beyond loopback"},
		{func(c *nodeConfig) { c.SQLAddr, c.Password = "0.0.0.0:1", "file" }, "--tls-cert"},
		{func(c *nodeConfig) { c.SQLAddr, c.Password, c.TLSCert, c.TLSKey = "0.0.0.0:1", "f", "c", "k" }, ""},
		{func(c *nodeConfig) { c.HTTPAddr, c.Password, c.TLSCert, c.TLSKey = "0.0.0.0:1", "f", "c", "k" }, "--http-addr 0.0.0.0:1 is beyond loopback"},
		{func(c *nodeConfig) { c.ClusterAddr = "10.0.0.1:3" }, "--cluster-addr 10.0.0.1:3 is beyond loopback"},
		{func(c *nodeConfig) { c.SQLAddr, c.HTTPAddr, c.ClusterAddr, c.Insecure = ":1", ":2", ":3", true }, ""},
		{func(c *nodeConfig) { c.SQLAddr, c.ClientCA, c.TLSCert, c.TLSKey = "0.0.0.0:1", "a", "c", "k" }, ""},
		{func(c *nodeConfig) { c.ClientCA = "a" }, "--client-ca takes --tls-cert"},
		{func(c *nodeConfig) { c.TLSCert = "c" }, "go together"},
		{func(c *nodeConfig) { c.RequireTLS = true }, "--require-tls takes --tls-cert"},
		{func(c *nodeConfig) { c.Shards = 65 }, "--shards 65"},
		{func(c *nodeConfig) { c.Shards = 0 }, ""}, // what the data directory has
		{func(c *nodeConfig) { c.Shards = -1 }, "--shards -1"},
		{func(c *nodeConfig) { c.CacheMB = 0 }, "--cache-size-mb 0"},
	} {
		cfg := nodeConfig{SQLAddr: "127.0.0.1:1", HTTPAddr: "127.0.0.1:2", ClusterAddr: "127.0.0.1:3", Shards: 8, CacheMB: 64}
		c.change(&cfg)
		if err := cfg.check(); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", cfg, err, c.want)
		}
	}
}

func TestSettingsTellOfTLS(t *testing.T) {
	for cert, want := range map[string]string{"": "", "node.crt": "on"} {
		if n := (&node{cfg: &nodeConfig{TLSCert: cert}}); n.settings()["ssl"] != want {
			t.Errorf("with certificate %q ssl is %q, want %q", cert, n.settings()["ssl"], want)
		}
	}
}
