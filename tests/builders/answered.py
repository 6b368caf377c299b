"""Pages that a test writes, as outcomes: what a crawl would have made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.rig.memory import options
from schemas.payload import load_plan
from schemas.plan import Plan
from schemas.slice import ClaimedPage, Outcome
from workers.crawl.context import SliceContext
from workers.crawl.judge import judge
from workers.fetchers.base import Exchange, Response

HTML = (("content-type", "text/html; charset=utf-8"),)


def answering(
    payload: Mapping[str, Any], site: Mapping[str, str]
) -> Callable[[ClaimedPage], Outcome]:
    """Return what judges a claimed page by ``site``: URL → HTML; another page is a 404."""
    context = context_of(load_plan(payload, task_name="p"))

    def answer(page: ClaimedPage) -> Outcome:
        return judge(page, Exchange(key=page.id, response=_response(page.url, site)), context)

    return answer


def context_of(plan: Plan) -> SliceContext:
    """Return the context of a slice of this plan, which asks no robots.txt."""
    return SliceContext(plan=plan, options=options(8), allows=lambda _: True, chrome_hosts=set())


def _response(url: str, site: Mapping[str, str]) -> Response:
    body = site.get(url)
    return Response(
        url=url,
        status=404 if body is None else 200,
        headers=HTML,
        body=(body or "").encode(),
        milliseconds=1,
    )
