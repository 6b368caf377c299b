"""Where a page leads: the details pages of its records, and the next pages of its chain."""

from __future__ import annotations

from dataclasses import replace

from schemas.plan import Collection
from schemas.slice import ClaimedPage, NewPage
from workers.crawl.context import SliceContext
from workers.extraction.page import PageContent
from workers.extraction.urls import host_of, is_route, page_key

MAX_URL = 8192  # characters; what is longer is no link that a server would answer


def admitted(url: str, context: SliceContext, collection: int) -> bool:
    """Whether robots.txt is known to allow the page (or is not asked)."""
    if not context.plan.asks_robots(collection, respect=context.options.respect_robots):
        return True
    return context.allows(url) is True


def _queue(url: str, collection: Collection, context: SliceContext) -> str:
    return "chrome" if host_of(url) in context.chrome_hosts else collection.request.fetcher


def settled(content: PageContent, context: SliceContext, collection: Collection) -> PageContent:
    """Return ``content`` with the keys of its details pages as they will be fetched.

    Extraction tells routes apart. What is fetched without a browser knows no fragments: there all
    routes of one document are one page.
    """
    flat: dict[str, str] = {}
    for link in content.links:
        child = context.plan.collections[link.collection]
        if "#" in link.url and is_route(link.url) and _queue(link.url, child, context) != "chrome":
            flat[page_key(link.url, routes=True)] = page_key(link.url)
    if not flat:
        return content
    names = {f"{field.name}_details" for field in collection.fields if field.details is not None}

    def keyed(name: str, value: object) -> object:
        if name not in names or not isinstance(value, list):
            return value
        return list(dict.fromkeys(flat.get(key, key) for key in value))

    records = ({name: keyed(name, v) for name, v in record.items()} for record in content.records)
    return replace(content, records=tuple(records))


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
    queue = _queue(url, collection, context)
    return NewPage(
        collection=collection.index,
        position=position,
        key=page_key(url, routes=queue == "chrome"),
        url=url,
        host=host_of(url),
        queue=queue,
        admitted=admitted(url, context, collection.index),
        page_number=page_number,
        chain=chain,
    )
