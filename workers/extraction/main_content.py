"""The main content of a page, for whoever reads it without its menus.

What the page declares goes first (``main``, an ``article`` with most of the text); else it is the
densest part: the innermost container that still holds most of the words that are no links.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from workers.extraction.tree import Tree

HALF: Final = 0.5  # of the page's words: what holds more is content, whatever it is called
MOST: Final = 0.8  # of a container's words, which the one in it must hold to be the content

_NAVIGATION: Final = (
    "nav, aside, [role=navigation], [role=banner], [role=contentinfo], [role=complementary], "
    "[role=search], [role=menu], [role=menubar]"
)
_FRAME: Final = "header, footer"
_SECTIONS: Final = frozenset({"article", "main", "section"})
_CONTAINERS: Final = _SECTIONS | {"center", "div", "form", "table", "tbody", "td", "tr"}
_NAMED: Final = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|sidebar|cookies?|social"
    r"|share|sharing|newsletter|banner|footer|toolbar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNREAD: Final = frozenset({"a", "noscript", "script", "style", "svg", "template"})


def take_main(tree: Tree) -> LexborNode:
    """Return the main content of a page; navigation is removed from the tree, and so from it."""
    top = tree.body or tree.root
    words = _words(tree, top)
    for node in reversed(_navigation(tree)):  # Inner ones first: they go with the outer.
        if words.get(node.mem_id, 0) <= HALF * words.get(top.mem_id, 0):
            node.decompose()
    words = _words(tree, top)
    mains = tree.select("main, [role=main]")
    if any(words.get(one.mem_id) for one in mains):
        return max(mains, key=lambda one: words.get(one.mem_id, 0))
    enough = HALF * words.get(top.mem_id, 0)
    articles = [one for one in tree.select("article") if words.get(one.mem_id, 0) > enough]
    return articles[0] if articles else _densest(top, words)


def _words(tree: Tree, top: LexborNode) -> dict[int, int]:
    """Return how many words each element holds, by its id; those of links are not counted."""
    words: dict[int, int] = {}
    for node in top.traverse(include_text=True):
        tree.budget.step()
        count = len((node.text_content or "").split()) if node.is_text_node else 0
        around = _around(tree, node) if count else ()
        for above in around:
            words[above] = words.get(above, 0) + count
    return words


def _around(tree: Tree, node: LexborNode) -> list[int]:
    """Return the elements around a text; none if it is a link's, or nothing that is read."""
    found = []
    above = node.parent
    while above is not None:
        tree.budget.step()
        if above.tag in _UNREAD:
            return []
        found.append(above.mem_id)
        above = above.parent
    return found


def _navigation(tree: Tree) -> list[LexborNode]:
    """Return what leads through the site or frames its pages, in document order."""
    declared = tree.select(f"{_NAVIGATION}, {_FRAME}, [class], [id]")
    return [node for node in declared if _is_navigation(node)]


def _is_navigation(node: LexborNode) -> bool:
    if node.tag in {"html", "body", *_SECTIONS}:
        return False
    if node.tag in {"header", "footer"}:
        return not _in_section(node)
    if node.tag in {"nav", "aside"} or node.css_matches(_NAVIGATION):
        return True
    attributes = node.attributes
    return any(_NAMED.search(attributes.get(name) or "") for name in ("class", "id"))


def _in_section(node: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag not in _SECTIONS:
        above = above.parent
    return above is not None


def _densest(top: LexborNode, words: dict[int, int]) -> LexborNode:
    node = top
    while True:
        enough = MOST * words.get(node.mem_id, 0)
        inner = [
            child
            for child in node.iter()
            if child.tag in _CONTAINERS and words.get(child.mem_id, 0) >= enough > 0
        ]
        if not inner:
            return node
        node = inner[0]
