package exec

import (
	"context"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// lose does what a foreign key says of rows that refer to a row which has changed or
// gone.
func (s *TempTables) lose(ctx context.Context, env *Env, e foreignEvent, r *tempReference) error {
	same := e.row >= 0
	for i, c := range r.key.RefColumns {
		v := &r.ref.rows.store.cols[c]
		if v.IsNull(int(e.old)) {
			return nil // nothing can refer to it
		}
		r.vals[i] = v.Datum(int(e.old))
		same = same && unchanged(v, e.old, e.row)
	}
	if same {
		return nil
	}
	action := r.key.OnDelete.Or()
	if e.row >= 0 {
		action = r.key.OnUpdate.Or()
	}
	switch action {
	case catalog.NoAction:
		if s.foreign.waits(r.key) {
			return s.later(deferredEvent{e, r.key.OID, true})
		}
		return r.unreferred(true)
	case catalog.Restrict:
		return r.unreferred(false)
	case catalog.Cascade:
		if e.row < 0 {
			return s.cascadeDelete(env, r)
		}
	}
	if err := s.act(ctx, env, e, r, action); err != nil {
		return err
	}
	if action == catalog.SetDefault { // which may be what they had
		return r.unreferred(true)
	}
	return nil
}

// referring lists the living rows that refer to the key in vals.
func (r *tempReference) referring() (out []int32) {
	rows, x := r.table.rows, r.index
	for row := x.first(x.hashKey(rows.store, r.vals)); row >= 0; row = x.next[row] {
		if rows.lives(row) && x.equalKey(rows.store, row, r.vals) {
			out = append(out, row)
		}
	}
	return out
}

// unreferred refuses that rows refer to the key in vals, which is gone. With again it
// may have come back in another row.
func (r *tempReference) unreferred(again bool) error {
	if again && r.held.holds(r.vals) || len(r.referring()) == 0 {
		return nil
	}
	t := r.ref
	texts := make([]string, len(r.vals))
	for i, c := range r.key.RefColumns {
		texts[i] = shown(t.rel.Columns[c].Type, r.vals[i], types.DefaultFormat())
	}
	e := sqlerr.New(sqlerr.ForeignKeyViolation, "update or delete on table \"%s\" violates foreign key constraint \"%s\" on table \"%s\"",
		t.rel.Name, r.key.Name, r.table.rel.Name)
	e.Schema, e.Table, e.Constraint = r.table.rel.Schema, r.table.rel.Name, r.key.Name
	return e.WithDetail("Key (%s)=(%s) is still referenced from table \"%s\".", t.rel.ColumnNames(r.key.RefColumns), strings.Join(texts, ", "), r.table.rel.Name)
}

// cascadeDelete deletes the rows that refer to the key in vals.
func (s *TempTables) cascadeDelete(env *Env, r *tempReference) error {
	hits := r.referring()
	if len(hits) == 0 {
		return nil
	}
	refs := s.references(r.table)
	for _, row := range hits {
		s.undo = append(s.undo, tempUndo{kind: undoEnd, rows: r.table.rows, at: int(row)})
		r.table.rows.end(row, env.TempAt+1)
		if err := s.charge(48); err != nil {
			return err
		}
		if err := refs.changed(row, -1); err != nil {
			return err
		}
	}
	return nil
}

// act updates the rows that refer to the key in vals, for CASCADE with the row's new
// one.
func (s *TempTables) act(ctx context.Context, env *Env, e foreignEvent, r *tempReference, action catalog.RefAction) error {
	hits := r.referring()
	if len(hits) == 0 {
		return nil
	}
	program, err := s.foreign.Action(r.table.rel, r.key, action, e.row < 0)
	if err != nil {
		return err
	}
	ts := append([]types.OID{types.OIDInt8}, relationTypes(r.table.rel)...)
	if action == catalog.Cascade {
		for _, c := range r.key.RefColumns {
			ts = append(ts, r.ref.rel.Columns[c].Type)
		}
	}
	inner := *env
	inner.HoldChecks = true
	for len(hits) > 0 {
		n := min(len(hits), types.BatchSize)
		b := types.NewBatch(ts)
		for _, row := range hits[:n] {
			b.Cols[0].Append(types.Int(int64(row)))
			for c := range r.table.rel.Columns {
				b.Cols[1+c].AppendFrom(&r.table.rows.store.cols[c], int(row))
			}
			if action == catalog.Cascade {
				for i, c := range r.key.RefColumns {
					b.Cols[1+len(r.table.rel.Columns)+i].AppendFrom(&r.ref.rows.store.cols[c], int(e.row))
				}
			}
		}
		b.N, hits = n, hits[n:]
		inner.Input = b
		if _, err := program.Collect(ctx, &inner); err != nil {
			return err
		}
	}
	return nil
}

// showRow are values of a stored row as an error shows them.
func (r *tempRows) showRow(cols []int, row int32) string {
	out := make([]string, len(cols))
	for i, c := range cols {
		v := &r.store.cols[c]
		out[i] = shown(v.Type, v.Datum(int(row)), types.DefaultFormat())
	}
	return strings.Join(out, ", ")
}

// Waiting reports whether there are deferred checks.
func (s *TempTables) Waiting() bool { return len(s.foreign.deferred) > 0 }

// Deferred carries out the checks that were deferred: all, or with now those that
// are not to wait any more.
func (s *TempTables) Deferred(ctx context.Context, env *Env, now bool) error {
	if !s.Waiting() {
		return nil
	}
	s.saveChecks()
	pending := s.foreign.deferred
	s.foreign.deferred = nil
	var refs tempRefs
	var checks []tempReference
	for i, d := range pending {
		if i%256 == 0 && ctx.Err() != nil {
			return Translate(ctx.Err())
		}
		t, err := s.table(d.table)
		if err != nil {
			return err
		}
		if refs.table != t {
			refs = s.references(t)
			if checks, err = s.keyChecks(t, refs.own...); err != nil {
				return err
			}
		}
		if err := s.due(d, t, &refs, checks, now); err != nil {
			return err
		}
	}
	return s.Settle(ctx, env)
}

// due carries out one deferred check, or with now lets it wait on if it is to.
func (s *TempTables) due(d deferredEvent, t *tempTable, refs *tempRefs, checks []tempReference, now bool) error {
	waits := func(k *catalog.ForeignKey) bool {
		if !now || !s.foreign.waits(k) {
			return false
		}
		s.foreign.deferred = append(s.foreign.deferred, d)
		return true
	}
	for i := range refs.to {
		if r := &refs.to[i]; d.ref && r.key.OID == d.key && !waits(r.key) {
			for k, c := range r.key.RefColumns {
				r.vals[k] = t.rows.store.cols[c].Datum(int(d.old))
			}
			return r.unreferred(true)
		}
	}
	for i := range checks {
		if c := &checks[i]; !d.ref && c.key.OID == d.key && !waits(c.key) {
			return c.check(d.row)
		}
	}
	return nil
}

// DeferChecks says of foreign keys, or of all that there are, whether their checks
// wait for the commit.
func (s *TempTables) DeferChecks(wait bool, keys ...types.OID) {
	s.saveChecks()
	f := &s.foreign.foreignState
	modes := map[types.OID]bool{}
	if len(keys) == 0 {
		f.all, f.allDeferred = true, wait
	} else {
		for k, v := range f.modes {
			modes[k] = v
		}
	}
	for _, k := range keys {
		modes[k] = wait
	}
	f.modes = modes
}

// Pending reports whether checks wait that are about rows of a table.
func (s *TempTables) Pending(oid types.OID) bool {
	for _, d := range s.foreign.deferred {
		if d.table == oid {
			return true
		}
	}
	return false
}

// withoutReferences are the tables as a commit leaves them, without the foreign
// keys to those that it drops.
func (s *TempTables) withoutReferences() []*tempTable {
	goes := func(oid types.OID) bool {
		t, err := s.table(oid)
		return err == nil && t.rel.OnCommit == catalog.DropTable
	}
	out := make([]*tempTable, len(s.tables))
	for i, t := range s.tables {
		out[i] = t
		if rel := t.rel.WithoutForeign(func(k *catalog.ForeignKey) bool { return goes(k.Ref) }); rel != t.rel && t.rel.OnCommit != catalog.DropTable {
			out[i] = t.with(rel, t.rows.compactedWith(s.indexes(rel), nil))
		}
	}
	return out
}

// EmptiedApart reports a foreign key between tables of which the commit empties one
// alone.
func (s *TempTables) EmptiedApart() (from, to *catalog.Relation) {
	for _, t := range s.tables {
		for i := range t.rel.Foreign {
			ref, err := s.table(t.rel.Foreign[i].Ref)
			if err == nil && ref.rel.OnCommit == catalog.DeleteRows && t.rel.OnCommit != catalog.DeleteRows {
				return t.rel, ref.rel
			}
		}
	}
	return nil, nil
}
