-- Power BI, Power Query: the PostgreSQL connector (Npgsql, whose own statements
-- are in npgsql.sql): the navigator, relationships, previews, queries that are
-- folded, DirectQuery.

-- Connecting.
-- name: character sets
SELECT character_set_name FROM INFORMATION_SCHEMA.character_sets;

-- Navigator.
-- name: tables
SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.tables
WHERE TABLE_SCHEMA NOT IN ('information_schema', 'pg_catalog') AND TABLE_SCHEMA !~ '^pg_' AND TABLE_NAME <> 'resolved'
  AND TABLE_NAME IN ('assertions', 'sources', 'source_classes')
ORDER BY TABLE_SCHEMA, TABLE_NAME;

-- Navigator: temporary ones are LOCAL TEMPORARY.
-- name: temporary tables
SELECT TABLE_NAME, TABLE_TYPE, is_insertable_into, is_typed, commit_action FROM INFORMATION_SCHEMA.tables WHERE TABLE_NAME LIKE 'cat\_%' ORDER BY TABLE_NAME;

-- Navigator: views.
-- name: views
SELECT TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.views WHERE TABLE_SCHEMA IN ('authority', 'skeptic') ORDER BY 1, 2;

-- Navigator: columns of a table.
-- name: columns
SELECT COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE, CASE WHEN (data_type LIKE '%unsigned%') THEN DATA_TYPE || ' unsigned' ELSE DATA_TYPE END AS DATA_TYPE
FROM INFORMATION_SCHEMA.columns WHERE TABLE_SCHEMA = 'public' AND TABLE_NAME = 'assertions'
ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION;

-- Navigator: keys.
-- name: keys
SELECT i.CONSTRAINT_SCHEMA || '_' || i.CONSTRAINT_NAME AS INDEX_NAME, ii.COLUMN_NAME, ii.ORDINAL_POSITION, CASE WHEN i.CONSTRAINT_TYPE = 'PRIMARY KEY' THEN 'Y' ELSE 'N' END AS PRIMARY_KEY
FROM INFORMATION_SCHEMA.table_constraints i
INNER JOIN INFORMATION_SCHEMA.key_column_usage ii ON i.CONSTRAINT_SCHEMA = ii.CONSTRAINT_SCHEMA AND i.CONSTRAINT_NAME = ii.CONSTRAINT_NAME AND i.TABLE_SCHEMA = ii.TABLE_SCHEMA AND i.TABLE_NAME = ii.TABLE_NAME
WHERE i.TABLE_SCHEMA = 'public' AND i.TABLE_NAME = 'sources' AND i.CONSTRAINT_TYPE IN ('PRIMARY KEY', 'UNIQUE')
ORDER BY i.CONSTRAINT_SCHEMA || '_' || i.CONSTRAINT_NAME, ii.TABLE_SCHEMA, ii.TABLE_NAME, ii.ORDINAL_POSITION;

-- name: keys of several columns
SELECT i.CONSTRAINT_NAME, ii.COLUMN_NAME, ii.ORDINAL_POSITION, ii.POSITION_IN_UNIQUE_CONSTRAINT, i.CONSTRAINT_TYPE, i.IS_DEFERRABLE, i.INITIALLY_DEFERRED, i.ENFORCED, i.NULLS_DISTINCT
FROM INFORMATION_SCHEMA.table_constraints i
INNER JOIN INFORMATION_SCHEMA.key_column_usage ii ON i.CONSTRAINT_NAME = ii.CONSTRAINT_NAME AND i.TABLE_NAME = ii.TABLE_NAME
WHERE i.TABLE_NAME IN ('cat_dept', 'cat_emp') ORDER BY 1, 3;

-- Relationships: from this table.
-- name: foreign keys of a table
SELECT pkcol.COLUMN_NAME AS PK_COLUMN_NAME, fkcol.TABLE_SCHEMA AS FK_TABLE_SCHEMA, fkcol.TABLE_NAME AS FK_TABLE_NAME, fkcol.COLUMN_NAME AS FK_COLUMN_NAME, fkcol.ORDINAL_POSITION AS ORDINAL,
  fkcol.CONSTRAINT_SCHEMA || '_' || fkcol.TABLE_NAME || '_' || 'assertions' || '_' || fkcol.CONSTRAINT_NAME AS FK_NAME
FROM (SELECT DISTINCT constraint_catalog, constraint_schema, unique_constraint_schema, constraint_name, unique_constraint_name FROM INFORMATION_SCHEMA.referential_constraints) ref
INNER JOIN INFORMATION_SCHEMA.key_column_usage fkcol ON ref.constraint_schema = fkcol.constraint_schema AND ref.constraint_name = fkcol.constraint_name
INNER JOIN INFORMATION_SCHEMA.key_column_usage pkcol ON ref.unique_constraint_schema = pkcol.constraint_schema AND ref.unique_constraint_name = pkcol.constraint_name
WHERE pkcol.TABLE_SCHEMA = 'public' AND pkcol.TABLE_NAME = 'assertions' AND pkcol.ORDINAL_POSITION = fkcol.ORDINAL_POSITION
ORDER BY FK_NAME, fkcol.ORDINAL_POSITION;

-- Relationships: unique columns.
-- name: columns of constraints
SELECT ccu.table_name, ccu.column_name, ccu.constraint_name FROM INFORMATION_SCHEMA.constraint_column_usage ccu WHERE ccu.table_schema = 'public' ORDER BY 1, 2, 3;

-- Navigator: functions.
-- rows: some
-- name: functions
SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DATA_TYPE FROM INFORMATION_SCHEMA.routines WHERE ROUTINE_SCHEMA = 'pg_catalog' AND ROUTINE_TYPE = 'FUNCTION' ORDER BY 1, 2;

-- Preview.
-- name: preview
SELECT "$Table"."name" AS "name", "$Table"."tier" AS "tier", "$Table"."weight" AS "weight", "$Table"."half_life" AS "half_life", "$Table"."default_confidence" AS "default_confidence"
FROM "public"."source_classes" "$Table" ORDER BY "$Table"."name" LIMIT 4096;

-- Preview of a table of many types.
-- name: preview of claims
SELECT "$Table"."id" AS "id", "$Table"."value" AS "value", "$Table"."value_number" AS "value_number", "$Table"."tier" AS "tier", "$Table"."derived_from" AS "derived_from",
  "$Table"."metadata" AS "metadata", "$Table"."asserted_at" AS "asserted_at"
FROM "public"."assertions" "$Table" WHERE "$Table"."concept_path" = 'countries/ad' ORDER BY "$Table"."id" LIMIT 5;

-- Folded: steps of a query, one in another.
-- name: folded: filter, group, sort
SELECT "_"."source", "_"."a0" AS "Count", "_"."a1" AS "Largest"
FROM (SELECT "rows"."source" AS "source", COUNT(1) AS "a0", MAX("rows"."value_number") AS "a1"
  FROM (SELECT "_"."source", "_"."value_number" FROM "public"."assertions" "_" WHERE "_"."predicate" = 'population' AND "_"."concept_path" LIKE 'countries/%') "rows" GROUP BY "source") "_"
ORDER BY "_"."a0" DESC, "_"."source" LIMIT 1000;

-- name: folded: join
SELECT "$Outer"."concept_path", "$Outer"."value", "$Inner"."class"
FROM (SELECT "_"."concept_path" AS "concept_path", "_"."value" AS "value", "_"."source" AS "source2" FROM "public"."assertions" "_" WHERE "_"."concept_path" = 'countries/fr' AND "_"."predicate" = 'capital') "$Outer"
LEFT OUTER JOIN "public"."sources" "$Inner" ON ("$Outer"."source2" = "$Inner"."source") ORDER BY "$Outer"."source2";

-- name: folded: added columns
SELECT "_"."name" AS "name", CASE WHEN "_"."tier" <= 1 THEN 'high' WHEN "_"."tier" IS NULL THEN NULL ELSE 'low' END AS "rank", "_"."weight" * 100 AS "percent", UPPER("_"."name") AS "upper",
  SUBSTRING("_"."name", 1, 3) AS "short", CAST("_"."tier" AS VARCHAR) AS "text", LENGTH("_"."name") AS "length"
FROM "public"."source_classes" "_" ORDER BY "_"."name";

-- name: folded: pivoted
SELECT "_"."source", MAX(CASE WHEN "_"."predicate" = 'capital' THEN "_"."value" END) AS "capital", MAX(CASE WHEN "_"."predicate" = 'tld' THEN "_"."value" END) AS "tld"
FROM "public"."assertions" "_" WHERE "_"."concept_path" = 'countries/de' GROUP BY "_"."source" ORDER BY "_"."source";

-- DirectQuery: a visual.
-- name: DirectQuery: visual
SELECT "basetable0"."c2" AS "c2", "basetable0"."a0" AS "a0"
FROM (SELECT "t0"."predicate" AS "c2", SUM("t0"."value_number") AS "a0"
  FROM (SELECT "$Table"."predicate", "$Table"."value_number", "$Table"."asserted_at" FROM "public"."assertions" "$Table" WHERE "$Table"."concept_path" LIKE 'countries/%') AS "t0"
  WHERE ("t0"."asserted_at" >= '2015-01-01 00:00:00' AND NOT "t0"."value_number" IS NULL) GROUP BY "t0"."predicate") AS "basetable0"
WHERE NOT "basetable0"."a0" IS NULL ORDER BY "basetable0"."a0" DESC LIMIT 1001;

-- DirectQuery: a slicer.
-- name: DirectQuery: slicer
SELECT "t0"."predicate" FROM (SELECT "_"."predicate" FROM "public"."assertions" "_" WHERE "_"."concept_path" LIKE 'countries/%') AS "t0" GROUP BY "t0"."predicate" ORDER BY "t0"."predicate" ASC LIMIT 101;

-- DirectQuery: a measure of distinct values, blanks counted.
-- name: DirectQuery: distinct count
SELECT (COUNT(DISTINCT "t0"."unit") + CAST(MAX(CASE WHEN "t0"."unit" IS NULL THEN 1 ELSE 0 END) AS BIGINT)) AS "a0" FROM "public"."assertions" AS "t0" WHERE "t0"."concept_path" LIKE 'countries/%';

-- Incremental refresh: a range of times.
-- name: incremental refresh
SELECT COUNT(*) AS "n" FROM "public"."assertions" "_" WHERE "_"."asserted_at" >= TIMESTAMP '2015-01-01 00:00:00' AND "_"."asserted_at" < TIMESTAMP '2018-01-01 00:00:00' AND "_"."concept_path" LIKE 'countries/%';
