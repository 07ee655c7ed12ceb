package functions

// hashFuncs are the hash functions that hash indexes and hash partitions
// name; people call them to spread or to sample rows, and as keys of advisory
// locks.
func hashFuncs() []Func {
	return []Func{
		{OID: 626, Name: "hash_array", Args: oids{tAnyArray}, Ret: tInt4, Kind: Scalar, Doc: "hash", Bind: bindHash(false)},
		{OID: 432, Name: "hash_numeric", Args: oids{tNumeric}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashNumeric, false)},
		{OID: 6192, Name: "hash_record", Args: oids{tRecord}, Ret: tInt4, Kind: Scalar, Doc: "hash", Bind: bindHash(false)},
		{OID: 1080, Name: "hashbpchar", Args: oids{tBpchar}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashBpchar, false)},
		{
			OID: 972, Name: "hashbpcharextended", Args: oids{tBpchar, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashBpchar, true),
		},
		{OID: 4045, Name: "jsonb_hash", Args: oids{tJSONB}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashJSONB, false)},
		{
			OID: 3416, Name: "jsonb_hash_extended", Args: oids{tJSONB, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashJSONB, true),
		},
		{OID: 454, Name: "hashchar", Args: oids{tChar}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashCharDatum, false)},
		{
			OID: 446, Name: "hashcharextended", Args: oids{tChar, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashCharDatum, true),
		},
		{OID: 451, Name: "hashfloat4", Args: oids{tFloat4}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashFloatDatum, false)},
		{
			OID: 443, Name: "hashfloat4extended", Args: oids{tFloat4, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashFloatDatum, true),
		},
		{OID: 452, Name: "hashfloat8", Args: oids{tFloat8}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashFloatDatum, false)},
		{
			OID: 444, Name: "hashfloat8extended", Args: oids{tFloat8, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashFloatDatum, true),
		},
		{OID: 449, Name: "hashint2", Args: oids{tInt2}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashInt32Datum, false)},
		{
			OID: 441, Name: "hashint2extended", Args: oids{tInt2, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt32Datum, true),
		},
		{OID: 450, Name: "hashint4", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashInt32Datum, false)},
		{
			OID: 425, Name: "hashint4extended", Args: oids{tInt4, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt32Datum, true),
		},
		{OID: 949, Name: "hashint8", Args: oids{tInt8}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashInt64Datum, false)},
		{
			OID: 442, Name: "hashint8extended", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt64Datum, true),
		},
		{OID: 455, Name: "hashname", Args: oids{tName}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashTextDatum, false)},
		{
			OID: 447, Name: "hashnameextended", Args: oids{tName, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashTextDatum, true),
		},
		{OID: 453, Name: "hashoid", Args: oids{tOID}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashInt32Datum, false)},
		{
			OID: 445, Name: "hashoidextended", Args: oids{tOID, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt32Datum, true),
		},
		{
			OID: 457, Name: "hashoidvector", Args: oids{tOIDVector}, Ret: tInt4, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashOIDVector, false),
		},
		{
			OID: 776, Name: "hashoidvectorextended", Args: oids{tOIDVector, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashOIDVector, true),
		},
		{OID: 400, Name: "hashtext", Args: oids{tText}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashTextDatum, false)},
		{
			OID: 448, Name: "hashtextextended", Args: oids{tText, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashTextDatum, true),
		},
		{OID: 2233, Name: "hashtid", Args: oids{tTID}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashTID, false)},
		{
			OID: 2234, Name: "hashtidextended", Args: oids{tTID, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashTID, true),
		},
		{
			OID: 1697, Name: "interval_hash", Args: oids{tInterval}, Ret: tInt4, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInterval, false),
		},
		{
			OID: 3252, Name: "pg_lsn_hash", Args: oids{tPgLSN}, Ret: tInt4, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt64Datum, false),
		},
		{OID: 1688, Name: "time_hash", Args: oids{tTime}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashInt64Datum, false)},
		{
			OID: 2039, Name: "timestamp_hash", Args: oids{tTimestamp}, Ret: tInt4, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashInt64Datum, false),
		},
		{OID: 1696, Name: "timetz_hash", Args: oids{tTimetz}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashTimetz, false)},
		{OID: 2963, Name: "uuid_hash", Args: oids{tUUID}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashTextDatum, false)},
	}
}
