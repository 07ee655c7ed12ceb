package catalog

import (
	"math"
	"time"

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
	for _, r := range c.rolesFor(ctx).All() {
		b.add("oid rolname rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolreplication rolbypassrls rolconnlimit rolpassword rolvaliduntil",
			oid(r.OID), text(r.Name), yes(r.Super), yes(r.Inherit), yes(r.CreateRole), yes(r.CreateDB), yes(r.CanLogin), yes(r.Replication),
			yes(r.BypassRLS), num(int(r.ConnLimit)), password(&r), until(r.ValidUntil))
	}
}

func password(r *Role) types.Datum {
	if r.Verifier != "" {
		return text(hidden)
	}
	return null
}

// Times that VALID UNTIL 'infinity' and '-infinity' say.
var (
	ValidForever = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	ValidNever   = time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)
)

func until(t time.Time) types.Datum {
	switch {
	case t.Equal(ValidForever):
		return types.Int(math.MaxInt64)
	case t.Equal(ValidNever):
		return types.Int(math.MinInt64)
	}
	return instant(t)
}

func makeRoles(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.rolesFor(ctx).All() {
		b.add("rolname rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolreplication rolconnlimit rolpassword rolvaliduntil rolbypassrls rolconfig oid",
			text(r.Name), yes(r.Super), yes(r.Inherit), yes(r.CreateRole), yes(r.CreateDB), yes(r.CanLogin), yes(r.Replication), num(int(r.ConnLimit)),
			text(hidden), until(r.ValidUntil), yes(r.BypassRLS), textArray(r.Config), oid(r.OID))
	}
}

func makeUsers(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.rolesFor(ctx).All() {
		if !r.CanLogin {
			continue
		}
		pw := text(hidden)
		if b.rel.Name == "pg_shadow" {
			pw = password(&r)
		}
		b.add("usename usesysid usecreatedb usesuper userepl usebypassrls passwd valuntil useconfig",
			text(r.Name), oid(r.OID), yes(r.CreateDB), yes(r.Super), yes(r.Replication), yes(r.BypassRLS), pw, until(r.ValidUntil), textArray(r.Config))
	}
}

func makeGroups(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	roles := c.rolesFor(ctx).All()
	for _, g := range roles {
		if g.CanLogin {
			continue
		}
		var members []types.Datum
		for _, r := range roles {
			if _, ok := r.Membership(g.OID); ok {
				members = append(members, oid(r.OID))
			}
		}
		b.add("groname grosysid grolist", text(g.Name), oid(g.OID), types.Any(types.NewArray(types.OIDOID, members)))
	}
}

func makeAuthMembers(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.rolesFor(ctx).All() {
		for _, m := range r.MemberOf {
			b.add("roleid member grantor admin_option", oid(m.Role), oid(r.OID), oid(m.Grantor), yes(m.Admin))
		}
	}
}
