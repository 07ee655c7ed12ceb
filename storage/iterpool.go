package storage

import (
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// iterPool keeps a shard's idle iterators. Opening one costs microseconds,
// more than reading a few rows; but an iterator sees the store as it was when
// it was opened, so one is handed out again only while the shard has not
// changed since. Any commit to the shard drops them all.
type iterPool struct {
	mu    sync.Mutex
	epoch uint64
	idle  []*pooledIter
}

type pooledIter struct {
	*pebble.Iterator
	epoch uint64
	aged  bool // idle since before the last sweep
}

const maxIdleIters = 64

// get returns an iterator bounded to a span.
func (p *iterPool) get(db *pebble.DB, lower, upper []byte) (*pooledIter, error) {
	p.mu.Lock()
	epoch := p.epoch
	if n := len(p.idle); n > 0 {
		it := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		it.SetBounds(lower, upper)
		return it, nil
	}
	p.mu.Unlock()
	it, err := db.NewIter(iterOptions(lower, upper))
	if err != nil {
		return nil, fmt.Errorf("open iterator: %w", err)
	}
	return &pooledIter{Iterator: it, epoch: epoch}, nil
}

// put takes an iterator back.
func (p *iterPool) put(it *pooledIter) error {
	if err := it.Error(); err != nil {
		_ = it.Close() // the error was reported
		return err
	}
	p.mu.Lock()
	if it.epoch == p.epoch && len(p.idle) < maxIdleIters {
		it.aged = false
		p.idle = append(p.idle, it)
		p.mu.Unlock()
		return nil
	}
	p.mu.Unlock()
	return it.Close()
}

// invalidate drops all idle iterators: the shard has changed.
func (p *iterPool) invalidate() {
	p.mu.Lock()
	p.epoch++
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, it := range idle {
		_ = it.Close() // it had no error
	}
}

// drop closes iterators that were idle since the last call; all of them when
// the store closes.
func (p *iterPool) drop(all bool) {
	p.mu.Lock()
	keep, old := p.idle[:0:0], []*pooledIter(nil)
	for _, it := range p.idle {
		if all || it.aged {
			old = append(old, it)
		} else {
			it.aged = true
			keep = append(keep, it)
		}
	}
	p.idle = keep
	if all {
		p.epoch++
	}
	p.mu.Unlock()
	for _, it := range old {
		_ = it.Close() // it had no error
	}
}

func iterOptions(lower, upper []byte) *pebble.IterOptions {
	return &pebble.IterOptions{LowerBound: lower, UpperBound: upper}
}
