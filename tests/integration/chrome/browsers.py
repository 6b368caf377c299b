"""What tests ask about the browser that this program runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.site.dynamic.serve import Canary, DynamicSite
from workers.fetchers.chrome.memory import members
from workers.fetchers.chrome.pool import BrowserPool
from workers.fetchers.chrome.thread import browser_thread
from workers.proc import OVER, stat_of


def pool_of(browser: str) -> BrowserPool:
    """Return the pool of this program's browsers."""
    return browser_thread(browser).pool


def group_of(browser: str) -> int:
    """Return the process group of the running browser."""
    plain = [one for one in pool_of(browser).browsers if not one.images]
    pid = plain[-1].launched.minder.pid()
    assert pid is not None
    return pid


def eventually(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something holds, however busy the machine is."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.05)


def gone(group: int, seconds: float = 5.0) -> bool:
    """Whether all processes of ``group`` end within ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not [pid for pid, _ in members(group) if not is_zombie(pid)]:
            return True
        time.sleep(0.05)
    return False


def is_zombie(pid: int) -> bool:
    """Whether a process is gone, or waits for its parent only."""
    seen = stat_of(pid)
    return seen is None or seen.state in OVER


def asked_for(site: DynamicSite, path: str, times: int) -> Callable[[], bool]:
    """Return whether pages have been asked for so often by now, when it is called."""
    return lambda: site.paths().count(path) >= times


def filled(text: str, canary: Canary) -> str:
    """Return ``text`` with the canary's addresses in it."""
    where = f"127.0.0.2:{canary.port}/"
    return text.format(
        http=f"http://{where}", https=f"https://{where}", ws=f"ws://{where}", port=canary.port
    )
