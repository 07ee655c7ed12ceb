package catalog

import (
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// listed says where a catalog shows the lists of its objects: the class that they go
// by, and the columns with the OID, the column's number (empty: none) and the list.
type listed struct {
	class            types.OID
	oid, column, acl string
}

// listedIn are the catalogs with lists of privileges.
var listedIn = map[string]listed{
	"pg_class":                {RelationClass, "oid", "", "relacl"},
	"pg_attribute":            {RelationClass, "attrelid", "attnum", "attacl"},
	"pg_proc":                 {FunctionClass, "oid", "", "proacl"},
	"pg_namespace":            {SchemaClass, "oid", "", "nspacl"},
	"pg_database":             {DatabaseClass, "oid", "", "datacl"},
	"pg_type":                 {TypeClass, "oid", "", "typacl"},
	"pg_language":             {LanguageClass, "oid", "", "lanacl"},
	"pg_tablespace":           {TablespaceClass, "oid", "", "spcacl"},
	"pg_largeobject_metadata": {LargeObjectClass, "oid", "", "lomacl"},
}

// grantMakers are the catalogs of lists.
func grantMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_default_acl": {dynamic: makeDefaultACL},
		"pg_catalog.pg_init_privs":  {static: makeInitPrivs},
	}
}

// view is the catalog as the asking session sees it; without one, as it was declared.
func (c *Catalog) view(ctx *functions.Ctx) sessionView {
	if v, ok := asker(ctx); ok {
		return v
	}
	return sessionView{c, nil, &atomic.Pointer[Catalog]{}, &atomic.Pointer[Catalog]{}}
}

// granted puts lists of privileges into the rows of a catalog that shows them.
func (t *table) granted(ctx *functions.Ctx, emit func(row []types.Datum) error) func(row []types.Datum) error {
	in, ok := listedIn[t.rel.Name]
	if !ok || t.rel.Schema != "pg_catalog" {
		return emit
	}
	v := t.cat.view(ctx)
	oid, column, acl := t.rel.ColumnIndex(in.oid), t.rel.ColumnIndex(in.column), t.rel.ColumnIndex(in.acl)
	var scratch []types.Datum
	return func(row []types.Datum) error {
		k := CommentKey{Class: in.class, OID: types.OID(row[oid].I)}
		if column >= 0 {
			k.Sub = int32(row[column].I)
		}
		list, said := v.ACL(k)
		if !said {
			return emit(row)
		}
		scratch = append(scratch[:0], row...)
		scratch[acl] = v.ACLText(list)
		return emit(scratch)
	}
}

func makeDefaultACL(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	v := c.view(ctx)
	made := v.made.Load()
	if made == nil {
		return
	}
	for k, d := range made.defaultGrants {
		b.add("oid defaclrole defaclnamespace defaclobjtype defaclacl", oid(d.OID), oid(k.Role), oid(k.Schema), char(byte(k.Kind)), v.ACLText(d.ACL))
	}
	b.sortBy(0)
}

// makeInitPrivs lists what objects began with that is not what such objects have.
func makeInitPrivs(c *Catalog, b *rowBuilder) {
	v := c.view(nil)
	add := func(k CommentKey) {
		if acl, ok := c.DeclaredACL(k); ok {
			b.add("objoid classoid objsubid privtype initprivs", oid(k.OID), oid(k.Class), num(int(k.Sub)), char('i'), v.ACLText(acl))
		}
	}
	for _, r := range c.relations {
		for i := range len(r.Columns) + 1 {
			add(CommentKey{RelationClass, r.OID, int32(i)})
		}
	}
	for i := range c.schemas {
		add(CommentKey{SchemaClass, c.schemas[i].OID, 0})
	}
	for i := range c.library().procs {
		add(CommentKey{FunctionClass, c.library().procs[i].OID, 0})
	}
}
