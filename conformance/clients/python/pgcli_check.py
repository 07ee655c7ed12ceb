"""Checks of pgcli: of the queries behind its completion, of its commands (which pgspecial has), and of the program itself in a pseudo terminal."""
import contextlib
import fcntl
import json
import logging
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time

import pgcli
import pgspecial
import psycopg
from pgcli.completion_refresher import CompletionRefresher
from pgcli.pgexecute import PGExecute
from pgspecial.main import PGSpecial
from prompt_toolkit.document import Document

from tables import ASSERTIONS, GENERATED, INDEXES, LENS, LENSES, SOURCES, SOURCE_CLASSES
from tap import STATEMENT_TIMEOUT, check, equal, raises, run, true

logging.getLogger("pgcli").addHandler(logging.NullHandler())  # it logs errors that are checked here
TABLES = ["assertions", "source_classes", "sources"]


@contextlib.contextmanager
def executor():
    # As pgcli itself: user, host and port by name, all else from the environment.
    e = PGExecute(os.environ["PGDATABASE"], os.environ["PGUSER"], os.environ["PGPASSWORD"], os.environ["PGHOST"], os.environ["PGPORT"], application_name="pgcli", options=f"-c statement_timeout={STATEMENT_TIMEOUT}")
    try:
        yield e
    finally:
        e.conn.close()


# What completion asks the catalogs.

@check("login: SCRAM over TLS, and what pgcli reads of the session")
def _(e):
    equal((e.conn.pgconn.ssl_in_use, e.conn.pgconn.used_password, e.conn.info.get_parameters()["sslmode"]), (True, True, "verify-full"))
    equal((e.dbname, e.user, e.host, e.short_host, e.superuser, e.server_version.split(".")[0], e.pid == e.conn.info.backend_pid, e.is_virtual_database(), e.valid_transaction()), ("stemedb", "stemedb", "localhost", "localhost", True, "15", True, False, False))
    other = e.copy()
    true(other.pid != e.pid, "the copy has the same session")
    other.conn.close()


@check("schemata, search path and databases")
def _(e):
    equal([s for s in e.schemata() if not re.match(r"pg_(toast|temp)", s)], sorted(LENSES + ["information_schema", "pg_catalog", "public"]))
    equal(e.search_path(), ["pg_catalog", "public"])
    e.conn.execute("SET search_path = skeptic, public")
    equal(e.search_path(), ["pg_catalog", "skeptic", "public"])
    true("stemedb" in e.databases(), str(e.databases()))


@check("full_databases")
def _(e):
    rows, headers, status = e.full_databases()
    equal((headers, [r for r in rows if r[0] == "stemedb"], status), (["Name", "Owner", "Encoding", "Collate", "Ctype", "Access privileges"], [("stemedb", "stemedb", "UTF8", "C.UTF-8", "C.UTF-8", None)], f"SELECT {len(rows)}"))


@check("tables and views")
def _(e):
    equal(sorted(t for s, t in e.tables() if s == "public"), TABLES)
    equal([sorted(t for s, t in e.tables() if s == lens) for lens in LENSES], [[]] * 7)
    views = list(e.views())
    equal(sorted(v for v in views if v[0] in LENSES), [(lens, "assertions") for lens in LENSES])
    true({("information_schema", "tables"), ("information_schema", "columns"), ("pg_catalog", "pg_tables"), ("pg_catalog", "pg_settings"), ("pg_catalog", "pg_stat_activity")} <= set(views), "views of the system are missing")


@check("table_columns")
def _(e):
    got = [r for r in e.table_columns() if r[0] == "public" and r[1] in TABLES]
    equal([r[1:4] for r in got], [(t, n, ty) for t, cols in (("assertions", ASSERTIONS), ("source_classes", SOURCE_CLASSES), ("sources", SOURCES)) for n, ty, *_ in cols])
    equal([(r[2], r[5]) for r in got if r[4] and r[2] not in GENERATED], [(n, d) for n, _, _, d in ASSERTIONS + SOURCES if d])
    equal([r[2] for r in got if r[4] and r[1] == "assertions" and r[2] in GENERATED], GENERATED)


@check("view_columns")
def _(e):
    got = list(e.view_columns())
    for lens in LENSES:
        equal([(r[2], r[3]) for r in got if r[:2] == (lens, "assertions")], [(n, ty) for n, ty, *_ in ASSERTIONS + LENS])
    equal([r[2:4] for r in got if r[:2] == ("pg_catalog", "pg_tables")], [(n, "name") for n in ("schemaname", "tablename", "tableowner", "tablespace")] + [(n, "boolean") for n in ("hasindexes", "hasrules", "hastriggers", "rowsecurity")])


@check("foreignkeys")
def _(e):
    equal([tuple(k) for k in e.foreignkeys() if k.childschema == "public"], [("public", "source_classes", "name", "public", "sources", "class")])


@check("functions")
def _(e):
    got = {}
    for f in e.functions():
        got.setdefault((f.schema_name, f.func_name), []).append(f)
    one = lambda n: [(f.arg_names, f.arg_types, f.arg_modes, f.return_type, f.is_aggregate, f.is_window, f.is_set_returning, f.is_extension) for f in got["pg_catalog", n]]
    equal(sorted(f.arg_types for f in got["pg_catalog", "upper"]), [("anymultirange",), ("anyrange",), ("text",)])
    equal(one("row_number"), [(None, None, None, "bigint", False, True, False, False)])
    equal({(x[1], x[3], x[4]) for x in one("count")}, {(None, "bigint", True), (('"any"',), "bigint", True)})
    equal({(x[1], x[3], x[6]) for x in one("generate_series")} >= {(("integer", "integer"), "integer", True), (("timestamp with time zone", "timestamp with time zone", "interval"), "timestamp with time zone", True)}, True)
    equal([(x[0], x[2]) for x in one("json_each")], [(("from_json", "key", "value"), ("i", "o", "o"))])
    equal([f.arg_defaults for f in got["pg_catalog", "jsonb_set"]], [("true",)])
    equal([f.arg_names for f in got["pg_catalog", "make_interval"]], [("years", "months", "weeks", "days", "hours", "mins", "secs")])


@check("datatypes and casing")
def _(e):
    equal([t for t in e.datatypes() if t[0] in LENSES], [])
    words = list(e.casing())
    equal(len(words), len({w.lower() for w in words}))


@check("view_definition and function_definition")
def _(e):
    d = e.view_definition("skeptic.assertions")
    true(d.startswith('CREATE OR REPLACE VIEW "skeptic.assertions" AS \n SELECT ') and d.endswith(";") and "claimed_path" in d, d)
    d = e.function_definition("pg_catalog.initcap")
    equal(d, "CREATE OR REPLACE FUNCTION pg_catalog.initcap(text)\n RETURNS text\n LANGUAGE internal\n IMMUTABLE PARALLEL SAFE STRICT\nAS $function$initcap$function$\n")
    for f, what in ((e.view_definition, "View"), (e.function_definition, "Function")):
        try:
            f("nosuch")
            true(False, "no error")
        except RuntimeError as x:
            equal(str(x), f"{what} nosuch does not exist.")


@check("the completion that is made of all of it")
def _(e):
    done, got = threading.Event(), []
    CompletionRefresher().refresh(e, PGSpecial(), lambda completer: (got.append(completer), done.set()), settings={})
    true(done.wait(20), "the refresh took too long")
    c = got[0]

    def complete(text, at=None):
        return {x.text for x in c.get_completions(Document(text, len(text) if at is None else at), None, smart_completion=True)}
    true({"sources", "source_classes", "skeptic"} <= complete("SELECT * FROM s"), "FROM")
    equal(complete("SELECT * FROM skeptic.a") & {"assertions"}, {"assertions"})
    true({n for n, *_ in SOURCES} <= complete("SELECT  FROM sources", 7), "columns")
    true({"concept_path", "confidence"} <= complete("SELECT c FROM assertions", 8), "names that begin with c")
    true({"claimed_path", "conflict_score"} <= complete("SELECT a.c FROM skeptic.assertions a", 10), "columns of an alias")
    true("INSERT INTO" in complete("IN"), "keywords")
    true("source_classes ON source_classes.name = sources.class" in complete("SELECT * FROM sources JOIN "), "the join along the foreign key")
    true("assertions" in complete("\\d a"), "after a command")


# Its commands.

def special(e, command, s=None):
    """What a command shows: for each result, title, rows, headers and status."""
    return [(t, list(map(list, rows)) if rows is not None else None, h, st) for t, rows, h, st, *_ in e.run(command, s or PGSpecial())]


def rows(e, command, headers=None):
    [(_, got, h, _)] = special(e, command)
    if headers:
        equal(h, headers, command)
    return got


@check(r"\l")
def _(e):
    equal([r for r in rows(e, r"\l") if r[0] == "stemedb"], [["stemedb", "stemedb", "UTF8", "C.UTF-8", "C.UTF-8", None]])
    equal([r[:6] + r[7:8] for r in rows(e, r"\l+ stemedb", ["Name", "Owner", "Encoding", "Collate", "Ctype", "Access privileges", "Size", "Tablespace", "Description"])], [["stemedb", "stemedb", "UTF8", "C.UTF-8", "C.UTF-8", None, "pg_default"]])


@check(r"\du")
def _(e):
    equal(rows(e, r"\du stemedb", ["rolname", "rolsuper", "rolinherit", "rolcreaterole", "rolcreatedb", "rolcanlogin", "rolconnlimit", "rolvaliduntil", "memberof", "rolreplication"]), [["stemedb", True, True, True, True, True, -1, None, [], True]])
    equal(rows(e, r"\du+ stemedb")[0][9:], [None, True])


@check(r"\dn")
def _(e):
    own = [[lens, "stemedb"] for lens in LENSES]
    equal([r for r in rows(e, r"\dn", ["Name", "Owner"]) if r[0] != "public"], own)
    equal([r for r in rows(e, r"\dn+ *e*") if r[0] == "skeptic"], [["skeptic", "stemedb", "stemedb=UC/stemedb\n=U/stemedb", "the claims as the lens skeptic resolves them"]])


@check(r"\dt and \di")
def _(e):
    equal(rows(e, r"\dt", ["Schema", "Name", "Type", "Owner"]), [["public", t, "table", "stemedb"] for t in TABLES])
    equal(rows(e, r"\dt source*"), [["public", t, "table", "stemedb"] for t in TABLES[1:]])
    equal([r[:4] + r[5:] for r in rows(e, r"\dt+ sources", ["Schema", "Name", "Type", "Owner", "Size", "Description"])],
          [["public", "sources", "table", "stemedb", "Registered sources: class, standing and trust. The history is kept; a query AS OF a time sees the registration of then."]])
    equal([r[1] for r in rows(e, r"\di")], sorted(list(INDEXES) + [f"{t}_pkey" for t in TABLES]))
    equal(rows(e, r"\di sources_pkey"), [["public", "sources_pkey", "index", "stemedb"]])
    equal([t for t in rows(e, r"\dt pg_catalog.pg_cl*") if t[1] == "pg_class"], [["pg_catalog", "pg_class", "table", "stemedb"]])


@check(r"\dv and \dm")
def _(e):
    for lens in LENSES:
        equal(rows(e, rf"\dv {lens}.*"), [[lens, "assertions", "view", "stemedb"]])
    equal((rows(e, r"\dm"), [r[:5] for r in rows(e, r"\dv+ skeptic.assertions")]), ([], [["skeptic", "assertions", "view", "stemedb", "0 bytes"]]))


@check(r"\ds, \dE, \dD, \dx and \ddp")
def _(e):
    e.conn.execute("CREATE TEMP SEQUENCE counter; CREATE TEMP TABLE keyed (id serial PRIMARY KEY)")
    equal([r[1:] for r in rows(e, r"\ds")], [["counter", "sequence", "stemedb"], ["keyed_id_seq", "sequence", "stemedb"]])
    for command, headers in ((r"\dE", ["Schema", "Name", "Type", "Owner"]), (r"\dD", ["Schema", "Name", "Type", "Modifier", "Check"]), (r"\ddp", ["Owner", "Schema", "Type", "Access privileges"])):
        equal(rows(e, command, headers), [], command)
    equal(rows(e, r"\dx nosuch", ["Name", "Version", "Schema", "Description"]), [])


@check(r"\db")
def _(e):
    equal(rows(e, r"\db", ["Name", "Owner", "Location"]), [["pg_default", "stemedb", ""], ["pg_global", "stemedb", ""]])


@check(r"\dT")
def _(e):
    equal(rows(e, r"\dT pg_catalog.int8", ["Schema", "Name", "Description"]), [["pg_catalog", "bigint", "~18 digit integer, 8-byte storage"]])
    equal(rows(e, r"\dT+ pg_catalog.int4range"), [["pg_catalog", "int4range", "int4range", "var", "", None, "range of integers"]])


@check(r"\df and \sf")
def _(e):
    equal(rows(e, r"\df pg_catalog.lower", ["Schema", "Name", "Result data type", "Argument data types", "Type"]), [["pg_catalog", "lower", r, a, "normal"] for r, a in (("anyelement", "anymultirange"), ("anyelement", "anyrange"), ("text", "text"))])
    equal(rows(e, r"\df pg_catalog.rank"), [["pg_catalog", "rank", "bigint", "", "window"], ["pg_catalog", "rank", "bigint", 'VARIADIC "any" ORDER BY VARIADIC "any"', "agg"]])
    equal(rows(e, r"\df+ pg_catalog.initcap"), [["pg_catalog", "initcap", "text", "text", "normal", "immutable", "stemedb", "internal", "initcap", "capitalize each word"]])
    equal(rows(e, r"\sf pg_catalog.initcap"), [["CREATE OR REPLACE FUNCTION pg_catalog.initcap(text)\n RETURNS text\n LANGUAGE internal\n IMMUTABLE PARALLEL SAFE STRICT\nAS $function$initcap$function$\n"]])
    for name, code in (("pg_catalog.lower", "42725"), ("nosuch", "42883")):
        with raises(code):
            special(e, rf"\sf {name}")


@check(r"\dF")
def _(e):
    equal([r for r in rows(e, r"\dF simple", ["Schema", "Name", "Description"])], [["pg_catalog", "simple", "simple configuration"]])
    [(title, got, _, _)] = special(e, r"\dF+ simple")
    equal((title, len(got), got[0]), ('\nText search configuration "pg_catalog.simple"\nParser: "pg_catalog.default"', 19, ["asciihword", "simple"]))


@check(r"\d of a table")
def _(e):
    [(_, got, headers, status)] = special(e, r"\d assertions")
    modifiers = lambda nn, d: (" not null" if nn else "") + (f" default {d}" if d else "")
    equal((headers, [r[:2] for r in got]), (["Column", "Type", "Modifiers"], [[n, t] for n, t, *_ in ASSERTIONS]))
    equal([r[2] for r in got if r[0] not in GENERATED], [modifiers(nn, d) for n, _, nn, d in ASSERTIONS if n not in GENERATED])
    true(all(re.search(r"(?s) default .+ generated always as \(.+\) stored$", r[2]) for r in got if r[0] in GENERATED), "generated columns")
    equal([line for line in status.splitlines() if "btree" in line], ['    "assertions_pkey" PRIMARY KEY, btree (id)'] + [f'    "{n}" btree ({", ".join(k)})' for n, k in sorted(INDEXES.items())])


@check(r"\d+ of a table, with its foreign key and comments")
def _(e):
    [(_, got, headers, status)] = special(e, r"\d+ sources")
    equal((headers, [r[:2] for r in got], got[3]), (["Column", "Type", "Modifiers", "Storage", "Stats target", "Description"], [[n, t] for n, t, *_ in SOURCES], ["trust", "double precision", "", "plain", None, "Accuracy from 0 to 1; NULL: unknown."]))
    equal(status, 'Indexes:\n    "sources_pkey" PRIMARY KEY, btree (source)\nForeign-key constraints:\n    "sources_class_fkey" FOREIGN KEY (class) REFERENCES source_classes(name)\nHas OIDs: no\n')
    equal(special(e, r"\d source_classes")[0][3], 'Indexes:\n    "source_classes_pkey" PRIMARY KEY, btree (name)\nReferenced by:\n    TABLE "sources" CONSTRAINT "sources_class_fkey" FOREIGN KEY (class) REFERENCES source_classes(name)\n')


@check(r"\d of views, lists and what there is not")
def _(e):
    [(_, got, _, _)] = special(e, r"\d skeptic.assertions")
    equal(got, [[n, t, ""] for n, t, *_ in ASSERTIONS + LENS])
    status = special(e, r"\d+ skeptic.assertions")[0][3]
    true(status.startswith("View definition:\n") and "claimed_path" in status, status)
    equal([r[1:] for r in rows(e, r"\d") if r[2] == "table"], [[t, "table", "stemedb"] for t in TABLES])
    equal(special(e, r"\d nosuch"), [(None, None, None, "Did not find any relation named nosuch.")])


@check(r"\d of a temporary table with constraints")
def _(e):
    e.conn.execute("CREATE TEMP TABLE con (id serial PRIMARY KEY, a int NOT NULL CHECK (a > 0), b varchar(5) UNIQUE DEFAULT 'x', i int GENERATED ALWAYS AS IDENTITY)")
    [(_, got, _, status)] = special(e, r"\d con")
    equal(got, [["id", "integer", " not null default nextval('con_id_seq'::regclass)"], ["a", "integer", " not null"], ["b", "character varying(5)", " default 'x'::character varying"], ["i", "integer", " not null generated always as identity"]])
    equal(status, 'Indexes:\n    "con_pkey" PRIMARY KEY, btree (id)\n    "con_b_key" UNIQUE CONSTRAINT, btree (b)\nCheck constraints:\n    "con_a_check" CHECK (a > 0)\n')


@check(r"\x, \timing and \h")
def _(e):
    s = PGSpecial()
    equal([special(e, c, s)[0][3] for c in (r"\x", r"\x", r"\timing", r"\timing", r"\x auto")], ["Expanded display is on.", "Expanded display is off.", "Timing is on.", "Timing is off.", "Expanded display is used automatically."])
    true("SELECT retrieves rows" in special(e, r"\h select")[0][3], "no help")


@check(r"\copy in and out")
def _(e):
    with tempfile.TemporaryDirectory() as d:
        e.conn.execute("CREATE TEMP TABLE cp (a int, b text)")
        with open(f"{d}/in", "w") as f:
            f.write("1\tü\n2\t\\N\n")
        special(e, rf"\copy cp from '{d}/in'")
        special(e, rf"\copy cp to '{d}/out' csv header")
        equal(open(f"{d}/out").read(), "a,b\n1,ü\n2,\n")


@check("statements, several at once, notices and errors")
def _(e):
    got = special(e, "SELECT 1 AS a, 'ü' AS b; CREATE TEMP TABLE st (a int); INSERT INTO st VALUES (1), (2); -- end\nSELECT * FROM st WHERE a > 1")
    equal([(r, h, s) for _, r, h, s in got], [([[1, "ü"]], ["a", "b"], "SELECT 1"), (None, None, "CREATE TABLE"), (None, None, "INSERT 0 2"), ([[2]], ["a"], "SELECT 1")])
    equal(special(e, "DROP TABLE IF EXISTS nosuch")[0][0].splitlines()[0], 'table "nosuch" does not exist, skipping')
    with raises("42P01"):
        special(e, "SELECT * FROM nosuch")
    special(e, "BEGIN")
    equal((e.valid_transaction(), e.failed_transaction()), (True, False))
    with raises("22012"):
        special(e, "SELECT 1/0")
    equal((e.valid_transaction(), e.failed_transaction()), (False, True))
    equal(special(e, "ROLLBACK")[0][3], "ROLLBACK")


@check("types as pgcli prints them")
def _(e):
    [(_, got, _, _)] = special(e, "SELECT 1.50::numeric, '{a,NULL}'::text[], '{\"a\": 1}'::jsonb, '2024-01-01 12:00+00'::timestamptz, 'infinity'::date, '1 mon'::interval, '\\x00ff'::bytea, '10.0.0.1/8'::inet, '[1,3)'::int4range, true, NULL, 1e20::float8")
    equal([str(x) for x in got[0]][:2] + [x if isinstance(x, str) else str(x) for x in got[0]][2:4], ["1.50", "['a', None]", '{"a": 1}', "2024-01-01 12:00:00+00"])
    equal([got[0][4], got[0][9], got[0][10], got[0][11]], ["infinity", True, None, 1e20])


@check("explain mode")
def _(e):
    [(_, got, _, _)] = [(t, list(r), h, s) for t, r, h, s, *_ in e.run("SELECT count(*) FROM source_classes", PGSpecial(), explain_mode=True)]
    plan = json.loads(got[0][0])[0]
    equal(("Plan" in plan, plan["Plan"]["Actual Rows"], "Execution Time" in plan), (True, 1, True))


# The program, in a terminal.

class Terminal:
    CONFIG = "[main]\nenable_pager = False\nless_chatty = True\ndestructive_warning = off\nkeyring = False\ntable_format = psql\nlog_level = NONE\nmulti_line = False\nsyntax_style = default\nsmart_completion = False\ntiming = False\nshow_bottom_toolbar = False\n"

    def __init__(self, *args):
        self.home = tempfile.TemporaryDirectory()
        config = os.path.join(self.home.name, "rc")
        with open(config, "w") as f:
            f.write(self.CONFIG)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 150, 0, 0))
            os.environ.update(HOME=self.home.name, TERM="xterm", LANG="C.UTF-8", PAGER="cat")
            os.execvp("pgcli", ["pgcli", "--pgclirc", config, "--prompt", "prompt> ", *args])
        self.seen = ""

    def read(self, until, limit=12):
        """What is shown, without escape sequences, until the pattern comes."""
        end = time.monotonic() + limit
        while not re.search(until, self.seen):
            if time.monotonic() > end or not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                true(False, f"waited for {until!r}, and saw {self.seen[-600:]!r}")
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if b"\x1b[6n" in data:  # it asks where the cursor is
                os.write(self.fd, b"\x1b[1;1R")
            self.seen += re.sub(r"\x1b(\[[0-9;?>]*[A-Za-z]|\][^\x07]*\x07|[=>])", "", data.decode(errors="replace"))
            if not data:
                true(re.search(until, self.seen), f"it ended, waiting for {until!r}: {self.seen[-600:]!r}")
                break
        seen, self.seen = self.seen, ""
        return seen

    def type(self, line, until):
        os.write(self.fd, line.encode() + b"\r")
        return self.read(until)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        self.home.cleanup()


def arguments():
    return "-h", os.environ["PGHOST"], "-p", os.environ["PGPORT"], "-U", os.environ["PGUSER"], "-d", os.environ["PGDATABASE"]


@check("the program: its list of databases")
def _(_):
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(["pgcli", *arguments(), "-l"], capture_output=True, text=True, timeout=15, stdin=subprocess.DEVNULL, env={**os.environ, "HOME": home, "LANG": "C.UTF-8"})
    equal((done.returncode, [re.split(r"\s*\|\s*", line)[1:6] for line in done.stdout.splitlines() if line.startswith("| stemedb")]), (0, [["stemedb", "stemedb", "UTF8", "C.UTF-8", "C.UTF-8"]]))


@check("the program: queries, commands and errors in a terminal")
def _(e):
    with Terminal(*arguments()) as t:
        t.read("prompt>")
        got = t.type("SELECT name, tier FROM source_classes ORDER BY tier LIMIT 2;", r"SELECT 2\s")
        for line in "| name       | tier |", "| regulatory | 0    |", "| clinical   | 1    |":
            true(line in got, f"{line!r} is not in {got!r}")
        got = t.type("\\dt", r"SELECT 3\s")
        true("| public | source_classes | table | stemedb |" in got, got)
        got = t.type("\\d sources", r"FOREIGN KEY \(class\) REFERENCES|sources_pkey[^\n]*\n")
        true('"sources_pkey" PRIMARY KEY, btree (source)' in got, got)
        got = t.type("SELECT nosuch FROM sources;", r"\^")
        true('column "nosuch" does not exist' in got and "LINE 1: SELECT nosuch FROM sources" in got, got)
        got = t.type("\\x", "Expanded display is on")
        got = t.type("SELECT 'ü' AS letter;", r"SELECT 1\s")
        true("[ RECORD 1 ]" in got and re.search(r"letter \| ü", got), got)
        t.type("SELECT pg_sleep(8);", "pg_sleep")
        # Before the query runs, ^C would be a character to the line editor.
        end = time.monotonic() + 6
        while not rows(e, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(8)%' AND pid <> pg_backend_pid()")[0][0]:
            true(time.monotonic() < end, "pg_stat_activity does not show the query")
            time.sleep(0.05)
        os.write(t.fd, b"\x03")
        t.read("cancelled query|canceling statement due to user request")
        t.type("SELECT 6 * 7 AS answer;", r"answer \| 42")
        t.type("\\q", "Goodbye|$")


@check("the program: a wrong password")
def _(_):
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(["pgcli", *arguments(), "-w", "-l"], capture_output=True, text=True, timeout=15, stdin=subprocess.DEVNULL, env={**os.environ, "HOME": home, "PGPASSWORD": "wrong", "LANG": "C.UTF-8"})
    equal(done.returncode, 1)
    true('password authentication failed for user "stemedb"' in done.stdout + done.stderr, done.stdout + done.stderr)


run(f"pgcli {pgcli.__version__} (pgspecial {pgspecial.__version__}, psycopg {psycopg.__version__})", executor)
