package storage

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// View reads a set of shards as of one recorded time. Everything recorded by
// that time must have been applied, or prepared, before the view is made: the
// caller waits for that. A view is safe for concurrent use; its iterators are
// not. Close it after its iterators.
//
// It captures the shards' transaction tables when it is made, before any
// iterator is opened: what was not prepared then commits after At and is not
// visible, whenever an iterator is opened.
type View struct {
	store  *Store
	at     knowledge.Micros
	own    TxnID
	shards []ShardID
	states []*readState // of shards
	meta   *readState

	mu      sync.Mutex
	decided map[decisionKey]Outcome // what was asked of coordinators
	overlay []MetaOp
	settled *metaState // meta under At with what was decided meanwhile; nil: as captured
	extra   uint64     // changes in settled that meta does not count

	one      [1]ShardID
	oneState [1]*readState
}

type decisionKey struct {
	coordinator ShardID
	txn         TxnID
}

// View captures the shards (nil: all) at a recorded time, which is not 0. own
// is the reader's open transaction, whose claims it sees, or zero. The state
// tables are captured too.
func (s *Store) View(shards []ShardID, at knowledge.Micros, own TxnID) *View {
	v := &View{store: s, at: at, own: own}
	if shards == nil {
		shards = make([]ShardID, len(s.shards))
		for i := range shards {
			shards[i] = ShardID(i)
		}
	}
	if len(shards) == 1 {
		v.one[0] = shards[0]
		v.shards, v.states = v.one[:], v.oneState[:0]
	} else {
		v.shards, v.states = slices.Clone(shards), make([]*readState, 0, len(shards))
	}
	for _, id := range v.shards {
		var st *readState
		if sh := s.Shard(id); sh != nil {
			st = sh.pub.Load()
		}
		v.states = append(v.states, st)
	}
	v.meta = s.meta.pub.Load()
	return v
}

// StateVersion counts the changes of state tables that have been applied here. It
// waits for nothing: as long as it stays the same, so do the tables as this
// store knows them.
func (s *Store) StateVersion() uint64 { return uint64(len(s.meta.pub.Load().meta.changes)) }

// At is the view's recorded time.
func (v *View) At() knowledge.Micros { return v.at }

// Shards are the shards that the view covers. The caller does not change them.
func (v *View) Shards() []ShardID { return v.shards }

// Close ends the view. It may be called more than once.
func (v *View) Close() {}

func (v *View) state(id ShardID) (*readState, error) {
	if i := slices.Index(v.shards, id); i >= 0 && v.states[i] != nil {
		return v.states[i], nil
	}
	if id == MetaShard {
		return v.meta, nil
	}
	return nil, fmt.Errorf("shard %d is not in the view", id)
}

// Resolver waits until a transaction has ended that was prepared in a shard, and
// whose coordinator is another one or the same, or ctx ends: then the error is
// ErrUndecided.
type Resolver func(ctx context.Context, part, coordinator ShardID, txn TxnID) (Outcome, error)

// ResolveBy has readers ask r how transactions ended: the coordinator's shard may be
// kept up to date elsewhere alone. It is called before the first read.
func (s *Store) ResolveBy(r Resolver) { s.resolver = r }

// resolve finds the outcome of a transaction that was prepared in a shard at or
// before the view's time; it waits for it.
func (v *View) resolve(ctx context.Context, part, coordinator ShardID, txn TxnID) (Outcome, error) {
	k := decisionKey{coordinator, txn}
	v.mu.Lock()
	o, ok := v.decided[k]
	v.mu.Unlock()
	if ok {
		return o, nil
	}
	ask := v.store.resolver
	if ask == nil {
		ask = v.store.resolveLocal
	}
	o, err := ask(ctx, part, coordinator, txn)
	if err != nil {
		return o, fmt.Errorf("resolve transaction: %w", err)
	}
	if !o.Decided {
		return o, ErrUndecided
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.decided == nil {
		v.decided = map[decisionKey]Outcome{}
	}
	v.decided[k] = o
	return o, nil
}

func (s *Store) resolveLocal(ctx context.Context, _, coordinator ShardID, txn TxnID) (Outcome, error) {
	sh := s.Shard(coordinator)
	if sh == nil {
		return Outcome{}, fmt.Errorf("no shard %d", coordinator)
	}
	return sh.WaitOutcome(ctx, txn)
}

// visibleTxn says when an open transaction's rows in a shard were recorded, if the
// view sees them.
func (v *View) visibleTxn(ctx context.Context, part ShardID, r *txnRec) (knowledge.Micros, bool, error) {
	if r.id == v.own && v.own != (TxnID{}) {
		return knowledge.Infinity, true, nil
	}
	switch {
	case r.state == txnCommitted:
		return r.at, r.at <= v.at, nil
	case r.state != txnPrepared || r.at > v.at:
		return 0, false, nil
	}
	o, err := v.resolve(ctx, part, r.coordinator, r.id)
	if err != nil {
		return 0, false, err
	}
	return o.At, o.Committed && o.At <= v.at, nil
}

// Settle waits until every transaction prepared at or before At in the view's
// shards and in the state tables is decided, so that iterators and Meta need
// not. It fails with ErrUndecided when ctx ends first.
func (v *View) Settle(ctx context.Context) error {
	for i, st := range v.states {
		if st == nil || st == v.meta {
			continue
		}
		for _, r := range st.txns.byID {
			if _, _, err := v.visibleTxn(ctx, v.shards[i], r); err != nil {
				return err
			}
		}
	}
	return v.settleMeta(ctx)
}

// settleMeta works out the state tables as of At: those captured, and what
// transactions prepared then have written if they committed by At.
func (v *View) settleMeta(ctx context.Context) error {
	type late struct {
		r  *txnRec
		at knowledge.Micros
	}
	var more []late
	for _, r := range v.meta.txns.byID {
		if len(r.ops) == 0 || r.id == v.own {
			continue // the own ones come by OverlayMeta
		}
		at, ok, err := v.visibleTxn(ctx, MetaShard, r)
		if err != nil {
			return err
		}
		if ok {
			more = append(more, late{r, at})
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.settled != nil {
		return nil
	}
	v.settled = v.meta.meta
	if len(more) == 0 {
		return nil
	}
	slices.SortFunc(more, func(x, y late) int { return int(min(1, max(-1, x.at-y.at))) })
	v.settled = v.settled.clone()
	for _, l := range more {
		for i := range l.r.ops {
			op := &l.r.ops[i]
			v.settled.put(op.Table, op.Key, metaVersion{recorded: l.at, deleted: op.Delete, row: op.Row})
		}
		v.extra++
	}
	return nil
}

// metaWait bounds how long Meta waits for an undecided transaction when the
// view was not settled before.
const metaWait = 10 * time.Second

func (v *View) metaState() (*metaState, error) {
	v.mu.Lock()
	m := v.settled
	v.mu.Unlock()
	if m != nil {
		return m, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), metaWait)
	defer cancel()
	if err := v.settleMeta(ctx); err != nil {
		return v.meta.meta, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.settled, nil
}

// AsApplied has Meta show what was applied by itself, and not ask how transactions end
// that are open here. It is called before Meta.
func (v *View) AsApplied() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.settled = v.meta.meta
}

// OverlayMeta lays the own transaction's state ops, which are not stored yet,
// over what Meta shows. ops is not changed until the view is closed.
func (v *View) OverlayMeta(ops []MetaOp) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.overlay = ops
}

// MetaVersion numbers the contents of the state tables: views of equal numbers
// see equal rows. 0 is a view that sees rows of its own transaction and equals
// no other.
func (v *View) MetaVersion() uint64 {
	m, err := v.metaState()
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil || len(v.overlay) > 0 {
		return 0
	}
	return 1 + v.meta.meta.version(v.at) + v.extraAt(m)
}

func (v *View) extraAt(m *metaState) uint64 {
	if m == v.meta.meta {
		return 0
	}
	return v.extra
}

// ShardVersion names what a shard held when a view captured it. Versions are
// compared by ==.
type ShardVersion struct{ state *readState }

// Version tells which version of a shard the view has. It is final when no
// transaction is open in it and all of it was recorded by the view's time: views
// of the same version then see the same claims at every later time.
func (v *View) Version(shard ShardID) (version ShardVersion, final bool) {
	st, err := v.state(shard)
	if err != nil {
		return ShardVersion{}, false
	}
	return ShardVersion{st}, len(st.txns.byID) == 0 && st.last <= v.at
}

// Epoch changes when a shard is replaced by another replica's contents: what was
// read before need not be there any more.
func (v *View) Epoch(shard ShardID) uint64 {
	st, err := v.state(shard)
	if err != nil {
		return 0
	}
	return st.epoch
}

// Counts are how many claims the shard had when the view captured it, those of
// open transactions too, and how many of them carry marks of other pairs' claims
// that revise them.
func (v *View) Counts(shard ShardID) (claims, marks int64) {
	st, err := v.state(shard)
	if err != nil {
		return 0, 0
	}
	return st.claims, st.marks
}

// Own is the open transaction whose claims the view sees too; zero: none.
func (v *View) Own() TxnID { return v.own }

// OfTxn reports whether the view is of an open transaction with claims of its own.
func (v *View) OfTxn() bool { return v.own != (TxnID{}) }

// Claims iterates a shard's claims in the order of path, predicate, id.
func (v *View) Claims(ctx context.Context, shard ShardID, b ClaimBounds) *ClaimIter {
	return v.open(ctx, shard, byPath, nil, b)
}

// ClaimsByPredicate iterates the claims of one predicate in the order of path,
// id. Of the bounds, Path, Lower, Upper and AfterKey count.
func (v *View) ClaimsByPredicate(ctx context.Context, shard ShardID, predicate []byte, b ClaimBounds) *ClaimIter {
	return v.open(ctx, shard, byPredicate, predicate, b)
}

// ClaimsBySource iterates the claims of one source in the order of path,
// predicate, id.
func (v *View) ClaimsBySource(ctx context.Context, shard ShardID, source []byte, b ClaimBounds) *ClaimIter {
	return v.open(ctx, shard, bySource, source, b)
}

// ClaimsByRecorded iterates the claims with from <= recorded time < to in the
// order of recorded time, ordinal; with to = Infinity the own transaction's
// claims come last.
func (v *View) ClaimsByRecorded(ctx context.Context, shard ShardID, from, to knowledge.Micros) *ClaimIter {
	it := v.open(ctx, shard, byRecorded, nil, ClaimBounds{})
	it.from, it.to = max(from, 1), to
	return it
}
