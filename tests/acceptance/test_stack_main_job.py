from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import requests

from tests.acceptance.client import ApiClient, RunningStack
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(3, 4)
PAGES = 3 + 12
FILE_NAME = re.compile(r"([0-9A-Za-z]{8})_(\d{4}-\d\d-\d\d_\d\d:\d\d)\.([a-z]+)")
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ attempt=1 status=200 verdict=ok records=(\d) ms=\d+"
    r" fetcher=base (http\S+)"
)
Records = list[dict[str, object]]


def of_json(file: bytes) -> Records:
    return list(json.loads(file))


def of_lines(file: bytes) -> Records:
    return [json.loads(line) for line in file.splitlines()]


def of_xml(file: bytes) -> Records:
    """Read an element's texts back as values: one alone a string, several a list."""

    def record(element: ET.Element) -> dict[str, object]:
        found: dict[str, list[Any]] = {}
        for child in element:
            inner = [record(one) for one in child]
            values = found.setdefault(child.tag, [])
            values.extend(inner or [child.text])
        return {
            name: values if name.endswith("_details") or len(values) > 1 else values[0]
            for name, values in found.items()
        }

    return [record(element) for element in ET.fromstring(file)]  # noqa: S314 - our own file


def flat(records: Records) -> list[list[str]]:
    """What a table holds of records: details beside them, several values joined."""
    rows = []
    for one in records:
        details: Any = one["Title_details"]
        mark = details[0].get("Tag_text", "")
        inner = [
            details[0]["Sku_text"],
            details[0]["About_text"],
            mark if isinstance(mark, str) else ";".join(mark),
        ]
        rows.append([one["Title_href"], one["Title_text"], *inner, one["Price_text"]])
    return [[str(cell) for cell in row] for row in rows]


def rows_of_csv(file: bytes) -> list[list[str]]:
    header, *rows = csv.reader(io.StringIO(file.decode()))

    assert header == [
        "Title_href", "Title_text", "Title_details.Sku_text", "Title_details.About_text",
        "Title_details.Tag_text", "Price_text",
    ]  # fmt: skip
    return rows


def rows_of_xlsx(file: bytes) -> list[list[str]]:
    """Join the sheets by the number of the parent record."""
    book = openpyxl.load_workbook(io.BytesIO(file))
    (header, *top), (inner_header, *inner) = (
        [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
    )
    parents = {row[inner_header.index("parent")]: row for row in inner}
    columns = [inner_header.index(name) for name in ("Sku_text", "About_text", "Tag_text")]

    assert header == ["Title_href", "Title_text", "Title_details", "Price_text"]
    return [
        [str(row[0]), str(row[1]), *(str(parents[row[2]][at] or "") for at in columns), str(row[3])]
        for row in top
    ]


READERS: dict[str, tuple[str, Callable[[bytes], Any], Callable[[Records], Any]]] = {
    "json": ("json", of_json, list),
    "JSON Lines": ("jsonl", of_lines, list),
    "xml": ("xml", of_xml, list),
    "CSV": ("csv", rows_of_csv, flat),
    "MS Excel": ("xlsx", rows_of_xlsx, flat),
}


@pytest.mark.parametrize("name", READERS)
def test_a_listing_with_details_arrives_whole_and_in_order(
    api: ApiClient, site: SiteServer, name: str
) -> None:
    """Every format holds every record of every page, in document order."""
    extension, read, shape = READERS[name]
    process = api.run(truth.payload(SHOP, site.url, output=name))
    ended = api.wait(process["id"])
    named = FILE_NAME.fullmatch(ended["results"])
    file = api.file(ended["results"])

    assert ended["status"] == ended["state"] == "finished"
    assert read(file) == shape(list(truth.records(SHOP, site.url)))
    assert (ended["requestCount"], ended["responseCount"], ended["recordCount"]) == (
        PAGES,
        PAGES,
        12,
    )
    assert (ended["failedCount"], ended["emptyCount"], ended["blockedCount"]) == (0, 0, 0)
    assert (ended["cost"], ended["missingCredits"], ended["error"]) == (1, 0, None)
    assert named is not None
    assert (named[1], named[3]) == (process["id"][:8], extension)
    assert len([path for path in site.paths() if path != "/robots.txt"]) == PAGES


def test_the_log_has_a_line_a_page_and_says_why_the_process_ended(
    api: ApiClient, site: SiteServer
) -> None:
    """``logFile`` is a link to one readable line a page: time, attempt, status, verdict, URL."""
    ended = api.wait(api.run(truth.payload(SHOP, site.url))["id"])
    log = requests.get(ended["logFile"], timeout=10).text
    pages = [found for line in log.splitlines() if (found := LINE.fullmatch(line))]
    asked = [path for path in site.paths() if path != "/robots.txt"]

    assert sorted(found[2] for found in pages) == sorted(site.url + path for path in asked)
    assert sum(int(found[1]) for found in pages) == 24
    assert log.splitlines()[0].startswith(f"# process {ended['id']} of task {ended['taskID']}")
    assert log.splitlines()[-1].startswith("# finished: 15 requests, 15 responses, 12 records")


def test_counters_only_grow_and_never_claim_more_than_was_asked(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Responses never pass requests, neither goes down, and both end at what the site saw."""
    site.pause = 0.02
    process = api.run(truth.payload(truth.Shop(5, 10), site.url))
    seen = [process]
    while seen[-1]["status"] == "running":
        time.sleep(0.05)
        asked = sum(path.startswith("/shop/") for path in site.paths())
        seen.append(api.get(f"/process/{process['id']}/info"))
        assert seen[-1]["requestCount"] >= asked
    counts = [(one["requestCount"], one["responseCount"], one["recordCount"]) for one in seen]
    ledger = stack.rows("SELECT -sum(amount) FROM ledger WHERE process_id = %s", process["id"])

    assert all(requests_ >= responses for requests_, responses, _ in counts)
    assert all(a <= b for old, new in pairwise(counts) for a, b in zip(old, new, strict=True))
    assert seen[-1]["state"] == "finished"
    assert counts[-1] == (55, 55, 50)
    assert ledger == [(55 * 50,)]
    assert seen[-1]["cost"] == 3


def test_a_small_process_does_not_wait_for_a_huge_one(api: ApiClient, site: SiteServer) -> None:
    """Slices are short: while thousands of pages are open, a run of three ends within seconds."""
    site.pause = 0.05
    huge = api.run(truth.payload(truth.Shop(500, 20), site.url))["id"]
    api.wait(huge, lambda now: now["responseCount"] > 20)
    with SiteServer() as other:
        small = api.run(truth.payload(truth.Shop(1, 2), other.url))["id"]
        ended = api.wait(small, seconds=30)
    still = api.post(f"/process/{huge}/cancel")

    assert ended["status"] == "finished"
    assert int(ended["finishedAt"]) - int(ended["createdAt"]) <= 25
    assert 0 < still["responseCount"] < 10_000


def test_a_link_is_good_for_its_time_and_for_its_file_alone(
    api: ApiClient, site: SiteServer
) -> None:
    """The link is presigned: unsigned or tampered with, it opens nothing."""
    ended = api.wait(api.run(truth.payload(truth.Shop(1, 1), site.url))["id"])
    told = api.post("/getlink", json=ended, headers={"Accept": "application/json"})
    link = told["link"]

    assert requests.get(link, timeout=10).ok
    assert not requests.get(link.partition("?")[0], timeout=10).ok
    assert not requests.get(link[:-4] + "0000", timeout=10).ok
    assert abs(int(told["expiresAt"]) - time.time() - 3600) < 60


def test_a_start_page_that_fails_fails_the_process_with_its_reason(
    api: ApiClient, site: SiteServer
) -> None:
    """No start page: ``failed``, a code and the status in the message, no cost, a log."""
    payload = truth.payload(truth.Shop(1, 1), f"{site.url}/nowhere")
    ended = api.wait(api.run(payload)["id"])

    assert (ended["status"], ended["cost"], ended["results"]) == ("failed", 0, "")
    assert ended["error"]["code"] == "start_page_failed"
    assert "404" in ended["error"]["message"]
    assert "failed" in requests.get(ended["logFile"], timeout=10).text.splitlines()[-1]
    assert (ended["requestCount"], ended["responseCount"], ended["failedCount"]) == (1, 0, 1)
