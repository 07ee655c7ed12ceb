-- Whole rows as t.*, and records that are taken apart in FROM.
select row_to_json(s.*) from generate_series(11,12) with ordinality s;
select count(s.*), (s.*) is null, row_to_json(s.*) from (values(1,2),(3,null)) s(a,b) group by s;
select row_to_json(x.*) from generate_series(1,2) s(a);
select row_to_json(s.*) from generate_series(1,2) s(a);
select to_jsonb(v.*) from (values(1,'x'),(3,null)) v(a,b) order by v.*;
select q.a, q.b = row(2), q.c = array[row(3)], q.d = row(row(4)) from unnest(array[row(1, row(2), array[row(3)], row(row(4))), row(2, row(3), array[row(4)], row(row(5)))]) as q(a int, b record, c record[], d record);
select * from unnest(array[row(1,2), null, row(3,4)]) as q(a int, b int);
select * from unnest(array[row(1,2)]) as q(a int);
select * from unnest(array[row(1)]) as q(a int);
select * from unnest(array[row(1,'x'::varchar)]) as q(a int, b text);
select * from unnest(array[row(1,2)]) as q(a int, b text);
select * from rows from (unnest(array[row(1,2), row(3,4)]) as (a int, b int), generate_series(1,3)) with ordinality as q;
with a(b) as (values (row(1,2,3))) select * from a, coalesce(b) as c(d int, e int);
with a(b) as (values (row(1,2,3))) select * from a, coalesce(b) as c(d int, e int, f int);
with a(b) as (values (row(1,2,3))) select * from a, coalesce(b) as c(d int, e int, f float);
with a(b) as (values (row(1,2,3)), (null)) select c.* from a, coalesce(b) as c(d int, e int, f int);
