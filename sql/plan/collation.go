package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Every collation that there is orders by code point, so that values compare
// the same under all. What is left of them are the rules that PostgreSQL checks:
// an expression's collation is that of its parts, and a name's is "C".

// collation derives an expression's collation; 0: its type has none.
func (b *binder) collation(e Expr) types.OID {
	own := typeCollation(typeOf(e))
	if own == 0 {
		return 0
	}
	if c, ok := b.collated[e]; ok {
		return c
	}
	switch x := e.(type) {
	case *DomainCheck:
		if d, _, ok := b.ctx.Catalog.Domain(x.Domain); ok && d.Collation != 0 {
			return d.Collation
		}
	case *Col:
		if x.Index < len(b.cols) && b.cols[x.Index].Collation != 0 {
			return b.cols[x.Index].Collation
		}
		return own
	case *subquery:
		if outs := x.rel.outs(); len(outs) > 0 && typeCollation(b.cols[outs[0]].Type) != 0 {
			return b.collation(b.ref(outs[0]))
		}
		return own
	case *Case:
		results := []Expr{x.Else}
		for _, w := range x.Whens {
			results = append(results, w.Result)
		}
		return b.collationOf(results, own)
	}
	var parts []Expr
	mapExpr(e, func(x Expr) Expr {
		parts = append(parts, x)
		return x
	})
	return b.collationOf(parts, own)
}

// collate notes the collation that COLLATE gives to a value.
func (b *binder) collate(e Expr, name string) Expr {
	c := types.CCollation
	if name == "default" {
		c = types.DefaultCollation
	}
	e = b.located(e, b.loc[e]) // a column is one of its own then
	if b.collated == nil {
		b.collated = map[Expr]types.OID{}
	}
	b.collated[e] = c
	return e
}

// collateRow notes the collations of a row's columns, which comparisons of rows
// look at.
func (b *binder) collateRow(row *RowExpr) {
	row.Collations = nil
	for i, e := range row.Elems {
		c := b.collation(e)
		if c == typeCollation(typeOf(e)) {
			continue
		}
		if row.Collations == nil {
			row.Collations = make([]types.OID, len(row.Elems))
			for k, e := range row.Elems {
				row.Collations[k] = typeCollation(typeOf(e))
			}
		}
		row.Collations[i] = c
	}
}

// collationOf combines the collations of parts: another than the default wins,
// and without any it is own.
func (b *binder) collationOf(parts []Expr, own types.OID) types.OID {
	found := types.OID(0)
	for _, p := range parts {
		if p == nil {
			continue
		}
		if c := b.collation(p); c != 0 && (found == 0 || found == types.DefaultCollation) {
			found = c
		}
	}
	if found == 0 {
		return own
	}
	return found
}

// ownCollation is what a column of a relation notes as its collation: 0 where it is
// the type's own.
func ownCollation(c *catalog.Column) types.OID {
	if c.Collation == typeCollation(c.Type) {
		return 0
	}
	return c.Collation
}

// typeCollation is the collation of a type's values by themselves.
func typeCollation(t types.OID) types.OID {
	ty, ok := types.Lookup(t)
	if !ok {
		return 0
	}
	return ty.Collation
}

// columnCollation is what a column of these values notes as its collation: 0
// where it is the type's own.
func (b *binder) columnCollation(t types.OID, values ...Expr) types.OID {
	own := typeCollation(t)
	if own == 0 {
		return 0
	}
	if c := b.collationOf(values, own); c != own {
		return c
	}
	return 0
}

// collationFor gives pg_collation_for's argument, when it is a text that has the
// collation "C", the type name, by which the function knows it.
func (b *binder) collationFor(fn *functions.Func, args []Expr) {
	const pgCollationFor = 3162
	if b.showing() || fn.OID != pgCollationFor || len(args) != 1 || category(typeOf(args[0])) != 'S' {
		return
	}
	want := b.collation(args[0])
	switch {
	case want == typeCollation(typeOf(args[0])):
	case want == types.CCollation:
		args[0] = &Convert{Arg: args[0], OID: types.OIDName, Typmod: -1, IO: true}
	case want == types.DefaultCollation:
		args[0] = &Convert{Arg: args[0], OID: types.OIDText, Typmod: -1, IO: true}
	}
}

// sameCollation refuses a recursive query's column whose collation the recursive
// term changes.
func (s *scope) sameCollation(info *cteInfo, left *pg.SelectStmt, i int, step Expr) {
	first := s.b.ref(info.cols[i].id)
	want := s.b.collation(first)
	overall := s.b.collationOf([]Expr{first, step}, want)
	if overall == want {
		return
	}
	at := locate(info.cols[i].node)
	if len(left.ValuesLists) > 0 {
		at = -1 // the columns of VALUES are not written anywhere
	}
	fail(s.b.at(at, sqlerr.New(sqlerr.CollationMismatch,
		`recursive query "%s" column %d has collation "%s" in non-recursive term but collation "%s" overall`,
		info.name, i+1, collationName(want), collationName(overall)).
		WithHint("Use the COLLATE clause to set the collation of the non-recursive term.")))
}

func collationName(c types.OID) string {
	if c == types.CCollation {
		return "C"
	}
	return "default"
}
