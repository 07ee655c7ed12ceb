create temp table tc (a int);

create procedure pg_temp.pc(n int) language plpgsql as $$ begin for i in 1..n loop insert into tc values (i); if i % 2 = 0 then commit; else rollback; end if; end loop; end $$;

call pg_temp.pc(5);

select * from tc;

begin; call pg_temp.pc(2); rollback;

create procedure pg_temp.pc2(inout x int) language plpgsql as $$ begin call pg_temp.pc(x); x := x + 1; commit; end $$;

call pg_temp.pc2(2);

do $$ declare v int := 2; begin call pg_temp.pc2(v); raise notice 'v %', v; begin call pg_temp.pc2(v); exception when others then raise notice '% %', sqlstate, sqlerrm; end; end $$;

create function pg_temp.fc() returns int language plpgsql as $$ begin commit; return 1; end $$;

select pg_temp.fc();

create function pg_temp.fc2() returns int language plpgsql as $$ begin call pg_temp.pc(2); return 1; end $$;

select pg_temp.fc2();

do $$ begin do 'begin commit; end'; end $$;

do $$ begin do 'begin raise notice ''in''; perform 1/0; end'; end $$;

do $$ declare r record; begin for r in select a from tc loop delete from tc where a = r.a; commit; end loop; end $$;

select count(*) from tc;

do $$ declare c cursor for select g from generate_series(1,3) g; begin for r in c loop raise notice '%', r.g; commit; end loop; end $$;

do $$ declare x int; begin select 1, 2 into x; raise notice '%', x; end $$;

do $$ declare r record; begin r := row(1, 'a'); raise notice '% %', r.f1, r; r := (2, 3); raise notice '%', r; select r.f1 + 1 into r; raise notice '%', r; end $$;

do $$ declare t pg_class%rowtype; n pg_class.relname%type; begin select * into t from pg_class where relname = 'pg_class'; n := t.relname; raise notice '% %', n, t.relkind; t.relname := 'x'; raise notice '%', t.relname; end $$;

do $$ declare a int := 1; b int := a + 1; begin declare a int := a + 10; begin raise notice '% %', a, b; end; end $$;

do $$ <<o>> declare a int := 1; begin declare a int := 5; begin raise notice '% %', a, o.a; o.a := 7; end; raise notice '%', a; end $$;

do $$ #variable_conflict use_column
declare relname text := 'v'; begin perform relname from pg_class where relname = 'pg_class'; raise notice '%', found; end $$;

do $$ #variable_conflict use_variable
declare relname text := 'v'; x text; begin select relname into x from pg_class limit 1; raise notice '%', x; end $$;

do $$ declare d date := '2020-01-01'; begin d := d + 1; raise notice '%', d; d := 'garbage'; end $$;

do $$ declare s text; begin set local work_mem = '3MB'; show work_mem into s; raise notice '%', s; select current_setting('work_mem') into s; raise notice '%', s; end $$;

do $$ declare x int; begin x := 99999999999; end $$;

do $$ declare x smallint; begin x := 70000; end $$;

do $$ declare x boolean; begin x := 'yes'; raise notice '%', x; x := 5; raise notice '%', x; end $$;

do $$ declare x int; begin x := '12' || '3'; raise notice '%', x; end $$;

do $$ declare a text[]; begin a := array_append(a, 'x'); a := a || 'y'::text; raise notice '% %', a, array_length(a,1); raise notice '%', a[1]; end $$;

do $$ declare j jsonb := '{"a":1}'; begin raise notice '%', j->>'a'; j := jsonb_set(j, '{b}', '2'); raise notice '%', j; end $$;

do $$ begin raise info 'i'; raise warning 'w' using hint = 'h', errcode = '01234'; raise log 'l'; raise debug 'd'; end $$;

do $$ begin create temp table ct as select g from generate_series(1,3) g; execute 'drop table ct'; end $$;

do $$ declare k int := 2; n int; begin create temp table ct as select g from generate_series(1,5) g where g > k; get diagnostics n = row_count; raise notice '% %', n, found; select count(*) into n from ct; raise notice '%', n; drop table ct; end $$;

do $$ begin copy pg_class to stdout; end $$;

do $$ declare x int; begin insert into tc values (1) returning a, a into x; insert into tc values (1),(2) returning a into x; end $$;

do $$ declare x int; begin insert into tc values (1) into x; end $$;

do $$ begin insert into tc values (1) returning a; end $$;

do $$ declare x int; begin execute 'select 1/$1' into x using 0; end $$;

do $$ declare x int; begin execute 'select 1/$2' into x using 0; end $$;

do $$ begin perform $1; end $$;

do $$ declare r record; begin for r in delete from tc returning a loop raise notice '%', r; end loop; end $$;

do $$ declare r record; begin for r in create table foo() loop raise notice '%', r; end loop; end $$;

do $$ begin begin perform 1/0; exception when others then raise exception 'outer: %', sqlerrm; end; end $$;

do $$ begin begin raise exception 'a'; exception when raise_exception then begin raise exception 'b'; exception when others then raise notice '%', sqlerrm; end; raise notice '%', sqlerrm; raise; end; end $$;

do $$ begin null; end; $$;

do $$ begin null; end; foo $$;

do $$ begin x := 1; end $$;

do $$ begin x.y := 1; end $$;

do $$ declare x int; begin x.y := 1; end $$;

do $$ declare x int; begin x y; end $$;

do $$ declare begin := 1; begin null; end $$;

do $$ begin end $$;

do $$ $$;

do $$ begin raise exception division_by_zero 'x'; end $$;

do $$ begin raise notice 'x' using foo = 1; end $$;

do $$ begin raise notice 'x' using hint = null; end $$;

do $$ begin raise notice 'x' using message = 'y'; end $$;

do $$ begin get stacked diagnostics x = row_count; end $$;

do $$ declare x int; begin get stacked diagnostics x = row_count; end $$;

do $$ declare x int; begin get diagnostics x = message_text; end $$;

do $$ declare x int; begin get diagnostics x = foo; end $$;

do $$ declare x text; begin get stacked diagnostics x = message_text; end $$;

do $$ declare c refcursor; begin fetch c into c; end $$;

do $$ declare c int; begin open c for select 1; end $$;

do $$ declare c cursor for select 1; begin open c; open c; end $$;

do $$ declare c cursor (a int) for select a; begin open c; end $$;

do $$ declare c cursor (a int) for select a; begin open c(1,2); end $$;

do $$ declare c cursor (a int) for select a; begin open c(b := 2); end $$;

do $$ declare c cursor for select 1; begin open c(1); end $$;

do $$ declare c refcursor; begin open c for insert into tc values (1); end $$;

do $$ declare c refcursor; x int; begin open c for select 1; fetch 2 from c into x; end $$;

do $$ declare c refcursor; x int; begin open c no scroll for select g from generate_series(1,3) g; fetch c into x; fetch prior from c into x; end $$;

do $$ declare c refcursor := 'myc'; x int; begin open c for select 1; raise notice '%', c; fetch c into x; raise notice '% %', x, found; fetch c into x; raise notice '% %', x, found; end $$;

do $$ begin foreach x in array '{1}'::int[] loop null; end loop; end $$;

do $$ declare x int; begin foreach x in array 5 loop null; end loop; end $$;

do $$ declare x int; begin foreach x slice 1 in array '{1}'::int[] loop null; end loop; end $$;

do $$ declare x int[]; begin foreach x slice 3 in array '{1}'::int[] loop null; end loop; end $$;

do $$ declare x int; begin if x then null; end if; while null loop null; end loop; raise notice 'ok'; end $$;

do $$ declare x int := 3; begin case x when 1 then null; else raise notice 'e'; end case; case when x = 3 then raise notice 't'; end case; case x + 0.5 when 3.5 then raise notice 'num'; end case; end $$;
