"""What a value is by its form: a number, a date, an address, or just text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import re2

Value = str | float
"""A single value of a record, as JSON has it."""

KINDS: Final = ("integer", "number", "boolean", "date", "url", "email", "text")
"""Each value is of one kind: the first that its form allows. Blanks around it are no matter."""

NUMBERS: Final = frozenset({"integer", "number"})

_BLANKS: Final = " \t\n\f\r"  # as HTML has it, and RE2
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = r"[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
_FORMS: Final = {
    "integer": r"[+-]?[0-9]{1,200}",
    "number": r"[+-]?[0-9]{1,200}\.[0-9]{1,200}(?:[Ee][+-]?[0-9]{1,2})?",
    "boolean": r"(?:[Tt]rue|TRUE|[Ff]alse|FALSE)",
    "date": f"{_DATE}(?:{_TIME})?",
    "url": r"https?://[^ \t\n\f\r]+",
    "email": r"[^ \t\n\f\r@]+@[^ \t\n\f\r@.]+(?:\.[^ \t\n\f\r@.]+)+",
}
"""ISO 8601 for dates. Points are decimal: what else a site writes, the filter ``number`` reads."""

_BEGINNINGS: Final = frozenset(f"0123456789+-tTfFh{_BLANKS}")
"""How a value begins that has a form; but for an e-mail address, which has an ``@``."""

_FORM: Final = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _FORMS.items()))
_SOME_LINE: Final = re2.compile(rf"(?m)^\s*(?:{'|'.join(_FORMS.values())})\s*$")
_EVERY_LINE: Final = {
    kind: re2.compile(rf"(?:[ \t\f\r]*{form}[ \t\f\r]*(?:\n|\z))+") for kind, form in _FORMS.items()
}


def kind_of(value: Value) -> str:
    """Return the kind of one value."""
    if not isinstance(value, str):
        return "integer" if isinstance(value, int) else "number"
    found = _FORM.fullmatch(value.strip(_BLANKS))
    return "text" if found is None else found.lastgroup or "text"


def kinds_of(values: Sequence[Value]) -> Mapping[str, int]:
    """Return how many of the ``values`` are of which kind.

    Most columns are of one kind; then one or two passes over all of their texts at once tell it.
    """
    try:
        joined = "\n".join(values)  # type: ignore[arg-type] # see below
    except TypeError:  # there are numbers among them
        return Counter(map(kind_of, values))
    if "@" not in joined and _BEGINNINGS.isdisjoint([value[0] for value in values]):  # type: ignore[index] # texts
        return {"text": len(values)}
    lines = joined.encode()
    if _SOME_LINE.search(lines) is None:
        return {"text": len(values)}
    if lines.count(b"\n") == len(values) - 1:
        for kind, every in _EVERY_LINE.items():
            if every.fullmatch(lines):
                return {kind: len(values)}
    return Counter(map(kind_of, values))
