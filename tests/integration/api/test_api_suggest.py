"""Suggestions over the real API and real jobs, which a thread does as soon as they are sent."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.openapi import document
from app.operations import OPERATIONS
from tests.builders.suggested import URL, listing
from tests.site.server import SiteServer

pytestmark = pytest.mark.usefixtures("jobs_done_at_once")

CARD = "<div class='card'><h3><a href='/i/{number}'>{word}</a></h3><b>{price}</b></div>"
CLICK = {"click": {"clickSelector": "["}}
NEXT = "<a rel='next' href='?page=3'>Next</a>"
PDF = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"


def shop(site: SiteServer, pages: int = 3, items: int = 6) -> str:
    """Return the address of the shop's first page."""
    return f"{site.url}/shop/{pages}x{items}/page/1"


def test_an_address_gives_a_payload_with_its_records(ann: Any, site: SiteServer) -> None:
    """One page is fetched and charged; the best candidate lists what the shop lists."""
    answer = ann.post("/v1/suggest", json={"url": shop(site)})
    told = answer.json
    process = ann.get(f"/v1/process/{answer.headers['Process-Id']}/info").json

    assert answer.status_code == 200, answer.text
    assert (told["kind"], told["verdict"], told["fetcher"]) == ("list", "ok", "base")
    assert told["candidates"][0]["recordCount"] == 6
    assert told["candidates"][0]["payload"]["paginator"]["pageNum"] == 50
    assert told["cost"] == 0.05
    assert process["requestCount"] == 1


def test_each_payload_is_accepted_by_create(ann: Any, site: SiteServer) -> None:
    """As it stands, with what the call said of how to fetch."""
    body = {"url": shop(site), "format": "csv", "name": "wares", "headers": {"X-A": "b"}}
    told = ann.post("/v1/suggest", json=body).json
    for candidate in told["candidates"]:
        payload = candidate["payload"]

        assert ann.post("/v1/task/create", json=payload).status_code == 200
        assert (payload["format"], payload["name"]) == ("csv", "wares")
        assert payload["request"] == {"url": shop(site), "headers": {"X-A": "b"}}


def test_the_answer_is_as_the_document_describes_it(ann: Any) -> None:
    """For a list, and for nothing."""
    described = document(OPERATIONS)
    schema = {
        "$ref": "#/components/schemas/Suggestions",
        "components": described["components"],
    }
    for html in (listing(CARD, around=f"{{}}{NEXT}"), "<p>Nothing to see."):
        told = ann.post("/v1/suggest", json={"html": html, "url": URL}).json

        assert list(Draft202012Validator(schema).iter_errors(told)) == []


def test_a_page_that_is_sent_costs_nothing(ann: Any) -> None:
    """Its URL is what its links are relative to."""
    told = ann.post("/v1/suggest", json={"html": listing(CARD), "url": URL, "records": 2}).json
    best = told["candidates"][0]

    assert (told["cost"], told["fetcher"], told["url"]) == (0, "given", URL)
    assert (best["recordCount"], len(best["records"])) == (12, 2)
    assert best["records"][0]["Title_href"] == "https://shop.example/i/0"


def test_a_page_may_come_without_its_address(ann: Any) -> None:
    """Then only its relative links can't be told."""
    assert ann.post("/v1/suggest", json={"html": listing(CARD)}).json["kind"] == "list"


def test_without_a_list_the_answer_says_why(ann: Any) -> None:
    """A success without candidates."""
    told = ann.post("/v1/suggest", json={"html": "<p>Some words.", "url": URL}).json

    assert (told["kind"], told["reason"], told["candidates"]) == ("nothing", "no_list", [])


def test_a_file_is_no_page_to_suggest_from(ann: Any) -> None:
    """A success that says so."""
    told = ann.post("/v1/suggest", json={"html": PDF, "url": URL})

    assert told.status_code == 200, told.text
    assert (told.json["kind"], told.json["reason"]) == ("nothing", "not_html")


def test_the_page_of_a_record_gives_the_fields_of_its_details(ann: Any, site: SiteServer) -> None:
    """Two pages are fetched and charged, and the payload goes on to the second kind."""
    told = ann.post("/v1/suggest", json={"url": shop(site), "details": True}).json
    payload = told["candidates"][0]["payload"]
    nested = [field["details"] for field in payload["fields"] if "details" in field]

    assert told["cost"] == 0.1
    assert len(nested) == 1
    assert ann.post("/v1/task/create", json=payload).status_code == 200


def test_a_second_page_is_compared(ann: Any, site: SiteServer) -> None:
    """What holds on both is as sure as before."""
    one = ann.post("/v1/suggest", json={"url": shop(site)}).json
    two = ann.post("/v1/suggest", json={"url": shop(site), "pages": 2}).json

    assert two["cost"] == 0.1
    assert two["candidates"][0]["confidence"] == one["candidates"][0]["confidence"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": "ftp://a.example/"}, "/url"),
        ({"url": URL, "records": 5_001}, "/records"),
        ({"url": URL, "want": [1]}, "/want/0"),
        ({"url": URL, "pages": 3}, "/pages"),
        ({"url": URL, "snapshotId": "x"}, "/snapshotId"),
        ({"html": "<p>", "details": True}, "/details"),
        ({"html": "<p>", "taskId": "x"}, "/taskId"),
        ({"url": URL, "proxy": "country-zz"}, "/proxy"),
        ({"url": URL, "actions": [CLICK]}, "/actions/0/click/clickSelector"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_place(ann: Any, body: Any, pointer: str) -> None:
    """A problem document with a JSON pointer, and nothing is fetched."""
    answer = ann.post("/v1/suggest", json=body)

    assert answer.status_code == 400
    assert pointer in [fault["pointer"] for fault in answer.json["errors"]]


def test_a_task_is_asked_for_by_its_id(ann: Any, bob: Any, site: SiteServer) -> None:
    """Its start page, fetched as the task does; another account's is not there."""
    payload = {
        "name": "t", "format": "json", "request": {"url": shop(site)},
        "fields": [{"name": "T", "selector": "h1"}],
    }  # fmt: skip
    task = ann.post("/v1/task/create", json=payload).json["id"]

    assert ann.post("/v1/suggest", json={"taskId": task}).json["kind"] == "list"
    assert bob.post("/v1/suggest", json={"taskId": task}).status_code == 404
