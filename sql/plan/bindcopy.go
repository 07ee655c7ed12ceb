package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// BindCopyFrom plans COPY FROM into a temporary table: an insert of the rows
// of an Input with the target columns. checked says that their values are those of the
// columns' domains.
func BindCopyFrom(ctx BindContext, stmt *parser.Statement, rl *catalog.Relation, cols []int, checked bool) (n Node, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	s := &scope{b: b}
	m := b.newModify("INSERT", rl, nil)
	in := b.copyInput(rl, cols)
	m.input, m.cols = in, cols
	if !checked {
		m.input = b.inDomains(in, rl, cols)
	}
	s.fullRows(m)
	s.tempReturning(m, nil, &pg.RangeVar{Relname: rl.Name}, nil)
	return b.lower(b.optimize(m)), nil
}

// copyInput is the rows that COPY reads, with some columns of a relation.
func (b *binder) copyInput(rl *catalog.Relation, cols []int) *rInput {
	in := &rInput{}
	for _, c := range cols {
		rc := &rl.Columns[c]
		in.ids = append(in.ids, b.newCol(Column{Name: rc.Name, Type: rc.Type, Typmod: rc.Typmod}))
	}
	return in
}

// CopyFilter is the condition of COPY FROM … WHERE. It sees a row's fields and the
// defaults of columns that have none.
type CopyFilter struct {
	// Node keeps rows of an Input that has the target columns and, as an int8, a row's
	// line. It gives the columns Cols, then the line.
	Node Node
	// Read are the columns that the condition names, counted from 1.
	Read []int16
	// Cols are the target columns and those with defaults that have been evaluated, by
	// their numbers in the relation.
	Cols []int
}

// copyWhere is the clause of COPY, as messages name it.
const copyWhere = "COPY FROM WHERE conditions"

// BindCopyFilter plans the condition of COPY FROM … WHERE. Errors: PostgreSQL's for
// what a condition of rows that are not stored yet may not hold, and 0A000 for a
// column that is made when the row is stored.
func BindCopyFilter(ctx BindContext, stmt *parser.Statement, rl *catalog.Relation, targets []int, where *pg.Node) (f *CopyFilter, err error) {
	b := newBinder(ctx, stmt)
	b.noParams = true
	defer b.recover(&err)
	b.refuseSubqueries(where, "COPY FROM WHERE condition")
	line := b.newCol(lineColumn)
	in := b.copyInput(rl, targets)
	row, it := b.rowColumns(rl, rl.Name)
	s := &scope{b: b, clause: copyWhere, items: []*item{it}}
	cond := s.condition(where, "WHERE")
	used := colsOf(cond)
	f, p := &CopyFilter{Cols: slices.Clone(targets)}, &rProject{}
	for i, id := range row {
		if used.has(id) {
			f.Read = append(f.Read, int16(i+1))
		}
	}
	for i, c := range targets {
		p.exprs, p.ids = append(p.exprs, b.toColumn(b.ref(in.ids[i]), &rl.Columns[c])), append(p.ids, row[c])
	}
	for i := range rl.Columns {
		c := &rl.Columns[i]
		if slices.Contains(targets, i) || !used.has(row[i]) && (c.Generated || rl.Store != catalog.SessionStore) {
			continue
		}
		if err := madeLater(rl, c); err != nil {
			walk(cond, func(x Expr) bool {
				if x, ok := x.(*Col); ok && x.Index == row[i] {
					fail(err)
				}
				return true
			})
		}
		f.Cols = append(f.Cols, i)
		p.exprs, p.ids = append(p.exprs, s.defaultOf(rl, i, -1)), append(p.ids, row[i])
	}
	in.ids = append(in.ids, line)
	p.input, p.exprs, p.ids = in, append(p.exprs, b.ref(line)), append(p.ids, b.newCol(lineColumn))
	f.Node = b.lower(filter(p, cond)) // as it is: defaults of rows that go are evaluated, too
	return f, nil
}

// lineColumn is the line of a row that COPY reads.
var lineColumn = Column{Name: "line", Type: types.OIDInt8, Typmod: -1}

// madeLater is an error of a column that has no value before its row is stored; nil:
// it has one.
func madeLater(rl *catalog.Relation, c *catalog.Column) *sqlerr.Error {
	if c.Generated {
		return sqlerr.New(sqlerr.InvalidColumnReference, "generated columns are not supported in %s", copyWhere).
			WithDetail("Column %q is a generated column.", c.Name)
	}
	if rl.Store == catalog.SessionStore || c.Default == "" {
		return nil
	}
	if n, err := parser.ParseExpr(c.Default); err == nil && !ownDefault(n) {
		return nil
	}
	return sqlerr.New(sqlerr.FeatureNotSupported, "column %q is not supported in %s", c.Name, copyWhere).
		WithDetail("The server makes its value when the row is stored.").WithHint("Name it in COPY's list of columns, if the data have it.")
}
