"""Which picture an image's attributes name: sets of sizes, and what scripts load later.

A lazy image has a placeholder in ``src``, and the picture in an attribute of its script's choosing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

Attributes = Mapping[str, str | None]

SETS: Final = ("data-srcset", "data-lazy-srcset", "data-original-set", "data-bgset")
"""Attributes that scripts move to ``srcset``."""

SOURCES: Final = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src",
    "data-lazy-original", "data-lazyload", "data-lazyload-src", "data-lazy-load", "data-ll-src",
    "data-img-src", "data-img", "data-image-src", "data-image", "data-url", "data-echo",
    "data-defer-src", "data-deferred", "data-actualsrc", "data-actual-src", "data-real-src",
    "data-cfsrc", "data-flickity-lazyload-src", "data-flickity-lazyload", "data-ks-lazyload",
    "data-pagespeed-lazy-src", "data-nitro-lazy-src", "nitro-lazy-src", "data-wp-lazy-src",
    "data-orig-src", "data-default-src", "data-full-src", "data-hi-res-src", "data-src-retina",
    "data-layzr", "data-unveil", "data-breeze", "lazy-src", "lazysrc", "lazyload", "file",
)  # fmt: skip
"""Attributes that scripts move to ``src``, the commonest first."""

BACKGROUNDS: Final = (
    "data-bg", "data-background", "data-background-image", "data-bg-src", "data-lazy-background",
    "data-lazy-bg", "data-bg-url",
)  # fmt: skip

_CANDIDATE: Final = re.compile(
    r"""[ \t\n\f\r,]*+ ([^ \t\n\f\r]*[^ \t\n\f\r,])
        (?: ,++ | [ \t\n\f\r]++ ( [^,(]*+ (?: \([^)]*+\)? [^,(]*+ )*+ ) ,? | \Z )""",
    re.VERBOSE,
)
_AROUND: Final = " \t\n\f\r,"
_DESCRIPTOR: Final = re.compile(
    r"[0-9]+[wh] | -?(?:[0-9]+|[0-9]*\.[0-9]+)(?:[eE][-+]?[0-9]+)?x", re.VERBOSE
)
_TOGETHER: Final[tuple[set[str], ...]] = (set(), {"w"}, {"w", "h"}, {"x"})
_BLANKS: Final = re.compile(r"[ \t\n\f\r]+")
_NO_PICTURE: Final = re.compile(r"\s*(?:(?:data|about|javascript|blob):|#|//:0|$)", re.IGNORECASE)
_PICTURE: Final = re.compile(r"\s*[^\s{}\[\]<>\"']*[/.][^\s{}\[\]<>\"']*\s*")
"""A value of a lazy attribute that is a URL; ``true`` and ``{"a": 1}`` are none."""


def is_picture(url: str) -> bool:
    """Whether ``url`` may be fetched, and is no picture in itself as placeholders often are."""
    return _NO_PICTURE.match(url) is None


Size = tuple[bool, float]
"""Whether it is a width, which is beyond all densities, and the number of either."""


def candidates(srcset: str) -> Iterator[tuple[Size, str]]:
    """Yield the size and URL of each image candidate; one whose descriptors are none is left out.

    https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute
    """
    for found in _CANDIDATE.finditer(srcset.strip(_AROUND)):
        size = _size(found[2] or "")
        if size is not None:
            yield size, found[1]


def _size(descriptors: str) -> Size | None:
    """Return what the descriptors say: a width, a width and a height, a density or nothing."""
    said: dict[str, float] = {}
    for descriptor in filter(None, _BLANKS.split(descriptors)):
        unit = descriptor[-1]
        if unit in said or _DESCRIPTOR.fullmatch(descriptor) is None:
            return None
        said[unit] = float(descriptor[:-1])
        least = 0.0 if unit == "x" else 1.0
        if not least <= said[unit] < math.inf:
            return None
    if said.keys() not in _TOGETHER:
        return None
    return ("w" in said, said.get("w", said.get("x", 1.0)))


def largest(srcsets: Iterable[str], without: frozenset[str]) -> str | None:
    """Return the largest candidate of all ``srcsets``, the first of equals; no placeholder."""
    best: tuple[Size, str] | None = None
    for srcset in srcsets:
        for size, url in candidates(srcset):
            if (best is None or size > best[0]) and is_picture(url) and url not in without:
                best = size, url
    return best and best[1]


def srcsets(attributes: Attributes) -> Iterator[str]:
    """Yield the sets of candidates that an element has, its own before those of scripts."""
    for name in ("srcset", *SETS):
        if value := attributes.get(name):
            yield value


def lazy_source(attributes: Attributes, names: Iterable[str] = SOURCES) -> str | None:
    """Return the first of the attributes ``names`` that holds the URL of a picture."""
    for name in names:
        value = attributes.get(name)
        if value and is_picture(value) and _PICTURE.fullmatch(value):
            return value
    return None


def placeholders(images: Iterable[Attributes]) -> frozenset[str]:
    """Return the URLs that stand for different pictures in several ``images``."""
    meant: dict[str, str] = {}
    shared: set[str] = set()
    for attributes in images:
        own = largest(filter(None, map(attributes.get, SETS)), frozenset())
        picture = own or lazy_source(attributes)
        if picture is None:
            continue
        shown = [url for _, url in candidates(attributes.get("srcset") or "")]
        for url in (attributes.get("src") or "", *shown):
            if url and meant.setdefault(url, picture) != picture:
                shared.add(url)
    return frozenset(shared)
