package exec

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// stateWrite is one DML statement on a state table. Rows are written at the
// version that the statement saw: if another transaction changes one before
// the commit, the commit fails with 40001.
type stateWrite struct {
	rel   *catalog.Relation
	ts    []types.OID
	view  *storage.View
	meta  storage.MetaRows
	t     *task
	ops   []storage.MetaOp
	seen  map[string]bool // keys written; true: by an insert
	rows  [][]types.Datum // for RETURNING
	extra []types.OID     // types of what stands behind a row there
	tail  []types.Datum   // and the values for the present one
	given int
	// again says that the statement may read anew, if it had to wait for a row.
	again bool
	views *viewChecks
}

func (w *stateWrite) reset() { *w = stateWrite{} }

// run reads the table's view, lets write make the changes and commits them in
// autocommit.
//
// in is what write reads, if it is the whole statement: then it may be opened again for
// another attempt.
func (w *stateWrite) run(t *task, rel *catalog.Relation, in operator, write func(w *stateWrite) error) error {
	for attempt := 1; ; attempt++ {
		err := w.attempt(t, rel, in != nil && t.stmt.mayRenew() && attempt < maxAnew, write)
		if !errors.Is(err, errAnew) {
			return err
		}
		in.close()
		t.stmt.renew()
		if err := in.open(t); err != nil {
			return err
		}
	}
}

func (w *stateWrite) attempt(t *task, rel *catalog.Relation, again bool, write func(w *stateWrite) error) error {
	old := t.env.ReadAt != 0 // a snapshot that an earlier statement of the transaction took
	v, err := t.stmt.view(t.ctx, []storage.ShardID{}, 0)
	if err != nil {
		return err
	}
	*w = stateWrite{rel: rel, ts: relationTypes(rel), view: v, meta: v.Meta(rel.Table), t: t, seen: map[string]bool{}, again: again, views: w.views}
	err = inTransaction(t, func(txn Txn) error {
		if err := write(w); err != nil {
			return err
		}
		if len(w.ops) == 0 {
			return nil
		}
		if old {
			if err := w.unchanged(); err != nil {
				return err
			}
		}
		if err := txn.AddMeta(w.ops); err != nil {
			return err
		}
		if p := t.env.Pending; p != nil && !t.env.Autocommit {
			p.ops = append(p.ops, w.ops...)
		}
		return nil
	}, nil)
	switch {
	case errors.Is(err, storage.ErrExists):
		return w.duplicate(nil).Wrap(err)
	case err != nil:
		return err
	}
	t.stmt.affected = int64(len(w.rows))
	return nil
}

// lock keeps a row for the transaction before it is written. Who had to wait for another
// transaction reads anew what that has left.
func (w *stateWrite) lock(key []byte) error {
	_, waited, err := w.t.env.lockRow(w.t.ctx, w.rel.OID, key, false, false)
	if err == nil && waited && w.again {
		err = errAnew
	}
	return err
}

// unchanged finds out, before the commit does, that another transaction has changed
// what this one is to write since it took its snapshot.
func (w *stateWrite) unchanged() error {
	v, err := w.t.env.Cluster.Read(w.t.ctx, storage.ReadOptions{Shards: []storage.ShardID{}})
	if err != nil {
		return err
	}
	defer v.Close()
	now := v.Meta(w.rel.Table)
	for _, op := range w.ops {
		if op.Expect == storage.AnyVersion {
			continue
		}
		switch _, version, ok := now.Get(op.Key); {
		case op.Expect == 0 && ok:
			return storage.ErrExists
		case op.Expect != 0 && (!ok || op.Expect != version):
			return storage.ErrConflict
		}
	}
	return nil
}

// duplicate is the error of a key that exists.
func (w *stateWrite) duplicate(row []types.Datum) *sqlerr.Error {
	e := sqlerr.New(sqlerr.UniqueViolation, "duplicate key value violates unique constraint \"%s_pkey\"", w.rel.Name)
	if row != nil {
		var names, vals []string
		for _, k := range w.rel.Key {
			names = append(names, w.rel.Columns[k].Name)
			text, _ := types.AppendTextDatum(nil, w.ts[k], row[k], types.DefaultFormat())
			vals = append(vals, string(text))
		}
		e = e.WithDetail("Key (%s)=(%s) already exists.", strings.Join(names, ", "), strings.Join(vals, ", "))
	}
	e.Schema, e.Table, e.Constraint = w.rel.Schema, w.rel.Name, w.rel.Name+"_pkey"
	return e
}

// put adds a row that must not exist; false means that it does and may.
func (w *stateWrite) put(row []types.Datum, doNothing bool) (bool, error) {
	if err := w.check(row); err != nil {
		return false, err
	}
	key, enc, err := w.encode(row)
	if err != nil {
		return false, err
	}
	if err := w.lock(key); err != nil {
		return false, err
	}
	_, version, exists := w.meta.Get(key)
	if put, touched := w.seen[string(key)]; touched {
		exists, version = put, storage.AnyVersion
	}
	if exists {
		if doNothing {
			return false, nil
		}
		return false, w.duplicate(row)
	}
	if err := w.views.checkStored(w, row); err != nil {
		return false, err
	}
	w.seen[string(key)] = true
	// Where this transaction has deleted the row it need not be absent yet.
	expect := uint64(0)
	if version == storage.AnyVersion {
		expect = version
	}
	w.ops = append(w.ops, storage.MetaOp{Table: w.rel.Table, Key: key, Row: enc, Expect: expect})
	w.give(row, key, enc)
	return true, nil
}

// give keeps a row for RETURNING, with its stored system columns.
func (w *stateWrite) give(row []types.Datum, key, enc []byte) {
	row = append(row, storedColumns(key, enc)...)
	w.rows = append(w.rows, append(row, w.tail...))
}

func (w *stateWrite) encode(row []types.Datum) (key, enc []byte, err error) {
	if key, err = EncodeKey(w.ts, w.rel.Key, row); err != nil {
		return nil, nil, err
	}
	enc, err = EncodeRow(w.ts, row)
	return key, enc, err
}

// change rewrites (next not nil) or deletes the row that was old. A row that
// the statement has changed already stays as it is, as PostgreSQL has it.
func (w *stateWrite) change(old, next []types.Datum) error {
	key, err := EncodeKey(w.ts, w.rel.Key, old)
	if err != nil {
		return err
	}
	if _, touched := w.seen[string(key)]; touched {
		return nil
	}
	if err := w.lock(key); err != nil {
		return err
	}
	stored, version, ok := w.meta.Get(key)
	if !ok {
		return nil
	}
	if next == nil {
		if err := w.checkGone(old); err != nil {
			return err
		}
		w.seen[string(key)] = false
		w.ops = append(w.ops, storage.MetaOp{Table: w.rel.Table, Key: key, Delete: true, Expect: version})
		w.give(old, key, stored)
		return nil
	}
	if err := w.check(next); err != nil {
		return err
	}
	newKey, enc, err := w.encode(next)
	if err != nil {
		return err
	}
	if string(newKey) == string(key) {
		if err := w.views.checkStored(w, next); err != nil {
			return err
		}
		w.seen[string(key)] = true
		w.ops = append(w.ops, storage.MetaOp{Table: w.rel.Table, Key: key, Row: enc, Expect: version})
		w.give(next, key, enc)
		return nil
	}
	if err := w.checkGone(old); err != nil {
		return err
	}
	w.seen[string(key)] = false
	w.ops = append(w.ops, storage.MetaOp{Table: w.rel.Table, Key: key, Delete: true, Expect: version})
	_, err = w.put(next, false)
	return err
}

// insertState adds the input's rows.
func (o *insertOp) insertState(w *stateWrite) error {
	counts := o.conflicts()
	if counts != nil {
		*counts = conflictCounts{} // of an earlier attempt
	}
	for done := 0; ; {
		b, err := o.in.next()
		if err != nil || b == nil {
			return err
		}
		for i := range b.N {
			row := w.defaults()
			for c, col := range o.node.Cols {
				row[col] = b.Cols[c].Datum(i)
			}
			put, err := w.put(row, o.node.DoNothing || o.upsert != nil)
			if counts != nil {
				counts.add(put)
			}
			if err == nil && !put && o.upsert != nil {
				err = o.upsert.resolve(w, row)
			}
			if err != nil {
				return atRow(err, done+i)
			}
		}
		done += b.N
	}
}

// defaults is a row of the table's defaults.
func (w *stateWrite) defaults() []types.Datum {
	row := make([]types.Datum, len(w.rel.Columns))
	for i := range row {
		row[i] = types.NullDatum
	}
	if w.rel.OID == catalog.OIDSources {
		row[srcStatus] = types.Text(knowledge.SourceActive.String())
	}
	return row
}

// The columns of sources and source_classes.
const (
	srcName   = 0
	srcClass  = 1
	srcStatus = 2
	srcTrust  = 3

	clsName       = 0
	clsTier       = 1
	clsWeight     = 2
	clsHalfLife   = 3
	clsConfidence = 4
)

// check validates a row, which it may bring to its stored form.
func (w *stateWrite) check(row []types.Datum) error {
	for i := range row {
		if row[i].Null && w.rel.Columns[i].NotNull {
			name := w.rel.Columns[i].Name
			e := sqlerr.New(sqlerr.NotNullViolation, "null value in column %q of relation %q violates not-null constraint", name, w.rel.Name)
			return w.on(e.WithDetail("Failing row contains (%s).", strings.Join(w.texts(row), ", ")), name)
		}
	}
	switch w.rel.OID {
	case catalog.OIDSources:
		return w.checkSource(row)
	case catalog.OIDClasses:
		return w.checkClass(row)
	}
	return nil
}

func (w *stateWrite) on(e *sqlerr.Error, column string) error {
	e = e.OnColumn(w.rel.Name, column)
	e.Schema = w.rel.Schema
	return e
}

// refuse is a check violation of a column.
func (w *stateWrite) refuse(column int, format string, args ...any) error {
	name := w.rel.Columns[column].Name
	e := sqlerr.New(sqlerr.CheckViolation, "new row for relation %q violates check constraint \"%s_%s_check\"", w.rel.Name, w.rel.Name, name)
	e = e.WithDetail("%s %s.", name, fmt.Sprintf(format, args...))
	e.Constraint = w.rel.Name + "_" + name + "_check"
	return w.on(e, name)
}

func (w *stateWrite) checkSource(row []types.Datum) error {
	if n := len(row[srcName].S); n == 0 || n > 1024 || strings.IndexByte(row[srcName].S, 0) >= 0 {
		return w.refuse(srcName, "must have 1 to 1024 bytes")
	}
	if _, err := knowledge.ParseSourceStatus(row[srcStatus].S); err != nil {
		return w.refuse(srcStatus, "is one of %s", strings.Join(knowledge.SourceStatusNames(), ", "))
	}
	if d := row[srcTrust]; !d.Null && !(d.F >= 0 && d.F <= 1) {
		return w.refuse(srcTrust, "is 0 to 1")
	}
	if row[srcClass].Null {
		return nil
	}
	row[srcClass].S = strings.ToLower(row[srcClass].S)
	policy, err := w.t.stmt.policy(w.view)
	if err != nil {
		return err
	}
	if !policy.HasClass(row[srcClass].S) {
		e := sqlerr.New(sqlerr.ForeignKeyViolation, "insert or update on table \"sources\" violates foreign key constraint \"sources_class_fkey\"")
		e = e.WithDetail("Key (class)=(%s) is not present in table \"source_classes\".", row[srcClass].S)
		e.Constraint = "sources_class_fkey"
		return w.on(e, "class")
	}
	return nil
}

func (w *stateWrite) checkClass(row []types.Datum) error {
	row[clsName].S = strings.ToLower(row[clsName].S)
	switch name := row[clsName].S; {
	case name == "" || len(name) > knowledge.MaxClassName:
		return w.refuse(clsName, "must have 1 to %d bytes", knowledge.MaxClassName)
	case row[clsTier].I < 0 || row[clsTier].I >= 1<<15-1:
		return w.refuse(clsTier, "is 0 to %d", 1<<15-2)
	case !(row[clsWeight].F >= 0 && row[clsWeight].F <= 1):
		return w.refuse(clsWeight, "is 0 to 1")
	case !row[clsHalfLife].Null && !(row[clsHalfLife].F > 0):
		return w.refuse(clsHalfLife, "is above 0 days, or NULL for never")
	case !(row[clsConfidence].F >= 0 && row[clsConfidence].F <= 1):
		return w.refuse(clsConfidence, "is 0 to 1")
	}
	return nil
}

// checkGone refuses to drop a class that a source has.
func (w *stateWrite) checkGone(old []types.Datum) error {
	if w.rel.OID != catalog.OIDClasses {
		return nil
	}
	return scanState(w.view, w.t.env.Catalog, catalog.OIDSources, func(row []types.Datum) error {
		if row[srcClass].Null || row[srcClass].S != old[clsName].S {
			return nil
		}
		e := sqlerr.New(sqlerr.ForeignKeyViolation,
			"update or delete on table \"source_classes\" violates foreign key constraint \"sources_class_fkey\" on table \"sources\"")
		e = e.WithDetail("Key (name)=(%s) is still referenced from table \"sources\".", old[clsName].S)
		e.Constraint = "sources_class_fkey"
		return w.on(e, "name")
	})
}

// changeOp is UPDATE and DELETE of a state table.
type changeOp struct {
	in    operator
	rel   types.OID
	cols  []int // of UPDATE; nil: DELETE
	input []types.OID
	ret   *returning
	views *viewChecks
	state stateWrite
	done  bool
	t     *task
	alone operator // in, if this is the whole statement
}

func (bd *builder) update(n *plan.Update) (operator, error) {
	return bd.change(n.Input, n.Rel, append([]int{}, n.Cols...), n.ViewChecks, n.Returning, bd.alone(n))
}

func (bd *builder) deleteRows(n *plan.Delete) (operator, error) {
	return bd.change(n.Input, n.Rel, nil, nil, n.Returning, bd.alone(n))
}

func (bd *builder) change(input plan.Node, rel types.OID, cols []int, checks []plan.ViewCheck, ret []plan.Expr, alone bool) (operator, error) {
	in, err := bd.node(input)
	if err != nil {
		return nil, err
	}
	bd.reads++
	o := &changeOp{in: in, rel: rel, cols: cols, input: columnTypes(input)}
	if alone {
		o.alone = in
	}
	if o.views, err = bd.viewChecks(checks); err != nil {
		return nil, err
	}
	o.ret, err = bd.returning(ret)
	return o, err
}

func (o *changeOp) open(t *task) error {
	o.t, o.done = t, false
	return o.in.open(t)
}

func (o *changeOp) next() (*types.Batch, error) {
	if !o.done {
		o.done = true
		rel, ok := o.t.env.Catalog.Relation(o.rel)
		if !ok {
			return nil, sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", o.rel)
		}
		if rel.Store != catalog.StateStore {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "cannot change rows of %q", rel.Name).
				WithHint("Claims never change: use retract(id, reason), or insert a claim that revises it.")
		}
		o.state.views = o.views
		if err := o.state.run(o.t, rel, o.alone, o.apply); err != nil {
			return nil, err
		}
	}
	if o.ret == nil {
		return nil, nil
	}
	return o.ret.stored(o.t, &o.state)
}

// apply changes the input's rows.
func (o *changeOp) apply(w *stateWrite) error {
	width := len(w.rel.Columns)
	behind := width + len(o.cols)
	w.extra = o.input[behind:]
	for {
		b, err := o.in.next()
		if err != nil || b == nil {
			return err
		}
		for i := range b.N {
			old := make([]types.Datum, width)
			for c := range old {
				old[c] = b.Cols[c].Datum(i)
			}
			w.tail = w.tail[:0]
			for c := range w.extra {
				w.tail = append(w.tail, b.Cols[behind+c].Datum(i))
			}
			var next []types.Datum
			if o.cols != nil {
				next = append([]types.Datum{}, old...)
				for k, c := range o.cols {
					next[c] = b.Cols[width+k].Datum(i)
				}
			}
			if err := w.change(old, next); err != nil {
				return err
			}
		}
	}
}

func (o *changeOp) close() {
	o.in.close()
	o.state.reset()
}
