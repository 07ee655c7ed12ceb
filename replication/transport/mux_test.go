package transport

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// certificates makes a CA and nodes under a directory, and loads the nodes'.
func certificates(t *testing.T, cluster string, names ...string) (ca string, nodes []*Credentials) {
	t.Helper()
	ca = t.TempDir()
	if _, err := CreateCA(ca, cluster); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		dir := t.TempDir()
		if _, err := CreateNode(dir, ca, n, []string{"localhost", "127.0.0.1"}); err != nil {
			t.Fatal(err)
		}
		c, err := LoadCredentials(dir)
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, c)
	}
	return ca, nodes
}

// lines is a log that tests read.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// wait waits until the log says something.
func (l *lines) wait(t *testing.T, what string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		l.mu.Lock()
		found := strings.Contains(l.b.String(), what)
		l.mu.Unlock()
		if found {
			return
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Errorf("the log does not say %q: %s", what, l.b.String())
}

func start(t *testing.T, c *Credentials, change ...func(*Options)) (*Mux, *lines) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := &lines{}
	o := Options{Listener: ln, Credentials: c, Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, f := range change {
		f(&o)
	}
	m := New(o)
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m, log
}

func layer(t *testing.T, m *Mux, group uint16) *Layer {
	t.Helper()
	l, err := m.Layer(group)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// echo answers each stream with its group's letter and what came.
func echo(l *Layer, letter string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			b := make([]byte, 5)
			if _, err := io.ReadFull(c, b); err == nil {
				_, _ = c.Write(append([]byte(letter), b...))
			}
		}()
	}
}

func ask(t *testing.T, m *Mux, addr string, group uint16) string {
	t.Helper()
	c, err := m.Dial(t.Context(), addr, group)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// TestGroups: streams of several groups share a port, with certificates and
// without.
func TestGroups(t *testing.T) {
	_, nodes := certificates(t, "", "a", "b")
	for _, c := range [][]*Credentials{nodes, {nil, nil}} {
		a, _ := start(t, c[0])
		b, log := start(t, c[1], func(o *Options) { o.Advertise = "b.example:7" })
		go echo(layer(t, b, 0), "x")
		go echo(layer(t, b, 65535), "y")
		addr := b.opts.Listener.Addr().String()
		if got := layer(t, b, 3).Addr().String(); got != "b.example:7" {
			t.Errorf("advertised as %s", got)
		}
		for range 3 {
			if got := ask(t, a, addr, 0) + ask(t, a, addr, 65535); got != "xhelloyhello" {
				t.Errorf("got %q", got)
			}
		}
		if _, err := a.Dial(t.Context(), addr, 9); !errors.Is(err, ErrNoGroup) {
			t.Errorf("a group that is not there: %v", err)
		}
		log.wait(t, "there is no group 9 here")
		if _, err := b.Layer(0); err == nil {
			t.Error("a group's streams were given twice")
		}
	}
}

// TestStrangers: who is not a node of the cluster is refused on both sides
// before the group's stream has a byte of it.
func TestStrangers(t *testing.T) {
	ca, nodes := certificates(t, "one", "a", "b")
	_, others := certificates(t, "one", "a") // the same names, another CA
	m, log := start(t, nodes[0])
	addr := m.opts.Listener.Addr().String()
	go func() {
		if _, err := layer(t, m, 0).Accept(); !errors.Is(err, ErrClosed) {
			t.Errorf("a stranger's stream was accepted: %v", err)
		}
	}()
	// Certificates of this CA, for another cluster, another role, another use.
	forged := func(id Identity, use ...x509.ExtKeyUsage) *Credentials {
		t.Helper()
		cert, signer, err := readCA(filepath.Join(ca, caCert), filepath.Join(ca, caKey))
		if err != nil {
			t.Fatal(err)
		}
		tmpl, err := template(id, 1)
		if err != nil {
			t.Fatal(err)
		}
		tmpl.ExtKeyUsage = use
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.CreateCertificate(rand.Reader, tmpl, cert, key.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		c := *nodes[1]
		c.pair = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
		return &c
	}
	both := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}
	for name, c := range map[string]*Credentials{
		"certificate signed by unknown authority":                   others[0],
		"certificate specifies an incompatible key usage":           forged(Identity{"one", RoleNode, "c"}, x509.ExtKeyUsageEmailProtection),
		"the peer belongs to cluster two, this node to one":         forged(Identity{"two", RoleNode, "c"}, both...),
		"the peer's certificate is that of a client, not of a node": forged(Identity{"one", "client", "c"}, both...),
	} {
		s, _ := start(t, c)
		if _, err := s.Dial(t.Context(), addr, 0); err == nil {
			t.Errorf("%s: connected", name)
		}
		if c != others[0] { // who finds us a stranger first
			log.wait(t, name)
		}
		// Nor does a node speak to one that it finds at an address.
		go echo(layer(t, s, 0), "x")
		if _, err := m.Dial(t.Context(), s.opts.Listener.Addr().String(), 0); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: dialled: %v", name, err)
		}
	}
	for what, dial := range map[string]func() error{
		"no certificate": func() error {
			c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // a stranger
			if err != nil {
				return err
			}
			_, err = c.Read(make([]byte, 1))
			return errors.Join(err, c.Close())
		},
		"TLS 1.2": func() error {
			cfg := nodes[1].client()
			cfg.MaxVersion, cfg.MinVersion = tls.VersionTLS12, tls.VersionTLS12
			_, err := tls.Dial("tcp", addr, cfg)
			return err
		},
		"no TLS": func() error {
			plain, _ := start(t, nil)
			_, err := plain.Dial(t.Context(), addr, 0)
			return err
		},
	} {
		if err := dial(); err == nil {
			t.Errorf("%s: connected", what)
		}
	}
}

// TestSilence: connections that say nothing are closed, however many they are,
// and a node gets through.
func TestSilence(t *testing.T) {
	_, nodes := certificates(t, "", "a", "b")
	m, _ := start(t, nodes[0], func(o *Options) { o.GreetTimeout = 300 * time.Millisecond })
	go echo(layer(t, m, 0), "x")
	addr := m.opts.Listener.Addr().String()
	var silent []net.Conn
	for range maxGreeting * 2 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		silent = append(silent, c)
	}
	b, _ := start(t, nodes[1])
	if got := ask(t, b, addr, 0); got != "xhello" {
		t.Errorf("got %q", got)
	}
	for _, c := range silent {
		if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal("a silent connection stays")
		}
	}
}

// TestClose: closing ends accepted, dialled and half-open connections, and what
// waits in Accept.
func TestClose(t *testing.T) {
	_, nodes := certificates(t, "", "a", "b")
	a, _ := start(t, nodes[0])
	b, _ := start(t, nodes[1])
	l := layer(t, b, 1)
	out, err := a.Dial(t.Context(), b.opts.Listener.Addr().String(), 1)
	if err != nil {
		t.Fatal(err)
	}
	in, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.Dial("tcp", b.opts.Listener.Addr().String()); err != nil {
		t.Fatal(err)
	}
	accepted := make(chan error)
	go func() {
		_, err := l.Accept()
		accepted <- err
	}()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := <-accepted; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	for _, c := range []net.Conn{in, out} {
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("a connection outlives its node")
		}
	}
	if _, err := b.Dial(t.Context(), a.opts.Listener.Addr().String(), 1); err == nil {
		t.Error("a closed node dials")
	}
	if _, err := b.Layer(2); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Dial(ctx, "127.0.0.1:1", 1); err == nil {
		t.Error("dialled in a context that has ended")
	}
}

// TestFiles: keys are private and nothing is written over.
func TestFiles(t *testing.T) {
	ca, _ := certificates(t, "one")
	if _, err := CreateCA(ca, "one"); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	dir := t.TempDir()
	id, err := CreateNode(dir, ca, "n1", []string{"db.example", "10.0.0.1"})
	if err != nil || id.String() != "node n1 of cluster one" {
		t.Fatal(id, err)
	}
	if _, err := CreateNode(dir, ca, "n1", nil); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	cert, err := readCertificate(filepath.Join(dir, nodeCert))
	if err != nil || cert.VerifyHostname("db.example") != nil || cert.VerifyHostname("10.0.0.1") != nil {
		t.Error(err)
	}
	key := filepath.Join(dir, nodeKey)
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadCredentials(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Error(err)
	}
	for _, bad := range []string{"", "a/b", "-a", "ü", strings.Repeat("a", 65)} {
		if _, err := CreateNode(t.TempDir(), ca, bad, nil); err == nil || !strings.Contains(err.Error(), "is not a name") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	// Beside a CA of another cluster nothing is mixed up.
	other, _ := certificates(t, "two")
	if _, err := CreateNode(other, ca, "n2", nil); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
}

// TestGone: a node is refused for its data whatever it connects for, hears why, and
// others are taken.
func TestGone(t *testing.T) {
	_, creds := certificates(t, "red", "a", "b", "c")
	a, log := start(t, creds[0])
	a.Guard(func(i Instance) bool { return i == Instance{1, 2} })
	go echo(layer(t, a, 1), "A")
	a.Serve(func(context.Context, byte, []byte) ([]byte, error) { return []byte("answer"), nil })
	b, _ := start(t, creds[1])
	told := make(chan struct{}, 10)
	b.OnGone(func() { told <- struct{}{} })
	b.Introduce(Instance{1, 2})
	if _, err := b.Dial(t.Context(), a.Address(), 1); !errors.Is(err, ErrGone) {
		t.Errorf("a stream: %v", err)
	}
	if _, err := b.Call(t.Context(), a.Address(), 1, nil); !errors.Is(err, ErrGone) || !errors.Is(err, ErrNotSent) {
		t.Errorf("a call: %v", err)
	}
	if len(told) != 2 {
		t.Errorf("it was told %d times of 2", len(told))
	}
	log.wait(t, "gone on without")
	c, _ := start(t, creds[2])
	c.Introduce(Instance{1, 3})
	if got := ask(t, c, a.Address(), 1); got != "Ahello" {
		t.Errorf("another node gets %q", got)
	}
	b.Introduce(Instance{1, 4}) // an empty data directory
	if got := ask(t, b, a.Address(), 1); got != "Ahello" {
		t.Errorf("with other data it gets %q", got)
	}
}
