WITH v(val) AS
  (VALUES('0'::numeric),('-4.2'),('4.2e9'),('1.2e-5'),('inf'),('-inf'),('nan'))
SELECT val,
  to_char(val, 'MI9999999999.99') as numeric,
  to_char(val::float8, 'MI9999999999.99') as float8,
  to_char(val::float4, 'MI9999999999.99') as float4
FROM v;
WITH v(val) AS
  (VALUES('0'::numeric),('-4.2'),('4.2e9'),('1.2e-5'),('inf'),('-inf'),('nan'))
SELECT val,
  to_char(val, 'MI99.99') as numeric,
  to_char(val::float8, 'MI99.99') as float8,
  to_char(val::float4, 'MI99.99') as float4, to_char(val,'9'), to_char(val::float8,'FM9999.'), to_char(val,'S9999999999'), to_char(val, '9999999999PR')
FROM v;
SELECT to_char('100'::numeric, 'FM999.'), to_char(100, '999.'), to_char(0, '9.'), to_char(0.4, '9.'), to_char(1234,'999.'), to_char(0,'FM9.');
SELECT to_char('100'::numeric, 'f\"oo999'), to_char('100'::numeric, 'f\\"oo999'),to_char('100'::numeric, 'f"\ool"999'),to_char('100'::numeric, 'f"\\ool"999'),to_char('100'::numeric, 'f"ool\"999'),to_char('100'::numeric, 'f"ool\\"999'), to_char(1, 'é9'), to_char(1, '"é9"9');
SELECT to_number('5.01-', 'FM9.999999MI'), to_number('5.01-','9.999999'), to_number('5.01-','9.999999PL'), to_number('5.01-','FM9.999999SG'), to_number('5.01-','FM9.999999PR'), to_number('é5','é9'), to_number('5.01+','9.999999MI');
SELECT x,  sind(x), cosd(x), tand(x), cotd(x),  sind(x) IN (-1,-0.5,0,0.5,1) AS sind_exact FROM (VALUES (0), (30), (60), (45),(120), (90), (150), (180), (210), (270), (330), (360)) AS t(x);
SELECT to_timestamp('2000 + + JUN', 'YYYY  MON');
SELECT to_timestamp('2000 -10', 'YYYY  TZH'), to_timestamp('2000 +-10', 'YYYY TZH'), to_timestamp('2000 -10', 'YYYY TZH');
SELECT to_timestamp('2011-12-18 11:38 -05:20', 'YYYY-MM-DD HH12:MI TZH:TZM'), to_timestamp(' 2000/ JUN', 'YYYYMON'), to_timestamp('2000$JUN','YYYY"xy"MON') ;
SELECT to_timestamp('2000JUN', 'YYYY///MON'), to_timestamp('2000/JUN', 'YYYY MON'), to_timestamp('2000 + JUN','YYYY  MON'), to_date('2011x 12x 18', 'YYYYxMMxDD'), to_date('2011 x12 x18', 'YYYYxMMxDD');
SELECT to_timestamp('2000-JUN', 'FXYYYY MON'), to_timestamp('2000 -  JUN','FXYYYY MON');
SELECT to_timestamp('Ärz2000-01', '"Ärz"YYYY-MM'), to_date('2000é01', 'YYYYéMM');
SELECT to_date('2011/12/18', 'FXYYYY-MM-DD'), to_date('1995-1-1','FXYYYY-MM-DD');
SELECT i, to_char(i * interval '1mon', 'rm'), to_char(i * interval '1mon', 'RM') FROM generate_series(-26, 26) i;
SELECT 'Wed Jul 11 10:51:14 America/New_York 2001'::timestamptz, 'Wed Jul 11 10:51:14 GMT-4 2001'::timestamptz,'Wed Jul 11 10:51:14 GMT+4 2001'::timestamptz,'Wed Jul 11 10:51:14 PST-03:00 2001'::timestamptz, 'Wed Jul 11 10:51:14 PST+03:00 2001'::timestamptz;
SELECT '2001-02-16 20:38:40 America/New_York'::timestamptz, '20:38:40 America/New_York 2001-02-16'::timestamptz;
SELECT 'America/New_York 2001-02-16 20:38:40'::timestamptz;
SELECT '20:38:40 America/New_York'::timetz;
SELECT '2001-02-16 20:38:40 America/New_York'::timetz, '20:38:40 PST8PDT'::timestamptz;
SELECT '2011-03-27 02:00:00'::timestamp AT TIME ZONE 'MSK', '2011-03-27 02:59:59'::timestamp AT TIME ZONE 'MSK', '2011-03-26 23:59:59'::timestamp AT TIME ZONE 'MSK','2014-10-26 00:59:59'::timestamp AT TIME ZONE 'MSK', make_timestamptz(2014,10,26,1,0,1,'MSK'), '2014-10-25 22:00:00 UTC'::timestamptz AT TIME ZONE 'MSK', date_trunc('day','2014-10-25 22:00:00 UTC'::timestamptz, 'MSK');
SELECT '1600-03-27 02:00:00'::timestamp AT TIME ZONE 'MSK', '1985-07-27 02:00:00'::timestamp AT TIME ZONE 'MSK', '1985-07-27 02:00:00+00'::timestamptz AT TIME ZONE 'MSK';
SELECT count(*) FROM generate_series('9e131071'::numeric, '9.9e131071', '1e131071');
