"""Marks by which a browser tells elements apart from one look at a page to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

MARK = "gristmill-id"
"""The attribute that holds an element's mark. No selector and no value ever sees it."""

_WORD = re.compile(r"[^\W\d_]{3}")
_MARKS = re.compile(f' {MARK}="[^"]*"')


@dataclass(frozen=True, slots=True)
class Marked:
    """A block as a browser knows it, with what tells whether its element has a new use.

    ``attributes`` are its element's own but for classes; ``links`` lead out of it; ``texts`` are
    its text nodes that hold words.
    """

    mark: str
    attributes: str
    links: frozenset[str]
    texts: frozenset[str]


def unmarked(html: str) -> str:
    """Return ``html`` without marks."""
    return _MARKS.sub("", html)


def take_marks(parser: LexborHTMLParser) -> dict[int, str]:
    """Remove the marks from a parsed page and return them by the ids of their nodes."""
    found = {}
    for node in parser.css(f"[{MARK}]"):
        found[node.mem_id] = node.attrs[MARK] or ""
        del node.attrs[MARK]
    return found


def marked(node: LexborNode, marks: dict[int, str]) -> Marked:
    """Return what is known of a block's element."""
    own = sorted((name, value) for name, value in node.attributes.items() if name != "class")
    links = {link.attrs.get("href") for link in node.css("[href]")}
    texts = {text.strip() for text in _texts(node) if _WORD.search(text)}
    return Marked(
        marks.get(node.mem_id, ""),
        repr(own),
        frozenset(link for link in links if link),
        frozenset(texts),
    )


def _texts(node: LexborNode) -> Iterator[str]:
    for inner in node.traverse(include_text=True):
        if inner.is_text_node:
            yield inner.text_content or ""
