"""Checks of psqlODBC, in its Unicode and its ANSI form, through pyodbc and unixODBC."""
import contextlib
import datetime as dt
import decimal
import os
import threading
import time
import uuid

import pyodbc

from tables import ASSERTIONS, GENERATED, LENSES, PREDICATES
from tap import RUN, STATEMENT_TIMEOUT, Wrong, check, equal, run, true

D = decimal.Decimal
UNICODE, ANSI = "PostgreSQL Unicode", "PostgreSQL ANSI"
ID = "0123456789abcdef" * 4  # of a claim that need not exist
SOURCE = f"pyodbc-{RUN}"
os.environ["PGOPTIONS"] = f"-c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC"  # for libpq, beneath the driver
pyodbc.pooling = False


def connect(driver=UNICODE, autocommit=True, **more):
    e = os.environ
    options = {"Driver": "{%s}" % driver, "Servername": e["PGHOST"], "Port": e["PGPORT"], "Database": e["PGDATABASE"],
               "UID": e["PGUSER"], "PWD": e["PGPASSWORD"], "sslmode": e["PGSSLMODE"], **more}
    c = pyodbc.connect(";".join(f"{k}={v}" for k, v in options.items()), autocommit=autocommit, timeout=10)
    if driver == ANSI:  # it knows bytes only: those of UTF-8, if told so
        c.setencoding("utf-8", pyodbc.SQL_CHAR)
        for kind in (pyodbc.SQL_CHAR, pyodbc.SQL_WCHAR):
            c.setdecoding(kind, "utf-8", pyodbc.SQL_CHAR)
        c.execute("SET client_encoding = 'UTF8'")
    return c


@contextlib.contextmanager
def connection(driver=UNICODE, **more):
    c = connect(driver, **more)
    try:
        yield c
    finally:
        c.close()


# The driver's ways to send a statement and to fetch; all must tell the same.
MODES = {
    "unicode, server side prepare": dict(UseServerSidePrepare=1),
    "unicode, values in the text": dict(UseServerSidePrepare=0),
    "unicode, cursors": dict(UseDeclareFetch=1, Fetch=2),
    "ansi": dict(driver=ANSI),
}


@contextlib.contextmanager
def fails(sqlstate, text, kind=pyodbc.Error):
    try:
        yield
    except pyodbc.Error as e:
        equal(e.args[0], sqlstate, str(e))
        true(text in e.args[1], f"{text!r} is not in {e.args[1]!r}")
        true(isinstance(e, kind), f"{type(e)} is no {kind}")
    else:
        raise Wrong(f"no error, where {sqlstate} {text!r} was expected")


def rows(cursor, *names):
    """The rows of a catalog function, only the columns of these names."""
    at = {d[0].lower(): i for i, d in enumerate(cursor.description)}
    return [tuple(r[at[n]] for n in names) if names else tuple(r) for r in cursor.fetchall()]


def temp(c, table):
    """The schema of a temporary table: the driver looks only in those it is told."""
    return q(c, "SELECT nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = ?::regclass", table)[0][0]


def q(c, sql, *args):
    return [tuple(r) for r in c.execute(sql, *args).fetchall()]


# --- login ---

@check("login by SCRAM over TLS, both drivers")
def _(c):
    for driver in (UNICODE, ANSI):
        with connection(driver) as x:
            equal(q(x, "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"), [("1", "TLSv1.3")], driver)


@check("a wrong password")
def _(c):
    with fails("08001", f'password authentication failed for user "{os.environ["PGUSER"]}"'):
        connect(PWD="wrong")


@check("an unknown database")
def _(c):
    with fails("08001", 'database "pyodbc_nope" does not exist'):
        connect(Database="pyodbc_nope")


@check("no login without TLS")
def _(c):
    with fails("08001", "FATAL"):
        connect(sslmode="disable")


@check("ConnSettings, ApplicationName, ReadOnly")
def _(c):
    with connection(ConnSettings="SET search_path=authority,public", ApplicationName="odbc é") as x:
        equal(q(x, "SELECT current_schema()::text, current_setting('search_path')"), [("authority", "authority, public")])
        equal(q(x, "SELECT lens FROM assertions WHERE concept_path = 'countries/af' AND predicate = 'capital'"), [("authority",)])
    with connection(ReadOnly=1) as x:
        with fails("HY000", "Connection is readonly"):
            x.execute("INSERT INTO sources (source) VALUES ('x')")
        equal(x.getinfo(pyodbc.SQL_DATA_SOURCE_READ_ONLY), True)


@check("SQLGetInfo: server")
def _(c):
    g = lambda name: c.getinfo(getattr(pyodbc, "SQL_" + name))
    equal([g("DBMS_NAME"), g("DBMS_VER")[:5], g("DATABASE_NAME"), g("USER_NAME"), g("SERVER_NAME"), g("DRIVER_NAME")],
          ["PostgreSQL", "15.0.", os.environ["PGDATABASE"], os.environ["PGUSER"], os.environ["PGHOST"], "psqlodbcw.so"])


@check("SQLGetInfo: limits and abilities")
def _(c):
    want = dict(MAX_COLUMN_NAME_LEN=63, MAX_TABLE_NAME_LEN=63, MAX_SCHEMA_NAME_LEN=63, MAX_IDENTIFIER_LEN=63, IDENTIFIER_QUOTE_CHAR='"', SEARCH_PATTERN_ESCAPE="\\",
                TXN_CAPABLE=2, TXN_ISOLATION_OPTION=15, DEFAULT_TXN_ISOLATION=2, MULT_RESULT_SETS=True, SCHEMA_TERM="schema", PROCEDURES=True, IDENTIFIER_CASE=2,
                QUOTED_IDENTIFIER_CASE=3, OJ_CAPABILITIES=127, SUBQUERIES=15, UNION=3, CORRELATION_NAME=2, CURSOR_COMMIT_BEHAVIOR=2, NULL_COLLATION=0, SQL_CONFORMANCE=1)
    equal({k: c.getinfo(getattr(pyodbc, "SQL_" + k)) for k in want}, want)


# --- catalog functions ---

@check("SQLTables: tables, views, patterns")
def _(c):
    want = [(os.environ["PGDATABASE"], "public", t, "TABLE", "") for t in ("assertions", "source_classes", "sources")]
    equal(rows(c.cursor().tables(schema="public", tableType="TABLE")), want)
    equal(rows(c.cursor().tables(schema="public", table="source%")), want[1:])
    equal(rows(c.cursor().tables(schema="%", table="assertions"), "table_schem", "table_type"),
          [(s, "TABLE" if s == "public" else "VIEW") for s in sorted([*LENSES, "public"])])
    equal(rows(c.cursor().tables(table="nope")), [])


@check("SQLTables: system tables")
def _(c):
    with connection(ShowSystemTables=1) as x:
        equal(rows(x.cursor().tables(schema="pg_catalog", table="pg_class"), "table_name", "table_type"), [("pg_class", "TABLE")])
    equal(rows(c.cursor().tables(schema="pg_catalog", tableType="SYSTEM TABLE", table="pg_type"), "table_schem", "table_name", "table_type"), [("pg_catalog", "pg_type", "SYSTEM TABLE")])


@check("SQLTables: catalogs, schemas, types")
def _(c):
    equal(rows(c.cursor().tables(catalog="%", schema="", table=""), "table_cat"), [(os.environ["PGDATABASE"],)])
    got = [s for s, in rows(c.cursor().tables(catalog="", schema="%", table=""), "table_schem") if not s.startswith("pg_")]
    equal(got, sorted([*LENSES, "public"]))
    equal(sorted(set(rows(c.cursor().tables(catalog="", schema="", table="", tableType="%"), "table_type"))), [("FOREIGN TABLE",), ("MATVIEW",), ("TABLE",), ("VIEW",)])


@check("SQLColumns: assertions, both drivers")
def _(c):
    # What ODBC calls the types: text is (WIDE) LONG VARCHAR.
    for driver, text, wide in ((UNICODE, -10, -9), (ANSI, -1, 12)):
        types = {"text": (text, "text", 8190, None), "numeric": (2, "numeric", 28, 6), "smallint": (5, "int2", 5, 0), "double precision": (6, "float8", 17, 0),
                 "text[]": (wide, "_text", 255, None), "timestamp with time zone": (93, "timestamptz", 26, 6), "jsonb": (wide, "jsonb", 255, None)}
        with connection(driver) as x:
            got = rows(x.cursor().columns(schema="public", table="assertions"), "column_name", "data_type", "type_name", "column_size", "decimal_digits", "nullable", "ordinal_position", "column_def")
        want = [(n, *types[t], 0 if notnull else 1, i + 1, default) for i, (n, t, notnull, default) in enumerate(ASSERTIONS)]
        equal([g[:7] if g[0] in GENERATED else g for g in got], [w[:7] if w[0] in GENERATED else w for w in want], driver)


@check("SQLColumns: column patterns; a view; the other attributes")
def _(c):
    equal(rows(c.cursor().columns(schema="public", table="sources", column="t%"), "column_name", "buffer_length", "num_prec_radix", "sql_data_type", "sql_datetime_sub", "char_octet_length", "display_size", "field_type", "base typeid", "typmod"),
          [("trust", 8, 10, 6, None, -1, 24, 701, 0, -1), ("title", 8190, None, -10, None, 16380, 8190, 25, 0, -1)])
    equal(rows(c.cursor().columns(schema="authority", table="assertions", column="d%"), "column_name", "data_type", "type_name", "nullable"),
          [("derived_from", -9, "_text", 1), ("distinct_values", -5, "int8", 1), ("decided_by", -10, "text", 1)])


@check("SQLColumns: every kind of type of a temporary table")
def _(c):
    c.execute("""CREATE TEMP TABLE odbc_types (a serial, b bigint NOT NULL, c varchar(7) DEFAULT 'x', d char(3), e numeric(12,4), f real, g boolean DEFAULT true, h bytea, i date,
        j time(3), k timestamp(2), l uuid, m inet, n int[], o interval, p oid, q "char", r name, s bit(3), t money, "U ""v" text)""")
    equal(rows(c.cursor().columns(schema=temp(c, "odbc_types"), table="odbc_types"), "column_name", "data_type", "type_name", "column_size", "decimal_digits", "nullable", "column_def", "auto_increment"), [
        ('a', 4, 'int4', 10, 0, 0, "nextval('odbc_types_a_seq'::regclass)", 1), ("b", -5, "int8", 19, 0, 0, None, 0),
        ('c', -9, 'varchar', 7, None, 1, "'x'::character varying", 0), ("d", -8, "bpchar", 3, None, 1, None, 0), ("e", 2, "numeric", 12, 4, 1, None, 0),
        ("f", 7, "float4", 9, 0, 1, None, 0), ("g", 12, "bool", 5, 0, 1, "true", 0), ("h", -4, "bytea", -4, None, 1, None, 0), ("i", 91, "date", 10, None, 1, None, 0),
        ("j", 92, "time", 8, 3, 1, None, 0), ("k", 93, "timestamp", 22, 2, 1, None, 0), ("l", -11, "uuid", 37, None, 1, None, 0), ("m", -9, "inet", 50, None, 1, None, 0),
        ("n", -9, "_int4", 255, None, 1, None, 0), ("o", -9, "interval", 32, None, 1, None, 0), ("p", 4, "oid", 10, 0, 1, None, 0), ("q", -8, "char", 1, None, 1, None, 0),
        ("r", -9, "name", 63, None, 1, None, 0), ("s", 12, "bit", 3, None, 1, None, 0), ("t", 6, "money", 10, 0, 1, None, 0),
        ('U "v', -10, 'text', 8190, None, 1, None, 0)])


@check("SQLPrimaryKeys")
def _(c):
    equal(rows(c.cursor().primaryKeys(schema="public", table="assertions")), [(os.environ["PGDATABASE"], "public", "assertions", "id", 1, "assertions_pkey")])
    c.execute("CREATE TEMP TABLE odbc_pk (a int, b int, c int, CONSTRAINT two PRIMARY KEY (c, a))")
    equal(rows(c.cursor().primaryKeys(schema=temp(c, "odbc_pk"), table="odbc_pk"), "column_name", "key_seq", "pk_name"), [("c", 1, "two"), ("a", 2, "two")])


@check("SQLForeignKeys: none here")
def _(c):
    equal(rows(c.cursor().foreignKeys(schema="public", table="sources")), [])
    equal(rows(c.cursor().foreignKeys(foreignSchema="public", foreignTable="assertions")), [])


@check("SQLForeignKeys of sources")
def _(c):
    equal(rows(c.cursor().foreignKeys(foreignSchema="public", foreignTable="sources"), "pktable_name", "pkcolumn_name", "fktable_name", "fkcolumn_name", "key_seq", "update_rule", "delete_rule", "fk_name"),
          [("source_classes", "name", "sources", "class", 1, 3, 3, "sources_class_fkey")])


@check("SQLStatistics")
def _(c):
    want = [(0, "assertions_pkey", 3, 1, "id", "A"), (1, "assertions_concept_path_predicate_idx", 3, 1, "concept_path", "A"), (1, "assertions_concept_path_predicate_idx", 3, 2, "predicate", "A"),
            (1, "assertions_predicate_idx", 3, 1, "predicate", "A"), (1, "assertions_recorded_at_idx", 3, 1, "recorded_at", "A"), (1, "assertions_source_idx", 3, 1, "source", "A")]
    names = "non_unique", "index_name", "type", "ordinal_position", "column_name", "asc_or_desc"
    equal(rows(c.cursor().statistics(schema="public", table="assertions"), *names), want)
    equal(rows(c.cursor().statistics(schema="public", table="assertions", unique=True), *names), want[:1])


@check("SQLStatistics: several indexes, one descending column")
def _(c):
    c.execute("CREATE TEMP TABLE odbc_ix (a int, b text)")
    c.execute("CREATE UNIQUE INDEX odbc_ix_u ON odbc_ix (b, a DESC)")
    c.execute("CREATE INDEX odbc_ix_b ON odbc_ix (b)")
    equal(rows(c.cursor().statistics(schema=temp(c, "odbc_ix"), table="odbc_ix"), "non_unique", "index_name", "ordinal_position", "column_name", "asc_or_desc"),
          [(1, "odbc_ix_b", 1, "b", "A"), (0, "odbc_ix_u", 1, "b", "A"), (0, "odbc_ix_u", 2, "a", "D")])


@check("the session's schema of temporary tables")
def _(c):
    c.execute("CREATE TEMP TABLE odbc_my (a int)")
    equal(q(c, "SELECT nspname::text FROM pg_namespace WHERE oid = pg_my_temp_schema()"), [(temp(c, "odbc_my"),)])


@check("SQLSpecialColumns: row version, row id")
def _(c):
    equal(rows(c.cursor().rowVerColumns(schema="public", table="sources")), [(None, "xmin", 4, "xid", 10, 4, 0, 2)])
    equal(rows(c.cursor().rowIdColumns(schema="public", table="sources")), [])


@check("SQLProcedures, SQLProcedureColumns")
def _(c):
    equal(rows(c.cursor().procedures(schema="pg_catalog", procedure="date_trunc"), "procedure_schem", "procedure_name", "procedure_type"), [("pg_catalog", "date_trunc", 2)] * 4)
    got = rows(c.cursor().procedureColumns(schema="pg_catalog", procedure="date_trunc"), "column_type", "data_type", "type_name", "ordinal_position")
    true((5, 93, "timestamptz", 0) in got and (1, 93, "timestamp without time zone", 2) in got, f"{got}")
    equal(len(got), 13)
    equal(rows(c.cursor().procedureColumns(schema="pg_catalog", procedure="json_each"), "column_name", "column_type", "ordinal_position"), [("from_json", 1, 1), ("key", 3, 2), ("value", 3, 3)])
    equal(rows(c.cursor().procedures(schema="public", procedure="nope%")), [])


@check("SQLGetTypeInfo")
def _(c):
    equal(rows(c.cursor().getTypeInfo(), "type_name", "data_type", "column_size", "nullable", "searchable", "auto_unique_value"), [
        ("int8", -5, 19, 1, 2, 0), ("bool", -7, 5, 1, 2, 0), ("char", 1, 255, 1, 3, None), ("date", 91, 10, 1, 2, 0), ("date", 9, 10, 1, 2, 0),
        ("numeric", 3, 28, 1, 2, 0), ("float8", 8, 17, 1, 2, 0), ("float8", 6, 17, 1, 2, 0), ("int4", 4, 10, 1, 2, 0), ("bytea", -4, -4, 1, 2, None),
        ("text", -1, 8190, 1, 3, None), ("numeric", 2, 28, 1, 2, 0), ("float4", 7, 9, 1, 2, 0), ("int2", 5, 5, 1, 2, 0), ("time", 92, 8, 1, 2, 0),
        ("timestamptz", 93, 26, 1, 2, 0), ("time", 10, 8, 1, 2, 0), ("timestamptz", 11, 26, 1, 2, 0), ("int2", -6, 5, 1, 2, 0), ("bytea", -3, -4, 1, 2, None),
        ("varchar", 12, 255, 1, 3, None), ("char", -8, 255, 1, 3, None), ("varchar", -9, 255, 1, 3, None), ("text", -10, 8190, 1, 3, None), ("uuid", -11, 37, 1, 2, None)])
    equal(rows(c.cursor().getTypeInfo(pyodbc.SQL_BIGINT), "type_name", "data_type"), [("int8", -5)])


# --- types ---

VALUES = [
    ("bool", True, "true", True), ("bool", False, "false", False), ("int2", -32768, "-32768", -32768), ("int4", 2147483647, "2147483647", 2147483647),
    ("int8", -9223372036854775808, "-9223372036854775808", -9223372036854775808), ("numeric(20,6)", D("-12345678901234.500001"), "-12345678901234.500001", D("-12345678901234.500001")),
    ("numeric(10,2)", D("0.10"), "0.10", D("0.10")), ("float8", 0.1, "0.1", 0.1), ("float8", float("-inf"), "-Infinity", float("-inf")), ("float8", float("nan"), "NaN", float("nan")),
    ("float8", 1.7976931348623157e308, "1.7976931348623157e+308", 1.7976931348623157e308), ("float4", 1.5, "1.5", 1.5), ("text", "it's \\ \"q\" \t \n?{x}", "it's \\ \"q\" \t \n?{x}", "it's \\ \"q\" \t \n?{x}"),
    ("varchar(3)", "abcdef", "abc", "abc"), ("char(4)", "ab", "ab", "ab  "), ("bytea", bytes(range(256)), "\\x" + bytes(range(256)).hex(), bytes(range(256))), ("bytea", b"", "\\x", b""),
    ("date", dt.date(2024, 2, 29), "2024-02-29", dt.date(2024, 2, 29)), ("date", dt.date(1, 1, 1), "0001-01-01", dt.date(1, 1, 1)), ("time", dt.time(23, 59, 59), "23:59:59", dt.time(23, 59, 59)),
    ("timestamp", dt.datetime(1999, 12, 31, 23, 59, 59, 123456), "1999-12-31 23:59:59.123456", dt.datetime(1999, 12, 31, 23, 59, 59, 123456)),
    ("timestamptz", dt.datetime(2024, 7, 1, 12), "2024-07-01 12:00:00+00", dt.datetime(2024, 7, 1, 12)), ("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
    ("json", '{"a" : 1}', '{"a" : 1}', '{"a" : 1}'), ("jsonb", '{"b":1,"a":null}', '{"a": null, "b": 1}', '{"a": null, "b": 1}'), ("inet", "192.168.0.1/24", "192.168.0.1/24", "192.168.0.1/24"),
    ("int4[]", "{1,NULL,3}", "{1,NULL,3}", "{1,NULL,3}"), ("text[]", '{{a,"b c"},{"",NULL}}', '{{a,"b c"},{"",NULL}}', '{{a,"b c"},{"",NULL}}'), ("int4range", "[1,5]", "[1,6)", "[1,6)"),
    ("interval", "1 year 2 mons 3 days 04:05:06", "1 year 2 mons 3 days 04:05:06", "1 year 2 mons 3 days 04:05:06"), ("bit(4)", "1010", "1010", "1010"), ("money", "$1,234.50", "$1,234.50", 1234.5), ("macaddr", "08:00:2b:01:02:03", "08:00:2b:01:02:03", "08:00:2b:01:02:03"), ("oid", 1247, "1247", 1247),
]


def both_ways(kind, value, text, back):
    def f(c):
        for mode, options in MODES.items():
            with connection(**{"BoolsAsChar": 0, "ByteaAsLongVarBinary": 1, **options}) as x:
                for sent in range(2):  # the second time prepared
                    got = x.execute(f"SELECT (?::{kind})::text, ?::{kind}", value, value).fetchone()
                    equal(list(got), [text, back], mode)
    return f


for kind, value, text, back in VALUES:
    check(f"type {kind} both ways: {text[:30]!r}")(both_ways(kind, value, text, back))


@check("text beyond ASCII, both drivers")
def _(c):
    s = "Zürich 東京 🐘 ß"
    for mode, options in MODES.items():
        with connection(**options) as x:
            equal(q(x, "SELECT ?::text, length(?::text), 'é東'::text", s, s), [(s, 13, "é東")], mode)


@check("NULL of every kind")
def _(c):
    for mode, options in MODES.items():
        with connection(**options) as x:
            kinds = "bool", "int4", "int8", "numeric", "float8", "text", "bytea", "date", "time", "timestamptz", "uuid", "jsonb", "int4[]"
            got = x.execute("SELECT " + ", ".join(f"?::{k}" for k in kinds), *[None] * len(kinds)).fetchone()
            equal(list(got), [None] * len(kinds), mode)
            x.execute("CREATE TEMP TABLE n (a int, b text, c bytea, d timestamp, e bool)")
            x.execute("INSERT INTO n VALUES (?, ?, ?, ?, ?)", None, None, None, None, None)
            equal(q(x, "SELECT count(*) FROM n WHERE n IS NULL"), [(1,)] , mode)


@check("BoolsAsChar and uuid.UUID")
def _(c):
    with connection(BoolsAsChar=1) as x:
        equal(q(x, "SELECT true, false, ?::bool", True), [("1", "0", "1")])
    u = uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
    equal(q(c, "SELECT ?::uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", u), [("1",)])


@check("cursor.description: names, types, sizes, nullability")
def _(c):
    with connection(BoolsAsChar=0) as x:
        d = x.execute("SELECT source, trust AS t, 1 AS one, 2::bigint AS big, 1.50::numeric(10,2) AS n, 'x'::varchar(9) AS v, true AS b, now() AS ts, current_date AS d, 'a'::bytea AS y FROM sources LIMIT 0").description
    equal([(n, t.__name__, size, precision, scale, null) for n, t, _, size, precision, scale, null in d], [
        ("source", "str", 8190, 8190, 0, False), ("t", "float", 17, 17, 0, True), ("one", "int", 10, 10, 0, True), ("big", "int", 19, 19, 0, True),
        ("n", "Decimal", 10, 10, 2, True), ("v", "str", 9, 9, 0, True), ("b", "bool", 1, 1, 0, True), ("ts", "datetime", 26, 26, 6, True), ("d", "date", 10, 10, 0, True),
        ("y", "bytearray", 0, 0, 0, True)])


@check("8 MB of text and of bytea")
def _(c):
    text, blob = "0123456789äöü " * (8 * 1024 * 1024 // 17), os.urandom(8 * 1024 * 1024)
    with connection(UnknownSizes=2, MaxLongVarcharSize=0, ByteaAsLongVarBinary=1) as x:
        got = x.execute("SELECT v, length(v) FROM (SELECT ?::text AS v) s", text).fetchone()
        true(got[0] == text and got[1] == len(text), f"{len(got[0])} and {got[1]} of {len(text)} characters")
        true(x.execute("SELECT ?::bytea", blob).fetchval() == blob, "other bytes")


@check("1,600 columns")
def _(c):
    row = c.execute("SELECT " + ", ".join(f"{i} AS c{i}" for i in range(1, 1601))).fetchone()
    equal((len(row), row.c1, row.c1600, row.cursor_description[776][0]), (1600, 1, 1600, "c777"))


# --- statements and cursors ---

@check("all claims through DECLARE and FETCH equal those at once")
def _(c):
    sql = "SELECT id, concept_path, predicate, value, value_number, tier, confidence, recorded_at FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id"
    with connection(UseDeclareFetch=1, Fetch=250, autocommit=False) as x:
        k = x.execute(sql)
        paged = []
        while batch := k.fetchmany(999):
            paged += batch
    whole = c.execute(sql).fetchall()
    equal(len(paged), 10402)
    true([tuple(r) for r in paged] == [tuple(r) for r in whole], "the pages differ from the whole")


@check("two cursors open at once, with and without DECLARE")
def _(c):
    for options in ({}, dict(UseDeclareFetch=1, Fetch=3)):
        with connection(autocommit=False, **options) as x:
            a, b = x.cursor(), x.cursor()
            a.execute("SELECT g FROM generate_series(1, 20) g")
            b.execute("SELECT source FROM sources WHERE source NOT LIKE '%-________%' ORDER BY 1")
            got = 0
            for row in a:
                got += row[0]
                b.fetchone()
            equal(got, 210)


@check("fetchone, fetchmany, fetchval, skip, iteration, rowcount")
def _(c):
    k = c.execute("SELECT name, tier FROM source_classes WHERE name IN ('expert', 'community', 'regulatory') ORDER BY tier")
    equal(k.rowcount, 3)
    equal(k.fetchone().name, "regulatory")
    k.skip(1)
    equal([r.name for r in k], ["community"])
    equal(k.fetchone(), None)
    equal(k.execute("SELECT count(*) FROM source_classes WHERE name = ?", "expert").fetchval(), 1)
    equal(k.execute("UPDATE sources SET title = title WHERE source = 'no such'").rowcount, 0)


@check("several results: nextset")
def _(c):
    k = c.execute("SELECT 1; CREATE TEMP TABLE m (a int); INSERT INTO m VALUES (1), (2); SELECT a FROM m ORDER BY a")
    equal(k.fetchall()[0][0], 1)
    seen = []
    while k.nextset():
        seen.append([tuple(r) for r in k.fetchall()] if k.description else k.rowcount)
    equal(seen[-2:], [2, [(1,), (2,)]])


@check("executemany, slow and fast")
def _(c):
    for options in ({}, dict(UseServerSidePrepare=0)):
        for fast in (False, True):
            with connection(autocommit=False, **options) as x:
                k = x.cursor()
                k.fast_executemany = fast
                k.execute("CREATE TEMP TABLE many (a int, b varchar(20), c float8, d date)")
                k.executemany("INSERT INTO many VALUES (?, ?, ?, ?)", [(i, f"é{i}" if i % 3 else None, i / 4, dt.date(2024, 1, 1) + dt.timedelta(i)) for i in range(200)])
                equal(q(x, "SELECT count(*), sum(a), count(b), max(b), sum(c), max(d) FROM many"), [(200, 19900, 133, "é98", 4975.0, dt.date(2024, 7, 18))], f"{options} {fast}")


@check("INSERT … RETURNING, ON CONFLICT, of claims and sources")
def _(c):
    got = c.execute("INSERT INTO assertions (concept_path, predicate, value, source, derived_from, metadata) VALUES (?, 'p', ?, ?, ?, ?) RETURNING length(id), value_type, value_number, source_class, lifecycle, agent, tier",
                    f"clients/pyodbc/{RUN}/a", "42", SOURCE, "{%s}" % ID, '{"k": [1, 2]}').fetchone()
    equal(tuple(got), (64, "number", D(42), "community", "approved", os.environ["PGUSER"], 4))
    equal(q(c, "SELECT derived_from, metadata FROM assertions WHERE concept_path = ?", f"clients/pyodbc/{RUN}/a"), [("{%s}" % ID, '{"k": [1, 2]}')])
    equal([c.execute("INSERT INTO sources (source, title) VALUES (?, 'é') ON CONFLICT DO NOTHING", SOURCE).rowcount for _ in range(2)], [1, 0])
    equal(q(c, "UPDATE sources SET trust = ? WHERE source = ? RETURNING source, trust, status", 0.5, SOURCE), [(SOURCE, 0.5, "active")])
    equal(c.execute("DELETE FROM sources WHERE source = ?", SOURCE).rowcount, 1)


@check("DEFAULT, serial, identity of temporary tables")
def _(c):
    c.execute("CREATE TEMP TABLE auto (a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY (START 10), c text DEFAULT 'd')")
    equal([tuple(c.execute("INSERT INTO auto DEFAULT VALUES RETURNING a, b, c").fetchone()) for _ in range(2)], [(1, 10, "d"), (2, 11, "d")])
    equal(q(c, "SELECT currval('auto_a_seq'), lastval()"), [(2, 11)])


@check("claims by predicate")
def _(c):
    equal(dict(q(c, "SELECT predicate, count(*) FROM assertions WHERE concept_path LIKE ? GROUP BY 1", "countries/%")), dict(PREDICATES))


@check("parameters of LIKE, IN, LIMIT, ANY and in expressions")
def _(c):
    for mode, options in MODES.items():
        with connection(**options) as x:
            equal(q(x, "SELECT DISTINCT concept_path FROM assertions WHERE concept_path LIKE ? AND predicate IN (?, ?) AND tier BETWEEN ? AND ? ORDER BY 1 LIMIT ? OFFSET ?", "countries/c%", "capital", "tld", 0, 5, 2, 1),
                  [("countries/cc",), ("countries/cd",)], mode)
            equal(q(x, "SELECT count(DISTINCT concept_path) FROM assertions WHERE concept_path = ANY (?::text[])", "{countries/de,countries/fr,x}"), [(2,)], mode)


@check("escapes: {fn}, {d}, {t}, {ts}, {oj}, {escape}, {call}")
def _(c):
    equal(q(c, "SELECT {fn ucase('ab')}, {fn concat('a', 'b')}, {fn left('abc', 2)}, {fn locate('c', 'abc')}, {fn mod(7, 3)}, {fn round(2.567, 1)}, {fn ifnull(NULL, 'n')}"), [("AB", "ab", "ab", 3, 1, D("2.6"), "n")])
    equal(q(c, "SELECT {d '2024-02-29'}, {t '12:34:56'}, {ts '2024-02-29 12:34:56'}"), [(dt.date(2024, 2, 29), dt.time(12, 34, 56), dt.datetime(2024, 2, 29, 12, 34, 56))])
    equal(q(c, "SELECT 'a%b' LIKE 'a|%b' {escape '|'}"), [("1",)])
    equal(q(c, "SELECT x, y FROM {oj (VALUES (1)) a(x) LEFT OUTER JOIN (VALUES (2)) b(y) ON x = y}"), [(1, None)])
    equal(q(c, "{call upper(?)}", "abc"), [("ABC",)])


@check("server side cursors by SQL")
def _(c):
    c.autocommit = False
    c.execute("DECLARE k SCROLL CURSOR WITH HOLD FOR SELECT g FROM generate_series(1, 9) g")
    c.commit()
    equal([q(c, f"FETCH {d} FROM k") for d in ("LAST", "PRIOR", "ABSOLUTE 3", "RELATIVE -1", "FIRST")], [[(9,)], [(8,)], [(3,)], [(2,)], [(1,)]])
    c.execute("CLOSE k")


# --- transactions ---

@check("commit, rollback, autocommit, with")
def _(c):
    key = SOURCE + "-tx"
    count = lambda: c.execute("SELECT count(*) FROM sources WHERE source = ?", key).fetchval()
    with connection(autocommit=False) as x:
        x.execute("INSERT INTO sources (source) VALUES (?)", key)
        equal(count(), 0)
        x.rollback()
        with x:
            x.execute("INSERT INTO sources (source) VALUES (?)", key)
        equal(count(), 1)
        x.execute("DELETE FROM sources WHERE source = ?", key)
        x.autocommit = True  # commits
        equal(count(), 0)


@check("isolation levels by SQLSetConnectAttr")
def _(c):
    for level, name in ((pyodbc.SQL_TXN_READ_COMMITTED, "read committed"), (pyodbc.SQL_TXN_REPEATABLE_READ, "repeatable read")):
        with connection(autocommit=False) as x:
            x.set_attr(pyodbc.SQL_ATTR_TXN_ISOLATION, level)
            equal(q(x, "SHOW transaction_isolation"), [(name,)])


@check("isolation level serializable by SQLSetConnectAttr")
def _(c):
    with connection(autocommit=False) as x:
        x.set_attr(pyodbc.SQL_ATTR_TXN_ISOLATION, pyodbc.SQL_TXN_SERIALIZABLE)
        equal(q(x, "SHOW transaction_isolation"), [("serializable",)])
        equal(q(x, "SELECT count(*) FROM sources WHERE source = 'countryjs'"), [(1,)])


@check("after an error: the transaction fails (7.4-0), rolls back (7.4-1) or goes on (7.4-2)")
def _(c):
    for level, want in ((1, 1), (2, 2)):
        with connection(autocommit=False, Protocol=f"7.4-{level}") as x:
            x.execute("CREATE TEMP TABLE p (a int PRIMARY KEY)")
            x.commit()
            x.execute("INSERT INTO p VALUES (1)")
            with fails("23505", "p_pkey", pyodbc.IntegrityError):
                x.execute("INSERT INTO p VALUES (1)")
            x.execute("INSERT INTO p VALUES (2)")
            x.commit()
            equal(q(x, "SELECT count(*) FROM p"), [(want,)], f"7.4-{level}")
    with connection(autocommit=False, Protocol="7.4-0") as x:
        with fails("22012", "division by zero"):
            x.execute("SELECT 1 / 0")
        with fails("25P02", "current transaction is aborted"):
            x.execute("SELECT 1")
        x.rollback()
        equal(q(x, "SELECT 1"), [(1,)])


@check("savepoints by SQL")
def _(c):
    c.autocommit = False
    c.execute("CREATE TEMP TABLE sp (a int)")
    for cmd in ("INSERT INTO sp VALUES (1)", "SAVEPOINT a", "INSERT INTO sp VALUES (2)", "SAVEPOINT b", "INSERT INTO sp VALUES (3)", "RELEASE b", "ROLLBACK TO a", "INSERT INTO sp VALUES (4)"):
        c.execute(cmd)
    c.commit()
    equal(q(c, "SELECT a FROM sp ORDER BY a"), [(1,), (4,)])


# --- errors, timeouts ---

ERRORS = [
    ("42P01", 'relation "nope" does not exist', "SELECT * FROM nope", pyodbc.ProgrammingError), ("42703", 'column "nope" does not exist', "SELECT nope FROM sources", pyodbc.ProgrammingError),
    ("42601", 'syntax error at or near "SELEC"', "SELEC 1", pyodbc.ProgrammingError), ("22012", "division by zero", "SELECT 1 / 0", pyodbc.DataError),
    ("22P02", 'invalid input syntax for type integer: "x"', "SELECT 'x'::int", pyodbc.DataError), ("22003", "smallint out of range", "SELECT 99999::int2", pyodbc.DataError),
    ("42883", "function nope(integer) does not exist", "SELECT nope(1)", pyodbc.ProgrammingError), ("23505", 'duplicate key value violates unique constraint "sources_pkey"', "INSERT INTO sources (source) VALUES ('countryjs')", pyodbc.IntegrityError),
    ("23505", "Key (source)=(countryjs) already exists.", "INSERT INTO sources (source) VALUES ('countryjs')", pyodbc.IntegrityError),
    ("23502", 'null value in column "source" of relation "sources" violates not-null constraint', "INSERT INTO sources (title) VALUES ('x')", pyodbc.IntegrityError),
    ("22008", "date/time field value out of range", "SELECT '2024-13-01'::date", pyodbc.DataError), ("42702", 'column reference "source" is ambiguous', "SELECT source FROM sources a, sources b", pyodbc.ProgrammingError),
]


@check("errors: SQLSTATE, class and message, in every mode")
def _(c):
    for mode, options in MODES.items():
        with connection(**options) as x:
            for state, text, sql, kind in ERRORS:
                with fails(state, text, kind):
                    x.execute(sql).fetchall()
            equal(q(x, "SELECT 1"), [(1,)], mode)


@check("errors of parameters")
def _(c):
    with fails("22P02", 'invalid input syntax for type integer: "x"'):
        q(c, "SELECT ?::int", "x")
    equal(q(c, "SELECT ?::int", "7"), [(7,)])


@check("notices are messages")
def _(c):
    k = c.execute("DROP TABLE IF EXISTS odbc_nope")
    equal([(s, m.split("NOTICE: ")[-1].strip()) for s, m in k.messages], [("[00000] (-1)", 'table "odbc_nope" does not exist, skipping')])


@check("statement_timeout (57014)")
def _(c):
    c.execute("SET statement_timeout = 200")
    with fails("57014", "canceling statement due to statement timeout"):
        q(c, "SELECT pg_sleep(5)")
    c.execute("RESET statement_timeout")
    equal(q(c, "SELECT 1"), [(1,)])


@check("Cursor.cancel from another thread")
def _(c):
    k = c.cursor()
    other = threading.Timer(0.3, k.cancel)
    other.start()
    before = time.monotonic()
    with fails("57014", "canceling statement due to user request"):
        k.execute("SELECT pg_sleep(10)")
    true(time.monotonic() - before < 5, "it slept on")
    other.join(5)  # the cursor must outlive the call
    equal(q(c, "SELECT 1"), [(1,)])


@check("a terminated backend (57P01), and a new connection works")
def _(c):
    x = connect()
    pid, = x.execute("SELECT pg_backend_pid()").fetchone()
    equal(q(c, "SELECT pg_terminate_backend(?)", pid), [("1",)])
    time.sleep(0.2)
    with fails("57P01", "terminating connection due to administrator command"):
        x.execute("SELECT 1")
    with connection() as y:
        equal(q(y, "SELECT 1"), [(1,)])


@check("advisory locks between sessions")
def _(c):
    key = int(RUN[:8], 16)
    with connection() as x:
        equal([q(c, "SELECT pg_try_advisory_lock(?)", key), q(x, "SELECT pg_try_advisory_lock(?)", key), q(c, "SELECT pg_advisory_unlock(?)", key)], [[("1",)], [("0",)], [("1",)]])


@check("RowVersioning, UpdatableCursors, FakeOidIndex do no harm")
def _(c):
    with connection(RowVersioning=1, UpdatableCursors=1, ShowOidColumn=1, FakeOidIndex=1) as x:
        equal(q(x, "SELECT name, tier FROM source_classes WHERE name = 'expert'"), [("expert", 3)])
        equal(rows(x.cursor().columns(schema="public", table="source_classes"), "column_name"), [("name",), ("tier",), ("weight",), ("half_life",), ("default_confidence",), ("xmin",)])


run(f"pyodbc {pyodbc.version}, psqlODBC {connect().getinfo(pyodbc.SQL_DRIVER_VER)}, {connect().getinfo(pyodbc.SQL_DM_VER)} driver manager", connection)
