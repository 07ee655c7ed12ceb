package replication

import (
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// TestFragments: a node asks the leader of a shard that it does not hold, then others
// that do; its reads account for such shards in their time and leave them out; who
// closes breaks off what it answers.
func TestFragments(t *testing.T) {
	n1 := open(t, setup{shards: 2, options: clustered(t, "n1", false)})
	join(t, n1, "n2", 2)
	options := clustered(t, "n3", true)
	n3, err := tryOpen(t, setup{shards: 2, options: func(o *Options) {
		options(o)
		o.Away = func(id storage.ShardID) bool { return id == 1 }
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := n1.admit(t.Context(), n3.self()); err != nil {
		t.Fatal(err)
	}
	waitVoters(t, n1, 3)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	res := n1.mustInsert(t, claim(pathIn("x", 1, 2), "1"))
	v, err := n3.Read(ctx, storage.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if v.At() < res.RecordedAt || !slices.Equal(v.Shards(), []storage.ShardID{0}) {
		t.Errorf("the view at %d is of shards %v; a claim was recorded at %d", v.At(), v.Shards(), res.RecordedAt)
	}
	asked := map[string]bool{}
	for attempt := range 6 {
		sites, err := n3.Sites(ctx, []storage.ShardID{1}, attempt)
		if err != nil || len(sites) != 1 || sites[0].Node == "n3" {
			t.Fatalf("attempt %d: %v, %v", attempt, sites, err)
		}
		if attempt == 0 && sites[0].Node != "n1" {
			t.Errorf("the leader is n1, not %s", sites[0].Node)
		}
		asked[sites[0].Node] = true
	}
	if !asked["n1"] || !asked["n2"] {
		t.Errorf("asked were %v", asked)
	}
	// A hot shard is spread over those that hold it, unless nothing is to be.
	n3.groups[1].queries.bits.Store(math.Float64bits(10 * hotRate))
	for _, spread := range []bool{true, false} {
		if err := n1.SetBalancing(ctx, spread); err != nil {
			t.Fatal(err)
		}
		for on := !spread; on != spread; time.Sleep(time.Millisecond) {
			if on, err = n3.Balancing(ctx); err != nil || ctx.Err() != nil {
				t.Fatal(err, ctx.Err())
			}
		}
		asked := map[string]int{}
		for range 8 {
			sites, err := n3.Sites(ctx, []storage.ShardID{1}, 0)
			if err != nil || len(sites) != 1 {
				t.Fatalf("%v, %v", sites, err)
			}
			asked[sites[0].Node]++
		}
		if want := map[string]int{"n1": 4, "n2": 4}; spread && !maps.Equal(asked, want) || !spread && len(asked) != 1 {
			t.Errorf("spread %v: asked were %v", spread, asked)
		}
	}
	if _, err := n3.Fragment(ctx, n1.self().Address, []byte("early")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a node that answers nothing yet: %v", err)
	}
	n1.ServeFragments(func(ctx context.Context, request []byte, send func([]byte) error) error {
		if err := send(request); err != nil || string(request) == "short" {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	})
	for _, request := range []string{"short", "long"} {
		s, err := n3.Fragment(ctx, n1.self().Address, []byte(request))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if f, err := s.Next(ctx); err != nil || string(f) != request {
			t.Fatalf("%q, %v", f, err)
		}
		if request == "short" {
			if _, err := s.Next(ctx); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			continue
		}
		ended := make(chan error, 1)
		go func() {
			_, err := s.Next(ctx)
			ended <- err
		}()
		n1.shutdown(t)
		if err := <-ended; err == nil || errors.Is(err, io.EOF) || ctx.Err() != nil {
			t.Errorf("the node closed: %v", err)
		}
	}
}
