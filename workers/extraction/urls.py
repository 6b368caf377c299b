"""URLs as the WHATWG standard reads them: joining, serialising, and the identity of a page.

The standard (https://url.spec.whatwg.org/) is what browsers do; ``urllib.parse`` disagrees with it
about blanks, backslashes and non-ASCII hosts, and two readings of one URL are a hole in the guard.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from ada_url import URL, join_url

from workers.extraction.charsets.encoders import encode

KEY_BYTES = 16
"""128 bits: the size of a Postgres ``uuid``."""

SCHEMES = ("http://", "https://")

_SPECIAL = (*SCHEMES, "ftp://", "file://")
_BLANKS = "".join(map(chr, range(0x21)))
_QUERY = re.compile(r"([^?#]*\?)([^#]+)(.*)", re.DOTALL)
_PLAIN = frozenset(range(0x21, 0x7F)) - frozenset(b"\"#<>'")
"""Bytes that stand as they are in a query: all but the special-query percent-encode set."""


def is_route(url: str) -> bool:
    """Whether the fragment names a page that scripts show (``#/item/2``, ``#!item``), no place."""
    return url.partition("#")[2].startswith(("/", "!"))


def page_key(url: str, *, routes: bool = False) -> str:
    """Return the identity of the page at ``url``: 32 hex digits, the fragment left out.

    ``routes``: a browser shows it, and a fragment that is a route counts. ``url`` is expected as
    ``absolute`` gives it; nothing is normalised here beside the fragment.
    """
    page = url if "#" not in url or (routes and is_route(url)) else url.partition("#")[0]
    return blake2b(page.encode("utf-8", "replace"), digest_size=KEY_BYTES).hexdigest()


def absolute(base: str, ref: str, charset: str = "utf-8") -> str | None:
    """Return ``ref`` joined to ``base`` and serialised, or None when it can't be parsed.

    ``charset`` is that of the page which ``ref`` stands on: a query is written in it, as the site's
    server reads it, and all else in UTF-8. https://url.spec.whatwg.org/#query-state
    """
    try:
        url = str(join_url(base, ref))
        if charset == "utf-8" or ref.isascii() or not url.startswith(_SPECIAL):
            return url
        found = _QUERY.fullmatch(ref.strip(_BLANKS))
        if found is None:
            return url
        before, query, after = found.groups()
        return str(join_url(base, before + _percent_encode(query, charset) + after))
    except ValueError:
        # Also UnicodeEncodeError, which is a ValueError: a lone surrogate is in no URL.
        return None


def _percent_encode(query: str, charset: str) -> str:
    """https://url.spec.whatwg.org/#string-percent-encode-after-encoding."""
    query = re.sub("[\t\n\r]", "", query)
    return "".join(
        f"%26%23{unit}%3B"
        if isinstance(unit, int)
        else "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in unit)
        for unit in encode(query, charset)
    )


def is_http(url: str) -> bool:
    """Whether the serialised ``url`` is one that pages can be fetched from."""
    return url.startswith(SCHEMES)


def host_of(url: str) -> str:
    """Return the host of ``url`` in lower case, with ``:port`` where it is not the usual one.

    Raises:
        ValueError: ``url`` is no absolute URL.
    """
    return str(URL(url).host)


def origin_of(url: str) -> str:
    """Return scheme, host and port of ``url``, as in ``https://example.org:8443``.

    Raises:
        ValueError: ``url`` is no absolute URL.
    """
    return str(URL(url).origin)
