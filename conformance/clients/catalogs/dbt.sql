-- dbt with dbt-postgres: what its adapter asks on starting, of schemas,
-- relations, columns, indexes, for dbt docs; models that run in temporary tables,
-- tests of data, snapshots.

-- dbt debug.
-- name: connection test
SELECT 1 AS id;

-- Starting: which schemas there are.
-- rows: any order
-- name: schemas
SELECT DISTINCT nspname FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)';

-- name: is there the schema
SELECT count(*) FROM pg_namespace WHERE nspname = 'public';

-- Starting: views depend on what.

-- name: a view to depend
CREATE VIEW public.dbt_view_{run} AS SELECT s.source, c.tier FROM public.sources s JOIN public.source_classes c ON c.name = s.class;

-- name: relations that depend
SELECT DISTINCT view_sch.nspname AS dependent_schema, view_rel.relname AS dependent_name,
  base_sch.nspname AS referenced_schema, base_rel.relname AS referenced_name
FROM pg_class AS view_rel
JOIN pg_namespace AS view_sch ON view_sch.oid = view_rel.relnamespace
JOIN pg_depend AS rule_of ON rule_of.refobjid = view_rel.oid AND rule_of.classid = 'pg_rewrite'::regclass
  AND rule_of.refclassid = 'pg_class'::regclass AND rule_of.deptype = 'i'
JOIN pg_depend AS uses ON uses.objid = rule_of.objid AND uses.classid = 'pg_rewrite'::regclass
  AND uses.refclassid = 'pg_class'::regclass AND uses.refobjid != rule_of.refobjid
JOIN pg_class AS base_rel ON base_rel.oid = uses.refobjid
JOIN pg_namespace AS base_sch ON base_sch.oid = base_rel.relnamespace
  AND base_sch.nspname != 'information_schema' AND base_sch.nspname NOT LIKE 'pg\_%'
WHERE view_rel.relname = 'dbt_view_{run}'
ORDER BY dependent_schema, dependent_name, referenced_schema, referenced_name;

-- Starting: relations of a schema.
-- rows: any order
-- name: relations
SELECT 'stemedb' AS database, tablename AS name, schemaname AS schema, 'table' AS type FROM pg_tables WHERE schemaname ILIKE 'public'
UNION ALL
SELECT 'stemedb' AS database, viewname AS name, schemaname AS schema, 'view' AS type FROM pg_views WHERE schemaname ILIKE 'public' AND viewname LIKE 'dbt\_view\_{run}'
UNION ALL
SELECT 'stemedb' AS database, matviewname AS name, schemaname AS schema, 'materialized_view' AS type FROM pg_matviews WHERE schemaname ILIKE 'public';

-- A model: columns of a relation.
-- name: columns
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale FROM INFORMATION_SCHEMA.columns
WHERE table_name = 'assertions' AND table_schema = 'public' ORDER BY ordinal_position;

-- name: columns of a view
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale FROM "stemedb".INFORMATION_SCHEMA.columns
WHERE table_name = 'dbt_view_{run}' AND table_schema = 'public' ORDER BY ordinal_position;

-- A model: comments.
-- name: comment on a view
COMMENT ON VIEW "stemedb"."public"."dbt_view_{run}" IS $dbt_comment_literal_block$sources and their tiers, 'quoted'$dbt_comment_literal_block$;

-- name: comment of a view
SELECT obj_description('public.dbt_view_{run}'::regclass, 'pg_class');

-- dbt docs: the catalog.
-- name: catalog
SELECT 'stemedb' AS table_database, sch.nspname AS table_schema, tbl.relname AS table_name,
  CASE tbl.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'BASE TABLE' END AS table_type, about_tbl.description AS table_comment,
  col.attname AS column_name, col.attnum AS column_index, pg_catalog.format_type(col.atttypid, col.atttypmod) AS column_type, about_col.description AS column_comment,
  pg_get_userbyid(tbl.relowner) AS table_owner
FROM pg_catalog.pg_namespace sch
JOIN pg_catalog.pg_class tbl ON tbl.relnamespace = sch.oid
JOIN pg_catalog.pg_attribute col ON col.attrelid = tbl.oid
LEFT OUTER JOIN pg_catalog.pg_description about_tbl ON (about_tbl.objoid = tbl.oid AND about_tbl.objsubid = 0)
LEFT OUTER JOIN pg_catalog.pg_description about_col ON (about_col.objoid = tbl.oid AND about_col.objsubid = col.attnum)
WHERE ((upper(sch.nspname) = upper('public') AND upper(tbl.relname) = upper('sources')) OR (upper(sch.nspname) = upper('public') AND upper(tbl.relname) = upper('dbt_view_{run}')))
  AND NOT pg_is_other_temp_schema(sch.oid) AND tbl.relpersistence IN ('p', 'u') AND tbl.relkind IN ('r', 'v', 'f', 'p', 'm') AND col.attnum > 0 AND NOT col.attisdropped
ORDER BY sch.nspname, tbl.relname, col.attnum;

-- A view is replaced by another: renamed, and the old one dropped.
-- name: rename the view
ALTER VIEW "stemedb"."public"."dbt_view_{run}" RENAME TO "dbt_view_{run}__dbt_backup";

-- name: drop the view
DROP VIEW IF EXISTS "stemedb"."public"."dbt_view_{run}__dbt_backup" CASCADE;

-- A model: grants.
-- name: grants
SELECT grantee, privilege_type FROM INFORMATION_SCHEMA.role_table_grants
WHERE grantor = current_role AND grantee != current_role AND table_schema = 'public' AND table_name = 'sources';

-- A model: indexes.
-- name: indexes
SELECT i.relname AS name, m.amname AS method, ix.indisunique AS "unique", array_to_string(array_agg(a.attname), ',') AS column_names
FROM pg_index ix
JOIN pg_class i ON i.oid = ix.indexrelid
JOIN pg_am m ON m.oid = i.relam
JOIN pg_class t ON t.oid = ix.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (ix.indkey)
WHERE t.relname = 'assertions' AND n.nspname = 'public' AND t.relkind IN ('r', 'm') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- A model: materialized views and the indexes that they have.
-- name: materialized views
SELECT v.matviewname, v.ispopulated, i.indexname, i.indexdef FROM pg_matviews v LEFT JOIN pg_indexes i ON i.schemaname = v.schemaname AND i.tablename = v.matviewname;

-- Incremental model: the new rows, in a temporary table, and their columns.
-- name: incremental: create
CREATE TEMPORARY TABLE "claims__dbt_tmp{run}" AS (SELECT concept_path, predicate, count(*) AS n FROM public.assertions WHERE concept_path LIKE 'countries/a%' GROUP BY 1, 2);

-- name: incremental: columns
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale FROM INFORMATION_SCHEMA.columns WHERE table_name = 'claims__dbt_tmp{run}' ORDER BY ordinal_position;

-- name: incremental: target
CREATE TEMPORARY TABLE "claims{run}" AS SELECT * FROM "claims__dbt_tmp{run}" WHERE predicate <> 'tld';

-- name: incremental: index
CREATE INDEX IF NOT EXISTS "0123{run}" ON "claims{run}" USING btree (concept_path, predicate);

-- name: incremental: delete
DELETE FROM "claims{run}" AS dest USING "claims__dbt_tmp{run}" WHERE ("claims__dbt_tmp{run}".concept_path = dest.concept_path) AND ("claims__dbt_tmp{run}".predicate = dest.predicate);

-- name: incremental: insert
INSERT INTO "claims{run}" ("concept_path", "predicate", "n") (SELECT "concept_path", "predicate", "n" FROM "claims__dbt_tmp{run}");

-- name: incremental: merge
MERGE INTO "claims{run}" AS dest USING "claims__dbt_tmp{run}" AS src
ON (src.concept_path = dest.concept_path AND src.predicate = dest.predicate)
WHEN MATCHED THEN UPDATE SET "n" = src."n" + 1
WHEN NOT MATCHED THEN INSERT ("concept_path", "predicate", "n") VALUES ("concept_path", "predicate", "n");

-- Tests of data.
-- name: test: unique
SELECT count(*) AS failures, count(*) != 0 AS should_warn, count(*) != 0 AS should_error
FROM (SELECT source AS val, count(*) AS n FROM "stemedb"."public"."sources" WHERE source IS NOT NULL GROUP BY source HAVING count(*) > 1) failing;

-- name: test: relationships
SELECT count(*) AS failures, count(*) != 0 AS should_warn, count(*) != 0 AS should_error
FROM (WITH child AS (SELECT source AS a FROM "stemedb"."public"."assertions" WHERE source IS NOT NULL AND concept_path LIKE 'countries/%'), parent AS (SELECT source AS b FROM "stemedb"."public"."sources")
  SELECT a FROM child LEFT JOIN parent ON child.a = parent.b WHERE parent.b IS NULL) failing;

-- name: test: accepted values
WITH vals AS (SELECT predicate AS val, count(*) AS n FROM "stemedb"."public"."assertions" WHERE concept_path LIKE 'countries/%' GROUP BY predicate)
SELECT * FROM vals WHERE val NOT IN ('currency', 'name', 'calling_code', 'capital', 'tld', 'continent') ORDER BY 1;

-- Snapshot: hash of the row's key, its time.
-- name: snapshot: staging
SELECT md5(coalesce(cast(name AS varchar), '') || '|' || coalesce(cast(tier AS varchar), '')) AS dbt_scd_id, name AS dbt_unique_key, '2026-01-01'::timestamp without time zone AS dbt_valid_from,
  nullif(now()::timestamp without time zone, now()::timestamp without time zone) AS dbt_valid_to
FROM public.source_classes ORDER BY name;

-- A contract: types of a model's columns, from an empty result.
-- name: contract
SELECT * FROM (SELECT cast(null AS text) AS source, cast(null AS smallint) AS tier, cast(null AS numeric(10, 2)) AS amount, cast(null AS timestamp with time zone) AS seen) AS model WHERE false LIMIT 0;

-- dbt show.
-- name: show
SELECT * FROM (SELECT name, tier FROM public.source_classes ORDER BY tier) AS model LIMIT 3;

-- Stopping: other sessions of this run.
-- name: stop
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = 0;
