package replication

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stemedb/stemedb/replication/command"
)

// TestVersionsAreListed: a program that writes another layout of entries says so.
func TestVersionsAreListed(t *testing.T) {
	if got := commandVersions[programVersions.Newest]; got != command.Version {
		t.Errorf("version %d has entries of layout %d; this program writes %d", programVersions.Newest, got, command.Version)
	}
}

// speaking changes a node's options so that its program has other versions.
func speaking(options func(*Options), v Versions) func(*Options) {
	return func(o *Options) {
		options(o)
		o.versions = v
	}
}

func (in *instance) awaitVersion(t *testing.T, want int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		s, err := in.ClusterVersion(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s.Version == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the cluster writes version %d, not %d: %+v", s.Version, want, s.Members)
		}
	}
}

// TestRollingUpgrade: the cluster writes what its oldest member can, until the last has
// been started with a newer program; from then on older programs are refused, whether
// they come anew or are started again.
func TestRollingUpgrade(t *testing.T) {
	dirs := []string{t.TempDir(), t.TempDir()}
	old, both := Versions{1, 1}, Versions{1, 2}
	s1 := setup{dir: dirs[0], options: speaking(clustered(t, "n1", false), both)}
	n1 := open(t, s1)
	n1.awaitVersion(t, 2)
	options := clustered(t, "n2", true)
	n2, err := tryOpen(t, setup{dir: dirs[1], options: speaking(options, old)})
	if err != nil {
		t.Fatal(err)
	}
	if err := n1.admit(t.Context(), n2.self()); !errors.Is(err, ErrMember) || !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "newer program") {
		t.Fatalf("an old program joins a newer cluster: %v", err)
	}
	n2.shutdown(t)

	// A cluster that began with the old program.
	a := setup{dir: t.TempDir(), options: speaking(clustered(t, "a", false), old)}
	na := open(t, a)
	na.awaitVersion(t, 1)
	bOptions := clustered(t, "b", true)
	b := setup{dir: t.TempDir(), options: speaking(bOptions, both)}
	nb, err := tryOpen(t, b)
	if err != nil {
		t.Fatal(err)
	}
	if err := na.admit(t.Context(), nb.self()); err != nil {
		t.Fatal(err)
	}
	waitVoters(t, na, 2)
	time.Sleep(3 * helloEvery)
	if s, err := nb.ClusterVersion(t.Context()); err != nil || s.Version != 1 {
		t.Fatalf("raised to %d before all members can: %v", s.Version, err)
	}
	if v := (Versions{2, 2}).check(1); !errors.Is(v, ErrVersion) || !strings.Contains(v.Error(), "older program") {
		t.Errorf("a program too new for the cluster: %v", v)
	}
	mux := na.opts.Mux
	na.shutdown(t)
	mux = reopen(t, mux)
	a.options = func(o *Options) { o.NodeID, o.Mux, o.versions = "a", mux, both }
	na, err = tryOpen(t, a)
	if err != nil {
		t.Fatal(err)
	}
	nb.awaitVersion(t, 2)
	na.awaitVersion(t, 2)
	na.shutdown(t)
	mux = reopen(t, mux)
	a.options = func(o *Options) { o.NodeID, o.Mux, o.versions = "a", mux, old }
	if _, err := tryOpen(t, a); !errors.Is(err, ErrVersion) {
		t.Errorf("the old program again: %v", err)
	}
}

// TestVersionRaisedMeanwhile: a program that was started before the cluster went on
// without it stops, and says why.
func TestVersionRaisedMeanwhile(t *testing.T) {
	n1 := open(t, setup{options: speaking(clustered(t, "n1", false), Versions{1, 2})})
	n1.awaitVersion(t, 2)
	said := make(chan error, 1)
	n2, err := tryOpen(t, setup{options: speaking(clustered(t, "n2", true), Versions{1, 1}), onFatal: func(err error) {
		select {
		case said <- err:
		default:
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	m := n2.self()
	m.Versions = Versions{1, 2} // as its last program was
	if err := n1.admit(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-said:
		if !errors.Is(err, ErrVersion) {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it goes on")
	}
}
