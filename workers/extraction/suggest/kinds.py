"""What the values of a column are: prices, dates, numbers, addresses, texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MOST_LOOKED_AT: Final = 16
_SHARE: Final = 0.8  # of the values, that must look alike

_CURRENCY: Final = (
    r"(?:[$€£¥₽₴₹₩₪₺฿₫₱₦]|(?:US|CA|A|NZ|HK|R)\$|kr\.?|zł|Kč|руб\.?|грн\.?|лв\.?|Ft|lei|RM|Rp\.?|CHF|EUR"
    r"|USD|GBP|JPY|CNY|RUB|PLN|SEK|NOK|DKK|CZK|HUF|UAH|INR|BRL|AUD|CAD|TL|円|元|원)"
)
_AMOUNT: Final = r"\d{1,3}(?:[.,'\s\u00a0\u202f]?\d{3})*(?:[.,]\d{1,2})?(?:,-|,–)?"
_MONTH: Final = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|jän|mär|mai|okt|dez|ene|abr|ago|dic|janv"
    r"|févr|avr|juin|juil|août|déc|gen|mag|giu|lug|set|ott|янв|фев|мар|апр|мая|май|июн|июл|авг|сен"
    r"|окт|ноя|дек|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|fev|out)\w*\.?"
)
_DAY: Final = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?{_MONTH}(?:,?\s+(?:de\s+)?\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s*\d{{4}})?"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年\d{1,2}月\d{1,2}日?)"
)
_COUNTED: Final = rf"(?:{_CURRENCY}\s*{_AMOUNT}|{_AMOUNT}\s*{_CURRENCY})"
_PATTERNS: Final = {
    "email": r"[\w.+-]+@[\w-]+\.[\w.-]+\Z",
    "percent": rf"[-+(]?\s*{_AMOUNT}\s*%\)?(?:\s*\w+)?\Z",
    "price": rf"[^\d]{{0,24}}{_COUNTED}(?!\w).{{0,24}}\Z",
    "date": rf"[^\d]{{0,24}}{_DAY}(?![\d.]).{{0,40}}\Z",
    "time": r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?\Z",
    "rating": r"\d(?:[.,]\d)?\s*(?:/|of|out of|von|из|de|sur|su)\s*(?:5|10)(?!\d).{0,12}\Z",
    "number": rf"[-+#(]?\s*{_AMOUNT}\)?\Z",
    "phone": r"\+?[\d(][\d\s()./-]{6,18}\d\Z",
    "code": r"(?=\S*\d)[A-Z0-9][\w./:-]{2,24}\Z",
    "url": r"https?://\S+\Z",
}
_KINDS: Final = {name: re.compile(text, re.IGNORECASE) for name, text in _PATTERNS.items()}
_LONGEST: Final = 80  # characters of such a value


def kind_of(values: Sequence[str]) -> str:
    """Return the kind of most of ``values``, ``text`` where they have none in common."""
    looked = [value for value in values[:_MOST_LOOKED_AT] if value]
    if not looked:
        return "text"
    short = [value for value in looked if len(value) <= _LONGEST]
    if len(short) < _SHARE * len(looked):
        return "text"
    most = len(short) - _SHARE * len(looked)
    for name, pattern in _KINDS.items():
        missed = 0
        for value in short:
            missed += pattern.match(value) is None
            if missed > most:
                break
        else:
            return name
    return "text"
