-- What the differential test found, once mended.
SELECT count(*) FROM assertions WHERE concept_path < 'countries/b' AND CASE value_number WHEN 1 THEN NULL ELSE value_number END > GREATEST(value_number, 0);
SELECT COALESCE(confidence, 'NaN'::float8) AS o1, count(*) FROM assertions WHERE concept_path = 'countries/fr' GROUP BY 1 ORDER BY 1;
SELECT date_larger(date_in('1'::cstring), NULL::date);
SELECT float8mi(1/0, NULL);
SELECT CASE WHEN false THEN 1/0 ELSE 2 END, CASE 1 WHEN 2 THEN 1/0 WHEN 1 THEN 3 END, CASE 5 WHEN 6 THEN 7 END;
SELECT '18446744073709551615'::xid8 > '1'::xid8, '18446744073709551615'::xid8 <= '0'::xid8;
SELECT min(x), max(x) FROM (VALUES ('18446744073709551615'::xid8), ('0'), ('7')) AS v(x);
SELECT (-1)::int2::oid, (-1)::int4::oid, x::oid::int8, 4294967295::oid::int4 FROM (VALUES (-1)) AS v(x);
SELECT '\377'::"char", '\101'::"char", '\38'::"char", '\400'::"char"::int4, '\377'::"char"::int4;
SELECT format_type(23, 4), format_type(25, 5), format_type(16, 1), format_type(701, 5), format_type(1043, 10);
SELECT '1999-12-31 23:59:59-08'::timestamptz > '5874897-12-31'::date, 'infinity'::timestamptz > '5874897-12-31'::date, '5874897-12-31'::date < 'infinity'::timestamptz;
SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+3:30'), make_timestamptz(2020, 1, 1, 0, 0, 0, '-03:30:10'), make_timestamptz(2020, 1, 1, 0, 0, 0, 'UTC+3'), make_timestamptz(2020, 1, 1, 0, 0, 0, '+0330');
SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '3');
SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+17');
SELECT to_char(12, '99c9'), to_char(12, '99C');
SELECT array_position(ARRAY[1, 2], NULL, NULL), array_position(ARRAY[1, NULL], NULL, 2);
SELECT string_agg(pg_encoding_to_char(n), ' ' ORDER BY n) FROM generate_series(-1, 43) AS n;
SELECT string_agg(n || '=' || pg_char_to_encoding(n), ' ') FROM unnest(ARRAY['abc', 'alt', 'utf-8', 'LATIN_1', 'windows1252', 'windows949', 'iso-8859-15', 'Windows', '', 'tcvn', 'sql ascii']::name[]) AS n;
