-- Windows over groups and ordered sets.
SELECT rank(1) OVER () FROM (VALUES (1)) v(x);
SELECT mode() OVER () FROM (VALUES (1)) v(x);
SELECT mode(x) OVER () FROM (VALUES (1)) v(x);
SELECT rank() FROM (VALUES (1)) v(x);
SELECT rank() WITHIN GROUP (ORDER BY x) OVER () FROM (VALUES (1)) v(x);
SELECT row_number() WITHIN GROUP (ORDER BY x) FROM (VALUES (1)) v(x);
SELECT x, sum(count(*)) OVER (ORDER BY x), grouping(x), rank() OVER (ORDER BY grouping(x), x) FROM (VALUES (1), (2), (2)) v(x) GROUP BY ROLLUP (x) ORDER BY 4;
SELECT x, rank() OVER (PARTITION BY grouping(x) ORDER BY x + 1) FROM (VALUES (1), (2), (2)) v(x) GROUP BY ROLLUP (x) ORDER BY 1;
SELECT rank() OVER (ORDER BY percentile_cont(0.5) WITHIN GROUP (ORDER BY y)), x FROM (VALUES (1, 5), (2, 4)) v(x, y) GROUP BY x ORDER BY x;
SELECT x, row_number() OVER (ORDER BY x) AS n FROM (VALUES (1), (2), (2)) v(x) ORDER BY x DESC FETCH FIRST 1 ROW WITH TIES;
