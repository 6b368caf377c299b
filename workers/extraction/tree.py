"""A parsed page: selectors matched once over the whole of it, ancestors looked up with memory.

Nodes are told apart by their address in the C library (``mem_id``), which stays as long as the
parser lives. Equality of nodes compares their markup there, so it is never used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from workers.errors import ExtractError
from workers.extraction.budget import Budget
from workers.extraction.frames import join_frames
from workers.extraction.lazy import placeholders
from workers.extraction.marks import take_marks
from workers.extraction.source import Source
from workers.extraction.urls import absolute

HIDDEN = "script, style"
"""Elements whose content is no text of a page (a template's is no child of it to begin with)."""


class Tree:
    """One page, parsed by lexbor as a browser with scripting off would.

    ``pierce``: what its frames hold is a part of it. ``marks`` are those of a browser, by node.
    ``bases``: what URLs in a node are relative to, where that is not the page's ``base``.
    """

    def __init__(self, source: Source, budget: Budget, *, pierce: bool = False) -> None:
        try:
            self._parser = LexborHTMLParser(source.utf8)
        except SelectolaxError as error:
            raise ExtractError("The page can't be parsed as HTML.") from error
        self.url = source.url
        self.budget = budget
        self.charset = source.charset
        self.visit = source.visit
        self.bases: Mapping[int, str] = {}
        if pierce:
            join_frames(self._parser, budget)
        self.marks = take_marks(self._parser) if source.is_marked else {}

    @cached_property
    def root(self) -> LexborNode:
        """The ``html`` element; the parser makes one for every page, an empty one too."""
        root = self._parser.root
        if root is None:
            raise ExtractError("The page can't be parsed as HTML.")
        return root

    @property
    def body(self) -> LexborNode | None:
        """The ``body`` or ``frameset`` element."""
        return self._parser.body

    def select(self, selector: str, block: LexborNode | None = None) -> list[LexborNode]:
        """Return the matches of ``selector`` over the whole page, in document order, each once.

        ``block``: only those inside it. What the selector says of ancestors is asked beyond it too.
        """
        self.budget.look()
        try:
            matches = (block or self._parser).css(selector)
        except SelectolaxError as error:
            raise ExtractError(f"The selector {selector!r} can't be run.") from error
        if block is not None:
            matches = [match for match in matches if match.mem_id != block.mem_id]
        if "," not in selector:
            return matches
        # The engine reports a node once for every branch of the list that it matches.
        return list({match.mem_id: match for match in matches}.values())

    def first(self, selector: str) -> LexborNode | None:
        """Return the first match of ``selector`` over the whole page; it ends there."""
        self.budget.look()
        try:
            return self._parser.css_first(selector)
        except SelectolaxError as error:
            raise ExtractError(f"The selector {selector!r} can't be run.") from error

    def size(self) -> int:
        """Return the number of elements."""
        return len(self._parser.css("*"))

    def reaches(self, levels: int) -> bool:
        """Whether any element has as many as ``levels`` ancestors."""
        return self._parser.css_first(" > ".join("*" * (levels + 1))) is not None

    @cached_property
    def base(self) -> str:
        """What relative URLs are relative to: ``<base href>``, or else the page's own URL.

        https://html.spec.whatwg.org/multipage/urls-and-fetching.html#document-base-url
        """
        bases = self._parser.css("base[href]")
        first = next((base for base in bases if not _is_foreign(base)), None) if bases else None
        href = first.attrs.get("href", "") if first is not None else None
        joined = absolute(self.url, href, self.charset) if href else None
        if joined is None or joined.startswith(("data:", "javascript:")):
            return self.url
        return joined

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The URLs that stand for different pictures in several images, till scripts load them."""
        return placeholders(node.attributes for node in self._parser.css("img"))

    @property
    def language(self) -> str:
        """The code that the ``html`` element names, as it stands; ``""`` for none."""
        return (self.root.attributes.get("lang") or "").strip()

    def outer_html(self, node: LexborNode) -> str | None:
        """Return ``node`` and all below it as HTML, serialised as the standard says."""
        return node.html

    @property
    def is_styled(self) -> bool:
        """Whether elements are shown by what they are called."""
        return True

    @cached_property
    def tainted(self) -> frozenset[int]:
        """The ids of all elements with a script or style somewhere below them."""
        found: set[int] = set()
        for node in self._parser.css(HIDDEN):
            parent = node.parent
            while parent is not None and parent.mem_id not in found:
                found.add(parent.mem_id)
                parent = parent.parent
        return frozenset(found)


def _is_foreign(node: LexborNode) -> bool:
    """Whether ``node`` is an element of SVG or MathML, whatever its name.

    https://html.spec.whatwg.org/multipage/parsing.html#html-integration-point
    """
    above = node.parent
    while above is not None and (tag := (above.tag or "").lower()) not in _BACK_TO_HTML:
        if tag in {"math", "svg"}:
            return True
        above = above.parent
    return False


_BACK_TO_HTML = frozenset({"annotation-xml", "desc", "foreignobject", "html"})
