import os
import subprocess
import sys
from pathlib import Path

import pytest

AUTOGROUP = Path("/proc/self/autogroup")
CHILD = """
import os
from pathlib import Path
from workers import worker
group = Path("/proc/self/autogroup")
if os.fork() == 0:
    worker.stand_back(7)
    print(os.getpriority(os.PRIO_PROCESS, 0), flush=True)
    os._exit(0)
os.wait()
print(os.getpriority(os.PRIO_PROCESS, 0), flush=True)
said = group.read_text().split() if group.exists() else []
print(said[-1] if said else "-", flush=True)
"""


def _group() -> str:
    """Return the group of our own session, no text where there is none."""
    return AUTOGROUP.read_text(encoding="ascii") if AUTOGROUP.exists() else ""


def _said(*, session: bool) -> list[str]:
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", CHILD],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=session,
    )
    return done.stdout.split()


def test_a_pool_that_leads_its_session_stands_back_with_the_whole_of_it() -> None:
    """Else its niceness would count only among its own children."""
    child, leader, group = _said(session=True)

    assert (child, leader) == ("7", str(os.getpriority(os.PRIO_PROCESS, 0)))
    assert group in {"7", "-"}, "where such groups are off, there is no text at all"


def test_a_pool_in_the_session_of_others_leaves_theirs_alone() -> None:
    """Started by hand in a terminal, it speaks for its children alone."""
    before = _group()
    child, *_ = _said(session=False)

    assert child == "7"
    assert _group() == before


LOADED = """
import sys
from types import SimpleNamespace
from celery.signals import worker_init
from workers import pool
queues = SimpleNamespace(consume_from=sys.argv[1:])
class Worker:
    app = SimpleNamespace(amqp=SimpleNamespace(queues=queues))
worker_init.send(Worker())
print(*(name for name in sys.modules if name.startswith("workers.")))
"""


@pytest.mark.parametrize(
    ("queues", "loaded", "left"),
    [
        (("fresh", "crawl", "publish"), {"fetchers.http", "outputs.xlsx"}, {"fetchers.chrome"}),
        (("chrome",), {"fetchers.http", "fetchers.chrome"}, {"outputs.xlsx"}),
        (("deliver",), {"storage.s3"}, {"fetchers.chrome", "outputs.xlsx"}),
    ],
)
def test_a_pool_loads_what_its_children_need_before_it_forks_them(
    queues: tuple[str, ...], loaded: set[str], left: set[str]
) -> None:
    """They share it, and a child that replaces another begins at once."""
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", LOADED, *queues], capture_output=True, text=True, check=True
    )
    found = {name.removeprefix("workers.") for name in done.stdout.split()}

    assert loaded <= found
    assert not left & found
