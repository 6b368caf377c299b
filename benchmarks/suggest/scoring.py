"""Whether the records of a candidate are those that a page lists, and each once.

A record holds a key that is a part of its texts (or, by URL, of one of its links); a key inside
another that it holds doesn't count, and one that is a whole value wins over what is mentioned.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urlsplit

RIGHT: Final = 0.9  # F1
BY_URL: Final = frozenset({"url", "download_urls"})
_URL_ATTRS: Final = frozenset({"href", "path", "src"})

Record = Mapping[str, Any]
Truth = Mapping[str, Any]


def normal(text: str) -> str:
    """Return the letters and digits of any script, case folded."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def f1(records: Sequence[Record], truth: Truth, *, complete: bool) -> float:
    """Return F1 of recall over the keys and precision over the records.

    ``complete``: the truth has all records of the page, so that one without a key is wrong.
    """
    left: Counter[str] = Counter(truth["keys"])
    optional = list(truth.get("optional", ()))
    keys = list(left)
    right = wrong = 0
    for record in records:
        held = _held(record, keys, truth["by"])
        if len(held) == 1 and left[held[0]]:
            left[held[0]] -= 1
            right += 1
        elif held or (complete and not _held(record, optional, truth["by"])):
            wrong += 1
    return 2 * right / (len(truth["keys"]) + right + wrong) if right else 0.0


def best_f1(records: Sequence[Record], truth: Truth, *, complete: bool) -> float:
    """Return F1 against the main list, or another that is as acceptable."""
    lists = (truth, *truth.get("also", ()))
    return max(f1(records, one, complete=complete) for one in lists)


def same_page(one: str | None, other: str | None) -> bool:
    """Whether two URLs name one page, or there is none either way."""
    if one is None or other is None:
        return one is other
    return _page(one) == _page(other)


def _page(url: str) -> str:
    parts = urlsplit(urldefrag(url.strip()).url)
    return unquote(parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl())


def _held(record: Record, keys: Sequence[str], by: str) -> list[str]:
    values = list(_values(record, links=by in BY_URL))
    text = "\n".join(values) if by in BY_URL else "".join(values)
    hits = [key for key in keys if key in text]
    hits = [key for key in hits if not any(key != other and key in other for other in hits)]
    whole = [key for key in hits if key in values]
    return whole if len(hits) > 1 and len(whole) == 1 else hits


def _values(record: Record, *, links: bool) -> Iterator[str]:
    for key, value in record.items():
        if (key.rpartition("_")[2] in _URL_ATTRS) == links:
            for text in value if isinstance(value, list) else [value]:
                yield normal(_local(str(text)) if links else str(text))


def _local(url: str) -> str:
    return unquote(urlsplit(url)._replace(scheme="", netloc="").geturl())
