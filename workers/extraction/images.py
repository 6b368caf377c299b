"""``image``: the picture that a visitor of the page sees of an element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborNode

from workers.extraction.lazy import (
    BACKGROUNDS,
    Attributes,
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
_BACKGROUND: Final = re.compile(r"\s*background(-image)?\s*:\s*", re.IGNORECASE)
_IMAGELESS: Final = re.compile(
    r"none|inherit|initial|unset|revert|[a-z-]*(?:gradient|image-set|cross-fade|element|paint|var)\(",
    re.IGNORECASE,
)
"""How a value of ``background-image`` begins that names no URL; browsers skip any other."""

_IMPORTANT: Final = re.compile(r"!\s*important\s*\Z", re.IGNORECASE)
_FUNCTION: Final = re.compile(r"\s*[a-z-]+\(", re.IGNORECASE)
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
    if (url := _lazy_background(attributes)) is not None:
        yield url


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
    """Return the URL of the background that a ``style`` attribute gives, or None.

    The last declaration counts, an important one before others: ``none`` takes a picture away.
    """
    if "url(" not in style.lower():
        return None
    shown: str | None = None
    is_important = False
    for declaration in _DECLARATION.findall(style[:_LONGEST_STYLE]):
        name = _BACKGROUND.match(declaration)
        value = declaration[name.end() :] if name else ""
        if name is None or not _is_valid(value, alone=name[1] is not None):
            continue
        weighs = _IMPORTANT.search(value) is not None
        if weighs or not is_important:
            shown, is_important = _url(value), weighs
    return shown


def _is_valid(value: str, *, alone: bool) -> bool:
    """Whether a browser heeds the value; ``alone``: of ``background-image``, where no colour is."""
    if "url(" in value.lower():
        return _url_of(value) is not None
    return bool(_IMAGELESS.match(value) if alone else value.strip())


def _url_of(value: str) -> re.Match[str] | None:
    return _URL.match(value, value.lower().find("url("))


def _url(value: str) -> str | None:
    """Return the URL in a value, if there is one."""
    found = _url_of(value) if "url(" in value.lower() else None
    if found is None:
        return None
    url = next(group for group in found.groups() if group is not None)
    return _ESCAPE.sub(_unescaped, url).strip() or None


def _lazy_background(attributes: Attributes) -> str | None:
    """Return what a script makes the background: a URL, or a value of CSS that names one."""
    for name in BACKGROUNDS:
        value = attributes.get(name) or ""
        if _FUNCTION.match(value):
            found = background(f"background:{value}")
        else:
            found = lazy_source(attributes, (name,))
        if found is not None:
            return found
    return None


def _unescaped(found: re.Match[str]) -> str:
    """Return the character of an escape (https://drafts.csswg.org/css-syntax/#escaping)."""
    if not found[1]:
        return found[2] or ""
    try:
        return chr(int(found[1], 16)).encode().decode()
    except (OverflowError, ValueError):  # beyond Unicode, or half a character
        return "\ufffd"
