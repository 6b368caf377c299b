"""Where a page leads: the details pages of its records, and the next pages of its chain."""

from __future__ import annotations

from schemas.plan import Collection
from schemas.slice import ClaimedPage, NewPage
from workers.crawl.context import SliceContext
from workers.extraction.page import PageContent
from workers.extraction.urls import host_of, page_key

MAX_URL = 8192  # characters; what is longer is no link that a server would answer


def admitted(url: str, context: SliceContext, collection: int) -> bool:
    """Whether robots.txt is known to allow the page (or is not asked)."""
    if not context.plan.asks_robots(collection, respect=context.options.respect_robots):
        return True
    return context.allows(url) is True


def _queue(url: str, collection: Collection, context: SliceContext) -> str:
    return "chrome" if host_of(url) in context.chrome_hosts else collection.request.fetcher


def details(page: ClaimedPage, context: SliceContext, content: PageContent) -> list[NewPage]:
    """Return the pages that the links of the page's records lead to."""
    found = []
    for link in content.links:
        child = context.plan.collections[link.collection]
        if len(link.url) <= MAX_URL:
            place = (*page.position, link.record, link.field, link.match, 1)
            found.append(_new(link.url, child, context, position=place))
    return found


def candidates(
    page: ClaimedPage, context: SliceContext, collection: Collection, content: PageContent
) -> list[NewPage]:
    """Return what may be the next page of the chain, in document order."""
    if page.followed or page.page_number >= collection.paginator.page_num:
        return []
    number = page.page_number + 1
    place = (*page.position[:-1], number)
    return [
        _new(url, collection, context, position=place, page_number=number, chain=page.chain)
        for url in content.next_urls
        if len(url) <= MAX_URL
    ]


def _new(
    url: str,
    collection: Collection,
    context: SliceContext,
    *,
    position: tuple[int, ...],
    page_number: int = 1,
    chain: int | None = None,
) -> NewPage:
    return NewPage(
        collection=collection.index,
        position=position,
        key=page_key(url),
        url=url,
        host=host_of(url),
        queue=_queue(url, collection, context),
        admitted=admitted(url, context, collection.index),
        page_number=page_number,
        chain=chain,
    )
