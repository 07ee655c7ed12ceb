package exec

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// tempKeys computes what rows of a temporary table have in its indexes and foreign
// keys beyond their columns.
type tempKeys struct {
	evals [][]evaluator
	wide  [][]column
	vecs  [][]*types.Vec // by index; nil: nothing is computed for it
	some  bool
}

func (bd *builder) tempKeys(n *plan.TempWrite) (*tempKeys, error) {
	k := &tempKeys{vecs: make([][]*types.Vec, len(n.Keys))}
	for i, list := range n.Keys {
		es, err := bd.exprs(list)
		if err != nil {
			return nil, err
		}
		k.evals, k.wide = append(k.evals, es), append(k.wide, nil)
		for _, e := range list {
			t, _ := e.Type()
			k.wide[i] = append(k.wide[i], newColumn(t))
		}
		if len(list) > 0 {
			k.vecs[i], k.some = make([]*types.Vec, len(list)), true
		}
	}
	return k, nil
}

// compute does so for the first n rows of a batch.
func (k *tempKeys) compute(t *task, b *types.Batch, n int) (err error) {
	if !k.some || n == 0 {
		return nil
	}
	if n < b.N {
		b = viewRows(&types.Batch{}, b, 0, n)
	}
	for i, es := range k.evals {
		for j, e := range es {
			if k.vecs[i][j], err = k.wide[i][j].full(e, t, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// of is what was computed for an index.
func (k *tempKeys) of(index int) []*types.Vec {
	if index < len(k.vecs) {
		return k.vecs[index]
	}
	return nil
}

// keyTypes are the types of what is computed for an index or a foreign key of a
// relation, which lies among the tables.
func keyTypes(rel *catalog.Relation, tables []*tempTable) func(k int) []types.OID {
	return func(k int) (out []types.OID) {
		if k < len(rel.Indexes) {
			ix := &rel.Indexes[k]
			for i := range ix.Exprs {
				out = append(out, ix.Exprs[i].Type)
			}
			if ix.Where != "" {
				out = append(out, types.OIDBool)
			}
			return out
		}
		f := &rel.Foreign[k-len(rel.Indexes)]
		ref := rel
		for _, t := range tables {
			if t.rel.OID == f.Ref && f.Ref != rel.OID {
				ref = t.rel
			}
		}
		for i, converts := range f.Converts {
			if converts {
				out = append(out, ref.Columns[f.RefColumns[i]].Type)
			}
		}
		return out
	}
}
