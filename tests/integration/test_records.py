"""The records of a process as they are read while it runs and after: in the two orders."""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import pytest

from schemas.payload import load_plan
from schemas.slice import Batch
from tests.builders import shops
from tests.builders.answered import answering
from tests.builders.recoveries import LIMITS, PRICES
from tests.builders.shop_runs import ShopRun
from workers import frontier
from workers.db import Database
from workers.processes import advance
from workers.publish import parts
from workers.publish.parts import Order, RecordsPart

SHARED = {1: [["/a", "/b"], ["/b"], []], 2: [["/c", "/a"], ["/lost", "/d"]], 3: [["/b", "/e"]]}
ITEMS = ["/a", "/b", "/c", "/d", "/e"]


class FollowedRun(ShopRun):
    """A process whose records are read past the API."""

    def part(self, order: Order, after: tuple[int, ...] = (), limit: int = 100) -> RecordsPart:
        plan = load_plan(self.payload, task_name="p")
        return parts.read_part(
            self.database, self.row(), plan, order=order, after=after, limit=limit
        )


class Follower:
    """Reads on from where it was, and keeps what it got."""

    def __init__(self, run: FollowedRun, order: Order, limit: int = 2) -> None:
        self.run, self.order, self.limit = run, order, limit
        self.place: tuple[int, ...] = ()
        self.got: list[bytes] = []

    def read(self) -> list[bytes]:
        """Read on to the end of what is there; returns what came."""
        fresh: list[bytes] = []
        while True:
            part = self.run.part(self.order, self.place, self.limit)
            self.place = part.place
            fresh += part.records
            if not part.more:
                self.got += fresh
                return fresh


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.celery.send", lambda *_: True)


@pytest.fixture
def start(database: Database) -> Callable[[tuple[dict[str, Any], dict[str, str]]], FollowedRun]:
    """Return what starts a process of a shop."""

    def begin(shop: tuple[dict[str, Any], dict[str, str]]) -> FollowedRun:
        return FollowedRun(database, credits=1_000_000, payload=shop[0], site=shop[1])

    return begin


def lines(records: list[bytes]) -> bytes:
    return b"".join(record + b"\n" for record in records)


def titles(records: list[bytes]) -> list[str]:
    return [orjson.loads(record)["T_text"] for record in records]


SHOPS = {
    "a list": shops.plain(7, 3),
    "details that records share": shops.detailed(SHARED, ITEMS),
    "a path": shops.detailed(SHARED, ITEMS, path=True),
}


@pytest.mark.parametrize("limit", [1, 2, 1000])
@pytest.mark.parametrize("shop", SHOPS.values(), ids=SHOPS)
def test_after_the_end_the_document_is_the_file(start: Any, shop: Any, limit: int) -> None:
    """As JSON Lines byte for byte, however few are read at a time."""
    run = start(shop)
    file = run.finish()
    follower = Follower(run, "document", limit)

    assert file
    assert lines(follower.read()) == file
    assert follower.read() == []


@pytest.mark.parametrize("order", ["arrival", "settled"])
@pytest.mark.parametrize("shop", SHOPS.values(), ids=SHOPS)
def test_whoever_follows_gets_each_record_once(start: Any, shop: Any, order: Order) -> None:
    """Read after each commit: what came in all is what the file holds."""
    run = start(shop)
    follower = Follower(run, order)
    while run.row().open_pages:
        run.step()
        follower.read()
    file = run.publish()
    follower.read()

    if order == "settled" or "details" not in str(run.payload):
        assert sorted(follower.got) == sorted(file.splitlines())
    assert len(follower.got) == len(file.splitlines())


def test_details_are_nested_as_far_as_they_are_known(start: Any) -> None:
    """A record comes with its page; settled, once its details are over, failed ones too."""
    run = start(shops.detailed({1: [["/a"], ["/lost"]]}, ITEMS))
    early, late = Follower(run, "arrival"), Follower(run, "settled")
    run.step()
    first = [orjson.loads(record)["D_details"] for record in early.read()]
    held = late.read()
    run.step()
    one = [orjson.loads(record)["D_details"] for record in late.read()]
    run.step()
    other = [orjson.loads(record)["D_details"] for record in late.read()]

    assert (first, held) == ([[], []], [])
    assert (one, other) == ([[{"P_text": "/a"}]], [[]])
    assert early.read() == []


def test_a_record_is_settled_once_the_last_page_of_its_details_is_over(start: Any) -> None:
    """The chain of next links below it belongs to it."""
    payload, site = shops.detailed({1: [["/a"]]}, ITEMS)
    site[f"{shops.HOST}/a"] = shops.item("/a", following="/a2")
    site[f"{shops.HOST}/a2"] = shops.item("/a2")
    run = start((payload, site))
    follower = Follower(run, "settled")
    run.step()
    run.step()
    before = follower.read()
    run.step()

    assert before == []
    assert [orjson.loads(record)["D_details"] for record in follower.read()] == [
        [{"P_text": "/a"}, {"P_text": "/a2"}]
    ]


def test_the_last_cursor_goes_on_after_a_retry(start: Any) -> None:
    """A page that brought nothing comes in its turn; what was settled before comes no more."""
    payload, site = shops.detailed({1: [["/a"], ["/lost"]], 2: [["/b"]]}, ITEMS)
    second = site.pop(f"{shops.HOST}/2")
    run = start((payload, site))
    early, late = Follower(run, "arrival"), Follower(run, "settled")
    run.finish()
    early.read(), late.read()
    run.site = {**site, f"{shops.HOST}/2": second, f"{shops.HOST}/lost": shops.item("late")}
    run.retry()
    file = run.finish()

    assert titles(early.read()) == titles(late.read()) == ["t2-0"]
    assert titles(early.got) == titles(late.got) == titles(file.splitlines())
    assert lines(Follower(run, "document").read()) == file


def test_the_end_settles_what_its_details_were_waited_for(start: Any) -> None:
    """A canceled process gives its records as its file has them, and not again when it goes on."""
    run = start(shops.detailed({1: [["/a"], ["/b"]]}, ITEMS))
    follower = Follower(run, "settled")
    run.step(), run.step()
    before = follower.read()
    run.sql(
        "UPDATE processes SET state = 'canceled', publish_due = true WHERE id = %s RETURNING id",
        run.id,
    )
    file = run.publish()
    rest = follower.read()
    run.resume()
    run.finish()

    assert len(before) == len(rest) == 1
    assert lines(before + rest) == file
    assert follower.read() == []


def test_numbers_are_seen_in_their_order_while_commits_race(start: Any, database: Database) -> None:
    """Many slices commit at once, and whoever follows misses none: each locks the process."""
    count = 60
    links = {1: [[f"/{k}/x"] for k in range(count)]}
    run = start(shops.detailed(links, [f"/{k}/x" for k in range(count)], path=True))
    run.step()
    follower, over = Follower(run, "arrival", 7), threading.Event()

    def crawl(number: int) -> None:
        chance = Random(number)  # noqa: S311 - a choice, no secret
        answer = answering(run.payload, run.site)
        slice_ = frontier.open_slice(database, run.id, queue="base", worker=f"h|{number}|2")
        while (
            slice_
            and (
                claim := frontier.claim(database, slice_, chance.randint(1, 3), LIMITS, idle=True)
            ).pages
        ):
            frontier.admit(database, slice_, [page.id for page in claim.pages])
            batch = Batch(outcomes=tuple(map(answer, claim.pages)))
            frontier.commit(database, slice_, batch, LIMITS)
        if slice_:
            frontier.close_slice(database, slice_)

    def follow() -> None:
        while not over.is_set():
            follower.read()

    watching = threading.Thread(target=follow)
    crawling = [threading.Thread(target=crawl, args=(number,)) for number in range(6)]
    for thread in (watching, *crawling):
        thread.start()
    for thread in crawling:
        thread.join()
    over.set()
    watching.join()
    follower.read()
    advance.advance(database, run.id, PRICES)

    assert run.row().open_pages == 0
    assert len(follower.got) == count
    assert sorted(follower.got) == sorted(run.publish().splitlines())


def test_a_commit_that_waits_takes_a_later_number(start: Any, database: Database) -> None:
    """While one commit has the process, the next waits, and nobody sees a number of either."""
    run = start(shops.detailed({1: [["/a"], ["/b"]]}, ITEMS, path=True))
    run.step()
    answer = answering(run.payload, run.site)
    slices = [
        frontier.open_slice(database, run.id, queue="base", worker=f"h|{n}|2") for n in (1, 2)
    ]
    claims = [frontier.claim(database, one, 1, LIMITS, idle=True).pages for one in slices]  # type: ignore[arg-type]
    for one, pages in zip(slices, claims, strict=True):
        frontier.admit(database, one, [page.id for page in pages])  # type: ignore[arg-type]
    batches = [Batch(outcomes=tuple(map(answer, pages))) for pages in claims]
    with database.transaction("test") as tx:
        frontier.guarded(tx, slices[0])  # type: ignore[arg-type]
        late = threading.Thread(
            target=frontier.commit, args=(database, slices[1], batches[1], LIMITS)
        )
        late.start()
        late.join(0.3)
        waits = late.is_alive()
        seen = run.part("arrival").records
    late.join()
    frontier.commit(database, slices[0], batches[0], LIMITS)  # type: ignore[arg-type]
    numbers = run.sql("SELECT arrival FROM pages WHERE arrival IS NOT NULL ORDER BY arrival")

    assert (waits, seen) == (True, [])
    assert len(numbers) == len(set(numbers)) == 2
    assert [orjson.loads(record) for record in run.part("arrival").records] == [
        {"P_text": "/b"},
        {"P_text": "/a"},
    ]


def test_a_part_holds_no_more_than_an_answer_may(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of large records fewer come at a time, but always one."""
    run = start(shops.plain(2, 5))
    file = run.finish()
    size = len(file.splitlines()[0])
    for most, expected in ((3 * size, 3), (1, 1)):
        monkeypatch.setattr(parts, "MOST_BYTES", most)
        part = run.part("document")
        assert (len(part.records), part.more) == (expected, True)
        assert lines(Follower(run, "arrival", 1000).read()) == file
