"""The report of a page's reading: what it counts, and that it changes nothing of what is read."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
import pytest
from selectolax.lexbor import LexborNode

from schemas.payload import load_plan
from workers.extraction.cage import timed_extract
from workers.extraction.decode import decode
from workers.extraction.page import PageContent
from workers.extraction.report import FieldReport, PageReport, as_json, merged, restored
from workers.extraction.reported import ReportedContent, report_tree
from workers.extraction.source import Source, encode
from workers.extraction.tree import Tree

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(folder.name for folder in PAGES.iterdir() if folder.is_dir())
URL = "http://grain.test/list/2"

MILLS = """
<h1>Mills</h1><b class=price>of the month</b>
<article><h2><a href=/m/1>Nova</a></h2><i>7 t</i><i>8 t</i><b class=price> 12.50 </b></article>
<article><h2><a href=/m/2>Olba</a></h2><i>9 t</i><b class=price>free</b></article>
<article><h2>Pirna</h2><b class=price></b></article>
<a rel=next href=3>on</a>
"""


def reported(html: str, **members: Any) -> ReportedContent:
    """Read ``html`` with a payload of ``members``, and report."""
    payload = {"name": "mills", "request": {"url": URL}, "format": "json", **members}
    plan = load_plan(payload)
    source = Source(utf8=encode(html), url=URL)
    content = timed_extract(source, plan.collections[0], plan, seconds=5, read=report_tree)
    assert isinstance(content, ReportedContent)
    return content


def field_of(html: str, selector: str, **members: Any) -> FieldReport:
    """Return what is reported of one field in the blocks ``article``."""
    field = {"name": "F", "selector": selector, **members}
    return reported(html, commonParent="article", fields=[field]).report.fields[0]


@pytest.mark.parametrize("case", CASES)
def test_a_report_changes_nothing_of_what_a_page_gives(case: str) -> None:
    """Preview's records are a run's: the same reading, counted."""
    plan = load_plan(json.loads((PAGES / case / "payload.json").read_bytes()))
    html = decode((PAGES / case / "page.html").read_bytes(), None)
    source = Source(utf8=encode(html), url=plan.collections[0].request.url)
    top = plan.collections[0]

    plain = timed_extract(source, top, plan, seconds=5)
    counted = timed_extract(source, top, plan, seconds=5, read=report_tree)

    assert {f.name: getattr(counted, f.name) for f in fields(PageContent)} == {
        f.name: getattr(plain, f.name) for f in fields(PageContent)
    }
    assert counted.report.records == len(plain.records)  # type: ignore[attr-defined]


def test_matches_are_counted_in_the_page_in_blocks_and_by_block() -> None:
    """A match outside of all blocks counts as a match of the page alone."""
    price = field_of(MILLS, ".price")
    tons = field_of(MILLS, "i")

    assert (price.matches, price.in_blocks, price.blocks_without) == (4, 3, 0)
    assert (tons.matches, tons.in_blocks, tons.blocks_without) == (3, 3, 1)
    assert field_of(MILLS, "h1").in_blocks == 0


def test_nested_blocks_count_a_match_once() -> None:
    """A match in two blocks, one in the other, is one match in blocks."""
    found = field_of("<article><i>a</i><article><i>b</i></article></article>", "i")

    assert (found.matches, found.in_blocks, found.blocks_without) == (2, 2, 0)


def test_an_expression_is_counted_by_block() -> None:
    """XPath is asked of each block; the block itself matches once in each."""
    found = field_of(MILLS, "xpath:.//h2/a/@href")
    itself = field_of(MILLS, ".")

    assert (found.matches, found.in_blocks, found.blocks_without) == (2, 2, 1)
    assert (itself.matches, itself.in_blocks, itself.blocks_without) == (3, 3, 0)


def test_values_are_counted_by_key_and_block() -> None:
    """Filled is a value that is no empty text; several is more than one; distinct tells labels."""
    (price,) = field_of(MILLS, ".price", filters=[{"name": "trim"}]).keys
    (tons,) = field_of(MILLS, "i").keys

    assert (price.filled, price.several, price.distinct) == (2, 0, 3)
    assert price.samples == ("12.50", "free")
    assert (tons.filled, tons.several, tons.distinct) == (2, 1, 2)


def test_filters_tell_what_came_what_changed_and_what_they_left_nothing_of() -> None:
    """Each filter in its place in the payload, those that change nothing too."""
    steps = [{"name": "normal"}, {"name": "trim"}, {"name": "regex", "param": "[0-9.]+"}]
    (key,) = field_of(MILLS, ".price", filters=steps).keys
    (number,) = field_of(MILLS, ".price", filters=[{"name": "number"}]).keys
    (joined,) = field_of(MILLS, "i", filters=[{"name": "concatenate"}]).keys

    assert [(f.name, f.came, f.changed, f.emptied) for f in key.filters] == [
        ("normal", 3, 0, 0),
        ("trim", 3, 1, 0),
        ("regex", 3, 1, 1),
    ]
    assert [(f.came, f.changed, f.emptied) for f in number.filters] == [(3, 3, 1)]
    assert [(f.came, f.changed, f.emptied) for f in joined.filters] == [(3, 2, 0)]


def test_the_block_is_said_or_found_or_the_page() -> None:
    """Who reads the report has to know whose word it was."""
    fields_ = [{"name": "T", "selector": "h2"}]

    assert reported(MILLS, fields=fields_, commonParent="article").report.blocks_by == (
        "commonParent"
    )
    assert reported(MILLS, fields=fields_).report.blocks_by == "fields"
    assert reported(MILLS, fields=[{"name": "T", "selector": "."}]).report.blocks_by == "page"


def test_next_links_are_counted_and_one_to_the_page_itself_is_told() -> None:
    """It is no candidate, so that only the report can tell."""
    fields_ = [{"name": "T", "selector": "h2"}]

    on = reported(MILLS, fields=fields_, paginator={"nextPageSelector": "[rel=next]"}).report
    loop = reported(
        MILLS + f"<a rel=next href={URL}>again</a>",
        fields=fields_,
        paginator={"nextPageSelector": "[rel=next]:last-child"},
    ).report

    assert (on.next_matches, on.next_candidates, on.loops) == (1, 1, False)
    assert (loop.next_matches, loop.next_candidates, loop.loops) == (1, 0, True)


def test_reports_of_several_pages_add_up_and_go_through_json() -> None:
    """A run asks some pages for a report, and keeps one."""
    one = reported(MILLS, commonParent="article", fields=[{"name": "P", "selector": ".price"}])
    both = merged([one.report, restored(orjson.loads(orjson.dumps(as_json(one.report))))])

    assert (both.pages, both.blocks, both.records) == (2, 6, 6)
    assert both.fields[0].in_blocks == 6
    assert both.fields[0].keys[0].filled == 2 * one.report.fields[0].keys[0].filled
    assert both.fields[0].keys[0].samples == one.report.fields[0].keys[0].samples
    assert isinstance(both, PageReport)


def test_a_report_asks_no_selector_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts in the reading's own steps, which is cheap beside the parsing and matching."""
    html = MILLS.replace("</article>", "<p>flour</p></article>") * 40
    payload = {
        "name": "mills",
        "request": {"url": URL},
        "format": "json",
        "commonParent": "article",
        "fields": [
            {"name": name, "selector": selector, "filters": [{"name": "trim"}]}
            for name, selector in (("T", "h2"), ("P", ".price"), ("L", "a"), ("F", "p"))
        ],
    }
    plan = load_plan(payload)
    source = Source(utf8=encode(html), url=URL)
    top = plan.collections[0]
    asked: list[str] = []
    select = Tree.select

    def noted(tree: Tree, selector: str, block: LexborNode | None = None) -> list[LexborNode]:
        asked.append(selector)
        return select(tree, selector, block)

    monkeypatch.setattr(Tree, "select", noted)
    timed_extract(source, top, plan, seconds=60, read=report_tree)

    assert sorted(asked) == [".price", "a", "article", "h2", "p"]
