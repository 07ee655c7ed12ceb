package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// FuzzBind binds whatever parses: no crash, no internal error, positions inside
// of the text, and a plan that EXPLAIN can print.
func FuzzBind(f *testing.F) {
	files, err := filepath.Glob("testdata/[a-z]*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue // the fuzzer's own folder
		}
		for _, part := range strings.Split(string(raw), "\n\n") {
			lines := strings.SplitN(part, "\n", 3)
			if len(lines) > 1 && (strings.HasPrefix(lines[0], "bind") || lines[0] == "types") {
				f.Add(lines[1])
			}
		}
	}
	cat := catalog.New()
	f.Fuzz(func(t *testing.T, text string) {
		stmts, err := parser.Parse(text)
		if err != nil {
			return
		}
		for i := range stmts {
			for _, plain := range []bool{false, true} {
				ctx := testContext(cat)
				ctx.Plain = plain
				checkBind(t, ctx, &stmts[i])
			}
		}
	})
}

func checkBind(t *testing.T, ctx BindContext, s *parser.Statement) {
	bound, err := Bind(ctx, s, nil)
	if err != nil {
		e := sqlerr.From(err)
		if e.Code == sqlerr.InternalError {
			t.Fatalf("internal error: %v", err)
		}
		if n := utf8.RuneCountInString(s.Text); e.Position < 0 || e.Position > n+1 {
			t.Fatalf("position %d of %d characters: %v", e.Position, n, err)
		}
		return
	}
	ExplainText(bound.Node, ExplainOptions{Verbose: true})
	ExplainTree(bound.Node, ExplainOptions{})
	checkShape(t, bound.Node)
}

// checkShape holds that positions lie within inputs.
func checkShape(t *testing.T, n Node) {
	width := func(n Node) int { return len(n.Columns()) }
	check := func(e Expr, w int, what string) {
		walk(e, func(x Expr) bool {
			switch x := x.(type) {
			case *Col:
				if x.Index < 0 || x.Index >= w {
					t.Fatalf("%T: %s names column %d of %d", n, what, x.Index, w)
				}
			case *Subplan:
				checkShape(t, x.Plan)
			case *subquery:
				t.Fatalf("%T: a subquery was not lowered", n)
			}
			return true
		})
	}
	switch n := n.(type) {
	case *Scan:
		check(n.Filter, width(n), "filter")
	case *Lens:
		check(n.Filter, width(n.Input), "filter")
		for _, f := range n.From {
			if f >= width(n.Input) {
				t.Fatalf("lens output names column %d of %d", f, width(n.Input))
			}
		}
	case *Project:
		for _, e := range n.Exprs {
			check(e, width(n.Input), "projection")
		}
	case *Filter:
		check(n.Cond, width(n.Input), "condition")
	case *Join:
		check(n.On, width(n.Left)+width(n.Right), "condition")
		for i := range n.LeftKeys {
			check(n.LeftKeys[i], width(n.Left), "left key")
			check(n.RightKeys[i], width(n.Right), "right key")
		}
	case *Aggregate:
		for _, e := range n.Keys {
			check(e, width(n.Input), "key")
		}
	case *Window:
		for _, e := range n.Partition {
			check(e, width(n.Input), "partition key")
		}
		for _, c := range n.Calls {
			for _, e := range c.Args {
				check(e, width(n.Input), "argument")
			}
			check(c.Filter, width(n.Input), "filter")
		}
	case *Sort:
		for _, k := range n.Keys {
			check(k.Expr, width(n.Input), "key")
		}
	}
	for _, k := range n.Children() {
		checkShape(t, k)
	}
}
