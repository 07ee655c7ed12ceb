package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// roleMakers are the catalogs of roles. No secret is ever shown.
func roleMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_authid":          {dynamic: makeAuthid},
		"pg_catalog.pg_roles":           {dynamic: makeRoles},
		"pg_catalog.pg_user":            {dynamic: makeUsers},
		"pg_catalog.pg_shadow":          {dynamic: makeUsers},
		"pg_catalog.pg_group":           {dynamic: makeGroups},
		"pg_catalog.pg_auth_members":    {dynamic: makeAuthMembers},
		"pg_catalog.pg_db_role_setting": {dynamic: makeRoleSettings},
	}
}

// hidden stands for a password that is there.
const hidden = "********"

func makeAuthid(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.rolesFor(ctx) {
		b.add("oid rolname rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolreplication rolbypassrls rolconnlimit rolpassword rolvaliduntil",
			oid(r.OID), text(r.Name), yes(r.Super), yes(r.Inherit), yes(r.CreateRole), yes(r.CreateDB), yes(r.CanLogin), yes(r.Replication),
			yes(r.BypassRLS), num(int(r.ConnLimit)), password(&r), instant(r.ValidUntil))
	}
}

func password(r *Role) types.Datum {
	if r.Verifier != "" {
		return text(hidden)
	}
	return null
}

func makeRoles(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.rolesFor(ctx) {
		b.add("rolname rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolreplication rolconnlimit rolpassword rolvaliduntil rolbypassrls rolconfig oid",
			text(r.Name), yes(r.Super), yes(r.Inherit), yes(r.CreateRole), yes(r.CreateDB), yes(r.CanLogin), yes(r.Replication), num(int(r.ConnLimit)),
			text(hidden), instant(r.ValidUntil), yes(r.BypassRLS), textArray(r.Config), oid(r.OID))
	}
}

func makeUsers(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.rolesFor(ctx) {
		if !r.CanLogin {
			continue
		}
		pw := text(hidden)
		if b.rel.Name == "pg_shadow" {
			pw = password(&r)
		}
		b.add("usename usesysid usecreatedb usesuper userepl usebypassrls passwd valuntil useconfig",
			text(r.Name), oid(r.OID), yes(r.CreateDB), yes(r.Super), yes(r.Replication), yes(r.BypassRLS), pw, instant(r.ValidUntil), textArray(r.Config))
	}
}

func makeGroups(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	roles := c.rolesFor(ctx)
	for _, g := range roles {
		if g.CanLogin {
			continue
		}
		var members []types.Datum
		for _, r := range roles {
			for _, of := range r.MemberOf {
				if of == g.OID {
					members = append(members, oid(r.OID))
				}
			}
		}
		b.add("groname grosysid grolist", text(g.Name), oid(g.OID), types.Any(types.NewArray(types.OIDOID, members)))
	}
}

// admin reports whether a role may grant membership of another.
func (r *Role) admin(of types.OID) bool {
	for _, o := range r.AdminOf {
		if o == of {
			return true
		}
	}
	return false
}

func makeAuthMembers(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.rolesFor(ctx) {
		for _, of := range r.MemberOf {
			b.add("roleid member grantor admin_option", oid(of), oid(r.OID), oid(OIDSuperuser), yes(r.admin(of)))
		}
	}
}
