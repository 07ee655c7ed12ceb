package exec

import (
	"math"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// sortOp orders its input, which it holds in memory, or in sorted runs on disk
// when it outgrows the statement's budget; with a limit it holds the first rows
// alone, in a heap whose root is the last of them. Equal rows keep their order.
type sortOp struct {
	in    operator
	keys  keySource
	order ordering
	limit evaluator
	width int // input columns; the store has computed keys behind them

	store *rowStore
	vecs  []*types.Vec
	seq   []int64 // of each row of a top-N store
	heap  []int32
	bound int64
	scan  *sortBound // the scan's share of it; nil: none
	taken int64
	rows  []int32
	out   *rowBatch
	done  bool
	pos   int
	runs  sortRuns
	t     *task
	hold  holding

	presorted int // keys by which groups come; 0: all input is one group
	grouping  bool
	whole     int // rows of complete groups
}

func (bd *builder) sort(n *plan.Sort) (operator, error) {
	scan := bd.sortBound(n)
	if n.Limit != nil && n.Presorted == 0 {
		bd.ships(n.Input, n)
	}
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	o, err := bd.sortOver(n, in)
	if err != nil {
		return nil, err
	}
	o.scan = scan
	return o, nil
}

func (bd *builder) sortOver(n *plan.Sort, in operator) (*sortOp, error) {
	ts := columnTypes(n)
	o := &sortOp{in: in, order: newOrdering(n.Keys), width: len(ts), out: newRowBatch(ts), presorted: n.Presorted}
	for i, k := range n.Keys {
		var err error
		if o.order.keys[i].at, err = o.keys.add(bd, k.Expr, o.width); err != nil {
			return nil, err
		}
	}
	all := append(append([]types.OID{}, ts...), o.keys.types...)
	o.store = newRowStore(all)
	o.runs = sortRuns{order: &o.order, types: all}
	o.vecs = make([]*types.Vec, len(all))
	var err error
	o.limit, err = bd.optional(n.Limit)
	return o, err
}

func (o *sortOp) open(t *task) error {
	o.t, o.done, o.pos, o.taken = t, false, 0, 0
	o.grouping, o.whole, o.rows = o.presorted > 0, 0, o.rows[:0]
	o.store.reset()
	o.heap, o.seq = o.heap[:0], o.seq[:0]
	o.scan.reset()
	o.hold.spills(t)
	var err error
	if o.bound, err = rowCount(o.limit, t, math.MaxInt64, sqlerr.InvalidRowCountInLimit, "LIMIT"); err != nil {
		return err
	}
	return o.in.open(t)
}

func (o *sortOp) next() (*types.Batch, error) {
	if o.grouping {
		if b, err := o.nextGroups(); err != nil || o.grouping {
			return b, err
		}
	}
	if !o.done {
		if err := o.consume(); err != nil {
			return nil, err
		}
		o.done = true
		if err := o.finish(); err != nil {
			return nil, err
		}
	}
	if len(o.runs.files) > 0 {
		return o.runs.next(o.width)
	}
	return o.emit(), nil
}

// emit gives the next of rows, nil at their end.
func (o *sortOp) emit() *types.Batch {
	n := min(len(o.rows)-o.pos, types.BatchSize)
	if n <= 0 {
		return nil
	}
	sel := o.rows[o.pos : o.pos+n]
	o.pos += n
	for i := range o.width {
		o.out.cols[i].gather(&o.store.cols[i], sel)
	}
	return o.out.publish(n)
}

func (o *sortOp) consume() error {
	for {
		b, err := o.in.next()
		if err != nil || b == nil {
			return err
		}
		if b.N == 0 {
			continue
		}
		if err := o.keys.load(o.t, b, o.vecs); err != nil {
			return err
		}
		if o.topN() {
			o.offer(b.N)
		} else {
			o.append(b.N)
		}
		if err := o.hold.set(o.store.bytes); err != nil {
			if err := o.spill(err); err != nil {
				return err
			}
		}
	}
}

// spill makes room: what is held becomes a sorted run on disk.
func (o *sortOp) spill(refused error) error {
	if o.t.env.Spill == nil || !overBudget(refused) || o.topN() || o.store.bytes < worthSpilling {
		return refused
	}
	o.rows = o.order.sorted(o.store, 0, o.rows)
	if err := o.runs.write(o.t, o.store, o.rows); err != nil {
		return o.t.spillError(err, refused)
	}
	o.store.reset()
	return o.hold.set(0)
}

// topN says that the rows are few enough for a heap.
func (o *sortOp) topN() bool { return o.bound <= 16*types.BatchSize }

func (o *sortOp) append(n int) {
	s := o.store
	for i := range s.cols {
		appendVec(&s.cols[i], o.vecs[i], s.n, n)
		s.bytes += vecBytes(o.vecs[i], 0, n)
	}
	s.n += n
}

// offer adds rows to the heap, whose root is the row to go next.
func (o *sortOp) offer(n int) {
	if o.bound == 0 {
		return
	}
	cols, moved := o.columns(), false
	for i := range n {
		seq := o.taken
		o.taken++
		if int64(o.store.n) < o.bound {
			o.store.appendRow(o.vecs, i)
			o.seq = append(o.seq, seq)
			o.heap = append(o.heap, int32(o.store.n-1))
			o.up(len(o.heap) - 1)
			moved = int64(o.store.n) == o.bound
			continue
		}
		root := o.heap[0]
		// A later row that is equal goes behind the root: it is out.
		if o.order.compare(cols, i, o.store.cols, int(root)) >= 0 {
			continue
		}
		o.store.setRow(int(root), o.vecs, i)
		o.seq[root] = seq
		o.down(0)
		moved = true
	}
	if moved && o.scan != nil {
		o.scan.set(&o.store.cols[o.order.keys[0].at], int(o.heap[0]))
	}
}

// columns are the batch's columns and computed keys, as one slice.
func (o *sortOp) columns() []types.Vec {
	cols := make([]types.Vec, len(o.vecs))
	for k := range cols {
		cols[k] = *o.vecs[k]
	}
	return cols
}

// after reports whether stored row a comes after row b.
func (o *sortOp) after(a, b int32) bool {
	cols := o.store.cols
	c := o.order.compare(cols, int(a), cols, int(b))
	return c > 0 || c == 0 && o.seq[a] > o.seq[b]
}

func (o *sortOp) up(i int) {
	for i > 0 {
		p := (i - 1) / 2
		if !o.after(o.heap[i], o.heap[p]) {
			return
		}
		o.heap[i], o.heap[p] = o.heap[p], o.heap[i]
		i = p
	}
}

func (o *sortOp) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(o.heap) {
			return
		}
		if c+1 < len(o.heap) && o.after(o.heap[c+1], o.heap[c]) {
			c++
		}
		if !o.after(o.heap[c], o.heap[i]) {
			return
		}
		o.heap[i], o.heap[c] = o.heap[c], o.heap[i]
		i = c
	}
}

// finish puts the rows held in order, or begins to merge the runs.
func (o *sortOp) finish() error {
	if !o.topN() {
		o.rows = o.order.sorted(o.store, 0, o.rows)
		// While it gives its rows, others need room to keep them.
		crowded := o.t.env.Spill != nil && o.t.stmt.mem.tight() && o.store.bytes >= worthSpilling
		if len(o.runs.files) == 0 && !crowded {
			return nil
		}
		if err := o.runs.write(o.t, o.store, o.rows); err != nil {
			return o.t.spillError(err, err)
		}
		o.store.reset()
		if err := o.hold.set(0); err != nil {
			return err
		}
		o.runs.hold = &o.hold
		return o.runs.start(o.t)
	}
	o.rows = identity(o.rows, len(o.heap))
	for k := len(o.heap) - 1; k >= 0; k-- {
		o.rows[k] = o.heap[0]
		last := len(o.heap) - 1
		o.heap[0] = o.heap[last]
		o.heap = o.heap[:last]
		o.down(0)
	}
	return nil
}

func (o *sortOp) close() {
	o.in.close()
	o.store.reset()
	o.runs.close()
	o.runs.hold = nil
	o.hold.release()
}
