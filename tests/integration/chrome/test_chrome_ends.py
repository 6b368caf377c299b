from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import proc
from tests.integration.chrome.browsers import asked_for, eventually, gone, is_zombie
from tests.site.dynamic.serve import DynamicSite
from workers.fetchers.chrome.memory import members

TOLERANCE = 10.0  # MB of private memory that a program may hold after its browser beyond before it

CHILD = """
import sys, time
from workers.fetchers.base import FetcherOptions, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher
from workers.fetchers.chrome.thread import browser_thread
url, path = sys.argv[1:]
fetcher = ChromeFetcher(FetcherOptions(allowed_networks=("127.0.0.1/32",), chrome_path=path))
fetcher.start(FetchRequest(key=1, url=url))
fetcher.poll(20)
minder = browser_thread(path).pool.browsers[0].launched.minder
print(minder.pid(), minder.folder, flush=True)
fetcher.start(FetchRequest(key=2, url=url.replace("empty", "hanging"), timeout=60))
time.sleep(60)
"""

TALKER = """
import os, sys
from workers.fetchers.base import FetcherOptions, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher
from workers.fetchers.chrome.memory import MemoryLimits
from workers.fetchers.chrome.thread import browser_thread
url, path = sys.argv[1:]
browser_thread(path).pool.limits = MemoryLimits(idle=3.0)

def private():
    resident, shared = open("/proc/self/statm").read().split()[1:3]
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGESIZE") / 1e6

def show(pages):
    fetcher = ChromeFetcher(FetcherOptions(allowed_networks=("127.0.0.1/32",), chrome_path=path))
    for key in range(pages):
        fetcher.start(FetchRequest(key=key, url=url))
    shown = 0
    while fetcher.in_flight:
        shown += sum(exchange.response is not None for exchange in fetcher.poll(5))
    fetcher.close()
    return shown

before = private()
for line in sys.stdin:
    print(show(int(line)) if line.strip() else private() - before, flush=True)
"""
"""Shows as many pages as a line says; to an empty line it tells by how many MB it has grown."""

Ask = Callable[[str], float]


@pytest.fixture
def talker(
    browser: str, dynamic_site: DynamicSite, tmp_path: Path
) -> Iterator[subprocess.Popen[str]]:
    """A program with a browser of its own, and its temporary files in a folder of its own."""
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", TALKER, f"{dynamic_site.url}/rendered.html", browser],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as program:
        yield program
        program.kill()


@pytest.fixture
def ask(talker: subprocess.Popen[str]) -> Ask:
    """Say a line to the program and return its answer."""
    assert talker.stdin is not None
    assert talker.stdout is not None
    say, hear = talker.stdin, talker.stdout

    def one(line: str) -> float:
        say.write(f"{line}\n")
        say.flush()
        return float(hear.readline())

    return one


def below(pid: int) -> list[int]:
    """Return the living processes that a program has started, and theirs."""
    tree = proc.tree(pid, proc.all_processes())
    return [one.pid for one in tree if one.pid != pid and not is_zombie(one.pid)]


def driver_of(pid: int) -> int:
    """Return the driver that a program has started."""
    (driver,) = (one for one in below(pid) if _command(one).endswith(b"\0run-driver\0"))
    return driver


def _command(pid: int) -> bytes:
    return (proc.PROC / str(pid) / "cmdline").read_bytes()


@pytest.mark.parametrize("how", [None, signal.SIGSTOP, signal.SIGKILL])
def test_an_idle_program_is_as_it_was_before_its_pages(
    talker: subprocess.Popen[str], ask: Ask, tmp_path: Path, how: signal.Signals | None
) -> None:
    """Browser, driver (even a hung one), files and memory are gone; the next page has new ones."""
    shown = ask("20")
    if how is not None:
        os.kill(driver_of(talker.pid), how)
    eventually(lambda: not below(talker.pid), 60.0)
    left, grown = list(tmp_path.iterdir()), ask("")
    again = ask("1")

    assert shown == 20
    assert left == []
    assert grown < TOLERANCE
    assert again == 1


def test_a_program_with_a_browser_ends_without_a_word(
    talker: subprocess.Popen[str], ask: Ask, tmp_path: Path
) -> None:
    """It leaves nothing behind, and no complaint that it is too late for something."""
    ask("1")
    group = below(talker.pid)
    _, complaints = talker.communicate(timeout=60)

    assert complaints == ""
    assert talker.returncode == 0
    eventually(lambda: all(is_zombie(pid) for pid in group))
    eventually(lambda: not list(tmp_path.iterdir()))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_browser_outlives_its_program(
    browser: str, dynamic_site: DynamicSite, how: signal.Signals
) -> None:
    """Killed in whatever way, in the middle of a hanging page: browser and folder are gone."""
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", CHILD, f"{dynamic_site.url}/empty.html", browser],
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        group, folder = child.stdout.readline().split()
        eventually(asked_for(dynamic_site, "/hanging.html", 1))
        running = [pid for pid, _ in members(int(group))]
        child.send_signal(how)
        child.wait(10)

    assert len(running) > 3
    assert gone(int(group), 30.0)
    eventually(lambda: not Path(folder).exists())
