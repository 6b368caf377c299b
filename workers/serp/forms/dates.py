"""What a date is, as engines print them: absolute or "3 days ago", in any language met."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from workers.serp.forms.date_words import (
    AGO,
    AGO_IN_UNIT,
    AMBIGUOUS,
    BEFORE,
    DAY,
    DAYS,
    JOINERS,
    MONTH,
    MONTHS,
    ONE,
    UNITS,
    WITHOUT_NUMBER,
    YEAR,
)
from workers.serp.forms.weekdays import IN_CHARACTERS, WEEKDAYS

LONGEST = 40  # characters; "ngày 3 tháng 9 năm 2026 lúc 12:30" and its like
_WORDS = 8
_STEM = 2  # letters; a shorter unit is a whole word
_UNIT_STEM, _ENDING = 3, 3  # letters, where no word says "ago": "an" is none of "answers"
_WEEKDAY_WORDS = 2  # "quarta-feira"
_YEAR = 4  # digits; a year of two has no century
_CENTURIES = {"19", "20", "13", "14", "25"}  # ours, the Persian ones, and the Thai one
_MONTHS_A_YEAR, _DAYS_A_MONTH = 12, 31
_LINES = "\u2014\u2013"  # em dash, en dash
_DOTS = "\u00b7\u2022"  # middle dot, bullet
_SEPARATOR = re.compile(rf"\s*[{_LINES}{_DOTS}]\s*|\s+[-|]\s+|\s+-$")
_EDGES = f"{_LINES}{_DOTS}-|:, "
_GAP = re.compile(r"\s+")

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?)?"
)
_NUMERIC = re.compile(r"(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})\.?(?:\s?г\.?)?")
_TIME = re.compile(
    r"[,\s]*(?:(?<!\w)(?:at|um|a las|alle|kl\.?|klo|luc|в|о)\s+)?"
    r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s?(?:gmt|utc|[+-]\d\d:?\d\d))?$"
)
_SPELT = re.compile(
    rf"(?:(\d{{2,4}})\s?[{YEAR}]\s?)?(\d{{1,2}})\s?[{MONTH}](?:\s?(\d{{1,2}})\s?[{DAY}])?"
    r"(?:\s?\(\w\))?"
)
_SPACELESS = re.compile(
    rf"\d{{1,3}}\s*(?:{'|'.join(map(re.escape, UNITS))})\s*(?:{'|'.join(BEFORE)})"
)
_AGE = re.compile(r"\d{1,3}\s?([^\d\s,/()'\u2019\"-]+)")
_AGE_SPACELESS = re.compile(rf"\d{{1,3}}\s*(?:{'|'.join(map(re.escape, UNITS))})")
_WEEKDAY_IN_CHARACTERS = re.compile(rf"^(?:{IN_CHARACTERS})\s*|\s*(?:{IN_CHARACTERS})$")
_LEADING_WORD = re.compile(r"([^\d\s,.\u060c()'\u2019\"-]+)[\s,.\u060c'\u2019-]*")
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_TOKEN = re.compile(r"\d+|[^\d\s,/()'\u2019\"-]+")
_NAMED_MONTH = re.compile(r"\bth(?:g|ang)\s?(\d{1,2})\b")  # Vietnamese counts its months
_DIGIT = re.compile("[0-9]")
_DOTTED = str.maketrans("", "", ".\u05f3\u0970")  # full stop, geresh, and the dot of Hindi
_UNITS = {tuple(words.split()): tuple(units.split()) for words, units in AGO.items()}
_UNITS_ALONE = frozenset(unit for units in _UNITS.values() for unit in units)


def folded(text: str) -> str:
    """Return ``text`` without case, accents and the dots of abbreviations, its digits Western."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in plain
        if not unicodedata.combining(char)
    )


def is_date(text: str) -> bool:
    """Whether the whole text is one date, with or without a time of day."""
    if not 1 < len(text) <= LONGEST:
        return False
    if text.isascii():
        plain = text.lower()
    elif _SPACELESS.fullmatch(text):
        return True
    else:
        plain = folded(text)
    if not _DIGIT.search(plain):
        return _is_without_digit(plain)
    match = _ISO.fullmatch(plain)
    if match:
        return _is_day(match[1], match[2], match[3])
    day = _TIME.sub("", plain).strip(" ,")
    if not day:
        return False
    return _is_numeric(day) or _is_spelt(day) or _is_worded(day) or _is_day_of_week(day)


def is_age(text: str) -> bool:
    """Whether the text is a number of units of time alone, as in "2 Std." or "3 nap".

    Elsewhere that is a duration or a count ("30 min"): ask it only of what stands where an engine
    shows when something was published.
    """
    if not 1 < len(text) <= LONGEST:
        return False
    if not text.isascii() and _AGE_SPACELESS.fullmatch(text):
        return True
    found = _AGE.fullmatch(folded(text))
    return found is not None and _is_unit(found[1].translate(_DOTTED))


def _is_unit(word: str) -> bool:
    """Whether a word is a unit as it stands, or one of three letters at least with an ending."""
    shortest = max(_UNIT_STEM, len(word) - _ENDING)
    return word in _UNITS_ALONE or any(word[:n] in _UNITS_ALONE for n in range(shortest, len(word)))


def split_date(text: str) -> tuple[str, str]:
    """Return the date before the first separator of a text ("" if it is none), and the rest."""
    match = _SEPARATOR.search(text, 0, LONGEST + 3)
    date = text[: match.start()].strip(_EDGES) if match else ""
    if match is None or not is_date(date):
        return "", text
    return date, text[match.end() :].lstrip(_EDGES)


def split_date_off(text: str) -> tuple[str, str]:
    """Return a text without the date that it ends with, and that date ("" if there is none)."""
    for gap in _GAP.finditer(text, max(0, len(text) - LONGEST)):
        if is_date(date := text[gap.end() :]):
            return text[: gap.start()].rstrip(_EDGES), date
    return text, ""


def date_in(text: str) -> str:
    """Return the part of a line of parts ("10 answers · 3 days ago") that is a date, or ""."""
    return next((part for part in _SEPARATOR.split(text) if is_date(part)), "")


def _is_numeric(day: str) -> bool:
    match = _NUMERIC.fullmatch(day)
    if not match:
        return False
    first, sign, second, third = match.groups()
    if len(first) == _YEAR:
        return _is_day(first, second, third)
    if len(third) != _YEAR and sign != "/":
        return False  # a version, such as 3.11.12
    return _is_day(third, second, first) or _is_day(third, first, second)


def _is_spelt(day: str) -> bool:
    match = _SPELT.fullmatch(unicodedata.normalize("NFC", day))
    if not match or not (match[1] or match[3]):
        return False
    return _is_day(match[1] or "2000", match[2], match[3] or "1")


def _is_day(year: str, month: str, day: str) -> bool:
    """Whether a calendar has such a day: ours, the Persian one, or the Thai one."""
    known = year[:2] in _CENTURIES if len(year) == _YEAR else len(year) == len("26")
    return known and 1 <= int(month) <= _MONTHS_A_YEAR and 1 <= int(day) <= _DAYS_A_MONTH


def _is_without_digit(day: str) -> bool:
    """Whether this is "yesterday", or "an hour ago"."""
    words = day.translate(_DOTTED).split()
    return len(words) <= _WORDS and ("_".join(words) in DAYS or _is_relative(words))


def _tokens(day: str) -> list[str]:
    return _TOKEN.findall(_NAMED_MONTH.sub(" jan ", day.translate(_DOTTED)))


def _is_day_of_week(day: str) -> bool:
    """Whether this is a weekday and the day of a month: no age, and no month as a whole."""
    return any(
        _is_numeric(rest) or _is_spelt(rest) or _has_month(_tokens(rest))
        for rest in _less_weekday(day)
        if _DAY_NUMBER.search(rest)
    )


def _less_weekday(day: str) -> Iterator[str]:
    """Yield a day without the words before it that may be its weekday's, one less each time."""
    composed = unicodedata.normalize("NFC", day)
    rest = _WEEKDAY_IN_CHARACTERS.sub("", composed).strip(" ,")
    if rest != composed:
        yield rest
    for _ in range(_WEEKDAY_WORDS):
        lead = _LEADING_WORD.match(day)
        if lead is None or lead[1] not in WEEKDAYS:
            return
        day = day[lead.end() :]
        yield day


def _is_worded(day: str) -> bool:
    words = _tokens(day)
    if not any(map(str.isdigit, words)):
        return _is_without_digit(day)
    return len(words) <= _WORDS and (_is_relative(words) or _has_month(words))


def _is_relative(words: list[str]) -> bool:
    spots = [i for i, word in enumerate(words) if word.isdigit()]
    spots = spots or [i for i, word in enumerate(words) if word in ONE]
    if len(words) == len(("3", "napja")) and words[0].isdigit() and words[1] in AGO_IN_UNIT:
        return True
    if not spots:
        return not WITHOUT_NUMBER.isdisjoint(words) and _is_unit_ago(words)
    return any(_is_unit_ago(words[:spot] + words[spot + 1 :]) for spot in spots)


def _is_unit_ago(words: list[str]) -> bool:
    """Whether these are the words for "ago" in a language, and one unit of that language."""
    for i, unit in enumerate(words):
        units = _UNITS.get((*words[:i], *words[i + 1 :]), ())
        if any(unit == stem or (len(stem) >= _STEM and unit.startswith(stem)) for stem in units):
            return True
    return False


def _has_month(words: list[str]) -> bool:
    """Whether these are one month with a day, a year or both, and nothing else that tells."""
    months = [word for word in words if word.removeprefix("ב") in MONTHS]
    numbers = [word for word in words if word.isdigit()]
    rest = [word for word in words if word not in months and word not in numbers]
    if len(months) != 1 or not JOINERS.issuperset(rest):
        return False
    years = [number for number in numbers if _is_day(number, "1", "1") and len(number) == _YEAR]
    days = [number for number in numbers if len(number) <= _STEM and _is_day("2000", "1", number)]
    if len(years) + len(days) != len(numbers) or max(len(years), len(days)) > 1:
        return False
    return len(numbers) > 1 or (bool(numbers) and _is_clear(words, months[0]))


def _is_clear(words: list[str], month: str) -> bool:
    """Whether a month with one number is a date: not where it is a word in other languages."""
    return month not in AMBIGUOUS or (words[-1] == month and len(words[0]) <= _STEM)
