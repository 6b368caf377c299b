"""The URLs of engines: made from parameters, moved to a stand-in, freed of redirect wrappers."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from urllib.parse import parse_qs, urlencode, urlsplit

from workers.extraction.urls import absolute, is_http

_DIGITS = 9
_REMEMBERED = 64  # URLs; a page asks for the parts of its own and of each result several times
_BING_MARK = "a1"  # stands before the base64 of Bing's redirects


def build(host: str, path: str, params: dict[str, str], base: str | None) -> str:
    """Return ``https://host/path?params`` (empty ones left out), or the same below ``base``."""
    query = urlencode({name: value for name, value in params.items() if value})
    return f"{(base or f'https://{host}').rstrip('/')}{path}?{query}"


def param(url: str, name: str) -> str | None:
    """Return the first value of a query parameter."""
    try:
        return parse_qs(urlsplit(url).query).get(name, [None])[0]
    except ValueError:
        return None


def whole(text: str | None) -> int:
    """Return an offset or a measure as a number, 0 for what is none (or beyond any page)."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


@lru_cache(_REMEMBERED)
def path_of(url: str) -> str:
    """Return the path, "" for what is no URL."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


@lru_cache(_REMEMBERED)
def host_name(url: str) -> str:
    """Return the host in lower case without its port, "" for what is no URL."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def follow(url: str, href: str) -> str | None:
    """Return ``href`` as a page of the server that answered ``url``: its path and query alone."""
    target = absolute(url, href)
    if target is None or not is_http(target):
        return None
    parts = urlsplit(target)
    query = f"?{parts.query}" if parts.query else ""
    return absolute(url, f"{parts.path or '/'}{query}") if not parts.path.startswith("//") else None


def unwrap(url: str, href: str) -> str | None:
    """Return the absolute target of a result's link; None for what is no link to a page.

    A redirect wrapper that can't be undone stays: the engine's own link is better than none.
    """
    link = absolute(url, href.strip())
    if link is None or not is_http(link):
        return None
    inner = _inner(link)
    target = absolute(link, inner) if inner else None
    return target if target is not None and is_http(target) else link


def _inner(link: str) -> str | None:
    path = path_of(link)
    if path == "/url":
        return _http(param(link, "q")) or _http(param(link, "url"))
    if path == "/ck/a":
        return _bing(param(link, "u"))
    if path == "/l/":
        return _http(param(link, "uddg"))
    return None


def _http(text: str | None) -> str | None:
    return text if text and is_http(text) else None


def _bing(text: str | None) -> str | None:
    if not text or not text.startswith(_BING_MARK):
        return None
    code = text.removeprefix(_BING_MARK)
    try:
        raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        return _http(raw.decode())
    except (binascii.Error, ValueError):
        return None
