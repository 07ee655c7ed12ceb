-- Prisma: its schema engine's introspection (prisma db pull), what it asks before
-- migrations, and statements of its query engine.

-- Connecting.
-- name: connection test
SELECT 1;

-- Connecting: version and the schema.
-- rows: 1
-- name: schema, versions
SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'public'), version(), current_setting('server_version_num')::integer AS numeric_version;

-- name: numeric version
SELECT current_setting('server_version_num')::integer / 10000 AS major;

-- Connecting: the schema of the session.
-- name: search path
SET search_path = "public";

-- name: current schema
SELECT current_schema();

-- Migrating: only one at a time.
-- name: lock
SELECT pg_advisory_lock(72707369);

-- name: unlock
SELECT pg_advisory_unlock(72707369);

-- Pull: namespaces.
-- name: namespaces
SELECT nspname AS namespace_name FROM pg_namespace WHERE nspname = ANY (ARRAY['public', 'authority', 'none']) ORDER BY nspname;

-- Pull: tables.
-- name: tables
SELECT rel.relname AS table_name, namespace.nspname AS namespace, (rel.relhassubclass AND rel.relkind = 'p') AS is_partition, (rel.relhassubclass AND rel.relkind = 'r') AS has_subclass,
  rel.relrowsecurity AS has_row_level_security, reloptions, obj_description(rel.oid, 'pg_class') AS description
FROM pg_class AS rel INNER JOIN pg_namespace AS namespace ON namespace.oid = rel.relnamespace
WHERE ((rel.relkind = 'r' AND rel.relispartition = 'f') OR rel.relkind = 'p') AND namespace.nspname = ANY (ARRAY['public']) ORDER BY namespace, table_name;

-- Pull: views.
-- name: views
SELECT views.viewname AS view_name, views.schemaname AS namespace, obj_description(class.oid, 'pg_class') IS NOT NULL OR true AS described, views.definition IS NOT NULL AS defined
FROM pg_catalog.pg_views views
INNER JOIN pg_catalog.pg_namespace ns ON views.schemaname = ns.nspname
INNER JOIN pg_catalog.pg_class class ON class.relnamespace = ns.oid AND class.relname = views.viewname
WHERE schemaname = ANY (ARRAY['authority', 'consensus']) ORDER BY 2;

-- name: definition of a view
SELECT definition FROM pg_catalog.pg_views WHERE viewname = 'cat_view' AND schemaname = (current_schemas(true))[1];

-- Pull: columns.
-- name: columns
SELECT oid.namespace, info.table_name, info.column_name, format_type(att.atttypid, att.atttypmod) AS formatted_type, info.numeric_precision, info.numeric_scale, info.numeric_precision_radix,
  info.datetime_precision, info.data_type, info.udt_schema AS type_schema_name, info.udt_name AS full_data_type, pg_get_expr(def.adbin, def.adrelid) AS column_default,
  info.is_nullable, info.is_identity, info.character_maximum_length, description.description
FROM information_schema.columns info
JOIN pg_attribute att ON att.attname = info.column_name
JOIN (SELECT pg_class.oid, relname, pg_namespace.nspname AS namespace FROM pg_class JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
    AND pg_namespace.nspname = ANY (ARRAY['public']) WHERE reltype > '0') AS oid
  ON oid.oid = att.attrelid AND relname = info.table_name AND namespace = info.table_schema
LEFT OUTER JOIN pg_attrdef def ON def.adrelid = att.attrelid AND def.adnum = att.attnum AND table_schema = namespace
LEFT OUTER JOIN pg_description description ON description.objoid = att.attrelid AND description.objsubid = ordinal_position
WHERE info.table_name IN ('sources', 'source_classes') ORDER BY namespace, table_name, ordinal_position;

-- Pull: columns that have typmods, defaults, sequences.
-- name: columns with typmods
SELECT info.column_name, format_type(att.atttypid, att.atttypmod) AS formatted_type, info.data_type, info.udt_name, info.is_identity, info.identity_generation, info.datetime_precision, info.is_updatable
FROM information_schema.columns info JOIN pg_attribute att ON att.attname = info.column_name AND att.attrelid = info.table_name::regclass
WHERE info.table_name IN ('cat_dept', 'cat_emp') ORDER BY info.table_name, ordinal_position;

-- Pull: indexes.
-- name: indexes
WITH parts AS (
  SELECT indrelid, indexrelid, indisunique, indisprimary, unnest(indkey) AS indkeyid, generate_subscripts(indkey, 1) AS indkeyidx, unnest(indclass) AS indclass, unnest(indoption) AS indoption
  FROM pg_index WHERE indpred IS NULL AND NOT indisexclusion)
SELECT sch.nspname AS namespace, ind.relname AS index_name, tab.relname AS table_name, col.attname AS column_name, parts.indisunique AS is_unique,
  parts.indisprimary AS is_primary_key, parts.indkeyidx AS column_index, opclass.opcname AS opclass, opclass.opcdefault AS opcdefault, method.amname AS index_algo,
  CASE parts.indoption & 1 WHEN 1 THEN 'DESC' ELSE 'ASC' END AS column_order, CASE parts.indoption & 2 WHEN 2 THEN true ELSE false END AS nulls_first,
  pc.condeferrable AS condeferrable, pc.condeferred AS condeferred
FROM parts
INNER JOIN pg_class AS tab ON tab.oid = parts.indrelid
INNER JOIN pg_class AS ind ON ind.oid = parts.indexrelid
INNER JOIN pg_namespace AS sch ON sch.oid = tab.relnamespace
LEFT JOIN pg_attribute AS col ON col.attrelid = tab.oid AND col.attnum = parts.indkeyid
INNER JOIN pg_am AS method ON method.oid = ind.relam
LEFT JOIN pg_opclass AS opclass ON opclass.oid = parts.indclass
LEFT JOIN pg_constraint pc ON parts.indexrelid = pc.conindid AND pc.contype <> 'f'
WHERE sch.nspname = ANY (ARRAY['public']) ORDER BY namespace, table_name, index_name, column_index;

-- name: indexes with included columns and orders
WITH parts AS (
  SELECT indrelid, indexrelid, unnest(indkey) AS indkeyid, generate_subscripts(indkey, 1) AS indkeyidx, unnest(indclass) AS indclass, unnest(indoption) AS indoption
  FROM pg_index WHERE indpred IS NULL AND NOT indisexclusion AND indrelid = 'cat_emp'::regclass)
SELECT indexrelid::regclass AS index_name, a.attname, indkeyidx, indclass, indoption, CASE indoption & 1 WHEN 1 THEN 'DESC' ELSE 'ASC' END AS column_order
FROM parts LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkeyid ORDER BY indexrelid::regclass::text, indkeyidx;

-- Pull: foreign keys, their columns by position in both arrays.
-- name: foreign keys
SELECT con.oid > 16383 AS con_id, own.attname AS child_column, cl.relname AS parent_table, att.attname AS parent_column, con.confdeltype, con.confupdtype, target_sch.nspname AS referenced_schema_name,
  conname AS constraint_name, child, parent, table_name, namespace, condeferrable, condeferred
FROM (SELECT ns.nspname AS namespace, unnest(key.conkey) AS parent, unnest(key.confkey) AS child, cl.relname AS table_name, ns.nspname AS schema_name, generate_subscripts(key.conkey, 1) AS colidx,
    key.oid, key.confrelid, key.conrelid, key.conname, key.confdeltype, key.confupdtype, key.condeferrable AS condeferrable, key.condeferred AS condeferred
  FROM pg_class cl
  JOIN pg_constraint key ON key.conrelid = cl.oid
  JOIN pg_namespace ns ON cl.relnamespace = ns.oid
  WHERE ns.nspname = ANY (ARRAY['public']) AND key.contype = 'f' ORDER BY colidx) con
JOIN pg_attribute att ON att.attrelid = con.confrelid AND att.attnum = con.child
JOIN pg_class cl ON cl.oid = con.confrelid
JOIN pg_attribute own ON own.attrelid = con.conrelid AND own.attnum = con.parent
JOIN pg_class target ON con.confrelid = target.oid
JOIN pg_namespace target_sch ON target.relnamespace = target_sch.oid
ORDER BY namespace, table_name, constraint_name, con_id, con.colidx;

-- Pull: other constraints, of which Prisma warns.
-- name: constraints
SELECT sch.nspname = 'public' AS namespace, tab.relname AS table_name, chk.conname AS constraint_name, chk.contype AS constraint_type, pg_get_constraintdef(chk.oid) AS constraint_definition,
  chk.condeferrable AS is_deferrable, chk.condeferred AS is_deferred
FROM pg_constraint chk JOIN pg_class AS tab ON tab.oid = chk.conrelid JOIN pg_namespace AS sch ON sch.oid = tab.relnamespace
WHERE (sch.nspname = ANY (ARRAY['public']) OR tab.oid IN ('cat_dept'::regclass, 'cat_emp'::regclass)) AND contype NOT IN ('p', 'u', 'f') ORDER BY namespace, table_name, chk.contype, constraint_name;

-- Pull: enums.
-- name: enums
SELECT t.typname AS name, e.enumlabel AS value, n.nspname AS namespace, obj_description(t.oid, 'pg_type') AS description
FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ANY (ARRAY['public']) ORDER BY e.enumsortorder;

-- Pull: sequences.
-- name: sequences of information_schema
SELECT sequence_name, data_type, numeric_precision, numeric_precision_radix, numeric_scale, start_value, minimum_value, maximum_value, increment, cycle_option
FROM information_schema.sequences WHERE sequence_name LIKE 'cat%' ORDER BY sequence_name;

-- name: sequences
SELECT sequencename AS sequence_name, schemaname !~ '^pg_temp' AS permanent, start_value, min_value, max_value, increment_by, cycle, cache_size
FROM pg_sequences WHERE sequencename LIKE 'cat%' AND schemaname = (current_schemas(true))[1] ORDER BY sequence_name;

-- Pull: procedures.
-- name: procedures
SELECT p.proname AS name, n.nspname AS namespace, CASE WHEN l.lanname = 'internal' THEN p.prosrc ELSE pg_get_functiondef(p.oid) END AS definition
FROM pg_proc p LEFT JOIN pg_namespace n ON p.pronamespace = n.oid LEFT JOIN pg_language l ON p.prolang = l.oid
WHERE n.nspname = ANY (ARRAY['pg_catalog']) AND p.proname IN ('upper', 'int4eq') AND p.pronargs IN (1, 2) AND p.prorettype IN (16, 25);

-- Pull: extensions.
-- name: extensions
SELECT ext.extname AS extension_name, ext.extversion AS extension_version, ext.extrelocatable AS extension_relocatable, pn.nspname AS extension_schema
FROM pg_extension ext INNER JOIN pg_namespace pn ON ext.extnamespace = pn.oid WHERE ext.extname <> 'plpgsql' ORDER BY ext.extname ASC;

-- Pull: domains and types that Prisma has no name for.
-- name: row level security and partitions
SELECT c.relname, c.relrowsecurity, pt.partstrat, pg_get_partkeydef(c.oid), EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid) AS has_children
FROM pg_class c LEFT JOIN pg_partitioned_table pt ON pt.partrelid = c.oid WHERE c.relname IN ('sources', 'source_classes') AND c.relkind = 'r' ORDER BY 1;

-- Migrate: is there a table of migrations.
-- error: 42P01
-- name: no table of migrations
SELECT "id", "checksum", "finished_at", "migration_name", "logs", "rolled_back_at", "started_at", "applied_steps_count" FROM "_prisma_migrations" ORDER BY "started_at" ASC;

-- Migrate: is the database empty.
-- name: is the schema empty
SELECT count(*) > 0 AS used FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE';

-- Query engine: find many.
-- name: findMany
SELECT "public"."source_classes"."name", "public"."source_classes"."tier", "public"."source_classes"."half_life" FROM "public"."source_classes"
WHERE ("public"."source_classes"."tier" >= 2 AND "public"."source_classes"."half_life" IS NOT NULL) ORDER BY "public"."source_classes"."tier" ASC LIMIT 2 OFFSET 1;

-- Query engine: a cursor.
-- name: findMany with a cursor
SELECT "public"."source_classes"."name" FROM "public"."source_classes", (SELECT "public"."source_classes"."tier" AS "from_tier" FROM "public"."source_classes" WHERE ("public"."source_classes"."name") = ('clinical')) AS "mark"
WHERE "public"."source_classes"."tier" >= "mark"."from_tier" ORDER BY "public"."source_classes"."tier" ASC LIMIT 3 OFFSET 0;

-- Query engine: relations by joins and JSON.
-- name: include by JSON
SELECT "t1"."name", "t1"."tier", "t1_sources"."__prisma_data__" AS "sources" FROM "public"."source_classes" AS "t1"
LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__" FROM (
    SELECT "t3"."__prisma_data__" FROM (
      SELECT JSONB_BUILD_OBJECT('source', "t2"."source", 'status', "t2"."status") AS "__prisma_data__", "t2"."source" FROM "public"."sources" AS "t2" WHERE "t1"."name" = "t2"."class"
        AND "t2"."source" IN (SELECT source FROM public.assertions WHERE concept_path LIKE 'countries/%')) AS "t3" ORDER BY "t3"."source") AS "t4") AS "t1_sources" ON TRUE
WHERE "t1"."tier" IN (0, 3) ORDER BY "t1"."tier";

-- Query engine: aggregates and groups.
-- name: groupBy
SELECT COUNT(*), SUM("public"."assertions"."tier"), "public"."assertions"."predicate" FROM "public"."assertions" WHERE "public"."assertions"."concept_path" LIKE 'countries/%'
GROUP BY "public"."assertions"."predicate" HAVING COUNT("public"."assertions"."id") > 1000 ORDER BY "public"."assertions"."predicate" ASC OFFSET 0;

-- Query engine: create, update, upsert, delete.
-- name: create
INSERT INTO "public"."sources" ("source", "title") VALUES ('catalogs-prisma-{run}', 'a') RETURNING "public"."sources"."source", "public"."sources"."status";

-- name: update
UPDATE "public"."sources" SET "title" = 'b' WHERE ("public"."sources"."source" = 'catalogs-prisma-{run}' AND 1 = 1) RETURNING "public"."sources"."source", "public"."sources"."title";

-- name: delete
DELETE FROM "public"."sources" WHERE ("public"."sources"."source" = 'catalogs-prisma-{run}' AND 1 = 1);
