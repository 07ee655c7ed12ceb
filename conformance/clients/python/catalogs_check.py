"""Queries of tools that cannot be installed here, from ../catalogs.

TOOL.sql has statements that end with a semicolon at the end of a line; a line
`-- name: …` before each is its check's name. It has to succeed, and to give the
column names, the types' OIDs and the rows in TOOL.golden. What may differ
between servers is said before the statement:

  -- rows: any order   the rows, sorted: the query leaves their order open
  -- rows: N           how many there are (N a number)
  -- rows: some        that there are any
  -- rows: differ      nothing of them
  -- error: SQLSTATE   the statement has to fail so

All statements of a tool run in one autocommitting session that has the
temporary relations of fixture.sql. {run} stands for digits that are new with each
run; in results they are {run} again.

Arguments choose checks by parts of their names ("dbeaver:"). With --rewrite the
goldens of what runs are written anew: PostgreSQL 15 is what they come from.
"""
import contextlib
import difflib
import os
import re
import sys

import psycopg2
import psycopg2.extensions

from tap import RUN, STATEMENT_TIMEOUT, Wrong, check, run

TOOLS = ("npgsql", "dbeaver", "datagrip", "pgadmin", "metabase", "superset",
         "tableau", "powerbi", "grafana", "looker", "dbt", "prisma", "psqlodbc")
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "catalogs")
MARK = re.compile(r"-- (name|rows|error): (.+)")
# Values are wanted as the server writes them, whatever their types.
psycopg2.extensions.register_type(psycopg2.extensions.new_type(
    tuple(range(1, 16384)), "AS WRITTEN", lambda value, cursor: value))


def text(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return f.read()


def statements(script):
    """(marks, SQL) of each statement. Errors: a statement without a name, or without its end."""
    out, marks, lines = [], {}, []
    for line in script.splitlines():
        mark = MARK.fullmatch(line)
        if mark and not lines:
            marks[mark[1]] = mark[2]
        elif lines or (line and not line.startswith("--")):
            lines.append(line)
            if line.endswith(";"):
                if "name" not in marks:
                    raise ValueError(f"no name: {lines[0]}")
                out.append((marks, "\n".join(lines)))
                marks, lines = {}, []
    if lines or marks:
        raise ValueError(f"no end: {marks} {lines}")
    return out


class Session:
    """A tool's connection, made when it is first needed, and anew after a fatal error."""
    conn = open = None

    def cursor(self):
        if Session.open not in (None, self):
            Session.open.conn.close()  # the temporary relations of one tool are nothing to the next
            Session.open = None
        if self.conn is None or self.conn.closed:
            self.conn = psycopg2.connect("", connect_timeout=5, options=f"-c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC")
            self.conn.autocommit = True
            for sql in text("fixture.sql").split(";\n"):
                if sql.strip():
                    self.conn.cursor().execute(sql)
        Session.open = self
        return self.conn.cursor()


def written(value):
    """A value as COPY writes it."""
    if value is None:
        return r"\N"
    for plain, escaped in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        value = value.replace(plain, escaped)
    return value.replace(RUN, "{run}")


def answer(session, marks, sql):
    """What the statement gives: the lines that the golden has of it."""
    mode = marks.get("rows")
    with session.cursor() as cur:
        try:
            cur.execute(sql.replace("{run}", RUN))
        except psycopg2.Error as e:
            if e.pgcode and e.pgcode == marks.get("error"):
                return [f"ERROR {e.pgcode}"]
            raise Wrong(f"{e.pgcode} {e}".strip()) from e
        if "error" in marks:
            raise Wrong(f"no error, where {marks['error']} was expected")
        if cur.description is None:
            return [cur.statusmessage]
        head = " ".join(f"{c.name}:{c.type_code}" for c in cur.description)
        rows = ["\t".join(map(written, row)) or "(empty)" for row in cur.fetchall()]
    if mode == "some":
        rows = ["(some rows)"] if rows else []
    elif mode == "differ":
        rows = ["(rows that differ)"]
    elif mode == "any order":
        rows.sort()
    elif mode:
        if len(rows) != int(mode):
            raise Wrong(f"{len(rows)} rows, where {mode} were expected")
        rows = [f"({mode} rows)"]
    return [head] + (rows or ["(no rows)"])


def read_golden(name):
    """Answers by names of checks."""
    answers, lines = {}, None
    for line in text(name).splitlines():
        mark = MARK.fullmatch(line)
        if mark:
            lines = answers.setdefault(mark[2], [])
        elif line:
            lines.append(line)
    return answers


def register(tool):
    """Makes a check of each statement of the tool; of what the script or its golden lacks, too."""
    try:
        script = statements(text(tool + ".sql"))
        golden = {} if rewrite else read_golden(tool + ".golden")
        names = [marks["name"] for marks, _ in script]
        if not rewrite and list(golden) != names:
            raise ValueError("the golden is of other statements: --rewrite it on PostgreSQL")
    except (OSError, ValueError) as e:
        @check(f"{tool}: script and golden")
        def _(_, e=e):
            raise Wrong(str(e))
        return
    session, answers = Session(), written_anew.setdefault(tool, {})
    for marks, sql in script:
        @check(f"{tool}: {marks['name']}")
        def _(_, marks=marks, sql=sql):
            got = answers[marks["name"]] = answer(session, marks, sql)
            want = got if rewrite else golden[marks["name"]]
            if got != want:
                diff = list(difflib.unified_diff(want, got, n=0, lineterm=""))
                raise Wrong("- expected, + got\n" + "\n".join(line[:400] for line in diff[3:23]))


rewrite = "--rewrite" in sys.argv
written_anew = {}
sys.argv = [a for a in sys.argv if a != "--rewrite"]
for tool in TOOLS:
    register(tool)
try:
    run(f"catalogs psycopg2 {psycopg2.__version__.split()[0]}", contextlib.nullcontext)
finally:
    for tool, answers in written_anew.items():
        if rewrite and answers:
            with open(os.path.join(HERE, tool + ".golden"), "w", encoding="utf-8") as f:
                f.write("\n".join(f"-- name: {name}\n" + "\n".join(lines) + "\n" for name, lines in answers.items()))
