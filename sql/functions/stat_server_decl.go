package functions

// statServerFuncs tell of sessions and of the server, and reset counters.
func statServerFuncs() []Func {
	return []Func{
		{
			OID: 2978, Name: "pg_stat_get_function_calls", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of function calls",
			Row: rowNone,
		},
		{
			OID: 2980, Name: "pg_stat_get_function_self_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: self execution time of function, in milliseconds",
			Row: rowNone,
		},
		{
			OID: 2979, Name: "pg_stat_get_function_total_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: total execution time of function, in milliseconds",
			Row: rowNone,
		},
		{
			OID: 3788, Name: "pg_stat_get_snapshot_timestamp", Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: timestamp of the current statistics snapshot",
			Row: rowNone,
		},
		{
			OID: 3046, Name: "pg_stat_get_xact_function_calls", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "statistics: number of function calls in current transaction",
			Row: rowNone,
		},
		{
			OID: 3048, Name: "pg_stat_get_xact_function_self_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 'v', Doc: "statistics: self execution time of function in current transaction, in milliseconds",
			Row: rowNone,
		},
		{
			OID: 3047, Name: "pg_stat_get_xact_function_total_time", Args: oids{tOID}, Ret: tFloat8, Kind: Scalar, Volatility: 'v', Doc: "statistics: total execution time of function in current transaction, in milliseconds",
			Row: rowNone,
		},
		{
			OID: 2230, Name: "pg_stat_clear_snapshot", Ret: tVoid, Kind: Scalar, NotStrict: true, Volatility: 'v', Doc: "statistics: discard current transaction's statistics snapshot",
			Row: rowVoid,
		},
		{
			OID: 2137, Name: "pg_stat_force_next_flush", Ret: tVoid, Kind: Scalar, NotStrict: true, Volatility: 'v', Doc: "statistics: force stats to be flushed after the next commit",
			Row: rowVoid,
		},
		{
			OID: 2274, Name: "pg_stat_reset", Ret: tVoid, Kind: Scalar, NotStrict: true, Volatility: 'v', Doc: "statistics: reset collected statistics for current database",
			Row: rowVoid,
		},
		{
			OID: 3777, Name: "pg_stat_reset_single_function_counters", Args: oids{tOID}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Doc: "statistics: reset collected statistics for a single function in the current database",
			Row: rowVoid,
		},
		{
			OID: 3776, Name: "pg_stat_reset_single_table_counters", Args: oids{tOID}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Doc: "statistics: reset collected statistics for a single table or index in the current database or shared across all databases in the cluster",
			Row: rowVoid,
		},
		{
			OID: 2307, Name: "pg_stat_reset_slru", Args: oids{tText}, Ret: tVoid, Kind: Scalar, NotStrict: true, Volatility: 'v', Doc: "statistics: reset collected statistics for a single SLRU",
			Row: rowVoid,
		},
		{
			OID: 6232, Name: "pg_stat_reset_subscription_stats", Args: oids{tOID}, Ret: tVoid, Kind: Scalar, NotStrict: true, Volatility: 'v', Doc: "statistics: reset collected statistics for a single subscription",
			Row: rowVoid,
		},
		{
			OID: 3775, Name: "pg_stat_reset_shared", Args: oids{tText}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Doc: "statistics: reset collected statistics shared across the cluster",
			Row: rowStatResetShared,
		},
		{
			OID: 6170, Name: "pg_stat_reset_replication_slot", Args: oids{tText}, Ret: tVoid, Kind: Scalar, NotStrict: true, Volatility: 'v', Doc: "statistics: reset collected statistics for a single replication slot",
			Row: errNoSlot,
		},
		{
			OID: 6230, Name: "pg_stat_have_stats", Args: oids{tText, tOID, tOID}, Ret: tBool, Kind: Scalar, Volatility: 'v', Doc: "statistics: check if a stats object exists",
			Row: rowHaveStats,
		},
		{
			OID: 1937, Name: "pg_stat_get_backend_pid", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "statistics: PID of backend",
			Row: rowBackend("pid"),
		},
		{
			OID: 1938, Name: "pg_stat_get_backend_dbid", Args: oids{tInt4}, Ret: tOID, Kind: Scalar, Volatility: 's', Doc: "statistics: database ID of backend",
			Row: rowBackend("datid"),
		},
		{
			OID: 1939, Name: "pg_stat_get_backend_userid", Args: oids{tInt4}, Ret: tOID, Kind: Scalar, Volatility: 's', Doc: "statistics: user ID of backend",
			Row: rowBackend("usesysid"),
		},
		{
			OID: 1940, Name: "pg_stat_get_backend_activity", Args: oids{tInt4}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "statistics: current query of backend",
			Row: rowBackend("query"),
		},
		{
			OID: 2094, Name: "pg_stat_get_backend_activity_start", Args: oids{tInt4}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: start time for current query of backend",
			Row: rowBackend("query_start"),
		},
		{
			OID: 2857, Name: "pg_stat_get_backend_xact_start", Args: oids{tInt4}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: start time for backend's current transaction",
			Row: rowBackend("xact_start"),
		},
		{
			OID: 1391, Name: "pg_stat_get_backend_start", Args: oids{tInt4}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: start time for current backend session",
			Row: rowBackend("backend_start"),
		},
		{
			OID: 1392, Name: "pg_stat_get_backend_client_addr", Args: oids{tInt4}, Ret: tInet, Kind: Scalar, Volatility: 's', Doc: "statistics: address of client connected to backend",
			Row: rowBackend("client_addr"),
		},
		{
			OID: 1393, Name: "pg_stat_get_backend_client_port", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "statistics: port number of client connected to backend",
			Row: rowBackend("client_port"),
		},
		{
			OID: 2853, Name: "pg_stat_get_backend_wait_event", Args: oids{tInt4}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "statistics: wait event on which backend is currently waiting",
			Row: rowBackend("wait_event"),
		},
		{
			OID: 2788, Name: "pg_stat_get_backend_wait_event_type", Args: oids{tInt4}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "statistics: wait event type on which backend is currently waiting",
			Row: rowBackend("wait_event_type"),
		},
		{
			OID: 1936, Name: "pg_stat_get_backend_idset", Ret: tInt4, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "statistics: currently active backend IDs",
			Set: setBackends,
		},
		{
			OID: 2769, Name: "pg_stat_get_bgwriter_timed_checkpoints", Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of timed checkpoints started by the bgwriter",
			Row: rowStatOnly("pg_stat_bgwriter", "checkpoints_timed"),
		},
		{
			OID: 2770, Name: "pg_stat_get_bgwriter_requested_checkpoints", Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of backend requested checkpoints started by the bgwriter",
			Row: rowStatOnly("pg_stat_bgwriter", "checkpoints_req"),
		},
		{
			OID: 2771, Name: "pg_stat_get_bgwriter_buf_written_checkpoints", Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of buffers written by the bgwriter during checkpoints",
			Row: rowStatOnly("pg_stat_bgwriter", "buffers_checkpoint"),
		},
		{
			OID: 2772, Name: "pg_stat_get_bgwriter_buf_written_clean", Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of buffers written by the bgwriter for cleaning dirty buffers",
			Row: rowStatOnly("pg_stat_bgwriter", "buffers_clean"),
		},
		{
			OID: 2773, Name: "pg_stat_get_bgwriter_maxwritten_clean", Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of times the bgwriter stopped processing when it had written too many buffers while cleaning",
			Row: rowStatOnly("pg_stat_bgwriter", "maxwritten_clean"),
		},
		{
			OID: 3075, Name: "pg_stat_get_bgwriter_stat_reset_time", Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "statistics: last reset for the bgwriter",
			Row: rowStatOnly("pg_stat_bgwriter", "stats_reset"),
		},
		{
			OID: 3160, Name: "pg_stat_get_checkpoint_write_time", Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: checkpoint time spent writing buffers to disk, in milliseconds",
			Row: rowStatOnly("pg_stat_bgwriter", "checkpoint_write_time"),
		},
		{
			OID: 3161, Name: "pg_stat_get_checkpoint_sync_time", Ret: tFloat8, Kind: Scalar, Volatility: 's', Doc: "statistics: checkpoint time spent synchronizing buffers to disk, in milliseconds",
			Row: rowStatOnly("pg_stat_bgwriter", "checkpoint_sync_time"),
		},
		{
			OID: 2775, Name: "pg_stat_get_buf_written_backend", Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of buffers written by backends",
			Row: rowStatOnly("pg_stat_bgwriter", "buffers_backend"),
		},
		{
			OID: 3063, Name: "pg_stat_get_buf_fsync_backend", Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of backend buffer writes that did their own fsync",
			Row: rowStatOnly("pg_stat_bgwriter", "buffers_backend_fsync"),
		},
		{
			OID: 2859, Name: "pg_stat_get_buf_alloc", Ret: tInt8, Kind: Scalar, Volatility: 's', Doc: "statistics: number of buffer allocations",
			Row: rowStatOnly("pg_stat_bgwriter", "buffers_alloc"),
		},
		{
			OID: 1136, Name: "pg_stat_get_wal", OutNames: names{"wal_records", "wal_fpi", "wal_bytes", "wal_buffers_full", "wal_write", "wal_sync", "wal_write_time", "wal_sync_time", "stats_reset"}, OutTypes: oids{tInt8, tInt8, tNumeric, tInt8, tInt8, tInt8, tFloat8, tFloat8, tTimestamptz}, Ret: tRecord, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "statistics: information about WAL activity",
			Row: rowStatRecord("pg_stat_wal", names{"wal_records", "wal_fpi", "wal_bytes", "wal_buffers_full", "wal_write", "wal_sync", "wal_write_time", "wal_sync_time", "stats_reset"}, oids{tInt8, tInt8, tNumeric, tInt8, tInt8, tInt8, tFloat8, tFloat8, tTimestamptz}),
		},
		{
			OID: 3195, Name: "pg_stat_get_archiver", OutNames: names{"archived_count", "last_archived_wal", "last_archived_time", "failed_count", "last_failed_wal", "last_failed_time", "stats_reset"}, OutTypes: oids{tInt8, tText, tTimestamptz, tInt8, tText, tTimestamptz, tTimestamptz}, Ret: tRecord, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "statistics: information about WAL archiver",
			Row: rowStatRecord("pg_stat_archiver", names{"archived_count", "last_archived_wal", "last_archived_time", "failed_count", "last_failed_wal", "last_failed_time", "stats_reset"}, oids{tInt8, tText, tTimestamptz, tInt8, tText, tTimestamptz, tTimestamptz}),
		},
		{
			OID: 2306, Name: "pg_stat_get_slru", OutNames: names{"name", "blks_zeroed", "blks_hit", "blks_read", "blks_written", "blks_exists", "flushes", "truncates", "stats_reset"}, OutTypes: oids{tText, tInt8, tInt8, tInt8, tInt8, tInt8, tInt8, tInt8, tTimestamptz}, Ret: tRecord, RetSet: true, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "statistics: information about SLRU caches",
			Set: setStatRows("pg_stat_slru", names{"name", "blks_zeroed", "blks_hit", "blks_read", "blks_written", "blks_exists", "flushes", "truncates", "stats_reset"}),
		},
		{
			OID: 2022, Name: "pg_stat_get_activity", Args: oids{tInt4}, ArgNames: names{"pid"}, OutNames: names{"datid", "pid", "usesysid", "application_name", "state", "query", "wait_event_type", "wait_event", "xact_start", "query_start", "backend_start", "state_change", "client_addr", "client_hostname", "client_port", "backend_xid", "backend_xmin", "backend_type", "ssl", "sslversion", "sslcipher", "sslbits", "ssl_client_dn", "ssl_client_serial", "ssl_issuer_dn", "gss_auth", "gss_princ", "gss_enc", "leader_pid", "query_id"}, OutTypes: oids{tOID, tInt4, tOID, tText, tText, tText, tText, tText, tTimestamptz, tTimestamptz, tTimestamptz, tTimestamptz, tInet, tText, tInt4, tXID, tXID, tText, tBool, tText, tText, tInt4, tText, tNumeric, tText, tBool, tText, tBool, tInt4, tInt8}, Ret: tRecord, RetSet: true, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "statistics: information about currently active backends",
			Set: setStatRows("pg_stat_activity", names{"datid", "pid", "usesysid", "application_name", "state", "query", "wait_event_type", "wait_event", "xact_start", "query_start", "backend_start", "state_change", "client_addr", "client_hostname", "client_port", "backend_xid", "backend_xmin", "backend_type", "ssl", "sslversion", "sslcipher", "sslbits", "ssl_client_dn", "ssl_client_serial", "ssl_issuer_dn", "gss_auth", "gss_princ", "gss_enc", "leader_pid", "query_id"}),
		},
	}
}
