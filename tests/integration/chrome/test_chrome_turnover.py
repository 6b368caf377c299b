from __future__ import annotations

from collections.abc import Callable

from tests.integration.chrome.browsers import asked_for, eventually, gone, group_of, pool_of
from tests.site.dynamic.reading import wait_for
from tests.site.dynamic.serve import DynamicSite
from workers import errors
from workers.fetchers.base import Exchange, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher
from workers.fetchers.chrome.memory import MemoryLimits
from workers.fetchers.chrome.pool import BrowserPool
from workers.fetchers.chrome.thread import end_browsers

Fetch = Callable[..., Exchange]


def test_a_browser_is_replaced_after_its_pages(
    make_fetcher: Callable[..., ChromeFetcher],
    dynamic_site: DynamicSite,
    browser: str,
) -> None:
    """The old one ends when its last page is done; the process' storage moves to the new one."""
    end_browsers()
    pool = pool_of(browser)
    pool.limits = MemoryLimits(pages=2)
    fetcher = make_fetcher(profile="moves-on")
    groups = []
    for page in ("empty.html?cookie=a=b", "empty.html", "empty.html"):
        fetcher.start(FetchRequest(key=1, url=f"{dynamic_site.url}/{page}"))
        assert wait_for(fetcher)[0].response is not None
        browsers = pool.browsers
        groups += [browsers[-1].launched.minder.pid()] if browsers else []
    end_browsers()

    assert len(set(groups)) == 2
    assert gone(int(groups[0] or 0), 30.0)
    assert "a=b" in dynamic_site.seen[-1][2].get("Cookie", "")


def test_a_browser_is_replaced_for_its_age(
    chrome: ChromeFetcher,
    fetch: Fetch,
    dynamic_site: DynamicSite,
    browser: str,
    limited: Callable[[MemoryLimits], BrowserPool],
) -> None:
    """The old one shows its last page to the end while the next page goes to a new one."""
    fetch("/empty.html")
    group = group_of(browser)
    chrome.start(FetchRequest(key=2, url=f"{dynamic_site.url}/delayed.html", wait_delay=4.0))
    eventually(asked_for(dynamic_site, "/delayed.html", 1))
    limits = MemoryLimits(age=600.0)
    limited(limits).browsers[-1].born -= limits.age
    chrome.start(FetchRequest(key=3, url=f"{dynamic_site.url}/empty.html"))
    last, first = wait_for(chrome)

    assert last.response is not None, last.error
    assert first.response is not None, first.error
    assert gone(group, 30.0)
    assert group_of(browser) != group


def test_an_idle_browser_is_ended(
    fetch: Fetch, browser: str, limited: Callable[[MemoryLimits], BrowserPool]
) -> None:
    """After a while without pages no browser runs, and the next page starts one."""
    fetch("/empty.html")
    group = group_of(browser)
    limited(MemoryLimits(idle=0.2))

    assert gone(group, 30.0)
    assert fetch("/empty.html").response is not None


def test_a_page_without_patience_starts_the_browser_for_the_next(
    chrome: ChromeFetcher, dynamic_site: DynamicSite, browser: str
) -> None:
    """Its deadline comes before the browser, which is left whole to whoever asks after it."""
    end_browsers()
    chrome.start(FetchRequest(key=1, url=f"{dynamic_site.url}/empty.html", timeout=0.05))
    hasty = wait_for(chrome)[0]
    eventually(lambda: pool_of(browser).browsers)
    group = group_of(browser)
    chrome.start(FetchRequest(key=2, url=f"{dynamic_site.url}/empty.html"))
    patient = wait_for(chrome)[0]

    assert isinstance(hasty.error, errors.FetchTimeout)
    assert patient.response is not None, patient.error
    assert group_of(browser) == group
