package catalog

import (
	"cmp"
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
)

func makeDescription(c *Catalog, b *rowBuilder) {
	all := c.comments()
	keys := make([]commentKey, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b commentKey) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.oid, b.oid), cmp.Compare(a.sub, b.sub))
	})
	for _, k := range keys {
		b.add("objoid classoid objsubid description", oid(k.oid), oid(k.class), num(int(k.sub)), text(all[k]))
	}
}

func makeShdescription(c *Catalog, _ *functions.Ctx, b *rowBuilder) {
	for _, r := range c.roles() {
		if r.Comment != "" {
			b.add("objoid classoid description", oid(r.OID), oid(classAuthid), text(r.Comment))
		}
	}
}
