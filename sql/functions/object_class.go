package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// CatalogRow is one row of a relation of pg_catalog.
type CatalogRow interface {
	// Get returns the value of a column; one that the relation lacks is NULL.
	Get(column string) types.Datum
}

// objectClass says where the objects of a kind stand: the relation that lists
// them, and its columns of names and schemas. An object's class is that
// relation's OID.
type objectClass struct {
	oid       types.OID
	rel       string
	kind      string // as pg_get_object_address calls it, and what is not there
	name      string // column
	namespace string // column; empty: no schemas
	// missing is the SQLSTATE for a name that there is not.
	missing string
}

// The classes whose objects are more than a name.
const (
	classPgClass     = 1259
	classPgProc      = 1255
	classPgType      = 1247
	classPgCast      = 2605
	classConstraint  = 2606
	classAttrdef     = 2604
	classLargeObject = 2613
	classOperator    = 2617
	classOpclass     = 2616
	classOpfamily    = 2753
	classAmop        = 2602
	classAmproc      = 2603
	classRewrite     = 2618
	classTrigger     = 2620
	classPolicy      = 3256
	classUserMapping = 1418
)

// objectClasses lists all kinds of objects. Those with a name are what a name,
// with a schema or without, identifies.
func objectClasses() []objectClass {
	const undefined = sqlerr.UndefinedObject
	return []objectClass{
		{classPgClass, "pg_class", "relation", "", "", ""},
		{classPgProc, "pg_proc", "routine", "", "", ""},
		{classPgType, "pg_type", "type", "", "", ""},
		{classPgCast, "pg_cast", "cast", "", "", ""},
		{3456, "pg_collation", "collation", "collname", "collnamespace", undefined},
		{classConstraint, "pg_constraint", "constraint", "", "", ""},
		{2607, "pg_conversion", "conversion", "conname", "connamespace", undefined},
		{classAttrdef, "pg_attrdef", "default value", "", "", ""},
		{2612, "pg_language", "language", "lanname", "", undefined},
		{classLargeObject, "pg_largeobject", "large object", "", "", ""},
		{classOperator, "pg_operator", "operator", "", "", ""},
		{classOpclass, "pg_opclass", "operator class", "", "", ""},
		{classOpfamily, "pg_opfamily", "operator family", "", "", ""},
		{2601, "pg_am", "access method", "amname", "", undefined},
		{classAmop, "pg_amop", "operator of access method", "", "", ""},
		{classAmproc, "pg_amproc", "function of access method", "", "", ""},
		{classRewrite, "pg_rewrite", "rule", "", "", ""},
		{classTrigger, "pg_trigger", "trigger", "", "", ""},
		{2615, "pg_namespace", "schema", "nspname", "", sqlerr.InvalidSchemaName},
		{3381, "pg_statistic_ext", "statistics object", "stxname", "stxnamespace", undefined},
		{3601, "pg_ts_parser", "text search parser", "prsname", "prsnamespace", undefined},
		{3600, "pg_ts_dict", "text search dictionary", "dictname", "dictnamespace", undefined},
		{3764, "pg_ts_template", "text search template", "tmplname", "tmplnamespace", undefined},
		{3602, "pg_ts_config", "text search configuration", "cfgname", "cfgnamespace", undefined},
		{1260, "pg_authid", "role", "rolname", "", undefined},
		{1262, "pg_database", "database", "datname", "", sqlerr.InvalidCatalogName},
		{1213, "pg_tablespace", "tablespace", "spcname", "", undefined},
		{2328, "pg_foreign_data_wrapper", "foreign-data wrapper", "fdwname", "", undefined},
		{1417, "pg_foreign_server", "server", "srvname", "", undefined},
		{classUserMapping, "pg_user_mapping", "user mapping", "", "", ""},
		{826, "pg_default_acl", "default acl", "", "", ""},
		{3079, "pg_extension", "extension", "extname", "", undefined},
		{3466, "pg_event_trigger", "event trigger", "evtname", "", undefined},
		{6243, "pg_parameter_acl", "parameter ACL", "parname", "", undefined},
		{classPolicy, "pg_policy", "policy", "", "", ""},
		{6104, "pg_publication", "publication", "pubname", "", undefined},
		{6237, "pg_publication_namespace", "publication namespace", "", "", ""},
		{6106, "pg_publication_rel", "publication relation", "", "", ""},
		{6100, "pg_subscription", "subscription", "subname", "", undefined},
		{3576, "pg_transform", "transform", "", "", ""},
	}
}

func classByOID(oid types.OID) (objectClass, bool) {
	for _, k := range objectClasses() {
		if k.oid == oid {
			return k, true
		}
	}
	return objectClass{}, false
}

func classByKind(kind string) (objectClass, bool) {
	for _, k := range objectClasses() {
		if k.kind == kind {
			return k, true
		}
	}
	return objectClass{}, false
}

// rowsWhere finds rows of a relation of pg_catalog by several columns.
func (c *Ctx) rowsWhere(rel string, columns []string, vals ...datum) ([]CatalogRow, error) {
	rows, err := c.catalog().CatalogRows(c, rel, columns[0], vals[0])
	var out []CatalogRow
	for _, r := range rows {
		same := true
		for i := 1; i < len(columns); i++ {
			v := r.Get(columns[i])
			same = same && !v.Null && v.I == vals[i].I && v.S == vals[i].S
		}
		if same {
			out = append(out, r)
		}
	}
	return out, err
}

// rowWhere is rowsWhere for the first such row; nil: there is none.
func (c *Ctx) rowWhere(rel string, columns []string, vals ...datum) (CatalogRow, error) {
	rows, err := c.rowsWhere(rel, columns, vals...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

func byOID(oid types.OID) ([]string, datum) { return []string{"oid"}, types.Int(int64(oid)) }
