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
	conflict  *tempConflict
	project   *projectOp // RETURNING; nil: none
	reads     []int

	t     *task
	temp  *TempTables
	table *tempTable
	rows  *tempRows
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
	if n.Conflict != nil {
		if o.conflict, err = bd.tempConflict(n); err != nil {
			return nil, err
		}
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

// verify checks NOT NULL and CHECK of the full rows in o.row; it returns how
// many rows, from the first, are good, with the error of the next.
func (o *tempWriteOp) verify() (int, error) {
	good := o.row.N
	var fault error
	rel := o.table.rel
	for c := range rel.Columns {
		v := &o.row.Cols[c]
		if !rel.Columns[c].NotNull || v.Null == nil {
			continue
		}
		for i := range good {
			if v.Null[i] {
				e := sqlerr.New(sqlerr.NotNullViolation, "null value in column \"%s\" of relation \"%s\" violates not-null constraint", rel.Columns[c].Name, rel.Name)
				good, fault = i, o.failing(e.OnColumn(rel.Name, rel.Columns[c].Name), i)
				break
			}
		}
	}
	for k, e := range o.checks {
		v, err := e.eval(o.t, &o.row)
		if err != nil {
			return 0, err
		}
		for i := range good {
			if j := at(v, i); v.IsNull(j) || v.I[j] != 0 {
				continue
			}
			name := o.table.rel.Checks[k].Name
			e := sqlerr.New(sqlerr.CheckViolation, "new row for relation \"%s\" violates check constraint \"%s\"", rel.Name, name)
			e.Constraint = name
			good, fault = i, o.failing(e, i)
			break
		}
	}
	return good, fault
}

// failing adds the row at fault to an error.
func (o *tempWriteOp) failing(e *sqlerr.Error, i int) error {
	e.Schema, e.Table = o.table.rel.Schema, o.table.rel.Name
	return e.WithDetail("Failing row contains (%s).", strings.Join(o.texts(allColumns(o.width), i), ", "))
}

func allColumns(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// maxShown is how many bytes of a value PostgreSQL shows of a failing row.
const maxShown = 64

// texts are values of row i of o.row as an error shows them.
func (o *tempWriteOp) texts(cols []int, i int) []string {
	out := make([]string, len(cols))
	for k, c := range cols {
		v := &o.row.Cols[c]
		out[k] = shown(v.Type, v.Datum(i), &o.t.fn.Format)
	}
	return out
}

// shown is a value as an error shows it.
func shown(t types.OID, d types.Datum, f *types.Format) string {
	if d.Null {
		return "null"
	}
	text, err := types.AppendTextDatum(nil, t, d, f)
	if err != nil {
		return "?"
	}
	if len(text) > maxShown {
		return strings.ToValidUTF8(string(text[:maxShown]), "") + "..."
	}
	return string(text)
}

// enter puts stored row, which is row i of o.row, into the indexes.
func (o *tempWriteOp) enter(row int32, i int) error {
	for k, x := range o.rows.indexes {
		ix := &o.table.rel.Indexes[k]
		if ix.Unique && x.twin(o.rows, row) >= 0 {
			e := sqlerr.New(sqlerr.UniqueViolation, "duplicate key value violates unique constraint \"%s\"", ix.Name)
			names := make([]string, len(ix.Columns))
			for n, c := range ix.Columns {
				names[n] = o.table.rel.Columns[c].Name
			}
			e.Schema, e.Table, e.Constraint = o.table.rel.Schema, o.table.rel.Name, ix.Name
			return e.WithDetail("Key (%s)=(%s) already exists.", strings.Join(names, ", "), strings.Join(o.texts(ix.Columns, i), ", "))
		}
		o.rows.mu.Lock()
		x.add(o.rows.store, row)
		o.rows.mu.Unlock()
	}
	return nil
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
	if o.conflict != nil {
		if err := o.insertOrResolve(b, good, done); err != nil {
			return err
		}
	} else {
		first := o.store(good)
		for i := range good {
			if err := o.enter(first+int32(i), i); err != nil {
				return atRow(err, done+i)
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
		if err := o.enter(row, i); err != nil {
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
	o.table, o.rows, o.temp = nil, nil, nil
	clear(o.row.Cols)
	o.hold.release()
}
