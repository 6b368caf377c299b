"""Layouts of tables."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benchmarks.suggest.goods import Good, each


def table(_: Random, items: Sequence[Good]) -> str:
    rows = each(
        lambda i: (
            f"<tr><td><a href='{i.href}'>{i.title}</a></td><td>{i.price}</td><td>{i.date}</td></tr>"
        ),
        items,
    )
    return f"<table class='goods'><tr><th>Name</th><th>Price</th><th>Added</th></tr>{rows}</table>"


def table_headed_by_data(_: Random, items: Sequence[Good]) -> str:
    rows = each(
        lambda i: (
            f"<tr><td>{i.code}</td><td><a href='{i.href}'>{i.title}</a></td><td>{i.date}</td></tr>"
        ),
        items,
    )
    return f"<table><tr><td><b>Code</b></td><td><b>Name</b></td><td><b>Added</b></td></tr>{rows}</table>"


def zebra(_: Random, items: Sequence[Good]) -> str:
    rows = [
        f"<tr class='{'odd' if n % 2 else 'even'}'><td>{i.title}</td><td>{i.author}</td><td>{i.price}</td></tr>"
        for n, i in enumerate(items)
    ]
    return f"<table><thead><tr><th>Name</th><th>By</th><th>Price</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"


def zebra_of_divs(_: Random, items: Sequence[Good]) -> str:
    return "".join(
        f"<div class='row{n % 2}'><b>{i.title}</b> <i>{i.price}</i><p>{i.text}</p></div>"
        for n, i in enumerate(items)
    )


def two_tables(_: Random, items: Sequence[Good]) -> str:
    half = len(items) // 3
    row = "<tr><td>{0.date}</td><td><a href='{0.href}'>{0.title}</a></td><td>{0.code}</td></tr>".format
    parts = [each(row, part) for part in (items[:half], items[half:])]
    return "".join(
        f"<h3>Part</h3><table class='cases'><tbody>{part}</tbody></table>" for part in parts
    )


def layout_tables(_: Random, items: Sequence[Good]) -> str:
    row = "<tr><td valign='top'><font size='2'><a href='{0.href}'>{0.title}</a></font></td><td><font size='2'>{0.date}</font></td></tr>".format
    inner = f"<table border='0' width='100%'>{each(row, items)}</table>"
    return f"<table width='760'><tr><td width='120'>&nbsp;</td><td><table><tr><td>{inner}</td></tr></table></td></tr></table>"


def grouped_rows(_: Random, items: Sequence[Good]) -> str:
    rows = []
    for number, i in enumerate(items):
        if number % 4 == 0:
            rows.append(f"<tr><td colspan='3'><b>Group {number}</b></td></tr>")
        rows.append(
            f"<tr><td>{i.date}</td><td><a href='{i.href}'>{i.title}</a></td><td>{i.author}</td></tr>"
        )
    return f"<table>{''.join(rows)}</table>"


def row_headers(_: Random, items: Sequence[Good]) -> str:
    row = "<tr><th scope='row'><a href='{0.href}'>{0.title}</a></th><td>{0.price}</td><td>{0.author}</td></tr>".format
    return f"<table><thead><tr><th>Name</th><th>Price</th><th>Maker</th></tr></thead><tbody>{each(row, items)}</tbody></table>"


def empty_cells(draw: Random, items: Sequence[Good]) -> str:
    rows = [
        f"<tr><td>{i.code if draw.random() < 0.5 else ''}</td><td>{i.title}</td><td>{i.date if draw.random() < 0.8 else '&nbsp;'}</td></tr>"
        for i in items
    ]
    return f"<table><tr><th>Code</th><th>Name</th><th>Date</th></tr>{''.join(rows)}</table>"


def lines_in_cells(_: Random, items: Sequence[Good]) -> str:
    return (
        "<table>"
        + each(
            lambda i: (
                f"<tr><td>{i.title}<br>{i.code}<br>Filed: {i.date}</td><td>{i.author}</td></tr>"
            ),
            items,
        )
        + "</table>"
    )
