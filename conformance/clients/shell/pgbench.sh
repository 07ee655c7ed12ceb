#!/bin/bash
# Drives pgbench against the server that PGHOST and the other variables name, with
# scripts of its own: its tables (-i) need CREATE TABLE.
cd "$(dirname "$0")" || exit 1
. ./tap.sh
# The programs of version 15 themselves, where the package has a wrapper before them.
PATH=/usr/lib/postgresql/15/bin:$PATH
export PGCONNECT_TIMEOUT=5 PGOPTIONS='-c statement_timeout=15s -c timezone=UTC' LC_ALL=C.UTF-8
dir=$(mktemp -d) || exit 1
key=pgbench-$$-$RANDOM
sql() { timeout 15 psql -XqAt -c "$1" 2>&1; }
trap 'rm -rf "$dir"; sql "delete from sources where source like '\''$key-%'\''" >/dev/null' EXIT
echo "# $(pgbench --version)"

# bench ARGS…: the script is stdin; -n, for the tables of pgbench are not there.
bench() { cat >"$dir/script.sql"; timeout 30 pgbench -n "$@" -f "$dir/script.sql" 2>&1; }

# clean NAME WANT OUTPUT: all transactions came to an end, none failed.
clean() {
  local n
  n=$(printf '%s\n' "$3" | sed -nE 's/^number of transactions actually processed: ([0-9\/]+).*/\1/p')
  is "$1: all transactions" "$2" "$n"
  like "$1: none failed" '^number of failed transactions: 0 \(0\.000%\)$' "$3"
  like "$1: latency and throughput" '^tps = [0-9]+\.[0-9]+ \((without initial connection time|including reconnection times)\)$' "$3"
}

for mode in simple extended prepared; do
  out=$(bench -M $mode -c 2 -j 2 -t 10 <<'E'
\set n random(1, 1000)
select count(*) from assertions where concept_path = 'countries/af' and predicate = 'capital';
select value_number * :n from assertions where concept_path = 'countries/fr' and predicate = 'area_km2' limit 1;
E
  )
  clean "-M $mode" 20/20 "$out"
  like "-M $mode is told" "^query mode: $mode$" "$out"

  out=$(bench -M $mode -c 2 -j 1 -t 5 -D given=8 <<'E'
\set i 6 * 7
\set d 1.0 / 4
\set t true
\set neg -:i % 5
\set p pow(2, 10) + greatest(1, 2, 3) + least(4, 5) + abs(-1) + int(sqrt(16.0))
select 1 / (case when :i::int = 42 and :d::float8 = 0.25 and :t::bool and :neg::int = -2 and :p::float8 = 1036 and :given::int = 8 and :client_id::int in (0, 1) and :scale::int = 1 then 1 else 0 end) as ok;
E
  )
  clean "-M $mode: \\set" 10/10 "$out"

  out=$(bench -M $mode -c 2 -j 2 -t 5 <<'E'
select 7 as a, 8 as b \gset
select :a::int + 1 as x \gset p_
select count(*) as n, min(value_number) as low from assertions where concept_path = 'countries/fr' and predicate = 'area_km2' \gset
select 1 / (case when :a::int = 7 and :b::int = 8 and :p_x::int = 8 and :n::int > 0 and :low::numeric > 100000 then 1 else 0 end);
E
  )
  clean "-M $mode: \\gset" 10/10 "$out"

  out=$(bench -M $mode -c 1 -t 2 <<<'select 1 as one \; select 2 as two \gset')
  if [ $mode = simple ]; then
    clean "-M $mode: two commands of one line" 2/2 "$out"
  else
    like "-M $mode: two commands of one line" 'cannot insert multiple commands into a prepared statement' "$out"
  fi

  out=$(bench -M $mode -c 2 -j 2 -t 10 <<E
\\set n random(1, 1000000000)
begin;
insert into sources (source, trust) values ('$key-$mode-' || :client_id::text || '-' || :n::text, :n::float8 / 1000000000) on conflict do nothing;
update sources set note = 'seen' where source = '$key-$mode-' || :client_id::text || '-' || :n::text;
select trust as t from sources where source = '$key-$mode-' || :client_id::text || '-' || :n::text \\gset
end;
E
  )
  clean "-M $mode: writing" 20/20 "$out"
  is "-M $mode: all rows are there" 20 "$(sql "select count(*) from sources where source like '$key-$mode-%' and note = 'seen'")"
  is "-M $mode: and deleted" 20 "$(sql "with d as (delete from sources where source like '$key-$mode-%' returning 1) select count(*) from d")"
done

# a session's temporary table and its prepared statements, over many transactions
out=$(bench -M prepared -c 2 -j 2 -t 20 <<'E'
create temp table if not exists t (id int primary key, n int default 0);
\set id random(1, 5)
insert into t (id) values (:id) on conflict (id) do update set n = t.n + 1;
select sum(n + 1) as s from t \gset
E
)
clean 'a temporary table' 40/40 "$out"

for mode in extended prepared; do
  out=$(bench -M $mode -c 2 -j 2 -t 10 <<'E'
\set a random(1, 100)
\startpipeline
begin;
select :a::int + 1;
select count(*) from source_classes;
savepoint s;
select :a::text || 'x' from assertions limit 3;
commit;
\endpipeline
\startpipeline
select 2;
\endpipeline
E
  )
  clean "-M $mode: pipelines" 20/20 "$out"
  out=$(bench -M $mode -c 1 -t 2 <<'E'
\startpipeline
select 1;
select 1/0;
select 2;
\endpipeline
E
  )
  like "-M $mode: an error in a pipeline" 'ERROR:  division by zero' "$out"
done
like '-M simple: no pipelines' 'cannot use .*pipeline' "$(printf '\\startpipeline\nselect 1;\n\\endpipeline\n' | bench -M simple -t 1)"

out=$(bench -M prepared -c 2 -j 2 -T 3 -P 1 -r <<'E'
\set n random(1, 10)
select :n;
select count(*) from source_classes;
\sleep 5 ms
E
)
like '--progress' '^progress: [0-9.]+ s, [0-9.]+ tps, lat [0-9.]+ ms stddev [0-9.]+, 0 failed$' "$out"
is '--report-per-command' 4 "$(printf '%s\n' "$out" | grep -cE '^ +[0-9]+\.[0-9]+ +0 +(\\set n random|select :n;|select count|\\sleep 5 ms)')"
like 'latency average' '^latency average = [0-9]+\.[0-9]+ ms$' "$out"
like 'latency stddev' '^latency stddev = [0-9]+\.[0-9]+ ms$' "$out"
like 'initial connection time' '^initial connection time = [0-9]+\.[0-9]+ ms$' "$out"

out=$(cd "$dir" && bench -M extended -c 2 -j 2 -t 5 -l --log-prefix="$dir/log" <<<'select 1;')
clean '-l' 10/10 "$out"
is '-l counts all transactions' 10 "$(cat "$dir"/log.* | grep -cE '^[01] [0-9]+ [0-9]+ 0 [0-9]+ [0-9]+$')"
out=$(bench -M simple -c 1 -t 5 -C <<<'select pg_backend_pid();')
clean '-C connects for each transaction' 5/5 "$out"
like '-C: connection time' '^average connection time = [0-9]+\.[0-9]+ ms$' "$out"
out=$(bench -M extended -c 2 -j 2 -T 2 -R 20 -L 2000 <<<'select 1;')
like '-R and -L: no transaction is late' '^number of transactions above the 2000.0 ms latency limit: 0/[0-9]+ \(0.000%\)' "$out"
echo 'select 1;' >"$dir/a.sql"
out=$(echo 'select 2;' | bench -M prepared -c 2 -t 10 -f "$dir/a.sql@3")
clean 'scripts with weights' 20/20 "$out"
is 'each script has its statistics' 2 "$(printf '%s\n' "$out" | grep -cE '^SQL script [12]: ')"
out=$(bench -M simple -c 1 -t 2 --max-tries=3 --failures-detailed <<<'select 1/0;')
like 'an error stops the client' 'ERROR:  division by zero' "$out"
like 'and the run is told to be incomplete' 'Run was aborted; the above results are incomplete' "$out"
out=$(bench -M simple -c 1 -t 4 <<'E'
\if :client_id = 0
select 1;
\elif true
select 1/0;
\else
select 1/0;
\endif
\set pid :client_id
\setshell shelled echo 5
select :shelled + 0;
E
)
clean '\if and \setshell' 4/4 "$out"
# two clients that update one row wait for each other, and none is lost
sql "insert into sources (source, note) values ('$key-row', '0')" >/dev/null
out=$(bench -M prepared -c 2 -j 2 -t 20 --max-tries=100 <<<"update sources set note = note::int + 1 where source = '$key-row';")
clean 'two clients update one row' 40/40 "$out"
is 'no update is lost' 40 "$(sql "select note from sources where source = '$key-row'")"
out=$(bench -M simple -c 2 -j 2 -t 10 --max-tries=100 <<<"begin isolation level repeatable read; select note from sources where source = '$key-row'; update sources set note = note::int + 1 where source = '$key-row'; commit;")
clean 'repeatable read is tried again where rows collide' 20/20 "$out"
is 'and loses nothing either' 60 "$(sql "select note from sources where source = '$key-row'")"

tap_end
