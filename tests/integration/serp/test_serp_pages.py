from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from tests.integration.serp.conftest import SerpProduct
from tests.site.engines import CAPTCHA, ENGINES, UNKNOWN, EngineServer, every_item, items
from workers import processes, sweep
from workers.publish.page_copies import MOST_PAGES
from workers.runtime.wiring import storage

Make = Callable[..., SerpProduct]
LIVE = "SELECT key FROM objects WHERE page_id IS NOT NULL AND state = 'live'"


@pytest.mark.parametrize("engine", ENGINES)
def test_three_pages_of_an_engine_are_one_list_each_result_once(
    engine: str, make_product: Make
) -> None:
    """In rank order over all pages, paged as the engine pages, counted as the file has them."""
    with EngineServer(engine) as server:
        product = make_product(server)
        ended = product.run(engine=engine, pageNum=3)
        records = product.records(ended)
    _, name, offsets = ENGINES[engine]

    assert [(entry["title"], entry["url"]) for entry in records] == every_item(3)
    assert [(entry["page"], entry["position"]) for entry in records] == [
        *((1, n) for n in (1, 2, 3, 4)), *((2, n) for n in (1, 2, 3)), *((3, n) for n in (1, 2, 3)),
    ]  # fmt: skip
    assert [query.get(name, "") for query in server.asked] == list(offsets[:3])
    assert (ended["status"], ended["recordCount"]) == ("finished", len(records))
    assert (ended["requestCount"], ended["responseCount"], ended["cost"]) == (3, 3, 1)


def test_the_form_of_duckduckgo_goes_on_with_what_the_page_before_said(make_product: Make) -> None:
    """Without its ``vqd`` the second page would be a block."""
    with EngineServer("duckduckgo") as server:
        make_product(server).run(engine="duckduckgo", pageNum=2)

    assert server.asked[1]["vqd"] == "4-12"


def test_consent_is_given_before_it_is_asked(make_product: Make) -> None:
    """Google's cookies go with every page."""
    with EngineServer("google") as server:
        make_product(server).run(engine="google", pageNum=2)

    assert all("SOCS=" in headers["cookie"] for headers in server.headers)
    assert len(server.headers) == 2


def test_a_page_that_only_repeats_is_the_last(make_product: Make) -> None:
    """Engines show their last page for ever: it gives no record and leads nowhere."""

    def stuck(query: dict[str, str]) -> str | None:
        if not query.get("first"):
            return None
        row = "".join(
            f'<li class="b_algo"><h2><a href="{u}">{t}</a></h2></li>' for t, u in items(1)
        )
        link = f'<a class="sb_pagN" href="/search?q=moss&first={int(query["first"]) + 10}">Next</a>'
        return f'<ol id="b_results">{row}{link}</ol>'

    with EngineServer("bing", stuck) as server:
        product = make_product(server)
        ended = product.run(engine="bing", pageNum=9)

    assert len(server.asked) == 2
    assert (ended["recordCount"], ended["emptyCount"]) == (4, 1)
    assert len(product.records(ended)) == 4


def test_an_unknown_page_fails_uncharged_and_is_kept_for_whoever_looks(make_product: Make) -> None:
    """The ledger of pages links to what was answered; nothing of it outlives its task."""
    with EngineServer("google", lambda _: UNKNOWN) as server:
        product = make_product(server)
        ended = product.run(engine="google")
    (page,) = product.pages(ended["id"])
    answered = requests.get(page["kept"], timeout=30)
    (account,) = product.rows("SELECT id FROM accounts")[0]
    processes.remove_task(product.database, account_id=account, task_id=ended["taskID"])
    for _ in range(3):
        sweep.remove_deleted(product.database)
        sweep.remove_garbage(product.database, storage())

    assert (ended["status"], ended["error"]["code"], ended["cost"]) == (
        "failed",
        "start_page_failed",
        0,
    )
    assert page["verdict"] == "unrecognized"
    assert UNKNOWN in answered.text
    assert answered.headers["Content-Type"] == "application/octet-stream"
    assert list(storage().keys(ended["id"])) == []


def test_a_page_tried_again_has_one_copy_and_a_process_a_few(make_product: Make) -> None:
    """The last try's copy stays; where a process has kept enough, no more is stored."""
    with EngineServer("google", lambda _: UNKNOWN) as server:
        product = make_product(server)
        ended = product.run(engine="google")
        product.call("POST", f"/process/{ended['id']}/resume", json={})
        product.work(ended["id"])
        live = product.rows(LIVE)
        product.rows(
            "INSERT INTO objects (key, process_id, page_id, state)"
            " SELECT 'x' || n, id, -n, 'live' FROM processes,"
            f" generate_series(2, {MOST_PAGES}) n"
        )
        product.call("POST", f"/process/{ended['id']}/resume", json={})
        product.work(ended["id"])

    assert len(server.asked) == 3
    assert len(live) == 1
    assert live[0] in product.rows(LIVE)
    assert len(product.rows(LIVE)) == MOST_PAGES


def test_what_was_kept_goes_with_the_ledger_of_pages(make_product: Make) -> None:
    """KEEP_PAGES_DAYS is its time too."""
    with EngineServer("google", lambda _: UNKNOWN) as server:
        product = make_product(server)
        product.run(engine="google")
    with product.database.transaction("test") as tx:
        tx.do("expire_pages", seconds=-1)

    assert product.rows("SELECT DISTINCT state FROM objects WHERE page_id IS NOT NULL") == [
        ("garbage",)
    ]


def test_a_block_on_a_later_page_keeps_what_came_before(make_product: Make) -> None:
    """Finished with the records up to it; the block is counted and not charged."""
    with EngineServer("google", lambda query: CAPTCHA if "start" in query else None) as server:
        product = make_product(server)
        ended = product.run(engine="google", pageNum=3)
    verdicts = [page["verdict"] for page in product.pages(ended["id"])]

    assert (ended["status"], ended["recordCount"], ended["blockedCount"]) == ("finished", 4, 1)
    assert verdicts == ["ok", "blocked"]
    assert len(product.records(ended)) == 4


def test_one_call_asks_an_engine_and_answers_with_the_file(
    make_product: Make, in_background: Callable[[SerpProduct], None]
) -> None:
    """As ``/v1/extract`` does."""
    with EngineServer("bing") as server:
        product = make_product(server)
        in_background(product)
        body = {"name": "s", "engine": "bing", "q": "moss", "pageNum": 2, "format": "json"}
        answer = product.call("POST", "/serp", json=body)

    assert answer.status_code == 200
    assert [entry["title"] for entry in answer.json] == [title for title, _ in every_item(2)]
