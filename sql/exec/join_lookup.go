package exec

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// lookupJoin joins each batch of left rows by hash with what the right side gives
// for the keys of that batch.
type lookupJoin struct {
	left    operator
	join    *hashJoin // of one batch
	one     *oneBatch // its left side
	right   *keyedSide
	args    []evaluator
	batch   []bool // by args: the batch's values go to the right side
	vecs    []*types.Vec
	t       *task
	running bool
}

// keyedSide is the right side, which sees the arguments as its row around it.
type keyedSide struct {
	in    operator
	outer []types.Datum
	inner task
}

func (s *keyedSide) open(t *task) error {
	s.inner = *t
	s.inner.outer = s.outer
	return s.in.open(&s.inner)
}

func (s *keyedSide) next() (*types.Batch, error) { return s.in.next() }

func (s *keyedSide) close() {
	s.in.close()
	s.inner = task{}
}

// oneBatch gives a batch that there is.
type oneBatch struct{ batch *types.Batch }

func (o *oneBatch) open(*task) error { return nil }

func (o *oneBatch) next() (*types.Batch, error) {
	b := o.batch
	o.batch = nil
	return b, nil
}

func (o *oneBatch) close() { o.batch = nil }

func (bd *builder) lookupJoin(n *plan.Join, c joinCore) (*lookupJoin, error) {
	j := &lookupJoin{left: c.left, one: &oneBatch{}, right: &keyedSide{in: c.right}, batch: n.Batch}
	c.left, c.right = j.one, j.right
	var err error
	if j.args, err = bd.exprs(n.Args); err != nil {
		return nil, err
	}
	j.vecs = make([]*types.Vec, len(j.args))
	j.join, err = bd.hashJoin(n, c)
	return j, err
}

func (j *lookupJoin) open(t *task) error {
	j.t, j.running = t, false
	return j.left.open(t)
}

func (j *lookupJoin) next() (*types.Batch, error) {
	for {
		if !j.running {
			b, err := j.left.next()
			if err != nil || b == nil {
				return nil, err
			}
			if b.N == 0 {
				continue
			}
			if err := j.begin(b); err != nil {
				return nil, err
			}
		}
		b, err := j.join.next()
		if b != nil || err != nil {
			return b, err
		}
		j.join.close()
		j.running = false
	}
}

// begin starts the join of a left batch.
func (j *lookupJoin) begin(b *types.Batch) error {
	if _, err := evalAll(j.t, j.args, b, j.vecs); err != nil {
		return err
	}
	j.right.outer = make([]types.Datum, len(j.vecs))
	var keys []*types.Vec
	for i, v := range j.vecs {
		if j.batch[i] {
			keys = append(keys, v)
		} else {
			j.right.outer[i] = v.Datum(at(v, 0))
		}
	}
	arrays := distinctKeys(keys, b.N)
	for i := range j.vecs {
		if j.batch[i] {
			j.right.outer[i], arrays = arrays[0], arrays[1:]
		}
	}
	j.one.batch, j.running = b, true
	return j.join.open(j.t)
}

// distinctKeys are the arrays of the different rows of columns of texts, without those
// that have a NULL.
func distinctKeys(vecs []*types.Vec, n int) []types.Datum {
	rows := make([][]types.Datum, 0, n)
	for i := range n {
		row := make([]types.Datum, len(vecs))
		null := false
		for k, v := range vecs {
			row[k] = v.Datum(at(v, i))
			null = null || row[k].Null
		}
		if !null {
			rows = append(rows, row)
		}
	}
	compare := func(a, b []types.Datum) int {
		return slices.CompareFunc(a, b, func(a, b types.Datum) int { return strings.Compare(a.S, b.S) })
	}
	slices.SortFunc(rows, compare)
	rows = slices.CompactFunc(rows, func(a, b []types.Datum) bool { return compare(a, b) == 0 })
	out := make([]types.Datum, len(vecs))
	for k := range out {
		elems := make([]types.Datum, len(rows))
		for i, row := range rows {
			elems[i] = row[k]
		}
		out[k] = types.Any(newArray(types.OIDText, elems))
	}
	return out
}

func (j *lookupJoin) close() {
	if j.running {
		j.join.close()
	}
	j.left.close()
	j.running, j.t, j.right.outer = false, nil, nil
}
