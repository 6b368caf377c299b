"""An element as Markdown: CommonMark with the tables of GFM, links and pictures absolute.

html-to-markdown writes it, which parses once more, in Rust: hence in the cage (``Compiled.caged``).
It gets what our parser made of the page. Text is escaped, so that it reads as what it is.
"""

from __future__ import annotations

from typing import Final

from html_to_markdown import ConversionError, ConversionOptions, PreprocessingOptions, convert
from selectolax.lexbor import LexborNode

from workers.errors import ExtractError
from workers.extraction.images import image
from workers.extraction.source import Source
from workers.extraction.tree import Tree
from workers.extraction.urls import absolute

_OPTIONS: Final = ConversionOptions(
    escape_asterisks=True,
    escape_underscores=True,
    escape_misc=True,
    autolinks=False,
    br_in_tables=True,
    bullets="-",
    compact_tables=True,  # Columns padded to the widest cell would be as large as a page squared.
    extract_metadata=False,
    highlight_style="none",
    preprocessing=PreprocessingOptions(enabled=False),
)

_NOT_READ: Final = "script, style, template, noscript, svg, math, iframe, object, embed, canvas"
_ROWS: Final = frozenset({"caption", "colgroup", "tbody", "tfoot", "thead", "tr"})
_HOLDERS: Final = frozenset({"dd", "dt", "li", "td", "th"})


def markdown(tree: Tree, node: LexborNode) -> str | None:
    """Return ``node`` and all below it as Markdown; hidden elements are left out.

    Raises:
        ExtractError: The library can't read it.
    """
    html = node.html or ""
    if node.tag in _ROWS:  # Alone, they would be dropped by a parser.
        html = f"<table>{html}</table>"
    elif node.tag in _HOLDERS:
        html = node.inner_html or ""
    return written(_alone(tree, html))


def _alone(tree: Tree, html: str) -> Tree:
    """Return a part of ``tree`` as a page of its own, whose addresses mean what they did."""
    tree.budget.spend(html)
    return Tree(
        Source(utf8=html.encode(), url=tree.base, charset=tree.charset, visit=tree.visit),
        tree.budget,
    )


def written(tree: Tree) -> str:
    """Return a page as Markdown; the tree is changed for it: its addresses become absolute."""
    for node in reversed(tree.select(_NOT_READ)):  # Inner ones first: they go with the outer.
        node.decompose()
    for link in tree.select("a[href]"):
        tree.budget.step()
        address = absolute(tree.base, link.attributes["href"] or "", tree.charset)
        if address is None or address.startswith("javascript:"):
            del link.attrs["href"]
        else:
            link.attrs["href"] = address
    for picture in tree.select("img"):
        tree.budget.step()
        _point(tree, picture)
    body = tree.body or tree.root
    try:
        content = convert(body.html or "", _OPTIONS).content or ""
    except ConversionError as error:
        raise ExtractError("The page can't be written as Markdown.") from error
    tree.budget.look()
    return content.strip()


def _point(tree: Tree, picture: LexborNode) -> None:
    """Have an image lead to what a visitor sees of it; one that leads nowhere is removed."""
    source = image(tree, picture)
    address = absolute(tree.base, source, tree.charset) if source else None
    if address is None or address.startswith("data:"):
        picture.decompose()
    else:
        picture.attrs["src"] = address
