"""What a preview shows is what a run would give, and what it guesses comes near."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from app.openapi import document
from app.operations import OPERATIONS
from schemas.analyses import load_stored, wrapped
from schemas.analysis import PagePreview
from schemas.payload import load_plan
from schemas.problem import Invalid
from schemas.stored_plan import dump_plan, restore_plan
from tests.builders.previews import URL, answer, look, payload, plan_of, previewed, told
from tests.site import shop, truth
from tests.site.wire import SiteRequest
from workers.analyses import hints
from workers.errors import ExtractTimeout, FetchError
from workers.extraction.decode import decode
from workers.extraction.page import extract_page
from workers.fetchers.base import FetcherOptions, FetchRequest
from workers.fetchers.given import GivenFetcher

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(folder.name for folder in PAGES.iterdir() if folder.is_dir())


@pytest.mark.parametrize("case", CASES)
def test_a_preview_shows_the_records_of_a_run(case: str) -> None:
    """On every saved page; links are followed as far as was asked for, and no next page."""
    sent = json.loads((PAGES / case / "payload.json").read_bytes())
    html = decode((PAGES / case / "page.html").read_bytes(), None)
    plan, url = plan_of(sent), load_plan(sent).collections[0].request.url
    run = extract_page(html, url, load_plan(sent).collections[0], load_plan(sent))

    seen = look(plan, html, url)
    document = answer(
        plan,
        told((1,), seen, url),
        records=[orjson.dumps(record) for record in seen.content.records],
    )

    assert seen.content.records == run.records
    assert seen.content.next_urls == ()
    assert len({link.url for link in seen.content.links}) == min(1, len(run.links))
    assert document["records"] == orjson.loads(orjson.dumps(run.records))[:10]
    assert document["recordCount"] == len(run.records)


@pytest.mark.parametrize(("pages", "items"), [(1, 5), (2, 1), (5, 20), (40, 3), (12, 50)])
def test_the_guess_comes_near_what_a_run_asks_for(pages: int, items: int) -> None:
    """Each page of the shop, and one page for each of its items, within a fifth."""
    listing = _shop(f"/shop/{pages}x{items}/page/1")
    document = previewed(
        listing,
        _shop(f"/shop/{pages}x{items}/item/1"),
        commonParent=".card",
        fields=[
            {"name": "T", "selector": "h3 a", "type": 2,
             "details": {"fields": [{"name": "S", "selector": ".sku"}]}},
        ],
        paginator={"nextPageSelector": ".next", "pageNum": pages},
    )  # fmt: skip
    there = min(pages * (1 + items), 1000)
    guess = document["estimate"]

    assert abs(guess["requests"]["likely"] - there) <= there / 5
    assert abs(guess["credits"]["likely"] - there * 0.05) <= there * 0.05 / 5
    assert guess["requests"]["atLeast"] == 1
    assert guess["requests"]["likely"] <= guess["requests"]["atMost"]


def _shop(path: str) -> str:
    assert truth.parse_shop(path.split("/")[2])
    request = SiteRequest(method="GET", target=path, path=path, query={}, headers={})
    return shop.page(request).body.decode()


@pytest.mark.parametrize(
    ("pager", "pages"),
    [
        ("<a href=2>2</a> <a href=3>3</a> … <a href=31>31</a> <a class=on href=2>next</a>", 31),
        ("<span>Page 1 of 17</span> <a class=on href=2>next</a>", 17),
        ("<ul><li>1<li><a href=2>2</a></ul><div><a class=on href=2>next</a></div>", 2),
        ("<a class=on href=2>next</a>", 90),
        ("<a href=400>400</a> <a class=on href=2>next</a>", 90),
        ("", 1),
    ],
)
def test_a_pager_that_names_fewer_pages_than_the_payload_counts(pager: str, pages: int) -> None:
    """The largest number in it, or how many there are by its words; else `pageNum`."""
    html = f"<li class=sack>Rye</li><li class=sack>Oat</li><nav><div>{pager}</div></nav>"
    document = previewed(
        html,
        commonParent=".sack",
        fields=[{"name": "N", "selector": "."}],
        paginator={"nextPageSelector": ".on", "pageNum": 90},
    )

    assert document["estimate"]["requests"]["likely"] == pages


def test_details_that_were_followed_have_a_collection_of_their_own() -> None:
    """Their figures are added up, and their pointers lead into the payload."""
    listing = "<li><a href=/1>one</a></li><li><a href=/2>two</a></li>"
    fields = [{"name": "L", "selector": "a", "type": 2,
               "details": {"fields": [{"name": "G", "selector": "b"}]}}]  # fmt: skip
    plan = plan_of(payload(commonParent="li", fields=fields), details=2, pointer="/payload")
    start = look(plan, listing)
    below = [
        told((1, link.record, 0, 0, 1), look(plan, "<b>rye</b>", link.url, collection=1,
             first=False), link.url, collection=1)
        for link in start.content.links
    ]  # fmt: skip
    document = answer(plan, told((1,), start), *below)

    top, details = document["collections"]
    assert top["details"] == [
        {"field": "L", "links": 2, "distinct": 2, "sample": "https://mill.test/1"}
    ]
    assert (details["pointer"], details["blocks"]) == ("/payload/fields/0/details", 2)
    assert details["fields"][0]["pointer"] == "/payload/fields/0/details/fields/0"
    assert details["fields"][0]["keys"][0]["samples"] == ["rye"]


def test_a_details_page_that_failed_is_told_of() -> None:
    """It has no collection, but a warning in its place."""
    fields = [{"name": "L", "selector": "a", "type": 2,
               "details": {"fields": [{"name": "G", "selector": "b"}]}}]  # fmt: skip
    plan = plan_of(payload(commonParent="li", fields=fields))
    start = look(plan, "<li><a href=/1>one</a></li>")
    gone = told((1, 0, 0, 0, 1), None, URL, collection=1, verdict="failed", status=404)
    document = answer(plan, told((1,), start), gone)

    assert [one["pointer"] for one in document["warnings"]] == ["/fields/0/details"]
    assert "404" in document["warnings"][0]["detail"]


def test_a_preview_is_stored_as_a_payload_that_no_caller_can_send() -> None:
    """It goes through the store as a plan, and back; a release that can't read it says so."""
    sent = payload(commonParent="li", fields=[{"name": "N", "selector": "."}])
    stored = wrapped(sent, PagePreview(records=3, details=2, pointer="/payload"), "given")
    plan = load_stored(json.loads(json.dumps(stored)))

    assert restore_plan(orjson.loads(dump_plan(plan))) == plan
    assert plan.analysis == PagePreview(records=3, details=2, pointer="/payload")
    assert (plan.source, plan.asks_robots(0, respect=True)) == ("given", False)
    assert load_stored(sent) == load_plan(sent)
    with pytest.raises(Invalid):
        load_plan(stored)
    with pytest.raises(Invalid):
        load_stored(stored | {"analyse": {"kind": "divine"}})


def test_a_page_that_was_brought_along_is_answered_once_for_each_request() -> None:
    """And where it is gone the page fails, rather than the worker."""
    held: list[bytes | None] = [b"<h1>Rye</h1>", None]
    fetcher = GivenFetcher(FetcherOptions(held=lambda: held.pop(0)))
    for key in (1, 2):
        fetcher.start(FetchRequest(key=key, url=URL))
    there, gone = fetcher.poll(0)

    assert there.response is not None
    assert (there.key, there.response.url, there.response.body) == (1, URL, b"<h1>Rye</h1>")
    assert (gone.key, type(gone.error)) == (2, FetchError)
    assert (fetcher.in_flight, fetcher.cookies(), list(fetcher.poll(0))) == (0, (), [])


def hostile() -> list[Any]:
    """Pages that are hard to walk through."""
    return [
        "",
        "<div>" * 5_000 + "<b class=eur>1</b>",
        "<p class='" + " ".join(f"c{n}" for n in range(20_000)) + "'>x</p>",
        "<b class=eur>x</b>" * 5_000,
        "\x00<li \x00class=sack>",
    ]


@pytest.mark.parametrize("html", hostile())
def test_a_hard_page_is_looked_at_in_time(html: str) -> None:
    """Cures are looked for in a bounded part of it."""
    fields = [{"name": "E", "selector": ".eurr .none > b.x"}, {"name": "F", "selector": ".eur"}]
    document = previewed(html, fields=fields, paginator={"nextPageSelector": ".no"})

    assert document["recordCount"] >= 0


def test_cures_take_only_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that was read is told of, with cures or without."""

    def late(*_: object) -> list[tuple[str, int]]:
        raise ExtractTimeout

    monkeypatch.setattr(hints, "nearest_matches", late)
    document = previewed("<p>rye</p>", fields=[{"name": "E", "selector": ".eur"}])

    assert [one["code"] for one in document["warnings"]] == ["no_blocks", "field_empty"]
    assert "hint" not in document["warnings"][1]


def test_a_search_is_previewed_by_its_records_alone() -> None:
    """An engine's page has no fields of the payload's to count; a run takes `pageNum` pages."""
    plan = plan_of({"name": "s", "engine": "bing", "q": "moss", "pageNum": 3, "format": "json"})
    document = answer(plan, told((1,), None, records=7), records=[b'{"page": 1, "title": "x"}'])

    assert (document["collections"], document["recordCount"]) == ([], 7)
    assert document["records"] == [{"page": 1, "title": "x"}]
    assert document["estimate"]["requests"]["likely"] == 3
    assert document["checks"]["robots"] == "unasked"


def test_the_answer_is_of_the_shape_that_the_document_says() -> None:
    """All members of it, where the page was read and where it was not."""
    described = document(OPERATIONS)["components"]
    schema = {"$ref": "#/components/schemas/Preview", "components": described}
    plan = plan_of(payload(fields=[{"name": "E", "selector": ".eur"}]))
    whole = previewed("<b class=eu>1</b>", fields=[{"name": "E", "selector": ".eur"}])
    denied = answer(plan, told((1,), None, verdict="robots", status=None))
    of_account = {"balance": 1.5, "enough": True}

    for one in (whole | {"estimate": whole["estimate"] | of_account}, denied):
        told_ = orjson.loads(orjson.dumps(one | {"cost": 0.05}))
        assert list(Draft202012Validator(schema).iter_errors(told_)) == []
        assert told_.keys() == described["schemas"]["Preview"]["properties"].keys()
