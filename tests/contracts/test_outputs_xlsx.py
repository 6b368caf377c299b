"""The rules of XLSX files."""

import io
import zipfile
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.plan import Collection, Field, Plan, Request
from workers.outputs.book import Book
from workers.outputs.cells import CELL_LIMIT, column_letters, cut, text_element
from workers.outputs.xlsx import XlsxOutput

Table = list[tuple[Any, ...]]


def plan_of(*collections: tuple[str, tuple[Field, ...]]) -> Plan:
    return Plan(
        name="p",
        format="xlsx",
        collections=tuple(
            Collection(index=n, name=name, request=Request(), fields=fields)
            for n, (name, fields) in enumerate(collections)
        ),
    )


ONE = plan_of(("books", (Field(name="A", selector="a"), Field(name="B", selector="b"))))


def body_of(output: XlsxOutput, *rows: dict[str, Any]) -> bytes:
    return b"".join(output.encode(map(orjson.dumps, rows)))


def sheets(body: bytes) -> dict[str, Table]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def limited(plan: Plan, *, rows: int = 1_048_576, columns: int = 16_384) -> XlsxOutput:
    class Limited(XlsxOutput):
        row_limit = rows
        column_limit = columns

    return Limited(plan)


@pytest.mark.parametrize(
    "text", ["=1+1", "0012", "1e5", "http://a.test/", "2026-01-01", "TRUE", "-1"]
)
def test_every_value_is_a_text(text: str) -> None:
    """Nothing becomes a formula, a number, a date or a link, also when the cell is edited."""
    book = openpyxl.load_workbook(io.BytesIO(body_of(XlsxOutput(ONE), {"A_text": text})))
    cell = book["books"]["A2"]

    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert cell.hyperlink is None


@pytest.mark.parametrize(
    ("number", "value"), [(1234567890123456, "1234567890123456"), (1e16, 1e16)]
)
def test_a_number_that_excel_would_cut_is_a_text(number: float, value: object) -> None:
    """It keeps 15 digits; nothing is lost without a word."""
    cell = openpyxl.load_workbook(io.BytesIO(body_of(XlsxOutput(ONE), {"A_text": number})))["books"]

    assert cell["A2"].value == value


def test_a_sheet_is_ready_to_be_worked_with() -> None:
    """A bold header that stays in view, a filter over all of it, and widths that fit the texts."""
    plan = plan_of(
        ("books", (Field(name="A", selector="a"), Field(name="Long", selector="b", details=1))),
        ("one", (Field(name="C", selector="c"),)),
    )
    rows = [{"A_text": "x", "Long_text": "word " * 8}, {"Long_details": [{"C_text": "漢字" * 10}]}]
    book = openpyxl.load_workbook(io.BytesIO(body_of(XlsxOutput(plan), *rows)))
    books, one = book["books"], book["one"]

    assert [sheet.auto_filter.ref for sheet in book] == ["A1:C3", "A1:B2"]
    assert [sheet.freeze_panes for sheet in book] == ["A2", "A2"]
    assert [cell.font.b for cell in (*books[1], *one[1])] == [True] * 5
    assert [cell.font.b for cell in (*books[2], *one[2])] == [False] * 5
    assert [books.column_dimensions[letter].width for letter in "ABC"] == [10, 42, 16]
    assert one.column_dimensions["B"].width == 42


def test_a_long_text_makes_no_endless_column() -> None:
    """The width has a bound; of several lines the longest counts."""
    rows = [{"A_text": "x" * 500, "B_text": "short\n" * 3 + "the longest of the lines"}]
    sheet = openpyxl.load_workbook(io.BytesIO(body_of(XlsxOutput(ONE), *rows)))["books"]

    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [60, 26]


def test_details_have_sheets_of_their_own_with_a_key_to_the_parent() -> None:
    """The number in ``parent`` stands in the details column of the record above."""
    plan = plan_of(
        ("books", (Field(name="Title", selector="a", details=1), Field(name="Z", selector="z"))),
        ("one", (Field(name="Price", selector="b", details=2),)),
        ("", (Field(name="X", selector="x"),)),
    )
    rows = [
        {"Title_text": "no details"},
        {"Title_text": "failed", "Title_details": []},
        {"Title_text": "t", "Title_details": [{"Price_text": ["1", "2"]}, {"Price_text": "3"}]},
        {"Title_text": "u", "Title_details": [{"Price_details": [{"X_text": "x"}]}], "Z_text": "z"},
    ]

    assert sheets(body_of(XlsxOutput(plan), *rows)) == {
        "books": [
            ("Title_text", "Title_details", "Z_text"),
            ("no details", None, None),
            ("failed", None, None),
            ("t", 3, None),
            ("u", 4, "z"),
        ],
        "one": [
            ("parent", "Price_text", "Price_details"),
            (3, "1;2", None),
            (3, "3", None),
            (4, None, 3),
        ],
        "Price_details": [("parent", "X_text"), (3, "x")],
    }


def test_rows_beyond_the_limit_go_on_on_another_sheet() -> None:
    """Each sheet has the header; details go on the same way."""
    plan = plan_of(
        ("books", (Field(name="A", selector="a", details=1),)),
        ("one", (Field(name="B", selector="b"),)),
    )
    rows = [{"A_text": str(n), "A_details": [{"B_text": str(n)}]} for n in range(5)]
    found = sheets(body_of(limited(plan, rows=3), *rows))

    assert list(found) == ["books", "books (2)", "books (3)", "one", "one (2)", "one (3)"]
    assert found["books (3)"] == [("A_text", "A_details"), ("4", 5)]
    assert found["one (2)"] == [("parent", "B_text"), (3, "2"), (4, "3")]


def test_columns_beyond_the_limit_go_on_on_another_sheet() -> None:
    """Then every row says which record it is of."""
    fields = tuple(Field(name=f"F{n}", selector="a") for n in range(5))
    row = {f"F{n}_text": str(n) for n in range(5)}
    found = sheets(body_of(limited(plan_of(("wide", fields)), columns=3), row, row))

    assert found["wide"][2] == (2, "0", "1")
    assert found["wide (2)"][0] == ("record", "F2_text", "F3_text")
    assert found["wide (3)"] == [("record", "F4_text"), (1, "4"), (2, "4")]


def test_the_rest_of_a_long_text_is_on_the_overflow_sheet() -> None:
    """32,767 UTF-16 units are a cell's limit; the pieces joined are the text."""
    long = "".join(chr(0x4E00 + n % 5000) for n in range(70_000))
    found = sheets(body_of(XlsxOutput(ONE), {"A_text": "a"}, {"B_text": long}))
    header, *rows = found["Overflow"]

    assert header == ("sheet", "row", "column", "part", "text")
    assert [row[:4] for row in rows] == [("books", 3, "B_text", 1), ("books", 3, "B_text", 2)]
    assert found["books"][2][1] + "".join(row[4] for row in rows) == long


def test_a_text_of_the_limit_does_not_flow_over() -> None:
    """One more unit does, though it is half a character."""
    fits = "😀" * 16_383 + "x"

    assert list(sheets(body_of(XlsxOutput(ONE), {"A_text": fits}))) == ["books"]
    assert list(sheets(body_of(XlsxOutput(ONE), {"A_text": f"{fits}x"}))) == ["books", "Overflow"]


@given(st.text(alphabet="a😀é", min_size=1, max_size=20), st.integers(15_000, 20_000))
def test_a_cut_text_is_whole_and_its_pieces_fit(text: str, times: int) -> None:
    """No pair of surrogates is torn apart."""
    pieces = cut(text * times)

    assert "".join(pieces) == text * times
    assert all(len(piece.encode("utf-16-le")) // 2 <= CELL_LIMIT for piece in pieces)


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("a\x01b", "<t>a_x0001_b</t>"),
        ("\ufffe", "<t>_xFFFE_</t>"),
        ("_x0041_", "<t>_x005F_x0041_</t>"),
        ("_x00", "<t>_x00</t>"),
        (" a", '<t xml:space="preserve"> a</t>'),
        ("\ra", '<t xml:space="preserve">&#13;a</t>'),
        ("a\r", '<t xml:space="preserve">a&#13;</t>'),
        ("_x000D_a", "<t>_x005F_x000D_a</t>"),
        ("\r_x000D_", '<t xml:space="preserve">&#13;_x005F_x000D_</t>'),
        ("a\r\n", '<t xml:space="preserve">a&#13;\n</t>'),
        ("<&>", "<t>&lt;&amp;&gt;</t>"),
    ],
)
def test_texts_are_written_as_the_format_spells_them(text: str, element: str) -> None:
    """ECMA-376, part 1, section 22.9.2.19 (ST_Xstring)."""
    assert text_element(text) == element


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("books", "books"),
        ("a/b\\c[d]:*?", "a_b_c_d____"),
        ("x" * 40, "x" * 31),
        ("😀" * 20, "😀" * 15),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("' '", "Sheet"),
        ("History", "History (2)"),
        ("overflow", "overflow (2)"),
    ],
)
def test_sheet_names_are_made_valid(wanted: str, name: str) -> None:
    """At most 31 UTF-16 units, without what Excel forbids or keeps for itself."""
    book = Book()
    try:
        assert book.name(wanted) == name
    finally:
        book.discard()


def test_sheet_names_are_unique_whatever_their_case() -> None:
    """A number is added, and the name cut to make room for it."""
    book = Book()
    try:
        names = [book.name(name) for name in ("Books", "BOOKS", "y" * 31, "y" * 40)]
    finally:
        book.discard()

    assert names == ["Books", "BOOKS (2)", "y" * 31, "y" * 27 + " (2)"]


def test_columns_are_lettered_to_the_end() -> None:
    """A … Z, AA … ZZ, AAA … XFD."""
    letters = column_letters(16_384)

    assert [letters[n] for n in (0, 25, 26, 701, 702, 16_383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


def test_the_package_is_a_sound_zip_without_the_clock() -> None:
    """Each part's checksum holds, and its time is the earliest that a ZIP knows."""
    with zipfile.ZipFile(io.BytesIO(body_of(XlsxOutput(ONE), {"A_text": "a"}))) as package:
        times = {info.date_time for info in package.infolist()}

        assert package.testzip() is None
        assert times == {(1980, 1, 1, 0, 0, 0)}


def test_a_header_longer_than_a_cell_flows_over_too() -> None:
    """Nothing is lost, and the file stays readable."""
    plan = plan_of(("books", (Field(name="n" * 40_000, selector="a"),)))

    assert len(sheets(body_of(XlsxOutput(plan)))["Overflow"]) == 2
