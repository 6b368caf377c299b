from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.chrome.browsers import asked_for, eventually, gone, group_of, pool_of
from tests.site.dynamic.reading import items, wait_for
from tests.site.dynamic.serve import DynamicSite
from workers import errors
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher
from workers.fetchers.chrome.memory import MemoryLimits, members
from workers.fetchers.chrome.pool import BrowserPool

Fetch = Callable[..., Exchange]

IN_A_LOOP = 80  # ticks: more than a page takes that comes to an end


def test_a_hanging_page_times_out_alone(chrome: ChromeFetcher, dynamic_site: DynamicSite) -> None:
    """Its neighbour in the same process comes, and so does the next page."""
    chrome.start(FetchRequest(key=9, url=f"{dynamic_site.url}/empty.html"))
    wait_for(chrome)  # the start of a browser takes its time by itself
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
    chrome: ChromeFetcher, dynamic_site: DynamicSite, browser: str
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
    chrome: ChromeFetcher, dynamic_site: DynamicSite, browser: str
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


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_browser_that_forgot_its_way_out_is_left_behind(
    chrome: ChromeFetcher, dynamic_site: DynamicSite, browser: str, scheme: str
) -> None:
    """Its network process died, and the egress proxy's password with it: no fault of the site's."""
    url = f"{dynamic_site.url}/empty.html"
    chrome.start(FetchRequest(key=1, url=url))
    wait_for(chrome)
    group = group_of(browser)
    (network,) = [
        pid
        for pid, _ in members(group)
        if b"NetworkService" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    os.kill(network, signal.SIGKILL)
    time.sleep(1.0)
    chrome.start(FetchRequest(key=2, url=url.replace("http", scheme, 1)))
    denied = wait_for(chrome)[0]
    chrome.start(FetchRequest(key=3, url=url))
    later = wait_for(chrome)[0]

    assert isinstance(denied.error, errors.BrowserCrashed)
    assert later.response is not None
    assert later.response.status == 200
    assert group_of(browser) != group


def test_a_frozen_browser_is_left_behind(
    chrome: ChromeFetcher, dynamic_site: DynamicSite, browser: str
) -> None:
    """Its page times out in time, and the next one has another browser; the frozen one goes."""
    chrome.start(FetchRequest(key=1, url=f"{dynamic_site.url}/empty.html"))
    wait_for(chrome)
    group = group_of(browser)
    os.killpg(group, signal.SIGSTOP)
    chrome.start(FetchRequest(key=2, url=f"{dynamic_site.url}/empty.html", timeout=3.0))
    frozen = wait_for(chrome)[0]
    time.sleep(4.0)  # the pool looks after its browsers every second, and gives this one three
    chrome.start(FetchRequest(key=3, url=f"{dynamic_site.url}/empty.html", timeout=30.0))
    later = wait_for(chrome)[0]

    assert isinstance(frozen.error, errors.FetchTimeout)
    assert later.response is not None, later.error
    assert gone(group, 30.0)


def test_a_page_that_eats_memory_is_ended(
    fetch: Fetch, browser: str, limited: Callable[[MemoryLimits], BrowserPool]
) -> None:
    """It counts as crashed, and the browser goes on."""
    fetch("/empty.html")
    group = group_of(browser)
    limited(MemoryLimits(page_memory=300_000_000))
    hog = "<script>a=[];setInterval(()=>a.push(new Uint8Array(3e7).fill(1)),20)</script>"
    exchange = fetch(f"/html?body={hog}", tries=1, wait_delay=15.0)

    assert isinstance(exchange.error, errors.BrowserCrashed)
    assert fetch("/empty.html").response is not None
    assert group_of(browser) == group


def test_closing_in_the_middle_leaves_no_page_open(
    make_fetcher: Callable[..., ChromeFetcher], dynamic_site: DynamicSite, browser: str
) -> None:
    """A slice that is abandoned abandons its pages, and the browser stays for the next one."""
    fetcher = make_fetcher()
    for key in range(3):
        fetcher.start(FetchRequest(key=key, url=f"{dynamic_site.url}/delayed.html", wait_delay=9.0))
    eventually(asked_for(dynamic_site, "/delayed.html", 3))
    fetcher.close()
    eventually(lambda: all(not one.users for one in pool_of(browser).browsers))

    assert fetcher.poll(0) == []


def test_without_a_browser_the_page_says_how_to_get_one(dynamic_site: DynamicSite) -> None:
    """The error names the setting that is wrong."""
    fetcher = ChromeFetcher(FetcherOptions(chrome_path="/no/such/browser"))
    fetcher.start(FetchRequest(key=1, url=f"{dynamic_site.url}/empty.html"))
    error = wait_for(fetcher)[0].error
    fetcher.close()

    assert isinstance(error, errors.BrowserMissing)
    assert "CHROME_PATH" in error.message
