package replication

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// promisedKey is the node's key of a time that nothing it has promised to readers
// is above.
var promisedKey = []byte("promised")

// promiseLease is how far ahead of what was promised the durable bound is moved, and
// so by how much a node that crashed may record ahead of its wall clock at first.
// While it is read at ever newer times it is moved every half of that.
const promiseLease = knowledge.Micros(time.Second / time.Microsecond)

// promises has a node that restarts know what it promised to readers: that nothing
// will be recorded at or before a time. It keeps a bound in the stable store that
// every promise is below before it is given, for all groups together. Most promises
// cost a look at the bound. Safe for concurrent use.
type promises struct {
	stable *stable
	given  atomic.Int64 // the newest promise
	bound  atomic.Int64 // durable
	mu     sync.Mutex   // held while the bound is moved
	kick   chan struct{}
}

// openPromises reads the bound that the node's last life left.
func openPromises(file stableFile) (*promises, error) {
	p := &promises{stable: newStable(file, nodeGroup), kick: make(chan struct{}, 1)}
	v, err := p.stable.GetUint64(promisedKey)
	if err != nil && !notFound(err) {
		return nil, fmt.Errorf("read what was promised: %w", err)
	}
	p.bound.Store(int64(v))
	return p, nil
}

// newest is a time that no promise of an earlier life is above, before keep has been
// called.
func (p *promises) newest() knowledge.Micros { return knowledge.Micros(p.bound.Load()) }

// keep makes sure that the promise of a time outlives this process. Errors:
// ErrUnavailable; then the promise must not be given.
func (p *promises) keep(t knowledge.Micros) error {
	raise(&p.given, int64(t))
	switch left := knowledge.Micros(p.bound.Load()) - t; {
	case left < 0:
		return p.extend(t)
	case left < promiseLease/2:
		select {
		case p.kick <- struct{}{}: // before anybody has to wait for it
		default:
		}
	}
	return nil
}

// extend moves the bound beyond a time.
func (p *promises) extend(t knowledge.Micros) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bound.Load() >= int64(t) {
		return nil
	}
	return p.move(max(t, knowledge.Micros(p.given.Load())) + promiseLease)
}

// move writes the bound; under mu.
func (p *promises) move(to knowledge.Micros) error {
	if err := p.stable.SetUint64(promisedKey, uint64(to)); err != nil {
		return fmt.Errorf("%w: note what is promised to readers: %w", ErrUnavailable, err)
	}
	p.bound.Store(int64(to))
	return nil
}

// loop moves the bound ahead of those who will need it, until ctx ends.
func (p *promises) loop(ctx context.Context, failed func(error)) {
	for {
		select {
		case <-p.kick:
			if err := p.extend(knowledge.Micros(p.given.Load()) + promiseLease/2); err != nil {
				failed(err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// settle takes the bound back to what was promised, so that a node that was closed in
// order records by its clock when it is back. What is promised meanwhile waits for it,
// and moves the bound again.
func (p *promises) settle() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.bound.Swap(0) // from here on keep comes to mu
	given := p.given.Load()
	if given == 0 || given > old {
		p.bound.Store(old) // nothing was read in this life; or somebody waits to extend it
		return nil
	}
	return p.move(knowledge.Micros(given))
}
