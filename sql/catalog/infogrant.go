package catalog

import (
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// infoGrantMakers are the views of information_schema over privileges.
func infoGrantMakers() map[string]maker {
	return map[string]maker{
		"information_schema.table_privileges":                  {dynamic: makeInfoTableGrants(true)},
		"information_schema.role_table_grants":                 {dynamic: makeInfoTableGrants(false)},
		"information_schema.column_privileges":                 {dynamic: makeInfoColumnGrants(true)},
		"information_schema.role_column_grants":                {dynamic: makeInfoColumnGrants(false)},
		"information_schema.usage_privileges":                  {dynamic: makeInfoUsage(true)},
		"information_schema.role_usage_grants":                 {dynamic: makeInfoUsage(false)},
		"information_schema.udt_privileges":                    {dynamic: makeInfoTypeGrants(true)},
		"information_schema.role_udt_grants":                   {dynamic: makeInfoTypeGrants(false)},
		"information_schema.enabled_roles":                     {dynamic: makeInfoEnabledRoles},
		"information_schema.applicable_roles":                  {dynamic: makeInfoApplicableRoles(false)},
		"information_schema.administrable_role_authorizations": {dynamic: makeInfoApplicableRoles(true)},
	}
}

// grant is one privilege as information_schema shows it.
type grant struct {
	grantor, grantee types.Datum
	privilege        string
	grantable        types.Datum
}

// infoGrants gives the privileges on objects that the asking role may know of: granted
// by or to a role whose privileges it has, or, unless it asks for those of its roles
// alone, to everybody.
type infoGrants struct {
	v      sessionView
	roles  *Roles
	asker  types.OID
	public bool
}

func newInfoGrants(c *Catalog, ctx *functions.Ctx, public bool) *infoGrants {
	roles := c.rolesFor(ctx)
	return &infoGrants{c.view(ctx), roles, askingRole(ctx, roles), public}
}

// each calls do with each of some privileges in the list of an object.
func (g *infoGrants) each(k CommentKey, of types.Privileges, do func(grant)) {
	acl, _ := g.v.ACL(k)
	owner := g.v.OwnerOf(k.Class, k.OID)
	for _, it := range acl {
		known := it.Grantee == 0 && g.public || g.roles.HasPrivilegesOf(g.asker, it.Grantor) || it.Grantee != 0 && g.roles.HasPrivilegesOf(g.asker, it.Grantee)
		if !known {
			continue
		}
		to := text("PUBLIC")
		if it.Grantee != 0 {
			to = text(g.roles.Name(it.Grantee))
		}
		(it.Privs & of).Each(func(one types.Privileges, name string) {
			grantable := it.Options&one != 0 || it.Grantee != 0 && g.roles.HasPrivilegesOf(it.Grantee, owner)
			do(grant{text(g.roles.Name(it.Grantor)), to, name, yesNo(grantable)})
		})
	}
}

func makeInfoTableGrants(public bool) func(*Catalog, *functions.Ctx, *rowBuilder) {
	return func(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
		all := newInfoGrants(c, ctx, public)
		for _, r := range c.relations {
			if r.Kind != 'r' && r.Kind != 'v' {
				continue
			}
			all.each(CommentKey{RelationClass, r.OID, 0}, types.RelationPrivileges, func(g grant) {
				b.add("grantor grantee table_catalog table_schema table_name privilege_type is_grantable with_hierarchy",
					g.grantor, g.grantee, here, text(r.Schema), text(r.Name), text(g.privilege), g.grantable, yesNo(g.privilege == "SELECT"))
			})
		}
	}
}

func makeInfoColumnGrants(public bool) func(*Catalog, *functions.Ctx, *rowBuilder) {
	return func(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
		all := newInfoGrants(c, ctx, public)
		for _, r := range c.relations {
			if r.Kind != 'r' && r.Kind != 'v' {
				continue
			}
			var whole []grant
			all.each(CommentKey{RelationClass, r.OID, 0}, types.ColumnPrivileges, func(g grant) { whole = append(whole, g) })
			for i := range r.Columns {
				add := func(g grant) {
					b.add("grantor grantee table_catalog table_schema table_name column_name privilege_type is_grantable",
						g.grantor, g.grantee, here, text(r.Schema), text(r.Name), text(r.Columns[i].Name), text(g.privilege), g.grantable)
				}
				for _, g := range whole {
					add(g)
				}
				all.each(CommentKey{RelationClass, r.OID, int32(i + 1)}, types.ColumnPrivileges, func(g grant) {
					if !slices.ContainsFunc(whole, g.same) { // a column's own are told once
						add(g)
					}
				})
			}
		}
	}
}

func (g grant) same(o grant) bool {
	return g.grantor.S == o.grantor.S && g.grantee.S == o.grantee.S && g.privilege == o.privilege && g.grantable.S == o.grantable.S
}

func makeInfoUsage(public bool) func(*Catalog, *functions.Ctx, *rowBuilder) {
	return func(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
		const columns = "grantor grantee object_catalog object_schema object_name object_type privilege_type is_grantable"
		all := newInfoGrants(c, ctx, public)
		add := func(k CommentKey, schema, name, kind string) {
			all.each(k, types.PrivUsage, func(g grant) {
				b.add(columns, g.grantor, g.grantee, here, text(schema), text(name), text(kind), text(g.privilege), g.grantable)
			})
		}
		if public || all.roles.HasPrivilegesOf(all.asker, OIDSuperuser) {
			for _, k := range collations {
				b.add(columns, text(superuserName), text("PUBLIC"), here, text("pg_catalog"), text(k.name), text("COLLATION"), text("USAGE"), yesNo(false))
			}
		}
		for i := range c.domains {
			d := &c.domains[i]
			add(CommentKey{TypeClass, d.OID, 0}, d.Schema, d.Name, "DOMAIN")
		}
		for _, schema := range all.v.SchemaNames() {
			for _, r := range all.v.RelationsIn(schema) {
				if r.Kind == 'S' {
					add(CommentKey{RelationClass, r.OID, 0}, r.Schema, r.Name, "SEQUENCE")
				}
			}
		}
	}
}

func makeInfoTypeGrants(public bool) func(*Catalog, *functions.Ctx, *rowBuilder) {
	return func(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
		all := newInfoGrants(c, ctx, public)
		for i := range types.All() {
			t := &types.All()[i]
			if t.Kind != 'c' {
				continue
			}
			all.each(CommentKey{TypeClass, t.OID, 0}, types.PrivUsage, func(g grant) {
				b.add("grantor grantee udt_catalog udt_schema udt_name privilege_type is_grantable",
					g.grantor, g.grantee, here, text("pg_catalog"), text(t.Name), text("TYPE USAGE"), g.grantable)
			})
		}
	}
}

// enabledRoles are the roles whose privileges the asking one has: itself and
// what it is a member of, at any remove; all for a superuser.
func (c *Catalog) enabledRoles(ctx *functions.Ctx) []Role {
	roles := c.rolesFor(ctx)
	return roles.Enabled(askingRole(ctx, roles))
}

// askingRole is the current role of the session that asks; without one, the superuser.
func askingRole(ctx *functions.Ctx, roles *Roles) types.OID {
	if ctx == nil || ctx.Session == nil {
		return OIDSuperuser
	}
	return ctx.Session.UserOID()
}

func makeInfoEnabledRoles(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.enabledRoles(ctx) {
		b.add("role_name", text(r.Name))
	}
}

// makeInfoApplicableRoles lists memberships of the roles that are enabled;
// with admin only those that may be granted on.
func makeInfoApplicableRoles(admin bool) func(*Catalog, *functions.Ctx, *rowBuilder) {
	return func(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
		roles := c.rolesFor(ctx)
		for _, r := range c.enabledRoles(ctx) {
			for _, m := range r.MemberOf {
				if !admin || m.Admin {
					b.add("grantee role_name is_grantable", text(r.Name), text(roles.Name(m.Role)), yesNo(m.Admin))
				}
			}
			if !admin && r.OID == OIDSuperuser { // the database's owner
				b.add("grantee role_name is_grantable", text(r.Name), text(roles.Name(OIDDatabaseOwnerRole)), yesNo(false))
			}
		}
	}
}
