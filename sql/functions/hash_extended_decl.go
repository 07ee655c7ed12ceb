package functions

// hashExtendedFuncs are the hash functions that take a seed, for types whose plain ones hashFuncs declares.
func hashExtendedFuncs() []Func {
	return []Func{
		{OID: 782, Name: "hash_array_extended", Args: oids{tAnyArray, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash", Bind: bindHash(true)},
		{
			OID: 780, Name: "hash_numeric_extended", Args: oids{tNumeric, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashNumeric, true),
		},
		{OID: 6193, Name: "hash_record_extended", Args: oids{tRecord, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash", Bind: bindHash(true)},
		{
			OID: 3418, Name: "interval_hash_extended", Args: oids{tInterval, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInterval, true),
		},
		{
			OID: 3413, Name: "pg_lsn_hash_extended", Args: oids{tPgLSN, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt64Datum, true),
		},
		{
			OID: 3409, Name: "time_hash_extended", Args: oids{tTime, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt64Datum, true),
		},
		{
			OID: 3411, Name: "timestamp_hash_extended", Args: oids{tTimestamp, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt64Datum, true),
		},
		{
			OID: 3410, Name: "timetz_hash_extended", Args: oids{tTimetz, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashTimetz, true),
		},
	}
}
