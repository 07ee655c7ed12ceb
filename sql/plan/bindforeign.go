package plan

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// foreign declares a FOREIGN KEY.
func (d *definer) foreign(p pending) {
	c := p.c
	ref := d.refTable(c.Pktable)
	names := []string{p.column}
	if p.column == "" {
		names = stringsOf(c.FkAttrs)
	}
	k := catalog.ForeignKey{
		Ref: ref.OID, Full: c.FkMatchtype == "f", OnUpdate: refAction(c.FkUpdAction), OnDelete: refAction(c.FkDelAction),
		Deferrable: c.Deferrable || p.deferrable || p.deferred, Deferred: c.Initdeferred || p.deferred, NotValid: c.SkipValidation,
	}
	k.Columns = foreignColumns(d.rel, names)
	for _, name := range stringsOf(c.FkDelSetCols) {
		at := foreignColumns(d.rel, []string{name})
		if !slices.Contains(k.Columns, at[0]) {
			fail(sqlerr.New(sqlerr.InvalidColumnReference, `column "%s" referenced in ON DELETE SET action must be part of foreign key`, name))
		}
		k.SetColumns = append(k.SetColumns, at[0])
	}
	d.refKey(&k, ref, stringsOf(c.PkAttrs))
	d.refuseGenerated(&k)
	if len(k.Columns) != len(k.RefColumns) {
		fail(sqlerr.New(sqlerr.InvalidForeignKey, "number of referencing and referenced columns for foreign key disagree"))
	}
	if k.Name = c.Conname; k.Name == "" {
		k.Name = d.free(d.rel.Name + "_" + strings.Join(names, "_") + "_fkey")
	} else if d.names[k.Name] {
		fail(sqlerr.New(sqlerr.DuplicateObject, `constraint "%s" for relation "%s" already exists`, k.Name, d.rel.Name))
	}
	d.names[k.Name] = true
	k.OID = d.newOID()
	foreignTypes(d.rel, ref, &k)
	d.rel.Foreign = append(d.rel.Foreign, k)
}

func stringsOf(list []*pg.Node) (out []string) {
	for _, n := range list {
		out = append(out, n.GetString_().GetSval())
	}
	return out
}

func refAction(a string) catalog.RefAction {
	if a == "" {
		return catalog.NoAction
	}
	return catalog.RefAction(a[0])
}

// refTable finds the table that a foreign key refers to, which may be the one that
// is being declared.
func (d *definer) refTable(n *pg.RangeVar) *catalog.Relation {
	own := n.Schemaname == "" || n.Schemaname == catalog.TempSchema || n.Schemaname == d.rel.Schema
	if own && n.Relname == d.rel.Name {
		return d.rel
	}
	ref := d.b.resolve(&pg.RangeVar{Schemaname: n.Schemaname, Relname: n.Relname, Location: -1})
	switch {
	case ref.OID == d.rel.OID:
		return d.rel
	case ref.Kind != 'r':
		fail(sqlerr.New(sqlerr.WrongObjectType, `referenced relation "%s" is not a table`, ref.Name))
	case ref.Store == catalog.VirtualStore:
		fail(sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: "%s" is a system catalog`, ref.Name))
	case ref.Store != catalog.SessionStore:
		fail(sqlerr.New(sqlerr.InvalidTableDefinition, "constraints on temporary tables may reference only temporary tables"))
	}
	return ref
}

// maxKeyColumns bounds the columns of a key, as PostgreSQL does.
const maxKeyColumns = 32

// foreignColumns finds columns that a foreign key names.
func foreignColumns(rel *catalog.Relation, names []string) (out []int) {
	for _, name := range names {
		i := rel.ColumnIndex(name)
		switch {
		case i < 0 && systemColumnNamed(name) != nil:
			fail(sqlerr.New(sqlerr.FeatureNotSupported, "system columns cannot be used in foreign keys"))
		case i < 0:
			fail(sqlerr.New(sqlerr.UndefinedColumn, `column "%s" referenced in foreign key constraint does not exist`, name))
		case len(out) == maxKeyColumns:
			fail(sqlerr.New(sqlerr.TooManyColumns, "cannot have more than %d keys in a foreign key", maxKeyColumns))
		}
		out = append(out, i)
	}
	return out
}

// refKey finds the key that a foreign key refers to: the primary one, or that of the
// columns named.
func (d *definer) refKey(k *catalog.ForeignKey, ref *catalog.Relation, names []string) {
	if names == nil {
		i := slices.IndexFunc(ref.Indexes, func(x catalog.Index) bool { return x.Primary })
		if i < 0 {
			fail(sqlerr.New(sqlerr.UndefinedObject, `there is no primary key for referenced table "%s"`, ref.Name))
		}
		k.RefColumns, k.RefIndex = ref.Indexes[i].Columns, ref.Indexes[i].OID
		return
	}
	k.RefColumns = foreignColumns(ref, names)
	for i, c := range k.RefColumns {
		if slices.Contains(k.RefColumns[:i], c) {
			fail(sqlerr.New(sqlerr.InvalidForeignKey, "foreign key referenced-columns list must not contain duplicates"))
		}
	}
	for i := range ref.Indexes {
		x := &ref.Indexes[i]
		if !x.Unique || !x.Plain() || len(x.Columns) != len(k.RefColumns) {
			continue
		}
		if !slices.ContainsFunc(x.Columns, func(c int) bool { return !slices.Contains(k.RefColumns, c) }) {
			k.RefIndex = x.OID
			return
		}
	}
	fail(sqlerr.New(sqlerr.InvalidForeignKey, `there is no unique constraint matching given keys for referenced table "%s"`, ref.Name))
}

// refuseGenerated refuses actions that would set generated columns.
func (d *definer) refuseGenerated(k *catalog.ForeignKey) {
	if !slices.ContainsFunc(k.Columns, func(c int) bool { return d.rel.Columns[c].Generated }) {
		return
	}
	invalid := func(event string) {
		fail(sqlerr.New(sqlerr.SyntaxError, "invalid %s action for foreign key constraint containing generated column", event))
	}
	switch k.OnUpdate {
	case catalog.SetNull, catalog.SetDefault, catalog.Cascade:
		invalid("ON UPDATE")
	}
	switch k.OnDelete {
	case catalog.SetNull, catalog.SetDefault:
		invalid("ON DELETE")
	}
}

// foreignTypes notes which columns of a foreign key are compared as values of another
// type, and refuses those that cannot be compared.
func foreignTypes(rel, ref *catalog.Relation, k *catalog.ForeignKey) {
	k.Converts = nil
	for i, c := range k.Columns {
		from, to := rel.Columns[c].Type, ref.Columns[k.RefColumns[i]].Type
		if comparedAlike(from, to) {
			continue
		}
		how := implicit
		if keyFamily(from) == 'd' && keyFamily(to) == 'd' {
			how = assignment
		}
		if !canCoerce([]types.OID{from}, []types.OID{to}, how) {
			fail(sqlerr.New(sqlerr.DatatypeMismatch, `foreign key constraint "%s" cannot be implemented`, k.Name).
				WithDetail(`Key columns "%s" and "%s" are of incompatible types: %s and %s.`,
					rel.Columns[c].Name, ref.Columns[k.RefColumns[i]].Name, types.FormatTypeBare(from), types.FormatTypeBare(to)))
		}
		if k.Converts == nil {
			k.Converts = make([]bool, len(k.Columns))
		}
		k.Converts[i] = true
	}
}

// keyFamily groups types of which values are compared across types; 0: none.
func keyFamily(t types.OID) byte {
	switch t {
	case types.OIDInt2, types.OIDInt4, types.OIDInt8:
		return 'i'
	case types.OIDFloat4, types.OIDFloat8:
		return 'f'
	case types.OIDText, types.OIDVarchar:
		return 't'
	case types.OIDDate, types.OIDTimestamp, types.OIDTimestamptz:
		return 'd'
	}
	return 0
}

// comparedAlike reports whether values of two types that are equal are held, and
// hashed, alike.
func comparedAlike(a, b types.OID) bool {
	f := keyFamily(a)
	return a == b || f != 0 && f != 'd' && f == keyFamily(b)
}

// foreignKey binds the columns of a foreign key that are compared as values of
// another type, as such.
func (s *scope) foreignKey(rel *catalog.Relation, k *catalog.ForeignKey) (out []Expr) {
	for i, converts := range k.Converts {
		if converts {
			ref := s.b.refOf(rel, k)
			out = append(out, s.b.coerce(s.items[0].cols[k.Columns[i]].expr, ref.Columns[k.RefColumns[i]].Type, -1, assignment))
		}
	}
	return out
}

// refOf is the relation that a foreign key refers to.
func (b *binder) refOf(rel *catalog.Relation, k *catalog.ForeignKey) *catalog.Relation {
	if k.Ref == rel.OID {
		return rel
	}
	ref, ok := b.ctx.Catalog.Relation(k.Ref)
	if !ok {
		fail(sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", k.Ref))
	}
	return ref
}

// BindForeignAction plans what a foreign key does with rows whose reference is lost:
// an update of the rows that an Input gives with their numbers. CASCADE takes the new
// values from the Input too, behind the rows' columns. gone says that it is the row
// referred to that went, of which the key may name the columns to set.
func BindForeignAction(ctx BindContext, rel *catalog.Relation, k *catalog.ForeignKey, action catalog.RefAction, gone bool) (n Node, err error) {
	b := newBinder(ctx, &parser.Statement{})
	defer b.recover(&err)
	s := &scope{b: b}
	m := b.newModify("UPDATE", rel, nil)
	number := b.newCol(Column{Name: "ctid", Type: types.OIDInt8, Typmod: -1})
	in := &rInput{ids: []int{number}}
	var row []Expr
	for i := range rel.Columns {
		c := &rel.Columns[i]
		id := b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod})
		in.ids, row = append(in.ids, id), append(row, b.ref(id))
	}
	set := k.Columns
	if gone && len(k.SetColumns) > 0 {
		set = k.SetColumns
	}
	ref := b.refOf(rel, k)
	for i, c := range set {
		col := &rel.Columns[c]
		switch action {
		case catalog.Cascade:
			from := &ref.Columns[k.RefColumns[i]]
			id := b.newCol(Column{Name: from.Name, Type: from.Type, Typmod: from.Typmod})
			in.ids = append(in.ids, id)
			row[c] = s.assign(rel, c, b.ref(id), -1)
		case catalog.SetDefault:
			row[c] = s.tempDefault(rel, c)
		default:
			row[c] = &Const{Value: types.NullDatum, OID: col.Type, Typmod: col.Typmod}
		}
	}
	p := &rProject{input: in, exprs: []Expr{b.ref(number)}, ids: []int{number}}
	for i, e := range row {
		c := &rel.Columns[i]
		p.exprs, p.ids = append(p.exprs, e), append(p.ids, b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod}))
	}
	m.input = p
	s.tempReturning(m, nil, &pg.RangeVar{Relname: rel.Name}, nil)
	return b.lower(b.optimize(m)), nil
}

// Referrer is a foreign key with the relation that has it.
type Referrer struct {
	Rel *catalog.Relation
	Key *catalog.ForeignKey
}

// Describe names the constraint as messages do.
func (r Referrer) Describe() string {
	return "constraint " + functions.QuoteIdent(r.Key.Name) + " on table " + functions.QuoteIdent(r.Rel.Name)
}

// Referrers lists the foreign keys of relations that refer to one.
func Referrers(rels []*catalog.Relation, to types.OID) (out []Referrer) {
	for _, r := range rels {
		for i := range r.Foreign {
			if k := &r.Foreign[i]; k.Ref == to {
				out = append(out, Referrer{r, k})
			}
		}
	}
	return out
}
