"""``innerText``: what a reader of the page sees of an element, line by line.

The HTML standard's getter (https://html.spec.whatwg.org/multipage/dom.html#the-innertext-idl-attribute)
for a page without style sheets. White space at the edges of an inline element is dropped, where a
browser would ask what stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from selectolax.lexbor import LexborNode

from workers.extraction.displays import Display, Style, display_of
from workers.extraction.lines import TextLines
from workers.extraction.tree import Tree

_WHITE: Final = re.compile(r"[ \t\n\r\f]*\Z")
_BREAKS: Final = {
    Display.BLOCK: 1,
    Display.CHOICES: 1,
    Display.PICTURE: 1,
    Display.TABLE: 1,
    Display.PARAGRAPH: 2,
}
"""Line breaks that an element requires around it."""

_BETWEEN_CELLS: Final = frozenset({Display.TABLE, Display.ROWS, Display.ROW})
_OF_OPTIONS: Final = frozenset({Display.CHOICE, Display.CHOICES})
_OPTIONS: Final = frozenset({"optgroup", "option"})
_BOXES: Final = frozenset({Display.BOX, Display.CHOICE})
_LEAVES: Final = frozenset({Display.BREAK, Display.PICTURE, Display.REPLACED})


class _Open(NamedTuple):
    """An element that was entered, where to go on behind it, and what held outside of it."""

    display: Display
    shown: bool
    following: LexborNode | None
    outside: Style


def inner_text(tree: Tree, node: LexborNode) -> str:
    """Return the text of ``node`` as it is rendered; of what is not rendered, its content."""
    if not tree.is_styled:
        lines = TextLines()
        lines.add(node.text(), "normal")
        return lines.joined()
    style = _inherited(tree, node)
    if style is None:
        return node.text()
    if display_of(node) in _LEAVES:
        return ""
    return _Walk(tree).text(node, style)


def _inherited(tree: Tree, node: LexborNode) -> Style | None:
    """Return the style that ``node`` gives its children; None if it is not rendered."""
    lineage: list[LexborNode] = []
    one: LexborNode | None = node
    while one is not None and one.is_element_node:
        tree.budget.step()
        if display_of(one) is Display.NONE:
            return None
        lineage.append(one)
        one = one.parent
    style = Style()
    for above in reversed(lineage):
        style = style.within(above)
    return style


class _Walk:
    """Through all that is below an element; with a stack, for pages nest as deep as they like."""

    def __init__(self, tree: Tree) -> None:
        self._budget = tree.budget
        self._lines = TextLines()
        self._open: list[_Open] = []
        self._rows = [0]  # seen so far of each table
        self._cells = [0]  # seen so far of each row

    def text(self, top: LexborNode, style: Style) -> str:
        """Return the text below ``top``, whose children have ``style``."""
        outermost = display_of(top)
        node = top.first_child
        while node is not None or self._open:
            if node is None:
                entered = self._open.pop()
                self._leave(entered)
                node, style = entered.following, entered.outside
                continue
            self._budget.step()
            following = node.next
            parent = self._open[-1].display if self._open else outermost
            if parent in _OF_OPTIONS and node.tag not in _OPTIONS:
                pass
            elif node.is_text_node:
                self._add(node, style, parent)
            elif node.is_element_node and (display := display_of(node)) is not Display.NONE:
                inside = style.within(node)
                self._enter(display, shown=inside.visible)
                if display not in _LEAVES:
                    self._open.append(_Open(display, inside.visible, following, style))
                    style, following = inside, node.first_child
            node = following
        return self._lines.joined()

    def _add(self, node: LexborNode, style: Style, parent: Display) -> None:
        text = node.text_content or ""
        if parent in _BETWEEN_CELLS and _WHITE.match(text):
            return
        if style.visible and not style.drawing:
            self._lines.add(text, style.white_space)

    def _enter(self, display: Display, *, shown: bool) -> None:
        if display is Display.TABLE:
            self._rows.append(0)
        if display in {Display.TABLE, Display.ROW}:
            self._cells.append(0)
        if not shown:
            return
        if display in _BREAKS:
            self._lines.require(_BREAKS[display])
        elif display is Display.BREAK:
            self._lines.feed()
        elif display in _BOXES:
            self._lines.begin_box()
        elif display is Display.REPLACED:
            self._lines.begin_box()
            self._lines.end_box()
        elif display is Display.ROW:
            _next(self._rows, self._lines.feed)
        elif display is Display.CELL:
            _next(self._cells, self._lines.tab)

    def _leave(self, entered: _Open) -> None:
        display = entered.display
        if display is Display.TABLE:
            self._rows.pop()
        if display in {Display.TABLE, Display.ROW}:
            self._cells.pop()
        if entered.shown and display in _BREAKS:
            self._lines.require(_BREAKS[display])
        elif entered.shown and display in _BOXES:
            self._lines.end_box()


def _next(counts: list[int], part: Callable[[], None]) -> None:
    """Part a row or cell from the one before it, if there was one."""
    if counts[-1]:
        part()
    counts[-1] += 1
