"""What sites say by HTTP and robots.txt, through the whole stack: followed, counted, kept."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import requests

from tests.acceptance.client import ApiClient
from tests.site.server import SiteServer

ASKED = "/robots.txt"


def payload(url: str, **more: Any) -> dict[str, Any]:
    fields = [{"name": "T", "selector": ".text"}]
    return {"name": "p", "request": {"url": url}, "fields": fields, "format": "json"} | more


def ended(api: ApiClient, sent: dict[str, Any]) -> dict[str, Any]:
    return dict(api.wait(api.run(sent)["id"], lambda now: bool(now["logFile"])))


def pages_asked(site: SiteServer) -> list[str]:
    return [path for path in site.paths() if path != ASKED]


def test_a_page_that_leads_on_by_itself_is_followed_and_counted(
    api: ApiClient, site: SiteServer
) -> None:
    """Each step is a request; only the page at the end is charged."""
    process = ended(api, payload(f"{site.url}/refresh/3"))

    assert pages_asked(site) == [f"/refresh/{left}" for left in (3, 2, 1, 0)]
    assert (process["requestCount"], process["responseCount"]) == (4, 1)
    assert process["recordCount"] == 1


def test_a_malformed_head_costs_a_second_request_and_not_the_page(
    api: ApiClient, site: SiteServer
) -> None:
    """Both are counted, and the log says what was wrong."""
    process = ended(api, payload(f"{site.url}/say/page"))
    log = requests.get(process["logFile"], timeout=10).text

    assert pages_asked(site) == ["/say/page"] * 2
    assert (process["requestCount"], process["responseCount"]) == (2, 1)
    assert process["recordCount"] == 1
    assert "Header without colon" in log


@pytest.mark.parametrize(("ignored", "apart"), [(False, 1.0), (True, 0.0)])
def test_requests_to_a_site_are_as_far_apart_as_it_asks(
    api: ApiClient, site: SiteServer, *, ignored: bool, apart: float
) -> None:
    """Unless nobody asks it."""
    site.robots = (200, b"User-agent: gristmill/9\nCrawl-delay: 1\n")
    url = f"{site.url}/ring/0?of=3"
    paginator = {"nextPageSelector": ".next", "pageNum": 3}
    process = ended(
        api, payload(url, paginator=paginator, request={"url": url, "ignoreRobots": ignored})
    )
    times = [float(str(one["time"])) for one in site.log if one["path"] != ASKED]

    assert process["recordCount"] == len(times) == 3
    assert (ASKED in site.paths()) is not ignored
    assert all(later - sooner >= apart for sooner, later in pairwise(times))
