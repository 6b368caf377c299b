"""Small questions to a parsed page that every engine asks."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

Tree = LexborHTMLParser
Node = LexborNode

_MUTE = "script, style, noscript, template, svg"


def parse(html: str) -> Tree:
    """Return the page as a tree; any text makes one."""
    # A lone surrogate is in no encoding, and the parser takes bytes.
    return LexborHTMLParser(html.encode("utf-8", "replace"))


def squeeze(text: str) -> str:
    """Return ``text`` with its white space collapsed, soft hyphens and marks of width 0 removed."""
    return " ".join((text if text.isascii() else text.translate(_INVISIBLE)).split())


_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F])


def text_of(node: Node | None, *, less: str = "") -> str:
    """Return the text a person sees in ``node``, without parts that match the selector ``less``."""
    if node is None:
        return ""
    drop = f"{_MUTE}, {less}" if less else _MUTE
    if node.css_first(drop) is not None:
        node = without(node, drop)
    return squeeze(node.text(deep=True, separator="", strip=False))


def without(node: Node, drop: str) -> Node:
    """Return a copy of a node, in an element around it, less the parts that match ``drop``."""
    copy = LexborHTMLParser(node.html or "").body
    if copy is None:
        return node
    for part in copy.css(drop):
        part.decompose()
    return copy


def attr(node: Node | None, name: str) -> str:
    """Return an attribute, "" where it (or the node) is absent."""
    return (node.attributes.get(name) or "") if node is not None else ""


def classes(node: Node) -> list[str]:
    """Return the names of a node's classes."""
    return attr(node, "class").split()


def ancestors(node: Node) -> Iterator[Node]:
    """Yield the elements around ``node``, the nearest first."""
    above = node.parent
    while above is not None and above.tag not in ("-undef", "-document", "html"):
        yield above
        above = above.parent


def link_around(node: Node) -> Node | None:
    """Return the ``a[href]`` around a heading, or else the first one in it."""
    for above in ancestors(node):
        if above.tag == "a":
            return above if attr(above, "href") else None
    return node.css_first("a[href]")


def first(node: Node | Tree, *selectors: str) -> Node | None:
    """Return the first match of the first selector that has one."""
    for selector in selectors:
        found = node.css_first(selector)
        if found is not None:
            return found
    return None


def lines_of(node: Node) -> list[str]:
    """Return the texts of the outermost elements that hold text of their own, in order."""
    lines: list[str] = []
    # A stack, for the page decides how deep its elements lie in each other.
    waiting = children(node)[::-1]
    while waiting:
        below = waiting.pop()
        if below.tag in ("style", "script", "noscript", "svg"):
            continue
        if _has_own_text(below):
            lines.append(text_of(below))
        else:
            waiting += children(below)[::-1]
    return [line for line in lines if line]


def children(node: Node) -> list[Node]:
    """Return the elements right below ``node``."""
    found = []
    below = node.child
    while below is not None:
        if below.is_element_node:
            found.append(below)
        below = below.next
    return found


def _has_own_text(node: Node) -> bool:
    return bool(own_text(node))


def own_text(node: Node) -> str:
    """Return the first text that stands in ``node`` itself, not in an element of it."""
    below = node.child
    while below is not None:
        text = squeeze(below.text_content or "") if below.is_text_node else ""
        if text:
            return text
        below = below.next
    return ""


def every(scope: Node | Tree, selector: str) -> list[Node]:
    """Return the matches in order, each once: ``css`` repeats what matches two alternatives."""
    return list({node.mem_id: node for node in scope.css(selector)}.values())


def widest(node: Node, selector: str) -> Node:
    """Return the widest element around ``node`` with at most one match of ``selector``."""
    box = node
    for above in ancestors(node):
        if above.tag == "body" or len(every(above, selector)) > 1:
            break
        box = above
    return box
