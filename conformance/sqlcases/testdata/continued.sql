SELECT 'a' -- c
'b', 'c' -- d
 -- e
  'd';
SELECT 'é' -- é
 'b', nosuch;
SELECT 'a' /* c */
'b';
SELECT 'a' -- c
E'b';
SELECT E'a\t' -- c
'b\n' AS x;
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 3 - n FROM t) CYCLE n SET c TO text 'y' DEFAULT text 'n' USING p SELECT n, c, p::text FROM t;
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 3 - n FROM t) CYCLE n SET c TO 'y'::text DEFAULT 'n'::text USING p SELECT n, c FROM t;
