package catalog

import (
	"cmp"
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

func makeDescription(c *Catalog, b *rowBuilder) {
	for _, k := range c.commented(false) {
		b.add("objoid classoid objsubid description", oid(k.OID), oid(k.Class), num(int(k.Sub)), text(c.comments()[k]))
	}
}

// commented lists what has comments: objects that all databases share, or those of this one.
func (c *Catalog) commented(shared bool) []CommentKey {
	var keys []CommentKey
	for k := range c.comments() {
		if shared == (k.Class == classAuthid || k.Class == classDatabase) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b CommentKey) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.OID, b.OID), cmp.Compare(a.Sub, b.Sub))
	})
	return keys
}

func makeShdescription(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	show := func(k CommentKey, remark string) {
		b.add("objoid classoid description", oid(k.OID), oid(k.Class), text(remark))
	}
	var made *Catalog
	if v, ok := asker(ctx); ok {
		made = v.made.Load()
	}
	for _, k := range c.commented(true) {
		if made != nil {
			if _, said := made.remarks[k]; said {
				continue
			}
		}
		show(k, c.comments()[k])
	}
	if made != nil {
		for _, k := range made.commented(true) {
			show(k, made.comments()[k])
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
