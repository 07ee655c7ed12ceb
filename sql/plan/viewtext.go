package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
)

// ViewText prints the query of a view as PostgreSQL understands it, in the style
// asked for. ok is false for a query that the printer does not know or that cannot
// be bound any more.
func ViewText(ctx BindContext, rl *catalog.Relation, style functions.ViewStyle) (text string, ok bool) {
	b := newBinder(ctx, nil)
	b.forms, b.shown = map[Expr]form{}, &shownState{cols: map[int]shownCol{}, items: map[*pg.Node]*shownItem{}}
	var err error
	func() {
		defer b.recover(&err)
		q := b.viewQuery(rl, nil)
		d := &deparser{b: b, pretty: style.Pretty, wrap: style.Wrap}
		names := make([]string, len(rl.Columns))
		for i := range rl.Columns {
			names[i] = rl.Columns[i].Name
		}
		d.query(q.shown, names, true)
		text, ok = string(d.out)+";", !d.failed
	}()
	return text, ok && err == nil
}
