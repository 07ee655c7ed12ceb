package replication

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

func TestClockGivesRisingTimes(t *testing.T) {
	wall := knowledge.Micros(100)
	c := clock{now: func() knowledge.Micros { return wall }}
	if got := c.assign(); got != 100 {
		t.Errorf("first: %d", got)
	}
	if got := c.assign(); got != 101 {
		t.Errorf("the wall stands still: %d", got)
	}
	wall = 50
	if got := c.assign(); got != 102 {
		t.Errorf("the wall went back: %d", got)
	}
	c.observe(500)
	if got := c.assign(); got != 501 {
		t.Errorf("after a promise of 500: %d", got)
	}
	wall = 1000
	if got := c.assign(); got != 1000 {
		t.Errorf("the wall is ahead: %d", got)
	}
}

func TestClockWaits(t *testing.T) {
	c := clock{now: func() knowledge.Micros { return 10 }}
	at := c.assign() // 10, on its way
	c.observe(20)
	if c.settled(20) {
		t.Fatal("an entry at 10 is on its way")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := c.wait(ctx, 20); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("wait: %v", err)
	}
	if n := c.applied.waiting.Load(); n != 0 {
		t.Fatalf("%d waiters after one gave up", n)
	}
	go func() {
		time.Sleep(5 * time.Millisecond)
		c.advance(at)
	}()
	if err := c.wait(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	if !c.settled(20) {
		t.Error("not settled after everything was applied")
	}
	c.assign()
	lost := errors.New("lost")
	go func() {
		time.Sleep(5 * time.Millisecond)
		c.release(lost)
	}()
	if err := c.wait(t.Context(), 30); !errors.Is(err, lost) {
		t.Errorf("wait after the leadership was lost: %v", err)
	}
}

// A reader that has moved the clock to T and found it settled must never see an
// entry with a time of T or less applied afterwards.
func TestClockRace(t *testing.T) {
	var wall atomic.Int64
	c := clock{now: func() knowledge.Micros { return knowledge.Micros(wall.Load()) }}
	var promised atomic.Int64
	var mu sync.Mutex
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { // the writer: assigns, is slow, applies
		defer wg.Done()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			at := c.assign()
			if i%7 == 0 {
				time.Sleep(time.Microsecond)
			}
			mu.Lock()
			if p := promised.Load(); int64(at) <= p {
				t.Errorf("an entry at %d is applied after %d was promised", at, p)
			}
			c.advance(at)
			mu.Unlock()
		}
	}()
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 5000 {
				at := knowledge.Micros(wall.Add(3))
				c.observe(at)
				if !c.settled(at) {
					if err := c.wait(t.Context(), at); err != nil {
						t.Error(err)
						return
					}
				}
				mu.Lock()
				raise(&promised, int64(at))
				mu.Unlock()
			}
		}()
	}
	go func() {
		time.Sleep(300 * time.Millisecond)
		close(stop)
	}()
	wg.Wait()
}
