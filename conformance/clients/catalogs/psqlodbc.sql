-- psqlODBC: its catalog functions (SQLTables, SQLColumns, …) and what it asks on
-- connecting. The driver itself is driven elsewhere; these hold for any version.

-- Connecting: several commands in one message.
-- name: settings
SET DateStyle = 'ISO'; SET extra_float_digits = 2; SHOW transaction_isolation;

-- Connecting: is there a type of large objects.
-- name: type lo
SELECT oid, typbasetype FROM pg_type WHERE typname = 'lo';

-- name: client encoding
SELECT pg_client_encoding();

-- name: length of names
SHOW max_identifier_length;

-- name: standard_conforming_strings
SHOW standard_conforming_strings;

-- SQLTables.
-- name: SQLTables
SELECT relname, nspname, relkind FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n
WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'pg_temp_1') AND nspname !~ '^pg_temp' AND n.oid = relnamespace
  AND (nspname <> 'public' OR relname IN ('assertions', 'sources', 'source_classes'))
ORDER BY nspname, relname;

-- SQLTables with a pattern.
-- name: SQLTables with a pattern
SELECT relname, nspname, relkind FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n
WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND nspname LIKE 'publ%' AND relname LIKE E'source\\_%' AND n.oid = relnamespace ORDER BY nspname, relname;

-- SQLTables of all catalogs, and of all schemas.
-- name: SQLTables: catalogs
SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate AND datname = current_database();

-- rows: any order
-- name: SQLTables: schemas
SELECT NULL AS "TABLE_CAT", nspname AS "TABLE_SCHEM", NULL AS "TABLE_NAME" FROM pg_catalog.pg_namespace n WHERE nspname !~ '^pg_(temp|toast)';

-- SQLColumns.
-- name: SQLColumns
SELECT n.nspname, c.relname, a.attname, a.atttypid, t.typname, a.attnum, a.attlen, a.atttypmod, a.attnotnull, c.relhasrules, c.relkind, c.oid = 'public.sources'::regclass,
  pg_get_expr(d.adbin, d.adrelid), CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE 0 END, t.typtypmod, 0, attidentity, c.relhassubclass
FROM (((pg_catalog.pg_class c INNER JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND c.relname LIKE E'sources' AND n.nspname LIKE E'public')
  INNER JOIN pg_catalog.pg_attribute a ON (NOT a.attisdropped) AND a.attnum > 0 AND a.attrelid = c.oid)
  INNER JOIN pg_catalog.pg_type t ON t.oid = a.atttypid)
  LEFT OUTER JOIN pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum
ORDER BY n.nspname, c.relname, attnum;

-- SQLColumns of columns with lengths and scales.
-- name: SQLColumns with typmods
SELECT a.attname, a.atttypid, t.typname, a.attnum, a.attlen, a.atttypmod, CASE WHEN t.typname IN ('varchar', 'bpchar') THEN a.atttypmod - 4 WHEN t.typname = 'numeric' THEN ((a.atttypmod - 4) >> 16) & 65535 END AS size,
  CASE WHEN t.typname = 'numeric' THEN (a.atttypmod - 4) & 65535 END AS scale, attidentity
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid IN ('cat_dept'::regclass, 'cat_emp'::regclass) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid::regclass::text, a.attnum;

-- SQLPrimaryKeys.
-- name: SQLPrimaryKeys
SELECT ta.attname, ia.attnum, ic.relname, n.nspname, tc.relname
FROM pg_catalog.pg_attribute ta, pg_catalog.pg_attribute ia, pg_catalog.pg_class tc, pg_catalog.pg_index i, pg_catalog.pg_namespace n, pg_catalog.pg_class ic
WHERE tc.relname = 'sources' AND n.nspname = 'public' AND tc.relnamespace = n.oid AND i.indrelid = tc.oid AND i.indisprimary = 't' AND ia.attrelid = i.indexrelid AND ta.attrelid = i.indrelid
  AND ta.attnum = i.indkey[ia.attnum - 1] AND (NOT ta.attisdropped) AND (NOT ia.attisdropped) AND ic.oid = i.indexrelid
ORDER BY ia.attnum;

-- name: SQLPrimaryKeys of two columns
SELECT ta.attname, ia.attnum, ic.relname FROM pg_catalog.pg_attribute ta, pg_catalog.pg_attribute ia, pg_catalog.pg_index i, pg_catalog.pg_class ic
WHERE i.indrelid = 'cat_emp'::regclass AND i.indisprimary = 't' AND ia.attrelid = i.indexrelid AND ta.attrelid = i.indrelid AND ta.attnum = i.indkey[ia.attnum - 1] AND ic.oid = i.indexrelid ORDER BY ia.attnum;

-- SQLForeignKeys, positions by a series over the key's length.
-- name: SQLForeignKeys
SELECT 'stemedb'::name AS "PKTABLE_CAT", n2.nspname AS "PKTABLE_SCHEM", c2.relname AS "PKTABLE_NAME", a2.attname AS "PKCOLUMN_NAME", 'stemedb'::name AS "FKTABLE_CAT", n1.nspname AS "FKTABLE_SCHEM",
  c1.relname AS "FKTABLE_NAME", a1.attname AS "FKCOLUMN_NAME", i::int2 AS "KEY_SEQ",
  CASE ref.confupdtype WHEN 'c' THEN 0::int2 WHEN 'n' THEN 2::int2 WHEN 'd' THEN 4::int2 WHEN 'r' THEN 1::int2 ELSE 3::int2 END AS "UPDATE_RULE",
  CASE ref.confdeltype WHEN 'c' THEN 0::int2 WHEN 'n' THEN 2::int2 WHEN 'd' THEN 4::int2 WHEN 'r' THEN 1::int2 ELSE 3::int2 END AS "DELETE_RULE",
  ref.conname AS "FK_NAME", cn.conname AS "PK_NAME", CASE WHEN ref.condeferrable THEN CASE WHEN ref.condeferred THEN 5::int2 ELSE 6::int2 END ELSE 7::int2 END AS "DEFERRABLITY"
FROM ((((((((SELECT cn.oid, conrelid, conkey, confrelid, confkey, generate_series(array_lower(conkey, 1), array_upper(conkey, 1)) AS i, confupdtype, confdeltype, conname, condeferrable, condeferred
    FROM pg_catalog.pg_constraint cn, pg_catalog.pg_class c, pg_catalog.pg_namespace n
    WHERE contype = 'f' AND conrelid = c.oid AND relname = 'assertions' AND n.oid = c.relnamespace AND n.nspname = 'public') ref
  INNER JOIN pg_catalog.pg_class c1 ON c1.oid = ref.conrelid)
  INNER JOIN pg_catalog.pg_namespace n1 ON n1.oid = c1.relnamespace)
  INNER JOIN pg_catalog.pg_attribute a1 ON a1.attrelid = c1.oid AND a1.attnum = conkey[i])
  INNER JOIN pg_catalog.pg_class c2 ON c2.oid = ref.confrelid)
  INNER JOIN pg_catalog.pg_namespace n2 ON n2.oid = c2.relnamespace)
  INNER JOIN pg_catalog.pg_attribute a2 ON a2.attrelid = c2.oid AND a2.attnum = confkey[i])
  LEFT OUTER JOIN pg_catalog.pg_constraint cn ON cn.conrelid = ref.confrelid AND cn.contype = 'p')
ORDER BY ref.oid, ref.i;

-- SQLStatistics.
-- name: SQLStatistics
SELECT c.relname, i.indkey, i.indisunique, i.indisclustered, a.amname, c.relhasrules, n.nspname, d.relkind, i.indoption
FROM pg_catalog.pg_index i, pg_catalog.pg_class c, pg_catalog.pg_class d, pg_catalog.pg_am a, pg_catalog.pg_namespace n
WHERE d.relname = 'assertions' AND n.nspname = 'public' AND n.oid = d.relnamespace AND d.oid = i.indrelid AND i.indexrelid = c.oid AND c.relam = a.oid
ORDER BY i.indisprimary DESC, i.indisunique, n.nspname, c.relname;

-- SQLStatistics of expressions and options.
-- name: SQLStatistics with options
SELECT c.relname, i.indkey, i.indisunique, i.indoption, pg_get_indexdef(i.indexrelid, 1, true), i.indnatts, i.indnkeyatts FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'cat_emp'::regclass ORDER BY i.indisprimary DESC, i.indisunique, c.relname;

-- SQLSpecialColumns.
-- name: SQLSpecialColumns
SELECT c.relhasrules, c.relkind FROM pg_catalog.pg_namespace u, pg_catalog.pg_class c WHERE u.oid = c.relnamespace AND c.relname = 'sources' AND u.nspname = 'public';

-- SQLProcedures.
-- name: SQLProcedures
SELECT nspname AS "PROCEDURE_SCHEM", proname AS "PROCEDURE_NAME", '' AS "NUM_INPUT_PARAMS", '' AS "NUM_OUTPUT_PARAMS", '' AS "NUM_RESULT_SETS", '' AS "REMARKS",
  CASE WHEN prorettype = 0 THEN 1::int2 ELSE 2::int2 END AS "PROCEDURE_TYPE"
FROM pg_catalog.pg_namespace, pg_catalog.pg_proc WHERE pg_proc.pronamespace = pg_namespace.oid AND nspname LIKE 'pg_catalog' AND proname LIKE 'date\_tr%' ORDER BY nspname, proname, prorettype;

-- SQLProcedureColumns.
-- name: SQLProcedureColumns
SELECT proname, proretset, prorettype, pronargs, proargtypes, nspname, p.oid, atttypid, attname, proargnames, proargmodes, proallargtypes
FROM ((pg_catalog.pg_namespace n INNER JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid) INNER JOIN pg_type t ON t.oid = p.prorettype)
LEFT OUTER JOIN pg_attribute a ON a.attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped
WHERE has_function_privilege(p.oid, 'EXECUTE') AND nspname LIKE E'pg\\_catalog' AND proname LIKE E'make\\_date' ORDER BY nspname, proname, p.oid, attnum;

-- SQLTablePrivileges.
-- name: SQLTablePrivileges
SELECT relname, usename, relacl, nspname FROM pg_catalog.pg_namespace, pg_catalog.pg_class, pg_catalog.pg_user
WHERE nspname = 'public' AND relname LIKE 'source%' AND pg_namespace.oid = relnamespace AND relkind IN ('r', 'v', 'm') AND (NOT relname ~ '^pg_') AND relowner = usesysid ORDER BY relname;

-- SQLTablePrivileges: what others may.
-- name: SQLTablePrivileges: users
SELECT usename, usesysid, usesuper FROM pg_catalog.pg_user ORDER BY usename;

-- SQLColumnPrivileges.
-- name: SQLColumnPrivileges
SELECT '' AS "TABLE_CAT", table_schema AS "TABLE_SCHEM", table_name, column_name, grantor, grantee, privilege_type AS "PRIVILEGE", is_grantable FROM information_schema.column_privileges
WHERE table_schema = 'public' AND table_name = 'source_classes' AND column_name LIKE 't%' ORDER BY 4, 7;

-- SQLGetTypeInfo: a type that it does not know.
-- name: type by OID
SELECT typname, typnamespace::regnamespace, typlen, typelem FROM pg_catalog.pg_type WHERE oid IN (869, 600, 3904) ORDER BY typname;

-- Declared and fetched: a cursor of a block, closed by its name.
-- name: cursor: declare
BEGIN; DECLARE "SQL_CUR{run}" CURSOR FOR SELECT name FROM public.source_classes ORDER BY name; FETCH 2 IN "SQL_CUR{run}";

-- name: cursor: close
CLOSE "SQL_CUR{run}"; COMMIT;

-- Updatable cursors: a row by its ctid; of a temporary table.
-- name: row by ctid
INSERT INTO cat_dept (name) VALUES ('a') RETURNING ctid, tableoid::regclass, id;

-- name: row by currtid
SELECT ctid, name FROM cat_dept WHERE ctid = '(0,1)'::tid;
