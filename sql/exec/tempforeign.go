package exec

import (
	"context"
	"math"
	"slices"
	"sort"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Foreign keys between temporary tables are checked when a statement has written
// all of its rows, as PostgreSQL's triggers do: the writes note which rows have
// come, changed or gone (foreignEvent), and Settle goes through that, in the order
// in which it happened. What an action of a foreign key writes is noted behind. A
// deferred check waits for the commit.

// ForeignAction gives the program that writes rows for an action of a relation's
// foreign key; gone says that the row referred to went, and did not change. See
// plan.BindForeignAction.
type ForeignAction func(rel *catalog.Relation, k *catalog.ForeignKey, action catalog.RefAction, gone bool) (*Program, error)

// foreignKeys is what the tables know of checks to come.
type foreignKeys struct {
	Action ForeignAction

	events []foreignEvent // of the running statement
	began  uint64         // the last statement before this transaction
	foreignState
}

// foreignState is of the transaction; savepoints bring it back.
type foreignState struct {
	deferred []deferredEvent
	// modes say whether checks that can wait do: of all foreign keys, if all is
	// set, and of single ones.
	all, allDeferred bool
	modes            map[types.OID]bool // never changed in place
}

// foreignEvent are rows of a table that came (from a number on, so many), a row
// that became another, or that went.
type foreignEvent struct {
	table    types.OID
	old, row int32 // -1: none
	n        int32 // rows that came
}

// deferredEvent is an event as far as it is about one foreign key.
type deferredEvent struct {
	foreignEvent
	key types.OID
	ref bool // the table is the one that is referred to
}

// eventBytes estimates what an event takes.
const eventBytes = 32

func (f *foreignKeys) reset(stamp uint64) {
	f.events, f.began, f.foreignState = nil, stamp, foreignState{}
}

// waits reports whether the check of a foreign key waits for the commit.
func (f *foreignState) waits(k *catalog.ForeignKey) bool {
	if !k.Deferrable {
		return false
	}
	if d, ok := f.modes[k.OID]; ok {
		return d
	}
	if f.all {
		return f.allDeferred
	}
	return k.Deferred
}

// SetForeignActions tells how rows are written for the actions of foreign keys.
func (s *TempTables) SetForeignActions(a ForeignAction) { s.foreign.Action = a }

// tempRefs are the foreign keys that writes to one table may be about.
type tempRefs struct {
	s     *TempTables
	table *tempTable
	own   []*catalog.ForeignKey
	to    []tempReference // those that refer to the table
}

// tempReference is a foreign key between two tables.
type tempReference struct {
	table, ref *tempTable
	key        *catalog.ForeignKey
	index      *tempIndex    // of the table
	held       keyLookup     // of the table referred to
	vals       []types.Datum // scratch: a key
}

func newReference(t, ref *tempTable, k *catalog.ForeignKey) tempReference {
	return tempReference{table: t, ref: ref, key: k, index: t.indexOf(k.OID), held: ref.lookup(k), vals: make([]types.Datum, len(k.Columns))}
}

// references finds the foreign keys of a table, and those that refer to it.
func (s *TempTables) references(t *tempTable) tempRefs {
	r := tempRefs{s: s, table: t}
	for i := range t.rel.Foreign {
		r.own = append(r.own, &t.rel.Foreign[i])
	}
	for _, o := range s.tables {
		for i := range o.rel.Foreign {
			if k := &o.rel.Foreign[i]; k.Ref == t.rel.OID {
				r.to = append(r.to, newReference(o, t, k))
			}
		}
	}
	return r
}

// changed notes that a row has become another: that it came, if there was none
// before, that it went, if there is none now.
func (r *tempRefs) changed(old, row int32) error {
	switch {
	case len(r.own) == 0 && (len(r.to) == 0 || old < 0):
		return nil
	case old >= 0 && row >= 0 && !r.concerned(old, row):
		return nil
	}
	events := r.s.foreign.events
	if n := len(events); old < 0 && n > 0 {
		if e := &events[n-1]; e.old < 0 && e.table == r.table.rel.OID && e.row+e.n == row {
			e.n++
			return nil
		}
	}
	r.s.foreign.events = append(events, foreignEvent{r.table.rel.OID, old, row, 1})
	return r.s.charge(eventBytes)
}

// concerned reports whether an update is about a foreign key.
func (r *tempRefs) concerned(old, row int32) bool {
	rows := r.table.rows
	for _, k := range r.own {
		if !rows.same(identical, k.Columns, old, row) || rows.bornSince(old, r.s.foreign.began) {
			return true
		}
	}
	for i := range r.to {
		if !rows.same(unchanged, r.to[i].key.RefColumns, old, row) {
			return true
		}
	}
	return false
}

// same reports whether columns are the same in two rows, as equal says.
func (r *tempRows) same(equal func(v *types.Vec, a, b int32) bool, cols []int, a, b int32) bool {
	for _, c := range cols {
		if !equal(&r.store.cols[c], a, b) {
			return false
		}
	}
	return true
}

// identical reports whether a column has the same value, or none, in two rows.
func identical(v *types.Vec, a, b int32) bool {
	if v.IsNull(int(a)) || v.IsNull(int(b)) {
		return v.IsNull(int(a)) && v.IsNull(int(b))
	}
	return types.EqualVec(v, int(a), v, int(b))
}

// unchanged is identical to the letter: 1.0 is not 1.00, which a row that refers to
// it is to have, too.
func unchanged(v *types.Vec, a, b int32) bool {
	if !identical(v, a, b) {
		return false
	}
	switch {
	case v.IsNull(int(a)) || v.Rep == types.RepInt:
		return true
	case v.Rep == types.RepText:
		return v.S[a] == v.S[b]
	case v.Rep == types.RepFloat:
		return math.Float64bits(v.F[a]) == math.Float64bits(v.F[b])
	}
	x, errX := types.AppendText(nil, v.Type, v, int(a), types.DefaultFormat())
	y, errY := types.AppendText(nil, v.Type, v, int(b), types.DefaultFormat())
	return errX == nil && errY == nil && string(x) == string(y)
}

// bornSince reports whether a row was written by a statement after one.
func (r *tempRows) bornSince(row int32, stamp uint64) bool {
	k := sort.Search(len(r.births), func(i int) bool { return r.births[i].from > int(row) })
	return k > 0 && r.births[k-1].stamp > stamp
}

// Settle carries out what foreign keys ask of the rows that a statement has
// written. env is the statement's.
func (s *TempTables) Settle(ctx context.Context, env *Env) error {
	defer func() { s.foreign.events = s.foreign.events[:0] }()
	var refs tempRefs
	var checks []tempReference
	for i := 0; i < len(s.foreign.events); i++ {
		e := s.foreign.events[i]
		t, err := s.table(e.table)
		if err != nil {
			return err
		}
		if i%256 == 0 && ctx.Err() != nil {
			return Translate(ctx.Err())
		}
		if refs.table != t {
			refs = s.references(t)
			if checks, err = s.keyChecks(t, refs.own...); err != nil {
				return err
			}
		}
		if e.old >= 0 {
			for k := range refs.to {
				if err := s.lose(ctx, env, e, &refs.to[k]); err != nil {
					return err
				}
			}
		}
		for row := e.row; row >= 0 && row < e.row+e.n; row++ {
			for k := range checks {
				if err := s.gain(e, row, &checks[k]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Forget drops what has been noted of rows since the last Settle.
func (s *TempTables) Forget() { s.foreign.events = s.foreign.events[:0] }

// gain checks a row that has come, or keeps that for later.
func (s *TempTables) gain(e foreignEvent, row int32, r *tempReference) error {
	rows, k := r.table.rows, r.key
	if e.old >= 0 && !rows.bornSince(e.old, s.foreign.began) && rows.same(identical, k.Columns, e.old, row) {
		return nil // what was there before may violate it: it need not be valid
	}
	if s.foreign.waits(k) {
		return s.later(deferredEvent{foreignEvent{e.table, e.old, row, 1}, k.OID, false})
	}
	return r.check(row)
}

// later keeps an event for the commit.
func (s *TempTables) later(e deferredEvent) error {
	s.saveChecks()
	s.foreign.deferred = append(s.foreign.deferred, e)
	return s.charge(eventBytes + 64)
}

// saveChecks lets a savepoint bring back what waits to be checked.
func (s *TempTables) saveChecks() {
	state := s.foreign.foreignState
	state.deferred = state.deferred[:len(state.deferred):len(state.deferred)]
	s.undo = append(s.undo, tempUndo{kind: undoChecks, checks: &state})
}

// indexOf is an index of the table, or what finds its rows by a foreign key's columns.
func (t *tempTable) indexOf(oid types.OID) *tempIndex {
	return t.rows.indexes[slices.IndexFunc(t.rows.indexes, func(x *tempIndex) bool { return x.oid == oid })]
}

// keyLookup finds the rows of a table that have a key which a foreign key refers to.
type keyLookup struct {
	rows   *tempRows
	index  *tempIndex
	places []int         // of the index's columns in the foreign key
	own    []types.Datum // scratch: the key as the index has it
}

func (t *tempTable) lookup(k *catalog.ForeignKey) keyLookup {
	x := t.indexOf(k.RefIndex)
	l := keyLookup{rows: t.rows, index: x, own: make([]types.Datum, len(x.cols))}
	for _, c := range x.cols {
		l.places = append(l.places, slices.Index(k.RefColumns, c))
	}
	return l
}

// holds reports whether a living row has a key, given in the order of the foreign
// key's columns.
func (l *keyLookup) holds(key []types.Datum) bool {
	for i, p := range l.places {
		l.own[i] = key[p]
	}
	s := l.rows.store
	for row := l.index.first(l.index.hashKey(s, l.own)); row >= 0; row = l.index.next[row] {
		if l.rows.lives(row) && l.index.equalKey(s, row, l.own) {
			return true
		}
	}
	return false
}

// keyChecks are foreign keys of a table.
func (s *TempTables) keyChecks(t *tempTable, keys ...*catalog.ForeignKey) (out []tempReference, err error) {
	for _, k := range keys {
		ref, err := s.table(k.Ref)
		if err != nil {
			return nil, err
		}
		out = append(out, newReference(t, ref, k))
	}
	return out, nil
}

// check refuses a row whose reference leads nowhere. One that lives no more is
// nobody's concern.
func (r *tempReference) check(row int32) error {
	rows := r.table.rows
	if !rows.lives(row) {
		return nil
	}
	nulls := 0
	for i := range r.vals {
		if v := r.index.vec(rows.store, i); v.IsNull(int(row)) {
			nulls++
		} else {
			r.vals[i] = v.Datum(int(row))
		}
	}
	if nulls == len(r.vals) || nulls > 0 && !r.key.Full || nulls == 0 && r.held.holds(r.vals) {
		return nil
	}
	rel := r.table.rel
	e := sqlerr.New(sqlerr.ForeignKeyViolation, "insert or update on table \"%s\" violates foreign key constraint \"%s\"", rel.Name, r.key.Name)
	e.Schema, e.Table, e.Constraint = rel.Schema, rel.Name, r.key.Name
	if nulls > 0 {
		return e.WithDetail("MATCH FULL does not allow mixing of null and nonnull key values.")
	}
	return e.WithDetail("Key (%s)=(%s) is not present in table \"%s\".", rel.ColumnNames(r.key.Columns), rows.showRow(r.key.Columns, row), r.ref.rel.Name)
}

// Validate holds all rows of a table against one of its foreign keys.
func (s *TempTables) Validate(oid, key types.OID) error {
	t, err := s.table(oid)
	if err != nil {
		return err
	}
	k := t.foreignKey(key)
	if k == nil {
		return nil
	}
	checks, err := s.keyChecks(t, k)
	if err != nil {
		return err
	}
	for row := range int32(t.rows.store.n) {
		if err := checks[0].check(row); err != nil {
			return err
		}
	}
	return nil
}

func (t *tempTable) foreignKey(oid types.OID) *catalog.ForeignKey {
	if i := slices.IndexFunc(t.rel.Foreign, func(k catalog.ForeignKey) bool { return k.OID == oid }); i >= 0 {
		return &t.rel.Foreign[i]
	}
	return nil
}
