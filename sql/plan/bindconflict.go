package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// onConflict is ON CONFLICT of an INSERT whose action sees the row that is there and
// the one that was proposed.
type onConflict struct {
	Conflict
	stored, proposed []int
}

func (c *onConflict) exprs(one func(*Expr), list func([]Expr)) {
	if c != nil {
		list(c.Set)
		one(&c.Where)
	}
}

func (c *onConflict) made(made *colSet) {
	if c != nil {
		made.add(c.stored...)
		made.add(c.proposed...)
	}
}

func (l lowering) conflict(c *onConflict) *Conflict {
	if c == nil {
		return nil
	}
	pair := layoutOf(c.stored, c.proposed)
	return &Conflict{Indexes: c.Indexes, Update: c.Update, Set: l.exprs(c.Set, pair), Where: l.expr(c.Where, pair)}
}

// tempConflict binds ON CONFLICT of an INSERT into a temporary table.
func (s *scope) tempConflict(m *rModify, n *pg.InsertStmt) {
	c := n.OnConflictClause
	if c == nil {
		return
	}
	m.conflict = &onConflict{}
	m.conflict.Indexes = s.arbiters(m.rel, c.Infer)
	if c.Action == pg.OnConflictAction_ONCONFLICT_UPDATE {
		s.doUpdate(m, n)
	}
}

// doUpdate binds ON CONFLICT DO UPDATE.
func (s *scope) doUpdate(m *rModify, n *pg.InsertStmt) {
	c, out := n.OnConflictClause, m.conflict
	if c.Infer == nil {
		fail(s.b.at(c.Location, sqlerr.New(sqlerr.SyntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name").
			WithHint("For example, ON CONFLICT (column_name).")))
	}
	out.Update = true
	alias := n.Relation.Relname
	if n.Relation.Alias != nil {
		alias = n.Relation.Alias.Aliasname
	}
	var stored, proposed *item
	out.stored, stored = s.b.rowColumns(m.rel, alias)
	out.proposed, proposed = s.b.rowColumns(m.rel, "excluded")
	in := &scope{b: s.b, parent: s.parent, ctes: s.ctes, items: []*item{stored, proposed}}
	in.checkNames(nil, in.items)
	cols, values := in.noAggs("UPDATE").assignments(m.rel, c.TargetList, shared)
	for i := range m.rel.Columns {
		if k := slices.Index(cols, i); k >= 0 {
			out.Set = append(out.Set, values[k])
		} else {
			out.Set = append(out.Set, s.b.ref(out.stored[i]))
		}
	}
	if c.WhereClause != nil {
		out.Where = in.noAggs("WHERE").condition(c.WhereClause, "WHERE")
	}
}

// arbiters finds the unique indexes that ON CONFLICT names; nil: all of them.
func (s *scope) arbiters(rl *catalog.Relation, in *pg.InferClause) []int {
	if in == nil {
		return nil
	}
	if in.Conname != "" {
		for k := range rl.Indexes {
			if ix := &rl.Indexes[k]; ix.Name == in.Conname && ix.Constraint != 0 {
				return []int{k}
			}
		}
		s.failAt(-1, sqlerr.UndefinedObject, `constraint "%s" for table "%s" does not exist`, in.Conname, rl.Name)
	}
	want := map[int]bool{}
	for _, n := range in.IndexElems {
		e := n.GetIndexElem()
		if e.Name == "" {
			s.b.unsupported(in.Location, "an expression in ON CONFLICT is")
		}
		at := rl.ColumnIndex(e.Name)
		if at < 0 {
			s.failAt(in.Location, sqlerr.UndefinedColumn, `column "%s" does not exist`, e.Name)
		}
		want[at] = true
	}
	var out []int
	for k := range rl.Indexes {
		ix := &rl.Indexes[k]
		same := ix.Unique && len(ix.Columns) == len(want)
		for _, c := range ix.Columns {
			same = same && want[c]
		}
		if same {
			out = append(out, k)
		}
	}
	if out == nil {
		s.failAt(-1, sqlerr.InvalidColumnReference, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
	}
	return out
}
