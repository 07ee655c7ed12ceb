package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// AlterTable is ALTER TABLE but for RENAME; DefineAlter says what it makes of a
// table.
type AlterTable struct{ stmt *pg.AlterTableStmt }

func (*AlterTable) utility() {}

// Name is the table as the statement names it.
func (u *AlterTable) Name() RelationName { return u.stmt.Relation }

// IfExists says that the table need not be there.
func (u *AlterTable) IfExists() bool { return u.stmt.MissingOk }

// Alteration is what ALTER TABLE makes of a temporary table: another
// declaration, and its rows by a query over those that it had.
type Alteration struct {
	Rel *catalog.Relation
	// Made are the sequences that come with new columns.
	Made []*catalog.Relation
	Rows *Bound // gives the columns Cols; others get their defaults
	Cols []int
	// Kept says where each column of the old table went; -1: it was dropped.
	Kept []int
	// Dropped and Retyped are old columns that views may depend on; with Cascade
	// those views go too.
	Dropped, Retyped []int
	Cascade          bool
	// Unkeyed are the constraints of keys that go, by their indexes; foreign keys may
	// refer to them.
	Unkeyed []catalog.Index
	// Verify are the foreign keys that the rows are held against.
	Verify []types.OID
	// Notices are what IF EXISTS and IF NOT EXISTS let pass.
	Notices []string
}

// alterer carries out the commands of one ALTER TABLE.
type alterer struct {
	*definer
	out   *Alteration
	from  *catalog.Relation
	scan  *rScan
	scope *scope
	// source is what a column's values are computed from, by the new table's
	// column; nil: its default.
	source []Expr
}

// DefineAlter says what an ALTER TABLE makes of a temporary table.
func DefineAlter(ctx BindContext, stmt *parser.Statement, u *AlterTable, newOID func() types.OID) (out *Alteration, err error) {
	named := &pg.RangeVar{Schemaname: u.stmt.Relation.Schemaname, Relname: u.stmt.Relation.Relname, Location: -1}
	from, err := FindTable(ctx, stmt, named, "ALTER TABLE")
	if err != nil {
		return nil, err
	}
	a := &alterer{definer: newDefiner(ctx, stmt, newOID), out: &Alteration{}, from: from}
	defer a.b.recover(&err)
	a.alter(from)
	var it *item
	a.scan, it = a.b.scan(from, nil)
	a.scope = &scope{b: a.b, items: []*item{it}, clause: "transform expressions"}
	for i := range it.cols {
		a.source = append(a.source, it.cols[i].expr)
		a.out.Kept = append(a.out.Kept, i)
	}
	for _, c := range u.stmt.Cmds {
		a.command(c.GetAlterTableCmd())
	}
	a.finish()
	a.verifyForeign()
	a.show()
	p := &rProject{input: a.scan}
	for i, e := range a.source {
		c := &a.rel.Columns[i]
		if e == nil || c.Generated {
			continue
		}
		a.out.Cols = append(a.out.Cols, i)
		p.exprs, p.ids = append(p.exprs, e), append(p.ids, a.b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod}))
	}
	a.out.Rel, a.out.Made = a.rel.WithGrantsOf(from, a.out.Kept), a.made
	a.out.Rows = &Bound{Node: a.b.lower(a.b.optimize(p)), Kind: "SELECT", ReadOnly: true}
	return a.out, nil
}

// command carries out one command.
func (a *alterer) command(n *pg.AlterTableCmd) {
	switch n.Subtype {
	case pg.AlterTableType_AT_AddColumn:
		def := n.Def.GetColumnDef()
		if a.rel.ColumnIndex(def.Colname) >= 0 {
			e := sqlerr.New(sqlerr.DuplicateColumn, `column "%s" of relation "%s" already exists`, def.Colname, a.rel.Name)
			if !n.MissingOk {
				fail(e)
			}
			a.out.Notices = append(a.out.Notices, e.Message)
			return
		}
		a.column(def)
		a.source = append(a.source, nil)
	case pg.AlterTableType_AT_DropColumn:
		a.dropColumn(n)
	case pg.AlterTableType_AT_AlterColumnType:
		a.retype(n)
	case pg.AlterTableType_AT_ColumnDefault:
		a.setDefault(n)
	case pg.AlterTableType_AT_SetNotNull:
		a.rel.Columns[a.find(n.Name)].NotNull = true
	case pg.AlterTableType_AT_DropNotNull:
		i := a.find(n.Name)
		switch {
		case slices.Contains(a.rel.Key, i):
			fail(sqlerr.New(sqlerr.InvalidTableDefinition, `column "%s" is in a primary key`, n.Name))
		case a.rel.Columns[i].Identity != 0:
			fail(sqlerr.New(sqlerr.SyntaxError, `column "%s" of relation "%s" is an identity column`, n.Name, a.rel.Name))
		}
		a.rel.Columns[i].NotNull = false
	case pg.AlterTableType_AT_AddConstraint:
		c := n.Def.GetConstraint()
		if c.Contype == pg.ConstrType_CONSTR_PRIMARY && a.rel.Key != nil {
			fail(sqlerr.New(sqlerr.InvalidTableDefinition, `multiple primary keys for table "%s" are not allowed`, a.rel.Name))
		}
		a.later = append(a.later, pending{c: c})
	case pg.AlterTableType_AT_DropConstraint:
		a.dropConstraint(n)
	case pg.AlterTableType_AT_ValidateConstraint:
		a.validateConstraint(n)
	case pg.AlterTableType_AT_AlterConstraint:
		a.alterConstraint(n)
	default:
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "this form of ALTER TABLE is not supported"))
	}
}

// find returns the number of a column of the table as it is by now.
func (a *alterer) find(name string) int {
	i := a.rel.ColumnIndex(name)
	if i < 0 && systemColumnNamed(name) != nil {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, `cannot alter system column "%s"`, name))
	}
	if i < 0 {
		fail(sqlerr.New(sqlerr.UndefinedColumn, `column "%s" of relation "%s" does not exist`, name, a.rel.Name))
	}
	return i
}

// origin returns the old table's column that is the i-th now; -1: it is new.
func (a *alterer) origin(i int) int { return slices.Index(a.out.Kept, i) }

// dropColumn drops a column with the keys, indexes and checks that name it.
func (a *alterer) dropColumn(n *pg.AlterTableCmd) {
	if systemColumnNamed(n.Name) != nil {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, `cannot drop system column "%s"`, n.Name))
	}
	if a.rel.ColumnIndex(n.Name) < 0 && n.MissingOk {
		a.out.Notices = append(a.out.Notices, `column "`+n.Name+`" of relation "`+a.rel.Name+`" does not exist`)
		return
	}
	i := a.find(n.Name)
	cascade := n.Behavior == pg.DropBehavior_DROP_CASCADE
	a.out.Cascade = a.out.Cascade || cascade
	for k := range a.rel.Columns {
		if c := &a.rel.Columns[k]; c.Generated && k != i && slices.Contains(exprColumns(c.Expr), n.Name) {
			if cascade {
				a.b.unsupported(-1, "dropping a column that generated columns depend on is")
			}
			fail(sqlerr.New("2BP01", "cannot drop column %s of table %s because other objects depend on it", n.Name, a.rel.Name).
				WithDetail("column %s of table %s depends on column %s of table %s", c.Name, a.rel.Name, n.Name, a.rel.Name).
				WithHint("Use DROP ... CASCADE to drop the dependent objects too."))
		}
	}
	if k := a.origin(i); k >= 0 {
		a.out.Dropped = append(a.out.Dropped, k)
	}
	for k, at := range a.out.Kept {
		switch {
		case at == i:
			a.out.Kept[k] = -1
		case at > i:
			a.out.Kept[k]--
		}
	}
	if slices.Contains(a.rel.Key, i) {
		a.rel.Key = nil
	}
	a.rel.Key = without(a.rel.Key, i)
	a.rel.Indexes = slices.DeleteFunc(a.rel.Indexes, func(x catalog.Index) bool { return x.Needs(i) })
	for k := range a.rel.Indexes {
		x := &a.rel.Indexes[k]
		x.Columns, x.Included, x.Used = without(x.Columns, i), without(x.Included, i), without(x.Used, i)
	}
	a.dropForeign(i)
	a.rel.Checks = slices.DeleteFunc(a.rel.Checks, func(c catalog.Check) bool { return slices.Contains(c.Columns, i) })
	for k := range a.rel.Checks {
		a.rel.Checks[k].Columns = without(a.rel.Checks[k].Columns, i)
	}
	a.rel.Columns = slices.Delete(a.rel.Columns, i, i+1)
	a.source = slices.Delete(a.source, i, i+1)
}

// without renumbers columns when column i goes, which is none of them.
func without(cols []int, i int) []int {
	var out []int
	for _, c := range cols {
		if c > i {
			c--
		}
		out = append(out, c)
	}
	return out
}

// exprColumns lists the columns that a stored expression names.
func exprColumns(text string) []string {
	n, err := parser.ParseExpr(text)
	if err != nil {
		fail(sqlerr.From(err))
	}
	return columnNames(n)
}

// retype is ALTER COLUMN … TYPE.
func (a *alterer) retype(n *pg.AlterTableCmd) {
	i := a.find(n.Name)
	c, def := &a.rel.Columns[i], n.Def.GetColumnDef()
	var to catalog.Column
	a.b.columnType(&to, def.TypeName)
	t, typmod := to.Type, to.Typmod
	if ty, _ := types.Lookup(t); ty.Kind == 'p' {
		fail(sqlerr.New(sqlerr.InvalidTableDefinition, `column "%s" has pseudo-type %s`, c.Name, types.FormatTypeBare(t)))
	}
	e := a.source[i]
	switch {
	case e == nil:
		a.b.unsupported(-1, "changing the type of a column that the same statement adds is")
	case c.Generated:
		a.b.unsupported(-1, "changing the type of a generated column is")
	case def.RawDefault != nil:
		e = a.scope.expr(def.RawDefault)
	}
	var out Expr
	if from := typeOf(e); from == types.OIDUnknown || canCoerce([]types.OID{from}, []types.OID{t}, assignment) {
		out = a.b.coerce(e, t, typmod, assignment)
	}
	if out == nil && def.RawDefault != nil {
		fail(sqlerr.New(sqlerr.DatatypeMismatch, `result of USING clause for column "%s" cannot be cast automatically to type %s`, c.Name, types.FormatTypeBare(t)).
			WithHint("You might need to add an explicit cast."))
	}
	if out == nil {
		fail(sqlerr.New(sqlerr.DatatypeMismatch, `column "%s" cannot be cast automatically to type %s`, c.Name, types.FormatTypeBare(t)).
			WithHint(`You might need to specify "USING %s::%s".`, c.Name, types.FormatType(t, typmod)))
	}
	if k := a.origin(i); k >= 0 {
		a.out.Retyped = append(a.out.Retyped, k)
	}
	a.source[i] = a.b.toColumn(out, &to)
	c.Type, c.Typmod, c.Domain, c.Collation = t, typmod, to.Domain, to.Collation
	if c.Default != "" && c.Sequence == 0 {
		in := &scope{b: a.b, clause: "DEFAULT"}
		d := in.stored(c.Default)
		if from := typeOf(d); from != types.OIDUnknown && !canCoerce([]types.OID{from}, []types.OID{t}, assignment) {
			fail(sqlerr.New(sqlerr.DatatypeMismatch, `default for column "%s" cannot be cast automatically to type %s`, c.Name, types.FormatTypeBare(t)))
		}
	}
}

// setDefault is ALTER COLUMN … SET DEFAULT and DROP DEFAULT.
func (a *alterer) setDefault(n *pg.AlterTableCmd) {
	i := a.find(n.Name)
	c := &a.rel.Columns[i]
	switch {
	case c.Generated:
		fail(sqlerr.New(sqlerr.SyntaxError, `column "%s" of relation "%s" is a generated column`, c.Name, a.rel.Name))
	case c.Identity != 0:
		fail(sqlerr.New(sqlerr.SyntaxError, `column "%s" of relation "%s" is an identity column`, c.Name, a.rel.Name))
	}
	c.Default, c.DefaultOID, c.Sequence = "", 0, 0
	if n.Def != nil {
		c.DefaultOID = a.newOID()
		a.deferDefault(i, n.Def)
	}
}

// dropConstraint drops a key with its index, a foreign key or a check.
func (a *alterer) dropConstraint(n *pg.AlterTableCmd) {
	for i, x := range a.rel.Indexes {
		if x.Name == n.Name && x.Constraint != 0 {
			if x.Primary {
				a.rel.Key = nil
			}
			a.out.Unkeyed = append(a.out.Unkeyed, x)
			a.out.Cascade = a.out.Cascade || n.Behavior == pg.DropBehavior_DROP_CASCADE
			a.rel.Indexes = slices.Delete(a.rel.Indexes, i, i+1)
			a.rel.Foreign = slices.DeleteFunc(a.rel.Foreign, func(k catalog.ForeignKey) bool { return k.RefIndex == x.OID })
			return
		}
	}
	if i := slices.IndexFunc(a.rel.Foreign, func(k catalog.ForeignKey) bool { return k.Name == n.Name }); i >= 0 {
		a.rel.Foreign = slices.Delete(a.rel.Foreign, i, i+1)
		return
	}
	for i, c := range a.rel.Checks {
		if c.Name == n.Name {
			a.rel.Checks = slices.Delete(a.rel.Checks, i, i+1)
			return
		}
	}
	e := sqlerr.New(sqlerr.UndefinedObject, `constraint "%s" of relation "%s" does not exist`, n.Name, a.rel.Name)
	if !n.MissingOk {
		fail(e)
	}
	a.out.Notices = append(a.out.Notices, e.Message)
}
