import os
import signal
import subprocess
import sys
from ctypes import c_bool
from multiprocessing.sharedctypes import RawValue
from pathlib import Path

import pytest

from workers import jobs
from workers.runtime import ending, identity

AUTOGROUP = Path("/proc/self/autogroup")
CHILD = """
import os
from pathlib import Path
from workers.runtime import identity
group = Path("/proc/self/autogroup")
if os.fork() == 0:
    identity.stand_back(7)
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
from workers.runtime import pool
queues = SimpleNamespace(consume_from=sys.argv[1:])
class Worker:
    app = SimpleNamespace(amqp=SimpleNamespace(queues=queues))
worker_init.send(Worker())
print(*(name for name in sys.modules if name.startswith("workers.")))
"""


@pytest.mark.parametrize(
    ("queues", "loaded", "left"),
    [
        (
            ("fresh", "crawl", "publish"),
            {"fetchers.http.fetcher", "outputs.xlsx"},
            {"fetchers.chrome.fetcher"},
        ),
        (("chrome",), {"fetchers.http.fetcher", "fetchers.chrome.fetcher"}, {"outputs.xlsx"}),
        (("deliver",), {"storage.s3"}, {"fetchers.chrome.fetcher", "outputs.xlsx"}),
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


def test_a_page_that_takes_all_memory_ends_its_child_and_not_the_pool(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Celery raises a ``MemoryError`` of a job once more, in the main process."""
    ended: list[int] = []

    def fill(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("workers.runtime.identity.cage", lambda: None)
    monkeypatch.setattr("workers.jobs._slice", fill)
    monkeypatch.setattr("os._exit", ended.append)
    jobs.crawl("process")

    assert ended == [1]


def test_the_handler_of_sigterm_sets_flags_and_ends_nothing_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It runs on top of whatever the main process was doing, and with what that held."""
    monkeypatch.setattr(ending.state, "should_stop", None)
    monkeypatch.setattr("workers.runtime.identity._stopping", RawValue(c_bool, False))
    before = identity.stopping()
    ending._ask(signal.SIGTERM, None)  # noqa: SLF001 - as the interpreter calls it

    assert (before, identity.stopping(), ending.state.should_stop) == (False, True, 0)
