package catalog

import "github.com/stemedb/stemedb/sql/types"

// language is one row of pg_language.
type language struct {
	oid          types.OID
	name         string
	trusted      bool
	validatorOID types.OID
	validator    string
	comment      string
}

var languages = [...]language{
	{12, "internal", false, 2246, "fmgr_internal_validator", "built-in functions"},
	{13, "c", false, 2247, "fmgr_c_validator", "dynamically-loaded C functions"},
	{14, "sql", true, 2248, "fmgr_sql_validator", "SQL-language functions"},
}

// accessMethod is one row of pg_am.
type accessMethod struct {
	oid         types.OID
	name        string
	handlerOID  types.OID
	handler     string
	handlerType types.OID
	kind        byte
	comment     string
}

// OIDs of the access methods.
const (
	amHeap  types.OID = 2
	amBtree types.OID = 403
	amHash  types.OID = 405
)

var accessMethods = [...]accessMethod{
	{amHeap, "heap", 3, "heap_tableam_handler", types.OIDTableAMHandler, 't', "heap table access method"},
	{amBtree, "btree", 330, "bthandler", types.OIDIndexAMHandler, 'i', "b-tree index access method"},
	{amHash, "hash", 331, "hashhandler", types.OIDIndexAMHandler, 'i', "hash index access method"},
}

// OIDs of the tablespaces.
const (
	tablespaceDefault types.OID = 1663
	tablespaceGlobal  types.OID = 1664
)

// encodingUTF8 is PostgreSQL's number of the encoding.
const encodingUTF8 = 6

// collation is one row of pg_collation.
type collation struct {
	oid      types.OID
	name     string
	provider byte
	encoding int
	locale   string
}

var collations = [...]collation{
	{types.DefaultCollation, "default", 'd', -1, ""},
	{types.CCollation, "C", 'c', -1, "C"},
	{951, "POSIX", 'c', -1, "POSIX"},
	{12340, "ucs_basic", 'c', encodingUTF8, "C"},
	{12341, "C.utf8", 'c', encodingUTF8, "C.utf8"},
}
