"""Texts as dates in ISO 8601: what is written for machines at once, all else by dateparser.

What a text doesn't say is not made up: ``May 2024`` is ``2024-05``, a day without a time is a date,
and a time without a zone has none unless the payload names one. Numbers alone are no dates.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dateparser.date import DateData, DateDataParser

from schemas.dates import LANGUAGES
from schemas.plan import DateOptions
from workers.extraction.budget import Budget
from workers.extraction.filters import collapse

LONGEST: Final = 100  # characters of a text that may be a date
MOST_FAILURES: Final = 20  # texts of a page that no language understands, till all are not asked

COMMON: Final = tuple(
    """
    en de fr es it pt nl pl ru uk cs sk hu ro tr sv da nb fi el bg hr ja zh ko ar he id vi th
    """.split()  # noqa: SIM905 - quoted codes read worse
)
"""The languages that most pages are in."""

_DAY_FIRST: Final = frozenset({"au", "gb", "ie", "in", "nz", "za"})
"""Countries where English dates in numbers begin with the day."""

_MARK: Final = 123_457  # microseconds of the moment from which relative dates count
_DATE: Final = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")
_MOMENT: Final = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d[Tt ]\d\d:?\d\d.*")
_FOR_MACHINES: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt]|\Z)")
_MAIL: Final = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d.*")
_STAMP: Final = re.compile(r"1\d{9}(?:\d{3})?")
_NUMBER: Final = re.compile(r"[^\w]*\d+(?:[.,]\d+)?[^\w.]*")
_YEAR: Final = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_THIS_TIME: Final = re.compile(r"(?:19|20)\d\d")
_DOTTED: Final = re.compile(r"(?<!\d)\d{1,2}\. ?\d{1,2}\. ?\d{2,4}(?!\d)")


def load(options: DateOptions) -> None:
    """Load the languages of ``options``, or else the common ones."""
    for languages in (options.languages,) if options.languages else (("en",), COMMON):
        _parser(languages, "", "").get_date_data("no date")


@lru_cache(maxsize=64)
def _parser(languages: tuple[str, ...], order: str, moment: str) -> DateDataParser:
    base = datetime.fromisoformat(moment) if moment else datetime(2000, 1, 1)  # noqa: DTZ001 - local
    settings: dict[str, object] = {"RELATIVE_BASE": base, "RETURN_TIME_AS_PERIOD": True}
    if order:
        settings |= {"DATE_ORDER": order, "PREFER_LOCALE_DATE_ORDER": False}
    return DateDataParser(languages=list(languages), settings=settings, use_given_order=True)


def _languages(code: str) -> tuple[str, ...]:
    """Return the languages of a page whose ``lang`` is ``code``, English behind its own."""
    parts = code.replace("_", "-").split("-")
    names = ("-".join(parts[:2]).lower(), parts[0].lower())
    own = next((_SPELT[name] for name in names if name in _SPELT), "en")
    return tuple(dict.fromkeys((own, "en")))


_SPELT: Final = {name.lower(): name for name in LANGUAGES} | {"no": "nb", "iw": "he", "in": "id"}
_BROKEN: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the library raises for texts that it half understands."""


class DateReader:
    """Reads the dates of one page, fetched at ``now``, whose ``lang`` is ``language``."""

    def __init__(self, options: DateOptions, now: datetime, language: str) -> None:
        self._zone: tzinfo | None = ZoneInfo(options.timezone) if options.timezone else None
        self._base_zone = self._zone or UTC
        base = now.astimezone(self._base_zone).replace(tzinfo=None, microsecond=_MARK)
        self._base = base.isoformat()
        self._languages = options.languages or _languages(language)
        self._may_be_other = not options.languages
        country = language.lower().replace("_", "-").rpartition("-")[2]
        english = self._languages[0] == "en"
        self._order = options.order or ("DMY" if english and country in _DAY_FIRST else "")
        self._failures = 0
        self._kept: dict[str, str | None] = {}

    def read_all(self, texts: list[str], budget: Budget) -> list[str]:
        """Return the dates of those ``texts`` that are understood."""
        found = []
        for given in texts:
            text = collapse(given[: 2 * LONGEST])
            if text not in self._kept:
                budget.look()
                self._kept[text] = self._read(text) if len(text) <= LONGEST else None
            value = self._kept[text]
            if value is not None:
                found.append(value)
        return found

    def _read(self, text: str) -> str | None:
        try:
            plain = self._for_machines(text)
        except _BROKEN:
            if _FOR_MACHINES.match(text) and not self._order:
                return None  # Months and days of another order are not guessed.
            plain = None
        if plain is not None or not text or _NUMBER.fullmatch(text):
            return plain
        return self._understood(text)

    def _for_machines(self, text: str) -> str | None:
        """Return a date that needs no language: ISO 8601, mail's (RFC 5322), Unix time, a year."""
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        if _MOMENT.fullmatch(text):
            return self._moment(datetime.fromisoformat(text))
        if _MAIL.fullmatch(text):
            return self._moment(parsedate_to_datetime(text))
        if _STAMP.fullmatch(text):
            return self._moment(datetime.fromtimestamp(int(text[:10]), UTC))
        return text if _THIS_TIME.fullmatch(text) else None

    def _understood(self, text: str) -> str | None:
        order = self._order
        if not order and self._languages[0] == "en" and _DOTTED.search(text):
            order = "DMY"  # No language that begins with the month parts numbers by full stops.
        data = self._asked(self._languages, order, text)
        if data is None and self._may_be_other and self._failures < MOST_FAILURES:
            data = self._asked(COMMON, order, text)
            if data is None:
                self._failures += 1
            elif data.locale:
                self._languages = tuple(dict.fromkeys((data.locale, *self._languages)))
        try:
            return None if data is None else self._said(data, text)
        except _BROKEN:
            return None

    def _asked(self, languages: tuple[str, ...], order: str, text: str) -> DateData | None:
        try:
            data = _parser(languages, order, self._base).get_date_data(text)
        except _BROKEN:
            return None
        return data if data.date_obj is not None else None

    def _said(self, data: DateData, text: str) -> str | None:
        """Return what a text says, no more; a year or a month alone is too little."""
        moment: datetime = data.date_obj
        parts = set(data.parts)
        relative = moment.microsecond == _MARK
        if "time" in parts:
            return self._moment(moment.replace(tzinfo=self._base_zone) if relative else moment)
        if parts >= {"month", "day"}:
            return f"{moment:%Y-%m-%d}".zfill(10)
        if parts >= {"year", "month"}:
            return f"{moment:%Y-%m}".zfill(7)
        is_year = "year" in parts and (relative or _YEAR.search(text))
        return f"{moment:%Y}".zfill(4) if is_year else None

    def _moment(self, moment: datetime) -> str:
        """Return a moment to the second, in the zone that was asked for or that it came in."""
        if self._zone is not None:
            aware = moment.tzinfo is not None
            moment = moment.astimezone(self._zone) if aware else moment.replace(tzinfo=self._zone)
        return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
