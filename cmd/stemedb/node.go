package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/pgwire"
	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/sidecar"
	"github.com/stemedb/stemedb/sql"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
	"github.com/stemedb/stemedb/storage/backup"
)

// node is a running node: what openNode wires together.
type node struct {
	cfg     *nodeConfig
	cluster string // its id, by the node's certificate
	logger  *slog.Logger
	state   *storage.Store
	log     *storage.Log
	repl    *replication.Node
	engine  *sql.Engine
	indexes indexes
	wire    *pgwire.Server
	web     *sidecar.Server
	pages   *sidecar.ClusterServer
	sqlLn   net.Listener
	httpLn  net.Listener
	pagesLn net.Listener
	peers   *transport.Mux // nil: alone
	failed  chan error     // a listener or the storage gave up
	now     func() time.Time
	started []func(context.Context) error
}

// openNode starts everything, in order; close undoes it.
func openNode(ctx context.Context, cfg *nodeConfig) (*node, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	logger, err := cfg.logger()
	if err != nil {
		return nil, err
	}
	setMemoryLimit(cfg)
	n := &node{cfg: cfg, logger: logger, failed: make(chan error, 4), now: time.Now}
	if err := n.open(ctx); err != nil {
		closeCtx, stop := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer stop()
		return nil, errors.Join(err, n.close(closeCtx))
	}
	return n, nil
}

func (n *node) open(ctx context.Context) error {
	if err := n.openClock(); err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if err := n.listen(ctx); err != nil {
		return err
	}
	if err := n.openPeers(ctx); err != nil {
		return err
	}
	n.cfg.NodeID = n.cfg.nodeID()
	if err := n.openStores(registry); err != nil {
		return err
	}
	if err := n.openReplication(ctx, registry); err != nil {
		return err
	}
	n.indexes = indexes{n.state, &atomic.Int64{}}
	engine, err := sql.NewEngine(sql.Options{
		Verifier: verifier, Reindex: n.indexes.Rebuild,
		Cluster: cluster{n.repl}, Logger: n.logger, Registerer: registry, NodeID: n.cfg.NodeID,
		QueryMemory: int64(n.cfg.QueryMemory) << 20, TempDir: n.cfg.tempDir(), TempLimit: int64(n.cfg.TempLimit) << 20,
		ScanMemory: int64(n.cfg.ScanMB) << 20, ScanMemoryHeld: paceCollector(), Stats: storeStats{n.state, n.repl.Holds},
		Settings: n.settings(), AnalyzeEvery: n.cfg.Analyze, Clock: n.now, Announce: n.repl.Announce, Admin: sqlAdmin{clusterAdmin{n.repl, n.cfg.NodeID}, n.logger},
	})
	if err != nil {
		return err
	}
	n.engine = engine
	n.repl.ServeFragments(engine.ServeFragment)
	n.repl.OnAnnouncement(engine.Announced)
	n.onClose(func(context.Context) error {
		engine.Close()
		return nil
	})
	if err := engine.Bootstrap(ctx); err != nil {
		return err
	}
	return n.serve(registry)
}

// settings are the session settings that say how the node was started.
func (n *node) settings() map[string]string {
	if n.cfg.TLSCert == "" {
		return nil
	}
	return map[string]string{"ssl": "on"}
}

// listen takes the addresses before anything is opened: a port that is taken
// is the commonest mistake.
func (n *node) listen(ctx context.Context) error {
	var err error
	if n.sqlLn, err = pgwire.Listen(ctx, n.cfg.SQLAddr); err != nil {
		return fmt.Errorf("listen for SQL: %w", err)
	}
	n.onClose(func(context.Context) error { return ignoreClosed(n.sqlLn.Close()) })
	if n.httpLn, err = n.listenHTTP(ctx, "--http-addr", n.cfg.HTTPAddr); err != nil {
		return err
	}
	n.pagesLn, err = n.listenHTTP(ctx, "--cluster-addr", n.cfg.ClusterAddr)
	return err
}

func (n *node) listenHTTP(ctx context.Context, flag, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for HTTP, %s: %w", flag, err)
	}
	n.onClose(func(context.Context) error { return ignoreClosed(l.Close()) })
	return l, nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (n *node) onClose(f func(context.Context) error) { n.started = append(n.started, f) }

func (n *node) openStores(registry prometheus.Registerer) error {
	if n.cfg.Shards == 0 {
		fresh, err := n.cfg.fresh()
		if err != nil {
			return err
		}
		if fresh {
			n.cfg.Shards = newShards
		}
	}
	cache := int64(n.cfg.CacheMB) << 20
	opt := storage.Options{
		Dir: filepath.Join(n.cfg.DataDir, "state"), InMemory: n.cfg.InMemory, CacheBytes: cache, Shards: n.cfg.Shards,
		Logger: n.logger, OnFatal: n.fatal, ClaimID: claimID,
	}
	if !n.cfg.InMemory {
		if err := os.MkdirAll(n.cfg.DataDir, 0o700); err != nil {
			return fmt.Errorf("make data directory: %w", err)
		}
	}
	if err := n.cfg.checkRestored(); err != nil {
		return err
	}
	var err error
	if n.state, err = storage.Open(opt); err != nil {
		return fmt.Errorf("open state: %w", err)
	}
	n.onClose(func(context.Context) error { return n.state.Close() })
	opt.CacheBytes = 16 << 20
	if n.log, err = storage.OpenLog(filepath.Join(n.cfg.DataDir, "log"), opt); err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	n.onClose(func(context.Context) error { return n.log.Close() })
	size := prometheus.NewGauge(prometheus.GaugeOpts{Name: "stemedb_cache_size_bytes", Help: "Limit of the block cache."})
	size.Set(float64(cache))
	registry.MustRegister(size)
	return n.state.Register(registry)
}

// fatal ends the process when the disk cannot be trusted: what was
// acknowledged is in the log, and nothing more may be.
func (n *node) fatal(err error) {
	n.logger.Error("storage failed; the node stops", "error", err)
	select {
	case n.failed <- fmt.Errorf("storage failed: %w", err):
	default:
	}
}

func claimID(a *knowledge.Assertion) knowledge.ID { return a.ComputeID() }

func (n *node) openReplication(ctx context.Context, registry prometheus.Registerer) error {
	var err error
	n.repl, err = replication.Open(replication.Options{
		Dir: n.cfg.DataDir, NodeID: n.cfg.NodeID, Shards: n.state.Shards(), Store: n.state, Log: n.log, InMemory: n.cfg.InMemory,
		Logger: n.logger, Registerer: registry, OnFatal: n.fatal, Mux: n.peers, Join: len(n.cfg.Peers.Join) > 0, Factor: n.cfg.Peers.Factor,
		Away:            n.cfg.away,
		Cluster:         n.cluster,
		Clock:           func() knowledge.Micros { return knowledge.Micros(types.MicrosOf(n.now())) },
		CompareInterval: n.cfg.Compare,
	})
	if err != nil {
		return fmt.Errorf("open replication: %w", err)
	}
	n.onClose(n.repl.Close)
	registry.MustRegister(newLagGauge(n.cfg.NodeID, n.repl.Lag))
	// Before the shards have leaders: the pages say why they have none.
	admin := clusterAdmin{n.repl, n.cfg.NodeID}
	source := &backups{backup.Source{Cluster: backupCluster{n.repl}}}
	n.repl.ServeParts(source.Serve)
	n.pages = sidecar.NewCluster(sidecar.ClusterOptions{Cluster: admin, Comparer: admin, Versions: admin.versions, Backups: source, Own: n.findings, Logger: n.logger})
	n.onClose(n.pages.Shutdown)
	go func() { n.report("cluster listener", n.pages.Serve(n.pagesLn)) }()
	wait, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	if err := n.repl.WaitReady(wait); err != nil {
		return fmt.Errorf("wait for the shards: %w", err)
	}
	if err := n.repl.CheckJoined(ctx, n.cfg.Peers.Join); err != nil {
		return fmt.Errorf("--join: %w", err)
	}
	return nil
}

func (n *node) serve(registry *prometheus.Registry) error {
	auth, err := newAuth(n.engine, n.cfg.Password)
	if err != nil {
		return err
	}
	tlsConfig, err := n.cfg.sqlTLS()
	if err != nil {
		return err
	}
	n.wire, err = pgwire.NewServer(pgwire.Options{
		Engine: pgwire.SQL(n.engine), Auth: auth, TLS: tlsConfig, RequireTLS: !n.cfg.Insecure, LocalTLS: n.cfg.RequireTLS, TrustRemote: n.cfg.Insecure,
		Logger: n.logger, Registerer: registry,
	})
	if err != nil {
		return err
	}
	n.onClose(func(ctx context.Context) error {
		ctx, stop := context.WithTimeout(ctx, statementGrace) // what comes after needs its time too
		defer stop()
		return n.wire.Shutdown(ctx)
	})
	n.web = sidecar.New(sidecar.Options{Engine: n.engine, Gatherer: registry, Logger: n.logger, Version: version(), Indexes: n.indexes, Profiling: n.cfg.Profiling, Unready: n.unready})
	n.onClose(n.web.Shutdown)
	go func() { n.report("SQL listener", n.wire.Serve(context.Background(), n.sqlLn)) }()
	go func() { n.report("HTTP listener", n.web.Serve(n.httpLn)) }()
	return nil
}

// findings is what is wrong with this node, for the cluster's health page.
func (n *node) findings() []sidecar.Finding {
	hints := map[string]string{
		replication.FindingStalled: "Look at the disk and what else uses it; the node leads nothing until it is over.",
		replication.FindingFull:    "Make room on the disk of --data-dir.",
		replication.FindingFailed:  "Replace the disk, then start the node on an empty data directory with --join.",
	}
	var out []sidecar.Finding
	for _, f := range n.repl.Health() {
		if f.Kind == replication.FindingQuarantined {
			continue // the comparison of replicas says so
		}
		out = append(out, sidecar.Finding{Severity: "warning", Subject: n.cfg.NodeID, Message: f.Kind + ": " + f.Text, Hint: hints[f.Kind]})
	}
	return out
}

// unready lists why the node cannot serve.
func (n *node) unready() (why []string) {
	for _, f := range n.repl.Health() {
		if f.Unready {
			text := f.Kind + ": " + f.Text
			if f.Shard != "" {
				text = fmt.Sprintf("shard %s: %s", f.Shard, text)
			}
			why = append(why, text)
		}
	}
	return why
}

// sqlTLS is what the SQL listener shows and asks for; nil without a certificate.
func (c *nodeConfig) sqlTLS() (*tls.Config, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("load --tls-cert and --tls-key: %w", err)
	}
	conf := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if c.ClientCA != "" {
		if conf.ClientCAs, err = transport.LoadClientCA(c.ClientCA); err != nil {
			return nil, fmt.Errorf("load --client-ca: %w", err)
		}
		conf.ClientAuth = tls.VerifyClientCertIfGiven
	}
	return conf, nil
}

func (n *node) report(what string, err error) {
	if err == nil || errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return
	}
	n.failed <- fmt.Errorf("%s: %w", what, err)
}

func (n *node) printListeners(w io.Writer) {
	fmt.Fprintf(w, "sql       %s\n", n.sqlLn.Addr())
	fmt.Fprintf(w, "http      http://%s\n", n.httpLn.Addr())
	fmt.Fprintf(w, "cluster   http://%s\n", n.pagesLn.Addr())
	if n.peers != nil {
		fmt.Fprintf(w, "raft      %s\n", n.peersLine())
	}
}

// wait returns when ctx ends or the node fails.
func (n *node) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-n.failed:
		return err
	}
}

// closeGrace is for how long close waits beyond its context for what does not heed it:
// a disk that is gone keeps the stores from ending for ever.
const closeGrace = 2 * time.Second

// close stops everything in reverse order, and returns a little after ctx ends at the
// latest.
func (n *node) close(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- n.closeAll(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	select {
	case err := <-done:
		return err
	case <-grace.C:
		return fmt.Errorf("the node did not end in time, and is cut off; what it acknowledged is in its log: %w", ctx.Err())
	}
}

func (n *node) closeAll(ctx context.Context) error {
	var errs []error
	for i := len(n.started) - 1; i >= 0; i-- {
		if err := n.started[i](ctx); err != nil {
			errs = append(errs, err)
		}
	}
	n.started = nil
	return errors.Join(errs...)
}
