"""The first number of a text, whatever its notation."""

from __future__ import annotations

import math
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.extraction.numbers import first_number

NOTATIONS = {
    # group mark, decimal mark
    "British": (",", "."),
    "German": (".", ","),
    "French": ("\u202f", ","),
    "Slovak": ("\u00a0", ","),
    "Swiss": ("\u2019", "."),
    "Arabic": ("\u066c", "\u066b"),
    "plain": ("", "."),
}
DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９"]  # noqa: RUF001 - digits they are


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("£1,234.50", 1234.5),
        ("1.234,50 €", 1234.5),
        ("1 234", 1234),
        ("\u0663\u066b\u0665", 3.5),
        ("-12,5 %", -12.5),
        ("12%", 12),
        ("from 7 pieces", 7),
        ("1.234", 1234),
        ("1,234", 1234),
        ("1.23", 1.23),
        ("1,2345", 1.2345),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("1,234,567", 1234567),
        ("1.234.567,89", 1234567.89),
        ("12,34,567.89", 1234567.89),
        ("10 000 000", 10000000),
        ("1 234.567", 1234.567),
        ("CHF 12.-", 12),
        ("12,- Kč", 12),
        ("7.00", 7),
        ("00012", 12),
        (".99", 0.99),
        ("$.99", 0.99),
        ("-.5", -0.5),
        ("No.5", 5),
        ("(12 reviews)", 12),
        ("5'10\"", 5),
        ("2 x 500 g", 2),
        ("H2O", 2),
        ("1e5", 1),
        ("1½ cups", 1.5),
        ("½", 0.5),
        ("m² 3", 3),
        ("0", 0),
        ("-0", 0),
    ],
)
def test_a_number_is_read_in_its_notation(text: str, number: float) -> None:
    """Whole numbers are ints: JSON writes no point behind them."""
    found = first_number(text)

    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("\u22125 °C", -5), ("\u201312,5", -12.5), ("-£5", -5), ("£-5", -5), ("-US$ 5", -5),
        ("-USD 5", -5), ("€ -12", -12), ("(-3)", -3), ("\u200e-12", -12), ("+5", 5),
        ("A-5", 5), ("5-10", 5), ("10\u201320", 10), ("Mo\u2013Fr 8\u201318", 8),
        ("--5", 5), ("- 5", 5),
    ],
)  # fmt: skip
def test_a_minus_is_one_that_stands_at_the_number(text: str, number: float) -> None:
    """Or at its currency. A hyphen behind a word, and a dash between two numbers, are none."""
    assert first_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "free", "N/A", "-", "£", "一二三", "²", "\u2469", ".", "9" * 309, "9" * 1000]
)
def test_what_holds_no_number_gives_none(text: str) -> None:
    """Nor does one that no double can hold."""
    assert first_number(text) is None


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1.234", 1.234, 1234),
        ("1,234", 1234, 1.234),
        ("-£1.234 each", -1.234, -1234),
        ("1,23", 1.23, 1.23),
        ("1.234,5", 1234.5, 1234.5),
        ("1,234.5", 1234.5, 1234.5),
        ("1.234.567", 1234567, 1234567),
        ("0.125", 0.125, 0.125),
    ],
)
def test_the_decimal_mark_is_asked_for_where_the_text_alone_can_not_tell(
    text: str, point: float, comma: float
) -> None:
    """Three digits behind the only mark may be a group or a fraction."""
    assert (first_number(text, "."), first_number(text, ",")) == (point, comma)


@given(
    st.sampled_from(sorted(NOTATIONS)),
    st.sampled_from(DIGITS),
    st.integers(-(10**12), 10**12),
    st.sampled_from(["", "5", "25", "0625"]),
    st.sampled_from([("", ""), ("£", ""), ("", " €"), ("from ", " pieces"), ("Kč ", ",-")]),
)
def test_any_number_comes_back_from_any_notation(
    notation: str, digits: str, whole: int, fraction: str, around: tuple[str, str]
) -> None:
    """Written in groups of three, in the digits of any script, with a unit on either side."""
    group, mark = NOTATIONS[notation]
    written = f"{abs(whole):,}".replace(",", group) + (mark + fraction if fraction else "")
    written = written.translate(str.maketrans(DIGITS[0], digits))
    text = f"{around[0]}{'-' if whole < 0 else ''}{written}{around[1]}"
    expected = (abs(whole) + float(f"0.{fraction or 0}")) * (-1 if whole < 0 else 1)

    assert first_number(text, "," if mark == "," else ".") == expected


@given(st.text(st.sampled_from("0123456789.,' -+€£½\u066b\u066c\u0663\u00a0\u200e%a"), max_size=40))
def test_any_text_gives_a_number_that_json_holds_or_none(text: str) -> None:
    """Never an error, and never what JSON can't write."""
    number = first_number(text)

    assert number is None or math.isfinite(number)


@pytest.mark.parametrize(
    "text", ["1," * 2_000_000, "1 234" * 1_000_000, "x" * 5_000_000 + "7", "٣" * 3_000_000]
)
def test_a_text_of_megabytes_is_read_at_once(text: str) -> None:
    """Only the surroundings of the first digit are looked at closely."""
    started = thread_time()
    first_number(text)

    assert thread_time() - started < 0.5
