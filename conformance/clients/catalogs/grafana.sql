-- Grafana: its PostgreSQL data source: the test of the connection, the query
-- editor's lists, and queries with the macros written out.

-- Saving the data source.
-- name: connection test
SELECT 1;

-- Configuration: version, as it is detected.
-- name: version
SELECT current_setting('server_version_num')::int / 100 AS version;

-- Configuration: is TimescaleDB there.
-- name: timescaledb
SELECT extversion FROM pg_extension WHERE extname = 'timescaledb';

-- Query editor: schemas.
-- name: schemas
SELECT schema_name AS "name" FROM information_schema.schemata
WHERE schema_name NOT IN ('information_schema', 'pg_catalog', 'pg_toast', '_timescaledb_cache', '_timescaledb_catalog', '_timescaledb_internal', '_timescaledb_config',
  'timescaledb_information', 'timescaledb_experimental') AND schema_name !~ '^pg_'
ORDER BY schema_name;

-- Query editor: tables, those of the search path without their schemas.
-- name: tables
SELECT CASE WHEN quote_ident(table_schema) IN (
    SELECT CASE WHEN trim(part[k]) = '"$user"' THEN user ELSE trim(part[k]) END
    FROM generate_series(array_lower(string_to_array(current_setting('search_path'), ','), 1), array_upper(string_to_array(current_setting('search_path'), ','), 1)) AS k,
      string_to_array(current_setting('search_path'), ',') part)
  THEN quote_ident(table_name) ELSE quote_ident(table_schema) || '.' || quote_ident(table_name) END AS "table"
FROM information_schema.tables
WHERE quote_ident(table_schema) NOT IN ('information_schema', 'pg_catalog', '_timescaledb_cache', '_timescaledb_catalog', '_timescaledb_internal', '_timescaledb_config',
  'timescaledb_information', 'timescaledb_experimental') AND table_schema !~ '^pg_temp' AND table_name IN ('assertions', 'sources', 'source_classes')
ORDER BY CASE WHEN quote_ident(table_schema) IN (
    SELECT CASE WHEN trim(part[k]) = '"$user"' THEN user ELSE trim(part[k]) END
    FROM generate_series(array_lower(string_to_array(current_setting('search_path'), ','), 1), array_upper(string_to_array(current_setting('search_path'), ','), 1)) AS k,
      string_to_array(current_setting('search_path'), ',') part)
  THEN 0 ELSE 1 END, 1;

-- Query editor: tables of a schema.
-- name: tables of a schema
SELECT quote_ident(table_name) AS "table" FROM information_schema.tables WHERE quote_ident(table_schema) = 'consensus' ORDER BY 1;

-- Query editor: columns of a table of the search path.
-- name: columns
SELECT quote_ident(column_name) AS "column", data_type AS "type" FROM information_schema.columns
WHERE CASE WHEN array_length(parse_ident('sources'), 1) = 2
  THEN quote_ident(table_schema) = (parse_ident('sources'))[1] AND quote_ident(table_name) = (parse_ident('sources'))[2]
  ELSE quote_ident(table_name) = 'sources' AND quote_ident(table_schema) IN (
    SELECT CASE WHEN trim(part[k]) = '"$user"' THEN user ELSE trim(part[k]) END
    FROM generate_series(array_lower(string_to_array(current_setting('search_path'), ','), 1), array_upper(string_to_array(current_setting('search_path'), ','), 1)) AS k,
      string_to_array(current_setting('search_path'), ',') part) END
ORDER BY ordinal_position;

-- Query editor: columns of a table with its schema.
-- name: columns of a qualified table
SELECT quote_ident(column_name) AS "column", data_type AS "type" FROM information_schema.columns
WHERE CASE WHEN array_length(parse_ident('authority.assertions'), 1) = 2
  THEN quote_ident(table_schema) = (parse_ident('authority.assertions'))[1] AND quote_ident(table_name) = (parse_ident('authority.assertions'))[2]
  ELSE quote_ident(table_name) = 'authority.assertions' END
ORDER BY ordinal_position;

-- Query editor, older: the column of times, found by its type.
-- name: columns of times
SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'assertions'
  AND udt_name IN ('timestamptz', 'timestamp', 'int8', 'float8') ORDER BY CASE WHEN udt_name = 'timestamptz' THEN 0 ELSE 1 END, ordinal_position;

-- Query editor, older: the first table with a column of times and one of numbers.
-- name: table for a metric
SELECT quote_ident(table_name) AS table_name,
  (SELECT quote_ident(column_name) FROM information_schema.columns c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND udt_name IN ('timestamptz', 'timestamp') ORDER BY ordinal_position LIMIT 1) AS time_column,
  (SELECT quote_ident(column_name) FROM information_schema.columns c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND udt_name = 'float8' ORDER BY ordinal_position LIMIT 1) AS value_column
FROM information_schema.tables t
WHERE t.table_schema = 'public' AND EXISTS (SELECT 1 FROM information_schema.columns c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND udt_name IN ('timestamptz', 'timestamp')) AND t.table_name <> 'resolved'
  AND EXISTS (SELECT 1 FROM information_schema.columns c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND udt_name = 'float8') LIMIT 1;

-- Query editor, older: type of a column.
-- name: type of a column
SELECT udt_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'assertions' AND column_name = 'metadata';

-- Query editor, older: aggregates that have a form for numbers.
-- rows: any order
-- name: aggregates
SELECT DISTINCT proname FROM pg_aggregate JOIN pg_proc ON pg_proc.oid = aggfnoid JOIN pg_type ON pg_type.oid = pg_proc.prorettype
WHERE pronargs = 1 AND typname IN ('float8') AND aggkind = 'n' AND pronamespace = 11;

-- Panel: $__timeGroupAlias and $__timeFilter.
-- name: panel: time series
SELECT floor(extract(epoch FROM asserted_at) / 31536000) * 31536000 AS "time", predicate AS metric, count(*) AS "count"
FROM assertions WHERE asserted_at BETWEEN '2015-01-01T00:00:00Z' AND '2026-12-31T23:59:59Z' AND concept_path = 'countries/ch' GROUP BY 1, 2 ORDER BY 1, 2;

-- Panel: $__timeGroup with fill, $__time.
-- name: panel: time column
SELECT asserted_at AS "time", value_number AS value FROM assertions WHERE concept_path = 'countries/ch' AND predicate = 'population' ORDER BY 1, 2;

-- Panel: $__unixEpochGroupAlias and $__unixEpochFilter.
-- name: panel: unix times
SELECT floor((extract(epoch FROM asserted_at)::bigint) / 86400) * 86400 AS "time", max(value_number) FROM assertions
WHERE concept_path = 'countries/ch' AND extract(epoch FROM asserted_at)::bigint >= 1400000000 AND extract(epoch FROM asserted_at)::bigint <= 1800000000 GROUP BY 1 ORDER BY 1;

-- Panel: $__timeTo and $__timeFrom, $__timeEpoch.
-- name: panel: epoch
SELECT extract(epoch FROM asserted_at) AS "time", tier FROM assertions WHERE concept_path = 'countries/ch' AND predicate = 'capital' AND asserted_at > '2016-01-01T00:00:00Z' AND asserted_at < '2026-12-01T00:00:00Z' ORDER BY 1, 2;

-- Panel: buckets by date_bin.
-- name: panel: date_bin
SELECT date_bin('365 days', asserted_at, TIMESTAMP WITH TIME ZONE '2001-01-01') AS time, count(*) FROM assertions WHERE concept_path = 'countries/ch' GROUP BY 1 ORDER BY 1;

-- Panel: missing intervals are filled.
-- name: panel: filled
SELECT t AS "time", coalesce(n, 0) AS n FROM generate_series('2015-01-01'::timestamptz, '2019-01-01', '1 year') t
LEFT JOIN (SELECT date_trunc('year', asserted_at) y, count(*) n FROM assertions WHERE concept_path = 'countries/ch' GROUP BY 1) a ON a.y = t ORDER BY 1;

-- Panel: a table.
-- name: panel: table
SELECT source, count(*) FILTER (WHERE predicate = 'currency') AS currencies, count(*) AS claims FROM assertions WHERE concept_path LIKE 'countries/%' GROUP BY source ORDER BY source LIMIT 50;

-- Dashboard: variables.
-- name: variable
SELECT DISTINCT predicate AS __text, predicate AS __value FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY 1;

-- Dashboard: a variable of several values, in a query.
-- name: variable of several values
SELECT count(*) FROM assertions WHERE predicate IN ('capital', 'tld') AND source ~ '^(country-js|countryjs)$' AND concept_path LIKE 'countries/%';

-- Dashboard: annotations.
-- name: annotations
SELECT extract(epoch FROM asserted_at) AS time, value AS text, predicate || ',' || source AS tags FROM assertions WHERE concept_path = 'countries/ch' AND predicate = 'tld' ORDER BY 1, 3 LIMIT 3;

-- Alerting: one number.
-- name: alert
SELECT date_trunc('year', max(asserted_at)) AS time, count(*)::float8 AS value FROM assertions WHERE concept_path LIKE 'countries/%';
