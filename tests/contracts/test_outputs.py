"""What every file format keeps, tried on all members of ``registry.OUTPUTS``."""

import csv
import io
import json
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from lxml import etree

from schemas import registry
from schemas.plan import LINK, Collection, Field, Plan, Request, Serp
from workers import plugins
from workers.outputs.base import Output

MIB = 1_048_576
Rows = list[dict[str, Any]]


def collection(index: int, name: str, *fields: Field, **rest: Any) -> Collection:
    return Collection(index=index, name=name, request=Request(), fields=fields, **rest)


def plan_of(*collections: Collection, serp: Serp | None = None) -> Plan:
    return Plan(name="books", format="json", collections=collections, serp=serp)


FLAT = plan_of(
    collection(
        0,
        "books",
        Field(name="Title", selector="a", kind=LINK, attrs=("href", "text")),
        Field(name="Price", selector="b"),
    )
)
NESTED = plan_of(
    collection(0, "books", Field(name="Title", selector="a", attrs=("text",), details=1)),
    collection(
        1,
        "one",
        Field(name="Price", selector="b"),
        Field(name="Author", selector="i", details=2),
        parent=0,
    ),
    collection(2, "author", Field(name="Name", selector="u"), parent=1),
)


def writer(name: str, plan: Plan) -> Output:
    made: Output = plugins.plugin(registry.OUTPUTS, name)(plan)
    return made


def encoded(name: str, plan: Plan, rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(writer(name, plan).encode(map(orjson.dumps, rows)))


def csv_rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def sheets(body: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def _json(body: bytes) -> Rows:
    rows: Rows = json.loads(body)
    return rows


def _jsonl(body: bytes) -> Rows:
    assert not body or body.endswith(b"\n")
    return [json.loads(line) for line in body.split(b"\n")[:-1]]


def _csv(body: bytes) -> Rows:
    header, *rows = csv_rows(body)
    return [{k: v for k, v in zip(header, row, strict=True) if v} for row in rows]


def _xml(body: bytes) -> Rows:
    def record(element: Any) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for child in element:
            if child.tag.endswith("_details"):
                values[child.tag] = [record(inner) for inner in child]
            else:
                values.setdefault(child.tag, []).append(child.text or "")
        return {k: v[0] if v and type(v[0]) is str and not v[1:] else v for k, v in values.items()}

    root = etree.fromstring(body)
    assert root.tag == "records"
    return [record(element) for element in root]


def _xlsx(body: bytes) -> Rows:
    header, *rows = next(iter(sheets(body).values()))
    return [{k: v for k, v in zip(header, row, strict=True) if v is not None} for row in rows]


READERS: dict[str, Callable[[bytes], Rows]] = {
    "csv": _csv, "json": _json, "jsonl": _jsonl, "xml": _xml, "xlsx": _xlsx,
}  # fmt: skip
every_format = pytest.mark.parametrize("name", sorted(registry.OUTPUTS))


@every_format
def test_plain_records_come_back_as_they_were(name: str) -> None:
    """What a user's own reader finds is what was extracted."""
    rows = [
        {
            "Title_href": "http://a.test/?a=1&b=2",
            "Title_text": 'He said "1, 2"; <b>',
            "Price_text": "1",
        },
        {"Title_href": "http://a.test/2", "Title_text": " two \n lines\t", "Price_text": "0012"},
    ]

    assert READERS[name](encoded(name, FLAT, rows)) == rows


@every_format
@pytest.mark.parametrize(
    "text",
    ["Ünïcödé", "日本語", "😀 👩‍👩‍👧", "e\u0301", "\u202ertl", "\u00a0", "]]>", "&amp;", "\\n"],
)
def test_unicode_comes_back_as_it_was(name: str, text: str) -> None:
    """UTF-8 everywhere, nothing normalised or escaped twice."""
    assert READERS[name](encoded(name, FLAT, [{"Title_text": text}])) == [{"Title_text": text}]


@every_format
def test_a_carriage_return_survives(name: str) -> None:
    """XML readers turn a bare CR LF into LF; it is written so that they don't."""
    rows = [{"Title_text": "a\r\nb\rc"}]

    assert READERS[name](encoded(name, FLAT, rows)) == rows


@every_format
def test_a_missing_field_leaves_no_trace_but_an_empty_cell(name: str) -> None:
    """Columns do not shift."""
    rows = [{"Price_text": "1"}, {"Title_text": "b"}]

    assert READERS[name](encoded(name, FLAT, rows)) == rows


@every_format
def test_no_records_make_a_valid_empty_file(name: str) -> None:
    """A file without records is a file all the same."""
    assert READERS[name](encoded(name, FLAT, [])) == []
    assert READERS[name](encoded(name, NESTED, [])) == []


@every_format
def test_the_same_records_give_the_same_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the clock nor the system is in the file."""
    rows = [{"Title_text": str(n), "Title_details": [{"Price_text": "1"}]} for n in range(2000)]
    first = encoded(name, NESTED, rows)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)

    assert encoded(name, NESTED, rows) == first


@every_format
def test_a_writer_may_be_used_again(name: str) -> None:
    """A job that runs twice gets the same file twice."""
    output = writer(name, NESTED)
    rows = [orjson.dumps({"Title_text": "a", "Title_details": [{"Price_text": "1"}]})]

    assert b"".join(output.encode(rows)) == b"".join(output.encode(rows))


@every_format
@pytest.mark.parametrize("text", ["x" * 3_000_000, "short"])
def test_chunks_are_at_most_a_mebibyte_and_never_empty(name: str, text: str) -> None:
    """Whatever one record holds."""
    chunks = list(writer(name, FLAT).encode([orjson.dumps({"Title_text": text})] * 3))

    assert all(0 < len(chunk) <= MIB for chunk in chunks)


@every_format
def test_a_hundred_thousand_rows_take_little_memory(name: str) -> None:
    """Neither the records nor the file are gathered."""
    record = orjson.dumps(
        {"Title_text": "x" * 100, "Title_details": [{"Price_text": "9" * 100}] * 2}
    )
    tracemalloc.start()
    try:
        size = sum(map(len, writer(name, NESTED).encode(record for _ in range(100_000))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert size > MIB
    assert peak < 8 * MIB


@every_format
def test_stopping_early_leaves_no_file_behind(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancelled upload closes the writer, and everything it had opened is gone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = len(list(Path("/proc/self/fd").iterdir()))

    def endless() -> Iterator[bytes]:
        while True:
            yield orjson.dumps({"Title_text": "x", "Title_details": [{"Price_text": "1"}]})

    chunks = writer(name, NESTED).encode(endless())
    assert next(iter(chunks))
    chunks.close()  # type: ignore[attr-defined]

    assert list(tmp_path.iterdir()) == []
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@every_format
def test_an_error_of_the_records_passes(name: str) -> None:
    """The writer hides nothing of what happened behind it."""

    def failing() -> Iterator[bytes]:
        yield orjson.dumps({"Title_text": "x", "Title_details": [{"Price_text": "1"}]})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(writer(name, NESTED).encode(failing()))


@every_format
def test_a_member_says_what_it_writes(name: str) -> None:
    """The extension is the format's name; the content type has its two halves."""
    output = writer(name, FLAT)

    assert output.extension == name
    assert output.content_type.count("/") == 1


@pytest.mark.parametrize("name", ["json", "jsonl", "xml"])
def test_details_are_nested(name: str) -> None:
    """Formats with a tree keep the tree, empty lists too."""
    rows = [
        {
            "Title_text": "a",
            "Title_details": [
                {
                    "Price_text": ["1", "2"],
                    "Author_details": [{"Name_text": "A"}, {"Name_text": "B"}],
                },
                {"Price_text": "3", "Author_details": []},
            ],
        },
        {"Title_text": "b", "Title_details": []},
        {"Title_text": "c"},
    ]

    assert READERS[name](encoded(name, NESTED, rows)) == rows


PATH = plan_of(
    collection(
        0,
        "nav",
        Field(name="Cat", selector="a", details=1),
        Field(name="Other", selector="b", details=2),
        path=True,
    ),
    collection(1, "books", Field(name="Title", selector="a"), parent=0),
    collection(
        2, "more", Field(name="Title", selector="a"), Field(name="Price", selector="b"), parent=0
    ),
)


@every_format
def test_in_path_mode_the_columns_are_those_of_the_leaves(name: str) -> None:
    """A collection that only navigates has no columns in the file."""
    rows = [{"Title_text": "a"}, {"Title_text": "b", "Price_text": "1"}]

    assert READERS[name](encoded(name, PATH, rows)) == rows


def test_the_header_of_path_mode_holds_each_column_once() -> None:
    """Two leaves may have a column in common."""
    assert csv_rows(encoded("csv", PATH, [])) == [["Title_text", "Price_text"]]


def test_details_that_only_navigate_give_their_leaves_columns() -> None:
    """Path mode works below a collection with records of its own, too."""
    plan = plan_of(
        collection(0, "top", Field(name="A", selector="a", details=1)),
        collection(1, "nav", Field(name="B", selector="a", details=2), parent=0, path=True),
        collection(2, "leaf", Field(name="C", selector="a"), parent=1),
    )

    assert csv_rows(encoded("csv", plan, [])) == [["A_text", "A_details.C_text"]]


SERP = plan_of(collection(0, "s"), serp=Serp(engine="google", q="x", include=("ads",)))


@pytest.mark.parametrize("name", ["json", "jsonl", "xlsx"])
def test_numbers_stay_numbers(name: str) -> None:
    """Search results have page and position as numbers."""
    rows = [{"kind": "organic", "page": 1, "position": 2, "title": "t"}]

    assert READERS[name](encoded(name, SERP, rows)) == rows


NUMBERS = [0, -7, 1234, 1234.5, -0.25, 1e-07, 1.5e-06, 12345678.25, 999999999999999]


@pytest.mark.parametrize("name", ["json", "jsonl", "xlsx"])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_of_a_page_stays_one(name: str, number: float) -> None:
    """Made by the filter; in Excel a cell that can be added up."""
    rows = [{"Title_text": "a", "Price_text": number}]

    assert READERS[name](encoded(name, FLAT, rows)) == rows


@pytest.mark.parametrize("name", ["csv", "xml"])
@pytest.mark.parametrize("number", [*NUMBERS, 1e22, 9007199254740992, 7.0])
def test_a_number_is_written_in_plain_digits(name: str, number: float) -> None:
    """Without an exponent, which few readers know, and never marked as a formula."""
    (row,) = READERS[name](encoded(name, FLAT, [{"Price_text": number}]))

    assert float(row["Price_text"]) == number
    assert set(row["Price_text"]) <= set("-0123456789.")


@every_format
def test_several_numbers_are_several_values(name: str) -> None:
    """A list in formats that have them, joined where they are joined."""
    rows = [{"Title_text": "a", "Price_text": [1.5, -2]}]
    lists = {"json": [1.5, -2], "jsonl": [1.5, -2], "xml": ["1.5", "-2"]}

    assert READERS[name](encoded(name, FLAT, rows))[0]["Price_text"] == lists.get(name, "1.5;-2")


@pytest.mark.parametrize("name", ["csv", "xml"])
def test_numbers_are_text_where_a_format_has_only_text(name: str) -> None:
    """The columns of a search are fixed by its engine."""
    rows = [{"kind": "ad", "page": 1, "position": 2, "title": "t"}]
    wanted = [{"kind": "ad", "page": "1", "position": "2", "title": "t"}]

    assert READERS[name](encoded(name, SERP, rows)) == wanted


@pytest.mark.parametrize(
    ("engine", "include", "header"),
    [
        ("bing", (), "page position title url displayUrl snippet published"),
        ("google", ("ads",), "kind page position title url displayUrl snippet published"),
        ("google-image", (), "page position title url imageUrl thumbnailUrl source width height"),
        ("google-news", (), "page position title url source published snippet"),
        ("google-shopping", (), "page position title price merchant url rating reviews"),
    ],
)
def test_search_results_have_the_columns_of_their_engine(
    engine: str, include: tuple[str, ...], header: str
) -> None:
    """As published, ``kind`` first where several kinds are asked for."""
    plan = plan_of(collection(0, "s"), serp=Serp(engine=engine, q="x", include=include))

    assert csv_rows(encoded("csv", plan, [])) == [header.split()]
