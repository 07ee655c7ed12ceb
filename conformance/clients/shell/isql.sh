#!/bin/bash
# Drives isql and odbcinst of unixODBC, with psqlODBC beneath, against the server that
# PGHOST and the other variables name.
cd "$(dirname "$0")" || exit 1
. ./tap.sh
export PGOPTIONS='-c statement_timeout=15s -c timezone=UTC' LC_ALL=C.UTF-8 # for libpq, beneath the driver
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export ODBCSYSINI=$dir ODBCINI=$dir/odbc.ini
run="isql-$$-$RANDOM"

cat > "$dir/odbcinst.ini" <<F
[PG]
Description = psqlODBC
Driver = psqlodbcw.so
F
# dsn NAME [OPTION…]: a data source, with options beyond what all have.
dsn() {
  printf '%s\n' "[$1]" "Driver = PG" "Servername = $PGHOST" "Port = $PGPORT" "Database = $PGDATABASE" "sslmode = $PGSSLMODE" "${@:2}" "" >> "$dir/odbc.ini"
}
dsn one
dsn fetch 'UseDeclareFetch = 1' 'Fetch = 100'
dsn text 'UseServerSidePrepare = 0'
dsn lens 'ConnSettings = SET search_path TO consensus'
dsn readonly 'ReadOnly = 1'
dsn plain 'sslmode = disable'
dsn nodb 'Database = isql_nope'
sed -i '/^\[plain\]/,/^$/{/sslmode = [^d]/d}; /^\[nodb\]/,/^$/{/Database = [^i]/d}' "$dir/odbc.ini"

# isql_ DSN [OPTION…]: statements from stdin, one a line, in batch mode.
isql_() { timeout 15 isql "$1" "$PGUSER" "$PGPASSWORD" -b "${@:2}" 2>&1; }

# check NAME [OPTION…]: runs what stdin has before a line ---- and expects what is after it.
check() {
  local all
  all=$(cat)
  is "$1" "${all#*----$'\n'}" "$(printf '%s\n' "${all%%$'\n'----*}" | isql_ one "${@:2}")"
}

echo "# $(isql --version), psqlODBC $(dpkg-query -W -f '${Version}' odbc-postgresql 2>/dev/null)"

# --- login and configuration ---

is 'odbcinst lists the driver and the sources' $'[PG]\n[one]\n[fetch]\n[text]\n[lens]\n[readonly]\n[plain]\n[nodb]' "$(odbcinst -q -d; odbcinst -q -s)"
is 'odbcinst finds the configuration' "$dir/odbcinst.ini $dir/odbc.ini" "$(odbcinst -j | awk -F': ' '/^DRIVERS/ {d = $2} /^USER DATA/ {u = $2} END {print d, u}')"
is 'login: the banner of an interactive session' '| Connected!                            |' "$(printf 'select 1\nquit\n' | timeout 15 isql one "$PGUSER" "$PGPASSWORD" | grep Connected)"
like 'a wrong password' "^\[08001\].*FATAL:  password authentication failed for user \"$PGUSER\"" "$(echo | timeout 15 isql one "$PGUSER" wrong -b -v 2>&1)"
like 'no login without TLS' '^\[08001\].*FATAL: ' "$(echo | isql_ plain -v)"
like 'an unknown database' '^\[08001\].*FATAL:  database "isql_nope" does not exist' "$(echo | isql_ nodb -v)"
is 'an unknown data source is the driver manager'\''s to refuse' $'[IM002][unixODBC][Driver Manager]Data source name not found and no default driver specified\n[ISQL]ERROR: Could not SQLConnect' "$(echo | isql_ nope -v)"
is 'a failed login is exit status 1' 1 "$(echo | isql_ nope >/dev/null; echo $?)"
is 'a connection string in place of a data source' '42' "$(echo 'select 42' | timeout 15 isql -k "DSN=one;UID=$PGUSER;PWD=$PGPASSWORD" -b -d, 2>&1)"
is 'TLS' '1' "$(echo 'select ssl from pg_stat_ssl where pid = pg_backend_pid()' | isql_ one -d,)"

# --- output ---

check 'a table, of columns of at most 11' -m11 <<'F'
select source, class, trust from sources where source like 'country-%' order by 1
----
+------------+------------+------------+
| source     | class      | trust      |
+------------+------------+------------+
| country-cod| expert     |            |
| country-dat| community  |            |
| country-js | community  |            |
| country-jso| community  |            |
| country-loc| community  |            |
+------------+------------+------------+
SQLRowCount returns 5
5 rows fetched
F
check 'delimiter, NULL, quotes' -d, <<'F'
select 1 as a, 'x,"y"' as b, null as c, 'é東' as d, 1.50::numeric(5,2) as e, '' as f
----
1,x,"y",,é東,1.50,
F
check 'delimiter with headings and quotes' -d';' -q -c <<'F'
select name, tier from source_classes where tier < 2 order by tier
----
name;tier
"regulatory";0
"clinical";1
F
check 'delimiter by its code' -x0x7c <<'F'
values (1, 'a'), (2, 'b')
----
1|a
2|b
F
is 'HTML' $'<table BORDER>\n<tr BGCOLOR=#000099>\n<td>\n<font face=Arial,Helvetica><font color=#FFFFFF>\na\n</font></font>\n</td>\n</tr>\n<tr>\n<td>\n<font face=Arial,Helvetica>\n7</font>\n</td>\n</tr>\n</table>' "$(echo 'select 7 as a' | isql_ one -w)"
check 'statements over several lines end with a semicolon' -n -d, <<'F'
select
  6 *
  7;
select 'next';
----
42
next
F
check 'types as text' -d'|' <<'F'
select true, 1::int2, 2::int8, 1e300::float8, 'NaN'::numeric, date '2024-02-29', time '12:34:56', timestamp '2024-02-29 12:34:56.5', timestamptz '2024-02-29 12:34:56Z', '\x00ff'::bytea, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
select interval '1 mon 2 days', '{1,NULL}'::int[], '{"a": 1}'::jsonb, inet '::1', int4range(1, 5), 'x'::bpchar(3), b'101', 12.5::money
----
1|1|2|1e+300|NaN|2024-02-29|12:34:56|2024-02-29 12:34:56.5|2024-02-29 12:34:56|00ff|A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11
1 mon 2 days|{1,NULL}|{"a": 1}|::1|[1,5)|x  |101|$12.50
F

# --- help: the catalog functions ---

is 'help: tables' $'authority assertions VIEW\nconfidence assertions VIEW\nconsensus assertions VIEW\nlayered assertions VIEW\npublic assertions TABLE\npublic source_classes TABLE\npublic sources TABLE\nrecency assertions VIEW\nskeptic assertions VIEW\nweighted assertions VIEW' \
  "$(echo help | isql_ one -d'|' | awk -F'|' -v d="$PGDATABASE" '$1 == d && ($3 == "assertions" || $3 ~ /^source/) {print $2, $3, $4}')"
is 'help sources: columns' "source -1 text 8190 0  1
class -1 text 8190 1  2
status -1 text 8190 0 'active'::text 3
trust 6 float8 17 1  4
origin -1 text 8190 1  5
url -1 text 8190 1  6
title -1 text 8190 1  7
note -1 text 8190 1  8" "$(echo help sources | isql_ one -d'|' | awk -F'|' '{print $4, $5, $6, $7, $11, $13, $17}')"
is 'help assertions: columns' 'id text,concept_path text,predicate text,value text,value_type text,unit text,value_number numeric,source text,source_class text,tier int2,confidence float8,lifecycle text,epoch text,revises text,derived_from _text,evidence text,valid_from timestamptz,valid_to timestamptz,asserted_at timestamptz,metadata jsonb,agent text,recorded_at timestamptz,signer text,signature text' \
  "$(echo help assertions | isql_ one -d'|' | awk -F'|' '$3 == "assertions" && $2 == "public" {print $4, $6}' | paste -sd,)"
is 'help of an unknown table' '' "$(echo help isql_nope | isql_ one -d'|')"
is 'help % "" "" "": catalogs' "$PGDATABASE" "$(echo 'help % "" "" ""' | isql_ one -d'|' | cut -d'|' -f1)"
is 'help "" % "" "": schemas' 'authority confidence consensus layered public recency skeptic weighted' "$(echo 'help "" % "" ""' | isql_ one -d'|' | cut -d'|' -f2 | grep -v ^pg_ | paste -sd' ')"
is 'help null null source% TABLE' $'source_classes\nsources' "$(echo 'help null null source% TABLE' | isql_ one -d'|' | cut -d'|' -f3)"
is 'help null consensus null VIEW' 'assertions VIEW' "$(echo 'help null consensus null VIEW' | isql_ one -d'|' | cut -d'|' -f3,4 | tr '|' ' ')"

# --- statements ---

check 'DML on sources with counts' <<F
insert into sources (source, title) values ('$run', 'é'), ('$run-2', null)
update sources set trust = 0.5 where source like '$run%'
delete from sources where source = '$run-2'
delete from sources where source = '$run'
delete from sources where source = '$run'
----
SQLRowCount returns 2
SQLRowCount returns 2
SQLRowCount returns 1
SQLRowCount returns 1
SQLRowCount returns 0
F
check 'a claim and what the server adds' -d, <<F
insert into assertions (concept_path, predicate, value, source) values ('clients/isql/$run', 'size', '42', '$run') returning length(id), value_type, value_number, source_class, lifecycle, tier
----
64,number,42,community,approved,4
F
check 'a temporary table lives as long as the session' -d, <<'F'
create temp table t (a serial primary key, b text default 'd', c numeric(6,2))
insert into t (c) values (1.5), (2.25)
select * from t order by a
select count(*), sum(c) from t
----
1,d,1.50
2,d,2.25
2,3.75
F
check 'errors with SQLSTATE and message; the session goes on' -d, -v -e <<'F'
select nope
select * from nope
selec 1
select 1 / 0
insert into sources (source) values ('countryjs')
select 'on'
----
[42703]ERROR: column "nope" does not exist;
Error while executing the query
[ISQL]ERROR: Could not SQLExecDirect
[42P01]ERROR: relation "nope" does not exist;
Error while executing the query
[ISQL]ERROR: Could not SQLExecDirect
[42601]ERROR: syntax error at or near "selec";
Error while executing the query
[ISQL]ERROR: Could not SQLExecDirect
[22012]ERROR: division by zero;
Error while executing the query
[ISQL]ERROR: Could not SQLExecDirect
[23505]ERROR: duplicate key value violates unique constraint "sources_pkey"
DETAIL: Key (source)=(countryjs) already exists.;
Error while executing the query
[ISQL]ERROR: Could not SQLExecDirect
on
F
check 'an error of a prepared statement' -d, -v <<'F'
select nope
----
[42703]ERROR: column "nope" does not exist;
Error while preparing parameters
[ISQL]ERROR: Could not SQLExecute
F
check 'escapes of ODBC' -d, <<'F'
select {fn ucase('ab')}, {d '2024-02-29'}, {ts '2024-02-29 12:34:56'}, {fn ifnull(null, 'n')}
----
AB,2024-02-29,2024-02-29 12:34:56,n
F
all='select id, predicate, value from assertions where concept_path like '\''countries/%'\'' order by id'
whole=$(echo "$all" | isql_ one '-d|')
is 'all claims about countries' 10402 "$(printf '%s\n' "$whole" | wc -l)"
is 'all claims, fetched by a cursor' "$(printf '%s\n' "$whole" | md5sum)" "$(echo "$all" | isql_ fetch '-d|' | md5sum)"
is 'all claims, without a server side statement' "$(printf '%s\n' "$whole" | md5sum)" "$(echo "$all" | isql_ text '-d|' | md5sum)"
is 'ConnSettings: a lens by search_path' 'consensus,Kabul' "$(echo "select lens, value from assertions where concept_path = 'countries/af' and predicate = 'capital'" | isql_ lens -d,)"
like 'ReadOnly' 'Connection is readonly, only select statements are allowed' "$(echo "insert into sources (source) values ('$run')" | isql_ readonly -v)"
tap_end
