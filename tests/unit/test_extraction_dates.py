from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from dateparser.data.languages_info import language_order

from schemas.dates import LANGUAGES
from schemas.payload import load_plan
from schemas.plan import DateOptions
from schemas.problem import Invalid
from tests.builders.structured import payload_of, records_of, refusals
from workers.extraction.budget import Budget
from workers.extraction.compile import compiled
from workers.extraction.dates import DateReader
from workers.extraction.source import Visit

NOW = datetime(2026, 12, 1, 14, 30, 5, 999, tzinfo=UTC)
VISIT = Visit(url="", start="", number=1, status=200, fetched_at=NOW.timestamp())


def _date(text: str, language: str = "", **options: object) -> str | None:
    reader = DateReader(DateOptions(**options), NOW, language)  # type: ignore[arg-type]
    return next(iter(reader.read_all([text], Budget(math.inf))), None)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-01-02", "2026-01-02"),
        ("2026-01-02 03:04", "2026-01-02T03:04:00"),
        ("2026-01-02T03:04:05.678+02:00", "2026-01-02T03:04:05+02:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("Mon, 02 Jan 2006 15:04:05 GMT", "2006-01-02T15:04:05Z"),
        ("1136214245", "2006-01-02T15:04:05Z"),
        ("1136214245123", "2006-01-02T15:04:05Z"),
        ("5 May 2024", "2024-05-05"),
        (" May\u00a05,\n2024 ", "2024-05-05"),
        ("5 May 2024 13:04", "2024-05-05T13:04:00"),
        ("5 May 2024 13:04 +0500", "2024-05-05T13:04:00+05:00"),
        ("May 2024", "2024-05"),
        ("2024", "2024"),
        ("May 5", "2026-05-05"),
        ("10/12/2026", "2026-10-12"),
        ("10.12.2026", "2026-12-10"),
        ("31/12/2026", "2026-12-31"),
        ("3. mája 2024", "2024-05-03"),
        ("13 января 2015 г. в 13:34", "2015-01-13T13:34:00"),
        ("2024年5月3日", "2024-05-03"),
        ("٣ مايو ٢٠٢٤", "2024-05-03"),
    ],
)
def test_a_date_is_written_as_iso_8601(text: str, date: str) -> None:
    """To the day, month or second that the text says, and with a zone if it says one."""
    assert _date(text) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2 hours ago", "2026-12-01T12:30:05Z"),
        ("just now", "2026-12-01T14:30:05Z"),
        ("yesterday", "2026-11-30"),
        ("včera", "2026-11-30"),
        ("vor 3 Tagen", "2026-11-28"),
        ("yesterday at 5pm", "2026-11-30T17:00:00"),
        ("in 2 weeks", "2026-12-15"),
        ("last month", "2026-11"),
        ("2 years ago", "2024"),
    ],
)
def test_relative_dates_count_from_the_fetch(text: str, date: str) -> None:
    """A span of hours leads to a moment, one of days to a day, one of months to a month."""
    assert _date(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "", "free", "12", "12.50", "£12", "1234", "1 234", "00", "May", "2026-02-30", "13/25/2024",
        "x" * 150, "5 May 2024 " + "x" * 100, "in 9999999999 years", "2026-13-01T00:00", "9" * 40,
    ],
)  # fmt: skip
def test_what_is_not_understood_has_no_value(text: str) -> None:
    """Numbers alone, a month without a year, days that are none."""
    assert _date(text) is None


@pytest.mark.parametrize(
    ("text", "language", "options", "date"),
    [
        ("10/12/2026", "en-GB", {}, "2026-12-10"),
        ("10/12/2026", "sk-SK", {}, "2026-12-10"),
        ("10/12/2026", "sk", {"order": "MDY"}, "2026-10-12"),
        ("10/12/2026", "", {"languages": ("de",)}, "2026-12-10"),
        ("5 May 2024", "", {"languages": ("sk",)}, None),
        ("02/03/04", "", {"order": "YMD"}, "2002-03-04"),
        ("2024-13-01", "", {"order": "YDM"}, "2024-01-13"),
        ("5 May 2024 13:04", "", {"timezone": "Asia/Tokyo"}, "2024-05-05T13:04:00+09:00"),
        ("2024-05-05T13:04Z", "", {"timezone": "Asia/Tokyo"}, "2024-05-05T22:04:00+09:00"),
        ("2 hours ago", "", {"timezone": "Asia/Tokyo"}, "2026-12-01T21:30:05+09:00"),
        ("yesterday", "", {"timezone": "Pacific/Auckland"}, "2026-12-01"),
        ("5 May 2024", "xx-Klingon", {}, "2024-05-05"),
        ("3 mai 2024", "no", {}, "2024-05-03"),
    ],
)
def test_the_payload_and_the_page_say_how_dates_are_read(
    text: str, language: str, options: dict[str, object], date: str | None
) -> None:
    """Languages, order and zone of the payload come first, then the page's own language."""
    assert _date(text, language, **options) == date


def test_a_language_that_was_found_comes_first_on_the_rest_of_the_page() -> None:
    """A page is in one language, whatever its ``lang`` says; and searching ends after a while."""
    reader = DateReader(DateOptions(), NOW, "en")
    texts = ["3. mája 2024", *(f"no date {n}" for n in range(30)), "4. mája 2024", "5. mája 2024"]

    found = reader.read_all(texts, Budget(math.inf))

    assert found == ["2024-05-03", "2024-05-04", "2024-05-05"]


def test_a_field_reads_dates_of_its_page() -> None:
    """In the page's language, from the moment of its fetch; what is no date gives no value."""
    html = "<html lang=sk><p>pred 2 hodinami<p>10/12/2026<p>nikdy"
    field = {
        "selector": "p",
        "filters": [{"name": "trim"}, {"name": "Date"}, {"name": "uppercase"}],
    }

    records = records_of(html, field, parent="body", visit=VISIT)

    assert records == [{"F0_text": ["2026-12-01T12:30:05Z", "2026-12-10"]}]


def test_dates_are_read_in_the_cage_with_what_was_loaded_before() -> None:
    """A reader of dates can't be stopped from Python, and a child can."""
    date = {"name": "date", "param": {"languages": ["sk"]}}
    plan = load_plan(payload_of({"selector": "p", "filters": [date]}))

    ready = compiled(plan)[0]

    assert (ready.caged, ready.needs_visit, ready.dated) == (True, True, True)
    assert plan.collections[0].fields[0].filters[0].dates == DateOptions(languages=("sk",))


def test_who_reads_no_dates_loads_nothing_for_them() -> None:
    """Neither do checks of payloads: the API has no use for the library."""
    program = (
        "import sys, workers.extraction.page\n"
        "from workers.extraction.filters import compile_filter\n"
        "from schemas.plan import Filter\n"
        "compile_filter(Filter(name='date'))\n"
        "assert not {'dateparser', 'html_to_markdown'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own text


def test_all_languages_of_the_library_can_be_asked_for() -> None:
    """The list that payloads are checked by is the library's."""
    assert frozenset(language_order) == LANGUAGES


@pytest.mark.parametrize(
    ("param", "place", "cure"),
    [
        ({"languages": ["sk", "xx"]}, "/param/languages/1", "write a code such as `sk`"),
        ({"languages": []}, "/param/languages", "at least one"),
        ({"order": "DDY"}, "/param/order", "`dmy`"),
        ({"timezone": "Bratislava"}, "/param/timezone", "`Europe/Bratislava`"),
        ({"timezone": "../etc/passwd"}, "/param/timezone", "IANA"),
        ({"zone": "UTC"}, "/param/zone", ""),
        ("DMY", "/param", '{"languages": ["sk"]}'),
        (7, "/param", ""),
    ],
)
def test_a_param_of_date_is_checked(param: object, place: str, cure: str) -> None:
    """Each fault at its place, with what to write."""
    field = {"selector": "p", "filters": [{"name": "date", "param": param}]}

    with pytest.raises(Invalid) as refused:
        load_plan(payload_of(field))

    (fault,) = refused.value.faults
    assert fault.pointer == f"/fields/0/filters/0{place}"
    assert cure in fault.detail


def test_an_object_is_the_param_of_dates_alone() -> None:
    """And languages are taken in any letter case."""
    date = {"name": "date", "param": {"languages": ["SK", "zh-hans"], "timezone": "UTC"}}
    assert refusals({"selector": "p", "filters": [date, {"name": "date"}]}) == {}

    with pytest.raises(Invalid):
        load_plan(payload_of({"selector": "p", "filters": [{"name": "regex", "param": {}}]}))
