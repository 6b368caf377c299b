from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.site.dynamic.reading import items, wait_for
from tests.site.dynamic.serve import Site
from workers import errors
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.chrome import ChromeFetcher
from workers.fetchers.chrome_keeper import Keeper
from workers.fetchers.chrome_memory import Limits, members
from workers.fetchers.chrome_thread import browser_thread, end_browsers

Fetch = Callable[..., Exchange]

IN_A_LOOP = 80  # ticks: more than a page takes that comes to an end

CHILD = """
import sys, time
from workers.fetchers.base import FetcherOptions, FetchRequest
from workers.fetchers.chrome import ChromeFetcher
from workers.fetchers.chrome_thread import browser_thread
url, path = sys.argv[1:]
fetcher = ChromeFetcher(FetcherOptions(allowed_networks=("127.0.0.1/32",), chrome_path=path))
fetcher.start(FetchRequest(key=1, url=url))
fetcher.poll(20)
minder = browser_thread(path).keeper.houses[0].launched.minder
print(minder.pid(), minder.folder, flush=True)
fetcher.start(FetchRequest(key=2, url=url.replace("empty", "hanging"), timeout=60))
time.sleep(60)
"""


def keeper_of(browser: str) -> Keeper:
    """Return the keeper of this program's browser."""
    return browser_thread(browser).keeper


def group_of(browser: str) -> int:
    """Return the process group of the running browser."""
    pid = keeper_of(browser).houses[-1].launched.minder.pid()
    assert pid is not None
    return pid


def eventually(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something holds, however busy the machine is."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.05)


def asked_for(site: Site, path: str, times: int) -> Callable[[], bool]:
    """Return whether pages have been asked for so often by now, when it is called."""
    return lambda: site.paths().count(path) >= times


def gone(group: int, seconds: float = 5.0) -> bool:
    """Whether all processes of ``group`` end within ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not [pid for pid, _ in members(group) if not _is_zombie(pid)]:
            return True
        time.sleep(0.05)
    return False


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def limited(browser: str) -> Iterator[Callable[[Limits], Keeper]]:
    """Set the keeper's limits for one test."""
    keeper = keeper_of(browser)
    before = keeper.limits

    def change(limits: Limits) -> Keeper:
        keeper.limits = limits
        return keeper

    yield change
    keeper.limits = before


def test_a_hanging_page_times_out_alone(chrome: ChromeFetcher, dynamic_site: Site) -> None:
    """Its neighbour in the same process comes, and so does the next page."""
    for key, page in enumerate(("hanging", "rendered")):
        chrome.start(FetchRequest(key=key, url=f"{dynamic_site.url}/{page}.html", timeout=4.0))
    hanging, rendered = wait_for(chrome)
    chrome.start(FetchRequest(key=3, url=f"{dynamic_site.url}/rendered.html"))
    later = wait_for(chrome)[0]

    assert isinstance(hanging.error, errors.FetchTimeout)
    assert hanging.milliseconds < 6000
    assert rendered.response is not None
    assert later.response is not None


def test_a_crashing_page_costs_only_itself(
    chrome: ChromeFetcher, dynamic_site: Site, browser: str
) -> None:
    """When the process of a page dies, its neighbour goes on in the same browser."""
    url = f"{dynamic_site.url}/delayed.html"
    chrome.start(FetchRequest(key=1, url=url))
    wait_for(chrome)
    group = group_of(browser)
    hang = f"{dynamic_site.url}/hanging.html"
    chrome.start(FetchRequest(key=2, url=hang, timeout=60.0))
    eventually(lambda: max(_spent(group).values(), default=0) > IN_A_LOOP)
    spent = _spent(group)
    os.kill(max(spent, key=lambda pid: spent[pid]), signal.SIGKILL)
    chrome.start(FetchRequest(key=3, url=url))
    crashed, fine = wait_for(chrome)

    assert isinstance(crashed.error, errors.BrowserCrashed)
    assert crashed.milliseconds < 50_000
    assert fine.response is not None
    assert group_of(browser) == group


def _spent(group: int) -> dict[int, int]:
    """Return the processor time that each page process used, in the kernel's ticks."""
    spent = {}
    for pid, _ in members(group):
        if b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes():
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent[pid] = int(stat[11])
    return spent


def test_a_dead_browser_fails_the_pages_in_flight_and_is_replaced(
    chrome: ChromeFetcher, dynamic_site: Site, browser: str
) -> None:
    """One attempt is lost; the next page finds a new browser."""
    chrome.start(FetchRequest(key=1, url=f"{dynamic_site.url}/empty.html"))
    wait_for(chrome)
    group = group_of(browser)
    for key in (2, 3):
        chrome.start(FetchRequest(key=key, url=f"{dynamic_site.url}/delayed.html", wait_delay=9.0))
    eventually(asked_for(dynamic_site, "/delayed.html", 2))
    os.killpg(group, signal.SIGKILL)
    lost = wait_for(chrome)
    chrome.start(FetchRequest(key=4, url=f"{dynamic_site.url}/rendered.html"))
    later = wait_for(chrome)[0]

    assert [type(exchange.error) for exchange in lost] == [errors.BrowserCrashed] * 2
    assert later.response is not None
    assert len(items(later.response.body)) == 5
    assert group_of(browser) != group


def test_a_frozen_browser_is_left_behind(
    chrome: ChromeFetcher, dynamic_site: Site, browser: str
) -> None:
    """Its page times out in time, and the next one has another browser; the frozen one goes."""
    chrome.start(FetchRequest(key=1, url=f"{dynamic_site.url}/empty.html"))
    wait_for(chrome)
    group = group_of(browser)
    os.killpg(group, signal.SIGSTOP)
    chrome.start(FetchRequest(key=2, url=f"{dynamic_site.url}/empty.html", timeout=3.0))
    frozen = wait_for(chrome)[0]
    time.sleep(4.0)  # the keeper looks after its browsers every second, and gives this one three
    chrome.start(FetchRequest(key=3, url=f"{dynamic_site.url}/empty.html", timeout=30.0))
    later = wait_for(chrome)[0]

    assert isinstance(frozen.error, errors.FetchTimeout)
    assert later.response is not None, later.error
    assert gone(group, 30.0)


def test_a_browser_is_replaced_after_its_pages(
    make_fetcher: Callable[..., ChromeFetcher],
    dynamic_site: Site,
    browser: str,
) -> None:
    """The old one ends when its last page is done; the process' storage moves to the new one."""
    end_browsers()
    keeper = keeper_of(browser)
    keeper.limits = Limits(pages=2)
    fetcher = make_fetcher(profile="moves-house")
    groups = []
    for page in ("empty.html?cookie=a=b", "empty.html", "empty.html"):
        fetcher.start(FetchRequest(key=1, url=f"{dynamic_site.url}/{page}"))
        assert wait_for(fetcher)[0].response is not None
        houses = keeper.houses
        groups += [houses[-1].launched.minder.pid()] if houses else []
    end_browsers()

    assert len(set(groups)) == 2
    assert gone(int(groups[0] or 0), 30.0)
    assert "a=b" in dynamic_site.seen[-1][2].get("Cookie", "")


def test_an_idle_browser_is_ended(
    fetch: Fetch, browser: str, limited: Callable[[Limits], Keeper]
) -> None:
    """After a while without pages no browser runs, and the next page starts one."""
    fetch("/empty.html")
    group = group_of(browser)
    limited(Limits(idle=0.2))

    assert gone(group, 30.0)
    assert fetch("/empty.html").response is not None


def test_a_page_that_eats_memory_is_ended(
    fetch: Fetch, browser: str, limited: Callable[[Limits], Keeper]
) -> None:
    """It counts as crashed, and the browser goes on."""
    fetch("/empty.html")
    group = group_of(browser)
    limited(Limits(page_memory=300_000_000))
    hog = "<script>a=[];setInterval(()=>a.push(new Uint8Array(3e7).fill(1)),20)</script>"
    exchange = fetch(f"/html?body={hog}", wait_delay=15.0)

    assert isinstance(exchange.error, errors.BrowserCrashed)
    assert fetch("/empty.html").response is not None
    assert group_of(browser) == group


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_browser_outlives_its_program(
    browser: str, dynamic_site: Site, how: signal.Signals
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


def test_closing_in_the_middle_leaves_no_page_open(
    make_fetcher: Callable[..., ChromeFetcher], dynamic_site: Site, browser: str
) -> None:
    """A slice that is abandoned abandons its pages, and the browser stays for the next one."""
    fetcher = make_fetcher()
    for key in range(3):
        fetcher.start(FetchRequest(key=key, url=f"{dynamic_site.url}/delayed.html", wait_delay=9.0))
    eventually(asked_for(dynamic_site, "/delayed.html", 3))
    fetcher.close()
    eventually(lambda: all(not house.guests for house in keeper_of(browser).houses))

    assert fetcher.poll(0) == []


def test_without_a_browser_the_page_says_how_to_get_one(dynamic_site: Site) -> None:
    """The error names the setting that is wrong."""
    fetcher = ChromeFetcher(FetcherOptions(chrome_path="/no/such/browser"))
    fetcher.start(FetchRequest(key=1, url=f"{dynamic_site.url}/empty.html"))
    error = wait_for(fetcher)[0].error
    fetcher.close()

    assert isinstance(error, errors.BrowserMissing)
    assert "CHROME_PATH" in error.message
