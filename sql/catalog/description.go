package catalog

import (
	"cmp"
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

func makeDescription(c *Catalog, b *rowBuilder) {
	all := c.comments()
	keys := make([]CommentKey, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b CommentKey) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.OID, b.OID), cmp.Compare(a.Sub, b.Sub))
	})
	for _, k := range keys {
		b.add("objoid classoid objsubid description", oid(k.OID), oid(k.Class), num(int(k.Sub)), text(all[k]))
	}
}

func makeShdescription(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.rolesFor(ctx) {
		if r.Comment != "" {
			b.add("objoid classoid description", oid(r.OID), oid(classAuthid), text(r.Comment))
		}
	}
}

// unspoken leaves the comments out that COMMENT has put others in place of.
func (t *table) unspoken(c *functions.Ctx, emit func(row []types.Datum) error) func(row []types.Datum) error {
	v, ok := t.asking(c)
	if !ok || t.rel.Name != "pg_description" {
		return emit
	}
	made := v.made.Load()
	if made == nil || len(made.remarks) == 0 {
		return emit
	}
	return func(row []types.Datum) error {
		if _, said := made.remarks[CommentKey{types.OID(row[1].I), types.OID(row[0].I), int32(row[2].I)}]; said {
			return nil
		}
		return emit(row)
	}
}
