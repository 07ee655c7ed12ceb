package replication

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// digests sums what a replica holds, where a Digest entry stands in the log. The
// newest entry counts: one that comes while an older one is summed ends that.
// Safe for concurrent use.
type digests struct {
	g    *Group
	turn chan struct{} // the node's: one shard is summed at a time
	rate int64         // bytes a second

	mu      sync.Mutex
	closed  bool
	current *digesting
	wg      sync.WaitGroup
}

// digesting is a digest being made.
type digesting struct {
	id     storage.TxnID
	cancel context.CancelFunc
	done   chan struct{} // closed when sum or err is there
	sum    *storage.Digest
	err    error
}

func newDigests(g *Group, turn chan struct{}, rate int64) *digests {
	return &digests{g: g, turn: turn, rate: rate}
}

// begin captures the shard, which stands where the entry is, and sums it behind
// whoever applies. An urgent one keeps to no rate.
func (d *digests) begin(id storage.TxnID, urgent bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return
	}
	c, err := d.g.node.store.Capture(d.g.id)
	if err != nil {
		d.g.logger.Warn("replica is not summed", "group", d.g.name, "error", err)
		return
	}
	rate := d.rate
	if urgent {
		rate = 0
	}
	ctx, cancel := context.WithCancel(context.Background())
	job := &digesting{id: id, cancel: cancel, done: make(chan struct{})}
	if d.current != nil {
		d.current.cancel()
	}
	d.current = job
	d.wg.Add(1)
	go func() {
		defer d.wg.Done()
		defer cancel()
		d.sum(ctx, job, c, rate)
	}()
}

func (d *digests) sum(ctx context.Context, job *digesting, c *storage.Capture, rate int64) {
	select {
	case d.turn <- struct{}{}:
		job.sum, job.err = c.Digest(ctx, rate)
		<-d.turn
	case <-ctx.Done():
		job.err = ctx.Err()
	}
	if err := c.Close(); job.err == nil {
		job.err = err
	}
	close(job.done)
	switch {
	case job.err != nil:
		d.g.logger.Debug("replica was not summed", "group", d.g.name, "error", job.err)
	case len(job.sum.Damage) > 0:
		// It contradicts itself: nobody else need be asked.
		d.g.quarantine(fmt.Sprintf("its data are damaged: %s", job.sum.Damage[0]))
	}
}

// get returns the digest of a comparison: nil when it was not begun here, or not
// any more.
func (d *digests) get(id storage.TxnID) *digesting {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.current == nil || d.current.id != id {
		return nil
	}
	return d.current
}

// wait waits for a digest. Errors: ctx's; that it was given up.
func (j *digesting) wait(ctx context.Context) (*storage.Digest, error) {
	select {
	case <-j.done:
		return j.sum, j.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// close ends what is summed and waits for it.
func (d *digests) close() {
	d.mu.Lock()
	d.closed = true
	if d.current != nil {
		d.current.cancel()
	}
	d.mu.Unlock()
	d.wg.Wait()
}

// How far a replica has come with a digest.
type digestState byte

const (
	digestNone    digestState = iota // not begun, or given up
	digestRunning                    // being summed
	digestDone
)

// digestAnswer is what a replica says of itself.
type digestAnswer struct {
	state       digestState
	quarantined bool
	held        bool            // it applies nothing, so that no digest will come
	sum         *storage.Digest // digestDone
}

// digestWait is for how long a replica lets a caller wait for a digest before it
// says that it is not ready.
const digestWait = 2 * time.Second

// digestRequest asks for a group's digest; with tree, for all of its leaves too.
func digestRequest(id storage.ShardID, txn storage.TxnID, tree bool) []byte {
	b := append(appendShard(nil, id), txn[:]...)
	if tree {
		return append(b, 1)
	}
	return append(b, 0)
}

func (n *Node) serveDigest(ctx context.Context, payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	id, txn, tree := r.shard(), r.txn(), r.byte() == 1
	g, err := n.askedGroup(&r, id)
	if err != nil {
		return nil, err
	}
	a := g.ownDigest(ctx, txn)
	return a.encode(appendStatus(nil, nil, statusOK), tree), nil
}

// ownDigest is this replica's answer, after digestWait at the latest.
func (g *Group) ownDigest(ctx context.Context, txn storage.TxnID) digestAnswer {
	a := digestAnswer{quarantined: g.isQuarantined()}
	_, a.held = g.fsm.position()
	job := g.digests.get(txn)
	if job == nil {
		return a
	}
	a.state = digestRunning
	ctx, cancel := context.WithTimeout(ctx, digestWait)
	defer cancel()
	if sum, err := job.wait(ctx); err == nil {
		a.state, a.sum = digestDone, sum
	} else if ctx.Err() == nil {
		a.state = digestNone
	}
	return a
}

func (a *digestAnswer) encode(b []byte, tree bool) []byte {
	flags := byte(0)
	if a.quarantined {
		flags |= 1
	}
	if tree {
		flags |= 2
	}
	if a.held {
		flags |= 4
	}
	b = append(b, byte(a.state), flags)
	if a.state != digestDone {
		return b
	}
	b = binary.AppendUvarint(append(b, a.sum.Root[:]...), a.sum.Applied)
	b = binary.AppendUvarint(b, uint64(len(a.sum.Damage)))
	for _, text := range a.sum.Damage {
		b = appendBytes(b, []byte(text))
	}
	for i := range a.sum.Parts {
		p := &a.sum.Parts[i]
		b = append(appendBytes(b, []byte(p.Name)), p.Root[:]...)
		for j := range p.Leaves {
			if tree {
				b = binary.AppendUvarint(b, p.Leaves[j].N)
				b = binary.BigEndian.AppendUint64(b, p.Leaves[j].Sum)
			}
		}
	}
	return b
}

func decodeDigest(r *messageReader) (a digestAnswer, err error) {
	a.state = digestState(r.byte())
	flags := r.byte()
	a.quarantined, a.held = flags&1 != 0, flags&4 != 0
	if a.state != digestDone || r.err != nil {
		return a, r.err
	}
	a.sum = &storage.Digest{}
	copy(a.sum.Root[:], r.take(len(a.sum.Root)))
	a.sum.Applied = r.uint()
	for range r.count() {
		a.sum.Damage = append(a.sum.Damage, r.text())
	}
	for i := range a.sum.Parts {
		p := &a.sum.Parts[i]
		p.Name = r.text()
		copy(p.Root[:], r.take(len(p.Root)))
		for j := range p.Leaves {
			if flags&2 != 0 {
				p.Leaves[j].N = r.uint()
				if q := r.take(8); q != nil {
					p.Leaves[j].Sum = binary.BigEndian.Uint64(q)
				}
			}
		}
	}
	return a, r.err
}
