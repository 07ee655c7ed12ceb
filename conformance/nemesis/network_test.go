package nemesis

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// echo is a node that answers each byte with itself.
func echo(t *testing.T, host string) string {
	t.Helper()
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() }) //nolint:errcheck // it was listening
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c) // ends with the connection
			}()
		}
	}()
	return ln.Addr().String()
}

// TestLinks: each condition of each direction does to bytes what it says, and
// healing undoes it.
func TestLinks(t *testing.T) {
	n := newNetwork()
	n.add("a", "127.0.0.21")
	n.add("b", "127.0.0.22")
	f, err := openFront(n, "b", "127.0.0.22", echo(t, "127.0.0.22"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.close(); err != nil {
			t.Error(err)
		}
	}()
	d := net.Dialer{Timeout: 5 * time.Second, LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.0.21")}}
	dial := func() net.Conn {
		t.Helper()
		c, err := d.Dial("tcp", f.ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() }) //nolint:errcheck // it may be reset
		return c
	}
	ask := func(c net.Conn, wait time.Duration) error {
		if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
			return err
		}
		if _, err := c.Write([]byte{7}); err != nil {
			return err
		}
		_, err := io.ReadFull(c, make([]byte, 1))
		return err
	}
	c := dial()
	if err := ask(c, 5*time.Second); err != nil {
		t.Fatal(err)
	}
	for _, way := range [][2]string{{"a", "b"}, {"b", "a"}} {
		n.link(way[0], way[1]).set(silent, 0)
		if err := ask(c, 50*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("%v silent: %v", way, err)
		}
		n.heal()
		if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, 1)); err != nil { // what waited comes
			t.Fatalf("%v healed: %v", way, err)
		}
		n.link(way[0], way[1]).set(cut, 0)
		if err := ask(c, 5*time.Second); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("%v cut: %v", way, err)
		}
		fresh, err := d.Dial("tcp", f.ln.Addr().String())
		if err == nil { // it is refused once it is there
			err = ask(fresh, 5*time.Second)
			_ = fresh.Close()
		}
		if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("a new connection while %v is cut: %v", way, err)
		}
		n.heal()
		c = dial()
		if err := ask(c, 5*time.Second); err != nil {
			t.Fatalf("%v healed: %v", way, err)
		}
	}
	n.link("a", "b").set(whole, 30*time.Millisecond)
	began := time.Now()
	if err := ask(c, 5*time.Second); err != nil || time.Since(began) < 30*time.Millisecond {
		t.Errorf("a delay of 30 ms took %s, %v", time.Since(began), err)
	}
}
