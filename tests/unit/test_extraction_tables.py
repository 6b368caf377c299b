from __future__ import annotations

import json
import math

import pytest

from workers.extraction.budget import Budget
from workers.extraction.source import Source
from workers.extraction.tree import Tree
from workers.extraction.values import reader


def _read(attr: str, html: str, selector: str) -> object:
    tree = Tree(Source(utf8=html.encode(), url="http://h.test/"), Budget(math.inf))
    value = reader(attr)(tree, tree.select(selector)[0])
    return None if value is None else json.loads(value)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><th> Size <th>Price<tr><td>S<td>1 <b>€</b>", [["Size", "Price"], ["S", "1 €"]]),
        (
            "<thead><tr><th>A</thead><tbody><tr><td>1<tbody><tr><td>2<tfoot><tr><td>3",
            [["A"], ["1"], ["2"], ["3"]],
        ),
        ("<tr><td colspan=2>A<td>B<tr><td>1<td>2<td>3", [["A", "A", "B"], ["1", "2", "3"]]),
        (
            "<tr><td rowspan=2>A<td>B<td rowspan=3>C<tr><td>1<tr><td>2<td>3",
            [["A", "B", "C"], ["A", "1", "C"], ["2", "3", "C"]],
        ),
        ("<tr><td rowspan=0>A<td>B<tr><td>1<tr><td>2", [["A", "B"], ["A", "1"], ["A", "2"]]),
        ("<tr><td>A<td><table><tr><td>in<td>ner</table>", [["A", "inner"]]),
        ("<tr><td colspan=x rowspan=-1>A<td>B", [["A", "B"]]),
        ("<caption>none</caption>", []),
    ],
)
def test_a_table_is_its_rows_of_texts(rows: str, expected: object) -> None:
    """Spanned cells stand in all their places; tables in cells are text of these."""
    assert _read("table", f"<table>{rows}</table>", "table") == expected
    assert _read("TABLE", f"<div><p>x</p><table>{rows}</table></div>", "div") == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<dl><dt>Size<dd>S<dt>Colour<dd>red<dd>blue</dl>",
            {"Size": "S", "Colour": ["red", "blue"]},
        ),
        ("<dl><dt>A<dt>B<dd>1<div><dt>C<dd>2</div></dl>", {"A": "1", "B": "1", "C": "2"}),
        ("<dl><dd>lost<dt>alone</dl>", {}),
        (
            "<table><tr><th>Size<td>S<tr><td colspan=2>Head<tr><td>A<td>B<td>C</table>",
            {"Size": "S"},
        ),
    ],
)
def test_pairs_are_values_by_name(html: str, expected: object) -> None:
    """Of a ``dl`` or a table's rows of two cells; one value is a text, several are a list."""
    assert _read("pairs", f"<div>{html}</div>", "div") == expected


def test_an_element_without_a_table_has_none() -> None:
    """No value, as of an attribute that is not there."""
    assert _read("table", "<p>x</p>", "p") is None
    assert _read("pairs", "<p>x</p>", "p") is None


def test_spans_are_bounded() -> None:
    """Cells that span everything make no more than a table's most."""
    html = "<table>" + "<tr><td colspan=1000 rowspan=65534>x" * 500 + "</table>"

    rows = _read("table", html, "table")

    assert isinstance(rows, list)
    assert 0 < sum(map(len, rows)) <= 100_000
