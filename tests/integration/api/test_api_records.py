from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from app import create_app
from schemas.slice import Outcome
from tests.builders import shops
from tests.builders.shop_runs import ShopRun
from workers.db import Database

SHARED = {1: [["/a", "/b"], ["/b"], []], 2: [["/c", "/a"], ["/lost", "/d"]]}
SHOP = shops.detailed(SHARED, ["/a", "/b", "/c", "/d"])


@pytest.fixture
def start(ann: Any, database: Database, settings: Any) -> Callable[..., Any]:
    """Return what starts a process of a shop: its pages, its API, and how to go on."""

    class ApiRun(ShopRun):
        def __post_init__(self) -> None:
            super().__post_init__()
            self.client = create_app(settings).test_client()
            self.url = f"/v1/process/{self.id}/records"

        def get(self, query: str = "", url: str = "") -> Any:
            return self.client.get(
                url or f"{self.url}?{query}", headers={"X-Api-Key": self.api_key}
            )

        def follow(self, query: str) -> list[Any]:
            """Return the answers from the first to the last that a link leads to."""
            answers = [self.get(query)]
            while link := answers[-1].headers.get("Link"):
                answers.append(self.get(url=link.partition(">")[0].removeprefix("<")))
            return answers

    def begin(shop: Any = SHOP, credits: int = 1_000_000, **more: Any) -> Any:  # noqa: A002 - the word of the trade
        assert ann
        payload = {**shop[0], **more}
        return ApiRun(database, credits=credits, payload=payload, site=shop[1])

    return begin


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.celery.send", lambda *_: True)


def detail(answer: Any) -> str:
    """Return what the first fault of a refused call is."""
    assert answer.status_code == 400, answer.json
    return str(answer.json["errors"][0]["detail"])


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_the_answers_one_behind_the_other_are_the_file(start: Any, kind: str) -> None:
    """In the format of either; the header of a CSV stands in the first answer alone."""
    run = start(format=kind)
    file = run.finish()
    answers = run.follow(f"limit=2&format={kind}")

    assert b"".join(answer.data for answer in answers) == file
    assert len(answers) == 3
    assert [answer.headers["Record-Count"] for answer in answers] == ["5"] * 3
    assert [answer.headers["Poll-After"] for answer in answers] == ["0"] * 3
    if kind == "csv":
        headers = [answer.mimetype_params["header"] for answer in answers]
        assert headers == ["present", "absent", "absent"]


def test_the_first_answer_is_an_array_of_a_hundred_records(start: Any) -> None:
    """JSON, unless another format is asked for; POST reads as GET does."""
    run = start(shops.plain(30, 5))
    file = run.finish()
    answer = run.get()
    posted = run.client.post(run.url, headers={"X-Api-Key": run.api_key})

    assert answer.mimetype == "application/json"
    assert answer.json == [orjson.loads(line) for line in file.splitlines()[:100]]
    assert posted.data == answer.data
    assert run.get("format=NDJSON").data == b"".join(file.splitlines(keepends=True)[:100])


def test_a_follower_is_led_on_until_the_end_and_behind_it(start: Any) -> None:
    """While it runs there is a link, also behind nothing; after the end the last cursor goes on."""
    run = start()
    empty = run.get("order=arrival")
    run.step()
    link = empty.headers["Link"].partition(">")[0].removeprefix("<")
    first = run.get(url=link)
    looked = run.get("limit=1000")
    run.finish()
    last = run.get(url=first.headers["Link"].partition(">")[0].removeprefix("<"))
    nothing = run.get(f"order=arrival&cursor={last.headers['Next-Cursor']}")

    assert (empty.json, empty.headers["Poll-After"]) == ([], "2")
    assert (len(first.json), len(last.json)) == (3, 2)
    assert first.headers["Record-Count"] == "3"
    assert "Link" not in looked.headers
    assert "Link" not in last.headers
    assert (nothing.json, nothing.headers["Poll-After"]) == ([], "0")


def test_fields_are_keys_in_the_order_that_is_asked_for(start: Any) -> None:
    """Of JSON and CSV alike; the link asks for the same ones."""
    run = start()
    run.finish()
    answers = run.follow("fields=D_text,T_text&fields=D_text&limit=4")
    table = run.get("fields=D_details,T_text&format=csv").text

    assert [list(record) for record in answers[1].json] == [["D_text", "T_text"]]
    assert table.splitlines()[0] == "D_details.P_text,T_text"


def test_flat_records_have_the_columns_of_the_csv(start: Any) -> None:
    """By its names, with the texts of its cells; with fields, those alone."""
    run = start()
    run.finish()
    flat = run.get("flatten=true").json
    table = list(csv.DictReader(io.StringIO(run.get("format=csv").text, newline="")))

    assert flat == table
    assert "D_details.P_text" in flat[0]
    assert list(run.get("flatten=1&fields=D_details").json[0]) == ["D_details.P_text"]


def test_flat_numbers_stay_numbers(start: Any) -> None:
    """And nothing is marked for a spreadsheet, which reads no JSON."""
    payload = shops.payload([{"name": "T", "selector": "a.t", "type": 1}])
    run = start((payload, {f"{shops.HOST}/1": shops.page(shops.block(1))}))
    run.finish()
    run.sql(
        'UPDATE pages SET records = \'{"T_text":"=1"}\' WHERE process_id = %s RETURNING id',
        run.id,
    )

    assert run.get("flatten=true").json == [{"T_text": "=1"}]
    assert run.get("format=csv").text.splitlines()[1] == "'=1"


@pytest.mark.parametrize(
    ("query", "pointer", "cure"),
    [
        ("limit=1001", "/limit", "1 to 1000"),
        ("order=newest", "/order", "document, arrival"),
        ("settled=true", "/settled", "order=arrival"),
        ("settled=perhaps&order=arrival", "/settled", "true or false"),
        ("flatten=2", "/flatten", "true or false"),
        ("format=xlsx", "/format", "/file"),
        ("format=pdf", "/format", "json, jsonl, csv"),
        ("fields=T_text,T_txt", "/fields", "`T_txt` is no key of these records. Did you mean `T_t"),
        ("fields=!", "/fields", "`!` is no key of these records. They have"),
        ("cursor=zz", "/cursor", "Link header"),
    ],
)
def test_what_can_not_be_used_is_named_with_its_cure(
    start: Any, query: str, pointer: str, cure: str
) -> None:
    """A 400 each; several faults come at once."""
    answer = start().get(query)

    assert cure in detail(answer)
    assert answer.json["errors"][0]["pointer"] == pointer


def test_a_cursor_holds_for_its_process_and_order(start: Any) -> None:
    """Of another process, another order or another list: 400."""
    run = start()
    run.finish()
    seen = {
        order: run.get(f"limit=1&{order}").headers["Next-Cursor"]
        for order in ("order=document", "order=arrival", "order=arrival&settled=true")
    }
    pages = run.client.get(
        f"/v1/process/{run.id}/pages?limit=1", headers={"X-Api-Key": run.api_key}
    )
    foreign = pages.headers["Link"].partition("cursor=")[2].partition(">")[0]
    other = start(credits=2).get(f"cursor={seen['order=document']}")

    assert other.status_code == 400
    for order in seen:
        for own, cursor in [*seen.items(), ("", foreign)]:
            status = run.get(f"{order}&cursor={cursor}").status_code
            assert status == (200 if own == order else 400), (order, own)


def test_search_results_have_the_columns_of_their_engine(start: Any) -> None:
    """Which keys there are follows from the engine, not from a payload's fields."""
    payload = {"name": "s", "engine": "google", "q": "moss", "format": "csv"}
    run = start((payload, {}))
    found = {"position": 1, "title": "Moss", "url": "http://moss.test/", "snippet": "Green."}
    run.fetch(
        lambda page: Outcome(
            page_id=page.id,
            chain=page.chain,
            verdict="ok",
            records=orjson.dumps(found).decode(),
            record_count=1,
            counted_records=1,
            identities=("0" * 32,),
        )
    )
    file = run.publish()

    assert run.get("order=arrival").json == [found]
    assert run.get("fields=title,position").json == [{"title": "Moss", "position": 1}]
    assert run.get("format=csv").data == file
    assert run.get("flatten=true").json[0]["position"] == 1
    assert "title" in detail(run.get("fields=titel"))


def test_a_document_is_no_record(start: Any) -> None:
    """A process that makes its page into a document says so, and what to do."""
    run = start()
    run.sql(
        "UPDATE processes SET plan = NULL, payload = %s WHERE id = %s RETURNING id",
        '{"capture": "content", "url": "http://shop.test/1"}',
        run.id,
    )
    answer = run.get()

    assert answer.status_code == 409
    assert "getlink" in answer.json["detail"]


def test_records_go_with_their_pages(start: Any, database: Database) -> None:
    """After KEEP_PAGES_DAYS the answer is a 409 that names the file there is."""
    run = start()
    run.finish()
    name = run.row().results_name
    run.sql("UPDATE processes SET finished_at = now() - interval '1 hour' RETURNING id")
    with database.transaction("test") as tx:
        tx.do("expire_pages", seconds=60.0)
    answer = run.get()

    assert answer.status_code == 409
    assert name in answer.json["detail"]


def test_a_process_of_an_older_release_has_the_documents_order_alone(start: Any) -> None:
    """Nobody noted in which order its records came."""
    run = start()
    run.sql("UPDATE processes SET arrivals = NULL WHERE id = %s RETURNING id", run.id)
    file = run.finish()

    assert run.get("format=jsonl").data == file
    assert run.get("order=arrival").status_code == 409


def test_another_account_has_no_such_process(start: Any, bob: Any) -> None:
    """404, as for an id that never was."""
    run = start()
    answer = bob.get(run.url)

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
