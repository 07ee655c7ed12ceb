package catalog

import (
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// statMakers are the statistics views. What is not counted here reads 0, as on
// a PostgreSQL whose counters have been reset; sizes and sessions are live.
func statMakers() map[string]maker {
	m := map[string]maker{
		"pg_catalog.pg_stat_activity":           {dynamic: makeActivity},
		"pg_catalog.pg_locks":                   {dynamic: makeLocks},
		"pg_catalog.pg_stat_ssl":                {dynamic: makeStatSSL},
		"pg_catalog.pg_stat_gssapi":             {dynamic: makeStatGSS},
		"pg_catalog.pg_stat_database":           {dynamic: makeStatDatabase},
		"pg_catalog.pg_stat_database_conflicts": {dynamic: makeStatConflicts},
		"pg_catalog.pg_stat_slru":               {dynamic: makeStatSLRU},
		"pg_catalog.pg_stat_recovery_prefetch":  {dynamic: makeStatOnly},
		"pg_catalog.pg_stat_archiver":           {dynamic: makeStatOnly},
		"pg_catalog.pg_stat_bgwriter":           {dynamic: makeStatOnly},
		"pg_catalog.pg_stat_wal":                {dynamic: makeStatOnly},
	}
	for _, scope := range []string{"all", "sys", "user"} {
		m["pg_catalog.pg_stat_"+scope+"_tables"] = maker{dynamic: makeStatTables(scope)}
		m["pg_catalog.pg_stat_xact_"+scope+"_tables"] = maker{dynamic: makeStatTables(scope)}
		m["pg_catalog.pg_statio_"+scope+"_tables"] = maker{dynamic: makeStatTables(scope)}
		m["pg_catalog.pg_stat_"+scope+"_indexes"] = maker{static: makeStatIndexes(scope)}
		m["pg_catalog.pg_statio_"+scope+"_indexes"] = maker{static: makeStatIndexes(scope)}
	}
	return m
}

// inScope reports whether a schema's relations are among all, sys or user.
func inScope(scope, schema string) bool {
	system := schema == "pg_catalog" || schema == "information_schema"
	return scope == "all" || system == (scope == "sys")
}

// zeroCounters sets what a statistics view counts to 0.
func zeroCounters(rel *Relation, row []types.Datum) {
	for i := range rel.Columns {
		if !row[i].Null {
			continue
		}
		switch rel.Columns[i].Type {
		case types.OIDInt8, types.OIDInt4, types.OIDFloat8:
			row[i] = types.Datum{}
		case types.OIDNumeric:
			row[i] = types.Any(new(apd.Decimal))
		}
	}
}

func makeStatTables(scope string) func(*Catalog, *functions.Ctx, *rowBuilder) {
	return func(c *Catalog, _ *functions.Ctx, b *rowBuilder) {
		live := b.rel.ColumnIndex("n_live_tup")
		for _, r := range c.relations {
			if r.Kind != 'r' || !inScope(scope, r.Schema) {
				continue
			}
			row := b.add("relid schemaname relname", oid(r.OID), text(r.Schema), text(r.Name))
			zeroCounters(b.rel, row)
			if live >= 0 && r.Store != VirtualStore {
				row[live] = types.Int(c.rowCount(r.OID))
			}
		}
	}
}

func makeStatIndexes(scope string) func(*Catalog, *rowBuilder) {
	return func(c *Catalog, b *rowBuilder) {
		for i := range c.indexes {
			x := &c.indexes[i]
			if !inScope(scope, x.rel.Schema) {
				continue
			}
			row := b.add("relid indexrelid schemaname relname indexrelname", oid(x.rel.OID), oid(x.OID), text(x.rel.Schema), text(x.rel.Name), text(x.Name))
			zeroCounters(b.rel, row)
		}
	}
}

func (c *Catalog) activity() []Activity {
	if c.hooks.Activity == nil {
		return nil
	}
	return c.hooks.Activity()
}

// seesActivity reports whether the asking role may see what another's session
// does: it has the other's privileges, or those of pg_read_all_stats.
func (c *Catalog) seesActivity(ctx *functions.Ctx, of types.OID) bool {
	roles := c.rolesFor(ctx)
	me := askingRole(ctx, roles)
	return roles.HasPrivilegesOf(me, OIDReadAllStatsRole) || roles.HasPrivilegesOf(me, of)
}

// seenActivity are the sessions of which the asking role may see what they do.
func (c *Catalog) seenActivity(ctx *functions.Ctx) []Activity {
	return slices.DeleteFunc(c.activity(), func(a Activity) bool { return !c.seesActivity(ctx, a.UserOID) })
}

func makeActivity(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	roles := c.rolesFor(ctx)
	for _, a := range c.activity() {
		database, databaseOID := null, null
		if a.Database != "" {
			database, databaseOID = text(a.Database), oid(OIDDatabase)
		}
		user, userOID := null, null
		if a.UserOID != 0 {
			userOID = oid(a.UserOID)
		}
		if r, ok := roles.ByOID(a.UserOID); ok {
			user = text(r.Name)
		}
		kind := a.BackendType
		if kind == "" {
			kind = "client backend"
		}
		if !c.seesActivity(ctx, a.UserOID) {
			b.add("datid datname pid usesysid usename query", databaseOID, database, num(int(a.PID)), userOID, user, text("<insufficient privilege>"))
			continue
		}
		port := null
		addr := address(a.ClientAddr)
		if !addr.Null {
			port = num(int(a.ClientPort))
		}
		b.add("datid datname pid usesysid usename application_name client_addr client_port backend_start xact_start query_start state_change "+
			"wait_event_type wait_event state query backend_type backend_xid",
			databaseOID, database, num(int(a.PID)), userOID, user, text(a.ApplicationName), addr, port, instant(a.BackendStart), instant(a.XactStart),
			instant(a.QueryStart), instant(a.StateChange), orNull(a.WaitEventType), orNull(a.WaitEvent), orNull(a.State), text(a.Query), text(kind), transactionID(a.XID))
	}
}

// transactionID is a transaction's number as type xid has it.
func transactionID(id int64) types.Datum {
	if id == 0 {
		return null
	}
	return types.Int(int64(uint32(id)))
}

func makeStatSSL(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, a := range c.seenActivity(ctx) {
		if a.TLSVersion != "" {
			serial := null
			if n, _, err := apd.NewFromString(a.CertSerial); err == nil && a.CertSerial != "" {
				serial = types.Any(n)
			}
			b.add("pid ssl version cipher bits client_dn client_serial issuer_dn", num(int(a.PID)), yes(true), text(a.TLSVersion), text(a.TLSCipher),
				num(int(a.TLSBits)), orNull(a.CertSubject), serial, orNull(a.CertIssuer))
			continue
		}
		b.add("pid ssl", num(int(a.PID)), yes(false))
	}
}

func makeStatGSS(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, a := range c.seenActivity(ctx) {
		b.add("pid gss_authenticated encrypted", num(int(a.PID)), yes(false), yes(false))
	}
}

func makeStatDatabase(c *Catalog, _ *functions.Ctx, b *rowBuilder) {
	backends := 0
	for _, a := range c.activity() {
		if strings.EqualFold(a.Database, databaseName) {
			backends++
		}
	}
	row := b.add("datid datname numbackends blk_read_time blk_write_time session_time active_time idle_in_transaction_time stats_reset",
		oid(OIDDatabase), text(databaseName), num(backends), types.Float(0), types.Float(0), types.Float(0), types.Float(0), types.Float(0), instant(c.hooks.Started))
	zeroCounters(b.rel, row)
}

// makeStatOnly makes the one row of what PostgreSQL counts of a server's
// parts: there are none of them here.
func makeStatOnly(c *Catalog, _ *functions.Ctx, b *rowBuilder) {
	zeroCounters(b.rel, b.add("stats_reset", instant(c.hooks.Started)))
}

// makeStatSLRU lists PostgreSQL's caches by name, of which the tools that look
// here ask.
func makeStatSLRU(c *Catalog, _ *functions.Ctx, b *rowBuilder) {
	for _, name := range []string{"CommitTs", "MultiXactMember", "MultiXactOffset", "Notify", "Serial", "Subtrans", "Xact", "other"} {
		zeroCounters(b.rel, b.add("name stats_reset", text(name), instant(c.hooks.Started)))
	}
}

func makeStatConflicts(_ *Catalog, _ *functions.Ctx, b *rowBuilder) {
	zeroCounters(b.rel, b.add("datid datname", oid(OIDDatabase), text(databaseName)))
}
