"""The filters that a field applies to its values, and the one list of their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

import re2

from schemas.filters import MAKES_NUMBERS
from schemas.plan import DateOptions, Filter
from workers.errors import ExtractError
from workers.extraction.budget import Budget
from workers.extraction.date_step import DateStep
from workers.extraction.numbers import first_number
from workers.extraction.tree import Tree

Texts = list[str]
Values = list[str] | list[float]
Step = Callable[[Texts, Budget], Values]
"""One compiled filter: all texts that an attr has in a block in, what is left of them out.

What is no text any more (``MAKES_NUMBERS``) goes through no other filter.
"""

NamedSteps = tuple[tuple[str, Step], ...]
"""Each filter of a field: its name in lower case, and what it does."""

MAX_MATCHES = 1_000_000
"""Of one expression in one value. A page is 10 MiB at most, so more is an expression of nothing."""


class FilterFault(ValueError):
    """The filter can't be used; the message is a sentence that says why."""


def _each(change: Callable[[str], str]) -> Callable[[Filter], Step]:
    """Make a filter of a function over one text."""

    def compiled(_: Filter) -> Step:
        return lambda values, _budget: [change(value) for value in values]

    return compiled


def _is_word(character: str) -> bool:
    """Whether a word goes on with ``character``.

    As the published engine has it: letters, digits and the underscore, and beyond ASCII anything
    but white space, so that ``foo-bar`` are two words,
    and one with a typographic apostrophe in it is one.
    """
    if character.isascii():
        return character.isalnum() or character == "_"
    return not character.isspace()


def capitalize(text: str) -> str:
    """Return ``text`` with the first letter of each word in title case, the rest untouched."""
    inside = False
    out = []
    for character in text:
        # A few letters become two in title case (ß gives Ss): those stay as they are.
        title = character if inside else character.title()
        out.append(title if len(title) == 1 else character)
        inside = _is_word(character)
    return "".join(out)


def _concatenate(given: Filter) -> Step:
    glue = " " if given.param is None else given.param
    return lambda values, _budget: [glue.join(values)] if values else []


def _find(pattern: re2._Regexp, value: str, budget: Budget) -> str:
    """Return all matches of the whole expression in ``value``, joined without a separator.

    Bytes spare the library's counting of characters. One search is linear in the text but all of
    them together can be quadratic, so the clock is looked at between them.
    """
    found = []
    for match in pattern.finditer(value.encode("utf-8", "replace")):
        budget.step()
        found.append(match.group())
        if len(found) > MAX_MATCHES:
            raise ExtractError(f"An expression matches more than {MAX_MATCHES} times in one value.")
    return b"".join(found).decode("utf-8", "replace")


def compile_regex(expression: str) -> re2._Regexp:
    """Return ``expression`` compiled.

    Raises:
        FilterFault: The engine can't run it. It knows no look-around and no back-references.
    """
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True  # Only group 0 counts, and without the others RE2 is faster.
    try:
        return re2.compile(expression, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise FilterFault(_why_regex(expression, error)) from error


_UNSUPPORTED = (
    (("(?=", "(?!"), "look-ahead"),
    (("(?<=", "(?<!"), "look-behind"),
    (("(?>", "*+", "++", "?+"), "atomic groups and possessive quantifiers"),
    ((*(f"\\{digit}" for digit in "123456789"), "(?P=", "\\k<"), "back-references"),
)


def _why_regex(expression: str, error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "The expression holds half a character (a lone surrogate)."
    reason = error.args[0] if error.args else "it can't be parsed"
    reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    for marks, name in _UNSUPPORTED:
        if any(mark in expression for mark in marks):
            return (
                f"The expression can't be run: {reason}. It seems to use {name}, which an engine "
                "that runs in linear time (RE2) does not have."
            )
    return f"The expression can't be run: {reason}."


def _regex(given: Filter) -> Step:
    if not given.param:
        raise FilterFault("A regex filter needs its expression as param.")
    pattern = compile_regex(given.param)
    return lambda values, budget: [_find(pattern, value, budget) for value in values]


def _number(given: Filter) -> Step:
    mark = given.param or ""
    if mark not in {"", ".", ","}:
        raise FilterFault("A number filter's param is the decimal mark: `.` or `,`.")

    def numbers(texts: Texts, budget: Budget) -> Values:
        found = []
        for text in texts:
            budget.step()
            number = first_number(text, mark)
            if number is not None:
                found.append(number)
        return found

    return numbers


def collapse(text: str) -> str:
    """Return ``text`` with one blank for each run of white space, and none around it."""
    return " ".join(text.split())


FILTERS: dict[str, Callable[[Filter], Step]] = {
    "trim": _each(str.strip),
    "normal": _each(str),
    "uppercase": _each(str.upper),
    "lowercase": _each(str.lower),
    "capitalize": _each(capitalize),
    "concatinate": _concatenate,
    "concatenate": _concatenate,
    "regex": _regex,
    "collapse": _each(collapse),
    "number": _number,
    "date": lambda given: DateStep(given.dates or DateOptions()),
}
"""Name in lower case → what compiles the filter."""


def compile_filter(given: Filter) -> Step:
    """Return the filter compiled.

    Raises:
        FilterFault: The name is unknown or the param can't be used.
    """
    make = FILTERS.get(given.name.lower())
    if make is None:
        known = ", ".join(FILTERS)
        raise FilterFault(f"There is no filter {given.name!r}. Use one of: {known}.")
    return make(given)


def compile_filters(given: tuple[Filter, ...]) -> Step | None:
    """Return all ``given`` filters as one step, or None when there is nothing to do.

    Raises:
        FilterFault: One of them can't be used, or is to work on what is no text any more.
    """
    return chained(filter_steps(given))


def filter_steps(given: tuple[Filter, ...]) -> NamedSteps:
    """Return each of the ``given`` filters as a step of its own; raises as ``compile_filters``."""
    active = [item for item in given if item.name.lower() != "normal"]
    if any(item.name.lower() in MAKES_NUMBERS for item in active[:-1]):
        raise FilterFault("No filter can follow one that makes numbers.")
    return tuple((item.name.lower(), compile_filter(item)) for item in given)


def chained(steps: NamedSteps) -> Step | None:
    """Return all ``steps`` as one, without those that change nothing."""
    active = tuple(step for name, step in steps if name != "normal")
    return partial(_chain, active) if active else None


def _chain(steps: tuple[Step, ...], texts: Texts, budget: Budget) -> Values:
    values: Values = texts
    for step in steps:
        values = step(cast("Texts", values), budget)  # filter_steps: numbers come last
    return values


def load_languages(steps: NamedSteps) -> bool:
    """Whether any of ``steps`` reads dates; what that takes is loaded then."""
    dates = [step for _, step in steps if isinstance(step, DateStep)]
    for step in dates:
        step.load()
    return bool(dates)


def steps_on(steps: NamedSteps, tree: Tree) -> NamedSteps:
    """Return ``steps`` for one page; those that read dates know it."""
    return tuple(
        (name, step.on(tree) if isinstance(step, DateStep) else step) for name, step in steps
    )
