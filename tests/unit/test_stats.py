"""The figures of a file: right, bounded, and the same for the same file."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import orjson
import pytest

from benchmarks.rig.recount import recounted
from schemas.payload import load_plan
from schemas.plan import Plan
from tests.budgets import calls_of, hold
from workers.stats import distinct
from workers.stats.distinct import EXACTLY, Distinct
from workers.stats.hyperloglog import HyperLogLog
from workers.stats.kinds import kind_of, kinds_of
from workers.stats.tally import FileStats, Tally

RECORDS = 20_000  # more different values than are counted each
PLAIN = ("title", "price", "stock", "link", "when", "mail", "blank", "several", "number", "rank")


def plan(*names: str, details: str = "") -> Plan:
    fields: list[dict[str, Any]] = [{"name": name, "selector": "a"} for name in names]
    if details:
        below = {"name": "d", "fields": [{"name": details, "selector": "b"}]}
        fields.append({"name": "More", "selector": "a", "attrs": ["text"], "details": below})
    sent = {"name": "p", "format": "json", "request": {"url": "http://a.test/"}, "fields": fields}
    return load_plan(sent)


def made(count: int) -> Iterator[dict[str, Any]]:
    """Yield records of every kind of column, the same ones each time."""
    chance = random.Random(7)  # noqa: S311 - no secret
    for n in range(count):
        record: dict[str, Any] = {
            "title_text": f"Title {n} of a book{' and more' * (n % 5)}",
            "price_text": f"{chance.randint(100, 99_999) / 100:.2f}",
            "stock_text": chance.choice(["In stock", "Out of stock", "In stock"]),
            "link_text": f"https://shop.test/{n}",
            "when_text": f"2026-11-{n % 28 + 1:02}",
            "blank_text": "" if n % 3 else f" {n} ",
            "rank_text": str(n % 40_000),
        }
        if n % 7 == 0:
            record["mail_text"] = f"a{n}@shop.test"
            record["several_text"] = ["x", "", f"y{n % 50}"]
        if n % 2:
            record["number_text"] = n / 4
            record["More_text"] = "a\nb" if n % 4 == 1 else "true"
            record["More_details"] = [{"inner_text": f"i{n % 9}"}] * (n % 3)
        yield record


def counted(a_plan: Plan, records: list[bytes]) -> FileStats:
    tally = Tally(a_plan)
    assert list(tally.through(records)) == records
    return tally.stats()


def test_figures_equal_a_plain_recount() -> None:
    """Of 20,000 records, which is beyond the number of values that are counted each."""
    records = list(made(RECORDS))
    stats = counted(plan(*PLAIN, details="inner"), list(map(orjson.dumps, records)))

    assert stats.records == RECORDS
    assert ("More_details", "inner_text") in stats.columns
    for path, column in stats.columns.items():
        told, expected = asdict(column), recounted(records, path)
        top = [one["count"] for one in told.pop("top")]
        assert {name: told[name] for name in expected if name != "top"} == {
            name: value for name, value in expected.items() if name != "top"
        }, path
        assert column.distinct_exact
        assert not column.top_exact or top == expected["top"], path


def test_many_different_values_are_estimated_and_the_rest_stays_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beyond the limit, within four standard errors (1.6 % each)."""
    monkeypatch.setattr("workers.stats.tally.EXACTLY", 5_000)
    rows = [orjson.dumps({"T_text": f"value {n} of many"}) for n in range(RECORDS)] * 2
    column = counted(plan("T"), rows).columns["T_text",]

    assert not column.distinct_exact
    assert column.distinct == pytest.approx(RECORDS, rel=0.065)
    assert (column.filled, column.values) == (2 * RECORDS, 2 * RECORDS)
    assert (column.least, column.greatest) == ("value 0 of many", "value 9999 of many")


@pytest.mark.parametrize("count", [0, 1, 100, 5_000, 60_000, 300_000])
def test_an_estimate_is_near_at_any_size(count: int) -> None:
    """Ertl's estimator needs no other rule for small numbers."""
    sketch, seen = HyperLogLog(), Distinct()
    seen.add(map(str, range(count)))
    sketch.add(map(distinct.xxh3_64_intdigest, (str(n).encode() for n in range(count))))

    assert sketch.estimate() == pytest.approx(count, rel=0.065)
    assert seen.result()[0] == pytest.approx(count, rel=0.065)
    assert seen.result()[1] is (count <= EXACTLY)


def test_an_estimate_does_not_depend_on_the_order_of_the_values() -> None:
    """Nor on who counted: the hash is the same in every process."""
    values = [str(n) for n in range(150_000)]
    forth, back = Distinct(), Distinct()
    forth.add(values)
    for start in range(150_000, 0, -500):
        back.add(values[start - 500 : start])

    assert forth.result() == back.result() == (forth.result()[0], False)


def test_a_frequent_value_is_found_among_very_many() -> None:
    """It came again and again while the others came once."""
    rows = [
        orjson.dumps({"T_text": "often" if n % 10 == 0 else f"rare {n}"}) for n in range(60_000)
    ]
    (top, *_) = counted(plan("T"), rows).columns["T_text",].top

    assert top.value == "often"
    assert 5_500 <= top.count <= 6_000


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("12", "integer"),
        ("-12.50", "number"),
        ("12,50", "text"),
        ("+1.5e3", "number"),
        (" 12\n", "integer"),
        ("\u00a012", "text"),
        ("٣", "text"),
        ("9" * 201, "text"),
        ("1.0e999", "text"),
        (7, "integer"),
        (7.5, "number"),
        ("True", "boolean"),
        ("yes", "text"),
        ("2026-12-01", "date"),
        ("2026-12-01T10:00:00.5+01:00", "date"),
        ("01/12/2026", "text"),
        ("https://a.test/?q=1", "url"),
        ("https://a.test/ and more", "text"),
        ("//a.test", "text"),
        ("a.b@c.test", "email"),
        ("a@b", "text"),
        ("@@@@.a", "text"),
        ("a\n12", "text"),
    ],
)
def test_a_value_is_of_one_kind_alone_and_among_others(value: Any, kind: str) -> None:
    """However many are looked at at once."""
    assert kind_of(value) == kind
    assert dict(kinds_of([value])) == {kind: 1}
    assert dict(kinds_of([value] * 3)) == {kind: 3}
    expected = {"text": 2} if kind == "text" else {kind: 1, "text": 1}
    assert dict(kinds_of([value, "word"])) == expected


def test_numbers_are_compared_as_numbers_and_all_else_as_text() -> None:
    """A single word among them makes texts of all."""
    numbers = [orjson.dumps({"T_text": text}) for text in ("9", "10.5", "-3")]
    bounds = counted(plan("T"), numbers).columns["T_text",]
    assert (bounds.least, bounds.greatest) == (-3, 10.5)

    mixed = counted(plan("T"), [*numbers, b'{"T_text":"free"}']).columns["T_text",]
    assert (mixed.least, mixed.greatest) == ("-3", "free")


def test_long_texts_are_told_apart_by_all_of_them() -> None:
    """Though only their beginning is remembered."""
    rows = [orjson.dumps({"T_text": "x" * 100_000 + end}) for end in "aab"]
    column = counted(plan("T"), rows).columns["T_text",]

    assert (column.distinct, [one.count for one in column.top]) == (2, [2, 1])
    assert (column.shortest, column.longest) == (100_001, 100_001)
    assert max(len(str(sample)) for sample in column.samples) == 200


def test_a_file_without_records_has_figures_of_nothing() -> None:
    """Each column stands there all the same."""
    stats = counted(plan("T"), [])

    assert (stats.records, stats.columns["T_text",].filled) == (0, 0)
    assert stats.columns["T_text",].least is None


def test_memory_is_bounded_whatever_the_records_hold() -> None:
    """Many columns of long texts, each different from all others."""
    names = [f"F{n}" for n in range(1_000)]
    chance = random.Random(3)  # noqa: S311 - no secret

    def hostile() -> Iterator[bytes]:
        for _ in range(250):
            mark = f"{chance.random()}" + "\U0001f600" * 300
            yield orjson.dumps({f"{name}_text": f"{mark}{name}" for name in names[:100]})

    tally = Tally(plan(*names))
    tracemalloc.start()
    for _ in tally.through(hostile()):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(tally.stats().columns) == 1_000
    assert peak < 40 * 1024 * 1024


def test_columns_beyond_the_limit_are_left_out_and_counted() -> None:
    """A payload can name far more columns than anybody looks at."""
    attrs = [f"data-{n}" for n in range(100)]
    fields = [{"name": f"F{n}", "selector": "a", "attrs": attrs} for n in range(11)]
    sent = {"name": "p", "format": "json", "request": {"url": "http://a.test/"}, "fields": fields}
    stats = Tally(load_plan(sent)).stats()

    assert (len(stats.columns), stats.left_out) == (1_000, 100)


def test_counting_a_record_calls_no_more_functions_than_it_did() -> None:
    """What a record of ten columns costs in Python is what is called for it."""
    names = [f"F{n}" for n in range(10)]
    rows = [
        orjson.dumps({f"{name}_text": f"value {n % 100} & {name} of a row {n}" for name in names})
        for n in range(30_000)
    ]
    tally = Tally(plan(*names))
    calls = calls_of(lambda: [None for _ in tally.through(rows)])

    hold("calls to count a record of ten columns", calls / len(rows))
