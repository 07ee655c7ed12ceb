DO $$ DECLARE a int[]; b int[]; BEGIN FOR i IN 1..5 LOOP a[i] := i * i; END LOOP; b := a; a[2] := 99; raise notice '% %', a, b; b[6] := 36; a[6] := 0; raise notice '% %', a, b; END $$;

DO $$ DECLARE a int[] := '{1}'; r record; BEGIN a[2] := 2; SELECT a AS x INTO r; a[1] := 7; raise notice '% %', a, r.x; r := row(a); a[2] := 8; raise notice '% %', a, r; END $$;

DO $$ DECLARE a int[]; BEGIN CREATE TEMP TABLE kept (x int[]); FOR i IN 1..3 LOOP a[i] := i; INSERT INTO kept VALUES (a); END LOOP; END $$;

SELECT * FROM kept;

CREATE FUNCTION pg_temp.sets() RETURNS TABLE (v int[]) LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1..3 LOOP v[i] := i; RETURN NEXT; END LOOP; END $$;

SELECT * FROM pg_temp.sets();

DO $$ DECLARE a int[]; BEGIN a[-1] := 1; a[1] := 3; raise notice '%', a; a[0] := 2; raise notice '%', a; a[3] := 5; raise notice '%', a; END $$;

DO $$ DECLARE a int[][] := '{{1,2},{3,4}}'; BEGIN a[1][2] := 9; a[2][1] := 8; raise notice '%', a; a[3][1] := 1; END $$;

DO $$ DECLARE a int[] := '{1,2,3}'; BEGIN a[2:2] := '{}'; END $$;

DO $$ DECLARE a int[]; BEGIN a[1:2] := '{5,6,7}'; raise notice '%', a; a[2:3] := '{8,9}'; raise notice '%', a; a[:2] := '{1,1}'; raise notice '%', a; END $$;

DO $$ DECLARE a int[]; BEGIN a[null] := 1; END $$;

DO $$ DECLARE a int[]; BEGIN a[1] := 'x'; END $$;

DO $$ DECLARE a int; BEGIN a[1] := 1; END $$;

DO $$ DECLARE a varchar(2)[]; BEGIN a[1] := 'ab'; a[2] := 'abc'; END $$;

DO $$ DECLARE a text[] := '{}'; n int; BEGIN FOR i IN 1..2000 LOOP a[i] := 't' || i; END LOOP; raise notice '% % %', array_length(a, 1), a[1], a[2000]; FOREACH n IN ARRAY ARRAY[1, 2] LOOP a[n] := 'u'; END LOOP; raise notice '%', a[1:3]; END $$;
