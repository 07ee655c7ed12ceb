package exec

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// leaf is the operator at the bottom of a fragment: it works off units.
type leaf interface {
	operator
	// prepare opens the view, once for all copies of the fragment, and cuts
	// the work into units.
	prepare(t *task) (*unitQueue, error)
}

// unitQueue is the work of one execution of a fragment. What prepare put in
// does not change while workers run.
type unitQueue struct {
	rel    *catalog.Relation
	view   *storage.View
	policy *lens.Policy
	at     knowledge.Micros // the lens's time
	spec   keySpec
	left   residual
	way    plan.Index
	params lens.Params
	units  []unit
	next   atomic.Int32
	// sides are the work of the two sides of a merge join, whose units are shards.
	sides  [2]*unitQueue
	remote Remote // who is asked for the units of away
	away   []unit // of shards that this node does not hold
	total  int    // how many units there are in all
	// historic: the view is of a time that the query names.
	historic bool
}

// take gives the next unit, -1 at the end.
func (q *unitQueue) take() int {
	i := int(q.next.Add(1)) - 1
	if i >= len(q.units) {
		return -1
	}
	return i
}

// scanSource is how scans and lenses reach a relation's rows.
type scanSource struct {
	rel   types.OID
	cols  []int
	key   *keyCond
	asOf  evaluator
	queue *unitQueue
	needs bool // a policy, for tiers
	lens  *lensSpec
}

func (bd *builder) scanSource(n *plan.Scan) (scanSource, error) {
	bd.reads++
	if namesOuter(&n.Key) {
		bd.reads++ // of other shards when it is opened again
	}
	s := scanSource{rel: n.Rel, cols: n.Cols, queue: &unitQueue{}}
	for _, c := range n.Cols {
		s.needs = s.needs || c == colTier
	}
	var err error
	if s.key, err = bd.keyCond(&n.Key); err != nil {
		return s, err
	}
	s.asOf, err = bd.optional(n.AsOf)
	return s, err
}

// namesOuter reports whether the shards of a scan depend on a row around it.
func namesOuter(k *plan.KeyCond) (outer bool) {
	for _, x := range append([]plan.Expr{k.PathsArray}, k.Paths...) {
		walkExpr(x, func(e plan.Expr) {
			_, is := e.(*plan.OuterRef)
			outer = outer || is
		})
	}
	return outer
}

// systemTime evaluates an AS OF; 0 for none.
func systemTime(e evaluator, t *task) (knowledge.Micros, error) {
	if e == nil {
		return 0, nil
	}
	d, err := evalScalar(e, t)
	if err != nil {
		return 0, err
	}
	if d.Null {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "AS OF time must not be null")
	}
	at := knowledge.Micros(max(d.I, 1))
	if !t.fn.StmtStart.IsZero() && d.I > types.MicrosOf(t.fn.StmtStart) {
		// Claims may have been recorded by a node whose clock is ahead of this
		// one's: the cluster knows whether the time has come, also where nothing is
		// read at it.
		if _, err := t.stmt.view(t.ctx, []storage.ShardID{}, at); err != nil {
			return 0, err
		}
	}
	return at, nil
}

// prepare resolves the relation and, for claims, opens the view and cuts the
// work up.
func (s *scanSource) prepare(t *task) (*unitQueue, error) {
	q := s.queue
	q.next.Store(0)
	q.units, q.away, q.total = q.units[:0], q.away[:0], 0
	q.view, q.policy, q.remote = nil, nil, nil
	var ok bool
	if q.rel, ok = t.env.Catalog.Relation(s.rel); !ok {
		return nil, sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", s.rel)
	}
	asOf, err := systemTime(s.asOf, t)
	if err != nil {
		return nil, err
	}
	switch q.rel.Store {
	case catalog.ClaimStore:
		return q, s.prepareClaims(t, q, asOf)
	case catalog.StateStore:
		q.units = append(q.units, unit{})
		q.view, err = t.stmt.view(t.ctx, []storage.ShardID{}, asOf)
		return q, err
	case catalog.VirtualStore:
		q.units = append(q.units, unit{})
		return q, nil
	}
	return nil, sqlerr.New(sqlerr.InternalError, "relation %s cannot be scanned", q.rel.Name)
}

func (s *scanSource) prepareClaims(t *task, q *unitQueue, asOf knowledge.Micros) error {
	if err := s.key.evaluate(t, &q.spec); err != nil {
		return err
	}
	if q.spec.none {
		return nil
	}
	if len(q.spec.paths) == 1 && t.env.OnPath != nil {
		t.env.OnPath(q.spec.paths[0])
	}
	n := t.env.Cluster.Shards()
	q.way, q.left = q.spec.way(s.key.index)
	var err error
	q.historic = asOf != 0 || t.env.AsOf != 0
	shards := q.cut(t, n)
	if q.view, err = t.stmt.view(t.ctx, shards, asOf); err != nil {
		return err
	}
	q.divide(t, shards, n)
	if s.needs {
		if q.policy, err = t.stmt.policy(q.view); err != nil {
			return err
		}
	}
	if s.lens == nil {
		return nil
	}
	own, err := systemTime(s.lens.asOf, t)
	if err != nil {
		return err
	}
	q.at = lensTime(own, t)
	q.params, err = s.lens.lensParams(t)
	return err
}

// cut makes the units, and returns the shards that they are of; nil: all.
func (q *unitQueue) cut(t *task, n int) []storage.ShardID {
	shards := q.spec.shardsOf(n)
	if s := t.env.serves; s != nil {
		q.byShards(shards, n)
		return q.wanted(s)
	}
	q.units = q.spec.units(q.way, n, q.units)
	q.number()
	return shards
}

// byShards is units, with one for each shard of a search by id.
func (q *unitQueue) byShards(shards []storage.ShardID, n int) {
	if q.way == plan.ByID {
		q.units = idUnits(shards, n, q.units[:0])
	} else {
		q.units = q.spec.units(q.way, n, q.units[:0])
	}
	q.number()
}

func (q *unitQueue) number() {
	for i := range q.units {
		q.units[i].n = i
	}
	q.total = len(q.units)
}

// divide leaves the units of shards (nil: all n) that the view has, and puts the others
// into away.
func (q *unitQueue) divide(t *task, shards []storage.ShardID, n int) {
	remote, ok := t.env.Cluster.(Remote)
	if !ok || t.env.serves != nil || shows(q.view, shards, n) {
		return
	}
	q.remote = remote
	q.byShards(shards, n)
	here := q.units[:0]
	for _, u := range q.units {
		if slices.Contains(q.view.Shards(), u.shard) {
			here = append(here, u)
		} else {
			q.away = append(q.away, u)
		}
	}
	q.units = here
}

// shows reports whether a view has the shards; nil: all n.
func shows(v *storage.View, shards []storage.ShardID, n int) bool {
	have := v.Shards()
	if shards == nil {
		return len(have) == n
	}
	return !slices.ContainsFunc(shards, func(id storage.ShardID) bool { return !slices.Contains(have, id) })
}

// complete reports whether the views have the shards of all units.
func (q *unitQueue) complete() bool {
	if q.view == nil {
		return (q.sides[0] == nil || q.sides[0].complete()) && (q.sides[1] == nil || q.sides[1].complete())
	}
	return !slices.ContainsFunc(q.units, func(u unit) bool { return !slices.Contains(q.view.Shards(), u.shard) })
}

// own is the transaction whose claims the work sees too; zero: none.
func (q *unitQueue) own() (id storage.TxnID) {
	switch {
	case q == nil:
	case q.view != nil:
		id = q.view.Own()
	default:
		if id = q.sides[0].own(); id == (storage.TxnID{}) {
			id = q.sides[1].own()
		}
	}
	return id
}

// wanted leaves the units that another node asks for, and returns their shards.
func (q *unitQueue) wanted(s *servedUnits) []storage.ShardID {
	all := q.units
	q.units = nil
	shards := []storage.ShardID{}
	if s.byShard {
		for _, w := range s.list {
			shards = append(shards, storage.ShardID(w.n))
		}
		for _, u := range all {
			if slices.Contains(shards, u.shard) {
				q.units = append(q.units, u)
			}
		}
		slices.Sort(shards)
		return slices.Compact(shards)
	}
	for _, w := range s.list {
		if w.n < 0 || w.n >= len(all) {
			continue // of another number of shards: that node will notice
		}
		u := all[w.n]
		u.skip = w.skip
		q.units, shards = append(q.units, u), append(shards, u.shard)
	}
	slices.Sort(shards)
	return slices.Compact(shards)
}

// claims opens the iterator of a unit.
func (q *unitQueue) claims(ctx context.Context, u *unit) *storage.ClaimIter {
	switch u.via {
	case plan.ByPredicate:
		return q.view.ClaimsByPredicate(ctx, u.shard, u.key, u.bounds)
	case plan.ByIDRange:
		return q.view.ClaimsByID(ctx, u.shard, u.ids[0], u.ids[1])
	case plan.BySource:
		return q.view.ClaimsBySource(ctx, u.shard, u.key, u.bounds)
	}
	return q.view.Claims(ctx, u.shard, u.bounds)
}
