DO $$ DECLARE i int; n int := 0; BEGIN
 FOR i IN 1..5 LOOP n := n + i; END LOOP; raise notice 'n %', n;
 FOR i IN REVERSE 5..1 BY 2 LOOP raise notice 'i %', i; END LOOP;
 WHILE n > 10 LOOP n := n - 1; CONTINUE WHEN n > 12; EXIT WHEN n = 11; END LOOP; raise notice 'n % found %', n, found;
 <<outer>> LOOP LOOP EXIT outer; END LOOP; END LOOP outer;
 <<b>> BEGIN EXIT b; raise notice 'not'; END b;
 IF n = 1 THEN raise notice 'one'; ELSIF n = 11 THEN raise notice 'eleven'; ELSE raise notice 'other'; END IF;
 CASE n WHEN 1, 2 THEN raise notice 'x'; WHEN 11 THEN raise notice 'y'; END CASE;
 CASE WHEN n > 100 THEN null; ELSE raise notice 'else'; END CASE;
 CASE n WHEN 1 THEN null; END CASE;
END $$;

DO $$ DECLARE r record; a int; b text; c numeric(4,1) := 3.14159; BEGIN
 FOR r IN SELECT g, g*2 AS d FROM generate_series(1,3) g LOOP raise notice '% %', r.g, r.d; END LOOP;
 FOR a, b IN SELECT g, 't' || g FROM generate_series(1,2) g LOOP raise notice '% %', a, b; END LOOP;
 FOR r IN EXECUTE 'select $1 + g as s from generate_series(1,2) g' USING 10 LOOP raise notice '%', r; END LOOP;
 raise notice 'c %', c;
 SELECT 1, 'x' INTO a, b; raise notice '% %', a, b;
 SELECT 1 INTO STRICT a WHERE false;
END $$;

DO $$ DECLARE a int; BEGIN SELECT g INTO STRICT a FROM generate_series(1,2) g; END $$;

DO $$ DECLARE a int; BEGIN SELECT g INTO a FROM generate_series(1,2) g WHERE g > 5; raise notice '% %', a, found; END $$;

DO $$ DECLARE x int; arr int[] := '{1,2,3}'; m int[] := '{{1,2},{3,4}}'; BEGIN
 FOREACH x IN ARRAY arr LOOP raise notice 'x %', x; END LOOP;
 FOREACH arr SLICE 1 IN ARRAY m LOOP raise notice 'arr %', arr; END LOOP;
 arr[2] := 9; arr[5] := 7; raise notice '%', arr;
 arr[2:3] := '{5,6}'; raise notice '%', arr; m[2][1] := 8; raise notice '%', m;
 arr := null; arr[3] := 1; raise notice '%', arr;
 FOREACH x IN ARRAY null::int[] LOOP null; END LOOP;
END $$;

DO $$ BEGIN
 BEGIN raise exception 'boo' using errcode = 'P0099', detail='d', hint='h', column='c', table='t', schema='s', constraint='k', datatype='dt';
 EXCEPTION WHEN SQLSTATE 'P0099' THEN
 declare a text; b text; c text; d text; e text; f text; g text; h text; i text; j text; begin
 GET STACKED DIAGNOSTICS a = RETURNED_SQLSTATE, b = MESSAGE_TEXT, c = PG_EXCEPTION_DETAIL, d = PG_EXCEPTION_HINT, e = PG_EXCEPTION_CONTEXT, f = COLUMN_NAME, g = TABLE_NAME, h = SCHEMA_NAME, i = CONSTRAINT_NAME, j = PG_DATATYPE_NAME;
 raise notice '% % % % % % % % % %', a,b,c,d,e,f,g,h,i,j; raise notice '% %', sqlstate, sqlerrm; end;
 END;
 BEGIN perform 1/0; EXCEPTION WHEN division_by_zero THEN raise notice 'div %', sqlerrm; END;
 BEGIN perform 1/0; EXCEPTION WHEN unique_violation THEN null; WHEN data_exception THEN raise notice 'data'; END;
 BEGIN perform 1/0; EXCEPTION WHEN OTHERS THEN raise; END;
END $$;

DO $$ DECLARE n int; c text; BEGIN
 create temp table pt (a int primary key, b text);
 insert into pt values (1,'a'),(2,'b'); get diagnostics n = row_count; raise notice '% %', n, found;
 update pt set b = 'z' where a = 99; raise notice '%', found;
 insert into pt values (3,'c') returning b into c; raise notice '%', c;
 BEGIN insert into pt values (4,'d'); insert into pt values (1,'q'); EXCEPTION WHEN unique_violation THEN raise notice '%', sqlerrm; END;
 select count(*) into n from pt; raise notice 'rows %', n;
 execute 'insert into pt values ($1, $2)' using 10, 'ten'; execute 'select b from pt where a = $1' into c using 10; raise notice '%', c;
 delete from pt; get diagnostics n = row_count; raise notice '%', n;
 get diagnostics c = pg_context; raise notice '%', c;
 drop table pt;
END $$;

DO $$ DECLARE c cursor (k int) for select g from generate_series(1,5) g where g > k; r record; u refcursor; x int; BEGIN
 open c(2); fetch c into r; raise notice '%', r; fetch c into x; raise notice '%', x; move c; fetch c into x; raise notice '% %', x, found; close c;
 for r in c(k := 3) loop raise notice 'loop %', r.g; end loop;
 open u for select 7; fetch u into x; raise notice '% %', x, u; close u;
 open u scroll for execute 'select g from generate_series(1,$1) g' using 4; fetch last from u into x; raise notice '%', x; fetch prior from u into x; raise notice '%', x; fetch absolute 1 from u into x; raise notice '%', x; fetch relative 2 from u into x; raise notice '%', x; move backward all in u; fetch forward from u into x; raise notice '%', x; close u;
 fetch u into x;
END $$;

DO $$ DECLARE x int not null := null; BEGIN null; END $$;

DO $$ DECLARE x int not null := 1; BEGIN x := null; END $$;

DO $$ DECLARE x int not null; BEGIN x := null; END $$;

DO $$ DECLARE x constant int := 1; BEGIN x := 2; END $$;

DO $$ BEGIN assert 1 = 1; assert 1 = 2, 'no ' || 'way'; END $$;

DO $$ BEGIN assert null; END $$;

DO $$ BEGIN raise notice 'a %'; END $$;

DO $$ BEGIN raise notice 'a', 1; END $$;

DO $$ BEGIN raise notice 'a %% % %', null, true; raise division_by_zero; END $$;

DO $$ BEGIN raise sqlstate '22012' using message = 'mm'; END $$;

DO $$ BEGIN raise exception using errcode = 'unique_violation'; END $$;

DO $$ BEGIN raise; END $$;

DO $$ BEGIN raise nosuch_condition; END $$;

DO $$ BEGIN null; exception when nosuch then null; END $$;

DO $$ BEGIN exit; END $$;

DO $$ BEGIN continue; END $$;

DO $$ BEGIN loop exit foo; end loop; END $$;

DO $$ <<l>> BEGIN loop continue l; end loop; END $$;

DO $$ <<l>> BEGIN null; END m $$;

DO $$ BEGIN null; END m $$;

DO $$ DECLARE x int; x int; BEGIN null; END $$;

DO $$ BEGIN if true then null; END $$;

DO $$ BEGIN if true null; end if; END $$;

DO $$ BEGIN for i in 1..3 null; end loop; END $$;

DO $$ BEGIN for i in 1..null loop null; end loop; END $$;

DO $$ BEGIN for i in 1..3 by 0 loop null; end loop; END $$;

DO $$ BEGIN for i in select 1 loop null; end loop; END $$;

DO $$ BEGIN execute null; END $$;

DO $$ BEGIN execute 'begin'; END $$;

DO $$ BEGIN execute 'selec'; END $$;

DO $$ BEGIN execute ''; execute 'select 1; select 2'; END $$;

DO $$ DECLARE x int; BEGIN execute 'create temp table zzz()' into x; END $$;

DO $$ DECLARE x int; BEGIN if 1,2 then null; end if; END $$;

DO $$ DECLARE x int; BEGIN x := (select g from generate_series(1,2) g); END $$;

DO $$ DECLARE x int; BEGIN x := g from generate_series(1,2) g; END $$;

DO $$ DECLARE x int; BEGIN x := 1, 2; END $$;
