package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/replication/transport"
)

// peerConfig is what a node's flags say of the other nodes.
type peerConfig struct {
	Addr      string // empty: a node alone
	Advertise string
	CertsDir  string
	Join      []string
	Factor    int
}

const defaultRaftAddr = "127.0.0.1:18182"

func (c *peerConfig) flags(f *pflag.FlagSet) {
	f.StringVar(&c.Addr, "raft-addr", "", "address of the listener for other nodes (default "+defaultRaftAddr+" with --certs-dir; else none)")
	f.StringVar(&c.Advertise, "advertise-addr", "", "host:port under which other nodes find it (default --raft-addr)")
	f.StringVar(&c.CertsDir, "certs-dir", "", "directory with ca.crt, node.crt and node.key, by which nodes know each other (see stemedb cert)")
	f.StringSliceVar(&c.Join, "join", nil, "a node without data joins the cluster of the nodes at these addresses (host:port,...) instead of founding one")
	f.IntVar(&c.Factor, "replication-factor", 3, "replicas of each shard in a cluster that this node founds, 1 to 7; a cluster that is there keeps its own")
}

// check fills defaults in. insecure says that nodes may do without certificates.
func (c *peerConfig) check(insecure bool) error {
	if c.Addr == "" && c.CertsDir != "" {
		c.Addr = defaultRaftAddr
	}
	switch {
	case c.Addr == "" && len(c.Join) > 0:
		return errors.New("--join takes --certs-dir, or --insecure with --raft-addr")
	case c.Addr == "":
		return nil
	case c.Factor < 1 || c.Factor > 7:
		return fmt.Errorf("--replication-factor %d is out of range; it is from 1 to 7", c.Factor)
	case c.CertsDir == "" && !insecure:
		return fmt.Errorf("--raft-addr %s takes --certs-dir, by which nodes know each other, or --insecure", c.Addr)
	}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("--raft-addr %s: %w", c.Addr, err)
	}
	if ip := net.ParseIP(host); c.Advertise == "" && (host == "" || ip != nil && ip.IsUnspecified()) {
		return fmt.Errorf("--raft-addr %s names no host that other nodes could dial: say one by --advertise-addr", c.Addr)
	}
	return nil
}

// openPeers begins to listen for the other nodes, and joins them when that is to
// be: the number of shards is the cluster's then.
func (n *node) openPeers(ctx context.Context) error {
	c := &n.cfg.Peers
	if c.Addr == "" {
		return nil
	}
	opt := transport.Options{Advertise: c.Advertise, Logger: n.logger}
	if c.CertsDir != "" {
		var err error
		if opt.Credentials, err = transport.LoadCredentials(c.CertsDir); err != nil {
			return fmt.Errorf("load --certs-dir: %w", err)
		}
		n.cluster = opt.Credentials.Self.Cluster
		if name := opt.Credentials.Self.Name; n.cfg.NodeID == "" {
			n.cfg.NodeID = name
		} else if name != n.cfg.NodeID {
			return fmt.Errorf("--node-id %s is not %s, whose certificate lies in %s", n.cfg.NodeID, name, c.CertsDir)
		}
	}
	var err error
	if opt.Listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr); err != nil {
		return fmt.Errorf("listen for other nodes: %w", err)
	}
	n.peers = transport.New(opt)
	n.onClose(func(context.Context) error { return n.peers.Close() })
	fresh, err := n.cfg.fresh()
	if err != nil || !fresh || len(c.Join) == 0 {
		return err
	}
	n.cfg.Shards, err = replication.AskToJoin(ctx, n.peers, c.Join, n.cfg.DataDir, n.cfg.nodeID())
	return err
}

// fresh reports whether the node's data directory has no state yet.
func (c *nodeConfig) fresh() (bool, error) {
	if c.InMemory {
		return true, nil
	}
	_, err := os.Stat(filepath.Join(c.DataDir, "state"))
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return false, err
}

// nodeID is the node's name; without a certificate or a flag that says one it is
// node1.
func (c *nodeConfig) nodeID() string {
	if c.NodeID == "" {
		return "node1"
	}
	return c.NodeID
}

// peersLine tells where the node listens for others.
func (n *node) peersLine() string {
	how := "mutual TLS"
	if n.cfg.Peers.CertsDir == "" {
		how = "without certificates"
	}
	return n.peers.Address() + ", " + how
}
