"""The contract of an analysis: a few pages looked at in place of a run, and one document of them.

A call starts a process of an unlisted task whose plan has an ``analysis``; its pages go the way of
any: claimed, robots.txt asked, paced, fetched, tried again, charged, committed. What differs is

* ``look``, called once for each page that answered, in the crawl child's cage with
  EXTRACT_TIMEOUT of CPU time: it is pure, touches neither network nor database, and gives

  - ``content``: the records of the page, which are kept as a run's, and those of its links that
    the process shall follow. Next links of a chain are followed too, so an analysis that wants
    none leaves them out;
  - ``found``: JSON values, committed with the page, and small: a few kilobytes;
  - ``beside``: other pages to fetch, by another fetcher perhaps. All pages together are at most
    ``MOST_PAGES``, and each is charged as any page is;

* ``answer``, called when the process has ended however it did, also without a single page: it
  makes the document of what ``look`` found, and the same document each time. It is stored as the
  results file of the process (JSON), and the call answers with it. It knows nothing of balances:
  the API adds those.

Whoever adds one writes its wishes (``schemas.analysis.Analysis``), how they come in a call
(``schemas.analyses``), its file here, and one line in ``registry.ANALYSES``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from schemas.plan import FetcherName, Plan
from workers.extraction.budget import Budget
from workers.extraction.page import PageContent
from workers.extraction.source import Source

MOST_BESIDE = 2  # pages that a look may ask for


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """A page that answered. ``first``: it is the start page, and not one that a look asked for.

    ``size``: bytes as they came, whatever its charset. ``seconds`` of CPU time are there for it.
    """

    source: Source
    collection: int
    fetcher: str
    first: bool
    size: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Another page to look at, of the top collection."""

    url: str
    fetcher: FetcherName


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look gave."""

    content: PageContent
    found: dict[str, Any]
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What the deployment allows, and asks for: ``prices`` in thousandths of a credit a page."""

    prices: dict[str, int]
    max_pages: int
    respect_robots: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTold:
    """What became of a page; ``found`` is None where there was nothing to look at."""

    url: str
    position: tuple[int, ...]
    collection: int
    fetcher: str
    status: int | None
    verdict: str
    size: int
    milliseconds: int
    records: int
    error: str
    found: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisCase:
    """All that a document is made of. ``records``: JSON objects, as a results file holds them."""

    plan: Plan
    pages: Sequence[PageTold]
    rates: Rates
    records: Iterator[bytes] = field(default_factory=lambda: iter(()))


class AnalysisKind(Protocol):
    """One kind of analysis."""

    def look(self, page: SeenPage, plan: Plan, budget: Budget) -> Look:
        """Look at one page."""
        ...

    def goes_on(self, content: PageContent, page: SeenPage, plan: Plan) -> PageContent:
        """Return ``content`` with those links alone that shall be followed.

        For what was read in several looks at one page (a browser that scrolled).
        """
        ...

    def answer(self, case: AnalysisCase) -> dict[str, Any]:
        """Return the document."""
        ...
