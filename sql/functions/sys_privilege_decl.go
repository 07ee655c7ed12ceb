package functions

// sysPrivilegeFuncs are has_*_privilege and pg_has_role.
func sysPrivilegeFuncs() []Func {
	return []Func{
		{
			OID: 1922, Name: "has_table_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_table_privilege_name_name", Doc: "user privilege on relation by username, rel name",
			Bind: bindPrivilege("table"),
		},
		{
			OID: 1923, Name: "has_table_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_table_privilege_name_id", Doc: "user privilege on relation by username, rel oid",
			Bind: bindPrivilege("table"),
		},
		{
			OID: 1924, Name: "has_table_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_table_privilege_id_name", Doc: "user privilege on relation by user oid, rel name",
			Bind: bindPrivilege("table"),
		},
		{
			OID: 1925, Name: "has_table_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_table_privilege_id_id", Doc: "user privilege on relation by user oid, rel oid",
			Bind: bindPrivilege("table"),
		},
		{
			OID: 1926, Name: "has_table_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_table_privilege_name", Doc: "current user privilege on relation by rel name",
			Bind: bindPrivilege("table"),
		},
		{
			OID: 1927, Name: "has_table_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_table_privilege_id", Doc: "current user privilege on relation by rel oid",
			Bind: bindPrivilege("table"),
		},
		{
			OID: 3024, Cost: 10, Name: "has_any_column_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_any_column_privilege_name_name", Doc: "user privilege on any column by username, rel name",
			Bind: bindPrivilege("any column"),
		},
		{
			OID: 3025, Cost: 10, Name: "has_any_column_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_any_column_privilege_name_id", Doc: "user privilege on any column by username, rel oid",
			Bind: bindPrivilege("any column"),
		},
		{
			OID: 3026, Cost: 10, Name: "has_any_column_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_any_column_privilege_id_name", Doc: "user privilege on any column by user oid, rel name",
			Bind: bindPrivilege("any column"),
		},
		{
			OID: 3027, Cost: 10, Name: "has_any_column_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_any_column_privilege_id_id", Doc: "user privilege on any column by user oid, rel oid",
			Bind: bindPrivilege("any column"),
		},
		{
			OID: 3028, Cost: 10, Name: "has_any_column_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_any_column_privilege_name", Doc: "current user privilege on any column by rel name",
			Bind: bindPrivilege("any column"),
		},
		{
			OID: 3029, Cost: 10, Name: "has_any_column_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_any_column_privilege_id", Doc: "current user privilege on any column by rel oid",
			Bind: bindPrivilege("any column"),
		},
		{
			OID: 2181, Name: "has_sequence_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_sequence_privilege_name_name", Doc: "user privilege on sequence by username, seq name",
			Bind: bindPrivilege("sequence"),
		},
		{
			OID: 2182, Name: "has_sequence_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_sequence_privilege_name_id", Doc: "user privilege on sequence by username, seq oid",
			Bind: bindPrivilege("sequence"),
		},
		{
			OID: 2183, Name: "has_sequence_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_sequence_privilege_id_name", Doc: "user privilege on sequence by user oid, seq name",
			Bind: bindPrivilege("sequence"),
		},
		{
			OID: 2184, Name: "has_sequence_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_sequence_privilege_id_id", Doc: "user privilege on sequence by user oid, seq oid",
			Bind: bindPrivilege("sequence"),
		},
		{
			OID: 2185, Name: "has_sequence_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_sequence_privilege_name", Doc: "current user privilege on sequence by seq name",
			Bind: bindPrivilege("sequence"),
		},
		{
			OID: 2186, Name: "has_sequence_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_sequence_privilege_id", Doc: "current user privilege on sequence by seq oid",
			Bind: bindPrivilege("sequence"),
		},
		{
			OID: 2250, Name: "has_database_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_database_privilege_name_name", Doc: "user privilege on database by username, database name",
			Bind: bindPrivilege("database"),
		},
		{
			OID: 2251, Name: "has_database_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_database_privilege_name_id", Doc: "user privilege on database by username, database oid",
			Bind: bindPrivilege("database"),
		},
		{
			OID: 2252, Name: "has_database_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_database_privilege_id_name", Doc: "user privilege on database by user oid, database name",
			Bind: bindPrivilege("database"),
		},
		{
			OID: 2253, Name: "has_database_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_database_privilege_id_id", Doc: "user privilege on database by user oid, database oid",
			Bind: bindPrivilege("database"),
		},
		{
			OID: 2254, Name: "has_database_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_database_privilege_name", Doc: "current user privilege on database by database name",
			Bind: bindPrivilege("database"),
		},
		{
			OID: 2255, Name: "has_database_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_database_privilege_id", Doc: "current user privilege on database by database oid",
			Bind: bindPrivilege("database"),
		},
		{
			OID: 2268, Name: "has_schema_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_schema_privilege_name_name", Doc: "user privilege on schema by username, schema name",
			Bind: bindPrivilege("schema"),
		},
		{
			OID: 2269, Name: "has_schema_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_schema_privilege_name_id", Doc: "user privilege on schema by username, schema oid",
			Bind: bindPrivilege("schema"),
		},
		{
			OID: 2270, Name: "has_schema_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_schema_privilege_id_name", Doc: "user privilege on schema by user oid, schema name",
			Bind: bindPrivilege("schema"),
		},
		{
			OID: 2271, Name: "has_schema_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_schema_privilege_id_id", Doc: "user privilege on schema by user oid, schema oid",
			Bind: bindPrivilege("schema"),
		},
		{
			OID: 2272, Name: "has_schema_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_schema_privilege_name", Doc: "current user privilege on schema by schema name",
			Bind: bindPrivilege("schema"),
		},
		{
			OID: 2273, Name: "has_schema_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_schema_privilege_id", Doc: "current user privilege on schema by schema oid",
			Bind: bindPrivilege("schema"),
		},
		{
			OID: 2256, Name: "has_function_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_function_privilege_name_name", Doc: "user privilege on function by username, function name",
			Bind: bindPrivilege("function"),
		},
		{
			OID: 2257, Name: "has_function_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_function_privilege_name_id", Doc: "user privilege on function by username, function oid",
			Bind: bindPrivilege("function"),
		},
		{
			OID: 2258, Name: "has_function_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_function_privilege_id_name", Doc: "user privilege on function by user oid, function name",
			Bind: bindPrivilege("function"),
		},
		{
			OID: 2259, Name: "has_function_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_function_privilege_id_id", Doc: "user privilege on function by user oid, function oid",
			Bind: bindPrivilege("function"),
		},
		{
			OID: 2260, Name: "has_function_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_function_privilege_name", Doc: "current user privilege on function by function name",
			Bind: bindPrivilege("function"),
		},
		{
			OID: 2261, Name: "has_function_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_function_privilege_id", Doc: "current user privilege on function by function oid",
			Bind: bindPrivilege("function"),
		},
		{
			OID: 2262, Name: "has_language_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_language_privilege_name_name", Doc: "user privilege on language by username, language name",
			Bind: bindPrivilege("language"),
		},
		{
			OID: 2263, Name: "has_language_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_language_privilege_name_id", Doc: "user privilege on language by username, language oid",
			Bind: bindPrivilege("language"),
		},
		{
			OID: 2264, Name: "has_language_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_language_privilege_id_name", Doc: "user privilege on language by user oid, language name",
			Bind: bindPrivilege("language"),
		},
		{
			OID: 2265, Name: "has_language_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_language_privilege_id_id", Doc: "user privilege on language by user oid, language oid",
			Bind: bindPrivilege("language"),
		},
		{
			OID: 2266, Name: "has_language_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_language_privilege_name", Doc: "current user privilege on language by language name",
			Bind: bindPrivilege("language"),
		},
		{
			OID: 2267, Name: "has_language_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_language_privilege_id", Doc: "current user privilege on language by language oid",
			Bind: bindPrivilege("language"),
		},
		{
			OID: 2390, Name: "has_tablespace_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_tablespace_privilege_name_name", Doc: "user privilege on tablespace by username, tablespace name",
			Bind: bindPrivilege("tablespace"),
		},
		{
			OID: 2391, Name: "has_tablespace_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_tablespace_privilege_name_id", Doc: "user privilege on tablespace by username, tablespace oid",
			Bind: bindPrivilege("tablespace"),
		},
		{
			OID: 2392, Name: "has_tablespace_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_tablespace_privilege_id_name", Doc: "user privilege on tablespace by user oid, tablespace name",
			Bind: bindPrivilege("tablespace"),
		},
		{
			OID: 2393, Name: "has_tablespace_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_tablespace_privilege_id_id", Doc: "user privilege on tablespace by user oid, tablespace oid",
			Bind: bindPrivilege("tablespace"),
		},
		{
			OID: 2394, Name: "has_tablespace_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_tablespace_privilege_name", Doc: "current user privilege on tablespace by tablespace name",
			Bind: bindPrivilege("tablespace"),
		},
		{
			OID: 2395, Name: "has_tablespace_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_tablespace_privilege_id", Doc: "current user privilege on tablespace by tablespace oid",
			Bind: bindPrivilege("tablespace"),
		},
		{
			OID: 3138, Name: "has_type_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_type_privilege_name_name", Doc: "user privilege on type by username, type name",
			Bind: bindPrivilege("type"),
		},
		{
			OID: 3139, Name: "has_type_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_type_privilege_name_id", Doc: "user privilege on type by username, type oid",
			Bind: bindPrivilege("type"),
		},
		{
			OID: 3140, Name: "has_type_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_type_privilege_id_name", Doc: "user privilege on type by user oid, type name",
			Bind: bindPrivilege("type"),
		},
		{
			OID: 3141, Name: "has_type_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_type_privilege_id_id", Doc: "user privilege on type by user oid, type oid",
			Bind: bindPrivilege("type"),
		},
		{
			OID: 3142, Name: "has_type_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_type_privilege_name", Doc: "current user privilege on type by type name",
			Bind: bindPrivilege("type"),
		},
		{
			OID: 3143, Name: "has_type_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_type_privilege_id", Doc: "current user privilege on type by type oid",
			Bind: bindPrivilege("type"),
		},
		{
			OID: 3012, Name: "has_column_privilege", Args: oids{tName, tText, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_name_name_name", Doc: "user privilege on column by username, rel name, col name",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3013, Name: "has_column_privilege", Args: oids{tName, tText, tInt2, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_name_name_attnum", Doc: "user privilege on column by username, rel name, col attnum",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3014, Name: "has_column_privilege", Args: oids{tName, tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_name_id_name", Doc: "user privilege on column by username, rel oid, col name",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3015, Name: "has_column_privilege", Args: oids{tName, tOID, tInt2, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_name_id_attnum", Doc: "user privilege on column by username, rel oid, col attnum",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3016, Name: "has_column_privilege", Args: oids{tOID, tText, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_id_name_name", Doc: "user privilege on column by user oid, rel name, col name",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3017, Name: "has_column_privilege", Args: oids{tOID, tText, tInt2, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_id_name_attnum", Doc: "user privilege on column by user oid, rel name, col attnum",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3018, Name: "has_column_privilege", Args: oids{tOID, tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_id_id_name", Doc: "user privilege on column by user oid, rel oid, col name",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3019, Name: "has_column_privilege", Args: oids{tOID, tOID, tInt2, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_id_id_attnum", Doc: "user privilege on column by user oid, rel oid, col attnum",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3020, Name: "has_column_privilege", Args: oids{tText, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_name_name", Doc: "current user privilege on column by rel name, col name",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3021, Name: "has_column_privilege", Args: oids{tText, tInt2, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_name_attnum", Doc: "current user privilege on column by rel name, col attnum",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3022, Name: "has_column_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_id_name", Doc: "current user privilege on column by rel oid, col name",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 3023, Name: "has_column_privilege", Args: oids{tOID, tInt2, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_column_privilege_id_attnum", Doc: "current user privilege on column by rel oid, col attnum",
			Bind: bindPrivilege("column"),
		},
		{
			OID: 2705, Name: "pg_has_role", Args: oids{tName, tName, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "pg_has_role_name_name", Doc: "user privilege on role by username, role name",
			Bind: bindHasRole,
		},
		{
			OID: 2706, Name: "pg_has_role", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "pg_has_role_name_id", Doc: "user privilege on role by username, role oid",
			Bind: bindHasRole,
		},
		{
			OID: 2707, Name: "pg_has_role", Args: oids{tOID, tName, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "pg_has_role_id_name", Doc: "user privilege on role by user oid, role name",
			Bind: bindHasRole,
		},
		{
			OID: 2708, Name: "pg_has_role", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "pg_has_role_id_id", Doc: "user privilege on role by user oid, role oid",
			Bind: bindHasRole,
		},
		{
			OID: 2709, Name: "pg_has_role", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "pg_has_role_name", Doc: "current user privilege on role by role name",
			Bind: bindHasRole,
		},
		{
			OID: 2710, Name: "pg_has_role", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "pg_has_role_id", Doc: "current user privilege on role by role oid",
			Bind: bindHasRole,
		},
		{
			OID: 3006, Name: "has_server_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_server_privilege_name_name", Doc: "user privilege on server by username, server name",
			Bind: bindPrivilege("server"),
		},
		{
			OID: 3007, Name: "has_server_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_server_privilege_name_id", Doc: "user privilege on server by username, server oid",
			Bind: bindPrivilege("server"),
		},
		{
			OID: 3008, Name: "has_server_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_server_privilege_id_name", Doc: "user privilege on server by user oid, server name",
			Bind: bindPrivilege("server"),
		},
		{
			OID: 3009, Name: "has_server_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_server_privilege_id_id", Doc: "user privilege on server by user oid, server oid",
			Bind: bindPrivilege("server"),
		},
		{
			OID: 3010, Name: "has_server_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_server_privilege_name", Doc: "current user privilege on server by server name",
			Bind: bindPrivilege("server"),
		},
		{
			OID: 3011, Name: "has_server_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_server_privilege_id", Doc: "current user privilege on server by server oid",
			Bind: bindPrivilege("server"),
		},
		{
			OID: 3000, Name: "has_foreign_data_wrapper_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_foreign_data_wrapper_privilege_name_name", Doc: "user privilege on foreign data wrapper by username, foreign data wrapper name",
			Bind: bindPrivilege("foreign-data wrapper"),
		},
		{
			OID: 3001, Name: "has_foreign_data_wrapper_privilege", Args: oids{tName, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_foreign_data_wrapper_privilege_name_id", Doc: "user privilege on foreign data wrapper by username, foreign data wrapper oid",
			Bind: bindPrivilege("foreign-data wrapper"),
		},
		{
			OID: 3002, Name: "has_foreign_data_wrapper_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_foreign_data_wrapper_privilege_id_name", Doc: "user privilege on foreign data wrapper by user oid, foreign data wrapper name",
			Bind: bindPrivilege("foreign-data wrapper"),
		},
		{
			OID: 3003, Name: "has_foreign_data_wrapper_privilege", Args: oids{tOID, tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_foreign_data_wrapper_privilege_id_id", Doc: "user privilege on foreign data wrapper by user oid, foreign data wrapper oid",
			Bind: bindPrivilege("foreign-data wrapper"),
		},
		{
			OID: 3004, Name: "has_foreign_data_wrapper_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_foreign_data_wrapper_privilege_name", Doc: "current user privilege on foreign data wrapper by foreign data wrapper name",
			Bind: bindPrivilege("foreign-data wrapper"),
		},
		{
			OID: 3005, Name: "has_foreign_data_wrapper_privilege", Args: oids{tOID, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_foreign_data_wrapper_privilege_id", Doc: "current user privilege on foreign data wrapper by foreign data wrapper oid",
			Bind: bindPrivilege("foreign-data wrapper"),
		},
		{
			OID: 6205, Name: "has_parameter_privilege", Args: oids{tName, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_parameter_privilege_name_name", Doc: "user privilege on parameter by username, parameter name",
			Bind: bindPrivilege("parameter"),
		},
		{
			OID: 6206, Name: "has_parameter_privilege", Args: oids{tOID, tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_parameter_privilege_id_name", Doc: "user privilege on parameter by user oid, parameter name",
			Bind: bindPrivilege("parameter"),
		},
		{
			OID: 6207, Name: "has_parameter_privilege", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "has_parameter_privilege_name", Doc: "current user privilege on parameter by parameter name",
			Bind: bindPrivilege("parameter"),
		},
	}
}
