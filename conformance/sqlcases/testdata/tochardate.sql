-- Fields are written in capitals or in small letters, and four names with a capital; else they are letters.
SELECT to_char('1969-07-20 20:17:40'::timestamp, 'Mixed'::name);
SELECT k, to_char('2024-03-05 10:11:12.345678'::timestamp, k), to_char('0044-03-15 01:02:03 BC'::timestamp, k)
FROM unnest(ARRAY['Month', 'MOnth', 'Mon', 'MOn', 'Day', 'DAy', 'Dy', 'dY', 'Mi', 'mI', 'Hh24', 'hH12', 'Ss', 'Ms', 'Us', 'Yyyy', 'Y,yyy', 'y,yyy', 'A.m.', 'Am', 'Bc', 'Rm', 'Iyyy', 'IddD', 'FF3', 'Ff3', 'Tz', 'Of', 'ff6', 'Ww', 'Cc', 'Q', 'J']) k;
-- One prefix belongs to a field; SP behind it is read and forgotten; zones are no ordinals.
SELECT k, to_char('2024-03-05 10:11:12.345678'::timestamp, k)
FROM unnest(ARRAY['FMMonth|', 'fmMonth|', 'FmMonth|', 'TMMonth|', 'FMTMMonth|', 'TMFMMonth|', 'TMMM', 'TMDDD', 'TMRM|', 'DSP', 'DDsp', 'DDSPth', 'DDth', 'DDTH', 'DDTh', 'OFth', 'TZHth', 'TZMTH', 'FM', '\"x', '"a\"b"c', '\x', 'ä"ö\ü"']) k;
-- Intervals have all fields that count.
SELECT i, k, to_char(i::interval, k)
FROM unnest(ARRAY['1 day', '-1 day', '-1 year -2 mons -3 days -04:05:06.789', '1000 years', '-178000000 years', '-11 mons', '1 year 2 mons 3 days 04:05:06.789', '0']) i,
  unnest(ARRAY['IYYY', 'IYY', 'IY', 'I', 'IW', 'IDDD', 'J', 'RM', 'YYYY', 'YYY', 'YY', 'Y', 'Y,YYY', 'CC', 'WW', 'W', 'Q', 'DDD', 'DD', 'MM', 'FF1', 'FF3', 'MS', 'US', 'FMIYY', 'FMRM', 'HH24', 'MI', 'SS']) k;
SELECT to_char('1 day'::interval, 'it''s');
SELECT to_char('1 day'::interval, 'Day');
-- The fields of numbers likewise.
SELECT k, to_char(12.5, k) FROM unnest(ARRAY['Fm99', 'FM99', 'fm99', '99Mi', '99mi', '99MI', 'Sg99', 'sg99', '99pR', '99Th', '99tH', '99th', '9G9', '9g9', '99SP', '99"a\"b"', '\"99', 'Rn', '99d9', '99V9']) k;
SELECT to_number('-1,234'::text, ''::"char"), to_number('123.45', ''), to_number('12', '9"x"9');
