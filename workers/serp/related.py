"""Related queries, told by their form: a link back to the engine that asks for its own text."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from workers.extraction.urls import absolute
from workers.serp.base import Record
from workers.serp.dom import Node, attr, text_of
from workers.serp.found import titled
from workers.serp.links import host_name, param, path_of

_NARROWED = {"stick", "si", "sei", "filters", "spell", "start", "first", "pn", "p"}
"""Parameters of what is no proposal: an entity, an answer's word, a correction, another page."""


def related_in(links: Iterable[Node], url: str, name: str) -> list[Record]:
    """Return the queries of links in the place that the engine has for them.

    A link that asks for other words than its own ("repeat the search …") is none of them.
    ``name`` is the engine's parameter for a query.
    """
    asking = ((text_of(link), _asked(link, url)) for link in links)
    return titled(
        text
        for text, asked in asking
        if _NARROWED.isdisjoint(asked) and _solid(asked.get(name, [text])[0]) == _solid(text)
    )


def related_anywhere(links: Iterable[Node], url: str, name: str) -> list[Record]:
    """Return the queries of those links that ask for just their own text, wherever they stand."""
    own = _solid(param(url, name) or "")
    asking = ((link, _asked(link, url)) for link in links)
    queries = (
        (text_of(link), asked[name][0])
        for link, asked in asking
        if name in asked and _NARROWED.isdisjoint(asked)
    )
    return titled(text for text, query in queries if _solid(text) == _solid(query) != own)


def _asked(link: Node, url: str) -> dict[str, list[str]]:
    """Return the parameters of a link to the results of the engine at ``url``, else none."""
    target = absolute(url, attr(link, "href"))
    if target is None or host_name(target) != host_name(url):
        return {}
    if path_of(target) not in {path_of(url), path_of(url).rstrip("/"), "/"}:
        return {}
    return parse_qs(urlsplit(target).query)


def _solid(text: str) -> str:
    return "".join(text.split()).casefold()
