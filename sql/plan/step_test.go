package plan

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// looks is a context that is done when it was looked at so many times.
type looks struct {
	context.Context
	left int
}

func (l *looks) Err() error {
	if l.left--; l.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestBindEnds: whatever a bind is at, it soon sees that it is to end.
func TestBindEnds(t *testing.T) {
	var joins, chain strings.Builder
	for i := range 60 {
		fmt.Fprintf(&joins, " LEFT JOIN assertions t%d ON t%d.id = t.id", i, i)
		fmt.Fprintf(&chain, " AND u.id = (SELECT max(x.id) FROM assertions x, sources y WHERE x.source = y.source AND x.id < %d::text)", i)
	}
	var commas, equal strings.Builder
	for i := range 200 {
		fmt.Fprintf(&commas, ", assertions u%d", i)
		fmt.Fprintf(&equal, " AND u%d.id = u.id", i)
	}
	for name, text := range map[string]string{
		"outer":      "SELECT * FROM (SELECT t.* FROM assertions t" + joins.String() + ") q",
		"subqueries": "SELECT count(*) FROM assertions u WHERE true" + chain.String(),
		"inner":      "SELECT count(*) FROM assertions u" + commas.String() + " WHERE true" + equal.String(),
		"expression": "SELECT 1" + strings.Repeat(" + 1", 500),
	} {
		stmts, err := parser.Parse(text)
		if err != nil {
			t.Fatal(name, err)
		}
		ctx := testContext(catalog.New())
		all := &looks{context.Background(), 1 << 30}
		ctx.Running = all
		if _, err := Bind(ctx, &stmts[0], nil); err != nil {
			t.Fatal(name, err)
		}
		n := 1<<30 - all.left
		if n < 20 {
			t.Errorf("%s: %d looks", name, n)
		}
		for at := 0; at < n; at += 1 + n/40 {
			l := &looks{context.Background(), at}
			ctx.Running = l
			_, err := Bind(ctx, &stmts[0], nil)
			if e := sqlerr.From(err); e == nil || e.Code != sqlerr.QueryCanceled || e.Message != "canceling statement due to user request" || l.left != -1 {
				t.Fatalf("%s: ended at look %d of %d: %v, %d more", name, at, n, err, -1-l.left)
			}
		}
	}
}
