"""What an attr of a field means for one matching element: its text, its markup, an attribute."""

from __future__ import annotations

from collections.abc import Callable

from selectolax.lexbor import LexborNode

from workers.extraction.images import image
from workers.extraction.inner_text import inner_text
from workers.extraction.tables import pairs, table
from workers.extraction.texts import text
from workers.extraction.tree import Tree
from workers.extraction.urls import absolute

Reader = Callable[[Tree, LexborNode], str | None]

URL_ATTRS = frozenset({"href", "image", "path", "src"})
"""Attrs whose values are made absolute, after the filters."""


def outer_html(tree: Tree, node: LexborNode) -> str | None:
    """Return the markup of ``node`` itself and all below it."""
    return tree.outer_html(node)


def _attribute(name: str) -> Reader:
    def read(_: Tree, node: LexborNode) -> str | None:
        # The library gives None for an attribute without a value and the default for none at all.
        value = node.attrs.get(name, _ABSENT)
        return None if value is _ABSENT else value or ""

    return read


_ABSENT = "\x00absent"  # No page can say this: parsers replace NUL.


MARKDOWN = "markdown"

_SPECIAL: dict[str, Reader] = {
    "text": text,
    "outerhtml": outer_html,
    "innertext": inner_text,
    "image": image,
    "pairs": pairs,
    "table": table,
}
"""Attrs that are no attributes, in lower case."""


def reader(attr: str) -> Reader:
    """Return what reads ``attr`` (any letter case) of a match; None is its 'not there'.

    Names differ by the case of letters beyond ASCII: parsers leave those as they are.
    """
    name = attr.encode().lower().decode()
    if name == MARKDOWN:
        # What writes it is loaded by programs that are asked for it alone.
        from workers.extraction.markdown import markdown  # noqa: PLC0415

        return markdown
    special = _SPECIAL.get(name)
    if special is not None:
        return special
    return _attribute("href" if name == "path" else name)


HREF = reader("href")


def resolve(tree: Tree, value: str, base: str | None = None) -> str:
    """Return ``value`` as an absolute URL, or as it stands when it can't be parsed."""
    return absolute(base or tree.base, value, tree.charset) or value
