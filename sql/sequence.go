package sql

import (
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Sequences are the session's, like its temporary tables, among which
// exec.TempTables keeps them.

func (s *Session) createSequence(p *Prepared, u *plan.CreateSequence) error {
	if err := s.mayMakeTemporary(); err != nil {
		return err
	}
	s.tempSchema()
	rel, err := plan.DefineSequence(s.bindContext(), p.stmt.tree, u, s.temp.tables.NewOID)
	if err != nil {
		return err
	}
	if rel == nil {
		s.exists(u.Name())
		return nil
	}
	s.createOwn(rel)
	return nil
}

func (s *Session) alterSequence(p *Prepared, u *plan.AlterSequence) error {
	rel, restart, err := plan.RedefineSequence(s.bindContext(), p.stmt.tree, u)
	if err != nil {
		if sqlerr.From(err).Code != sqlerr.UndefinedTable {
			return err
		}
		missing := sqlerr.New(sqlerr.UndefinedTable, "relation \"%s\" does not exist", u.Name())
		if !u.IfExists() {
			return missing
		}
		s.skipping(missing)
		return nil
	}
	if err := s.mustOwn(rel); err != nil {
		return err
	}
	return s.temp.tables.AlterSequence(rel, restart)
}

// sequenceUse is a default that takes values of a sequence, and its table without
// it.
type sequenceUse struct {
	text    string
	without *catalog.Relation
}

// sequenceUses lists the defaults that take values of a sequence, of tables that
// stay. An identity column does not go without its sequence.
func (s *Session) sequenceUses(seq *catalog.Relation, gone []types.OID) ([]sequenceUse, error) {
	if seq.Sequence == nil {
		return nil, nil
	}
	var out []sequenceUse
	for _, r := range s.temp.tables.Relations() {
		if slices.Contains(gone, r.OID) {
			continue
		}
		for i := range r.Columns {
			c := &r.Columns[i]
			if c.Sequence != seq.OID {
				continue
			}
			column := "column " + functions.QuoteIdent(c.Name) + " of " + s.describe(r.OID)
			if c.Identity != 0 {
				return nil, sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop %s because %s requires it", s.describe(seq.OID), column).
					WithHint("You can drop %s instead.", column)
			}
			without := *r
			without.Columns = slices.Clone(r.Columns)
			without.Columns[i].Default, without.Columns[i].DefaultOID, without.Columns[i].Sequence = "", 0, 0
			out = append(out, sequenceUse{"default value for " + column, &without})
		}
	}
	return out, nil
}

func (f functionSession) NextValue(seq types.OID) (int64, error) {
	if err := f.permitted(seq, types.PrivUsage|types.PrivUpdate); err != nil {
		return 0, err
	}
	return f.s.temp.tables.NextValue(seq)
}

func (f functionSession) CurrentValue(seq types.OID) (int64, error) {
	if err := f.permitted(seq, types.PrivUsage|types.PrivSelect); err != nil {
		return 0, err
	}
	return f.s.temp.tables.CurrentValue(seq)
}

func (f functionSession) LastValue() (int64, error) {
	v, err := f.s.temp.tables.LastValue()
	if err != nil {
		return 0, err
	}
	return v, f.permitted(f.s.temp.tables.LastSequence(), types.PrivUsage|types.PrivSelect)
}

func (f functionSession) SetValue(seq types.OID, v int64, called bool) error {
	if err := f.permitted(seq, types.PrivUpdate); err != nil {
		return err
	}
	return f.s.temp.tables.SetValue(seq, v, called)
}

// permitted refuses what is no sequence, or one on which the current role has none of
// the privileges.
func (f functionSession) permitted(seq types.OID, oneOf types.Privileges) error {
	if err := f.known(seq); err != nil || f.s.who.super {
		return err
	}
	r, _ := f.s.names.Relation(seq)
	return f.s.permitRelation(f.s.who.current, r, oneOf)
}

// known refuses what is no relation of the session's, which no sequence is not.
func (f functionSession) known(seq types.OID) error {
	r, ok := f.s.names.Relation(seq)
	switch {
	case !ok:
		return sqlerr.New(sqlerr.InternalError, "could not open relation with OID %d", seq) // as PostgreSQL
	case r.Sequence == nil:
		return sqlerr.New(sqlerr.WrongObjectType, "\"%s\" is not a sequence", r.Name)
	}
	return nil
}

// TakenValue is the value that was taken last from a sequence, if one was.
func (f functionSession) TakenValue(seq types.OID) (v int64, taken bool, err error) {
	if err := f.known(seq); err != nil {
		return 0, false, err
	}
	v, taken, _ = f.s.temp.tables.SequenceState(seq)
	return v, taken, nil
}

// SequenceFacts are how a sequence counts.
func (f functionSession) SequenceFacts(seq types.OID) (functions.SequenceFacts, error) {
	r, ok := f.s.names.Relation(seq)
	switch {
	case !ok:
		return functions.SequenceFacts{}, sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", seq)
	case r.Sequence == nil:
		return functions.SequenceFacts{}, sqlerr.New(sqlerr.InternalError, "cache lookup failed for sequence %d", seq)
	}
	q := r.Sequence
	return functions.SequenceFacts{Start: q.Start, Min: q.Min, Max: q.Max, Step: q.Step, Cycle: q.Cycle, Cached: q.Cached, Type: q.Type}, nil
}

// ColumnSequence is the sequence that a column takes its values from; 0: none.
func (f functionSession) ColumnSequence(rel types.OID, column string) (types.OID, error) {
	r, ok := f.s.names.Relation(rel)
	if !ok {
		return 0, nil
	}
	i := r.ColumnIndex(column)
	if i < 0 {
		return 0, sqlerr.New(sqlerr.UndefinedColumn, "column \"%s\" of relation \"%s\" does not exist", column, r.Name)
	}
	return r.Columns[i].Sequence, nil
}
