package replication

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/raft"
)

// ErrForeign is a data directory that is not this node's, or not of the cluster that
// the node is started in.
var ErrForeign = errors.New("the data directory belongs elsewhere")

// clusterFile holds the id of the cluster whose certificates a data directory was first
// used with.
const clusterFile = "cluster"

// checkCluster refuses a directory that was used in another cluster, and notes the
// cluster of one that was used in none. An empty id is a node without certificates.
func checkCluster(dir, id string) error {
	if id == "" {
		return nil
	}
	name := filepath.Join(dir, clusterFile)
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return writeSmall(dir, clusterFile, id+"\n")
	}
	if err != nil {
		return fmt.Errorf("read which cluster a data directory is of: %w", err)
	}
	if was := strings.TrimSpace(string(text)); was != id {
		return fmt.Errorf("%w: %s is of cluster %s, the certificates are of %s", ErrForeign, dir, was, id)
	}
	return nil
}

// checkOwner refuses, before any group takes part in anything, the data of another
// node, and those that another process serves elsewhere: two of one name could vote
// twice. It knows what has been applied.
func (n *Node) checkOwner() error {
	members, err := n.Members()
	if err != nil {
		return err
	}
	self := n.opts.NodeID
	others := 0
	for i := range members {
		m := &members[i]
		switch {
		case m.ID != self && m.Instance == n.origin.id:
			return fmt.Errorf("%w: it is that of node %s, this node is %s", ErrForeign, m.ID, self)
		case m.ID != self && m.State.holds():
			others++
		case m.ID == self && n.opts.Mux != nil && m.Address != n.opts.Mux.Address() && n.answersAs(m.Address) == self:
			return fmt.Errorf("%w: a node %s runs at %s", ErrForeign, self, m.Address)
		}
	}
	if n.opts.Mux == nil && others > 0 {
		return fmt.Errorf("%w: it is that of a node of a cluster with %d others, and this one is started without a listener for them", ErrForeign, others)
	}
	return nil
}

// checkFounder refuses a node of another name than the one that founded the cluster of
// one in the directory.
func (n *Node) checkFounder() error {
	if n.origin.joined {
		return nil
	}
	f := n.meta.raft.GetConfiguration()
	if err := f.Error(); err != nil {
		return fmt.Errorf("read who founded the cluster: %w", err)
	}
	servers := f.Configuration().Servers
	if len(servers) != 1 || slices.ContainsFunc(servers, func(s raft.Server) bool { return string(s.ID) == n.opts.NodeID }) {
		return nil
	}
	return fmt.Errorf("%w: it is that of node %s, this node is %s", ErrForeign, servers[0].ID, n.opts.NodeID)
}

// answersAs is the id of the node that answers at an address; empty: none does.
func (n *Node) answersAs(addr string) string {
	ctx, cancel := context.WithTimeout(n.life, time.Second)
	defer cancel()
	r, err := n.call(ctx, addr, methodHello, nil)
	if err != nil {
		return ""
	}
	return r.text()
}

// CheckJoined refuses a node that is a cluster of its own and was told to join another:
// one whose nodes answer at addrs, and that it knows nothing of. Its data would be kept
// from those who look for them there. Errors: ErrForeign, Read's.
func (n *Node) CheckJoined(ctx context.Context, addrs []string) error {
	if n.opts.Mux == nil || n.origin.joined || len(addrs) == 0 || !n.meta.sole.Load() || !n.meta.isReady() {
		return nil
	}
	members, err := n.Members() // its leader has applied everything
	if err != nil {
		return err
	}
	for _, addr := range addrs {
		id := n.answersAs(addr)
		if id == "" || id == n.opts.NodeID || slices.ContainsFunc(members, func(m Member) bool { return m.ID == id }) {
			continue
		}
		return fmt.Errorf("%w: it holds a cluster of its own, of which %s at %s is no member; a node that joins takes an empty data directory", ErrForeign, id, addr)
	}
	return nil
}
