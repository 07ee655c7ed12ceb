package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Sequencer is a Session with sequences.
type Sequencer interface {
	// NextValue takes the next value of a sequence, and CurrentValue is the one
	// that was taken last; LastValue is that of whichever sequence.
	NextValue(seq types.OID) (int64, error)
	CurrentValue(seq types.OID) (int64, error)
	LastValue() (int64, error)
	// SetValue sets a sequence to a value, which called says was taken.
	SetValue(seq types.OID, v int64, called bool) error
	// TakenValue is the value that was taken last, by whomever, if one was.
	TakenValue(seq types.OID) (v int64, taken bool, err error)
	// SequenceFacts tells how a sequence counts.
	SequenceFacts(seq types.OID) (SequenceFacts, error)
	// ColumnSequence is the sequence of a relation's column; 0: it has none.
	ColumnSequence(rel types.OID, column string) (types.OID, error)
}

// SequenceFacts are what functions say of a sequence.
type SequenceFacts struct {
	Start, Min, Max, Step, Cached int64
	Cycle                         bool
	Type                          types.OID
}

func (c *Ctx) sequencer() (Sequencer, error) {
	if s, ok := c.session().(Sequencer); ok {
		return s, nil
	}
	return nil, sqlerr.New(sqlerr.FeatureNotSupported, "sequences need a session")
}

// rowSequence is a function of a sequence that gives a number.
func rowSequence(f func(s Sequencer, a []datum) (int64, error)) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		s, err := c.sequencer()
		if err != nil {
			return null, err
		}
		v, err := f(s, a)
		return types.Int(v), err
	}
}

func rowSetval(s Sequencer, a []datum) (int64, error) {
	return a[1].I, s.SetValue(oidArg(a[0]), a[1].I, len(a) < 3 || a[2].I != 0)
}

func rowSequenceParameters(c *Ctx, a []datum) (datum, error) {
	s, err := c.sequencer()
	if err != nil {
		return null, err
	}
	q, err := s.SequenceFacts(oidArg(a[0]))
	if err != nil {
		return null, err
	}
	return types.Any(&types.Record{Types: sequenceTypes(), Names: sequenceNames(), Vals: []datum{
		types.Int(q.Start), types.Int(q.Min), types.Int(q.Max), types.Int(q.Step), types.Bool(q.Cycle), types.Int(q.Cached), types.Int(int64(q.Type)),
	}}), nil
}

func sequenceTypes() []types.OID { return oids{tInt8, tInt8, tInt8, tInt8, tBool, tInt8, tOID} }

func sequenceNames() []string {
	return names{"start_value", "minimum_value", "maximum_value", "increment", "cycle_option", "cache_size", "data_type"}
}

func rowSequenceLast(c *Ctx, a []datum) (datum, error) {
	s, err := c.sequencer()
	if err != nil {
		return null, err
	}
	v, taken, err := s.TakenValue(oidArg(a[0]))
	if err != nil || !taken {
		return null, err
	}
	return types.Int(v), nil
}

// rowSerialSequence names the sequence of a table's column. The table's name is
// one of SQL, the column's is as it is.
func rowSerialSequence(c *Ctx, a []datum) (datum, error) {
	rel, err := c.relation(a[0].S)
	if err != nil {
		return null, err
	}
	s, err := c.sequencer()
	if err != nil {
		return null, err
	}
	seq, err := s.ColumnSequence(rel, a[1].S)
	if err != nil || seq == 0 {
		return null, err
	}
	in, name, _ := c.catalog().RelationName(seq)
	if strings.HasPrefix(in, "pg_temp_") {
		in = "pg_temp"
	}
	return types.Text(QuoteIdent(in) + "." + QuoteIdent(name)), nil
}

// sequenceFuncs are the functions of sequences.
func sequenceFuncs() []Func {
	return []Func{
		{
			OID: 1574, Name: "nextval", Args: oids{tRegclass}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "nextval_oid", Doc: "sequence next value",
			Row: rowSequence(func(s Sequencer, a []datum) (int64, error) { return s.NextValue(oidArg(a[0])) }),
		},
		{
			OID: 1575, Name: "currval", Args: oids{tRegclass}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "currval_oid", Doc: "sequence current value",
			Row: rowSequence(func(s Sequencer, a []datum) (int64, error) { return s.CurrentValue(oidArg(a[0])) }),
		},
		{
			OID: 1576, Name: "setval", Args: oids{tRegclass, tInt8}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "setval_oid", Doc: "set sequence value",
			Row: rowSequence(rowSetval),
		},
		{
			OID: 1765, Name: "setval", Args: oids{tRegclass, tInt8, tBool}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "setval3_oid", Doc: "set sequence value and is_called status",
			Row: rowSequence(rowSetval),
		},
		{
			OID: 2559, Name: "lastval", Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "current value from last used sequence",
			Row: rowSequence(func(s Sequencer, _ []datum) (int64, error) { return s.LastValue() }),
		},
		{
			OID: 3078, Name: "pg_sequence_parameters", Args: oids{tOID}, ArgNames: names{"sequence_oid"}, Ret: tRecord, OutTypes: sequenceTypes(), OutNames: sequenceNames(), Kind: Scalar, Volatility: 's',
			Doc: "sequence parameters, for use by information schema", Row: rowSequenceParameters,
		},
		{
			OID: 4032, Name: "pg_sequence_last_value", Args: oids{tRegclass}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "sequence last value",
			Row: rowSequenceLast,
		},
		{
			OID: 1665, Name: "pg_get_serial_sequence", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "name of sequence for a serial column",
			Row: rowSerialSequence,
		},
	}
}
