package exec

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// tempWriteOp is INSERT, UPDATE, DELETE and MERGE of a temporary table. All is
// written before the first row of RETURNING.
type tempWriteOp struct {
	node      *plan.TempWrite
	in        operator
	width     int // columns of the table
	generated []evaluator
	wide      []column
	checks    []evaluator
	keys      *tempKeys
	conflict  *tempConflict
	views     *viewChecks
	fails     []int      // of o.row: see viewChecks.fails
	project   *projectOp // RETURNING; nil: none
	reads     []int

	t     *task
	temp  *TempTables
	table *tempTable
	rows  *tempRows
	refs  tempRefs // foreign keys that the rows may be about
	stamp uint64
	row   types.Batch // full rows of the table being written
	merge *tempMerge
	done  bool
	// For RETURNING: numbers of the rows, with what other items gave.
	written []int32
	extra   *rowStore
	given   int
	out     *rowBatch
	hold    holding
}

func (bd *builder) tempWrite(n *plan.TempWrite) (operator, error) {
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	o := &tempWriteOp{node: n, in: in, width: len(n.Types)}
	o.row.Cols = make([]types.Vec, o.width)
	o.generated = make([]evaluator, o.width)
	for i, t := range n.Types {
		o.wide = append(o.wide, newColumn(t))
		if n.Generated != nil {
			if o.generated[i], err = bd.optional(n.Generated[i]); err != nil {
				return nil, err
			}
		}
	}
	if o.checks, err = bd.exprs(n.Checks); err != nil {
		return nil, err
	}
	if o.keys, err = bd.tempKeys(n); err != nil {
		return nil, err
	}
	if n.Conflict != nil {
		if o.conflict, err = bd.tempConflict(n); err != nil {
			return nil, err
		}
	}
	if o.views, err = bd.viewChecks(n.ViewChecks); err != nil {
		return nil, err
	}
	if n.Kind == plan.TempMerge {
		o.merge = &tempMerge{written: newRowBatch(n.Types)}
	}
	if n.Returning == nil {
		return o, nil
	}
	exprs, err := bd.exprs(n.Returning)
	if err != nil {
		return nil, err
	}
	o.project, o.reads = newProject(nil, exprs, argTypes(n.Returning)), columnsRead(n.Returning...)
	extra := columnTypes(n.Input)[n.ExtraAt():]
	o.extra = newRowStore(extra)
	o.out = newRowBatch(slices.Concat(n.Types, plan.StoredTypes[:], extra))
	return o, nil
}

func (o *tempWriteOp) open(t *task) error {
	o.t, o.done, o.given, o.temp, o.stamp = t, false, 0, t.env.temp(), t.env.TempAt+1
	o.written = o.written[:0]
	o.hold.open(&t.stmt.mem)
	if o.extra != nil {
		o.extra.reset()
	}
	var err error
	if o.table, err = o.temp.table(o.node.Rel); err != nil {
		return err
	}
	o.rows = o.table.rows
	o.refs = o.temp.references(o.table)
	if s := t.fn.Session; s != nil {
		o.rows.writer = s.TxnID()
	}
	return o.in.open(t)
}

func (o *tempWriteOp) next() (*types.Batch, error) {
	if !o.done {
		o.done = true
		if err := o.run(); err != nil {
			return nil, err
		}
	}
	if o.project == nil {
		return nil, nil
	}
	return o.returnRows()
}

func (o *tempWriteOp) run() error {
	size := o.rows.bytes()
	for done := 0; ; {
		b, err := o.in.next()
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		if b.N == 0 {
			continue
		}
		switch o.node.Kind {
		case plan.TempInsert:
			err = o.insertBatch(b, done)
		case plan.TempUpdate:
			err = o.updateBatch(b)
		case plan.TempMerge:
			err = o.mergeBatch(b)
		default:
			err = o.deleteBatch(b)
		}
		if err != nil {
			return err
		}
		now := o.rows.bytes()
		if err := o.temp.charge(now - size); err != nil {
			return err
		}
		size = now
		done += b.N
	}
	o.in.close()
	return nil
}

// wrote notes a row for RETURNING and the count.
func (o *tempWriteOp) wrote(row int32, b *types.Batch, i int) error {
	o.t.stmt.affected++
	if o.project == nil {
		return nil
	}
	o.written = append(o.written, row)
	if len(o.extra.cols) > 0 {
		at := o.node.ExtraAt()
		for k := range o.extra.cols {
			o.extra.cols[k].AppendFrom(&b.Cols[at+k], i)
			o.extra.bytes += vecBytes(&b.Cols[at+k], i, 1)
		}
		o.extra.n++
	}
	return o.hold.set(int64(4*cap(o.written)) + o.extra.bytes)
}

// fill makes o.row the full rows whose columns b has from a place on, and
// computes the generated ones.
func (o *tempWriteOp) fill(b *types.Batch, from int) error {
	o.row.N = b.N
	copy(o.row.Cols, b.Cols[from:from+o.width])
	for i, e := range o.generated {
		if e == nil {
			continue
		}
		v, err := o.wide[i].full(e, o.t, &o.row)
		if err != nil {
			return err
		}
		o.row.Cols[i] = *v
	}
	return nil
}

// enter puts stored row, which is row i of o.row, into the indexes, and holds it against
// the check options of views; keys are what was computed for the indexes.
func (o *tempWriteOp) enter(row int32, keys *tempKeys, i int) error {
	rel := o.table.rel
	for k, x := range o.rows.indexes {
		if x.keys != nil {
			o.rows.mu.Lock()
			x.keep(o.rows, keys.of(k), i)
			o.rows.mu.Unlock()
		}
		if k < len(rel.Indexes) && rel.Indexes[k].Unique && x.twin(o.rows, row) >= 0 {
			ix := &rel.Indexes[k]
			e := sqlerr.New(sqlerr.UniqueViolation, "duplicate key value violates unique constraint \"%s\"", ix.Name)
			e.Schema, e.Table, e.Constraint = rel.Schema, rel.Name, ix.Name
			return e.WithDetail("Key (%s)=(%s) already exists.", ix.KeyText(rel), strings.Join(o.keyTexts(x, row), ", "))
		}
		o.rows.mu.Lock()
		x.add(o.rows.store, row)
		o.rows.mu.Unlock()
	}
	if o.fails != nil && o.fails[i] > 0 {
		return o.views.violated(o.fails[i], o.texts(allColumns(o.width), i))
	}
	return nil
}

// keyTexts are the values of a stored row's key as an error shows them.
func (o *tempWriteOp) keyTexts(x *tempIndex, row int32) []string {
	out := make([]string, len(x.cols))
	for k := range out {
		v := x.vec(o.rows.store, k)
		out[k] = shown(v.Type, v.Datum(int(row)), &o.t.fn.Format)
	}
	return out
}

// store writes the first n full rows of o.row; it returns the first's number.
func (o *tempWriteOp) store(n int) int32 {
	o.temp.undo = append(o.temp.undo, tempUndo{kind: undoRows, rows: o.rows, at: o.rows.store.n})
	return int32(o.rows.appendVecs(o.row.Cols, n, o.stamp))
}

func (o *tempWriteOp) insertBatch(b *types.Batch, done int) error {
	if err := o.fill(b, 0); err != nil {
		return err
	}
	good, fault := o.verify()
	if fault != nil && good == 0 {
		return atRow(fault, done)
	}
	if err := o.keys.compute(o.t, &o.row, good); err != nil {
		return err
	}
	if o.conflict != nil {
		if err := o.insertOrResolve(b, good, done); err != nil {
			return err
		}
	} else {
		first := o.store(good)
		for i := range good {
			if err := o.enter(first+int32(i), o.keys, i); err != nil {
				return atRow(err, done+i)
			}
			if err := o.refs.changed(-1, first+int32(i)); err != nil {
				return err
			}
			if err := o.wrote(first+int32(i), b, i); err != nil {
				return err
			}
		}
	}
	if fault != nil {
		return atRow(fault, done+good)
	}
	return nil
}

// expire ends a row for UPDATE or DELETE; false when this statement has done
// so before: a row is changed once, whatever it was joined with.
func (o *tempWriteOp) expire(row int32) (bool, error) {
	if !o.rows.lives(row) {
		return false, nil
	}
	o.temp.undo = append(o.temp.undo, tempUndo{kind: undoEnd, rows: o.rows, at: int(row)})
	o.rows.end(row, o.stamp)
	return true, o.temp.charge(48)
}

func (o *tempWriteOp) updateBatch(b *types.Batch) error {
	if err := o.fill(b, 1); err != nil {
		return err
	}
	good, fault := o.verify()
	if err := o.keys.compute(o.t, &o.row, good); err != nil {
		return err
	}
	refs := make([]*types.Vec, o.width)
	for c := range refs {
		refs[c] = &o.row.Cols[c]
	}
	for i := range good {
		fresh, err := o.expire(int32(b.Cols[0].I[i]))
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		o.temp.undo = append(o.temp.undo, tempUndo{kind: undoRows, rows: o.rows, at: o.rows.store.n})
		row := int32(o.rows.appendRow(refs, i, o.stamp))
		if err := o.enter(row, o.keys, i); err != nil {
			return err
		}
		if err := o.refs.changed(int32(b.Cols[0].I[i]), row); err != nil {
			return err
		}
		if err := o.wrote(row, b, i); err != nil {
			return err
		}
	}
	return fault
}

func (o *tempWriteOp) deleteBatch(b *types.Batch) error {
	for i := range b.N {
		row := int32(b.Cols[0].I[i])
		fresh, err := o.expire(row)
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		if err := o.refs.changed(row, -1); err != nil {
			return err
		}
		if err := o.wrote(row, b, i); err != nil {
			return err
		}
	}
	return nil
}

// returnRows gives the next rows of RETURNING.
func (o *tempWriteOp) returnRows() (*types.Batch, error) {
	n := min(len(o.written)-o.given, types.BatchSize)
	if n <= 0 {
		return nil, nil
	}
	sel := o.written[o.given : o.given+n]
	o.rows.mu.RLock()
	seen := tempView{born: o.rows.births, rows: o.rows}
	for _, c := range o.reads {
		switch behind := c - o.width - len(plan.StoredTypes); {
		case c < o.width:
			o.out.Cols[c] = *o.out.cols[c].gather(&o.rows.store.cols[c], sel)
		case behind < 0:
			o.out.Cols[c] = seen.system(plan.StoredColumn(c-o.width), n, func(k int) int32 { return sel[k] })
		default:
			o.out.Cols[c] = o.extra.cols[behind].Slice(o.given, o.given+n)
		}
	}
	o.rows.mu.RUnlock()
	o.given += n
	o.out.N = n
	o.project.t = o.t
	return o.project.compute(&o.out.Batch)
}

func (o *tempWriteOp) close() {
	o.in.close()
	o.table, o.rows, o.temp, o.refs = nil, nil, nil, tempRefs{}
	clear(o.row.Cols)
	o.hold.release()
}
