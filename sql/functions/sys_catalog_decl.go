package functions

import (
	"github.com/stemedb/stemedb/sql/types"
)

// sysCatalogFuncs answer from the catalog.
func sysCatalogFuncs() []Func {
	return []Func{
		{
			OID: 1081, Name: "format_type", Args: oids{tOID, tInt4}, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "format a type oid and atttypmod to canonical SQL",
			Row: rowFormatType,
		},
		{
			OID: 1716, Name: "pg_get_expr", Args: oids{tPgNodeTree, tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "deparse an encoded expression",
			Row: func(_ *Ctx, a []datum) (datum, error) { return types.Text(a[0].S), nil },
		},
		{
			OID: 2509, Name: "pg_get_expr", Args: oids{tPgNodeTree, tOID, tBool}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_expr_ext", Doc: "deparse an encoded expression with pretty-print option",
			Row: rowPrettyExpr,
		},
		{
			OID: 1642, Name: "pg_get_userbyid", Args: oids{tOID}, Ret: tName, Kind: Scalar, Volatility: 's', Doc: "role name by OID (with fallback)",
			Row: rowUserByID,
		},
		{
			OID: 1643, Name: "pg_get_indexdef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "index description",
			Row: rowIndexDef,
		},
		{
			OID: 2507, Name: "pg_get_indexdef", Args: oids{tOID, tInt4, tBool}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_indexdef_ext", Doc: "index description (full create statement or single expression) with pretty-print option",
			Row: rowIndexDef,
		},
		{
			OID: 1387, Name: "pg_get_constraintdef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "constraint description",
			Row: rowConstraintDef,
		},
		{
			OID: 2508, Name: "pg_get_constraintdef", Args: oids{tOID, tBool}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_constraintdef_ext", Doc: "constraint description with pretty-print option",
			Row: rowConstraintDef,
		},
		{
			OID: 1641, Name: "pg_get_viewdef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "select statement of a view",
			Row: rowViewDef,
		},
		{
			OID: 2506, Name: "pg_get_viewdef", Args: oids{tOID, tBool}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_viewdef_ext", Doc: "select statement of a view with pretty-print option",
			Row: rowViewDef,
		},
		{
			OID: 3159, Name: "pg_get_viewdef", Args: oids{tOID, tInt4}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_viewdef_wrap", Doc: "select statement of a view with pretty-printing and specified line wrapping",
			Row: rowViewDefWrapped,
		},
		{
			OID: 1640, Name: "pg_get_viewdef", Args: oids{tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_viewdef_name", Doc: "select statement of a view",
			Row: rowViewDefByName,
		},
		{
			OID: 2505, Name: "pg_get_viewdef", Args: oids{tText, tBool}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_viewdef_name_ext", Doc: "select statement of a view with pretty-print option",
			Row: rowViewDefByName,
		},
		{
			OID: 1573, Name: "pg_get_ruledef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "source text of a rule",
			Row: rowNone,
		},
		{
			OID: 2504, Name: "pg_get_ruledef", Args: oids{tOID, tBool}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_ruledef_ext", Doc: "source text of a rule with pretty-print option",
			Row: rowNone,
		},
		{
			OID: 1662, Name: "pg_get_triggerdef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "trigger description",
			Row: rowNone,
		},
		{
			OID: 2730, Name: "pg_get_triggerdef", Args: oids{tOID, tBool}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_get_triggerdef_ext", Doc: "trigger description with pretty-print option",
			Row: rowNone,
		},
		{
			OID: 3415, Name: "pg_get_statisticsobjdef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "extended statistics object description",
			Row: rowNone,
		},
		{
			OID: 6174, Name: "pg_get_statisticsobjdef_columns", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "extended statistics columns",
			Row: rowNone,
		},
		{
			OID: 6173, Name: "pg_get_statisticsobjdef_expressions", Args: oids{tOID}, Ret: tTextArray, Kind: Scalar, Volatility: 's', Doc: "extended statistics expressions",
			Row: rowNone,
		},
		{
			OID: 3352, Name: "pg_get_partkeydef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "partition key description",
			Row: rowNone,
		},
		{
			OID: 3408, Name: "pg_get_partition_constraintdef", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "partition constraint description",
			Row: rowNone,
		},
		{
			OID: 6197, Name: "pg_get_function_sqlbody", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "function SQL body",
			Row: rowFuncSQLBody,
		},
		{
			OID: 3778, Name: "pg_tablespace_location", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "tablespace location",
			Row: func(*Ctx, []datum) (datum, error) { return types.Text(""), nil }, // all lies in the data directory
		},
		{
			OID: 3842, Name: "pg_relation_is_updatable", Args: oids{tRegclass, tBool}, Ret: tInt4, Kind: Scalar, Volatility: 's', Cost: 10, Doc: "is a relation insertable/updatable/deletable",
			Row: rowRelUpdatable,
		},
		{
			OID: 3843, Name: "pg_column_is_updatable", Args: oids{tRegclass, tInt2, tBool}, Ret: tBool, Kind: Scalar, Volatility: 's', Cost: 10, Doc: "is a column updatable",
			Row: rowColUpdatable,
		},
		{
			OID: 6120, Cost: 10, Name: "pg_get_replica_identity_index", Args: oids{tRegclass}, Ret: tRegclass, Kind: Scalar, Volatility: 's', Doc: "oid of replica identity index if any",
			Row: rowNone,
		},
		{
			OID: 2165, Name: "pg_get_function_result", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "result type of a function",
			Row: rowFuncResult,
		},
		{
			OID: 2162, Name: "pg_get_function_arguments", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "argument list of a function",
			Row: rowFuncArgs(true),
		},
		{
			OID: 2232, Name: "pg_get_function_identity_arguments", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "identity argument list of a function",
			Row: rowFuncArgs(false),
		},
		{
			OID: 2079, Cost: 10, Name: "pg_table_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is table visible in search path?",
			Row: rowRelVisible,
		},
		{
			OID: 2080, Cost: 10, Name: "pg_type_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is type visible in search path?",
			Row: rowTypeVisible,
		},
		{
			OID: 2081, Cost: 10, Name: "pg_function_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is function visible in search path?",
			Row: rowFuncVisible,
		},
		{
			OID: 2082, Cost: 10, Name: "pg_operator_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is operator visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 2083, Cost: 10, Name: "pg_opclass_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is opclass visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 3829, Cost: 10, Name: "pg_opfamily_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is opfamily visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 2093, Cost: 10, Name: "pg_conversion_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is conversion visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 3403, Cost: 10, Name: "pg_statistics_obj_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is statistics object visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 3756, Cost: 10, Name: "pg_ts_parser_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is text search parser visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 3757, Cost: 10, Name: "pg_ts_dict_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is text search dictionary visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 3768, Cost: 10, Name: "pg_ts_template_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is text search template visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 3758, Cost: 10, Name: "pg_ts_config_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is text search configuration visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 3815, Cost: 10, Name: "pg_collation_is_visible", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is collation visible in search path?",
			Row: rowBuiltinVisible,
		},
		{
			OID: 1348, Cost: 100, Name: "obj_description", Args: oids{tOID}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "", Doc: "deprecated, use two-argument form instead",
			Row: rowObjDescription,
		},
		{
			OID: 1215, Cost: 100, Name: "obj_description", Args: oids{tOID, tName}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "", Doc: "get description for object id and catalog name",
			Row: rowObjDescription,
		},
		{
			OID: 1993, Cost: 100, Name: "shobj_description", Args: oids{tOID, tName}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "", Doc: "get description for object id and shared catalog name",
			Row: rowObjDescription,
		},
		{
			OID: 1216, Cost: 100, Name: "col_description", Args: oids{tOID, tInt4}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "", Doc: "get description for table column",
			Row: rowColDescription,
		},
		{
			OID: 1597, Name: "pg_encoding_to_char", Args: oids{tInt4}, Ret: tName, Kind: Scalar, Volatility: 's', Src: "PG_encoding_to_char", Doc: "convert encoding id to encoding name",
			Row: rowEncodingToChar,
		},
		{
			OID: 1264, Name: "pg_char_to_encoding", Args: oids{tName}, Ret: tInt4, Kind: Scalar, Volatility: 's', Src: "PG_char_to_encoding", Doc: "convert encoding name to encoding id",
			Row: rowCharToEncoding,
		},
		{
			OID: 2325, Name: "pg_relation_size", Args: oids{tRegclass}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "", Doc: "disk space usage for the main fork of the specified table or index",
			Row: rowRelationSize,
		},
		{
			OID: 2332, Name: "pg_relation_size", Args: oids{tRegclass, tText}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "disk space usage for the specified fork of a table or index",
			Row: rowRelationSize,
		},
		{
			OID: 2286, Name: "pg_total_relation_size", Args: oids{tRegclass}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "total disk space usage for the specified table and associated indexes",
			Row: rowRelationSize,
		},
		{
			OID: 2997, Name: "pg_table_size", Args: oids{tRegclass}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "disk space usage for the specified table, including TOAST, free space and visibility map",
			Row: rowRelationSize,
		},
		{
			OID: 2998, Name: "pg_indexes_size", Args: oids{tRegclass}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Doc: "disk space usage for all indexes attached to the specified table",
			Row: rowZero,
		},
		{
			OID: 2324, Name: "pg_database_size", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "pg_database_size_oid", Doc: "total disk space usage for the specified database",
			Row: rowDatabaseSize,
		},
		{
			OID: 2168, Name: "pg_database_size", Args: oids{tName}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "pg_database_size_name", Doc: "total disk space usage for the specified database",
			Row: rowDatabaseSize,
		},
		{
			OID: 2322, Name: "pg_tablespace_size", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "pg_tablespace_size_oid", Doc: "total disk space usage for the specified tablespace",
			Row: rowDatabaseSize,
		},
		{
			OID: 2323, Name: "pg_tablespace_size", Args: oids{tName}, Ret: tInt8, Kind: Scalar, Volatility: 'v', Src: "pg_tablespace_size_name", Doc: "total disk space usage for the specified tablespace",
			Row: rowDatabaseSize,
		},
		{
			OID: 6121, Name: "pg_relation_is_publishable", Args: oids{tRegclass}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "returns whether a relation can be part of a publication",
			Row: rowFalse,
		},
		{
			OID: 3298, Name: "row_security_active", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "row security for current context active on table by table oid",
			Row: rowFalse,
		},
		{
			OID: 3299, Name: "row_security_active", Args: oids{tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Src: "row_security_active_name", Doc: "row security for current context active on table by table name",
			Row: func(c *Ctx, a []datum) (datum, error) { _, err := c.relation(a[0].S); return types.Bool(false), err },
		},
		{
			OID: 2289, Name: "pg_options_to_table", Args: oids{tTextArray}, ArgNames: names{"options_array"}, OutNames: names{"option_name", "option_value"}, OutTypes: oids{tText, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "convert generic options array to name/value table",
			Set: setOptions,
		},
		{
			OID: 3035, Name: "pg_listening_channels", Ret: tText, RetSet: true, Kind: Scalar, Volatility: 's', Doc: "get the channels that the current backend listens to",
			Set: setListeningChannels,
		},
		{
			OID: 3036, Name: "pg_notify", Args: oids{tText, tText}, Ret: tVoid, Kind: Scalar, NotStrict: true, Volatility: 'v', Doc: "send a notification event",
			Row: rowNotify,
		},
		{
			OID: 3495, Name: "to_regclass", Args: oids{tText}, Ret: tRegclass, Kind: Scalar, Volatility: 's', Doc: "convert classname to regclass",
			Row: rowToReg(tRegclass),
		},
		{
			OID: 3493, Name: "to_regtype", Args: oids{tText}, Ret: tRegtype, Kind: Scalar, Volatility: 's', Doc: "convert type name to regtype",
			Row: rowToReg(tRegtype),
		},
		{
			OID: 3494, Name: "to_regproc", Args: oids{tText}, Ret: tRegproc, Kind: Scalar, Volatility: 's', Doc: "convert proname to regproc",
			Row: rowToReg(tRegproc),
		},
		{
			OID: 3479, Name: "to_regprocedure", Args: oids{tText}, Ret: tRegprocedure, Kind: Scalar, Volatility: 's', Doc: "convert proname to regprocedure",
			Row: rowToReg(tRegprocedure),
		},
		{
			OID: 3492, Name: "to_regoper", Args: oids{tText}, Ret: tRegoper, Kind: Scalar, Volatility: 's', Doc: "convert operator name to regoper",
			Row: rowToReg(tRegoper),
		},
		{
			OID: 3476, Name: "to_regoperator", Args: oids{tText}, Ret: tRegoperator, Kind: Scalar, Volatility: 's', Doc: "convert operator name to regoperator",
			Row: rowToReg(tRegoperator),
		},
		{
			OID: 4093, Name: "to_regrole", Args: oids{tText}, Ret: tRegrole, Kind: Scalar, Volatility: 's', Doc: "convert role name to regrole",
			Row: rowToReg(tRegrole),
		},
		{
			OID: 4086, Name: "to_regnamespace", Args: oids{tText}, Ret: tRegnamespace, Kind: Scalar, Volatility: 's', Doc: "convert namespace name to regnamespace",
			Row: rowToReg(tRegnamespace),
		},
		{
			OID: 4195, Name: "to_regcollation", Args: oids{tText}, Ret: tRegcollation, Kind: Scalar, Volatility: 's', Doc: "convert classname to regcollation",
			Row: rowToReg(tRegcollation),
		},
	}
}
