"""The fixed keys of search result records (form 2), in the order of their columns."""

from __future__ import annotations

from typing import Final

_ORGANIC: Final = ("page", "position", "title", "url", "displayUrl", "snippet", "published")

ENGINE_COLUMNS: Final = {
    "google": _ORGANIC,
    "bing": _ORGANIC,
    "duckduckgo": _ORGANIC,
    "baidu": _ORGANIC,
    "yandex": _ORGANIC,
    "google-image": (
        "page", "position", "title", "url", "imageUrl", "thumbnailUrl", "source", "width", "height",
    ),
    "google-news": ("page", "position", "title", "url", "source", "published", "snippet"),
    "google-shopping": (
        "page", "position", "title", "price", "merchant", "url", "rating", "reviews",
    ),
}  # fmt: skip
"""Engine → keys of its records. What a page does not show is absent from a record."""


def serp_columns(engine: str, include: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of an engine's records; they begin with ``kind`` if ``include`` is used.

    Raises:
        KeyError: there is no such engine.
    """
    columns = ENGINE_COLUMNS[engine]
    return ("kind", *columns) if include else columns
