-- What EXPLAIN tells of ON CONFLICT, in all formats.

CREATE TEMP TABLE t(a int primary key, b text unique, c int);
insert into t values (1,'a',1),(2,'b',2);
explain (costs off) insert into t values (1) on conflict do nothing;
explain (costs off) insert into t values (1) on conflict (a) do nothing;
explain (costs off) insert into t values (1) on conflict (b) do update set c=excluded.c where t.c>1 and t.c < excluded.c;
explain (costs off, analyze, timing off, summary off) insert into t values (1,'x'),(5,'e') on conflict (a) do nothing;
explain (costs off, analyze, timing off, summary off) insert into t values (1,'x'),(6,'e1') on conflict (a) do update set c=3 where t.c > excluded.a;
explain (costs off, analyze, timing off, summary off) insert into t values (1,'x'),(7,'e2') on conflict (a) do update set c=3;
explain (costs off, format json, analyze, timing off, summary off) insert into t values (1,'x'),(8,'e3') on conflict (a) do update set c=3 where t.c > 1;
explain (costs off, format json) insert into t values (1,'x'),(9,'e4') on conflict do nothing;
explain (costs off, format yaml, analyze, timing off, summary off) insert into t values (1,'x'),(10,'e5') on conflict (a) do update set c=3 where t.c < 1;
explain (costs off, format xml) insert into t values (1,'x'),(9,'e4') on conflict (a) do update set c=3 where t.c < 1;
create unique index t_c on t(c) where b > 'q';
explain (costs off) insert into t values (1) on conflict (c) where b > 'r' and b>'q' do nothing;
explain (costs off, analyze, timing off, summary off) with x as (insert into t values (1,'x'),(9,'e9') on conflict (a) do update set c=3 returning *) select * from x;
CREATE TEMP VIEW v AS SELECT a AS k, c + 1 AS d FROM t;
explain (costs off) insert into v(k) values (1) on conflict (k) do update set k = 5 where v.d > excluded.k;
