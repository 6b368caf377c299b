"""What a preview keeps of one page: the report of its reading, and what else a run would meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import orjson

from schemas.plan import Collection
from workers.analyses.hints import hints
from workers.extraction.compile import Compiled
from workers.extraction.page import PageContent
from workers.extraction.pager import last_page
from workers.extraction.report import PageReport, restored
from workers.extraction.reported import ReportedContent
from workers.extraction.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The links of one field with details: all, the different ones, and one of them."""

    field: int
    links: int
    distinct: int
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedPage:
    """One page. ``pages`` is what its pager names; ``digest`` stands for all of its records."""

    url: str
    charset: str
    report: PageReport
    hints: Mapping[str, str]
    next_url: str | None
    pages: int | None
    details: tuple[Followed, ...]
    login: bool
    records: int
    digest: str

    def as_json(self) -> dict[str, Any]:
        """Return the page as values that orjson writes, dataclasses among them."""
        return {name: getattr(self, name) for name in self.__slots__}


def seen_of(found: Mapping[str, Any]) -> LookedPage:
    """Return the page of what ``as_json`` gave."""
    details = tuple(Followed(**one) for one in found["details"])
    return LookedPage(**{**found, "report": restored(found["report"]), "details": details})


def see(
    tree: Tree, ready: Compiled, content: ReportedContent, collection: Collection
) -> LookedPage:
    """Return what is kept of a page that was read."""
    return LookedPage(
        url=tree.url,
        charset=tree.charset,
        report=content.report,
        next_url=content.next_urls[0] if content.next_urls else None,
        pages=_pages(tree, ready),
        details=_details(content, collection),
        login=tree.first("input[type=password]") is not None,
        records=len(content.records),
        digest=_digest(content),
        hints=hints(tree, collection, content),  # they take what time is left
    )


def _pages(tree: Tree, ready: Compiled) -> int | None:
    if ready.next is None or ready.next.xpath is not None:
        return None
    link = tree.first(ready.next.css)
    return None if link is None else last_page(link)


def _details(content: PageContent, collection: Collection) -> tuple[Followed, ...]:
    found = []
    for number, field in enumerate(collection.fields):
        if field.details is not None:
            urls = [link.url for link in content.links if link.field == number]
            distinct = dict.fromkeys(url.partition("#")[0] for url in urls)
            sample = urls[0] if urls else ""
            found.append(
                Followed(field=number, links=len(urls), distinct=len(distinct), sample=sample)
            )
    return tuple(found)


def _digest(content: PageContent) -> str:
    return blake2b(b"\n".join(map(orjson.dumps, content.records)), digest_size=16).hexdigest()


def first_links(content: PageContent, most: int) -> PageContent:
    """Return ``content`` with the first ``most`` pages of details that it links to, and no next."""
    wanted = list(dict.fromkeys((link.collection, link.url) for link in content.links))[:most]
    links = tuple(link for link in content.links if (link.collection, link.url) in wanted)
    plain = PageContent(records=content.records, links=links, blocks=content.blocks)
    return replace(plain, next_urls=())
