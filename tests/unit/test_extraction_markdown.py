from __future__ import annotations

import html as html_library
import math
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from tests.builders.structured import records_of
from workers.errors import ExtractError
from workers.extraction.budget import Budget
from workers.extraction.filters import collapse
from workers.extraction.source import Source
from workers.extraction.tree import Tree
from workers.extraction.values import reader

MARKS = "*_`~[]()!#+-=>|\\<&;.:1 aé/\"'{}$^"


def _markdown(html: str, selector: str = "div") -> str | None:
    tree = Tree(Source(utf8=html.encode(), url="http://h.test/a/"), Budget(math.inf))
    return reader("markdown")(tree, tree.select(selector)[0])


def _shown(markdown: str) -> str:
    """Return the text that a reader of ``markdown`` sees, by another program's reading."""
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(markdown)
    return collapse(LexborHTMLParser(rendered).body.text())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h2>Oak <em>shelf</em></h2><p>one<p>two", "## Oak *shelf*\n\none\n\ntwo"),
        ("<a href='x y.html'>a</a>", "[a](http://h.test/a/x%20y.html)"),
        ("<a href=javascript:x()>a</a> <a>b</a>", "a b"),
        ("<img data-src=/i.png alt=A><img src=data:x>", "![A](http://h.test/i.png)"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ("a<br>b", "a  \nb"),
        ("<pre><code>x\n  `y`</code></pre>", "```\nx\n  `y`\n```"),
        ("<p>seen<p hidden>not<p style='display:none'>nor<script>x</script><svg>s</svg>", "seen"),
        ("<nav>menu</nav><form>form</form>", "menu\n\nform"),
    ],
)
def test_an_element_is_written_as_markdown(html: str, expected: str) -> None:
    """Links are absolute, what no reader sees is left out, and nothing else is."""
    assert _markdown(f"<div>{html}</div>") == expected


def test_a_table_is_a_table() -> None:
    """With its marks escaped and its lines broken within cells."""
    table = "<table><tr><th>A|B<th>C<tr><td>1<br>2<td>3</table>"
    expected = "| A\\|B | C |\n| --- | --- |\n| 1<br>2 | 3 |"

    assert _markdown(table, "table") == expected
    assert _markdown(table, "tr:nth-child(2)") == "| 1<br>2 | 3 |\n| --- | --- |"
    assert _markdown(table, "td") == "1  \n2"


@given(st.text(MARKS, min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_text_reads_as_what_it_is(text: str) -> None:
    """Marks of Markdown in a page's text are escaped: a reader sees them."""
    markdown = _markdown(f"<div><p>x {html_library.escape(text)} y</p></div>")

    assert _shown(markdown or "") == collapse(f"x {text} y")


@given(st.text(MARKS, min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_text_at_the_beginning_of_a_line_makes_no_block(text: str) -> None:
    """Neither a heading, a list, a quotation nor a line."""
    markdown = _markdown(f"<div><p>{html_library.escape(text)}</p></div>")

    assert _shown(markdown or "") == collapse(text)


def test_a_page_is_read_the_same_after_its_markdown() -> None:
    """Addresses are made absolute in a copy."""
    html = "<div class=c><a href=x>a</a><script>s</script></div>"
    fields = (
        {"selector": ".", "attrs": ["markdown", "outerHtml"]},
        {"selector": "a", "attrs": ["href"], "filters": [{"name": "uppercase"}]},
    )

    (record,) = records_of(html, *fields, parent=".c")

    assert record["F0_markdown"] == "[a](http://shop.test/list/x)"
    assert record["F0_outerHtml"] == '<div class="c"><a href="x">a</a><script>s</script></div>'
    assert record["F1_href"] == "http://shop.test/list/X"


@pytest.mark.parametrize("unit", ["<div>", "<blockquote>x", "<ul><li>x", "<table><td>", "<b>x"])
def test_hostile_markup_ends(unit: str) -> None:
    """In the cage, by itself or by the page's CPU time; no worker ends with it."""
    with suppress(ExtractError):
        assert len(records_of(unit * 9_000, {"selector": "body", "attrs": ["markdown"]})) <= 1
