"""The contract of a search engine: text in, page out, and no I/O.

An engine knows three things: which URL asks it for a query, which headers and cookies spare a
visitor its consent page, and what one of its pages means. The rules for ``read``:

* It never raises, whatever the text; what it can't tell is ``unrecognized``.
* Blocks are told by structure, before and independently of 'no results': several come with status
  200 and a title like any other, and words such as "robot" stand in genuine results.
* Layouts are chosen by what is on the page, never by a date, and ``layout`` names the one that
  matched. Where the structure allows it, a result is a heading with a link inside of a result
  list, because the names of classes change monthly.
* ``records`` hold organic results in rank order, each once, less what the engine earns money or
  keeps visitors with. Other kinds come behind them, and only if ``serp.include`` asks for them.
* Texts have their white space collapsed; ``url`` is absolute and freed of the engine's redirect.
  A result without a snippet is a result. What the page does not show is absent, never empty.
* ``empty`` is only what the engine says itself (or a whole frame of results without one); it has
  no records, even when there are advertisements.
* ``next_url`` is the engine's own paging, on the scheme, host and port that answered, so that
  a stand-in server is never left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from schemas.plan import Serp

Verdict = Literal[
    "ok", "empty", "captcha", "consent", "js_required", "rate_limited", "unrecognized"
]
Record = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SerpPage:
    """What a page of results is. ``records`` is empty unless ``verdict`` is ``ok``.

    The keys of a record are those of ``schemas.serp_columns``; ``page``, ``position``, ``width``
    and ``height`` are numbers, all else strings. ``layout`` is for the log, "" where none matched.
    """

    verdict: Verdict
    records: tuple[Record, ...] = ()
    next_url: str | None = None
    layout: str = ""


class Engine(Protocol):
    """A search engine; a stateless object, made without arguments."""

    def first_url(self, serp: Serp, base: str | None) -> str:
        """Return the URL of the first page.

        ``base`` (``http://localhost:8080``) replaces scheme, host and port; path and query stay.
        """

    def headers(self, serp: Serp) -> Pairs:
        """Return headers that go with every page."""

    def cookies(self, serp: Serp) -> Pairs:
        """Return cookies that go with every page."""

    def read(self, html: str, url: str, *, serp: Serp, page: int) -> SerpPage:
        """Return what ``html``, fetched from ``url`` as page number ``page`` (from 1), means."""
