package functions

// advisoryFuncs are the functions of advisory locks.
func advisoryFuncs() []Func {
	return []Func{
		{
			OID: 2880, Name: "pg_advisory_lock", Args: oids{tInt8}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Src: "pg_advisory_lock_int8",
			Doc: "obtain exclusive advisory lock", Row: rowAdvisoryLock(false, false, false),
		},
		{
			OID: 2881, Name: "pg_advisory_lock_shared", Args: oids{tInt8}, Ret: tVoid, Kind: Scalar, Volatility: 'v',
			Src: "pg_advisory_lock_shared_int8", Doc: "obtain shared advisory lock",
			Row: rowAdvisoryLock(true, false, false),
		},
		{
			OID: 2882, Name: "pg_try_advisory_lock", Args: oids{tInt8}, Ret: tBool, Kind: Scalar, Volatility: 'v', Src: "pg_try_advisory_lock_int8",
			Doc: "obtain exclusive advisory lock if available", Row: rowAdvisoryLock(false, false, true),
		},
		{
			OID: 2883, Name: "pg_try_advisory_lock_shared", Args: oids{tInt8}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_try_advisory_lock_shared_int8", Doc: "obtain shared advisory lock if available",
			Row: rowAdvisoryLock(true, false, true),
		},
		{
			OID: 2886, Name: "pg_advisory_lock", Args: oids{tInt4, tInt4}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Src: "pg_advisory_lock_int4",
			Doc: "obtain exclusive advisory lock", Row: rowAdvisoryLock(false, false, false),
		},
		{
			OID: 2887, Name: "pg_advisory_lock_shared", Args: oids{tInt4, tInt4}, Ret: tVoid, Kind: Scalar, Volatility: 'v',
			Src: "pg_advisory_lock_shared_int4", Doc: "obtain shared advisory lock",
			Row: rowAdvisoryLock(true, false, false),
		},
		{
			OID: 2888, Name: "pg_try_advisory_lock", Args: oids{tInt4, tInt4}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_try_advisory_lock_int4", Doc: "obtain exclusive advisory lock if available",
			Row: rowAdvisoryLock(false, false, true),
		},
		{
			OID: 2889, Name: "pg_try_advisory_lock_shared", Args: oids{tInt4, tInt4}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_try_advisory_lock_shared_int4", Doc: "obtain shared advisory lock if available",
			Row: rowAdvisoryLock(true, false, true),
		},
		{
			OID: 3089, Name: "pg_advisory_xact_lock", Args: oids{tInt8}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Src: "pg_advisory_xact_lock_int8",
			Doc: "obtain exclusive advisory lock", Row: rowAdvisoryLock(false, true, false),
		},
		{
			OID: 3090, Name: "pg_advisory_xact_lock_shared", Args: oids{tInt8}, Ret: tVoid, Kind: Scalar, Volatility: 'v',
			Src: "pg_advisory_xact_lock_shared_int8", Doc: "obtain shared advisory lock",
			Row: rowAdvisoryLock(true, true, false),
		},
		{
			OID: 3091, Name: "pg_try_advisory_xact_lock", Args: oids{tInt8}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_try_advisory_xact_lock_int8", Doc: "obtain exclusive advisory lock if available",
			Row: rowAdvisoryLock(false, true, true),
		},
		{
			OID: 3092, Name: "pg_try_advisory_xact_lock_shared", Args: oids{tInt8}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_try_advisory_xact_lock_shared_int8", Doc: "obtain shared advisory lock if available",
			Row: rowAdvisoryLock(true, true, true),
		},
		{
			OID: 3093, Name: "pg_advisory_xact_lock", Args: oids{tInt4, tInt4}, Ret: tVoid, Kind: Scalar, Volatility: 'v',
			Src: "pg_advisory_xact_lock_int4", Doc: "obtain exclusive advisory lock",
			Row: rowAdvisoryLock(false, true, false),
		},
		{
			OID: 3094, Name: "pg_advisory_xact_lock_shared", Args: oids{tInt4, tInt4}, Ret: tVoid, Kind: Scalar, Volatility: 'v',
			Src: "pg_advisory_xact_lock_shared_int4", Doc: "obtain shared advisory lock",
			Row: rowAdvisoryLock(true, true, false),
		},
		{
			OID: 3095, Name: "pg_try_advisory_xact_lock", Args: oids{tInt4, tInt4}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_try_advisory_xact_lock_int4", Doc: "obtain exclusive advisory lock if available",
			Row: rowAdvisoryLock(false, true, true),
		},
		{
			OID: 3096, Name: "pg_try_advisory_xact_lock_shared", Args: oids{tInt4, tInt4}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_try_advisory_xact_lock_shared_int4", Doc: "obtain shared advisory lock if available",
			Row: rowAdvisoryLock(true, true, true),
		},
		{
			OID: 2884, Name: "pg_advisory_unlock", Args: oids{tInt8}, Ret: tBool, Kind: Scalar, Volatility: 'v', Src: "pg_advisory_unlock_int8",
			Doc: "release exclusive advisory lock", Row: rowAdvisoryUnlock(false),
		},
		{
			OID: 2885, Name: "pg_advisory_unlock_shared", Args: oids{tInt8}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_advisory_unlock_shared_int8", Doc: "release shared advisory lock",
			Row: rowAdvisoryUnlock(true),
		},
		{
			OID: 2890, Name: "pg_advisory_unlock", Args: oids{tInt4, tInt4}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_advisory_unlock_int4", Doc: "release exclusive advisory lock",
			Row: rowAdvisoryUnlock(false),
		},
		{
			OID: 2891, Name: "pg_advisory_unlock_shared", Args: oids{tInt4, tInt4}, Ret: tBool, Kind: Scalar, Volatility: 'v',
			Src: "pg_advisory_unlock_shared_int4", Doc: "release shared advisory lock",
			Row: rowAdvisoryUnlock(true),
		},
		{
			OID: 2892, Name: "pg_advisory_unlock_all", Ret: tVoid, Kind: Scalar, Volatility: 'v', Doc: "release all advisory locks",
			Row: rowAdvisoryUnlockAll,
		},
	}
}
