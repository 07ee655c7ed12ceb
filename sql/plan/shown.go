package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// show notes how the catalogs show the expressions of the declaration, once it
// is complete. What a literal like 'now' means is settled with that.
func (d *definer) show() {
	for i := range d.rel.Columns {
		c := &d.rel.Columns[i]
		text := &c.Default
		if c.Generated {
			text = &c.Expr
		}
		c.Shown = catalog.Shown{}
		if *text == "" || c.Sequence != 0 {
			continue
		}
		c.Shown = d.shown(text, func(e Expr, in *definer) Expr {
			e = in.mustAssign(e, c, "")
			if c.Typmod < 0 {
				return in.b.loosen(e, false)
			}
			return e
		})
	}
	for i := range d.rel.Checks {
		k := &d.rel.Checks[i]
		k.Shown = d.shown(&k.Expr, func(e Expr, in *definer) Expr { return in.b.mustCoerce(e, types.OIDBool, -1, "CHECK") })
	}
	for i := range d.rel.Indexes {
		d.showIndex(&d.rel.Indexes[i])
	}
}

// showIndex notes how the catalogs show the expressions of an index.
func (d *definer) showIndex(ix *catalog.Index) {
	for i := range ix.Exprs {
		x := &ix.Exprs[i]
		x.Shown = d.shown(&x.Expr, func(e Expr, in *definer) Expr { return in.b.settle(e) })
	}
	ix.WhereShown = catalog.Shown{}
	if ix.Where != "" {
		ix.WhereShown = d.shown(&ix.Where, func(e Expr, in *definer) Expr { return in.b.mustCoerce(e, types.OIDBool, -1, "WHERE") })
	}
}

// shown binds an expression's text to be printed and prints it; what cannot be
// printed is shown as it was written.
func (d *definer) shown(text *string, convert func(Expr, *definer) Expr) (out catalog.Shown) {
	in := newDefiner(d.b.ctx, &parser.Statement{}, nil)
	in.rel, in.value, in.b.forms = d.rel, d.value, map[Expr]form{}
	var err error
	defer in.b.recover(&err)
	e := convert(in.scope("").stored(*text), in)
	plain, pretty, ok := in.b.deparse(e)
	if !ok {
		return out
	}
	if in.b.volatile {
		*text = plain
	}
	return catalog.Shown{Plain: plain, Pretty: pretty}
}

// boundText is an expression as it is shown, for the declaration to keep.
func (d *definer) boundText(n *pg.Node) string {
	in := newDefiner(d.b.ctx, d.b.stmt, nil)
	in.rel, in.value, in.b.forms = d.rel, d.value, map[Expr]form{}
	plain, _, ok := in.b.deparse(in.scope("").expr(n))
	if !ok {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "this expression is not supported in a table's declaration"))
	}
	return plain
}

// sameTree compares trees but for where their nodes stand.
func sameTree(a, b *pg.Node) bool {
	unplaced := func(n *pg.Node) proto.Message {
		n = proto.Clone(n).(*pg.Node)
		visitTree(n.ProtoReflect(), func(m proto.Message) bool {
			r := m.ProtoReflect()
			if f := r.Descriptor().Fields().ByName("location"); f != nil {
				r.Set(f, protoreflect.ValueOfInt32(0))
			}
			return true
		})
		return n
	}
	return proto.Equal(unplaced(a), unplaced(b))
}
