-- Tableau: what its PostgreSQL connector (over JDBC or ODBC) asks on connecting,
-- its probes of temporary tables and queries, metadata, sheets and extracts.

-- Connecting.
-- name: application name
SET application_name = 'Tableau 2024.1';

-- name: connection test
SELECT 1;

-- rows: 1
-- name: version
SELECT version();

-- name: user and database
SELECT current_user, current_database(), current_schema();

-- Connecting: databases to choose from.
-- name: databases
SELECT datname FROM pg_catalog.pg_database WHERE datallowconn = true AND datname = 'stemedb' ORDER BY datname;

-- Connecting: may temporary tables be made.
-- name: probe: create a temporary table
CREATE LOCAL TEMPORARY TABLE "#Tableau_1_{run}_1_Connect_C" ("COL" INTEGER) ON COMMIT PRESERVE ROWS;

-- name: probe: insert into it
INSERT INTO "#Tableau_1_{run}_1_Connect_C" ("COL") VALUES (1);

-- name: probe: temporary table is in the catalog
SELECT c.relname, c.relpersistence, n.nspname = (current_schemas(true))[1] AS first FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = '#Tableau_1_{run}_1_Connect_C';

-- name: probe: drop the temporary table
DROP TABLE "#Tableau_1_{run}_1_Connect_C";

-- Connecting: may a query be stored.
-- name: probe: select into
SELECT * INTO LOCAL TEMPORARY TABLE "#Tableau_1_{run}_2_Connect_S" FROM (SELECT 1 AS "COL") AS "CHECKTEMP" LIMIT 1;

-- name: probe: the stored query
SELECT * FROM "#Tableau_1_{run}_2_Connect_S";

-- name: probe: drop the stored query
DROP TABLE IF EXISTS "#Tableau_1_{run}_2_Connect_S";

-- name: probe: create as, with its condition
CREATE LOCAL TEMPORARY TABLE "#Tableau_1_{run}_3_Connect_A" ON COMMIT PRESERVE ROWS AS SELECT "name" AS "name", SUM(1) AS "n" FROM "public"."source_classes" "source_classes" GROUP BY 1;

-- name: probe: index of a temporary table
CREATE INDEX "_tidx_#Tableau_1_{run}_3" ON "#Tableau_1_{run}_3_Connect_A" ("name");

-- name: probe: drop the last one
DROP TABLE "#Tableau_1_{run}_3_Connect_A";

-- Connecting: what subqueries can do.
-- name: probe: subquery
SELECT "SUBQUERY"."COL" AS "COL" FROM (SELECT 1 AS "COL") "SUBQUERY" LIMIT 1;

-- name: probe: subquery with a limit
SELECT "SUBCOL" AS "COL" FROM (SELECT 1 AS "SUBCOL") "SUBQUERY" GROUP BY 1 HAVING COUNT(1) > 0 LIMIT 1;

-- name: probe: fractions of seconds
SELECT EXTRACT(EPOCH FROM TIMESTAMP '2020-01-01 00:00:00.123456'), CAST(TIMESTAMP '2020-01-01 00:00:00.123456' AS TEXT);

-- Metadata: tables of a schema.
-- rows: any order
-- name: tables
SELECT current_database() AS "TABLE_CAT", n.nspname AS "TABLE_SCHEM", c.relname AS "TABLE_NAME",
  CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema'
    WHEN true THEN CASE WHEN n.nspname = 'pg_catalog' OR n.nspname = 'information_schema' THEN CASE c.relkind WHEN 'r' THEN 'SYSTEM TABLE' WHEN 'v' THEN 'SYSTEM VIEW' ELSE NULL END
      ELSE CASE c.relkind WHEN 'r' THEN 'TEMPORARY TABLE' WHEN 'v' THEN 'TEMPORARY VIEW' WHEN 'S' THEN 'TEMPORARY SEQUENCE' WHEN 'i' THEN 'TEMPORARY INDEX' ELSE NULL END END
    WHEN false THEN CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE NULL END
    ELSE NULL END AS "TABLE_TYPE",
  d.description AS "REMARKS"
FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_description d ON (c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass)
WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND n.nspname LIKE 'public' AND c.relname LIKE '%';

-- Metadata: kinds of temporary relations.
-- name: kinds of temporary relations
SELECT c.relname, CASE c.relkind WHEN 'r' THEN 'TEMPORARY TABLE' WHEN 'v' THEN 'TEMPORARY VIEW' WHEN 'S' THEN 'TEMPORARY SEQUENCE' WHEN 'i' THEN 'TEMPORARY INDEX' END AS kind
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname ~ '^pg_temp_' AND n.oid = pg_my_temp_schema() ORDER BY 1;

-- Metadata: columns, from a result that is empty.
-- name: columns of a table
SELECT * FROM "public"."assertions" "assertions" LIMIT 0;

-- Metadata: columns, from the catalog.
-- name: columns
SELECT * FROM (
  SELECT n.nspname, c.relname, a.attname, a.atttypid, a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS attnotnull, a.atttypmod, a.attlen, t.typtypmod,
    row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS attnum, nullif(a.attidentity, '') AS attidentity, nullif(a.attgenerated, '') AS attgenerated,
    pg_catalog.pg_get_expr(def.adbin, def.adrelid) AS adsrc, dsc.description, t.typbasetype, t.typtype
  FROM pg_catalog.pg_namespace n
  JOIN pg_catalog.pg_class c ON (c.relnamespace = n.oid)
  JOIN pg_catalog.pg_attribute a ON (a.attrelid = c.oid)
  JOIN pg_catalog.pg_type t ON (a.atttypid = t.oid)
  LEFT JOIN pg_catalog.pg_attrdef def ON (a.attrelid = def.adrelid AND a.attnum = def.adnum)
  LEFT JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid)
  LEFT JOIN pg_catalog.pg_class dc ON (dc.oid = dsc.classoid AND dc.relname = 'pg_class')
  LEFT JOIN pg_catalog.pg_namespace dn ON (dc.relnamespace = dn.oid AND dn.nspname = 'pg_catalog')
  WHERE c.relkind IN ('r', 'p', 'v', 'f', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname LIKE 'public' AND c.relname LIKE 'sources') c
WHERE true ORDER BY nspname, c.relname, attnum;

-- Metadata: keys, for relationships.
-- name: primary keys
SELECT result."TABLE_SCHEM", result."TABLE_NAME", result."COLUMN_NAME", result."KEY_SEQ", result."PK_NAME"
FROM (SELECT n.nspname AS "TABLE_SCHEM", ct.relname AS "TABLE_NAME", a.attname AS "COLUMN_NAME", (information_schema._pg_expandarray(i.indkey)).n AS "KEY_SEQ", ci.relname AS "PK_NAME",
    information_schema._pg_expandarray(i.indkey) AS keys, a.attnum AS a_attnum
  FROM pg_catalog.pg_class ct
  JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid)
  JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid)
  JOIN pg_catalog.pg_index i ON (a.attrelid = i.indrelid)
  JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid)
  WHERE n.nspname = 'public' AND i.indisprimary) result
WHERE result.a_attnum = (result.keys).x ORDER BY result."TABLE_NAME", result."PK_NAME", result."KEY_SEQ";

-- name: foreign keys
SELECT tc.constraint_name, kcu.column_name, ccu.table_name AS foreign_table_name, ccu.column_name AS foreign_column_name
FROM information_schema.table_constraints AS tc
JOIN information_schema.key_column_usage AS kcu ON tc.constraint_name = kcu.constraint_name
JOIN information_schema.constraint_column_usage AS ccu ON ccu.constraint_name = tc.constraint_name
WHERE constraint_type = 'FOREIGN KEY' AND tc.table_schema = 'public';

-- Metadata: stored procedures.
-- name: procedures
SELECT p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind = 'p' AND n.nspname = 'public' ORDER BY 1;

-- Custom SQL: its columns.
-- name: custom SQL
SELECT * FROM (SELECT concept_path, value_number, asserted_at::date AS day FROM assertions WHERE predicate = 'population') "Custom SQL Query" LIMIT 0;

-- Data source: number of rows.
-- name: number of rows
SELECT COUNT(1) AS "Number of Rows" FROM "public"."source_classes" "source_classes" HAVING (COUNT(1) > 0);

-- Sheet: dimensions and measures.
-- name: sheet: by year
SELECT CAST("assertions"."predicate" AS TEXT) AS "predicate", SUM(1) AS "cnt:ok",
  CAST(TRUNC(EXTRACT(YEAR FROM "assertions"."asserted_at")) AS INTEGER) AS "yr:asserted_at:ok"
FROM "public"."assertions" "assertions" WHERE (POSITION('countries/' IN "assertions"."concept_path") = 1)
GROUP BY 1, 3 HAVING (SUM(1) > 100) ORDER BY 1, 3;

-- Sheet: continuous quarter, weeks from Sunday.
-- name: sheet: truncated dates
SELECT DATE_TRUNC('QUARTER', CAST("asserted_at" AS TIMESTAMP)) AS "tqr:asserted_at:ok",
  (DATE_TRUNC('DAY', CAST("asserted_at" AS DATE)) + (-EXTRACT(DOW FROM "asserted_at") * INTERVAL '1 DAY')) AS "twk:asserted_at:ok", COUNT(DISTINCT "source") AS "ctd:source:ok"
FROM "public"."assertions" WHERE (("concept_path" >= 'countries/a') AND ("concept_path" <= 'countries/c')) GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 5;

-- Sheet: a set of the top values, and a join with it.
-- name: sheet: top n
SELECT "assertions"."concept_path" AS "concept_path", MAX("assertions"."value_number") AS "max:value_number:ok"
FROM "public"."assertions" "assertions"
INNER JOIN (SELECT "concept_path" AS "concept_path", MAX("value_number") AS "$__alias__0" FROM "public"."assertions" "assertions" WHERE ("predicate" = 'population') AND "concept_path" LIKE 'countries/%'
  GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1 ASC LIMIT 3) "t0" ON ("assertions"."concept_path" IS NOT DISTINCT FROM "t0"."concept_path")
WHERE ("assertions"."predicate" = 'population') GROUP BY 1 ORDER BY 2 DESC;

-- Sheet: level of detail.
-- name: sheet: level of detail
SELECT "t0"."predicate" AS "predicate", AVG(CAST("t0"."__measure__0" AS DOUBLE PRECISION)) > 0 AS "avg:ok"
FROM (SELECT "predicate" AS "predicate", "source" AS "source", COUNT(1) AS "__measure__0" FROM "public"."assertions" WHERE "concept_path" LIKE 'countries/%' GROUP BY 1, 2) "t0"
GROUP BY 1 ORDER BY 1;

-- Sheet: quantiles and deviations.
-- name: sheet: statistics
SELECT PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY "tier") AS "p25", ROUND(CAST(STDDEV_SAMP("tier") AS NUMERIC), 4) AS "std", ROUND(CAST(VAR_POP("tier") AS NUMERIC), 4) AS "varp",
  ROUND(CAST(CORR("tier", "value_number") AS NUMERIC), 4) AS "corr"
FROM "public"."assertions" WHERE "predicate" = 'area_km2' AND "concept_path" LIKE 'countries/%';

-- Quick filter: range.
-- name: filter: range
SELECT MIN("asserted_at") AS "lower", MAX("asserted_at") AS "upper" FROM "public"."assertions" WHERE "concept_path" LIKE 'countries/%' HAVING (COUNT(1) > 0);

-- Extract: a cursor.
-- name: extract: begin
BEGIN;

-- name: extract: cursor
DECLARE "SQL_CUR{run}" CURSOR WITH HOLD FOR SELECT "name", "tier" FROM "public"."source_classes" ORDER BY "tier";

-- name: extract: fetch
FETCH 4 IN "SQL_CUR{run}";

-- name: extract: commit
COMMIT;

-- name: extract: fetch the rest
FETCH 10000 IN "SQL_CUR{run}";

-- name: extract: close
CLOSE "SQL_CUR{run}";

-- Incremental extract.
-- name: extract: what is new
SELECT COUNT(*) FROM "public"."assertions" "assertions" WHERE ("asserted_at" > CAST('2026-09-08 03:57:00.000' AS TIMESTAMP)) AND "concept_path" LIKE 'countries/%';
