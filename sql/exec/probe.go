package exec

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// Probe measures the nodes of a plan while it runs: EXPLAIN ANALYZE. A program
// that is compiled with one is for one execution.
type Probe struct {
	timing bool
	nodes  map[plan.Node]*nodeStats
	// removed counts the rows that conditions dropped.
	removed map[plan.Expr]*atomic.Int64
}

// NewProbe makes a probe; without timing it counts rows only.
func NewProbe(timing bool) *Probe {
	return &Probe{timing: timing, nodes: map[plan.Node]*nodeStats{}, removed: map[plan.Expr]*atomic.Int64{}}
}

// counter returns what counts the rows that a condition drops; nil without a
// probe.
func (p *Probe) counter(x plan.Expr) *atomic.Int64 {
	if p == nil {
		return nil
	}
	n := p.removed[x]
	if n == nil {
		n = &atomic.Int64{}
		p.removed[x] = n
	}
	return n
}

// nodeStats is what was measured of a node. Workers add to it at once.
type nodeStats struct {
	rows, loops, nanos atomic.Int64
	first              atomic.Int64 // time to the first rows, of all loops
	// over is the node that runs the fragment which this one is in: however
	// many units the workers cut it into, it ran as often as that.
	over *nodeStats

	mu      sync.Mutex
	details []plan.Detail // of the last loop that told some
}

// Measured returns what the probe saw of a node; ok is false when the node has
// no operator of its own.
func (p *Probe) Measured(n plan.Node) (m plan.Measured, ok bool) {
	s := p.nodes[n]
	if s == nil {
		return m, false
	}
	loops := s.loops.Load()
	if s.over != nil && loops > 0 {
		loops = s.over.loops.Load()
	}
	m = plan.Measured{Loops: loops, Timed: p.timing}
	if loops == 0 {
		return m, true
	}
	each := float64(loops)
	m.Rows = float64(s.rows.Load()) / each
	for i, x := range conditions(n) {
		if c := p.removed[x]; c != nil {
			m.Removed[i] = float64(c.Load()) / each
		}
	}
	s.mu.Lock()
	m.Details = s.details
	s.mu.Unlock()
	m.Startup = float64(s.first.Load()) / each / 1e6
	m.Total = float64(s.nanos.Load()) / each / 1e6
	return m, true
}

// CompileProbed is Compile for one execution that the probe measures.
func CompileProbed(node plan.Node, probe *Probe) (*Program, error) {
	p := &Program{node: node, columns: node.Columns(), probe: probe}
	in, err := p.build()
	if err != nil {
		return nil, err
	}
	p.pool.Put(in)
	return p, nil
}

// measured builds the operator of a node with build and puts the probe, if any,
// over it.
func (bd *builder) measured(n plan.Node, build func(plan.Node) (operator, error)) (operator, error) {
	if bd.probe == nil {
		return build(n)
	}
	s := bd.probe.nodes[n]
	if s == nil {
		s = &nodeStats{}
		bd.probe.nodes[n] = s
	}
	outer := bd.over
	bd.over = s
	op, err := build(n)
	bd.over = outer
	if err != nil {
		return nil, err
	}
	return &probeOp{in: op, stats: s, timing: bd.probe.timing}, nil
}

// link puts the probe over an operator within a fragment. The fragment's top
// node is measured by who runs it.
func (bd *builder) link(n plan.Node, op operator) operator {
	if bd.probe == nil {
		return op
	}
	s := bd.probe.nodes[n]
	if s == nil {
		s = &nodeStats{over: bd.over}
		bd.probe.nodes[n] = s
	}
	if s == bd.over {
		return op
	}
	return &probeOp{in: op, stats: s, timing: bd.probe.timing}
}

// again is a builder of further copies of what this one builds.
func (bd *builder) again() builder {
	return builder{bounds: bd.bounds, instead: bd.instead, probe: bd.probe, over: bd.over}
}

// probeOp counts what an operator gives.
type probeOp struct {
	in      operator
	stats   *nodeStats
	timing  bool
	started bool // rows were given since open
	told    bool // the operator's report of this loop is in
	spent   time.Duration
}

func (o *probeOp) open(t *task) error {
	o.stats.loops.Add(1)
	o.started, o.told, o.spent = false, false, 0
	start := o.now()
	err := o.in.open(t)
	o.add(start)
	return err
}

func (o *probeOp) now() (t time.Time) {
	if o.timing {
		t = time.Now()
	}
	return t
}

func (o *probeOp) add(start time.Time) {
	if o.timing {
		d := time.Since(start)
		o.spent += d
		o.stats.nanos.Add(int64(d))
	}
}

func (o *probeOp) next() (*types.Batch, error) {
	start := o.now()
	b, err := o.in.next()
	o.add(start)
	if b != nil {
		o.stats.rows.Add(int64(b.N))
	} else if err == nil {
		o.tell()
	}
	if !o.started && (b == nil || b.N > 0) {
		o.started = true
		o.stats.first.Add(int64(o.spent))
	}
	return b, err
}

func (o *probeOp) close() {
	if o.started {
		o.tell()
	}
	o.in.close()
}

// tell takes the operator's report, once a loop.
func (o *probeOp) tell() {
	if r, ok := o.in.(reporter); ok && !o.told {
		o.stats.mu.Lock()
		o.stats.details = r.report()
		o.stats.mu.Unlock()
	}
	o.told = true
}

// append encodes what was measured of a fragment's nodes, from the top down.
func (p *Probe) append(b []byte, top plan.Node) []byte {
	b = append(b, recProbed)
	for _, n := range chainOf(top) {
		var rows, nanos int64
		if s := p.nodes[n]; s != nil {
			rows, nanos = s.rows.Load(), s.nanos.Load()
		}
		b = binary.AppendVarint(binary.AppendVarint(b, rows), nanos)
		for _, x := range conditions(n) {
			removed := int64(0)
			if c := p.removed[x]; x != nil && c != nil {
				removed = c.Load()
			}
			b = binary.AppendVarint(b, removed)
		}
	}
	return b
}

// read adds what another node has measured. Of top, and of what is above it, who runs
// the fragment counts the rows.
func (p *Probe) read(r *batch.Reader, nodes []plan.Node, top plan.Node) {
	below := false
	for _, n := range nodes {
		rows, nanos := r.Varint(), r.Varint()
		if s := p.nodes[n]; below && s != nil {
			s.loops.Add(1)
			s.rows.Add(rows)
			s.nanos.Add(nanos)
		}
		for _, x := range conditions(n) {
			removed := r.Varint()
			if c := p.removed[x]; x != nil && c != nil && (below || n == top) {
				c.Add(removed)
			}
		}
		below = below || n == top
	}
}
