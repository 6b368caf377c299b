"""URLs as the WHATWG standard reads them: joining, serialising, and the identity of a page.

The standard (https://url.spec.whatwg.org/) is what browsers do; ``urllib.parse`` disagrees with it
about blanks, backslashes and non-ASCII hosts, and two readings of one URL are a hole in the guard.
"""

from __future__ import annotations

from hashlib import blake2b

from ada_url import URL, join_url

KEY_BYTES = 16
"""128 bits: the size of a Postgres ``uuid``."""

SCHEMES = ("http://", "https://")


def is_route(url: str) -> bool:
    """Whether the fragment names a page that scripts show (``#/item/2``, ``#!item``), no place."""
    return url.partition("#")[2].startswith(("/", "!"))


def page_key(url: str, *, routes: bool = False) -> str:
    """Return the identity of the page at ``url``: 32 hex digits, the fragment left out.

    ``routes``: a browser shows it, and a fragment that is a route counts. ``url`` is expected as
    ``absolute`` gives it; nothing is normalised here beside the fragment.
    """
    page = url if routes and is_route(url) else url.partition("#")[0]
    return blake2b(page.encode("utf-8", "replace"), digest_size=KEY_BYTES).hexdigest()


def absolute(base: str, ref: str) -> str | None:
    """Return ``ref`` joined to ``base`` and serialised, or None when it can't be parsed."""
    try:
        return str(join_url(base, ref))
    except ValueError:
        # Also UnicodeEncodeError, which is a ValueError: a lone surrogate is in no URL.
        return None


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
