"""The rules of CSV files."""

import csv
import io
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.plan import Collection, CsvOptions, Field, Plan, Request
from workers.outputs.csv import CsvOutput
from workers.outputs.formulas import Guard
from workers.outputs.values import joined

MARKED = Guard(";").marked
SPECIAL = st.text(alphabet="a1=+-@\t\r\n,;\"' é\x00", max_size=5)
VALUES = st.one_of(SPECIAL, st.none(), st.integers(-9, 9), st.lists(SPECIAL, max_size=2))


def plan_of(*collections: tuple[Field, ...]) -> Plan:
    return Plan(
        name="p",
        format="csv",
        collections=tuple(
            Collection(index=n, name=f"c{n}", request=Request(), fields=fields)
            for n, fields in enumerate(collections)
        ),
    )


ONE = plan_of((Field(name="A", selector="a"), Field(name="B", selector="b")))
DEEP = plan_of(
    (
        Field(name="Title", selector="a", attrs=("href", "text"), details=1),
        Field(name="Z", selector="z"),
    ),
    (Field(name="Price", selector="b"), Field(name="Sub", selector="c", details=2)),
    (Field(name="X", selector="x"),),
)


def text_of(plan: Plan, *rows: dict[str, Any]) -> str:
    return b"".join(CsvOutput(plan).encode(map(orjson.dumps, rows))).decode()


def cells(plan: Plan, *rows: dict[str, Any]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text_of(plan, *rows), newline="")))


def test_lines_end_with_crlf_and_quotes_are_doubled() -> None:
    """RFC 4180, section 2."""
    assert text_of(ONE, {"A_text": 'a"b', "B_text": "c,d\ne"}) == (
        'A_text,B_text\r\n"a""b","c,d\ne"\r\n'
    )


def test_columns_stand_in_payload_order_with_details_flattened() -> None:
    """Every field and attr has a column whether it matched or not."""
    assert cells(DEEP) == [
        [
            "Title_href",
            "Title_text",
            "Title_details.Price_text",
            "Title_details.Sub_text",
            "Title_details.Sub_details.X_text",
            "Z_text",
        ]
    ]


def test_values_and_details_are_joined_by_semicolons() -> None:
    """Several values, several details records, and details in details."""
    row = {
        "Title_text": ["t", "u"],
        "Title_details": [
            {"Price_text": "1", "Sub_details": [{"X_text": "x"}, {"X_text": ["y", "z"]}]},
            {"Price_text": ["2", "3"], "Sub_details": [{"X_text": "w"}]},
        ],
    }

    assert cells(DEEP, row)[1] == ["", "t;u", "1;2;3", "", "x;y;z;w", ""]


def test_a_details_record_without_a_value_keeps_its_place() -> None:
    """The n-th value of each column is of one record; a column without values is empty."""
    row = {"Title_details": [{"Price_text": "1"}, {"Sub_text": "s"}, {"Price_text": "3"}]}

    assert cells(DEEP, row)[1] == ["", "", "1;;3", ";s;", "", ""]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-A1", "@SUM(1)", "\tx", "\rx", "=", "-", "+1 234", "-1-1", "1e5-", "--1"],
)
def test_what_a_spreadsheet_would_run_is_prefixed(text: str) -> None:
    """No cell begins a formula."""
    prefixed = f"'{text}" if text[0] != "1" else text

    assert cells(ONE, {"A_text": text})[1][0] == prefixed


@pytest.mark.parametrize("text", ["-1", "+1.5", "-.5", "-1.", "-1e5", "+1E-5", "a=1", " =1", "'=1"])
def test_numbers_and_harmless_texts_are_left_alone(text: str) -> None:
    """A negative number is no formula."""
    assert cells(ONE, {"A_text": text})[1][0] == text


@pytest.mark.parametrize("text", ["-١", "-1\n", "+\uff11"])  # noqa: RUF001 - a full-width digit
def test_only_ascii_numbers_are_numbers(text: str) -> None:
    """What is no number to every program is prefixed."""
    assert cells(ONE, {"A_text": text})[1][0] == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (["-1", "-2"], "'-1;-2"),
        (["a", "=b"], "a;'=b"),
        (["a", "-2", "+3.5"], "a;-2;+3.5"),
        (["=a", "@b", "\tc", "\rd", "e"], "'=a;'@b;'\tc;'\rd;e"),
        ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
        ("a;;+b;", "a;;'+b;"),
        ("good ;-) or not ;-(", "good ;-) or not ;'-("),
        ("a,=b", "a,=b"),
        ("a; =b", "a; =b"),
    ],
)
def test_the_parts_of_a_cell_are_judged_as_well(value: object, cell: str) -> None:
    """Where a spreadsheet cuts at semicolons, each of them is a cell of its own."""
    assert cells(ONE, {"A_text": value, "B_text": "x"})[1] == [cell, "x"]
    assert cells(ONE, {"B_text": value, "A_text": "x"})[1] == ["x", cell]


def test_the_values_of_details_are_judged_as_well() -> None:
    """They are joined like others, and so are those of details in details."""
    row = {"Title_details": [{"Price_text": "1", "Sub_details": [{"X_text": "x"}]},
                             {"Price_text": "=2", "Sub_details": [{"X_text": "+y"}]}]}  # fmt: skip

    assert cells(DEEP, row)[1][2::2] == ["1;'=2", "x;'+y"]


def test_headers_are_prefixed_too() -> None:
    """A field's name comes from a user as much as a value from a page."""
    assert cells(plan_of((Field(name="=cmd", selector="a"),))) == [["'=cmd_text"]]
    assert cells(plan_of((Field(name="a;=b", selector="a"),))) == [["a;'=b_text"]]


def test_a_single_empty_cell_is_still_a_line() -> None:
    """A reader would take an empty line for none."""
    assert text_of(plan_of((Field(name="A", selector="a"),)), {"B": "1"}) == 'A_text\r\n""\r\n'


@given(st.lists(st.lists(VALUES, min_size=2, max_size=2), max_size=4))
def test_a_line_is_the_same_whatever_way_it_is_made(rows: list[list[Any]]) -> None:
    """A record with its keys in order may be joined at once; one with others never is."""
    usual = [{"A_text": a, "B_text": b} for a, b in rows]
    other = [{"B_text": b, "A_text": a} for a, b in rows]

    assert text_of(ONE, *usual) == text_of(ONE, *other)
    assert list(csv.reader(io.StringIO(text_of(ONE, *usual), newline="")))[1:] == [
        [MARKED(joined(a)), MARKED(joined(b))] for a, b in rows
    ]


@pytest.mark.parametrize("value", ["", "a", ",", '"', "=1", "-1", "a\nb", "\r", "\t", " "])
def test_a_record_of_one_column_is_a_line_that_can_be_read(value: str) -> None:
    """An empty one is quoted: a line without anything in it would be none."""
    plan = plan_of((Field(name="A", selector="a"),))

    assert cells(plan, {"A_text": value}) == [["A_text"], [MARKED(value)]]


def with_options(plan: Plan, **options: Any) -> Plan:
    return replace(plan, csv=CsvOptions(**options))


def test_a_byte_order_mark_stands_before_the_header_if_it_is_asked_for() -> None:
    """Once, and in an empty file too."""
    marked = with_options(ONE, bom=True)

    assert text_of(marked) == "\ufeffA_text,B_text\r\n"
    assert text_of(marked, {"A_text": "\ufeff"}).count("\ufeff") == 2


@pytest.mark.parametrize("delimiter", [";", "\t", "|", " ", "a", "=", "š", "😀"])
@settings(deadline=None, max_examples=50)
@given(rows=st.lists(st.lists(VALUES, min_size=2, max_size=2), max_size=3))
def test_any_delimiter_gives_a_file_that_can_be_read(delimiter: str, rows: list[list[Any]]) -> None:
    """Cells that hold it are quoted, whichever way the line is made."""
    plan = with_options(ONE, delimiter=delimiter)
    usual = [{"A_text": a, "B_text": b} for a, b in rows]
    other = [{"B_text": b, "A_text": a} for a, b in rows]
    text = text_of(plan, *usual)

    assert text == text_of(plan, *other)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) == [
        ["A_text", "B_text"],
        *([MARKED(joined(a)), MARKED(joined(b))] for a, b in rows),
    ]


@pytest.mark.parametrize("joiner", [" | ", "\n", ",", ";;", "-"])
def test_another_joiner_joins_all_that_is_joined(joiner: str) -> None:
    """Values and details; and parts of cells are told by it."""
    plan = with_options(DEEP, joiner=joiner)
    row = {"Title_text": ["t", "u"], "Title_details": [{"Price_text": "1"}, {"Price_text": "=2"}]}

    assert cells(plan, row)[1][1:3] == [f"t{joiner}u", f"1{joiner}'=2"]


def test_without_the_guard_every_text_stays_what_it_is() -> None:
    """Amounts and telephone numbers are not changed, nor headers."""
    plan = with_options(plan_of((Field(name="=A", selector="a"),)), guard=False)
    texts = ["=1+1", "-12,50", "+49 30 1234", ["a", "=b"], "", "\tx"]

    assert [row[0] for row in cells(plan, *({"=A_text": text} for text in texts))] == [
        "=A_text", "=1+1", "-12,50", "+49 30 1234", "a;=b", "", "\tx",
    ]  # fmt: skip
