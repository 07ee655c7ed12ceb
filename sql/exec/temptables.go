package exec

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// TempTables are the temporary tables of a session: rows in memory,
// transactional by a log of what to undo. The session's goroutine uses it;
// scans within a statement may run in others.
type TempTables struct {
	// Limit bounds the memory of all rows in bytes; 0: none.
	Limit int64
	// Changed is told the relations whenever they are not what they were.
	Changed func(rels []*catalog.Relation)

	tables  []*tempTable // never changed in place
	undo    []tempUndo
	stamp   uint64 // of the last statement
	used    int64
	nextOID types.OID
	taken   takenValues
	foreign foreignKeys
}

// tempTable is one table. It does not change: what alters a table puts another
// in its place.
type tempTable struct {
	rel      *catalog.Relation
	rows     *tempRows
	sequence *sequence // of a relation of kind 'S'
}

// tempUndo is one thing to undo: a list of tables to go back to, rows from a
// number on to take away (kind undoRows), a row to revive, or what waits to be
// checked to go back to.
type tempUndo struct {
	tables []*tempTable
	rows   *tempRows
	checks *foreignState
	at     int
	kind   undoKind
}

type undoKind uint8

const (
	undoTables undoKind = iota
	undoRows
	undoEnd
	undoChecks
)

// TempMark is a point of a transaction that can be gone back to.
type TempMark int

// Mark returns the present point.
func (s *TempTables) Mark() TempMark { return TempMark(len(s.undo)) }

// RollbackTo undoes what was done to tables and rows since a mark.
func (s *TempTables) RollbackTo(m TempMark) {
	changed := false
	s.foreign.events = s.foreign.events[:0] // of a statement that has failed
	for len(s.undo) > int(m) {
		u := &s.undo[len(s.undo)-1]
		switch u.kind {
		case undoTables:
			s.tables, changed = u.tables, true
		case undoRows:
			u.rows.truncate(u.at)
		case undoEnd:
			u.rows.revive(int32(u.at))
		case undoChecks:
			s.foreign.foreignState = *u.checks
		}
		*u = tempUndo{}
		s.undo = s.undo[:len(s.undo)-1]
	}
	if m == 0 {
		s.foreign.reset(s.stamp)
	}
	s.settle(changed)
}

// Commit keeps what was done and carries out ON COMMIT.
func (s *TempTables) Commit() {
	s.undo = nil
	s.foreign.reset(s.stamp)
	changed := false
	var kept []*tempTable
	for _, t := range s.withoutReferences() {
		switch t.rel.OnCommit {
		case catalog.DropTable:
			changed = true
			continue
		case catalog.DeleteRows:
			if t.rows.store.n > 0 {
				t = t.with(t.rel, s.empty(t.rel))
			}
		}
		if t.rows.ended > 64 && t.rows.ended > t.rows.live() {
			t = t.with(t.rel, t.rows.compactedWith(s.indexes(t.rel), nil))
		}
		kept = append(kept, t)
	}
	s.tables = kept
	s.settle(changed)
}

// settle counts the memory anew and tells of changed relations.
func (s *TempTables) settle(changed bool) {
	s.used = 0
	for _, t := range s.tables {
		s.used += t.rows.bytes()
	}
	if changed && s.Changed != nil {
		s.Changed(s.Relations())
	}
}

// Idle reports whether there is nothing to commit or roll back.
func (s *TempTables) Idle() bool { return len(s.undo) == 0 && len(s.tables) == 0 }

// Begin starts a statement and returns its snapshot: it sees what statements
// before it wrote.
func (s *TempTables) Begin() (snapshot uint64) {
	s.stamp++
	return s.stamp - 1
}

// Relations lists the tables in the order of their creation.
func (s *TempTables) Relations() []*catalog.Relation {
	out := make([]*catalog.Relation, len(s.tables))
	for i, t := range s.tables {
		out[i] = t.rel
	}
	return out
}

// NewOID numbers an object of the session.
func (s *TempTables) NewOID() types.OID {
	if s.nextOID == 0 {
		s.nextOID = catalog.OIDTemp0
	}
	s.nextOID++
	return s.nextOID - 1
}

func (s *TempTables) table(oid types.OID) (*tempTable, error) {
	for _, t := range s.tables {
		if t.rel.OID == oid {
			return t, nil
		}
	}
	return nil, sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", oid)
}

// replace puts a new list of tables in place.
func (s *TempTables) replace(tables []*tempTable, changed bool) {
	s.undo = append(s.undo, tempUndo{kind: undoTables, tables: s.tables})
	s.tables = tables
	if changed && s.Changed != nil {
		s.Changed(s.Relations())
	}
}

// Create adds an empty table, and others that come with it; their names are free
// and their OIDs are NewOID's.
func (s *TempTables) Create(rels ...*catalog.Relation) {
	s.replace(s.with(s.tables, rels), true)
}

// with is a list of tables with new ones behind.
func (s *TempTables) with(tables []*tempTable, rels []*catalog.Relation) []*tempTable {
	tables = slices.Clone(tables)
	for _, rel := range rels {
		t := &tempTable{rel: rel, sequence: newSequence(rel), rows: s.empty(rel)}
		tables = append(tables, t)
	}
	return tables
}

// Drop takes tables away, and the sequences that go with them.
func (s *TempTables) Drop(oids ...types.OID) {
	s.replace(slices.DeleteFunc(slices.Clone(s.tables), func(t *tempTable) bool {
		return slices.Contains(oids, t.rel.OID) || t.rel.Sequence != nil && slices.Contains(oids, t.rel.Sequence.Owner)
	}), true)
}

// Truncate empties tables, and sets their sequences back when restart is set.
func (s *TempTables) Truncate(restart bool, oids ...types.OID) {
	tables := slices.Clone(s.tables)
	for i, t := range tables {
		if slices.Contains(oids, t.rel.OID) {
			tables[i] = t.with(t.rel, s.empty(t.rel))
		}
		if q := t.rel.Sequence; restart && q != nil && slices.Contains(oids, q.Owner) {
			tables[i] = &tempTable{rel: t.rel, rows: t.rows, sequence: newSequence(t.rel)}
		}
	}
	s.replace(tables, false)
}

// Reindex puts another declaration of a table in place, which differs in its
// indexes and foreign keys, and builds what finds rows by those anew. Of an index
// for which something is computed, and that is new, keys has that by the rows'
// numbers.
func (s *TempTables) Reindex(rel *catalog.Relation, keys []*types.Batch) error {
	old, err := s.table(rel.OID)
	if err != nil {
		return err
	}
	t := old.with(rel, old.rows.compactedWith(s.indexes(rel), keys))
	for k := range rel.Indexes {
		if !rel.Indexes[k].Unique {
			continue
		}
		for row := range int32(t.rows.store.n) {
			if x := t.rows.indexes[k]; x.twin(t.rows, row) >= 0 {
				return duplicated(rel, k, t.rows, row)
			}
		}
	}
	if err := s.charge(t.rows.bytes()); err != nil {
		return err
	}
	s.put(t)
	return nil
}

// indexes makes the indexes of a table, with no rows.
func (s *TempTables) indexes(rel *catalog.Relation) []*tempIndex {
	return tempIndexes(rel, keyTypes(rel, s.tables))
}

// Redeclare puts another declaration of a table in place, which differs in
// names only, or of a view, which has no rows.
func (s *TempTables) Redeclare(rel *catalog.Relation) error {
	old, err := s.table(rel.OID)
	if err != nil {
		return err
	}
	if rel.View != nil {
		s.put(old.with(rel, s.empty(rel)))
		return nil
	}
	s.put(old.with(rel, old.rows))
	return nil
}

// Redefine puts another declaration of a table in place, without rows, and adds
// the sequences that came with it. Those of columns that are gone go.
func (s *TempTables) Redefine(rel *catalog.Relation, made ...*catalog.Relation) error {
	old, err := s.table(rel.OID)
	if err != nil {
		return err
	}
	t := &tempTable{rel: rel, rows: s.empty(rel)}
	uses := func(r *catalog.Relation, seq types.OID) bool {
		return slices.ContainsFunc(r.Columns, func(c catalog.Column) bool { return c.Sequence == seq })
	}
	tables := slices.DeleteFunc(slices.Clone(s.tables), func(q *tempTable) bool {
		return q.rel.Sequence != nil && q.rel.Sequence.Owner == rel.OID && uses(old.rel, q.rel.OID) && !uses(rel, q.rel.OID)
	})
	for i := range tables {
		if tables[i].rel.OID == rel.OID {
			tables[i] = t
		}
	}
	s.replace(s.with(tables, made), true)
	return nil
}

// put puts a table in the place of the one with its OID.
func (s *TempTables) put(t *tempTable) {
	tables := slices.Clone(s.tables)
	for i := range tables {
		if tables[i].rel.OID == t.rel.OID {
			tables[i] = t
		}
	}
	s.replace(tables, true)
}

// duplicated is the error of a unique index over rows that have a key twice.
func duplicated(rel *catalog.Relation, index int, rows *tempRows, row int32) error {
	ix := &rel.Indexes[index]
	var texts []string
	for k := range ix.Columns {
		v := rows.indexes[index].vec(rows.store, k)
		text, err := types.AppendText(nil, v.Type, v, int(row), types.DefaultFormat())
		if err != nil {
			return err
		}
		texts = append(texts, string(text))
	}
	e := sqlerr.New(sqlerr.UniqueViolation, "could not create unique index \"%s\"", ix.Name)
	e.Schema, e.Table, e.Constraint = rel.Schema, rel.Name, ix.Name
	return e.WithDetail("Key (%s)=(%s) is duplicated.", ix.KeyText(rel), strings.Join(texts, ", "))
}

// with is the table with another declaration and other rows.
func (t *tempTable) with(rel *catalog.Relation, rows *tempRows) *tempTable {
	return &tempTable{rel: rel, rows: rows, sequence: t.sequence}
}

// empty makes rows for a table, none.
func (s *TempTables) empty(rel *catalog.Relation) *tempRows {
	r := newTempRows(relationTypes(rel))
	r.indexes = s.indexes(rel)
	return r
}

// charge accounts for rows that have grown, and refuses more than the budget.
func (s *TempTables) charge(n int64) error {
	s.used += n
	if s.Limit > 0 && s.used > s.Limit {
		return sqlerr.New(sqlerr.OutOfMemory, "out of memory").
			WithDetail("The temporary tables of the session need more than their memory budget of %d MiB (stemedb.temp_memory).", s.Limit>>20).
			WithHint("Drop or truncate temporary tables, or raise stemedb.temp_memory.")
	}
	return nil
}
