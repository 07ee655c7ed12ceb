do $$ declare x int; begin x := 1 end $$;

do $$ declare x int begin null; end $$;

do $$ begin raise notice 'a' end $$;

do $$ begin perform 1 end $$;

do $$ begin select 1 into end $$;

do $$ begin if true then end if end $$;

do $$ begin if then null; end if; end $$;

do $$ begin loop null; end $$;

do $$ begin while loop null; end loop; end $$;

do $$ begin for in 1..2 loop null; end loop; end $$;

do $$ begin for i in loop null; end loop; end $$;

do $$ begin for i in 1.. loop null; end loop; end $$;

do $$ begin for i in 1 loop null; end loop; end $$;

do $$ declare r record; begin for r in 1 loop null; end loop; end $$;

do $$ declare r record; begin for r in reverse select 1 loop null; end loop; end $$;

do $$ declare a int; b int; begin for a, b in 1..2 loop null; end loop; end $$;

do $$ begin case 1 end case; end $$;

do $$ begin case when true then null; end; end $$;

do $$ begin return end $$;

do $$ begin execute; end $$;

do $$ begin execute 'select 1' using; end $$;

do $$ begin execute 'select 1' into; end $$;

do $$ declare x int; begin execute 'select 1' into x into x; end $$;

do $$ declare x int; begin execute 'select $1' using 1 into x; raise notice '%', x; end $$;

do $$ declare x int; begin select 1 into x into x; end $$;

do $$ declare r record; x int; begin select 1 into r, x; end $$;

do $$ declare r record; x int; begin select 1 into x, r; end $$;

do $$ begin open nosuch; end $$;

do $$ begin close nosuch; end $$;

do $$ begin fetch nosuch into x; end $$;

do $$ declare c refcursor; begin open c; end $$;

do $$ declare c refcursor; begin open c for 1; end $$;

do $$ declare c refcursor; begin fetch c; end $$;

do $$ begin get diagnostics; end $$;

do $$ begin raise; exception when others then raise; end $$;

do $$ begin raise exception; end $$;

do $$ begin raise notice; end $$;

do $$ begin raise 'plain'; end $$;

do $$ begin raise warning 'w %', 1 + 1; end $$;

do $$ begin raise sqlstate '123'; end $$;

do $$ begin raise sqlstate 'abcde'; end $$;

do $$ begin null; exception when sqlstate '1234' then null; end $$;

do $$ begin null; exception end $$;

do $$ begin null; exception when others null; end $$;

do $$ begin assert; end $$;

do $$ begin assert false, null; end $$;

do $$ declare x alias for y; begin null; end $$;

do $$ declare x int; y alias for x; begin y := 5; raise notice '%', x; end $$;

do $$ declare x int; begin <<l>> x := 1; end $$;

do $$ <<a>> declare x int := 1; begin <<b>> declare x int := 2; begin raise notice '% %', a.x, b.x; end b; end a $$;

do $$ declare x text collate "C" := 'a'; begin raise notice '%', x; end $$;

do $$ declare x int collate "C"; begin null; end $$;

do $$ declare x void; begin null; end $$;

do $$ declare x int[]; y x%type; begin y := '{1,2}'; raise notice '%', y[2]; end $$;

do $$ declare x nosuch%type; begin null; end $$;

do $$ declare x nosuch.col%type; begin null; end $$;

do $$ declare x pg_class.nosuch%type; begin null; end $$;

do $$ declare x nosuch%rowtype; begin null; end $$;

do $$ declare x pg_catalog.pg_class%rowtype; y pg_catalog.pg_class.oid%type; begin raise notice '% %', x is null, y; end $$;

do $$ declare x varchar(3); y char(4) := 'ab'; z numeric(5,2) := 1.239; begin x := 'ab'; raise notice '%|%|%', x, y, z; end $$;

do $$ declare x int := 1; begin x = 2; raise notice '%', x; if x = 2 then raise notice 'eq'; end if; end $$;

do $$ begin foo; end $$;

do $$ begin 1; end $$;

do $$ begin 'x'; end $$;

do $$ begin (select 1); end $$;

do $$ begin with q as (select 1) select * from q; end $$;

do $$ begin create temp table nn (a int check (a > 0)); begin insert into nn values (-1); exception when check_violation then declare t text; c text; begin get stacked diagnostics t = table_name, c = constraint_name; raise notice '% %', t, c; end; end; end $$;

do $$ begin begin insert into nn values (null), ('x'); exception when invalid_text_representation then raise notice '%', sqlerrm; end; end $$;

do $$ begin begin raise exception 'a'; exception when others then raise notice '% %', sqlstate, sqlerrm; begin raise exception 'b' using errcode = '22012'; exception when division_by_zero then raise notice '% %', sqlstate, sqlerrm; end; raise notice '% %', sqlstate, sqlerrm; end; raise notice '%', sqlerrm; end $$;

do $$ declare f bool; begin perform 1 where false; f := found; raise notice '% %', f, not found; found := true; raise notice '%', found; end $$;

do $$ declare r record; begin execute 'select 1 as a, ''b'' as b' into r; raise notice '% %', r.a, r.b; end $$;

do $$ declare n int; begin execute 'create temp table ee(a int)'; execute 'insert into ee select generate_series(1,4)'; get diagnostics n = row_count; raise notice '%', n; execute format('drop table %I', 'ee'); end $$;

do $$ declare c refcursor; r record; begin open c for execute 'select g from generate_series(1,$1) g' using 3; loop fetch c into r; exit when not found; raise notice '%', r.g; end loop; close c; end $$;

do $$ declare j json; begin select json_build_object('a', 1) into j; raise notice '%', j->'a'; end $$;

do $$ begin raise notice '%', now() = statement_timestamp() or true; raise notice '%', current_user is not null; end $$;

do $$ declare i int := 0; begin loop i := i + 1; begin if i = 3 then exit; end if; exception when others then null; end; end loop; raise notice '%', i; end $$;

do $$ begin for i in 1..2 loop declare x int; begin raise notice '%', x; x := i; end; end loop; end $$;

do $$ begin for i in 2147483646..2147483647 loop raise notice '%', i; end loop; end $$;

do $$ declare x int := 5; begin for x in 1..2 loop null; end loop; raise notice '%', x; end $$;

do $$ declare x record; begin for x in select 1 as a where false loop null; end loop; raise notice '% %', x, found; end $$;

do $$ #option dump
begin null; end $$;

do $$ #foo
begin null; end $$;

do $$ #print_strict_params on
declare x int; y text := 'it''s'; begin select 1 into strict x where y = 'no' and 1 = 2; end $$;

do $$ declare x int := 10; begin x := x::text || '1'; raise notice '%', x; x := 1.5; raise notice '%', x; x := 2.5; raise notice '%', x; end $$;

do $$ declare d interval; begin d := '1 day'; d := d * 2; raise notice '%', d; d := 5; end $$;

do $$ declare x bigint; begin x := 3000000000; raise notice '%', x * 2; x := 'NaN'::float; end $$;
