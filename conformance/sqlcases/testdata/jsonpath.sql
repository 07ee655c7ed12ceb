-- jsonpath: the type and its errors with their positions, the functions in
-- every place of a statement, and the operators.

SELECT 'strict $.a[*].b ? (@ > 1)'::jsonpath;
SELECT jsonpath '$.a.b + 1', pg_typeof(jsonpath '$');
SELECT '$.'::jsonpath;
SELECT '$ ? (@ like_regex "(")'::jsonpath;
SELECT ''::jsonpath;
SELECT '$.a b + 1'::jsonpath;
SELECT '"\u0000"'::jsonpath;
SELECT '$ ? (@ like_regex "a" flag "z")'::jsonpath;
SELECT array['$.a', 'lax $[1 to last]']::jsonpath[];
SELECT jsonb_path_query('{"a": [1, 2, {"b": 3}]}', '$.a[*]');
SELECT * FROM jsonb_path_query('{"a": [1, 2, 3]}', '$.a[*] ? (@ > $min)', '{"min": 1}');
SELECT x.v FROM jsonb_path_query('[1,2]', '$[*]') AS x(v) WHERE x.v::int > 1;
SELECT jsonb_path_query('{"a": 1}', 'strict $.b');
SELECT jsonb_path_query('{"a": 1}', 'strict $.b', silent => true);
SELECT jsonb_path_query('{"a": 1}', '$.b', vars => '[]');
SELECT jsonb_path_exists('{"a": 1}', '$.a'), jsonb_path_match('{"a": 1}', '$.a == 1');
SELECT jsonb_path_query_array('[1,2,3]', '$[*] ? (@ > 1)'), jsonb_path_query_first('[1,2,3]', '$[*]');
SELECT '{"a": 1}'::jsonb @? '$.a ? (@ > 1)', '{"a": 1}'::jsonb @@ '$.a == 1';
SELECT '{"a": 1}'::jsonb @@ '$.a', '{"a": 1}'::jsonb @? 'strict $.b';
SELECT NULL::jsonb @? '$', jsonb_path_exists('1', NULL);
SELECT jsonb_path_query('{"a": 1}', '$.a == $x');
SELECT jsonb_path_match('[1,2]', '$[*]');
SELECT n, jsonb_path_query(j, '$[*] ? (@ >= $n)', jsonb_build_object('n', n)) FROM generate_series(1, 3) n, (SELECT '[1,2,3]'::jsonb j) t ORDER BY 1, 2;
SELECT jsonb_path_query_tz('["2020-01-02", "2020-01-02 10:00:00+03"]', '$[*].datetime() ? (@ < "2020-01-02 08:00:00+00".datetime())');
SELECT jsonb_path_query('["2020-01-02", "2020-01-02 10:00:00+03"]', '$[*].datetime() ? (@ < "2020-01-02 08:00:00+00".datetime())');
SELECT jsonb_path_query('"x"', '$.datetime()');
SELECT p::text, p::jsonpath FROM (VALUES ('$.a'), ('$[ 1 ]'), ('lax $ . *')) v(p) ORDER BY 1;
SELECT count(*) FROM assertions WHERE metadata @? '$.a';
SELECT '$'::jsonpath = '$'::jsonpath;
SELECT '$'::jsonpath ORDER BY 1;
SELECT DISTINCT '$'::jsonpath;
