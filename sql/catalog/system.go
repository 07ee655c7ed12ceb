package catalog

import "github.com/stemedb/stemedb/sql/types"

// language is one row of pg_language.
type language struct {
	oid        types.OID
	name       string
	procedural bool
	trusted    bool
	validator  types.OID
	comment    string
}

var languages = [...]language{
	{langInternal, "internal", false, false, 2246, "built-in functions"},
	{langC, "c", false, false, 2247, "dynamically-loaded C functions"},
	{langSQL, "sql", false, true, 2248, "SQL-language functions"},
	{langPLpgSQL, "plpgsql", true, true, 0, "PL/pgSQL procedural language"},
}

// languageOID is the OID of a language; 0: there is none of the name.
func languageOID(name string) types.OID {
	for i := range languages {
		if languages[i].name == name {
			return languages[i].oid
		}
	}
	return 0
}

// languageName names a language by its OID.
func languageName(oid types.OID) string {
	for i := range languages {
		if languages[i].oid == oid {
			return languages[i].name
		}
	}
	return ""
}

// accessMethod is one row of pg_am.
type accessMethod struct {
	oid     types.OID
	name    string
	handler types.OID
	kind    byte
	comment string
}

// OIDs of the access methods.
const (
	amHeap  types.OID = 2
	amBtree types.OID = 403
	amHash  types.OID = 405
)

var accessMethods = [...]accessMethod{
	{amHeap, "heap", 3, 't', "heap table access method"},
	{amBtree, "btree", 330, 'i', "b-tree index access method"},
	{amHash, "hash", 331, 'i', "hash index access method"},
	{783, "gist", 332, 'i', "GiST index access method"},
	{2742, "gin", 333, 'i', "GIN index access method"},
	{3580, "brin", 335, 'i', "block range index (BRIN) access method"},
	{4000, "spgist", 334, 'i', "SP-GiST index access method"},
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
	comment  string
}

// CollationNamed finds a collation.
func CollationNamed(name string) (types.OID, bool) {
	for i := range collations {
		if collations[i].name == name {
			return collations[i].oid, true
		}
	}
	return 0, false
}

var collations = [...]collation{
	{types.DefaultCollation, "default", 'd', -1, "", "database's default collation"},
	{types.CCollation, "C", 'c', -1, "C", "standard C collation"},
	{951, "POSIX", 'c', -1, "POSIX", "standard POSIX collation"},
	{12340, "ucs_basic", 'c', encodingUTF8, "C", ""},
	{12341, "C.utf8", 'c', encodingUTF8, "C.utf8", ""},
}

// systemMakers are the catalogs of the database itself.
func systemMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_language":   {static: makeLanguage},
		"pg_catalog.pg_collation":  {static: makeCollation},
		"pg_catalog.pg_database":   {static: makeDatabase},
		"pg_catalog.pg_tablespace": {static: makeTablespace},
		"pg_catalog.pg_conversion": {static: makeConversion},
	}
}

func makeLanguage(_ *Catalog, b *rowBuilder) {
	for _, l := range languages {
		b.add("oid lanname lanowner lanispl lanpltrusted lanvalidator", oid(l.oid), text(l.name), oid(OIDSuperuser), yes(l.procedural), yes(l.trusted), oid(l.validator))
	}
}

func makeCollation(_ *Catalog, b *rowBuilder) {
	for _, k := range collations {
		b.add("oid collname collnamespace collowner collprovider collisdeterministic collencoding collcollate collctype",
			oid(k.oid), text(k.name), oid(OIDPGCatalog), oid(OIDSuperuser), char(k.provider), yes(true), num(k.encoding), orNull(k.locale), orNull(k.locale))
	}
}

func makeDatabase(_ *Catalog, b *rowBuilder) {
	b.add("oid datname datdba encoding datlocprovider datallowconn datconnlimit dattablespace datcollate datctype",
		oid(OIDDatabase), text(databaseName), oid(OIDSuperuser), num(encodingUTF8), char('c'), yes(true), num(-1), oid(tablespaceDefault), text("C.UTF-8"), text("C.UTF-8"))
}

func makeTablespace(_ *Catalog, b *rowBuilder) {
	b.add("oid spcname spcowner", oid(tablespaceDefault), text("pg_default"), oid(OIDSuperuser))
	b.add("oid spcname spcowner", oid(tablespaceGlobal), text("pg_global"), oid(OIDSuperuser))
}
