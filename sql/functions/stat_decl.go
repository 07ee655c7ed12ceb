package functions

// statRelationFuncs count what happened to relations and databases.
func statRelationFuncs() []Func {
	return []Func{
		{
			OID: 1928, Name: "pg_stat_get_numscans", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of scans done for table/index",
			Row: rowStat("pg_stat_all_tables", "relid", "seq_scan"),
		},
		{
			OID: 1929, Name: "pg_stat_get_tuples_returned", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of tuples read by seqscan",
			Row: rowStat("pg_stat_all_tables", "relid", "seq_tup_read"),
		},
		{
			OID: 1930, Name: "pg_stat_get_tuples_fetched", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of tuples fetched by idxscan",
			Row: rowStat("pg_stat_all_tables", "relid", "idx_tup_fetch"),
		},
		{
			OID: 1931, Name: "pg_stat_get_tuples_inserted", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of tuples inserted",
			Row: rowStat("pg_stat_all_tables", "relid", "n_tup_ins"),
		},
		{
			OID: 1932, Name: "pg_stat_get_tuples_updated", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of tuples updated",
			Row: rowStat("pg_stat_all_tables", "relid", "n_tup_upd"),
		},
		{
			OID: 1933, Name: "pg_stat_get_tuples_deleted", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of tuples deleted",
			Row: rowStat("pg_stat_all_tables", "relid", "n_tup_del"),
		},
		{
			OID: 1972, Name: "pg_stat_get_tuples_hot_updated", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of tuples hot updated",
			Row: rowStat("pg_stat_all_tables", "relid", "n_tup_hot_upd"),
		},
		{
			OID: 2878, Name: "pg_stat_get_live_tuples", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of live tuples",
			Row: rowStat("pg_stat_all_tables", "relid", "n_live_tup"),
		},
		{
			OID: 2879, Name: "pg_stat_get_dead_tuples", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of dead tuples",
			Row: rowStat("pg_stat_all_tables", "relid", "n_dead_tup"),
		},
		{
			OID: 3177, Name: "pg_stat_get_mod_since_analyze", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of tuples changed since last analyze",
			Row: rowStat("pg_stat_all_tables", "relid", "n_mod_since_analyze"),
		},
		{
			OID: 5053, Name: "pg_stat_get_ins_since_vacuum", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of tuples inserted since last vacuum",
			Row: rowStat("pg_stat_all_tables", "relid", "n_ins_since_vacuum"),
		},
		{
			OID: 3054, Name: "pg_stat_get_vacuum_count", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of manual vacuums for a table",
			Row: rowStat("pg_stat_all_tables", "relid", "vacuum_count"),
		},
		{
			OID: 3055, Name: "pg_stat_get_autovacuum_count", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of auto vacuums for a table",
			Row: rowStat("pg_stat_all_tables", "relid", "autovacuum_count"),
		},
		{
			OID: 3056, Name: "pg_stat_get_analyze_count", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of manual analyzes for a table",
			Row: rowStat("pg_stat_all_tables", "relid", "analyze_count"),
		},
		{
			OID: 3057, Name: "pg_stat_get_autoanalyze_count", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of auto analyzes for a table",
			Row: rowStat("pg_stat_all_tables", "relid", "autoanalyze_count"),
		},
		{
			OID: 2781, Name: "pg_stat_get_last_vacuum_time", Args: oids{tOID}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: last manual vacuum time for a table",
			Row: rowStat("pg_stat_all_tables", "relid", "last_vacuum"),
		},
		{
			OID: 2782, Name: "pg_stat_get_last_autovacuum_time", Args: oids{tOID}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: last auto vacuum time for a table",
			Row: rowStat("pg_stat_all_tables", "relid", "last_autovacuum"),
		},
		{
			OID: 2783, Name: "pg_stat_get_last_analyze_time", Args: oids{tOID}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: last manual analyze time for a table",
			Row: rowStat("pg_stat_all_tables", "relid", "last_analyze"),
		},
		{
			OID: 2784, Name: "pg_stat_get_last_autoanalyze_time", Args: oids{tOID}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: last auto analyze time for a table",
			Row: rowStat("pg_stat_all_tables", "relid", "last_autoanalyze"),
		},
		{
			OID: 1934, Name: "pg_stat_get_blocks_fetched", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of blocks fetched",
			Row: rowStat("pg_statio_all_tables", "relid", "heap_blks_read"),
		},
		{
			OID: 1935, Name: "pg_stat_get_blocks_hit", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of blocks found in cache",
			Row: rowStat("pg_statio_all_tables", "relid", "heap_blks_hit"),
		},
		{
			OID: 3037, Name: "pg_stat_get_xact_numscans", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "statistics: number of scans done for table/index in current transaction",
			Row: rowStat("pg_stat_xact_all_tables", "relid", "seq_scan"),
		},
		{
			OID: 3038, Name: "pg_stat_get_xact_tuples_returned", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "statistics: number of tuples read by seqscan in current transaction",
			Row: rowStat("pg_stat_xact_all_tables", "relid", "seq_tup_read"),
		},
		{
			OID: 3039, Name: "pg_stat_get_xact_tuples_fetched", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "statistics: number of tuples fetched by idxscan in current transaction",
			Row: rowStat("pg_stat_xact_all_tables", "relid", "idx_tup_fetch"),
		},
		{
			OID: 3040, Name: "pg_stat_get_xact_tuples_inserted", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "statistics: number of tuples inserted in current transaction",
			Row: rowStat("pg_stat_xact_all_tables", "relid", "n_tup_ins"),
		},
		{
			OID: 3041, Name: "pg_stat_get_xact_tuples_updated", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "statistics: number of tuples updated in current transaction",
			Row: rowStat("pg_stat_xact_all_tables", "relid", "n_tup_upd"),
		},
		{
			OID: 3042, Name: "pg_stat_get_xact_tuples_deleted", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "statistics: number of tuples deleted in current transaction",
			Row: rowStat("pg_stat_xact_all_tables", "relid", "n_tup_del"),
		},
		{
			OID: 3043, Name: "pg_stat_get_xact_tuples_hot_updated", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "statistics: number of tuples hot updated in current transaction",
			Row: rowStat("pg_stat_xact_all_tables", "relid", "n_tup_hot_upd"),
		},
		{
			OID: 1941, Name: "pg_stat_get_db_numbackends", Args: oids{tOID}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "statistics: number of backends in database",
			Row: rowStat("pg_stat_database", "datid", "numbackends"),
		},
		{
			OID: 1942, Name: "pg_stat_get_db_xact_commit", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: transactions committed",
			Row: rowStat("pg_stat_database", "datid", "xact_commit"),
		},
		{
			OID: 1943, Name: "pg_stat_get_db_xact_rollback", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: transactions rolled back",
			Row: rowStat("pg_stat_database", "datid", "xact_rollback"),
		},
		{
			OID: 1944, Name: "pg_stat_get_db_blocks_fetched", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: blocks fetched for database",
			Row: rowStat("pg_stat_database", "datid", "blks_read"),
		},
		{
			OID: 1945, Name: "pg_stat_get_db_blocks_hit", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: blocks found in cache for database",
			Row: rowStat("pg_stat_database", "datid", "blks_hit"),
		},
		{
			OID: 2758, Name: "pg_stat_get_db_tuples_returned", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: tuples returned for database",
			Row: rowStat("pg_stat_database", "datid", "tup_returned"),
		},
		{
			OID: 2759, Name: "pg_stat_get_db_tuples_fetched", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: tuples fetched for database",
			Row: rowStat("pg_stat_database", "datid", "tup_fetched"),
		},
		{
			OID: 2760, Name: "pg_stat_get_db_tuples_inserted", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: tuples inserted in database",
			Row: rowStat("pg_stat_database", "datid", "tup_inserted"),
		},
		{
			OID: 2761, Name: "pg_stat_get_db_tuples_updated", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: tuples updated in database",
			Row: rowStat("pg_stat_database", "datid", "tup_updated"),
		},
		{
			OID: 2762, Name: "pg_stat_get_db_tuples_deleted", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: tuples deleted in database",
			Row: rowStat("pg_stat_database", "datid", "tup_deleted"),
		},
		{
			OID: 3070, Name: "pg_stat_get_db_conflict_all", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: recovery conflicts in database",
			Row: rowStat("pg_stat_database", "datid", "conflicts"),
		},
		{
			OID: 3150, Name: "pg_stat_get_db_temp_files", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of temporary files written",
			Row: rowStat("pg_stat_database", "datid", "temp_files"),
		},
		{
			OID: 3151, Name: "pg_stat_get_db_temp_bytes", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of bytes in temporary files written",
			Row: rowStat("pg_stat_database", "datid", "temp_bytes"),
		},
		{
			OID: 3152, Name: "pg_stat_get_db_deadlocks", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: deadlocks detected in database",
			Row: rowStat("pg_stat_database", "datid", "deadlocks"),
		},
		{
			OID: 3426, Name: "pg_stat_get_db_checksum_failures", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: checksum failures detected in database",
			Row: rowStat("pg_stat_database", "datid", "checksum_failures"),
		},
		{
			OID: 3428, Name: "pg_stat_get_db_checksum_last_failure", Args: oids{tOID}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: when last checksum failure was detected in database",
			Row: rowStat("pg_stat_database", "datid", "checksum_last_failure"),
		},
		{
			OID: 2844, Name: "pg_stat_get_db_blk_read_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: block read time, in milliseconds",
			Row: rowStat("pg_stat_database", "datid", "blk_read_time"),
		},
		{
			OID: 2845, Name: "pg_stat_get_db_blk_write_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: block write time, in milliseconds",
			Row: rowStat("pg_stat_database", "datid", "blk_write_time"),
		},
		{
			OID: 6185, Name: "pg_stat_get_db_session_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: session time, in milliseconds",
			Row: rowStat("pg_stat_database", "datid", "session_time"),
		},
		{
			OID: 6186, Name: "pg_stat_get_db_active_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: session active time, in milliseconds",
			Row: rowStat("pg_stat_database", "datid", "active_time"),
		},
		{
			OID: 6187, Name: "pg_stat_get_db_idle_in_transaction_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: session idle in transaction time, in milliseconds",
			Row: rowStat("pg_stat_database", "datid", "idle_in_transaction_time"),
		},
		{
			OID: 6188, Name: "pg_stat_get_db_sessions", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: total number of sessions",
			Row: rowStat("pg_stat_database", "datid", "sessions"),
		},
		{
			OID: 6189, Name: "pg_stat_get_db_sessions_abandoned", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of sessions disconnected by the client closing the network connection",
			Row: rowStat("pg_stat_database", "datid", "sessions_abandoned"),
		},
		{
			OID: 6190, Name: "pg_stat_get_db_sessions_fatal", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of sessions disconnected by fatal errors",
			Row: rowStat("pg_stat_database", "datid", "sessions_fatal"),
		},
		{
			OID: 6191, Name: "pg_stat_get_db_sessions_killed", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of sessions killed by administrative action",
			Row: rowStat("pg_stat_database", "datid", "sessions_killed"),
		},
		{
			OID: 3074, Name: "pg_stat_get_db_stat_reset_time", Args: oids{tOID}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: last reset for a database",
			Row: rowStat("pg_stat_database", "datid", "stats_reset"),
		},
		{
			OID: 3068, Name: "pg_stat_get_db_conflict_bufferpin", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: recovery conflicts in database caused by shared buffer pin",
			Row: rowStat("pg_stat_database_conflicts", "datid", "confl_bufferpin"),
		},
		{
			OID: 3066, Name: "pg_stat_get_db_conflict_lock", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: recovery conflicts in database caused by relation lock",
			Row: rowStat("pg_stat_database_conflicts", "datid", "confl_lock"),
		},
		{
			OID: 3067, Name: "pg_stat_get_db_conflict_snapshot", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: recovery conflicts in database caused by snapshot expiry",
			Row: rowStat("pg_stat_database_conflicts", "datid", "confl_snapshot"),
		},
		{
			OID: 3069, Name: "pg_stat_get_db_conflict_startup_deadlock", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: recovery conflicts in database caused by buffer deadlock",
			Row: rowStat("pg_stat_database_conflicts", "datid", "confl_deadlock"),
		},
		{
			OID: 3065, Name: "pg_stat_get_db_conflict_tablespace", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: recovery conflicts in database caused by drop tablespace",
			Row: rowStat("pg_stat_database_conflicts", "datid", "confl_tablespace"),
		},
	}
}
