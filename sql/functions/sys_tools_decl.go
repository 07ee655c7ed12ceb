package functions

import "github.com/stemedb/stemedb/sql/types"

// The columns of functions that list what their views do.
var (
	lockColumns = []string{
		"locktype", "database", "relation", "page", "tuple", "virtualxid", "transactionid", "classid", "objid", "objsubid", "virtualtransaction", "pid", "mode", "granted", "fastpath", "waitstart",
	}
	settingColumns = []string{
		"name", "setting", "unit", "category", "short_desc", "extra_desc", "context", "vartype", "source", "min_val", "max_val", "enumvals", "boot_val", "reset_val", "sourcefile", "sourceline", "pending_restart",
	}
)

// sysToolFuncs are what tools ask beside the catalogs.
func sysToolFuncs() []Func {
	return []Func{
		{
			OID: 1037, Name: "aclcontains", Args: oids{types.OIDACLItemArray, types.OIDACLItem}, Ret: tBool, Kind: Scalar, Doc: "contains",
			Row: rowACLContains,
		},
		{
			OID: 1035, Name: "aclinsert", Args: oids{types.OIDACLItemArray, types.OIDACLItem}, Ret: types.OIDACLItemArray, Kind: Scalar, Doc: "add/update ACL item",
			Row: rowACLGone("aclinsert"),
		},
		{
			OID: 1036, Name: "aclremove", Args: oids{types.OIDACLItemArray, types.OIDACLItem}, Ret: types.OIDACLItemArray, Kind: Scalar, Doc: "remove ACL item",
			Row: rowACLGone("aclremove"),
		},
		{
			OID: 3943, Name: "acldefault", Args: oids{tChar, tOID}, Ret: types.OIDACLItemArray, Kind: Scalar, Asks: true, Src: "acldefault_sql", Doc: "show hardwired default privileges, primarily for use by the information schema",
			Row: rowACLDefault,
		},
		{
			OID: 1689, Name: "aclexplode", Args: oids{types.OIDACLItemArray}, ArgNames: names{"acl"}, OutNames: names{"grantor", "grantee", "privilege_type", "is_grantable"}, OutTypes: oids{tOID, tOID, tText, tBool}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "convert ACL item array to table, primarily for use by information schema",
			Set: setACLExplode,
		},
		{
			OID: 1365, Name: "makeaclitem", Args: oids{tOID, tOID, tText, tBool}, Ret: types.OIDACLItem, Kind: Scalar, Asks: true, Doc: "make ACL item",
			Row: rowMakeACLItem,
		},
		{
			OID: 3083, Name: "pg_available_extension_versions", OutNames: names{"name", "version", "superuser", "trusted", "relocatable", "schema", "requires", "comment"}, OutTypes: oids{tName, tText, tBool, tBool, tBool, tName, tNameArray, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Cost: 10, Doc: "list available extension versions",
			Set: setNothing,
		},
		{
			OID: 3082, Name: "pg_available_extensions", OutNames: names{"name", "default_version", "comment"}, OutTypes: oids{tName, tText, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Cost: 10, Doc: "list available extensions",
			Set: setNothing,
		},
		{
			OID: 3448, Name: "pg_collation_actual_version", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 'v', Cost: 100, Doc: "get actual version of collation from operating system",
			Row: rowNone,
		},
		{
			OID: 2121, Name: "pg_column_compression", Args: oids{tAny}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "compression method for the compressed datum",
			Row: rowNone,
		},
		{
			OID: 3400, Name: "pg_config", OutNames: names{"name", "setting"}, OutTypes: oids{tText, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "pg_config binary as a function",
			Set: setOfCatalog("pg_config", "name", "setting"),
		},
		{
			OID: 3800, Name: "pg_current_logfile", Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 'v', Doc: "current logging collector file location",
			Row: rowNone,
		},
		{
			OID: 3801, Name: "pg_current_logfile", Args: oids{tText}, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 'v', Src: "pg_current_logfile_1arg", Doc: "current logging collector file location",
			Row: rowLogfile,
		},
		{
			OID: 2511, Name: "pg_cursor", OutNames: names{"name", "statement", "is_holdable", "is_binary", "is_scrollable", "creation_time"}, OutTypes: oids{tText, tText, tBool, tBool, tBool, tTimestamptz}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "get the open cursors for this session",
			Set: setOfCatalog("pg_cursors", "name", "statement", "is_holdable", "is_binary", "is_scrollable", "creation_time"),
		},
		{
			OID: 6249, Name: "pg_database_collation_actual_version", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 'v', Cost: 100, Doc: "get actual version of database collation from operating system",
			Row: rowNone,
		},
		{
			OID: 3084, Name: "pg_extension_update_paths", Args: oids{tName}, ArgNames: names{"name"}, OutNames: names{"source", "target", "path"}, OutTypes: oids{tText, tText, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Cost: 10, Doc: "list an extension's version update paths",
			Set: setNothing,
		},
		{
			OID: 3454, Name: "pg_filenode_relation", Args: oids{tOID, tOID}, Ret: tRegclass, Kind: Scalar, Volatility: 's', Doc: "relation OID for filenode and tablespace",
			Row: rowFilenodeRelation,
		},
		{
			OID: 3808, Name: "pg_get_function_arg_default", Args: oids{tOID, tInt4}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "function argument default",
			Row: rowFuncArgDefault,
		},
		{
			OID: 2098, Name: "pg_get_functiondef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "definition of a function",
			Row: rowFuncDef,
		},
		{
			OID: 1686, Name: "pg_get_keywords", OutNames: names{"word", "catcode", "barelabel", "catdesc", "baredesc"}, OutTypes: oids{tText, tChar, tBool, tText, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Cost: 10, Doc: "list of SQL keywords",
			Set: setKeywords,
		},
		{
			OID: 3401, Name: "pg_hba_file_rules", OutNames: names{"line_number", "type", "database", "user_name", "address", "netmask", "auth_method", "options", "error"}, OutTypes: oids{tInt4, tText, tTextArray, tTextArray, tText, tText, tText, tTextArray, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 'v', Doc: "show pg_hba.conf rules",
			Set: setNothing,
		},
		{
			OID: 6250, Name: "pg_ident_file_mappings", OutNames: names{"line_number", "map_name", "sys_name", "pg_username", "error"}, OutTypes: oids{tInt4, tText, tText, tText, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 'v', Doc: "show pg_ident.conf mappings",
			Set: setNothing,
		},
		{
			OID: 638, Name: "pg_index_column_has_property", Args: oids{tRegclass, tInt4, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "test property of an index column",
			Row: rowIndexColumnProperty,
		},
		{
			OID: 637, Name: "pg_index_has_property", Args: oids{tRegclass, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "test property of an index",
			Row: rowIndexProperty,
		},
		{
			OID: 636, Name: "pg_indexam_has_property", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "test property of an index access method",
			Row: rowIndexamProperty,
		},
		{
			OID: 1371, Name: "pg_lock_status", OutNames: names{"locktype", "database", "relation", "page", "tuple", "virtualxid", "transactionid", "classid", "objid", "objsubid", "virtualtransaction", "pid", "mode", "granted", "fastpath", "waitstart"}, OutTypes: oids{tText, tOID, tOID, tInt4, tInt2, tText, tXID, tOID, tOID, tInt2, tText, tInt4, tText, tBool, tBool, tTimestamptz}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 'v', Doc: "view system lock information",
			Set: setOfCatalog("pg_locks", lockColumns...),
		},
		{
			OID: 3296, Name: "pg_notification_queue_usage", Ret: tFloat8, Kind: Scalar, Volatility: 'v', Doc: "get the fraction of the asynchronous notification queue currently in use",
			Row: func(*Ctx, []datum) (datum, error) { return types.Float(0), nil },
		},
		{
			OID: 3425, Name: "pg_partition_ancestors", Args: oids{tRegclass}, ArgNames: names{"partitionid"}, OutNames: names{"relid"}, OutTypes: oids{tRegclass}, Ret: tRegclass, RetSet: true, Kind: Scalar, Volatility: 'v', Doc: "view ancestors of the partition",
			Set: setNothing,
		},
		{
			OID: 3424, Name: "pg_partition_root", Args: oids{tRegclass}, Ret: tRegclass, Kind: Scalar, Doc: "get top-most partition root parent",
			Row: rowNone,
		},
		{
			OID: 3423, Name: "pg_partition_tree", Args: oids{tRegclass}, ArgNames: names{"rootrelid"}, OutNames: names{"relid", "parentrelid", "isleaf", "level"}, OutTypes: oids{tRegclass, tRegclass, tBool, tInt4}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 'v', Doc: "view partition tree tables",
			Set: setNothing,
		},
		{
			OID: 2510, Name: "pg_prepared_statement", OutNames: names{"name", "statement", "prepare_time", "parameter_types", "from_sql", "generic_plans", "custom_plans"}, OutTypes: oids{tText, tText, tTimestamptz, types.OIDRegtypeArray, tBool, tInt8, tInt8}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "get the prepared statements for this session",
			Set: setOfCatalog("pg_prepared_statements", "name", "statement", "prepare_time", "parameter_types", "from_sql", "generic_plans", "custom_plans"),
		},
		{
			OID: 1065, Name: "pg_prepared_xact", OutNames: names{"transaction", "gid", "prepared", "ownerid", "dbid"}, OutTypes: oids{tXID, tText, tTimestamptz, tOID, tOID}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 'v', Doc: "view two-phase transactions",
			Set: setNothing,
		},
		{
			OID: 2999, Name: "pg_relation_filenode", Args: oids{tRegclass}, Ret: tOID, Kind: Scalar, Volatility: 's', Doc: "filenode identifier of relation",
			Row: rowRelationFilenode,
		},
		{
			OID: 3034, Name: "pg_relation_filepath", Args: oids{tRegclass}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "file path of relation",
			Row: rowNone,
		},
		{
			OID: 3376, Name: "pg_safe_snapshot_blocking_pids", Args: oids{tInt4}, Ret: tInt4Array, Kind: Scalar, Volatility: 'v', Doc: "get array of PIDs of sessions blocking specified backend PID from acquiring a safe snapshot",
			Row: func(*Ctx, []datum) (datum, error) { return types.Any(types.NewArray(tInt4, nil)), nil },
		},
		{
			OID: 3329, Name: "pg_show_all_file_settings", OutNames: names{"sourcefile", "sourceline", "seqno", "name", "setting", "applied", "error"}, OutTypes: oids{tText, tInt4, tInt4, tText, tText, tBool, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 'v', Src: "show_all_file_settings", Doc: "show config file settings",
			Set: setNothing,
		},
		{
			OID: 2084, Name: "pg_show_all_settings", OutNames: names{"name", "setting", "unit", "category", "short_desc", "extra_desc", "context", "vartype", "source", "min_val", "max_val", "enumvals", "boot_val", "reset_val", "sourcefile", "sourceline", "pending_restart"}, OutTypes: oids{tText, tText, tText, tText, tText, tText, tText, tText, tText, tText, tText, tTextArray, tText, tText, tText, tInt4, tBool}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Src: "show_all_settings", Doc: "SHOW ALL as a function",
			Set: setOfCatalog("pg_settings", settingColumns...),
		},
		{
			OID: 3936, Name: "pg_sleep_until", Args: oids{tTimestamptz}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Doc: "sleep until the specified time",
			Row: rowSleepUntil,
		},
		{
			OID: 2556, Name: "pg_tablespace_databases", Args: oids{tOID}, Ret: tOID, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "get OIDs of databases in a tablespace",
			Set: setTablespaceDatabases,
		},
		{
			OID: 2599, Name: "pg_timezone_abbrevs", OutNames: names{"abbrev", "utc_offset", "is_dst"}, OutTypes: oids{tText, tInterval, tBool}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "get the available time zone abbreviations",
			Set: setOfCatalog("pg_timezone_abbrevs", "abbrev", "utc_offset", "is_dst"),
		},
		{
			OID: 2856, Name: "pg_timezone_names", OutNames: names{"name", "abbrev", "utc_offset", "is_dst"}, OutTypes: oids{tText, tText, tInterval, tBool}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "get the available time zone names",
			Set: setOfCatalog("pg_timezone_names", "name", "abbrev", "utc_offset", "is_dst"),
		},
	}
}

func aclOperators() []Operator {
	return []Operator{
		{966, "+", types.OIDACLItemArray, types.OIDACLItem, types.OIDACLItemArray, 1035, 0, 0},
		{967, "-", types.OIDACLItemArray, types.OIDACLItem, types.OIDACLItemArray, 1036, 0, 0},
		{968, "@>", types.OIDACLItemArray, types.OIDACLItem, tBool, 1037, 0, 0},
	}
}
