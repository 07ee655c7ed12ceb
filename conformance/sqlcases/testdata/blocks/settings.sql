DO $$ BEGIN NULL; END $$;

SET plpgsql.check_asserts = off;

DO $$ BEGIN ASSERT false; RAISE NOTICE 'on'; END $$;

SET plpgsql.check_asserts = on;

DO $$ BEGIN ASSERT false; END $$;

SET plpgsql.variable_conflict = use_column;

DO $$ DECLARE relname text := 'v'; x text; BEGIN SELECT relname INTO x FROM pg_class WHERE pg_class.relname = 'pg_class'; RAISE NOTICE '%', x; END $$;

SET plpgsql.variable_conflict = use_variable;

DO $$ DECLARE relname text := 'v'; x text; BEGIN SELECT relname INTO x FROM pg_class WHERE pg_class.relname = 'pg_class'; RAISE NOTICE '%', x; END $$;

RESET plpgsql.variable_conflict;

DO $$ DECLARE relname text := 'v'; x text; BEGIN SELECT relname INTO x FROM pg_class WHERE pg_class.relname = 'pg_class'; END $$;

PREPARE pq (int) AS SELECT $1 + 1;

DO $$ DECLARE x int; y int := 4; BEGIN EXECUTE 'EXECUTE pq(6)' INTO x; RAISE NOTICE '%', x; END $$;

SET client_min_messages = warning;

DO $$ BEGIN RAISE NOTICE 'no'; RAISE INFO 'yes'; RAISE WARNING 'yes'; RAISE DEBUG 'no'; RAISE LOG 'no'; END $$;

SET client_min_messages = log;

DO $$ BEGIN RAISE NOTICE 'yes'; RAISE DEBUG 'no'; RAISE LOG 'yes'; END $$;
