"""A real manual, crawled both ways, against a plain script with parsel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from parsel import Selector

from tests.acceptance.client import ApiClient
from tests.missing import needed
from tests.site.server import SiteServer

FIELDS = [
    {"name": "Title", "selector": "h1.title, h2.title, h3.title", "type": 1},
    {"name": "Text", "selector": "p, pre", "type": 1, "filters": [{"name": "trim"}]},
    {"name": "Toc", "selector": ".toc a", "type": 2, "attrs": ["href"]},
]
CHAIN = 400  # pages
NEXT = ".navheader a[accesskey=n]"


@pytest.fixture(scope="module")
def manual() -> Iterator[tuple[Path, str]]:
    """Debian's postgresql-doc, served on loopback."""
    with needed("Debian's package postgresql-doc", ValueError):
        folder = max(Path("/usr/share/doc").glob("postgresql-doc-*/html"))
    with SiteServer(root=folder) as site:
        yield folder, f"{site.url}/files"


class PlainScript:
    """The same by a plain script: one page after another, parsel for the selectors."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder, self.base = folder, base

    def page(self, name: str) -> Selector:
        return Selector((self.folder / name).read_text(encoding="utf-8"), type="html")

    def record(self, name: str) -> dict[str, Any]:
        page, here = self.page(name), f"{self.base}/{name}"
        found = {
            "Title_text": [text(t) for t in page.css("h1.title, h2.title, h3.title")],
            "Text_text": [text(p).strip() for p in page.css("p, pre")],
            "Toc_href": [urljoin(here, a.attrib["href"]) for a in page.css(".toc a")],
        }
        return {key: one(values) for key, values in found.items() if values}

    def chain(self, name: str, pages: int) -> list[dict[str, Any]]:
        records = []
        for _ in range(pages):
            record = self.record(name)
            if record:
                records.append(record)
            following = self.page(name).css(NEXT).attrib.get("href")
            if not following:
                break
            name = following
        return records


def text(element: Selector) -> str:
    return "".join(element.xpath(".//text()").getall())


def one(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def test_a_manual_by_next_links_equals_a_plain_script_record_by_record(
    api: ApiClient, manual: tuple[Path, str]
) -> None:
    """Hundreds of pages in one chain: every record, in order."""
    folder, url = manual
    payload = {
        "name": "manual",
        "format": "jsonl",
        "request": {"url": f"{url}/index.html"},
        "commonParent": "body",
        "fields": FIELDS,
        "paginator": {"nextPageSelector": NEXT, "pageNum": CHAIN},
    }
    process = api.wait(api.run(payload)["id"], seconds=100)
    body = api.file(process["results"])
    truth = PlainScript(folder, url).chain("index.html", CHAIN)

    assert process["status"] == "finished"
    assert [json.loads(line) for line in body.splitlines()] == truth
    assert process["recordCount"] == len(truth) > 300


def test_a_manual_by_index_and_details_equals_a_plain_script_record_by_record(
    api: ApiClient, manual: tuple[Path, str]
) -> None:
    """Thousands of links of its index lead to hundreds of pages: each once, at its first place."""
    folder, url = manual
    payload = {
        "name": "manual",
        "format": "json",
        "path": True,
        "request": {"url": f"{url}/bookindex.html"},
        "commonParent": ".indexdiv dt",
        "fields": [
            {
                "name": "Entry",
                "selector": "a",
                "type": 2,
                "details": {"name": "page", "commonParent": "body", "fields": FIELDS},
            }
        ],
    }
    process = api.wait(api.run(payload)["id"], seconds=100)
    plain = PlainScript(folder, url)
    links = plain.page("bookindex.html").css(".indexdiv dt a")
    names = dict.fromkeys(urldefrag(link.attrib["href"]).url or "bookindex.html" for link in links)
    truth = [plain.record(name) for name in names]

    assert json.loads(api.file(process["results"])) == truth
    assert process["responseCount"] == len(names) + 1
    assert process["recordCount"] == len(truth) > 300
