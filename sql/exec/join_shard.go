package exec

import (
	"slices"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// shardJoin is a merge join of two fragments, shard by shard: a concept lies in
// one shard, and there in the order of its key. It is a fragment itself, whose
// units are shards.
type shardJoin struct {
	mergeJoin
	leaves  [2]leaf
	queue   *unitQueue
	tasks   [2]task
	own     *task
	running bool
}

func (bd *builder) shardJoin(n *plan.Join) (*shardJoin, error) {
	j := &shardJoin{queue: &unitQueue{}}
	var ops [2]operator
	for i, side := range n.Children() {
		var err error
		if ops[i], j.leaves[i], err = bd.chain(side); err != nil {
			return nil, err
		}
	}
	c, err := bd.joinCore(n, ops[0], ops[1])
	if err != nil {
		return nil, err
	}
	c.store = newRowStore(columnTypes(n.Right))
	j.mergeJoin = *newMergeJoin(n, c)
	return j, nil
}

// prepare prepares both sides. The units are the shards that can give rows.
func (j *shardJoin) prepare(t *task) (*unitQueue, error) {
	q := j.queue
	q.next.Store(0)
	q.units, q.away, q.remote = q.units[:0], q.away[:0], nil
	in := *t
	if s := t.env.serves; s != nil {
		env := *t.env
		env.serves = s.ofShards()
		in.env = &env
	}
	var has [2][]bool
	shards := t.env.Cluster.Shards()
	for i, l := range j.leaves {
		side, err := l.prepare(&in)
		if err != nil {
			return nil, err
		}
		q.sides[i] = side
		has[i] = make([]bool, shards)
		for k := range side.units {
			has[i][side.units[k].shard] = true
		}
		for k := range side.away {
			has[i][side.away[k].shard] = true
		}
		if side.remote != nil {
			q.remote = side.remote
		}
	}
	q.spec = keySpec{hasPaths: q.sides[0].spec.hasPaths || q.sides[1].spec.hasPaths}
	left, right := j.keepsLeft() || j.kind == plan.AntiJoin, j.keepsRight()
	q.total = shards
	if s := t.env.serves; s != nil {
		for _, w := range s.list {
			q.units = append(q.units, unit{shard: storage.ShardID(w.n), n: w.n, skip: w.skip})
		}
		return q, nil
	}
	for s := range shards {
		l, r := has[0][s], has[1][s]
		if !(l && r || l && left || r && right) {
			continue
		}
		u := unit{shard: storage.ShardID(s), n: s}
		if q.sides[0].lies(u.shard) || q.sides[1].lies(u.shard) {
			q.away = append(q.away, u)
		} else {
			q.units = append(q.units, u)
		}
	}
	return q, nil
}

// lies reports whether work of a shard lies on other nodes.
func (q *unitQueue) lies(s storage.ShardID) bool {
	return slices.ContainsFunc(q.away, func(u unit) bool { return u.shard == s })
}

// ofShard is the part of a queue's work that is in a shard.
func (q *unitQueue) ofShard(s storage.ShardID) *unitQueue {
	var units []unit
	for i := range q.units {
		if q.units[i].shard == s {
			units = append(units, q.units[i])
		}
	}
	return q.part(units)
}

func (j *shardJoin) open(t *task) error {
	j.own, j.running = t, false
	return nil
}

func (j *shardJoin) next() (*types.Batch, error) {
	for {
		if !j.running {
			q := j.own.units
			i := q.take()
			if i < 0 {
				return nil, nil
			}
			for k := range j.tasks {
				j.tasks[k] = *j.own
				j.tasks[k].units = q.sides[k].ofShard(q.units[i].shard)
			}
			j.running = true
			if err := j.openSides(j.own, &j.tasks[0], &j.tasks[1]); err != nil {
				return nil, err
			}
		}
		b, err := j.mergeJoin.next()
		if b != nil || err != nil {
			return b, err
		}
		j.mergeJoin.close()
		j.running = false
	}
}

func (j *shardJoin) close() {
	j.mergeJoin.close()
	j.own, j.running = nil, false
	j.tasks = [2]task{}
}
