package exec

import (
	"slices"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// keyList is what a key column equals: one of values, and of an array's elements.
type keyList struct {
	values []evaluator
	array  evaluator // nil: none
	given  bool
}

func (bd *builder) keyList(values []plan.Expr, array plan.Expr) (k keyList, err error) {
	k.given = values != nil || array != nil
	if k.values, err = bd.exprs(values); err != nil {
		return k, err
	}
	k.array, err = bd.optional(array)
	return k, err
}

// texts evaluates the values into out, sorted and without repeats; NULLs and empty
// texts, which equal no key, are left out.
func (k *keyList) texts(t *task, out []string) ([]string, error) {
	for _, e := range k.values {
		d, err := evalScalar(e, t)
		if err != nil {
			return out, err
		}
		if !d.Null && d.S != "" {
			out = append(out, d.S)
		}
	}
	out = distinctTexts(out)
	if k.array == nil {
		return out, nil
	}
	list, err := elements(t, k.array)
	if err != nil || len(k.values) == 0 {
		return append(out, list...), err
	}
	return slices.DeleteFunc(out, func(s string) bool {
		_, found := slices.BinarySearch(list, s)
		return !found
	}), nil
}

// pairsOf evaluates arrays of paths and predicates, which are as long.
func pairsOf(t *task, paths, predicates evaluator) ([][2]string, error) {
	p, err := evalScalar(paths, t)
	if err != nil {
		return nil, err
	}
	q, err := evalScalar(predicates, t)
	if err != nil {
		return nil, err
	}
	a, aok := p.A.(*types.Array)
	b, bok := q.A.(*types.Array)
	out := [][2]string{}
	for i := 0; aok && bok && i < min(len(a.Elems), len(b.Elems)); i++ {
		if a.Elems[i].S != "" && b.Elems[i].S != "" {
			out = append(out, [2]string{a.Elems[i].S, b.Elems[i].S})
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return out, nil
}

func distinctTexts(list []string) []string {
	if len(list) > 1 {
		slices.Sort(list)
		list = slices.Compact(list)
	}
	return list
}

// elements evaluates an array of texts, as texts does values.
func elements(t *task, array evaluator) ([]string, error) {
	d, err := evalScalar(array, t)
	if err != nil {
		return nil, err
	}
	var list []string
	if a, ok := d.A.(*types.Array); ok && !d.Null {
		for _, e := range a.Elems {
			if !e.Null && e.S != "" {
				list = append(list, e.S)
			}
		}
	}
	return distinctTexts(list), nil
}
