-- Ranks, with ties and NULLs.

SELECT x, y, row_number() OVER (ORDER BY x, y), rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x) FROM (VALUES (1, 'a'), (2, 'b'), (2, 'c'), (NULL, 'd'), (3, 'e'), (NULL, 'f'), (2, 'g')) v(x, y) ORDER BY x, y;

SELECT x, y, rank() OVER (ORDER BY x DESC), rank() OVER (ORDER BY x NULLS FIRST), rank() OVER (ORDER BY x DESC NULLS LAST) FROM (VALUES (1, 'a'), (2, 'b'), (2, 'c'), (NULL, 'd'), (3, 'e'), (NULL, 'f')) v(x, y) ORDER BY y;

SELECT g, x, row_number() OVER w, rank() OVER w, percent_rank() OVER w, cume_dist() OVER w, count(*) OVER w, count(*) OVER (PARTITION BY g) FROM (VALUES ('a', 1), ('a', 2), ('b', 5), ('a', 2), (NULL, 1), ('b', 4), (NULL, 3)) v(g, x) WINDOW w AS (PARTITION BY g ORDER BY x) ORDER BY 1, 2, 3;

SELECT rank() OVER (), dense_rank() OVER (), percent_rank() OVER (), cume_dist() OVER (), count(*) OVER () FROM generate_series(1, 3);

SELECT row_number() OVER () FROM generate_series(1, 3) WHERE false;

SELECT percent_rank() OVER (ORDER BY 1), cume_dist() OVER () FROM (VALUES (1)) v;

-- ntile

SELECT x, ntile(1) OVER w, ntile(2) OVER w, ntile(3) OVER w, ntile(4) OVER w, ntile(7) OVER w, ntile(100) OVER w FROM generate_series(1, 10) x WINDOW w AS (ORDER BY x);

SELECT x, ntile(n) OVER (ORDER BY x) FROM (VALUES (1, NULL), (2, NULL), (3, 3), (4, 2), (5, NULL), (6, 0), (7, 1)) v(x, n);

SELECT ntile(NULL) OVER () FROM generate_series(1, 2);

SELECT ntile(0) OVER () FROM generate_series(1, 2);

SELECT ntile(-3) OVER (ORDER BY x) FROM generate_series(1, 2) x;

-- lag, lead and the values of a frame

SELECT x, lag(x) OVER w, lead(x) OVER w, lag(x, 2) OVER w, lead(x, 2, -1) OVER w, lag(x, 0) OVER w, lag(x, -1) OVER w, lead(x, NULL) OVER w, lag(x, 3, x * 100) OVER w FROM (VALUES (1), (2), (NULL), (4)) v(x) WINDOW w AS (ORDER BY x);

SELECT x, lag(x, 1, 0.5) OVER (ORDER BY x), lag(x::text, 1, 'none') OVER (ORDER BY x) FROM generate_series(1, 3) x;

SELECT x, n, lag(x, n) OVER (ORDER BY x), lead(x, n) OVER (ORDER BY x) FROM (VALUES (1, 1), (2, 0), (3, 2), (4, NULL), (5, 2147483647)) v(x, n);

SELECT g, x, lag(x) OVER (PARTITION BY g ORDER BY x), lead(x, 1, 0) OVER (PARTITION BY g ORDER BY x DESC) FROM (VALUES ('a', 1), ('a', 2), ('b', 5), ('a', 3), ('b', 4)) v(g, x) ORDER BY g, x;

SELECT x, first_value(x) OVER w, last_value(x) OVER w, nth_value(x, 2) OVER w FROM (VALUES (1), (2), (2), (3), (NULL)) v(x) WINDOW w AS (ORDER BY x) ORDER BY x;

SELECT x, first_value(x) OVER w, last_value(x) OVER w, nth_value(x, 2) OVER w, nth_value(x, 5) OVER w FROM generate_series(1, 6) x WINDOW w AS (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING);

SELECT x, first_value(x) OVER w, last_value(x) OVER w, nth_value(x, 2) OVER w FROM generate_series(1, 5) x WINDOW w AS (ORDER BY x ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING);

SELECT x, nth_value(x, n) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (VALUES (1, 3), (2, NULL), (3, 1)) v(x, n);

SELECT nth_value(x, 0) OVER () FROM generate_series(1, 2) x;

-- ROWS

SELECT x, sum(x) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) a, sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) b, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) c, sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) d, sum(x) OVER (ORDER BY x ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) e, sum(x) OVER (ORDER BY x ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING) f, sum(x) OVER (ORDER BY x ROWS CURRENT ROW) g FROM generate_series(1, 7) x;

SELECT x, count(*) OVER (ORDER BY x ROWS BETWEEN 1 FOLLOWING AND 0 FOLLOWING), sum(x) OVER (ORDER BY x ROWS BETWEEN 0 PRECEDING AND 1 PRECEDING), array_agg(x) OVER (ORDER BY x ROWS BETWEEN 9223372036854775807 PRECEDING AND 9223372036854775807 FOLLOWING) FROM generate_series(1, 3) x;

SELECT x, sum(x) OVER w, avg(x) OVER w, min(x) OVER w, max(x) OVER w, count(x) OVER w, count(*) OVER w, array_agg(x) OVER w, string_agg(x::text, '-') OVER w FROM (VALUES (1, 5), (2, NULL), (3, 1), (4, 9), (5, 2), (6, NULL), (7, NULL), (8, 3)) v(i, x) WINDOW w AS (ORDER BY i ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) ORDER BY i;

SELECT i, sum(x) OVER w, avg(x) OVER w, stddev(x) OVER w, variance(x) OVER w, count(x) OVER w FROM (VALUES (1, 1.5), (2, 2.25), (3, 3), (4, NULL), (5, 4.125), (6, 0), (7, 'NaN'), (8, 1), (9, 2.0), (10, 'Infinity'), (11, 1), (12, 1), (13, '-Infinity'), (14, 7), (15, 0.000), (16, 1), (17, 1)) v(i, x) WINDOW w AS (ORDER BY i ROWS 2 PRECEDING);

SELECT i, sum(x) OVER w, avg(x) OVER w, stddev_pop(x) OVER w FROM (VALUES (1, 1.5e300::float8), (2, 1), (3, 0.1), (4, 0.2), (5, 'NaN'), (6, 0.3), (7, 1e-300), (8, 2), (9, 3)) v(i, x) WINDOW w AS (ORDER BY i ROWS 1 PRECEDING);

SELECT i, sum(x) OVER w, avg(x) OVER w FROM (VALUES (1, 1::bigint), (2, 9223372036854775807), (3, -9223372036854775808), (4, -9223372036854775808), (5, 0), (6, 12), (7, NULL)) v(i, x) WINDOW w AS (ORDER BY i ROWS 2 PRECEDING);

SELECT i, sum(x) OVER w, avg(x) OVER w FROM (VALUES (1, interval '1 day'), (2, '1 month'), (3, '-3 hours'), (4, NULL), (5, '1 year 2 days')) v(i, x) WINDOW w AS (ORDER BY i ROWS 1 PRECEDING);

SELECT i, bool_and(b) OVER w, bool_or(b) OVER w, every(b) OVER w FROM (VALUES (1, true), (2, false), (3, NULL), (4, true), (5, true), (6, NULL), (7, NULL)) v(i, b) WINDOW w AS (ORDER BY i ROWS 1 PRECEDING);

SELECT i, sum(i) OVER (ORDER BY i ROWS (SELECT 1 + 1) PRECEDING) FROM generate_series(1, 5) i;

SELECT sum(i) OVER (ORDER BY i ROWS 1.5 PRECEDING) FROM generate_series(1, 5) i;

SELECT sum(i) OVER (ORDER BY i ROWS -1 PRECEDING) FROM generate_series(1, 5) i;

SELECT sum(i) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND -1 FOLLOWING) FROM generate_series(1, 5) i;

SELECT sum(i) OVER (ORDER BY i ROWS NULL PRECEDING) FROM generate_series(1, 5) i;

SELECT sum(i) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND NULL FOLLOWING) FROM generate_series(1, 5) i;

-- GROUPS

SELECT x, sum(x) OVER (ORDER BY x GROUPS 1 PRECEDING) a, sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) b, count(*) OVER (ORDER BY x GROUPS BETWEEN 2 PRECEDING AND 1 PRECEDING) c, array_agg(x) OVER (ORDER BY x GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING) d, sum(x) OVER (ORDER BY x GROUPS UNBOUNDED PRECEDING) e, count(*) OVER (ORDER BY x GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) f, count(*) OVER (ORDER BY x GROUPS CURRENT ROW) g FROM (VALUES (1), (1), (2), (4), (4), (4), (9), (NULL), (NULL)) v(x) ORDER BY x;

SELECT sum(x) OVER (ORDER BY x GROUPS -1 PRECEDING) FROM generate_series(1, 2) x;

SELECT sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND NULL FOLLOWING) FROM generate_series(1, 2) x;

-- RANGE

SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING) a, array_agg(x) OVER (ORDER BY x RANGE 3 PRECEDING) b, count(*) OVER (ORDER BY x RANGE BETWEEN 1 FOLLOWING AND 3 FOLLOWING) c, count(*) OVER (ORDER BY x RANGE BETWEEN 3 PRECEDING AND 1 PRECEDING) d, sum(x) OVER (ORDER BY x RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) e FROM (VALUES (1), (1), (2), (4), (5), (9), (10), (NULL), (NULL)) v(x) ORDER BY x;

SELECT x, array_agg(x) OVER (ORDER BY x DESC RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING) a, array_agg(x) OVER (ORDER BY x NULLS FIRST RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING) b, array_agg(x) OVER (ORDER BY x DESC NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) c FROM (VALUES (1), (1), (2), (4), (5), (9), (NULL), (NULL)) v(x) ORDER BY x;

SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN 1::smallint PRECEDING AND 9223372036854775807::bigint FOLLOWING) FROM (VALUES (1::int2), (2), (32767), (-32768)) v(x);

SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN 2147483647 PRECEDING AND 9223372036854775807 FOLLOWING) FROM (VALUES (1::int8), (9223372036854775807), (-9223372036854775808), (0)) v(x);

SELECT x, array_agg(x) OVER (ORDER BY x RANGE BETWEEN 1.5 PRECEDING AND 0.5 FOLLOWING) FROM (VALUES (1.0), (1.5), (2.5), (3.0), ('NaN'), ('Infinity'), ('-Infinity'), (NULL)) v(x);

SELECT x, array_agg(x) OVER (ORDER BY x RANGE BETWEEN 'Infinity' PRECEDING AND 'Infinity' FOLLOWING), count(*) OVER (ORDER BY x RANGE BETWEEN 'Infinity' PRECEDING AND 'Infinity' PRECEDING), count(*) OVER (ORDER BY x RANGE BETWEEN 'Infinity' FOLLOWING AND 'Infinity' FOLLOWING) FROM (VALUES (1.0), (2.5), ('NaN'), ('Infinity'), ('-Infinity')) v(x);

SELECT x, array_agg(x) OVER (ORDER BY x RANGE BETWEEN 'Infinity' PRECEDING AND 'Infinity' FOLLOWING), count(*) OVER (ORDER BY x RANGE BETWEEN 'Infinity' PRECEDING AND 'Infinity' PRECEDING), count(*) OVER (ORDER BY x RANGE BETWEEN 'Infinity' FOLLOWING AND 'Infinity' FOLLOWING) FROM (VALUES (1.0::float8), (2.5), ('NaN'), ('Infinity'), ('-Infinity')) v(x);

SELECT x, array_agg(x) OVER (ORDER BY x RANGE BETWEEN 1.1 PRECEDING AND 1.1 FOLLOWING) FROM (VALUES (1.0::float4), (2.1), (3.2), ('NaN'), ('Infinity'), (NULL)) v(x);

SELECT x, array_agg(x) OVER (ORDER BY x RANGE BETWEEN 'NaN' PRECEDING AND 1 FOLLOWING) FROM (VALUES (1.0::float8)) v(x);

SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN '1 month' PRECEDING AND '1 day' FOLLOWING), array_agg(x) OVER (ORDER BY x DESC RANGE '1 year' PRECEDING) FROM (VALUES (date '2024-01-31'), ('2024-02-01'), ('2024-02-29'), ('2024-03-01'), ('2025-02-28'), ('infinity'), ('-infinity'), (NULL)) v(x);

SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN interval '1 hour' PRECEDING AND '1 day' FOLLOWING) FROM (VALUES (timestamp '2024-01-31 12:00'), ('2024-01-31 12:30'), ('2024-01-31 13:30'), ('2024-02-01 13:00'), (NULL)) v(x);

SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN interval '1 hour' PRECEDING AND interval '1 month' FOLLOWING) FROM (VALUES (timestamptz '2024-01-31 12:00Z'), ('2024-01-31 12:30Z'), ('2024-01-31 13:30Z'), ('2024-02-29 13:00Z'), (NULL)) v(x);

SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN '1 hour' PRECEDING AND '23 hours' FOLLOWING), count(*) OVER (ORDER BY x RANGE BETWEEN '1 month' PRECEDING AND '24:00' FOLLOWING) FROM (VALUES (time '01:00'), ('01:30'), ('02:00'), ('23:59:59'), (NULL)) v(x);

SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN '1 hour' PRECEDING AND '30 min' FOLLOWING) FROM (VALUES (timetz '01:00+01'), ('01:30+00'), ('02:00-02'), ('23:59:59+00'), (NULL)) v(x);

SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN '1 day' PRECEDING AND '30 days' FOLLOWING) FROM (VALUES (interval '1 day'), ('1 month'), ('2 days'), ('31 days'), (NULL)) v(x);

SELECT count(*) OVER (ORDER BY x RANGE BETWEEN '-1 day' PRECEDING AND '30 days' FOLLOWING) FROM (VALUES (interval '1 day')) v(x);

SELECT count(*) OVER (ORDER BY x RANGE -1 PRECEDING) FROM generate_series(1, 2) x;

SELECT count(*) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND -1 FOLLOWING) FROM generate_series(1, 2) x;

SELECT row_number() OVER (ORDER BY x RANGE -1 PRECEDING) FROM generate_series(1, 2) x;

SELECT count(*) OVER (ORDER BY x RANGE '-1 hour' PRECEDING) FROM (VALUES (time '12:00')) v(x);

SELECT count(*) OVER (ORDER BY x RANGE '-1 hour' PRECEDING) FROM (VALUES (timestamp '2024-01-01')) v(x);

SELECT count(*) OVER (ORDER BY x RANGE -1.0 PRECEDING) FROM (VALUES (1.0)) v(x);

SELECT in_range(1, 5, 3, true, true), in_range(1, 5, 4, true, false), in_range(5::int8, 1::int8, 4::int8, false, true), in_range(date '2024-01-01', date '2024-02-01', interval '1 month', true, false), in_range(NULL::int, 1, 1, true, true);

-- EXCLUDE

SELECT x, array_agg(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW) a, array_agg(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE GROUP) b, array_agg(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE TIES) c, array_agg(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE NO OTHERS) d FROM (VALUES (1), (2), (2), (3), (3), (3), (4)) v(x);

SELECT x, sum(x) OVER (EXCLUDE CURRENT ROW) FROM generate_series(1, 2) x;

SELECT x, sum(x) OVER (ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) a, count(*) OVER (RANGE UNBOUNDED PRECEDING EXCLUDE GROUP) b, sum(x) OVER (RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES) c FROM generate_series(1, 3) x;

SELECT x, first_value(x) OVER w, last_value(x) OVER w, nth_value(x, 2) OVER w, sum(x) OVER w FROM (VALUES (1), (2), (2), (3), (3), (4)) v(x) WINDOW w AS (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES);

SELECT x, first_value(x) OVER w, last_value(x) OVER w, nth_value(x, 2) OVER w, sum(x) OVER w FROM (VALUES (1), (2), (2), (3), (3), (4)) v(x) WINDOW w AS (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE GROUP);

SELECT x, first_value(x) OVER w, last_value(x) OVER w, nth_value(x, 3) OVER w FROM (VALUES (1), (2), (5), (7)) v(x) WINDOW w AS (ORDER BY x ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING EXCLUDE CURRENT ROW);

-- FILTER, expressions, grouped queries

SELECT x, sum(x) FILTER (WHERE x % 2 = 0) OVER (ORDER BY x) a, count(*) FILTER (WHERE x > 3) OVER (ORDER BY x ROWS 1 PRECEDING) b, sum(12 / (x - 1)) FILTER (WHERE x <> 1) OVER () c, array_agg(x) FILTER (WHERE x <> 3) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) d FROM generate_series(1, 6) x;

SELECT g, sum(x), sum(sum(x)) OVER (ORDER BY g), rank() OVER (ORDER BY sum(x) DESC), count(*) OVER (), avg(count(*)) OVER (), lag(g) OVER (ORDER BY count(*), g) FROM (VALUES ('a', 1), ('b', 2), ('a', 3), ('c', 4), ('b', 9)) v(g, x) GROUP BY g HAVING sum(x) > 3 ORDER BY g;

SELECT g || '!' AS k, sum(count(*)) OVER (PARTITION BY g || '!') FROM (VALUES ('a', 1), ('b', 2), ('a', 3)) v(g, x) GROUP BY g || '!' ORDER BY 1;

SELECT count(*), sum(count(*)) OVER (), row_number() OVER (ORDER BY max(x)) FROM generate_series(1, 5) x;

SELECT sum(x) FILTER (WHERE x > 1), sum(sum(x) FILTER (WHERE x > 1)) FILTER (WHERE true) OVER () FROM generate_series(1, 3) x;

SELECT x + row_number() OVER (ORDER BY x DESC) AS s, CASE WHEN rank() OVER (ORDER BY x) > 2 THEN 'late' ELSE 'early' END, coalesce(lag(x) OVER (ORDER BY x), 0) FROM generate_series(1, 4) x ORDER BY x;

-- Above windows: DISTINCT, ORDER BY, LIMIT, set operations, subqueries

SELECT DISTINCT rank() OVER (ORDER BY x / 2) FROM generate_series(1, 6) x ORDER BY 1;

SELECT DISTINCT count(*) OVER (PARTITION BY x % 3) AS n FROM generate_series(1, 7) x ORDER BY count(*) OVER (PARTITION BY x % 3);

SELECT DISTINCT ON (rank() OVER (ORDER BY x / 3)) x, rank() OVER (ORDER BY x / 3) FROM generate_series(1, 7) x ORDER BY rank() OVER (ORDER BY x / 3), x DESC;

SELECT x FROM generate_series(1, 5) x ORDER BY row_number() OVER (ORDER BY x DESC);

SELECT x, sum(x) OVER (ORDER BY x) FROM generate_series(1, 1000) x ORDER BY x DESC LIMIT 3;

SELECT x, row_number() OVER (ORDER BY x) FROM generate_series(1, 3) x UNION ALL SELECT x, lag(x) OVER (ORDER BY x) FROM generate_series(4, 5) x;

SELECT * FROM (SELECT x, x % 3 AS g, row_number() OVER (PARTITION BY x % 3 ORDER BY x) AS n FROM generate_series(1, 12) x) s WHERE n = 2 ORDER BY x;

SELECT * FROM (SELECT x, x % 3 AS g, count(*) OVER (PARTITION BY x % 3) AS n, row_number() OVER (ORDER BY x) AS r FROM generate_series(1, 12) x) s WHERE g = 1 ORDER BY x;

SELECT * FROM (SELECT x, x % 3 AS g, count(*) OVER (PARTITION BY x % 3) AS n FROM generate_series(1, 12) x) s WHERE g = 1 AND x > 4 ORDER BY x;

SELECT count(*) FROM (SELECT row_number() OVER (ORDER BY x), x FROM generate_series(1, 10) x) s WHERE x > 3;

WITH r AS (SELECT x, rank() OVER (ORDER BY x DESC) AS k FROM generate_series(1, 5) x) SELECT a.x, b.x FROM r a JOIN r b ON a.k = b.x ORDER BY 1;

SELECT x, (SELECT sum(y) OVER (ORDER BY y DESC) FROM generate_series(1, x) y ORDER BY y LIMIT 1), (SELECT max(r) FROM (SELECT rank() OVER (ORDER BY y % x) r FROM generate_series(1, 4) y) s) FROM generate_series(1, 4) x;

SELECT x, v.* FROM generate_series(1, 3) x, LATERAL (SELECT y, sum(y * x) OVER (ORDER BY y ROWS x PRECEDING) FROM generate_series(1, 3) y) v ORDER BY x, y;

SELECT row_number() OVER (ORDER BY x), generate_series(1, x) FROM generate_series(1, 3) x;

SELECT count(*) OVER w, sum(x) OVER (w ORDER BY x), sum(x) OVER (w ROWS 1 PRECEDING) FROM (VALUES (1, 1), (1, 2), (2, 3)) v(g, x) WINDOW w AS (PARTITION BY g) ORDER BY g, x;

SELECT sum(x) OVER w2, sum(x) OVER w3 FROM (VALUES (1, 1), (1, 2), (2, 3)) v(g, x) WINDOW w AS (PARTITION BY g), w2 AS (w ORDER BY x), w3 AS (w2 ROWS CURRENT ROW) ORDER BY g, x;

SELECT x, first_value(x) OVER (ORDER BY random() * 0, x) FROM generate_series(1, 3) x ORDER BY x;

-- Windows over the claims

SELECT concept_path, n, rank() OVER (ORDER BY n DESC, concept_path) FROM (SELECT concept_path, count(*) AS n FROM assertions GROUP BY concept_path) s ORDER BY 3 LIMIT 5;

SELECT DISTINCT source, count(*) OVER (PARTITION BY source), count(*) OVER (PARTITION BY source, predicate), predicate FROM assertions WHERE concept_path LIKE 'countries/a%' ORDER BY source, predicate LIMIT 20;

SELECT sum(r), max(r), sum(d), max(d), sum(c) FROM (SELECT rank() OVER w r, dense_rank() OVER w d, count(*) OVER w c FROM assertions WINDOW w AS (PARTITION BY predicate ORDER BY value)) s;

SELECT sum(s), max(m), count(f) FROM (SELECT sum(length(value)) OVER w s, max(value) OVER w m, first_value(value) OVER w f FROM assertions WINDOW w AS (PARTITION BY predicate ORDER BY concept_path, source, value, id ROWS BETWEEN 100 PRECEDING AND 50 FOLLOWING)) s;

SELECT predicate, source, count(*) AS n, round(100.0 * count(*) / sum(count(*)) OVER (PARTITION BY predicate), 2) AS share FROM assertions GROUP BY predicate, source ORDER BY predicate, n DESC, source LIMIT 12;

-- Complaints

SELECT rank();

SELECT abs(x) OVER () FROM generate_series(1, 2) x;

SELECT sum(DISTINCT x) OVER () FROM generate_series(1, 2) x;

SELECT x FROM generate_series(1, 2) x WHERE rank() OVER () = 1;

SELECT sum(rank() OVER ()) OVER () FROM generate_series(1, 2) x;

SELECT sum(x) OVER (ORDER BY x RANGE 1.5 PRECEDING) FROM generate_series(1, 2) x;

SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM generate_series(1, 2) x;

SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM generate_series(1, 2) x;
