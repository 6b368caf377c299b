from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from schemas.plan import Collection, Field, Paginator, Plan, Request
from workers.publish.records import Reader, ReadPage


@dataclass
class StoredPage:
    id: int
    key: str
    records: str | None
    next_key: str | None = None


class MemoryPages:
    """The pages of a process in a dictionary, asked as Postgres is."""

    def __init__(
        self, top: list[StoredPage], below: Mapping[int, list[StoredPage]] | None = None
    ) -> None:
        self._top = top
        self._below = {c: {p.key: p for p in pages} for c, pages in (below or {}).items()}

    def top(self) -> Iterator[ReadPage]:
        yield from self._top

    def by_key(self, collection: int, keys: Sequence[str]) -> Mapping[str, ReadPage]:
        known = self._below.get(collection, {})
        return {key: known[key] for key in keys if key in known}


def plan(*details: bool, page_num: int = 1) -> Plan:
    """Return a plan as deep as ``details`` is long; each says whether its parent is a path."""
    depth = len(details)
    return Plan(
        name="p",
        format="json",
        collections=tuple(
            Collection(
                index=i,
                name=f"c{i}",
                request=Request(url="http://x/"),
                fields=(Field(name="L", selector="a", details=i + 1 if i < depth else None),),
                path=details[i] if i < depth else False,
                paginator=Paginator(page_num=page_num),
            )
            for i in range(depth + 1)
        ),
    )


def read(a_plan: Plan, pages: MemoryPages) -> list[object]:
    return [orjson.loads(record) for record in Reader(a_plan, pages).records()]


def lines(*records: object) -> str:
    return b"\n".join(map(orjson.dumps, records)).decode()


def test_records_without_details_come_out_as_they_were_stored() -> None:
    """A page without records gives none and hinders no other."""
    pages = MemoryPages(
        [
            StoredPage(1, "a", lines({"n": 1}, {"n": 2})),
            StoredPage(2, "b", None),
            StoredPage(3, "c", '{"n":3}'),
        ]
    )

    assert read(plan(), pages) == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_details_take_the_place_of_their_keys() -> None:
    """A list of records, also for one; empty where the page failed; absent without a link."""
    top = StoredPage(
        1,
        "a",
        lines(
            {"L_text": "one", "L_details": ["d1"], "z": 1},
            {"L_text": "gone", "L_details": ["lost"]},
            {"L_text": "none"},
            {"L_text": "again", "L_details": ["d1", "d2"]},
        ),
    )
    below = {1: [StoredPage(2, "d1", '{"p":1}'), StoredPage(3, "d2", lines({"p": 2}, {"p": 3}))]}

    assert read(plan(False), MemoryPages([top], below)) == [
        {"L_text": "one", "L_details": [{"p": 1}], "z": 1},
        {"L_text": "gone", "L_details": []},
        {"L_text": "none"},
        {"L_text": "again", "L_details": [{"p": 1}, {"p": 2}, {"p": 3}]},
    ]


def test_a_path_gives_the_records_of_its_details_once_each_at_the_first_place() -> None:
    """Two links to one page: its records stand where the first link stands."""
    top = StoredPage(1, "a", lines({"L_details": ["d2"]}, {"L_details": ["d1", "d2"]}))
    below = {1: [StoredPage(2, "d1", '{"p":1}'), StoredPage(3, "d2", '{"p":2}')]}

    assert read(plan(True), MemoryPages([top], below)) == [{"p": 2}, {"p": 1}]


def test_a_path_below_a_record_belongs_to_each_record_that_links_to_it() -> None:
    """Only a path at the top drops what was there before."""
    top = StoredPage(1, "a", lines({"L_details": ["m"]}, {"L_details": ["m"]}))
    below = {1: [StoredPage(2, "m", '{"L_details":["x"]}')], 2: [StoredPage(3, "x", '{"p":1}')]}

    assert read(plan(False, True), MemoryPages([top], below)) == [
        {"L_details": [{"p": 1}]},
        {"L_details": [{"p": 1}]},
    ]


def test_details_go_on_over_their_next_pages_until_the_limit_or_a_loop() -> None:
    """The chain of next links below a record is followed page by page."""
    top = StoredPage(1, "a", '{"L_details":["d1"]}')
    below = {
        1: [
            StoredPage(2, "d1", '{"p":1}', "d2"),
            StoredPage(3, "d2", None, "d3"),
            StoredPage(4, "d3", '{"p":3}', "d1"),
        ]
    }

    assert read(plan(False, page_num=9), MemoryPages([top], below)) == [
        {"L_details": [{"p": 1}, {"p": 3}]}
    ]
    assert read(plan(False, page_num=2), MemoryPages([top], below)) == [{"L_details": [{"p": 1}]}]
