from __future__ import annotations

import json
from collections import Counter
from typing import Any

from tests.acceptance.blows import kill_children
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(6, 10)
PAGES = 6 + 60
PRICE = 50  # thousandths of a credit


def records_of(api: ApiClient, ended: dict[str, Any]) -> list[Any]:
    return [json.loads(line) for line in api.file(ended["results"]).splitlines()]


def asked(site: SiteServer) -> Counter[str]:
    return Counter(path for path in site.paths() if path.startswith("/shop/"))


def charged(stack: RunningStack, process: str) -> tuple[int, ...]:
    query = (
        "SELECT count(*), count(DISTINCT page_id), -sum(amount) FROM ledger WHERE process_id = %s"
    )
    return stack.rows(query, process)[0]


def events(api: ApiClient, process: str) -> list[str]:
    """The events that its receiver has been told."""
    told = api.get(f"/process/{process}/deliveries")
    return [one["event"] for one in told if one["state"] == "delivered"]


def assert_whole(
    api: ApiClient, stack: RunningStack, site: SiteServer, ended: dict[str, Any]
) -> None:
    assert ended["status"] == "finished"
    assert records_of(api, ended) == list(truth.records(SHOP, site.url))
    assert (ended["responseCount"], ended["recordCount"], ended["failedCount"]) == (PAGES, 60, 0)
    assert charged(stack, ended["id"]) == (PAGES, PAGES, PAGES * PRICE)
    query = "SELECT state FROM objects WHERE process_id = %s AND state <> 'writing'"
    eventually(lambda: stack.rows(query, ended["id"]) == [("live",)] * 2)


def test_a_process_canceled_twice_is_whole_in_the_end(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Resumed at once, its workers killed after: what it had is kept, each page charged once."""
    site.pause = 0.1
    process = api.run(truth.payload(SHOP, site.url), webhook=f"{site.url}/echo")["id"]
    for part in (10, 30):
        api.wait(process, lambda now, part=part: now["responseCount"] >= part)
        receipt = api.post(f"/process/{process}/cancel")
        again = api.post(f"/process/{process}/resume")
        assert (receipt["status"], again["status"]) == ("canceled", "running")
        assert again["responseCount"] == receipt["responseCount"]
    api.wait(process, lambda now: now["responseCount"] >= 40)
    kill_children(stack, process)
    ended = api.wait(process)
    eventually(lambda: "process.finished" in events(api, process))

    assert_whole(api, stack, site, ended)
    assert sorted(events(api, process)) == [*["process.canceled"] * 2, "process.finished"]
    assert asked(site).total() <= ended["requestCount"]


def test_pages_that_failed_come_to_their_places_when_they_are_retried(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """A listing page with all that follows it, and a details page; nothing else is asked again."""
    site.broken = {truth.page_path(SHOP, 4): 404, truth.item_path(SHOP, 7): 410}
    process = api.run(truth.payload(SHOP, site.url), webhook=f"{site.url}/echo")["id"]
    partial = api.wait(process)
    old = records_of(api, partial)
    before = asked(site)
    site.broken = {}
    after = [truth.page_path(SHOP, page) for page in (4, 5, 6)]
    after += [truth.item_path(SHOP, item) for item in (7, *range(31, 61))]
    retried = api.post(f"/process/{process}/retry-failed?verdict=failed")
    ended = api.wait(process)
    eventually(lambda: len(events(api, process)) == 2)

    assert (partial["status"], partial["failedCount"], len(old)) == ("finished", 2, 30)
    assert old[6]["Title_details"] == []
    assert (retried["status"], retried["failedCount"]) == ("running", 0)
    assert retried["results"] == partial["results"]
    assert_whole(api, stack, site, ended)
    assert events(api, process) == ["process.finished"] * 2
    assert asked(site) - before == Counter(after)
    assert asked(site).total() == ended["requestCount"] == PAGES + 2


def test_a_page_that_ends_its_workers_is_given_up_alone_and_may_come_back(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Three deaths while nothing else is in flight; all other pages are whole and charged once."""
    site.pause = 0.1
    deadly = truth.item_path(SHOP, 5)
    process = api.run(truth.payload(SHOP, site.url))["id"]
    site.traps[deadly] = lambda: kill_children(stack, process)
    left = api.wait(process, seconds=120)
    pages = api.get(f"/process/{process}/pages?verdict=poisoned")
    deaths = stack.rows("SELECT lone_deaths FROM pages WHERE verdict = 'poisoned'")
    tries = asked(site)[deadly]
    site.traps.clear()
    api.post(f"/process/{process}/retry-failed?verdict=poisoned")
    ended = api.wait(process)

    assert (left["status"], left["failedCount"], left["responseCount"]) == (
        "finished",
        1,
        PAGES - 1,
    )
    assert [page["url"] for page in pages] == [site.url + deadly]
    assert deaths == [(3,)]
    assert tries >= 3
    assert_whole(api, stack, site, ended)


def test_kills_at_random_poison_nothing(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """However often workers die for other reasons, no page is given up for it."""
    site.pause = 0.15
    process = api.run(truth.payload(SHOP, site.url))["id"]
    seen = 0
    for _ in range(5):
        now = api.wait(process, lambda now, seen=seen: now["responseCount"] > seen, 30)
        seen = now["responseCount"]
        kill_children(stack, process)
    ended = api.wait(process)

    assert stack.rows("SELECT max(deaths) FROM pages WHERE process_id = %s", process) > [(0,)]
    assert_whole(api, stack, site, ended)
