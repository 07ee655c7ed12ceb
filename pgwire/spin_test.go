package pgwire

import "testing"

// Only a connection that is the server's only one in use may poll: with several
// clients, a core that polls is one that they lack.
func TestLoneConnectionPolls(t *testing.T) {
	s := &Server{}
	a, b := &conn{srv: s}, &conn{srv: s}
	message := func(c *conn) {
		s.spin.begin(c)
		if s.spin.lone(c) {
			t.Fatal("a connection polls while it works")
		}
		s.spin.end()
	}
	for range 3 * loneAfter {
		message(a)
		message(b)
		if s.spin.lone(a) || s.spin.lone(b) {
			t.Fatal("one of two connections that take turns polls")
		}
	}
	for range loneAfter + 1 {
		message(a)
	}
	if !s.spin.lone(a) {
		t.Fatal("a connection that is used alone does not poll")
	}
	s.spin.begin(b)
	if s.spin.lone(a) {
		t.Fatal("a connection polls while another works")
	}
	s.spin.end()
	if s.spin.lone(a) {
		t.Fatal("a connection polls after another was used")
	}
}
