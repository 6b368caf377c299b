from __future__ import annotations

import math

import pytest

from workers.extraction.budget import Budget
from workers.extraction.frames import DEEPEST
from workers.extraction.marks import MARK, unmarked
from workers.extraction.source import Source
from workers.extraction.tree import Tree


def tree_of(html: str, *, pierce: bool = True) -> Tree:
    """Return the page parsed, with what its frames hold or without."""
    source = Source(utf8=html.encode(), url="http://x.test/", is_marked=MARK in html)
    return Tree(source, Budget(math.inf), pierce=pierce)


def escaped(html: str) -> str:
    """Return a frame with ``html`` in it, as the browser writes one."""
    return f"<iframe>{html.replace('&', '&amp;').replace('<', '&lt;')}</iframe>"


@pytest.mark.parametrize("html", ["<b>x</b>", "a &amp; b", "<table><tr><td>1</table>", "", "a < b"])
def test_a_frames_text_becomes_elements(html: str) -> None:
    """As the parser would have made them of it in a page of its own."""
    alone = tree_of(html, pierce=False).body
    frame = tree_of(escaped(html)).select("iframe")[0]

    assert alone is not None
    assert frame.text() == alone.text()
    assert [node.tag for node in frame.css("*")][1:] == [node.tag for node in alone.css("*")][1:]


def test_frames_in_frames_are_joined_to_a_depth() -> None:
    """What lies deeper stays text, and costs nothing."""
    html = "<b>deepest</b>"
    for _ in range(DEEPEST + 1):
        html = escaped(html)

    assert len(tree_of(html).select("iframe")) == DEEPEST + 1
    assert tree_of(html).select("b") == []


def test_without_pierce_the_text_of_a_frame_is_text() -> None:
    """HTML says so."""
    assert tree_of(escaped("<b>x</b>"), pierce=False).select("b") == []


def test_marks_are_seen_by_nobody() -> None:
    """Neither selectors nor values hold them, in frames and out of them."""
    html = f'<p {MARK}="a-1" class="x">t</p>' + escaped(f'<b {MARK}="b-1">t</b>')
    tree = tree_of(html)

    assert sorted(tree.marks.values()) == ["a-1", "b-1"]
    assert tree.select(f"[{MARK}]") == []
    assert tree.select("p")[0].html == '<p class="x">t</p>'
    assert MARK not in unmarked(html)
