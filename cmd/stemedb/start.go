package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/storage"
)

// nodeConfig is what a node's flags say.
type nodeConfig struct {
	DataDir     string
	NodeID      string
	SQLAddr     string
	HTTPAddr    string
	ClusterAddr string
	Shards      int
	CacheMB     int
	Insecure    bool
	TLSCert     string
	RequireTLS  bool
	TLSKey      string
	ClientCA    string
	Password    string // file with the superuser's password
	LogLevel    string
	QueryMemory int           // MiB
	TempLimit   int           // MiB; 0: no bound
	ScanMB      int           // 0: none
	Analyze     time.Duration // 0: never
	Compare     time.Duration // 0: only when asked
	Profiling   bool
	InMemory    bool
	Peers       peerConfig

	away func(storage.ShardID) bool // tests: replication.Options.Away
}

// newShards is how many shards a new cluster has if nothing else is said.
const newShards = 8

func (c *nodeConfig) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.NodeID, "node-id", "", "name of this node (default that of its certificate, or node1)")
	f.StringVar(&c.SQLAddr, "sql-addr", "127.0.0.1:5432", "address of the PostgreSQL listener")
	f.StringVar(&c.HTTPAddr, "http-addr", "127.0.0.1:18180", "address of health, metrics and /v1")
	f.StringVar(&c.ClusterAddr, "cluster-addr", defaultClusterAddr, "address of the cluster's pages, /cluster and /admin")
	f.IntVar(&c.Shards, "shards", 0, fmt.Sprintf("number of shards, 1 to 64, fixed at first start; 0: what the data directory has, %d in a new one", newShards))
	f.IntVar(&c.CacheMB, "cache-size-mb", 1024, "block cache in MiB")
	f.IntVar(&c.ScanMB, "scan-cache-mb", 1024, "claims kept in memory for repeated scans over ranges of concepts, in MiB; 0: none")
	f.IntVar(&c.QueryMemory, "query-memory-mb", 256, "memory that one statement may use, in MiB")
	f.IntVar(&c.TempLimit, "temp-file-limit-mb", 10240, "temporary files of statements beyond their memory, all together, in MiB; 0: no limit")
	f.DurationVar(&c.Analyze, "analyze-interval", time.Minute, "how often to look whether claims have changed enough for the planner's statistics to be taken anew (ANALYZE); 0: never")
	f.DurationVar(&c.Compare, "compare-interval", 30*time.Minute, "how often the replicas of a shard that was written to are compared, and those that differ rebuilt; 0: only when asked")
	f.BoolVar(&c.Insecure, "insecure", false, "listen beyond loopback without password or TLS")
	f.StringVar(&c.TLSCert, "tls-cert", "", "certificate file for TLS on the SQL listener (PEM)")
	f.StringVar(&c.TLSKey, "tls-key", "", "its key file (PEM)")
	f.BoolVar(&c.RequireTLS, "require-tls", false, "refuse SQL clients without TLS from loopback, too, as those from elsewhere always are")
	f.StringVar(&c.ClientCA, "client-ca", "", "certificate of a CA for SQL clients (PEM): a role logs in by a certificate of its name that this CA has signed (see stemedb cert create-client)")
	f.StringVar(&c.Password, "superuser-password-file", "", "file with the password of role stemedb until ALTER ROLE sets one; without either loopback is trusted")
	f.BoolVar(&c.Profiling, "profiling", false, "serve Go profiles at /debug/pprof on the HTTP listener")
	f.StringVar(&c.LogLevel, "log-level", "warn", "debug, info, warn or error; the log goes to standard error")
}

func startCommand() *cobra.Command {
	var cfg nodeConfig
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Start a node",
		Long: `Start a node on a data directory. It prints one line per listener, and is ready
when /health/ready answers 200. SIGTERM or SIGINT end it: running statements get
ten seconds, and shards that it leads go to other nodes.

With --certs-dir the node takes part in a cluster, in which every node takes every
statement. The first founds it, the others join it:

  stemedb start --certs-dir c1 --raft-addr 10.0.0.1:18182 --data-dir d1
  stemedb start --certs-dir c2 --raft-addr 10.0.0.2:18182 --data-dir d2 --join 10.0.0.1:18182`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStart(cmd.Context(), &cfg) },
	}
	cfg.flags(cmd)
	cfg.Peers.flags(cmd.Flags())
	cmd.Flags().StringVar(&cfg.DataDir, "data-dir", "data", "directory of this node's data")
	return cmd
}

func runStart(ctx context.Context, cfg *nodeConfig) error {
	adviseHugePages()
	n, err := openNode(ctx, cfg)
	if err != nil {
		return err
	}
	n.printListeners(os.Stdout)
	fmt.Println("ready")
	err = n.wait(ctx)
	closeCtx, stop := context.WithTimeout(context.Background(), closeTimeout)
	defer stop()
	return errors.Join(err, n.close(closeCtx))
}

// How long a node may take to end, and what running statements get of that.
const (
	closeTimeout   = 30 * time.Second
	statementGrace = 10 * time.Second
)

func (c *nodeConfig) check() error {
	if c.Shards < 0 || c.Shards > storage.MaxShards {
		return fmt.Errorf("--shards %d is out of range; it is from 1 to %d", c.Shards, storage.MaxShards)
	}
	if c.ScanMB < 0 {
		return fmt.Errorf("--scan-cache-mb %d is negative; 0 is none", c.ScanMB)
	}
	if c.Analyze < 0 {
		return fmt.Errorf("--analyze-interval %s is negative; 0 is never", c.Analyze)
	}
	if c.Compare < 0 {
		return fmt.Errorf("--compare-interval %s is negative; 0 is only when asked", c.Compare)
	}
	if c.TempLimit < 0 {
		return fmt.Errorf("--temp-file-limit-mb %d is negative; 0 is no limit", c.TempLimit)
	}
	if c.CacheMB < 1 {
		return fmt.Errorf("--cache-size-mb %d is too small; it is at least 1", c.CacheMB)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key go together")
	}
	if c.RequireTLS && c.TLSCert == "" {
		return errors.New("--require-tls takes --tls-cert and --tls-key")
	}
	if c.ClientCA != "" && c.TLSCert == "" {
		return errors.New("--client-ca takes --tls-cert and --tls-key: certificates are shown under TLS")
	}
	if err := c.Peers.check(c.Insecure); err != nil {
		return err
	}
	if c.Insecure {
		return nil
	}
	if !loopback(c.SQLAddr) && (c.Password == "" && c.ClientCA == "" || c.TLSCert == "") {
		return fmt.Errorf("--sql-addr %s is beyond loopback: that takes --superuser-password-file or --client-ca, with --tls-cert and --tls-key, or --insecure", c.SQLAddr)
	}
	for _, http := range []struct{ flag, addr string }{{"http-addr", c.HTTPAddr}, {"cluster-addr", c.ClusterAddr}} {
		if !loopback(http.addr) {
			return fmt.Errorf("--%s %s is beyond loopback, and HTTP has neither passwords nor TLS here: put a proxy in front, or say --insecure", http.flag, http.addr)
		}
	}
	return nil
}

// tempDir is where statements that outgrow their memory go on; a node that
// keeps its data in memory has none.
func (c *nodeConfig) tempDir() string {
	if c.InMemory {
		return ""
	}
	return filepath.Join(c.DataDir, "tmp")
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (c *nodeConfig) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(strings.ToUpper(c.LogLevel))); err != nil {
		return nil, fmt.Errorf("--log-level %q is not debug, info, warn or error", c.LogLevel)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})), nil
}
