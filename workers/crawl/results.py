"""What a page of search results means: its records, or why it is none."""

from __future__ import annotations

from schemas.plan import Plan, Serp
from schemas.registry import SERP_ENGINES
from schemas.slice import ClaimedPage
from workers import plugins
from workers.errors import Blocked, Unrecognized
from workers.extraction.decode import decode
from workers.extraction.page import PageContent
from workers.fetchers.base import Response
from workers.fetchers.verdict import classify
from workers.serp.surfaces import engine_at
from workers.settings import settings

TOO_MANY = 429  # RFC 6585, 4
BLOCKS = {
    "captcha": "captcha: the engine wants to see a person.",
    "consent": "consent: the engine shows its consent page.",
    "js_required": "js_required: the engine wants JavaScript switched on.",
    "rate_limited": "rate_limited: the engine finds the traffic unusual.",
}
"""Verdicts of ``workers.serp`` that are a block notice → what the process' error says."""


class NeedsBrowser(Blocked):
    """js_required: the engine wants JavaScript switched on."""


def refuse_block(page: ClaimedPage, response: Response) -> None:
    """Raise ``Blocked`` or ``NeedsBrowser`` for an engine's block notice.

    For payloads with selectors of their own, whose page is an engine's results page: what such a
    notice holds is never a result.
    """
    name = engine_at(page.first_url, settings().serp_base_urls)
    if name is not None:
        text = decode(response.body, response.header("content-type"), response.url)
        engine = plugins.plugin(SERP_ENGINES, name)()
        _refuse(engine.read(text, response.url, serp=Serp(engine=name, q=""), page=1).verdict)


def _refuse(verdict: str) -> None:
    if verdict == "js_required":
        raise NeedsBrowser(BLOCKS["js_required"])
    if verdict in BLOCKS:
        raise Blocked(BLOCKS[verdict])


def read_results(page: ClaimedPage, response: Response, plan: Plan, serp: Serp) -> PageContent:
    """Return the records of a results page and its next page.

    Blocks are recognised by structure before the status is looked at, for many come as a success.
    Raises ``Blocked``, ``NeedsBrowser``, ``Unrecognized``, or what the status means.
    """
    engine = plugins.engine(plan)
    text = decode(response.body, response.header("content-type"), response.url)
    found = engine.read(text, response.url, serp=serp, page=page.page_number)
    _refuse(found.verdict)
    if response.status == TOO_MANY:
        raise Blocked(BLOCKS["rate_limited"])
    error = classify(response)
    if error is not None:
        raise error
    if found.verdict == "unrecognized":
        raise Unrecognized
    ahead = found.records and page.page_number < plan.collections[0].paginator.page_num
    return PageContent(
        records=found.records, next_urls=(found.next_url,) if ahead and found.next_url else ()
    )
