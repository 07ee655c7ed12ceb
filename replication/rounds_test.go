package replication

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// TestRounds has many ask while a round is on its way: they share the next one, and
// neither the time nor the error of the first is theirs.
func TestRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 50
		var r rounds
		answer := make(chan error)
		asked := knowledge.Micros(0)
		ask := func() (knowledge.Micros, error) {
			asked++ // rounds follow one another
			at := asked
			return at, <-answer
		}
		var got [1 + many]knowledge.Micros
		var errs [1 + many]error
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() { got[i], errs[i] = r.join(t.Context(), ask) })
			if i == 0 {
				synctest.Wait() // the first round is on its way
			}
		}
		synctest.Wait()
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := r.join(gone, ask); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller who is gone: %v", err)
		}
		failed := errors.New("failed")
		answer <- failed
		answer <- nil
		wg.Wait()
		synctest.Wait()
		if asked != 2 || got[0] != 1 || !errors.Is(errs[0], failed) {
			t.Errorf("%d rounds; the first gave %d, %v", asked, got[0], errs[0])
		}
		for i := range many {
			if got[1+i] != 2 || errs[1+i] != nil {
				t.Errorf("a later call got %d, %v", got[1+i], errs[1+i])
			}
		}
	})
}

// TestRoundsOfCrowds: a round begins as soon as the one before has ended, unless many
// wait for it, who wait for a while more.
func TestRoundsOfCrowds(t *testing.T) {
	for _, c := range []struct {
		waiting int
		apart   time.Duration
	}{{roundCrowd - 1, time.Millisecond}, {roundCrowd, roundPace}} {
		synctest.Test(t, func(t *testing.T) {
			var r rounds
			var began []time.Time
			ask := func() (knowledge.Micros, error) {
				began = append(began, time.Now())
				time.Sleep(time.Millisecond)
				return 0, nil
			}
			var wg sync.WaitGroup
			for i := range 1 + c.waiting {
				wg.Go(func() { _, _ = r.join(t.Context(), ask) })
				if i == 0 {
					synctest.Wait()
				}
			}
			wg.Wait()
			if len(began) != 2 || began[1].Sub(began[0]) != c.apart {
				t.Errorf("%d wait: rounds began at %v", c.waiting, began)
			}
		})
	}
}

// TestRoundsOfBusyNodes: while many are at work who will ask again, a round waits
// until a share of them asks, but no longer than a while after the one before; alone
// or after a pause it does not wait.
func TestRoundsOfBusyNodes(t *testing.T) {
	const every = 100 * time.Microsecond // one asks
	const takes = 50 * time.Microsecond
	for _, c := range []struct {
		busy, ask int
		apart     time.Duration // rounds after the first, which nobody waits for with
	}{
		{busy: 0, ask: 3, apart: every},
		{busy: roundShare, ask: 4, apart: every},
		{busy: 10 * roundShare, ask: 31, apart: roundPace}, // a crowd of ten
		{busy: 30 * roundShare, ask: 61, apart: 30 * every},
		{busy: 1000 * roundShare, ask: 161, apart: roundLimit},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := rounds{busy: func() int { return c.busy }}
			var began []time.Time
			ask := func() (knowledge.Micros, error) {
				began = append(began, time.Now())
				time.Sleep(takes)
				return 0, nil
			}
			var wg sync.WaitGroup
			start := time.Now()
			for range c.ask {
				wg.Go(func() { _, _ = r.join(t.Context(), ask) })
				time.Sleep(every)
			}
			wg.Wait()
			if !began[0].Equal(start) || len(began) < 3 {
				t.Fatalf("%d at work: %d rounds, the first %v after who asks for it", c.busy, len(began), began[0].Sub(start))
			}
			for i, at := range began[1 : len(began)-1] {
				if apart := at.Sub(began[i]); apart != c.apart {
					t.Errorf("%d at work: round %d began %v after the one before, want %v", c.busy, i+1, apart, c.apart)
				}
			}
		})
	}
}
