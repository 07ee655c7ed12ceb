package differential

import (
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// skip names the functions that cannot be compared, with the reason.
var skip = map[string]string{
	"random": "a new value each time", "gen_random_uuid": "a new value each time",
	"now": "the clock", "clock_timestamp": "the clock", "statement_timestamp": "the clock",
	"transaction_timestamp": "the clock", "timeofday": "the clock", "pg_conf_load_time": "the clock", "age(timestamp)": "the clock", "age(timestamptz)": "the clock",
	"age(xid)": "a number of the server", "pg_xact_status": "a number of the server", "txid_status": "a number of the server",
	"pg_current_snapshot": "a number of the server", "txid_current_snapshot": "a number of the server",
	"pg_xact_commit_timestamp": "a number of the server", "pg_xact_commit_timestamp_origin": "a number of the server",
	"pg_last_committed_xact": "a number of the server", "setseed": "changes the session",
	"pg_postmaster_start_time": "the clock", "pg_sleep": "time", "pg_sleep_for": "time", "pg_sleep_until": "time",
	"pg_backend_pid": "a number of the server", "pg_blocking_pids": "a number of the server",
	"pg_cancel_backend": "acts on sessions", "pg_terminate_backend": "acts on sessions",
	"pg_current_xact_id": "a number of the server", "pg_current_xact_id_if_assigned": "a number of the server",
	"txid_current": "a number of the server", "txid_current_if_assigned": "a number of the server",
	"inet_client_addr": "the connection", "inet_client_port": "the connection",
	"inet_server_addr": "the connection", "inet_server_port": "the connection",
	"version": "names the server", "current_setting": "the settings that a server has", "set_config": "changes the session",
	"pg_column_size": "storage of the server", "pg_database_size": "storage of the server",
	"pg_relation_size": "storage of the server", "pg_table_size": "storage of the server",
	"pg_indexes_size": "storage of the server", "pg_total_relation_size": "storage of the server",
	"pg_tablespace_size": "storage of the server", "pg_jit_available": "the build of the server",
	"pg_listening_channels": "the session", "pg_notify": "the session", "pg_my_temp_schema": "the session",
	"pg_describe_object": "objects of the catalog", "pg_get_userbyid": "objects of the catalog",
	"obj_description": "comments of the catalog", "col_description": "comments of the catalog",
	"shobj_description": "comments of the catalog", "pg_node_tree_in": "internal text",
	"row_security_active": "objects of the catalog", "pg_has_role": "roles of the catalog",
	"pg_tablespace_location": "objects of the catalog", "pg_relation_is_updatable": "what can be written here", "pg_column_is_updatable": "what can be written here",
	"_pg_expandarray": "of another schema", "pg_relation_is_publishable": "objects of the catalog",
	"unknownin": "a pseudo-type", "unknownout": "a pseudo-type", "unknownsend": "a pseudo-type",
	"aclitemin": "roles of the catalog", "aclitemout": "roles of the catalog", "intervaltypmodout": "an internal error there",
	"current_schemas": "schemas of the catalog", "pg_options_to_table": "objects of the catalog",
	"acldefault": "roles of the catalog", "aclexplode": "roles of the catalog", "makeaclitem": "roles of the catalog", "aclcontains": "roles of the catalog",
	"pg_config": "the build of the server", "pg_extension_update_paths": "extensions of the server",
	"pg_cursor": "the session", "pg_prepared_statement": "the session", "pg_lock_status": "locks of the whole server",
	"pg_filenode_relation": "storage of the server", "pg_column_compression": "storage of the server", "pg_tablespace_databases": "objects of the catalog",
	"pg_hba_file_rules": "files of the server", "pg_ident_file_mappings": "files of the server", "pg_timezone_names": "files of the server",
	"pg_collation_actual_version": "objects of the catalog", "pg_database_collation_actual_version": "objects of the catalog",
}

// skipPrefixes is skip for families of functions.
var skipPrefixes = map[string]string{
	"pg_get_":      "objects of the catalog",
	"pg_advisory_": "locks of the whole server", "pg_try_advisory_": "locks of the whole server",
	"has_":         "privileges on objects of the catalog",
	"regnamespace": "schemas of the catalog", "regtype": "types of the catalog", "regproc": "functions of the catalog", "regrole": "roles of the catalog",
	"regclass": "relations of the catalog", "regoper": "operators of the catalog", "regcollation": "collations of the catalog",
	"regconfig": "text search of the catalog", "regdictionary": "text search of the catalog",
	"pg_available_extension": "extensions of the server", "pg_show_all_": "the settings that a server has", "pg_relation_file": "storage of the server",
	"pg_index": "objects of the catalog", "pg_partition_": "objects of the catalog",
	"to_reg": "objects of the catalog", "pg_identify_object": "objects of the catalog",
	"pg_stat_": "what the server has done so far",
	"lo_":      "objects that statements before have made", "loread": "objects that statements before have made", "lowrite": "objects that statements before have made",
}

// coded are casts' functions that take a type modifier as the parser codes it.
func coded(f *functions.Func) bool {
	_, cast := types.ByName("", f.Name)
	input := strings.HasSuffix(f.Name, "in") && len(f.Args) == 3
	return (cast || input) && len(f.Args) > 1
}

// known are differences that are known and stay for now, by target, with the
// reason. They are counted apart.
var known = map[string]string{
	"char::bpchar":       "an empty \"char\" is a NUL in a string there",
	"bpchar(char)":       "an empty \"char\" is a NUL in a string there",
	"to_char(int4,text)": "PostgreSQL 15.20 refuses a number that V makes too large, 15.18 did not",
	"make_interval(int4,int4,int4,int4,int4,int4,float8)": "PostgreSQL 15 casts seconds without looking at their range",
}

// SkipReason says why a function cannot be compared, or "".
func SkipReason(name string) string {
	if r := skip[name]; r != "" {
		return r
	}
	if strings.HasSuffix(name, "_is_visible") {
		return "objects of the catalog"
	}
	for p, r := range skipPrefixes {
		if strings.HasPrefix(name, p) {
			return r
		}
	}
	return ""
}
