"""Which engine's results page a URL is, for payloads that name the page and not the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from workers.extraction.urls import origin_of
from workers.serp.links import host_name, path_of

_SURFACES: Final = (
    ("google", re.compile(r"(www\.)?google\.[a-z]{2,3}(\.[a-z]{2})?"), ("/search",)),
    ("bing", re.compile(r"(www\.|cn\.)?bing\.com"), ("/search",)),
    ("duckduckgo", re.compile(r"((html|lite|www)\.)?duckduckgo\.com"), ("/", "/html", "/lite")),
    ("baidu", re.compile(r"(www\.)?baidu\.com"), ("/s",)),
    ("yandex", re.compile(r"(www\.)?(yandex\.[a-z]{2,3}(\.[a-z]{2})?|ya\.ru)"),
     ("/search", "/yandsearch")),
)  # fmt: skip
"""Engine, its hosts, and the paths of its results pages (a slash at their end aside)."""


def engine_at(url: str, bases: Mapping[str, str]) -> str | None:
    """Return the engine whose results page ``url`` is; ``bases``: engine → where it lives instead.

    All kinds of Google's results share their block notices, so that they are one engine here.
    """
    path, host = path_of(url).rstrip("/") or "/", host_name(url)
    for engine, hosts, paths in _SURFACES:
        moved = engine in bases and origin_of(bases[engine]) == origin_of(url)
        if path in paths and (moved or hosts.fullmatch(host)):
            return engine
    return None
