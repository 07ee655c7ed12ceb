package functions

// largeObjectFuncs are the functions of large objects.
func largeObjectFuncs() []Func {
	fs := []Func{
		{OID: 715, Name: "lo_create", Args: oids{tOID}, Ret: tOID, Stores: true, Doc: "large object create", Row: rowLarge(rowLoCreate)},
		{OID: 764, Name: "lo_import", Args: oids{tText}, Ret: tOID, Restricted: true, Doc: "large object import", Row: rowServerFile("lo_import")},
		{OID: 765, Name: "lo_export", Args: oids{tOID, tText}, Ret: tInt4, Restricted: true, Doc: "large object export", Row: rowServerFile("lo_export")},
		{
			OID: 767, Name: "lo_import", Args: oids{tText, tOID}, Ret: tOID, Restricted: true, Src: "be_lo_import_with_oid", Doc: "large object import",
			Row: rowServerFile("lo_import"),
		},
		{OID: 952, Name: "lo_open", Args: oids{tOID, tInt4}, Ret: tInt4, Doc: "large object open", Row: rowLarge(rowLoOpen)},
		{OID: 953, Name: "lo_close", Args: oids{tInt4}, Ret: tInt4, Doc: "large object close", Row: rowLarge(rowLoClose)},
		{OID: 954, Name: "loread", Args: oids{tInt4, tInt4}, Ret: tBytea, Doc: "large object read", Row: rowLarge(rowLoRead)},
		{OID: 955, Name: "lowrite", Args: oids{tInt4, tBytea}, Ret: tInt4, Stores: true, Doc: "large object write", Row: rowLarge(rowLoWrite)},
		{OID: 956, Name: "lo_lseek", Args: oids{tInt4, tInt4, tInt4}, Ret: tInt4, Doc: "large object seek", Row: rowLoSeek(true)},
		{OID: 957, Name: "lo_creat", Args: oids{tInt4}, Ret: tOID, Stores: true, Doc: "large object create", Row: rowLarge(rowLoCreat)},
		{OID: 958, Name: "lo_tell", Args: oids{tInt4}, Ret: tInt4, Doc: "large object position", Row: rowLoTell(true)},
		{OID: 964, Name: "lo_unlink", Args: oids{tOID}, Ret: tInt4, Stores: true, Doc: "large object unlink (delete)", Row: rowLarge(rowLoUnlink)},
		{OID: 1004, Name: "lo_truncate", Args: oids{tInt4, tInt4}, Ret: tInt4, Stores: true, Doc: "truncate large object", Row: rowLarge(rowLoTruncate)},
		{OID: 3170, Name: "lo_lseek64", Args: oids{tInt4, tInt8, tInt4}, Ret: tInt8, Doc: "large object seek (64 bit)", Row: rowLoSeek(false)},
		{OID: 3171, Name: "lo_tell64", Args: oids{tInt4}, Ret: tInt8, Doc: "large object position (64 bit)", Row: rowLoTell(false)},
		{
			OID: 3172, Name: "lo_truncate64", Args: oids{tInt4, tInt8}, Ret: tInt4, Stores: true, Doc: "truncate large object (64 bit)",
			Row: rowLarge(rowLoTruncate),
		},
		{
			OID: 3457, Name: "lo_from_bytea", Args: oids{tOID, tBytea}, Ret: tOID, Stores: true, Doc: "create new large object with given content",
			Row: rowLarge(rowLoFromBytea),
		},
		{OID: 3458, Name: "lo_get", Args: oids{tOID}, Ret: tBytea, Doc: "read entire large object", Row: rowLarge(rowLoGet)},
		{
			OID: 3459, Name: "lo_get", Args: oids{tOID, tInt8, tInt4}, Ret: tBytea, Src: "be_lo_get_fragment", Doc: "read large object from offset for length",
			Row: rowLarge(rowLoGetFragment),
		},
		{OID: 3460, Name: "lo_put", Args: oids{tOID, tInt8, tBytea}, Ret: tVoid, Stores: true, Doc: "write data at offset", Row: rowLarge(rowLoPut)},
	}
	for i := range fs {
		f := &fs[i]
		f.Kind, f.Volatility = Scalar, 'v'
		if f.Src == "" {
			f.Src = "be_" + f.Name
		}
	}
	return fs
}
