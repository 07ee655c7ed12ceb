package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// infoGrantMakers are the views of information_schema over privileges.
func infoGrantMakers() map[string]maker {
	return map[string]maker{
		"information_schema.table_privileges":                  {static: makeInfoTableGrants(true)},
		"information_schema.role_table_grants":                 {static: makeInfoTableGrants(false)},
		"information_schema.column_privileges":                 {static: makeInfoColumnGrants(true)},
		"information_schema.role_column_grants":                {static: makeInfoColumnGrants(false)},
		"information_schema.usage_privileges":                  {static: makeInfoUsage(true)},
		"information_schema.role_usage_grants":                 {static: makeInfoUsage(false)},
		"information_schema.udt_privileges":                    {static: makeInfoTypeGrants(true)},
		"information_schema.role_udt_grants":                   {static: makeInfoTypeGrants(false)},
		"information_schema.enabled_roles":                     {dynamic: makeInfoEnabledRoles},
		"information_schema.applicable_roles":                  {dynamic: makeInfoApplicableRoles(false)},
		"information_schema.administrable_role_authorizations": {dynamic: makeInfoApplicableRoles(true)},
	}
}

// publicReads reports whether everybody may read a relation.
func publicReads(r *Relation) bool {
	return r.Store == VirtualStore && r.OID != classAuthid && r.Name != "pg_shadow"
}

func makeInfoTableGrants(public bool) func(*Catalog, *rowBuilder) {
	return func(c *Catalog, b *rowBuilder) {
		add := func(r *Relation, to, priv string, grantable bool) {
			b.add("grantor grantee table_catalog table_schema table_name privilege_type is_grantable with_hierarchy",
				text(superuserName), text(to), here, text(r.Schema), text(r.Name), text(priv), yesNo(grantable), yesNo(priv == "SELECT"))
		}
		for _, r := range c.relations {
			for _, p := range []string{"INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"} {
				add(r, superuserName, p, true)
			}
			if public && publicReads(r) {
				add(r, "PUBLIC", "SELECT", false)
			}
		}
	}
}

func makeInfoColumnGrants(public bool) func(*Catalog, *rowBuilder) {
	return func(c *Catalog, b *rowBuilder) {
		for _, r := range c.relations {
			for i := range r.Columns {
				add := func(to, priv string, grantable bool) {
					b.add("grantor grantee table_catalog table_schema table_name column_name privilege_type is_grantable",
						text(superuserName), text(to), here, text(r.Schema), text(r.Name), text(r.Columns[i].Name), text(priv), yesNo(grantable))
				}
				for _, p := range []string{"SELECT", "INSERT", "UPDATE", "REFERENCES"} {
					add(superuserName, p, true)
				}
				if public && publicReads(r) {
					add("PUBLIC", "SELECT", false)
				}
			}
		}
	}
}

func makeInfoUsage(public bool) func(*Catalog, *rowBuilder) {
	return func(c *Catalog, b *rowBuilder) {
		const columns = "grantor grantee object_catalog object_schema object_name object_type privilege_type is_grantable"
		c.domainUsage(func(d *Domain, grantee string, grantable bool) {
			if public || grantee != "PUBLIC" {
				b.add(columns, text(superuserName), text(grantee), here, text(d.Schema), text(d.Name), text("DOMAIN"), text("USAGE"), yesNo(grantable))
			}
		})
		if !public {
			return // nothing else is granted to a role by name
		}
		for _, k := range collations {
			b.add(columns,
				text(superuserName), text("PUBLIC"), here, text("pg_catalog"), text(k.name), text("COLLATION"), text("USAGE"), yesNo(false))
		}
	}
}

func makeInfoTypeGrants(public bool) func(*Catalog, *rowBuilder) {
	return func(_ *Catalog, b *rowBuilder) {
		for i := range types.All() {
			t := &types.All()[i]
			if t.Kind != 'c' {
				continue
			}
			const columns = "grantor grantee udt_catalog udt_schema udt_name privilege_type is_grantable"
			b.add(columns, text(superuserName), text(superuserName), here, text("pg_catalog"), text(t.Name), text("TYPE USAGE"), yesNo(true))
			if public {
				b.add(columns, text(superuserName), text("PUBLIC"), here, text("pg_catalog"), text(t.Name), text("TYPE USAGE"), yesNo(false))
			}
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
