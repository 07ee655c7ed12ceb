package nemesis

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// network carries the bytes between nodes. Safe for concurrent use.
type network struct {
	mu    sync.Mutex
	names map[string]string // by IP
	links map[[2]string]*link
}

func newNetwork() *network {
	return &network{names: map[string]string{}, links: map[[2]string]*link{}}
}

// add makes a host known by its node's name.
func (n *network) add(name, host string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.names[host] = name
}

// link is the way from one node to another.
func (n *network) link(from, to string) *link {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.links[[2]string{from, to}]
	if l == nil {
		l = &link{flows: make(chan struct{}), conns: map[*pipe]struct{}{}}
		close(l.flows)
		n.links[[2]string{from, to}] = l
	}
	return l
}

// heal makes every link whole.
func (n *network) heal() {
	n.mu.Lock()
	links := make([]*link, 0, len(n.links))
	for _, l := range n.links {
		links = append(links, l)
	}
	n.mu.Unlock()
	for _, l := range links {
		l.set(whole, 0)
	}
}

// condition is what a link does with bytes.
type condition byte

const (
	whole  condition = iota
	silent           // bytes wait, as packets that are lost are sent again, and again
	cut              // connections are reset and refused
)

// link is one direction of a pair of nodes.
type link struct {
	mu    sync.Mutex
	is    condition
	delay time.Duration
	flows chan struct{} // closed unless bytes wait
	conns map[*pipe]struct{}
}

// set changes the link, and delays bytes from now on.
func (l *link) set(to condition, delay time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if (l.is == silent) != (to == silent) {
		if to == silent {
			l.flows = make(chan struct{})
		} else {
			close(l.flows)
		}
	}
	l.is, l.delay = to, delay
	if to == cut {
		for p := range l.conns {
			p.close()
		}
	}
}

// join has a connection end when the link is cut; false: it is.
func (l *link) join(p *pipe) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.is == cut {
		return false
	}
	l.conns[p] = struct{}{}
	return true
}

func (l *link) leave(p *pipe) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, p)
}

func (l *link) state() (flows chan struct{}, delay time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.flows, l.delay
}

// pipe is a connection through a front.
type pipe struct {
	dialer, node net.Conn
	once         sync.Once
	ended        chan struct{}
}

func (p *pipe) close() {
	p.once.Do(func() {
		close(p.ended)
		for _, c := range []net.Conn{p.dialer, p.node} {
			if t, ok := c.(*net.TCPConn); ok {
				_ = t.SetLinger(0) // a reset, as of a host that has forgotten the connection
			}
			_ = c.Close() // its end is what is wanted
		}
	})
}

// front takes the connections to a node, at the address that it advertises.
type front struct {
	net  *network
	name string
	ln   net.Listener
	addr string // the node's own listener
	work sync.WaitGroup
	stop chan struct{}
}

// openFront listens on a host for connections to the node behind addr.
func openFront(n *network, name, host, addr string) (*front, error) {
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, fmt.Errorf("open the front of %s: %w", name, err)
	}
	f := &front{net: n, name: name, ln: ln, addr: addr, stop: make(chan struct{})}
	f.work.Go(f.accept)
	return f, nil
}

// close ends the front and every connection through it.
func (f *front) close() error {
	close(f.stop)
	err := f.ln.Close()
	f.work.Wait()
	return err
}

func (f *front) accept() {
	for {
		c, err := f.ln.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // too many open files, mostly
			time.Sleep(10 * time.Millisecond)
			continue
		}
		f.work.Go(func() { f.carry(c) })
	}
}

// carry passes bytes both ways, each as its link does, until one end closes.
func (f *front) carry(c net.Conn) {
	f.net.mu.Lock()
	from := f.net.names[c.RemoteAddr().(*net.TCPAddr).IP.String()]
	f.net.mu.Unlock()
	node, err := net.DialTimeout("tcp", f.addr, 5*time.Second)
	if err != nil || from == "" {
		_ = c.Close() // the node is dead, or a stranger calls
		if node != nil {
			_ = node.Close()
		}
		return
	}
	p := &pipe{dialer: c, node: node, ended: make(chan struct{})}
	defer p.close()
	there, back := f.net.link(from, f.name), f.net.link(f.name, from)
	for _, l := range []*link{there, back} {
		if !l.join(p) {
			return
		}
		defer l.leave(p)
	}
	var both sync.WaitGroup
	both.Go(func() { p.pass(c, node, there) })
	both.Go(func() { p.pass(node, c, back) })
	finished := make(chan struct{})
	go func() {
		both.Wait()
		close(finished)
	}()
	select {
	case <-finished:
	case <-f.stop:
		p.close()
		<-finished
	}
}

// pass moves bytes one way. What waits is what the sockets and one buffer hold.
func (p *pipe) pass(from, to net.Conn, l *link) {
	defer p.close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			flows, delay := l.state()
			select {
			case <-flows:
			case <-p.ended:
				return
			}
			if delay > 0 {
				time.Sleep(delay)
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
