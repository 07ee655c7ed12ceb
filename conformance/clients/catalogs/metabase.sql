-- Metabase: what its PostgreSQL driver asks on adding a database, on syncing,
-- fingerprinting and scanning it, and questions as its query builder writes them.

-- Adding a database: can it be reached.
-- name: connection test
SELECT 1;

-- Adding a database: the report time zone.
-- name: time zone
SHOW timezone;

-- Sync: version and flavour.
-- rows: 1
-- name: version
SELECT current_setting('server_version'), version() LIKE 'PostgreSQL%' AS postgresql;

-- Each question: the session's time zone.
-- name: set time zone
SET SESSION TIMEZONE TO 'US/Pacific';

-- name: reset time zone
SET SESSION TIMEZONE TO 'UTC';

-- Sync: schemas.
-- rows: any order
-- name: schemas
SELECT nspname AS "TABLE_SCHEM", NULL AS "TABLE_CATALOG" FROM pg_catalog.pg_namespace
WHERE nspname <> 'pg_toast' AND (nspname !~ '^pg_temp_' OR nspname = (pg_catalog.current_schemas(true))[1])
  AND (nspname !~ '^pg_toast_temp_' OR nspname = replace((pg_catalog.current_schemas(true))[1], 'pg_temp_', 'pg_toast_temp_'))
  AND nspname !~ '^pg_(temp|toast_temp)_';

-- Sync: enums, whose columns get a type of their own.
-- name: enums
SELECT nspname, typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (SELECT DISTINCT enumtypid FROM pg_enum e);

-- Sync: tables with their estimated numbers of rows.
-- name: tables
SELECT n.nspname AS schema, c.relname AS name,
  CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE NULL END AS type,
  d.description AS description, live.n_live_tup >= 0 AS estimated_row_count
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
LEFT JOIN pg_catalog.pg_description AS d ON c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
LEFT JOIN pg_stat_user_tables AS live ON n.nspname = live.schemaname AND c.relname = live.relname
WHERE c.relnamespace = n.oid AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'f', 'm')
  AND n.nspname IN ('public') AND c.relname <> 'resolved' AND c.relkind <> 'v'
ORDER BY type ASC, schema ASC, name ASC;

-- Sync: which tables may be read and written.
-- name: privileges of the role
WITH rights AS (
  SELECT NULL AS role, t.schemaname AS schema, t.objectname AS table,
    pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'update') AS update,
    pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'select') AS select,
    pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'insert') AS insert,
    pg_catalog.has_table_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'delete') AS delete
  FROM (
    SELECT schemaname, tablename AS objectname FROM pg_catalog.pg_tables
    UNION SELECT schemaname, viewname AS objectname FROM pg_views WHERE schemaname = 'authority'
    UNION SELECT schemaname, matviewname AS objectname FROM pg_matviews
  ) t
  WHERE t.schemaname !~ '^pg_' AND t.schemaname <> 'information_schema' AND pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage'))
SELECT t.* FROM rights t WHERE t.select OR t.update OR t.insert OR t.delete ORDER BY 2, 3;

-- Sync: one table read where privileges cannot be told.
-- name: is the table readable
SELECT true AS "_" FROM "public"."sources" WHERE 1 <> 1 LIMIT 0;

-- Sync: fields of tables and of materialized views.
-- name: fields
SELECT c.column_name AS name,
  CASE WHEN c.udt_schema IN ('public', 'pg_catalog') THEN FORMAT('%s', c.udt_name) ELSE FORMAT('"%s"."%s"', c.udt_schema, c.udt_name) END AS "database-type",
  c.ordinal_position - 1 AS "database-position", c.table_schema AS "table-schema", c.table_name AS "table-name", pk.column_name IS NOT NULL AS "pk?",
  COL_DESCRIPTION(CAST(CAST(FORMAT('%I.%I', CAST(c.table_schema AS TEXT), CAST(c.table_name AS TEXT)) AS REGCLASS) AS OID), c.ordinal_position) AS "field-comment",
  ((column_default IS NULL) OR (LOWER(column_default) = 'null')) AND (is_nullable = 'NO')
    AND NOT (((column_default IS NOT NULL) AND (column_default LIKE '%nextval(%')) OR (is_identity <> 'NO')) AS "database-required",
  ((column_default IS NOT NULL) AND (column_default LIKE '%nextval(%')) OR (is_identity <> 'NO') AS "database-is-auto-increment"
FROM information_schema.columns AS c
LEFT JOIN (
  SELECT tc.table_schema, tc.table_name, kc.column_name
  FROM information_schema.table_constraints AS tc
  INNER JOIN information_schema.key_column_usage AS kc ON tc.constraint_name = kc.constraint_name AND tc.table_schema = kc.table_schema AND tc.table_name = kc.table_name
  WHERE tc.constraint_type = 'PRIMARY KEY') AS pk
  ON c.table_schema = pk.table_schema AND c.table_name = pk.table_name AND c.column_name = pk.column_name
WHERE c.table_schema !~ '^information_schema|catalog_history|pg_' AND c.table_schema IN ('public') AND c.table_name IN ('assertions', 'sources', 'source_classes')
UNION ALL
SELECT col.attname AS name, CASE WHEN type_sch.nspname IN ('public', 'pg_catalog') THEN FORMAT('%s', type.typname) ELSE FORMAT('"%s"."%s"', type_sch.nspname, type.typname) END AS "database-type",
  col.attnum - 1 AS "database-position", sch.nspname AS "table-schema", rel.relname AS "table-name", FALSE AS "pk?", NULL AS "field-comment",
  FALSE AS "database-required", FALSE AS "database-is-auto-increment"
FROM pg_catalog.pg_class AS rel
INNER JOIN pg_catalog.pg_namespace AS sch ON sch.oid = rel.relnamespace
INNER JOIN pg_catalog.pg_attribute AS col ON col.attrelid = rel.oid
INNER JOIN pg_catalog.pg_type AS type ON type.oid = col.atttypid
INNER JOIN pg_catalog.pg_namespace AS type_sch ON type_sch.oid = type.typnamespace
WHERE rel.relkind = 'm' AND col.attnum >= 1 AND sch.nspname IN ('public')
ORDER BY "table-schema" ASC, "table-name" ASC, "database-position" ASC;

-- Sync: fields that fill themselves.
-- name: fields that increment
SELECT column_name, ((column_default IS NOT NULL) AND (column_default LIKE '%nextval(%')) OR (is_identity <> 'NO') AS auto, is_identity, identity_generation, is_generated, generation_expression
FROM information_schema.columns WHERE table_name IN ('cat_dept', 'cat_emp') ORDER BY table_name, ordinal_position;

-- Sync: foreign keys.
-- name: foreign keys
SELECT s1.nspname AS "fk-table-schema", t1.relname AS "fk-table-name", c1.attname AS "fk-column-name",
  s2.nspname AS "pk-table-schema", t2.relname AS "pk-table-name", c2.attname AS "pk-column-name"
FROM pg_constraint AS c
INNER JOIN pg_class AS t1 ON c.conrelid = t1.oid
INNER JOIN pg_namespace AS s1 ON c.connamespace = s1.oid
INNER JOIN pg_attribute AS c1 ON c.conrelid = c1.attrelid
INNER JOIN pg_class AS t2 ON c.confrelid = t2.oid
INNER JOIN pg_namespace AS s2 ON t2.relnamespace = s2.oid
INNER JOIN pg_attribute AS c2 ON c.confrelid = c2.attrelid
WHERE s1.nspname !~ '^information_schema|catalog_history|pg_' AND c.contype = 'f'::char AND c1.attnum = ANY (c.conkey) AND c2.attnum = ANY (c.confkey)
ORDER BY "fk-table-schema" ASC, "fk-table-name" ASC;

-- Sync: columns that begin an index.
-- rows: any order
-- name: indexed fields
SELECT firsts."table-schema", firsts."table-name", TRIM(BOTH '"' FROM pg_catalog.pg_get_indexdef(firsts.ci_oid, firsts.pos, FALSE)) AS "field-name"
FROM (SELECT n.nspname AS "table-schema", ct.relname AS "table-name", ci.oid AS ci_oid, (information_schema._pg_expandarray(i.indkey)).n AS pos
  FROM pg_catalog.pg_class AS ct
  INNER JOIN pg_catalog.pg_namespace AS n ON ct.relnamespace = n.oid
  INNER JOIN pg_catalog.pg_index AS i ON ct.oid = i.indrelid
  INNER JOIN pg_catalog.pg_class AS ci ON ci.oid = i.indexrelid
  WHERE pg_catalog.pg_get_expr(i.indpred, i.indrelid) IS NULL AND n.nspname !~ '^information_schema|catalog_history|pg_') AS firsts
WHERE firsts.pos = 1;

-- Sync: sizes of tables, for what is shown on the admin's page.
-- name: estimated rows
SELECT c.reltuples >= -1 AS ok FROM pg_class c WHERE c.oid = 'public.assertions'::regclass;

-- Fingerprint: a sample of text and numbers.
-- name: fingerprint
SELECT "source"."substring1" AS "substring1", "source"."tier" AS "tier"
FROM (SELECT SUBSTRING("public"."assertions"."value", 1, 1234) AS "substring1", "public"."assertions"."tier" AS "tier", "public"."assertions"."id" AS "id"
  FROM "public"."assertions" WHERE "public"."assertions"."concept_path" = 'countries/ad') AS "source"
ORDER BY "source"."id" LIMIT 10;

-- Scan of values for the filters' lists.
-- name: distinct values
SELECT "public"."assertions"."predicate" AS "predicate" FROM "public"."assertions" WHERE "public"."assertions"."concept_path" LIKE 'countries/%'
GROUP BY "public"."assertions"."predicate" ORDER BY "public"."assertions"."predicate" ASC LIMIT 1001;

-- name: number of distinct values
SELECT COUNT(DISTINCT "public"."assertions"."source") AS "count" FROM "public"."assertions" WHERE "public"."assertions"."concept_path" LIKE 'countries/%';

-- Unfolding of JSON columns.
-- name: keys of a JSON column
SELECT "metadata"::text FROM "public"."assertions" WHERE "metadata" IS NOT NULL AND LENGTH(CAST("metadata" AS TEXT)) < 50000 AND concept_path LIKE 'countries/%' LIMIT 10000;

-- name: path in a JSON column
SELECT COUNT(*) AS "count" FROM "public"."assertions" WHERE ("public"."assertions"."metadata"#>>array['a', 'b']::text[])::text = 'x';

-- Question: by months and by weeks that begin on Sundays.
-- name: question: by month and week
SELECT DATE_TRUNC('month', "public"."assertions"."asserted_at") AS "month",
  CAST((CAST(DATE_TRUNC('week', ("public"."assertions"."asserted_at" + INTERVAL '1 day')) AS timestamp) + INTERVAL '-1 day') AS date) AS "week", COUNT(*) AS "count"
FROM "public"."assertions" WHERE "public"."assertions"."concept_path" LIKE 'countries/%'
GROUP BY DATE_TRUNC('month', "public"."assertions"."asserted_at"), CAST((CAST(DATE_TRUNC('week', ("public"."assertions"."asserted_at" + INTERVAL '1 day')) AS timestamp) + INTERVAL '-1 day') AS date)
ORDER BY 1 ASC, 2 ASC LIMIT 5;

-- Question: parts of dates.
-- name: question: parts of dates
SELECT CAST(extract(hour FROM "asserted_at") AS integer) AS "hour", (CAST(extract(dow FROM "asserted_at") AS integer) + 1) AS "day-of-week",
  CAST(extract(doy FROM "asserted_at") AS integer) AS "doy", CAST(extract(week FROM "asserted_at") AS integer) AS "week", CAST(extract(quarter FROM "asserted_at") AS integer) AS "quarter", COUNT(*)
FROM "public"."assertions" WHERE "concept_path" = 'countries/af' GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;

-- Question: bins of a number.
-- name: question: bins
SELECT (FLOOR((("public"."assertions"."value_number" - 0.0) / 500000000.0)) * 500000000.0) + 0.0 AS "value_number", COUNT(*) AS "count"
FROM "public"."assertions" WHERE "predicate" = 'population' AND "concept_path" LIKE 'countries/%' GROUP BY 1 ORDER BY 1 ASC;

-- Question: summaries of a number.
-- name: question: summaries
SELECT AVG("tier") AS "avg", SUM("value_number") AS "sum", MIN("value_number"), MAX("value_number"), PERCENTILE_CONT(0.5) within GROUP (ORDER BY "tier") AS "median",
  ROUND(STDDEV_POP("tier")::numeric, 6) AS "stddev", SUM(CASE WHEN "tier" < 2 THEN 1 ELSE 0.0 END) AS "sum-where", COUNT(DISTINCT "source")
FROM "public"."assertions" WHERE "predicate" = 'area_km2' AND "concept_path" LIKE 'countries/%';

-- Question: a join of two tables, and an expression.
-- name: question: join
SELECT "Sources"."class" AS "Sources__class", COUNT(*) AS "count", CONCAT("Sources"."class", '-', "Sources"."status") AS "label"
FROM "public"."assertions" LEFT JOIN "public"."sources" AS "Sources" ON "public"."assertions"."source" = "Sources"."source"
WHERE "public"."assertions"."concept_path" LIKE 'countries/%' GROUP BY "Sources"."class", CONCAT("Sources"."class", '-', "Sources"."status") ORDER BY "count" DESC, "Sources"."class" ASC;

-- Question: filters by text and by time.
-- name: question: filters
SELECT COUNT(*) AS "count" FROM "public"."assertions"
WHERE (LOWER("value") LIKE '%euro%') AND NOT (LOWER("source") LIKE 'country-js%') AND ("asserted_at" >= timestamp with time zone '2015-01-01 00:00:00.000Z'
  AND "asserted_at" < timestamp with time zone '2027-01-01 00:00:00.000Z') AND ("evidence" IS NULL OR "evidence" = '') AND "concept_path" LIKE 'countries/%';

-- Question: comment on who asks.
-- name: question: with the comment on who asks
-- Metabase:: userID: 1 queryType: MBQL queryHash: 0123
SELECT "public"."source_classes"."name" AS "name", "public"."source_classes"."weight" AS "weight" FROM "public"."source_classes" ORDER BY "weight" DESC, "name" LIMIT 1048575;

-- Admin: activity of the database.
-- rows: 1
-- name: activity
SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'Metabase%';
