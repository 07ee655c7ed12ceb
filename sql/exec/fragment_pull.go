package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/storage"
)

// For how long other replicas are asked for what a node did not give, and the pause
// between. A shard has a new leader within a few seconds.
const (
	pullFor   = 20 * time.Second
	pullPause = 50 * time.Millisecond
)

// pull is one execution of the units of a fragment that other nodes hold. What a node
// does not give another one is asked for: at one recorded time a unit's rows are the
// same on every replica, and come in the same order, so that the rows that were taken
// are left out.
type pull struct {
	remote Remote
	req    fragmentRequest
	sink   unitSink
	probed []plan.Node // whose measures the answers have; nil: none
	probe  *Probe
	top    plan.Node // of the fragment here: its rows are counted by who runs it

	mu    sync.Mutex
	units []pulled
	last  error // why a node did not give all
	sites []Site
}

// unitSink takes what comes of units; of one unit in order, of several at once.
type unitSink interface {
	// begin says that a unit begins anew; records hold what follows the unit's number.
	begin(u *unit)
	record(ctx context.Context, u *unit, kind byte, r *batch.Reader) (rows int, err error)
}

type pulled struct {
	unit  unit
	given int
	done  bool
}

// newPull prepares to ask for the units of q. Its errors are those of the shipment's
// parameters, or codec.ErrStays.
func newPull(t *task, q *unitQueue, ship *shipment, sink unitSink) (*pull, error) {
	p := &pull{remote: q.remote, sink: sink, units: make([]pulled, len(q.away))}
	for i, u := range q.away {
		p.units[i].unit = u
	}
	params, err := ship.values(t)
	if err != nil {
		return nil, err
	}
	p.req = fragmentRequest{
		plan: ship.plan, params: params, readAt: t.env.ReadAt, asOf: t.env.AsOf, txnTime: t.env.TxnTime, own: q.own(),
		pending: t.env.Pending.list(), memory: t.env.Memory, fn: *t.fn,
	}
	for _, s := range ship.slots {
		p.req.types = append(p.req.types, s.oid)
	}
	_, err = p.req.encode()
	return p, err
}

// measure has the nodes count rows for EXPLAIN ANALYZE. shipped is the plan that
// travels, and top the part of it whose rows are counted here.
func (p *pull) measure(probe *Probe, shipped, top plan.Node) {
	if probe == nil {
		return
	}
	p.probe, p.top, p.req.probed = probe, top, 1
	if probe.timing {
		p.req.probed = 2
	}
	p.probed = chainOf(shipped)
}

// run asks until all units are done. Its errors are the statement's.
func (p *pull) run(ctx context.Context) error {
	deadline := time.Now().Add(pullFor)
	for attempt := 0; ; attempt++ {
		sites, err := p.remote.Sites(ctx, p.missing(), attempt)
		if err == nil {
			p.note(sites)
			err = together(ctx, len(sites), func(ctx context.Context, k int) error { return p.site(ctx, sites[k]) })
			if err != nil {
				return err
			}
		} else {
			p.fault(err)
		}
		if len(p.missing()) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return unreachable(p.cause())
		}
		select {
		case <-time.After(pullPause * time.Duration(min(attempt+1, 10))):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// fault notes why a node did not give all.
func (p *pull) fault(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = err
}

// cause is what was noted last.
func (p *pull) cause() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

func (p *pull) note(sites []Site) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sites = append(p.sites, sites...)
}

// missing are the shards of units that are not done.
func (p *pull) missing() []storage.ShardID {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []storage.ShardID
	for i := range p.units {
		if !p.units[i].done {
			out = append(out, p.units[i].unit.shard)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// site asks one node for what is missing of its shards. That it does not give all is
// no error.
func (p *pull) site(ctx context.Context, site Site) error {
	req := p.req
	mine := map[int]*pulled{}
	p.mu.Lock()
	for i := range p.units {
		if u := &p.units[i]; !u.done && slices.Contains(site.Shards, u.unit.shard) {
			req.units = append(req.units, unitWanted{u.unit.n, u.given})
			mine[u.unit.n] = u
		}
	}
	p.mu.Unlock()
	if len(mine) == 0 {
		return nil
	}
	b, err := req.encode()
	if err != nil {
		return err
	}
	a, err := p.remote.Ask(ctx, site, b)
	if err != nil {
		p.fault(err)
		return nil
	}
	defer a.Close()
	for _, u := range mine {
		p.sink.begin(&u.unit)
	}
	for {
		frame, err := a.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			p.fault(fmt.Errorf("node %s: %w", site.Node, err))
			return nil
		}
		if err := p.frame(ctx, frame, mine); err != nil {
			return err
		}
	}
}

var errAnswer = errors.New("the answer of another node cannot be read")

// frame takes the records of a frame.
func (p *pull) frame(ctx context.Context, frame []byte, mine map[int]*pulled) error {
	r := batch.NewReader(frame)
	for r.Len() > 0 {
		kind := r.Take(1)[0]
		switch kind {
		case recFailure:
			if e := readFailure(r); !r.Bad() {
				return e
			}
			return errAnswer
		case recProbed:
			p.probe.read(r, p.probed, p.top)
			continue
		}
		u := mine[int(r.Uvarint())]
		if u == nil || u.done {
			return errAnswer
		}
		if kind == recDone {
			p.mu.Lock()
			u.done = true
			p.mu.Unlock()
			continue
		}
		n, err := p.sink.record(ctx, &u.unit, kind, r)
		if err != nil {
			return err
		}
		if r.Bad() {
			return errAnswer
		}
		u.given += n
	}
	return nil
}

// report tells EXPLAIN ANALYZE which nodes were asked.
func (p *pull) report() []plan.Detail {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return []plan.Detail{remoteDetail(p.sites)}
}

// chainOf lists the nodes of a fragment from the top down.
func chainOf(n plan.Node) []plan.Node {
	out := []plan.Node{n}
	for _, k := range n.Children() {
		out = append(out, chainOf(k)...)
	}
	return out
}
