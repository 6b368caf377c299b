"""How elements are displayed where no style sheet says anything else.

The style sheet of the HTML standard (https://html.spec.whatwg.org/multipage/rendering.html), and
the properties ``display``, ``visibility`` and ``white-space`` of an element's own ``style``.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final, NamedTuple

from selectolax.lexbor import LexborNode

Attributes = dict[str, str | None]


class Display(Enum):
    """How an element stands among others; ``PARAGRAPH`` is a block with a blank line around it."""

    INLINE = auto()
    BLOCK = auto()
    PARAGRAPH = auto()
    BOX = auto()  # inline-block: a line within the line
    CHOICE = auto()  # such a box, of options alone
    CHOICES = auto()  # a block of options alone
    TABLE = auto()
    ROWS = auto()  # a group of rows
    ROW = auto()
    CELL = auto()
    BREAK = auto()
    REPLACED = auto()  # something in the line whose content is no text
    PICTURE = auto()  # the same as a block
    NONE = auto()


def _displays() -> dict[str, Display]:
    words = {
        Display.BLOCK: """
            address article aside blockquote body caption center dd details dialog dir div dl dt
            fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li
            listing main menu nav ol option plaintext pre search section summary ul xmp""",
        Display.PARAGRAPH: "p",
        Display.BOX: "button",
        Display.CHOICE: "select",
        Display.CHOICES: "optgroup",
        Display.TABLE: "table",
        Display.ROWS: "tbody tfoot thead",
        Display.ROW: "tr",
        Display.CELL: "td th",
        Display.BREAK: "br",
        Display.REPLACED: """
            audio canvas embed iframe img input meter object progress textarea video""",
        Display.NONE: """
            annotation annotation-xml area base basefont col colgroup datalist head link meta
            noembed noframes noscript param rp script source style template title track
            clippath defs desc lineargradient marker mask metadata pattern radialgradient symbol""",
    }
    return {tag: display for display, tags in words.items() for tag in tags.split()}


_DISPLAYS: Final = _displays()

_OWN: Final = {
    "none": Display.NONE,
    "inline": Display.INLINE,
    "contents": Display.INLINE,
    "inline-block": Display.BOX,
    "inline-flex": Display.BOX,
    "inline-grid": Display.BOX,
    "block": Display.BLOCK,
    "flex": Display.BLOCK,
    "flow-root": Display.BLOCK,
    "grid": Display.BLOCK,
    "list-item": Display.BLOCK,
    "table-caption": Display.BLOCK,
    "table": Display.TABLE,
    "table-row-group": Display.ROWS,
    "table-header-group": Display.ROWS,
    "table-footer-group": Display.ROWS,
    "table-row": Display.ROW,
    "table-cell": Display.CELL,
}
"""Values of the property ``display``."""

_USUAL_WHITE_SPACES: Final = {
    "listing": "pre",
    "plaintext": "pre",
    "pre": "pre",
    "select": "normal",
    "xmp": "pre",
}
_WHITE_SPACES: Final = {
    "normal": "normal",
    "nowrap": "normal",
    "pre": "pre",
    "pre-wrap": "pre",
    "break-spaces": "pre",
    "pre-line": "pre-line",
}
_SHOWN_BY: Final = {"audio": "controls", "dialog": "open"}
"""Elements that are not displayed without an attribute."""

_FIXED: Final = frozenset(
    {Display.BREAK, Display.CHOICE, Display.CHOICES, Display.PARAGRAPH, Display.REPLACED}
)
"""Displays of elements that stay what they are, unless they are hidden."""

_DRAWN: Final = frozenset({"text", "foreignobject"})
_PROPERTY: Final = re.compile(
    r"(?:^|;)\s*(display|visibility|white-space)\s*:\s*([a-z-]+)", re.IGNORECASE
)
_LONGEST_STYLE: Final = 10_000  # characters that are looked at


def display_of(node: LexborNode) -> Display:
    """Return how the element is displayed."""
    tag = (node.tag or "").lower()
    usual = _DISPLAYS.get(tag, Display.INLINE)
    attributes = node.attributes
    if usual is Display.NONE or _is_hidden(tag, attributes):
        return Display.NONE
    own = _OWN.get(_own_style(attributes).get("display", "")) if "style" in attributes else None
    if own is None or (usual in _FIXED and own is not Display.NONE):
        return Display.PICTURE if usual is Display.REPLACED and own is Display.BLOCK else usual
    return own


def _is_hidden(tag: str, attributes: Attributes) -> bool:
    if "hidden" in attributes or "popover" in attributes:
        return True
    if tag in _SHOWN_BY:
        return _SHOWN_BY[tag] not in attributes
    return tag == "input" and (attributes.get("type") or "").lower() == "hidden"


def _own_style(attributes: Attributes) -> dict[str, str]:
    """Return the properties of a ``style`` that matter here."""
    style = (attributes.get("style") or "")[:_LONGEST_STYLE]
    return {name.lower(): value.lower() for name, value in _PROPERTY.findall(style)}


class Style(NamedTuple):
    """What an element hands down to what is in it.

    ``white_space``: ``normal``, ``pre`` or ``pre-line``. ``drawing``: within ``svg``, where only
    some elements show their text.
    """

    white_space: str = "normal"
    visible: bool = True
    drawing: bool = False

    def within(self, node: LexborNode) -> Style:
        """Return the style inside of ``node``, which stands where this one holds."""
        tag = (node.tag or "").lower()
        attributes = node.attributes
        own = _own_style(attributes) if "style" in attributes else {}
        white_space = _USUAL_WHITE_SPACES.get(tag, self.white_space)
        visibility = own.get("visibility", "inherit")
        return Style(
            _WHITE_SPACES.get(own.get("white-space", ""), white_space),
            self.visible if visibility == "inherit" else visibility == "visible",
            tag == "svg" or (self.drawing and tag not in _DRAWN),
        )
