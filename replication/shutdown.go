package replication

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Close stops accepting work, waits for what is on its way, makes the state
// durable and stops raft. ctx bounds the waits; what they cut off is safe in
// the log and comes back at the next start. Close the store and log after it.
func (n *Node) Close(ctx context.Context) error {
	if !n.gate.shut() {
		return nil
	}
	n.hurry()
	err := n.gate.wait(ctx)
	n.drainFinishers(ctx)
	n.handOver(ctx)
	n.beats.close()
	n.announced.close()
	n.cancel()
	n.work.Wait()
	errs := []error{err}
	var mu sync.Mutex
	var wg sync.WaitGroup
	n.each(func(g *Group) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			err := g.close(ctx)
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		}()
	})
	wg.Wait()
	n.streams.close()
	if n.opened && n.store.Err() == nil && n.opts.Log.Err() == nil {
		errs = append(errs, n.noteClosed(), n.promises.settle())
	}
	if err := n.stable.Close(); err != nil {
		errs = append(errs, fmt.Errorf("close raft stable store: %w", err))
	}
	return errors.Join(errs...)
}

// handOver gives the groups that this node leads to others, which is quicker than
// their finding out that it is gone.
func (n *Node) handOver(ctx context.Context) {
	if n.opts.Mux == nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var wg sync.WaitGroup
		n.each(func(g *Group) {
			if g.isReady() && !g.sole.Load() {
				wg.Go(func() {
					if err := g.raft.LeadershipTransfer().Error(); err != nil {
						n.logger.Warn("the lead of a group was not handed over", "group", g.name, "error", err)
					}
				})
			}
		})
		wg.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done(): // raft's own bound is an election timeout
	}
}

// drainFinishers waits, within ctx, until committed transactions are resolved
// everywhere and their commit records dropped: a clean restart finds none.
func (n *Node) drainFinishers(ctx context.Context) {
	poll := time.NewTicker(finishPause / 4)
	defer poll.Stop()
	for n.active.len() > 0 {
		waiting := false
		n.each(func(g *Group) { waiting = waiting || g.finisher.pending.Load() > 0 || len(g.permits) > 0 })
		if !waiting {
			break // what is left waits for a decision that does not come
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return
		}
	}
	n.each(func(g *Group) {
		g.finisher.close()
		for g.finisher.forgetSome(ctx, time.Now().Add(2*forgetAfter)) {
		}
	})
}
