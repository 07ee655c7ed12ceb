package exec

import (
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// joinParts is a hash join whose right side outgrew the budget: both sides lie
// in files, cut by their keys' hash, and each pair of files is joined by
// itself. A pair that is still too large is cut again.
type joinParts struct {
	j           *hashJoin
	left, right *partitions
	k           int // next pair
	sub         *hashJoin
	files       [2]*spill.File // of the pair at work
	batches     int            // pairs so far
}

// divide turns to files when loading failed by the join's own refusal of
// memory; any other error is returned.
func (j *hashJoin) divide(failed error) error {
	refused := j.refused
	if refused == nil || j.t.env.Spill == nil || !overBudget(refused) || j.store.bytes < worthSpilling {
		return failed
	}
	if j.depth >= maxDepth {
		return j.loopOver(failed)
	}
	space := j.t.env.Spill
	lt := typesOf(j.pair.cols[:j.lw], func(c *column) types.OID { return c.Type })
	rt := typesOf(j.store.cols, func(c *types.Vec) types.OID { return c.Type })
	p := &joinParts{j: j, left: newPartitions(space, lt, j.depth), right: newPartitions(space, rt, j.depth)}
	j.parts = p
	if err := p.fill(rt); err != nil {
		return j.t.spillError(err, refused)
	}
	return nil
}

// fill cuts both sides.
func (p *joinParts) fill(rt []types.OID) error {
	j := p.j
	held := newRowBatch(rt)
	for at := 0; at < j.store.n; at += types.BatchSize {
		n := min(j.store.n-at, types.BatchSize)
		j.rsel = j.rsel[:0]
		for i := range n {
			j.rsel = append(j.rsel, int32(at+i))
		}
		j.store.emit(held, 0, j.rsel)
		if err := p.route(p.right, j.rkeys, held.publish(n)); err != nil {
			return err
		}
	}
	j.store.reset()
	j.table.reset()
	j.first, j.last, j.link = nil, nil, nil
	if err := j.hold.set(0); err != nil {
		return err
	}
	for _, side := range []struct {
		in    operator
		next  func() (*types.Batch, error)
		keys  []evaluator
		parts *partitions
	}{{j.right, j.right.next, j.rkeys, p.right}, {j.left, j.leftBatch, j.lkeys, p.left}} {
		for {
			b, err := side.next()
			if err != nil {
				return err
			}
			if b == nil {
				break
			}
			if err := p.route(side.parts, side.keys, b); err != nil {
				return err
			}
		}
		side.in.close()
		if err := side.parts.finish(); err != nil {
			return err
		}
	}
	return nil
}

// route puts a batch's rows into partitions.
func (p *joinParts) route(parts *partitions, keys []evaluator, b *types.Batch) error {
	if b.N == 0 {
		return nil
	}
	if err := p.j.keys(keys, b); err != nil {
		return err
	}
	for i, h := range p.j.table.hash(p.j.kvecs, b.N) {
		if parts == p.right && p.j.depth == 0 {
			p.j.some, p.j.null = true, p.j.null || p.j.hasNull(i)
		}
		if err := parts.add(parts.of(h), b.Cols, i); err != nil {
			return err
		}
	}
	return nil
}

// next gives the next joined rows of any pair.
func (p *joinParts) next() (*types.Batch, error) {
	for {
		if p.sub == nil {
			ok, err := p.begin()
			if !ok || err != nil {
				return nil, err
			}
		}
		b, err := p.sub.next()
		if err != nil || b != nil {
			return b, err
		}
		p.end()
	}
}

// begin opens the join of the next pair that can give rows; false: none is
// left.
func (p *joinParts) begin() (bool, error) {
	j := p.j
	for ; p.k < fanOut; p.k++ {
		l, r := p.left.take(p.k), p.right.take(p.k)
		if l == nil && (r == nil || !j.keepsRight()) || r == nil && !j.keepsLeft() && j.kind != plan.AntiJoin {
			l.Close()
			r.Close()
			continue
		}
		p.k++
		p.batches++
		p.files = [2]*spill.File{l, r}
		p.sub = &hashJoin{
			joinCore: joinCore{
				kind: j.kind, notIn: j.notIn, null: j.null, some: j.some, left: &fileSource{file: l}, right: &fileSource{file: r}, cond: j.cond, lw: j.lw,
				pair: j.pair, out: j.out, store: newRowStore(p.right.types),
			},
			lkeys: j.lkeys, rkeys: j.rkeys, table: newGroupTable(j.ktypes), ktypes: j.ktypes, kvecs: j.kvecs, depth: j.depth + 1,
		}
		return true, p.sub.open(j.t)
	}
	return false, nil
}

func (p *joinParts) end() {
	if p.sub != nil {
		p.sub.close()
		p.sub = nil
	}
	for i, f := range p.files {
		f.Close()
		p.files[i] = nil
	}
}

func (p *joinParts) close() {
	if p == nil {
		return
	}
	p.end()
	p.left.close()
	p.right.close()
}
