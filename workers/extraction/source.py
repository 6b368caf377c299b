"""A page on its way to be read: what it says, where it came from and how it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How a crawl came by a page. ``url`` is what it asked for, ``start`` where it began.

    ``number`` is the page's in its chain of next pages, from 1; ``fetched_at`` is Unix seconds.
    """

    url: str
    start: str
    number: int
    status: int
    fetched_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page in UTF-8. ``charset``, which its links are written in, is the standard's name.

    ``is_xml``: it is a feed or other XML, and no page of HTML. ``is_marked``: a browser has marked
    its elements (``marks``). ``visit`` is told where the plan
    asks for it (``compile.Compiled.needs_visit``).
    """

    utf8: bytes
    url: str
    charset: str = "utf-8"
    is_xml: bool = False
    is_marked: bool = False
    visit: Visit | None = None


def encode(html: str) -> bytes:
    """Return ``html`` as UTF-8; half characters, which UTF-8 can't hold, become U+FFFD."""
    try:
        return html.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", html).encode()
