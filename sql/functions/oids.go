package functions

import "github.com/stemedb/stemedb/sql/types"

// Short names of the types that the tables of this package speak of.
const (
	tBool               = types.OIDBool
	tBytea              = types.OIDBytea
	tChar               = types.OIDChar
	tName               = types.OIDName
	tInt8               = types.OIDInt8
	tInt2               = types.OIDInt2
	tInt2Vector         = types.OIDInt2Vector
	tInt4               = types.OIDInt4
	tRegproc            = types.OIDRegproc
	tText               = types.OIDText
	tOID                = types.OIDOID
	tTID                = types.OIDTID
	tXID                = types.OIDXID
	tCID                = types.OIDCID
	tOIDVector          = types.OIDOIDVector
	tJSON               = types.OIDJSON
	tXML                = types.OIDXML
	tPgNodeTree         = types.OIDPgNodeTree
	tCIDR               = types.OIDCIDR
	tFloat4             = types.OIDFloat4
	tFloat8             = types.OIDFloat8
	tUnknown            = types.OIDUnknown
	tInet               = types.OIDInet
	tNameArray          = types.OIDNameArray
	tInt4Array          = types.OIDInt4Array
	tTextArray          = types.OIDTextArray
	tBpchar             = types.OIDBpchar
	tVarchar            = types.OIDVarchar
	tDate               = types.OIDDate
	tTime               = types.OIDTime
	tTimestamp          = types.OIDTimestamp
	tTimestamptz        = types.OIDTimestamptz
	tInterval           = types.OIDInterval
	tTimetz             = types.OIDTimetz
	tBit                = types.OIDBit
	tVarbit             = types.OIDVarbit
	tNumeric            = types.OIDNumeric
	tRegprocedure       = types.OIDRegprocedure
	tRegoper            = types.OIDRegoper
	tRegoperator        = types.OIDRegoperator
	tRegclass           = types.OIDRegclass
	tRegtype            = types.OIDRegtype
	tRecord             = types.OIDRecord
	tCString            = types.OIDCString
	tAny                = types.OIDAny
	tAnyArray           = types.OIDAnyArray
	tVoid               = types.OIDVoid
	tAnyElement         = types.OIDAnyElement
	tAnyNonArray        = types.OIDAnyNonArray
	tUUID               = types.OIDUUID
	tPgNdistinct        = types.OIDPgNdistinct
	tPgDependencies     = types.OIDPgDependencies
	tRegconfig          = types.OIDRegconfig
	tRegdictionary      = types.OIDRegdictionary
	tJSONB              = types.OIDJSONB
	tJSONPath           = types.OIDJSONPath
	tRegnamespace       = types.OIDRegnamespace
	tRegrole            = types.OIDRegrole
	tRegcollation       = types.OIDRegcollation
	tPgMCVList          = types.OIDPgMCVList
	tXID8               = types.OIDXID8
	tPgLSN              = types.OIDPgLSN
	tPgSnapshot         = types.OIDPgSnapshot
	tTxidSnapshot       = types.OIDTxidSnapshot
	tAnyCompatible      = types.OIDAnyCompatible
	tAnyCompatibleArray = types.OIDAnyCompatibleArray
	tAnyRange           = types.OIDAnyRange
	tAnyMultirange      = types.OIDAnyMultirange
	tInt4Range          = types.OIDInt4Range
	tInt8Range          = types.OIDInt8Range
	tNumRange           = types.OIDNumRange
	tTSRange            = types.OIDTSRange
	tTSTZRange          = types.OIDTSTZRange
	tDateRange          = types.OIDDateRange
	tInt4Multirange     = types.OIDInt4Multirange
	tInt8Multirange     = types.OIDInt8Multirange
	tNumMultirange      = types.OIDNumMultirange
	tTSMultirange       = types.OIDTSMultirange
	tTSTZMultirange     = types.OIDTSTZMultirange
	tDateMultirange     = types.OIDDateMultirange
	tTSVector           = types.OIDTSVector
	tTSQuery            = types.OIDTSQuery
	tCharArray          = types.OIDCharArray
	tInt2Array          = types.OIDInt2Array
	tRegdictionaryArray = types.OIDRegdictionaryArray
	tFloat4Array        = types.OIDFloat4Array
	tMoney              = types.OIDMoney
	tMacaddr            = types.OIDMacaddr
	tMacaddr8           = types.OIDMacaddr8
)

type (
	oids   = []types.OID
	names  = []string
	datums = []types.Datum
)
