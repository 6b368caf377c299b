"""Where a page leads by itself after some seconds: its ``Refresh`` header or ``<meta>`` (pure).

https://html.spec.whatwg.org/multipage/document-lifecycle.html#shared-declarative-refresh-steps
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from workers.errors import ExtractError
from workers.extraction.budget import Budget
from workers.extraction.markup import is_explosive
from workers.extraction.sniff import essence
from workers.extraction.source import Source
from workers.extraction.tree import Tree
from workers.extraction.urls import absolute, is_http, page_key

LONGEST = 10
"""Seconds: a page that stays for longer is there to be read, and shows itself anew."""

BEGINNING = 16 * 1024
"""Bytes that are looked at of a page which holds what was wanted: to look at all costs too much."""

LOOKED_AT = 1024 * 1024
"""Bytes from the start of a page in which its ``<meta>`` is looked for."""

PARSED = 64 * 1024
"""Bytes of them, less scripts and comments, that are parsed: half a second for the worst markup."""

HTML_TYPES = frozenset(("", "text/html", "application/xhtml+xml"))

_WORDS = (b"efresh", b"EFRESH")
_HTTP_EQUIV = re.compile(rb"http-equiv[ \t\n\f\r]*=[ \t\n\f\r]*[\"']?[rR]$", re.IGNORECASE)
_BEFORE = 32  # bytes before the word in which the attribute's name stands

_VALUE = re.compile(
    r"[ \t\n\f\r]*(?=[0-9.])(?P<seconds>[0-9]*)[0-9.]*"
    r"(?:[ \t\n\f\r]*[;,][ \t\n\f\r]*|[ \t\n\f\r]+|$)(?P<rest>.*)",
    re.DOTALL,
)
_URL = re.compile(r"url[ \t\n\f\r]*=[ \t\n\f\r]*", re.IGNORECASE)

_RAW = re.compile(
    rb"<!--(?:-?>|.*?(?:--!?>|\Z)) | <(script|style|noscript)\b.*?(?:</\1\b[^>]*>|\Z)",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""What holds no element in a browser with scripts on. A refresh in ``noscript`` leads those without
to a page that says so, and a parser with scripts off may take it for one of the whole page."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """A page asks to be left after ``seconds`` for ``url``; that is empty where it means itself."""

    seconds: int
    url: str


def parse_refresh(value: str) -> Refresh | None:
    """Return what the value of a header or ``content`` attribute means; None if nothing."""
    found = _VALUE.match(value)
    if found is None:
        return None
    seconds = int(found["seconds"].lstrip("0")[:9] or 0)
    url = found["rest"]
    label = _URL.match(url)
    url = url[label.end() :] if label else url
    if url[:1] in {"'", '"'}:
        url = url[1:].partition(url[0])[0]
    return Refresh(seconds, url)


def refresh_target(
    source: Source, content_type: str | None, header: str | None, *, most: int
) -> str | None:
    """Return the URL of the other page that the page ``source`` leads to soon, or None.

    ``content_type`` and ``header`` are what the answer says of itself and in ``Refresh``, ``most``
    the bytes of the page that are looked at. The first refresh that can be read counts, be it too
    late or nowhere.
    """
    if header is None and not _may_hold_one(source.utf8, most):
        return None
    refresh, base = parse_refresh(header or ""), source.url
    if refresh is None and essence(content_type) in HTML_TYPES:
        refresh, base = _declared(source)
    if refresh is None or refresh.seconds > LONGEST:
        return None
    target = absolute(base, refresh.url, source.charset) if refresh.url else None
    if target is None or not is_http(target) or page_key(target) == page_key(source.url):
        return None
    return target


def _may_hold_one(html: bytes, most: int) -> bool:
    """Whether the page is worth parsing for one; most cost two searches of a word."""
    for word in _WORDS:
        at = html.find(word, 0, most)
        while at >= 0:
            if _HTTP_EQUIV.search(html, max(0, at - _BEFORE), at):
                return True
            at = html.find(word, at + 1, most)
    return False


def _declared(source: Source) -> tuple[Refresh | None, str]:
    """Return what the page's first ``<meta>`` for it says, and what its URL is relative to."""
    html = _RAW.sub(b"", source.utf8[:LOOKED_AT])[:PARSED]
    if is_explosive(html, html.count(b"<")):
        return None, source.url
    try:
        tree = Tree(replace(source, utf8=html), Budget(math.inf))
        for meta in tree.select("meta[http-equiv][content]"):
            if (meta.attributes.get("http-equiv") or "").lower() != "refresh":
                continue
            refresh = parse_refresh(meta.attributes.get("content") or "")
            if refresh is not None:
                return refresh, tree.base
    except ExtractError:
        pass  # What becomes of such a page is said where its records are read.
    return None, source.url
