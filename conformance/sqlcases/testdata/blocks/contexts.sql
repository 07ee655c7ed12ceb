DO $$ DECLARE x int; BEGIN
 x := 'abc';
END $$;

DO $$ DECLARE x int; BEGIN
 x := 1/0;
END $$;

DO $$ DECLARE x int := 0; BEGIN
 x := 1/x;
END $$;

DO $$ DECLARE x int := 'zz'; BEGIN
 x := 1/x;
END $$;

DO $$ DECLARE x int := 0; BEGIN
 x := (select 1/x);
END $$;

DO $$ DECLARE x int := 0; BEGIN
 perform 1/x from generate_series(1,2);
END $$;

DO $$ DECLARE x int := 0; BEGIN
 x := nosuch + 1;
END $$;

DO $$ DECLARE x int := 0; BEGIN
 x := ;
END $$;

DO $$ DECLARE x int := 0; BEGIN
 x := 1 +;
END $$;

DO $$ DECLARE x int := 0; BEGIN
 if 'abc' then null; end if;
END $$;

DO $$ DECLARE x varchar(3) := 'abcdef'; BEGIN
 null;
END $$;

DO $$ DECLARE x varchar(3); y text := 'abcdef'; BEGIN
 x := y;
END $$;

DO $$ DECLARE x int[]; BEGIN
 x := 5;
END $$;

DO $$ DECLARE x int; r record; BEGIN
 x := row(1,2);
END $$;

DO $$ DECLARE x int; r record; BEGIN
 r := 5;
END $$;

DO $$ DECLARE x int; r record; BEGIN
 x := r.a;
END $$;

DO $$ DECLARE x int; r record; BEGIN
 r := row(1,2);
 x := r.a;
END $$;

DO $$ DECLARE x int; r record; BEGIN
 select 1 as a into r;
 x := r.b;
END $$;

DO $$ DECLARE x int; r record; BEGIN
 select 1 as a into r;
 r.b := 4;
END $$;

DO $$ DECLARE x int; r record; BEGIN
 raise exception 'a % b', 1 using hint = 'hh', detail='dd', errcode='22012';
END $$;

DO $$ DECLARE x int; r record; BEGIN
 insert into nosuch values (1);
END $$;

DO $$ DECLARE relname text; BEGIN
 perform relname from pg_class;
END $$;

DO $$ DECLARE relname text; BEGIN
 execute 'select 1/0';
END $$;

DO $$ DECLARE relname text; BEGIN
 execute 'select foo';
END $$;

DO $$ DECLARE relname text; BEGIN
 select 1 into strict nosuch;
END $$;

DO $$ DECLARE relname nosuchtype; BEGIN
 null;
END $$;

DO 'BEGIN
 x y z;
END';

DO $$ BEGIN
 foo(1);
END $$;

DO $$ BEGIN
 select 1;
END $$;

do $$ begin commit; end $$;

begin; do $$ begin commit; end $$; rollback;

do $$ begin begin commit; exception when others then raise notice '%', sqlerrm; end; end $$;

do $$ begin return 1; end $$;

do $$ begin return next 1; end $$;

do $$ begin return query select 1; end $$;

do $$ begin savepoint a; end $$;
