package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func testContext(cat *catalog.Catalog, path ...string) BindContext {
	f := types.DefaultFormat()
	f.Now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if len(path) == 0 {
		path = []string{"pg_catalog", "public"}
	}
	return BindContext{Catalog: cat, SearchPath: path, Format: f}
}

// TestPlans runs the transcripts of testdata. Commands:
//
//	bind [verbose] [plain] [path=(a,b)] [json]: the plan, the result's columns, the parameters
//	types: the result's columns and the parameters only
func TestPlans(t *testing.T) {
	cat := catalog.New()
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			ctx := testContext(cat)
			if d.HasArg("path") {
				ctx.SearchPath = nil
				for _, a := range d.CmdArgs {
					if a.Key == "path" {
						ctx.SearchPath = a.Vals
					}
				}
			}
			ctx.Plain = d.HasArg("plain")
			stmts, err := parser.Parse(d.Input)
			var out strings.Builder
			if err != nil {
				return errorText(err)
			}
			for i := range stmts {
				bound, err := Bind(ctx, &stmts[i], nil)
				if err != nil {
					out.WriteString(errorText(err))
					continue
				}
				boundText(&out, d, bound, cat)
			}
			return out.String()
		})
	})
}

func errorText(err error) string {
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

func boundText(out *strings.Builder, d *datadriven.TestData, b *Bound, cat *catalog.Catalog) {
	opt := ExplainOptions{Verbose: d.HasArg("verbose"), Relation: func(oid uint32) string {
		r, _ := cat.Relation(types.OID(oid))
		return r.Name
	}}
	switch {
	case d.Cmd == "types":
	case d.HasArg("json"):
		out.Write(ExplainTree(b.Node, opt))
		out.WriteByte('\n')
	default:
		for _, l := range ExplainText(b.Node, opt) {
			out.WriteString(l + "\n")
		}
	}
	if d.Cmd == "types" || d.HasArg("columns") {
		var cols []string
		for _, c := range b.Columns {
			cols = append(cols, c.Name+" "+types.FormatType(c.Type, c.Typmod))
		}
		fmt.Fprintf(out, "(%s)\n", strings.Join(cols, ", "))
	}
	if len(b.ParamTypes) > 0 {
		var ps []string
		for i, p := range b.ParamTypes {
			ps = append(ps, fmt.Sprintf("$%d %s", i+1, types.FormatTypeBare(p)))
		}
		fmt.Fprintf(out, "params: %s\n", strings.Join(ps, ", "))
	}
}
