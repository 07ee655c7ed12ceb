package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// scope is one query level: the FROM items that its expressions may name, its
// CTEs, and what its expressions gather.
type scope struct {
	b      *binder
	parent *scope
	items  []*item
	ctes   []*cteInfo
	with   *rWith // this level's own WITH
	// clause is what is being bound, as PostgreSQL names it in complaints:
	// "WHERE", "JOIN conditions"; empty: a select list.
	clause string
	// aggs gathers aggregates; nil where none is allowed.
	aggs *aggState
	// srf gathers set-returning calls; nil where none is allowed.
	srf *[]*SetCall
	// wins gathers windows; nil where none is allowed.
	wins *winState
	// inWindow is set while a window call's arguments are bound.
	inWindow bool
	// inAgg is set while an aggregate's arguments are bound.
	inAgg bool
	// lateral marks a level that holds the FROM items to the left of a lateral
	// one: its items are visible, but it is no query.
	lateral bool
	// hidden are items of the same FROM that may not be named from here, for a
	// better complaint.
	hidden []*item
	// shown is the level as it is to be printed; nil: it is not.
	shown *shownQuery
}

// item is a FROM item by name.
type item struct {
	alias   string // "" for an unnamed join
	schema  string // set when the relation's own name is the alias
	rel     *catalog.Relation
	cols    []itemCol
	named   bool // alias.column may be written
	open    bool // its columns may be written alone
	scalar  bool // a function with one scalar result: the alias is its value
	hasPlan bool
	// system are the system columns of what the item reads as it is stored; nil:
	// there are none. joined items' system columns are named with the item only.
	system *systemIDs
	joined bool
	// body is the query of a view or subquery; nil: it is neither, or a lens is over it.
	body rel
	// access is what the statement needs of the relation; nil: it is none, or not here.
	access *entry
	shown  *shownItem // in a bind that is to be printed
}

// itemCol is one column of an item: a *Col, or what a USING join makes of two.
type itemCol struct {
	name string
	expr Expr
	// unlisted columns are no part of *.
	unlisted bool
}

// rowShape describes the fields of a record.
type rowShape struct {
	of      string    // the relation whose rows they are; else empty
	row     types.OID // the type of that relation's rows, and of arrays of them; else 0
	array   types.OID
	names   []string
	types   []types.OID
	typmods []int32 // nil: not known
	// rows are the fields of those fields that are records themselves, by their place.
	rows map[int]*rowShape
}

// child opens a level below s.
func (s *scope) child() *scope { return &scope{b: s.b, parent: s} }

// fail complains at a location.
func (s *scope) failAt(location int32, code, format string, args ...any) {
	s.b.failAt(location, code, format, args...)
}

// column resolves an unqualified name; nil when there is none. The innermost
// level that has it decides.
func (s *scope) column(name string, location int32) Expr {
	for level := s; level != nil; level = level.parent {
		var found Expr
		for _, it := range level.items {
			if !it.open {
				continue
			}
			for i := range it.cols {
				if it.cols[i].name != name {
					continue
				}
				if found != nil {
					s.failAt(location, sqlerr.AmbiguousColumn, `column reference "%s" is ambiguous`, name)
				}
				found = it.cols[i].expr
			}
			if e := s.systemColumn(it, name, location); e != nil && !it.joined && !it.has(name) {
				if found != nil {
					s.failAt(location, sqlerr.AmbiguousColumn, `column reference "%s" is ambiguous`, name)
				}
				found = e
			}
		}
		if found != nil {
			return s.b.located(found, location)
		}
	}
	return nil
}

func (it *item) has(name string) bool {
	return slices.ContainsFunc(it.cols, func(c itemCol) bool { return c.name == name })
}

// located returns a copy of a column reference that knows where it stands.
func (b *binder) located(e Expr, location int32) Expr {
	b.noteColumns(e)
	c, ok := e.(*Col)
	if !ok {
		return e
	}
	out := *c
	b.loc[&out] = location
	if f, ok := b.forms[e]; ok {
		b.forms[&out] = f
	}
	return &out
}

// item finds a FROM item by alias, and schema when one is written.
func (s *scope) item(schema, name string, location int32) *item {
	for level := s; level != nil; level = level.parent {
		var found *item
		for _, it := range level.items {
			if !it.named || it.alias != name || schema != "" && it.schema != schema {
				continue
			}
			if found != nil {
				s.failAt(location, sqlerr.AmbiguousAlias, `table reference "%s" is ambiguous`, name)
			}
			found = it
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// missingItem complains of a table name that no FROM item has.
func (s *scope) missingItem(name string, location int32) {
	e := sqlerr.New(sqlerr.UndefinedTable, `missing FROM-clause entry for table "%s"`, name)
	for level := s; level != nil; level = level.parent {
		for _, it := range level.hidden {
			if it.named && it.alias == name {
				fail(s.b.at(location, sqlerr.New(sqlerr.UndefinedTable, `invalid reference to FROM-clause entry for table "%s"`, name).
					WithHint(`There is an entry for table "%s", but it cannot be referenced from this part of the query.`, name)))
			}
		}
		for _, it := range level.items {
			if it.rel != nil && it.rel.Name == name && it.alias != name {
				e = sqlerr.New(sqlerr.UndefinedTable, `invalid reference to FROM-clause entry for table "%s"`, name).
					WithHint(`Perhaps you meant to reference the table alias "%s".`, it.alias)
			}
		}
	}
	fail(s.b.at(location, e))
}

// columnRef binds a name with up to three dots.
func (s *scope) columnRef(n *pg.ColumnRef) Expr {
	names, star := fieldNames(n.Fields)
	if star { // t.* within an expression is t
		if it := s.starItem(names, n.Location); it != nil {
			return s.wholeRow(it)
		}
		if e := s.variable(names, n.Location); e != nil {
			return e
		}
		if len(names) > 0 {
			s.missingItem(names[len(names)-1], n.Location)
		}
		s.failAt(n.Location, sqlerr.SyntaxError, "row expansion via \"*\" is not supported here")
	}
	if s.b.ctx.Variables != nil {
		if e := s.variableRef(names, n.Location); e != nil {
			return e
		}
	}
	switch len(names) {
	case 1:
		if e := s.columnOrRow(names[0], n.Location); e != nil {
			return e
		}
		s.missingColumn("", names[0], n.Location)
	case 2:
		return s.qualified("", names[0], names[1], n.Location)
	case 3:
		return s.qualified(names[0], names[1], names[2], n.Location)
	case 4:
		return s.qualified(names[1], names[2], names[3], n.Location)
	}
	s.failAt(n.Location, sqlerr.SyntaxError, "improper qualified name (too many dotted names)")
	return nil
}

// columnOrRow resolves an unqualified name as a column, or as the rows of an item; nil
// when there is neither.
func (s *scope) columnOrRow(name string, location int32) Expr {
	if e := s.column(name, location); e != nil {
		return e
	}
	if it := s.item("", name, location); it != nil {
		return s.wholeRow(it)
	}
	return nil
}

// fieldNames takes a ColumnRef's names apart; star says that it ends in *.
func fieldNames(fields []*pg.Node) (names []string, star bool) {
	for _, f := range fields {
		if f.GetAStar() != nil {
			star = true
			continue
		}
		names = append(names, f.GetString_().GetSval())
	}
	return names, star
}

func (s *scope) qualified(schema, table, name string, location int32) Expr {
	it := s.item(schema, table, location)
	if it == nil {
		// (row).field written without parentheses is not SQL; a column of that
		// name may hold a record though: PostgreSQL does not look.
		s.missingItem(table, location)
	}
	var found Expr
	for i := range it.cols {
		if it.cols[i].name == name {
			if found != nil {
				s.failAt(location, sqlerr.AmbiguousColumn, `column reference "%s" is ambiguous`, name)
			}
			found = it.cols[i].expr
		}
	}
	if found == nil {
		if found = s.systemColumn(it, name, location); found == nil {
			s.missingColumn(table, name, location)
		}
	}
	return s.b.located(found, location)
}

// wholeRow is an item's alias used as a value.
func (s *scope) wholeRow(it *item) Expr {
	if it.scalar && len(it.cols) > 0 {
		return it.cols[0].expr
	}
	row := &RowExpr{}
	for i := range it.cols {
		s.b.access.readExpr(it.cols[i].expr)
		row.Elems = append(row.Elems, it.cols[i].expr)
		row.Names = append(row.Names, it.cols[i].name)
	}
	s.b.collateRow(row)
	s.b.rows[row] = it.alias
	s.b.note(row, form{whole: it.shown})
	if it.rel != nil {
		sh := &rowShape{of: it.rel.Name, row: catalog.RowType(it.rel), array: catalog.RowArrayType(it.rel), names: row.Names, types: typesOf(row.Elems)}
		for _, e := range row.Elems {
			_, typmod := e.Type()
			sh.typmods = append(sh.typmods, typmod)
		}
		s.b.shape(row, sh)
	}
	return row
}

// checkNames complains of two FROM items of one name.
func (s *scope) checkNames(items []*item, extra []*item) {
	for i, a := range extra {
		if !a.named || a.alias == "" {
			continue
		}
		for _, o := range append(append([]*item(nil), items...), extra[:i]...) {
			if o.named && o.alias == a.alias && (a.schema == o.schema || a.schema == "" || o.schema == "") {
				fail(sqlerr.New(sqlerr.DuplicateAlias, `table name "%s" specified more than once`, a.alias))
			}
		}
	}
}

// shapeOf returns the fields of a record-valued expression, if they are known.
func (b *binder) shapeOf(e Expr) *rowShape {
	if sh := b.shapes[e]; sh != nil {
		return sh
	}
	switch e := e.(type) {
	case *RowExpr:
		sh := &rowShape{names: e.Names, types: typesOf(e.Elems)}
		if sh.names == nil {
			for i := range e.Elems {
				sh.names = append(sh.names, fieldName(i))
			}
		}
		return sh
	case *Col:
		return b.fields[e.Index]
	case *SetCall:
		if sh := funcShape(e.Function()); sh != nil {
			return sh
		}
		return b.argShape(e.Args)
	case *Call:
		if sh := funcShape(e.Function()); sh != nil {
			return sh
		}
		return b.argShape(e.Args)
	case *Subscript:
		return b.argShape([]Expr{e.Arg})
	case *ArrayExpr:
		return b.argShape(e.Elems)
	case *Coalesce:
		return b.argShape(e.Args)
	case *Case:
		results := []Expr{}
		for _, w := range e.Whens {
			results = append(results, w.Result)
		}
		if e.Else != nil {
			results = append(results, e.Else)
		}
		return b.argShape(results)
	case *subquery:
		if e.Kind == ScalarSub || e.Kind == ArraySub {
			return b.fields[e.rel.outs()[0]]
		}
	}
	return nil
}

// noteShape remembers the fields of a column that holds records.
func (b *binder) noteShape(id int, e Expr) {
	if t := typeOf(e); t != types.OIDRecord && t != types.OIDRecordArray {
		return
	}
	if sh := b.shapeOf(e); sh != nil {
		if b.fields == nil {
			b.fields = map[int]*rowShape{}
		}
		b.fields[id] = sh
	}
}
