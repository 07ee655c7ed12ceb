package sql

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// explain describes a plan, and runs it first when asked to.
func (s *Session) explain(ctx context.Context, p *Prepared, u *plan.Explain) ([][]string, error) {
	lines := plan.ExplainText(p.plan.bound.Node, plan.ExplainOptions{Verbose: u.Verbose})
	if u.Format == "json" {
		return s.explainJSON(ctx, p, u)
	}
	var rows [][]string
	for _, l := range lines {
		rows = append(rows, []string{l})
	}
	if u.Analyze {
		n, took, err := s.analyze(ctx, p)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []string{fmt.Sprintf("Actual Rows: %d", n)}, []string{fmt.Sprintf("Execution Time: %.3f ms", took.Seconds()*1000)})
	}
	return rows, nil
}

func (s *Session) explainJSON(ctx context.Context, p *Prepared, u *plan.Explain) ([][]string, error) {
	doc := map[string]any{"Plan": plan.ExplainTree(p.plan.bound.Node, plan.ExplainOptions{Verbose: u.Verbose})}
	if u.Analyze {
		n, took, err := s.analyze(ctx, p)
		if err != nil {
			return nil, err
		}
		doc["Actual Rows"], doc["Execution Time"] = n, took.Seconds()*1000
	}
	var text strings.Builder
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false) // => and < are for people to read
	out.SetIndent("", "  ")
	err := out.Encode([]any{doc})
	return [][]string{{strings.TrimSuffix(text.String(), "\n")}}, err
}

// analyze executes the plan and counts its rows.
func (s *Session) analyze(ctx context.Context, p *Prepared) (rows int64, took time.Duration, err error) {
	if len(p.Params) > 0 {
		return 0, 0, sqlerr.New(sqlerr.FeatureNotSupported, "EXPLAIN ANALYZE of a statement with parameters is not supported")
	}
	if !p.plan.bound.ReadOnly && s.txn.readOnly {
		return 0, 0, sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute %s in a read-only transaction", p.plan.bound.Kind)
	}
	portal := &Portal{s: s, p: &Prepared{plan: p.plan, stmt: p.stmt, Columns: p.plan.bound.Columns, args: p.args}, ctx: ctx}
	sink := &countingSink{}
	start := s.eng.opt.Clock()
	if err := portal.open(false); err != nil {
		return 0, 0, err
	}
	defer portal.end()
	if _, err := portal.pull(0, sink); err != nil {
		return 0, 0, err
	}
	return sink.rows, s.eng.opt.Clock().Sub(start), nil
}

type countingSink struct{ rows int64 }

func (c *countingSink) Rows(b *types.Batch) error {
	c.rows += int64(b.N)
	return nil
}
