package plan

// claimOrder are the columns of claims in whose order the rows of a shard lie.
var claimOrder = [...]string{"concept_path", "predicate", "id"}

// mergeJoins makes merge joins of those whose sides come in the order of the
// keys anyway: claims, which lie so in each shard, and what ORDER BY has put in
// order. It comes when scans have their ways in.
func (b *binder) mergeJoins(r rel) {
	b.step()
	kids(r, func(k rel) rel {
		b.mergeJoins(k)
		return k
	})
	j, ok := r.(*rJoin)
	if !ok || len(j.leftKeys) == 0 || j.notIn || j.batch != nil {
		return
	}
	if keys, desc := shardKeys(j); len(keys) > 0 {
		b.merge(j, keys, desc, true)
	} else if keys, desc := sortedKeys(j); len(keys) > 0 {
		b.merge(j, keys, desc, false)
	}
}

// merge joins by merging on the keys named, in their order. Keys by which the
// sides are not ordered become conditions on the pairs, which may be too many.
func (b *binder) merge(j *rJoin, keys []int, desc []bool, byShard bool) {
	m := *j
	m.leftKeys, m.rightKeys, m.merge, m.byShard = nil, nil, desc, byShard
	first := map[int]bool{}
	for _, k := range keys {
		m.leftKeys, m.rightKeys = append(m.leftKeys, j.leftKeys[k]), append(m.rightKeys, j.rightKeys[k])
		first[k] = true
	}
	on := conjuncts(j.on)
	for k := range j.leftKeys {
		if !first[k] {
			on = append(on, b.binary("=", j.leftKeys[k], j.rightKeys[k], -1))
		}
	}
	m.on = conjunction(on)
	if len(keys) < len(j.leftKeys) {
		if e := b.estimator(); e.of(&m).Total > e.of(j).Total {
			return
		}
	}
	*j = m
}

// mergeCost estimates a merge join that gives so many rows, of which pairs
// have equal keys, and looks at rest more conditions on each of these.
func mergeCost(l, r Estimate, rows, pairs float64, keys, rest int) Estimate {
	out := Estimate{Rows: rows, Startup: l.Startup + r.Startup}
	out.Total = l.Total + r.Total + float64(keys)*operatorCost*(l.Rows+r.Rows) + float64(rest)*operatorCost*pairs + tupleCost*rows
	return out
}

// shardKeys finds the keys by which both sides are ordered in each shard. A
// concept lies in one shard, so it must be among them: then rows that are equal
// in the keys are in the same shard.
func shardKeys(j *rJoin) (keys []int, desc []bool) {
	left := shardOrder(j.left)
	if len(left) == 0 {
		return nil, nil
	}
	right := shardOrder(j.right)
	for i := range min(len(left), len(right)) {
		k := keyOf(j, func(l, r *Col) bool { return left[i].has(l.Index) && right[i].has(r.Index) })
		if k < 0 {
			break
		}
		keys, desc = append(keys, k), append(desc, false)
	}
	return keys, desc
}

// keyOf finds the key of a join that consists of plain columns for which a
// condition holds; -1: none.
func keyOf(j *rJoin, holds func(l, r *Col) bool) int {
	for k := range j.leftKeys {
		l, lok := j.leftKeys[k].(*Col)
		r, rok := j.rightKeys[k].(*Col)
		if lok && rok && holds(l, r) {
			return k
		}
	}
	return -1
}

// shardOrder gives the columns in whose order a fragment gives the rows of each
// shard: that of claims' keys. A column may have several numbers. A lens gives
// pairs as their claims lie, and a merge join rows in the order of its keys.
func shardOrder(r rel) []*colSet {
	switch r := r.(type) {
	case *rScan:
		k := &r.key
		if !isClaims(r.rel) || k.Index != ByPath && (k.Index != ByPredicate || len(k.Predicates) != 1) {
			return nil
		}
		return orderBy(func(pos int, s *colSet) {
			for i, id := range r.ids {
				if id != 0 && r.rel.Columns[i].Name == claimOrder[pos] {
					s.add(id)
				}
			}
		})
	case *rFilter:
		if once, _ := gates(r); len(once) > 0 { // a gate is no part of a fragment
			return nil
		}
		return shardOrder(r.input)
	case *rProject:
		in := shardOrder(r.input)
		return orderBy(func(pos int, s *colSet) {
			for i, x := range r.exprs {
				if c, ok := x.(*Col); ok && pos < len(in) && in[pos].has(c.Index) {
					s.add(r.ids[i])
				}
			}
		})
	case *rLens:
		if _, ok := r.input.(*rScan); !ok {
			return nil
		}
		in := shardOrder(r.input)
		return orderBy(func(pos int, s *colSet) {
			for _, o := range r.out {
				if pos < 2 && pos < len(in) && o.from != 0 && in[pos].has(o.from) {
					s.add(o.id)
				}
			}
		})
	case *rJoin:
		return joinedOrder(r)
	}
	return nil
}

// joinedOrder is the order that a merge join by shards gives.
func joinedOrder(r *rJoin) []*colSet {
	if !r.byShard {
		return nil
	}
	switch r.kind {
	case InnerJoin, SemiJoin, AntiJoin:
	case LeftJoin: // rows that no pair is left of come behind the others
		if r.on != nil {
			return nil
		}
	default:
		return nil
	}
	order := shardOrder(r.left)[:len(r.merge)]
	if r.kind != InnerJoin {
		return order
	}
	right := shardOrder(r.right)
	for i := range order {
		order[i] = union(order[i], right[i])
	}
	return order
}

// orderBy asks for the columns of each place of the order of claims, up to the
// first that has none.
func orderBy(add func(pos int, s *colSet)) []*colSet {
	var out []*colSet
	for pos := range claimOrder {
		s := &colSet{}
		add(pos, s)
		if s.empty() {
			break
		}
		out = append(out, s)
	}
	return out
}

// sortedKeys finds the keys by which both sides were sorted.
func sortedKeys(j *rJoin) (keys []int, desc []bool) {
	left := sortOrder(j.left)
	if len(left) == 0 {
		return nil, nil
	}
	right := sortOrder(j.right)
	for i := range min(len(left), len(right)) {
		k := keyOf(j, func(l, r *Col) bool { return left[i].id == l.Index && right[i].id == r.Index })
		if k < 0 || left[i].desc != right[i].desc {
			break
		}
		keys, desc = append(keys, k), append(desc, left[i].desc)
	}
	return keys, desc
}

// sortedBy is a column that rows are sorted by. Where NULLs stand does not
// matter: they equal nothing.
type sortedBy struct {
	id   int
	desc bool
}

// sortOrder tells by which columns all rows of a rel come sorted.
func sortOrder(r rel) []sortedBy {
	var out []sortedBy
	switch r := r.(type) {
	case *rSort:
		for _, k := range r.keys {
			c, ok := k.Expr.(*Col)
			if !ok {
				break
			}
			out = append(out, sortedBy{c.Index, k.Desc})
		}
	case *rFilter:
		return sortOrder(r.input)
	case *rLimit:
		return sortOrder(r.input)
	case *rProject:
		for _, k := range sortOrder(r.input) {
			at := -1
			for i, x := range r.exprs {
				if c, ok := x.(*Col); ok && c.Index == k.id {
					at = i
				}
			}
			if at < 0 {
				break
			}
			out = append(out, sortedBy{r.ids[at], k.desc})
		}
	}
	return out
}
