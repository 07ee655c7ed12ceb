package pgwire

import "testing"

// TestStoreKeepsNoAlias: a name that is asked for lies in the read buffer, where
// the next message's name takes its place.
func TestStoreKeepsNoAlias(t *testing.T) {
	var s store[*statement]
	one, two := &statement{}, &statement{}
	for name, st := range map[string]*statement{"one": one, "two": two} {
		if err := s.put(name, st, 10, 1000, "prepared statement"); err != nil {
			t.Fatal(err)
		}
	}
	buffer := []byte("...")
	for _, c := range []struct {
		name string
		want *statement
	}{{"one", one}, {"two", two}, {"one", one}, {"one", one}, {"two", two}} {
		copy(buffer, c.name)
		if got, ok := s.get(alias(buffer)); !ok || got != c.want {
			t.Fatalf("%q gives another statement", c.name)
		}
	}
}
