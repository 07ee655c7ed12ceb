package nemesis

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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
}

// cluster is what the nemesis breaks and the clients use.
type cluster struct {
	t     testing.TB
	dir   string
	net   *network
	block string   // the first three numbers of its hosts
	flags []string // of every node
	list  atomic.Pointer[[]*member]
	count atomic.Int32 // nodes that there have been
}

// members are the nodes, of which there come to be more.
func (c *cluster) members() []*member { return *c.list.Load() }

// hosts is how many nodes this process has had: each has a host of its own.
var hosts atomic.Int32

// startCluster starts so many nodes, of which all but the first join.
func startCluster(t testing.TB, nodes int, flags ...string) *cluster {
	t.Helper()
	// Other test processes have other hosts, so that a node that is started again
	// finds its port free.
	block := fmt.Sprintf("127.%d.%d", 64+os.Getpid()>>8%128, os.Getpid()%256)
	c := &cluster{t: t, dir: t.TempDir(), net: newNetwork(), block: block, flags: flags}
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
	m := &member{name: fmt.Sprintf("n%d", c.count.Add(1)), host: fmt.Sprintf("%s.%d", c.block, hosts.Add(1)%250+1)}
	m.clock = filepath.Join(c.dir, m.name+"-clock")
	m.setClock(c.t, 0)
	certs := filepath.Join(c.dir, m.name+"-certs")
	c.run("cert", "create-node", m.name, m.host, "--ca-dir", filepath.Join(c.dir, "ca"), "--certs-dir", certs)
	raft := fmt.Sprintf("%s:%d", m.host, testnode.FreePortOf(c.t, m.host))
	var err error
	if m.front, err = openFront(c.net, m.name, m.host, raft); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		if err := m.front.close(); err != nil {
			c.t.Error(err)
		}
	})
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
	}
	c.launch(m)
	all := append(slices.Clone(before), m)
	c.list.Store(&all)
	return m
}

// settling is how long newcomers get to become voters, of which a ready node does
// not tell: until then all depends on the founder.
const settling = 3 * time.Second

// log is a file for what a node says, whose end is shown if the test fails. It stays
// in the directory that STEMEDB_NEMESIS_LOGS names, if there is one.
func (c *cluster) log(name string) io.Writer {
	dir := c.dir
	if keep := os.Getenv("STEMEDB_NEMESIS_LOGS"); keep != "" {
		dir = filepath.Join(keep, filepath.Base(filepath.Dir(c.dir)))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			c.t.Fatal(err)
		}
	}
	f, err := os.Create(filepath.Join(dir, name+".log"))
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

func (c *cluster) launch(m *member) { m.node.Store(testnode.Launch(c.t, m.setup)) }

// await waits until a node serves: everything that it needs must be whole. One that
// does not is made to say what it is at.
func (c *cluster) await(m *member) {
	c.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := m.node.Load().AwaitReady(ctx); err != nil {
		m.signal(c.t, syscall.SIGQUIT)
		select {
		case <-m.node.Load().Exited():
		case <-time.After(10 * time.Second):
		}
		c.t.Fatalf("%s: %v", m.name, err)
	}
}

// setClock makes a node's clock wrong by an offset.
func (m *member) setClock(t testing.TB, offset time.Duration) {
	t.Helper()
	err := os.WriteFile(m.clock+"~", []byte(offset.String()), 0o600)
	if err == nil {
		err = os.Rename(m.clock+"~", m.clock)
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
		m.node.Load().Stop(c.t)
		if out, err := exec.Command(testnode.Binary(c.t), "verify", "--data-dir", m.setup.Dir).CombinedOutput(); err != nil {
			c.t.Errorf("verify %s: %v\n%s", m.name, err, out)
		}
	}
}
