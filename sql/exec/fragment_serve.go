package exec

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/plan/codec"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// FragmentServer runs fragments of other nodes' statements over shards that this node
// holds. Its fields do not change any more once it serves; it is safe for concurrent
// use.
type FragmentServer struct {
	Cluster  Cluster
	Catalog  Relations
	Policies *PolicyCache
	Scans    *ScanCache   // nil: none
	Spill    *spill.Space // nil: none
	Memory   int64        // bytes of one request at most; 0: no bound

	mu       sync.Mutex
	programs map[string]*sync.Pool // of *served, by the plan's bytes
}

// programsKept bounds how many plans a server remembers.
const programsKept = 256

// answerBytes is how large a frame of answers grows, about.
const answerBytes = 256 << 10

// served is a fragment built to run for another node.
type served struct {
	node   plan.Node
	chains []fragment // one for each worker
	agg    *aggOp     // of partial groups; nil: rows travel
	probe  *Probe     // of one request; nil: none
	stmt   statement
}

// Serve answers a request; what is wrong with the statement is part of the answer.
// The error is of no answer: another node may do better.
func (s *FragmentServer) Serve(ctx context.Context, request []byte, send func(frame []byte) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e := sqlerr.New(sqlerr.InternalError, "a fragment of a statement failed: %v", r).Wrap(fmt.Errorf("%s", debug.Stack()))
			err = send(appendFailure(nil, e))
		}
	}()
	if len(request) > 0 && request[0] == lookupVersion {
		err = s.lookUp(ctx, request, send)
	} else {
		err = s.run(ctx, request, send)
	}
	var failed *sendError
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case errors.As(err, &failed):
		return failed.err
	}
	e := translate(err)
	if e.Code == sqlerr.CannotConnectNow || e.Code == sqlerr.AdminShutdown {
		return e // it is this node that cannot
	}
	return send(appendFailure(nil, e))
}

// sendError is that an answer could not be sent.
type sendError struct{ err error }

func (e *sendError) Error() string { return e.err.Error() }

func (s *FragmentServer) run(ctx context.Context, request []byte, send func([]byte) error) error {
	q, err := decodeFragment(request)
	if err != nil {
		return err
	}
	pool := s.pool(q.plan)
	in, _ := pool.Get().(*served)
	if q.probed > 0 || in == nil {
		if in, err = build(q); err != nil {
			return err
		}
	}
	q.fn.Context = ctx
	env := &Env{
		Funcs: &q.fn, Catalog: s.Catalog, Cluster: s.Cluster, Params: q.params, ReadAt: q.readAt, AsOf: q.asOf, TxnTime: q.txnTime,
		Memory: q.memory, Spill: s.Spill, Policies: s.Policies, Scans: s.Scans, serves: &servedUnits{list: q.units},
	}
	if s.Memory > 0 && (env.Memory == 0 || env.Memory > s.Memory) {
		env.Memory = s.Memory
	}
	if q.own != (storage.TxnID{}) {
		env.Txn = readersTxn{id: q.own}
	}
	if len(q.pending) > 0 {
		env.Pending = &Pending{ops: q.pending}
	}
	in.stmt.begin(env, nil)
	var lock sync.Mutex
	out := func(frame []byte) error {
		lock.Lock()
		defer lock.Unlock()
		if err := send(frame); err != nil {
			return &sendError{err}
		}
		return nil
	}
	err = in.units(&task{ctx: ctx, fn: &q.fn, env: env, stmt: &in.stmt}, out)
	if err == nil && in.probe != nil {
		err = out(in.probe.append(nil, in.node))
	}
	in.stmt.end()
	if err == nil && in.probe == nil {
		pool.Put(in)
	}
	return err
}

// pool keeps built fragments of a plan.
func (s *FragmentServer) pool(bytes []byte) *sync.Pool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.programs[string(bytes)]
	if p != nil {
		return p
	}
	if s.programs == nil || len(s.programs) >= programsKept {
		s.programs = map[string]*sync.Pool{} // rarely: clients with ever new texts
	}
	p = &sync.Pool{}
	s.programs[string(bytes)] = p
	return p
}

// build makes a fragment of a request's plan.
func build(q *fragmentRequest) (*served, error) {
	n, err := codec.Decode(append([]byte(nil), q.plan...))
	if err != nil {
		return nil, errRequest.Wrap(err)
	}
	in := &served{node: n}
	if q.probed > 0 {
		in.probe = NewProbe(q.probed > 1)
	}
	agg, ok := n.(*plan.Aggregate)
	if !ok {
		return in, in.more()
	}
	bd := builder{probe: in.probe}
	op, err := bd.aggregate(agg)
	if err != nil {
		return nil, err
	}
	in.agg = op.(*aggOp)
	if !in.agg.frag || !portable(in.agg.calls) {
		return nil, errRequest
	}
	return in, nil
}

// more builds the chain of another worker. Each has a builder, and so the bound of a
// top-N sort, of its own.
func (in *served) more() error {
	bd := builder{probe: in.probe}
	var bound *sortBound
	if s, ok := in.node.(*plan.Sort); ok {
		bound = bd.sortBound(s)
	}
	top, lf, err := bd.chain(in.node)
	if err != nil {
		return err
	}
	if s, ok := top.(*sortOp); ok {
		s.scan = bound
	}
	in.chains = append(in.chains, fragment{top, lf})
	return nil
}

// units runs the units asked for, in as many workers as there is work for.
func (in *served) units(t *task, out func([]byte) error) error {
	var q *unitQueue
	var err error
	if in.agg != nil {
		in.agg.t = t
		q, err = in.agg.workers[0].leaf.prepare(t)
	} else {
		q, err = in.chains[0].leaf.prepare(t)
	}
	if err != nil || len(q.units) == 0 {
		return err
	}
	if !q.complete() {
		return errNotHere
	}
	n := min(runtime.GOMAXPROCS(0), len(q.units))
	if q.spec.hasPaths {
		n = 1
	}
	for in.agg != nil && len(in.agg.workers) < n {
		w, err := in.agg.copies.aggWorker(in.agg.node, true)
		if err != nil {
			return err
		}
		in.agg.workers = append(in.agg.workers, w)
	}
	for in.agg == nil && len(in.chains) < n {
		if err := in.more(); err != nil {
			return err
		}
	}
	return together(t.ctx, n, func(ctx context.Context, k int) error {
		var buf []byte
		for i := q.take(); i >= 0; i = q.take() {
			var err error
			if in.agg != nil {
				buf, err = in.groups(t.worker(ctx, q.only(i)), k, &q.units[i], buf, out)
			} else {
				buf, err = in.rows(t.worker(ctx, q.only(i)), k, &q.units[i], buf, out)
			}
			if err != nil {
				return err
			}
		}
		if len(buf) > 0 {
			return out(buf)
		}
		return nil
	})
}

// together runs n workers, and returns the first error that is not a consequence of
// another.
func together(ctx context.Context, n int, work func(ctx context.Context, k int) error) error {
	if n == 1 {
		return work(ctx, 0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, n)
	panics := make([]any, n)
	var wg sync.WaitGroup
	for k := range n {
		wg.Go(func() {
			defer func() {
				if panics[k] = recover(); panics[k] != nil {
					cancel()
				}
			}()
			if errs[k] = work(ctx, k); errs[k] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	var err error
	for k, e := range errs {
		if panics[k] != nil {
			panic(panics[k])
		}
		if e != nil && (err == nil || errors.Is(err, context.Canceled)) {
			err = e
		}
	}
	return err
}

func unitRecord(b []byte, kind byte, u *unit) []byte {
	return binary.AppendUvarint(append(b, kind), uint64(u.n))
}

// rows runs a unit of which rows travel. buf has answers that are not sent yet.
func (in *served) rows(t *task, k int, u *unit, buf []byte, out func([]byte) error) ([]byte, error) {
	top := in.chains[k].top
	defer top.close()
	if err := top.open(t); err != nil {
		return buf, err
	}
	for skip := u.skip; ; {
		b, err := top.next()
		if err != nil {
			return buf, err
		}
		if b == nil {
			return unitRecord(buf, recDone, u), nil
		}
		from := min(skip, b.N)
		skip -= from
		for from < b.N {
			to := from + rowsThatFit(b, from)
			buf = binary.AppendUvarint(unitRecord(buf, recRows, u), uint64(to-from))
			for c := range b.Cols {
				v := b.Cols[c].Slice(from, to)
				if buf, err = batch.AppendColumn(buf, &v, to-from); err != nil {
					return buf, err
				}
			}
			if err := out(buf); err != nil {
				return buf, err
			}
			buf, from = buf[:0], to
		}
	}
}

// rowsThatFit is how many rows from one on go into a frame.
func rowsThatFit(b *types.Batch, from int) int {
	size := int64(0)
	for i := from; i < b.N; i++ {
		for c := range b.Cols {
			size += vecBytes(&b.Cols[c], i, 1)
		}
		if size > answerBytes {
			return i + 1 - from
		}
	}
	return b.N - from
}

// groups runs a unit whose groups travel.
func (in *served) groups(t *task, k int, u *unit, buf []byte, out func([]byte) error) ([]byte, error) {
	w := in.agg.workers[k]
	p := in.agg.newPartial(w.calls, false)
	var hold holding
	hold.open(&t.stmt.mem)
	defer hold.release()
	defer w.in.close()
	if err := w.in.open(t); err != nil {
		return buf, err
	}
	if err := w.consume(t, w.in, p, &hold); err != nil {
		return buf, err
	}
	n := 1
	if p.table != nil {
		n = p.table.len()
	}
	rows := p.rows
	for from := 0; from < n || from == 0; from += types.BatchSize {
		to := min(from+types.BatchSize, n)
		buf = binary.AppendUvarint(unitRecord(buf, recGroups, u), uint64(rows))
		rows = 0
		buf = binary.AppendUvarint(buf, uint64(to-from))
		var err error
		if p.table != nil {
			for c := range p.table.keys.cols {
				v := p.table.keys.cols[c].Slice(from, to)
				if buf, err = batch.AppendColumn(buf, &v, to-from); err != nil {
					return buf, err
				}
			}
		}
		for _, s := range p.states {
			if buf, err = s.(functions.Portable).AppendGroups(buf, from, to); err != nil {
				return buf, err
			}
		}
		if len(buf) >= answerBytes {
			if err := out(buf); err != nil {
				return buf, err
			}
			buf = buf[:0]
		}
	}
	return unitRecord(buf, recDone, u), nil
}

// readersTxn is the transaction of a reader on another node, which has made its
// claims readable.
type readersTxn struct {
	Txn
	id storage.TxnID
}

// ID implements Txn.
func (t readersTxn) ID() storage.TxnID { return t.id }

// Flush implements Txn.
func (t readersTxn) Flush(context.Context) error { return nil }

// Dirty implements Txn.
func (t readersTxn) Dirty() bool { return true }
