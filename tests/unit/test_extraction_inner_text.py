"""Attr ``innerText``: what a reader of the page sees, line by line."""

from __future__ import annotations

import pytest

from schemas.plan import Collection, Field, Plan, Request
from workers.errors import ExtractTimeout
from workers.extraction.budget import Budget
from workers.extraction.compile import compiled
from workers.extraction.page import extract, extract_page
from workers.extraction.source import Source


def _plan(selector: str) -> Plan:
    fields = (Field(name="T", selector=selector, attrs=("innerText",)),)
    top = Collection(index=0, name="c", request=Request(), fields=fields, common_parent="html")
    return Plan(name="p", format="json", collections=(top,))


def inner_text(html: str, selector: str = "#t") -> object:
    """Return the ``innerText`` of the element that ``selector`` matches."""
    plan = _plan(selector)
    (record,) = extract_page(
        f"<!doctype html>{html}", "http://h/", plan.collections[0], plan
    ).records
    return record["T_innerText"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("mill", "mill"),
        ("\n  rye \t flour\n", "rye flour"),
        ("a<b> b </b> c", "a b c"),
        ("a <b> b</b>c", "a bc"),
        ("a\u00a0 \u00a0b", "a\u00a0 \u00a0b"),
        ("a<br>b", "a\nb"),
        ("a <br> b<br><br>c<br>", "a\nb\n\nc\n"),
        ("a<div>b</div>c", "a\nb\nc"),
        ("a<div></div><div></div>b", "a\nb"),
        ("<div><div>a</div></div>", "a"),
        ("a<p>b</p>c", "a\n\nb\n\nc"),
        ("<p>a</p> <div></div> <p>b</p>", "a\n\nb"),
        ("<p>a</p><div>b</div><p>c</p>", "a\n\nb\n\nc"),
        ("<h1>a</h1>b<h2>c</h2>", "a\nb\nc"),
        ("a<hr><hr>b", "a\nb"),
        ("<ul> <li>a <ul><li>b</li></ul> <li>c</ul>", "a\nb\nc"),
        ("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\nb\nc\nd"),
        ("<blockquote>a</blockquote><figure>b<figcaption>c</figcaption></figure>", "a\nb\nc"),
        ("a<span>b<div>c</div>d</span>e", "ab\nc\nde"),
        ("<em>a</em><code>b</code><a>c</a>", "abc"),
        ("a<!-- b -->c<wbr>d", "acd"),
    ],
)
def test_lines_break_at_blocks_and_white_space_collapses(html: str, text: str) -> None:
    """Two breaks around a paragraph, one around other blocks, none at the ends."""
    assert inner_text(f"<div id=t>{html}</div>") == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<tr><td>a<td>b<tr><td>c<td>d", "a\tb\nc\td"),
        ("<tr><td> a </td> <td></td> <td> b </td></tr> ", "a\t\tb"),
        ("<thead><tr><th>a<th>b</thead> <tbody><tr><td>1<td>2</tbody>", "a\tb\n1\t2"),
        ("<caption>c</caption><tr><td>a<tr><td>b", "c\na\nb"),
        ("<colgroup><col></colgroup><tr><td>a", "a"),
        ("<tr><td>a<br>b<td>c", "a\nb\tc"),
        ("<tr><td>1<table><tr><td>i<td>j<tr><td>k</table><td>2<tr><td>3",
         "1\ni\tj\nk\n\t2\n3"),
        ("<tr hidden><td>a<tr><td>b<td hidden>c<td>d", "b\td"),
    ],
)  # fmt: skip
def test_cells_are_parted_by_tabs_and_rows_by_line_breaks(html: str, text: str) -> None:
    """Also where a cell is empty, and in tables within tables."""
    assert inner_text(f"<div id=t><table>{html}</table></div>") == text


@pytest.mark.parametrize(
    ("selector", "text"), [("tr", "a\tb"), ("td", "a"), ("tbody", "a\tb"), ("i", "b")]
)
def test_a_part_of_a_table_has_no_mark_of_its_own(selector: str, text: str) -> None:
    """Tabs and breaks stand between the parts that are asked for."""
    assert (
        inner_text("<table><tr><td>a</td><td><i> b </i></table>", f"{selector}:first-child") == text
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<span hidden>x</span>b", "ab"),
        ("a<div style='display:none'>x</div>b", "ab"),
        ("a<div style='color: red; DISPLAY : none !important'>x</div>b", "ab"),
        ("a<i style='visibility:hidden'>x<b style='visibility:visible'>y</b></i>b", "ayb"),
        ("a<script>x</script><style>x</style><template>x</template><noscript>x</noscript>b", "ab"),
        ("a<dialog>x</dialog><dialog open>y</dialog>b", "a\ny\nb"),
        ("a<datalist><option>x</datalist><div popover>x</div>b", "ab"),
        ("a<details><summary>s</summary>d</details>b", "a\ns\nd\nb"),
        ("<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", "ab"),
        ("<svg><title>x</title><text>a</text><g>x</g></svg>", "a"),
        ("<math><mi>a</mi><annotation>x</annotation></math>", "a"),
    ],
)
def test_what_is_not_shown_is_left_out(html: str, text: str) -> None:
    """By attribute, by own style, or by what the element is; a closed ``details`` is shown."""
    assert inner_text(f"<div id=t>{html}</div>") == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a <img> b", "a  b"),
        ("<img> a", " a"),
        ("a <img style='display:block'> b", "a\nb"),
        ("a<textarea>x</textarea><video>x</video><iframe>x</iframe><object>x</object>b", "ab"),
        ("a <button> b </button> c", "a b c"),
        ("a<select><option>b<option>c<hr>x</select>d", "a\nb\nc\nd"),
        ("<select><optgroup label=g><option>b</optgroup></select>", "b"),
    ],
)
def test_boxes_in_a_line_are_what_they_are(html: str, text: str) -> None:
    """Blanks around a picture stay; of a choice the options are shown."""
    assert inner_text(f"<div id=t>{html}</div>") == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<pre>  a\n b  </pre>", "  a\n b  "),
        ("x <pre>a</pre> y", "x\na\ny"),
        ("a <span style='white-space:pre'> b </span> c", "a  b  c"),
        ("<div style='white-space:pre-line'> a  b\n  c</div>", "a b\nc"),
        ("<pre>a <b style='white-space:normal'> b  c </b></pre>", "a  b c"),
        ("<span style='display:block'>a</span>b", "a\nb"),
        ("a<p style='display:inline'>b</p>", "a\n\nb"),
    ],
)
def test_an_element_may_say_how_it_is_shown(html: str, text: str) -> None:
    """``pre`` keeps its white space, and own styles count."""
    assert inner_text(f"<div id=t>{html}</div>") == text


@pytest.mark.parametrize(
    ("html", "selector", "text"),
    [
        ("<div hidden><p id=t> a  <b>b</b></p></div>", "#t", " a  b"),
        ("<script id=t>let a  = 1;</script>", "#t", "let a  = 1;"),
        ("<div id=t style='display:none'>a  b</div>", "#t", "a  b"),
        ("<textarea id=t>a</textarea>", "#t", ""),
        ("<br id=t>", "#t", ""),
        ("<pre>x <b id=t> a </b></pre>", "#t", " a "),
        ("<div id=t></div>", "#t", ""),
        ("<title>t</title><p>a</p>b", "body", "a\n\nb"),
    ],
)
def test_of_what_is_not_shown_itself_it_is_the_content(html: str, selector: str, text: str) -> None:
    """As the standard has it; what surrounds an element is handed down to it."""
    assert inner_text(html, selector) == text


def test_the_attr_is_known_in_any_letter_case() -> None:
    """The key is spelt as the payload has it."""
    fields = (Field(name="T", selector="p", attrs=("INNERTEXT", "text")),)
    top = Collection(index=0, name="c", request=Request(), fields=fields, common_parent="body")
    plan = Plan(name="p", format="json", collections=(top,))

    assert extract_page("<p>a<br>b", "http://h/", top, plan).records == (
        {"T_INNERTEXT": "a\nb", "T_text": "ab"},
    )


def test_a_page_of_any_depth_is_walked() -> None:
    """Without recursion."""
    assert inner_text(f"<div id=t>{'<span>' * 5_000}a<br>b") == "a\nb"


def test_a_walk_ends_with_the_page_s_time() -> None:
    """Nested elements that are all asked for are a square of work."""
    ready = compiled(_plan("div, b"))[0]

    with pytest.raises(ExtractTimeout):
        extract(Source(utf8=b"<div><b>a</b>" * 3_000, url="http://h/"), ready, Budget(0.2))
