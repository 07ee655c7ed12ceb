package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// viewMakers are the views of pg_catalog over relations.
func viewMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_tables":    {dynamic: makeTables},
		"pg_catalog.pg_views":     {dynamic: makeViews},
		"pg_catalog.pg_rewrite":   {static: makeRewrite},
		"pg_catalog.pg_indexes":   {static: makeIndexes},
		"pg_catalog.pg_sequences": {dynamic: makeSequences},
	}
}

func makeTables(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	roles := c.rolesFor(ctx)
	for _, r := range c.relations {
		if r.Kind != 'r' {
			continue
		}
		space := null
		if shared(r.OID) {
			space = text("pg_global")
		}
		b.add("schemaname tablename tableowner tablespace hasindexes hasrules hastriggers rowsecurity",
			text(r.Schema), text(r.Name), text(roles.Name(r.OwnerOID())), space, yes(len(r.Indexes) > 0), yes(false), yes(false), yes(false))
	}
}

// definitionOf is a view's query; NULL for the views of the system, which are
// made without one.
func definitionOf(ctx *functions.Ctx, r *Relation) types.Datum {
	if ctx == nil || withQuery(r) == nil {
		return null
	}
	if v, ok := ctx.Catalog.(sessionView); ok {
		if s, ok := v.ViewDef(r.OID, functions.ViewStyle{}, &ctx.Format); ok {
			return text(s)
		}
	}
	return null
}

func makeViews(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	roles := c.rolesFor(ctx)
	for _, r := range c.relations {
		if r.Kind == 'v' {
			b.add("schemaname viewname viewowner definition", text(r.Schema), text(r.Name), text(roles.Name(r.OwnerOID())), definitionOf(ctx, r))
		}
	}
}

// ruleOf is the OID of a view's rule; 0: there is none, which is so of the views of
// the system.
func ruleOf(r *Relation) types.OID {
	switch {
	case r.View != nil:
		return r.View.Rule
	case r.Store == LensStore:
		return r.OID + lensRuleStride
	}
	return 0
}

// lensRuleStride lies between a lens's view and its rule.
const lensRuleStride types.OID = 100

// makeRewrite lists the rules of views: ON SELECT DO INSTEAD.
func makeRewrite(c *Catalog, b *rowBuilder) {
	for _, r := range c.relations {
		rule := ruleOf(r)
		if rule == 0 {
			continue
		}
		b.add("oid rulename ev_class ev_type ev_enabled is_instead ev_qual ev_action",
			oid(rule), text("_RETURN"), oid(r.OID), char('1'), char('O'), yes(true), text("<>"), text(withQuery(r).View.Query))
	}
}

func makeIndexes(c *Catalog, b *rowBuilder) {
	for i := range c.indexes {
		x := &c.indexes[i]
		b.add("schemaname tablename indexname indexdef", text(x.rel.Schema), text(x.rel.Name), text(x.Name), text(x.def(false, false)))
	}
}
