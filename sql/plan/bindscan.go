package plan

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// scan makes a scan of all columns of a relation.
func (b *binder) scan(rl *catalog.Relation, asOf Expr) (*rScan, *item) {
	return b.scanOf(rl, asOf, b.access.enter(rl, types.PrivSelect, 0, 0))
}

// scanOf is scan of a relation that the statement's needs know already.
func (b *binder) scanOf(rl *catalog.Relation, asOf Expr, access *entry) (*rScan, *item) {
	r := &rScan{rel: rl, alias: rl.Name, asOf: asOf}
	first := len(b.cols)
	it := &item{alias: rl.Name, schema: rl.Schema, rel: rl, named: true, open: true}
	for i := range rl.Columns {
		c := &rl.Columns[i]
		id := b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Domain: c.Domain, Rel: rl.OID, Att: int16(i + 1), Collation: ownCollation(c)})
		r.ids = append(r.ids, id)
		it.cols = append(it.cols, itemCol{name: c.Name, expr: b.ref(id)})
	}
	it.system = &r.system
	it.access = access
	b.access.cover(access, first, len(rl.Columns))
	return r, it
}
