-- pgAdmin 4: connecting, the dashboard, the nodes of the browser and their tabs,
-- the query tool.

-- Connecting: one statement of several commands.
-- name: session settings
SET DateStyle = ISO; SET client_min_messages = notice; SELECT set_config('bytea_output', 'hex', false) FROM pg_settings WHERE name = 'bytea_output'; SET client_encoding = 'UNICODE';

-- Connecting.
-- rows: 1
-- name: version
SELECT version();

-- Connecting: the database.
-- name: database
SELECT db.datname, db.datallowconn, pg_encoding_to_char(db.encoding) AS serverencoding,
  has_database_privilege(db.oid, 'CREATE') AS cancreate, datistemplate
FROM pg_catalog.pg_database db WHERE db.datname = current_database();

-- Connecting: what the role may do.
-- name: role
SELECT roles.rolname AS name, roles.rolsuper AS is_superuser,
  CASE WHEN roles.rolsuper THEN true ELSE roles.rolcreaterole END AS can_create_role,
  CASE WHEN roles.rolsuper THEN true ELSE roles.rolcreatedb END AS can_create_db,
  CASE WHEN 'pg_signal_backend' = ANY (ARRAY(WITH RECURSIVE roles_of AS (
      SELECT pg_roles.oid, pg_roles.rolname FROM pg_catalog.pg_roles WHERE pg_roles.oid = roles.oid
      UNION ALL
      SELECT m.roleid, pgr.rolname FROM roles_of above
      JOIN pg_catalog.pg_auth_members m ON m.member = above.oid
      JOIN pg_catalog.pg_roles pgr ON pgr.oid = m.roleid)
    SELECT rolname FROM roles_of)) THEN True ELSE False END AS can_signal_backend
FROM pg_catalog.pg_roles AS roles WHERE rolname = current_user;

-- Connecting: replication type.
-- name: replication
SELECT CASE WHEN (SELECT count(extname) FROM pg_catalog.pg_extension WHERE extname = 'bdr') > 0 THEN 'pgd'
  WHEN (SELECT COUNT(*) FROM pg_catalog.pg_stat_replication) > 0 THEN 'log' ELSE NULL END AS type;

-- Connecting: recovery state of the server.
-- name: recovery
SELECT CASE WHEN usesuper THEN pg_catalog.pg_is_in_recovery() ELSE FALSE END AS inrecovery,
  CASE WHEN usesuper AND pg_catalog.pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE FALSE END AS isreplaypaused
FROM pg_catalog.pg_user WHERE usename = current_user;

-- Connecting: GSSAPI and TLS of this session.
-- name: TLS of the session
SELECT ssl, version IS NOT NULL AS has_version, bits >= 128 AS has_bits, client_dn FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid();

-- name: GSSAPI of the session
SELECT gss_authenticated, encrypted FROM pg_catalog.pg_stat_gssapi WHERE pid = pg_backend_pid();

-- Dashboard: all graphs in one query.
-- rows: 5
-- name: dashboard: graphs
SELECT 'session_stats' AS chart_name, pg_catalog.row_to_json(t) AS chart_data
FROM (SELECT
  (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database()) AS "Total",
  (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'active' AND datname = current_database()) AS "Active",
  (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'idle' AND datname = current_database()) AS "Idle") t
UNION ALL
SELECT 'tps_stats' AS chart_name, pg_catalog.row_to_json(t) AS chart_data
FROM (SELECT
  (SELECT sum(xact_commit) + sum(xact_rollback) FROM pg_catalog.pg_stat_database WHERE datname = current_database()) AS "Transactions",
  (SELECT sum(xact_commit) FROM pg_catalog.pg_stat_database WHERE datname = current_database()) AS "Commits",
  (SELECT sum(xact_rollback) FROM pg_catalog.pg_stat_database WHERE datname = current_database()) AS "Rollbacks") t
UNION ALL
SELECT 'ti_stats' AS chart_name, pg_catalog.row_to_json(t) AS chart_data
FROM (SELECT (SELECT sum(tup_inserted) FROM pg_catalog.pg_stat_database) AS "Inserts", (SELECT sum(tup_updated) FROM pg_catalog.pg_stat_database) AS "Updates",
  (SELECT sum(tup_deleted) FROM pg_catalog.pg_stat_database) AS "Deletes") t
UNION ALL
SELECT 'to_stats' AS chart_name, pg_catalog.row_to_json(t) AS chart_data
FROM (SELECT (SELECT sum(tup_fetched) FROM pg_catalog.pg_stat_database) AS "Fetched", (SELECT sum(tup_returned) FROM pg_catalog.pg_stat_database) AS "Returned") t
UNION ALL
SELECT 'bio_stats' AS chart_name, pg_catalog.row_to_json(t) AS chart_data
FROM (SELECT (SELECT sum(blks_read) FROM pg_catalog.pg_stat_database) AS "Reads", (SELECT sum(blks_hit) FROM pg_catalog.pg_stat_database) AS "Hits") t;

-- Dashboard: sessions.
-- rows: some
-- name: dashboard: sessions
SELECT pid, datname, usename, application_name, client_addr, pg_catalog.to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS backend_start, state,
  wait_event_type || ': ' || wait_event AS wait_event, pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(pid), ', ') AS blocking_pids, query,
  pg_catalog.to_char(state_change, 'YYYY-MM-DD HH24:MI:SS TZ') AS state_change, pg_catalog.to_char(query_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS query_start,
  pg_catalog.to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS xact_start, backend_type,
  CASE WHEN state = 'active' THEN ROUND((extract(epoch FROM now() - query_start) / 60)::numeric, 2) ELSE 0 END AS active_since
FROM pg_catalog.pg_stat_activity WHERE datname = current_database() ORDER BY pid;

-- name: dashboard: this session
SELECT datname, usename, application_name <> '' AS named, client_addr IS NOT NULL AS from_address, state, wait_event_type, backend_type, pg_blocking_pids(pid)
FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid();

-- Dashboard: locks.
-- rows: some
-- name: dashboard: locks
SELECT pid, locktype, datname, relation::regclass, page, tuple, virtualxid, transactionid, classid::regclass, objid, virtualtransaction, mode, granted, fastpath
FROM pg_catalog.pg_locks l LEFT OUTER JOIN pg_catalog.pg_database d ON l.database = d.oid ORDER BY pid, locktype;

-- Dashboard: prepared transactions.
-- name: dashboard: prepared transactions
SELECT gid, database, owner, transaction, prepared FROM pg_catalog.pg_prepared_xacts ORDER BY gid, database, owner;

-- Dashboard: configuration.
-- name: dashboard: configuration
SELECT name, category, pg_catalog.current_setting(name) AS setting, unit, short_desc <> '' AS described FROM pg_catalog.pg_settings
WHERE name IN ('DateStyle', 'max_connections', 'search_path', 'work_mem', 'block_size', 'autovacuum') ORDER BY category, name;

-- Dashboard: replication.
-- name: dashboard: replication
SELECT pid, usename, application_name, client_addr, state, sent_lsn, write_lsn, flush_lsn, replay_lsn, write_lag, flush_lag, replay_lag, sync_priority, sync_state, reply_time
FROM pg_catalog.pg_stat_replication ORDER BY pid;

-- name: dashboard: replication slots
SELECT slot_name, plugin, slot_type, datoid, database, temporary, active, active_pid, xmin, catalog_xmin, restart_lsn, confirmed_flush_lsn, wal_status, safe_wal_size, two_phase
FROM pg_catalog.pg_replication_slots ORDER BY slot_name;

-- Server: databases.
-- name: databases node
SELECT db.datname AS name, db.dattablespace AS spcoid, spcname, datallowconn, pg_catalog.has_database_privilege(db.oid, 'CREATE') AS cancreate, datdba AS owner,
  descr.description, db.datistemplate AS is_template
FROM pg_catalog.pg_database db
LEFT OUTER JOIN pg_catalog.pg_tablespace ta ON db.dattablespace = ta.oid
LEFT OUTER JOIN pg_catalog.pg_shdescription descr ON db.oid = descr.objoid AND descr.classoid = 'pg_database'::regclass
WHERE db.datname = 'stemedb' ORDER BY datname;

-- Database: properties.
-- name: database properties
SELECT db.datname AS name, spcname, datallowconn, pg_catalog.pg_encoding_to_char(encoding) AS encoding, pg_catalog.pg_get_userbyid(datdba) AS datowner,
  (SELECT pg_catalog.array_to_string(ARRAY_AGG(acl), ', ') FROM (SELECT pg_catalog.unnest(datacl)::text AS acl) a) AS acl,
  datcollate, datctype, datconnlimit, pg_catalog.shobj_description(db.oid, 'pg_database') AS comments, datistemplate AS is_template,
  (SELECT array_agg(provider || '=' || label) FROM pg_catalog.pg_shseclabel sl1 WHERE sl1.objoid = db.oid) AS seclabels,
  array_to_string(ARRAY(SELECT setting FROM pg_db_role_setting s, unnest(s.setconfig) setting WHERE s.setdatabase = db.oid AND s.setrole = 0), ',') AS config
FROM pg_catalog.pg_database db LEFT OUTER JOIN pg_catalog.pg_tablespace ta ON db.dattablespace = ta.oid WHERE db.datname = 'stemedb';

-- Database: default privileges.
-- name: default privileges
SELECT defaclobjtype, grantee, pg_catalog.array_agg(privilege_type) AS privileges, pg_catalog.array_agg(is_grantable) AS grantable
FROM (SELECT defaclobjtype, (d.acl).grantee AS grantee, (d.acl).privilege_type AS privilege_type, (d.acl).is_grantable AS is_grantable
  FROM (SELECT defaclobjtype, pg_catalog.aclexplode(defaclacl) AS acl FROM pg_catalog.pg_default_acl WHERE defaclnamespace = 0) d) x
GROUP BY defaclobjtype, grantee;

-- Database: security and privileges tabs, one field of each aclitem after the other.
-- name: privileges of a catalog
SELECT 'relacl' AS deftype, COALESCE(gt.rolname, 'PUBLIC') AS grantee, g.rolname AS grantor, pg_catalog.array_agg(b.privilege_type ORDER BY b.privilege_type) AS privileges,
  pg_catalog.array_agg(b.is_grantable) AS grantable
FROM (SELECT (d).grantee AS grantee, (d).grantor AS grantor, (d).is_grantable AS is_grantable,
    CASE (d).privilege_type WHEN 'SELECT' THEN 'r' WHEN 'UPDATE' THEN 'w' WHEN 'INSERT' THEN 'a' ELSE 'UNKNOWN' END AS privilege_type
  FROM (SELECT pg_catalog.aclexplode('{stemedb=arw/stemedb,=r/stemedb}'::aclitem[]) AS d) a) b
LEFT JOIN pg_catalog.pg_roles g ON b.grantor = g.oid
LEFT JOIN pg_catalog.pg_roles gt ON b.grantee = gt.oid
GROUP BY g.rolname, gt.rolname ORDER BY grantee;

-- Database: statistics tab.
-- rows: 1
-- name: database statistics
SELECT numbackends AS "Backends", xact_commit AS "Xact committed", xact_rollback AS "Xact rolled back", blks_read, blks_hit, tup_returned, tup_fetched,
  tup_inserted, tup_updated, tup_deleted, stats_reset, conf.confl_tablespace, conf.confl_lock, conf.confl_snapshot, conf.confl_bufferpin, conf.confl_deadlock,
  temp_files, pg_catalog.pg_size_pretty(temp_bytes) AS "Size of temporary files", deadlocks, blk_read_time, blk_write_time,
  pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(db.datid)) AS "Size", session_time, active_time, idle_in_transaction_time, sessions, sessions_abandoned,
  checksum_failures, checksum_last_failure
FROM pg_catalog.pg_stat_database db JOIN pg_catalog.pg_stat_database_conflicts conf ON db.datid = conf.datid WHERE db.datname = 'stemedb';

-- Server: roles.
-- name: roles node
SELECT r.rolname, r.rolcanlogin, r.rolsuper,
  ARRAY(SELECT CASE WHEN pg_catalog.pg_has_role(a.member, a.roleid, 'MEMBER') AND a.admin_option THEN '1' ELSE '0' END || rm.rolname
    FROM (SELECT * FROM pg_catalog.pg_auth_members WHERE member = r.oid) a JOIN pg_catalog.pg_roles rm ON a.roleid = rm.oid) AS rolmembership,
  (SELECT pg_catalog.array_agg(provider || '=' || label) FROM pg_catalog.pg_shseclabel sl1 WHERE sl1.objoid = r.oid) AS seclabels,
  CASE WHEN r.rolvaliduntil = 'infinity' THEN NULL ELSE r.rolvaliduntil END AS rolvaliduntil, pg_catalog.shobj_description(r.oid, 'pg_authid') AS description
FROM pg_catalog.pg_roles r WHERE r.rolcanlogin ORDER BY r.rolcanlogin, r.rolname;

-- Role: variables tab.
-- name: variables of a role
SELECT split_part(rolconfig, '=', 1) AS name, replace(rolconfig, split_part(rolconfig, '=', 1) || '=', '') AS value, NULL::text AS database
FROM (SELECT pg_catalog.unnest(rolconfig) AS rolconfig, rolcanlogin, rolname FROM pg_catalog.pg_roles WHERE oid = 10::oid) r
UNION ALL
SELECT split_part(rolconfig, '=', 1), '', datname
FROM (SELECT d.datname, pg_catalog.unnest(c.setconfig) AS rolconfig FROM (SELECT * FROM pg_catalog.pg_db_role_setting dr WHERE dr.setrole = 10::oid AND dr.setdatabase != 0) c
  LEFT JOIN pg_catalog.pg_database d ON d.oid = c.setdatabase) a;

-- Server: tablespaces.
-- name: tablespaces node
SELECT ts.oid, spcname AS name, spcowner AS owner, spcoptions, pg_catalog.pg_tablespace_size(ts.oid) > 0 AS has_size,
  pg_catalog.shobj_description(ts.oid, 'pg_tablespace') AS description
FROM pg_catalog.pg_tablespace ts ORDER BY name;

-- Database: schemas.
-- name: schemas node
SELECT nsp.nspname AS name, pg_catalog.has_schema_privilege(nsp.oid, 'CREATE') AS can_create, pg_catalog.has_schema_privilege(nsp.oid, 'USAGE') AS has_usage
FROM pg_catalog.pg_namespace nsp
WHERE nspname NOT LIKE 'pg!_%' escape '!' AND NOT (
    (nsp.nspname = 'pg_catalog' AND EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE relname = 'pg_class' AND relnamespace = nsp.oid LIMIT 1))
    OR (nsp.nspname = 'information_schema' AND EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE relname = 'tables' AND relnamespace = nsp.oid LIMIT 1))
    OR (nsp.nspname LIKE '_%' AND EXISTS (SELECT 1 FROM pg_catalog.pg_proc WHERE proname = 'slonyversion' AND pronamespace = nsp.oid LIMIT 1)))
ORDER BY nspname;

-- Database: catalogs.
-- name: catalogs node
SELECT 2 AS nsptyp, nsp.nspname AS name, CASE nspname WHEN 'pg_catalog' THEN 'PostgreSQL Catalog' WHEN 'information_schema' THEN 'ANSI' END AS displayname,
  pg_catalog.has_schema_privilege(nsp.nspname, 'USAGE') AS has_usage
FROM pg_catalog.pg_namespace nsp WHERE nspname IN ('pg_catalog', 'information_schema') ORDER BY nspname;

-- Database: extensions.
-- rows: differ
-- name: extensions node
SELECT x.oid AS eid, pg_catalog.pg_get_userbyid(extowner) AS owner, x.extname AS name, n.nspname AS schema, x.extrelocatable AS relocatable, x.extversion AS version, e.comment
FROM pg_catalog.pg_extension x LEFT JOIN pg_catalog.pg_namespace n ON x.extnamespace = n.oid
JOIN pg_catalog.pg_available_extensions() e (name, default_version, comment) ON x.extname = e.name ORDER BY x.extname;

-- Database: casts.
-- rows: some
-- name: casts node
SELECT ca.oid, pg_catalog.concat(pg_catalog.format_type(st.oid, NULL), '->', pg_catalog.format_type(tt.oid, tt.typtypmod)) AS name, des.description
FROM pg_catalog.pg_cast ca
JOIN pg_catalog.pg_type st ON st.oid = castsource JOIN pg_catalog.pg_namespace ns ON ns.oid = st.typnamespace
JOIN pg_catalog.pg_type tt ON tt.oid = casttarget JOIN pg_catalog.pg_namespace nt ON nt.oid = tt.typnamespace
LEFT JOIN pg_catalog.pg_proc pr ON pr.oid = castfunc LEFT JOIN pg_catalog.pg_namespace np ON np.oid = pr.pronamespace
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = ca.oid AND des.objsubid = 0 AND des.classoid = 'pg_cast'::regclass ORDER BY st.typname, tt.typname;

-- Database: publications and subscriptions.
-- name: publications node
SELECT c.oid, c.pubname AS name, pubinsert, pubupdate, pubdelete, pubtruncate, puballtables, pubviaroot, pg_catalog.pg_get_userbyid(pubowner) AS owner FROM pg_catalog.pg_publication c ORDER BY c.pubname;

-- name: tables of publications
SELECT pubname, schemaname, tablename, attnames, rowfilter FROM pg_catalog.pg_publication_tables;

-- name: subscriptions node
SELECT oid, subname AS name, subenabled AS enabled, subpublications, subconninfo, subslotname, subsynccommit FROM pg_catalog.pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database());

-- name: event triggers node
SELECT e.oid, e.evtname AS name, pg_catalog.upper(e.evtevent) AS eventname, pg_catalog.pg_get_userbyid(e.evtowner) AS eventowner, e.evtenabled AS enabled,
  pg_catalog.quote_ident(nsp.nspname) || '.' || e.evtfoid::regproc AS eventfunname, pg_catalog.array_to_string(array(SELECT quote_literal(x) FROM pg_catalog.unnest(evttags) AS t(x)), ', ') AS when
FROM pg_catalog.pg_event_trigger e LEFT JOIN pg_proc p ON p.oid = e.evtfoid LEFT JOIN pg_namespace nsp ON nsp.oid = p.pronamespace ORDER BY e.evtname;

-- Schema: tables.
-- name: tables node
SELECT rel.relname AS name,
  (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = 'public.sources'::regclass AND tgisinternal = FALSE) AS triggercount,
  (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = rel.oid AND tgisinternal = FALSE AND tgenabled = 'O') AS has_enable_triggers,
  (CASE WHEN rel.relkind = 'p' THEN true ELSE false END) AS is_partitioned,
  (SELECT count(1) FROM pg_catalog.pg_inherits WHERE inhrelid = rel.oid LIMIT 1) AS is_inherits,
  (SELECT count(1) FROM pg_catalog.pg_inherits WHERE inhparent = rel.oid LIMIT 1) AS is_inherited, des.description
FROM pg_catalog.pg_class rel
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = rel.oid AND des.objsubid = 0 AND des.classoid = 'pg_class'::regclass
WHERE rel.relkind IN ('r', 's', 't', 'p') AND rel.relnamespace = 'public'::regnamespace AND NOT rel.relispartition AND rel.relname <> 'assertions'
ORDER BY rel.relname;

-- Table: properties.
-- name: table properties
SELECT rel.relname AS name, rel.reltablespace AS spcoid, pg_catalog.pg_get_userbyid(rel.relowner) AS relowner, rel.relkind, rel.relhassubclass, des.description,
  con.conname, con.conkey, EXISTS (SELECT 1 FROM pg_catalog.pg_trigger JOIN pg_catalog.pg_proc pt ON pt.oid = tgfoid AND pt.proname = 'logtrigger' WHERE tgrelid = rel.oid) AS isrepl,
  substring(pg_catalog.array_to_string(rel.reloptions, ',') FROM 'fillfactor=([0-9]*)') AS fillfactor,
  substring(pg_catalog.array_to_string(rel.reloptions, ',') FROM 'autovacuum_enabled=([a-z|0-9]*)')::boolean AS autovacuum_enabled,
  substring(pg_catalog.array_to_string(toast.reloptions, ',') FROM 'autovacuum_vacuum_threshold=([0-9]*)') AS toast_threshold,
  rel.reloptions AS reloptions, (CASE WHEN rel.reltoastrelid = 0 THEN false ELSE true END) IS NOT NULL AS hastoast,
  (CASE WHEN rel.relpersistence = 'u' THEN true ELSE false END) AS relpersistence, rel.relrowsecurity AS rlspolicy, rel.relforcerowsecurity AS forcerlspolicy,
  ARRAY(SELECT provider || '=' || label FROM pg_catalog.pg_seclabels sl1 WHERE sl1.objoid = rel.oid AND sl1.objsubid = 0) AS seclabels,
  CASE WHEN typ.typrelid IS NULL THEN NULL ELSE typ.typname END AS of_type, am.amname,
  (CASE WHEN rel.oid <= 16383::oid THEN true ELSE false END) AS is_sys_table
FROM pg_catalog.pg_class rel
LEFT OUTER JOIN pg_catalog.pg_tablespace spc ON spc.oid = rel.reltablespace
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = rel.oid AND des.objsubid = 0 AND des.classoid = 'pg_class'::regclass
LEFT OUTER JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype = 'p'
LEFT OUTER JOIN pg_catalog.pg_class toast ON toast.oid = rel.reltoastrelid
LEFT JOIN pg_catalog.pg_type typ ON rel.reloftype = typ.oid
LEFT JOIN pg_catalog.pg_am am ON rel.relam = am.oid
WHERE rel.relkind IN ('r', 's', 't', 'p') AND rel.oid = 'public.sources'::regclass ORDER BY rel.relname;

-- Table: columns.
-- name: columns node
SELECT att.attname AS name, att.atttypid, att.attlen, att.attnum, att.attndims, att.atttypmod, att.attnotnull, att.atthasdef, att.attidentity, att.attgenerated,
  pg_catalog.pg_get_expr(def.adbin, def.adrelid) AS defval, pg_catalog.format_type(ty.oid, NULL) AS typname, pg_catalog.format_type(ty.oid, att.atttypmod) AS displaytypname,
  pg_catalog.format_type(CASE WHEN ty.typelem > 0 THEN ty.typelem ELSE ty.oid END, att.atttypmod) AS cltype, tn.nspname AS typnspname, et.typname AS elemtypname,
  ty.typstorage AS defaultstorage, cl.relname, coll.collname, coll_sch.nspname AS collnspname, des.description,
  EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conrelid = att.attrelid AND contype = 'f' AND att.attnum = ANY (conkey)) AS is_fk,
  (SELECT count(1) FROM pg_catalog.pg_type t2 WHERE t2.typname = ty.typname) > 1 AS isdup,
  EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = att.attrelid AND i.indisprimary AND att.attnum = ANY (i.indkey)) AS is_pk,
  seq.seqtypid::regtype, seq.seqstart, seq.seqincrement, seq.seqmin, seq.seqmax, seq.seqcache, seq.seqcycle
FROM pg_catalog.pg_attribute att
JOIN pg_catalog.pg_type ty ON ty.oid = atttypid
LEFT OUTER JOIN pg_catalog.pg_type et ON et.oid = ty.typelem
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = ty.typnamespace
JOIN pg_catalog.pg_class cl ON cl.oid = att.attrelid
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = att.attrelid AND des.objsubid = att.attnum AND des.classoid = 'pg_class'::regclass
LEFT OUTER JOIN (pg_catalog.pg_depend dep JOIN pg_catalog.pg_class cs ON dep.classid = 'pg_class'::regclass AND dep.objid = cs.oid AND cs.relkind = 'S')
  ON dep.refobjid = att.attrelid AND dep.refobjsubid = att.attnum
LEFT OUTER JOIN pg_catalog.pg_index pi ON pi.indrelid = att.attrelid AND indisprimary
LEFT OUTER JOIN pg_catalog.pg_collation coll ON att.attcollation = coll.oid
LEFT OUTER JOIN pg_catalog.pg_namespace coll_sch ON coll.collnamespace = coll_sch.oid
LEFT OUTER JOIN pg_catalog.pg_sequence seq ON cs.oid = seq.seqrelid
LEFT OUTER JOIN pg_catalog.pg_attrdef def ON def.adrelid = att.attrelid AND def.adnum = att.attnum
WHERE att.attrelid IN ('public.sources'::regclass, 'cat_dept'::regclass, 'cat_emp'::regclass) AND att.attnum > 0 AND att.attisdropped IS FALSE
ORDER BY cl.relname, att.attnum;

-- Table: indexes.
-- name: indexes node
SELECT DISTINCT ON (cls.relname) cls.relname AS name, indrelid::regclass, indkey, indisclustered, indisvalid, indisunique, indisprimary, n.nspname IS NOT NULL AS has_schema, indnatts,
  cls.reltablespace AS spcoid, spcname, conname, tab.relname AS tabname, indclass, con.oid IS NOT NULL AS has_con, des.description,
  pg_catalog.pg_get_expr(indpred, indrelid, true) AS indconstraint, contype, condeferrable, condeferred, amname,
  (SELECT (CASE WHEN count(i.inhrelid) > 0 THEN true ELSE false END) FROM pg_inherits i WHERE i.inhrelid = cls.oid) AS is_inherited,
  substring(pg_catalog.array_to_string(cls.reloptions, ',') FROM 'fillfactor=([0-9]*)') AS fillfactor
FROM pg_catalog.pg_index idx
JOIN pg_catalog.pg_class cls ON cls.oid = indexrelid
JOIN pg_catalog.pg_class tab ON tab.oid = indrelid
LEFT OUTER JOIN pg_catalog.pg_tablespace ta ON ta.oid = cls.reltablespace
JOIN pg_catalog.pg_namespace n ON n.oid = tab.relnamespace
JOIN pg_catalog.pg_am am ON am.oid = cls.relam
LEFT JOIN pg_catalog.pg_depend dep ON dep.classid = cls.tableoid AND dep.objid = cls.oid AND dep.refobjsubid = '0'
  AND dep.refclassid = (SELECT oid FROM pg_catalog.pg_class WHERE relname = 'pg_constraint') AND dep.deptype = 'i'
LEFT OUTER JOIN pg_catalog.pg_constraint con ON con.tableoid = dep.refclassid AND con.oid = dep.refobjid
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = cls.oid AND des.classoid = 'pg_class'::regclass
WHERE indrelid IN ('public.assertions'::regclass, 'cat_emp'::regclass) AND conname IS NULL
ORDER BY cls.relname;

-- Index: its columns with order, operator class, collation.
-- name: columns of an index
SELECT i.indexrelid::regclass,
  CASE i.indoption[i.attnum - 1] WHEN 0 THEN ARRAY['ASC', 'NULLS LAST'] WHEN 1 THEN ARRAY['DESC', 'NULLS LAST'] WHEN 2 THEN ARRAY['ASC', 'NULLS FIRST']
    WHEN 3 THEN ARRAY['DESC', 'NULLS FIRST'] ELSE ARRAY['UNKNOWN OPTION' || i.indoption[i.attnum - 1]::text, ''] END::text[] AS options,
  i.attnum, pg_catalog.pg_get_indexdef(i.indexrelid, i.attnum, true) AS attdef, CASE WHEN (o.opcdefault = FALSE) THEN o.opcname ELSE null END AS opcname,
  op.oprname, CASE WHEN length(coll_sch.nspname::text) > 0 AND length(coll.collname::text) > 0
    THEN pg_catalog.concat(pg_catalog.quote_ident(coll_sch.nspname), '.', pg_catalog.quote_ident(coll.collname)) ELSE '' END AS collnspname
FROM (SELECT indexrelid, i.indoption, i.indclass, pg_catalog.unnest(ARRAY(SELECT pg_catalog.generate_series(1, i.indnatts) AS n)) AS attnum FROM pg_catalog.pg_index i
  WHERE i.indexrelid IN ('cat_emp_mail'::regclass, 'cat_emp_covering'::regclass)) i
LEFT JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[i.attnum - 1]
LEFT OUTER JOIN pg_catalog.pg_constraint c ON c.conindid = i.indexrelid
LEFT OUTER JOIN pg_catalog.pg_operator op ON op.oid = c.conexclop[i.attnum]
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = i.attnum
LEFT OUTER JOIN pg_catalog.pg_collation coll ON a.attcollation = coll.oid
LEFT OUTER JOIN pg_catalog.pg_namespace coll_sch ON coll.collnamespace = coll_sch.oid
ORDER BY i.indexrelid::regclass::text, i.attnum;

-- Index: columns that are only included.
-- name: included columns of an index
WITH cols AS (SELECT pg_catalog.pg_get_indexdef(i.indexrelid, generate_series, true) coldef, generate_series AS attnum, i.indnkeyatts
  FROM pg_catalog.pg_index i, generate_series(1, i.indnatts) WHERE i.indexrelid = 'cat_emp_covering'::regclass)
SELECT coldef FROM cols WHERE attnum > indnkeyatts ORDER BY attnum;

-- Index: statistics tab.
-- rows: 1
-- name: statistics of an index
SELECT idx_scan AS "Index scans", idx_tup_read AS "Index tuples read", idx_tup_fetch, idx_blks_read, idx_blks_hit, pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size('public.assertions_pkey'::regclass)) AS "Index size"
FROM pg_catalog.pg_stat_all_indexes stat JOIN pg_catalog.pg_statio_all_indexes statio ON stat.indexrelid = statio.indexrelid
JOIN pg_catalog.pg_class cl ON cl.oid = stat.indexrelid WHERE stat.indexrelid = 'public.assertions_pkey'::regclass;

-- Table: constraints.
-- name: constraints node
SELECT CASE contype WHEN 'c' THEN 'check_constraint' WHEN 'f' THEN 'foreign_key' WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique_constraint' ELSE 'exclusion_constraint' END AS kind,
  conname AS name, NOT convalidated AS convalidated, conislocal, connoinherit, pg_catalog.obj_description(oid, 'pg_constraint') AS comment, pg_catalog.pg_get_constraintdef(oid, true) AS def
FROM pg_catalog.pg_constraint WHERE conrelid IN ('cat_dept'::regclass, 'cat_emp'::regclass) ORDER BY conname;

-- Table: check constraints.
-- name: check constraints
SELECT conname AS name, relname, pg_catalog.pg_get_expr(conbin, conrelid, true) AS consrc, connoinherit, NOT convalidated AS convalidated
FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class cl ON cl.oid = conrelid WHERE contype = 'c' AND conrelid IN ('cat_dept'::regclass, 'cat_emp'::regclass) ORDER BY 1;

-- Table: columns of a primary key.
-- name: columns of a primary key
SELECT pg_catalog.pg_get_indexdef(idx.indexrelid, k, true) AS column FROM pg_catalog.pg_index idx, generate_series(1, 2) k WHERE idx.indrelid = 'cat_emp'::regclass AND indisprimary;

-- Table: triggers, rules, policies.
-- name: triggers node
SELECT t.oid, t.tgname AS name, t.tgenabled AS is_enable_trigger FROM pg_catalog.pg_trigger t WHERE NOT tgisinternal AND tgrelid = 'public.sources'::regclass ORDER BY tgname;

-- name: rules node
SELECT rw.oid, rw.rulename AS name, relname, CASE WHEN rw.ev_enabled != 'D' THEN True ELSE False END AS enabled, is_instead, pg_catalog.pg_get_ruledef(rw.oid, true)
FROM pg_catalog.pg_rewrite rw JOIN pg_catalog.pg_class cl ON cl.oid = rw.ev_class WHERE cl.oid = 'public.sources'::regclass ORDER BY rulename;

-- name: policies node
SELECT pl.oid, pl.polname AS name, rw.cmd, rw.qual, rw.with_check, pg_catalog.array_to_string(rw.roles::name[], ', ') FROM pg_catalog.pg_policy pl
JOIN pg_catalog.pg_policies rw ON pl.polname = rw.policyname JOIN pg_catalog.pg_class n ON n.oid = pl.polrelid WHERE pl.polrelid = 'public.sources'::regclass;

-- Table: statistics tab.
-- rows: 1
-- name: statistics of a table
SELECT seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd, n_live_tup, n_dead_tup, heap_blks_read, heap_blks_hit,
  idx_blks_read, idx_blks_hit, toast_blks_read, toast_blks_hit, tidx_blks_read, tidx_blks_hit, last_vacuum, last_autovacuum, last_analyze, last_autoanalyze,
  pg_catalog.pg_stat_get_vacuum_count(stat.relid), pg_catalog.pg_stat_get_autovacuum_count(stat.relid), pg_catalog.pg_stat_get_analyze_count(stat.relid),
  pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(stat.relid) + CASE WHEN cl.reltoastrelid = 0 THEN 0 ELSE pg_catalog.pg_relation_size(cl.reltoastrelid) END
    + COALESCE((SELECT SUM(pg_catalog.pg_relation_size(indexrelid)) FROM pg_catalog.pg_index WHERE indrelid = stat.relid)::int8, 0)) AS "Table size"
FROM pg_catalog.pg_stat_all_tables stat JOIN pg_catalog.pg_statio_all_tables statio ON stat.relid = statio.relid JOIN pg_catalog.pg_class cl ON cl.oid = stat.relid
WHERE stat.relid = 'public.assertions'::regclass;

-- Column: statistics tab, once the table has been analyzed.
-- rows: 1
-- name: statistics of a column
SELECT null_frac, avg_width, n_distinct, most_common_vals::text IS NULL OR true AS "MCV", array_length(most_common_freqs, 1) >= 0 OR true, correlation IS NOT NULL OR true
FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'assertions' AND attname = 'predicate';

-- Schema: extended statistics.
-- name: extended statistics
SELECT s.oid, s.stxname AS name, pg_catalog.pg_get_userbyid(s.stxowner) AS owner, s.stxkind, s.stxkeys, s.stxstattarget, pg_get_statisticsobjdef(s.oid) FROM pg_catalog.pg_statistic_ext s;

-- Table: partitions.
-- name: partitions
SELECT rel.oid, rel.relname AS name, pg_catalog.pg_get_expr(rel.relpartbound, rel.oid) AS partition_value, pg_catalog.pg_get_partkeydef(rel.oid) AS partition_scheme
FROM (SELECT * FROM pg_catalog.pg_inherits WHERE inhparent = 'public.assertions'::regclass) inh LEFT JOIN pg_catalog.pg_class rel ON inh.inhrelid = rel.oid;

-- Schema: views.
-- name: views node
SELECT c.relname AS name, nsp.nspname, pg_catalog.pg_get_userbyid(c.relowner) AS owner, pg_catalog.array_to_string(c.reloptions, ',') AS options,
  (SELECT count(1) FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename = '_RETURN' AND r.ev_type = '1') AS rules
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace nsp ON c.relnamespace = nsp.oid
WHERE (c.relhasrules AND EXISTS (SELECT r.rulename FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND bpchar(r.ev_type) = '1'::bpchar))
  AND c.relkind = 'v'::char AND nsp.nspname IN ('authority', 'consensus') ORDER BY nspname;

-- View: definition.
-- name: definition of a view
SELECT c.relname, pg_catalog.pg_get_viewdef(c.oid, true) AS definition, substring(pg_catalog.array_to_string(c.reloptions, ',') FROM 'security_barrier=([a-z|0-9]*)')::boolean AS security_barrier
FROM pg_catalog.pg_class c WHERE c.oid = 'cat_view'::regclass;

-- Schema: functions.
-- name: functions node
SELECT pr.proname || '(' || COALESCE(pg_catalog.pg_get_function_identity_arguments(pr.oid), '') || ')' AS name, pr.proname, lanname, pg_catalog.pg_get_userbyid(proowner) AS funcowner,
  pg_catalog.format_type(prorettype, NULL) AS prorettypename, provolatile, proisstrict, procost, proretset, pg_catalog.pg_get_function_arguments(pr.oid) AS args, description
FROM pg_catalog.pg_proc pr JOIN pg_catalog.pg_type typ ON typ.oid = prorettype JOIN pg_catalog.pg_language lng ON lng.oid = prolang
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = pr.oid AND des.classoid = 'pg_proc'::regclass
WHERE pr.prokind IN ('f', 'w') AND pronamespace = 11::oid AND typname NOT IN ('trigger', 'event_trigger') AND proname IN ('lower', 'lag', 'ntile', 'make_date', 'gen_random_uuid')
ORDER BY 1;

-- Function: SQL tab.
-- name: SQL of a function
SELECT pg_catalog.pg_get_functiondef(pr.oid) AS func_def, COALESCE(pg_catalog.pg_get_function_identity_arguments(pr.oid), '') AS func_with_identity_arguments, nspname, prosrc
FROM pg_catalog.pg_proc pr JOIN pg_catalog.pg_namespace nsp ON nsp.oid = pr.pronamespace WHERE pr.oid = 'lower(text)'::regprocedure;

-- Schema: types.
-- name: types node
SELECT t.typname AS name, ct.oid IS NULL AS free, CASE WHEN t.typcategory = 'R' THEN rngsubtype::regtype END AS subtype, rngcollation, rngsubopc, rngcanonical, rngsubdiff, rngmultitypid::regtype
FROM pg_catalog.pg_type t LEFT OUTER JOIN pg_catalog.pg_type e ON e.oid = t.typelem LEFT OUTER JOIN pg_catalog.pg_class ct ON ct.oid = t.typrelid AND ct.relkind <> 'c'
LEFT JOIN pg_catalog.pg_range ON rngtypid = t.oid
WHERE t.typtype = 'r' AND t.typname NOT LIKE E'\\_%' ORDER BY t.typname;

-- Schema: collations, domains, sequences, foreign tables, full text search.
-- name: collations node
SELECT c.collname AS name, c.collcollate AS lc_collate, c.collctype AS lc_type, pg_catalog.pg_get_userbyid(c.collowner) AS owner, description, c.collprovider, c.collversion
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = c.oid AND des.classoid = 'pg_collation'::regclass
WHERE c.collname IN ('default', 'C', 'POSIX', 'ucs_basic') ORDER BY c.collname;

-- name: domains node
SELECT d.oid, d.typname AS name, pg_catalog.pg_get_userbyid(d.typowner) AS owner, pg_catalog.format_type(b.oid, d.typtypmod) AS fulltype
FROM pg_catalog.pg_type d JOIN pg_catalog.pg_type b ON b.oid = d.typbasetype WHERE d.typtype = 'd' AND d.typnamespace = 'public'::regnamespace;

-- name: domains of information_schema
SELECT d.typname AS name, pg_catalog.format_type(b.oid, d.typtypmod) AS fulltype, d.typnotnull, c.conname, pg_get_constraintdef(c.oid)
FROM pg_catalog.pg_type d JOIN pg_catalog.pg_type b ON b.oid = d.typbasetype LEFT JOIN pg_constraint c ON c.contypid = d.oid
WHERE d.typtype = 'd' AND d.typnamespace = 'information_schema'::regnamespace ORDER BY 1, 4;

-- name: sequences node
SELECT cl.relname AS name, pg_catalog.pg_get_userbyid(relowner) AS seqowner, description, pg_catalog.array_to_string(relacl::text[], ', ') AS acl,
  (SELECT deptype FROM pg_depend d WHERE d.objid = cl.oid AND d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass) AS owned
FROM pg_catalog.pg_class cl LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = cl.oid AND des.classoid = 'pg_class'::regclass
WHERE relkind = 'S' AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'cat_emp'::regclass) ORDER BY cl.relname;

-- Sequence: properties, of which some are in the relation itself.
-- name: values of a sequence
SELECT last_value, is_called FROM cat_seq;

-- name: foreign tables node
SELECT c.oid, c.relname AS name, ftoptions FROM pg_catalog.pg_class c JOIN pg_catalog.pg_foreign_table ft ON c.oid = ft.ftrelid;

-- name: text search configurations
SELECT cfg.cfgname AS name, prs.prsname, (SELECT array_agg(DISTINCT t.alias ORDER BY t.alias) FROM pg_ts_config_map m JOIN ts_token_type(cfg.cfgparser) t ON m.maptokentype = t.tokid WHERE m.mapcfg = cfg.oid) AS tokens
FROM pg_catalog.pg_ts_config cfg JOIN pg_catalog.pg_ts_parser prs ON prs.oid = cfg.cfgparser WHERE cfg.cfgname IN ('simple', 'english') ORDER BY 1;

-- Dependencies and dependents tabs.
-- name: dependents
SELECT DISTINCT dep.deptype, CASE WHEN cl.relkind IS NOT NULL THEN CASE WHEN cl.relkind = 'r' THEN cl.relkind::text || COALESCE(dep.objsubid::text, '') ELSE cl.relkind::text END
    WHEN ty.oid IS NOT NULL AND ty.typbasetype = 0 THEN 'y' WHEN ad.oid IS NOT NULL THEN 'A' WHEN co.oid IS NOT NULL THEN 'C' || contype::text WHEN rw.oid IS NOT NULL THEN 'R' ELSE '' END AS type,
  COALESCE(con_rel.relname, rule_rel.relname) AS ownertable,
  CASE WHEN cl.relname IS NOT NULL AND att.attname IS NOT NULL THEN cl.relname || '.' || att.attname ELSE COALESCE(cl.relname, co.conname, ty.typname, rw.rulename) END AS refname,
  pg_catalog.pg_describe_object(dep.classid, dep.objid, 0) IS NOT NULL AS described
FROM pg_catalog.pg_depend dep
LEFT JOIN pg_catalog.pg_class cl ON dep.objid = cl.oid
LEFT JOIN pg_catalog.pg_attribute att ON dep.objid = att.attrelid AND dep.objsubid = att.attnum
LEFT JOIN pg_catalog.pg_constraint co ON dep.objid = co.oid
LEFT JOIN pg_catalog.pg_class con_rel ON co.conrelid = con_rel.oid
LEFT JOIN pg_catalog.pg_type ty ON dep.objid = ty.oid
LEFT JOIN pg_catalog.pg_rewrite rw ON dep.objid = rw.oid
LEFT JOIN pg_catalog.pg_class rule_rel ON rule_rel.oid = rw.ev_class
LEFT JOIN pg_catalog.pg_attrdef ad ON ad.oid = dep.objid
WHERE dep.refobjid = 'public.sources'::regclass AND coalesce(cl.relkind, 'r') <> 't' AND dep.classid IN (SELECT oid FROM pg_catalog.pg_class WHERE relname IN ('pg_class', 'pg_constraint', 'pg_attrdef'))
ORDER BY 1, 2, 3, 4;

-- Search objects dialog.
-- name: search objects
SELECT obj_type, obj_name, schema_name FROM (
  SELECT CASE WHEN c.relkind IN ('r', 't') THEN 'table' WHEN c.relkind = 'v' THEN 'view' WHEN c.relkind = 'i' THEN 'index' ELSE 'other' END::text AS obj_type, c.relname AS obj_name, n.nspname AS schema_name
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i')
  UNION ALL
  SELECT 'column', a.attname, n.nspname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON a.attrelid = c.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT attisdropped AND attnum > 0) sn
WHERE lower(sn.obj_name) LIKE '%' || lower('SOURCE') || '%' ORDER BY 1, 2, 3;

-- Query tool: autocompletion.
-- name: completion: keywords
SELECT upper(word) AS word, catcode, barelabel FROM pg_catalog.pg_get_keywords() WHERE catcode <> 'U' AND word LIKE 'c%' ORDER BY 1;

-- name: completion: columns
SELECT nsp.nspname schema_name, cls.relname table_name, att.attname column_name, att.atttypid::regtype::text type_name, att.atthasdef AS has_default, pg_catalog.pg_get_expr(def.adbin, def.adrelid, true) AS default
FROM pg_catalog.pg_attribute att
INNER JOIN pg_catalog.pg_class cls ON att.attrelid = cls.oid
INNER JOIN pg_catalog.pg_namespace nsp ON cls.relnamespace = nsp.oid
LEFT OUTER JOIN pg_attrdef def ON def.adrelid = att.attrelid AND def.adnum = att.attnum
WHERE nsp.nspname IN ('public') AND cls.relkind = ANY (array['r']) AND cls.relname = 'source_classes' AND NOT att.attisdropped AND att.attnum > 0 ORDER BY 1, 2, att.attnum;

-- Query tool: is the result to be edited: its table's key.
-- name: keys of an editable result
SELECT at.attname, at.attnum, ty.typname FROM pg_catalog.pg_attribute at LEFT JOIN pg_catalog.pg_type ty ON ty.oid = at.atttypid
JOIN pg_catalog.pg_index i ON i.indrelid = at.attrelid AND i.indisprimary
WHERE at.attrelid = 'cat_emp'::regclass AND at.attnum = ANY (string_to_array(textin(int2vectorout(i.indkey)), ' ')::int2[]) ORDER BY at.attnum;

-- name: types of a result
SELECT oid, pg_catalog.format_type(oid, NULL) AS typname FROM pg_catalog.pg_type WHERE oid IN (25, 701, 1184, 1009, 3802, 1700) ORDER BY oid;

-- Query tool: macros, explain with options.
-- rows: 1
-- name: explain
EXPLAIN (FORMAT JSON, ANALYZE FALSE, VERBOSE FALSE, COSTS FALSE, BUFFERS FALSE, SUMMARY FALSE, SETTINGS FALSE) SELECT count(*) FROM public.sources;

-- View data: first rows.
-- name: view data
SELECT * FROM public.source_classes ORDER BY name ASC LIMIT 100;

-- Maintenance.
-- name: maintenance
ANALYZE public.sources;

-- Sessions: cancel, terminate; of none here.
-- name: cancel a session
SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity WHERE pid = 0;

-- name: terminate a session
SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE pid = 0;
