"""Previews over the real API and real jobs, which a thread does as soon as they are sent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import psycopg2
import pytest
import requests

from app import create_app
from tests.site.server import SiteServer
from workers import accounts
from workers.db import Database

CARD = ".card"
TITLE = {"name": "Title", "selector": "h3 a", "type": 2}
PRICE = {"name": "Price", "selector": ".price"}
SKU = {"name": "Sku", "selector": ".sku"}


pytestmark = pytest.mark.usefixtures("jobs_done_at_once")


def shop(site: SiteServer, pages: int = 3, items: int = 4, **members: Any) -> dict[str, Any]:
    """Return a payload for the shop of the site."""
    return {
        "name": "shop",
        "request": {"url": f"{site.url}/shop/{pages}x{items}/page/1"},
        "commonParent": CARD,
        "fields": [{**TITLE, "details": {"fields": [SKU]}}, PRICE],
        "paginator": {"nextPageSelector": ".next", "pageNum": 10},
        "format": "json",
        **members,
    }


def test_a_preview_shows_a_page_its_first_details_and_what_a_run_would_cost(
    ann: Any, site: SiteServer
) -> None:
    """One page and one details page are fetched and charged; the next page is not."""
    answer = ann.post("/v1/task/preview", json=shop(site) | {"records": 2})
    told = answer.json
    process = ann.get(f"/v1/process/{answer.headers['Process-Id']}/info").json

    assert answer.status_code == 200, answer.text
    assert told["page"]["verdict"] == "ok"
    assert [one["name"] for one in told["collections"]] == ["shop", "Title"]
    assert len(told["records"]) == 2
    assert told["records"][0]["Title_details"][0].keys() == {"Sku_text"}
    assert told["records"][1]["Title_details"] == []
    assert told["recordCount"] == 4
    assert told["cost"] == 0.1
    assert told["estimate"]["enough"] is True
    assert (process["requestCount"], process["status"]) == (2, "finished")
    assert ann.get("/v1/tasks").json == []


def test_a_page_that_is_sent_is_not_fetched_and_costs_nothing(
    bob: Any, site: SiteServer, database_url: str
) -> None:
    """It may be longer than any body elsewhere, and is forgotten once it has been looked at."""
    page = "<div class=card><h3><a href=/a>One</a></h3></div>" + "<p>flour</p>" * 150_000
    before = bob.get("/v1/credits").json
    answer = bob.post("/v1/task/preview", json={"payload": shop(site), "html": page})
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM given_pages), (SELECT count(*) FROM looks)")
        left = cursor.fetchone()
    connection.close()

    assert answer.status_code == 200, answer.text
    assert answer.json["page"]["fetcher"] == "given"
    assert answer.json["records"] == [
        {"Title_href": f"{site.url}/a", "Title_text": "One", "Title_details": []}
    ]
    assert answer.json["cost"] == 0
    assert bob.get("/v1/credits").json == before
    assert site.paths() == []
    assert left == (0, 0)
    assert answer.json["collections"][0]["pointer"] == "/payload"


def test_a_preview_shows_what_a_run_gives(ann: Any, site: SiteServer) -> None:
    """The first records, byte for byte, where all details of them were followed."""
    payload = shop(site, pages=1, items=3, format="jsonl")
    told = ann.post("/v1/task/preview", json=payload | {"details": 3}).json
    task = ann.post("/v1/task/create", json=payload).json["id"]
    process = ann.post(f"/v1/task/{task}/run").json["id"]
    ended = wait(ann, process)
    (key,) = (row["results"] for row in [ended])
    link = ann.get(f"/v1/getlink?file={key}").text
    lines = requests.get(link, timeout=10).content.splitlines()

    assert told["records"] == [orjson.loads(line) for line in lines]
    assert told["recordCount"] == 3
    assert ended["cost"] == 1  # four pages, rounded up


def wait(ann: Any, process: str) -> Any:
    """Return the process once it has ended."""
    for _ in range(400):
        told = ann.get(f"/v1/process/{process}/info").json
        if told["status"] != "running":
            return told
        time.sleep(0.05)
    raise AssertionError("it runs for too long")


def test_a_task_is_previewed_as_it_is_stored_at_another_page(
    ann: Any, bob: Any, site: SiteServer
) -> None:
    """Its own task; pointers lead into the task object. Another account's is not found."""
    task = ann.post("/v1/task/create", json=shop(site)).json["id"]
    url = f"{site.url}/shop/3x4/page/3"
    answer = ann.post("/v1/task/preview", json={"taskId": task, "url": url, "details": 0})
    others = bob.post("/v1/task/preview", json={"taskId": task})
    nobodys = ann.post("/v1/task/preview", json={"taskId": "0" * 27})

    assert answer.json["page"]["url"] == url
    assert [one["code"] for one in answer.json["warnings"]] == ["no_next"]
    assert answer.json["warnings"][0]["pointer"] == "/payload/paginator/nextPageSelector"
    assert (others.status_code, nobodys.status_code) == (404, 404)


BAD: list[dict[str, Any]] = [
    {"request": {"url": "ftp://x.test/"}},
    {"fields": []},
    {"fields": [{"name": "A", "selector": "p["}]},
    {"fields": [{"name": "A", "selector": "p", "filters": [{"name": "regex", "param": "(?=x)"}]}]},
    {"format": "pdf"},
    {"commonParent": "xpath://a/@href"},
    {"paginator": {"nextPageSelector": "a", "pageNum": 0}},
    {"strange": 1},
    {"analyse": {"kind": "preview"}, "source": "given"},
]


@pytest.mark.parametrize("members", BAD)
def test_a_payload_that_create_refuses_is_refused_alike(ann: Any, members: dict[str, Any]) -> None:
    """The same places and sentences, bare and in an envelope, and nothing is started."""
    payload = {"name": "p", "request": {"url": "http://x.test/"}, "format": "json",
               "fields": [{"name": "A", "selector": "p"}], **members}  # fmt: skip
    for body in (payload, {"payload": payload}):
        create = ann.post("/v1/task/create", json=body)
        preview = ann.post("/v1/task/preview", json=body)

        assert (create.status_code, preview.status_code) == (400, 400)
        assert preview.json["errors"] == create.json["errors"]
        assert "Process-Id" not in preview.headers


@pytest.mark.parametrize(
    ("wishes", "pointer"),
    [
        ({"records": 101}, "/records"),
        ({"details": 4}, "/details"),
        ({"details": -1}, "/details"),
        ({"url": "ftp://x.test/"}, "/url"),
        ({"html": ""}, "/html"),
        ({"html": 1}, "/html"),
        ({"html": "<p>", "details": 1}, "/details"),
        ({"snapshotId": "1PBhj5EGo2hAvBsytLDL363A6Mq"}, "/snapshotId"),
        ({"variables": {"q": "moss"}}, "/variables"),
        ({"taskId": "1PBhj5EGo2hAvBsytLDL363A6Mq"}, "/taskId"),
        ({"taskId": 1}, "/taskId"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(
    ann: Any, wishes: dict[str, Any], pointer: str
) -> None:
    """What belongs to later features too, with a sentence."""
    payload = {"name": "p", "request": {"url": "http://x.test/"}, "format": "json",
               "fields": [{"name": "A", "selector": "p"}]}  # fmt: skip
    answer = ann.post("/v1/task/preview", json=payload | wishes)

    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert ann.get("/v1/credits").json["spent"] == 0


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "", "{", '{"taskId": null}', "{}"])
def test_a_body_that_is_no_call_is_refused(ann: Any, body: str) -> None:
    """A problem document, and no fault of ours."""
    assert ann.post("/v1/task/preview", data=body).status_code == 400


def test_a_page_as_a_document_has_nothing_to_preview(ann: Any) -> None:
    """Its own call makes it."""
    answer = ann.post("/v1/task/preview", json={"capture": "pdf", "url": "http://x.test/"})

    assert answer.status_code == 400
    assert answer.json["errors"][0]["pointer"] == "/capture"


def test_a_page_longer_than_any_page_is_refused(ann: Any, settings: Any, site: SiteServer) -> None:
    """By its own limit in bytes; by the body's where that ends before."""
    client = create_app(replace(settings, max_response_bytes=10_000)).test_client()
    headers = {"X-Api-Key": ann.key}
    longer = client.post(
        "/v1/task/preview", json=shop(site) | {"html": "x" * 10_001}, headers=headers
    )
    elsewhere = client.post(
        "/v1/task/create", json=shop(site) | {"html": "x" * 1_100_000}, headers=headers
    )

    assert (longer.status_code, longer.json["errors"][0]["pointer"]) == (400, "/html")
    assert elsewhere.status_code == 413


def test_a_page_that_cannot_be_had_is_502_with_its_verdict(ann: Any, site: SiteServer) -> None:
    """And with the process, whose log says more."""
    answer = ann.post("/v1/task/preview", json=shop(site) | {"url": f"{site.url}/status/404"})

    assert answer.status_code == 502
    assert answer.json["detail"].startswith("failed: ")
    assert len(answer.headers["Process-Id"]) == 27


def test_a_page_that_was_sent_and_is_none_is_refused(ann: Any, site: SiteServer) -> None:
    """It was not fetched, so nobody else is to blame."""
    answer = ann.post("/v1/task/preview", json=shop(site) | {"html": "%PDF-1.7\n1 0 obj\n<<>>"})

    assert answer.status_code == 400, answer.text
    assert answer.json["errors"][0]["pointer"] == "/html"


def test_a_page_that_robots_txt_forbids_is_answered_without_records(
    ann: Any, site: SiteServer
) -> None:
    """A 200 that says so, and costs nothing."""
    site.robots = (200, b"User-agent: *\nDisallow: /shop")
    answer = ann.post("/v1/task/preview", json=shop(site))

    assert answer.status_code == 200, answer.text
    assert answer.json["page"]["verdict"] == "robots"
    assert [one["code"] for one in answer.json["warnings"]] == ["robots_disallows"]
    assert (answer.json["records"], answer.json["cost"]) == ([], 0)
    assert answer.json["checks"]["robots"] == "disallowed"
    assert [path for path in site.paths() if path.startswith("/shop")] == []


def test_a_page_that_was_sent_leads_nowhere(ann: Any, site: SiteServer) -> None:
    """No refresh is followed, no browser is asked, and Chrome's payload needs none."""
    page = f'<meta http-equiv=refresh content="0; url={site.url}/shop/1x1/page/1"><p>none</p>'
    request = {"url": f"{site.url}/shop/1x1/page/1", "type": "chrome"}
    answer = ann.post("/v1/task/preview", json=shop(site, request=request) | {"html": page})

    assert answer.status_code == 200, answer.text
    assert answer.json["page"]["verdict"] == "empty"
    assert answer.json["estimate"]["credits"]["atLeast"] == 0.1
    assert site.paths() == []


def test_an_account_without_credits_gets_no_preview_of_a_page_elsewhere(
    make_caller: Callable[..., Any], site: SiteServer
) -> None:
    """402, as any single call; what was brought along is free."""
    poor = make_caller("poor", credits=0)
    fetched = poor.post("/v1/task/preview", json=shop(site))
    given = poor.post("/v1/task/preview", json=shop(site) | {"html": "<p>rye</p>"})

    assert (fetched.status_code, given.status_code) == (402, 200)


def test_a_preview_needs_the_scope_to_run(ann: Any, database: Database, site: SiteServer) -> None:
    """A key that only reads may not spend."""
    reads = accounts.create_key(database, ann.account, ["read"])
    answer = ann.post("/v1/task/preview", json=shop(site), headers={"X-Api-Key": reads.api_key})

    assert answer.status_code == 403
