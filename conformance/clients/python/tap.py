"""Checks of a client, printed as TAP.

A check is a function, or a coroutine function, that throws if what it finds is not
what it expects. Each is called with a connection of its own, so that none suffers
from what another has left behind.
"""
import asyncio
import contextlib
import decimal
import enum
import faulthandler
import inspect
import os
import secrets
import sys

RUN = secrets.token_hex(6)  # makes the keys of this run unique
STATEMENT_TIMEOUT = "15s"  # to be set on every connection, so that no wait is endless
_checks = []


class Wrong(Exception):
    """What was found is not what was expected."""


def check(name):
    """Registers the function below as a check."""
    def register(f):
        _checks.append((name, f))
        return f
    return register


def same(got, want):
    """Equality that tells 1 from True and 1.0, 1.0 from 1.00 in Decimals, and finds NaN equal to itself."""
    got, want = (int(v) if isinstance(v, enum.IntEnum) else v for v in (got, want))
    if isinstance(got, str) and isinstance(want, str):  # some clients have subclasses
        return got == want
    if type(got) is not type(want):
        return False
    if isinstance(got, (list, tuple)):
        return len(got) == len(want) and all(map(same, got, want))
    if isinstance(got, dict):
        return got.keys() == want.keys() and all(same(got[k], want[k]) for k in want)
    if isinstance(got, (decimal.Decimal, float)):
        return str(got) == str(want)
    return got == want


def equal(got, want, what=""):
    if not same(got, want):
        short = lambda v: (r := repr(v))[:1500] + ("…" if len(r) > 1500 else "")
        raise Wrong(f"{what}\nexpected {short(want)}\ngot      {short(got)}".lstrip("\n"))


def true(holds, what):
    if not holds:
        raise Wrong(what)


def code_of(error):
    """The SQLSTATE of an exception, or of the one that a layer above has wrapped."""
    for e in (error, getattr(error, "orig", None), error.__cause__, getattr(getattr(error, "orig", None), "__cause__", None)):
        for name in ("sqlstate", "pgcode"):
            if isinstance(getattr(e, name, None), str):
                return getattr(e, name)
    return None


class Raised:
    error = None


@contextlib.contextmanager
def raises(sqlstate, kind=Exception):
    """The block must end with an error of this SQLSTATE and class; .error is it afterwards."""
    raised = Raised()
    try:
        yield raised
    except Wrong:
        raise
    except Exception as e:
        raised.error = e
        equal(code_of(e), sqlstate, f"SQLSTATE of {type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}")
        true(isinstance(e, kind), f"{type(e).__mro__} is no {kind}")
    else:
        raise Wrong(f"no error, where one of SQLSTATE {sqlstate} was expected")


def _tell(e):
    lines = str(e).splitlines() or [""]
    if not isinstance(e, Wrong):
        lines = [f"{type(e).__module__}.{type(e).__name__} {code_of(e) or ''}: {lines[0]}"]
    at = [str(f.tb_lineno) for f in _frames(e.__traceback__) if f.tb_frame.f_code.co_filename == os.path.abspath(sys.argv[0])]
    return lines + ["at line " + ", ".join(at)]


def _frames(tb):
    while tb:
        yield tb
        tb = tb.tb_next


def _call(f, connect):
    with connect() as c:
        return f(c)


async def _await(f, connect):
    async with connect() as c:
        await asyncio.wait_for(f(c), 25)


def run(version, connect, connect_async=None):
    """Runs all checks; connect and connect_async are context managers around a connection."""
    faulthandler.dump_traceback_later(170, exit=True)
    print("#", version, flush=True)
    failed = 0
    only = sys.argv[1:]
    chosen = [c for c in _checks if not only or any(o in c[0] for o in only)]
    for n, (name, f) in enumerate(chosen, 1):
        try:
            if inspect.iscoroutinefunction(f):
                asyncio.run(_await(f, connect_async or connect))
            else:
                _call(f, connect)
            print(f"ok {n} - {name}", flush=True)
        except Exception as e:
            failed += 1
            print(f"not ok {n} - {name}")
            for line in _tell(e):
                print("#", line, flush=True)
    print(f"1..{len(chosen)}", flush=True)
    sys.exit(failed > 0)
