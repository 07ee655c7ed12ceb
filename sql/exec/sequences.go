package exec

import (
	"sync"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// sequence is where a sequence stands. Values that were taken stay taken, also
// after a roll back.
type sequence struct {
	mu     sync.Mutex // workers of one statement may take values at once
	def    *catalog.Sequence
	last   int64
	called bool // last was taken
}

// takenValues are what a session knows of the values that it took: the last of
// each sequence, and which was the last sequence.
type takenValues struct {
	mu     sync.Mutex
	values map[types.OID]int64
	last   types.OID
}

// newSequence starts a relation's sequence; nil when it is none.
func newSequence(rel *catalog.Relation) *sequence {
	if rel.Sequence == nil {
		return nil
	}
	return &sequence{def: rel.Sequence, last: rel.Sequence.Start}
}

// next takes the next value.
func (q *sequence) next(name string) (int64, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.called {
		q.called = true
		return q.last, nil
	}
	v := q.last + q.def.Step
	switch up := q.def.Step > 0; {
	case up && (v > q.def.Max || v < q.last):
		if v = q.def.Min; !q.def.Cycle {
			return 0, sqlerr.New("2200H", "nextval: reached maximum value of sequence \"%s\" (%d)", name, q.def.Max)
		}
	case !up && (v < q.def.Min || v > q.last):
		if v = q.def.Max; !q.def.Cycle {
			return 0, sqlerr.New("2200H", "nextval: reached minimum value of sequence \"%s\" (%d)", name, q.def.Min)
		}
	}
	q.last = v
	return v, nil
}

// row is the sequence as a query sees it.
func (q *sequence) row() *tempRows {
	q.mu.Lock()
	defer q.mu.Unlock()
	ts := []types.OID{types.OIDInt8, types.OIDInt8, types.OIDBool}
	rows := newTempRows(ts)
	cols := make([]types.Vec, len(ts))
	for i, v := range []types.Datum{types.Int(q.last), types.Int(0), types.Bool(q.called)} {
		cols[i] = types.NewVec(ts[i])
		cols[i].Append(v)
	}
	rows.appendVecs(cols, 1, 0)
	return rows
}

// sequence finds a sequence by its OID.
func (s *TempTables) sequence(oid types.OID) (*tempTable, error) {
	t, err := s.table(oid)
	if err == nil && t.sequence == nil {
		err = sqlerr.New(sqlerr.WrongObjectType, "\"%s\" is not a sequence", t.rel.Name)
	}
	return t, err
}

// NextValue takes the next value of a sequence.
func (s *TempTables) NextValue(oid types.OID) (int64, error) {
	t, err := s.sequence(oid)
	if err != nil {
		return 0, err
	}
	v, err := t.sequence.next(t.rel.Name)
	if err == nil {
		s.taken.note(oid, v, true)
	}
	return v, err
}

func (k *takenValues) note(oid types.OID, v int64, last bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.values == nil {
		k.values = map[types.OID]int64{}
	}
	k.values[oid] = v
	if last {
		k.last = oid
	}
}

// CurrentValue is the value that the session took last from a sequence.
func (s *TempTables) CurrentValue(oid types.OID) (int64, error) {
	t, err := s.sequence(oid)
	if err != nil {
		return 0, err
	}
	s.taken.mu.Lock()
	defer s.taken.mu.Unlock()
	v, ok := s.taken.values[oid]
	if !ok {
		return 0, sqlerr.New(sqlerr.ObjectNotInPrerequisite, "currval of sequence \"%s\" is not yet defined in this session", t.rel.Name)
	}
	return v, nil
}

// LastValue is the value that the session took last from any sequence.
func (s *TempTables) LastValue() (int64, error) {
	s.taken.mu.Lock()
	defer s.taken.mu.Unlock()
	if _, err := s.sequence(s.taken.last); err != nil {
		return 0, sqlerr.New(sqlerr.ObjectNotInPrerequisite, "lastval is not yet defined in this session")
	}
	return s.taken.values[s.taken.last], nil
}

// LastSequence is the sequence from which the session took a value last; 0: none.
func (s *TempTables) LastSequence() types.OID {
	s.taken.mu.Lock()
	defer s.taken.mu.Unlock()
	return s.taken.last
}

// SetValue sets a sequence to a value, which called says was taken.
func (s *TempTables) SetValue(oid types.OID, v int64, called bool) error {
	t, err := s.sequence(oid)
	if err != nil {
		return err
	}
	q := t.sequence
	if v < q.def.Min || v > q.def.Max {
		return sqlerr.New(sqlerr.NumericValueOutOfRange, "setval: value %d is out of bounds for sequence \"%s\" (%d..%d)", v, t.rel.Name, q.def.Min, q.def.Max)
	}
	q.mu.Lock()
	q.last, q.called = v, called
	q.mu.Unlock()
	if called {
		s.taken.note(oid, v, false)
	}
	return nil
}

// SequenceState is where a sequence stands; ok is false when the OID is none's.
func (s *TempTables) SequenceState(oid types.OID) (last int64, called, ok bool) {
	t, err := s.sequence(oid)
	if err != nil {
		return 0, false, false
	}
	t.sequence.mu.Lock()
	defer t.sequence.mu.Unlock()
	return t.sequence.last, t.sequence.called, true
}

// ForgetValues is DISCARD SEQUENCES.
func (s *TempTables) ForgetValues() {
	s.taken.mu.Lock()
	defer s.taken.mu.Unlock()
	s.taken.values, s.taken.last = nil, 0
}

// AlterSequence puts another declaration of a sequence in place, and sets it back
// to restart if that is not nil.
func (s *TempTables) AlterSequence(rel *catalog.Relation, restart *int64) error {
	old, err := s.sequence(rel.OID)
	if err != nil {
		return err
	}
	last, called, _ := s.SequenceState(rel.OID)
	q := &sequence{def: rel.Sequence, last: last, called: called}
	if restart != nil {
		q.last, q.called = *restart, false
	}
	s.put(&tempTable{rel: rel, rows: old.rows, sequence: q})
	return nil
}

// nextValueEval takes values of a sequence.
type nextValueEval struct {
	node *plan.NextValue
	out  column
}

func (e *nextValueEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	e.out.reset(b.N)
	next := t.env.temp().NextValue
	if s, ok := t.fn.Session.(functions.Sequencer); ok && e.node.Called {
		next = s.NextValue
	}
	for i := range b.N {
		v, err := next(e.node.Sequence)
		if err != nil {
			return nil, err
		}
		e.out.I[i] = v
	}
	return &e.out.Vec, nil
}
