create function pg_temp.ctx() returns text language plpgsql as $$ declare c text; begin get diagnostics c = pg_context; return c; end $$;

create function pg_temp.ctx2() returns text language plpgsql as $$ begin
 return (select pg_temp.ctx());
end $$;

do $$ declare c text; begin c := pg_temp.ctx2(); raise notice '%', c; perform pg_temp.ctx2(); execute 'select pg_temp.ctx2()' into c; raise notice '%', c; end $$;

create function pg_temp.noti() returns void language plpgsql as $$ begin raise notice 'inner'; end $$;

do $$ begin perform pg_temp.noti(); end $$;

select pg_temp.noti() from generate_series(1,2);

create function pg_temp.refc() returns refcursor language plpgsql as $$ declare c refcursor; begin open c for select g from generate_series(1,3) g; return c; end $$;

begin; do $$ declare c refcursor := 'cur1'; begin open c for select 42; end $$; fetch all from cur1; commit;

do $$ declare r record; begin r := null; raise notice '%', r; raise notice '%', r is null; select 1 as a into r; r.a := 'x'; end $$;

do $$ declare r record; begin for r in select 1 as a union all select 2 loop r.a := r.a * 10; raise notice '%', r; end loop; end $$;

create temp table pt2 (id int, name text, amt numeric(8,2));

do $$ declare t pt2%rowtype; u pt2; begin t.id := 1; t.name := 'n'; t.amt := 1.555; raise notice '%', t; insert into pt2 values (t.*); insert into pt2 select t.*; select * into u from pt2 limit 1; raise notice '% %', u, u.amt; u := row(5, 'q', 2); raise notice '%', u; u := null; raise notice '% %', u, u.id; u := (7, 'z', 3.14159); raise notice '%', u; end $$;

do $$ declare t pt2; begin t.nosuch := 1; end $$;

do $$ declare t pt2; begin raise notice '%', t.nosuch; end $$;

do $$ declare t pt2; begin t := row(1); raise notice '%', t; end $$;

do $$ declare t pt2; begin t := 5; end $$;

create function pg_temp.rowf(p pt2) returns pt2 language plpgsql as $$ begin p.id := p.id + 1; return p; end $$;

select pg_temp.rowf(pt2) from pt2; select * from pg_temp.rowf(row(3,'a',1)::pt2);

create function pg_temp.sr() returns setof record language plpgsql as $$ declare r record; begin for r in select g, 'x' || g from generate_series(1,2) g loop return next r; end loop; return query select 5, 'five'; end $$;

select * from pg_temp.sr() as (a int, b text);

select * from pg_temp.sr() as (a int, b int);

create function pg_temp.rq() returns setof int language plpgsql as $$ begin return query select 'x'::text; end $$;

select * from pg_temp.rq();

create function pg_temp.rqe(n int) returns table(a int, b text) language plpgsql as $$ begin return query execute 'select g, $1 || g from generate_series(1,2) g' using 't'; if not found then raise notice 'none'; end if; return query select 1, 2; end $$;

select * from pg_temp.rqe(1);

create function pg_temp.amb(id int) returns int language plpgsql as $$ declare n int; begin select count(*) into n from pt2 where id = amb.id; return n; end $$;

select pg_temp.amb(1);

create function pg_temp.amb2(id int) returns int language plpgsql as $$ declare n int; begin select count(*) into n from pt2 where pt2.id = amb2.id; return n; end $$;

select pg_temp.amb2(1);

create function pg_temp.vari(variadic a int[]) returns int language plpgsql as $$ declare s int := 0; x int; begin foreach x in array a loop s := s + x; end loop; return s; end $$;

select pg_temp.vari(1,2,3);

create function pg_temp.exc(n int) returns text language plpgsql as $$ begin
 return 10 / n;
exception
 when division_by_zero then return 'div';
 when others then return 'other ' || sqlerrm;
end $$;

select pg_temp.exc(0), pg_temp.exc(3);

create function pg_temp.inn(in a int, inout b int, out c text) language plpgsql as $$ begin b := b + a; c := b::text; return; end $$;

select * from pg_temp.inn(1, 2); select pg_temp.inn(1,2);

create function pg_temp.badret() returns int language plpgsql as $$ begin return; end $$;

create function pg_temp.badret2() returns setof int language plpgsql as $$ begin return 1; end $$;

create function pg_temp.badret3(out a int) language plpgsql as $$ begin return 1; end $$;

create procedure pg_temp.badp() language plpgsql as $$ begin return 1; end $$;

create function pg_temp.castret() returns int language plpgsql as $$ begin return 'abc'; end $$;

select pg_temp.castret();

create function pg_temp.dup(a int, a int) returns int language plpgsql as $$ begin return 1; end $$;

create function pg_temp.sec() returns int language plpgsql as $$ begin
 declare x int; begin
  x := 1 / 0;
 end;
end $$;

select pg_temp.sec();

do $$ declare v int; begin begin v := 1; perform 1/0; exception when others then v := v + 1; end; raise notice 'v %', v; end $$;

do $$ begin begin create temp table sub1(a int); raise exception 'x'; exception when others then null; end; perform * from sub1; end $$;

do $$ begin set local lock_timeout = '3s'; begin set local lock_timeout = '5s'; raise exception 'x'; exception when others then raise notice '%', current_setting('lock_timeout'); end; end $$;

do $$ declare s text; begin s := format('%s-%s', 1, null); raise notice '%', s; raise notice using message = 'm', detail = 'd'; end $$;

do $$ declare n numeric := 1; begin for i in 1..30 loop n := n * i; end loop; raise notice '%', n; end $$;

do $$ declare t timestamptz := '2020-01-01 00:00:00+00'; i interval := '1 day'; begin t := t + i; raise notice '%', t at time zone 'UTC'; end $$;

do $$ begin for i in reverse 3..1 loop raise notice '%', i; end loop; for i in 3..1 loop raise notice 'never'; end loop; raise notice '%', found; end $$;

do $$ begin <<a>> for i in 1..3 loop <<b>> for j in 1..3 loop continue a when j = 2; exit a when i = 2; raise notice '% %', i, j; end loop b; end loop a; end $$;

do $$ declare x int := 1; begin loop x := x * 2; exit when x > 100; continue when x < 50; raise notice '%', x; end loop; end $$;

do language plpgsql $$ begin raise notice 'lang'; end $$;

do 'begin raise notice ''it''''s''; x; end';

do $$ begin perform pg_sleep(0); perform; end $$;

do $$ declare "Weird Name" int := 1; begin "Weird Name" := "Weird Name" + 1; raise notice '%', "Weird Name"; end $$;

do $$ declare open int := 1; begin open := open + 1; raise notice '%', open; end $$;

do $$ -- comment
declare /* c */ x int; -- more
begin x := 1 -- trailing
; raise notice '%', x; end $$;

do $$ begin if 1 = 1 then if 2 = 2 then raise notice 'deep'; end if; elseif 3 = 3 then null; end if; end $$;

do $$ declare c1 cursor for select 1; c2 no scroll cursor for select 2; c3 scroll cursor (x int, y text) for select x, y; a int; b text; begin open c3(y := 'q', x := 3); fetch c3 into a, b; raise notice '% %', a, b; close c3; open c2; fetch c2 into a; raise notice '%', a; close c2; end $$;

do $$ declare x int; begin select into x 5; raise notice '%', x; select into strict x 6 where true; raise notice '%', x; with q as (select 7 as z) select z into x from q; raise notice '%', x; values (8) into x; end $$;

do $$ declare a int; b int; begin select 1, 2, 3 into a, b; raise notice '% %', a, b; select 1 into a, b; raise notice '% %', a, b; end $$;

do $$ declare x text; begin execute 'select $1::text || $2' into strict x using 'a', 'b'; raise notice '%', x; execute 'select 1 where false' into strict x; end $$;

do $$ declare x text; begin explain select 1; end $$;

do $$ declare x text; begin for x in explain (costs off) select 1 loop raise notice '%', x; end loop; end $$;

do $$ declare x int = 3; y int default x; z constant int := 4; begin raise notice '% % %', x, y, z; end $$;

do $$ declare x int; begin raise notice '%', (select max(g) from generate_series(1, 5) g); x := (select count(*) from pt2); raise notice '%', x; end $$;

do $$ begin call nosuch_proc(1); end $$;

do $$ begin raise exception e'multi\nline'; end $$;

do $$ begin raise exception 'x' using errcode = 'nosuch'; end $$;

do $$ begin raise exception 'x' using errcode = '22'; end $$;
