-- DBeaver: what its PostgreSQL plugin asks on connecting, and as its navigator's
-- nodes, its editors' tabs and its session and lock managers are opened.

-- Connecting.
-- name: application name
SET application_name = 'DBeaver - Main <stemedb>';

-- Connecting.
-- rows: 1
-- name: version
SELECT version();

-- Connecting: the schema that new editors begin in.
-- name: current schema and user
SELECT current_schema(), session_user;

-- Connecting.
-- name: search path
SHOW search_path;

-- Connecting: whether names are kept as PostgreSQL keeps them.
-- name: settings by name
SELECT name, setting, vartype, unit, context FROM pg_catalog.pg_settings WHERE name IN ('standard_conforming_strings', 'server_encoding', 'max_identifier_length') ORDER BY 1;

-- Connecting: probes for features of catalogs.
-- name: probe: reltype
SELECT reltype > 0 AS has FROM pg_catalog.pg_class WHERE oid = 'pg_class'::regclass LIMIT 1;

-- name: probe: enums
SELECT 1 FROM pg_catalog.pg_enum WHERE 1 <> 1 LIMIT 1;

-- Navigator: databases.
-- rows: 1
-- name: database
SELECT db.oid, db.* FROM pg_catalog.pg_database db WHERE datname = 'stemedb';

-- Navigator: databases one may connect to.
-- rows: some
-- name: databases
SELECT db.oid, db.* FROM pg_catalog.pg_database db WHERE datallowconn AND NOT datistemplate OR db.datname = 'stemedb' ORDER BY db.datname;

-- Database's properties.
-- rows: some
-- name: size and description of the database
SELECT pg_catalog.pg_database_size('stemedb') > 0, pg_catalog.shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'stemedb';

-- Navigator: roles.
-- rows: some
-- name: roles
SELECT a.oid, a.*, pd.description FROM pg_catalog.pg_roles a
LEFT JOIN pg_catalog.pg_shdescription pd ON a.oid = pd.objoid ORDER BY a.rolname;

-- Navigator: roles, with their memberships.
-- rows: differ
-- name: members of roles
SELECT m.*, r.rolname AS role, u.rolname AS member FROM pg_catalog.pg_auth_members m
JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member;

-- Navigator: tablespaces.
-- name: tablespaces
SELECT t.oid, t.*, pg_tablespace_location(t.oid) AS loc FROM pg_catalog.pg_tablespace t ORDER BY t.oid;

-- Navigator: encodings.
-- name: encodings
SELECT c.contoencoding AS encid, pg_catalog.pg_encoding_to_char(c.contoencoding) AS encname
FROM pg_catalog.pg_conversion c GROUP BY c.contoencoding, encname ORDER BY encname;

-- Navigator: languages.
-- rows: any order
-- name: languages
SELECT l.oid, l.* FROM pg_catalog.pg_language l WHERE lanname <> 'plpgsql';

-- Navigator: access methods.
-- rows: any order
-- name: access methods
SELECT am.oid, am.* FROM pg_catalog.pg_am am WHERE amname IN ('heap', 'btree', 'hash');

-- Navigator: foreign data.
-- name: foreign data wrappers
SELECT l.oid, l.*, p.pronamespace AS handler_schema_id FROM pg_catalog.pg_foreign_data_wrapper l
LEFT OUTER JOIN pg_catalog.pg_proc p ON p.oid = l.fdwhandler ORDER BY l.fdwname;

-- name: foreign servers
SELECT l.oid, l.* FROM pg_catalog.pg_foreign_server l ORDER BY l.srvname;

-- Navigator: event triggers.
-- name: event triggers
SELECT oid, evtname, evtevent, evtowner, evtfoid, evtenabled, evttags, obj_description(oid, 'pg_event_trigger') AS description
FROM pg_catalog.pg_event_trigger;

-- Navigator: extensions.
-- rows: differ
-- name: extensions
SELECT e.oid, e.*, cfg.tbls, n.nspname AS schema_name FROM pg_catalog.pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN (
  SELECT ARRAY_AGG(ns.nspname || '.' || cls.relname) tbls, oid_ext
  FROM (SELECT pg_extension.oid AS oid_ext, unnest(extconfig) AS reloid FROM pg_catalog.pg_extension) ex
  JOIN pg_class cls ON cls.oid = ex.reloid
  JOIN pg_namespace ns ON ns.oid = cls.relnamespace
  GROUP BY oid_ext
) cfg ON cfg.oid_ext = e.oid ORDER BY e.oid;

-- Extensions that could be installed.
-- rows: differ
-- name: available extensions
SELECT name, default_version, installed_version, comment FROM pg_catalog.pg_available_extensions WHERE installed_version IS NULL ORDER BY name;

-- Navigator: schemas.
-- name: schemas
SELECT n.oid, n.nspname, n.nspowner, d.description FROM pg_catalog.pg_namespace n
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = n.oid AND d.objsubid = 0 AND d.classoid = 'pg_namespace'::regclass
WHERE n.nspname IN ('pg_catalog') ORDER BY nspname;

-- Navigator: schemas, all their columns.
-- rows: 8
-- name: schemas with all columns
SELECT n.oid, n.*, d.description FROM pg_catalog.pg_namespace n
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = n.oid AND d.objsubid = 0 AND d.classoid = 'pg_namespace'::regclass
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY nspname;

-- Cache of data types, filled with the first schema.
-- name: data types
SELECT t.oid, t.typname, t.typtype, t.typcategory, t.typlen, t.typbyval, t.typalign, t.typstorage, t.typdelim, t.typelem, t.typarray, t.typcollation,
  t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, c.relkind,
  pg_catalog.format_type(nullif(t.typbasetype, 0), t.typtypmod) AS base_type_name, d.description
FROM pg_catalog.pg_type t
LEFT OUTER JOIN pg_catalog.pg_type et ON et.oid = t.typelem
LEFT OUTER JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT OUTER JOIN pg_catalog.pg_description d ON t.oid = d.objoid
WHERE t.typname IS NOT NULL AND (c.relkind IS NULL OR c.relkind = 'c') AND (et.typcategory IS NULL OR et.typcategory <> 'C')
  AND t.typnamespace = 11 AND t.typname IN ('bool', 'int4', 'text', '_text', 'numeric', 'timestamptz', 'name', 'oidvector', 'int4range', 'jsonb', 'varchar', 'interval')
ORDER BY t.oid;

-- Cache of data types, all their columns.
-- rows: some
-- name: data types with all columns
SELECT t.oid, t.*, c.relkind FROM pg_catalog.pg_type t LEFT OUTER JOIN pg_catalog.pg_class c ON c.oid = t.typrelid ORDER BY t.oid;

-- Schema: tables and views.
-- rows: 3
-- name: relations of a schema
SELECT c.oid, c.*, d.description, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS partition_expr, pg_catalog.pg_get_partkeydef(c.oid) AS partition_key
FROM pg_catalog.pg_class c
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
WHERE c.relnamespace = 'public'::regnamespace::oid AND c.relkind NOT IN ('i', 'I', 'c', 'v');

-- Schema: what of its relations must be equal.
-- rows: any order
-- name: relations with what they are
SELECT c.relname, c.relkind, c.relpersistence, c.relnatts, c.relhasindex, c.relchecks, c.relhasrules, c.relhastriggers, c.relhassubclass, c.relispartition,
  c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispopulated, c.relisshared, c.reloftype, c.relam, c.reltablespace, c.reloptions, d.description
FROM pg_catalog.pg_class c
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
WHERE c.oid IN ('sources'::regclass, 'source_classes'::regclass, 'cat_dept'::regclass, 'cat_emp'::regclass, 'cat_view'::regclass, 'cat_seq'::regclass, 'cat_dept_pkey'::regclass);

-- Schema: sizes of its tables, asked when the column of sizes is shown.
-- rows: 3
-- name: statistics of relations
SELECT c.oid, pg_catalog.pg_total_relation_size(c.oid) AS total_rel_size, pg_catalog.pg_relation_size(c.oid) AS rel_size, c.reltuples, c.relpages
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r';

-- Table: columns.
-- name: columns
SELECT c.relname, a.attname, a.atttypid, a.attnum, a.atttypmod, a.attlen, a.attndims, a.attnotnull, a.atthasdef, a.attidentity, a.attgenerated, a.attstorage,
  a.attcompression, a.attislocal, a.attinhcount, a.attcollation, a.attstattarget, a.attbyval, a.attalign, a.attcacheoff, a.atthasmissing, a.attacl,
  pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) AS def_value, dsc.description, dep.objid::regclass AS dep
FROM pg_catalog.pg_attribute a
INNER JOIN pg_catalog.pg_class c ON a.attrelid = c.oid
LEFT OUTER JOIN pg_catalog.pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
LEFT OUTER JOIN pg_catalog.pg_description dsc ON c.oid = dsc.objoid AND a.attnum = dsc.objsubid
LEFT OUTER JOIN pg_catalog.pg_depend dep ON dep.refobjid = a.attrelid AND dep.deptype = 'i' AND dep.refobjsubid = a.attnum AND dep.classid = dep.refclassid
WHERE NOT a.attisdropped AND c.oid IN ('public.sources'::regclass, 'cat_emp'::regclass) AND a.attnum > 0
ORDER BY c.relname, a.attnum;

-- Table: columns as they come, those of the system too.
-- rows: 30
-- name: columns with all columns
SELECT c.relname, a.*, a.tableoid::regclass FROM pg_catalog.pg_attribute a INNER JOIN pg_catalog.pg_class c ON a.attrelid = c.oid
WHERE NOT a.attisdropped AND c.oid = 'public.assertions'::regclass ORDER BY a.attnum;

-- Table: constraints.
-- name: constraints
SELECT t.relname AS tabrelname, c.conname, c.contype, c.condeferrable, c.condeferred, c.convalidated, c.conkey, c.confkey, c.conindid::regclass,
  c.confupdtype, c.confdeltype, c.confmatchtype, c.conislocal, c.coninhcount, c.connoinherit, rt.relnamespace AS refnamespace, d.description,
  CASE WHEN c.contype = 'c' THEN "substring"(pg_get_constraintdef(c.oid), 7) ELSE NULL END consrc_copy
FROM pg_catalog.pg_constraint c
INNER JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
LEFT OUTER JOIN pg_catalog.pg_class rt ON rt.oid = c.confrelid
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_constraint'::regclass
WHERE c.conrelid IN ('public.sources'::regclass, 'cat_dept'::regclass, 'cat_emp'::regclass)
ORDER BY 1, 2;

-- Table: constraints as they come.
-- rows: 1
-- name: constraints with all columns
SELECT c.oid, c.*, t.relname FROM pg_catalog.pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.conrelid = 'public.assertions'::regclass;

-- Table: indexes.
-- name: indexes
SELECT tc.relname AS tabrelname, c.relname, i.indkey AS keys, i.indclass, i.indoption, i.indcollation, i.indnatts, i.indnkeyatts, i.indisunique, i.indisprimary,
  i.indisexclusion, i.indimmediate, i.indisclustered, i.indisvalid, i.indisready, i.indislive, i.indnullsnotdistinct, c.relam, dsc.description,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS pred_expr, pg_catalog.pg_get_expr(i.indexprs, i.indrelid, true) AS expr,
  pg_catalog.pg_get_indexdef(i.indexrelid, 1, true) AS first_column
FROM pg_catalog.pg_index i
INNER JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
INNER JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid
LEFT OUTER JOIN pg_catalog.pg_description dsc ON i.indexrelid = dsc.objoid
WHERE i.indrelid IN ('public.assertions'::regclass, 'cat_emp'::regclass) ORDER BY tc.relname, c.relname;

-- Table: indexes as they come.
-- rows: 5
-- name: indexes with all columns
SELECT i.*, c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'public.assertions'::regclass ORDER BY c.relname;

-- Table: triggers.
-- name: triggers
SELECT x.oid, x.*, p.pronamespace AS func_schema_id, d.description, pg_catalog.pg_get_triggerdef(x.oid) AS definition
FROM pg_catalog.pg_trigger x
LEFT OUTER JOIN pg_catalog.pg_proc p ON p.oid = x.tgfoid
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = x.oid AND d.objsubid = 0
WHERE x.tgrelid = 'public.sources'::regclass AND NOT x.tgisinternal;

-- Table: rules.
-- name: rules of a table
SELECT r.oid, r.rulename, r.ev_type, r.ev_enabled, r.is_instead, pg_get_ruledef(r.oid) AS definition FROM pg_catalog.pg_rewrite r
WHERE r.ev_class = 'public.sources'::regclass;

-- View: rules, whence its dependencies.
-- name: rules of a view
SELECT r.rulename, r.ev_type, r.ev_enabled, r.is_instead, r.ev_class::regclass FROM pg_catalog.pg_rewrite r WHERE r.ev_class = 'cat_view'::regclass;

-- Table: policies.
-- name: policies
SELECT pol.oid, pol.polname, pol.polcmd, pol.polpermissive, pol.polroles, pg_catalog.pg_get_expr(pol.polqual, pol.polrelid) AS using_expr,
  pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid) AS check_expr
FROM pg_catalog.pg_policy pol WHERE pol.polrelid = 'public.sources'::regclass;

-- Table: policies.
-- name: policies by name
SELECT * FROM pg_catalog.pg_policies WHERE schemaname = 'public' AND tablename = 'sources';

-- Table: parents and partitions.
-- name: parents
SELECT i.*, c.relnamespace FROM pg_catalog.pg_inherits i, pg_catalog.pg_class c WHERE i.inhrelid = 'public.sources'::regclass AND c.oid = i.inhparent ORDER BY i.inhseqno;

-- name: partitions
SELECT c.oid, c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_catalog.pg_inherits i, pg_catalog.pg_class c
WHERE i.inhparent = 'public.sources'::regclass AND i.inhrelid = c.oid;

-- name: partition key
SELECT partrelid, partstrat, partnatts, partattrs FROM pg_catalog.pg_partitioned_table WHERE partrelid = 'public.sources'::regclass;

-- Table: DDL tab.
-- name: options and access method
SELECT t.reloptions, am.amname, t.relpersistence, tbs.spcname FROM pg_class t LEFT JOIN pg_am am ON am.oid = t.relam
LEFT JOIN pg_tablespace tbs ON tbs.oid = t.reltablespace WHERE t.oid = 'public.sources'::regclass;

-- View: source.
-- name: definition of a view
SELECT pg_catalog.pg_get_viewdef('cat_view'::regclass, true) AS definition;

-- Schema: functions.
-- rows: any order
-- name: functions
SELECT p.oid, p.proname, p.proowner, p.prolang, p.procost, p.prorows, p.provariadic, p.prokind, p.prosecdef, p.proleakproof, p.proisstrict, p.proretset,
  p.provolatile, p.proparallel, p.pronargs, p.pronargdefaults, p.prorettype, p.proargtypes, p.proallargtypes, p.proargmodes, p.proargnames, p.protrftypes,
  p.proconfig, p.proacl, l.lanname, pg_catalog.pg_get_function_identity_arguments(p.oid) AS ident, pg_catalog.pg_get_function_result(p.oid) AS result
FROM pg_catalog.pg_proc p LEFT OUTER JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = 11 AND p.proname IN ('upper', 'generate_series', 'json_each', 'sum', 'now', 'pg_get_keywords', 'format', 'unnest');

-- Schema: functions, all their columns.
-- rows: some
-- name: functions with all columns
SELECT p.oid, p.*, pg_catalog.pg_get_expr(p.proargdefaults, 0) AS arg_defaults, d.description
FROM pg_catalog.pg_proc p LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass
WHERE p.pronamespace = 11 ORDER BY p.proname LIMIT 50;

-- Function: source.
-- name: source of a function
SELECT pg_get_functiondef('pg_catalog.upper(text)'::regprocedure);

-- Schema: aggregates.
-- rows: any order
-- name: aggregates
SELECT p.oid::regprocedure, a.aggkind, a.aggnumdirectargs, a.aggtranstype::regtype FROM pg_catalog.pg_aggregate a, pg_catalog.pg_proc p
WHERE p.oid = a.aggfnoid AND p.proname IN ('count', 'string_agg', 'percentile_cont');

-- Schema: sequences.
-- name: sequences
SELECT c.relname, d.description, s.seqtypid, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
WHERE c.relkind = 'S' AND c.relname LIKE 'cat%' AND pg_table_is_visible(c.oid) ORDER BY c.relname;

-- Sequence: properties.
-- name: sequence
SELECT sequencename, sequenceowner, data_type, start_value, min_value, max_value, increment_by, cycle, cache_size, last_value
FROM pg_catalog.pg_sequences WHERE sequencename = 'cat_seq' AND schemaname = (current_schemas(true))[1];

-- Table: dependencies tab.
-- name: dependencies
SELECT DISTINCT dep.deptype, dep.classid::regclass, cl.relkind, coalesce(coc.relname, clrw.relname) AS ownertable, clrw.relname AS refname
FROM pg_depend dep
LEFT JOIN pg_class cl ON dep.objid = cl.oid
LEFT JOIN pg_attribute att ON dep.objid = att.attrelid AND dep.objsubid = att.attnum
LEFT JOIN pg_namespace nsc ON cl.relnamespace = nsc.oid
LEFT JOIN pg_constraint co ON dep.objid = co.oid
LEFT JOIN pg_class coc ON co.conrelid = coc.oid
LEFT JOIN pg_rewrite rw ON dep.objid = rw.oid
LEFT JOIN pg_class clrw ON clrw.oid = rw.ev_class
WHERE dep.refobjid = 'cat_emp'::regclass AND dep.classid IN ('pg_rewrite'::regclass, 'pg_constraint'::regclass) AND dep.deptype <> 'i'
ORDER BY 1, 2, 3, 4, 5;

-- Table: permissions tab.
-- name: privileges
SELECT grantor, grantee, table_schema, table_name, privilege_type, is_grantable, with_hierarchy FROM information_schema.table_privileges
WHERE table_catalog = 'stemedb' AND table_schema = 'public' AND table_name = 'sources' ORDER BY privilege_type;

-- Permissions of roles.
-- rows: differ
-- name: grants
SELECT c.relname, (aclexplode(c.relacl)).grantee, (aclexplode(c.relacl)).privilege_type FROM pg_class c WHERE c.relnamespace = 11 AND c.relacl IS NOT NULL;

-- Schema: collations, operators, text search.
-- rows: any order
-- name: collations
SELECT c.oid, c.collname, c.collprovider, c.collencoding, c.collcollate, c.collctype, c.collisdeterministic FROM pg_catalog.pg_collation c WHERE collname IN ('default', 'C', 'POSIX');

-- name: operators
SELECT o.oid, o.oprname, o.oprkind, o.oprcanmerge, o.oprcanhash, o.oprleft::regtype, o.oprright::regtype, o.oprresult::regtype, o.oprcode
FROM pg_catalog.pg_operator o WHERE o.oprname = '=' AND o.oprleft IN (20, 23, 25) AND o.oprleft = o.oprright ORDER BY o.oid;

-- rows: any order
-- name: text search parsers
SELECT p.oid, p.prsname, p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype FROM pg_catalog.pg_ts_parser p;

-- Session manager.
-- rows: some
-- name: sessions
SELECT sa.* FROM pg_catalog.pg_stat_activity sa WHERE sa.pid = pg_backend_pid();

-- Lock manager.
-- rows: differ
-- name: locks
SELECT bl.pid AS blocked_pid, a.usename AS blocked_user, kl.pid AS blocking_pid, ka.usename AS blocking_user, a.query AS blocked_statement,
  bl.relation::regclass, bl.mode, kl.mode
FROM pg_catalog.pg_locks bl
JOIN pg_catalog.pg_stat_activity a ON a.pid = bl.pid
JOIN pg_catalog.pg_locks kl ON kl.transactionid = bl.transactionid AND kl.pid != bl.pid
JOIN pg_catalog.pg_stat_activity ka ON ka.pid = kl.pid
WHERE NOT bl.granted;

-- Job of the dashboards: activity of the database.
-- rows: 1
-- name: dashboard: transactions and tuples
SELECT sum(xact_commit + xact_rollback) AS t, sum(xact_commit) AS c, sum(xact_rollback) AS r, sum(blks_read) AS blk_read, sum(blks_hit) AS blk_hit,
  sum(tup_fetched) AS fetched, sum(tup_returned) AS returned, sum(tup_inserted) AS ins, sum(tup_updated) AS upd, sum(tup_deleted) AS del
FROM pg_catalog.pg_stat_database WHERE datname = 'stemedb';

-- name: dashboard: sessions by state
SELECT count(*) > 0 AS any_session, count(*) FILTER (WHERE state = 'active') > 0 AS any_active, (SELECT setting FROM pg_settings WHERE name = 'max_connections')::int > 0 AS has_limit
FROM pg_catalog.pg_stat_activity WHERE datname = 'stemedb';

-- Settings tab.
-- rows: some
-- name: settings
SELECT * FROM pg_catalog.pg_settings;

-- Data tab: rows with what identifies them.
-- name: rows of the data tab
SELECT x.* FROM public.source_classes x ORDER BY x.tier LIMIT 200;

-- Data tab: rows of a table without a key are told by ctid.
-- rows: 9
-- name: rows by ctid
SELECT x.ctid, x.tableoid::regclass, x.* FROM public.sources x WHERE x.source NOT LIKE '%-%{run}' AND x.source IN (SELECT source FROM assertions WHERE concept_path LIKE 'countries/%') LIMIT 200;

-- Explain.
-- rows: 1
-- name: explain
EXPLAIN (FORMAT JSON, VERBOSE) SELECT * FROM public.sources;
