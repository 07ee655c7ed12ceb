-- Looker: its test of a connection, its lists in SQL Runner and in the generator
-- of LookML, explores with their symmetric aggregates, derived tables, and how it
-- stops a query.

-- Testing the connection.
-- name: connection test
SELECT 1;

-- rows: 1
-- name: version
SELECT version();

-- Testing the connection: the database's time zone.
-- name: time zone
SELECT current_setting('TIMEZONE') AS tz, EXTRACT(TIMEZONE FROM now()) AS seconds;

-- Testing the connection: can a query be stopped; pg_cancel_backend answers for a process that is not.
-- name: test of stopping
SELECT pid FROM pg_stat_activity WHERE pid = 0 AND query LIKE '%looker test%';

-- Testing the connection: derived tables, in a temporary table and in a CTE.
-- name: test of derived tables: create
CREATE TEMPORARY TABLE looker_test_{run} AS SELECT 1 AS a, CURRENT_TIMESTAMP AS b;

-- name: test of derived tables: count
SELECT COUNT(*) FROM looker_test_{run};

-- name: test of derived tables: rename
ALTER TABLE looker_test_{run} RENAME TO looker_done_{run};

-- name: test of derived tables: is there
SELECT COUNT(*) AS n, MAX(table_type) AS type FROM information_schema.tables WHERE table_name = 'looker_done_{run}';

-- name: test of derived tables: drop
DROP TABLE IF EXISTS looker_done_{run};

-- Each connection: session settings.
-- name: statement timeout
SET statement_timeout = 60000;

-- name: time zone of the session
SET TIME ZONE 'UTC';

-- SQL Runner: schemas.
-- name: schemas
SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('information_schema', 'pg_catalog') AND schema_name !~ '^pg_' ORDER BY schema_name;

-- SQL Runner: tables.
-- name: tables
SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema IN ('public', 'authority') AND table_name IN ('assertions', 'sources', 'source_classes') ORDER BY 1, 2;

-- SQL Runner: columns with their comments.
-- name: columns
SELECT c.table_name, c.column_name, c.data_type, c.udt_name, c.is_nullable, c.column_default, pgd.description
FROM information_schema.columns c
LEFT JOIN pg_catalog.pg_statio_all_tables st ON c.table_schema = st.schemaname AND c.table_name = st.relname
LEFT JOIN pg_catalog.pg_description pgd ON pgd.objoid = st.relid AND pgd.objsubid = c.ordinal_position
WHERE c.table_schema = 'public' AND c.table_name = 'sources' ORDER BY c.ordinal_position;

-- SQL Runner: columns of array and JSON types.
-- name: element types
SELECT c.column_name, c.data_type, c.dtd_identifier, e.data_type AS element FROM information_schema.columns c
LEFT JOIN information_schema.element_types e ON ((c.table_catalog, c.table_schema, c.table_name, 'TABLE', c.dtd_identifier) = (e.object_catalog, e.object_schema, e.object_name, e.object_type, e.collection_type_identifier))
WHERE c.table_schema = 'public' AND c.table_name = 'assertions' AND c.data_type IN ('ARRAY', 'jsonb', 'numeric') ORDER BY c.ordinal_position;

-- Generator of LookML: keys.
-- name: keys
SELECT tc.constraint_type, tc.table_name, kcu.column_name, kcu.ordinal_position FROM information_schema.table_constraints tc
JOIN information_schema.key_column_usage kcu USING (constraint_catalog, constraint_schema, constraint_name) WHERE tc.constraint_schema = 'public' ORDER BY 2, 4;

-- SQL Runner: what a query's columns are.
-- name: columns of a query
SELECT * FROM (SELECT concept_path, tier, confidence, recorded_at FROM public.assertions) AS looker_probe LIMIT 0;

-- SQL Runner: explain.
-- rows: some
-- name: explain
EXPLAIN SELECT predicate FROM public.assertions GROUP BY 1;

-- Explore: dimensions, a measure, a limit.
-- name: explore: dimensions and a count
SELECT assertions.predicate AS "assertions.predicate", COUNT(*) AS "assertions.count" FROM public.assertions AS assertions
WHERE assertions.concept_path LIKE 'countries/%' GROUP BY 1 ORDER BY 2 DESC, 1 FETCH NEXT 5 ROWS ONLY;

-- Explore: timeframes of a dimension group.
-- name: explore: timeframes
SELECT DATE(assertions.asserted_at AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York') AS "date", TO_CHAR(DATE_TRUNC('month', assertions.asserted_at), 'YYYY-MM') AS "month",
  TO_CHAR(DATE_TRUNC('week', assertions.asserted_at), 'YYYY-MM-DD') AS "week", EXTRACT(DOW FROM assertions.asserted_at)::integer AS "dow",
  TO_CHAR(assertions.asserted_at, 'FMDay') AS "day_name", CAST(EXTRACT(HOUR FROM assertions.asserted_at) AS INT) AS "hour",
  (TO_CHAR(DATE_TRUNC('quarter', assertions.asserted_at), 'YYYY') || '-Q' || EXTRACT(QUARTER FROM assertions.asserted_at)) AS "quarter"
FROM public.assertions AS assertions WHERE assertions.concept_path = 'countries/ch' AND predicate = 'capital' GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1;

-- Explore: filter by relative times, as an interval before a fixed one.
-- name: explore: filter by times
SELECT COUNT(*) AS n FROM public.assertions WHERE ((assertions.asserted_at >= (DATE_TRUNC('day', TIMESTAMP '2017-12-31') + (-365 || ' day')::INTERVAL)) AND (assertions.asserted_at < (DATE_TRUNC('day', TIMESTAMP '2018-01-01'))))
  AND concept_path LIKE 'countries/%';

-- Explore: a sum that does not count rows twice which a join multiplies.
-- name: explore: symmetric aggregate
SELECT sources.class AS "class",
  COALESCE(CAST((SUM(DISTINCT (CAST(FLOOR(COALESCE(sources.trust, 1) * (1000000 * 1.0)) AS DECIMAL(65, 0))) + ('x' || MD5(sources.source::varchar))::bit(64)::bigint::DECIMAL(65) * 18446744073709551616
      + ('x' || SUBSTR(MD5(sources.source::varchar), 17))::bit(64)::bigint::DECIMAL(65))
    - SUM(DISTINCT ('x' || MD5(sources.source::varchar))::bit(64)::bigint::DECIMAL(65) * 18446744073709551616 + ('x' || SUBSTR(MD5(sources.source::varchar), 17))::bit(64)::bigint::DECIMAL(65)))
    AS DOUBLE PRECISION) / CAST((1000000 * 1.0) AS DOUBLE PRECISION), 0) AS "total"
FROM public.assertions LEFT JOIN public.sources ON assertions.source = sources.source WHERE concept_path LIKE 'countries/%' GROUP BY 1 ORDER BY 1;

-- Explore: a pivot.
-- name: explore: pivot
SELECT * FROM (
  SELECT *, DENSE_RANK() OVER (ORDER BY z___min_rank) AS z___pivot_row_rank, RANK() OVER (PARTITION BY z__pivot_col_rank ORDER BY z___min_rank) AS z__pivot_col_ordering,
    CASE WHEN z___min_rank = z___rank THEN 1 ELSE 0 END AS z__is_highest_ranked_cell
  FROM (
    SELECT *, MIN(z___rank) OVER (PARTITION BY "predicate") AS z___min_rank FROM (
      SELECT *, RANK() OVER (ORDER BY CASE WHEN z__pivot_col_rank = 1 THEN (CASE WHEN "count" IS NOT NULL THEN 0 ELSE 1 END) ELSE 2 END, CASE WHEN z__pivot_col_rank = 1 THEN "count" ELSE NULL END DESC,
          "count" DESC, z__pivot_col_rank, "predicate") AS z___rank
      FROM (
        SELECT *, DENSE_RANK() OVER (ORDER BY "tier" NULLS LAST) AS z__pivot_col_rank FROM (
          SELECT tier AS "tier", predicate AS "predicate", COUNT(*) AS "count" FROM public.assertions WHERE concept_path LIKE 'countries/%' GROUP BY 1, 2) ww
      ) bb WHERE z__pivot_col_rank <= 16384
    ) aa
  ) xx
) zz WHERE (z__pivot_col_rank <= 50 OR z__is_highest_ranked_cell = 1) AND (z___pivot_row_rank <= 3 OR z__pivot_col_ordering = 1) ORDER BY z___pivot_row_rank, z__pivot_col_rank;

-- Explore: totals, a list, a percentile.
-- name: explore: measures
SELECT COUNT(DISTINCT CASE WHEN tier = 0 THEN concept_path ELSE NULL END) AS "official", STRING_AGG(DISTINCT predicate, '|RECORD|' ORDER BY predicate) AS "list",
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY tier) AS "median", AVG(tier) AS "average" FROM public.assertions WHERE concept_path LIKE 'countries/%';

-- Explore: suggestions of a filter.
-- name: explore: suggestions
SELECT DISTINCT assertions.source AS "assertions.source" FROM public.assertions WHERE assertions.source ILIKE 'COUNTRY%' ESCAPE '^' AND concept_path LIKE 'countries/%' ORDER BY 1 LIMIT 1000;

-- Derived table: it is built where it may be, with what Looker puts on it.
-- name: derived table: create
CREATE TEMPORARY TABLE "LR$ABC{run}" AS SELECT predicate, COUNT(*) AS n FROM public.assertions WHERE concept_path LIKE 'countries/%' GROUP BY 1;

-- name: derived table: index
CREATE INDEX "ix$ABC{run}_predicate" ON "LR$ABC{run}" (predicate);

-- name: derived table: analyze
ANALYZE "LR$ABC{run}";

-- name: derived table: query
WITH derived AS (SELECT * FROM "LR$ABC{run}") SELECT * FROM derived ORDER BY n DESC, predicate LIMIT 3;

-- name: derived table: columns
SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'LR$ABC{run}' ORDER BY ordinal_position;

-- Derived tables: what trigger they are built by.
-- name: derived table: trigger
SELECT MAX(DATE_TRUNC('day', asserted_at)) FROM public.assertions WHERE concept_path LIKE 'countries/%';

-- name: derived table: drop
DROP TABLE "LR$ABC{run}";

-- Stopping a query: its process is found by a comment.
-- name: stop: find
SELECT COUNT(*) AS n FROM pg_stat_activity WHERE query LIKE '%history_id {run}%' AND pid = pg_backend_pid() AND state = 'active';

-- name: stop: cancel
SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%"history_id":"{run}"%' AND pid <> pg_backend_pid();

-- name: stop: no such process
SELECT pg_terminate_backend(2147483647);
