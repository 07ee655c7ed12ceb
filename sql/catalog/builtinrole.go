package catalog

import (
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// The predefined roles that code asks about; their OIDs are PostgreSQL's.
const (
	OIDMonitorRole         types.OID = 3373
	OIDReadAllSettingsRole types.OID = 3374
	OIDReadAllStatsRole    types.OID = 3375
	OIDStatScanTablesRole  types.OID = 3377
	OIDSignalBackendRole   types.OID = 4200
	OIDCheckpointRole      types.OID = 4544
	OIDDatabaseOwnerRole   types.OID = 6171
	OIDReadAllDataRole     types.OID = 6181
	OIDWriteAllDataRole    types.OID = 6182
)

// builtinRoles are the roles that are always there, as they are before statements
// say anything of them: the superuser that a new cluster has, and the predefined ones.
func builtinRoles() []Role {
	out := []Role{{
		OID: OIDSuperuser, Name: superuserName, Super: true, Inherit: true, CreateRole: true, CreateDB: true,
		CanLogin: true, Replication: true, BypassRLS: true, ConnLimit: -1,
	}}
	for _, p := range []struct {
		oid  types.OID
		name string
	}{
		{OIDMonitorRole, "pg_monitor"}, {OIDReadAllSettingsRole, "pg_read_all_settings"}, {OIDReadAllStatsRole, "pg_read_all_stats"},
		{OIDStatScanTablesRole, "pg_stat_scan_tables"}, {OIDSignalBackendRole, "pg_signal_backend"}, {OIDCheckpointRole, "pg_checkpoint"},
		{4569, "pg_read_server_files"}, {4570, "pg_write_server_files"}, {4571, "pg_execute_server_program"},
		{OIDDatabaseOwnerRole, "pg_database_owner"}, {OIDReadAllDataRole, "pg_read_all_data"}, {OIDWriteAllDataRole, "pg_write_all_data"},
	} {
		r := Role{OID: p.oid, Name: p.name, Inherit: true, ConnLimit: -1}
		if p.oid == OIDMonitorRole {
			for _, of := range []types.OID{OIDReadAllSettingsRole, OIDReadAllStatsRole, OIDStatScanTablesRole} {
				r.MemberOf = append(r.MemberOf, Membership{Role: of, Grantor: OIDSuperuser})
			}
		}
		out = append(out, r)
	}
	return out
}

// Builtin reports whether a role is always there.
func (r *Role) Builtin() bool { return r.OID < OIDFirstMade }

// ReservedRoleName reports whether a name is one that only predefined roles have.
func ReservedRoleName(name string) bool { return strings.HasPrefix(name, "pg_") }
