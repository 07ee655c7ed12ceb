-- DataGrip, IntelliJ and the other tools with the same introspector: what it asks
-- on connecting, of the server, of a database, and of each schema. It compares
-- xmin with what it has seen, and asks for details of what is newer.

-- Connecting.
-- name: precision of floats
SET extra_float_digits = 3;

-- rows: 1
-- name: version
SELECT version();

-- name: database and schemas
SELECT current_database() AS a, current_schemas(false) AS b;

-- name: database, schema and user
SELECT current_database(), current_schema(), current_user;

-- name: transaction isolation
SHOW TRANSACTION ISOLATION LEVEL;

-- Before introspection: whether the server has been restarted.
-- rows: 1
-- name: startup time
SELECT round(extract(epoch FROM pg_postmaster_start_time() AT TIME ZONE 'UTC')) AS startup_time;

-- Before introspection: the oldest transaction under way, for what may still change.
-- rows: differ
-- name: oldest transaction
SELECT l.transactionid::varchar::bigint AS transaction_id
FROM pg_catalog.pg_locks l WHERE l.transactionid IS NOT NULL
ORDER BY pg_catalog.age(l.transactionid) DESC LIMIT 1;

-- Before introspection: the state that is current.
-- rows: 1
-- name: current transaction
SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL
  ELSE (pg_catalog.txid_current() % 4294967296)::varchar::bigint END AS current_txid;

-- Server: databases.
-- name: databases
SELECT n.datname AS name, d.description, datistemplate AS is_template, datallowconn AS allow_connections, pg_catalog.pg_get_userbyid(n.datdba) AS "owner"
FROM pg_catalog.pg_database n LEFT JOIN pg_catalog.pg_shdescription d ON n.oid = d.objoid
WHERE datname = current_database()
ORDER BY CASE WHEN datname = pg_catalog.current_database() THEN -1::bigint ELSE n.oid::bigint END;

-- Server: sizes of databases, in the tooltips.
-- rows: 1
-- name: size of the database
SELECT pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(d.oid)) AS size, pg_catalog.pg_database_size(d.datname) AS bytes
FROM pg_catalog.pg_database d WHERE d.datname = current_database();

-- Server: names for completion after AT TIME ZONE.
-- rows: some
-- name: time zones
SELECT name, is_dst FROM pg_catalog.pg_timezone_names
UNION DISTINCT
SELECT abbrev AS name, is_dst FROM pg_catalog.pg_timezone_abbrevs;

-- name: date style
SHOW DateStyle;

-- Server: roles.
-- name: roles
SELECT r.oid::bigint AS role_id, rolname AS role_name, rolsuper is_super, rolinherit is_inherit, rolcreaterole can_createrole, rolcreatedb can_createdb,
  rolcanlogin can_login, rolreplication is_replication, rolconnlimit conn_limit, rolvaliduntil valid_until, rolbypassrls bypass_rls, rolconfig config, d.description
FROM pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_shdescription d ON d.objoid = r.oid
WHERE r.rolcanlogin;

-- rows: differ
-- name: members of roles
SELECT member id, roleid role_id, admin_option FROM pg_catalog.pg_auth_members ORDER BY id, roleid::text;

-- Server: tablespaces.
-- rows: 2
-- name: tablespaces
SELECT t.oid::bigint AS id, t.spcname AS name, t.xmin AS state_number, pg_catalog.pg_get_userbyid(t.spcowner) AS owner,
  pg_catalog.pg_tablespace_location(t.oid) AS location, t.spcoptions AS options, d.description AS comment
FROM pg_catalog.pg_tablespace t LEFT JOIN pg_catalog.pg_shdescription d ON d.objoid = t.oid;

-- Server: privileges, as arrays of aclitem.
-- rows: some
-- name: privileges on the server
SELECT t.oid AS object_id, t.spcacl AS acl FROM pg_catalog.pg_tablespace t
UNION ALL
SELECT t.oid AS object_id, t.datacl AS acl FROM pg_catalog.pg_database t;

-- Database: schemas.
-- name: schemas
SELECT n.nspname AS name, pg_catalog.pg_get_userbyid(n.nspowner) AS "owner", n.xmin IS NOT NULL AS has_state
FROM pg_catalog.pg_namespace n WHERE n.nspname IN ('authority', 'consensus', 'pg_catalog', 'information_schema')
ORDER BY CASE WHEN nspname = pg_catalog.current_schema() THEN -1::bigint ELSE length(nspname)::bigint END, nspname;

-- rows: some
-- name: schemas with state numbers
SELECT n.oid::bigint AS id, n.xmin AS state_number, nspname AS name, d.description, pg_catalog.pg_get_userbyid(n.nspowner) AS "owner"
FROM pg_catalog.pg_namespace n LEFT JOIN pg_catalog.pg_description d ON n.oid = d.objoid;

-- Database: whether more may be asked.
-- name: superuser
SELECT usesuper FROM pg_user WHERE usename = current_user;

-- Database: objects of no schema.
-- name: event triggers
SELECT t.oid AS id, t.xmin AS state_number, t.evtname AS name, t.evtevent AS event, t.evtfoid AS routine_id,
  pg_catalog.pg_get_userbyid(t.evtowner) AS owner, t.evttags AS tags, CASE WHEN t.evtenabled = 'D' THEN 1 ELSE 0 END AS is_disabled
FROM pg_catalog.pg_event_trigger t
WHERE pg_catalog.age(t.xmin) <= coalesce(nullif(greatest(pg_catalog.age('3'::varchar::xid), -1), -1), 2147483647);

-- name: foreign data wrappers
SELECT fdw.oid AS id, fdw.xmin AS state_number, fdw.fdwname AS name, p1.proname AS handler, n1.nspname AS handler_schema,
  p2.proname AS validator, n2.nspname AS validator_schema, fdw.fdwoptions AS options, pg_catalog.pg_get_userbyid(fdw.fdwowner) AS "owner"
FROM pg_catalog.pg_foreign_data_wrapper fdw
LEFT OUTER JOIN pg_catalog.pg_proc p1 ON fdw.fdwhandler = p1.oid
LEFT OUTER JOIN pg_catalog.pg_namespace n1 ON p1.pronamespace = n1.oid
LEFT OUTER JOIN pg_catalog.pg_proc p2 ON fdw.fdwvalidator = p2.oid
LEFT OUTER JOIN pg_catalog.pg_namespace n2 ON p2.pronamespace = n2.oid;

-- name: foreign servers
SELECT srv.oid AS id, srv.srvfdw AS fdw_id, srv.xmin AS state_number, srv.srvname AS name, srv.srvtype AS type, srv.srvversion AS version,
  srv.srvoptions AS options, pg_catalog.pg_get_userbyid(srv.srvowner) AS "owner"
FROM pg_catalog.pg_foreign_server srv;

-- name: user mappings
SELECT oid AS id, umserver AS server_id, CASE WHEN umuser = 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(umuser) END AS "user", umoptions AS options
FROM pg_catalog.pg_user_mapping ORDER BY server_id;

-- rows: any order
-- name: access methods
SELECT a.oid AS access_method_id, a.amname AS access_method_name, a.amhandler::oid AS handler_id,
  pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) AS handler_name, a.amtype AS access_method_type
FROM pg_am a JOIN pg_proc p ON a.amhandler::oid = p.oid JOIN pg_namespace n ON p.pronamespace = n.oid
WHERE a.amname IN ('heap', 'btree', 'hash');

-- rows: differ
-- name: extensions with what they could be updated to
SELECT e.oid AS id, e.xmin AS state_number, extname AS name, extversion AS version, extnamespace AS schema_id, nspname AS schema_name,
  array(SELECT unnest FROM unnest(versions) WHERE unnest > extversion) AS available_updates
FROM pg_catalog.pg_extension e JOIN pg_namespace n ON e.extnamespace = n.oid
LEFT JOIN (SELECT name, array_agg(version) AS versions FROM pg_available_extension_versions() GROUP BY name) v ON e.extname = v.name;

-- name: element of an array type
SELECT e.oid, n.nspname = ANY (current_schemas(true)), n.nspname, e.typname
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_type e ON t.typelem = e.oid JOIN pg_catalog.pg_namespace n ON t.typnamespace = n.oid
WHERE t.oid = 1009;

-- name: languages
SELECT l.oid AS id, lanname AS name, lanpltrusted AS trusted, h.proname AS handler, hs.nspname AS handlerSchema,
  i.proname AS inline, isc.nspname AS inlineSchema, v.proname AS validator, vs.nspname AS validatorSchema
FROM pg_catalog.pg_language l
LEFT JOIN pg_catalog.pg_proc h ON h.oid = lanplcallfoid
LEFT JOIN pg_catalog.pg_namespace hs ON hs.oid = h.pronamespace
LEFT JOIN pg_catalog.pg_proc i ON i.oid = laninline
LEFT JOIN pg_catalog.pg_namespace isc ON isc.oid = i.pronamespace
LEFT JOIN pg_catalog.pg_proc v ON v.oid = lanvalidator
LEFT JOIN pg_catalog.pg_namespace vs ON vs.oid = v.pronamespace
WHERE lanname <> 'plpgsql' ORDER BY lanname;

-- rows: any order
-- name: descriptions of objects of no schema
SELECT d.objoid id, CASE
    WHEN 'pg_catalog.pg_event_trigger'::regclass = classoid THEN 'T'
    WHEN 'pg_catalog.pg_am'::regclass = classoid THEN 'A'
    WHEN 'pg_catalog.pg_cast'::regclass = classoid THEN 'C'
    WHEN 'pg_catalog.pg_foreign_data_wrapper'::regclass = classoid THEN 'W'
    WHEN 'pg_catalog.pg_language'::regclass = classoid THEN 'L'
  END AS kind, d.objsubid sub_id, d.description
FROM pg_catalog.pg_description d
WHERE classoid IN ('pg_catalog.pg_event_trigger'::regclass, 'pg_catalog.pg_am'::regclass, 'pg_catalog.pg_cast'::regclass,
    'pg_catalog.pg_foreign_data_wrapper'::regclass, 'pg_catalog.pg_language'::regclass)
  AND objoid IN (2, 403, 405, 12, 13, 14);

-- rows: some
-- name: privileges in the database
SELECT t.oid AS object_id, t.fdwacl AS acl FROM pg_catalog.pg_foreign_data_wrapper t
UNION ALL
SELECT t.oid AS object_id, t.lanacl AS acl FROM pg_catalog.pg_language t
UNION ALL
SELECT t.oid AS object_id, t.nspacl AS acl FROM pg_catalog.pg_namespace t
UNION ALL
SELECT t.oid AS object_id, t.srvacl AS acl FROM pg_catalog.pg_foreign_server t;

-- rows: any order
-- name: casts
SELECT c.castsource AS castsource_id, pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(s.typname) AS castsource_name,
  c.casttarget AS casttarget_id, pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS casttarget_name,
  c.castfunc AS castfunc_id, pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.proname) AS castfunc_name, c.castcontext, c.castmethod
FROM pg_cast c
LEFT OUTER JOIN pg_proc f ON c.castfunc::oid = f.oid
LEFT OUTER JOIN pg_namespace fn ON f.pronamespace = fn.oid
JOIN pg_type s ON c.castsource::oid = s.oid
JOIN pg_namespace sn ON s.typnamespace = sn.oid
JOIN pg_type t ON c.casttarget::oid = t.oid
JOIN pg_namespace tn ON t.typnamespace = tn.oid
WHERE s.typname IN ('int4', 'text', 'timestamptz') AND t.typname IN ('int8', 'numeric', 'float8', 'varchar', 'bpchar', 'date', 'regclass', 'bool');

-- rows: differ
-- name: members of extensions
SELECT e.oid AS extension_id, d.objid AS member_id FROM pg_extension e
JOIN pg_depend d ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass::oid
WHERE d.deptype = 'e' ORDER BY extension_id;

-- Schema: what there is, before any schema has been chosen.
-- name: objects of no schema
SELECT t.oid AS oid, relnamespace AS schemaId, pg_catalog.translate(relkind, 'rmvpfS', 'rmvrfS') AS kind
FROM pg_catalog.pg_class t WHERE relnamespace IN (NULL) AND relkind IN ('r', 'm', 'v', 'p', 'f', 'S')
UNION ALL
SELECT oid, pronamespace, CASE WHEN prokind != 'a' THEN 'R' ELSE 'a' END AS kind FROM pg_catalog.pg_proc WHERE pronamespace IN (NULL);

-- Schema: names of all its objects.
-- rows: any order
-- name: objects of a schema
SELECT pg_catalog.translate(relkind, 'rmvpfS', 'rmvrfS') AS kind, relname AS name
FROM pg_catalog.pg_class t WHERE relnamespace IN ('public'::regnamespace) AND relkind IN ('r', 'm', 'p', 'f', 'S')
UNION ALL
SELECT 'T', t.typname FROM pg_catalog.pg_type t LEFT OUTER JOIN pg_catalog.pg_class c ON t.typrelid = c.oid
WHERE t.typnamespace IN ('public'::regnamespace)
  AND (t.typtype IN ('d', 'e') OR c.relkind = 'c'::"char" OR (t.typtype = 'b' AND (t.typelem = 0 OR t.typcategory <> 'A')) OR t.typtype = 'p' AND NOT t.typisdefined)
UNION ALL
SELECT 'C', collname FROM pg_catalog.pg_collation WHERE collnamespace IN ('public'::regnamespace)
UNION ALL
SELECT 'O', oprname FROM pg_catalog.pg_operator WHERE oprnamespace IN ('public'::regnamespace)
UNION ALL
SELECT 'c', opcname FROM pg_catalog.pg_opclass WHERE opcnamespace IN ('public'::regnamespace)
UNION ALL
SELECT 'F', opfname FROM pg_catalog.pg_opfamily WHERE opfnamespace IN ('public'::regnamespace);

-- rows: any order
-- name: names and modes of arguments
SELECT proname, proargnames AS argNames, proargmodes AS argModes, array_length(proargtypes, 1) AS nArgs
FROM pg_catalog.pg_proc WHERE pronamespace IN (11) AND proname IN ('json_each', 'now', 'make_interval', 'format');

-- name: columns of a schema's relations
WITH t AS (
  SELECT t.oid AS oid, t.relkind AS kind, t.relnamespace AS schemaId, relname FROM pg_catalog.pg_class t
  WHERE t.relnamespace IN ('public'::regnamespace) AND t.relkind IN ('r', 'm', 'f', 'p'))
SELECT t.relname, pg_catalog.translate(t.kind, 'rmvpf', 'rmvrf') AS kind, c.attnum AS position, c.attname AS name
FROM t JOIN pg_catalog.pg_attribute c ON t.oid = c.attrelid
WHERE c.attnum > 0 AND NOT c.attisdropped ORDER BY relname, position;

-- Schema: sequences.
-- name: sequences
SELECT cls.relname AS sequence_name, pg_catalog.format_type(sq.seqtypid, NULL) AS data_type, sq.seqstart AS start_value, sq.seqincrement AS inc_value,
  sq.seqmin AS min_value, sq.seqmax AS max_value, sq.seqcache AS cache_size, sq.seqcycle AS cycle_option, pg_catalog.pg_get_userbyid(cls.relowner) AS "owner"
FROM pg_catalog.pg_sequence sq JOIN pg_class cls ON sq.seqrelid = cls.oid
WHERE cls.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'cat_emp'::regclass)
ORDER BY 1;

-- Schema: types.
-- name: types
SELECT t.oid AS type_id, t.typname AS type_name, t.typtype AS type_sub_kind, t.typcategory AS type_category, t.typrelid AS class_id, t.typbasetype AS base_type_id,
  CASE WHEN t.typtype IN ('c', 'e') THEN NULL ELSE pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS type_def,
  t.typndims AS dimensions_number, t.typdefault AS default_expression, t.typnotnull AS mandatory, pg_catalog.pg_get_userbyid(t.typowner) AS "owner"
FROM pg_catalog.pg_type t LEFT OUTER JOIN pg_catalog.pg_class c ON t.typrelid = c.oid
WHERE t.typnamespace = 11::oid AND t.typname IN ('int4', 'text', 'name', 'jsonb', 'uuid', 'point', 'oidvector', '_text')
  AND (t.typtype IN ('d', 'e') OR c.relkind = 'c'::"char" OR (t.typtype = 'b' AND (t.typelem = 0 OR t.typcategory <> 'A')) OR t.typtype = 'p' AND NOT t.typisdefined)
ORDER BY 1;

-- Schema: tables and views.
-- name: tables
SELECT t.relkind AS table_kind, t.relname AS table_name, false AS table_with_oids, t.reltablespace AS tablespace_id, t.reloptions AS options,
  t.relpersistence AS persistence,
  (SELECT pg_catalog.array_agg(inhparent::bigint ORDER BY inhseqno)::varchar FROM pg_catalog.pg_inherits WHERE t.oid = inhrelid) AS ancestors,
  (SELECT pg_catalog.array_agg(inhrelid::bigint ORDER BY inhrelid)::varchar FROM pg_catalog.pg_inherits WHERE t.oid = inhparent) AS successors,
  t.relispartition AS is_partition, pg_catalog.pg_get_partkeydef(t.oid) AS partition_key, pg_catalog.pg_get_expr(t.relpartbound, t.oid) AS partition_expression,
  t.relam am_id, pg_catalog.pg_get_userbyid(t.relowner) AS "owner"
FROM pg_catalog.pg_class t
WHERE relnamespace IN ('public'::regnamespace::oid, (SELECT relnamespace FROM pg_class WHERE oid = 'cat_emp'::regclass)) AND relname <> 'resolved' AND relkind IN ('r', 'm', 'v', 'f', 'p')
ORDER BY table_kind, table_name;

-- rows: 3
-- name: tables that are newer than a state
SELECT t.relkind AS table_kind, t.relname AS table_name, t.oid AS table_id, t.xmin AS table_state_number
FROM pg_catalog.pg_class t WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND pg_catalog.age(t.xmin) <= coalesce(nullif(greatest(pg_catalog.age('3'::varchar::xid), -1), -1), 2147483647)
ORDER BY table_kind, table_id;

-- name: foreign tables
SELECT ft.ftrelid AS table_id, srv.srvname AS table_server, ft.ftoptions AS table_options, pg_catalog.pg_get_userbyid(cls.relowner) AS "owner"
FROM pg_catalog.pg_foreign_table ft LEFT OUTER JOIN pg_catalog.pg_foreign_server srv ON ft.ftserver = srv.oid
JOIN pg_catalog.pg_class cls ON ft.ftrelid = cls.oid ORDER BY table_id;

-- Schema: types of arguments.
-- name: types of arguments
WITH procs AS (SELECT prorettype, proargtypes, proallargtypes FROM pg_catalog.pg_proc WHERE pronamespace = 11::oid AND proname IN ('upper', 'json_each', 'make_interval')),
  opers AS (SELECT oprleft, oprright, oprresult FROM pg_catalog.pg_operator WHERE oprnamespace = 11::oid AND oprname = '||'),
  aggs AS (SELECT a.aggtranstype, a.aggmtranstype FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON a.aggfnoid = p.oid WHERE p.proname = 'bool_and'),
  used AS (
    SELECT prorettype AS type_id FROM procs
    UNION SELECT DISTINCT unnest(proargtypes) AS type_id FROM procs
    UNION SELECT DISTINCT unnest(proallargtypes) AS type_id FROM procs
    UNION SELECT oprleft AS type_id FROM opers WHERE oprleft IS NOT NULL
    UNION SELECT oprright AS type_id FROM opers WHERE oprright IS NOT NULL
    UNION SELECT oprresult AS type_id FROM opers WHERE oprresult IS NOT NULL
    UNION SELECT aggtranstype::oid AS type_id FROM aggs
    UNION SELECT aggmtranstype::oid AS type_id FROM aggs)
SELECT type_id, pg_catalog.format_type(type_id, NULL) AS type_spec FROM used WHERE type_id <> 0 ORDER BY type_id::int;

-- Schema: routines, joined by the name of the column that both have.
-- name: routines
WITH langs AS (SELECT oid AS lang_oid, lanname AS lang FROM pg_catalog.pg_language),
  funcs AS (
    SELECT proname AS r_name, prolang AS lang_oid, oid AS r_id, proargnames AS arg_names, proargmodes AS arg_modes, proargtypes::int[] AS in_arg_types,
      proallargtypes::int[] AS all_arg_types, pg_catalog.pg_get_expr(proargdefaults, 0) AS arg_defaults, provariadic AS arg_variadic_id, prorettype AS ret_type_id,
      proretset AS ret_set, prokind AS kind, provolatile AS volatile_kind, proisstrict AS is_strict, prosecdef AS is_security_definer,
      proconfig AS configuration_parameters, procost AS cost, pg_catalog.pg_get_userbyid(proowner) AS "owner", prorows AS rows, proleakproof AS is_leakproof,
      proparallel AS concurrency_kind
    FROM pg_catalog.pg_proc WHERE pronamespace = 11::oid AND NOT (prokind = 'a') AND proname IN ('upper', 'age', 'random', 'concat', 'make_interval'))
SELECT * FROM funcs NATURAL JOIN langs ORDER BY r_id;

-- Schema: aggregates.
-- rows: any order
-- name: aggregates
SELECT p.proname AS aggregate_name, p.proargtypes::int[] AS in_arg_types, a.aggtransfn::oid AS transition_function_id, a.aggtransfn::regproc::text AS transition_function_name,
  a.aggtranstype AS transition_type, a.aggfinalfn::oid AS final_function_id,
  CASE WHEN a.aggfinalfn::oid = 0 THEN NULL ELSE a.aggfinalfn::regproc::varchar END AS final_function_name,
  a.agginitval AS initial_value, a.aggsortop AS sort_operator_id, CASE WHEN a.aggsortop = 0 THEN NULL ELSE a.aggsortop::regoper::varchar END AS sort_operator_name,
  a.aggfinalextra AS final_extra, a.aggtransspace AS state_size, a.aggmtransfn::oid AS moving_transition_id, a.aggkind AS aggregate_kind,
  a.aggnumdirectargs AS direct_args, a.aggcombinefn::oid AS combine_function_id, a.aggserialfn::oid AS serialization_function_id, p.proparallel AS concurrency_kind
FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON a.aggfnoid = p.oid
WHERE p.pronamespace = 11::oid AND p.proname IN ('bool_and', 'string_agg', 'count');

-- Schema: operators.
-- rows: any order
-- name: operators
SELECT o.oid AS op_id, oprname AS op_name, oprkind AS op_kind, oprleft AS arg_left_type_id, oprright AS arg_right_type_id, oprresult AS arg_result_type_id,
  oprcode::oid AS main_id, oprcode::varchar AS main_name, oprrest::oid AS restrict_id, oprrest::varchar AS restrict_name, oprjoin::oid AS join_id, oprjoin::varchar AS join_name,
  oprcom::oid AS com_id, oprcom::regoper::varchar AS com_name, oprnegate::oid AS neg_id, oprnegate::regoper::varchar AS neg_name,
  oprcanmerge AS merges, oprcanhash AS hashes, pg_catalog.pg_get_userbyid(o.oprowner) AS "owner"
FROM pg_catalog.pg_operator o WHERE oprnamespace = 11::oid AND oprleft = 20 AND oprright = 20;

-- rows: any order
-- name: operator classes
SELECT o.oid AS id, opcname AS name, opcintype::regtype::varchar AS in_type, CASE WHEN opckeytype = 0 THEN NULL ELSE opckeytype::regtype::varchar END AS key_type,
  opcdefault AS is_default, opcfamily AS family_id, opfname AS family, opcmethod AS access_method_id, pg_catalog.pg_get_userbyid(o.opcowner) AS "owner"
FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_opfamily f ON f.oid = opcfamily WHERE opcnamespace = 11::oid AND opcname IN ('text_ops', 'int8_ops') AND opcmethod = 403;

-- rows: any order
-- name: operators of families
SELECT o.amopstrategy AS strategy, o.amopopr AS op_id, o.amopopr::regoperator::varchar AS op_sig, o.amopsortfamily AS sort_family_id, sf.opfname AS sort_family, f.opfname
FROM pg_catalog.pg_amop o LEFT JOIN pg_opfamily f ON o.amopfamily = f.oid LEFT JOIN pg_opfamily sf ON o.amopsortfamily = sf.oid
WHERE f.opfname = 'text_ops' AND f.opfmethod = 403 AND o.amoplefttype = 25 AND o.amoprighttype = 25;

-- rows: any order
-- name: functions of families
SELECT p.amprocnum AS num, p.amproc::oid AS proc_id, p.amproc::regprocedure::varchar AS proc_sig, p.amproclefttype::regtype::varchar AS left_type,
  p.amprocrighttype::regtype::varchar AS right_type, f.opfname
FROM pg_catalog.pg_amproc p LEFT JOIN pg_opfamily f ON p.amprocfamily = f.oid
WHERE f.opfname = 'integer_ops' AND f.opfmethod = 403 AND p.amproclefttype = 23 AND p.amprocrighttype = 23;

-- Table: columns.
-- name: columns
WITH rels AS (SELECT t.oid AS table_id, relname FROM pg_catalog.pg_class t WHERE t.oid IN ('public.sources'::regclass, 'cat_dept'::regclass, 'cat_emp'::regclass))
SELECT r.relname, c.attnum AS column_position, c.attname AS column_name, c.atttypmod AS type_mod, c.attndims AS dimensions_number,
  pg_catalog.format_type(c.atttypid, c.atttypmod) AS type_spec, c.atttypid AS type_id, c.attnotnull AS mandatory,
  pg_catalog.pg_get_expr(d.adbin, r.table_id) AS column_default_expression, NOT c.attislocal AS column_is_inherited, c.attfdwoptions AS options,
  c.attisdropped AS column_is_dropped, c.attidentity AS identity_kind, c.attgenerated AS generated,
  pg_catalog.pg_get_serial_sequence(pg_catalog.quote_ident(r.relname), c.attname)::regclass AS sequence
FROM rels r JOIN pg_catalog.pg_attribute c ON r.table_id = c.attrelid
LEFT JOIN pg_catalog.pg_attrdef d ON (c.attrelid, c.attnum) = (d.adrelid, d.adnum)
WHERE attnum > 0 ORDER BY r.relname, attnum;

-- Table: indexes.
-- rows: any order
-- name: indexes
SELECT tab.relname, tab.relkind table_kind, ixc.relname index_name, ix.indisunique is_unique, ix.indisprimary is_primary,
  ix.indnullsnotdistinct nulls_not_distinct, pg_catalog.pg_get_expr(ix.indpred, ix.indrelid) AS condition,
  (SELECT pg_catalog.array_agg(inhparent::bigint ORDER BY inhseqno)::varchar FROM pg_catalog.pg_inherits WHERE ixc.oid = inhrelid) AS ancestors,
  ixc.reltablespace tablespace_id, opcmethod AS access_method_id
FROM pg_catalog.pg_class tab
JOIN pg_catalog.pg_index ix ON ix.indrelid = tab.oid
JOIN pg_catalog.pg_class ixc ON tab.relnamespace = ixc.relnamespace AND ixc.oid = ix.indexrelid
LEFT JOIN pg_catalog.pg_opclass ON pg_opclass.oid = ANY (indclass)
WHERE tab.relnamespace IN ('public'::regnamespace, (SELECT relnamespace FROM pg_class WHERE oid = 'cat_emp'::regclass)) AND tab.relkind IN ('r', 'm', 'v', 'p') AND ixc.relkind IN ('i', 'I');

-- name: columns of indexes
SELECT ixc.relname, k col_idx, k <= indnkeyatts in_key, ix.indkey[k-1] column_position, ix.indoption[k-1] column_options,
  ix.indcollation[k-1] AS collation, coll_sch.nspname AS collation_schema, collname AS collation_str, ix.indclass[k-1] AS opclass,
  CASE WHEN opcdefault THEN NULL ELSE opc_sch.nspname END AS opclass_schema, CASE WHEN opcdefault THEN NULL ELSE opcname END AS opclass_str,
  CASE WHEN indexprs IS NULL THEN NULL
    WHEN ix.indkey[k-1] = 0 THEN chr(27) || pg_catalog.pg_get_indexdef(ix.indexrelid, k::int, true)
    ELSE pg_catalog.pg_get_indexdef(ix.indexrelid, k::int, true) END AS expression,
  ordered can_order
FROM pg_catalog.pg_index ix
JOIN pg_catalog.pg_class ixc ON ixc.oid = ix.indexrelid
CROSS JOIN unnest(ix.indkey) WITH ORDINALITY u (u, k)
LEFT JOIN pg_catalog.pg_collation ON pg_collation.oid = ix.indcollation[k-1]
LEFT JOIN pg_catalog.pg_namespace coll_sch ON collnamespace = coll_sch.oid
CROSS JOIN pg_catalog.pg_indexam_has_property(ixc.relam, 'can_order') ordered
LEFT JOIN pg_catalog.pg_opclass ON pg_opclass.oid = ix.indclass[k-1]
LEFT JOIN pg_catalog.pg_namespace opc_sch ON opcnamespace = opc_sch.oid
WHERE ixc.relnamespace IN ('public'::regnamespace, (SELECT relnamespace FROM pg_class WHERE oid = 'cat_emp'::regclass)) AND ixc.relkind IN ('i', 'I') ORDER BY ixc.relname, k;

-- Table: constraints.
-- rows: any order
-- name: constraints
SELECT t.relname, relkind table_kind, conname con_name, contype con_kind, conkey con_columns, conindid::regclass index_name, confrelid::regclass ref_table_id, condeferrable is_deferrable,
  condeferred is_init_deferred, confupdtype on_update, confdeltype on_delete, connoinherit no_inherit, pg_catalog.pg_get_expr(conbin, t.oid) con_expression,
  confkey ref_columns, conexclop::int[] excl_operators, array(SELECT unnest::regoper::varchar FROM unnest(conexclop)) excl_operators_str
FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class t ON c.conrelid = t.oid
WHERE relkind IN ('r', 'v', 'f', 'p') AND relnamespace IN ('public'::regnamespace, (SELECT relnamespace FROM pg_class WHERE oid = 'cat_emp'::regclass)) AND contype IN ('p', 'u', 'f', 'c', 'x')
  AND connamespace = relnamespace;

-- rows: 4
-- name: constraints' states
SELECT c.oid::bigint con_id, c.xmin::varchar::bigint con_state_id FROM pg_catalog.pg_constraint c WHERE c.connamespace = 'public'::regnamespace;

-- Table: rules that are no view's.
-- name: rules
SELECT ru.oid FROM pg_catalog.pg_rewrite ru, pg_catalog.pg_class rc
WHERE rc.oid = ru.ev_class AND rc.relnamespace = 'public'::regnamespace AND NOT ru.rulename = '_RETURN';

-- name: policies
SELECT p.oid id, p.xmin AS state_number, polname policyname, polrelid table_id, polpermissive AS permissive, polroles roles, polcmd cmd,
  pg_get_expr(polqual, polrelid) qual, pg_get_expr(polwithcheck, polrelid) with_check
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON polrelid = c.oid WHERE relnamespace = 'public'::regnamespace ORDER BY polrelid;

-- name: triggers
SELECT t.tgrelid AS table_id, t.oid AS trigger_id, t.xmin AS trigger_state_number, t.tgname AS trigger_name, t.tgfoid AS function_id, pg_catalog.encode(t.tgargs, 'escape') AS function_args,
  t.tgtype AS bits, t.tgdeferrable AS is_deferrable, t.tginitdeferred AS is_init_deferred, t.tgenabled AS trigger_fire_mode, t.tgattr AS columns, t.tgconstraint != 0 AS is_constraint,
  t.tgoldtable AS old_table_name, t.tgnewtable AS new_table_name, pg_catalog.pg_get_triggerdef(t.oid, true) AS source_code
FROM pg_catalog.pg_trigger t WHERE t.tgrelid = 'public.sources'::regclass AND NOT t.tgisinternal;

-- Schema: comments.
-- rows: any order
-- name: which have descriptions
SELECT c.relname, pg_catalog.array_agg(d.objsubid ORDER BY d.objsubid) sub_ids FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON d.objoid = c.oid
WHERE c.oid IN ('sources'::regclass, 'source_classes'::regclass, 'cat_emp'::regclass) AND c.relkind != 'c' AND d.classoid = 'pg_catalog.pg_class'::regclass GROUP BY c.relname
UNION ALL
SELECT c.conname, array[d.objsubid] FROM pg_catalog.pg_description d JOIN pg_catalog.pg_constraint c ON d.objoid = c.oid
WHERE c.connamespace = 'public'::regnamespace AND d.classoid = 'pg_catalog.pg_constraint'::regclass;

-- rows: any order
-- name: descriptions
SELECT c.relkind::char AS kind, c.relname, d.objsubid sub_id, d.description FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON d.objoid = c.oid
WHERE c.oid IN ('source_classes'::regclass, 'cat_emp'::regclass) AND c.relkind != 'c' AND d.classoid = 'pg_catalog.pg_class'::regclass
UNION ALL
SELECT pg_catalog.translate(c.contype, 'pufc', 'kkxz')::char AS kind, c.conname, 0, NULL FROM pg_catalog.pg_constraint c WHERE c.conrelid = 'cat_dept'::regclass
UNION ALL
SELECT 'F'::char, p.proname, d.objsubid, d.description FROM pg_catalog.pg_description d JOIN pg_catalog.pg_proc p ON p.oid = d.objoid
WHERE p.pronamespace = 11 AND p.proname IN ('upper', 'now') AND d.classoid = 'pg_catalog.pg_proc'::regclass;

-- Schema: sources of views.
-- name: source of a view
SELECT t.relkind AS view_kind, t.relname, pg_catalog.pg_get_viewdef(t.oid, true) AS source_text
FROM pg_catalog.pg_class t WHERE t.oid = 'cat_view'::regclass AND relkind IN ('m', 'v');

-- rows: 1
-- name: source of a view of the node
SELECT t.relkind AS view_kind, t.oid AS view_id, pg_catalog.pg_get_viewdef(t.oid, true) AS source_text
FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON t.relnamespace = n.oid WHERE n.nspname = 'authority' AND relkind IN ('m', 'v');

-- Schema: sources of routines.
-- name: sources of routines
WITH compiled AS (SELECT oid AS lang FROM pg_catalog.pg_language WHERE lanname IN ('c', 'internal'))
SELECT oid AS id, pg_catalog.pg_get_function_arguments(oid) AS arguments_def, pg_catalog.pg_get_function_result(oid) AS result_def, prosrc AS source_text
FROM pg_catalog.pg_proc WHERE pronamespace = 11 AND proname IN ('upper', 'make_interval', 'json_each') AND prolang IN (SELECT lang FROM compiled) ORDER BY oid;

-- Schema: what depends on what of other schemas.
-- rows: differ
-- name: dependencies
SELECT d.objid AS dependent_id, d.refobjid AS owner_id, d.refobjsubid AS owner_subobject_id
FROM pg_depend d JOIN pg_catalog.pg_class c ON d.objid = c.oid AND d.classid = 'pg_catalog.pg_class'::regclass::oid
WHERE d.deptype = 'a' AND c.relkind = 'S' ORDER BY owner_id;

-- Schema: privileges on relations and columns.
-- name: privileges on columns
SELECT attrelid AS object_id, attnum AS position, attacl AS acl FROM pg_attribute a JOIN pg_class c ON attrelid = c.oid
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm', 'v') AND a.attacl IS NOT NULL ORDER BY object_id, position;

-- Data editor.
-- rows: 6
-- name: rows of the data editor
SELECT t.* FROM public.source_classes t LIMIT 501;

-- Data editor: how many pages.
-- name: count of the data editor
SELECT COUNT(*) FROM (SELECT t.* FROM public.source_classes t) AS counted;
