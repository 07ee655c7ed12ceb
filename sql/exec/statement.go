package exec

import (
	"context"
	"sync"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// operator is one running relational operator. open and close may be called
// again and again; close is idempotent and harmless on what is not open. next
// returns nil at the end; it may return an empty batch.
type operator interface {
	open(t *task) error
	next() (*types.Batch, error)
	close()
}

// task is the run-time context of a piece of an operator tree: one per worker
// and per subplan scope. Operators keep it between open and close.
type task struct {
	ctx   context.Context
	fn    *functions.Ctx
	env   *Env
	stmt  *statement
	outer []types.Datum // values of OuterRefs
	ctes  *cteScope
	units *unitQueue // the work of the fragment that this task runs; nil: make your own
}

// statement is what all tasks of one execution share.
type statement struct {
	env      *Env
	prog     *Program
	mem      account
	affected int64 // written by the goroutine of the cursor alone
	gen      uint64
	wide     bool // several operators read: the first Read is of all shards
	home     bool // functions are called that run in the session's goroutine: there are no workers
	timed    bool // the time that it reads at is its transaction's

	mu       sync.Mutex
	views    []heldView
	subplans map[*plan.Subplan]*sharedSubplan

	lastView   *storage.View // what lastPolicy was read from
	lastPolicy *lens.Policy
}

// heldView is a view that the statement holds until its end.
type heldView struct {
	view   *storage.View
	at     knowledge.Micros
	shards []storage.ShardID // nil: all
	own    []storage.ShardID // memory for shards: a scan uses the list that it gave again
}

func (s *statement) begin(env *Env, p *Program) {
	s.env, s.prog = env, p
	s.timed = env.ReadAt != 0 || env.Snapshot
	s.mem.reset(env.Memory)
	s.affected = 0
	s.gen++
}

func (s *statement) end() {
	s.forget()
	s.env = nil
}

// forget drops what was read.
func (s *statement) forget() {
	s.dropViews()
	clear(s.subplans)
	s.lastView, s.lastPolicy = nil, nil
}

func (s *statement) dropViews() {
	for i := range s.views {
		s.views[i].view.Close()
		s.views[i] = heldView{own: s.views[i].own}
	}
	s.views = s.views[:0]
}

// policies returns the cache of lens policies.
func (s *statement) policies() *PolicyCache {
	if s.env.Policies != nil {
		return s.env.Policies
	}
	if s.prog == nil {
		return &PolicyCache{} // a writer without a cache of its own
	}
	return &s.prog.policies
}

// view returns a view of the shards (nil: all; else ascending) at a system
// time, 0 meaning the statement's. Views are shared within the statement and
// closed at its end.
func (s *statement) view(ctx context.Context, shards []storage.ShardID, asOf knowledge.Micros) (*storage.View, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := asOf
	if at == 0 {
		at = s.env.AsOf
	}
	historic := at != 0
	if !historic {
		at = s.env.ReadAt
	}
	for i := range s.views {
		if h := &s.views[i]; h.at == at && covers(h.shards, shards) {
			return h.view, nil
		}
	}
	if at == 0 && (s.wide || s.env.Snapshot) {
		// The time must be late enough for whatever is read after this.
		shards = nil
	}
	var own storage.TxnID
	if shards == nil || len(shards) > 0 {
		var err error
		if own, err = s.ownWrites(ctx); err != nil {
			return nil, err
		}
	}
	o := s.env.Fresh
	o.Shards, o.At, o.Own = shards, at, own
	v, err := s.env.Cluster.Read(ctx, o)
	if err != nil {
		return nil, err
	}
	if ops := s.env.Pending.list(); len(ops) > 0 && !historic {
		v.OverlayMeta(ops)
	}
	if at == 0 {
		at = v.At()
		s.env.ReadAt = at
	}
	s.hold(v, at, shards)
	return v, nil
}

// hold keeps a view for the rest of the statement.
func (s *statement) hold(v *storage.View, at knowledge.Micros, shards []storage.ShardID) {
	if n := len(s.views); n < cap(s.views) {
		s.views = s.views[:n+1]
	} else {
		s.views = append(s.views, heldView{})
	}
	h := &s.views[len(s.views)-1]
	h.view, h.at, h.shards = v, at, nil
	if shards != nil {
		h.own = append(h.own[:0], shards...)
		h.shards = h.own[:len(shards):len(shards)]
		if len(shards) == 0 {
			h.shards = []storage.ShardID{} // of none, not of all
		}
	}
}

// ownWrites makes the transaction's own claims readable and returns its id, or
// the zero id when it has written nothing.
func (s *statement) ownWrites(ctx context.Context) (storage.TxnID, error) {
	txn := s.env.Txn
	if txn == nil || !txn.Dirty() {
		return storage.TxnID{}, nil
	}
	if err := txn.Flush(ctx); err != nil {
		return storage.TxnID{}, err
	}
	return txn.ID(), nil
}

// covers reports whether a view of the shards have (nil: all) serves want.
func covers(have, want []storage.ShardID) bool {
	if have == nil {
		return true
	}
	if want == nil || len(want) > len(have) {
		return false
	}
	i := 0
	for _, w := range want {
		for i < len(have) && have[i] < w {
			i++
		}
		if i == len(have) || have[i] != w {
			return false
		}
	}
	return true
}
