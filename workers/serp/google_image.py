"""Google's images: JSON beside each picture, links that carry it, and the tables without scripts.

The full-size address and its measures are on the page only in some layouts; a title, the page that
shows the picture and a thumbnail are on all.
"""

from __future__ import annotations

import json
import re
from typing import Any

from workers.serp.base import Record
from workers.serp.dom import (
    Node,
    Tree,
    ancestors,
    attr,
    every,
    first,
    lines_of,
    parse,
    squeeze,
    text_of,
    widest,
)
from workers.serp.forms.addresses import is_address
from workers.serp.found import Found, record, with_title
from workers.serp.google_common import external
from workers.serp.google_kind import GoogleKind
from workers.serp.links import host_name, param, whole

_SIZE = re.compile(r"^(\d{1,6})\s*[\u00d7x]\s*(\d{1,6})\b")
_THUMBS = "a[href] img[src*='tbn:'], a[href] img[src*='encrypted-tbn']"
_CELLS = "[data-lpage], .ivg-i, .isv-r"
_RELATED = "my5z3d"  # a cell that leads to another query
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class GoogleImage(GoogleKind):
    """Paged by ``start``, where the page has a link to follow: the rendered one scrolls instead."""

    tbm = "isch"

    def find(self, tree: Tree, url: str) -> Found:
        """Return the organic results."""
        return _read(tree, url)


def _read(tree: Tree, url: str) -> Found:
    readers = (("meta", _meta), ("imgres", _imgres), ("basic", _basic), ("cells", _cells))
    for layout, reader in readers:
        organic = with_title(reader(tree, url))
        if organic:
            return Found(layout=layout, organic=organic)
    return Found(layout="")


def _meta(tree: Tree, url: str) -> list[Record]:
    """Read the JSON that stood beside each picture until 2020."""
    del url
    parsed = (_json(text_of(node)) for node in tree.css(".rg_meta") or _data(tree))
    return [
        record(
            title=_text(data, "pt"),
            url=_text(data, "ru"),
            imageUrl=_text(data, "ou"),
            thumbnailUrl=_text(data, "tu"),
            source=_text(data, "isu") or _text(data, "st"),
            width=_number(data.get("ow")),
            height=_number(data.get("oh")),
        )
        for data in parsed
        if _text(data, "ru")
    ]


def _data(tree: Tree) -> list[Node]:
    """Return the elements that hold JSON and nothing else."""
    leaves = ((node, node.child) for node in tree.css("div:not(:has(*))"))
    return [
        node
        for node, child in leaves
        if child is not None and (child.text_content or "").startswith('{"')
    ]


def _json(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return squeeze(value) if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    if isinstance(value, str):
        return whole(value) or None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _imgres(tree: Tree, url: str) -> list[Record]:
    """Read links to the viewer, whose query holds everything but the title."""
    del url
    found = []
    for link in tree.css("a[href*='/imgres?']"):
        href = attr(link, "href")
        page = param(href, "imgrefurl")
        if not page:
            continue
        box = widest(link, "a[href*='/imgres?']")
        image = box.css_first("img")
        heading = first(box, "h3", "[role=heading]", ".OSrXXb")
        found.append(
            record(
                title=text_of(heading) or squeeze(attr(image, "alt")),
                url=page,
                imageUrl=param(href, "imgurl"),
                thumbnailUrl=_thumb(image),
                source=host_name(page),
                width=_number(param(href, "w")),
                height=_number(param(href, "h")),
            )
        )
    return found


def _basic(tree: Tree, url: str) -> list[Record]:
    """Read the tables of the page without scripts: a thumbnail, and lines of text near it."""
    found = []
    for image in every(tree, _THUMBS):
        link = next((above for above in ancestors(image) if above.tag == "a"), None)
        target = external(url, link)
        if link is None or target is None:
            continue
        lines = _lines(widest(link, "img"))
        size = next((match for line in lines if (match := _SIZE.match(line))), None)
        title, source = _title_and_source(lines, target)
        found.append(
            record(
                title=title or squeeze(attr(image, "alt")),
                url=target,
                thumbnailUrl=_thumb(image),
                source=source,
                width=int(size[1]) if size else None,
                height=int(size[2]) if size else None,
            )
        )
    return found


def _title_and_source(lines: list[str], target: str) -> tuple[str, str]:
    """Return the first line, and the last address; a page may be titled with its own address."""
    named = [line for line in lines if not _SIZE.match(line)]
    sites = [line for line in named if is_address(line, target)]
    source = sites[-1] if sites else "".join(named[1:][-1:])
    if source:
        named.reverse()
        named.remove(source)
        named.reverse()
    return named[0] if named else "", source


def _lines(box: Node) -> list[str]:
    font = box.css_first("font")
    if font is None:
        return lines_of(box)
    pieces = (text_of(parse(piece).body) for piece in _BREAK.split(font.html or ""))
    return [piece for piece in pieces if piece]


def _cells(tree: Tree, url: str) -> list[Record]:
    """Read the rendered page since 2020: the picture's own address comes only with a click."""
    found = []
    for cell in every(tree, _CELLS):
        links = (external(url, link) for link in cell.css("a[href]"))
        page = attr(cell, "data-lpage") or next((link for link in links if link), "")
        if _RELATED in attr(cell, "class") or not page:
            continue
        image = cell.css_first("img")
        heading = first(cell, "h3", "[role=heading]", ".OSrXXb", "a[title]")
        title = text_of(heading) or attr(heading, "title") or attr(image, "alt")
        found.append(
            record(
                title=squeeze(title),
                url=page,
                thumbnailUrl=_thumb(image),
                source=host_name(page),
                width=_number(attr(cell, "data-ow")),
                height=_number(attr(cell, "data-oh")),
            )
        )
    return found


def _thumb(image: Node | None) -> str:
    """Return the thumbnail's address; what is drawn inline has none."""
    sources = (attr(image, name) for name in ("src", "data-src"))
    return next((source for source in sources if source.startswith("http")), "")
