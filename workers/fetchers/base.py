"""The contract of a fetcher: one request in, one exchange out, many in flight; no policy.

A slice makes one fetcher, starts requests, and polls for what is done. A fetcher

* follows no HTTP redirect (the base one): a 3xx comes back as a response, without its body, and the
  crawl decides;
* retries nothing, knows no robots.txt, no pacing, no credits and no database;
* translates every foreign error into one of ``errors.FetchError``'s children, by table;
* ends each exchange within ``FetchRequest.timeout`` seconds in all, and stops reading when more
  than ``max_bytes`` decoded bytes came (``errors.ResponseTooLong``);
* connects only where ``guard`` allows, to the very address that was checked;
* never raises out of ``poll`` because of one page, and survives ``close`` at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from schemas.plan import Action, Capture, Paginator
from workers.errors import FetchError

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """One request. ``key`` is the caller's and comes back in the exchange; times are seconds.

    ``images``: a browser loads images, fonts and media too. ``pierce``: its HTML holds what frames
    and open shadow roots show (``extraction.frames``). ``capture``: it answers with a PDF or
    an image of the page in place of its HTML. ``partial``: of a longer body the first ``max_bytes``
    are enough. ``lenient``: what is wrong with the answer's head is read past; not for a form.
    """

    key: int
    url: str
    method: str = "GET"
    headers: Headers = ()
    form_data: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    proxy: str = ""
    timeout: float = 30.0
    max_bytes: int = 10 * 1024 * 1024
    wait_delay: float = 0.0
    actions: tuple[Action, ...] = ()
    paginator: Paginator | None = None
    images: bool = False
    pierce: bool = False
    capture: Capture | None = None
    partial: bool = False
    lenient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answered. ``url`` is the page's own; ``body`` is decoded (gzip, br, zstd).

    ``headers`` keep their order, names in lower case. ``wire_bytes`` is what travelled.
    ``snapshots`` is only of a browser that scrolled or clicked for more: the page's HTML after each
    step, in order, its elements marked (``extraction.marks``); the last one is ``body`` with marks.
    ``charset`` too: what the browser read the page in, as https://encoding.spec.whatwg.org/ names
    it, in lower case (its ``body`` is in UTF-8).
    """

    url: str
    status: int
    headers: Headers
    body: bytes
    milliseconds: int
    wire_bytes: int = 0
    snapshots: tuple[str, ...] = ()
    charset: str = ""

    def header(self, name: str) -> str | None:
        """Return the first header called ``name`` (lower case), or None."""
        for key, value in self.headers:
            if key == name:
                return value
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The end of one request: a response, or the error that took its place."""

    key: int
    response: Response | None = None
    error: FetchError | None = None
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FetcherOptions:
    """What a fetcher needs from settings and from the process it works for.

    ``cookies`` are Netscape cookie-file lines, as libcurl's COOKIELIST reads and writes them.
    ``held`` gives the page that is here already, for fetchers of such; None once it is gone.
    """

    allowed_networks: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    chrome_path: str = ""
    profile: str = field(default="")
    held: Callable[[], bytes | None] = lambda: None


class Fetcher(Protocol):
    """Requests of one slice in flight. Not thread-safe: one owner, one thread."""

    def __init__(self, options: FetcherOptions) -> None: ...

    @property
    def in_flight(self) -> int:
        """How many started requests have not come back yet."""
        ...

    def start(self, request: FetchRequest) -> None:
        """Begin ``request``; returns at once."""
        ...

    def poll(self, timeout: float) -> Sequence[Exchange]:
        """Wait up to ``timeout`` seconds for something to end and return all that ended."""
        ...

    def cookies(self) -> tuple[str, ...]:
        """Return the cookie jar as it stands, as Netscape cookie-file lines."""
        ...

    def close(self) -> None:
        """Abandon what is in flight and free everything."""
        ...
