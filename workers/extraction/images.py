"""``image``: the picture that a visitor of the page sees of an element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborNode

from workers.extraction.lazy import (
    BACKGROUNDS,
    is_picture,
    largest,
    lazy_source,
    srcsets,
)
from workers.extraction.tree import Tree

IMAGES: Final = frozenset({"img", "amp-img"})
_SELECTOR: Final = ", ".join(sorted(IMAGES))

_QUOTED: Final = r""" "(?:\\.|[^"\\])*+(?:"|\Z) | '(?:\\.|[^'\\])*+(?:'|\Z) """
_DECLARATION: Final = re.compile(
    rf"""(?: [^;"'()\\] | \\. | {_QUOTED} | \((?: {_QUOTED} | \\. | [^)"'\\] )*+(?:\)|\Z) )++""",
    re.DOTALL | re.VERBOSE,
)
_BACKGROUND: Final = re.compile(r"\s*background(?:-image)?\s*:", re.IGNORECASE)
_URL: Final = re.compile(
    r"""url\(\s*+(?:
        "( (?: \\. | [^"\\] )*+ )"
      | '( (?: \\. | [^'\\] )*+ )'
      | ( (?: \\[0-9a-f]{1,6}\s? | \\. | [^\\)\s"'] )*+ )
    )\s*+\)""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|\n|(.))", re.DOTALL | re.IGNORECASE)
_LONGEST_STYLE: Final = 100_000  # characters that are looked at


def image(tree: Tree, node: LexborNode) -> str | None:
    """Return the URL of the picture, not yet absolute; None where there is none.

    Of an element that is no image: of its first image, else of the background in its own style.
    """
    if node.tag in IMAGES:
        return _of_image(tree, node)
    if node.tag == "source":
        return _of_source(tree, node)
    fallback = None
    for url in _inside(tree, node):
        if is_picture(url):
            return url
        fallback = fallback or url
    return fallback


def _inside(tree: Tree, node: LexborNode) -> Iterator[str]:
    """Yield what may be the picture of an element that is none itself, the best first."""
    for img in tree.select(_SELECTOR, node):
        tree.budget.step()
        if (url := _of_image(tree, img)) is not None:
            yield url
    attributes = node.attributes
    if (url := background(attributes.get("style") or "")) is not None:
        yield url
    if (url := lazy_source(attributes, BACKGROUNDS)) is not None:
        yield background(f"background:{url}") or url


def _of_image(tree: Tree, node: LexborNode) -> str | None:
    attributes = node.attributes
    without = tree.placeholders
    chosen = largest(srcsets(attributes), without)
    if chosen is None and (parent := node.parent) is not None and parent.tag == "picture":
        chosen = largest(_of_sources(tree, parent), without)
    if chosen is not None:
        return chosen
    src = attributes.get("src")
    if src and is_picture(src) and src not in without:
        return src
    return lazy_source(attributes) or src or None


def _of_sources(tree: Tree, picture: LexborNode) -> Iterator[str]:
    for child in picture.iter():
        tree.budget.step()
        if child.tag == "source":
            yield from srcsets(child.attributes)


def _of_source(tree: Tree, node: LexborNode) -> str | None:
    """Return the picture of a ``source``, which has no other attribute of one."""
    return largest(srcsets(node.attributes), tree.placeholders)


def background(style: str) -> str | None:
    """Return the URL of the background that a ``style`` attribute gives, or None."""
    if "url(" not in style.lower():
        return None
    for declaration in reversed(_DECLARATION.findall(style[:_LONGEST_STYLE])):
        if _BACKGROUND.match(declaration):
            found = _URL.match(declaration, max(0, declaration.lower().find("url(")))
            if found is not None:
                url = next(group for group in found.groups() if group is not None)
                return _ESCAPE.sub(_unescaped, url).strip() or None
    return None


def _unescaped(found: re.Match[str]) -> str:
    """Return the character of an escape (https://drafts.csswg.org/css-syntax/#escaping)."""
    if not found[1]:
        return found[2] or ""
    try:
        return chr(int(found[1], 16)).encode().decode()
    except (OverflowError, ValueError):  # beyond Unicode, or half a character
        return "\ufffd"
