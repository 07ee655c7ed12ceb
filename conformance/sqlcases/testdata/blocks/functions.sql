create function pg_temp.f(a int, b text default 'z') returns text language plpgsql as $$ declare r text; begin r := a || b; return r; end $$;

select pg_temp.f(1), pg_temp.f(2,'q');

create function pg_temp.fact(n int) returns numeric language plpgsql as $$ begin if n <= 1 then return 1; end if; return n * pg_temp.fact(n-1); end $$;

select pg_temp.fact(20);

create function pg_temp.g(n int) returns setof int language plpgsql as $$ begin for i in 1..n loop return next i; end loop; return query select 100 union all select 200; return; end $$;

select * from pg_temp.g(3);

select pg_temp.g(2);

create function pg_temp.o(in a int, out b int, out c text) language plpgsql as $$ begin b := a*2; c := 'c' || a; end $$;

select * from pg_temp.o(4); select pg_temp.o(5);

create function pg_temp.t(n int) returns table(x int, y text) language plpgsql as $$ begin for x in 1..n loop y := 'y' || x; return next; end loop; return query select 9, 'nine'; end $$;

select * from pg_temp.t(2);

create function pg_temp.e(n int) returns int language plpgsql as $$ begin
 return 1/n;
end $$;

select pg_temp.e(0);

create function pg_temp.e2(n int) returns int language plpgsql as $$ declare x int; begin
 x := pg_temp.e(n);
 return x;
end $$;

select pg_temp.e2(0);

create function pg_temp.nr(n int) returns int language plpgsql as $$ begin
 if n > 5 then return 1; end if;
end $$;

select pg_temp.nr(0);

create function pg_temp.rec(n int) returns record language plpgsql as $$ declare r record; begin select n, 'a'::text into r; return r; end $$;

select * from pg_temp.rec(1) as (a int, b text);

select pg_temp.rec(1);

select * from pg_temp.rec(1) as (a int, b int);

create function pg_temp.poly(a anyelement) returns anyelement language plpgsql as $$ declare b a%type; begin b := a; return b; end $$;

select pg_temp.poly(3), pg_temp.poly('x'::text);

create function pg_temp.bad() returns int language plpgsql as $$ begin
 retrun 1;
end $$;

create procedure pg_temp.p(inout a int) language plpgsql as $$ begin a := a + 1; end $$;

call pg_temp.p(4);

do $$ declare x int := 7; begin call pg_temp.p(x); raise notice 'x %', x; end $$;

create function pg_temp.st() returns int stable language plpgsql as $$ begin create temp table qqq(a int); return 1; end $$;

select pg_temp.st();

create function pg_temp.findor(k int) returns text language plpgsql as $$ begin begin insert into pgt values (k); return 'new'; exception when unique_violation then return 'old'; end; end $$;

create temp table pgt(k int primary key);

select pg_temp.findor(1), pg_temp.findor(1);

create function pg_temp.inf() returns int language plpgsql as $$ begin return pg_temp.inf(); end $$;

create function pg_temp.arg(int, b alias_t int) returns int language plpgsql as $$ begin return $1; end $$;

create function pg_temp.arg(int) returns int language plpgsql as $$ declare a alias for $1; begin return a + $1; end $$;

select pg_temp.arg(4);

create function pg_temp.v() returns void language plpgsql as $$ begin perform 1; end $$;

select pg_temp.v();

create function pg_temp.str(a int) returns int strict language plpgsql as $$ begin return 1; end $$;

select pg_temp.str(null);

create function pg_temp.sett() returns text set work_mem = '1MB' language plpgsql as $$ begin return current_setting('work_mem'); end $$;

select pg_temp.sett();

create function pg_temp.rt() returns setof pgt language plpgsql as $$ begin return query select * from pgt; end $$;

select * from pg_temp.rt(); select (pg_temp.rt()).k;
