package nemesis

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// member is a node of the cluster, which may be dead.
type member struct {
	name  string
	host  string
	clock string // the file with its clock's offset
	setup testnode.Setup
	front *front
	node  atomic.Pointer[testnode.Node]
	leave func() // lets go of its host; it has ended for good
}

// cluster is what the nemesis breaks and the clients use.
type cluster struct {
	t     testing.TB
	dir   string
	net   *network
	flags []string // of every node
	// found makes the data directory that the first node finds; nil: it finds none.
	found func(m *member)
	list  atomic.Pointer[[]*member]
	count atomic.Int32 // nodes that there have been
	moved atomic.Int32 // shards that moved by schedule
	bad   atomic.Pointer[error]
}

// members are the nodes, of which there come to be more.
func (c *cluster) members() []*member { return *c.list.Load() }

// startCluster starts so many nodes, of which all but the first join. Its directory
// stays if the test fails.
func startCluster(t testing.TB, nodes int, flags ...string) *cluster {
	t.Helper()
	return startClusterOn(t, nil, nodes, flags...)
}

// startClusterOn is startCluster on a data directory that found makes.
func startClusterOn(t testing.TB, found func(*member), nodes int, flags ...string) *cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "stemedb-nemesis-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the cluster's data and logs stay in %s", dir)
		} else if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	c := &cluster{t: t, dir: dir, net: newNetwork(), flags: flags, found: found}
	c.list.Store(&[]*member{})
	c.run("cert", "create-ca", "--ca-dir", filepath.Join(c.dir, "ca"))
	for range nodes {
		m := c.add()
		c.await(m)
	}
	time.Sleep(settling)
	return c
}

// run runs a command of stemedb's.
func (c *cluster) run(args ...string) {
	c.t.Helper()
	if out, err := exec.Command(testnode.Binary(c.t), args...).CombinedOutput(); err != nil {
		c.t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// add launches one more node, which founds the cluster or joins it.
func (c *cluster) add() *member {
	c.t.Helper()
	before := c.members()
	host, err := hosts.take()
	if err != nil {
		c.t.Fatal(err)
	}
	m := &member{name: fmt.Sprintf("n%d", c.count.Add(1)), host: host}
	m.clock = filepath.Join(c.dir, m.name+"-clock")
	m.setClock(c.t, 0)
	certs := filepath.Join(c.dir, m.name+"-certs")
	c.run("cert", "create-node", m.name, m.host, "--ca-dir", filepath.Join(c.dir, "ca"), "--certs-dir", certs)
	// Beyond the ports that are given out when somebody asks for any: one of them might
	// be taken when the node is started again.
	raft := net.JoinHostPort(m.host, "18182")
	if m.front, err = openFront(c.net, m.name, m.host, raft); err != nil {
		c.t.Fatal(err)
	}
	m.leave = sync.OnceFunc(func() {
		if err := m.front.close(); err != nil {
			c.t.Error(err)
		}
		hosts.give(m.host)
	})
	c.t.Cleanup(m.leave)
	c.net.add(m.name, m.host)
	m.setup = testnode.Setup{
		Dir: filepath.Join(c.dir, m.name), Host: m.host, Env: []string{"STEMEDB_TEST_CLOCK_OFFSET_FILE=" + m.clock}, Log: c.log(m.name),
		Flags: append([]string{"--certs-dir", certs, "--raft-addr", raft, "--advertise-addr", m.front.ln.Addr().String(), "--log-level", "warn"}, c.flags...),
	}
	if len(before) > 0 {
		var addrs []string
		for _, other := range before {
			addrs = append(addrs, other.front.ln.Addr().String())
		}
		m.setup.Flags = append(m.setup.Flags, "--join", strings.Join(addrs, ","))
	} else if c.found != nil {
		c.found(m)
	}
	c.launch(m)
	all := append(slices.Clone(before), m)
	c.list.Store(&all)
	return m
}

// settling is how long newcomers get to become voters, of which a ready node does
// not tell: until then all depends on the founder.
const settling = 3 * time.Second

// log is a file for what a node says, whose end is shown if the test fails.
func (c *cluster) log(name string) io.Writer {
	f, err := os.Create(filepath.Join(c.dir, name+".log"))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		f.Close()
		if text, err := os.ReadFile(f.Name()); err == nil && c.t.Failed() {
			c.t.Logf("%s says, last:\n%s", name, text[max(0, len(text)-1500):])
		}
	})
	return f
}

// keep writes what the clients of a history saw into the cluster's directory.
func (c *cluster) keep(h *history, seed uint64) {
	name := filepath.Join(c.dir, fmt.Sprintf("history-%d.txt", seed))
	if err := os.WriteFile(name, []byte(h.String()), 0o600); err != nil {
		c.t.Error(err)
	}
}

// complain notes the first thing that went wrong beside the history.
func (c *cluster) complain(err error) { c.bad.CompareAndSwap(nil, &err) }

// trouble is what complain was told.
func (c *cluster) trouble() error {
	if err := c.bad.Load(); err != nil {
		return *err
	}
	return nil
}

func (c *cluster) launch(m *member) { m.node.Store(testnode.Launch(c.t, m.setup)) }

// await waits until a node serves: everything that it needs must be whole.
func (c *cluster) await(m *member) {
	c.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := m.node.Load().AwaitReady(ctx); err != nil {
		c.interrogate(m)
		c.t.Fatalf("%s: %v", m.name, err)
	}
}

// haltWithin is how long a node may take to end in order: it gives running
// statements ten seconds.
const haltWithin = 25 * time.Second

// halt ends a node in order.
func (c *cluster) halt(m *member) {
	c.t.Helper()
	over := time.AfterFunc(haltWithin, func() { c.interrogate(m) })
	defer over.Stop()
	m.node.Load().Stop(c.t)
}

// interrogate makes a node that hangs say in its log what it is at, and ends it.
func (c *cluster) interrogate(m *member) {
	m.signal(c.t, syscall.SIGQUIT)
	select {
	case <-m.node.Load().Exited():
	case <-time.After(10 * time.Second):
	}
}

// setClock makes a node's clock wrong by an offset: the node has the file mapped.
func (m *member) setClock(t testing.TB, offset time.Duration) {
	t.Helper()
	f, err := os.OpenFile(m.clock, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(offset)), 0)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (m *member) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := m.node.Load().Signal(s); err != nil {
		t.Errorf("%v to %s: %v", s, m.name, err)
	}
}

// deadByItself names a node that has ended though nobody ended it.
func (c *cluster) deadByItself() string {
	for _, m := range c.members() {
		select {
		case <-m.node.Load().Exited():
			if !m.node.Load().Dead() {
				return m.name
			}
		default:
		}
	}
	return ""
}

// stop ends the nodes in order, and looks at what is left on their disks.
func (c *cluster) stop() {
	c.t.Helper()
	for _, m := range c.members() {
		c.halt(m)
		if out, err := exec.Command(testnode.Binary(c.t), "verify", "--data-dir", m.setup.Dir).CombinedOutput(); err != nil {
			c.t.Errorf("verify %s: %v\n%s", m.name, err, out)
		}
	}
}
