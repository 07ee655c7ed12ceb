package plan

import (
	"strconv"
	"unicode/utf8"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// CreateSequence is CREATE SEQUENCE; see DefineSequence.
type CreateSequence struct{ stmt *pg.CreateSeqStmt }

// AlterSequence is ALTER SEQUENCE; see RedefineSequence.
type AlterSequence struct{ stmt *pg.AlterSeqStmt }

func (*CreateSequence) utility() {}
func (*AlterSequence) utility()  {}

// Name is the sequence's.
func (u *CreateSequence) Name() string { return u.stmt.Sequence.Relname }

// Name is the sequence's.
func (u *AlterSequence) Name() string { return dotted(u.stmt.Sequence) }

// IfExists says that IF EXISTS was written.
func (u *AlterSequence) IfExists() bool { return u.stmt.MissingOk }

// DefineSequence returns the declaration that a CREATE SEQUENCE makes; nil when it
// is there and IF NOT EXISTS was written.
func DefineSequence(ctx BindContext, stmt *parser.Statement, u *CreateSequence, newOID func() types.OID) (rl *catalog.Relation, err error) {
	d := newDefiner(ctx, stmt, newOID)
	defer d.b.recover(&err)
	if d.beginAs("SEQUENCE", u.stmt.Sequence, u.stmt.IfNotExists) {
		return nil, nil
	}
	seq := catalog.SequenceRelation(d.rel.OID, d.rel.Schema, d.rel.Name, catalog.NewSequence(types.OIDInt8))
	d.b.sequenceOptions(seq, u.stmt.Options, true)
	return seq, nil
}

// RedefineSequence returns the declaration that an ALTER SEQUENCE makes, and the
// value that RESTART asks for; nil: none.
func RedefineSequence(ctx BindContext, stmt *parser.Statement, u *AlterSequence) (rl *catalog.Relation, restart *int64, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	if rl, err = Droppable(ctx, u.stmt.Sequence, "sequence"); err != nil {
		return nil, nil, err
	}
	out, q := *rl, *rl.Sequence
	out.Sequence = &q
	return &out, b.sequenceOptions(&out, u.stmt.Options, false), nil
}

// ownSequence declares the sequence of a column that counts.
func (d *definer) ownSequence(column string, t types.OID) *catalog.Relation {
	taken := func(name string) bool {
		_, there := d.b.ctx.Catalog.Named(d.rel.Schema, name)
		for _, m := range d.made {
			there = there || m.Name == name
		}
		return there || d.names[name] || name == d.rel.Name
	}
	name := objectName(d.rel.Name, column, "seq")
	for n := 1; taken(name); n++ {
		name = objectName(d.rel.Name, column, "seq"+strconv.Itoa(n))
	}
	q := catalog.NewSequence(t)
	q.Owner = d.rel.OID
	seq := catalog.SequenceRelation(d.newOID(), d.rel.Schema, name, q)
	d.made = append(d.made, seq)
	return seq
}

// seqOptions are the options of one statement, by their names.
type seqOptions struct {
	b  *binder
	by map[string]*pg.DefElem
}

// sequenceOptions reads the options of a sequence into its declaration, fresh or
// not, and returns the value of RESTART.
func (b *binder) sequenceOptions(rl *catalog.Relation, list []*pg.Node, fresh bool) (restart *int64) {
	o := &seqOptions{b: b, by: map[string]*pg.DefElem{}}
	for _, n := range list {
		e := n.GetDefElem()
		if o.by[e.Defname] != nil {
			b.failAt(e.Location, sqlerr.SyntaxError, "conflicting or redundant options")
		}
		o.by[e.Defname] = e
	}
	q := rl.Sequence
	o.kind(q, fresh)
	o.step(q)
	o.bounds(q, fresh)
	if v := o.number("start"); v != nil {
		q.Start = *v
	} else if fresh {
		if q.Start = q.Min; q.Step < 0 {
			q.Start = q.Max
		}
	}
	within(q, "START", q.Start)
	if e := o.by["restart"]; e != nil {
		if restart = o.number("restart"); restart == nil {
			restart = &q.Start
		}
		within(q, "RESTART", *restart)
	}
	if v := o.number("cache"); v != nil {
		if q.Cached = *v; *v <= 0 {
			fail(sqlerr.New(sqlerr.InvalidParameterValue, "CACHE (%d) must be greater than zero", *v))
		}
	}
	if e := o.by["cycle"]; e != nil {
		q.Cycle = e.Arg.GetBoolean().GetBoolval()
	}
	o.owned(rl)
	return restart
}

func within(q *catalog.Sequence, what string, v int64) {
	switch {
	case v < q.Min:
		fail(sqlerr.New(sqlerr.InvalidParameterValue, "%s value (%d) cannot be less than MINVALUE (%d)", what, v, q.Min))
	case v > q.Max:
		fail(sqlerr.New(sqlerr.InvalidParameterValue, "%s value (%d) cannot be greater than MAXVALUE (%d)", what, v, q.Max))
	}
}

// number is an option's value; nil where it was not given, or NO was.
func (o *seqOptions) number(name string) *int64 {
	e := o.by[name]
	if e == nil || e.Arg == nil {
		return nil
	}
	var v int64
	if f := e.Arg.GetFloat(); f != nil {
		var err error
		if v, err = strconv.ParseInt(f.Fval, 10, 64); err != nil {
			fail(sqlerr.New(sqlerr.NumericValueOutOfRange, "value \"%s\" is out of range for type bigint", f.Fval))
		}
	} else {
		v = int64(e.Arg.GetInteger().GetIval())
	}
	return &v
}

// kind reads AS; bounds that were the old type's become the new one's.
func (o *seqOptions) kind(q *catalog.Sequence, fresh bool) {
	e := o.by["as"]
	if e == nil {
		return
	}
	t, _ := o.b.typ(e.Arg.GetTypeName())
	if d, _ := o.b.domainType(e.Arg.GetTypeName()); d != nil {
		t = d.OID
	}
	switch t {
	case types.OIDInt2, types.OIDInt4, types.OIDInt8:
	default:
		fail(sqlerr.New(sqlerr.InvalidParameterValue, "sequence type must be smallint, integer, or bigint"))
	}
	least, greatest := catalog.SequenceBounds(q.Type)
	newLeast, newGreatest := catalog.SequenceBounds(t)
	if fresh || q.Max == greatest {
		q.Max = newGreatest
	}
	if !fresh && q.Min == least {
		q.Min = newLeast
	}
	q.Type = t
}

func (o *seqOptions) step(q *catalog.Sequence) {
	if v := o.number("increment"); v != nil {
		if q.Step = *v; *v == 0 {
			fail(sqlerr.New(sqlerr.InvalidParameterValue, "INCREMENT must not be zero"))
		}
	}
}

func (o *seqOptions) bounds(q *catalog.Sequence, fresh bool) {
	least, greatest := catalog.SequenceBounds(q.Type)
	if v := o.number("maxvalue"); v != nil {
		q.Max = *v
	} else if fresh || o.by["maxvalue"] != nil {
		if q.Max = greatest; q.Step < 0 {
			q.Max = -1
		}
	}
	if v := o.number("minvalue"); v != nil {
		q.Min = *v
	} else if fresh || o.by["minvalue"] != nil {
		if q.Min = 1; q.Step < 0 {
			q.Min = least
		}
	}
	for _, x := range []struct {
		what string
		v    int64
	}{{"MAXVALUE", q.Max}, {"MINVALUE", q.Min}} {
		if x.v < least || x.v > greatest {
			fail(sqlerr.New(sqlerr.InvalidParameterValue, "%s (%d) is out of range for sequence data type %s", x.what, x.v, types.FormatTypeBare(q.Type)))
		}
	}
	if q.Min >= q.Max {
		fail(sqlerr.New(sqlerr.InvalidParameterValue, "MINVALUE (%d) must be less than MAXVALUE (%d)", q.Min, q.Max))
	}
}

// owned reads OWNED BY.
func (o *seqOptions) owned(rl *catalog.Relation) {
	e := o.by["owned_by"]
	if e == nil {
		return
	}
	names, _ := fieldNames(e.Arg.GetList().GetItems())
	if len(names) == 1 {
		if names[0] != "none" {
			fail(sqlerr.New(sqlerr.SyntaxError, "invalid OWNED BY option").WithHint("Specify OWNED BY table.column or OWNED BY NONE."))
		}
		rl.Sequence.Owner = 0
		return
	}
	n := &pg.RangeVar{Relname: names[len(names)-2], Location: -1}
	if len(names) > 2 {
		n.Schemaname = names[len(names)-3]
	}
	table := o.b.relation(n)
	switch column := names[len(names)-1]; {
	case table.Store != catalog.SessionStore || table.Kind != 'r':
		fail(sqlerr.New(sqlerr.ObjectNotInPrerequisite, "sequence must be in same schema as table it is linked to"))
	case table.ColumnIndex(column) < 0:
		fail(sqlerr.New(sqlerr.UndefinedColumn, `column "%s" of relation "%s" does not exist`, column, table.Name))
	}
	rl.Sequence.Owner = table.OID
}

// nameBytes is how many bytes a name has at most.
const nameBytes = 63

// objectName makes the name of what belongs to a column, cut where it is too long
// as PostgreSQL cuts it: of the longer of the two first.
func objectName(table, column, label string) string {
	room := nameBytes - len(label) - 2
	t, c := len(table), len(column)
	for t+c > room {
		if t > c {
			t--
		} else {
			c--
		}
	}
	whole := func(s string, n int) string {
		for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		return s[:n]
	}
	return whole(table, t) + "_" + whole(column, c) + "_" + label
}
