package parser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// TestParse runs the transcripts of testdata: SQL, then what became of it.
func TestParse(t *testing.T) {
	datadriven.Walk(t, "testdata/parse", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			stmts, err := Parse(d.Input)
			if err != nil {
				return describeError(err)
			}
			if len(stmts) == 0 {
				return "no statement\n"
			}
			var b strings.Builder
			for i := range stmts {
				describe(&b, &stmts[i])
			}
			return b.String()
		})
	})
}

func describeError(err error) string {
	e := sqlerr.From(err)
	out := fmt.Sprintf("ERROR %s at %d: %s\n", e.Code, e.Position, e.Message)
	if e.Detail != "" {
		out += "DETAIL: " + e.Detail + "\n"
	}
	if e.Hint != "" {
		out += "HINT: " + e.Hint + "\n"
	}
	return out
}

func describe(b *strings.Builder, s *Statement) {
	fmt.Fprintf(b, "%s +%d", s.Kind, s.Offset)
	if len(s.Clauses) == 0 && s.AsOf == nil {
		b.WriteString(" plain")
	}
	b.WriteByte('\n')
	if s.AsOf != nil {
		fmt.Fprintf(b, "  as of system time %s\n", expr(s, s.AsOf.From))
	}
	var items []fromItem
	collect(s.Tree.ProtoReflect(), &items)
	seen := map[any]bool{}
	for _, it := range items {
		if c := s.Clauses[it.node]; c != nil {
			seen[it.node] = true
			describeItem(b, s, it.node, c)
		}
	}
	for node, c := range s.Clauses {
		if !seen[node] { // within the clause's own expressions
			b.WriteString("  (inner)")
			describeItem(b, s, node, c)
		}
	}
}

func describeItem(b *strings.Builder, s *Statement, node any, c *Clauses) {
	switch n := node.(type) {
	case *pg.RangeVar:
		fmt.Fprintf(b, "  relation %s @%d", n.Relname, s.Position(n.Location))
		alias(b, n.Alias)
	case *pg.RangeSubselect:
		b.WriteString("  subquery")
		alias(b, n.Alias)
	case *pg.RangeFunction:
		b.WriteString("  function")
		alias(b, n.Alias)
	}
	b.WriteByte('\n')
	if c.System != nil {
		fmt.Fprintf(b, "    system time %s\n", timeText(s, c.System))
	}
	if c.Valid != nil {
		fmt.Fprintf(b, "    valid time %s\n", timeText(s, c.Valid))
	}
	if c.Lens != nil {
		fmt.Fprintf(b, "    lens %s @%d\n", c.Lens.Name, s.Position(int32(c.Lens.Location)))
		for _, p := range c.Lens.Params {
			fmt.Fprintf(b, "      %s => %s\n", p.Name, expr(s, p.Value))
		}
		if c.Lens.Filter != nil {
			fmt.Fprintf(b, "      filter %s\n", expr(s, c.Lens.Filter))
		}
	}
}

func alias(b *strings.Builder, a *pg.Alias) {
	if a != nil {
		fmt.Fprintf(b, " as %s", a.Aliasname)
	}
}

func timeText(s *Statement, t *TimeClause) string {
	switch t.Kind {
	case TimeAsOf:
		return "as of " + expr(s, t.From)
	case TimeFromTo:
		return "from " + expr(s, t.From) + " to " + expr(s, t.To)
	case TimeBetween:
		return "between " + expr(s, t.From) + " and " + expr(s, t.To)
	}
	return "all"
}

// expr writes an expression with the position of its first known location.
func expr(s *Statement, n *pg.Node) string {
	var items []fromItem
	lo, _ := collect(n.ProtoReflect(), &items)
	out, err := pg.Deparse(&pg.ParseResult{Stmts: []*pg.RawStmt{{Stmt: &pg.Node{Node: &pg.Node_SelectStmt{
		SelectStmt: &pg.SelectStmt{
			TargetList:  []*pg.Node{{Node: &pg.Node_ResTarget{ResTarget: &pg.ResTarget{Val: n}}}},
			LimitOption: pg.LimitOption_LIMIT_OPTION_DEFAULT, Op: pg.SetOperation_SETOP_NONE,
		},
	}}}}})
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s @%d", strings.TrimPrefix(out, "SELECT "), s.Position(int32(lo)))
}
