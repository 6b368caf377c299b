"""A claimed page, what answered it, and the context in which it is judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemas.payload import load_plan
from schemas.plan import Plan
from schemas.slice import ClaimedPage
from workers.crawl.context import SliceContext
from workers.crawl.ports import CrawlOptions
from workers.fetchers.base import Exchange, Response

OPTIONS = CrawlOptions(
    queue="base",
    seconds=20,
    in_flight=16,
    retries=3,
    backoff=1.0,
    timeout=30,
    max_bytes=1000,
    extract_seconds=10,
    host_concurrency=8,
    host_delay=0,
    respect_robots=True,
    user_agent="u",
    robots_agent="r",
    fallback=True,
)
PAYLOAD: dict[str, Any] = {
    "name": "p",
    "format": "json",
    "request": {"url": "http://site.test/list"},
    "commonParent": ".card",
    "fields": [
        {
            "name": "T",
            "selector": "a",
            "type": 2,
            "details": {"name": "d", "fields": [{"name": "P", "selector": ".price"}]},
        }
    ],
    "paginator": {"nextPageSelector": ".next", "pageNum": 3},
}
LIST = (
    '<div class="card"><a href="/1">One</a></div><div class="card"><a href="/2">Two</a></div>'
    '<a class="next" href="?page=2">next</a>'
)


def context(plan: Plan | None = None, **options: Any) -> SliceContext:
    return SliceContext(
        plan=plan or load_plan(PAYLOAD),
        options=replace(OPTIONS, **options),
        allows=lambda url: "/2" not in url,
        chrome_hosts=set(),
    )


def page(**values: Any) -> ClaimedPage:
    url = "http://site.test/list"
    known: dict[str, Any] = {
        "id": 7,
        "collection": 0,
        "position": (1,),
        "url": url,
        "first_url": url,
        "host": "site.test",
        "hops": 0,
        "page_number": 1,
        "chain": 7,
        "attempt": 1,
        "admitted": True,
    }
    return ClaimedPage(**(known | values))


def answer(body: str = LIST, status: int = 200, **headers: str) -> Exchange:
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    response = Response(
        url="http://site.test/list",
        status=status,
        headers=given,
        body=body.encode(),
        milliseconds=5,
    )
    return Exchange(key=7, response=response)
