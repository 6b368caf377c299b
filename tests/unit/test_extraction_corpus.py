from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from schemas.payload import load_plan
from workers.extraction.cage import timed_extract
from workers.extraction.check import check
from workers.extraction.decode import decode
from workers.extraction.page import PageContent, extract_page
from workers.extraction.source import Source, encode
from workers.extraction.urls import page_key

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(folder.name for folder in PAGES.iterdir() if folder.is_dir())


def _readable(content: PageContent) -> dict[str, object]:
    """Give the content as a case's expected.json spells it: details by URL instead of key."""
    urls = {page_key(link.url): link.url for link in content.links}
    records = [
        {
            key: [urls[item] for item in value] if key.endswith("_details") else value  # type: ignore[attr-defined]
            for key, value in record.items()
        }
        for record in content.records
    ]
    links = [[at.record, at.field, at.match, at.collection, at.url] for at in content.links]
    return {"records": records, "links": links, "next": list(content.next_urls)}


@pytest.mark.parametrize("case", CASES)
def test_a_saved_page_gives_what_its_folder_expects(case: str) -> None:
    """Each folder of tests/pages is a page, a payload, and the records, links and next pages."""
    payload = json.loads((PAGES / case / "payload.json").read_bytes())
    expected = json.loads((PAGES / case / "expected.json").read_bytes())
    plan = load_plan(payload)
    top = plan.collections[0]
    html = decode((PAGES / case / "page.html").read_bytes(), None)

    content = timed_extract(Source(utf8=encode(html), url=top.request.url), top, plan, seconds=5)

    assert _readable(content) == expected
    # The order of the keys is the order of the payload: JSON objects compare without it.
    assert list(map(list, _readable(content)["records"])) == list(map(list, expected["records"]))  # type: ignore[call-overload]
    assert content == extract_page(html, top.request.url, top, plan)
    assert orjson.loads(orjson.dumps(content.records)) == list(content.records)
    assert check(plan, payload) == []


def test_there_are_cases_for_the_corpus() -> None:
    """An empty folder must not pass for a tested one."""
    assert len(CASES) >= 40
