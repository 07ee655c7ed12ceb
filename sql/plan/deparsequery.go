package plan

import (
	"bytes"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
)

// How far clauses, joins and lists are indented, and from where on less, so that
// deep queries do not become wide ones.
const (
	indentClause = 8
	indentJoin   = 4
	indentList   = 4
	indentLimit  = 40
)

// keyword begins a line with a word: the indentation changes by before, then, behind
// it, by after; plus is of this line alone.
func (d *deparser) keyword(word string, before, after, plus int) {
	d.depth += before
	d.out = append(bytes.TrimRight(d.out, " "), '\n')
	amount := max(d.depth, 0)
	if d.depth >= indentLimit {
		amount = (indentLimit + (d.depth-indentLimit)/(indentClause/2)) % indentLimit
	}
	d.put(strings.Repeat(" ", amount+plus), word)
	d.depth = max(d.depth+after, 0)
}

// clause begins a line with a clause's word.
func (d *deparser) clause(word string, plus int) {
	d.keyword(word, -indentClause, indentClause, plus)
}

// query prints a query. names are what its columns are called, nil for their own
// names; visible says that somebody sees those.
func (d *deparser) query(q *shownQuery, names []string, visible bool) {
	depth := d.depth
	d.enter(q)
	d.with(q)
	if q.set != nil {
		d.set(shownSide{set: q.set}, names, visible)
	} else {
		d.selection(q, names, visible)
	}
	d.tail(q)
	d.leave()
	d.depth = depth
}

// tail prints ORDER BY and what comes behind.
func (d *deparser) tail(q *shownQuery) {
	if len(q.order) > 0 {
		d.clause(" ORDER BY ", 1)
		for i, o := range q.order {
			if i > 0 {
				d.put(", ")
			}
			if q.set != nil {
				d.put(strconv.Itoa(o.place))
			} else {
				d.key(o.key.Expr)
			}
			d.direction(o.key)
		}
	}
	if q.offset != nil {
		d.clause(" OFFSET ", 0)
		d.expr(q.offset, false)
	}
	switch {
	case q.limit == nil:
	case q.ties:
		d.clause(" FETCH FIRST (", 0)
		d.expr(q.limit, false)
		d.put(") ROWS WITH TIES")
	case q.all:
		d.clause(" LIMIT ALL", 0)
	default:
		d.clause(" LIMIT ", 0)
		d.expr(q.limit, false)
	}
	for _, l := range q.locks {
		d.clause(" "+lockWords(&pg.LockingClause{Strength: l.strength}), 0)
		d.put(" OF ", functions.QuoteIdent(l.item.labels.name))
		switch l.wait {
		case pg.LockWaitPolicy_LockWaitError:
			d.put(" NOWAIT")
		case pg.LockWaitPolicy_LockWaitSkip:
			d.put(" SKIP LOCKED")
		}
	}
}

// set prints a side of a set operation.
func (d *deparser) set(side shownSide, names []string, visible bool) {
	if q := side.query; q != nil {
		own := len(q.with) > 0 || len(q.order) > 0 || len(q.locks) > 0 || q.limit != nil || q.offset != nil
		if own {
			d.put("(")
		}
		d.query(q, names, visible)
		if own {
			d.put(")")
		}
		return
	}
	s := side.set
	if l := s.left.set; l != nil && (l.op != s.op || l.all != s.all) {
		d.put("(")
		d.keyword("", indentClause, 0, 0)
		d.set(s.left, names, visible)
		d.keyword(") ", -indentClause, 0, 0)
	} else {
		d.set(s.left, names, visible)
		d.keyword("", 0, 0, 0)
	}
	d.put(setOps[s.op])
	if s.all {
		d.put("ALL ")
	}
	if s.right.set != nil {
		d.put("(")
		d.keyword("", indentClause, 0, 0)
		d.set(s.right, names, false)
		d.depth -= indentClause
		d.keyword(")", 0, 0, 0)
		return
	}
	d.keyword("", 0, 0, 0)
	d.set(s.right, names, false)
}

// selection prints SELECT … up to WINDOW, or VALUES.
func (d *deparser) selection(q *shownQuery, names []string, visible bool) {
	d.depth += indentClause
	d.put(" ")
	if len(q.from) == 1 && q.from[0].kind == itemValues && q.from[0].called(q, names) {
		d.values(q.from[0].rows)
		return
	}
	d.put("SELECT")
	if len(q.on) > 0 {
		d.put(" DISTINCT ON (")
		for i, e := range q.on {
			if i > 0 {
				d.put(", ")
			}
			d.key(e)
		}
		d.put(")")
	} else if q.distinct {
		d.put(" DISTINCT")
	}
	d.targets(q, names, visible)
	d.from(q)
	if q.where != nil {
		d.clause(" WHERE ", 1)
		d.expr(q.where, false)
	}
	d.grouping(q)
	if q.having != nil {
		d.clause(" HAVING ", 0)
		d.expr(q.having, false)
	}
	for i, w := range q.windows {
		if i == 0 {
			d.clause(" WINDOW ", 1)
		} else {
			d.put(", ")
		}
		d.put(functions.QuoteIdent(w.name), " AS ")
		d.windowSpec(w)
	}
}

// called reports whether columns of VALUES have the names that they are to have.
func (it *shownItem) called(q *shownQuery, names []string) bool {
	for i, t := range q.targets {
		name := t.name
		if i < len(names) {
			name = names[i]
		}
		if name != it.names[i] {
			return false
		}
	}
	return true
}

func (d *deparser) values(rows [][]Expr) {
	d.put("VALUES ")
	for i, row := range rows {
		if i > 0 {
			d.put(", ")
		}
		d.put("(")
		for k, e := range row {
			if k > 0 {
				d.put(",")
			}
			d.asColumn(e, false)
		}
		d.put(")")
	}
}

// targets prints a select list: each column on a line of its own where it would go
// beyond the column to wrap at.
func (d *deparser) targets(q *shownQuery, names []string, visible bool) {
	lines := false // the last column had several
	for i, t := range q.targets {
		if i == 0 {
			d.put(" ")
		} else {
			d.put(", ")
		}
		before := d.out
		d.out = nil
		name := "?column?"
		if c, ok := t.expr.(*Col); ok {
			name = d.column(c)
		} else {
			d.asColumn(t.expr, true)
			if visible || d.b.forms[t.expr].whole != nil {
				name = ""
			}
		}
		as := t.name
		if i < len(names) {
			as = names[i]
		}
		if name != as {
			d.put(" AS ", functions.QuoteIdent(as))
		}
		column := d.out
		d.out = before
		if d.wrap >= 0 {
			begins := column[0] == '\n'
			if begins {
				d.out = bytes.TrimRight(d.out, " ")
			} else if i > 0 && (lines || d.tooWide(column)) {
				d.keyword("", -indentClause, indentClause, indentList)
			}
			lines = bytes.Contains(column[1:], []byte("\n"))
		}
		d.out = append(d.out, column...)
	}
}

// tooWide reports whether text goes beyond the column to wrap at, behind what the
// line has.
func (d *deparser) tooWide(text []byte) bool {
	return len(d.out)-(bytes.LastIndexByte(d.out, '\n')+1)+len(text) > d.wrap
}

func (d *deparser) grouping(q *shownQuery) {
	if len(q.group) == 0 {
		return
	}
	d.clause(" GROUP BY ", 1)
	if q.grouped {
		d.put("DISTINCT ")
	}
	for i := range q.group {
		if i > 0 {
			d.put(", ")
		}
		d.group(&q.group[i], true)
	}
}

// group prints an item of GROUP BY; bare is without parentheses around one key.
func (d *deparser) group(g *shownGroup, bare bool) {
	switch g.kind {
	case pg.GroupingSetKind_GROUPING_SET_EMPTY:
		d.put("()")
		return
	case pg.GroupingSetKind_GROUPING_SET_SIMPLE:
		bare = bare && len(g.keys) == 1
		if !bare {
			d.put("(")
		}
		for i, e := range g.keys {
			if i > 0 {
				d.put(", ")
			}
			d.key(e)
		}
		if !bare {
			d.put(")")
		}
		return
	case pg.GroupingSetKind_GROUPING_SET_ROLLUP:
		d.put("ROLLUP(")
	case pg.GroupingSetKind_GROUPING_SET_CUBE:
		d.put("CUBE(")
	default:
		d.put("GROUPING SETS (")
	}
	for i := range g.parts {
		if i > 0 {
			d.put(", ")
		}
		d.group(&g.parts[i], g.kind != pg.GroupingSetKind_GROUPING_SET_SETS)
	}
	d.put(")")
}

// key prints what is sorted or grouped by, so that it is not taken for a column's
// number, or for CUBE or ROLLUP.
func (d *deparser) key(e Expr) {
	if d.b.forms[e].word != "" {
		d.keyInParens(e, d.pretty)
		return
	}
	switch x := e.(type) {
	case *Const:
		d.constant(x, labelAlways)
	case *Col:
		d.expr(e, true)
	case *RowExpr:
		d.keyInParens(e, d.pretty && d.b.forms[e].whole == nil)
	case *Call:
		d.keyInParens(e, d.pretty || x.Op == "")
	case *SetCall, *shownAgg, *shownWindow:
		d.keyInParens(e, true)
	default:
		d.keyInParens(e, d.pretty || byFunction(e))
	}
}

func (d *deparser) keyInParens(e Expr, parens bool) {
	if parens {
		d.put("(")
	}
	d.expr(e, true)
	if parens {
		d.put(")")
	}
}

// keys prints ORDER BY's keys.
func (d *deparser) keys(keys []SortKey) {
	for i, k := range keys {
		if i > 0 {
			d.put(", ")
		}
		d.key(k.Expr)
		d.direction(k)
	}
}

func (d *deparser) direction(k SortKey) {
	switch {
	case k.Desc && k.NullsFirst:
		d.put(" DESC")
	case k.Desc:
		d.put(" DESC NULLS LAST")
	case k.NullsFirst:
		d.put(" NULLS FIRST")
	}
}
