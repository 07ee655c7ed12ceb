package catalog

import (
	"math"
	"strconv"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Sequence says how a relation of kind 'S' counts. Its values are of Type: int2,
// int4 or int8. Owner is the table with whose column it goes; 0: none.
type Sequence struct {
	Type                          types.OID
	Start, Step, Min, Max, Cached int64
	Cycle                         bool
	Owner                         types.OID
}

// NewSequence counts upward from 1 to the end of a type.
func NewSequence(t types.OID) *Sequence {
	_, last := SequenceBounds(t)
	return &Sequence{Type: t, Start: 1, Step: 1, Min: 1, Max: last, Cached: 1}
}

// SequenceBounds are the least and the greatest value of a sequence's type.
func SequenceBounds(t types.OID) (least, greatest int64) {
	switch t {
	case types.OIDInt2:
		return math.MinInt16, math.MaxInt16
	case types.OIDInt4:
		return math.MinInt32, math.MaxInt32
	}
	return math.MinInt64, math.MaxInt64
}

// SequenceRelation is the relation that a sequence is to queries.
func SequenceRelation(id types.OID, schema, name string, q *Sequence) *Relation {
	column := func(name string, t types.OID) Column { return Column{Name: name, Type: t, Typmod: -1, NotNull: true} }
	return &Relation{
		OID: id, Schema: schema, Name: name, Kind: 'S', Store: SessionStore, Sequence: q,
		Columns: []Column{column("last_value", types.OIDInt8), column("log_cnt", types.OIDInt8), column("is_called", types.OIDBool)},
	}
}

func makeSequence(c *Catalog, b *rowBuilder) {
	for _, r := range c.relations {
		if q := r.Sequence; q != nil {
			b.add("seqrelid seqtypid seqstart seqincrement seqmax seqmin seqcache seqcycle", oid(r.OID), oid(q.Type), types.Int(q.Start),
				types.Int(q.Step), types.Int(q.Max), types.Int(q.Min), types.Int(q.Cached), yes(q.Cycle))
		}
	}
}

func makeSequences(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.relations {
		q := r.Sequence
		if q == nil {
			continue
		}
		last := null
		if ctx != nil {
			if s, ok := ctx.Session.(functions.Sequencer); ok {
				if v, taken, err := s.TakenValue(r.OID); err == nil && taken {
					last = types.Int(v)
				}
			}
		}
		b.add("schemaname sequencename sequenceowner data_type start_value min_value max_value increment_by cycle cache_size last_value",
			text(r.Schema), text(r.Name), text(c.rolesFor(ctx).Name(r.OwnerOID())), oid(q.Type), types.Int(q.Start), types.Int(q.Min), types.Int(q.Max), types.Int(q.Step),
			yes(q.Cycle), types.Int(q.Cached), last)
	}
}

// number is a number as information_schema writes those of sequences.
func number(v int64) types.Datum { return text(strconv.FormatInt(v, 10)) }

// makeInfoSequences leaves out sequences of identity columns, which are part of them.
func makeInfoSequences(c *Catalog, b *rowBuilder) {
	inner := map[types.OID]bool{}
	c.ownedSequences(func(seq, _ types.OID, _ int, kind byte) { inner[seq] = kind == 'i' })
	for _, r := range c.relations {
		q := r.Sequence
		if q == nil || inner[r.OID] {
			continue
		}
		f := factsOf(q.Type, -1)
		b.add("sequence_catalog sequence_schema sequence_name data_type numeric_precision numeric_precision_radix numeric_scale "+
			"start_value minimum_value maximum_value increment cycle_option",
			here, text(r.Schema), text(r.Name), f.dataType, f.precision, f.radix, num(0), number(q.Start), number(q.Min), number(q.Max), number(q.Step), yesNo(q.Cycle))
	}
}

// ownedSequences calls f for each sequence that goes with a column, by its number
// from 1, of a table; kind is pg_depend's.
func (c *Catalog) ownedSequences(f func(seq, table types.OID, column int, kind byte)) {
	for _, r := range c.relations {
		for i := range r.Columns {
			kind := byte('a')
			if r.Columns[i].Identity != 0 {
				kind = 'i'
			}
			if r.Columns[i].Sequence != 0 {
				f(r.Columns[i].Sequence, r.OID, i+1, kind)
			}
		}
	}
}
