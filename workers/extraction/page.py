"""One page read: its records, the details pages they lead to, and where the next page may be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from schemas.plan import Collection, Plan
from workers.extraction.budget import Budget
from workers.extraction.compile import Attr, Compiled, CompiledField, compiled, for_page
from workers.extraction.filters import Texts, Values
from workers.extraction.marks import Marked, marked
from workers.extraction.matching import Buckets, Matching
from workers.extraction.source import Source, encode
from workers.extraction.tree import Tree
from workers.extraction.urls import absolute, is_http, page_key
from workers.extraction.values import HREF, resolve
from workers.extraction.xml_tree import tree_of
from workers.extraction.xpath import Match

Record = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A details page that a record leads to.

    ``record`` is the index of the record among those returned, ``field`` of the field in its
    collection, ``match`` of the match in the block. ``collection`` is the details collection.
    """

    record: int
    field: int
    match: int
    collection: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What a page gave. ``next_urls`` are candidates for the next page, in document order.

    A value of a record is a string, a number or a list of either; ``<field>_details`` is the list
    of the ``page_key`` of each link of that field, in the order of the matches; routes count in it.
    ``blocks``: of a page with marks, the block of each record.
    """

    records: tuple[Record, ...] = ()
    links: tuple[Link, ...] = ()
    next_urls: tuple[str, ...] = ()
    blocks: tuple[Marked, ...] = ()


def extract_page(html: str, base_url: str, collection: Collection, plan: Plan) -> PageContent:
    """Return what ``collection`` of ``plan`` takes from the page ``html`` found at ``base_url``.

    Without a time limit; ``timed_extract`` has one. Any text is a page.

    Raises:
        ExtractError: The page gives more than can be kept.
    """
    source = Source(utf8=encode(html), url=base_url)
    return extract(source, compiled(plan)[collection.index], Budget(math.inf))


def extract(source: Source, ready: Compiled, budget: Budget) -> PageContent:
    """As ``extract_page``, for a collection made ready, within ``budget``."""
    return extract_tree(tree_of(source, budget, pierce=ready.pierce), ready)


def extract_tree(tree: Tree, ready: Compiled) -> PageContent:
    """As ``extract``, for a page that has been parsed."""
    return Reading(tree, for_page(ready, tree) if ready.dated else ready).content()


class Reading(Matching):
    """One page on its way from a tree to records; ``report.ReportedReading`` counts on the way."""

    def __init__(self, tree: Tree, ready: Compiled) -> None:
        super().__init__(tree, ready)
        self._records: list[Record] = []
        self._links: list[Link] = []
        self._marked: list[Marked] = []
        self._following: Sequence[Match] = ()
        self._loops = False

    def content(self) -> PageContent:
        """Read the page; once."""
        blocks = self._blocks()
        buckets = self._in_one(blocks[0]) if len(blocks) == 1 else self._in_each(blocks)
        for number, block in enumerate(blocks):
            self._tree.budget.look()
            self._read_block(number, block, buckets)
        return PageContent(
            records=tuple(self._records),
            links=tuple(self._links),
            next_urls=self._next_urls(),
            blocks=tuple(self._marked),
        )

    def _read_block(self, number: int, block: LexborNode, buckets: Buckets) -> None:
        record: Record = {}
        informed = not self._ready.uninformed
        for field in self._ready.fields:
            matches = self._matches(field, number, block, buckets)
            if matches:
                self._read_field(field, matches, record)
                informed = informed or field.informs
        if not record:
            return
        if not informed:
            self._drop_links()
            return
        self._records.append(record)
        if self._tree.marks and not (self._data and self._data.items):
            self._marked.append(marked(block, self._tree.marks))

    def _drop_links(self) -> None:
        """Forget the links of a record that is none."""
        while self._links and self._links[-1].record == len(self._records):
            self._links.pop()

    def _matches(
        self,
        field: CompiledField,
        number: int,
        block: LexborNode,
        buckets: Buckets,
    ) -> Sequence[Match]:
        target = field.target
        if target.is_self:
            return (block,)
        if target.xpath is not None:
            return self._copy().evaluate(target.xpath, block)
        if target.query is not None and self._data is not None:
            self._data.rank = len(self._records) + 1
            return target.query.texts(self._data, number)
        return buckets[field.index].get(number, ())

    def _read_field(self, field: CompiledField, matches: Sequence[Match], record: Record) -> None:
        for attr in field.attrs:
            values = self._values(field, attr, matches)
            if values:
                record[attr.key] = values if len(values) > 1 else values[0]
        if field.details is not None:
            keys = self._follow(field, field.details, matches)
            if keys:
                record[field.details_key] = keys

    def _values(self, field: CompiledField, attr: Attr, matches: Sequence[Match]) -> Values:
        budget = self._tree.budget
        found: Texts = []
        for match in matches:
            value = match if isinstance(match, str) else attr.read(self._tree, match)
            if value is not None:
                budget.spend(value)
                found.append(value)
        values = found if field.filters is None or not found else field.filters(found, budget)
        if attr.is_url:  # Then they are texts.
            if self._tree.bases:
                return self._rebased(attr, matches, values)
            return [resolve(self._tree, value) for value in values]  # type: ignore[arg-type]
        return values

    def _rebased(self, attr: Attr, matches: Sequence[Match], values: Values) -> Values:
        """Return URLs absolute by the base of the element that each is from.

        What filters have joined or dropped is from no element any more.
        """
        bases = [
            self._base(match)
            for match in matches
            if isinstance(match, str) or attr.read(self._tree, match) is not None
        ]
        if len(bases) != len(values):
            bases = [bases[0] if len(set(bases)) == 1 else self._tree.base] * len(values)
        return [
            resolve(self._tree, value, base)  # type: ignore[arg-type] # as above
            for value, base in zip(values, bases, strict=True)
        ]

    def _base(self, match: Match) -> str:
        """Return what a URL of ``match`` is relative to; a text's element is not known."""
        own = None if isinstance(match, str) else self._tree.bases.get(match.mem_id)
        return own or self._tree.base

    def _url(self, match: Match) -> str | None:
        """Return where ``match`` links to; its own ``href``, which no filter touches."""
        href = match if isinstance(match, str) else HREF(self._tree, match)
        if href is None:
            return None
        base = self._base(match) if self._tree.bases else self._tree.base
        url = absolute(base, href, self._tree.charset)
        return url if url is not None and is_http(url) else None

    def _follow(self, field: CompiledField, details: int, matches: Sequence[Match]) -> list[str]:
        keys: dict[str, None] = {}
        for number, match in enumerate(matches):
            url = self._url(match)
            if url is None or (key := page_key(url, routes=True)) in keys:
                continue
            self._tree.budget.spend(url)
            keys[key] = None
            self._links.append(
                Link(
                    record=len(self._records),
                    field=field.index,
                    match=number,
                    collection=details,
                    url=url,
                )
            )
        return list(keys)

    def _next_urls(self) -> tuple[str, ...]:
        target = self._ready.next
        if target is None:
            return ()
        matches: Sequence[Match]
        if target.xpath is None:
            matches = self._tree.select(target.css)
        else:
            matches = self._copy().evaluate(target.xpath, None)
        self._following = matches
        found: dict[str, str] = {}
        for match in matches:
            url = self._url(match)
            if url is not None:
                found.setdefault(page_key(url, routes=True), url)
        own = absolute(self._tree.url, self._tree.url) or self._tree.url
        self._loops = found.pop(page_key(own, routes=True), None) is not None
        return tuple(found.values())
