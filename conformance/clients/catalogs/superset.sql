-- Apache Superset: SQLAlchemy's inspector (1.4, and 2.0 where it differs), the
-- statements of its PostgreSQL engine spec, SQL Lab and charts.

-- Connecting.
-- rows: 1
-- name: version
SELECT pg_catalog.version();

-- name: current schema
SELECT current_schema();

-- name: standard_conforming_strings
SHOW standard_conforming_strings;

-- name: transaction isolation
SHOW TRANSACTION ISOLATION LEVEL;

-- Connecting: hstore's type, if there is one.
-- name: hstore
SELECT t.oid, typarray FROM pg_type t JOIN pg_namespace ns ON typnamespace = ns.oid WHERE typname = 'hstore';

-- Connecting: plain and unicode strings.
-- name: probe: strings
SELECT CAST('test plain returns' AS VARCHAR(60)) AS anon_1, CAST('test unicode returns' AS VARCHAR(60)) AS anon_2;

-- SQL Lab: catalogs.
-- name: catalogs
SELECT datname FROM pg_database WHERE NOT datistemplate AND datname = 'stemedb';

-- SQL Lab: schemas.
-- name: schemas
SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' ORDER BY nspname;

-- name: schemas, SQLAlchemy 2
SELECT pg_catalog.pg_namespace.nspname FROM pg_catalog.pg_namespace WHERE pg_catalog.pg_namespace.nspname NOT LIKE 'pg!_%' ESCAPE '!' ORDER BY pg_catalog.pg_namespace.nspname;

-- SQL Lab: tables and views of a schema.
-- rows: any order
-- name: tables
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p');

-- rows: any order
-- name: tables, SQLAlchemy 2
SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace
WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['r', 'p', 'f', 'v', 'm']) AND pg_catalog.pg_class.relpersistence != 't'
  AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid) AND pg_catalog.pg_namespace.nspname NOT IN ('pg_catalog', 'information_schema')
  AND pg_catalog.pg_class.relname IN ('assertions', 'sources', 'nothing');

-- name: views
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'authority' AND c.relkind IN ('v', 'm');

-- name: temporary tables
SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace
WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['r']) AND pg_catalog.pg_class.relpersistence = 't' AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid)
ORDER BY 1;

-- name: materialized views
SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace
WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['m']) AND pg_catalog.pg_namespace.nspname = 'public';

-- name: sequences
SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'S' AND n.oid = pg_my_temp_schema() ORDER BY 1;

-- Adding a dataset: is there such a table.
-- name: has the table
SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = CAST('public' AS VARCHAR) AND relname = CAST('sources' AS VARCHAR);

-- name: has no such table
SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE pg_catalog.pg_table_is_visible(c.oid) AND relname = CAST('nothing' AS VARCHAR);

-- name: has the schema
SELECT nspname FROM pg_namespace WHERE lower(nspname) = 'public';

-- Adding a dataset: the table's OID.
-- name: OID of the table
SELECT c.oid = 'public.sources'::regclass AS same FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE (n.nspname = 'public') AND c.relname = 'sources' AND c.relkind IN ('r', 'v', 'm', 'f', 'p');

-- Adding a dataset: columns.
-- name: columns
SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
  (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef) AS DEFAULT,
  a.attnotnull, d.description AS comment, a.attgenerated AS generated,
  (SELECT json_build_object('always', a.attidentity = 'a', 'start', s.seqstart, 'increment', s.seqincrement, 'minvalue', s.seqmin, 'maxvalue', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle)
    FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON s.seqrelid = c."oid"
    WHERE c.relkind = 'S' AND a.attidentity != '' AND s.seqrelid = pg_catalog.pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)::regclass::oid) AS identity_options
FROM pg_catalog.pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_description d ON d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE a.attrelid IN ('public.sources'::regclass, 'cat_dept'::regclass, 'cat_emp'::regclass) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum;

-- name: columns of a table with all its types
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated AS generated, a.attidentity
FROM pg_catalog.pg_attribute a WHERE a.attrelid = 'public.assertions'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;

-- name: columns of a view
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
WHERE a.attrelid = 'authority.assertions'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;

-- Adding a dataset: domains and enums among the types of columns.
-- name: domains
SELECT t.typname AS "name", pg_catalog.format_type(t.typbasetype, t.typtypmod) AS "attype", NOT t.typnotnull AS "nullable", t.typdefault AS "default",
  pg_catalog.pg_type_is_visible(t.oid) AS "visible", n.nspname AS "schema",
  (SELECT array_agg(pg_get_constraintdef(con.oid)) FROM pg_constraint con WHERE con.contypid = t.oid) AS checks
FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND n.nspname = 'public';

-- name: enums
SELECT t.typname AS "name", pg_catalog.pg_type_is_visible(t.oid) AS "visible", n.nspname AS "schema", labels_of.labels
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT OUTER JOIN (SELECT e.enumtypid, array_agg(CAST(e.enumlabel AS TEXT) ORDER BY e.enumsortorder) AS labels FROM pg_catalog.pg_enum e GROUP BY e.enumtypid) AS labels_of ON t.oid = labels_of.enumtypid
WHERE t.typtype = 'e' ORDER BY n.nspname, t.typname;

-- Adding a dataset: keys.
-- name: primary key
SELECT a.attname FROM pg_attribute a JOIN (
  SELECT unnest(ix.indkey) attnum, generate_subscripts(ix.indkey, 1) ord FROM pg_index ix WHERE ix.indrelid = 'cat_emp'::regclass AND ix.indisprimary) k ON a.attnum = k.attnum
WHERE a.attrelid = 'cat_emp'::regclass ORDER BY k.ord;

-- name: name of the primary key
SELECT conname FROM pg_catalog.pg_constraint r WHERE r.conrelid = 'cat_emp'::regclass AND r.contype = 'p' ORDER BY 1;

-- name: primary keys and unique constraints, SQLAlchemy 2
SELECT attr.conrelid::regclass, array_agg(CAST(attr.attname AS TEXT) ORDER BY attr.ord) AS cols, attr.conname, min(attr.description) AS description, NULL AS extra
FROM (SELECT con.conrelid, con.conname, con.conindid, con.description, con.ord, pg_attribute.attname
  FROM pg_catalog.pg_attribute JOIN (
    SELECT con.conrelid, con.conname, con.conindid, unnest(con.conkey) AS attnum, generate_subscripts(con.conkey, 1) AS ord, d.description
    FROM pg_catalog.pg_constraint con LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = con.oid
    WHERE con.contype IN ('p', 'u') AND con.conrelid IN ('cat_dept'::regclass, 'cat_emp'::regclass, 'public.assertions'::regclass)) AS con
  ON pg_attribute.attnum = con.attnum AND pg_attribute.attrelid = con.conrelid) AS attr
GROUP BY attr.conrelid, attr.conname ORDER BY attr.conrelid::regclass::text, attr.conname;

-- name: foreign keys
SELECT r.conname, pg_catalog.pg_get_constraintdef(r.oid, true) AS condef, n.nspname AS conschema FROM pg_catalog.pg_constraint r, pg_namespace n, pg_class c
WHERE r.conrelid = 'public.assertions'::regclass AND r.contype = 'f' AND c.oid = confrelid AND n.oid = c.relnamespace ORDER BY 1;

-- name: indexes
SELECT i.relname, ix.indisunique, a.attname, a.attnum, pg_get_expr(ix.indexprs, ix.indrelid), pg_get_expr(ix.indpred, ix.indrelid), c.conname, ix.indkey::varchar,
  ix.indoption::varchar, i.reloptions, am.amname, ix.indnkeyatts AS indnkeyatts
FROM pg_class t
JOIN pg_index ix ON t.oid = ix.indrelid
JOIN pg_class i ON i.oid = ix.indexrelid
LEFT OUTER JOIN pg_attribute a ON t.oid = a.attrelid AND a.attnum = ANY (ix.indkey)
LEFT OUTER JOIN pg_constraint c ON ix.indrelid = c.conrelid AND ix.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x')
LEFT OUTER JOIN pg_am am ON i.relam = am.oid
WHERE t.relkind IN ('r', 'v', 'f', 'm', 'p') AND t.oid IN ('cat_emp'::regclass, 'public.assertions'::regclass) AND ix.indisprimary = 'f'
ORDER BY t.relname, i.relname, a.attnum;

-- name: indexes, SQLAlchemy 2
SELECT ixc.relname AS relname_index, idx.indisunique, con.conname IS NOT NULL AS has_constraint, idx.indoption, ixc.reloptions, am.amname,
  CASE WHEN idx.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(idx.indpred, idx.indrelid) END AS filter_definition, idx.indnkeyatts, cols.elements, cols.elements_is_expr, cols.elements_opclass
FROM pg_catalog.pg_index AS idx
JOIN pg_catalog.pg_class ixc ON idx.indexrelid = ixc.oid
JOIN pg_catalog.pg_am am ON ixc.relam = am.oid
LEFT OUTER JOIN (
  SELECT c.indexrelid, min(c.indrelid) AS min_rel, array_agg(c.element ORDER BY c.ord) AS elements, array_agg(c.is_expr ORDER BY c.ord) AS elements_is_expr,
    array_agg(opc.opcname ORDER BY c.ord) AS elements_opclass
  FROM (SELECT a.indexrelid, a.indrelid, a.ord, a.indclass,
      CASE WHEN a.attnum = 0 THEN pg_catalog.pg_get_indexdef(a.indexrelid, a.ord + 1, true) ELSE CAST(pg_attribute.attname AS TEXT) END AS element, a.attnum = 0 AS is_expr
    FROM (SELECT indexrelid, indrelid, unnest(indkey) AS attnum, unnest(indclass) AS indclass, generate_subscripts(indkey, 1) AS ord FROM pg_catalog.pg_index
      WHERE NOT indisprimary AND indrelid IN ('cat_emp'::regclass)) AS a
    LEFT OUTER JOIN pg_catalog.pg_attribute ON pg_attribute.attnum = a.attnum AND pg_attribute.attrelid = a.indrelid) AS c
  LEFT JOIN pg_catalog.pg_opclass opc ON opc.oid = c.indclass
  GROUP BY c.indexrelid) AS cols ON idx.indexrelid = cols.indexrelid
LEFT OUTER JOIN pg_catalog.pg_constraint con ON idx.indrelid = con.conrelid AND idx.indexrelid = con.conindid AND con.contype = ANY (ARRAY['p', 'u', 'x'])
WHERE idx.indrelid IN ('cat_emp'::regclass) AND NOT idx.indisprimary ORDER BY ixc.relname;

-- name: unique constraints
SELECT cons.conname AS name, cons.conkey AS key, a.attnum AS col_num, a.attname AS col_name FROM pg_catalog.pg_constraint cons
JOIN pg_attribute a ON cons.conrelid = a.attrelid AND a.attnum = ANY (cons.conkey) WHERE cons.conrelid = 'cat_emp'::regclass AND cons.contype = 'u' ORDER BY 1, 3;

-- name: check constraints
SELECT cons.conname AS name, pg_get_constraintdef(cons.oid) AS src FROM pg_catalog.pg_constraint cons WHERE cons.conrelid IN ('cat_dept'::regclass, 'cat_emp'::regclass) AND cons.contype = 'c' ORDER BY 1;

-- name: comment of a table
SELECT d.description AS table_comment FROM pg_catalog.pg_description d WHERE d.objsubid = 0 AND d.objoid = 'cat_emp'::regclass;

-- name: comments of tables, SQLAlchemy 2
SELECT pg_catalog.pg_class.relname, pg_catalog.pg_description.description FROM pg_catalog.pg_class
LEFT OUTER JOIN pg_catalog.pg_description ON pg_catalog.pg_class.oid = pg_catalog.pg_description.objoid AND pg_catalog.pg_description.objsubid = 0
  AND pg_catalog.pg_description.classoid = CAST('pg_catalog.pg_class' AS REGCLASS)
WHERE pg_catalog.pg_class.relname = ANY (ARRAY['sources', 'source_classes', 'cat_emp', 'cat_dept']) AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid) AND pg_catalog.pg_class.relkind = ANY (ARRAY['r', 'p', 'f']) ORDER BY 1;

-- name: definition of a view
SELECT pg_get_viewdef(c.oid) view_def FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE pg_table_is_visible(c.oid) AND c.relname = 'cat_view' AND c.relkind IN ('v', 'm');

-- SQL Lab: preview of a table.
-- rows: any order
-- name: preview
SELECT name, tier, weight, half_life, default_confidence FROM public.source_classes LIMIT 100;

-- SQL Lab: functions for completion.
-- rows: some
-- name: functions
SELECT DISTINCT routine_name FROM INFORMATION_SCHEMA.routines WHERE routine_schema NOT IN ('public') ORDER BY routine_name;

-- SQL Lab: the schema that a query runs in.
-- name: search path
SET search_path = "public";

-- name: reset of the search path
RESET search_path;

-- SQL Lab: cost of a query.
-- rows: 1
-- name: cost
EXPLAIN (FORMAT JSON) SELECT * FROM source_classes LIMIT 1;

-- SQL Lab: cancelling.
-- rows: 1
-- name: backend of the query
SELECT pg_backend_pid();

-- name: cancel a query
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = '0';

-- Charts: time grains.
-- name: chart: by quarter
SELECT DATE_TRUNC('quarter', asserted_at) AS __timestamp, predicate AS predicate, COUNT(*) AS count
FROM public.assertions
WHERE asserted_at >= TO_TIMESTAMP('2015-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') AND asserted_at < TO_TIMESTAMP('2018-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')
  AND concept_path LIKE 'countries/%'
GROUP BY DATE_TRUNC('quarter', asserted_at), predicate ORDER BY count DESC, 1, 2 LIMIT 6;

-- name: chart: by five minutes
SELECT DATE_TRUNC('minute', asserted_at) - CAST(EXTRACT(MINUTE FROM asserted_at)::integer % 5 || ' minutes' AS interval) AS __timestamp, COUNT(DISTINCT source) AS c
FROM public.assertions WHERE concept_path = 'countries/ad' GROUP BY 1 ORDER BY 1;

-- Charts: only the largest of the series.
-- name: chart: largest series
SELECT a.predicate, a.source, SUM(a.tier) AS "SUM(tier)" FROM public.assertions AS a
JOIN (SELECT predicate AS predicate__, COUNT(*) AS mme_inner__ FROM public.assertions WHERE concept_path LIKE 'countries/%' GROUP BY predicate ORDER BY mme_inner__ DESC, 1 LIMIT 2) AS anon_1
  ON a.predicate = predicate__
WHERE a.concept_path LIKE 'countries/%' GROUP BY a.predicate, a.source ORDER BY "SUM(tier)" DESC, 1, 2;

-- Charts: a virtual dataset.
-- name: chart: virtual dataset
SELECT class AS class, COUNT(*) AS count FROM (SELECT s.source, s.class FROM sources s WHERE s.source IN (SELECT source FROM assertions WHERE concept_path LIKE 'countries/%')) AS virtual_table
GROUP BY class ORDER BY count DESC, class LIMIT 1000;

-- Dashboards' filters: the range of a column.
-- name: filter: range of times
SELECT MIN(asserted_at) AS min, MAX(asserted_at) AS max FROM public.assertions WHERE concept_path LIKE 'countries/%';

-- Engine spec: epoch to timestamp.
-- name: epoch
SELECT (timestamp 'epoch' + 86400.5 * interval '1 second') AS t;
