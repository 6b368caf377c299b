"""Joins what a page's frames hold into its tree, where their elements stand.

HTML has no way to write it there: parsers read an ``iframe``'s content as text. So a browser writes
a frame's markup as that text, its ``&`` and ``<`` escaped, and here it becomes elements.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.extraction.budget import Budget

DEEPEST = 5  # frames inside each other


def join_frames(parser: LexborHTMLParser, budget: Budget) -> None:
    """Put elements in the place of the text in each ``iframe``, and so in those that this makes."""
    waiting = [(frame, DEEPEST) for frame in parser.css("iframe")]
    while waiting:
        budget.look()
        frame, deep = waiting.pop()
        _join(frame)
        if deep > 1:
            waiting += [(inner, deep - 1) for inner in frame.css("iframe") if not _is(inner, frame)]


def _is(one: LexborNode, other: LexborNode) -> bool:
    return one.mem_id == other.mem_id


def _join(frame: LexborNode) -> None:
    children = list(frame.iter(include_text=True))
    markup = "".join(child.text_content or "" for child in children)
    for child in children:
        child.decompose()
    inside = LexborHTMLParser(markup.replace("&lt;", "<").replace("&amp;", "&")).body
    for node in inside.iter(include_text=True) if inside is not None else ():
        frame.insert_child(node)
